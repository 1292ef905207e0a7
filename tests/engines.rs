//! The examples of workflow engines do what their pages say: the engines run the files that are shipped.

mod aws_batch;
mod cwl;
mod nextflow;
mod parallel;
mod snakemake;
mod wdl;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    lab::{Lab, Said, skipped},
    pages::{blocks, copy_examples, shell},
};

/// One part is refused, which ends the first attempt with 75: there is one request for each.
const FIRST_PART: &str = "UploadReadSetPart:error:InternalServerException,nth=1";

/// A copy of the examples in a lab, and where the engine of one of them is.
struct Example {
    lab: Lab,
    name: &'static str,
    engines: PathBuf,
}

impl Example {
    /// Nothing if the program that runs this example is missing.
    fn new(name: &'static str, program: &str) -> Option<Self> {
        let example = Self {
            lab: Lab::with_faults(&[FIRST_PART]),
            name,
            engines: Path::new(env!("CARGO_MANIFEST_DIR")).join("target/ci-engines/bin"),
        };
        copy_examples(&example.lab);
        let is_there = example.run(&format!("command -v {program}")).status == Some(0);
        if !is_there {
            skipped(&format!("{program} is not installed"));
        }
        is_there.then_some(example)
    }

    /// Lines in the folder of the example, with the engines at the end of the path.
    fn command(&self, script: &str) -> Command {
        let script = format!("PATH=\"$PATH:{}\"\n{script}", self.engines.display());
        let mut command = shell(&self.lab, &format!("examples/{}", self.name), &script);
        command
            .env("OMICS_UPLOAD_STORE", self.lab.store())
            .env("OMICS_UPLOAD_ATTEMPTS", "1")
            .env("AWS_DEFAULT_REGION", "us-east-1");
        command
    }

    fn run(&self, script: &str) -> Said {
        Lab::run(self.command(script))
    }

    /// The blocks of the page of this example.
    fn blocks(&self) -> Vec<String> {
        blocks(&format!("examples/{}/README.md", self.name))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.lab.path("examples").join(self.name).join(name)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// A read set holds the two files of a sample of the Illumina run.
    #[track_caller]
    fn holds_pair(&self, id: &str, sample: &str) {
        for mate in ["1", "2"] {
            let file = format!("../batch/illumina/fastq/{sample}_L001_R{mate}_001.fastq.gz");
            let content = fs::read(self.path(&file)).unwrap();
            assert!(self.lab.read_back(id, &format!("SOURCE{mate}")) == content, "{file}");
        }
    }

    /// Read sets hold the files of the plain sheet, in the order of its rows.
    #[track_caller]
    fn hold_sheet(&self, ids: &str) {
        let ids: Vec<_> = ids.lines().collect();
        let files = ["library7_1.fq.gz", "library8.fq.gz", "library9.bam"];
        assert_eq!((ids.len(), self.lab.read_sets()), (3, 3));
        for (id, file) in ids.iter().zip(files) {
            let content = fs::read(self.path("../batch/plain").join(file)).unwrap();
            assert!(self.lab.read_back(id, "SOURCE1") == content, "{file}");
        }
    }

    /// The service has so many read sets, got so many parts besides the one it refused, and no
    /// upload is left.
    #[track_caller]
    fn sent_once(&self, read_sets: usize, parts: usize) {
        let parts_sent = self.lab.count("UploadReadSetPart") - 1;
        let found = (self.lab.read_sets(), parts_sent, self.lab.uploads());
        assert_eq!(found, (read_sets, parts, 0));
        assert_eq!(self.lab.count("CreateMultipartReadSetUpload"), read_sets);
    }
}
