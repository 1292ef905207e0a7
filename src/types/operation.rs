//! What a service can be asked for; knows nothing of how it is asked.

use std::fmt;

use serde::Serialize;

/// A request that a destination takes, or something beside it that a run depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operation {
    CreateUpload,
    UploadPart,
    ListParts,
    CompleteUpload,
    AbortUpload,
    ListUploads,
    ShowReadSet,
    ListReadSets,
    ListTags,
    SetTag,
    ShowStore,
    ListReferenceStores,
    ListReferences,
    ShowReference,
    ReadReference,
    GetCredentials,
}

/// The name that a service gives to an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct OperationName(&'static str);

impl OperationName {
    /// For the destination whose operation it is.
    pub const fn new(name: &'static str) -> Self {
        Self(name)
    }

    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for OperationName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}
