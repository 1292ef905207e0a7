//! From arguments to what is uploaded: files opened, recognised and checked before the first request.

#[cfg(feature = "vault")]
pub(crate) mod archives;
pub(crate) mod check;
mod ends;
pub(crate) mod fields;
mod finding;
mod gone;
pub(crate) mod id_pattern;
pub(crate) mod joining;
mod md5_lists;
mod missing;
mod needs;
pub(crate) mod opened;
mod outputs;
pub(crate) mod piped;
pub(crate) mod planned;
pub(crate) mod put;
pub(crate) mod reference;
pub(crate) mod resume;
mod row_errors;
mod row_files;
pub(crate) mod rows;
pub(crate) mod sheets;

pub(crate) use finding::FindingResult;
pub(crate) use opened::OpenedFile;
pub(crate) use outputs::{OutputFlag, Outputs, PAGE, SHEET, SHEET_OUT, UPLOADED};
pub(crate) use put::Request;
