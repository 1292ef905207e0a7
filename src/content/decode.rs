//! Decodes one source, or two with mates in step, to the end; a source is a file, or several that follow
//! each other as if they were one.

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
    Chunks, Damage, DecodeStop, Kind, Spare, StreamEnd, bam,
    bgzf::BgzfRules,
    cram::{ContainerWalk, CramVersion},
    fastq::{BorderFlaw, Mismatch, Names, Padding, ReadName, decode::FastqRecords, pairs},
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
    /// Whether its last line ends with a newline, as it has to where another FASTQ follows.
    pub ends_line: bool,
}

/// Why files could not be decoded to the end. Files count from 0, through all sources.
#[derive(Debug, thiserror::Error)]
pub enum DecodeFailure {
    #[error("{damage}")]
    Damaged { file: usize, damage: Damage },
    #[error("{0}")]
    NotMates(Mismatch),
    /// It ends so that the next file of its source cannot follow it.
    #[error("{flaw}")]
    NotFollowed { file: usize, flaw: BorderFlaw },
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
            Self::Damaged { file, .. }
            | Self::NotFollowed { file, .. }
            | Self::Unreadable { file, .. } => Some(*file),
            Self::NotMates(_) | Self::NoThread(_) => None,
        }
    }

    /// What is to be said of the file or the files, such as "is damaged: …".
    pub fn what(&self) -> String {
        match self {
            Self::Damaged { damage, .. } => format!("is damaged: {damage}"),
            Self::NotMates(mismatch) => format!("are no mates: {mismatch}"),
            Self::NotFollowed { flaw, .. } => flaw.to_string(),
            Self::Unreadable { error, .. } => format!("cannot be read to its end: {error}"),
            Self::NoThread(error) => format!("cannot start a thread to decode: {error}"),
        }
    }

    /// What to do about it; the file that it is about is called `shown`.
    pub fn hint(&self, shown: &str) -> String {
        match self {
            Self::Damaged { damage, .. } => damage.hint(shown),
            Self::NotMates(_) => "compare them with where they came from".to_owned(),
            Self::NotFollowed { flaw, .. } => flaw.hint(shown),
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
    decode_joined(files.into_iter().map(|file| vec![file]).collect(), algorithm, threads)
}

/// The same of sources, each of one file or of several FASTQ files that follow each other; what is found
/// is that of each source.
///
/// A file is opened for reading when those before it have been read. Damage is told with its place in its
/// own file. Files without any content may be among several.
pub fn decode_joined<R: Read + Send>(
    sources: Vec<Vec<(Kind, R)>>,
    algorithm: Option<EtagAlgorithm>,
    threads: NonZero<usize>,
) -> Result<Vec<Decoded>, DecodeFailure> {
    let share = NonZero::new(threads.get() / sources.len().max(1)).unwrap_or(NonZero::<usize>::MIN);
    let mut kinds = sources.iter().flatten().map(|(kind, _)| kind);
    let are_mates = sources.len() == 2 && kinds.all(|kind| matches!(kind, Kind::Fastq(_)));
    let counts: Vec<_> = sources.iter().map(Vec::len).collect();
    let (results, mates) = thread::scope(|scope| {
        let mut threads = Vec::new();
        let mut names = Vec::new();
        for files in sources {
            let told = are_mates.then(|| {
                let (sender, receiver) = sync_channel(4);
                names.push(receiver);
                sender
            });
            let work = SourceWork { scope, algorithm, threads: share, names: told };
            threads.push(inflate::start(scope, move || work.decode(files)));
        }
        let mates = match (names.pop(), names.pop()) {
            (Some(second), Some(first)) => pairs::compare(first, second),
            _ => Ok(true),
        };
        let join = |thread: Result<thread::ScopedJoinHandle<'_, _>, DecodeStop>| {
            let thread = thread.map_err(|stop| Stopped { file: 0, stop })?;
            thread.join().unwrap_or_else(|panic| panic::resume_unwind(panic))
        };
        (threads.into_iter().map(join).collect::<Vec<_>>(), mates)
    });
    judge(results.into_iter().zip(counts), mates)
}

/// What stopped the decoding of a source, and at which of its files.
struct Stopped {
    file: usize,
    stop: DecodeStop,
}

/// Of all that went wrong, what is wrong with one file explains what is wrong with two; each result comes
/// with the number of files of its source.
fn judge(
    results: impl Iterator<Item = (Result<Decoded, Stopped>, usize)>,
    mates: Result<bool, Mismatch>,
) -> Result<Vec<Decoded>, DecodeFailure> {
    let mut decoded = Vec::new();
    let mut gone = None;
    let mut before = 0;
    for (result, files) in results {
        match result {
            Ok(found) => decoded.push(found),
            Err(Stopped { file, stop }) => {
                let file = before + file;
                match stop {
                    DecodeStop::Damage(damage) => {
                        return Err(DecodeFailure::Damaged { file, damage });
                    }
                    DecodeStop::Border(flaw) => {
                        return Err(DecodeFailure::NotFollowed { file, flaw });
                    }
                    DecodeStop::Io(error) => return Err(DecodeFailure::Unreadable { file, error }),
                    DecodeStop::NoThread(error) => return Err(DecodeFailure::NoThread(error)),
                    DecodeStop::Gone => gone = Some(file),
                }
            }
        }
        before += files;
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

/// What decoding one source needs.
struct SourceWork<'scope, 'env> {
    scope: &'scope Scope<'scope, 'env>,
    algorithm: Option<EtagAlgorithm>,
    threads: NonZero<usize>,
    names: Option<SyncSender<Names>>,
}

impl<'scope> SourceWork<'scope, '_> {
    fn decode<R: Read + Send + 'scope>(
        self,
        mut files: Vec<(Kind, R)>,
    ) -> Result<Decoded, Stopped> {
        let whole = |stop| Stopped { file: 0, stop };
        match files.first() {
            Some((Kind::Cram(version), _)) => {
                let version = *version;
                let (_, reader) = files.swap_remove(0);
                walk_cram(version, reader).map_err(whole)
            }
            Some((Kind::Bam, _)) => self.bam(files.swap_remove(0).1).map_err(whole),
            Some((Kind::Fastq(_), _)) => self.fastq(files),
            None => Err(whole(DecodeStop::Gone)),
        }
    }

    /// Begins to decompress a FASTQ.
    fn inflate<R: Read + Send + 'scope>(
        &self,
        (kind, reader): (Kind, R),
        spare: &Arc<Spare>,
    ) -> Result<Chunks, DecodeStop> {
        match kind {
            Kind::Fastq(Compression::Gzip) => inflate::of_gzip(self.scope, reader, spare),
            _ => inflate::of_bgzf(self.scope, reader, BgzfRules::Gzip, self.threads, spare),
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

    fn fastq<R: Read + Send + 'scope>(self, files: Vec<(Kind, R)>) -> Result<Decoded, Stopped> {
        let spare = Arc::new(Spare::default());
        let whole = |stop| Stopped { file: 0, stop };
        let hashing = self.hashing(&spare, 4).map_err(whole)?;
        let mut records = FastqRecords::new(self.names.is_some());
        let (mut reads, mut bases, mut ended) = (0, 0, StreamEnd::default());
        let last = files.len().saturating_sub(1);
        for (at, file) in files.into_iter().enumerate() {
            let stopped = |stop| Stopped { file: at, stop };
            let chunks = self.inflate(file, &spare).map_err(stopped)?;
            ended = self.read_fastq(chunks, &mut records, hashing.as_ref()).map_err(stopped)?;
            if last == 0 || !records.is_empty() {
                let counted = records.finish().map_err(|damage| stopped(damage.into()))?;
                (reads, bases) = (reads + counted.0, bases + counted.1);
            }
            self.tell(&mut records).map_err(stopped)?;
            if at < last {
                border(&records, ended).map_err(|flaw| stopped(flaw.into()))?;
                records.next_file();
            }
        }
        if let Some(names) = &self.names {
            pairs::tell(names, Names::End).map_err(whole)?;
        }
        let etag = hashing.map(Hashing::finish).transpose().map_err(whole)?;
        Ok(Decoded {
            records: reads,
            reads,
            bases,
            etag,
            end_marker: ended.walked.map(|walked| walked.end_marker),
            last_read: records.last_read(),
            padding: padding(&records, ended),
            ends_line: records.ends_line(),
        })
    }

    /// Reads all of one file.
    fn read_fastq(
        &self,
        mut chunks: Chunks,
        records: &mut FastqRecords,
        hashing: Option<&Hashing<'_>>,
    ) -> Result<StreamEnd, DecodeStop> {
        while let Some(chunk) = chunks.next()? {
            records.push(&chunk)?;
            self.tell(records)?;
            match hashing {
                Some(hashing) => hashing.send(chunk)?,
                None => chunks.spare().give(chunk),
            }
        }
        Ok(chunks.ended())
    }

    fn tell(&self, records: &mut FastqRecords) -> Result<(), DecodeStop> {
        match (&self.names, records.take_names()) {
            (Some(names), Some(some)) => pairs::tell(names, Names::Some(some)),
            _ => Ok(()),
        }
    }

    fn bam<R: Read + Send + 'scope>(self, reader: R) -> Result<Decoded, DecodeStop> {
        const ENOUGH: usize = 256 * 1024;
        let rules = BgzfRules::Bgzf;
        let mut chunks =
            inflate::of_bgzf(self.scope, reader, rules, self.threads, &Arc::default())?;
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
        let (last_read, padding, ends_line) = (None, None, true);
        Ok(Decoded { records: all, reads, bases, etag, end_marker, last_read, padding, ends_line })
    }
}

/// What follows the last record.
fn padding(records: &FastqRecords, ended: StreamEnd) -> Option<Padding> {
    records.ends_blank().then_some(Padding::BlankLine).or(ended.padding)
}

/// Whether another file can follow what was read.
fn border(records: &FastqRecords, ended: StreamEnd) -> Result<(), BorderFlaw> {
    match padding(records, ended) {
        Some(padding) => Err(BorderFlaw::Padding(padding)),
        None if !records.ends_line() => Err(BorderFlaw::NoNewline),
        None => Ok(()),
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
    let (reads, ends_line) = (records, true);
    Ok(Decoded { records, reads, bases, etag, end_marker, last_read, padding, ends_line })
}

/// Reads to the end of what follows a file's end; `read` bytes have been read.
fn counted(damage: Damage, read: u64, reader: &mut impl Read) -> Result<DecodeStop, DecodeStop> {
    let Damage::Trailing { unit, at, .. } = damage else { return Ok(damage.into()) };
    let count = Some(read - at + io::copy(reader, &mut io::sink())?);
    Ok(Damage::Trailing { unit, at, count }.into())
}
