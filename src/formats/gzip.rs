//! gzip: members and their decompression.

pub(crate) mod decode;
pub(crate) mod end;
pub(crate) mod frame;
pub(crate) mod prefix;
mod spare;

pub use prefix::Compression;
