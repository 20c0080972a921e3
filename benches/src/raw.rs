//! PostgreSQL alone: the statement that a workload comes down to, run by pgbench with prepared statements and without row-level security.
//! The inputs stand in the scripts as literals, so each connection plans each statement once.
use crate::{
    client::UNIQUE,
    postgres::{Postgres, SUPERUSER},
    workload::{About, Input, PAGE, Workload},
};
use anyhow::{Context, Result, ensure};
use party::domain::token;
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};
use uuid::Uuid;

/// Inputs of a workload that are made into scripts.
const SCRIPTS: usize = 24;

const ROLES: &str =
    "ARRAY(SELECT r.role_code FROM party_role r WHERE r.company_id = p.company_id AND r.party_id = p.id AND r.valid_to IS NULL ORDER BY r.role_code)";
const LINKS: &str = "ARRAY(SELECT l.system || E'\\t' || l.record_type || E'\\t' || l.record_id FROM party_link l \
     WHERE l.company_id = p.company_id AND l.party_id = p.id AND l.status = 'ACTIVE')";
/// The kept sums are what the server's schema offers; a reader would not add up the entries.
const REVENUE: &str = "ARRAY(SELECT t.channel || E'\\t' || sum(t.amount_minor) FROM revenue_total t \
     WHERE t.company_id = p.company_id AND t.party_id = p.id AND t.direction = 'INFLOW' GROUP BY t.channel)";

/// The statement of an input.
fn statement(workload: Workload, input: &Input) -> String {
    let company = input.company;
    let columns = "p.id, p.display_name, p.primary_email";
    match &input.about {
        About::Parties(ids) => {
            let more = match workload {
                Workload::W1 => format!(", {ROLES}"),
                Workload::W2 => format!(", {ROLES}, {LINKS}"),
                _ => String::new(),
            };
            let ids: Vec<String> = ids.iter().map(Uuid::to_string).collect();
            format!("SELECT {columns}{more} FROM party p WHERE p.company_id = '{company}' AND p.id = ANY('{{{}}}'::uuid[]);", ids.join(","))
        }
        About::Page(_, after) => format!(
            "SELECT {columns}, {ROLES}, {LINKS}, {REVENUE} FROM (SELECT * FROM party WHERE company_id = '{company}' \
                 AND status IN ('ACTIVE', 'INACTIVE') AND (name_key, id) > {after} ORDER BY name_key, id LIMIT {PAGE}) p ORDER BY p.name_key, p.id;"
        ),
        About::Top => format!(
            "SELECT p.id, p.display_name, t.gross_minor FROM (SELECT party_id, gross_minor FROM party_revenue WHERE company_id = '{company}' \
             AND currency = 'USD' ORDER BY gross_minor DESC, party_id LIMIT 10) t JOIN party p ON p.company_id = '{company}' AND p.id = t.party_id \
             ORDER BY t.gross_minor DESC, p.id;"
        ),
        About::Name(..) => search(company, input.variables["query"].as_str().unwrap_or_default()),
        About::Email(id) => find_or_create(input, id.is_some()),
    }
}

/// The parties that have, for each word, a name word that begins with it or is one letter away: the work of the server's search without
/// its ranking.
fn search(company: Uuid, query: &str) -> String {
    let words = token::tokens(query);
    let parties = words.iter().map(|word| {
        let spellings: Vec<String> = token::spellings(word).iter().map(|spelling| quoted(spelling)).collect();
        let typos = match spellings.is_empty() {
            true => String::new(),
            false => format!(
                " UNION SELECT party_id FROM match_key WHERE company_id = '{company}' AND match_key IN (SELECT 'n:' || token FROM name_variant \
                 WHERE company_id = '{company}' AND variant IN ({}))",
                spellings.join(", ")
            ),
        };
        // pgbench would take a colon before a word for a variable of its own.
        let (from, to) = (format!("E'n\\x3a{word}'"), format!("E'n\\x3a{word}\u{10FFFF}'"));
        format!("(SELECT party_id FROM match_key WHERE company_id = '{company}' AND match_key >= {from} AND match_key < {to}{typos})")
    });
    let parties: Vec<String> = parties.collect();
    format!(
        "SELECT p.id, p.display_name, p.primary_email FROM (SELECT party_id FROM ({}) found LIMIT 10) t \
         JOIN party p ON p.company_id = '{company}' AND p.id = t.party_id;",
        parties.join(" INTERSECT ")
    )
}

/// Writes only the party itself; the server also writes keys, contact points and the event.
fn find_or_create(input: &Input, is_known: bool) -> String {
    let (company, variables) = (input.company, &input.variables["input"]);
    let text = |name: &str| variables[name].as_str().unwrap_or_default();
    let (draw, email) = match is_known {
        true => ("", quoted(text("email"))),
        false => (
            "\\set r random(1, 1000000000000)\n",
            format!("'bench+' || :client_id || '-' || :r || '{}'", text("email").rsplit(UNIQUE).next().unwrap_or_default()),
        ),
    };
    let name = quoted(text("displayName"));
    format!(
        "{draw}WITH asked AS (SELECT {email} AS email), found AS (SELECT p.id, p.display_name, p.primary_email FROM party p, asked \
         WHERE p.company_id = '{company}' AND p.email_key = asked.email AND p.status IN ('ACTIVE', 'INACTIVE')), \
         made AS (INSERT INTO party (company_id, id, kind, display_name, name_key, primary_email, email_key, status, version, created_at, updated_at) \
         SELECT '{company}', gen_random_uuid(), {kind}, {name}, lower({name}), email, email, 'ACTIVE', 1, now(), now() FROM asked \
         WHERE NOT EXISTS (SELECT 1 FROM found) ON CONFLICT DO NOTHING RETURNING id, display_name, primary_email) \
         SELECT *, false FROM found UNION ALL SELECT *, true FROM made;",
        kind = quoted(text("kind")),
    )
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// The scripts of a workload, in a folder of their own.
pub struct Scripts {
    folder: PathBuf,
    files: Vec<PathBuf>,
}

impl Scripts {
    /// Writes them.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn write(folder: &Path, workload: Workload, inputs: &[Input]) -> Result<Self> {
        let folder = folder.join(format!("{workload:?}"));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder)?;
        let mut files = Vec::new();
        for (i, input) in inputs.iter().take(SCRIPTS).enumerate() {
            let file = folder.join(format!("{i:02}.sql"));
            fs::write(&file, statement(workload, input) + "\n")?;
            files.push(file);
        }
        Ok(Self { folder, files })
    }

    /// Starts pgbench for so many seconds.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(&self, postgres: &Postgres, database: &str, connections: usize, seconds: u64) -> Result<Child> {
        for old in self.logs() {
            let _ = fs::remove_file(old);
        }
        let mut command = Command::new(postgres.program("pgbench"));
        command.args(["-n", "-M", "prepared", "-j", "1", "-l", "--log-prefix", "log", "-c"]).arg(connections.to_string());
        command.arg("-T").arg(seconds.to_string()).args(self.files.iter().flat_map(|file| [Path::new("-f"), file]));
        command.args(["-h", "127.0.0.1", "-U", SUPERUSER, "-p"]).arg(postgres.port.to_string()).arg(database);
        command.current_dir(&self.folder).stdout(Stdio::null()).stderr(Stdio::piped());
        command.spawn().context("pgbench did not start")
    }

    /// When each transaction ended, in seconds since the epoch, and how many microseconds it took.
    ///
    /// # Errors
    /// When pgbench failed.
    pub fn finish(&self, pgbench: Child) -> Result<Vec<(f64, u32)>> {
        let output = pgbench.wait_with_output()?;
        ensure!(output.status.success(), "pgbench failed: {}", String::from_utf8_lossy(&output.stderr));
        let mut transactions = Vec::new();
        for file in self.logs() {
            for line in fs::read_to_string(file)?.lines() {
                // client, transaction, microseconds, script, seconds, microseconds of the second
                let fields: Vec<&str> = line.split(' ').collect();
                let [_, _, took, _, seconds, rest, ..] = fields[..] else { continue };
                let at = Duration::from_secs(seconds.parse()?) + Duration::from_micros(rest.parse()?);
                transactions.push((at.as_secs_f64(), took.parse()?));
            }
        }
        Ok(transactions)
    }

    fn logs(&self) -> Vec<PathBuf> {
        let files = fs::read_dir(&self.folder).into_iter().flatten().flatten().map(|entry| entry.path());
        files.filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("log"))).collect()
    }
}
