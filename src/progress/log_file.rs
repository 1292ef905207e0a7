//! The log file: which files are ones of ours, and opening one.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read as _, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

use super::text::date;
use crate::files::Stream;

/// Whether a file holds a log of this program, or nothing at all: whether its first line is dated as
/// ours are.
pub fn is_log(path: &Path) -> io::Result<bool> {
    let mut start = Vec::new();
    File::open(path)?.take(DATE_LENGTH + 1).read_to_end(&mut start)?;
    let date = str::from_utf8(&start).ok().and_then(|start| start.strip_suffix(' '));
    let is_dated = |date: &str| date.ends_with('Z') && date.parse::<jiff::Timestamp>().is_ok();
    Ok(start.is_empty() || date.is_some_and(is_dated))
}

/// How long a date is in bytes.
const DATE_LENGTH: u64 = 20;

/// Whoever opens a file of another kind by mistake must not add to it.
pub(super) fn open(path: &Path) -> io::Result<File> {
    match Stream::of(path) {
        Some(stream) => stream.open(path),
        None => open_file(path),
    }
}

fn open_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    let mut file = options.append(true).create(true).mode(0o600).open(path)?;
    if file.metadata()?.len() == 0 {
        let line = format!(
            "{} omics-upload {}\n",
            date(jiff::Timestamp::now()),
            env!("CARGO_PKG_VERSION")
        );
        // Should the disk be full, the next line tells.
        let _ = file.write_all(line.as_bytes());
    } else if !is_log(path)? {
        return Err(io::Error::other("it is not a log of omics-upload"));
    }
    Ok(file)
}
