//! The constraints and triggers refuse rows that break a rule, by name.

use entity::{party_link, party_role};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, DatabaseConnection, DbErr, EntityTrait, IntoActiveModel, QueryFilter, SqlErr};

use super::database::{TestDatabase, at, company, id, insert, link, on_both_backends, party, role, source_record};

/// A company with an active, an inactive, a merged and an erased party, and a source record.
async fn parties(database: &TestDatabase) -> DatabaseConnection {
    let connection = database.everything().await;
    insert(&connection, company(id(1))).await.unwrap();
    insert(&connection, party(id(1), id(10), "ACTIVE")).await.unwrap();
    insert(&connection, party(id(1), id(11), "INACTIVE")).await.unwrap();
    let mut absorbed = party(id(1), id(12), "MERGED");
    absorbed.merged_into = Some(id(10));
    insert(&connection, absorbed).await.unwrap();
    insert(&connection, party(id(1), id(13), "ERASED")).await.unwrap();
    insert(&connection, source_record(id(1), "4711")).await.unwrap();
    connection
}

fn refused_by<T: std::fmt::Debug>(name: &str, outcome: Result<T, DbErr>) {
    let error = outcome.unwrap_err().to_string();
    assert!(error.contains(name), "not refused by {name}: {error}");
}

async fn a_link_needs_an_active_party(database: &TestDatabase) {
    let connection = parties(database).await;
    let record = source_record(id(1), "4711");
    for dead in [id(11), id(12), id(13)] {
        let outcome = insert(&connection, link(&record, id(20), dead)).await;
        refused_by("tg_party_link_live_party", outcome);
    }
    let missing = insert(&connection, link(&record, id(20), id(99))).await;
    let missing = missing.unwrap_err().sql_err();
    assert!(matches!(missing, Some(SqlErr::ForeignKeyConstraintViolation(_))), "{missing:?}");

    insert(&connection, link(&record, id(20), id(10))).await.unwrap();
    let moved = party_link::Entity::update_many().col_expr(party_link::Column::PartyId, Expr::value(id(12))).exec(&connection).await;
    refused_by("tg_party_link_live_party", moved);
}

async fn an_ended_link_may_keep_a_dead_party(database: &TestDatabase) {
    let connection = parties(database).await;
    let mut ended = link(&source_record(id(1), "4711"), id(20), id(12));
    ended.status = "ENDED".to_owned();
    ended.ended_at = Some(at(2));
    insert(&connection, ended).await.unwrap();
    let revived = party_link::Entity::update_many()
        .col_expr(party_link::Column::Status, Expr::value("ACTIVE"))
        .col_expr(party_link::Column::EndedAt, Expr::cust("NULL"))
        .exec(&connection)
        .await;
    refused_by("tg_party_link_live_party", revived);
}

async fn a_role_needs_a_known_code(database: &TestDatabase) {
    let connection = parties(database).await;
    let john = party(id(1), id(10), "ACTIVE");
    let outcome = insert(&connection, role(&john, id(20), "king")).await;
    refused_by("tg_party_role_known", outcome);
    insert(&connection, role(&john, id(20), "prospect")).await.unwrap();
    let renamed = party_role::Entity::update_many().col_expr(party_role::Column::RoleCode, Expr::value("king")).exec(&connection).await;
    refused_by("tg_party_role_known", renamed);
}

async fn a_role_needs_an_active_party(database: &TestDatabase) {
    let connection = parties(database).await;
    for (dead, status) in [(id(11), "INACTIVE"), (id(12), "MERGED"), (id(13), "ERASED")] {
        let dead = party(id(1), dead, status);
        let outcome = insert(&connection, role(&dead, id(20), "prospect")).await;
        refused_by("tg_party_role_live_party", outcome);
        let mut past = role(&dead, dead.id, "prospect");
        past.valid_to = Some(at(2));
        insert(&connection, past).await.unwrap();
    }
}

async fn a_role_does_not_overlap_itself(database: &TestDatabase) {
    let connection = parties(database).await;
    let john = party(id(1), id(10), "ACTIVE");
    let between = |number, from, to: Option<i64>| {
        let mut role = role(&john, id(number), "prospect");
        (role.valid_from, role.valid_to) = (at(from), to.map(at));
        role
    };
    insert(&connection, between(20, 10, Some(20))).await.unwrap();
    for (from, to) in [(5, Some(11)), (12, Some(15)), (19, Some(30)), (5, None), (15, None)] {
        let outcome = insert(&connection, between(21, from, to)).await;
        refused_by("tg_party_role_overlap", outcome);
    }
    insert(&connection, between(22, 5, Some(10))).await.unwrap();
    insert(&connection, between(23, 20, None)).await.unwrap();
    let stretched = party_role::Entity::update_many()
        .col_expr(party_role::Column::ValidTo, Expr::value(at(25)))
        .filter(party_role::Column::Id.eq(id(20)))
        .exec(&connection)
        .await;
    refused_by("tg_party_role_overlap", stretched);
}

/// The unique index answers before the trigger, so that a race for the same
/// role can be settled by the insert itself.
async fn a_current_role_is_granted_once(database: &TestDatabase) {
    let connection = parties(database).await;
    let john = party(id(1), id(10), "ACTIVE");
    insert(&connection, role(&john, id(20), "prospect")).await.unwrap();
    let again = insert(&connection, role(&john, id(21), "prospect")).await;
    let again = again.unwrap_err().sql_err();
    assert!(matches!(again, Some(SqlErr::UniqueConstraintViolation(_))), "{again:?}");
    let mut current = OnConflict::columns([party_role::Column::CompanyId, party_role::Column::PartyId, party_role::Column::RoleCode]);
    current.target_and_where(Expr::cust("valid_to IS NULL")).do_nothing();
    let skipped = party_role::Entity::insert(role(&john, id(21), "prospect").into_active_model())
        .on_conflict(current)
        .exec_without_returning(&connection)
        .await
        .unwrap();
    assert_eq!(format!("{skipped:?}"), "0");
}

async fn a_mailbox_belongs_to_one_live_party(database: &TestDatabase) {
    let connection = parties(database).await;
    for (number, status, admitted) in [(30, "ACTIVE", false), (31, "INACTIVE", false), (32, "ERASED", true)] {
        let mut other = party(id(1), id(number), status);
        other.email_key = party(id(1), id(10), "ACTIVE").email_key;
        let outcome = insert(&connection, other).await;
        assert_eq!(outcome.is_ok(), admitted, "{status}");
    }
    let merged_nowhere = insert(&connection, party(id(1), id(33), "MERGED")).await;
    refused_by("ck_party_merged_into", merged_nowhere);
}

on_both_backends!(
    a_link_needs_an_active_party,
    an_ended_link_may_keep_a_dead_party,
    a_role_needs_a_known_code,
    a_role_needs_an_active_party,
    a_role_does_not_overlap_itself,
    a_current_role_is_granted_once,
    a_mailbox_belongs_to_one_live_party,
);
