//! Companies, and the catalogues of role types, channels and relationship types
//! with the rows of the system.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{boolean, json_binary, string_len, text, timestamp_with_time_zone, uuid};
use sea_orm_migration::sea_orm::prelude::{DateTimeUtc, Uuid};

use crate::company_table::{CompanyTable, drop_tables};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const BUYS: &str = "BUYS";
const SELLS: &str = "SELLS";
const BOTH: &str = "BOTH";

/// Code, label and side of the role types that every company has.
const ROLE_TYPES: [(&str, &str, &str); 14] = [
    ("prospect", "Prospect", BUYS),
    ("sales_customer", "Sales customer", BUYS),
    ("itad_client", "ITAD client", BUYS),
    ("auction_buyer", "Auction buyer", BUYS),
    ("website_customer", "Website customer", BUYS),
    ("reseller", "Reseller", BUYS),
    ("consignment_client", "Consignment client", BUYS),
    ("end_user", "End user", BUYS),
    ("distributor", "Distributor", BUYS),
    ("purchase_vendor", "Purchase vendor", SELLS),
    ("consignment_vendor", "Consignment vendor", SELLS),
    ("manufacturer", "Manufacturer", SELLS),
    ("service_provider", "Service provider", SELLS),
    ("downstream_recycler", "Downstream recycler", BOTH),
];

/// Code and label of the channels that every company has.
const CHANNELS: [(&str, &str); 5] =
    [("direct", "Direct sales"), ("auction", "Auction"), ("component", "Component sales"), ("website", "Website"), ("itad", "ITAD")];

/// Code, label and inverse label of the relationship types that every company has.
const RELATIONSHIP_TYPES: [(&str, &str, &str); 6] = [
    ("WORKS_FOR", "works for", "employs"),
    ("PART_OF", "part of", "has part"),
    ("HOUSEHOLD", "same household as", "same household as"),
    ("SUBSIDIARY_OF", "subsidiary of", "has subsidiary"),
    ("CONTACT_FOR", "contact for", "has contact"),
    ("REFERRED_BY", "referred by", "referred"),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(company()).await?;
        create_catalogues(manager).await?;
        for statement in system_rows() {
            manager.execute(statement).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["relationship_type", "channel", "role_type", "company"]).await
    }
}

fn company() -> TableCreateStatement {
    Table::create()
        .table("company")
        .col(uuid("id"))
        .col(text("name"))
        .col(string_len("currency", 3))
        .col(string_len("default_country", 2))
        .col(json_binary("settings"))
        .col(timestamp_with_time_zone("created_at"))
        .primary_key(Index::create().name("pk_company").col("id"))
        .check(("ck_company_currency", Expr::cust("length(currency) = 3")))
        .check(("ck_company_default_country", Expr::cust("length(default_country) = 2")))
        .take()
}

async fn create_catalogues(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    CompanyTable::catalogue("role_type", &["code"])
        .columns([text("code"), text("label"), text("side"), boolean("is_system"), timestamp_with_time_zone("created_at")])
        .check("side", "side IN ('BUYS', 'SELLS', 'BOTH')")
        .create(manager)
        .await?;
    CompanyTable::catalogue("channel", &["code"])
        .columns([text("code"), text("label"), timestamp_with_time_zone("created_at")])
        .create(manager)
        .await?;
    CompanyTable::catalogue("relationship_type", &["code"])
        .columns([text("code"), text("label"), text("inverse_label"), timestamp_with_time_zone("created_at")])
        .create(manager)
        .await
}

/// The time is that of the schema, not of the run, so that every database holds the same rows.
fn system_rows() -> [InsertStatement; 3] {
    let system = Uuid::nil();
    let since = DateTimeUtc::UNIX_EPOCH;
    let mut role_types = Query::insert();
    role_types.into_table("role_type").columns(["company_id", "code", "label", "side", "is_system", "created_at"]);
    for (code, label, side) in ROLE_TYPES {
        role_types.values_panic([system.into(), code.into(), label.into(), side.into(), true.into(), since.into()]);
    }
    let mut channels = Query::insert();
    channels.into_table("channel").columns(["company_id", "code", "label", "created_at"]);
    for (code, label) in CHANNELS {
        channels.values_panic([system.into(), code.into(), label.into(), since.into()]);
    }
    let mut relationship_types = Query::insert();
    relationship_types.into_table("relationship_type").columns(["company_id", "code", "label", "inverse_label", "created_at"]);
    for (code, label, inverse) in RELATIONSHIP_TYPES {
        relationship_types.values_panic([system.into(), code.into(), label.into(), inverse.into(), since.into()]);
    }
    [role_types, channels, relationship_types]
}
