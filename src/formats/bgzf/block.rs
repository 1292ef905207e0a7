//! The frame of a BGZF block: a gzip member that names its size, so that blocks form a chain.
//!
//! SAM specification, section 4.1.

use crate::formats::gzip::frame::{EXTRA, MEMBER, TRAILER, may_begin};

/// The empty block that ends a BGZF file, byte by byte (SAM specification, section 4.1.2).
pub(crate) const END: [u8; 28] = [
    0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff, 6, 0, b'B', b'C', 2, 0, 0x1b, 0, 3, 0, 0, 0, 0, 0, 0, 0,
    0, 0,
];
/// How a block begins as all writers make it, and where its size field stands then.
pub(super) const BEGIN: &[u8] = END.split_at(4).0;
pub(super) const FIELD: &[u8] = END.split_at(16).0.split_at(FIELD_AT).1;
pub(super) const FIELD_AT: usize = 10;
/// Such a block's header.
pub(crate) const HEADER: usize = 18;
/// What stands before the extra fields.
const FIXED: usize = 12;
/// The longest header: the extra fields have a length of two bytes.
pub(crate) const MAX_HEADER: usize = FIXED + 0xffff;
/// The largest block, compressed or not.
pub(super) const MAX_BLOCK: usize = 64 * 1024;

/// What stands where a block should begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BlockHead {
    /// A block of `size` bytes, of which the first `header` are its header.
    Block {
        size: usize,
        header: usize,
    },
    /// A gzip member that does not say how long it is.
    Gzip,
    /// Too few bytes to tell.
    Short,
    Foreign,
}

/// Reads what stands at the beginning of `bytes`.
pub(crate) fn head(bytes: &[u8]) -> BlockHead {
    if !may_begin(bytes) {
        return BlockHead::Foreign;
    }
    let Some((fixed, rest)) = bytes.split_at_checked(FIXED) else { return BlockHead::Short };
    if fixed[3] != EXTRA {
        return BlockHead::Gzip;
    }
    let length = extra_length(fixed);
    let Some(extra) = rest.get(..length) else { return BlockHead::Short };
    let header = FIXED + length;
    match size_field(extra) {
        None => BlockHead::Gzip,
        Some(size) if size > header + TRAILER => BlockHead::Block { size, header },
        Some(_) => BlockHead::Foreign,
    }
}

/// The size that the first member of `prefix` names, among whatever other extra fields and flags.
pub(crate) fn named_size(prefix: &[u8]) -> Option<usize> {
    let (fixed, rest) = prefix.split_at_checked(FIXED)?;
    if !fixed.starts_with(&MEMBER) || fixed[3] & EXTRA == 0 {
        return None;
    }
    size_field(&rest[..extra_length(fixed).min(rest.len())])
}

fn extra_length(fixed: &[u8]) -> usize {
    usize::from(u16::from_le_bytes([fixed[10], fixed[11]]))
}

/// The size of a block, as the `BC` subfield of two bytes has it.
fn size_field(mut extra: &[u8]) -> Option<usize> {
    while let [a, b, low, high, after @ ..] = extra {
        let length = u16::from_le_bytes([*low, *high]);
        if let (b'B', b'C', 2, [low, high, ..]) = (*a, *b, length, after) {
            return Some(usize::from(u16::from_le_bytes([*low, *high])) + 1);
        }
        extra = after.get(usize::from(length)..).unwrap_or_default();
    }
    None
}

/// Whether `block` is the very block that ends a file.
pub(crate) fn is_end(block: &[u8]) -> bool {
    block == END
}
