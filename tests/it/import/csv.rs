//! Old tables as CSV files, and mappings of one's own.
use super::{
    identity::party_of,
    old::{because, ended, import_from, import_mapped},
};
use crate::support::on_both_databases;
use party::domain::import::mapping::Mapping;
use tempfile::TempDir;

fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, bytes) in files {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    folder
}

on_both_databases! {
    /// The same rules hold for files; bytes that are no text are told apart from nothing.
    async fn a_folder_of_files(app: TestApp) {
        let caller = app.company("Acme").await;
        let id = caller.company.to_string();
        let customers = [
            b"id,company_id,name,email,phone\r\n".to_vec(),
            format!("1,{id},\"Schmidt, Anna\",anna@example.com,\n1,{id},Again,again@example.com,\n,{id},No Key,,\n3,,No Tenant,,\n").into_bytes(),
            [b"4,", id.as_bytes(), b",Bj\xf6rn\0,bjorn@example.com\n"].concat(),
        ]
        .concat();
        let carts = format!("id,company_id,customer_email,customer_id\n1,{id},guest@example.com,\n2,{id},,1\n");
        let folder = folder(&[("customers.csv", &customers), ("shopping_carts.csv", carts.as_bytes())]);
        let from = folder.path().to_str().unwrap();
        let report = import_from(from, &app, &caller, false).await.unwrap();
        assert_eq!(ended(&report, "customers"), [2, 0, 0, 3]);
        assert_eq!(["DUPLICATE_KEY", "NO_KEY", "NO_COMPANY"].map(|reason| because(&report, "customers", reason)), [1, 1, 1]);
        assert_eq!(ended(&report, "shopping_carts"), [1, 1, 0, 0]);
        assert_eq!(party_of(&caller, "customer", "1").await["displayName"], "Schmidt, Anna");
        assert_eq!(party_of(&caller, "customer", "4").await["displayName"], "Bj\u{fffd}rn");
        let again = import_from(from, &app, &caller, false).await.unwrap();
        assert_eq!((again.run, again.tables), (None, report.tables));
    }

    /// Other names of tables and columns, other words, a composite key.
    async fn another_shape(app: TestApp) {
        let caller = app.company("Acme").await;
        let mapping = Mapping::parse(r#"
            system = "erp"
            [roles]
            haendler = "reseller"
            [[tables]]
            name = "kunden"
            rows = "party"
            type = "kunde"
            key = ["mandant", "nummer"]
            kind = "ORGANIZATION"
            [tables.columns]
            company = "mandant"
            name = "firma"
            email = "mail"
            roles = "art"
        "#).unwrap();
        let id = caller.company.to_string();
        let kunden = format!("mandant,nummer,firma,mail,art\n{id},7,Bolt,info@bolt.example,\"Haendler,unbekannt\"\n");
        let folder = folder(&[("kunden.csv", kunden.as_bytes())]);
        let report = import_mapped(folder.path().to_str().unwrap(), &app, &caller, (&mapping, false)).await.unwrap();
        assert_eq!(ended(&report, "kunden"), [1, 0, 0, 0]);
        let query = format!(r#"{{ resolveParty(source: {{ system: "erp", type: "kunde", id: "{id}/7" }}) {{ kind roles {{ role {{ code }} }} }} }}"#);
        let party = caller.data(&query, serde_json::json!({})).await;
        assert_eq!(party["resolveParty"], serde_json::json!({ "kind": "ORGANIZATION", "roles": [{ "role": { "code": "reseller" } }] }));
    }
}

#[tokio::test]
async fn a_source_that_is_none_is_refused() {
    let app = crate::support::app::TestApp::on_sqlite().await;
    let caller = app.company("Acme").await;
    let error = import_from("no/such/folder", &app, &caller, false).await.unwrap_err();
    assert_eq!(error.to_string(), "The source is neither a URL that begins with postgres:// nor a folder of CSV files.");
}
