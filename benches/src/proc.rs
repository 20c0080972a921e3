//! What processes used, as the kernel tells.
use std::{fs, process::Child, time::Duration};

/// A process and its memory.
#[derive(Clone, Copy)]
pub struct Pid(pub u32);

impl From<&Child> for Pid {
    fn from(child: &Child) -> Self {
        Self(child.id())
    }
}

impl Pid {
    /// The CPU time of all its threads so far.
    pub fn cpu(self) -> Duration {
        let threads = fs::read_dir(format!("/proc/{}/task", self.0)).into_iter().flatten().flatten();
        // The first number of schedstat is the time on a CPU in nanoseconds, user and system together.
        let nanoseconds = threads.filter_map(|thread| {
            let text = fs::read_to_string(thread.path().join("schedstat")).ok()?;
            text.split(' ').next()?.parse::<u64>().ok()
        });
        Duration::from_nanos(nanoseconds.sum())
    }

    /// Its resident memory in MiB.
    pub fn memory(self) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.0)).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
        line.trim().trim_end_matches(" kB").parse::<f64>().unwrap_or_default() / 1024.0
    }
}

/// The CPU time of several processes.
pub fn cpu(pids: &[Pid]) -> Vec<Duration> {
    pids.iter().map(|pid| pid.cpu()).collect()
}

/// What was used between two readings; a process that ended in between counts as far as it was seen.
pub fn used(before: &[Duration], after: &[Duration]) -> Duration {
    before.iter().zip(after).map(|(before, after)| after.saturating_sub(*before)).sum()
}

/// The time that all CPUs together were busy.
pub fn busy() -> Duration {
    let text = fs::read_to_string("/proc/stat").unwrap_or_default();
    let first = text.lines().next().unwrap_or_default();
    let ticks: Vec<u64> = first.split_whitespace().skip(1).take(8).filter_map(|number| number.parse().ok()).collect();
    let idle: u64 = ticks.iter().skip(3).take(2).sum();
    // A tick is a hundredth of a second on every Linux that is in use.
    Duration::from_millis((ticks.iter().sum::<u64>() - idle) * 10)
}
