//! Search: the parties that a text may mean, found by equality and ranges of keys alone.
//!
//! Under row-level security the database may not use text-search or LIKE indexes, and no reading here grows with the
//! company: every part of every statement has a limit.
use super::{
    party::from_row,
    scope::{any_id, any_text, of_company},
    tenant::TenantTx,
};
use crate::domain::{
    directory::SHOWN,
    draft::{email_key, identifier_key, name_key, phone_key},
    error::Error,
    id::PartyId,
    kind::PartyStatus,
    party::Party,
    search::MatchedBy,
};
use entity::{match_key, party, party_link, source_record};
use sea_orm::{
    ColumnTrait, ConnectionTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
    sea_query::{Alias, Expr, ExprTrait, Func, JoinType, Query, SelectStatement, SimpleExpr, UnionType},
};

/// A word of a search text.
#[derive(Clone, Debug)]
pub struct Word {
    /// The word, folded; names with words that begin with it are found.
    pub text: String,
    /// The words in use that are one typo away.
    pub typos: Vec<String>,
}

/// What to look for.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Words that a name must all have, the rarest first.
    pub words: Vec<Word>,
    /// The key of an e-mail address.
    pub email: Option<String>,
    /// A phone number in E.164.
    pub phone: Option<String>,
    /// The value of an identifier.
    pub identifier: Option<String>,
    /// The id of an engine's record.
    pub record_id: Option<String>,
    /// A party's id.
    pub party: Option<PartyId>,
}

/// Keys of a word that are counted at the most: above that every word is equally common.
const MAX_COUNT: u64 = 5_000;

/// Keys of the rarest word that are read at the most before the other words are asked for.
const MAX_KEYS: u64 = 20_000;

/// Parties that are found by names, and again by names with a typo, at the most.
const MAX_BY_NAME: u64 = 500;

/// Parties that are found by one of the other ways at the most.
const MAX_BY_KEY: u64 = 100;

/// How many keys in use each word stands for, up to 10,000. One statement.
pub async fn frequencies(tx: &TenantTx, words: &[Word]) -> Result<Vec<i64>, Error> {
    let mut counts = Query::select();
    for word in words {
        let exact = count(keys(tx).filter(begins_with(&word.text)).limit(MAX_COUNT));
        let typos = count(keys(tx).filter(is_typo(tx, word)).limit(MAX_COUNT));
        counts.expr(Expr::from(exact).add(Expr::from(typos)));
    }
    let row = tx.query_one(&counts).await?.ok_or_else(|| Error::internal("a statement of counts has no row"))?;
    (0..words.len()).map(|i| Ok(row.try_get_by_index(i)?)).collect()
}

fn count(limited: Select<match_key::Entity>) -> SelectStatement {
    let rows = limited.select_only().column(match_key::Column::PartyId).into_query();
    Query::select().expr(Expr::col("party_id").count()).from_subquery(rows, Alias::new("keys")).take()
}

/// The parties that a text may mean, some of them several times and gone ones among them. One statement.
pub async fn candidates(tx: &TenantTx, wanted: &Wanted) -> Result<Vec<(MatchedBy, PartyId)>, Error> {
    let Some(ways) = ways(tx, wanted).into_iter().reduce(|mut all, way| all.union(UnionType::All, way).take()) else {
        return Ok(Vec::new());
    };
    let rows = tx.query_all(&ways).await?;
    let mut found = Vec::new();
    for row in rows {
        let way: i32 = row.try_get_by_index(0)?;
        let way = MatchedBy::ALL.get(way.unsigned_abs() as usize).ok_or_else(|| Error::internal("a search found an unknown way"))?;
        found.push((*way, PartyId(row.try_get_by_index(1)?)));
    }
    Ok(found)
}

fn ways(tx: &TenantTx, wanted: &Wanted) -> Vec<SelectStatement> {
    let mut ways = Vec::new();
    if let Some((rarest, others)) = wanted.words.split_first() {
        ways.push(way(MatchedBy::Name, by_name(tx, keys(tx).filter(begins_with(&rarest.text)), others)));
        if !rarest.typos.is_empty() {
            ways.push(way(MatchedBy::Name, by_name(tx, keys(tx).filter(is_typo(tx, rarest)), others)));
        }
    }
    let email = wanted.email.as_ref().map(|email| (MatchedBy::Email, email_key(email)));
    let phone = wanted.phone.as_ref().map(|phone| (MatchedBy::Phone, phone_key(phone)));
    let identifier = wanted.identifier.as_ref().map(|value| (MatchedBy::Identifier, identifier_key(value)));
    for (matched_by, key) in [email, phone, identifier].into_iter().flatten() {
        let parties = keys(tx).filter(match_key::Column::MatchKey.eq(key)).limit(MAX_BY_KEY);
        ways.push(way(matched_by, parties.select_only().column(match_key::Column::PartyId).into_query()));
    }
    ways.extend(wanted.record_id.as_ref().map(|id| way(MatchedBy::SourceId, by_record_id(tx, id))));
    ways.extend(wanted.party.map(|id| way(MatchedBy::PartyId, by_id(tx, id))));
    ways
}

/// Names the way in which parties are found. Each part of a union is a sub-select, for only there both databases take a limit.
fn way(matched_by: MatchedBy, parties: SelectStatement) -> SelectStatement {
    // The number is written into the text and not bound: both databases then agree on its type.
    let number = MatchedBy::ALL.iter().position(|way| *way == matched_by).unwrap_or_default();
    Query::select().expr(Expr::cust(number.to_string())).expr(Expr::col("party_id")).from_subquery(parties, Alias::new("found")).take()
}

/// The parties of some keys whose names have all other words too, in the order of the keys: exact words before longer ones.
fn by_name(tx: &TenantTx, rarest: Select<match_key::Entity>, others: &[Word]) -> SelectStatement {
    let columns = [match_key::Column::MatchKey, match_key::Column::PartyId];
    let in_order =
        |rows: Select<match_key::Entity>| columns.iter().fold(rows, |rows, column| rows.order_by_asc(*column)).select_only().columns(columns);
    if others.is_empty() {
        return in_order(rarest).limit(MAX_BY_NAME).into_query();
    }
    let mut parties = Query::select();
    parties.columns(["match_key", "party_id"]).from_subquery(in_order(rarest).limit(MAX_KEYS).into_query(), Alias::new("rarest"));
    for word in others {
        let has_word = keys(tx)
            .filter(Expr::col((match_key::Entity, match_key::Column::PartyId)).eq(Expr::col(("rarest", "party_id"))))
            .filter(begins_with(&word.text).or(is_typo(tx, word)))
            .select_only()
            .column(match_key::Column::PartyId);
        parties.and_where(Expr::exists(has_word.into_query()));
    }
    for column in ["match_key", "party_id"] {
        parties.order_by(column, sea_orm::Order::Asc);
    }
    parties.limit(MAX_BY_NAME).take()
}

fn by_record_id(tx: &TenantTx, record_id: &str) -> SelectStatement {
    let records = of_company::<source_record::Entity>(tx.company(), source_record::Column::CompanyId)
        .filter(source_record::Column::RecordId.eq(record_id))
        .select_only()
        .columns([source_record::Column::System, source_record::Column::RecordType, source_record::Column::RecordId]);
    let same = |link, record| Expr::col((party_link::Entity, link)).eq(Expr::col((Alias::new("record"), record)));
    let on_record = same(party_link::Column::System, source_record::Column::System)
        .and(same(party_link::Column::RecordType, source_record::Column::RecordType))
        .and(same(party_link::Column::RecordId, source_record::Column::RecordId));
    let mut links = of_company::<party_link::Entity>(tx.company(), party_link::Column::CompanyId)
        .filter(party_link::Column::Status.eq("ACTIVE"))
        .limit(MAX_BY_KEY)
        .select_only()
        .column(party_link::Column::PartyId)
        .into_query();
    links.join_subquery(JoinType::InnerJoin, records.into_query(), Alias::new("record"), on_record).take()
}

fn by_id(tx: &TenantTx, id: PartyId) -> SelectStatement {
    let survivor = Func::coalesce([Expr::col(party::Column::MergedInto), Expr::col(party::Column::Id)]);
    let party = of_company::<party::Entity>(tx.company(), party::Column::CompanyId).filter(party::Column::Id.eq(id.0));
    party.select_only().expr_as(survivor, "party_id").into_query()
}

/// The parties of some ids that can be found: neither merged nor erased. One statement.
pub async fn living(tx: &TenantTx, ids: &[PartyId]) -> Result<Vec<Party>, Error> {
    let rows = of_company::<party::Entity>(tx.company(), party::Column::CompanyId)
        .filter(any_id(tx, party::Column::Id, ids.iter().copied()))
        .filter(party::Column::Status.is_in(SHOWN.map(PartyStatus::as_str)))
        .all(tx)
        .await?;
    rows.into_iter().map(from_row).collect()
}

fn keys(tx: &TenantTx) -> Select<match_key::Entity> {
    of_company::<match_key::Entity>(tx.company(), match_key::Column::CompanyId)
}

/// Keys are in the order of code points, so all that begin with a text lie between it and it with the last code point.
fn begins_with(word: &str) -> SimpleExpr {
    let (from, to) = (name_key(word), name_key(&format!("{word}\u{10FFFF}")));
    match_key::Column::MatchKey.gte(from).and(match_key::Column::MatchKey.lt(to))
}

fn is_typo(tx: &TenantTx, word: &Word) -> SimpleExpr {
    any_text(tx, match_key::Column::MatchKey, word.typos.iter().map(|typo| name_key(typo)))
}
