//! The header of a BAM file: text, then the binary list of reference sequences.
//!
//! SAM specification, section 4.2. Everything that lies in BGZF is read as the gzip that it is.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::MultiGzDecoder;

use crate::formats::{
    FileType,
    counting_reader::CountingReader,
    header::{
        Each, HeaderError, HeaderStop, HeaderText, MAX_HEADER, ReferenceSequence, SamHeader,
        read_i32,
    },
};

/// How a BAM begins, inside of BGZF.
pub(crate) const MAGIC: [u8; 4] = *b"BAM\x01";
/// The longest name of a reference sequence, with its final zero; far beyond what occurs.
pub(super) const MAX_NAME: usize = 64 * 1024;
const BUFFER: usize = 64 * 1024;

type InflatingReader<R> = CountingReader<BufReader<MultiGzDecoder<CountingReader<BufReader<R>>>>>;

/// Reads the header from the first byte of the file.
pub(crate) fn read(whole: impl Read, each: Each<'_>) -> Result<SamHeader, HeaderError> {
    let file = CountingReader::new(BufReader::with_capacity(BUFFER, whole), MAX_HEADER);
    let inflated = BufReader::with_capacity(BUFFER, MultiGzDecoder::new(file));
    let mut reader = CountingReader::new(inflated, MAX_HEADER);
    let mut text = HeaderText::new(each);
    let references =
        read_all(&mut reader, &mut text).map_err(|stop| stop.at(FileType::Bam, reader.count()))?;
    // It is the binary list that tells: BAM files without `@SQ` lines exist.
    let file_type = if references == 0 { FileType::Ubam } else { FileType::Bam };
    let mut header = text.finish(file_type, references)?;
    header.seems_unaligned = references > 0 && are_unaligned(&mut reader).unwrap_or(false);
    Ok(header)
}

/// Whether there are reads, and the first ones are unaligned; what is wrong with them is not told here.
fn are_unaligned(records: &mut impl BufRead) -> io::Result<bool> {
    const LOOKED_AT: usize = 100;
    const LONGEST: u64 = 1024 * 1024;
    const UNMAPPED: u8 = 4;
    for number in 0..LOOKED_AT {
        if records.fill_buf()?.is_empty() {
            return Ok(number > 0);
        }
        let size = u64::try_from(read_i32(records)?).unwrap_or(0);
        let mut fixed = [0; 16];
        records.read_exact(&mut fixed)?;
        if fixed[14] & UNMAPPED == 0 {
            return Ok(false);
        }
        if size > LONGEST {
            return Ok(true);
        }
        let rest = size.saturating_sub(fixed.len() as u64);
        io::copy(&mut records.by_ref().take(rest), &mut io::sink())?;
    }
    Ok(true)
}

/// Reads text and list; gives the length of the list.
fn read_all<R: Read>(
    reader: &mut InflatingReader<R>,
    text: &mut HeaderText<'_>,
) -> Result<u64, HeaderStop> {
    let mut magic = [0; 4];
    reader.read_exact(&mut magic)?;
    if magic != MAGIC {
        return Err(HeaderStop::Damaged("it does not begin with `BAM`"));
    }
    let length = u64::try_from(read_i32(reader)?)
        .map_err(|_| HeaderStop::Damaged("the length of its text is negative"))?;
    let start = reader.count();
    text.read(reader.by_ref().take(length))?;
    if reader.count() - start < length {
        return Err(HeaderStop::Io(io::ErrorKind::UnexpectedEof.into()));
    }
    let count = u64::try_from(read_i32(reader)?)
        .map_err(|_| HeaderStop::Damaged("the number of its reference sequences is negative"))?;
    let in_text = text.references() > 0;
    let mut name = Vec::new();
    for _ in 0..count {
        read_name(reader, &mut name)?;
        let length = u64::try_from(read_i32(reader)?).ok();
        if !in_text {
            let name = String::from_utf8_lossy(&name);
            text.show(ReferenceSequence { name, length, md5: None, assembly: None });
        }
    }
    Ok(count)
}

/// Reads a name that is preceded by its length and followed by a zero.
fn read_name<R: Read>(
    reader: &mut InflatingReader<R>,
    name: &mut Vec<u8>,
) -> Result<(), HeaderStop> {
    let length = u64::try_from(read_i32(reader)?).unwrap_or(0);
    if !(1..=MAX_NAME as u64).contains(&length) {
        return Err(HeaderStop::Damaged("the length of a reference sequence's name is impossible"));
    }
    name.clear();
    if (reader.by_ref().take(length).read_to_end(name)? as u64) < length {
        return Err(HeaderStop::Io(io::ErrorKind::UnexpectedEof.into()));
    }
    name.pop_if(|byte| *byte == 0);
    Ok(())
}
