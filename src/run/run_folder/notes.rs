//! Notes of what came of the rows of a run: JSON lines, a file for each process.

use std::{
    collections::HashMap,
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::plan::FileRecord;
use crate::{
    files,
    receipt::Receipt,
    run::random,
    source::{Findings, ReadCounts},
    types::{ReadSetEtag, Sha256},
};

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
    Found {
        read_set_arn: String,
        #[serde(default)]
        s3_uris: Vec<String>,
    },
    /// The service has its read set no more.
    Gone { read_set_id: String },
    /// All of its data were looked at.
    Verified(Box<VerifiedRow>),
}

/// What was found in the data of a row, and in which files.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct VerifiedRow {
    pub(crate) sources: Vec<Vec<FileRecord>>,
    reads: Option<u64>,
    bases: Option<u64>,
    etag: Option<ReadSetEtag>,
    md5: Vec<Option<String>>,
}

impl VerifiedRow {
    pub(crate) fn new(sources: Vec<Vec<FileRecord>>, findings: &Findings) -> Self {
        let Findings { counted, etag, md5 } = findings.clone();
        let (reads, bases) = counted.map(|of| (of.reads, of.bases)).unzip();
        Self { sources, reads, bases, etag, md5 }
    }

    pub(crate) fn findings(&self) -> Findings {
        let counts = self.reads.zip(self.bases);
        Findings {
            counted: counts.map(|(reads, bases)| ReadCounts { reads, bases }),
            etag: self.etag.clone(),
            md5: self.md5.clone(),
        }
    }
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
    /// The ARN of the read set and its objects in S3, as far as the store said them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) arn: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) s3_uris: Vec<String>,
}

/// The receipt of a row's read set. It is kept beside the notes, which everybody reads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct RowReceipt {
    /// Microseconds since 1970.
    at: i64,
    pub(crate) key: String,
    /// The digest of the parts, which are left out of the receipt.
    pub(crate) digest: Option<String>,
    pub(crate) receipt: Receipt,
}

/// Where receipts are, beside the notes.
pub(super) const RECEIPTS: &str = "receipts";

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
    file: LateFile,
    receipts: LateFile,
    plan: Sha256,
}

/// A file that is made when there is something to write: many processes note nothing.
struct LateFile {
    path: PathBuf,
    file: Mutex<Option<File>>,
}

impl NoteFile {
    pub(super) fn create(folder: &Path, plan: Sha256) -> io::Result<Self> {
        let name = format!("{}.jsonl", process_name()?);
        let late = |folder: &Path| LateFile { path: folder.join(&name), file: Mutex::new(None) };
        let (file, receipts) = (late(folder), late(&folder.with_file_name(RECEIPTS)));
        Ok(Self { file, receipts, plan })
    }

    /// Writes a note. On disk when this returns.
    pub(crate) fn note(&self, key: &str, what: NoteKind) -> io::Result<()> {
        let (plan, key) = (self.plan.to_string(), key.to_owned());
        let note = Note { plan, at: now(), key, what };
        self.file.write_line(&note, true)
    }

    /// Writes the receipt of a row, without its parts.
    pub(crate) fn receipt(&self, key: &str, receipt: Receipt) -> io::Result<()> {
        let digest = receipt.digest().map(|digest| digest.to_string());
        let receipt = Receipt { parts: Vec::new(), ..receipt };
        let line = RowReceipt { at: now(), key: key.to_owned(), digest, receipt };
        self.receipts.write_line(&line, false)
    }
}

/// What no other process is called, on any host.
pub(super) fn process_name() -> io::Result<String> {
    let random = random::digits().map_err(|abort| io::Error::other(abort.text()))?;
    Ok(format!("{}-{}-{}", host().replace('/', "_"), std::process::id(), &random[..8]))
}

/// The name of this host.
pub(crate) fn host() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

fn now() -> i64 {
    jiff::Timestamp::now().as_microsecond()
}

impl LateFile {
    fn write_line(&self, line: &impl Serialize, is_synced: bool) -> io::Result<()> {
        let mut line = serde_json::to_vec(line)?;
        line.push(b'\n');
        let mut place = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let file = if let Some(file) = place.as_mut() {
            file
        } else {
            let mut options = OpenOptions::new();
            place.insert(options.append(true).create_new(true).mode(0o600).open(&self.path)?)
        };
        file.write_all(&line)?;
        if is_synced { file.sync_data() } else { Ok(()) }
    }
}

/// The notes of all processes, in the order of time.
pub(super) fn read_all(folder: &Path) -> io::Result<Vec<Note>> {
    let mut notes = lines_of(folder)?;
    notes.sort_by_key(|note: &Note| note.at);
    Ok(notes)
}

/// The receipts that all processes have written, the last of each row.
pub(super) fn read_receipts(folder: &Path) -> io::Result<HashMap<String, RowReceipt>> {
    let mut receipts: Vec<RowReceipt> = lines_of(folder)?;
    receipts.sort_by_key(|receipt| receipt.at);
    Ok(receipts.into_iter().map(|receipt| (receipt.key.clone(), receipt)).collect())
}

/// All lines of all processes; what a process was writing when it ended is left out.
fn lines_of<T: DeserializeOwned>(folder: &Path) -> io::Result<Vec<T>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut all = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "jsonl") {
            let bytes = files::read_own(&path, LONGEST)?;
            let lines = bytes.split(|byte| *byte == b'\n');
            all.extend(lines.filter_map(|line| serde_json::from_slice(line).ok()));
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn notes_of_all_processes_are_read_but_torn_lines() {
        let run = tempfile::tempdir().unwrap();
        let folder = run.path().join("notes");
        for name in ["notes", RECEIPTS] {
            fs::create_dir(run.path().join(name)).unwrap();
        }
        let end = RowEnd {
            row: 2,
            named: String::new(),
            stated: String::new(),
            sources: Vec::new(),
            exit_status: 0,
            for_good: false,
            fields: Map::new(),
            report: json!({ "status": "active", "read_set_id": "1234567890" }),
            arn: None,
            s3_uris: Vec::new(),
        };
        for key in ["a", "b"] {
            let file = NoteFile::create(&folder, Sha256::of(b"plan")).unwrap();
            file.note(key, NoteKind::Ended(Box::new(end.clone()))).unwrap();
            file.file.file.lock().unwrap().as_mut().unwrap().write_all(b"{\"torn\":").unwrap();
        }
        let notes = read_all(&folder).unwrap();
        assert_eq!(notes.iter().map(|note| &*note.key).collect::<Vec<_>>(), ["a", "b"]);
        let NoteKind::Ended(read) = &notes[0].what else { panic!() };
        assert_eq!(**read, end);
        assert_eq!(read.read_set(), Some("1234567890"));
    }
}
