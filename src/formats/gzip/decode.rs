//! Decompresses gzip in order on one thread: member by member, each with its checksum.
//!
//! What lies behind the last member may be zeros, as for `gzip -t`, and they are counted; anything else
//! is damage.

use std::io::{self, Read};

use flate2::{Decompress, FlushDecompress, Status};

use super::frame::{EXTRA, MEMBER, TRAILER, may_begin, trailer};
use crate::formats::{
    damage::{Damage, Unit},
    fastq::Padding,
    stream::{DecodeStop, Outlet},
};

/// How much of a file is read at a time.
pub(crate) const READ: usize = 256 * 1024;
/// How much decompressed data is handed on at a time.
const CHUNK: usize = 512 * 1024;
/// The longest name or comment in a header, far beyond what occurs.
const MAX_TEXT: usize = 64 * 1024 - 1;

pub(crate) const NOT_DEFLATE: &str = "its data cannot be decompressed";
pub(crate) const OTHER_CHECKSUM: &str = "the checksum of its data differs";
pub(crate) const OTHER_LENGTH: &str = "the length of its data differs";

/// A file, read through a buffer; knows how far it was read.
pub(crate) struct GzipInput<R> {
    reader: R,
    buffer: Vec<u8>,
    /// What of the buffer is still to be used.
    start: usize,
    /// Where the first byte still to be used stands in the file.
    at: u64,
    ended: bool,
}

impl<R: Read> GzipInput<R> {
    /// Begins with bytes that were read already, the first of which stands at `at`.
    pub(crate) const fn new(reader: R, begun: Vec<u8>, at: u64) -> Self {
        Self { reader, buffer: begun, start: 0, at, ended: false }
    }

    fn rest(&self) -> &[u8] {
        &self.buffer[self.start..]
    }

    fn consume(&mut self, length: usize) {
        self.start += length;
        self.at += length as u64;
    }

    /// Reads more; says whether there was more.
    fn fill(&mut self) -> io::Result<bool> {
        self.buffer.drain(..self.start);
        self.start = 0;
        let before = self.buffer.len();
        if !self.ended {
            let mut limited = self.reader.by_ref().take(READ as u64);
            self.ended = limited.read_to_end(&mut self.buffer)? < READ;
        }
        Ok(self.buffer.len() > before)
    }

    /// What stands here is not gzip: whether it is all that follows, or something in the middle.
    pub(crate) fn foreign(mut self, unit: Unit) -> Result<Damage, DecodeStop> {
        let at = self.at;
        loop {
            if at == 0 || memchr::memmem::find(self.rest(), &MEMBER).is_some() {
                return Ok(Damage::Garbage { unit, at });
            }
            // The magic may lie across two pieces.
            self.consume(self.rest().len().saturating_sub(MEMBER.len() - 1));
            if !self.fill()? {
                let count = Some(self.at + self.rest().len() as u64 - at);
                return Ok(Damage::Trailing { unit, at, count });
            }
        }
    }

    /// Reads until `parse` finds in what is unused what it wants; `None` at the end of the file.
    fn parse<T>(&mut self, parse: impl Fn(&[u8]) -> Option<(T, usize)>) -> io::Result<Option<T>> {
        loop {
            if let Some((parsed, length)) = parse(self.rest()) {
                self.consume(length);
                return Ok(Some(parsed));
            }
            if !self.fill()? {
                return Ok(None);
            }
        }
    }
}

/// Decompresses all members of a file and hands the data on; gives the zeros at its end.
pub(crate) fn inflate<R: Read>(
    mut input: GzipInput<R>,
    outlet: &Outlet,
) -> Result<Option<Padding>, DecodeStop> {
    let unit = Unit::GzipMember;
    let mut member = Member::default();
    let mut chunk = Filling::new(outlet.buffer());
    let mut padding = None;
    loop {
        let at = input.at;
        if input.rest().is_empty() && !input.fill()? {
            break;
        }
        if input.rest()[0] == 0 {
            padding = Some(zeros(&mut input)?);
            break;
        }
        match input.parse(header)? {
            Some(MemberHead::Member) => {}
            Some(MemberHead::Foreign) => return Err(input.foreign(unit)?.into()),
            Some(MemberHead::TooLong) => {
                let what = "its header is longer than 64 KiB";
                return Err(Damage::Broken { unit, at, what }.into());
            }
            None => return Err(Damage::Cut { unit, at }.into()),
        }
        member.inflate(&mut input, at, &mut chunk, outlet)?;
    }
    if chunk.length > 0 {
        outlet.send(chunk.take())?;
    }
    Ok(padding)
}

/// A chunk that is being filled.
struct Filling {
    buffer: Vec<u8>,
    length: usize,
}

impl Filling {
    fn new(mut buffer: Vec<u8>) -> Self {
        buffer.resize(CHUNK, 0);
        Self { buffer, length: 0 }
    }

    const fn is_full(&self) -> bool {
        self.length == CHUNK
    }

    fn take(mut self) -> Vec<u8> {
        self.buffer.truncate(self.length);
        self.buffer
    }
}

/// Everything to the end has to be zero.
fn zeros<R: Read>(input: &mut GzipInput<R>) -> Result<Padding, DecodeStop> {
    let from = input.at;
    loop {
        if input.rest().iter().any(|byte| *byte != 0) {
            let count = input.rest().iter().take_while(|byte| **byte == 0).count();
            return Err(Damage::Hole { from, to: input.at + count as u64 }.into());
        }
        input.consume(input.rest().len());
        if !input.fill()? {
            return Ok(Padding::Zeros);
        }
    }
}

/// What stands where a member should begin.
enum MemberHead {
    Member,
    TooLong,
    Foreign,
}

/// Reads a member's header (RFC 1952, section 2.3).
fn header(bytes: &[u8]) -> Option<(MemberHead, usize)> {
    const CRC: u8 = 2;
    const NAME: u8 = 8;
    const COMMENT: u8 = 16;
    if !may_begin(bytes) || bytes.get(3).is_some_and(|flags| flags & 0xe0 != 0) {
        return Some((MemberHead::Foreign, 0));
    }
    let (fixed, mut rest) = bytes.split_at_checked(10)?;
    let flags = fixed[3];
    if flags & EXTRA != 0 {
        let length = usize::from(u16::from_le_bytes(*rest.first_chunk()?));
        rest = rest.get(2 + length..)?;
    }
    for text in [NAME, COMMENT] {
        if flags & text != 0 {
            match memchr::memchr(0, rest) {
                Some(end) if end <= MAX_TEXT => rest = &rest[end + 1..],
                None if rest.len() <= MAX_TEXT => return None,
                _ => return Some((MemberHead::TooLong, 0)),
            }
        }
    }
    if flags & CRC != 0 {
        rest = rest.get(2..)?;
    }
    Some((MemberHead::Member, bytes.len() - rest.len()))
}

/// What one member is decompressed with.
struct Member {
    inflater: Decompress,
    crc: crc32fast::Hasher,
    length: u32,
}

impl Default for Member {
    fn default() -> Self {
        Self { inflater: Decompress::new(false), crc: crc32fast::Hasher::new(), length: 0 }
    }
}

impl Member {
    /// Decompresses one member, which begins at `at`, from behind its header.
    fn inflate<R: Read>(
        &mut self,
        input: &mut GzipInput<R>,
        at: u64,
        chunk: &mut Filling,
        outlet: &Outlet,
    ) -> Result<(), DecodeStop> {
        let broken = |what| Damage::Broken { unit: Unit::GzipMember, at, what };
        self.inflater.reset(false);
        self.crc.reset();
        self.length = 0;
        loop {
            let status = self.step(input, chunk).ok_or_else(|| broken(NOT_DEFLATE))?;
            if status == Status::StreamEnd {
                break;
            }
            // With room to spare, everything that the input holds was decompressed.
            let drained = input.rest().is_empty() && !chunk.is_full();
            if drained && !input.fill()? {
                return Err(Damage::Cut { unit: Unit::GzipMember, at }.into());
            }
            if chunk.is_full() {
                let next = Filling::new(outlet.buffer());
                outlet.send(std::mem::replace(chunk, next).take())?;
            }
        }
        let found = input.parse(|rest| Some((trailer(rest.get(..TRAILER)?)?, TRAILER)))?;
        let Some((crc, length)) = found else {
            return Err(Damage::Cut { unit: Unit::GzipMember, at }.into());
        };
        if self.crc.clone().finalize() != crc {
            return Err(broken(OTHER_CHECKSUM).into());
        }
        if self.length != length {
            return Err(broken(OTHER_LENGTH).into());
        }
        Ok(())
    }

    /// Decompresses as much as there is input or room for.
    fn step<R: Read>(&mut self, input: &mut GzipInput<R>, chunk: &mut Filling) -> Option<Status> {
        let before = (self.inflater.total_in(), self.inflater.total_out());
        let room = &mut chunk.buffer[chunk.length..];
        let status = self.inflater.decompress(input.rest(), room, FlushDecompress::None).ok()?;
        let used = usize::try_from(self.inflater.total_in() - before.0).ok()?;
        let made = usize::try_from(self.inflater.total_out() - before.1).ok()?;
        let made = &room[..made];
        chunk.length += made.len();
        input.consume(used);
        self.crc.update(made);
        // The length counts modulo 2^32.
        #[expect(clippy::cast_possible_truncation, reason = "a chunk is small")]
        let made = made.len() as u32;
        self.length = self.length.wrapping_add(made);
        Some(status)
    }
}
