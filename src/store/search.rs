//! Search: the parties that a text may mean, found by equality and ranges of keys alone.
//!
//! Under row-level security the database may not use text-search or LIKE indexes, and no reading here grows with the
//! company: every part of every statement has a limit.
use super::{
    directory::filtered,
    party::from_row,
    scope::any_id,
    tenant::TenantTx,
    union::{Read, Union},
};
use crate::domain::{
    directory::{DirectoryFilter, SHOWN},
    draft::{email_key, identifier_key, phone_key},
    error::Error,
    id::PartyId,
    kind::PartyStatus,
    meaning::{KeyGroup, KeyRange, MAX_COMPLETIONS},
    party::Party,
    search::MatchedBy,
};
use entity::party;
use sea_orm::{ColumnTrait, ConnectionTrait, QueryFilter};
use std::collections::BTreeSet;

/// What to look for.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// How the whole name begins.
    pub name: Option<String>,
    /// The keys of names with the words.
    pub names: Vec<KeyGroup>,
    /// Parties that are read of each group of keys at the most.
    pub limit: usize,
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

/// The parties that were found, some of them several times and gone ones among them.
#[derive(Debug, Default)]
pub struct Candidates {
    /// Those whose whole name begins with the text.
    pub by_whole_name: Vec<PartyId>,
    /// Those of each group of keys.
    pub by_words: Vec<Vec<PartyId>>,
    /// Those that were found in other ways.
    pub otherwise: Vec<(MatchedBy, PartyId)>,
}

/// Words in use that are read for one text at the most.
const MAX_WORDS: usize = 2_000;

/// Keys of the second word that are read at the most when the first one stands for too many words to try them all.
const MAX_FILTERED: usize = 500;

/// Parties that are found by one of the ways that are no name at the most.
const MAX_BY_KEY: usize = 100;

/// Parties that are found by the whole name at the most.
const MAX_BY_WHOLE_NAME: usize = 50;

/// The ways besides names that are keys of parties, as they are numbered in the statement; the whole name, and the first group of words.
const WHOLE_NAME: usize = MatchedBy::Name as usize;
const FIRST_GROUP: usize = 10;

/// The words in use that share a spelling with one that is asked for, begin with one of some words, or are one of some parts. One statement.
pub async fn words_in_use(tx: &TenantTx, spellings: &[String], words: &[String], parts: &[String]) -> Result<BTreeSet<String>, Error> {
    let mut union = Union::new(tx);
    let (spellings, parts) = (union.texts(spellings), union.texts(parts));
    let begun: Vec<KeyRange> = words.iter().map(|word| KeyRange::beginning(word.clone())).collect();
    let begun = union.ranges(&begun);
    let company = union.company.clone();
    let completions = Read { table: "name_variant", column: "token", key: "variant", condition: "t.variant = t.token", limit: MAX_COMPLETIONS + 1 };
    union.parts = vec![
        format!("SELECT token FROM (SELECT token FROM name_variant WHERE company_id = {company} AND variant {spellings} LIMIT {MAX_WORDS}) AS spelt"),
        format!("SELECT token FROM name_variant WHERE company_id = {company} AND variant = token AND variant {parts}"),
        format!("SELECT token FROM ({} LIMIT {MAX_WORDS}) AS begun", union.each(&begun, &completions)),
    ];
    let rows = tx.query_all_raw(union.statement(tx)).await?;
    rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}

/// The parties that a text may mean. One statement.
pub async fn candidates(tx: &TenantTx, wanted: &Wanted) -> Result<Candidates, Error> {
    let mut found = Candidates { by_words: vec![Vec::new(); wanted.names.len()], ..Candidates::default() };
    let mut union = Union::new(tx);
    union.add_all(wanted);
    if union.parts.is_empty() {
        return Ok(found);
    }
    for row in tx.query_all_raw(union.statement(tx)).await? {
        let place: i32 = row.try_get_by_index(0)?;
        let (place, party) = (place.unsigned_abs() as usize, PartyId(row.try_get_by_index(1)?));
        if place == WHOLE_NAME {
            found.by_whole_name.push(party);
        } else if let Some(way) = MatchedBy::ALL.get(place) {
            found.otherwise.push((*way, party));
        } else if let Some(group) = place.checked_sub(FIRST_GROUP).and_then(|group| found.by_words.get_mut(group)) {
            group.push(party);
        }
    }
    Ok(found)
}

/// The ways to look for parties, each with its limit, which both databases take in a sub-select only.
impl Union {
    fn add_all(&mut self, wanted: &Wanted) {
        for (i, group) in wanted.names.iter().enumerate() {
            self.add_group(FIRST_GROUP + i, group, wanted.limit);
        }
        if let Some(name) = &wanted.name {
            let ranges = self.ranges(&[KeyRange::beginning(name.clone())]);
            let found = self.each(&ranges, &Read { table: "party", column: "id", key: "name_key", condition: "TRUE", limit: MAX_BY_WHOLE_NAME });
            self.add(WHOLE_NAME, &format!("SELECT id AS party_id FROM ({found}) AS named"), MAX_BY_WHOLE_NAME);
        }
        let email = wanted.email.as_ref().map(|email| (MatchedBy::Email, email_key(email)));
        let phone = wanted.phone.as_ref().map(|phone| (MatchedBy::Phone, phone_key(phone)));
        let identifier = wanted.identifier.as_ref().map(|value| (MatchedBy::Identifier, identifier_key(value)));
        for (way, key) in [email, phone, identifier].into_iter().flatten() {
            let (company, key) = (self.company.clone(), self.bind(key));
            self.add(way as usize, &format!("SELECT party_id FROM match_key WHERE company_id = {company} AND match_key = {key}"), MAX_BY_KEY);
        }
        if let Some(id) = &wanted.record_id {
            self.add_record(id);
        }
        if let Some(id) = wanted.party {
            let (company, id) = (self.company.clone(), self.bind(id.0));
            let party = format!("SELECT coalesce(merged_into, id) AS party_id FROM party WHERE company_id = {company} AND id = {id}");
            self.add(MatchedBy::PartyId as usize, &party, 1);
        }
    }

    fn add_group(&mut self, place: usize, group: &KeyGroup, limit: usize) {
        let ranges = self.ranges(&group.ranges);
        let read = Read { table: "match_key", column: "party_id", key: "match_key", condition: "TRUE", limit };
        let Some(also) = &group.also else { return self.add(place, &self.each(&ranges, &read), limit) };
        let read = Read { limit: MAX_FILTERED, ..read };
        let (company, from, to) = (self.company.clone(), self.bind(also.from.clone()), self.bind(also.to.clone()));
        let rarer = self.each(&ranges, &read);
        // A sub-select with a limit is asked for each row; EXISTS might be turned into a join that reads all keys of the other word. And the
        // keys are an expression, so that they are found by the party and not by their range, which is long.
        let other = format!(
            "SELECT 1 FROM match_key a WHERE a.company_id = {company} AND a.party_id = f.party_id AND a.match_key || '' >= {from} AND a.match_key || '' <= {to} LIMIT 1"
        );
        self.add(place, &format!("SELECT f.party_id FROM ({rarer} LIMIT {MAX_FILTERED}) AS f WHERE ({other}) = 1"), limit);
    }

    fn add_record(&mut self, record_id: &str) {
        let (company, id) = (self.company.clone(), self.bind(record_id));
        let links = format!(
            "SELECT l.party_id FROM source_record s JOIN party_link l ON l.company_id = s.company_id AND l.system = s.system \
             AND l.record_type = s.record_type AND l.record_id = s.record_id AND l.status = 'ACTIVE' \
             WHERE s.company_id = {company} AND l.company_id = {company} AND s.record_id = {id}"
        );
        self.add(MatchedBy::SourceId as usize, &links, MAX_BY_KEY);
    }

    fn add(&mut self, place: usize, parties: &str, limit: usize) {
        self.parts.push(format!("SELECT {place} AS place, party_id FROM ({parties} LIMIT {limit}) AS part_{place}"));
    }
}

/// The parties of some ids that meet a filter and can be found: neither merged nor erased. One statement.
pub async fn living(tx: &TenantTx, ids: &[PartyId], filter: &DirectoryFilter) -> Result<Vec<Party>, Error> {
    let rows = filtered(tx, filter)
        .filter(any_id(tx, party::Column::Id, ids.iter().copied()))
        .filter(party::Column::Status.is_in(SHOWN.map(PartyStatus::as_str)))
        .all(tx)
        .await?;
    rows.into_iter().map(from_row).collect()
}
