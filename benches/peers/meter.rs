//! What a command takes: wall time, processor time and memory.
//!
//! The system adds up what a process's children took when they have ended, so each command runs under
//! a process of its own: this program once more, with a word in front that says so.

use std::{
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail, ensure};
use nix::sys::{
    resource::{UsageWho, getrusage},
    time::{TimeVal, TimeValLike as _},
};

/// The argument that makes this program a meter.
pub(crate) const WORD: &str = "meter";

/// What one run took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Usage {
    pub(crate) wall: Duration,
    /// User and system time of the command and of all that it started.
    pub(crate) cpu: Duration,
    /// The largest resident set that any one process of them had, in bytes.
    pub(crate) peak: u64,
}

/// Runs a command under a meter.
pub(crate) fn measure(command: &Command) -> Result<Usage> {
    let mut meter = Command::new(std::env::current_exe()?);
    meter.arg(WORD).arg(command.get_program()).args(command.get_args());
    meter.env_clear();
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            meter.env(name, value);
        }
    }
    if let Some(folder) = command.get_current_dir() {
        meter.current_dir(folder);
    }
    let output = meter.stdin(Stdio::null()).output().context("cannot start the meter")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{command:?} failed: {said}");
    let text = String::from_utf8_lossy(&output.stdout);
    let numbers: Vec<u64> = text.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    let [wall, cpu, peak] = numbers[..] else { bail!("the meter said `{text}`") };
    Ok(Usage { wall: Duration::from_micros(wall), cpu: Duration::from_micros(cpu), peak })
}

/// What the meter does: runs the command, and prints what it took.
pub(crate) fn run(words: &[String]) -> Result<()> {
    let [program, arguments @ ..] = words else { bail!("the meter needs a command") };
    let mut command = Command::new(program);
    command.args(arguments).stdout(Stdio::null());
    let begun = Instant::now();
    let status = command.status().with_context(|| format!("cannot run `{program}`"))?;
    let wall = begun.elapsed();
    ensure!(status.success(), "`{program}` ended with {status}");
    let peak = getrusage(UsageWho::RUSAGE_CHILDREN)?.max_rss() * 1024;
    println!("{} {} {peak}", wall.as_micros(), children()?.as_micros());
    Ok(())
}

/// The processor time of all children of this process that have ended and were waited for.
pub(crate) fn children() -> Result<Duration> {
    taken(UsageWho::RUSAGE_CHILDREN)
}

/// The processor time of this process.
pub(crate) fn own() -> Result<Duration> {
    taken(UsageWho::RUSAGE_SELF)
}

fn taken(who: UsageWho) -> Result<Duration> {
    let usage = getrusage(who)?;
    let micros = |time: TimeVal| u64::try_from(time.num_microseconds());
    Ok(Duration::from_micros(micros(usage.user_time())? + micros(usage.system_time())?))
}
