//! What a journal says, entry by entry.

use std::collections::BTreeMap;

use super::entry::{Entry, Header, Opened, UploadRecord};
use crate::types::{
    ByteCount, Checksum, ClientToken, Digest, PartNumber, PartSize, PartSource, ReadSetId, UploadId,
};

/// A part that the service has confirmed once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartRecord {
    pub size: ByteCount,
    pub digest: Digest,
    pub checksum: Checksum,
    /// What was found in its bytes, for those who look at them while they pass.
    pub seen: Option<String>,
}

/// How far an upload has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// Create was about to be called, or was called and not answered.
    Creating,
    /// The service has an upload.
    Uploading(UploadRecord),
    /// Complete was called, or was about to be.
    Completing(UploadRecord),
    /// The read set has its ID; the upload is the one that it came of.
    Completed { read_set: ReadSetId, upload: Option<UploadRecord> },
}

impl Stage {
    /// The upload that is under way.
    pub const fn upload(&self) -> Option<&UploadRecord> {
        match self {
            Self::Uploading(upload) | Self::Completing(upload) => Some(upload),
            Self::Creating | Self::Completed { .. } => None,
        }
    }

    /// Whether it is the stage of this upload.
    pub fn is_of(&self, id: &UploadId) -> bool {
        match self {
            Self::Uploading(upload) | Self::Completing(upload) => upload.id == *id,
            Self::Creating | Self::Completed { .. } => false,
        }
    }
}

/// All that a journal says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    pub header: Header,
    /// The token of the upload that is under way.
    pub token: ClientToken,
    pub stage: Stage,
    /// How the sources were cut for `parts`.
    pub part_size: PartSize,
    pub parts: BTreeMap<(PartSource, PartNumber), PartRecord>,
    /// Who opened it last.
    pub opened: Option<Opened>,
    /// Whether an earlier process made it.
    pub is_old: bool,
    /// Whether nothing is left to be done.
    pub is_ended: bool,
}

impl Record {
    pub(super) fn new(header: Header) -> Self {
        Self {
            token: header.token.clone(),
            part_size: header.part_size,
            header,
            stage: Stage::Creating,
            parts: BTreeMap::new(),
            opened: None,
            is_old: false,
            is_ended: false,
        }
    }

    /// What a further entry changes; `false` if it makes no sense here.
    pub(super) fn apply(&mut self, entry: &Entry) -> bool {
        match (entry, &self.stage) {
            (Entry::Header(_), _) => return false,
            (Entry::Opened(opened), _) => self.opened = Some(opened.clone()),
            (Entry::Upload { id, created, part_size, mark }, _) => {
                let (id, mark) = (id.clone(), mark.as_ref().map(|mark| mark.0.clone()));
                if self.part_size != *part_size {
                    // Parts of another cut are other bytes.
                    self.parts.clear();
                    self.part_size = *part_size;
                }
                let upload = UploadRecord { id, created: *created, part_size: *part_size, mark };
                self.stage = Stage::Uploading(upload);
            }
            (Entry::Part { source, number, size, digest, checksum, seen }, _) => {
                let (size, digest) = (*size, *digest);
                let (checksum, seen) = (checksum.clone(), seen.clone());
                let part = PartRecord { size, digest, checksum, seen };
                self.parts.insert((*source, *number), part);
            }
            (Entry::Sources { sources }, _) => {
                self.header.sources.clone_from(sources);
                self.parts.clear();
            }
            (Entry::CompleteAttempted {}, Stage::Uploading(upload) | Stage::Completing(upload)) => {
                self.stage = Stage::Completing(upload.clone());
            }
            (Entry::CompleteAttempted {}, Stage::Creating | Stage::Completed { .. }) => {
                return false;
            }
            (Entry::Completed { read_set }, stage) => {
                let upload = match stage {
                    Stage::Uploading(upload) | Stage::Completing(upload) => Some(upload.clone()),
                    Stage::Completed { upload, .. } => upload.clone(),
                    Stage::Creating => None,
                };
                self.stage = Stage::Completed { read_set: read_set.clone(), upload };
            }
            (Entry::Restarted { token }, _) => {
                self.token = token.clone();
                self.stage = Stage::Creating;
            }
            (Entry::Ended {}, _) => self.is_ended = true,
        }
        true
    }
}
