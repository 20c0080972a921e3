//! The PostgreSQL server of the measurements: private, kept in a folder with its data, so that the next run loads nothing.
use anyhow::{Context, Result, bail, ensure};
use std::{
    fs,
    net::TcpListener,
    os::unix::{
        fs::{MetadataExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Command, Stdio},
};
use tokio_postgres::{Client, NoTls};

/// Parallel query and JIT are off: one request is then one backend, whose CPU time can be read. What a run writes is as durable as in
/// production. Autovacuum would run at some moments and not at others; the loader vacuums instead.
const SETTINGS: &str = "
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
jit = off
max_parallel_workers_per_gather = 0
random_page_cost = 1.1
effective_cache_size = '8GB'
work_mem = '32MB'
autovacuum = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = '4GB'
checkpoint_timeout = '30min'
timezone = 'UTC'
log_checkpoints = off
";

/// The superuser, whom row-level security does not bind.
pub const SUPERUSER: &str = "postgres";
/// The role that owns the tables.
pub const OWNER: &str = "party_owner";
/// The role that the server connects as.
pub const APP: &str = "party_app";

/// A running server.
pub struct Postgres {
    programs: PathBuf,
    folder: PathBuf,
    as_postgres: bool,
    started_here: bool,
    /// Its port on 127.0.0.1.
    pub port: u16,
}

impl Postgres {
    /// Takes the server that runs in a folder, or starts one there; makes its data the first time.
    ///
    /// # Errors
    /// When there are no server programs or the server does not start; says what to do.
    pub fn start(folder: &Path) -> Result<Self> {
        let programs = programs().context(
            "PostgreSQL 15 or later is needed, and neither /usr/lib/postgresql/*/bin nor the PATH has its server. Install the Debian package `postgresql`.",
        )?;
        fs::create_dir_all(folder)?;
        let folder = folder.canonicalize()?;
        // PostgreSQL refuses to run as root, who therefore hands over to the user that the package made.
        let as_postgres = fs::metadata("/proc/self")?.uid() == 0;
        let mut server = Self { programs, folder, as_postgres, started_here: false, port: 0 };
        if let Some(port) = server.running() {
            server.port = port;
            return Ok(server);
        }
        server.make_data()?;
        server.port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut start = server.command("pg_ctl");
        start.args(["-w", "-s", "-t", "120", "-o"]).arg(format!("-p {}", server.port)).arg("-l").arg(server.log()).arg("-D").arg(server.data());
        run(start.arg("start").process_group(0)).with_context(|| format!("the server did not start; see {}", server.log().display()))?;
        server.started_here = true;
        Ok(server)
    }

    /// The address of a database for a role.
    pub fn url(&self, role: &str, database: &str) -> String {
        format!("postgres://{role}@127.0.0.1:{}/{database}", self.port)
    }

    /// The folder that everything is kept in.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The file that the server writes its log to.
    pub fn log(&self) -> PathBuf {
        self.folder.join("log")
    }

    /// The program of PostgreSQL with this name.
    pub fn program(&self, name: &str) -> PathBuf {
        self.programs.join(name)
    }

    /// Leaves the server running when this value goes.
    pub fn keep(&mut self) {
        self.started_here = false;
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// The port of a server that runs in the folder already.
    fn running(&self) -> Option<u16> {
        let mut status = self.command("pg_ctl");
        status.arg("status").arg("-s").arg("-D").arg(self.data());
        let runs = status.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success());
        let lines = fs::read_to_string(self.data().join("postmaster.pid")).ok()?;
        if runs { lines.lines().nth(3)?.trim().parse().ok() } else { None }
    }

    fn make_data(&self) -> Result<()> {
        if self.data().join("PG_VERSION").exists() {
            return Ok(());
        }
        if self.as_postgres {
            let (user, group) = (postgres_id("-u")?, postgres_id("-g")?);
            chown(&self.folder, Some(user), Some(group))?;
        }
        let mut make = self.command("initdb");
        make.args(["--auth=trust", "--encoding=UTF8", "--locale=C", "--no-instructions", "--username", SUPERUSER, "-D"]).arg(self.data());
        run(&mut make).with_context(|| {
            format!("no data could be made in {}; if user postgres may not enter it, choose another one with --folder", self.folder.display())
        })?;
        let file = self.data().join("postgresql.conf");
        let old = fs::read_to_string(&file)?;
        fs::write(file, old + SETTINGS)?;
        Ok(())
    }

    fn command(&self, program: &str) -> Command {
        let program = self.programs.join(program);
        let mut command = if self.as_postgres {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=postgres", "--regid=postgres", "--init-groups"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        command.current_dir("/");
        command
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if self.started_here {
            let mut stop = self.command("pg_ctl");
            let _ = run(stop.args(["-w", "-s", "-m", "fast", "-D"]).arg(self.data()).arg("stop"));
        }
    }
}

/// A connection; the task that serves it ends with the client.
///
/// # Errors
/// When the server does not take it.
pub async fn connect(url: &str) -> Result<Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.with_context(|| format!("no connection to {url}"))?;
    tokio::spawn(connection);
    Ok(client)
}

/// The newest folder that has the server's programs.
fn programs() -> Option<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .collect();
    versions.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders = versions.into_iter().rev().map(|(_, folder)| folder).chain(std::env::split_paths(&path));
    folders.find(|folder| folder.join("initdb").is_file() && folder.join("pg_ctl").is_file())
}

fn postgres_id(option: &str) -> Result<u32> {
    let output = Command::new("id").args([option, "postgres"]).output()?;
    ensure!(output.status.success(), "PostgreSQL does not run as root, and there is no user `postgres` to run it as");
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}

fn run(command: &mut Command) -> Result<()> {
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status().with_context(|| format!("{command:?} did not run"))?;
    if !status.success() {
        bail!("{command:?} ended with {status}");
    }
    Ok(())
}
