//! What `put` looks for in the data while they are sent, as the command line says.

use std::sync::Arc;

use crate::{
    cli,
    content::{Algorithm, Audience, DecodeInput, Decoding, ListedMd5},
    engine::{Job, Verify},
    event::{Item, Observer},
    formats::{self, Kind},
    preflight::Sums,
    report::Problem,
    source::{Source, Trial},
    store::Omics,
    types::Escaped,
};

/// One source of a job: what it is, and the MD5 that it should have.
#[derive(Debug, Clone)]
pub(crate) struct Expected {
    pub(crate) kind: Kind,
    pub(crate) md5: Option<ListedMd5>,
    /// Whether blank lines and zeros may follow the data.
    pub(crate) allow_padding: bool,
}

/// How the store hashes; what cannot be known is taken to be the default.
pub(crate) async fn algorithm(verify: &cli::Verify, store: &Omics) -> Option<Algorithm> {
    if !verify.verify {
        return None;
    }
    let family = store.etag_family().await.ok().flatten();
    Some(family.and_then(|family| family.parse().ok()).unwrap_or(Algorithm::Md5))
}

/// What is known of the files of jobs that nobody has looked at yet.
pub(crate) fn of_files(verify: &cli::Verify, jobs: &[Job]) -> Result<Vec<Vec<Expected>>, Problem> {
    let sums = Sums::of(&verify.md5)?;
    if !verify.verify && matches!(sums, Sums::None) {
        return Ok(Vec::new());
    }
    let of_source = |source: &Source| {
        let prefix = source.prefix(formats::PREFIX).map_err(Problem::new)?;
        let inspected = formats::inspect(&prefix, source.reader()).map_err(Problem::new)?;
        let md5 = sums.of_file(source.path())?;
        // Whether that is wanted was settled when the upload began.
        Ok(Expected { kind: inspected.kind(), md5, allow_padding: true })
    };
    jobs.iter().map(|job| job.sources.iter().map(of_source).collect()).collect()
}

/// What to know beforehand of what was asked for.
pub(crate) fn note(verify: &cli::Verify, waits: bool) -> Option<String> {
    (verify.verify && !waits).then(|| {
        "nobody waits for the read set, so its ETag is not compared: `omics-upload verify READ_SET_ID \
         FILE...` does that when it is active"
            .to_owned()
    })
}

/// Adds to each job the look at its data that was asked for.
pub(crate) fn attach(
    jobs: &mut [Job],
    expected: Vec<Vec<Expected>>,
    algorithm: Option<Algorithm>,
    observer: &Arc<dyn Observer>,
) {
    for ((index, job), expected) in jobs.iter_mut().enumerate().zip(expected) {
        if algorithm.is_none() && expected.iter().all(|source| source.md5.is_none()) {
            continue;
        }
        let is_fastq = expected.iter().all(|source| matches!(source.kind, Kind::Fastq(_)));
        if algorithm.is_some() {
            job.verify = if is_fastq { Verify::Insist } else { Verify::Tell };
        }
        let audience = Audience { observer: Arc::clone(observer), item: Item(index) };
        let inputs = inputs(job, expected);
        let findings = Arc::clone(&job.findings);
        let trial: Arc<dyn Trial> = Arc::new(Decoding::new(inputs, algorithm, findings, audience));
        job.trials.push(trial);
    }
}

fn inputs(job: &Job, expected: Vec<Expected>) -> Vec<DecodeInput> {
    let mut expected = expected.into_iter();
    let mut inputs = Vec::new();
    for (source, Expected { kind, md5, allow_padding }) in job.sources.iter().zip(&mut expected) {
        let file = source.path().to_string_lossy().into_owned();
        let name = format!("`{}`", Escaped::new(&file));
        let reader = Box::new(source.reader());
        inputs.push(DecodeInput { name, file, kind, reader, md5, allow_padding });
    }
    if let Some((pipe, expected)) = job.pipe.as_ref().zip(expected.next()) {
        let Expected { kind, md5, allow_padding } = expected;
        let (name, file) = ("standard input".to_owned(), "-".to_owned());
        let reader = Box::new(pipe.second_reader());
        inputs.push(DecodeInput { name, file, kind, reader, md5, allow_padding });
    }
    inputs
}
