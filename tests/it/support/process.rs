//! The program as its users run it: a process of its own.
use super::app::SECRET;
use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    process::{Child, Command, Stdio},
};
use tempfile::NamedTempFile;

/// A running server that can be killed.
pub struct PartyProcess {
    /// Where it listens.
    pub address: SocketAddr,
    child: Child,
    /// What it writes to standard error, if a test wants to read it.
    log: Option<NamedTempFile>,
}

impl PartyProcess {
    /// Starts the server on a free port and waits until it says where.
    pub async fn start(url: &str) -> Self {
        Self::run(party(url)).await
    }

    /// As [`Self::start`], with more settings, and with its log kept.
    pub async fn start_with(url: &str, settings: &[(&str, &str)]) -> Self {
        let mut command = party(url);
        let log = NamedTempFile::new().expect("a temporary file");
        command.envs(settings.iter().copied()).stderr(log.reopen().expect("the file can be written"));
        let mut process = Self::run(command).await;
        process.log = Some(log);
        process
    }

    /// What it has written to its log.
    pub fn log(&self) -> String {
        let log = self.log.as_ref().expect("the log was kept");
        std::fs::read_to_string(log.path()).expect("the log can be read")
    }

    /// Asks the process to stop, and waits until it has.
    pub async fn terminate(&mut self) {
        let asked = Command::new("kill").arg("-TERM").arg(self.child.id().to_string()).status().expect("kill is there");
        assert!(asked.success());
        while self.child.try_wait().expect("the process can be asked").is_none() {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }

    /// As [`Self::start`], by a shell script that ends in `exec "$@"`. The script is given `arguments` as `$1` and so on and must shift them away.
    pub async fn start_in_shell(url: &str, script: &str, arguments: &[&str]) -> Self {
        let program = party(url);
        let mut command = Command::new("sh");
        command.args(["-euc", script, "sh"]).args(arguments).arg(program.get_program());
        for (name, value) in program.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        Self::run(command).await
    }

    async fn run(mut command: Command) -> Self {
        party::startup::use_ring();
        let started = tokio::task::spawn_blocking(move || {
            let mut child = command.env("PARTY_LISTEN", "127.0.0.1:0").stdout(Stdio::piped()).spawn().expect("the program starts");
            let lines = BufReader::new(child.stdout.take().expect("its output is piped")).lines();
            let address = lines
                .map_while(Result::ok)
                .find_map(|line| line.strip_prefix("GraphQL")?.trim().strip_prefix("http://")?.strip_suffix("/graphql")?.parse().ok())
                .expect("the server says where it listens");
            (address, child)
        });
        let (address, child) = started.await.expect("the server starts");
        Self { address, child, log: None }
    }

    /// The id of the process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The memory that the process holds, in KiB.
    pub fn resident_kib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id())).expect("Linux tells what a process holds");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("the memory that is resident");
        line.trim().trim_end_matches(" kB").parse().expect("a number")
    }

    /// Kills the process without any warning.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for PartyProcess {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Runs a command of the program to its end and gives what it printed.
pub async fn run_party(url: &str, arguments: &[&str]) -> String {
    let mut command = party(url);
    command.args(arguments);
    let output = tokio::task::spawn_blocking(move || command.output()).await.expect("the command runs").expect("the program starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("the output is text")
}

/// Runs a command of the program that must fail, and gives what it said.
pub async fn party_refuses(url: &str, arguments: &[&str]) -> String {
    let mut command = party(url);
    command.args(arguments).env("PARTY_LISTEN", "127.0.0.1:0");
    let output = tokio::task::spawn_blocking(move || command.output()).await.expect("the command runs").expect("the program starts");
    assert!(!output.status.success(), "{arguments:?} was done");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A command of the program that a test starts and ends itself.
pub fn party_command(url: &str, arguments: &[&str]) -> Command {
    let mut command = party(url);
    command.args(arguments);
    command
}

fn party(url: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_party"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("PARTY_")) {
        command.env_remove(name);
    }
    command.env("PARTY_DATABASE_URL", url).env("PARTY_JWT_SECRET", SECRET).env("PARTY_LOG", "warn");
    command
}

/// Starts the program with settings that it must refuse, without a secret unless one is given, and gives what it said.
pub async fn party_fails(settings: &[(&str, &str)]) -> String {
    let mut command = party("sqlite:never-opened.sqlite");
    command.env_remove("PARTY_JWT_SECRET").envs(settings.iter().copied());
    let output = tokio::task::spawn_blocking(move || command.output()).await.expect("the command runs").expect("the program starts");
    assert!(!output.status.success(), "the program accepted {settings:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}
