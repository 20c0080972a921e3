//! The gate: instructions that the server spends on a request, counted by valgrind. They are the same to a fraction of a percent whatever
//! else the machine does, so one more statement, future or copy for each party of a list shows at once.
//!
//! The server is the debug build that the tests have made anyway, with one worker thread.
use crate::{
    client::Connection,
    load::{Size, load},
    measure::unique_number,
    postgres::{APP, Postgres, SUPERUSER, connect},
    run::{check, corpus},
    server::Server,
    workload::{Workload, inputs},
};
use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fs, path::Path, process::Command, time::Duration};

/// Each workload with its requests: those that are counted, after as many that are not.
const COUNTED: [(Workload, usize); 7] =
    [(Workload::W1, 16), (Workload::W2, 3), (Workload::W3, 2), (Workload::W4, 3), (Workload::W5, 8), (Workload::W6, 8), (Workload::W7, 16)];

/// The data: little, for instructions of the server do not depend on how much there is.
const SIZE: Size = Size { companies: 1, parties: 2_500 };

/// How much more than the bound is let through, and how much more when the compiler is not the one that the bounds were set with.
const ROOM: f64 = 1.05;
const ROOM_FOR_OTHER_COMPILERS: f64 = 1.25;

/// The committed bounds.
#[derive(Serialize, Deserialize)]
struct Bounds {
    /// What `rustc --version` said when they were set.
    compiler: String,
    /// Instructions per request of each workload.
    instructions: BTreeMap<String, u64>,
}

/// Counts the instructions of every workload and compares them with the bounds in `file`, or writes them there.
///
/// # Errors
/// When a workload needs more than its bound.
pub async fn run(postgres: &Postgres, party: &Path, file: &Path, set: bool) -> Result<()> {
    load(postgres, SIZE, party).await?;
    check_answers(postgres, party).await?;
    let counted = count(postgres, party).await?;
    let compiler = compiler()?;
    if set {
        let bounds = Bounds { compiler, instructions: counted };
        fs::write(file, serde_json::to_string_pretty(&bounds)? + "\n")?;
        return Ok(());
    }
    let bounds: Bounds = serde_json::from_slice(&fs::read(file)?).with_context(|| format!("{} is not what it was", file.display()))?;
    let room = if bounds.compiler == compiler { ROOM } else { ROOM_FOR_OTHER_COMPILERS };
    let mut over = Vec::new();
    for (workload, count) in counted {
        let bound = *bounds.instructions.get(&workload).with_context(|| format!("{workload} has no bound"))?;
        let times = count as f64 / bound as f64;
        println!("{workload}: {count:>12} instructions per request, {:+.1} % of the bound", (times - 1.0) * 100.0);
        if times > room {
            over.push(format!("{workload} needs {count} instructions per request, {:.0} % more than {bound}", (times - 1.0) * 100.0));
        }
    }
    if !over.is_empty() {
        bail!(
            "{}\nLook for work that is done for each party and need not be. If it must be, `make bounds` sets the bounds anew; say in the commit why.",
            over.join("\n")
        );
    }
    Ok(())
}

/// A wrong answer may well be a fast one.
async fn check_answers(postgres: &Postgres, party: &Path) -> Result<()> {
    let database = connect(&postgres.url(SUPERUSER, &SIZE.database())).await?;
    let server = Server::product(postgres, &SIZE.database(), &SIZE.ids(), (party, &[])).await?;
    let corpus = corpus(&server, &database, &SIZE.ids(), &Workload::ALL).await?;
    check("party", &server, &database, &corpus).await
}

async fn count(postgres: &Postgres, party: &Path) -> Result<BTreeMap<String, u64>> {
    let database = connect(&postgres.url(SUPERUSER, &SIZE.database())).await?;
    // Under valgrind a transaction may wait long for its next statement.
    let patient = format!("ALTER ROLE {APP} IN DATABASE {} SET idle_in_transaction_session_timeout = '10min'", SIZE.database());
    database.batch_execute(&patient).await?;
    let folder = postgres.folder().join("callgrind");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    let output = format!("--callgrind-out-file={}", folder.join("out").display());
    let wrap = ["valgrind", "--tool=callgrind", "--instr-atstart=no", "--quiet", &output];
    let server = Server::product(postgres, &SIZE.database(), &SIZE.ids(), (party, &wrap)).await.context("under valgrind")?;
    let mut connection = Connection::open(server.address).await?;
    let mut counts = BTreeMap::new();
    for (workload, requests) in COUNTED {
        let of = inputs(&database, &SIZE.ids(), workload).await?;
        let number = unique_number()?;
        for i in 0..2 * requests {
            if i == requests {
                control(&server, &["--zero"])?;
                control(&server, &["--instr=on"])?;
            }
            let request = server.request(workload, &of[i % requests.min(of.len())]);
            let answer = connection.send(&request, number + i as u64).await?;
            ensure!(!answer.windows(9).any(|part| part == b"\"errors\":"), "{workload:?}: {}", String::from_utf8_lossy(answer));
        }
        control(&server, &["--instr=off"])?;
        control(&server, &["--dump"])?;
        let total = total(&folder, counts.len() + 1).await?;
        eprintln!("{workload:?}: {}", total / requests as u64);
        counts.insert(format!("{workload:?}"), total / requests as u64);
    }
    Ok(counts)
}

/// Tells valgrind to begin, to stop or to write down what it counted.
fn control(server: &Server, what: &[&str]) -> Result<()> {
    let output = Command::new("callgrind_control").args(what).arg(server.pid().0.to_string()).output().context("callgrind_control did not run")?;
    ensure!(output.status.success(), "callgrind_control failed: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

/// The total of the dump with this number, once it is written.
async fn total(folder: &Path, number: usize) -> Result<u64> {
    for _ in 0..100 {
        let text = fs::read_to_string(folder.join(format!("out.{number}"))).unwrap_or_default();
        if let Some(total) = text.lines().find_map(|line| line.strip_prefix("totals: ")) {
            return Ok(total.trim().parse()?);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    bail!("valgrind wrote no dump {number} in {}", folder.display())
}

fn compiler() -> Result<String> {
    let output = Command::new("rustc").arg("--version").output().context("rustc did not run")?;
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}
