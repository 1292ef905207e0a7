//! How a CRAM ends: with the end-of-file container (CRAM specification, section 9).

use super::version::CramVersion;
use crate::formats::{
    end_flaw::{EndFlaw, Tail},
    last_bytes::{LastBytes, MANY_ZEROS},
};

/// The empty container that ends a CRAM 3 file.
pub(crate) const END_3: [u8; 38] = [
    0x0f, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0x0f, 0xe0, 0x45, 0x4f, 0x46, 0, 0, 0, 0, 0x01, 0, 0x05,
    0xbd, 0xd9, 0x4f, 0, 0x01, 0, 0x06, 0x06, 0x01, 0, 0x01, 0, 0x01, 0, 0xee, 0x63, 0x01, 0x4b,
];
/// The same of CRAM 2.1, which has no checksums.
pub(crate) const END_2: [u8; 30] = [
    0x0b, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0x0f, 0xe0, 0x45, 0x4f, 0x46, 0, 0, 0, 0, 0x01, 0, 0,
    0x01, 0, 0x06, 0x06, 0x01, 0, 0x01, 0, 0x01, 0,
];
/// Their headers.
const HEADER_3: &[u8] = END_3.split_at(23).0;
const HEADER_2: &[u8] = END_2.split_at(19).0;

/// Whether this is the header of the end-of-file container.
pub(super) fn is_end_header(major: u8, header: &[u8]) -> bool {
    is_like(header, if major >= 3 { HEADER_3 } else { HEADER_2 })
}

/// Whether the end-of-file container stands at the end.
pub(crate) fn is_marked(bytes: &[u8], version: CramVersion) -> bool {
    if version.major() < 3 {
        return bytes.ends_with(&END_2);
    }
    bytes.last_chunk::<{ END_3.len() }>().is_some_and(|last| is_like(last, &END_3))
}

/// Half a byte of the reference's number is written in two ways: as in htslib, it does not count.
fn is_like(bytes: &[u8], end: &[u8]) -> bool {
    let is_same = |(at, (byte, wanted)): (usize, (&u8, &u8))| {
        let mask = if at == 8 { 0x0f } else { 0xff };
        byte & mask == wanted & mask
    };
    bytes.len() == end.len() && bytes.iter().zip(end).enumerate().all(is_same)
}

/// Behind the last end-of-file container among these bytes.
fn behind_marker(bytes: &[u8]) -> Option<usize> {
    // What stands before differs in half a byte.
    const FROM: usize = 9;
    let end = |container: &[u8]| {
        let place = memchr::memmem::rfind(bytes, &container[FROM..])?;
        Some(place + container.len() - FROM)
    };
    end(&END_3).max(end(&END_2))
}

/// Judges the end of a CRAM by its last bytes.
pub(crate) fn judge(end: &LastBytes<'_>, version: CramVersion) -> Tail {
    if is_marked(end.bytes, version) {
        return Tail::of(None);
    }
    let zeros = end.zeros();
    Tail::of(Some(if zeros >= MANY_ZEROS {
        EndFlaw::Zeros(zeros)
    } else {
        behind_marker(end.bytes).map_or(EndFlaw::NoCramMarker, |place| end.trailing(place))
    }))
}
