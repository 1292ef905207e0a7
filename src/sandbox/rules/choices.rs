//! Values out of fixed sets, spelled as the service model spells them.

use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive(Serialize, Deserialize, Display, EnumString, IntoStaticStr, VariantArray)]
        pub(crate) enum $name {
            $(#[serde(rename = $text)] #[strum(serialize = $text)] $variant),+
        }
    };
}

choice!(
    /// Which file of an upload a part belongs to.
    Source { Source1 = "SOURCE1", Source2 = "SOURCE2" }
);
choice!(
    /// Which file of a read set is read.
    StoredFile { Source1 = "SOURCE1", Source2 = "SOURCE2", Index = "INDEX" }
);
choice!(
    /// Which file of a reference is read.
    ReferenceFile { Source = "SOURCE", Index = "INDEX" }
);
choice!(
    /// What an upload says that it is.
    SourceFileType { Fastq = "FASTQ", Bam = "BAM", Cram = "CRAM", Ubam = "UBAM" }
);
choice!(
    /// Where a read set is in its life.
    Status {
        Archived = "ARCHIVED",
        Activating = "ACTIVATING",
        Active = "ACTIVE",
        Deleting = "DELETING",
        Deleted = "DELETED",
        ProcessingUpload = "PROCESSING_UPLOAD",
        UploadFailed = "UPLOAD_FAILED",
    }
);
choice!(
    /// Where a store is in its life; the stores of a sandbox are active from the start.
    StoreStatus {
        Creating = "CREATING",
        Active = "ACTIVE",
        Updating = "UPDATING",
        Deleting = "DELETING",
        Failed = "FAILED",
    }
);
choice!(
    /// How a read set came to be; a sandbox knows uploads only.
    CreationType { Import = "IMPORT", Upload = "UPLOAD" }
);
choice!(
    /// The hash that a store's semantic `ETags` are made with.
    EtagFamily { Md5up = "MD5up", Sha256up = "SHA256up", Sha512up = "SHA512up" }
);
