//! Parties as far as a query reads them: only the columns that it asks for, and the roles and links of all of them in the same statement.
//!
//! The statement is a union of up to three parts, each of which walks one index: the records, the roles, the links. Sub-queries for
//! each party would start the executor as often as there are parties; joins would multiply the rows.
use super::{scope, stored, tenant::TenantTx};
use crate::domain::{
    address::PostalAddress,
    code::{RoleCode, SourceKey},
    error::Error,
    id::{LinkId, PartyId, RoleId},
    kind::{PartyKind, PartyStatus},
    party::Party,
    profile::{CurrentLink, CurrentRole, Parts, Profile},
};
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement, TryGetable};
use std::{collections::HashMap, fmt::Write};
use uuid::Uuid;

/// What belongs to a party and comes with the statement that reads it.
const LISTS: Parts = Parts::ROLES.union(Parts::LINKS);

/// The columns of the table `party` that some parts need, in the order in which [`Reader::columns`] reads them.
pub(super) fn columns(parts: Parts) -> impl Iterator<Item = &'static str> {
    const COLUMNS: [(Parts, &[&str]); 8] = [
        (Parts::KIND, &["kind"]),
        (Parts::DISPLAY_NAME, &["display_name"]),
        (Parts::NAMES, &["given_name", "family_name", "legal_name"]),
        (Parts::EMAIL, &["primary_email"]),
        (Parts::PHONE, &["primary_phone"]),
        (Parts::ADDRESS, &["primary_address"]),
        (Parts::STATUS, &["status"]),
        (Parts::REVISION, &["version", "created_at", "updated_at"]),
    ];
    COLUMNS.into_iter().filter(move |(part, _)| parts.contains(*part)).flat_map(|(_, columns)| columns.iter().copied())
}

/// The parties of some ids as they stand, merged ones included, with the columns, roles and links that are asked for. One statement.
pub async fn find(tx: &TenantTx, ids: &[PartyId], parts: Parts) -> Result<HashMap<PartyId, Profile>, Error> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let lists = parts & LISTS;
    let read = parts & (Parts::RECORD | LISTS);
    let mut profiles = HashMap::with_capacity(ids.len());
    let mut belongings = Vec::new();
    for row in tx.query_all_raw(statement(tx, ids, Some(parts), lists)).await? {
        let mut row = Reader::new(&row);
        match if lists.is_empty() { RECORD } else { row.next::<i32>()? } {
            RECORD => {
                let (id, merged_into) = (PartyId(row.next()?), row.next::<Option<Uuid>>()?.map(PartyId));
                row.skip(if lists.is_empty() { 0 } else { 5 });
                let profile = row.columns(id, merged_into, read)?;
                profiles.insert(id, profile);
            }
            part => belongings.push(row.belonging(part)?),
        }
    }
    give(&mut profiles, belongings);
    Ok(profiles)
}

/// Adds the roles and links that are asked for to parties that were read already. One statement, or none.
pub async fn add_lists(tx: &TenantTx, profiles: &mut HashMap<PartyId, Profile>, parts: Parts) -> Result<(), Error> {
    let lists = parts & LISTS;
    if lists.is_empty() || profiles.is_empty() {
        return Ok(());
    }
    let ids: Vec<PartyId> = profiles.keys().copied().collect();
    let mut belongings = Vec::new();
    for row in tx.query_all_raw(statement(tx, &ids, None, lists)).await? {
        let mut row = Reader::new(&row);
        let part = row.next()?;
        belongings.push(row.belonging(part)?);
    }
    profiles.values_mut().for_each(|profile| profile.add(lists));
    give(profiles, belongings);
    Ok(())
}

/// The numbers that tell the parts of the union apart.
const RECORD: i32 = 0;
const ROLE: i32 = 1;
const LINK: i32 = 2;

fn statement(tx: &TenantTx, ids: &[PartyId], record: Option<Parts>, lists: Parts) -> Statement {
    let backend = tx.get_database_backend();
    let (company, among) = match backend {
        DbBackend::Postgres => ("$1", "= ANY($2)"),
        _ => ("?1", "IN (SELECT unhex(value) FROM json_each(?2))"),
    };
    let mut sql = String::with_capacity(600);
    if let Some(parts) = record {
        sql.push_str("SELECT ");
        if !lists.is_empty() {
            write_to(&mut sql, format_args!("{RECORD}, "));
        }
        sql.push_str("id, merged_into");
        if !lists.is_empty() {
            // The first part of a union gives its columns their types.
            sql.push_str(match backend {
                DbBackend::Postgres => ", NULL::timestamptz, NULL::boolean, NULL::text, NULL::text, NULL::text",
                _ => ", NULL, NULL, NULL, NULL, NULL",
            });
        }
        columns(parts).for_each(|column| write_to(&mut sql, format_args!(", {column}")));
        write_to(&mut sql, format_args!(" FROM party WHERE company_id = {company} AND id {among}"));
    }
    let others = record.map_or(0, |parts| columns(parts).count());
    let mut list = |part: i32, of: &str, table: &str, current: &str| {
        if !sql.is_empty() {
            sql.push_str(" UNION ALL ");
        }
        write_to(&mut sql, format_args!("SELECT {part}, party_id, id, {of}{}", ", NULL".repeat(others)));
        write_to(&mut sql, format_args!(" FROM {table} WHERE company_id = {company} AND party_id {among} AND {current}"));
    };
    if lists.contains(Parts::ROLES) {
        list(ROLE, "valid_from, is_primary, role_code, NULL, NULL", "party_role", "valid_to IS NULL");
    }
    if lists.contains(Parts::LINKS) {
        list(LINK, "linked_at, NULL, system, record_type, record_id", "party_link", "status = 'ACTIVE'");
    }
    Statement::from_sql_and_values(backend, sql, [tx.company().0.into(), scope::id_list(backend, ids.iter().copied())])
}

fn write_to(sql: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = sql.write_fmt(text);
}

/// A role or a link, and whose it is.
enum Belonging {
    Role(PartyId, CurrentRole),
    Link(PartyId, CurrentLink),
}

fn give(profiles: &mut HashMap<PartyId, Profile>, belongings: Vec<Belonging>) {
    for belonging in belongings {
        match belonging {
            Belonging::Role(party, role) => profiles.entry(party).and_modify(|profile| profile.roles.push(role)),
            Belonging::Link(party, link) => profiles.entry(party).and_modify(|profile| profile.links.push(link)),
        };
    }
    for profile in profiles.values_mut() {
        profile.roles.sort_by_key(|role| (role.valid_from, role.id));
        profile.links.sort_by_key(|link| (link.linked_at, link.id));
    }
}

/// Reads the columns of a row one after the other.
pub(super) struct Reader<'r> {
    row: &'r QueryResult,
    column: usize,
}

impl<'r> Reader<'r> {
    pub(super) fn new(row: &'r QueryResult) -> Self {
        Self { row, column: 0 }
    }

    /// The next column.
    pub(super) fn next<T: TryGetable>(&mut self) -> Result<T, Error> {
        let value = self.row.try_get_by_index(self.column)?;
        self.column += 1;
        Ok(value)
    }

    fn skip(&mut self, columns: usize) {
        self.column += columns;
    }

    /// The columns that [`columns`] named.
    pub(super) fn columns(&mut self, id: PartyId, merged_into: Option<PartyId>, read: Parts) -> Result<Profile, Error> {
        let mut failed = Ok(());
        let profile = Profile::partly(id, merged_into, read, |party| failed = self.fill(party, read));
        failed.map(|()| profile)
    }

    fn fill(&mut self, party: &mut Party, read: Parts) -> Result<(), Error> {
        if read.contains(Parts::KIND) {
            party.kind = stored("party.kind", &self.next::<String>()?, PartyKind::stored)?;
        }
        if read.contains(Parts::DISPLAY_NAME) {
            party.display_name = self.next()?;
        }
        if read.contains(Parts::NAMES) {
            (party.given_name, party.family_name, party.legal_name) = (self.next()?, self.next()?, self.next()?);
        }
        if read.contains(Parts::EMAIL) {
            party.primary_email = self.next()?;
        }
        if read.contains(Parts::PHONE) {
            party.primary_phone = self.next()?;
        }
        if read.contains(Parts::ADDRESS) {
            party.primary_address = self.next::<Option<serde_json::Value>>()?.as_ref().and_then(PostalAddress::from_json);
        }
        if read.contains(Parts::STATUS) {
            party.status = stored("party.status", &self.next::<String>()?, PartyStatus::stored)?;
        }
        if read.contains(Parts::REVISION) {
            (party.version, party.created_at, party.updated_at) = (self.next()?, self.next()?, self.next()?);
        }
        Ok(())
    }

    fn belonging(&mut self, part: i32) -> Result<Belonging, Error> {
        let (party, id) = (PartyId(self.next()?), self.next::<Uuid>()?);
        let at: DateTime<Utc> = self.next()?;
        match part {
            ROLE => {
                let (is_primary, code) = (self.next()?, RoleCode::stored(self.next()?));
                Ok(Belonging::Role(party, CurrentRole { valid_from: at, id: RoleId(id), code, is_primary }))
            }
            LINK => {
                self.skip(1);
                let source = SourceKey::stored(self.next()?, self.next()?, self.next()?);
                Ok(Belonging::Link(party, CurrentLink { linked_at: at, id: LinkId(id), source }))
            }
            unknown => Err(Error::internal(format!("a union has no part {unknown}"))),
        }
    }
}
