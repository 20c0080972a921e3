//! Demo rows: they belong to the hub's demo records, which are asked for through its graph like everything else.
use super::{
    Engine, Error,
    access::DEMO_COMPANY,
    hub::{Failure, Hub},
};
use chrono::{DateTime, Duration, TimeZone, Utc};
use sea_orm::{DatabaseConnection, DatabaseTransaction, EntityTrait, IntoActiveModel, TransactionTrait};
use uuid::Uuid;

/// The hub's linked records of one engine.
pub struct HubRecords<'a> {
    hub: &'a Hub,
    system: &'static str,
}

impl HubRecords<'_> {
    /// All linked records of a type with their parties, in the order of their ids.
    ///
    /// # Errors
    /// When the hub does not answer.
    pub async fn of_type(&self, record_type: &str) -> Result<Vec<(String, Uuid)>, Error> {
        self.hub.linked_records(self.system, DEMO_COMPANY, record_type).await.map_err(|failure| {
            let (Failure::Unreachable(text) | Failure::Refused(text)) = failure;
            Error::Unavailable(format!("the hub was asked for its demo records: {text}"))
        })
    }
}

/// Writes an engine's demo rows in one transaction, and says whether it did: not when there are rows already.
///
/// # Errors
/// When the hub or the database does not answer.
pub async fn seed<E: Engine>(db: &DatabaseConnection, hub: &Hub) -> Result<bool, Error> {
    let tx = db.begin().await?;
    let loaded = E::seed(&tx, DEMO_COMPANY, &HubRecords { hub, system: E::SYSTEM }).await?;
    tx.commit().await?;
    Ok(loaded)
}

/// Inserts rows, 500 a statement.
///
/// # Errors
/// When the database refuses.
pub async fn insert<A>(tx: &DatabaseTransaction, rows: Vec<A>) -> Result<(), Error>
where
    A: sea_orm::ActiveModelTrait + Send,
    <A::Entity as EntityTrait>::Model: IntoActiveModel<A>,
{
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        A::Entity::insert_many(rows.by_ref().take(500).collect::<Vec<_>>()).exec_without_returning(tx).await?;
    }
    Ok(())
}

/// The id of a demo row: always the same.
pub fn id(number: usize) -> Uuid {
    Uuid::from_u128(0x0193_5000_0000_7000_8000_0000_0000_0000 + number as u128)
}

/// A time in the story of the demo: a number of hours after its beginning.
pub fn hour(number: usize) -> DateTime<Utc> {
    let begin = Utc.timestamp_opt(1_735_722_000, 0).single().unwrap_or_default();
    begin + Duration::hours(i64::try_from(number % 16_000).unwrap_or_default())
}
