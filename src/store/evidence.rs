//! What evidence leads to: records, identifiers, addresses and the words of names, all looked up in one statement.
use super::{party::from_row, source_record::few_kinds, tenant::TenantTx, union::Union};
use crate::domain::{code::SourceKey, error::Error, id::PartyId, identifier::Identifier, party::Party};
use entity::party;
use sea_orm::{ConnectionTrait, FromQueryResult, QueryResult};
use std::collections::BTreeSet;

/// What is to be looked up.
#[derive(Debug, Default)]
pub struct Evidence {
    /// Source records.
    pub sources: BTreeSet<SourceKey>,
    /// Identifiers.
    pub identifiers: Vec<Identifier>,
    /// Keys of e-mail addresses.
    pub emails: BTreeSet<String>,
    /// Words of names.
    pub words: BTreeSet<String>,
}

/// What a party was found by.
#[derive(Debug)]
pub enum Clue {
    /// It has the active link of the record.
    Source(SourceKey),
    /// It has the identifier with the scheme and value.
    Identifier(String, String),
    /// It has the e-mail address.
    Email {
        /// The address's key.
        key: String,
        /// Whether several people share the address.
        is_shared: bool,
        /// Whether it is primary or verified.
        is_sure: bool,
    },
}

/// What evidence leads to.
#[derive(Debug, Default)]
pub struct Known {
    /// The parties, survivors in place of merged ones.
    pub parties: Vec<(Clue, Party)>,
    /// Those of the words that names have already.
    pub words: BTreeSet<String>,
}

/// The kinds of rows as they are numbered in the statement.
const SOURCE: i32 = 1;
const IDENTIFIER: i32 = 2;
const EMAIL: i32 = 3;
const WORD: i32 = 4;

/// Looks everything up. One statement, none for no evidence, and a second one if there are merged parties.
pub async fn look_up(tx: &TenantTx, evidence: Evidence) -> Result<Known, Error> {
    let mut union = Union::new(tx);
    add(&mut union, evidence);
    let mut known = Known::default();
    if union.parts.is_empty() {
        return Ok(known);
    }
    let found = union.parts.join(" UNION ALL ");
    union.parts = vec![format!("SELECT found.*, p.* FROM ({found}) AS found {}", union.join_one("party", "p", "found.found_id"))];
    for row in tx.query_all_raw(union.statement(tx)).await? {
        let one: String = row.try_get("", "one")?;
        match row.try_get("", "clue")? {
            WORD => drop(known.words.insert(one)),
            clue => known.parties.push((read_clue(clue, one, &row)?, from_row(party::Model::from_query_result(&row, "")?)?)),
        }
    }
    replace_merged(tx, &mut known.parties).await?;
    Ok(known)
}

async fn replace_merged(tx: &TenantTx, parties: &mut [(Clue, Party)]) -> Result<(), Error> {
    let survivors: Vec<PartyId> = parties.iter().filter_map(|(_, party)| party.merged_into).collect();
    let survivors = super::party::find(tx, &survivors).await?;
    for (_, party) in parties {
        if let Some(survivor) = survivors.iter().find(|survivor| party.merged_into == Some(survivor.id)) {
            *party = survivor.clone();
        }
    }
    Ok(())
}

fn read_clue(clue: i32, one: String, row: &QueryResult) -> Result<Clue, Error> {
    Ok(match clue {
        SOURCE => Clue::Source(SourceKey::stored(one, row.try_get("", "two")?, row.try_get("", "three")?)),
        IDENTIFIER => Clue::Identifier(one, row.try_get("", "two")?),
        _ => Clue::Email { key: one, is_shared: row.try_get("", "is_shared")?, is_sure: row.try_get("", "is_sure")? },
    })
}

/// All selects have the columns `clue, one, two, three, found_id, is_shared, is_sure`.
fn add(union: &mut Union, evidence: Evidence) {
    let company = union.company.clone();
    if !evidence.emails.is_empty() {
        let emails = union.texts(&evidence.emails.into_iter().collect::<Vec<_>>());
        union.parts.push(format!(
            "SELECT {EMAIL} AS clue, c.normalized AS one, '' AS two, '' AS three, c.party_id AS found_id, c.shared AS is_shared, \
             (c.is_primary OR c.identifies OR c.verified_at IS NOT NULL) AS is_sure FROM contact_point c \
             WHERE c.company_id = {company} AND c.kind = 'EMAIL' AND c.normalized {emails} AND c.valid_to IS NULL"
        ));
    }
    if !evidence.identifiers.is_empty() {
        let (schemes, values) = evidence.identifiers.iter().map(|id| (id.scheme().as_str().to_owned(), id.value().to_owned())).unzip();
        let rows = union.rows(vec![schemes, values]);
        union.parts.push(format!(
            "SELECT {IDENTIFIER} AS clue, i.scheme AS one, i.value AS two, '' AS three, i.party_id AS found_id, FALSE AS is_shared, TRUE AS is_sure \
             FROM party_identifier i WHERE i.company_id = {company} AND (i.scheme, i.value) IN ({rows})"
        ));
    }
    if !evidence.sources.is_empty() {
        let select = format!(
            "SELECT {SOURCE} AS clue, l.system AS one, l.record_type AS two, l.record_id AS three, l.party_id AS found_id, FALSE AS is_shared, \
             TRUE AS is_sure FROM party_link l WHERE l.company_id = {company} AND l.status = 'ACTIVE'"
        );
        let keys: Vec<&SourceKey> = evidence.sources.iter().collect();
        if let Some(kinds) = few_kinds(&keys) {
            for ((system, record_type), ids) in kinds {
                let (system, record_type, ids) = (union.bind(system), union.bind(record_type), union.texts(&ids));
                union.parts.push(format!("{select} AND l.system = {system} AND l.record_type = {record_type} AND l.record_id {ids}"));
            }
        } else {
            let column = |part: fn(&SourceKey) -> &str| keys.iter().map(|key| part(key).to_owned()).collect::<Vec<_>>();
            let columns = vec![column(|key| key.system.as_str()), column(|key| key.record_type.as_str()), column(|key| key.record_id.as_str())];
            let rows = union.rows(columns);
            union.parts.push(format!("{select} AND (l.system, l.record_type, l.record_id) IN ({rows})"));
        }
    }
    if !evidence.words.is_empty() {
        let words = union.texts(&evidence.words.into_iter().collect::<Vec<_>>());
        union.parts.push(format!(
            "SELECT {WORD} AS clue, v.token AS one, '' AS two, '' AS three, v.company_id AS found_id, FALSE AS is_shared, FALSE AS is_sure \
             FROM name_variant v WHERE v.company_id = {company} AND v.variant = v.token AND v.variant {words}"
        ));
    }
}
