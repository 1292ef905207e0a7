//! gzip: members and their decompression.

pub(crate) mod decode;
pub(crate) mod head;

pub(crate) use decode::{Input, NOT_DEFLATE, OTHER_CHECKSUM, OTHER_LENGTH};
pub use head::Compression;
pub(crate) use head::{Ending, block_size};
