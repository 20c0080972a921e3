//! What the views for reports in SQL say, on an example.

use sea_orm::prelude::{Json, Uuid};
use sea_orm::{DatabaseConnection, DbBackend, DbErr, QueryResult};

use super::database::{TestDatabase, column, company, id, insert, on_both_backends, party, role, rows, total};

const COMPANY: Uuid = Uuid::from_u128(1);

/// John buys and sells in three roles, and absorbed a party with revenue; a vendor sells;
/// a recycler is on both sides; a party without roles is inactive.
async fn example(database: &TestDatabase) -> Result<DatabaseConnection, DbErr> {
    let connection = database.everything().await;
    insert(&connection, company(COMPANY)).await?;
    let john = party(COMPANY, id(10), "ACTIVE");
    insert(&connection, john.clone()).await?;
    let mut primary = role(&john, id(20), "sales_customer");
    primary.is_primary = true;
    insert(&connection, primary).await?;
    insert(&connection, role(&john, id(21), "auction_buyer")).await?;
    let mut past = role(&john, id(22), "prospect");
    past.valid_to = Some(super::database::at(2));
    insert(&connection, past).await?;

    let mut absorbed = party(COMPANY, id(11), "MERGED");
    absorbed.merged_into = Some(john.id);
    insert(&connection, absorbed.clone()).await?;
    for (number, code) in [(12, "purchase_vendor"), (13, "downstream_recycler"), (14, "prospect")] {
        let other = party(COMPANY, id(number), "ACTIVE");
        insert(&connection, other.clone()).await?;
        insert(&connection, role(&other, id(number + 20), code)).await?;
    }
    insert(&connection, party(COMPANY, id(15), "INACTIVE")).await?;

    for (party, currency, kind, amount) in [
        (&john, "EUR", ("direct", "INFLOW"), 1000),
        (&john, "EUR", ("auction", "INFLOW"), 200),
        (&john, "EUR", ("component", "INFLOW"), 30),
        (&john, "EUR", ("itad", "INFLOW"), 7),
        (&john, "EUR", ("itad", "OUTFLOW"), 500),
        (&john, "USD", ("website", "INFLOW"), 4),
        (&absorbed, "EUR", ("direct", "INFLOW"), 10_000),
    ] {
        insert(&connection, total(party, currency, kind, amount)).await?;
    }
    Ok(connection)
}

/// The ids of a view, as people read them, by the last two digits.
async fn listed(connection: &DatabaseConnection, view: &str) -> Vec<String> {
    let sql = format!("SELECT CAST(id AS text) FROM {view} ORDER BY 1");
    let ids: Vec<String> = column(connection, &sql).await;
    for id in &ids {
        assert!(id.starts_with("00000000-0000-0000-0000-0000000000"), "{id}");
    }
    ids.iter().map(|id| id[34..].to_owned()).collect()
}

fn json(row: &QueryResult, name: &str) -> Json {
    row.try_get("", name).unwrap()
}

async fn listings_hold_the_parties_of_their_role(database: &TestDatabase) {
    let connection = example(database).await.unwrap();
    assert_eq!(listed(&connection, "customers").await, ["0a", "0d", "0e"]);
    assert_eq!(listed(&connection, "suppliers").await, ["0c", "0d"]);
    assert_eq!(listed(&connection, "crm_prospects").await, ["0e"]);
    assert_eq!(listed(&connection, "auction_buyers").await, ["0a"]);
}

async fn a_listing_has_the_columns_of_the_old_system(database: &TestDatabase) {
    let connection = example(database).await.unwrap();
    let found = rows(&connection, "SELECT * FROM auction_buyers").await;
    assert_eq!(found[0].column_names(), ["id", "company_id", "name", "email", "phone", "address", "entity_type", "roles", "is_active", "created_at"]);
    let text = |name: &str| found[0].try_get::<String>("", name).unwrap();
    assert_eq!(text("name"), "John Doe");
    assert_eq!(text("email"), "10@example.com");
    assert_eq!(text("phone"), "+4930123456");
    assert_eq!(text("address"), "1 High Street, Berlin");
    assert_eq!(text("entity_type"), "sales_customer");
    assert_eq!(json(&found[0], "roles"), Json::from(vec!["auction_buyer", "sales_customer"]));
    assert!(found[0].try_get::<bool>("", "is_active").unwrap());
    if database.everything().await.get_database_backend() == DbBackend::Sqlite {
        assert_eq!(text("company_id"), "00000000-0000-0000-0000-000000000001");
    }
}

async fn the_unified_view_has_a_row_per_party_and_currency(database: &TestDatabase) {
    let connection = example(database).await.unwrap();
    let found = rows(
        &connection,
        "SELECT * FROM party_unified_view WHERE name = 'John Doe' AND email = '10@example.com'
         ORDER BY currency",
    )
    .await;
    let figures = |row: &QueryResult| {
        ["direct_sales", "auction_sales", "component_sales", "website_sales", "itad_revenue_share", "total_revenue", "net_revenue"]
            .map(|name| row.try_get::<i64>("", name).unwrap())
    };
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].try_get::<String>("", "currency").unwrap(), "EUR");
    assert_eq!(figures(&found[0]), [11_000, 200, 30, 0, 500, 11_237, 10_737]);
    assert_eq!(found[1].try_get::<String>("", "currency").unwrap(), "USD");
    assert_eq!(figures(&found[1]), [0, 0, 0, 4, 0, 4, 4]);

    let found = rows(&connection, "SELECT * FROM party_unified_view WHERE email = '15@example.com'").await;
    assert_eq!(found.len(), 1, "a party without revenue has one row");
    assert_eq!(found[0].try_get::<Option<String>>("", "currency").unwrap(), None);
    assert_eq!(figures(&found[0]), [0; 7]);
    assert_eq!(json(&found[0], "roles"), Json::Array(Vec::new()));
    assert!(!found[0].try_get::<bool>("", "is_active").unwrap());
    assert_eq!(listed(&connection, "party_unified_view").await.len(), 6);
}

on_both_backends!(
    listings_hold_the_parties_of_their_role,
    a_listing_has_the_columns_of_the_old_system,
    the_unified_view_has_a_row_per_party_and_currency,
);
