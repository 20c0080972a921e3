//! Scale: the same requests on companies of different sizes, which must not cost more with the size.
use crate::{
    Arguments, explain,
    load::{Size, load},
    measure::{Bench, Sample},
    postgres::{Postgres, SUPERUSER, connect},
    run::{check, corpus, over_http},
    server::Server,
    workload::Workload,
};
use anyhow::{Result, ensure};
use std::{collections::BTreeMap, path::Path};

/// Parties of the one company, in each of the databases.
const SIZES: [u32; 3] = [10_000, 100_000, 1_000_000];

/// What is asked: a page, a search and the ranking.
const ASKED: [Workload; 3] = [Workload::W4, Workload::W6, Workload::W5];

/// A request may cost so many times more at the largest size than at the smallest. Indexes are deeper by a level or two, common words
/// stand for more parties up to the limits of the search, and less of the data is in PostgreSQL's buffers.
const MOST: f64 = 2.0;

/// Measures every size and compares them.
///
/// # Errors
/// When a request costs more at a larger size, or a statement reads a whole table there.
pub async fn run(arguments: &Arguments, postgres: &Postgres, party: &Path) -> Result<()> {
    let mut samples: BTreeMap<Workload, Vec<Sample>> = BTreeMap::new();
    for parties in SIZES {
        let size = Size { companies: 1, parties };
        load(postgres, size, party).await?;
        let database = connect(&postgres.url(SUPERUSER, &size.database())).await?;
        let server = Server::product(postgres, &size.database(), &size.ids(), (party, &[])).await?;
        let corpus = corpus(&server, &database, &size.ids(), &ASKED).await?;
        check("party", &server, &database, &corpus).await?;
        let target = over_http("party", server, &corpus);
        let bench = Bench::new(postgres, size.database(), arguments.seconds).await?;
        for workload in ASKED {
            bench.measure(&target, workload, 8, 0).await?;
            let mut of = Vec::new();
            for round in 0..arguments.rounds {
                of.push(bench.measure(&target, workload, 8, round).await?);
            }
            of.sort_by(|one, other| one.cpu().total_cmp(&other.cpu()));
            samples.entry(workload).or_default().push(of.swap_remove(of.len() / 2));
        }
        if parties == SIZES[SIZES.len() - 1] {
            explain::report(&explain::explain(postgres, size, party, &corpus).await?)?;
        }
    }
    report(&samples)
}

fn report(samples: &BTreeMap<Workload, Vec<Sample>>) -> Result<()> {
    println!("\nCPU time per request, server + PostgreSQL in µs, and p50 in ms, by parties of the company; 8 connections.\n");
    println!("| workload | 10,000 | 100,000 | 1,000,000 |\n|---|---|---|---|");
    let mut grown = Vec::new();
    for (workload, of) in samples {
        let cells: Vec<String> = of.iter().map(|sample| format!("{:.0} + {:.0}, {:.2}", sample.server, sample.postgres, sample.p50)).collect();
        println!("| {workload:?} {} | {} |", workload.title(), cells.join(" | "));
        if let [first, .., last] = &of[..]
            && last.cpu() > first.cpu() * MOST
        {
            grown.push(format!("{workload:?} costs {:.1} times as much at the largest size", last.cpu() / first.cpu()));
        }
    }
    ensure!(grown.is_empty(), "{}", grown.join("; "));
    Ok(())
}
