//! A whole run: check the answers, then measure all targets in turn, round by round, so that noise of the machine meets all of them.
use crate::{
    Arguments, explain,
    load::Size,
    measure::{Bench, Kind, Sample, Target, clean, unique_number},
    postgres::{Postgres, SUPERUSER, connect},
    raw::Scripts,
    report,
    server::Server,
    workload::{About, Input, Workload, agrees, inputs, reference},
};
use anyhow::{Context, Result, ensure};
use std::{collections::BTreeMap, path::Path, sync::Arc};
use tokio_postgres::Client;
use uuid::Uuid;

/// Answers of a workload that are compared with SQL.
const CHECKED: usize = 8;

/// The workloads that need no GraphQL to be answered by hand.
const BARE: [Workload; 3] = [Workload::W1, Workload::W2, Workload::W3];

/// Runs everything that the arguments ask for.
///
/// # Errors
/// When an answer is wrong or a server fails.
pub async fn run(arguments: &Arguments, postgres: &Postgres, size: Size, party: &Path) -> Result<()> {
    let workloads = if arguments.only.is_empty() { Workload::ALL.to_vec() } else { arguments.only.clone() };
    let database = connect(&postgres.url(SUPERUSER, &size.database())).await?;
    let product = Server::product(postgres, &size.database(), &size.ids(), (party, &[])).await?;
    println!("ready {} ms after start, with {:.0} MiB", product.ready_after.as_millis(), product.pid().memory());
    let corpus = corpus(&product, &database, &size.ids(), &workloads).await?;
    check("party", &product, &database, &corpus).await?;
    let mut targets = vec![];
    for (name, isolated) in [("bare", true), ("bare, no RLS", false)] {
        let server = Server::bare(postgres, &size.database(), isolated)?;
        let of: BTreeMap<_, _> = corpus.iter().filter(|(workload, _)| BARE.contains(workload)).map(|(w, inputs)| (*w, inputs.clone())).collect();
        check(name, &server, &database, &of).await?;
        targets.push(over_http(name, server, &of));
    }
    clean(postgres, &size.database()).await?;
    if !arguments.check {
        explain::report(&explain::explain(postgres, size, party, &corpus).await?)?;
    }
    if arguments.check || arguments.explain {
        return Ok(());
    }
    targets.insert(0, over_http("party", product, &corpus));
    targets.push(Target { name: "raw", kind: Kind::Raw(scripts(&arguments.folder, &corpus)?) });
    let samples = measure_all(arguments, postgres, size, &targets, &workloads).await?;
    let names: Vec<&str> = targets.iter().map(|target| target.name).collect();
    println!("{}", report::tables(&samples, &workloads, &names, &arguments.connections));
    let file = arguments.folder.join("results.json");
    std::fs::write(&file, serde_json::to_vec_pretty(&samples)?)?;
    eprintln!("all samples are in {}", file.display());
    Ok(())
}

/// The requests of some workloads.
///
/// # Errors
/// When the database or the server does not answer.
pub async fn corpus(server: &Server, database: &Client, companies: &[Uuid], workloads: &[Workload]) -> Result<BTreeMap<Workload, Vec<Input>>> {
    let mut corpus = BTreeMap::new();
    for workload in workloads {
        let mut of = inputs(database, companies, *workload).await?;
        if *workload == Workload::W4 {
            add_cursors(server, &mut of).await?;
        }
        corpus.insert(*workload, of);
    }
    Ok(corpus)
}

/// A target that is asked over HTTP.
pub fn over_http(name: &'static str, server: Server, corpus: &BTreeMap<Workload, Vec<Input>>) -> Target {
    let requests =
        corpus.iter().map(|(workload, inputs)| (*workload, Arc::new(inputs.iter().map(|input| server.request(*workload, input)).collect())));
    let requests = requests.collect();
    Target { name, kind: Kind::Http(server, requests) }
}

fn scripts(folder: &Path, corpus: &BTreeMap<Workload, Vec<Input>>) -> Result<BTreeMap<Workload, Scripts>> {
    let folder = folder.join("pgbench");
    corpus.iter().map(|(workload, inputs)| Ok((*workload, Scripts::write(&folder, *workload, inputs)?))).collect()
}

async fn measure_all(arguments: &Arguments, postgres: &Postgres, size: Size, targets: &[Target], workloads: &[Workload]) -> Result<Vec<Sample>> {
    let bench = Bench::new(postgres, size.database(), arguments.seconds).await?;
    let mut samples = Vec::new();
    for workload in workloads {
        let mut answering: Vec<&Target> = targets.iter().filter(|target| target.answers(*workload)).collect();
        for target in &answering {
            bench.measure(target, *workload, 8, 0).await?;
        }
        for connections in &arguments.connections {
            for round in 0..arguments.rounds {
                for target in &answering {
                    let sample = bench.measure(target, *workload, *connections, round).await?;
                    eprintln!(
                        "{workload:?} {connections:>2} connections, round {round}: {:<13} {:>8.0}/s  p50 {:>7.2} ms  p99 {:>7.2} ms  {:>6.0} + {:>6.0} µs",
                        target.name, sample.per_second, sample.p50, sample.p99, sample.server, sample.postgres
                    );
                    samples.push(sample);
                }
                answering.rotate_left(1);
            }
        }
        if *workload == Workload::W7 {
            clean(postgres, &size.database()).await?;
        }
    }
    Ok(samples)
}

/// Walks the pages of each company and gives each request of W4 the cursor that leads to its page.
async fn add_cursors(server: &Server, inputs: &mut [Input]) -> Result<()> {
    let mut cursors: BTreeMap<(Uuid, u32), serde_json::Value> = BTreeMap::new();
    inputs.sort_by_key(|input| match &input.about {
        About::Page(page, _) => (input.company, *page),
        _ => (input.company, 0),
    });
    for input in inputs.iter_mut() {
        let About::Page(page, _) = input.about else { continue };
        if let Some(cursor) = cursors.get(&(input.company, page)) {
            input.variables["after"] = cursor.clone();
        }
        let data = server.ask(Workload::W4, input, 0).await?;
        cursors.insert((input.company, page + 1), data["parties"]["pageInfo"]["endCursor"].clone());
    }
    fastrand::Rng::with_seed(4).shuffle(inputs);
    Ok(())
}

/// Compares answers with SQL. A search is judged by whether it finds the name that was misspelt; of those one in ten may stay unfound.
///
/// # Errors
/// Tells the first wrong answer.
pub async fn check(name: &str, server: &Server, database: &Client, corpus: &BTreeMap<Workload, Vec<Input>>) -> Result<()> {
    let first = unique_number()?;
    for (workload, inputs) in corpus {
        let count = if *workload == Workload::W6 { inputs.len() } else { CHECKED.min(inputs.len()) };
        let mut wrong = Vec::new();
        for (i, input) in inputs.iter().take(count).enumerate() {
            let data = server.ask(*workload, input, first + i as u64).await.with_context(|| format!("{name}, {workload:?}"))?;
            let reference = reference(database, *workload, input).await?;
            if !agrees(input, &data, &reference) {
                wrong.push(format!("{}\nSQL:    {reference}\nanswer: {data}", input.variables));
            }
        }
        println!("{name}: {workload:?} {} of {count} answers are right", count - wrong.len());
        let tolerated = if *workload == Workload::W6 { count / 10 } else { 0 };
        ensure!(wrong.len() <= tolerated, "{name} answers {workload:?} wrong: {}", wrong.first().map_or("", |text| text));
    }
    Ok(())
}
