//! Candidates: the parties that share keys with somebody, with everything that is said of them, in one statement.
use super::{tenant::TenantTx, union::Union};
use crate::domain::{
    address::PostalAddress,
    error::Error,
    id::PartyId,
    kind::PartyKind,
    link::Presented,
    matching::facts::{Facts, KEY_CAP, Names, WantedKey},
    suggestion::Found,
};
use rustc_hash::{FxHashMap, FxHashSet};
use sea_orm::{ConnectionTrait, QueryResult};

/// Rows of one sort that are read of a party at the most.
const MAX_ROWS: u32 = 24;

/// Keys that one statement looks up: SQLite takes a select for each, and no more than 500 in one statement.
const KEYS_ON_SQLITE: usize = 400;

/// Keys that one statement of PostgreSQL looks up.
const KEYS_ON_POSTGRES: usize = 3_200;

/// Who is looked for.
pub struct Search<'s> {
    /// The keys.
    pub keys: &'s [WantedKey],
    /// The normalised values, so that of a party with very many those are read first.
    pub values: &'s [String],
    /// The party that is looked for among the others, if it is one.
    pub party: Option<PartyId>,
}

/// What was found.
#[derive(Default)]
pub struct Candidates {
    /// At how many parties each key was found, up to the cap.
    pub counts: FxHashMap<String, u32>,
    /// Active parties that share keys with each who was looked for.
    pub of: Vec<Vec<Found>>,
}

/// The sorts of rows as they are numbered in the statement.
const KEY: i32 = 0;
const NAMES: i32 = 1;
const ABSORBED: i32 = 2;
const CONTACT: i32 = 3;
const IDENTIFIER: i32 = 4;
const PRESENTED: i32 = 5;
const DISTINCT: i32 = 6;
const SHARES: i32 = 7;

/// The active parties that share keys with some who are looked for, for each at most so many: those that share the rarest keys. One statement
/// for a few dozen; none without keys. A key reads no more than its cap, however many share it.
pub async fn find(tx: &TenantTx, searches: &[Search<'_>], most: usize) -> Result<Candidates, Error> {
    let room = if Union::new(tx).is_postgres() { KEYS_ON_POSTGRES } else { KEYS_ON_SQLITE };
    let mut found = Candidates::default();
    let mut rest = searches;
    while !rest.is_empty() {
        let mut keys = 0;
        let fits = rest.iter().take_while(|search| {
            keys += search.keys.len();
            keys <= room
        });
        let (now, later) = rest.split_at(fits.count().max(1));
        let some = find_some(tx, now, most).await?;
        found.counts.extend(some.counts);
        found.of.extend(some.of);
        rest = later;
    }
    Ok(found)
}

async fn find_some(tx: &TenantTx, searches: &[Search<'_>], most: usize) -> Result<Candidates, Error> {
    let numbered = || (0_i32..).zip(searches);
    let keys: Vec<(i32, &WantedKey)> = numbered().flat_map(|(subject, search)| search.keys.iter().map(move |key| (subject, key))).collect();
    if keys.is_empty() {
        return Ok(Candidates { counts: FxHashMap::default(), of: searches.iter().map(|_| Vec::new()).collect() });
    }
    let mut union = Union::new(tx);
    let found = union.sampled(&keys, KEY_CAP);
    let parties: Vec<(i32, PartyId)> = numbered().filter_map(|(subject, search)| search.party.map(|party| (subject, party))).collect();
    let own = (!parties.is_empty()).then(|| union.own(&parties));
    let itself = own.as_ref().map_or(String::new(), |own| {
        format!("WHERE NOT EXISTS (SELECT 1 FROM {own} WHERE own.subject = found.subject AND own.party_id = found.party_id)")
    });
    let shares = format!("SELECT subject, party_id, SUM(CAST(1.0 AS REAL) / n) AS share FROM found {itself} GROUP BY subject, party_id");
    let placed = format!(
        "SELECT subject, party_id, ROW_NUMBER() OVER (PARTITION BY subject ORDER BY share DESC, party_id) AS place FROM ({shares}) AS shares"
    );
    let with = format!(
        "WITH {found}, pairs AS MATERIALIZED (SELECT subject, party_id FROM ({placed}) AS placed WHERE place <= {most}), \
         best AS MATERIALIZED (SELECT DISTINCT party_id FROM pairs) "
    );
    let company = union.company.clone();
    union.parts.push(format!(
        "SELECT DISTINCT {KEY} AS sort, {company} AS party_id, match_key AS a, CAST(n AS TEXT) AS b, '' AS c, '' AS d, '' AS e FROM keyed"
    ));
    union.parts.push(format!("SELECT {SHARES}, party_id, CAST(subject AS TEXT), '', '', '', '' FROM pairs"));
    union.add_facts(&searches.iter().flat_map(|search| search.values.iter().cloned()).collect::<Vec<_>>());
    if let Some(own) = own {
        union.add_distinct(&own);
    }
    let rows = read(tx.query_all_raw(union.statement_with(&with, tx)).await?)?;
    Ok(Candidates { of: numbered().map(|(subject, _)| rows.of_subject(subject)).collect(), counts: rows.counts })
}

/// What is said of some parties, active or not. One statement.
pub async fn facts(tx: &TenantTx, parties: &[PartyId]) -> Result<Vec<Found>, Error> {
    if parties.is_empty() {
        return Ok(Vec::new());
    }
    let mut union = Union::new(tx);
    let ids = union.ids(parties);
    let with = format!("WITH best AS MATERIALIZED ({ids}) ");
    union.add_facts(&[]);
    Ok(read(tx.query_all_raw(union.statement_with(&with, tx)).await?)?.parties)
}

impl Union {
    /// Selects of all that is said of the parties in `best`.
    fn add_facts(&mut self, values: &[String]) {
        let company = self.company.clone();
        let names = "p.kind AS a, p.display_name AS b, p.given_name AS c, p.family_name AS d, p.legal_name AS e";
        let own = format!("p.company_id = {company} AND p.id = best.party_id AND p.status = 'ACTIVE'");
        let absorbed = format!("p.company_id = {company} AND p.merged_into = best.party_id");
        let wanted = self.texts(values);
        let point = format!("c.company_id = {company} AND c.party_id = best.party_id AND c.valid_to IS NULL");
        let first = format!("CASE WHEN c.normalized {wanted} THEN 0 WHEN c.is_primary THEN 1 ELSE 2 END, c.id");
        let links = "party_link l JOIN source_record s ON s.company_id = l.company_id AND s.system = l.system AND s.record_type = l.record_type AND s.record_id = l.record_id";
        let linked = format!("l.company_id = {company} AND l.party_id = best.party_id AND l.status = 'ACTIVE' AND s.company_id = {company}");
        let identifier = format!("i.company_id = {company} AND i.party_id = best.party_id");
        let address = "c.kind AS a, c.value AS b, c.normalized AS c, CAST(c.address AS TEXT) AS d, '' AS e";
        let verified = "i.scheme AS a, i.value AS b, CASE WHEN i.verified_at IS NULL THEN '' ELSE 'v' END AS c, '' AS d, '' AS e";
        let presented = "CAST(s.presented AS TEXT) AS a, s.email_key AS b, s.phone AS c, '' AS d, '' AS e";
        for each in [
            Each { sort: NAMES, columns: names, from: "party p", condition: &own, order: "p.id" },
            Each { sort: ABSORBED, columns: names, from: "party p", condition: &absorbed, order: "p.id" },
            Each { sort: CONTACT, columns: address, from: "contact_point c", condition: &point, order: &first },
            Each { sort: IDENTIFIER, columns: verified, from: "party_identifier i", condition: &identifier, order: "i.scheme, i.value" },
            Each { sort: PRESENTED, columns: presented, from: links, condition: &linked, order: "l.id" },
        ] {
            let part = self.of_each(&each);
            self.parts.push(part);
        }
    }

    /// The survivors of the parties that are asserted to be others than those who are looked for, or than one that was merged into them.
    fn add_distinct(&mut self, own: &str) {
        let company = self.company.clone();
        for (mine, other) in [("party_a", "party_b"), ("party_b", "party_a")] {
            for id in ["id", "merged_into"] {
                self.parts.push(format!(
                    "SELECT {DISTINCT}, COALESCE(o.merged_into, o.id), CAST(own.subject AS TEXT), '', '', '', '' FROM {own} \
                     JOIN party s ON s.company_id = {company} AND s.{id} = own.party_id \
                     JOIN distinct_assertion d ON d.company_id = {company} AND d.{mine} = s.id AND d.retracted_at IS NULL \
                     JOIN party o ON o.company_id = {company} AND o.id = d.{other}"
                ));
            }
        }
    }

    fn of_each(&self, each: &Each<'_>) -> String {
        let Each { sort, columns, from, condition, order } = each;
        if self.is_postgres() {
            let rows = format!("SELECT {columns} FROM {from} WHERE {condition} ORDER BY {order} LIMIT {MAX_ROWS}");
            return format!("SELECT {sort}, best.party_id, x.a, x.b, x.c, x.d, x.e FROM best CROSS JOIN LATERAL ({rows}) AS x");
        }
        let place = format!("ROW_NUMBER() OVER (PARTITION BY best.party_id ORDER BY {order}) AS place");
        let rows = format!("SELECT best.party_id AS party_id, {columns}, {place} FROM best CROSS JOIN {from} WHERE {condition}");
        format!("SELECT {sort}, party_id, a, b, c, d, e FROM ({rows}) WHERE place <= {MAX_ROWS}")
    }
}

/// Rows that are read of each candidate.
struct Each<'e> {
    sort: i32,
    columns: &'e str,
    from: &'e str,
    condition: &'e str,
    order: &'e str,
}

/// The rows of a statement, put together.
#[derive(Default)]
struct Rows {
    counts: FxHashMap<String, u32>,
    parties: Vec<Found>,
    places: FxHashMap<PartyId, usize>,
    shares: FxHashSet<(i32, PartyId)>,
    distinct: FxHashSet<(i32, PartyId)>,
}

impl Rows {
    /// Those that share keys with one who is looked for.
    fn of_subject(&self, subject: i32) -> Vec<Found> {
        let shares = |found: &&Found| self.shares.contains(&(subject, found.party));
        let own = |found: &Found| Found { asserted_different: self.distinct.contains(&(subject, found.party)), ..found.clone() };
        self.parties.iter().filter(shares).map(own).collect()
    }
}

fn read(rows: Vec<QueryResult>) -> Result<Rows, Error> {
    let mut all = Rows::default();
    let mut others = Vec::new();
    for row in rows {
        let (sort, party): (i32, PartyId) = (row.try_get_by_index(0)?, PartyId(row.try_get_by_index(1)?));
        let text = |at: usize| row.try_get_by_index::<Option<String>>(at);
        let texts = [text(2)?, text(3)?, text(4)?, text(5)?, text(6)?];
        let number = |text: &Option<String>| text.as_deref().and_then(|number| number.parse::<i32>().ok()).unwrap_or_default();
        match sort {
            KEY => {
                let [key, count, ..] = texts;
                all.counts.insert(key.unwrap_or_default(), count.and_then(|count| count.parse().ok()).unwrap_or(0));
            }
            NAMES => {
                all.places.insert(party, all.parties.len());
                let mut facts = Facts::default();
                let kind = texts[0].as_deref().and_then(PartyKind::stored);
                facts.kind(kind);
                add(&mut facts, sort, &texts);
                all.parties.push(Found { party, facts, asserted_different: false });
            }
            SHARES => drop(all.shares.insert((number(&texts[0]), party))),
            DISTINCT => drop(all.distinct.insert((number(&texts[0]), party))),
            _ => others.push((sort, party, texts)),
        }
    }
    for (sort, party, texts) in others {
        if let Some(place) = all.places.get(&party) {
            add(&mut all.parties[*place].facts, sort, &texts);
        }
    }
    Ok(all)
}

fn add(facts: &mut Facts, sort: i32, texts: &[Option<String>; 5]) {
    let [a, b, c, d, e] = texts.each_ref().map(|text| text.as_deref());
    match sort {
        NAMES | ABSORBED => {
            let kind = a.and_then(PartyKind::stored).unwrap_or(PartyKind::Person);
            facts.names(kind, Names { display: b, given: c, family: d, legal: e });
        }
        CONTACT => match (a, b, c) {
            (Some("EMAIL"), Some(value), Some(key)) => facts.email(value, key),
            (Some("PHONE"), _, Some(e164)) => facts.phone(e164),
            (Some("WEB"), Some(url), _) => facts.web(url),
            _ => {
                let address = d.and_then(|json| serde_json::from_str(json).ok()).and_then(|json| PostalAddress::from_json(&json));
                if let Some(address) = address {
                    facts.address(&address);
                }
            }
        },
        IDENTIFIER => facts.identifier(a.unwrap_or_default(), b.unwrap_or_default(), c == Some("v")),
        _ => {
            if let Some(presented) = a.and_then(|json| serde_json::from_str::<Presented>(json).ok()) {
                facts.presented(&presented);
            }
        }
    }
}
