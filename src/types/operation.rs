//! What a service can be asked for, and what comes of asking for credentials; knows nothing of how it is
//! asked.

use std::fmt;

use serde::{Serialize, Serializer};

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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OperationName(&'static str);

impl OperationName {
    /// For the destination whose operation it is: `SERVICE:NAME`, as permissions are named.
    pub const fn new(permission: &'static str) -> Self {
        Self(permission)
    }

    pub fn as_str(self) -> &'static str {
        self.0.split_once(':').map_or(self.0, |(_, name)| name)
    }

    /// The permission that it needs.
    pub const fn permission(self) -> &'static str {
        self.0
    }
}

impl Serialize for OperationName {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
    }
}

impl fmt::Display for OperationName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What came of asking for new credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Renewal {
    /// There are other credentials than before.
    Renewed,
    /// They are still the same; somebody has to get new ones.
    Same,
    /// They cannot change while this process runs.
    Impossible,
}
