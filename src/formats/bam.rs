//! BAM: its header, its records, and their text.

pub(crate) mod decode;
pub(crate) mod head;
mod long;
mod number;
mod record;
mod references;
mod sam;
mod tag;
