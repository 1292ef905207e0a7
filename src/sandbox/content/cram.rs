//! CRAM: containers and blocks to the end, with their checksums; nothing is decoded.
//!
//! Section numbers are those of the CRAM specification 3.1.

use std::io::{self, Read};

use super::flaw::SourceFlaw;
use crate::sandbox::state::{ContentFindings, Extents};

/// The container that ends a file (section 9); the ninth byte's high half is not defined.
const END_3: [u8; 38] = [
    0x0f, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0x0f, 0xe0, 0x45, 0x4f, 0x46, 0, 0, 0, 0, 1, 0, 5, 0xbd,
    0xd9, 0x4f, 0, 1, 0, 6, 6, 1, 0, 1, 0, 1, 0, 0xee, 0x63, 1, 0x4b,
];
const END_2: [u8; 30] = [
    0x0b, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0x0f, 0xe0, 0x45, 0x4f, 0x46, 0, 0, 0, 0, 1, 0, 0, 1, 0,
    6, 6, 1, 0, 1, 0, 1, 0,
];

/// Versions that are read; only the later one has checksums.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Version {
    Two,
    Three,
}

/// Reads a CRAM file to its end.
pub(crate) fn inspect(mut cram: impl Read, whole: Extents) -> Result<ContentFindings, SourceFlaw> {
    let mut definition = [0; 26];
    cram.read_exact(&mut definition)?;
    let version = match definition {
        [b'C', b'R', b'A', b'M', 2, 1, ..] => Version::Two,
        [b'C', b'R', b'A', b'M', 3, 0 | 1, ..] => Version::Three,
        [b'C', b'R', b'A', b'M', major, minor, ..] => {
            return Err(SourceFlaw::new(format!("its version {major}.{minor} is not known")));
        }
        _ => return Err(SourceFlaw::new("it does not begin as CRAM does")),
    };
    let mut findings = ContentFindings::default();
    let (mut containers, mut has_ended) = (0_u64, false);
    let trailing = || SourceFlaw::new("something follows its end-of-file container");
    loop {
        let found = container(&mut cram, version, &mut findings);
        match found {
            Ok(CramContainer::None) => break,
            Ok(CramContainer::Data) | Err(_) if has_ended => return Err(trailing()),
            Ok(found) => has_ended = matches!(found, CramContainer::End),
            Err(flaw) if containers == 0 => return Err(flaw),
            Err(flaw) => return Err(flaw.within(containers + 1)),
        }
        containers += 1;
    }
    let ends = match version {
        Version::Three => ends_with(whole.last(END_3.len())?, &END_3),
        Version::Two => ends_with(whole.last(END_2.len())?, &END_2),
    };
    if !ends {
        return Err(SourceFlaw::new("it does not end in an end-of-file container"));
    }
    Ok(findings)
}

fn ends_with(mut tail: Vec<u8>, end: &[u8]) -> bool {
    if let Some(byte) = tail.get_mut(8) {
        *byte &= 0x0f;
    }
    tail == end
}

/// What stands where a container may begin.
enum CramContainer {
    Data,
    /// The one that ends a file.
    End,
    /// Nothing follows.
    None,
}

/// Reads one container (section 7).
fn container(
    cram: &mut impl Read,
    version: Version,
    findings: &mut ContentFindings,
) -> Result<CramContainer, SourceFlaw> {
    const EOF: u32 = 0x45_4f46;
    let mut header = Summed::new(cram);
    let Some(length) = header.length()? else { return Ok(CramContainer::None) };
    let (_, start, _) = (header.itf8()?, header.itf8()?, header.itf8()?);
    let records = header.itf8()?;
    match version {
        Version::Two => drop(header.itf8()?),
        Version::Three => drop(header.ltf8()?),
    }
    let bases = header.ltf8()?;
    header.itf8()?;
    for _ in 0..header.itf8()? {
        header.itf8()?;
    }
    header.check(version, "a container's header")?;
    findings.reads += u64::from(records);
    findings.bases = findings.bases.saturating_add(bases);
    let mut body = cram.take(length.into());
    while body.limit() > 0 {
        block(&mut body, version)?;
    }
    Ok(if records == 0 && start == EOF { CramContainer::End } else { CramContainer::Data })
}

/// Reads one block (section 8).
fn block(body: &mut io::Take<impl Read>, version: Version) -> Result<(), SourceFlaw> {
    let mut block = Summed::new(body);
    block.skip(2)?;
    block.itf8()?;
    let size = block.itf8()?;
    block.itf8()?;
    block.skip(size.into())?;
    block.check(version, "a block")
}

/// Reads numbers, and keeps the checksum of what was read.
struct Summed<'a, R> {
    reader: &'a mut R,
    sum: crc32fast::Hasher,
}

impl<'a, R: Read> Summed<'a, R> {
    fn new(reader: &'a mut R) -> Self {
        Self { reader, sum: crc32fast::Hasher::new() }
    }

    fn byte(&mut self) -> io::Result<u8> {
        let mut byte = [0];
        self.reader.read_exact(&mut byte)?;
        self.sum.update(&byte);
        Ok(byte[0])
    }

    /// The length that a container begins with; `None` at the end of the file.
    fn length(&mut self) -> io::Result<Option<u32>> {
        let mut bytes = [0; 4];
        let first = loop {
            match self.reader.read(&mut bytes[..1]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        if first == 0 {
            return Ok(None);
        }
        self.reader.read_exact(&mut bytes[1..])?;
        self.sum.update(&bytes);
        Ok(Some(u32::from_le_bytes(bytes)))
    }

    /// An integer of 32 bits in one to five bytes (section 2.3).
    fn itf8(&mut self) -> io::Result<u32> {
        let first = self.byte()?;
        let more = first.leading_ones().min(4);
        if more == 4 {
            // The last of five bytes counts with its lower half only.
            let high = (0..3).try_fold(u32::from(first & 0x0f), |value, _| {
                self.byte().map(|byte| value << 8 | u32::from(byte))
            })?;
            return Ok(high << 4 | u32::from(self.byte()? & 0x0f));
        }
        let mask = 0xff_u8.checked_shr(more + 1).unwrap_or(0);
        (0..more).try_fold(u32::from(first & mask), |value, _| {
            self.byte().map(|byte| value << 8 | u32::from(byte))
        })
    }

    /// An integer of 64 bits in one to nine bytes (section 2.3).
    fn ltf8(&mut self) -> io::Result<u64> {
        let first = self.byte()?;
        let more = first.leading_ones();
        let mask = 0xff_u8.checked_shr(more + 1).unwrap_or(0);
        (0..more).try_fold(u64::from(first & mask), |value, _| {
            self.byte().map(|byte| value << 8 | u64::from(byte))
        })
    }

    fn skip(&mut self, mut size: u64) -> io::Result<()> {
        let mut buffer = [0; 16 * 1024];
        while size > 0 {
            let step = usize::try_from(size).unwrap_or(usize::MAX).min(buffer.len());
            self.reader.read_exact(&mut buffer[..step])?;
            self.sum.update(&buffer[..step]);
            size -= step as u64;
        }
        Ok(())
    }

    /// Holds the checksum that follows against what was read.
    fn check(self, version: Version, what: &str) -> Result<(), SourceFlaw> {
        if version == Version::Two {
            return Ok(());
        }
        let mut stated = [0; 4];
        self.reader.read_exact(&mut stated)?;
        if u32::from_le_bytes(stated) != self.sum.finalize() {
            return Err(SourceFlaw::new(format!("the checksum of {what} does not match")));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_the_specification_says() {
        for (bytes, value) in [
            (&[0x00][..], 0),
            (&[0x7f], 127),
            (&[0x80, 0x80], 128),
            (&[0xbf, 0xff], 0x3fff),
            (&[0xc0, 0x40, 0x00], 0x4000),
            (&[0xe0, 0x45, 0x4f, 0x46], 4_542_278),
            (&[0xff, 0xff, 0xff, 0xff, 0x0f], u32::MAX),
            (&[0xf1, 0x23, 0x45, 0x67, 0x08], 0x1234_5678),
        ] {
            let mut reader = bytes;
            assert_eq!(Summed::new(&mut reader).itf8().unwrap(), value, "{bytes:x?}");
            assert!(reader.is_empty());
        }
        for (bytes, value) in [
            (&[0x05][..], 5),
            (&[0x80, 0x80], 128),
            (&[0xf8, 0x01, 0x02, 0x03, 0x04, 0x05], 0x01_0203_0405),
            (&[0xff; 9], u64::MAX),
            (&[0xfe, 1, 2, 3, 4, 5, 6, 7], 0x01_0203_0405_0607),
        ] {
            let mut reader = bytes;
            assert_eq!(Summed::new(&mut reader).ltf8().unwrap(), value, "{bytes:x?}");
            assert!(reader.is_empty());
        }
    }
}
