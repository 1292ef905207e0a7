//! The files that a read set is held against: opened, put in order, and decoded for their hash.

use std::{
    path::PathBuf,
    sync::{Arc, OnceLock},
};

use super::answer::{Answer, VerifyResult};
use crate::{
    content::{Audience, DecodeInput, Decoding, Depth, EtagAlgorithm},
    event::{Event, Item, Observer, PlannedItem},
    formats::Kind,
    preflight::{OpenedFile, opened},
    readset::{self, ReadSetOptions},
    report::{Abort, Problem},
    source::{Defect, Findings, Trial as _},
    types::{ByteCount, Escaped, ReadSetEtag},
};

/// Passes on everything but how much is in one file: two mates are counted together.
struct WithoutCounts(Arc<dyn Observer>);

impl Observer for WithoutCounts {
    fn observe(&self, event: &Event) {
        if !matches!(event, Event::Decoded { .. }) {
            self.0.observe(event);
        }
    }
}

/// The files, two mates in the order of their sources.
pub(super) struct Files(Vec<OpenedFile>);

/// The files of each source, as indexes.
type SourceFiles = Vec<Vec<usize>>;

impl Files {
    /// Opens and recognises the files.
    pub(super) fn open(paths: &[PathBuf]) -> Result<Self, Abort> {
        let mut problems = Vec::new();
        let opened = paths
            .iter()
            .filter_map(|path| opened::open_lane(path).map_err(|it| problems.push(it)).ok());
        let mut opened: Vec<_> = opened.collect();
        if !problems.is_empty() {
            return Err(Abort::Unusable(problems));
        }
        if is_reversed(&opened) {
            opened.reverse();
        }
        Ok(Self(opened))
    }

    pub(super) fn names(&self) -> Vec<String> {
        self.0.iter().map(|opened| Escaped::new(&opened.shown).to_string()).collect()
    }

    /// The files of each source of a read set: one each, or lanes by their names.
    pub(super) fn sources(&self, found: &ReadSetEtag) -> Result<SourceFiles, Problem> {
        let sources = 1 + usize::from(found.source2.is_some());
        if sources == self.0.len() {
            let empty = self.0.iter().find(|one| one.inspected.is_empty());
            let alone = (0..sources).map(|at| vec![at]).collect();
            return empty.map_or(Ok(alone), |one| Err(opened::empty(one)));
        }
        let paths: Vec<_> = self.0.iter().map(|opened| opened.source.path()).collect();
        let by_name = readset::sources_by_name(&paths).filter(|lanes| lanes.len() == sources);
        by_name.ok_or_else(|| other_number(sources, self.0.len()))
    }

    /// The algorithm that makes what can be held against the store's hash, or why there is none.
    pub(super) fn algorithm(&self, found: &ReadSetEtag) -> Result<EtagAlgorithm, Box<Answer>> {
        let upper = found.algorithm.to_uppercase();
        let parsed = upper.split_once('_').and_then(|(what, way)| {
            let way = way.parse().ok()?;
            Some((what.to_owned(), way))
        });
        let Some((what, algorithm)) = parsed else {
            let shown = Escaped::new(&found.algorithm);
            let why = format!("the store's ETag is a `{shown}`, which this program does not know");
            return Err(Box::new(Answer::undecided(why)));
        };
        if what == "CRAM" || self.0.iter().any(|one| matches!(one.inspected.kind(), Kind::Cram(_)))
        {
            let why = "which text the service makes of a CRAM, and hashes, is not documented";
            return Err(Box::new(Answer::undecided(why)));
        }
        let other = self.0.iter().find(|one| what != kind(one));
        other.map_or(Ok(algorithm), |one| Err(Box::new(of_another_type(&what, one))))
    }

    /// Decodes all of each file; it is told how far that is.
    pub(super) async fn hash(
        &self,
        arranged: &SourceFiles,
        algorithm: EtagAlgorithm,
        observer: &Arc<dyn Observer>,
    ) -> Result<ReadSetEtag, Defect> {
        let item = Item(0);
        let bytes = self.0.iter().map(|opened| opened.source.size().get()).sum();
        let planned = PlannedItem {
            row: None,
            name: self.names().join(" "),
            files: self.names(),
            bytes: ByteCount::new(bytes),
            parts: 0,
        };
        observer.observe(&Event::Planned { read_sets: vec![planned] });
        // Each for itself: whether they are mates is not the question.
        let looks = arranged.iter().map(|files| {
            let inputs = files.iter().map(|at| input(&self.0[*at])).collect();
            let (depth, findings) = (Depth::Etag(algorithm), Arc::default());
            let observer: Arc<dyn Observer> = Arc::new(WithoutCounts(Arc::clone(observer)));
            let audience = Audience { observer, item };
            let decoding = Decoding::new(vec![inputs], depth, Arc::clone(&findings), audience);
            (Arc::new(decoding), findings)
        });
        let looks: Vec<(Arc<Decoding>, Arc<OnceLock<_>>)> = looks.collect();
        for (decoding, _) in &looks {
            decoding.begin();
        }
        observer.observe(&Event::Decoding { read_set: item });
        let verdicts = looks.iter().map(|(decoding, _)| Arc::clone(decoding).verdict());
        futures::future::try_join_all(verdicts).await?;
        self.unchanged()?;
        let findings = || looks.iter().filter_map(|(_, findings)| findings.get());
        let counts = || findings().filter_map(|found: &Findings| found.counted);
        let (reads, bases) = (counts().map(|of| of.reads).sum(), counts().map(|of| of.bases).sum());
        observer.observe(&Event::Decoded { read_set: item, reads, bases });
        let mut hashes = findings().filter_map(|found| found.etag.clone());
        let none =
            || Defect { message: "the files have no hash".to_owned(), hint: None, passes: false };
        let first = hashes.next().ok_or_else(none)?;
        let source2 = hashes.next().map(|second| second.source1);
        Ok(ReadSetEtag { source2, ..first })
    }

    fn unchanged(&self) -> Result<(), Defect> {
        let changed = self.0.iter().find_map(|opened| opened.source.check().err());
        changed.map_or(Ok(()), |changed| {
            let message = format!("a file changed while it was read: {}", changed.what());
            let hint = "wait until nothing writes to it any more".to_owned();
            Err(Defect { message, hint: Some(hint), passes: false })
        })
    }
}

fn input(opened: &OpenedFile) -> DecodeInput {
    let name = format!("`{}`", Escaped::new(&opened.shown));
    let (kind, reader) = (opened.inspected.kind(), Box::new(opened.source.reader()));
    let file = opened.shown.clone();
    DecodeInput { name, file, kind, reader, md5: None, allow_padding: true }
}

/// Whether two files are a pair whose first is the second, by their names, as `put` would see it.
fn is_reversed(opened: &[OpenedFile]) -> bool {
    let inputs: Vec<_> = opened.iter().map(OpenedFile::input).collect();
    let sample = "x".parse().ok();
    let wishes = ReadSetOptions { sample, any_sample: true, ..ReadSetOptions::default() };
    let drafts = readset::assemble(&inputs, &wishes).unwrap_or_default();
    matches!(&drafts[..], [draft] if draft.sources.indexes().eq([1, 0]))
}

/// As the store's hashes are called.
const fn kind(opened: &OpenedFile) -> &'static str {
    match opened.inspected.kind() {
        Kind::Fastq(_) => "FASTQ",
        Kind::Bam => "BAM",
        Kind::Cram(_) => "CRAM",
    }
}

/// A read set of FASTQ does not hold what a BAM holds, nor the other way round.
fn of_another_type(what: &str, opened: &OpenedFile) -> Answer {
    use crate::types::EtagResult;
    let (shown, ours) = (Escaped::new(&opened.shown), kind(opened));
    let reason = format!("the read set holds {}, and `{shown}` is {ours}", Escaped::new(what));
    Answer::new(VerifyResult::Compared(EtagResult::Differs), reason)
}

/// A problem with the number of files.
fn other_number(sources: usize, files: usize) -> Problem {
    let error = anyhow::anyhow!(
        "the read set has {sources} source{}, and {files} file{} given",
        if sources == 1 { "" } else { "s" },
        if files == 1 { " is" } else { "s are" }
    );
    Problem::new(error).hint("give the file that it was made of, or both mates of a pair")
}
