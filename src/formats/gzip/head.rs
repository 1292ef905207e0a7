//! The gzip layer of a prefix: which kind it is, and what is inside as far as the prefix goes.
//!
//! Tolerant on purpose: a prefix ends anywhere, and what follows the last member is not judged here.

use std::io::Read as _;

use flate2::bufread::GzDecoder;

/// How a file is wrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Compression {
    /// Any gzip without the block sizes that make BGZF.
    Gzip,
    /// Gzip in blocks that name their size, as `bgzip` and `samtools` write it.
    Bgzf,
}

/// No more than this is inflated: 64 KiB of gzip can hold 64 MiB.
const MAX_INFLATED: usize = 1024 * 1024;

/// What a prefix holds.
pub(crate) struct Inflated {
    pub(crate) bytes: Vec<u8>,
    pub(crate) ending: Ending,
}

/// Where inflating stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// At the end of the last member, which is the end of the prefix or followed by something else.
    Whole,
    /// In the middle of a member.
    Cut,
    /// At bytes that are no gzip.
    Damaged,
    /// It was enough.
    Enough,
}

impl Compression {
    /// What the first bytes say; `None` for anything but gzip.
    pub(crate) fn of(prefix: &[u8]) -> Option<Self> {
        if !prefix.starts_with(&[0x1f, 0x8b]) {
            return None;
        }
        Some(if block_size(prefix).is_some() { Self::Bgzf } else { Self::Gzip })
    }
}

/// The size of the first member, as its extra field has it in the `BC` subfield of two bytes (SAM
/// specification, section 4.1), among whatever other subfields.
pub(crate) fn block_size(prefix: &[u8]) -> Option<usize> {
    const EXTRA: u8 = 4;
    let (header, rest) = prefix.split_at_checked(12)?;
    let length = usize::from(u16::from_le_bytes([header[10], header[11]]));
    let mut extra = &rest[..length.min(rest.len())];
    if !header.starts_with(&[0x1f, 0x8b, 8]) || header[3] & EXTRA == 0 {
        return None;
    }
    while let [a, b, low, high, after @ ..] = extra {
        let length = u16::from_le_bytes([*low, *high]);
        if let (b'B', b'C', 2, [low, high, ..]) = (*a, *b, length, after) {
            return Some(usize::from(u16::from_le_bytes([*low, *high])) + 1);
        }
        extra = after.get(usize::from(length)..).unwrap_or_default();
    }
    None
}

/// Inflates the members of `prefix` one after the other, up to a limit.
pub(crate) fn inflate(prefix: &[u8]) -> Inflated {
    let mut bytes = Vec::new();
    let mut block = [0; 4096];
    let mut decoder = GzDecoder::new(prefix);
    let ending = loop {
        match decoder.read(&mut block) {
            Ok(0) => {
                let rest = *decoder.get_ref();
                if !(rest.starts_with(&[0x1f, 0x8b]) || rest == [0x1f]) {
                    break Ending::Whole;
                }
                decoder.reset(rest);
            }
            Ok(length) => bytes.extend_from_slice(&block[..length]),
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => break Ending::Cut,
            Err(_) => break Ending::Damaged,
        }
        if bytes.len() >= MAX_INFLATED {
            break Ending::Enough;
        }
    };
    Inflated { bytes, ending }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_block_size_makes_it_bgzf_wherever_it_stands() {
        for (prefix, compression) in [
            (&b"\x1f\x8b\x08\x04\0\0\0\0\0\xff\x06\0BC\x02\0\x1b\0"[..], Some(Compression::Bgzf)),
            (
                b"\x1f\x8b\x08\x04\0\0\0\0\0\xff\x0c\0XY\x02\0zzBC\x02\0\x1b\0",
                Some(Compression::Bgzf),
            ),
            // The field ends before the subfield.
            (
                b"\x1f\x8b\x08\x04\0\0\0\0\0\xff\x06\0XY\x02\0zzBC\x02\0\x1b\0",
                Some(Compression::Gzip),
            ),
            (b"\x1f\x8b\x08\x04\0\0\0\0\0\xff\x06\0BD\x02\0\x1b\0", Some(Compression::Gzip)),
            (b"\x1f\x8b\x08\x04\0\0\0\0\0\xff\x06\0BC\x03\0\x1b\0", Some(Compression::Gzip)),
            (b"\x1f\x8b\x08\x04\0\0\0\0\0\xff\xff\xffXY\xff\xffz", Some(Compression::Gzip)),
            (b"\x1f\x8b\x08\0\0\0\0\0\0\xff\x06\0BC\x02\0\x1b\0", Some(Compression::Gzip)),
            (b"\x1f\x8b", Some(Compression::Gzip)),
            (b"\x1f", None),
            (b"", None),
        ] {
            assert_eq!(Compression::of(prefix), compression, "{prefix:x?}");
        }
    }
}
