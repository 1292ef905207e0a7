//! The header of a CRAM file: the text in the first block of the first container.
//!
//! CRAM specification, sections 6 to 8. Versions 3.0 and 3.1 carry checksums, which are checked;
//! version 2.1 has none.

use std::io::{self, BufRead, BufReader, Read, Take};

use flate2::bufread::GzDecoder;

use crate::formats::{
    FileType,
    header::{Each, Header, HeaderError, MAX_HEADER, Stop, Text, read_i32},
    sniff::CramVersion,
    tap::Tap,
};

const BUFFER: usize = 64 * 1024;
/// `CRAM`, major, minor, and 20 bytes of ID.
const FILE_DEFINITION: usize = 26;
/// The header's container has one landmark or two.
const MAX_LANDMARKS: i32 = 10_000;

/// Reads the header from the first byte of the file.
pub(crate) fn read(
    version: CramVersion,
    whole: impl Read,
    each: Each<'_>,
) -> Result<Header, HeaderError> {
    let mut file = Tap::new(BufReader::with_capacity(BUFFER, whole), MAX_HEADER);
    let mut text = Text::new(each);
    read_all(version, &mut file, &mut text)
        .map_err(|stop| stop.at(FileType::Cram, file.count()))?;
    let references = text.references();
    text.finish(FileType::Cram, references)
}

fn read_all<R: BufRead>(
    version: CramVersion,
    file: &mut Tap<R>,
    text: &mut Text<'_>,
) -> Result<(), Stop> {
    let mut definition = [0; FILE_DEFINITION];
    file.read_exact(&mut definition)?;
    if definition[..6] != [b'C', b'R', b'A', b'M', version.major(), version.minor()] {
        return Err(Stop::Damaged("it does not begin with `CRAM` and the version"));
    }
    container_header(version, file)?;
    block(version, file, text)
}

/// Skips the container's header; its numbers say nothing about the text.
fn container_header<R: BufRead>(version: CramVersion, file: &mut Tap<R>) -> Result<(), Stop> {
    file.take_crc();
    if read_i32(file)? <= 0 {
        return Err(Stop::Damaged("its container is empty"));
    }
    // Reference ID, start, span, records; record counter, bases; blocks. The two counters may be of
    // 64 bits; in this container they are zero, for which both kinds of number look the same.
    for _ in 0..7 {
        itf8(file)?;
    }
    let landmarks = itf8(file)?;
    if !(0..=MAX_LANDMARKS).contains(&landmarks) {
        return Err(Stop::Damaged("the number of its landmarks is impossible"));
    }
    for _ in 0..landmarks {
        itf8(file)?;
    }
    check_crc(version, file, "the checksum of its container differs")
}

/// Reads the text in the first block, then the rest of the block for its checksum.
fn block<R: BufRead>(
    version: CramVersion,
    file: &mut Tap<R>,
    text: &mut Text<'_>,
) -> Result<(), Stop> {
    const FILE_HEADER: u8 = 0;
    let mut method_and_content = [0; 2];
    file.read_exact(&mut method_and_content)?;
    let [method, content] = method_and_content;
    if content != FILE_HEADER {
        return Err(Stop::Damaged("its first block is of another kind"));
    }
    itf8(file)?;
    let size = size(file)?;
    let raw_size = self::size(file)?;
    let mut data = file.by_ref().take(size);
    let result = match method {
        0 => block_text(&mut data, raw_size, text),
        1 => {
            let inflated = GzDecoder::new(&mut data);
            block_text(&mut BufReader::with_capacity(BUFFER, inflated), raw_size, text)
        }
        _ => Err(Stop::Damaged("its text is compressed by another method than gzip")),
    };
    let ended = skip(&mut data)?;
    match result {
        // The whole block is there, so it is not the file that ends too early.
        Err(Stop::Io(error)) if error.kind() == io::ErrorKind::UnexpectedEof && !ended => {
            return Err(Stop::Damaged("its text ends before its length"));
        }
        Err(stop) => return Err(stop),
        Ok(()) if ended => return Err(Stop::Io(io::ErrorKind::UnexpectedEof.into())),
        Ok(()) => {}
    }
    check_crc(version, file, "the checksum of its text differs")
}

fn block_text(data: &mut impl BufRead, raw_size: u64, text: &mut Text<'_>) -> Result<(), Stop> {
    let length = u64::try_from(read_i32(data)?)
        .map_err(|_| Stop::Damaged("the length of its text is negative"))?;
    if length > raw_size.saturating_sub(4) {
        return Err(Stop::Damaged("its text is longer than its block"));
    }
    let mut lines = data.take(length);
    text.read(&mut lines)?;
    if lines.limit() > 0 {
        return Err(Stop::Io(io::ErrorKind::UnexpectedEof.into()));
    }
    Ok(())
}

/// Reads to the end of the block; says whether the file ended before.
fn skip<R: BufRead>(data: &mut Take<R>) -> io::Result<bool> {
    io::copy(data, &mut io::sink())?;
    Ok(data.limit() > 0)
}

fn check_crc<R: BufRead>(
    version: CramVersion,
    file: &mut Tap<R>,
    what: &'static str,
) -> Result<(), Stop> {
    let computed = file.take_crc();
    if version.major() < 3 {
        return Ok(());
    }
    let stored = read_i32(file)?;
    file.take_crc();
    if stored.to_le_bytes() == computed.to_le_bytes() { Ok(()) } else { Err(Stop::Damaged(what)) }
}

/// The size of a block.
fn size(reader: &mut impl Read) -> Result<u64, Stop> {
    u64::try_from(itf8(reader)?).map_err(|_| Stop::Damaged("the size of its text is negative"))
}

/// CRAM's number of one to five bytes: the count of leading ones says how many follow
/// (section 2.3).
fn itf8(reader: &mut impl Read) -> io::Result<i32> {
    let mut first = [0];
    reader.read_exact(&mut first)?;
    let [first] = first;
    let more = first.leading_ones().min(4) as usize;
    let mut bytes = [0; 4];
    let bytes = &mut bytes[..more];
    reader.read_exact(bytes)?;
    let value = match more {
        4 => {
            let high =
                bytes[..3].iter().fold(u32::from(first & 0x0f), |n, b| n << 8 | u32::from(*b));
            // Only the low half of the last byte counts.
            high << 4 | u32::from(bytes[3] & 0x0f)
        }
        _ => bytes.iter().fold(u32::from(first) & (0x7f >> more), |n, b| n << 8 | u32::from(*b)),
    };
    Ok(value.cast_signed())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_one_to_five_bytes() {
        for (bytes, number) in [
            (&[0x00][..], 0),
            (&[0x7f], 127),
            (&[0x80, 0x80], 128),
            (&[0xbf, 0xff], 0x3fff),
            (&[0xc0, 0x40, 0x00], 0x4000),
            (&[0xe0, 0x20, 0x00, 0x00], 0x0020_0000),
            (&[0xf1, 0x00, 0x00, 0x00, 0x00], 0x1000_0000),
            (&[0xf7, 0xff, 0xff, 0xff, 0x0f], i32::MAX),
            (&[0xff, 0xff, 0xff, 0xff, 0x0f], -1),
            (&[0xff, 0xff, 0xff, 0xff, 0xff], -1),
            (&[0xf8, 0x00, 0x00, 0x00, 0x00], i32::MIN),
        ] {
            let mut rest = bytes;
            assert_eq!((itf8(&mut rest).unwrap(), rest), (number, &[][..]), "{bytes:x?}");
            assert!(itf8(&mut &bytes[..bytes.len() - 1]).is_err());
        }
    }
}
