//! The gzip layer of a prefix: which kind it is, and what is inside as far as the prefix goes.
//!
//! Tolerant on purpose: a prefix ends anywhere, and what follows the last member is not judged here.

use std::io::Read as _;

use super::{
    frame::MAGIC,
    spare::{self, Decoder},
};
use crate::formats::bgzf::block::named_size;

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
    pub(crate) end: PrefixEnd,
}

/// Where inflating stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PrefixEnd {
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
        if !prefix.starts_with(&MAGIC) {
            return None;
        }
        Some(if named_size(prefix).is_some() { Self::Bgzf } else { Self::Gzip })
    }
}

/// Inflates the members of `prefix` one after the other, up to a limit.
pub(crate) fn inflate(prefix: &[u8]) -> Inflated {
    spare::with_decoder(prefix, inflate_with)
}

fn inflate_with(decoder: &mut Decoder) -> Inflated {
    let mut bytes = Vec::new();
    let mut block = [0; 4096];
    let end = loop {
        match decoder.read(&mut block) {
            Ok(0) => {
                let rest = spare::rest(decoder);
                if !(rest.starts_with(&MAGIC) || rest == [MAGIC[0]]) {
                    break PrefixEnd::Whole;
                }
                spare::next(decoder);
            }
            Ok(length) => bytes.extend_from_slice(&block[..length]),
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
                break PrefixEnd::Cut;
            }
            Err(_) => break PrefixEnd::Damaged,
        }
        if bytes.len() >= MAX_INFLATED {
            break PrefixEnd::Enough;
        }
    };
    Inflated { bytes, end }
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
