//! Several selects as one statement, for what SeaORM's builder has no words for: lateral joins with limits, and many values in one bind.
use super::{scope::id_list, tenant::TenantTx};
use crate::domain::{id::PartyId, matching::facts::WantedKey, meaning::KeyRange};
use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};

/// Statements that are read together. Each has its limit, which both databases take in a sub-select only.
pub struct Union {
    backend: DbBackend,
    /// The company of the transaction, as it is bound.
    pub company: String,
    /// The selects.
    pub parts: Vec<String>,
    values: Vec<Value>,
}

impl Union {
    /// No selects yet.
    pub fn new(tx: &TenantTx) -> Self {
        let mut union = Self { backend: tx.get_database_backend(), company: String::new(), parts: Vec::new(), values: Vec::new() };
        union.company = union.bind(tx.company().0);
        union
    }

    /// All selects together.
    pub fn statement(self, tx: &TenantTx) -> Statement {
        Statement::from_sql_and_values(tx.get_database_backend(), self.parts.join(" UNION ALL "), self.values)
    }

    /// All selects together, behind a clause WITH.
    pub fn statement_with(self, with: &str, tx: &TenantTx) -> Statement {
        Statement::from_sql_and_values(tx.get_database_backend(), format!("{with}{}", self.parts.join(" UNION ALL ")), self.values)
    }

    /// Whether the database is PostgreSQL.
    pub fn is_postgres(&self) -> bool {
        self.backend == DbBackend::Postgres
    }

    /// Binds a value once and names it; it may be used several times.
    pub fn bind(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("{}{}", if self.is_postgres() { '$' } else { '?' }, self.values.len())
    }

    /// A condition that a column is one of some texts.
    pub fn texts(&mut self, texts: &[String]) -> String {
        if self.is_postgres() {
            format!("= ANY({})", self.bind(texts.to_vec()))
        } else {
            format!("IN (SELECT value FROM json_each({}))", self.bind(serde_json::json!(texts).to_string()))
        }
    }

    /// A select of rows that are bound column by column; at least one column.
    pub fn rows(&mut self, columns: Vec<Vec<String>>) -> String {
        if self.is_postgres() {
            let columns: Vec<String> = columns.into_iter().map(|column| format!("{}::text[]", self.bind(column))).collect();
            return format!("SELECT * FROM unnest({})", columns.join(", "));
        }
        let places: Vec<String> = (0..columns.len()).map(|i| format!("value ->> {i}")).collect();
        let rows = columns.first().map_or(0, Vec::len);
        let rows: Vec<Vec<&String>> = (0..rows).map(|row| columns.iter().filter_map(|column| column.get(row)).collect()).collect();
        let rows = self.bind(serde_json::json!(rows).to_string());
        format!("SELECT {} FROM json_each({rows})", places.join(", "))
    }

    /// A table `r` of ranges with the columns `low` and `high`.
    pub fn ranges(&mut self, ranges: &[KeyRange]) -> String {
        let (from, to): (Vec<String>, Vec<String>) = ranges.iter().map(|range| (range.from.clone(), range.to.clone())).unzip();
        if self.is_postgres() {
            let (from, to) = (self.bind(from), self.bind(to));
            format!("unnest({from}::text[], {to}::text[]) AS r(low, high)")
        } else {
            let pairs: Vec<(String, String)> = from.into_iter().zip(to).collect();
            let pairs = self.bind(serde_json::json!(pairs).to_string());
            format!("(SELECT value ->> 0 AS low, value ->> 1 AS high FROM json_each({pairs})) AS r")
        }
    }

    /// A select of ids in the column `party_id`.
    pub fn ids(&mut self, ids: &[PartyId]) -> String {
        let list = self.bind(id_list(self.backend, ids.iter().copied()));
        if self.is_postgres() {
            format!("SELECT unnest({list}::uuid[]) AS party_id")
        } else {
            format!("SELECT unhex(value) AS party_id FROM json_each({list})")
        }
    }

    /// The parties of each of some keys, as many as the limit of each, as two tables for a clause WITH: `keyed` with the number of the subject
    /// that a key is looked up for (`subject`), `match_key`, `is_word` (0 or 1) and `n`, how many of the key were read; and `found` with `subject`,
    /// `party_id` and `n`, without single words that reached the limit.
    pub fn sampled(&mut self, keys: &[(i32, &WantedKey)], limit: u32) -> String {
        let company = self.company.clone();
        let says_little = format!("is_word = 1 AND n >= {limit}");
        if self.is_postgres() {
            let subjects = self.bind(keys.iter().map(|(subject, _)| *subject).collect::<Vec<i32>>());
            let texts = self.bind(keys.iter().map(|(_, key)| key.key.clone()).collect::<Vec<String>>());
            let words = self.bind(keys.iter().map(|(_, key)| i32::from(key.is_word)).collect::<Vec<i32>>());
            // An array for each key: what a common word leads to is counted, and never becomes rows.
            return format!(
                "keyed AS MATERIALIZED (SELECT k.subject, k.match_key, k.is_word, f.parties, cardinality(f.parties) AS n \
                 FROM unnest({subjects}::int[], {texts}::text[], {words}::int[]) AS k(subject, match_key, is_word) CROSS JOIN LATERAL \
                 (SELECT array_agg(x.party_id) AS parties FROM (SELECT m.party_id FROM match_key m WHERE m.company_id = {company} \
                 AND m.match_key = k.match_key LIMIT {limit}) AS x) AS f WHERE f.parties IS NOT NULL), \
                 found AS (SELECT subject, unnest(parties) AS party_id, n FROM keyed WHERE NOT ({says_little}))"
            );
        }
        let of_key = |(subject, key): &(i32, &WantedKey)| {
            let (text, is_word) = (self.bind(key.key.clone()), i32::from(key.is_word));
            format!(
                "SELECT * FROM (SELECT {subject} AS subject, {text} AS match_key, {is_word} AS is_word, party_id FROM match_key \
                 WHERE company_id = {company} AND match_key = {text} LIMIT {limit})"
            )
        };
        let rows = keys.iter().map(of_key).collect::<Vec<_>>().join(" UNION ALL ");
        format!(
            "keyed AS MATERIALIZED (SELECT subject, match_key, is_word, party_id, COUNT(*) OVER (PARTITION BY subject, match_key) AS n FROM ({rows})), \
             found AS (SELECT subject, party_id, n FROM keyed WHERE NOT ({says_little}))"
        )
    }

    /// A table `own` of parties with the numbers of the subjects that they are: `subject` and `party_id`.
    pub fn own(&mut self, parties: &[(i32, PartyId)]) -> String {
        if self.is_postgres() {
            let subjects = self.bind(parties.iter().map(|(subject, _)| *subject).collect::<Vec<i32>>());
            let ids = self.bind(id_list(self.backend, parties.iter().map(|(_, party)| *party)));
            return format!("unnest({subjects}::int[], {ids}::uuid[]) AS own(subject, party_id)");
        }
        let pairs: Vec<(i32, String)> = parties.iter().map(|(subject, party)| (*subject, party.0.simple().to_string())).collect();
        let pairs = self.bind(serde_json::json!(pairs).to_string());
        format!("(SELECT value ->> 0 AS subject, unhex(value ->> 1) AS party_id FROM json_each({pairs})) AS own")
    }

    /// Joins the row of a table with an id, if there is one. On PostgreSQL it must not become a join that reads the whole company, which a
    /// wrong guess of the number of rows would make of it.
    pub fn join_one(&self, table: &str, alias: &str, id: &str) -> String {
        let company = &self.company;
        if self.is_postgres() {
            format!("LEFT JOIN LATERAL (SELECT t.* FROM {table} t WHERE t.company_id = {company} AND t.id = {id} LIMIT 1) AS {alias} ON TRUE")
        } else {
            format!("LEFT JOIN {table} {alias} ON {alias}.company_id = {company} AND {alias}.id = {id}")
        }
    }

    /// What is found for each range in turn, read no further than is asked for.
    pub fn each(&self, ranges: &str, read: &Read) -> String {
        let Self { company, .. } = self;
        let Read { table, column, key, condition, limit } = read;
        let rows = format!("t.company_id = {company} AND {condition} AND t.{key} >= r.low AND t.{key} <= r.high");
        if self.is_postgres() {
            let found = format!("SELECT t.{column} FROM {table} t WHERE {rows} ORDER BY t.{key}, t.{column} LIMIT {limit}");
            format!("SELECT found.{column} FROM {ranges} CROSS JOIN LATERAL ({found}) AS found")
        } else {
            // SQLite has no lateral joins, and needs none: a cross join reads the right side for each row of the left one, in this order.
            format!("SELECT t.{column} FROM {ranges} CROSS JOIN {table} t WHERE {rows}")
        }
    }
}

/// What is read of each range of keys.
pub struct Read<'r> {
    pub table: &'r str,
    pub column: &'r str,
    pub key: &'r str,
    pub condition: &'r str,
    pub limit: usize,
}
