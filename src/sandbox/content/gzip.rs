//! Gzip with any number of members, each checked: CRC, length, and BGZF's own field where it must be.

use std::io::{self, BufRead, Read};

use flate2::bufread::GzDecoder;

/// What members have to be like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Framing {
    Any,
    /// Blocks that say their own size (SAM specification, section 4.1).
    Bgzf,
}

/// Inflates member after member. Whatever follows the last one is an error, as for htslib.
pub(crate) struct Gunzip<R> {
    state: GunzipState<R>,
    framing: Framing,
}

enum GunzipState<R> {
    First(R),
    Between(R),
    Inside(Box<GzDecoder<R>>),
    End,
}

impl<R: BufRead> Gunzip<R> {
    pub(crate) const fn new(reader: R, framing: Framing) -> Self {
        Self { state: GunzipState::First(reader), framing }
    }

    fn member(&self, reader: R) -> io::Result<GunzipState<R>> {
        let decoder = GzDecoder::new(reader);
        let is_bgzf = || decoder.header().and_then(|header| header.extra()).is_some_and(is_bgzf);
        // A header that cannot be read is told by the first read.
        if self.framing == Framing::Bgzf && decoder.header().is_some() && !is_bgzf() {
            return Err(invalid("a gzip member is no BGZF block"));
        }
        Ok(GunzipState::Inside(Box::new(decoder)))
    }

    /// What follows a member, or the beginning.
    fn next(&mut self) -> io::Result<()> {
        self.state = match std::mem::replace(&mut self.state, GunzipState::End) {
            GunzipState::First(reader) => self.member(reader)?,
            GunzipState::Between(mut reader) => match reader.fill_buf()?.first() {
                None => GunzipState::End,
                Some(0x1f) => self.member(reader)?,
                Some(_) => return Err(trailing(reader)?),
            },
            other => other,
        };
        Ok(())
    }
}

fn trailing(mut reader: impl BufRead) -> io::Result<io::Error> {
    let count = io::copy(&mut reader, &mut io::sink())?;
    Ok(invalid(format!("{count} bytes that are not gzip follow a gzip member")))
}

fn invalid(what: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.into())
}

/// Whether an extra field holds `BC` with two bytes.
fn is_bgzf(mut extra: &[u8]) -> bool {
    while let [first, second, low, high, rest @ ..] = extra {
        if [*first, *second, *low, *high] == [b'B', b'C', 2, 0] {
            return rest.len() >= 2;
        }
        let size = usize::from(u16::from_le_bytes([*low, *high]));
        extra = rest.get(size..).unwrap_or_default();
    }
    false
}

impl<R: BufRead> Read for Gunzip<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match &mut self.state {
                GunzipState::End => return Ok(0),
                GunzipState::First(_) | GunzipState::Between(_) => self.next()?,
                GunzipState::Inside(decoder) => {
                    let count = decoder.read(buffer)?;
                    if count > 0 || buffer.is_empty() {
                        return Ok(count);
                    }
                    if let GunzipState::Inside(decoder) =
                        std::mem::replace(&mut self.state, GunzipState::End)
                    {
                        self.state = GunzipState::Between(decoder.into_inner());
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    fn member(text: &str) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    fn inflate(bytes: &[u8], framing: Framing) -> Result<String, io::ErrorKind> {
        let mut text = String::new();
        let read = Gunzip::new(bytes, framing).read_to_string(&mut text);
        read.map(|_| text).map_err(|error| error.kind())
    }

    #[test]
    fn members_are_read_to_the_end() {
        let two = [member("ab"), member("c")].concat();
        assert_eq!(inflate(&two, Framing::Any), Ok("abc".to_owned()));
        assert_eq!(inflate(&member(""), Framing::Any), Ok(String::new()));
    }

    #[test]
    fn what_is_damaged_is_an_error() {
        let good = member("some text that is long enough to be damaged");
        let mut flipped = good.clone();
        let crc = flipped.len() - 8;
        flipped[crc] ^= 1;
        let cut = &good[..good.len() - 3];
        let trailing = [&good[..], b"x"].concat();
        let padded = [&good[..], &[0; 100]].concat();
        for bad in [&flipped[..], cut, &trailing, &padded, b"", b"plain text", &good[..5]] {
            assert!(inflate(bad, Framing::Any).is_err(), "{bad:?}");
        }
        assert_eq!(inflate(&good, Framing::Bgzf), Err(io::ErrorKind::InvalidData));
    }

    #[test]
    fn the_bgzf_field_is_found_among_others() {
        assert!(is_bgzf(&[b'B', b'C', 2, 0, 1, 1]));
        assert!(is_bgzf(&[b'X', b'Y', 1, 0, 9, b'B', b'C', 2, 0, 1, 1]));
        for bad in [&[][..], b"BC", &[b'B', b'C', 2, 0, 1], &[b'X', b'Y', 9, 0, b'B', b'C', 2, 0]] {
            assert!(!is_bgzf(bad), "{bad:?}");
        }
    }
}
