//! BAM: its header, its records, and their text.

pub(crate) mod decode;
pub(crate) mod end;
pub(crate) mod header;
mod long;
mod number;
mod record;
mod references;
mod sam;
mod tag;
