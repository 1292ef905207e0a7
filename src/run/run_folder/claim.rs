//! A claim to a step that one process at a time may do, as a file that only one process can make.
//!
//! No lock is needed, so it holds on any file system. Whoever has it touches it; one that nobody has
//! touched for a minute is taken over.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    time::Duration,
};

use serde::{Deserialize, Serialize};

use super::notes::{host, process_name};
use crate::{files, types::Escaped};

/// A claim to a step, until it is dropped.
#[derive(Debug)]
pub(crate) struct Claim {
    path: PathBuf,
    own: String,
    beat: tokio::task::JoinHandle<()>,
}

/// Who has a claim.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct ClaimHolder {
    host: String,
    process: u32,
    /// What no other claim has.
    name: String,
}

/// Why there is no claim.
#[derive(Debug)]
pub(super) enum Unclaimed {
    Busy(String),
    Io(io::Error),
}

/// A claim that was not touched for so long is stale.
pub(super) const STALE: Duration = Duration::from_mins(1);

/// In bytes: no claim is that long.
const LONGEST: u64 = 64 * 1024;

const TOUCHED_EVERY: Duration = Duration::from_secs(10);

impl Claim {
    /// Claims a step, unless another process that is alive has done so.
    pub(super) fn take(path: &Path) -> Result<Self, Unclaimed> {
        let name = process_name().map_err(Unclaimed::Io)?;
        let holder = ClaimHolder { host: host(), process: std::process::id(), name };
        let own = serde_json::to_string(&holder).map_err(|error| Unclaimed::Io(error.into()))?;
        loop {
            match create(path, &own) {
                Ok(()) => break,
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    take_away(path, &holder.name)?;
                }
                Err(error) => return Err(Unclaimed::Io(error)),
            }
        }
        let (touched, name) = (path.to_owned(), own.clone());
        let beat = tokio::spawn(async move {
            loop {
                tokio::time::sleep(TOUCHED_EVERY).await;
                // Without it, another process may do the same step: it comes to the same.
                let _ = touch(&touched, &name);
            }
        });
        Ok(Self { path: path.to_owned(), own, beat })
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.beat.abort();
        if read(&self.path).is_ok_and(|text| text == self.own) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn create(path: &Path, own: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    // A claim without a name would be taken for that of another process.
    file.write_all(own.as_bytes()).inspect_err(|_| drop(fs::remove_file(path)))
}

/// Reads a claim; what is none is not waited for.
fn read(path: &Path) -> io::Result<String> {
    let bytes = files::read(path, LONGEST)?;
    String::from_utf8(bytes).map_err(io::Error::other)
}

/// Writes what is there already, so that the file system says when.
fn touch(path: &Path, own: &str) -> io::Result<()> {
    if read(path)? == own {
        File::options().write(true).open(path)?.write_all(own.as_bytes())?;
    }
    Ok(())
}

/// Removes a stale claim.
fn take_away(path: &Path, name: &str) -> Result<(), Unclaimed> {
    let text = match read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        text => text.map_err(Unclaimed::Io)?,
    };
    let holder: Option<ClaimHolder> = serde_json::from_str(&text).ok();
    let is_stale =
        holder.as_ref().is_some_and(|it| is_dead(&it.host, it.process)) || age(path, name)? > STALE;
    if !is_stale {
        return Err(Unclaimed::Busy(holder.map_or_else(
            || "another process".to_owned(),
            |ClaimHolder { host, process, .. }| {
                format!("process {process} on {}", Escaped::new(&host))
            },
        )));
    }
    let aside = path.with_extension(format!("stale-{name}"));
    match fs::rename(path, &aside) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        renamed => renamed.map_err(Unclaimed::Io)?,
    }
    // Another process may have taken it over in between: it gets it back.
    if read(&aside).is_ok_and(|now| now != text) {
        let _ = fs::hard_link(&aside, path);
    }
    let _ = fs::remove_file(&aside);
    Ok(())
}

/// Whether a process was on this host, and is there no more.
pub(super) fn is_dead(on: &str, process: u32) -> bool {
    let process = i32::try_from(process).ok().and_then(rustix::process::Pid::from_raw);
    on == host()
        && process.is_some_and(|process| {
            rustix::process::test_kill_process(process) == Err(rustix::io::Errno::SRCH)
        })
}

/// How long ago a file was touched, by the clock of its file system.
fn age(path: &Path, name: &str) -> Result<Duration, Unclaimed> {
    let probe = path.with_extension(format!("probe-{name}"));
    let aged = || {
        File::create(&probe)?;
        let now = fs::metadata(&probe)?.modified()?;
        Ok(now.duration_since(fs::metadata(path)?.modified()?).unwrap_or_default())
    };
    let aged: io::Result<Duration> = aged();
    let _ = fs::remove_file(&probe);
    match aged {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Duration::ZERO),
        aged => aged.map_err(Unclaimed::Io),
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    #[tokio::test]
    async fn one_process_at_a_time_has_a_claim() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("create.claim");
        let claim = Claim::take(&path).unwrap();
        let Err(Unclaimed::Busy(who)) = Claim::take(&path) else { panic!() };
        assert!(who.contains(&std::process::id().to_string()), "{who}");
        drop(claim);
        drop(Claim::take(&path).unwrap());
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }

    #[tokio::test]
    async fn a_claim_that_is_not_touched_any_more_is_taken_over() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("create.claim");
        let elsewhere = r#"{"host":"elsewhere.example","process":1,"name":"x"}"#;
        fs::write(&path, elsewhere).unwrap();
        assert!(matches!(Claim::take(&path), Err(Unclaimed::Busy(_))));
        let then = SystemTime::now() - STALE - Duration::from_secs(1);
        File::options().write(true).open(&path).unwrap().set_modified(then).unwrap();
        drop(Claim::take(&path).unwrap());
        // Of a process of this host it is known at once.
        let mut child = std::process::Command::new("true").spawn().unwrap();
        let process = child.id();
        child.wait().unwrap();
        let dead = ClaimHolder { host: host(), process, name: "y".to_owned() };
        fs::write(&path, serde_json::to_string(&dead).unwrap()).unwrap();
        drop(Claim::take(&path).unwrap());
    }
}
