//! A lab with files to be uploaded by one and the same command, as often as it takes, and what must
//! be true at the end.

use std::{
    collections::BTreeSet,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use flate2::{Compression, GzBuilder};
use serde_json::Value;

use crate::{
    lab::{Lab, Said},
    material::{self, PART},
    running::Running,
};

/// What is uploaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Two files of three parts each.
    Pair,
    /// One file of six parts.
    Ubam,
    /// One file of six parts, to be changed.
    Fastq,
}

impl Kind {
    pub(crate) fn files(self) -> &'static [(&'static str, Vec<u8>)] {
        static PAIR: OnceLock<Vec<(&'static str, Vec<u8>)>> = OnceLock::new();
        static FASTQ: OnceLock<Vec<(&'static str, Vec<u8>)>> = OnceLock::new();
        static UBAM: OnceLock<Vec<(&'static str, Vec<u8>)>> = OnceLock::new();
        match self {
            Self::Pair => PAIR.get_or_init(|| {
                let [first, second] = material::pair(5_400_000);
                vec![("s_R1.fastq.gz", first), ("s_R2.fastq.gz", second)]
            }),
            Self::Fastq => FASTQ.get_or_init(|| vec![("s.fastq.gz", two_members("a", "a"))]),
            Self::Ubam => UBAM.get_or_init(|| vec![("s.bam", material::ubam(5 * PART + 100_000))]),
        }
    }

    pub(crate) fn parts(self) -> usize {
        let parts = |content: &[u8]| content.len().div_ceil(PART);
        self.files().iter().map(|(_, content)| parts(content)).sum()
    }
}

/// A gzip FASTQ of two members, each with a comment in its header: what is another comment of the same
/// length is another content of the same size.
pub(crate) fn two_members(first: &str, second: &str) -> Vec<u8> {
    static READS: OnceLock<Vec<u8>> = OnceLock::new();
    let reads = READS.get_or_init(|| material::reads("r{}", 13_200_000, 1000));
    let member = |comment: &str| {
        let mut encoder = GzBuilder::new().comment(comment).write(Vec::new(), Compression::none());
        encoder.write_all(reads).unwrap();
        encoder.finish().unwrap()
    };
    [member(first), member(second)].concat()
}

/// A part: `SOURCE1` or `SOURCE2`, and its number.
pub(crate) type PartOf = (String, u64);

pub(crate) struct Scene {
    pub(crate) lab: Lab,
    pub(crate) kind: Kind,
    pub(crate) arguments: Vec<String>,
}

impl Scene {
    pub(crate) fn new(kind: Kind, faults: &[&str], more: &[&str]) -> Self {
        let lab = Lab::with_faults(faults);
        for (name, content) in kind.files() {
            lab.file(name, content);
        }
        let names = kind.files().iter().map(|(name, _)| *name);
        let fixed = ["--part-size=5MiB", "--concurrency=2", "-v"];
        let arguments = names.chain(fixed).chain(more.iter().copied()).map(str::to_owned);
        let arguments = arguments.collect();
        Self { lab, kind, arguments }
    }

    pub(crate) fn command(&self) -> Command {
        let arguments: Vec<_> = self.arguments.iter().map(String::as_str).collect();
        self.lab.put_command(&arguments)
    }

    pub(crate) fn start(&self) -> Running {
        Running::start(self.command())
    }

    fn folder(&self) -> PathBuf {
        self.lab.path("../store/stores").join(self.lab.store())
    }

    /// The files of all uploads, those that have become read sets included: what the service has,
    /// without a request that would be seen in its log.
    fn kept(&self) -> Vec<PathBuf> {
        let uploads = fs::read_dir(self.folder()).unwrap().map(|entry| entry.unwrap().path());
        let files = uploads.filter(|path| path.is_dir()).flat_map(|upload| {
            fs::read_dir(upload).into_iter().flatten().map(|entry| entry.unwrap().path())
        });
        files.collect()
    }

    /// How many files of a name the uploads have, such as `readset.json`.
    pub(crate) fn count(&self, name: &str) -> usize {
        self.kept().iter().filter(|path| path.ends_with(name)).count()
    }

    /// The parts that the service has.
    pub(crate) fn stored(&self) -> BTreeSet<PartOf> {
        let kept = self.kept();
        let stems =
            kept.iter().filter_map(|path| path.file_name()?.to_str()?.strip_suffix(".json"));
        let part = |stem: &str| {
            let (source, number) = stem.split_once('-')?;
            Some((source.to_owned(), number.parse().ok()?))
        };
        stems.filter_map(part).collect()
    }

    /// Where this machine keeps what it knows.
    pub(crate) fn state(&self) -> PathBuf {
        self.lab.home().join(".local/state/omics-upload")
    }

    /// The journals of this machine.
    pub(crate) fn journals(&self) -> Vec<PathBuf> {
        journals(&self.state())
    }

    #[track_caller]
    pub(crate) fn wait_for_kept(&self, name: &str, count: usize) {
        self.lab.wait_until(|_| self.count(name) >= count);
    }

    /// The same command again, with the sandbox served anew and misbehaving so.
    pub(crate) fn again(&mut self, faults: &[&str]) -> Again {
        self.lab.restart_sandbox(faults);
        let command = self.command();
        self.run(command)
    }

    /// Runs a command, and tells it from what was before.
    pub(crate) fn run(&self, command: Command) -> Again {
        let (stored, before) = (self.stored(), self.lab.requests().len());
        let said = Lab::run(command);
        Again { said, stored, requests: self.lab.requests().split_off(before) }
    }

    /// There is one read set, it is this one, and it holds what the files hold.
    #[track_caller]
    pub(crate) fn is_whole(&self, read_set: &str, about: &str) {
        assert_eq!((self.lab.read_sets(), self.lab.uploads()), (1, 0), "{about}");
        self.holds_the_files(read_set, about);
        assert_eq!(self.journals(), Vec::<PathBuf>::new(), "{about}: nothing is left to be done");
    }

    #[track_caller]
    pub(crate) fn holds_the_files(&self, read_set: &str, about: &str) {
        for ((name, content), source) in self.kind.files().iter().zip(["SOURCE1", "SOURCE2"]) {
            assert!(self.lab.read_back(read_set, source) == *content, "{about}: {name}");
        }
    }
}

pub(crate) fn journals(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.filter(|path| path.extension().is_some_and(|extension| extension == "jsonl")).collect()
}

/// What came of a further run.
pub(crate) struct Again {
    pub(crate) said: Said,
    /// What the service had before.
    pub(crate) stored: BTreeSet<PartOf>,
    pub(crate) requests: Vec<Value>,
}

impl Again {
    pub(crate) fn count(&self, operation: &str) -> usize {
        self.requests.iter().filter(|request| request["operation"] == operation).count()
    }

    /// The parts that were sent, one entry for each time.
    pub(crate) fn sent(&self) -> Vec<PartOf> {
        let uploads =
            self.requests.iter().filter(|request| request["operation"] == "UploadReadSetPart");
        let part = |request: &Value| {
            (request["source"].as_str().unwrap().to_owned(), request["part"].as_u64().unwrap())
        };
        uploads.map(part).collect()
    }

    /// All that was missing was sent, and nothing else.
    #[track_caller]
    pub(crate) fn sent_what_was_missing(&self, kind: Kind, about: &str) {
        let sent: BTreeSet<_> = self.sent().into_iter().collect();
        let twice: Vec<_> = sent.intersection(&self.stored).collect();
        assert!(twice.is_empty(), "{about}: {twice:?} were sent twice\n{}", self.said.stderr);
        assert_eq!(self.sent().len(), kind.parts() - self.stored.len(), "{about}");
    }
}
