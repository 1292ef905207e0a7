//! How gzip may end: only inflating all of it tells for certain.

use std::io::{self, Read as _, Write as _};

use flate2::write::GzDecoder;

use super::{
    frame::MAGIC,
    spare::{self, Decoder},
};
use crate::formats::{
    end_flaw::{EndFlaw, Tail, Unended},
    fastq::Padding,
    last_bytes::{LastBytes, MANY_ZEROS},
};

/// Gzip may be padded with zeros, as tapes and disks make up their blocks, but not by so many.
const TOO_MANY_ZEROS: usize = 64 * 1024;

/// Judges the end of plain gzip. Only a file that is here whole can be judged for certain.
pub(crate) fn judge(end: &LastBytes<'_>) -> Tail {
    let zeros = end.zeros();
    if zeros >= TOO_MANY_ZEROS {
        return Tail::of(Some(EndFlaw::Zeros(zeros)));
    }
    // No compressed data ends in so many.
    if zeros >= MANY_ZEROS {
        return Tail::of(Some(EndFlaw::Padding(Padding::Zeros)));
    }
    let open = Tail { is_proven: false, ..Tail::of(None) };
    if !end.is_whole() {
        return open;
    }
    match spare::with_decoder(end.bytes, members) {
        // Where it ends is known when it is decoded.
        Err(Unended::NoGzip) => open,
        Err(Unended::Padded) => Tail::of(Some(EndFlaw::Padding(Padding::Zeros))),
        Err(Unended::DamagedGzip) => Tail::of(Some(EndFlaw::DamagedGzip)),
        Err(_) => Tail::of(Some(EndFlaw::CutGzip)),
        Ok(()) => Tail::of(None),
    }
}

/// Checks the members of a file that is here whole.
fn members(decoder: &mut Decoder) -> Result<(), Unended> {
    let mut block = [0; 4096];
    loop {
        match decoder.read(&mut block) {
            Ok(0) => {}
            Ok(_) => continue,
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                return Err(Unended::CutGzip);
            }
            Err(_) => return Err(Unended::DamagedGzip),
        }
        let rest = spare::rest(decoder);
        match rest.first() {
            None => return Ok(()),
            Some(0) if rest.iter().all(|byte| *byte == 0) => return Err(Unended::Padded),
            Some(first) if *first != MAGIC[0] => return Err(Unended::NoGzip),
            Some(_) => spare::next(decoder),
        }
    }
}

/// Gzip members, one after the other, inflated into nothing.
#[derive(Debug)]
pub(crate) struct MemberCheck {
    current: GzDecoder<io::Sink>,
    /// Whether nothing of the current member has been seen.
    is_fresh: bool,
    /// Whole members before this one.
    whole: u64,
    /// Zeros follow the last member, as tapes and disks make up their blocks; `gzip -t` takes them.
    is_padded: bool,
    pub(crate) takes_padding: bool,
}

impl Default for MemberCheck {
    fn default() -> Self {
        Self {
            current: GzDecoder::new(io::sink()),
            is_fresh: true,
            whole: 0,
            is_padded: false,
            takes_padding: false,
        }
    }
}

impl MemberCheck {
    pub(crate) fn see(&mut self, mut bytes: &[u8]) -> Result<(), Unended> {
        while let Some(first) = bytes.first() {
            self.is_padded |= self.is_fresh && self.whole > 0 && *first == 0;
            if self.is_padded {
                let is_zero = bytes.iter().all(|byte| *byte == 0);
                return match (is_zero, self.takes_padding) {
                    (true, true) => Ok(()),
                    (true, false) => Err(Unended::Padded),
                    (false, _) => Err(Unended::NoGzip),
                };
            }
            let follows = self.is_fresh && self.whole > 0;
            if follows && *first != MAGIC[0] {
                return Err(Unended::NoGzip);
            }
            match self.current.write(bytes).map_err(|_| Unended::DamagedGzip)? {
                0 => self.next()?,
                taken => {
                    self.is_fresh = false;
                    bytes = &bytes[taken..];
                }
            }
        }
        Ok(())
    }

    /// The current member is whole; its checksum and length tell whether it is right.
    fn next(&mut self) -> Result<(), Unended> {
        self.current.try_finish().map_err(|_| Unended::DamagedGzip)?;
        self.current = GzDecoder::new(io::sink());
        self.is_fresh = true;
        self.whole += 1;
        Ok(())
    }

    pub(crate) fn finish(&mut self) -> Result<(), Unended> {
        if !self.is_fresh {
            // A member that is whole takes no more bytes.
            if !matches!(self.current.write(&[0]), Ok(0)) {
                return Err(Unended::CutGzip);
            }
            self.next()?;
        }
        if self.whole > 0 { Ok(()) } else { Err(Unended::CutGzip) }
    }
}
