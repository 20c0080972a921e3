//! Rows that tests write past the front door: states and times that no mutation makes on demand.
use super::{app::TestApp, caller::TestCaller};
use chrono::{DateTime, Utc};
use entity::party as party_row;
use party::{
    domain::{
        code::SourceKey,
        id::{LinkId, PartyId},
        kind::{LinkMethod, RecordState},
        link::{Link, Presented, SourceRecord},
    },
    store::{self, tenant::TenantTx},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

/// Runs a change of one company's rows and commits it.
async fn change<F: AsyncFnOnce(&TenantTx)>(app: &TestApp, caller: &TestCaller, write: F) {
    let tx = app.hub.database.write(caller.company).await.expect("a transaction begins");
    write(&tx).await;
    tx.commit().await.expect("the transaction commits");
}

/// A party's id as the store takes it.
pub fn party_id(id: &str) -> PartyId {
    PartyId::parse(id).expect("a UUID")
}

/// Overwrites columns of a party.
pub async fn set_party(app: &TestApp, caller: &TestCaller, id: &str, values: party_row::ActiveModel) {
    change(app, caller, async |tx| {
        let written = party_row::Entity::update_many()
            .set(values)
            .filter(party_row::Column::CompanyId.eq(caller.company.0))
            .filter(party_row::Column::Id.eq(party_id(id).0))
            .exec(tx)
            .await
            .expect("the party is written");
        assert_eq!(written.rows_affected, 1, "there is no party {id}");
    })
    .await;
}

/// Sets when a party was made and last changed.
pub async fn set_times(app: &TestApp, caller: &TestCaller, id: &str, at: &str) {
    let at: DateTime<Utc> = at.parse().expect("a time");
    set_party(app, caller, id, party_row::ActiveModel { created_at: Set(at), updated_at: Set(at), ..Default::default() }).await;
}

/// Makes a party look as if it had been merged into another.
pub async fn set_merged(app: &TestApp, caller: &TestCaller, id: &str, survivor: &str) {
    let values = party_row::ActiveModel { status: Set("MERGED".to_owned()), merged_into: Set(Some(party_id(survivor).0)), ..Default::default() };
    set_party(app, caller, id, values).await;
}

/// Registers a source record, written as `system/type/id`, in some state.
pub async fn record(app: &TestApp, caller: &TestCaller, key: &str, state: RecordState) -> SourceKey {
    let parts: Vec<&str> = key.splitn(3, '/').collect();
    let key = SourceKey::parse(parts[0], parts[1], parts[2]).expect("a source key");
    let now = app.hub.clock.now();
    let record = SourceRecord {
        key: key.clone(),
        presented: Presented::default(),
        display_name: None,
        email_key: None,
        phone: None,
        state,
        received_at: now,
        updated_at: now,
    };
    change(app, caller, async |tx| store::source_record::upsert_many(tx, &[record]).await.expect("the record is written")).await;
    key
}

/// Links a new source record, written as `system/type/id`, to a party.
pub async fn link(app: &TestApp, caller: &TestCaller, key: &str, party: &str, method: LinkMethod) -> Link {
    let link = Link {
        id: LinkId(Uuid::now_v7()),
        source: record(app, caller, key, RecordState::Linked).await,
        party: party_id(party),
        home: None,
        method,
        confidence: None,
        evidence: None,
        note: None,
        linked_by: "tester".to_owned(),
        linked_at: app.hub.clock.now(),
        ended_by: None,
        ended_at: None,
        end_reason: None,
    };
    change(app, caller, async |tx| store::link::insert_many(tx, std::slice::from_ref(&link)).await.expect("the link is written")).await;
    link
}

/// Ends a link.
pub async fn end_link(app: &TestApp, caller: &TestCaller, link: &Link) {
    let ended = Link { ended_by: Some("tester".to_owned()), ended_at: Some(app.hub.clock.now()), ..link.clone() };
    change(app, caller, async |tx| store::link::end(tx, &ended).await.expect("the link ends")).await;
}
