//! What the server asks the database: how many statements a request takes, and how each of them is executed.
//!
//! The extension `auto_explain` writes the plan of every statement of the server's role to PostgreSQL's log, with the role's rights and
//! under row-level security, as it was executed.
use crate::{
    load::Size,
    measure::{clean, unique_number},
    postgres::{APP, Postgres, SUPERUSER, connect},
    rows::TABLES,
    server::Server,
    workload::{Input, Workload},
};
use anyhow::{Context, Result};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

/// Requests of a workload whose statements are looked at.
const REQUESTS: usize = 20;

/// What was found of one workload.
pub struct Statements {
    /// The workload.
    pub workload: Workload,
    /// The fewest and the most statements of a request, besides those that begin and end its transaction.
    pub each: (usize, usize),
    /// The distinct statements by their beginnings, with the nodes of their plans that read tables.
    pub plans: BTreeMap<String, BTreeSet<String>>,
    /// Whole tables that a plan read, with the statement.
    pub scans: Vec<String>,
}

/// Sends requests with the plans logged, and reads what was logged.
///
/// # Errors
/// When a request fails or the log cannot be read.
pub async fn explain(postgres: &Postgres, size: Size, party: &Path, corpus: &BTreeMap<Workload, Vec<Input>>) -> Result<Vec<Statements>> {
    let database = size.database();
    let superuser = connect(&postgres.url(SUPERUSER, &database)).await?;
    let role = format!("ALTER ROLE {APP} IN DATABASE {database}");
    superuser
        .batch_execute(&format!(
            "LOAD 'auto_explain';
             {role} SET session_preload_libraries = 'auto_explain';
             {role} SET auto_explain.log_min_duration = 0;
             {role} SET auto_explain.log_format = 'json'"
        ))
        .await?;
    let found = logged(postgres, size, party, corpus).await;
    superuser.batch_execute(&format!("{role} RESET ALL")).await?;
    clean(postgres, &database).await?;
    found
}

async fn logged(postgres: &Postgres, size: Size, party: &Path, corpus: &BTreeMap<Workload, Vec<Input>>) -> Result<Vec<Statements>> {
    let server = Server::product(postgres, &size.database(), &size.ids(), (party, &[])).await?;
    let mut found = Vec::new();
    for (workload, inputs) in corpus {
        let number = unique_number()?;
        // What a connection asks once in its life is not counted.
        for (i, input) in inputs.iter().take(REQUESTS).enumerate() {
            server.ask(*workload, input, number + i as u64).await?;
        }
        let mut of_requests = Vec::new();
        for (i, input) in inputs.iter().take(REQUESTS).enumerate() {
            let before = fs::metadata(postgres.log())?.len() as usize;
            server.ask(*workload, input, number + (REQUESTS + i) as u64).await?;
            // A plan is written before the statement's answer is sent.
            of_requests.push(plans(&String::from_utf8_lossy(&fs::read(postgres.log())?[before..])));
        }
        found.push(statements(*workload, &of_requests));
    }
    Ok(found)
}

fn statements(workload: Workload, of_requests: &[Vec<Value>]) -> Statements {
    let counts = || of_requests.iter().map(Vec::len);
    let each = (counts().min().unwrap_or_default(), counts().max().unwrap_or_default());
    let mut found = Statements { workload, each, plans: BTreeMap::new(), scans: Vec::new() };
    for plan in of_requests.iter().flatten() {
        let text = plan["Query Text"].as_str().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
        let mut reads = BTreeSet::new();
        walk(&plan["Plan"], &mut reads);
        for read in &reads {
            let is_whole = TABLES.iter().any(|(table, _)| *read == format!("Seq Scan on {table}"));
            if is_whole {
                found.scans.push(format!("{workload:?}: {read}: {text}"));
            }
        }
        found.plans.entry(beginning(&text)).or_default().extend(reads);
    }
    found
}

/// As much of a statement as tells it from others; how many values it binds does not.
fn beginning(text: &str) -> String {
    text.chars().filter(|c| !c.is_ascii_digit()).take(150).collect()
}

/// Collects how a plan reads tables.
fn walk(node: &Value, reads: &mut BTreeSet<String>) {
    let name = |field: &str| node[field].as_str();
    if let (Some(kind), Some(relation)) = (name("Node Type"), name("Relation Name")) {
        reads.insert(match name("Index Name") {
            Some(index) => format!("{kind} on {relation} by {index}"),
            None => format!("{kind} on {relation}"),
        });
    }
    node["Plans"].as_array().into_iter().flatten().for_each(|child| walk(child, reads));
}

/// The plans in a log: JSON over several lines, each begun with a tab.
fn plans(log: &str) -> Vec<Value> {
    let texts = log.split("plan:\n").skip(1);
    let jsons =
        texts.map(|text| text.lines().take_while(|line| line.starts_with('\t') || line.starts_with(['{', '}'])).collect::<Vec<_>>().join("\n"));
    jsons.filter_map(|json| serde_json::from_str(&json).ok()).collect()
}

/// Prints what was found; a whole table that was read is an error.
///
/// # Errors
/// Names the statements that read whole tables.
pub fn report(found: &[Statements]) -> Result<()> {
    println!("\n| workload | statements a request, besides BEGIN and COMMIT | distinct |\n|---|---|---|");
    for Statements { workload, each, plans, .. } in found {
        println!("| {workload:?} | {} to {} | {} |", each.0, each.1, plans.len());
    }
    for Statements { workload, plans, .. } in found {
        println!("\n{workload:?}");
        for (text, reads) in plans {
            println!("  {text}");
            reads.iter().for_each(|read| println!("      {read}"));
        }
    }
    let scans: Vec<&str> = found.iter().flat_map(|statements| statements.scans.iter().map(String::as_str)).collect();
    scans.is_empty().then_some(()).with_context(|| format!("whole tables are read:\n{}", scans.join("\n")))
}
