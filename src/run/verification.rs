//! What `put` looks for in the data while they are sent, as the command line says.

use std::sync::Arc;

use crate::{
    cli,
    content::{Audience, DecodeInput, Decoding, EtagAlgorithm},
    engine::Verify,
    event::{Item, Observer},
    formats::Kind,
    prepared::{Prepared, Recognised},
    source::Trial,
    store::Omics,
    types::Escaped,
};

/// How the store hashes; what cannot be known is taken to be the default.
pub(crate) async fn algorithm(verify: &cli::VerifyOptions, store: &Omics) -> Option<EtagAlgorithm> {
    if !verify.verify {
        return None;
    }
    let family = store.etag_family().await.ok().flatten();
    Some(family.and_then(|family| family.parse().ok()).unwrap_or(EtagAlgorithm::Md5))
}

/// What to know beforehand of what was asked for.
pub(crate) fn note(verify: &cli::VerifyOptions, waits: bool) -> Option<String> {
    (verify.verify && !waits).then(|| {
        "nobody waits for the read set, so its ETag is not compared: `omics-upload verify READ_SET_ID \
         FILE...` does that when it is active"
            .to_owned()
    })
}

/// Adds to each read set the look at its data that was asked for.
pub(super) fn attach(
    read_sets: &mut [Prepared],
    algorithm: Option<EtagAlgorithm>,
    observer: &Arc<dyn Observer>,
) {
    for (index, read_set) in read_sets.iter_mut().enumerate() {
        if algorithm.is_none() && read_set.sources.iter().all(|source| source.md5.is_none()) {
            continue;
        }
        let is_fastq = read_set.sources.iter().all(|source| matches!(source.kind, Kind::Fastq(_)));
        let audience = Audience { observer: Arc::clone(observer), item: Item(index) };
        let inputs = inputs(read_set);
        let job = &mut read_set.job;
        if algorithm.is_some() {
            job.verify = if is_fastq { Verify::Insist } else { Verify::Tell };
        }
        let findings = Arc::clone(&job.findings);
        let trial: Arc<dyn Trial> = Arc::new(Decoding::new(inputs, algorithm, findings, audience));
        job.trials.push(trial);
    }
}

fn inputs(Prepared { job, sources, .. }: &Prepared) -> Vec<DecodeInput> {
    let mut recognised = sources.iter().cloned();
    let mut inputs = Vec::new();
    for (source, Recognised { kind, md5, allow_padding }) in job.sources.iter().zip(&mut recognised)
    {
        let file = source.path().to_string_lossy().into_owned();
        let name = format!("`{}`", Escaped::new(&file));
        let reader = Box::new(source.reader());
        inputs.push(DecodeInput { name, file, kind, reader, md5, allow_padding });
    }
    if let Some((pipe, recognised)) = job.pipe.as_ref().zip(recognised.next()) {
        let Recognised { kind, md5, allow_padding } = recognised;
        let (name, file) = ("standard input".to_owned(), "-".to_owned());
        let reader = Box::new(pipe.second_reader());
        inputs.push(DecodeInput { name, file, kind, reader, md5, allow_padding });
    }
    inputs
}
