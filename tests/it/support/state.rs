//! What a test asks of the database itself, or puts there because no front door does.
use super::{app::TestApp, caller::TestCaller};
use entity::party_event;
use party::{
    domain::{id::PartyId, kind::PartyStatus},
    store,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::Value;

/// The events of a party, oldest first: type and payload.
pub async fn events_of(app: &TestApp, caller: &TestCaller, party: &str) -> Vec<(String, Value)> {
    let tx = app.hub.database.read(caller.company).await.expect("a transaction");
    let rows = party_event::Entity::find()
        .filter(party_event::Column::CompanyId.eq(caller.company.0))
        .filter(party_event::Column::PartyId.eq(PartyId::parse(party).expect("a party id").0))
        .order_by_asc(party_event::Column::Seq)
        .all(&tx)
        .await
        .expect("the events");
    rows.into_iter().map(|event| (event.event_type, event.payload)).collect()
}

/// How many events the company has.
pub async fn count_events(app: &TestApp, caller: &TestCaller) -> usize {
    let tx = app.hub.database.read(caller.company).await.expect("a transaction");
    let company = party_event::Column::CompanyId.eq(caller.company.0);
    party_event::Entity::find().filter(company).all(&tx).await.expect("the events").len()
}

/// Makes a party the absorbed side of a merge, as far as its own record tells.
pub async fn absorb(app: &TestApp, caller: &TestCaller, absorbed: &str, survivor: &str) {
    let tx = app.hub.database.write(caller.company).await.expect("a transaction");
    let [absorbed, survivor] = [absorbed, survivor].map(|id| PartyId::parse(id).expect("a party id"));
    let mut party = store::party::lock(&tx, absorbed).await.expect("an answer").expect("a party");
    party.status = PartyStatus::Merged;
    party.merged_into = Some(survivor);
    assert!(store::party::update(&tx, &party).await.expect("an answer"));
    tx.commit().await.expect("the change is kept");
}
