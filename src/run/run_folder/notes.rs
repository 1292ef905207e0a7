//! Notes of what came of the rows of a run: JSON lines, a file for each process.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
    sync::{Mutex, PoisonError},
};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::plan::FileRecord;
use crate::{files, receipt::Receipt, run::random, types::Sha256};

/// Something that happened to a row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Note {
    /// The hash of the plan that was followed.
    pub(crate) plan: String,
    /// Microseconds since 1970.
    pub(crate) at: i64,
    /// What the row is known by.
    pub(crate) key: String,
    #[serde(flatten)]
    pub(crate) what: NoteKind,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "note", rename_all = "snake_case")]
pub(crate) enum NoteKind {
    /// It was sent, or could not be.
    Ended(Box<RowEnd>),
    /// Its read set, as the service calls it.
    Found { read_set_arn: String },
    /// The service has its read set no more.
    Gone { read_set_id: String },
}

/// How a row ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct RowEnd {
    pub(crate) row: usize,
    /// What the row is known by once its files are gone.
    #[serde(default)]
    pub(crate) named: String,
    /// The digest of what was stated of it.
    pub(crate) stated: String,
    pub(crate) sources: Vec<Vec<FileRecord>>,
    /// The exit status that it comes to.
    pub(crate) exit_status: u8,
    /// Whether trying again would come to the same.
    pub(crate) for_good: bool,
    /// The fields of its read set.
    pub(crate) fields: Map<String, Value>,
    /// Its entry in the document of `--output json`.
    pub(crate) report: Value,
    /// Its receipt, without its parts, and the digest of these.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) receipt: Option<Box<Receipt>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) digest: Option<String>,
}

/// In bytes.
const LONGEST: u64 = 1 << 30;

impl RowEnd {
    /// A member of the report, as text.
    pub(crate) fn text(&self, member: &str) -> &str {
        self.report.get(member).and_then(Value::as_str).unwrap_or_default()
    }

    /// The read set, if the row has one that may be used.
    pub(crate) fn read_set(&self) -> Option<&str> {
        let is_there = matches!(self.text("status"), "active" | "completed" | "skipped");
        Some(self.text("read_set_id")).filter(|id| is_there && !id.is_empty())
    }

    /// Whether one of its files, by its number, was not left where it was.
    pub(crate) fn is_disposed(&self, file: usize) -> bool {
        let disposal =
            self.report.get("when_proven").and_then(|files| files.get(file)?.get("result"));
        disposal.and_then(Value::as_str).is_some_and(|result| result != "left")
    }

    /// Why it failed.
    pub(crate) fn error(&self) -> &str {
        let message = self.report.get("error").and_then(|error| error.get("message"));
        message.and_then(Value::as_str).unwrap_or_default()
    }
}

/// The notes of this process.
pub(crate) struct NoteFile {
    file: Mutex<File>,
    plan: Sha256,
}

impl NoteFile {
    pub(super) fn create(folder: &Path, plan: Sha256) -> io::Result<Self> {
        let host = rustix::system::uname().nodename().to_string_lossy().replace('/', "_");
        let random = random::digits().map_err(|abort| io::Error::other(abort.text()))?;
        let name = format!("{host}-{}-{}.jsonl", std::process::id(), &random[..8]);
        let mut options = OpenOptions::new();
        let file = options.append(true).create_new(true).mode(0o600).open(folder.join(name))?;
        Ok(Self { file: Mutex::new(file), plan })
    }

    /// Writes a note. On disk when this returns.
    pub(crate) fn note(&self, key: &str, what: NoteKind) -> io::Result<()> {
        let at = jiff::Timestamp::now().as_microsecond();
        let note = Note { plan: self.plan.to_string(), at, key: key.to_owned(), what };
        let mut line = serde_json::to_vec(&note)?;
        line.push(b'\n');
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(&line)?;
        file.sync_data()
    }
}

/// The notes of all processes, in the order of time; what a process was writing when it ended is left
/// out.
pub(super) fn read_all(folder: &Path) -> io::Result<Vec<Note>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut notes: Vec<Note> = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "jsonl") {
            let bytes = files::read_own(&path, LONGEST)?;
            let lines = bytes.split(|byte| *byte == b'\n');
            notes.extend(lines.filter_map(|line| serde_json::from_slice(line).ok()));
        }
    }
    notes.sort_by_key(|note| note.at);
    Ok(notes)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn notes_of_all_processes_are_read_but_torn_lines() {
        let folder = tempfile::tempdir().unwrap();
        let end = RowEnd {
            row: 2,
            named: String::new(),
            stated: String::new(),
            sources: Vec::new(),
            exit_status: 0,
            for_good: false,
            fields: Map::new(),
            report: json!({ "status": "active", "read_set_id": "1234567890" }),
            receipt: None,
            digest: None,
        };
        for key in ["a", "b"] {
            let file = NoteFile::create(folder.path(), Sha256::of(b"plan")).unwrap();
            file.note(key, NoteKind::Ended(Box::new(end.clone()))).unwrap();
            file.file.lock().unwrap().write_all(b"{\"torn\":").unwrap();
        }
        let notes = read_all(folder.path()).unwrap();
        assert_eq!(notes.iter().map(|note| &*note.key).collect::<Vec<_>>(), ["a", "b"]);
        let NoteKind::Ended(read) = &notes[0].what else { panic!() };
        assert_eq!(**read, end);
        assert_eq!(read.read_set(), Some("1234567890"));
    }
}
