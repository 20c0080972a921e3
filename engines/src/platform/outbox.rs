//! The outbox: reports to the hub, written in the transaction of the change that they are about, and deleted when the hub has them.
//!
//! The hub knows each report by its source record, so that delivering one twice changes nothing.
use super::{Error, new_id, now};
use async_graphql::InputObject;
use chrono::{DateTime, Duration, Utc};
use sea_orm::{ActiveValue::Set, ConnectionTrait, DatabaseTransaction, QueryOrder, QuerySelect, entity::prelude::*};
use serde::Serialize;
use serde_json::json;

/// The kind of a report that registers a source record. Kinds sort in the order in which they are delivered.
pub const SOURCE_RECORD: &str = "1_SOURCE_RECORD";

/// The kind of a report of money.
pub const REVENUE: &str = "2_REVENUE";

/// The longest time between two attempts.
const MAX_DELAY: i64 = 300;

/// A report that the hub is still to get.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "outbox")]
pub struct Model {
    /// The company that it is about.
    #[sea_orm(primary_key, auto_increment = false)]
    pub company_id: Uuid,
    /// Later reports have greater ids.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// What is reported.
    #[sea_orm(column_type = "Text")]
    pub kind: String,
    /// The engine's name for the record that it is about.
    #[sea_orm(column_type = "Text")]
    pub record_type: String,
    /// The record's id.
    #[sea_orm(column_type = "Text")]
    pub record_id: String,
    /// The input of the hub's mutation, as the hub takes it.
    #[sea_orm(column_type = "JsonBinary")]
    pub message: Json,
    /// How often it was tried.
    pub attempts: i32,
    /// Not to be tried again before this time.
    pub next_attempt_at: DateTimeUtc,
    /// Why the last attempt failed.
    #[sea_orm(column_type = "Text", nullable)]
    pub last_failure: Option<String>,
}

/// Rows stand alone.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What somebody told this engine of a person or organisation. It goes on to the identity hub and is not kept here.
#[derive(Clone, Debug, Default, Serialize, InputObject)]
#[serde(rename_all = "camelCase")]
pub struct PresentedInput {
    /// A name of a person or organisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// A person's given name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_name: Option<String>,
    /// A person's family name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family_name: Option<String>,
    /// The name of an organisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization_name: Option<String>,
    /// An e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// A phone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// A postal address in one line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// A record of this engine.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// The engine, for instance `crm`.
    pub system: &'a str,
    /// Its name for such records, for instance `lead`.
    pub record_type: &'a str,
    /// The record's id.
    pub id: &'a str,
}

/// Money that a party paid.
pub struct Revenue<'a> {
    /// The record that the payment is.
    pub source: Record<'a>,
    /// Who paid, by id.
    pub party: Option<Uuid>,
    /// Who paid, by a record that is linked to the party.
    pub party_source: Option<Record<'a>>,
    /// The hub's code of the channel.
    pub channel: &'a str,
    /// How much.
    pub amount: super::money::Money,
    /// When.
    pub occurred_at: DateTime<Utc>,
}

impl Record<'_> {
    fn json(&self) -> Json {
        json!({ "system": self.system, "type": self.record_type, "id": self.id })
    }
}

/// Reports in this transaction that a record exists, and what was presented with it. An older report of it that still waits is replaced.
///
/// # Errors
/// When the database refuses.
pub async fn register(tx: &DatabaseTransaction, company: Uuid, record: Record<'_>, presented: &PresentedInput) -> Result<(), Error> {
    let mut message = record.json();
    message["presented"] = serde_json::to_value(presented).map_err(|error| Error::Internal(error.to_string()))?;
    Entity::delete_many()
        .filter(Column::CompanyId.eq(company))
        .filter(Column::Kind.eq(SOURCE_RECORD))
        .filter(Column::RecordType.eq(record.record_type))
        .filter(Column::RecordId.eq(record.id))
        .exec(tx)
        .await?;
    write(tx, company, SOURCE_RECORD, record, message).await
}

/// Reports in this transaction that money came in.
///
/// # Errors
/// When the database refuses.
pub async fn record_revenue(tx: &DatabaseTransaction, company: Uuid, revenue: &Revenue<'_>) -> Result<(), Error> {
    let mut message = json!({
        "source": revenue.source.json(), "channel": revenue.channel,
        "amount": revenue.amount.amount.0, "currency": revenue.amount.currency, "occurredAt": revenue.occurred_at,
    });
    if let Some(party) = revenue.party {
        message["partyId"] = json!(party);
    }
    if let Some(record) = &revenue.party_source {
        message["partySource"] = record.json();
    }
    write(tx, company, REVENUE, revenue.source, message).await
}

async fn write(tx: &DatabaseTransaction, company: Uuid, kind: &str, record: Record<'_>, message: Json) -> Result<(), Error> {
    let row = ActiveModel {
        company_id: Set(company),
        id: Set(new_id()),
        kind: Set(kind.to_owned()),
        record_type: Set(record.record_type.to_owned()),
        record_id: Set(record.id.to_owned()),
        message: Set(message),
        attempts: Set(0),
        next_attempt_at: Set(now()),
        last_failure: Set(None),
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// The oldest reports that are due, of all companies. Only the courier asks across companies.
///
/// # Errors
/// When the database does not answer.
pub async fn due(db: &impl ConnectionTrait, most: u64) -> Result<Vec<Model>, Error> {
    Ok(Entity::find().filter(Column::NextAttemptAt.lte(now())).order_by_asc(Column::Id).limit(most).all(db).await?)
}

/// Forgets reports of one company that the hub has now.
///
/// # Errors
/// When the database does not answer.
pub async fn delivered(db: &impl ConnectionTrait, company: Uuid, ids: Vec<Uuid>) -> Result<(), Error> {
    Entity::delete_many().filter(Column::CompanyId.eq(company)).filter(Column::Id.is_in(ids)).exec(db).await?;
    Ok(())
}

/// Puts a report off: each time twice as long, at most five minutes.
///
/// # Errors
/// When the database does not answer.
pub async fn put_off(db: &impl ConnectionTrait, report: &Model, failure: &str) -> Result<(), Error> {
    let delay = 1_i64.checked_shl(report.attempts.unsigned_abs()).unwrap_or(MAX_DELAY).clamp(1, MAX_DELAY);
    // Where another courier delivered it meanwhile there is nothing to put off.
    let values = ActiveModel {
        attempts: Set(report.attempts.saturating_add(1)),
        next_attempt_at: Set(now() + Duration::seconds(delay)),
        last_failure: Set(Some(failure.chars().take(1_000).collect())),
        ..Default::default()
    };
    Entity::update_many().set(values).filter(Column::CompanyId.eq(report.company_id)).filter(Column::Id.eq(report.id)).exec(db).await?;
    Ok(())
}
