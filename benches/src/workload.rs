//! The workloads: what is asked, and what the database says that the answer must be.
use crate::client::UNIQUE;
use anyhow::{Context, Result};
use fastrand::Rng;
use serde_json::{Value, json};
use tokio_postgres::Client;
use uuid::Uuid;

/// One of the seven.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
#[value(rename_all = "UPPER")]
pub enum Workload {
    /// One entity with its roles.
    W1,
    /// A hundred entities with roles and links.
    W2,
    /// A thousand entities, three scalars each.
    W3,
    /// A page of fifty with roles, links and revenue.
    W4,
    /// The top ten by revenue.
    W5,
    /// A search for a misspelt or unfinished name.
    W6,
    /// Find or create by e-mail address, by turns one that is there and a new one.
    W7,
}

impl Workload {
    /// All of them.
    pub const ALL: [Self; 7] = [Self::W1, Self::W2, Self::W3, Self::W4, Self::W5, Self::W6, Self::W7];

    /// What it is, in a few words.
    pub fn title(self) -> &'static str {
        match self {
            Self::W1 => "`_entities` × 1, roles",
            Self::W2 => "`_entities` × 100, roles and links",
            Self::W3 => "`_entities` × 1,000, three scalars",
            Self::W4 => "page of 50, roles, links, revenue",
            Self::W5 => "top 10 by revenue",
            Self::W6 => "search of a misspelt name, top 10",
            Self::W7 => "find or create by e-mail address",
        }
    }

    fn document(self) -> &'static str {
        match self {
            Self::W1 => "query W1($r:[_Any!]!){_entities(representations:$r){...on Party{id displayName primaryEmail roles{role{code}}}}}",
            Self::W2 => {
                "query W2($r:[_Any!]!){_entities(representations:$r){...on Party{id displayName primaryEmail roles{role{code}} links{sourceRecord{system type id}}}}}"
            }
            Self::W3 => "query W3($r:[_Any!]!){_entities(representations:$r){...on Party{id displayName primaryEmail}}}",
            Self::W4 => {
                "query W4($first:Int!,$after:String){parties(first:$first,after:$after){nodes{id displayName primaryEmail roles{role{code}} \
                 links{sourceRecord{system type id}} revenue{gross{amount} byChannel{channel{code} gross{amount}}}} pageInfo{hasNextPage endCursor}}}"
            }
            Self::W5 => "query W5($first:Int!){topParties(first:$first){amount{amount} party{id displayName}}}",
            Self::W6 => "query W6($query:String!,$first:Int!){searchParties(query:$query,first:$first){nodes{id displayName primaryEmail}}}",
            Self::W7 => {
                "mutation W7($input:FindOrCreatePartyInput!){findOrCreateParty(input:$input){created party{id displayName primaryEmail} userErrors{code message}}}"
            }
        }
    }

    /// The body of a request with these variables.
    pub fn body(self, variables: &Value) -> Value {
        json!({ "operationName": format!("{self:?}"), "query": self.document(), "variables": variables })
    }
}

/// A request of a workload.
#[derive(Clone, Debug)]
pub struct Input {
    /// The company whose token it carries.
    pub company: Uuid,
    /// The variables; W4's cursor is added when the pages are walked.
    pub variables: Value,
    /// What it is about, for the reference.
    pub about: About,
}

/// What a request is about.
#[derive(Clone, Debug)]
pub enum About {
    /// The parties of these ids.
    Parties(Vec<Uuid>),
    /// The page with this number, and the SQL row after which it begins.
    Page(u32, String),
    /// The ranking.
    Top,
    /// The party whose name was misspelt, and whether the query is only its beginning.
    Name(String, bool),
    /// The party that has the e-mail address, or none for a new one.
    Email(Option<Uuid>),
}

/// Parties on a page of W4.
pub const PAGE: u32 = 50;

/// Pages of W4 that are asked for.
const PAGES: u32 = 10;

/// A party that requests are made of.
struct Known {
    id: Uuid,
    name: String,
    email: Option<String>,
    kind: String,
}

/// The requests of a workload, the same ones for the same data. What they touch fits into PostgreSQL's buffers: the figures are to
/// compare engines and not disks.
///
/// # Errors
/// When the database does not answer.
pub async fn inputs(database: &Client, companies: &[Uuid], workload: Workload) -> Result<Vec<Input>> {
    let mut rng = Rng::with_seed(workload as u64 + 11);
    let mut inputs = Vec::new();
    for company in companies {
        if workload == Workload::W4 {
            inputs.extend(pages(database, *company).await?);
        } else {
            let known = known(database, *company).await?;
            inputs.extend(of_company(workload, *company, &known, &mut rng));
        }
    }
    if workload != Workload::W7 {
        rng.shuffle(&mut inputs);
    }
    Ok(inputs)
}

async fn known(database: &Client, company: Uuid) -> Result<Vec<Known>> {
    let sql = "SELECT id, display_name, primary_email, kind FROM party WHERE company_id = $1 AND status = 'ACTIVE' AND coalesce(primary_email, '') NOT LIKE 'bench+%' ORDER BY md5(id::text) LIMIT 4000";
    let rows = database.query(sql, &[&company]).await?;
    Ok(rows.iter().map(|row| Known { id: row.get(0), name: row.get(1), email: row.get(2), kind: row.get(3) }).collect())
}

async fn pages(database: &Client, company: Uuid) -> Result<Vec<Input>> {
    let mut pages = Vec::new();
    for page in 0..PAGES {
        let sql = "SELECT format('(%L, %L::uuid)', name_key, id) FROM party WHERE company_id = $1 AND status IN ('ACTIVE', 'INACTIVE') \
             ORDER BY name_key, id LIMIT 1 OFFSET $2";
        let last = i64::from(page * PAGE) - 1;
        let after = match page {
            0 => "('', '00000000-0000-0000-0000-000000000000'::uuid)".to_owned(),
            _ => database.query_one(sql, &[&company, &last]).await?.get(0),
        };
        pages.push(Input { company, variables: json!({ "first": PAGE }), about: About::Page(page, after) });
    }
    Ok(pages)
}

fn of_company(workload: Workload, company: Uuid, known: &[Known], rng: &mut Rng) -> Vec<Input> {
    let of = |variables, about| Input { company, variables, about };
    let batch = |parties: &[Known]| {
        let ids: Vec<Uuid> = parties.iter().map(|party| party.id).collect();
        let representations: Vec<Value> = ids.iter().map(|id| json!({ "__typename": "Party", "id": id.to_string() })).collect();
        of(json!({ "r": representations }), About::Parties(ids))
    };
    match workload {
        Workload::W1 => known.chunks(1).take(250).map(batch).collect(),
        Workload::W2 => known.chunks(100).take(8).map(batch).collect(),
        Workload::W3 => known.chunks(1_000).take(2).map(batch).collect(),
        Workload::W4 => Vec::new(),
        Workload::W5 => vec![of(json!({ "first": 10 }), About::Top)],
        Workload::W6 => known
            .iter()
            .take(50)
            .enumerate()
            .map(|(i, party)| {
                let is_beginning = i % 3 == 0;
                let query = if is_beginning { beginning(&party.name) } else { misspelt(&party.name, rng) };
                of(json!({ "query": query, "first": 10 }), About::Name(party.name.clone(), is_beginning))
            })
            .collect(),
        Workload::W7 => known.iter().filter(|party| party.email.is_some()).take(100).flat_map(|party| by_turns(party, &of)).collect(),
    }
}

/// A call that finds the party, and one that makes another party of the same name.
fn by_turns(party: &Known, of: &impl Fn(Value, About) -> Input) -> [Input; 2] {
    let input = |email: &str| json!({ "input": { "email": email, "displayName": party.name, "kind": party.kind } });
    let new = format!("bench+{UNIQUE}@new.example");
    [of(input(party.email.as_deref().unwrap_or_default()), About::Email(Some(party.id))), of(input(&new), About::Email(None))]
}

fn beginning(name: &str) -> String {
    let letters = (name.chars().count() * 6 / 10).max(6);
    name.chars().take(letters).collect::<String>().trim().to_owned()
}

/// The name with one letter left out, swapped with the next one, or doubled.
fn misspelt(name: &str, rng: &mut Rng) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    let at = rng.usize(1..letters.len() - 1);
    match rng.u8(0..3) {
        0 => drop(letters.remove(at)),
        1 => letters.swap(at, at + 1),
        _ => letters.insert(at, letters[at]),
    }
    letters.into_iter().collect()
}

const ROLES: &str = "'roles', (SELECT coalesce(json_agg(json_build_object('role', json_build_object('code', r.role_code))), '[]') \
     FROM party_role r WHERE r.company_id = p.company_id AND r.party_id = p.id AND r.valid_to IS NULL)";
const LINKS: &str = "'links', (SELECT coalesce(json_agg(json_build_object('sourceRecord', json_build_object('system', l.system, 'type', l.record_type, \
     'id', l.record_id))), '[]') FROM party_link l WHERE l.company_id = p.company_id AND l.party_id = p.id AND l.status = 'ACTIVE')";
/// Added up from the entries themselves.
const REVENUE: &str = "'revenue', (SELECT coalesce(json_agg(c.currency), '[]') FROM (SELECT json_build_object('gross', json_build_object('amount', \
     (sum(e.minor) / 100.0)::numeric(20,2)::text), 'byChannel', json_agg(json_build_object('channel', json_build_object('code', e.channel), 'gross', \
     json_build_object('amount', (e.minor / 100.0)::numeric(20,2)::text)))) AS currency FROM (SELECT currency, channel, sum(amount_minor) AS minor \
     FROM revenue_entry WHERE company_id = p.company_id AND party_id = p.id AND direction = 'INFLOW' GROUP BY currency, channel) e GROUP BY e.currency) c)";
const PARTY: &str = "'id', p.id, 'displayName', p.display_name, 'primaryEmail', p.primary_email";

/// What the `data` of the answer must be, straight from SQL and as far as it is known beforehand.
///
/// # Errors
/// When the database does not answer.
pub async fn reference(database: &Client, workload: Workload, input: &Input) -> Result<Value> {
    let company = input.company;
    let text: String = match &input.about {
        About::Parties(ids) => {
            let more = match workload {
                Workload::W1 => format!(", {ROLES}"),
                Workload::W2 => format!(", {ROLES}, {LINKS}"),
                _ => String::new(),
            };
            let sql = format!(
                "SELECT json_build_object('_entities', json_agg(json_build_object({PARTY}{more}) ORDER BY u.place))::text \
                 FROM unnest($2::uuid[]) WITH ORDINALITY u(id, place) JOIN party p ON p.company_id = $1 AND p.id = u.id"
            );
            database.query_one(&sql, &[&company, ids]).await?.get(0)
        }
        About::Page(page, _) => {
            let sql = format!(
                "SELECT json_build_object('parties', json_build_object('nodes', json_agg(json_build_object({PARTY}, {ROLES}, {LINKS}, {REVENUE}) \
                 ORDER BY p.name_key, p.id)))::text FROM (SELECT * FROM party WHERE company_id = $1 AND status IN ('ACTIVE', 'INACTIVE') \
                 ORDER BY name_key, id LIMIT {PAGE} OFFSET {}) p",
                page * PAGE
            );
            database.query_one(&sql, &[&company]).await?.get(0)
        }
        About::Top => {
            let sql = "SELECT json_build_object('topParties', json_agg(json_build_object('amount', json_build_object('amount', \
                 (t.minor / 100.0)::numeric(20,2)::text), 'party', json_build_object('id', p.id, 'displayName', p.display_name)) \
                 ORDER BY t.minor DESC, p.id))::text FROM (SELECT party_id, sum(amount_minor) AS minor FROM revenue_entry WHERE company_id = $1 \
                 AND direction = 'INFLOW' GROUP BY party_id ORDER BY minor DESC, party_id LIMIT 10) t \
                 JOIN party p ON p.company_id = $1 AND p.id = t.party_id";
            database.query_one(sql, &[&company]).await?.get(0)
        }
        About::Name(name, _) => return Ok(Value::from(name.as_str())),
        About::Email(id) => return Ok(json!({ "created": id.is_none(), "id": id.map(|id| id.to_string()) })),
    };
    serde_json::from_str(&text).context("the reference is JSON")
}

/// Whether an answer is what the reference says. A search answers well when it finds the name that was misspelt.
pub fn agrees(input: &Input, data: &Value, reference: &Value) -> bool {
    match &input.about {
        About::Parties(_) | About::Top => in_order(data.clone()) == in_order(reference.clone()),
        About::Page(..) => in_order(data["parties"]["nodes"].clone()) == in_order(reference["parties"]["nodes"].clone()),
        About::Name(name, is_beginning) => {
            let found = data["searchParties"]["nodes"].as_array().cloned().unwrap_or_default();
            let names = |other: &str| if *is_beginning { other.starts_with(name.split(' ').next().unwrap_or_default()) } else { other == name };
            found.iter().filter_map(|party| party["displayName"].as_str()).any(names)
        }
        About::Email(id) => {
            let payload = &data["findOrCreateParty"];
            payload["created"] == id.is_none() && id.is_none_or(|id| payload["party"]["id"] == id.to_string())
        }
    }
}

/// The value with the lists of a party, which have no order of their own, in one.
fn in_order(mut value: Value) -> Value {
    match &mut value {
        Value::Object(fields) => {
            for (name, field) in fields.iter_mut() {
                *field = in_order(field.take());
                if matches!(name.as_str(), "roles" | "links" | "byChannel")
                    && let Value::Array(items) = field
                {
                    items.sort_by_key(Value::to_string);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| *item = in_order(item.take())),
        _ => {}
    }
    value
}
