//! Statistics: exact counts over everything that a company has, and nothing of another's.
use crate::support::{app::TestApp, caller::TestCaller, on_both_databases, rows};
use chrono::{Datelike, Months, NaiveDate, Utc};
use entity::party as party_row;
use party::domain::kind::{LinkMethod, RecordState};
use sea_orm::ActiveValue::Set;
use serde_json::{Value, json};

const STATISTICS: &str = "{ partyStatistics { total byKind { kind count } byStatus { status count } byRole { code label count } \
    linksBySystem { system count } linksByType { system type count } linksByMethod { method count } \
    unlinkedSourceRecords { total bySystem { system count } } newPerMonth { month count } } }";

async fn statistics(caller: &TestCaller) -> Value {
    caller.data(STATISTICS, json!({})).await["partyStatistics"].take()
}

/// The first day of the month so many months ago.
fn month_ago(months: u32) -> NaiveDate {
    Utc::now().date_naive().with_day(1).unwrap().checked_sub_months(Months::new(months)).unwrap()
}

/// Twelve months up to this one with the counts of some, given by how long ago they are.
fn months(counts: &[(u32, i64)]) -> Value {
    let count = |ago| counts.iter().find(|(month, _)| *month == ago).map_or(0, |(_, count)| *count);
    (0..12).rev().map(|ago| json!({ "month": month_ago(ago).format("%Y-%m").to_string(), "count": count(ago) })).collect()
}

/// The roles that somebody holds.
fn held(statistics: &Value) -> Value {
    statistics["byRole"].as_array().unwrap().iter().filter(|role| role["count"] != json!(0)).cloned().collect()
}

async fn small_company(app: &TestApp, caller: &TestCaller) {
    let ada = caller.party(json!({ "kind": "PERSON", "displayName": "Ada", "roles": ["prospect", "auction_buyer"] })).await;
    let bea = caller.party(json!({ "kind": "PERSON", "displayName": "Bea", "roles": ["prospect", "reseller"] })).await;
    let cor = caller.party(json!({ "kind": "ORGANIZATION", "displayName": "Cor", "roles": ["manufacturer"] })).await;
    let (merged, erased) = (caller.person("Merged").await, caller.person("Erased").await);
    caller.mutate_ok("endRole", json!({ "partyId": bea, "role": "reseller" }), "").await;
    rows::set_times(app, caller, &ada, &format!("{}T00:00:00Z", month_ago(11))).await;
    rows::set_times(app, caller, &bea, &format!("{}T23:59:59.999999Z", month_ago(4).pred_opt().unwrap())).await;
    for (key, party, method) in [
        ("crm/lead/1", &ada, LinkMethod::Manual),
        ("crm/lead/2", &bea, LinkMethod::Auto),
        ("crm/contact/1", &ada, LinkMethod::Auto),
        ("website/cart/1", &cor, LinkMethod::Import),
    ] {
        rows::link(app, caller, key, party, method).await;
    }
    let ended = rows::link(app, caller, "auction/buyer/1", &cor, LinkMethod::Suggested).await;
    rows::end_link(app, caller, &ended).await;
    for (key, state) in [
        ("crm/lead/8", RecordState::Unlinked),
        ("crm/lead/9", RecordState::InReview),
        ("website/cart/9", RecordState::Unlinked),
        ("itad/client/9", RecordState::Ignored),
    ] {
        rows::record(app, caller, key, state).await;
    }
    caller.mutate_ok("deactivateParty", json!({ "partyId": cor }), "").await;
    rows::set_merged(app, caller, &merged, &ada).await;
    rows::set_party(app, caller, &erased, party_row::ActiveModel { status: Set("ERASED".to_owned()), ..Default::default() }).await;
    let old = caller.person("Old").await;
    rows::set_times(app, caller, &old, &format!("{}T23:59:59.999999Z", month_ago(11).pred_opt().unwrap())).await;
}

on_both_databases! {
    /// Every number of a company of which everything is known; another company sees none of it.
    async fn counts_everything_exactly(app: TestApp) {
        let (caller, other) = (app.company("Acme").await, app.company("Other").await);
        small_company(&app, &caller).await;
        other.party(json!({ "kind": "ORGANIZATION", "displayName": "Elsewhere", "roles": ["prospect"] })).await;
        rows::record(&app, &other, "crm/lead/1", RecordState::Unlinked).await;

        let counted = statistics(&caller).await;
        assert_eq!(counted["total"], 4);
        assert_eq!(counted["byKind"], json!([{ "kind": "PERSON", "count": 3 }, { "kind": "ORGANIZATION", "count": 1 }]));
        assert_eq!(counted["byStatus"], json!([
            { "status": "ACTIVE", "count": 3 }, { "status": "INACTIVE", "count": 1 }, { "status": "MERGED", "count": 1 }, { "status": "ERASED", "count": 1 },
        ]));
        assert_eq!(counted["byRole"].as_array().unwrap().len(), 14);
        assert_eq!(held(&counted), json!([
            { "code": "auction_buyer", "label": "Auction buyer", "count": 1 },
            { "code": "manufacturer", "label": "Manufacturer", "count": 1 },
            { "code": "prospect", "label": "Prospect", "count": 2 },
        ]));
        assert_eq!(counted["linksBySystem"], json!([{ "system": "crm", "count": 3 }, { "system": "website", "count": 1 }]));
        assert_eq!(counted["linksByType"], json!([
            { "system": "crm", "type": "contact", "count": 1 }, { "system": "crm", "type": "lead", "count": 2 }, { "system": "website", "type": "cart", "count": 1 },
        ]));
        assert_eq!(counted["linksByMethod"], json!([
            { "method": "MANUAL", "count": 1 }, { "method": "AUTO", "count": 2 }, { "method": "IMPORT", "count": 1 }, { "method": "SUGGESTED", "count": 0 },
        ]));
        assert_eq!(counted["unlinkedSourceRecords"], json!({ "total": 3, "bySystem": [{ "system": "crm", "count": 2 }, { "system": "website", "count": 1 }] }));
        assert_eq!(counted["newPerMonth"], months(&[(11, 1), (5, 1), (0, 1)]));

        let elsewhere = statistics(&other).await;
        assert_eq!(elsewhere["byKind"], json!([{ "kind": "PERSON", "count": 0 }, { "kind": "ORGANIZATION", "count": 1 }]));
        assert_eq!(held(&elsewhere), json!([{ "code": "prospect", "label": "Prospect", "count": 1 }]));
        assert_eq!(elsewhere["linksByType"], json!([]));
        assert_eq!(elsewhere["unlinkedSourceRecords"], json!({ "total": 1, "bySystem": [{ "system": "crm", "count": 1 }] }));
        assert_eq!(elsewhere["newPerMonth"], months(&[(0, 1)]));
    }

    /// A company without anything has zeros, not gaps.
    async fn an_empty_company_has_zeros(app: TestApp) {
        let caller = app.company("Acme").await;
        let counted = statistics(&caller).await;
        assert_eq!((&counted["total"], held(&counted)), (&json!(0), json!([])));
        assert_eq!(counted["unlinkedSourceRecords"], json!({ "total": 0, "bySystem": [] }));
        assert_eq!(counted["newPerMonth"], months(&[]));
    }

    /// The counts cost the same few statements however many parties there are.
    async fn costs_six_statements(app: TestApp) {
        let caller = app.company("Acme").await;
        small_company(&app, &caller).await;
        let before = app.hub.database.statements();
        statistics(&caller).await;
        assert_eq!(app.hub.database.statements() - before, 6);
        assert_eq!(caller.with_scopes("party:pii").error_code(STATISTICS, json!({})).await, "FORBIDDEN");
    }
}
