//! The header of a CRAM file: the text in the first block of the first container.
//!
//! CRAM specification, sections 6 to 8. Versions 3.0 and 3.1 carry checksums, which are checked;
//! version 2.1 has none.

use std::io::{self, BufRead, BufReader, Read, Take};

use flate2::bufread::GzDecoder;

use super::{
    container::MAX_LANDMARKS,
    number::itf8,
    version::{CramVersion, DEFINITION, named_version},
};
use crate::formats::{
    FileType,
    counting_reader::CountingReader,
    header::{Each, HeaderError, HeaderStop, HeaderText, MAX_HEADER, SamHeader, read_i32},
};

const BUFFER: usize = 64 * 1024;

/// Reads the header from the first byte of the file.
pub(crate) fn read(
    version: CramVersion,
    whole: impl Read,
    each: Each<'_>,
) -> Result<SamHeader, HeaderError> {
    let mut file = CountingReader::new(BufReader::with_capacity(BUFFER, whole), MAX_HEADER);
    let mut text = HeaderText::new(each);
    read_all(version, &mut file, &mut text)
        .map_err(|stop| stop.at(FileType::Cram, file.count()))?;
    let references = text.references();
    text.finish(FileType::Cram, references)
}

fn read_all<R: BufRead>(
    version: CramVersion,
    file: &mut CountingReader<R>,
    text: &mut HeaderText<'_>,
) -> Result<(), HeaderStop> {
    let mut definition = [0; DEFINITION];
    file.read_exact(&mut definition)?;
    if named_version(&definition) != Some((version.major(), version.minor())) {
        return Err(HeaderStop::Damaged("it does not begin with `CRAM` and the version"));
    }
    container_header(version, file)?;
    block(version, file, text)
}

/// Skips the container's header; its numbers say nothing about the text.
fn container_header<R: BufRead>(
    version: CramVersion,
    file: &mut CountingReader<R>,
) -> Result<(), HeaderStop> {
    file.take_crc();
    if read_i32(file)? <= 0 {
        return Err(HeaderStop::Damaged("its container is empty"));
    }
    // Reference ID, start, span, records; record counter, bases; blocks. The two counters may be of
    // 64 bits; in this container they are zero, for which both kinds of number look the same.
    for _ in 0..7 {
        itf8(file)?;
    }
    let landmarks = itf8(file)?;
    if !(0..=MAX_LANDMARKS).contains(&landmarks) {
        return Err(HeaderStop::Damaged("the number of its landmarks is impossible"));
    }
    for _ in 0..landmarks {
        itf8(file)?;
    }
    check_crc(version, file, "the checksum of its container differs")
}

/// Reads the text in the first block, then the rest of the block for its checksum.
fn block<R: BufRead>(
    version: CramVersion,
    file: &mut CountingReader<R>,
    text: &mut HeaderText<'_>,
) -> Result<(), HeaderStop> {
    const FILE_HEADER: u8 = 0;
    let mut method_and_content = [0; 2];
    file.read_exact(&mut method_and_content)?;
    let [method, content] = method_and_content;
    if content != FILE_HEADER {
        return Err(HeaderStop::Damaged("its first block is of another kind"));
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
        _ => Err(HeaderStop::Damaged("its text is compressed by another method than gzip")),
    };
    let ended = skip(&mut data)?;
    match result {
        // The whole block is there, so it is not the file that ends too early.
        Err(HeaderStop::Io(error)) if error.kind() == io::ErrorKind::UnexpectedEof && !ended => {
            return Err(HeaderStop::Damaged("its text ends before its length"));
        }
        Err(stop) => return Err(stop),
        Ok(()) if ended => return Err(HeaderStop::Io(io::ErrorKind::UnexpectedEof.into())),
        Ok(()) => {}
    }
    check_crc(version, file, "the checksum of its text differs")
}

fn block_text(
    data: &mut impl BufRead,
    raw_size: u64,
    text: &mut HeaderText<'_>,
) -> Result<(), HeaderStop> {
    let length = u64::try_from(read_i32(data)?)
        .map_err(|_| HeaderStop::Damaged("the length of its text is negative"))?;
    if length > raw_size.saturating_sub(4) {
        return Err(HeaderStop::Damaged("its text is longer than its block"));
    }
    let mut lines = data.take(length);
    text.read(&mut lines)?;
    if lines.limit() > 0 {
        return Err(HeaderStop::Io(io::ErrorKind::UnexpectedEof.into()));
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
    file: &mut CountingReader<R>,
    what: &'static str,
) -> Result<(), HeaderStop> {
    let computed = file.take_crc();
    if version.major() < 3 {
        return Ok(());
    }
    let stored = read_i32(file)?;
    file.take_crc();
    if stored.to_le_bytes() == computed.to_le_bytes() {
        Ok(())
    } else {
        Err(HeaderStop::Damaged(what))
    }
}

/// The size of a block.
fn size(reader: &mut impl Read) -> Result<u64, HeaderStop> {
    u64::try_from(itf8(reader)?)
        .map_err(|_| HeaderStop::Damaged("the size of its text is negative"))
}
