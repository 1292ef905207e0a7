//! From arguments to what is uploaded: files opened, recognised and checked before the first request.

pub(crate) mod ends;
pub(crate) mod id_pattern;
mod md5_lists;
mod needs;
pub(crate) mod opened;
mod outputs;
pub(crate) mod piped;
pub(crate) mod prepared;
pub(crate) mod reference;

pub(crate) use ends::{Allowed, Check, Finding, Verdict};
pub(crate) use md5_lists::Sums;
pub(crate) use opened::Looked;
pub(crate) use outputs::{Outputs, UPLOADED};
pub(crate) use prepared::{Request, source_bytes, token};
