//! Who is who: customers, suppliers and leads.
use super::old::{OldTables, because, ended};
use crate::support::{caller::TestCaller, on_both_databases};
use serde_json::{Value, json};

const PARTY: &str = "displayName kind primaryEmail primaryPhone roles { role { code } } links { sourceRecord { type id } method }";

/// The party that an old record leads to.
pub async fn party_of(caller: &TestCaller, record_type: &str, id: &str) -> Value {
    let query = format!("query($source: SourceKeyInput!) {{ resolveParty(source: $source) {{ id {PARTY} }} }}");
    let source = json!({ "system": "legacy", "type": record_type, "id": id });
    caller.data(&query, json!({ "source": source })).await["resolveParty"].take()
}

pub fn roles(party: &Value) -> Vec<&str> {
    let mut roles: Vec<&str> = party["roles"].as_array().unwrap().iter().map(|role| role["role"]["code"].as_str().unwrap()).collect();
    roles.sort_unstable();
    roles
}

on_both_databases! {
    /// One address in both tables, in other cases, is one party with the roles of both.
    async fn a_customer_who_supplies_is_one_party(app: TestApp) {
        let caller = app.company("Acme").await;
        let old = OldTables::create().await;
        old.run(&caller, "INSERT INTO customers (id, company_id, name, email, phone, entity_type, roles) VALUES
            (17, '{c}', 'Anna Schmidt', ' Anna@Example.com', '030 1234567', 'individual', '[\"reseller\"]'), (18, '{c}', 'Bolt GmbH', '', NULL, 'company', NULL);
            INSERT INTO suppliers (id, company_id, name, email, phone) VALUES (3, '{c}', 'A. Schmidt Trading', 'anna@EXAMPLE.com', '030 999')").await;
        let report = old.import(&app, &caller).await;
        assert_eq!(ended(&report, "customers"), [2, 0, 0, 0]);
        assert_eq!(ended(&report, "suppliers"), [0, 1, 0, 0]);
        let anna = party_of(&caller, "customer", "17").await;
        assert_eq!(anna, party_of(&caller, "supplier", "3").await);
        assert_eq!((anna["displayName"].as_str(), anna["kind"].as_str()), (Some("Anna Schmidt"), Some("PERSON")));
        assert_eq!(roles(&anna), ["purchase_vendor", "reseller", "sales_customer"]);
        assert_eq!(anna["links"].as_array().unwrap().len(), 2);
        assert_eq!(anna["links"][0]["method"], "IMPORT");
        let bolt = party_of(&caller, "customer", "18").await;
        assert_eq!((bolt["kind"].as_str(), bolt["primaryEmail"].as_str()), (Some("ORGANIZATION"), None));
    }

    /// A lead with a company name is a person and an organisation; two leads with one address are one person with two records.
    async fn leads_lose_nothing(app: TestApp) {
        let caller = app.company("Acme").await;
        let old = OldTables::create().await;
        old.run(&caller, "INSERT INTO leads (id, company_id, lead_name, company_name, contact_email, contact_phone) VALUES
            (1, '{c}', 'Carl Core', 'Core Ltd', 'carl@core.example', NULL),
            (2, '{c}', 'Carl P. Core', 'CORE Ltd.', 'CARL@core.example', NULL),
            (3, '{c}', 'No Mail', NULL, NULL, '+49 30 7654321'),
            (4, '{c}', NULL, 'Only Firm AG', NULL, NULL),
            (5, '{c}', NULL, NULL, '', NULL)").await;
        let report = old.import(&app, &caller).await;
        assert_eq!(ended(&report, "leads"), [3, 1, 1, 0]);
        assert_eq!(because(&report, "leads", "NOT_ENOUGH_EVIDENCE"), 1);
        let carl = party_of(&caller, "lead", "1").await;
        assert_eq!(carl["id"], party_of(&caller, "lead", "2").await["id"]);
        assert_eq!(roles(&carl), ["prospect"]);
        let firm = party_of(&caller, "lead_company", "1").await;
        assert_eq!((firm["displayName"].as_str(), firm["kind"].as_str()), (Some("Core Ltd"), Some("ORGANIZATION")));
        assert_eq!(firm["id"], party_of(&caller, "lead_company", "2").await["id"]);
        let query = "query($id: ID!) { party(id: $id) { relationships { type { code } party { displayName } } } }";
        let related = caller.data(query, json!({ "id": carl["id"] })).await;
        assert_eq!(related["party"]["relationships"], json!([{ "type": { "code": "WORKS_FOR" }, "party": { "displayName": "Core Ltd" } }]));
        assert_eq!(party_of(&caller, "lead", "3").await["primaryPhone"], "+49307654321");
        assert_eq!(party_of(&caller, "lead", "4").await["kind"], "ORGANIZATION");
        let left = caller.data(r#"{ sourceRecords(first: 10, filter: { state: IN_REVIEW }) { nodes { type id } } }"#, json!({})).await;
        assert_eq!(left["sourceRecords"]["nodes"], json!([{ "type": "lead", "id": "5" }]));
    }

    /// What does not parse stays with the record; what cannot be taken says why.
    async fn dirty_rows_end_somewhere(app: TestApp) {
        let caller = app.company("Acme").await;
        let old = OldTables::create().await;
        old.run(&caller, "INSERT INTO customers (id, company_id, name, email, phone, is_active) VALUES
            (1, '{c}', 'Wild Phone', 'not an address', 'call me', true), (2, NULL, 'No Tenant', 'nt@example.com', NULL, true),
            (3, '{c}', repeat('x', 1000000), 'long@example.com', NULL, true), (4, '{c}', 'Twice', 'one@example.com', NULL, true),
            (4, '{c}', 'Twice', 'two@example.com', NULL, true), (NULL, '{c}', 'No Key', NULL, NULL, true),
            (6, '{c}', 'Gone', 'gone@example.com', NULL, false), (7, '00000000-0000-0000-0000-0000000000ff', 'Another company', NULL, NULL, true)").await;
        let report = old.import(&app, &caller).await;
        assert_eq!(ended(&report, "customers"), [4, 0, 0, 3]);
        assert_eq!(["NO_COMPANY", "DUPLICATE_KEY", "NO_KEY"].map(|reason| because(&report, "customers", reason)), [1, 1, 1]);
        let wild = party_of(&caller, "customer", "1").await;
        assert_eq!((wild["primaryEmail"].as_str(), wild["primaryPhone"].as_str()), (None, None));
        let query = r#"{ sourceRecord(source: { system: "legacy", type: "customer", id: "1" }) { presented { email phone } } }"#;
        let presented = caller.data(query, json!({})).await;
        assert_eq!(presented["sourceRecord"]["presented"], json!({ "email": "not an address", "phone": "call me" }));
        assert_eq!(party_of(&caller, "customer", "3").await["displayName"].as_str().map(str::len), Some(200));
        assert_eq!(roles(&party_of(&caller, "customer", "6").await), Vec::<&str>::new());
        assert_eq!(party_of(&caller, "customer", "7").await, Value::Null);
    }
}
