//! Of every object type a document that leads to one, and of each of its fields the scope that it needs.
use crate::support::cases::FirstCompany;

/// A document that leads to an object of a type, with `…` where one of its fields goes.
pub struct Way {
    /// The type.
    pub of: &'static str,
    /// The scopes that lead to the object.
    pub scopes: &'static str,
    /// The document. [`MERGED`] stands for the id of a party that was merged just before, into one to which something happened since.
    pub document: String,
    /// Fields that whoever reaches the object may see.
    pub with_parent: &'static str,
    /// Fields that need one more scope.
    pub needs: &'static [(&'static str, &'static str)],
}

/// Stands in a document for a party that can be unmerged.
pub const MERGED: &str = "«merged»";

/// One for each object type. The cursor is one of the feed, after which something happened.
pub fn ways(first: &FirstCompany, cursor: &str) -> Vec<Way> {
    [
        of_suggestions(),
        of_parties(first),
        of_imports(first),
        of_feed(cursor),
        of_what_parties_have(first),
        of_links(first),
        of_money(first),
        of_catalogues(),
        of_merges(first),
        of_payloads(first),
    ]
    .into_iter()
    .flatten()
    .collect()
}

const READ: &str = "party:read";
const STEWARD: &str = "party:read party:steward";
const ADMIN: &str = "party:read party:admin";
const PII: &str = "party:read party:pii";
const MONEY: &str = "party:read revenue:read";

fn way(of: &'static str, scopes: &'static str, document: &str, with_parent: &'static str, needs: &'static [(&'static str, &'static str)]) -> Way {
    Way { of, scopes, document: document.to_owned(), with_parent, needs }
}

fn of_parties(first: &FirstCompany) -> Vec<Way> {
    let party = |inner: &str| format!("{{ party(id: {:?}) {{ {inner} }} }}", first.party);
    vec![
        way(
            "Party",
            READ,
            &party("…"),
            "id canonicalId allIds kind displayName givenName familyName legalName status roles primaryRole relationships identifiers history links sourceRecords merges distinctAssertions version createdAt updatedAt",
            &[("party:pii", "primaryEmail primaryPhone primaryAddress contactPoints possibleDuplicates"), ("revenue:read", "revenue")],
        ),
        way("PartyConnection", READ, "{ parties { … } }", "edges nodes pageInfo", &[]),
        way("PartyEdge", READ, "{ parties { edges { … } } }", "cursor node", &[]),
        way("PageInfo", READ, "{ parties { pageInfo { … } } }", "hasPreviousPage hasNextPage startCursor endCursor", &[]),
        way("PartySearchConnection", READ, "{ searchParties(query: \"Zebulon\") { … } }", "edges nodes pageInfo", &[]),
        way("PartySearchEdge", READ, "{ searchParties(query: \"Zebulon\") { edges { … } } }", "cursor node score matchedBy", &[]),
        way("PartyEventConnection", READ, &party("history { … }"), "edges nodes pageInfo", &[]),
        way("PartyEventEdge", READ, &party("history { edges { … } }"), "cursor node", &[]),
        way(
            "PartyEvent",
            READ,
            &party("history(first: 1) { nodes { … } }"),
            "sequence type partyId mergeId survivorId absorbedId actor at",
            &[("party:pii", "payload")],
        ),
    ]
}

fn of_suggestions() -> Vec<Way> {
    let suggested =
        |inner: &str| format!("{{ suggestPartyMatches(input: {{ displayName: \"Zebulon Doe\", email: \"zebulon@example.com\" }}) {{ {inner} }} }}");
    vec![
        way("SuggestPartyMatchesPayload", PII, &suggested("…"), "suggestions userErrors", &[]),
        way("PartyMatchSuggestions", PII, &suggested("suggestions { … }"), "outcome model candidates", &[]),
        way(
            "PartyMatchSuggestion",
            PII,
            &suggested("suggestions { candidates { … } }"),
            "party outcome weight probability prior evidence blockers relation",
            &[],
        ),
        way("PartyMatchTaskConnection", STEWARD, "{ matchTasks { … } }", "edges nodes pageInfo", &[]),
        way("PartyMatchTaskEdge", STEWARD, "{ matchTasks { edges { … } } }", "cursor node", &[]),
        way(
            "PartyMatchTask",
            STEWARD,
            "{ matchTasks { nodes { … } } }",
            "id status sourceRecord party candidate priority openedBy openedAt leasedBy leasedUntil decision decidedBy decidedAt",
            &[("party:pii", "evidence reason")],
        ),
        way(
            "PartyMatchJob",
            "party:steward",
            "mutation { startAutoLink(input: { dryRun: true }) { job { … } } }",
            "id dryRun status lookedAt autoLink review noMatch startedBy startedAt endedAt undoneBy undoneAt",
            &[],
        ),
        way("StartAutoLinkPayload", "party:steward", "mutation { startAutoLink(input: { dryRun: true }) { … } }", "job userErrors", &[]),
        way("UndoAutoLinkPayload", "party:steward", "mutation { undoAutoLink(input: { jobId: \"none\" }) { … } }", "job endedLinks userErrors", &[]),
        way("PartyMatchTaskPayload", "party:steward", "mutation { claimMatchTask(input: {}) { … } }", "task userErrors", &[]),
        way("PartyMatchEvidence", PII, &suggested("suggestions { candidates { evidence { … } } }"), "comparison level weight frequencyWeight", &[]),
    ]
}

fn of_imports(first: &FirstCompany) -> Vec<Way> {
    let rows = |inner: &str| format!("{{ partyImportRows(importId: {:?}) {{ {inner} }} }}", first.import);
    vec![
        way("PartyImportRun", ADMIN, "{ partyImports { … } }", "id status startedAt finishedAt counts", &[]),
        way("PartyImportCount", ADMIN, "{ partyImports { counts { … } } }", "system table outcome reason count", &[]),
        way("PartyImportRowConnection", ADMIN, &rows("…"), "edges nodes pageInfo", &[]),
        way("PartyImportRowEdge", ADMIN, &rows("edges { … }"), "cursor node", &[]),
        way("PartyImportRow", ADMIN, &rows("nodes { … }"), "system table key outcome reason party", &[("party:pii", "note")]),
    ]
}

fn of_feed(cursor: &str) -> Vec<Way> {
    vec![way("PartyChange", READ, &format!("subscription {{ partyChanged(after: {cursor:?}) {{ … }} }}"), "cursor event party", &[])]
}

fn of_what_parties_have(first: &FirstCompany) -> Vec<Way> {
    let party = |inner: &str| format!("{{ party(id: {:?}) {{ {inner} }} }}", first.party);
    let point = |inner: &str| {
        format!("mutation {{ verifyContactPoint(input: {{ contactPointId: {:?}, method: \"letter\" }}) {{ {inner} }} }}", first.contact_point)
    };
    vec![
        way(
            "ContactPoint",
            "party:read party:write",
            &point("contactPoint { … }"),
            "id kind purposes isPrimary isShared verifiedAt verifiedBy validFrom validTo",
            &[("party:pii", "value normalizedValue address")],
        ),
        way("PostalAddress", PII, &party("primaryAddress { … }"), "formatted line1 line2 city region postalCode country", &[]),
        way("PartyIdentifier", READ, &party("identifiers { … }"), "scheme value displayValue verifiedAt createdAt", &[]),
        way("PartyRole", READ, &party("roles { … }"), "id role isPrimary validFrom validTo assignedBy reason endedBy endReason", &[]),
        way(
            "PartyRelationship",
            READ,
            &party("relationships { … }"),
            "id type label direction party title validFrom validTo statedBy endedBy endReason",
            &[],
        ),
    ]
}

fn of_links(first: &FirstCompany) -> Vec<Way> {
    let record = |inner: &str| format!("{{ sourceRecord(source: {{ system: \"crm\", type: \"lead\", id: \"L-1\" }}) {{ {inner} }} }}");
    let party = |inner: &str| format!("{{ party(id: {:?}) {{ {inner} }} }}", first.party);
    vec![
        way(
            "PartyLink",
            READ,
            &party("links { … }"),
            "id sourceRecord party method isActive confidence linkedBy linkedAt endedBy endedAt",
            &[("party:pii", "evidence note endReason")],
        ),
        way(
            "SourceRecord",
            READ,
            &record("…"),
            "system type id state receivedAt updatedAt party link links",
            &[("party:pii", "displayName email phone presented suggestions")],
        ),
        way("PresentedIdentity", PII, &record("presented { … }"), "displayName givenName familyName organizationName email phone address", &[]),
        way("SourceRecordConnection", READ, "{ sourceRecords { … } }", "edges nodes pageInfo", &[]),
        way("SourceRecordEdge", READ, "{ sourceRecords { edges { … } } }", "cursor node", &[]),
    ]
}

fn of_money(first: &FirstCompany) -> Vec<Way> {
    let revenue = |inner: &str| format!("{{ party(id: {:?}) {{ revenue {{ {inner} }} }} }}", first.party);
    let entries = |inner: &str| format!("{{ revenueEntries(partyId: {:?}) {{ {inner} }} }}", first.party);
    vec![
        way("PartyRevenue", MONEY, &revenue("…"), "currency gross payouts net entryCount byChannel byMonth", &[]),
        way("ChannelRevenue", MONEY, &revenue("byChannel { … }"), "gross payouts net entryCount channel", &[]),
        way("MonthRevenue", MONEY, &revenue("byMonth { … }"), "month gross payouts net entryCount", &[]),
        way("Money", MONEY, &revenue("gross { … }"), "amount currency", &[]),
        way("RevenueEntryConnection", MONEY, &entries("…"), "edges nodes pageInfo", &[]),
        way("RevenueEntryEdge", MONEY, &entries("edges { … }"), "cursor node", &[]),
        way(
            "RevenueEntry",
            MONEY,
            &entries("nodes { … }"),
            "source party channel direction amount occurredAt reverses note recordedBy recordedAt",
            &[],
        ),
        way("RevenueSource", MONEY, &entries("nodes { source { … } }"), "system type id", &[]),
        way(
            "RevenueReportRow",
            MONEY,
            "{ revenueReport(groupBy: [CHANNEL]) { … } }",
            "channel month role direction currency gross payouts net entryCount",
            &[],
        ),
        way("TopParty", MONEY, "{ topParties { … } }", "rank amount party", &[]),
    ]
}

fn of_merges(first: &FirstCompany) -> Vec<Way> {
    const STEWARD: &str = "party:steward";
    let (party, merge, twin) = (&first.party, &first.merge, &first.twin);
    let mutation = |field: &str, input: &str, inner: &str| format!("mutation {{ {field}(input: {{ {input} }}) {{ {inner} }} }}");
    let preview = |inner: &str| format!("{{ mergePreview(survivorId: {twin:?}, absorbedIds: [{party:?}]) {{ {inner} }} }}");
    let merged = |inner: &str| format!("{{ partyMerge(id: {merge:?}) {{ {inner} }} }}");
    let versions = format!("survivor: {{ partyId: {party:?}, expectedVersion: 99 }}, absorbed: [{{ partyId: {twin:?}, expectedVersion: 99 }}]");
    let unmerge = |inner: &str| mutation("unmergeParties", &format!("absorbedIds: [{MERGED:?}]"), inner);
    let acknowledge = |inner: &str| {
        mutation(
            "acknowledgePartyMerge",
            &format!("mergeId: {merge:?}, step: MERGED, system: \"first_engine\", counts: [{{ name: \"leads\", rows: 2 }}]"),
            inner,
        )
    };
    let distinct = mutation("assertPartiesDistinct", &format!("partyId: {party:?}, otherPartyId: {twin:?}"), "…");
    vec![
        way(
            "MergePreview",
            STEWARD,
            &preview("…"),
            "blockers fields links roles contactPoints identifiers relationships",
            &[("revenue:read", "revenue")],
        ),
        way("MergePreviewField", STEWARD, &preview("fields { … }"), "field rule partyId isConflict candidates", &[("party:pii", "value")]),
        way("MergeCandidate", STEWARD, &preview("fields { candidates { … } }"), "partyId", &[("party:pii", "value")]),
        way("MovedRevenue", "party:steward revenue:read", &preview("revenue { … }"), "gross payouts", &[]),
        way(
            "PartyMerge",
            READ,
            &merged("…"),
            "id state survivorId absorbedId survivor absorbed decisions reason mergedBy mergedAt unmergedBy unmergedAt unmergeReason acknowledgements",
            &[],
        ),
        way("PartyMergeDecision", READ, &merged("decisions { … }"), "field rule partyId isConflict", &[]),
        way("PartyMergeAcknowledgement", READ, &merged("acknowledgements { … }"), "system step state counts error since at", &[]),
        way("AcknowledgePartyMergePayload", STEWARD, &acknowledge("…"), "merge userErrors", &[]),
        way("PartyMergeCount", "party:steward party:read", &acknowledge("merge { acknowledgements { counts { … } } }"), "name rows", &[]),
        way("MergePartiesPayload", STEWARD, &mutation("mergeParties", &versions, "…"), "survivor merges userErrors", &[]),
        way("UnmergePartiesPayload", STEWARD, &unmerge("…"), "parties merges cameAfter userErrors", &[]),
        way("CameAfterMerge", STEWARD, &unmerge("cameAfter { … }"), "partyId kind count references", &[]),
        way("DistinctPartiesPayload", STEWARD, &distinct, "assertion userErrors", &[]),
        way(
            "DistinctPartiesAssertion",
            READ,
            &format!("{{ party(id: {party:?}) {{ distinctAssertions {{ … }} }} }}"),
            "id partyIds author reason assertedAt withdrawnBy withdrawnAt withdrawReason",
            &[],
        ),
        way(
            "PartyEngine",
            READ,
            "{ partyEngines { … } }",
            "system events registeredBy registeredAt retiredAt pending failed waitingSince lastError",
            &[],
        ),
        way("PartyEnginePayload", "party:admin", &mutation("registerPartyEngine", "system: \"first_engine\"", "…"), "engine userErrors", &[]),
        way(
            "SetPartySourcePriorityPayload",
            "party:admin",
            &mutation("setPartySourcePriority", "systems: [\"crm\"]", "…"),
            "systems userErrors",
            &[],
        ),
    ]
}

fn of_catalogues() -> Vec<Way> {
    let statistics = |of, inner: &str, fields| way(of, READ, &format!("{{ partyStatistics {{ {inner} }} }}"), fields, &[]);
    vec![
        way("Channel", READ, "{ channels { … } }", "code label", &[]),
        way("RoleType", READ, "{ roleTypes { … } }", "code label side isSystem", &[]),
        way("RelationshipType", READ, "{ relationshipTypes { … } }", "code label inverseLabel", &[]),
        statistics("PartyStatistics", "…", "total byKind byStatus byRole linksBySystem linksByType linksByMethod unlinkedSourceRecords newPerMonth"),
        way("PartyFacets", READ, "{ partyFacets { … } }", "total kinds statuses roles systems", &[]),
        statistics("PartyKindCount", "byKind { … }", "kind count"),
        statistics("PartyStatusCount", "byStatus { … }", "status count"),
        statistics("PartyRoleCount", "byRole { … }", "code label count"),
        statistics("PartySystemCount", "linksBySystem { … }", "system count"),
        statistics("PartyRecordTypeCount", "linksByType { … }", "system type count"),
        statistics("PartyLinkMethodCount", "linksByMethod { … }", "method count"),
        statistics("PartyMonthCount", "newPerMonth { … }", "month count"),
        statistics("UnlinkedRecordCount", "unlinkedSourceRecords { … }", "total bySystem"),
    ]
}

/// Mutations that succeed as often as they are tried. What a payload shows of parties needs `party:read` besides.
fn of_payloads(first: &FirstCompany) -> Vec<Way> {
    let party = &first.party;
    let source = "{ system: \"crm\", type: \"lead\", id: \"L-1\" }";
    let mutation = |field: &str, input: &str, inner: &str| format!("mutation {{ {field}(input: {{ {input} }}) {{ {inner} }} }}");
    let find = |inner: &str| mutation("findOrCreateParty", &format!("source: {source}"), inner);
    let refused = |inner: &str| mutation("createParty", "kind: PERSON, displayName: \"X\", email: \"zebulon@example.com\"", inner);
    let verify = format!("contactPointId: {:?}, method: \"letter\"", first.contact_point);
    let related = format!("fromPartyId: {party:?}, toPartyId: {:?}, type: \"WORKS_FOR\"", first.other);
    let record = "records: [{ system: \"crm\", type: \"lead\", id: \"L-7\", presented: { displayName: \"X\" } }]";
    vec![
        way("PartyPayload", "party:write", &mutation("createParty", "kind: PERSON, displayName: \"X\"", "…"), "party userErrors", &[]),
        way(
            "PartyUserError",
            "party:write",
            &refused("userErrors { … }"),
            "code message path candidateIds currentVersion linkId link",
            &[("party:read", "candidates")],
        ),
        way("ContactPointPayload", "party:write", &mutation("verifyContactPoint", &verify, "…"), "contactPoint party userErrors", &[]),
        way("PartyRelationshipPayload", "party:write", &mutation("relateParties", &related, "…"), "relationship userErrors", &[]),
        way("FindOrCreatePartyPayload", "party:write", &find("…"), "party created foundBy reviewTaskId userErrors", &[]),
        way(
            "FindOrCreatePartiesPayload",
            "party:write",
            &mutation("findOrCreateParties", &format!("items: [{{ source: {source} }}]"), "…"),
            "results",
            &[],
        ),
        way(
            "LinkToPartyPayload",
            "party:link",
            &mutation("linkToParty", &format!("source: {source}, partyId: {party:?}"), "…"),
            "link endedLink userErrors",
            &[],
        ),
        way(
            "UnlinkFromPartyPayload",
            "party:link",
            &mutation("unlinkFromParty", "source: { system: \"crm\", type: \"lead\", id: \"none\" }", "…"),
            "link userErrors",
            &[],
        ),
        way("RegisterSourceRecordsPayload", "party:link", &mutation("registerSourceRecords", record, "…"), "results userErrors", &[]),
        way(
            "SourceRecordResult",
            "party:link",
            &mutation("registerSourceRecords", record, "results { … }"),
            "sourceRecord created changed userErrors",
            &[],
        ),
        way(
            "RoleTypePayload",
            "party:admin",
            &mutation("upsertRoleType", "code: \"first_only\", label: \"X\", side: BUYS", "…"),
            "roleType userErrors",
            &[],
        ),
        way(
            "RecordRevenuePayload",
            "revenue:write",
            &mutation(
                "recordRevenue",
                &format!(
                    "entries: [{{ source: {{ system: \"sales\", type: \"invoice\", id: \"I-1\" }}, partyId: {party:?}, channel: \"direct\", amount: \"4711.99\", currency: \"EUR\", occurredAt: \"2026-01-15T12:00:00Z\", note: \"Zebulon\" }}]"
                ),
                "…",
            ),
            "recorded unchanged userErrors",
            &[],
        ),
    ]
}
