//! One document for every root field, aimed at what a first company has. The suites of isolation and permission run all of them.
use super::{app::TestApp, caller::TestCaller, imports::import_csv};
use serde_json::{Value, json};
use std::{fs, path::Path};

/// A word that stands in everything the first company has, and in nothing else.
pub const MARKER: &str = "Zebulon";

/// Whether a case reads, makes something in the caller's own company, or would change what the first company has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aim {
    /// Reads what the first company has.
    Read,
    /// Reads a catalogue that every company has, or the schema.
    Catalogue,
    /// Makes something; the second company may do that for itself.
    Make,
    /// Changes something of the first company.
    Change,
}

/// One document aimed at what the first company has.
pub struct Case {
    /// The root field.
    pub field: &'static str,
    /// What it does.
    pub aim: Aim,
    /// The document.
    pub document: String,
}

fn read(field: &'static str, document: &str) -> Case {
    Case { field, aim: Aim::Read, document: format!("{{ {document} }}") }
}

fn catalogue(field: &'static str, document: &str) -> Case {
    Case { aim: Aim::Catalogue, ..read(field, document) }
}

fn change(field: &'static str, input: String) -> Case {
    let document = format!("mutation {{ {field}(input: {{ {input} }}) {{ userErrors {{ code message path candidates {{ displayName }} }} }} }}");
    Case { field, aim: Aim::Change, document }
}

fn make(field: &'static str, input: String) -> Case {
    Case { aim: Aim::Make, ..change(field, input) }
}

/// A company that has something of everything.
pub struct FirstCompany {
    /// A caller who may do everything in it.
    pub caller: TestCaller,
    /// A person with something of everything.
    pub party: String,
    /// An organisation that the person works for.
    pub other: String,
    /// The person's e-mail address.
    pub contact_point: String,
    /// The merge of two other persons, which an engine has yet to follow.
    pub merge: String,
    /// One of them, the survivor.
    pub twin: String,
    relationship: String,
    absorbed: String,
    assertion: String,
    task: String,
    /// The run of an import that took nothing.
    pub import: String,
}

impl FirstCompany {
    /// Makes it.
    pub async fn new(app: &TestApp) -> Self {
        let caller = app.company("First").await;
        let party = caller
            .party(json!({
                "kind": "PERSON", "displayName": format!("{MARKER} Doe"), "email": "zebulon@example.com", "phone": "030 7654321",
                "address": { "text": format!("{MARKER} Street 1, Berlin") }, "roles": ["prospect"], "identifiers": [{ "scheme": "vat", "value": "DE4711" }],
            }))
            .await;
        let other = caller.party(json!({ "kind": "ORGANIZATION", "displayName": format!("{MARKER} Ltd") })).await;
        let record = json!({ "system": "crm", "type": "lead", "id": "L-1" });
        let presented = json!({ "displayName": format!("{MARKER} presented") });
        caller
            .mutate_ok("registerSourceRecords", json!({ "records": [{ "system": "crm", "type": "lead", "id": "L-1", "presented": presented }] }), "")
            .await;
        caller.mutate_ok("linkToParty", json!({ "source": record, "partyId": party, "note": MARKER }), "").await;
        let entry = json!({
            "source": { "system": "sales", "type": "invoice", "id": "I-1" }, "partyId": party, "channel": "direct", "amount": "4711.99", "currency": "EUR",
            "occurredAt": "2026-01-15T12:00:00Z", "note": MARKER,
        });
        caller.mutate_ok("recordRevenue", json!({ "entries": [entry] }), "").await;
        let related = caller
            .mutate_ok(
                "relateParties",
                json!({ "fromPartyId": party, "toPartyId": other, "type": "WORKS_FOR", "title": MARKER }),
                "relationship { id }",
            )
            .await;
        let role_type = json!({ "code": "first_only", "label": format!("{MARKER} role"), "side": "BUYS" });
        caller.mutate_ok("upsertRoleType", role_type, "").await;
        let points = caller.data(&format!("{{ party(id: {party:?}) {{ contactPoints(kind: EMAIL) {{ id }} }} }}"), json!({})).await;
        let contact_point = points["party"]["contactPoints"][0]["id"].as_str().unwrap().to_owned();
        let relationship = related["relationship"]["id"].as_str().unwrap().to_owned();
        let doubted = json!({ "displayName": format!("{MARKER} Doe") });
        let doubted = caller.mutate_ok("findOrCreateParty", doubted, "reviewTaskId").await;
        let task = doubted["reviewTaskId"].as_str().unwrap().to_owned();
        caller.mutate_ok("registerPartyEngine", json!({ "system": "first_engine" }), "").await;
        let twin = caller.person(&format!("{MARKER} Twin")).await;
        let absorbed = caller.person(&format!("{MARKER} Double")).await;
        let seen = |id: &str| json!({ "partyId": id, "expectedVersion": 1 });
        let merging = json!({ "survivor": seen(&twin), "absorbed": [seen(&absorbed)], "reason": MARKER });
        let merged = caller.mutate_ok("mergeParties", merging, "merges { id }").await;
        let merge = merged["merges"][0]["id"].as_str().unwrap().to_owned();
        let asserting = json!({ "partyId": party, "otherPartyId": other, "reason": MARKER });
        let asserted = caller.mutate_ok("assertPartiesDistinct", asserting, "assertion { id }").await;
        let assertion = asserted["assertion"]["id"].as_str().unwrap().to_owned();
        let import = import_csv(app, &caller, &[("customers.csv", "id,company_id,name,email,phone\n1,,Nobody,,\n")]).await;
        Self { caller, party, other, contact_point, relationship, twin, absorbed, merge, assertion, task, import }
    }

    /// Everything the company has, as its own caller sees it.
    pub async fn everything(&self) -> Value {
        let party = "id displayName status version primaryEmail primaryPhone primaryAddress { formatted } updatedAt roles(includeEnded: true) { role { code label } isPrimary validTo } \
             contactPoints(includeEnded: true) { value isPrimary isShared verifiedAt validTo } identifiers { value } relationships(includeEnded: true) { title validTo } \
             links(includeEnded: true) { note isActive sourceRecord { id presented { displayName } } } revenue { gross { amount } entryCount } history(first: 50) { nodes { sequence type } } merges { state } distinctAssertions { reason }";
        let document = format!("{{ parties(first: 5) {{ nodes {{ {party} }} }} roleTypes {{ code label }} partyStatistics {{ total }} }}");
        self.caller.data(&document, json!({})).await
    }

    /// One document for each root field.
    pub fn cases(&self) -> Vec<Case> {
        let Self { party, other, contact_point, relationship, .. } = self;
        let source = r#"{ system: "crm", type: "lead", id: "L-1" }"#;
        let party_fields = "displayName primaryEmail contactPoints { value } links { note } revenue { gross { amount } } relationships { title } history { nodes { payload } }";
        let entities = format!(
            r#"_entities(representations: [{{ __typename: "Party", id: "{party}" }}, {{ __typename: "SourceRecord", system: "crm", type: "lead", id: "L-1" }}]) {{
                ... on Party {{ {party_fields} }} ... on SourceRecord {{ presented {{ displayName }} party {{ displayName }} link {{ note }} }} }}"#
        );
        vec![
            read("_entities", &entities),
            catalogue("_service", "_service { sdl }"),
            read("party", &format!("party(id: {party:?}) {{ {party_fields} }}")),
            read("partyByEmail", r#"partyByEmail(email: "zebulon@example.com") { displayName }"#),
            read("partyEvents", "partyEvents { nodes { type payload } }"),
            read("parties", &format!("parties(first: 10) {{ nodes {{ {party_fields} }} }}")),
            read("searchParties", &format!("searchParties(query: {MARKER:?}) {{ edges {{ node {{ displayName }} }} }}")),
            read("resolveParty", &format!("resolveParty(source: {source}) {{ {party_fields} }}")),
            read("resolveParties", &format!("resolveParties(sources: [{source}]) {{ displayName }}")),
            read("sourceRecord", &format!("sourceRecord(source: {source}) {{ presented {{ displayName }} party {{ displayName }} }}")),
            read("sourceRecords", "sourceRecords(first: 100) { nodes { presented { displayName } } }"),
            read("roleTypes", "roleTypes { label }"),
            catalogue("channels", "channels { label }"),
            catalogue("relationshipTypes", "relationshipTypes { label }"),
            make("createParty", r#"kind: PERSON, displayName: "Mine", email: "zebulon@example.com", identifiers: [{ scheme: "vat", value: "DE4711" }]"#.to_owned()),
            make("findOrCreateParty", format!(r#"source: {source}, displayName: "Mine too", phone: "030 7654321""#)),
            Case {
                field: "findOrCreateParties",
                aim: Aim::Make,
                document: r#"mutation { findOrCreateParties(input: { items: [{ displayName: "Mine as well", identifiers: [{ scheme: "vat", value: "DE4712" }] }] }) { results { created } } }"#.to_owned(),
            },
            make("registerSourceRecords", r#"records: [{ system: "crm", type: "lead", id: "L-9", presented: { displayName: "Mine" } }]"#.to_owned()),
            make("upsertRoleType", r#"code: "first_only", label: "Mine", side: SELLS"#.to_owned()),
            change("updateParty", format!("partyId: {party:?}, expectedVersion: 1, displayName: \"Taken\"")),
            change("deactivateParty", format!("partyId: {party:?}")),
            change("reactivateParty", format!("partyId: {party:?}")),
            change("assignRole", format!("partyId: {party:?}, role: \"sales_customer\"")),
            change("endRole", format!("partyId: {party:?}, role: \"prospect\"")),
            change("setPrimaryRole", format!("partyId: {party:?}, role: \"prospect\"")),
            change("convertProspectToCustomer", format!("partyId: {party:?}")),
            change("enrollInItadServices", format!("partyId: {party:?}")),
            change("addContactPoint", format!("partyId: {party:?}, kind: EMAIL, value: \"taken@example.com\"")),
            change("endContactPoint", format!("contactPointId: {contact_point:?}")),
            change("setPrimaryContactPoint", format!("contactPointId: {contact_point:?}")),
            change("setContactPointShared", format!("contactPointId: {contact_point:?}, isShared: true")),
            change("verifyContactPoint", format!("contactPointId: {contact_point:?}, method: \"letter\"")),
            change("relateParties", format!("fromPartyId: {party:?}, toPartyId: {other:?}, type: \"PART_OF\"")),
            change("endRelationship", format!("relationshipId: {relationship:?}")),
            change("linkToParty", format!(r#"source: {{ system: "crm", type: "lead", id: "L-2" }}, partyId: {party:?}"#)),
            change("unlinkFromParty", r#"source: { system: "sales", type: "none", id: "L-1" }"#.to_owned()),
            change(
                "recordRevenue",
                format!(r#"entries: [{{ source: {{ system: "sales", type: "invoice", id: "I-2" }}, partyId: {party:?}, channel: "direct", amount: "1", currency: "EUR", occurredAt: "2026-01-15T12:00:00Z" }}]"#),
            ),
        ]
        .into_iter()
        .chain(self.of_merging())
        .chain(self.of_figures())
        .chain(self.of_matching())
        .collect()
    }

    fn of_merging(&self) -> Vec<Case> {
        let Self { party, other, twin, absorbed, merge, assertion, .. } = self;
        vec![
            read("mergePreview", &format!("mergePreview(survivorId: {party:?}, absorbedIds: [{twin:?}]) {{ fields {{ value }} }}")),
            read("partyMerge", &format!("partyMerge(id: {merge:?}) {{ reason survivor {{ displayName }} }}")),
            read("partyEngines", &format!("partyEngines {{ system }} party(id: {other:?}) {{ displayName }}")),
            read("partySourcePriority", &format!("partySourcePriority party(id: {other:?}) {{ displayName }}")),
            make("registerPartyEngine", r#"system: "mine""#.to_owned()),
            make("setPartySourcePriority", r#"systems: ["crm"]"#.to_owned()),
            change("retirePartyEngine", r#"system: "first_engine""#.to_owned()),
            change("acknowledgePartyMerge", format!(r#"mergeId: {merge:?}, step: MERGED, system: "mine""#)),
            change(
                "mergeParties",
                format!("survivor: {{ partyId: {party:?}, expectedVersion: 1 }}, absorbed: [{{ partyId: {twin:?}, expectedVersion: 2 }}]"),
            ),
            change("unmergeParties", format!("absorbedIds: [{absorbed:?}]")),
            change("assertPartiesDistinct", format!("partyId: {party:?}, otherPartyId: {twin:?}")),
            change("withdrawPartiesDistinct", format!("assertionId: {assertion:?}")),
        ]
    }

    fn of_figures(&self) -> Vec<Case> {
        let Self { party, other, .. } = self;
        let read = |field, document: &str| Case { field, aim: Aim::Read, document: format!("{{ {document} }}") };
        vec![
            read("partyStatistics", &format!("partyStatistics {{ byRole {{ label count }} }} party(id: {other:?}) {{ displayName }}")),
            read("topParties", "topParties { party { displayName } amount { amount } }"),
            read("revenueReport", &format!("revenueReport(groupBy: [CHANNEL]) {{ gross {{ amount }} }} party(id: {other:?}) {{ displayName }}")),
            read("revenueEntries", &format!("revenueEntries(partyId: {party:?}) {{ nodes {{ note }} }}")),
            read("partyFacets", &format!("partyFacets {{ total roles {{ label count }} }} party(id: {other:?}) {{ displayName }}")),
        ]
    }

    fn of_matching(&self) -> Vec<Case> {
        let Self { task, other, import, .. } = self;
        let unknown = uuid::Uuid::now_v7();
        vec![
            read(
                "suggestPartyMatches",
                r#"suggestPartyMatches(input: { displayName: "Zebulon Doe", email: "zebulon@example.com" }) { suggestions { candidates { party { displayName } } } }"#,
            ),
            read("matchTasks", "matchTasks { nodes { candidate { displayName } } }"),
            read("matchTask", &format!("matchTask(id: {task:?}) {{ candidate {{ displayName }} }}")),
            read("matchJobs", &format!("matchJobs {{ id }} party(id: {other:?}) {{ displayName }}")),
            read("partyImports", &format!("partyImports {{ id }} party(id: {other:?}) {{ displayName }}")),
            read("partyImportRows", &format!("partyImportRows(importId: {import:?}) {{ nodes {{ key }} }} party(id: {other:?}) {{ displayName }}")),
            make("startAutoLink", "dryRun: true".to_owned()),
            change("undoAutoLink", format!("jobId: \"{unknown}\"")),
            change("claimMatchTask", format!("taskId: {task:?}")),
            change("decideMatchTask", format!("taskId: {task:?}, decision: SAME")),
            change("undoMatchDecision", format!("taskId: {task:?}")),
        ]
    }
}

/// The root fields of the committed schema.
pub fn root_fields() -> Vec<String> {
    let sdl = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("schema.graphql")).unwrap();
    let mut fields = fields_of(&sdl, "Query");
    fields.extend(fields_of(&sdl, "Mutation"));
    fields.extend(["_entities".to_owned(), "_service".to_owned()]);
    assert!(fields.len() > 20, "only {fields:?} were found");
    fields
}

/// The names of a type's fields in SDL.
pub fn fields_of(sdl: &str, type_name: &str) -> Vec<String> {
    field_lines(sdl, type_name).into_iter().map(|line| line.split(['(', ':']).next().unwrap_or_default().to_owned()).collect()
}

/// The lines of SDL on which a type's fields stand, without descriptions; the directives of a field with arguments stand on its last line.
pub fn field_lines(sdl: &str, type_name: &str) -> Vec<String> {
    let start = sdl.lines().skip_while(|line| !line.starts_with(&format!("type {type_name} "))).skip(1);
    let (mut lines, mut in_description): (Vec<String>, bool) = (Vec::new(), false);
    for line in start.take_while(|line| *line != "}") {
        let text = line.trim();
        if text == "\"\"\"" {
            in_description = !in_description;
        } else if !in_description {
            match lines.last_mut() {
                Some(last) if !line.starts_with("  ") || line.starts_with("    ") || text.starts_with(')') => last.push_str(text),
                _ => lines.push(text.to_owned()),
            }
        }
    }
    lines
}
