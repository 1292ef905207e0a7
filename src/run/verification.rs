//! What `put` looks for in the data while they are sent, as the command line says.

use std::sync::Arc;

use crate::{
    cli,
    content::{Audience, DecodeInput, Decoding, Depth, EtagAlgorithm},
    engine::{Share, Verify},
    event::{Item, Observer},
    formats::Kind,
    prepared::{Prepared, Recognised},
    source::{Source, SourceFile, Trial},
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
        // Of several processes, only those that look at the data see all of them.
        if !matches!(read_set.job.share, Share::All | Share::Verify) {
            continue;
        }
        let depth = match algorithm {
            Some(algorithm) => Depth::Etag(algorithm),
            // Two files may be sound, and not be one.
            None if read_set.job.sources.iter().any(Source::is_joined) => Depth::Records,
            None => Depth::Sums,
        };
        if depth == Depth::Sums && read_set.files.iter().all(|file| file.md5.is_none()) {
            continue;
        }
        let is_fastq = read_set.files.iter().all(|file| matches!(file.kind, Kind::Fastq(_)));
        let audience = Audience { observer: Arc::clone(observer), item: Item(index) };
        let inputs = inputs(read_set);
        let job = &mut read_set.job;
        if algorithm.is_some() {
            job.verify = if is_fastq { Verify::Insist } else { Verify::Tell };
        }
        let findings = Arc::clone(&job.findings);
        let trial: Arc<dyn Trial> = Arc::new(Decoding::new(inputs, depth, findings, audience));
        job.trials.push(trial);
    }
}

/// The files of each source, or standard input.
fn inputs(Prepared { job, files, .. }: &Prepared) -> Vec<Vec<DecodeInput>> {
    let mut recognised = files.iter().cloned();
    let mut inputs = Vec::new();
    for source in &job.sources {
        let input = |(file, recognised): (SourceFile<'_>, Recognised)| {
            let reader = Box::new(file.reader());
            let file = file.path().to_string_lossy().into_owned();
            let name = format!("`{}`", Escaped::new(&file));
            let Recognised { kind, md5, allow_padding } = recognised;
            DecodeInput { name, file, kind, reader, md5, allow_padding }
        };
        inputs.push(source.files().into_iter().zip(&mut recognised).map(input).collect());
    }
    if let Some((pipe, recognised)) = job.pipe.as_ref().zip(recognised.next()) {
        let Recognised { kind, md5, allow_padding } = recognised;
        let (name, file) = ("standard input".to_owned(), "-".to_owned());
        let reader = Box::new(pipe.second_reader());
        inputs.push(vec![DecodeInput { name, file, kind, reader, md5, allow_padding }]);
    }
    inputs
}
