//! Why a read set did not get where it should, as far as somebody has to tell the cases apart.

use std::{io, path::PathBuf, time::Duration};

use crate::{
    source::{Changed, Defect, pipe::PipeError},
    store::{CallError, Difference, StoreError},
    types::{
        ArchiveId, ByteCount, Escaped, FromOutside, PartNumber, PartSource, ReadSetEtag, ReadSetId,
        Sha256, UploadId,
    },
};

/// Why a job ended early.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A signal; what was sent is kept.
    #[error("interrupted")]
    Interrupted,
    /// The run has ended before.
    #[error("not begun: the run was stopped")]
    NotBegun,
    /// Another process works on the same upload.
    #[error("{0}")]
    Busy(String),
    /// There is such a read set already, and that is not wanted.
    #[error("the store has a read set of this name, sample, subject and type already: {0}")]
    Exists(ReadSetId),
    /// There is such a read set already, and nothing tells whether it holds the same.
    #[error(
        "the store has a read set of this name, sample, subject and type already, {id}, and whether it \
         holds the same data is not known: {why}"
    )]
    NotJudged {
        id: ReadSetId,
        why: String,
        files: Vec<PathBuf>,
        /// The option that uploads in any case.
        overrule: &'static str,
    },
    /// The upload is gone, and nothing tells whether a read set came of it.
    #[error(
        "upload {upload} is gone, and whether read set {} came of it is not known: {why}",
        read_sets.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or ")
    )]
    Undecided { upload: UploadId, read_sets: Vec<ReadSetId>, why: String, files: Vec<PathBuf> },
    /// The service refused, for good.
    #[error("the service refused the request")]
    Refused(#[source] StoreError),
    /// The way to the service is barred.
    #[error("the service cannot be reached")]
    CutOff(#[source] StoreError),
    /// The credentials have run out.
    #[error("the credentials have run out")]
    Expired(#[source] StoreError),
    /// The service answered one request with an error too often.
    #[error("the service answered {} with an error", times(*attempts))]
    Attempts {
        attempts: u32,
        #[source]
        last: StoreError,
    },
    /// Nothing got through for too long.
    #[error("nothing got through for {}", humantime::format_duration(*after))]
    GaveUp {
        after: Duration,
        #[source]
        last: StoreError,
    },
    /// The service says again and again that it got other bytes than were sent.
    #[error(
        "part {number}{} arrived damaged {}: the service's checksum is not that of the bytes sent",
        of(source_number.as_ref()),
        times(*attempts)
    )]
    Damaged { number: PartNumber, source_number: Option<PartSource>, attempts: u32 },
    /// The service's list does not hold what was sent, however often it is sent.
    #[error(
        "the service's list of parts still differs after {rounds} rounds: part {number}{} {reason}",
        of(source_number.as_ref())
    )]
    NotConfirmed {
        rounds: u32,
        number: PartNumber,
        source_number: Option<PartSource>,
        reason: String,
    },
    /// The upload holds parts that this run did not send.
    #[error(
        "the upload holds a part that does not belong to it: part {number}{}, {size}",
        of(source_number.as_ref())
    )]
    Foreign { number: PartNumber, source_number: Option<PartSource>, size: ByteCount },
    /// The parts are not all of a source; nothing may be completed of them.
    #[error(
        "the parts{} hold {} bytes, and the source has {}: they are not completed",
        of(source_number.as_ref()),
        covered.get(),
        size.get()
    )]
    NotWhole { source_number: Option<PartSource>, covered: ByteCount, size: ByteCount },
    /// Other processes have not sent all parts yet.
    #[error("{missing} of its {of} parts are not sent yet")]
    NotSent { missing: usize, of: usize },
    /// Its parts cannot be sent before it is begun.
    #[error("its upload is not begun yet")]
    NotOpened,
    /// The upload that others have begun is gone.
    #[error("its upload is not there any more")]
    NotThere(#[source] StoreError),
    #[error(transparent)]
    Changed(#[from] Changed),
    /// The data must not become a read set.
    #[error(transparent)]
    Unsound(Defect),
    #[error("cannot read `{}`", Escaped::new(&path.to_string_lossy()))]
    Read {
        path: PathBuf,
        #[source]
        error: io::Error,
    },
    /// Standard input cannot be read, or is not whole.
    #[error(transparent)]
    Pipe(#[from] PipeError),
    /// A pipe has more than fits.
    #[error(
        "standard input is too long: {parts} parts, {bytes}, are all that an upload can hold when it \
         is cut like this"
    )]
    TooLong { parts: u64, bytes: ByteCount },
    /// An earlier upload holds more than a pipe.
    #[error(
        "standard input ended with part {last}, and the upload holds part {number} ({size}), so it was \
         begun with other data"
    )]
    Shorter { last: u64, number: PartNumber, size: ByteCount },
    /// There is a read set of data that begin like a pipe, and are others.
    #[error("read set {0} was made of data that begin like standard input, and are others")]
    Other(ReadSetId),
    /// The service does not hold what was sent, and it cannot be sent again.
    #[error(
        "part {number} {reason} although it was confirmed, and what came through a pipe cannot be \
         sent again"
    )]
    Lost { number: PartNumber, reason: String },
    /// What is known of earlier archives of a file cannot be read.
    #[error("whether this file is in the vault already is not known")]
    NotRecalled(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// An upload is gone that may have been completed, and nothing tells whether it was.
    #[error("upload {upload} is gone, and whether an archive came of it is not known")]
    ArchiveNotKnown { upload: UploadId, tree: Sha256 },
    /// The archive is there, and the service says that it holds other data than were sent.
    #[error(
        "archive {archive} does not hold what was sent: its tree hash is {found}, and that of the data \
         is {expected}"
    )]
    OtherTree { archive: Box<ArchiveId>, expected: Sha256, found: Sha256 },
    /// The upload has vanished, and no read set came of it.
    #[error("the upload is gone, and no read set came of it")]
    Vanished(#[source] StoreError),
    /// The service took the upload, and then not the data.
    #[error("the service did not accept the data of read set {id}{}", told(message.as_ref()))]
    NotAccepted {
        id: ReadSetId,
        message: Option<String>,
        /// Where the service keeps the parts of a failed upload.
        fallback: Option<String>,
    },
    /// The read set is not what was asked for.
    #[error(
        "read set {id} is not what was created: its {} is `{}` and should be `{}`",
        .difference.field,
        Escaped::new(&.difference.found),
        Escaped::new(&.difference.wanted)
    )]
    OtherFields { id: ReadSetId, difference: Box<Difference> },
    /// The read set is there, and the store says that it holds other data than were sent.
    #[error(
        "read set {id} does not hold what was sent: its ETag is {found}, and that of the data is \
         {expected}"
    )]
    OtherEtag { id: ReadSetId, expected: Box<ReadSetEtag>, found: Box<ReadSetEtag> },
    /// The read set is there; whether it holds what was sent is not known.
    #[error("read set {id} is active, but its ETag cannot be compared: {why}")]
    NotVerified { id: ReadSetId, why: String },
    /// The upload is complete; whether the read set is there is not known.
    #[error("read set {id} is complete, but not known to be active")]
    NotKnown {
        id: ReadSetId,
        #[source]
        why: NotKnown,
    },
}

fn times(count: u32) -> String {
    if count == 1 { "once".to_owned() } else { format!("{count} times") }
}

/// Which source a part is of, where an upload may have several.
fn of(source: Option<&PartSource>) -> String {
    source.map_or_else(String::new, |source| format!(" of {source}"))
}

impl Failure {
    /// Whether nothing of the upload is left that could be taken up again.
    pub(super) const fn is_final(&self) -> bool {
        matches!(
            self,
            Self::NotAccepted { .. }
                | Self::Vanished(_)
                | Self::OtherEtag { .. }
                | Self::OtherFields { .. }
                | Self::OtherTree { .. }
                | Self::NotVerified { .. }
        )
    }
}

impl From<CallError> for Failure {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Interrupted => Self::Interrupted,
            CallError::GaveUp { after, last } => Self::GaveUp { after, last },
            CallError::Attempts { attempts, last } => Self::Attempts { attempts, last },
            CallError::Expired(error) => Self::Expired(error),
            CallError::CutOff(error) => Self::CutOff(error),
            CallError::Refused(error) => Self::Refused(error),
        }
    }
}

fn told(message: Option<&String>) -> String {
    message.map_or_else(String::new, |message| format!(": {}", FromOutside::new(message)))
}

/// Why it is not known whether a read set is there.
#[derive(Debug, thiserror::Error)]
pub enum NotKnown {
    #[error("it was not seen to be active within {}", humantime::format_duration(*.0))]
    Timeout(Duration),
    #[error("it cannot be looked at")]
    Unseen(#[source] Box<Failure>),
    #[error("the wait was interrupted")]
    Interrupted,
}
