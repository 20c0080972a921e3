//! Statistics: counts that the database makes over everything that a company has.
use super::{scope::of_company, stored, tenant::TenantTx};
use crate::domain::{
    code::{RecordType, RoleCode, SystemCode},
    directory::SHOWN,
    error::Error,
    kind::{LinkMethod, PartyKind, PartyStatus, RecordState},
    period::Month,
};
use chrono::{DateTime, NaiveTime, Utc};
use entity::{party, party_link, party_role, source_record};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait, Select,
    sea_query::{Asterisk, Expr, ExprTrait, Query},
};
use std::collections::BTreeMap;

/// All records of parties, by kind and status.
pub async fn parties(tx: &TenantTx) -> Result<BTreeMap<(PartyKind, PartyStatus), i64>, Error> {
    let rows: Vec<(String, String, i64)> =
        counted(of_company::<party::Entity>(tx.company(), party::Column::CompanyId), &[party::Column::Kind, party::Column::Status])
            .into_tuple()
            .all(tx)
            .await?;
    let mut counts = BTreeMap::new();
    for (kind, status, count) in rows {
        let kind = stored("party.kind", &kind, PartyKind::stored)?;
        counts.insert((kind, stored("party.status", &status, PartyStatus::stored)?), count);
    }
    Ok(counts)
}

/// How many parties hold each role now; roles that nobody holds are left out.
pub async fn role_holders(tx: &TenantTx) -> Result<BTreeMap<RoleCode, i64>, Error> {
    let current = of_company::<party_role::Entity>(tx.company(), party_role::Column::CompanyId).filter(party_role::Column::ValidTo.is_null());
    let rows: Vec<(String, i64)> = counted(current, &[party_role::Column::RoleCode]).into_tuple().all(tx).await?;
    Ok(rows.into_iter().map(|(code, count)| (RoleCode::stored(code), count)).collect())
}

/// Active links, by engine, type of record and method.
pub async fn links(tx: &TenantTx) -> Result<BTreeMap<(SystemCode, RecordType, LinkMethod), i64>, Error> {
    use party_link::Column;
    let active = of_company::<party_link::Entity>(tx.company(), Column::CompanyId).filter(Column::Status.eq("ACTIVE"));
    let rows: Vec<(String, String, String, i64)> =
        counted(active, &[Column::System, Column::RecordType, Column::Method]).into_tuple().all(tx).await?;
    let mut counts = BTreeMap::new();
    for (system, record_type, method, count) in rows {
        let method = stored("party_link.method", &method, LinkMethod::stored)?;
        counts.insert((SystemCode::stored(system), RecordType::stored(record_type), method), count);
    }
    Ok(counts)
}

/// Records that have no party and are not put aside, by engine.
pub async fn unlinked_records(tx: &TenantTx) -> Result<BTreeMap<SystemCode, i64>, Error> {
    use source_record::Column;
    let waiting = [RecordState::Unlinked, RecordState::InReview].map(RecordState::as_str);
    let records = of_company::<source_record::Entity>(tx.company(), Column::CompanyId).filter(Column::State.is_in(waiting));
    let rows: Vec<(String, i64)> = counted(records, &[Column::System]).into_tuple().all(tx).await?;
    Ok(rows.into_iter().map(|(system, count)| (SystemCode::stored(system), count)).collect())
}

/// How many of today's parties were made in each of some months of UTC. One statement, which reads those months alone.
pub async fn new_parties(tx: &TenantTx, months: &[Month]) -> Result<Vec<i64>, Error> {
    let mut counts = Query::select();
    for month in months {
        let parties = of_company::<party::Entity>(tx.company(), party::Column::CompanyId)
            .filter(party::Column::Status.is_in(SHOWN.map(PartyStatus::as_str)))
            .filter(party::Column::CreatedAt.gte(start(*month)))
            .filter(party::Column::CreatedAt.lt(start(month.next())))
            .select_only()
            .expr(Expr::col(Asterisk).count());
        counts.expr(Expr::from(parties.into_query()));
    }
    let row = tx.query_one(&counts).await?.ok_or_else(|| Error::internal("a statement of counts has no row"))?;
    (0..months.len()).map(|i| Ok(row.try_get_by_index(i)?)).collect()
}

fn start(month: Month) -> DateTime<Utc> {
    month.first_day().and_time(NaiveTime::MIN).and_utc()
}

/// How many of the rows there are with each value of some columns.
pub(super) fn counted<E: EntityTrait>(rows: Select<E>, columns: &[E::Column]) -> Select<E> {
    let grouped = columns.iter().fold(rows.select_only(), |rows, column| rows.column(*column).group_by(*column));
    grouped.expr(Expr::col(Asterisk).count())
}
