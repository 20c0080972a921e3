//! Row-level security on PostgreSQL: what a connection sees and may change.

use entity::{party, role_type};
use migration::COMPANY_TABLES;
use sea_orm::prelude::Uuid;
use sea_orm::{ConnectionTrait, DatabaseConnection, EntityTrait};

use super::database::{app, at, column, company, connect, id, insert, link, party as person, role, source_record, total};
use crate::support::postgres::PostgresDatabase;

const OURS: Uuid = Uuid::from_u128(1);
const THEIRS: Uuid = Uuid::from_u128(2);

/// Two companies with a party each, and what belongs to a party.
async fn two_companies() -> PostgresDatabase {
    let database = PostgresDatabase::create().await;
    let everything = connect(&database.superuser_url).await;
    for company_id in [OURS, THEIRS] {
        insert(&everything, company(company_id)).await.unwrap();
        let john = person(company_id, id(10), "ACTIVE");
        insert(&everything, john.clone()).await.unwrap();
        insert(&everything, role(&john, id(11), "prospect")).await.unwrap();
        let record = source_record(company_id, "4711");
        insert(&everything, record.clone()).await.unwrap();
        insert(&everything, link(&record, id(12), john.id)).await.unwrap();
        let sales = total(&john, "EUR", ("direct", "INFLOW"), 100);
        insert(&everything, sales).await.unwrap();
    }
    database
}

async fn count(connection: &DatabaseConnection, table: &str) -> i64 {
    let counted = column(connection, &format!("SELECT count(*) FROM {table}")).await;
    counted[0]
}

#[tokio::test]
async fn every_table_forces_a_policy_on_everybody() {
    let database = PostgresDatabase::create().await;
    let everything = connect(&database.superuser_url).await;
    let protected: Vec<String> = column(
        &everything,
        "SELECT c.relname::text FROM pg_class c JOIN pg_policies p ON p.tablename = c.relname
         WHERE c.relrowsecurity AND c.relforcerowsecurity AND p.policyname = 'company_isolation'
           AND p.cmd = 'ALL' AND p.roles = '{public}' AND p.with_check IS NOT NULL",
    )
    .await;
    for table in COMPANY_TABLES.iter().chain(&["company"]) {
        assert!(protected.contains(&(*table).to_owned()), "{table}");
    }
    let other_policies: Vec<String> =
        column(&everything, "SELECT tablename || ' ' || cmd FROM pg_policies WHERE policyname <> 'company_isolation' ORDER BY 1").await;
    assert_eq!(other_policies, ["channel SELECT", "relationship_type SELECT", "role_type SELECT"]);
}

#[tokio::test]
async fn without_the_setting_nobody_sees_a_row() {
    let database = two_companies().await;
    for url in [&database.app_url, &database.owner_url] {
        let connection = connect(url).await;
        for setting in ["", "SET app.company_id = ''"] {
            connection.execute_unprepared(setting).await.unwrap();
            for table in COMPANY_TABLES.iter().chain(&["company"]).chain(migration::VIEWS) {
                assert_eq!(count(&connection, table).await, 0, "{table} {setting}");
            }
        }
    }
}

#[tokio::test]
async fn a_company_sees_its_own_rows_only() {
    let database = two_companies().await;
    let connection = app(&database, OURS).await;
    let own = ["party", "party_role", "source_record", "party_link", "revenue_total"];
    for table in own.iter().chain(&["customers", "crm_prospects", "party_unified_view"]) {
        let companies: Vec<Uuid> = column(&connection, &format!("SELECT company_id FROM {table}")).await;
        assert_eq!(companies, [OURS], "{table}");
    }
    let companies: Vec<Uuid> = column(&connection, "SELECT id FROM company").await;
    assert_eq!(companies, [OURS]);
}

#[tokio::test]
async fn a_company_cannot_write_rows_of_another() {
    let database = two_companies().await;
    let connection = app(&database, OURS).await;
    let refused = insert(&connection, person(THEIRS, id(20), "ACTIVE")).await;
    assert!(refused.unwrap_err().to_string().contains("row-level security"));
    let changed = connection.execute_unprepared("UPDATE party SET display_name = 'x'").await.unwrap();
    assert_eq!(changed.rows_affected(), 1);
    let stolen = connection.execute_unprepared(&format!("UPDATE source_record SET company_id = '{THEIRS}'")).await;
    assert!(stolen.unwrap_err().to_string().contains("row-level security"));

    let everything = connect(&database.superuser_url).await;
    let theirs = party::Entity::find_by_id((THEIRS, id(10))).one(&everything).await.unwrap();
    assert_eq!(theirs.unwrap().display_name, "John Doe");
}

#[tokio::test]
async fn a_company_registers_itself_under_its_own_setting() {
    let database = PostgresDatabase::create().await;
    let connection = app(&database, OURS).await;
    insert(&connection, company(OURS)).await.unwrap();
    let refused = insert(&connection, company(THEIRS)).await;
    assert!(refused.unwrap_err().to_string().contains("row-level security"));
}

#[tokio::test]
async fn rows_of_the_system_are_read_and_never_changed() {
    let database = two_companies().await;
    let connection = app(&database, OURS).await;
    for (table, rows) in [("role_type", 14), ("channel", 5), ("relationship_type", 6)] {
        assert_eq!(count(&connection, table).await, rows, "{table}");
    }
    for company_id in [OURS, Uuid::nil()] {
        let connection = app(&database, company_id).await;
        for table in migration::CATALOGUE_TABLES {
            let changed = connection.execute_unprepared(&format!("UPDATE {table} SET label = 'x'")).await.unwrap();
            assert_eq!(changed.rows_affected(), 0, "{table} as {company_id}");
            let deleted = connection.execute_unprepared(&format!("DELETE FROM {table}")).await;
            assert!(deleted.unwrap_err().to_string().contains("permission denied"));
        }
        let refused = insert(&connection, role_named(Uuid::nil(), "king")).await;
        assert!(refused.unwrap_err().to_string().contains("row-level security"));
    }
}

#[tokio::test]
async fn a_company_adds_its_own_catalogue_rows() {
    let database = two_companies().await;
    let ours = app(&database, OURS).await;
    insert(&ours, role_named(OURS, "king")).await.unwrap();
    assert_eq!(count(&ours, "role_type").await, 15);
    assert_eq!(count(&app(&database, THEIRS).await, "role_type").await, 14);
}

fn role_named(company_id: Uuid, code: &str) -> role_type::Model {
    role_type::Model { company_id, code: code.to_owned(), label: code.to_owned(), side: "BUYS".to_owned(), is_system: false, created_at: at(0) }
}
