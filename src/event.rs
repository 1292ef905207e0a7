//! What happens during a run, as flat facts, and who is told.
//!
//! The engine tells, the console shows; neither knows the other. Bytes within a part are
//! provisional until [`Event::PartUploaded`]: a retry takes them back.

use std::time::Duration;

use serde::Serialize;

use crate::types::{
    ByteCount, EtagResult, OperationName, PartNumber, PartSource, ReadSetEtag, ReadSetId,
    SourceDisposal, UploadId,
};

/// Which read set of the run, counted from 0 in the order of the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Item(pub usize);

/// One part of one read set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct PartId {
    #[serde(rename = "read_set")]
    pub item: Item,
    pub source: PartSource,
    #[serde(rename = "part")]
    pub number: PartNumber,
}

/// A read set as it was planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlannedItem {
    /// Of a sample sheet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<usize>,
    pub name: String,
    /// The files as the user named them.
    pub files: Vec<String>,
    /// 0, and `null` in JSON, if nobody knows.
    #[serde(serialize_with = "known")]
    pub bytes: ByteCount,
    /// The same.
    #[serde(serialize_with = "known")]
    pub parts: u32,
}

/// Nothing planned is empty: 0 stands for what is not known.
fn known<T: Serialize + Default + PartialEq, S: serde::Serializer>(
    count: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    if *count == T::default() { serializer.serialize_none() } else { count.serialize(serializer) }
}

/// How one read set ended.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, strum::Display, strum::IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Outcome {
    /// The read set is there, and can be used.
    Active,
    /// The upload is complete; whether the read set is active was not asked or is not known.
    Completed,
    /// Nothing was sent, as asked.
    Skipped,
    /// What this process was to do of the upload is done; others do the rest.
    Done,
    Failed,
    Interrupted,
}

impl Outcome {
    pub const fn as_str(self) -> &'static str {
        self.into_str()
    }
}

/// A fact. Durations are serialized in seconds.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// Once, first: everything that the run is going to do.
    Planned {
        read_sets: Vec<PlannedItem>,
    },
    /// The same of files that become archives. In other facts, they stand where read sets do.
    PlannedArchives {
        archives: Vec<PlannedItem>,
    },
    /// The service has an upload for this read set.
    UploadCreated {
        read_set: Item,
        upload_id: UploadId,
    },
    /// An earlier upload goes on: so many of its parts need not be sent. Each of them follows as a
    /// `PartUploaded` that was never started.
    Resuming {
        read_set: Item,
        upload_id: UploadId,
        parts: u32,
        bytes: ByteCount,
    },
    /// An earlier upload of data that begin like a pipe goes on: the store has so many parts, and
    /// those that turn out to be the same as what comes are not sent again. Each of these is told as
    /// a `PartUploaded` that was never started.
    Comparing {
        read_set: Item,
        upload_id: UploadId,
        parts: u32,
        bytes: ByteCount,
    },
    /// Files are read to see which parts of an earlier upload hold what they hold.
    Checking {
        read_set: Item,
        bytes: ByteCount,
    },
    /// So many of the bytes to be checked have been read.
    Checked {
        read_set: Item,
        bytes: ByteCount,
    },
    /// Nothing goes on until somebody has got new credentials.
    AwaitingCredentials {
        message: String,
    },
    /// There are new credentials.
    CredentialsRenewed,
    /// An attempt to send a part begins; attempts count from 1.
    PartStarted {
        #[serde(flatten)]
        part: PartId,
        bytes: ByteCount,
        attempt: u32,
    },
    /// So many more bytes of the part went out.
    PartProgress {
        #[serde(flatten)]
        part: PartId,
        bytes: ByteCount,
    },
    /// The attempt came to nothing: its bytes do not count, and another follows after `delay`.
    PartRetrying {
        #[serde(flatten)]
        part: PartId,
        attempt: u32,
        #[serde(rename = "delay_seconds", serialize_with = "seconds")]
        delay: Duration,
        reason: String,
    },
    /// The service asks to go slower: the attempt's bytes do not count, and another follows after
    /// `delay`, in its turn. That is no retry.
    PartThrottled {
        #[serde(flatten)]
        part: PartId,
        attempt: u32,
        #[serde(rename = "delay_seconds", serialize_with = "seconds")]
        delay: Duration,
    },
    /// The attempt came to nothing, and no other follows.
    PartFailed {
        #[serde(flatten)]
        part: PartId,
    },
    /// The service has confirmed the part.
    PartUploaded {
        #[serde(flatten)]
        part: PartId,
        bytes: ByteCount,
    },
    /// A part that was confirmed has turned out to be missing or wrong, and is sent again.
    PartRejected {
        #[serde(flatten)]
        part: PartId,
        bytes: ByteCount,
        reason: String,
    },
    /// The service asks to go slower with calls other than a part's upload; nothing is lost.
    Throttled {
        read_set: Item,
        operation: OperationName,
        #[serde(rename = "delay_seconds", serialize_with = "seconds")]
        delay: Duration,
    },
    /// So many parts are in flight from now on, of the whole run, and why.
    Level {
        parts: usize,
        before: usize,
        reason: String,
    },
    /// A call other than a part's upload came to nothing, and is made again after `delay`.
    Retrying {
        read_set: Item,
        operation: OperationName,
        attempt: u32,
        #[serde(rename = "delay_seconds", serialize_with = "seconds")]
        delay: Duration,
        reason: String,
    },
    /// So many more bytes of the files were decoded, beside the sending.
    DecodeProgress {
        read_set: Item,
        bytes: ByteCount,
    },
    /// All parts are with the service, and the files are still being decoded.
    Decoding {
        read_set: Item,
    },
    /// All of the data were decoded, and nothing is wrong with them.
    Decoded {
        read_set: Item,
        reads: u64,
        bases: u64,
    },
    /// Files have the MD5 that they should have; `null` for one of which that is not known.
    Md5Matches {
        read_set: Item,
        md5: Vec<Option<String>>,
    },
    /// The hash that the store has made of the data is held against our own.
    EtagCompared {
        read_set: Item,
        expected: Option<ReadSetEtag>,
        found: Option<ReadSetEtag>,
        result: EtagResult,
    },
    /// All parts are sent; the service's list is held against them.
    Confirming {
        read_set: Item,
    },
    Completing {
        read_set: Item,
    },
    /// The read set has its ID, and the service works on it.
    Processing {
        read_set: Item,
        read_set_id: ReadSetId,
    },
    /// The last fact about this read set, but for what becomes of its files.
    Finished {
        read_set: Item,
        outcome: Outcome,
        #[serde(skip_serializing_if = "Option::is_none")]
        read_set_id: Option<ReadSetId>,
        /// What went wrong, in a line.
        #[serde(skip_serializing_if = "Option::is_none")]
        message: Option<String>,
    },
    /// What became of a source file of a read set that has ended, as asked by `--when-proven`.
    SourceDisposed {
        read_set: Item,
        /// As the user named it.
        file: String,
        #[serde(flatten)]
        disposal: SourceDisposal,
    },
    /// Something the user should know, about one read set or about the run.
    Warning {
        #[serde(skip_serializing_if = "Option::is_none")]
        read_set: Option<Item>,
        message: String,
    },
    /// A signal arrived: no new part starts, and those in flight get `grace` to finish.
    Stopping {
        signal: &'static str,
        #[serde(rename = "grace_seconds", serialize_with = "seconds")]
        grace: Duration,
    },
}

fn seconds<S: serde::Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    // Milliseconds are as fine as a delay is of use to anybody.
    #[expect(clippy::cast_precision_loss, reason = "a delay is far below 2^52 ms")]
    serializer.serialize_f64(duration.as_millis() as f64 / 1000.0)
}

/// Who is told. An observer never fails and never blocks: it is called on the hot path.
pub trait Observer: Send + Sync {
    fn observe(&self, event: &Event);
}
