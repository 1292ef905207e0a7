//! The service's rules: operations, their members, texts, pages, and errors.

mod call;
mod choices;
pub(crate) mod error;
mod members;
pub(crate) mod operation;
pub(crate) mod page;
mod texts;

pub(crate) use call::{ACCOUNT, Call};
pub(crate) use choices::{
    CreationType, EtagFamily, ReferenceFile, Source, SourceFileType, Status, StoreStatus,
    StoredFile,
};
pub(crate) use error::ApiError;
pub(crate) use members::{JsonObject, Members, TagMap, clean};
pub(crate) use operation::{ApiOperation, Labels, labels};
pub(crate) use page::PageRequest;
pub(crate) use texts::{TextRule, Violations};
