//! A PostgreSQL server for the run of one test binary: private, from the installed
//! binaries, on a free port of the loopback; or the one that `TEST_POSTGRES_URL` names.
//!
//! A shell that waits on a pipe from this process stops the server and removes its
//! directory when the pipe closes, however the process ends.

use std::fs::Permissions;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;

/// The server that the whole run shares; its watchdog's pipe closes when the process ends.
static SHARED: OnceLock<PrivateServer> = OnceLock::new();

const SETTINGS: &str = "
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 300
shared_buffers = 32MB
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = 2GB
timezone = 'UTC'
";

/// Runs on the pipe that is its standard input; the arguments are the program
/// that stops the server and the directory.
const WATCH: &str = r#"trap '' INT TERM HUP
cat >/dev/null
dir=$1; shift
"$@" -D "$dir/data" -m immediate -s stop >/dev/null 2>&1
rm -rf "$dir""#;

/// Where a server is and how its superuser gets in.
#[derive(Clone)]
pub struct Address {
    host: String,
    superuser: String,
    database: String,
    parameters: String,
    external: bool,
}

impl Address {
    /// The address of `database` for its superuser.
    pub fn superuser_url(&self, database: &str) -> String {
        format!("postgres://{}@{}/{database}{}", self.superuser, self.host, self.parameters)
    }

    /// The address of `database` for another role.
    pub fn url_as(&self, role: &str, password: &str, database: &str) -> String {
        let Self { host, parameters, .. } = self;
        format!("postgres://{role}:{password}@{host}/{database}{parameters}")
    }

    /// The database to connect to while others are made and dropped.
    pub fn maintenance_database(&self) -> &str {
        &self.database
    }

    /// Whether the server outlives this process.
    pub fn is_external(&self) -> bool {
        self.external
    }

    fn parse(url: &str) -> Option<Self> {
        let rest = url.strip_prefix("postgres://").or_else(|| url.strip_prefix("postgresql://"))?;
        let (rest, parameters) = match rest.split_once('?') {
            Some((rest, parameters)) => (rest, format!("?{parameters}")),
            None => (rest, String::new()),
        };
        let (superuser, rest) = rest.rsplit_once('@')?;
        let (host, database) = rest.split_once('/')?;
        Some(Self { host: host.to_owned(), superuser: superuser.to_owned(), database: database.to_owned(), parameters, external: true })
    }
}

/// Finds or starts the server. The error says what to do.
pub fn start() -> Result<Address, String> {
    if let Ok(url) = std::env::var("TEST_POSTGRES_URL") {
        return Address::parse(&url).ok_or_else(|| "TEST_POSTGRES_URL must be postgres://SUPERUSER[:PASSWORD]@HOST[:PORT]/DATABASE".to_owned());
    }
    let programs = programs().map_err(|message| format!("{message} Or set TEST_POSTGRES_URL to a superuser's address of a server for tests."))?;
    let (server, address) = PrivateServer::start(programs, "", &[])?;
    SHARED.set(server).map_err(|_| "The shared PostgreSQL was started twice.".to_owned())?;
    Ok(address)
}

/// A second server, for a test that hurts it. It goes with this value.
pub struct OwnServer {
    /// Where it is.
    pub address: Address,
    server: PrivateServer,
    port: u16,
}

impl OwnServer {
    /// Starts it with more lines of `postgresql.conf`, and files beside it as name and text.
    pub fn start(settings: &str, files: &[(&str, &str)]) -> Self {
        let programs = programs().unwrap_or_else(|message| panic!("{message}"));
        let (server, address) = PrivateServer::start(programs, settings, files).unwrap_or_else(|message| panic!("{message}"));
        let port = address.host.rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port");
        Self { address, server, port }
    }

    /// Kills every process of the server, as a power cut would.
    pub fn kill(&self) {
        let file = std::fs::read_to_string(self.server.data().join("postmaster.pid")).expect("the server runs");
        let pid = file.lines().next().expect("a process id");
        let children = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).expect("Linux tells a process's children");
        let mut kill = Command::new("kill");
        kill.arg("-KILL").arg(pid).args(children.split_whitespace()).stderr(Stdio::null());
        kill.status().expect("the program kill runs");
        // Where nobody collects the dead process, its number would look alive to the next start.
        std::fs::remove_file(self.server.data().join("postmaster.pid")).expect("the file of the process id");
    }

    /// Starts it again, on the same port and with what it had written.
    pub fn start_again(&self) {
        self.server.run(self.port).unwrap_or_else(|message| panic!("{message}"));
    }
}

/// The folder with PostgreSQL's programs.
fn programs() -> Result<PathBuf, String> {
    find_programs().ok_or_else(|| {
        "The tests need PostgreSQL 15 or later, and neither /usr/lib/postgresql/*/bin nor PATH has \
         its server. Install the Debian package `postgresql` (or `postgresql-15`)."
            .to_owned()
    })
}

/// The newest directory that has both programs.
fn find_programs() -> Option<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .collect();
    versions.sort();
    let installed = versions.into_iter().rev().map(|(_, path)| path);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path: Vec<PathBuf> = std::env::split_paths(&path).collect();
    installed.chain(on_path).find(|directory| directory.join("initdb").is_file() && directory.join("pg_ctl").is_file())
}

struct PrivateServer {
    programs: PathBuf,
    directory: PathBuf,
    as_postgres: bool,
    /// The other end of the pipe on which the watchdog waits.
    watchdog: Option<Child>,
}

impl Drop for PrivateServer {
    fn drop(&mut self) {
        if let Some(mut watchdog) = self.watchdog.take() {
            drop(watchdog.stdin.take());
            let _ = watchdog.wait();
        }
    }
}

impl PrivateServer {
    /// Makes the directory and the watchdog that removes it, and starts the server on a free port.
    fn start(programs: PathBuf, settings: &str, files: &[(&str, &str)]) -> Result<(Self, Address), String> {
        let directory = tempfile::Builder::new()
            .prefix("party-postgres-")
            .tempdir()
            .map_err(|error| format!("No temporary directory for PostgreSQL: {error}"))?
            .keep();
        // PostgreSQL refuses to run as root, who therefore hands over to the
        // user that the package made.
        let as_postgres = std::fs::metadata(&directory).is_ok_and(|made| made.uid() == 0);
        let mut server = Self { programs, directory, as_postgres, watchdog: None };
        server.watchdog = Some(server.watch()?);
        server.hand_over(&server.directory)?;
        server.initialize(settings, files)?;
        let mut failure = String::new();
        // Another process may take the free port before the server does.
        for _ in 0..5 {
            let port = free_port()?;
            match server.run(port) {
                Ok(()) => return Ok((server, address(port))),
                Err(message) => failure = message,
            }
        }
        Err(failure)
    }

    /// Gives a file to the user that the server runs as.
    fn hand_over(&self, path: &Path) -> Result<(), String> {
        if self.as_postgres {
            let (user, group) = (postgres_id("-u")?, postgres_id("-g")?);
            chown(path, Some(user), Some(group)).map_err(|error| format!("{} has no new owner: {error}", path.display()))?;
        }
        Ok(())
    }

    fn watch(&self) -> Result<Child, String> {
        let stop = self.command("pg_ctl");
        Command::new("sh")
            .args(["-c", WATCH, "sh"])
            .arg(&self.directory)
            .arg(stop.get_program())
            .args(stop.get_args())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .current_dir("/")
            // Signals to the group of this process, such as Ctrl-C, must not reach it.
            .process_group(0)
            .spawn()
            .map_err(|error| format!("The shell that stops PostgreSQL did not start: {error}"))
    }

    fn data(&self) -> PathBuf {
        self.directory.join("data")
    }

    fn initialize(&self, settings: &str, files: &[(&str, &str)]) -> Result<(), String> {
        let mut make = self.command("initdb");
        make.args(["--auth=trust", "--username=postgres", "--encoding=UTF8"]);
        make.args(["--locale=C", "--no-sync", "--no-instructions", "-D"]).arg(self.data());
        run(&mut make)?;
        append(&self.data().join("postgresql.conf"), &format!("{SETTINGS}{settings}"))?;
        for (name, text) in files {
            let path = self.data().join(name);
            std::fs::write(&path, text).map_err(|error| error.to_string())?;
            std::fs::set_permissions(&path, Permissions::from_mode(0o600)).map_err(|error| error.to_string())?;
            self.hand_over(&path)?;
        }
        Ok(())
    }

    fn run(&self, port: u16) -> Result<(), String> {
        let mut start = self.command("pg_ctl");
        start.args(["-w", "-s", "-t", "60", "-o"]).arg(format!("-p {port}"));
        start.arg("-l").arg(self.directory.join("log")).arg("-D").arg(self.data());
        start.arg("start").process_group(0);
        run(&mut start).map_err(|failure| {
            let log = std::fs::read_to_string(self.directory.join("log")).unwrap_or_default();
            format!("PostgreSQL did not start: {failure}\n{log}")
        })
    }

    /// A program of PostgreSQL, to be run as the user that PostgreSQL accepts.
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

fn address(port: u16) -> Address {
    Address {
        host: format!("127.0.0.1:{port}"),
        superuser: "postgres".to_owned(),
        database: "postgres".to_owned(),
        parameters: String::new(),
        external: false,
    }
}

fn postgres_id(option: &str) -> Result<u32, String> {
    let Output { stdout, .. } =
        Command::new("id").args([option, "postgres"]).output().map_err(|error| format!("`id {option} postgres` did not run: {error}"))?;
    String::from_utf8_lossy(&stdout).trim().parse().map_err(|_| {
        "PostgreSQL does not run as root, and there is no user `postgres` to run it as. Install \
         the Debian package `postgresql`, run the tests as another user, or set TEST_POSTGRES_URL."
            .to_owned()
    })
}

fn free_port() -> Result<u16, String> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(|error| error.to_string())?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    Ok(address.port())
}

fn append(file: &Path, settings: &str) -> Result<(), String> {
    let old = std::fs::read_to_string(file).map_err(|error| error.to_string())?;
    std::fs::write(file, old + settings).map_err(|error| error.to_string())
}

/// Runs a program that answers by its exit status; its complaints go to the test's output.
fn run(command: &mut Command) -> Result<(), String> {
    let status = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::inherit())
        .status()
        .map_err(|error| format!("{command:?} did not run: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{command:?} ended with {status}")) }
}
