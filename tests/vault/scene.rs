//! A lab with a file to be stored by one and the same command, as often as it takes, and what must be true
//! at the end.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

use crate::{
    lab::{Lab, Said},
    running::Running,
};

pub(super) const MIB: usize = 1 << 20;

/// Six parts of 1 MiB, the last of which is short.
pub(super) const PARTS: usize = 6;

/// Bytes in which no two parts are the same.
pub(super) fn content(size: usize, seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let mut bytes: Vec<u8> = (0..size.div_ceil(8)).flat_map(|_| next().to_le_bytes()).collect();
    bytes.truncate(size);
    bytes
}

pub(super) struct Scene {
    pub(super) lab: Lab,
    pub(super) content: Vec<u8>,
    pub(super) arguments: Vec<String>,
}

impl Scene {
    pub(super) fn new(faults: &[&str], more: &[&str]) -> Self {
        let lab = Lab::with_faults(faults);
        let content = content((PARTS - 1) * MIB + 100_000, 1);
        lab.file("a.bam", &content);
        let fixed = ["put", "a.bam", "--part-size=1MiB", "-v"];
        let is_given = more.iter().any(|word| word.starts_with("--concurrency"));
        let usual = (!is_given).then_some("--concurrency=2");
        let words = fixed.into_iter().chain(usual).chain(more.iter().copied());
        let arguments = words.map(str::to_owned).collect();
        Self { lab, content, arguments }
    }

    /// `vault` with these arguments.
    pub(super) fn vault<S: AsRef<str>>(&self, arguments: &[S]) -> Command {
        let words = ["vault"].into_iter().chain(arguments.iter().map(AsRef::as_ref));
        let mut command = self.lab.command(words);
        command.env("AWS_ENDPOINT_URL_GLACIER", self.lab.url());
        command.env("OMICS_UPLOAD_VAULT", "sandbox").env_remove("AWS_ENDPOINT_URL_OMICS");
        command
    }

    pub(super) fn command(&self) -> Command {
        self.vault(&self.arguments)
    }

    pub(super) fn start(&self) -> Running {
        Running::start(self.command())
    }

    fn folder(&self) -> PathBuf {
        let vaults = files(&self.lab.path("../store/vaults"));
        let is_ours = |folder: &&PathBuf| {
            let record = fs::read_to_string(folder.join("vault.json"));
            record.is_ok_and(|record| record.contains("\"sandbox\""))
        };
        vaults.iter().find(is_ours).unwrap().clone()
    }

    /// The files of all uploads, seen without a request.
    fn kept(&self) -> Vec<PathBuf> {
        let uploads = files(&self.folder().join("uploads"));
        uploads.iter().flat_map(|upload| files(upload)).collect()
    }

    /// How many uploads the vault has. Of one that was aborted, a record stays for a while.
    pub(super) fn uploads(&self) -> usize {
        let is_open = |path: &&PathBuf| {
            let record = fs::read(path).unwrap();
            let record: Value = serde_json::from_slice(&record).unwrap();
            record["aborted"].is_null()
        };
        let records = self.kept();
        records.iter().filter(|path| path.ends_with("upload.json")).filter(is_open).count()
    }

    /// Makes all uploads older than a day, for a sandbox that starts after that.
    pub(super) fn age_uploads(&self) {
        for record in
            self.kept().iter().filter(|path| path.extension().is_some_and(|e| e == "json"))
        {
            let mut value: Value = serde_json::from_slice(&fs::read(record).unwrap()).unwrap();
            for member in ["created", "sent"] {
                if value.get(member).is_some() {
                    value[member] = "2026-01-01T00:00:00Z".into();
                }
            }
            fs::write(record, value.to_string()).unwrap();
        }
    }

    /// The numbers of the parts that the vault has of unfinished uploads.
    pub(super) fn stored(&self) -> BTreeSet<u64> {
        let kept = self.kept();
        let number = |path: &PathBuf| {
            let name = path.file_name()?.to_str()?;
            name.strip_prefix("part-")?.strip_suffix(".json")?.parse().ok()
        };
        kept.iter().filter_map(number).collect()
    }

    /// The records of all archives.
    pub(super) fn archives(&self) -> Vec<Value> {
        let kept = files(&self.folder().join("archives"));
        let records =
            kept.iter().filter(|path| path.extension().is_some_and(|kind| kind == "json"));
        records.map(|path| serde_json::from_slice(&fs::read(path).unwrap()).unwrap()).collect()
    }

    /// Where this machine keeps what it knows.
    pub(super) fn state(&self) -> PathBuf {
        self.lab.home().join(".local/state/omics-upload/vault")
    }

    pub(super) fn journals(&self) -> Vec<PathBuf> {
        let mut found = files(&self.state());
        found.retain(|path| path.extension().is_some_and(|kind| kind == "jsonl"));
        found
    }

    pub(super) fn receipts(&self) -> Vec<Value> {
        let read =
            |path: &PathBuf| -> Value { serde_json::from_slice(&fs::read(path).unwrap()).unwrap() };
        // A run that was killed may leave a temporary file.
        let is_kept = |path: &&PathBuf| path.extension().is_some_and(|kind| kind == "json");
        let documents = files(&self.state().join("receipts"));
        documents.iter().filter(is_kept).map(|path| read(path)["archives"][0].clone()).collect()
    }

    /// The same command again, with the sandbox served anew and misbehaving so.
    pub(super) fn again(&mut self, faults: &[&str]) -> Again {
        self.lab.restart_sandbox(faults);
        self.run(self.command())
    }

    /// Runs a command, and tells it from what was before.
    pub(super) fn run(&self, command: Command) -> Again {
        let (stored, before) = (self.stored(), self.lab.requests().len());
        let said = Lab::run(command);
        Again { said, stored, requests: self.lab.requests().split_off(before) }
    }

    /// There is one archive, it is this one, it holds what the file holds, and its receipt says so.
    #[track_caller]
    pub(super) fn is_whole(&self, id: &str, about: &str) {
        let archives = self.archives();
        assert_eq!((archives.len(), self.uploads()), (1, 0), "{about}");
        self.holds_the_file(id, &self.content, about);
        assert_eq!(self.journals(), Vec::<PathBuf>::new(), "{about}: nothing is left to be done");
        let receipts = self.receipts();
        assert_eq!(receipts.len(), 1, "{about}");
        assert_eq!(receipts[0]["archive_id"], id, "{about}");
        assert_eq!(receipts[0]["sha256_tree_hash"], archives[0]["tree_hash"], "{about}");
    }

    #[track_caller]
    pub(super) fn holds_the_file(&self, id: &str, content: &[u8], about: &str) {
        let data = self.folder().join("archives").join(format!("{id}.archive"));
        assert!(fs::read(data).unwrap() == content, "{about}");
    }
}

pub(super) fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// What came of a further run.
pub(super) struct Again {
    pub(super) said: Said,
    /// The parts that the vault had before.
    pub(super) stored: BTreeSet<u64>,
    pub(super) requests: Vec<Value>,
}

impl Again {
    pub(super) fn count(&self, operation: &str) -> usize {
        self.requests.iter().filter(|request| request["operation"] == operation).count()
    }

    /// The parts that were sent, one entry for each time.
    pub(super) fn sent(&self) -> Vec<u64> {
        let parts = self.requests.iter().filter(|one| one["operation"] == "UploadMultipartPart");
        parts.map(|request| request["part"].as_u64().unwrap()).collect()
    }

    /// All that was missing was sent, and nothing else.
    #[track_caller]
    pub(super) fn sent_what_was_missing(&self, about: &str) {
        let sent: BTreeSet<_> = self.sent().into_iter().collect();
        let twice: Vec<_> = sent.intersection(&self.stored).collect();
        assert!(twice.is_empty(), "{about}: {twice:?} were sent twice\n{}", self.said.stderr);
        assert_eq!(self.sent().len(), PARTS - self.stored.len(), "{about}");
    }
}
