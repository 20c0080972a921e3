//! Revenue entries: added, never changed.
use crate::{
    domain::{
        code::{ChannelCode, SourceKey},
        cursor,
        error::Error,
        id::PartyId,
        kind::Direction,
        moment,
        money::{Currency, Money},
        page::{Page, PageRequest},
        refusal::{Code, Refusal},
        revenue::RevenueEntry,
    },
    store::{
        bulk,
        scope::of_company,
        source_record::{one_of, one_of_in},
        stored,
        tenant::TenantTx,
    },
};
use chrono::{DateTime, SecondsFormat, Utc};
use entity::revenue_entry::{ActiveModel, Column, Entity, Model};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait},
};
use std::collections::HashMap;

/// The entries of some keys; unknown keys are left out.
pub async fn find(tx: &TenantTx, keys: &[SourceKey]) -> Result<HashMap<SourceKey, RevenueEntry>, Error> {
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = of_company::<Entity>(tx.company(), Column::CompanyId).filter(one_of(tx, keys)).all(tx).await?;
    rows.into_iter().map(|row| from_row(row).map(|entry| (entry.key.clone(), entry))).collect()
}

/// How much of each of some entries was taken back already, in minor units; what was not is left out.
pub async fn taken_back(tx: &TenantTx, keys: &[SourceKey]) -> Result<HashMap<SourceKey, i64>, Error> {
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(String, String, String, i64)> = of_company::<Entity>(tx.company(), Column::CompanyId)
        .filter(one_of_in(tx, "(system, reverses_type, reverses_id)", keys))
        .select_only()
        .columns([Column::System, Column::ReversesType, Column::ReversesId, Column::AmountMinor])
        .into_tuple()
        .all(tx)
        .await?;
    let mut sums = HashMap::new();
    for (system, record_type, record_id, amount) in rows {
        let sum: &mut i64 = sums.entry(SourceKey::stored(system, record_type, record_id)).or_default();
        *sum = sum.saturating_sub(amount);
    }
    Ok(sums)
}

/// Adds entries in the order given.
///
/// # Errors
/// `ENTRY_CONFLICT` when another call recorded one of the keys in the meantime.
pub async fn insert_many(tx: &TenantTx, entries: &[RevenueEntry]) -> Result<(), Error> {
    bulk::insert(tx, entries.iter().map(|entry| to_row(tx, entry)).collect()).await
}

/// A page of a party's entries, newest first.
///
/// # Errors
/// `INVALID_CURSOR`.
pub async fn of_party(tx: &TenantTx, party: PartyId, page: &PageRequest) -> Result<Page<RevenueEntry>, Error> {
    let order = [Column::OccurredAt, Column::System, Column::RecordType, Column::RecordId];
    let tag = format!("revenueEntries/{party}");
    let mut query = of_company::<Entity>(tx.company(), Column::CompanyId).filter(Column::PartyId.eq(party.0));
    if let Some(after) = &page.after {
        let (at, key) = read_cursor(&tag, after)?;
        let last = [Expr::val(at), Expr::val(key.system.as_str()), Expr::val(key.record_type.as_str()), Expr::val(key.record_id.as_str())];
        query = query.filter(Expr::tuple(order.map(Expr::col)).lt(Expr::tuple(last)));
    }
    for column in order {
        query = query.order_by_desc(column);
    }
    let rows = query.limit(page.first as u64 + 1).all(tx).await?;
    let entries = rows.into_iter().map(from_row).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::cut(entries, page.first, |entry| cursor::encode(&tag, &cursor_parts(entry))))
}

fn cursor_parts(entry: &RevenueEntry) -> [String; 4] {
    let SourceKey { system, record_type, record_id } = &entry.key;
    let at = entry.occurred_at.to_rfc3339_opts(SecondsFormat::Micros, true);
    [at, system.to_string(), record_type.to_string(), record_id.to_string()]
}

fn read_cursor(tag: &str, after: &str) -> Result<(DateTime<Utc>, SourceKey), Refusal> {
    let parts: [String; 4] = cursor::decode(tag, after)
        .map_err(|refusal| refusal.at("after"))?
        .try_into()
        .map_err(|_| Refusal::new(Code::InvalidCursor, "The cursor does not belong to a list of revenue entries.").at("after"))?;
    let [at, system, record_type, record_id] = parts;
    let no_time = || Refusal::new(Code::InvalidCursor, "The cursor holds no time: pass endCursor unchanged.").at("after");
    let at = moment::parse(&at).ok_or_else(no_time)?;
    Ok((at, SourceKey::stored(system, record_type, record_id)))
}

fn to_row(tx: &TenantTx, entry: &RevenueEntry) -> ActiveModel {
    ActiveModel {
        company_id: Set(tx.company().0),
        system: Set(entry.key.system.to_string()),
        record_type: Set(entry.key.record_type.to_string()),
        record_id: Set(entry.key.record_id.to_string()),
        party_id: Set(entry.party.0),
        home_id: Set(entry.home.map(|id| id.0)),
        channel: Set(entry.channel.to_string()),
        direction: Set(entry.direction.as_str().to_owned()),
        amount_minor: Set(entry.amount.minor),
        currency: Set(entry.amount.currency.as_str().to_owned()),
        occurred_at: Set(entry.occurred_at),
        reverses_type: Set(entry.reverses.as_ref().map(|key| key.record_type.to_string())),
        reverses_id: Set(entry.reverses.as_ref().map(|key| key.record_id.to_string())),
        note: Set(entry.note.clone()),
        recorded_by: Set(entry.recorded_by.clone()),
        recorded_at: Set(entry.recorded_at),
    }
}

fn from_row(row: Model) -> Result<RevenueEntry, Error> {
    let currency = stored("revenue_entry.currency", &row.currency, |code| Currency::parse(code).ok())?;
    let reversed = row.reverses_type.zip(row.reverses_id);
    Ok(RevenueEntry {
        reverses: reversed.map(|(record_type, record_id)| SourceKey::stored(row.system.clone(), record_type, record_id)),
        key: SourceKey::stored(row.system, row.record_type, row.record_id),
        party: PartyId(row.party_id),
        home: row.home_id.map(PartyId),
        channel: ChannelCode::stored(row.channel),
        direction: stored("revenue_entry.direction", &row.direction, Direction::stored)?,
        amount: Money { minor: row.amount_minor, currency },
        occurred_at: row.occurred_at,
        note: row.note,
        recorded_by: row.recorded_by,
        recorded_at: row.recorded_at,
    })
}
