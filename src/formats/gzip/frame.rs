//! What begins and what ends a gzip member (RFC 1952, section 2.3).

/// How gzip begins.
pub(crate) const MAGIC: [u8; 2] = [0x1f, 0x8b];
/// The same and the only method that there is: deflate.
pub(crate) const MEMBER: [u8; 3] = [MAGIC[0], MAGIC[1], 8];
/// The flag of a header with extra fields.
pub(crate) const EXTRA: u8 = 4;
/// CRC-32 and length of the data, at the end.
pub(crate) const TRAILER: usize = 8;

/// Whether a member begins here, or may begin, if only some of its first bytes are known.
pub(crate) fn may_begin(bytes: &[u8]) -> bool {
    let known = bytes.len().min(MEMBER.len());
    bytes[..known] == MEMBER[..known]
}

/// The CRC-32 and the length of the data, which end a member.
pub(crate) fn trailer(bytes: &[u8]) -> Option<(u32, u32)> {
    match bytes.as_chunks() {
        ([crc, length], []) => Some((u32::from_le_bytes(*crc), u32::from_le_bytes(*length))),
        _ => None,
    }
}
