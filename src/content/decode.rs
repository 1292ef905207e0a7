//! Decodes one file, or two mates in step, to the end.

use std::{
    io::{self, Read},
    num::NonZero,
    panic,
    sync::{
        Arc,
        mpsc::{SyncSender, sync_channel},
    },
    thread::{self, Scope},
};

use super::etag::{ContentEtag, EtagAlgorithm, Hashing};
use crate::formats::{
    Chunks, Damage, DecodeStop, Kind, Spare, bam,
    bgzf::BgzfRules,
    cram::{ContainerWalk, CramVersion},
    fastq::{self, Mismatch, Names, Padding, ReadName, pairs},
    gzip::Compression,
    inflate,
};

/// What a file holds, all of which was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// All records.
    pub records: u64,
    /// Reads: without secondary and supplementary alignments, where that is known. Of a CRAM, it is
    /// the number of records.
    pub reads: u64,
    /// Their bases. Of a CRAM, as its containers say.
    pub bases: u64,
    /// The hash of the content, if one was wanted; a CRAM has none.
    pub etag: Option<ContentEtag>,
    /// Whether the file ends with the end-of-file marker of its format; `None` for plain gzip, which
    /// has none.
    pub end_marker: Option<bool>,
    /// Of a FASTQ.
    pub last_read: Option<ReadName>,
    /// What follows the last record of a FASTQ.
    pub padding: Option<Padding>,
}

/// Why files could not be decoded to the end. Files count from 0.
#[derive(Debug, thiserror::Error)]
pub enum DecodeFailure {
    #[error("{damage}")]
    Damaged { file: usize, damage: Damage },
    #[error("{0}")]
    NotMates(Mismatch),
    #[error("reading failed")]
    Unreadable {
        file: usize,
        #[source]
        error: io::Error,
    },
    /// The system, not the data.
    #[error("cannot start a thread")]
    NoThread(#[source] io::Error),
}

const NO_THREAD_HINT: &str =
    "end other programs of this user, or raise the limit of processes and threads (`ulimit -u`)";

impl DecodeFailure {
    /// The file that it is about; `None` if it is about both.
    pub const fn file(&self) -> Option<usize> {
        match self {
            Self::Damaged { file, .. } | Self::Unreadable { file, .. } => Some(*file),
            Self::NotMates(_) | Self::NoThread(_) => None,
        }
    }

    /// What is to be said of the file or the files, such as "is damaged: …".
    pub fn what(&self) -> String {
        match self {
            Self::Damaged { damage, .. } => format!("is damaged: {damage}"),
            Self::NotMates(mismatch) => format!("are no mates: {mismatch}"),
            Self::Unreadable { error, .. } => format!("cannot be read to its end: {error}"),
            Self::NoThread(error) => format!("cannot start a thread to decode: {error}"),
        }
    }

    /// What to do about it; the file that it is about is called `shown`.
    pub fn hint(&self, shown: &str) -> String {
        match self {
            Self::Damaged { damage, .. } => damage.hint(shown),
            Self::NotMates(_) => "compare them with where they came from".to_owned(),
            Self::Unreadable { .. } => {
                "look at the disk or the network share that it is on".to_owned()
            }
            Self::NoThread(_) => NO_THREAD_HINT.to_owned(),
        }
    }
}

/// Decodes `files` to their ends, each from its first byte: every checksum and every record is
/// checked, and two FASTQ files are compared in step.
///
/// `threads` decompress BGZF, and besides them each file has a thread that reads, one that parses and
/// one that hashes. Memory is bounded by the number of threads. To follow or to stop the work, count or fail in the readers. It blocks; all threads have
/// ended when it returns.
pub fn decode<R: Read + Send>(
    files: Vec<(Kind, R)>,
    algorithm: Option<EtagAlgorithm>,
    threads: NonZero<usize>,
) -> Result<Vec<Decoded>, DecodeFailure> {
    let share = NonZero::new(threads.get() / files.len().max(1)).unwrap_or(NonZero::<usize>::MIN);
    let are_mates =
        files.len() == 2 && files.iter().all(|(kind, _)| matches!(kind, Kind::Fastq(_)));
    let (results, mates) = thread::scope(|scope| {
        let mut threads = Vec::new();
        let mut names = Vec::new();
        for (kind, reader) in files {
            let told = are_mates.then(|| {
                let (sender, receiver) = sync_channel(4);
                names.push(receiver);
                sender
            });
            let work = FileWork { scope, algorithm, threads: share, names: told };
            threads.push(inflate::start(scope, move || work.decode(kind, reader)));
        }
        let mates = match (names.pop(), names.pop()) {
            (Some(second), Some(first)) => pairs::compare(first, second),
            _ => Ok(true),
        };
        let join = |thread: Result<thread::ScopedJoinHandle<'_, _>, DecodeStop>| {
            thread?.join().unwrap_or_else(|panic| panic::resume_unwind(panic))
        };
        (threads.into_iter().map(join).collect::<Vec<_>>(), mates)
    });
    judge(results, mates)
}

/// Of all that went wrong, what is wrong with one file explains what is wrong with two.
fn judge(
    results: Vec<Result<Decoded, DecodeStop>>,
    mates: Result<bool, Mismatch>,
) -> Result<Vec<Decoded>, DecodeFailure> {
    let mut decoded = Vec::new();
    let mut gone = None;
    for (file, result) in results.into_iter().enumerate() {
        match result {
            Ok(found) => decoded.push(found),
            Err(DecodeStop::Damage(damage)) => return Err(DecodeFailure::Damaged { file, damage }),
            Err(DecodeStop::Io(error)) => return Err(DecodeFailure::Unreadable { file, error }),
            Err(DecodeStop::NoThread(error)) => return Err(DecodeFailure::NoThread(error)),
            Err(DecodeStop::Gone) => gone = Some(file),
        }
    }
    mates.map_err(DecodeFailure::NotMates)?;
    match gone {
        None => Ok(decoded),
        Some(file) => {
            let error = io::Error::other("a thread ended before its work was done");
            Err(DecodeFailure::Unreadable { file, error })
        }
    }
}

/// What decoding one file needs.
struct FileWork<'scope, 'env> {
    scope: &'scope Scope<'scope, 'env>,
    algorithm: Option<EtagAlgorithm>,
    threads: NonZero<usize>,
    names: Option<SyncSender<Names>>,
}

impl<'scope> FileWork<'scope, '_> {
    fn decode<R: Read + Send + 'scope>(self, kind: Kind, reader: R) -> Result<Decoded, DecodeStop> {
        match kind {
            Kind::Cram(version) => walk_cram(version, reader),
            Kind::Bam => {
                let chunks = inflate::of_bgzf(self.scope, reader, BgzfRules::Bgzf, self.threads)?;
                self.bam(chunks)
            }
            Kind::Fastq(Compression::Bgzf) => {
                let chunks = inflate::of_bgzf(self.scope, reader, BgzfRules::Gzip, self.threads)?;
                self.fastq(chunks)
            }
            Kind::Fastq(Compression::Gzip) => {
                let chunks = inflate::of_gzip(self.scope, reader)?;
                self.fastq(chunks)
            }
        }
    }

    /// At most `depth` pieces wait to be hashed.
    fn hashing(
        &self,
        spare: &Arc<Spare>,
        depth: usize,
    ) -> Result<Option<Hashing<'scope>>, DecodeStop> {
        let start = |algorithm| Hashing::start(self.scope, algorithm, Arc::clone(spare), depth);
        self.algorithm.map(start).transpose()
    }

    fn fastq(self, mut chunks: Chunks) -> Result<Decoded, DecodeStop> {
        let hashing = self.hashing(chunks.spare(), 4)?;
        let mut records = fastq::decode::FastqRecords::new(self.names.is_some());
        while let Some(chunk) = chunks.next()? {
            records.push(&chunk)?;
            self.tell(&mut records)?;
            match &hashing {
                Some(hashing) => hashing.send(chunk)?,
                None => chunks.spare().give(chunk),
            }
        }
        let (reads, bases) = records.finish()?;
        self.tell(&mut records)?;
        if let Some(names) = &self.names {
            pairs::tell(names, Names::End)?;
        }
        let etag = hashing.map(Hashing::finish).transpose()?;
        let ended = chunks.ended();
        let blank = records.ends_blank().then_some(Padding::BlankLine);
        Ok(Decoded {
            records: reads,
            reads,
            bases,
            etag,
            end_marker: ended.walked.map(|walked| walked.end_marker),
            last_read: records.last_read(),
            padding: blank.or(ended.padding),
        })
    }

    fn tell(&self, records: &mut fastq::decode::FastqRecords) -> Result<(), DecodeStop> {
        match (&self.names, records.take_names()) {
            (Some(names), Some(some)) => pairs::tell(names, Names::Some(some)),
            _ => Ok(()),
        }
    }

    fn bam(self, mut chunks: Chunks) -> Result<Decoded, DecodeStop> {
        const ENOUGH: usize = 256 * 1024;
        let spare = Arc::new(Spare::default());
        let hashing = self.hashing(&spare, 2)?;
        let mut records = bam::decode::BamRecords::new(hashing.is_some());
        let hash = |records: &mut bam::decode::BamRecords, least: usize| match (
            &hashing,
            records.text(),
        ) {
            (Some(hashing), Some(text)) if text.len() >= least => {
                hashing.send(std::mem::replace(text, spare.take()))
            }
            _ => Ok(()),
        };
        while let Some(chunk) = chunks.next()? {
            for piece in chunk.chunks(ENOUGH) {
                records.push(piece)?;
                hash(&mut records, ENOUGH)?;
            }
            chunks.spare().give(chunk);
        }
        let bam::decode::RecordCounts { records: all, reads, bases } = records.finish()?;
        hash(&mut records, 0)?;
        let is_hashed = records.text().is_some();
        let etag = hashing.map(Hashing::finish).transpose()?.filter(|_| is_hashed);
        let end_marker = chunks.ended().walked.map(|walked| walked.end_marker);
        let (last_read, padding) = (None, None);
        Ok(Decoded { records: all, reads, bases, etag, end_marker, last_read, padding })
    }
}

fn walk_cram(version: CramVersion, mut reader: impl Read) -> Result<Decoded, DecodeStop> {
    const READ: usize = 256 * 1024;
    let mut walk = ContainerWalk::new(version);
    let mut block = vec![0; READ];
    let mut at = 0;
    loop {
        match reader.read(&mut block) {
            Ok(0) => break,
            Ok(length) => {
                at += length as u64;
                if let Err(damage) = walk.push(&block[..length]) {
                    return Err(counted(damage, at, &mut reader)?);
                }
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
    let counted = walk.finish()?;
    let (records, end_marker) = (counted.records, Some(counted.end_marker));
    let (bases, etag, last_read, padding) = (counted.bases, None, None, None);
    Ok(Decoded { records, reads: records, bases, etag, end_marker, last_read, padding })
}

/// Reads to the end of what follows a file's end; `read` bytes have been read.
fn counted(damage: Damage, read: u64, reader: &mut impl Read) -> Result<DecodeStop, DecodeStop> {
    let Damage::Trailing { unit, at, .. } = damage else { return Ok(damage.into()) };
    let count = Some(read - at + io::copy(reader, &mut io::sink())?);
    Ok(Damage::Trailing { unit, at, count }.into())
}
