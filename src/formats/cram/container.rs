//! The headers of CRAM containers and of the blocks in them (CRAM specification, sections 7 and 8).

use super::{
    end::is_end_header,
    number::{itf8, ltf8},
};

/// A container has a landmark for each slice: one, or a few.
pub(super) const MAX_LANDMARKS: i32 = 10_000;
/// The checksum behind a block's data.
pub(super) const CRC: u64 = 4;

/// What a container's header says.
pub(super) struct Container {
    pub(super) length: u64,
    pub(super) blocks: i64,
    pub(super) records: u64,
    pub(super) bases: u64,
    pub(super) is_end: bool,
}

/// Reads a container's header and says how long it is; `None` if there are too few bytes.
pub(super) fn container(
    major: u8,
    bytes: &[u8],
) -> Option<Result<(Container, usize), &'static str>> {
    let mut rest = bytes.get(4..)?;
    let length = i32::from_le_bytes(*bytes.first_chunk()?);
    // Reference ID, start, span.
    for _ in 0..3 {
        itf8(&mut rest).ok()?;
    }
    let records = itf8(&mut rest).ok()?;
    // The record counter, which has 64 bits from version 3 on.
    if major < 3 {
        itf8(&mut rest).ok()?;
    } else {
        ltf8(&mut rest).ok()?;
    }
    let bases = ltf8(&mut rest).ok()?;
    let blocks = itf8(&mut rest).ok()?;
    let landmarks = itf8(&mut rest).ok()?;
    let Ok(length) = u64::try_from(length) else { return Some(Err("its length is negative")) };
    if !(0..=MAX_LANDMARKS).contains(&landmarks) {
        return Some(Err("the number of its landmarks is impossible"));
    }
    for _ in 0..landmarks {
        itf8(&mut rest).ok()?;
    }
    let mut used = bytes.len() - rest.len();
    if major >= 3 {
        let crc = u32::from_le_bytes(*rest.first_chunk()?);
        if crc32fast::hash(&bytes[..used]) != crc {
            return Some(Err("the checksum of its header differs"));
        }
        used += 4;
    }
    let container = Container {
        length,
        blocks: blocks.into(),
        records: u64::try_from(records).unwrap_or(0),
        bases: u64::try_from(bases).unwrap_or(0),
        is_end: is_end_header(major, &bytes[..used]),
    };
    Some(Ok((container, used)))
}

/// Reads a block's header: the size of its data, and the length of the header.
pub(super) fn block(bytes: &[u8]) -> Option<(i32, usize)> {
    // Compression method and content type.
    let mut rest = bytes.get(2..)?;
    itf8(&mut rest).ok()?;
    let size = itf8(&mut rest).ok()?;
    itf8(&mut rest).ok()?;
    Some((size, bytes.len() - rest.len()))
}
