//! The header of a BAM or CRAM file, read tolerantly.
//!
//! Duplicate IDs, bare `@CO` lines, a misplaced `@HD` and bytes that are no UTF-8 occur in files that
//! work well everywhere, so nothing of it matters here. Sizes are bounded, because they come from
//! the file. What the text lies in is known to `bam` and `cram`.

use std::{
    borrow::Cow,
    collections::HashSet,
    io::{self, BufRead, Read},
};

use super::file_type::FileType;

/// Neither more of a file is read for its header, nor more decompressed: text of 2 GiB, which its length
/// cannot exceed, and the list of reference sequences. All of it passes line by line.
pub(super) const MAX_HEADER: u64 = 4 * 1024 * 1024 * 1024;
/// The most read groups that are kept, and bytes of their fields.
const MAX_READ_GROUPS: usize = 100_000;
const MAX_FIELDS: usize = 8 * 1024 * 1024;
/// What of a line is looked at; the rest is skipped.
const MAX_LINE: u64 = 1024 * 1024;

/// What an upload wants to know of a header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SamHeader {
    /// BAM, UBAM or CRAM.
    pub file_type: FileType,
    pub read_groups: Vec<ReadGroup>,
    /// The different `SM` of the read groups, in order of appearance.
    pub samples: Vec<String>,
    /// The first `@RG` line whose fields are not separated by tabs, so that they cannot be read.
    pub unreadable: Option<String>,
    pub sort_order: Option<SortOrder>,
    /// How many reference sequences there are: the binary list of a BAM, the `@SQ` lines of a CRAM.
    pub references: u64,
    /// Whether the first reads of a BAM are unaligned, though it has reference sequences.
    pub seems_unaligned: bool,
}

/// An `@RG` line. Fields that are missing or empty are `None`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadGroup {
    pub id: Option<String>,
    pub sample: Option<String>,
    pub library: Option<String>,
    pub platform: Option<String>,
    pub unit: Option<String>,
}

/// The `SO` of the `@HD` line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, strum::EnumString, strum::IntoStaticStr)]
#[strum(serialize_all = "lowercase", const_into_str)]
pub enum SortOrder {
    Unknown,
    Unsorted,
    QueryName,
    Coordinate,
}

impl SortOrder {
    /// As the header spells it.
    pub const fn as_str(self) -> &'static str {
        self.into_str()
    }
}

/// A reference sequence: an `@SQ` line, or an entry of a BAM's binary list when there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferenceSequence<'a> {
    pub name: Cow<'a, str>,
    /// `None` if the line has none, or one that is no number.
    pub length: Option<u64>,
    /// `M5`: the MD5 of the sequence.
    pub md5: Option<Cow<'a, str>>,
    /// `AS`: the assembly.
    pub assembly: Option<Cow<'a, str>>,
}

/// Why a header could not be read.
#[derive(Debug, thiserror::Error)]
pub enum HeaderError {
    #[error("the {format} header ends after {at} bytes; the file is truncated")]
    Truncated { format: FileType, at: u64 },
    #[error("the {format} header is damaged after {at} bytes: {what}")]
    Damaged { format: FileType, at: u64, what: &'static str },
    #[error("the {format} header is too large: it has more than {limit}")]
    TooLarge { format: FileType, limit: &'static str },
    #[error("reading the {format} header failed")]
    Io { format: FileType, source: io::Error },
}

/// Told of every reference sequence.
pub(crate) type Each<'a> = &'a mut dyn FnMut(ReferenceSequence<'_>);

/// What the lines of a header's text have said so far.
pub(crate) struct HeaderText<'a> {
    each: Each<'a>,
    read_groups: Vec<ReadGroup>,
    samples: Vec<String>,
    seen: HashSet<String>,
    unreadable: Option<String>,
    sort_order: Option<SortOrder>,
    references: u64,
    /// Bytes of fields that are kept.
    kept: usize,
    too_many: Option<&'static str>,
}

impl<'a> HeaderText<'a> {
    pub(crate) fn new(each: Each<'a>) -> Self {
        Self {
            each,
            read_groups: Vec::new(),
            samples: Vec::new(),
            seen: HashSet::new(),
            unreadable: None,
            sort_order: None,
            references: 0,
            kept: 0,
            too_many: None,
        }
    }

    /// Reads lines until the end of `reader`.
    pub(crate) fn read(&mut self, mut reader: impl BufRead) -> io::Result<()> {
        let mut line = Vec::new();
        loop {
            line.clear();
            if reader.by_ref().take(MAX_LINE).read_until(b'\n', &mut line)? == 0 {
                return Ok(());
            }
            if line.len() as u64 == MAX_LINE && line.last() != Some(&b'\n') {
                reader.skip_until(b'\n')?;
            }
            self.line(line.trim_ascii_end());
        }
    }

    fn line(&mut self, line: &[u8]) {
        // Text in a BAM may be padded with zeros.
        let line = line.split(|byte| *byte == 0).next().unwrap_or_default();
        match line.get(..4) {
            Some(b"@RG\t") => self.read_group(line),
            Some(b"@RG " | b"@RG\\") => self.unread(line),
            Some(b"@SQ\t") => self.reference(line),
            Some(b"@HD\t") if self.sort_order.is_none() => {
                let order = fields(line).find(|field| field.0 == b"SO");
                self.sort_order = order.map(|(_, order)| {
                    let order = std::str::from_utf8(order).unwrap_or_default();
                    order.parse().unwrap_or(SortOrder::Unknown)
                });
            }
            _ => {}
        }
    }

    fn read_group(&mut self, line: &[u8]) {
        if self.read_groups.len() == MAX_READ_GROUPS {
            self.too_many = Some("100000 read groups");
            return;
        }
        let mut group = ReadGroup::default();
        for (tag, value) in fields(line) {
            let place = match tag {
                b"ID" => &mut group.id,
                b"SM" => &mut group.sample,
                b"LB" => &mut group.library,
                b"PL" => &mut group.platform,
                b"PU" => &mut group.unit,
                _ => continue,
            };
            self.kept += value.len();
            if self.kept > MAX_FIELDS {
                self.too_many = Some("8 MiB of read groups");
                return;
            }
            // Of a tag that is given twice, the first one counts, as for htslib.
            place.get_or_insert_with(|| String::from_utf8_lossy(value).into_owned());
        }
        // A shell's quoting can leave blanks or `\t` where tabs should be.
        let is_glued = |value: &str| [" SM:", "\\tSM:"].iter().any(|slip| value.contains(slip));
        if group.sample.is_none() && is_glued(&String::from_utf8_lossy(line)) {
            self.unread(line);
        }
        if let Some(sample) = &group.sample
            && self.seen.insert(sample.clone())
        {
            self.samples.push(sample.clone());
        }
        self.read_groups.push(group);
    }

    fn unread(&mut self, line: &[u8]) {
        const SHOWN: usize = 100;
        let shown = line.get(..SHOWN).unwrap_or(line);
        self.unreadable.get_or_insert_with(|| String::from_utf8_lossy(shown).into_owned());
    }

    fn reference(&mut self, line: &[u8]) {
        let get = |tag: &[u8]| fields(line).find(|field| field.0 == tag).map(|field| field.1);
        self.references += 1;
        (self.each)(ReferenceSequence {
            name: String::from_utf8_lossy(get(b"SN").unwrap_or_default()),
            length: get(b"LN").and_then(|text| str::from_utf8(text).ok()?.parse().ok()),
            md5: get(b"M5").map(String::from_utf8_lossy),
            assembly: get(b"AS").map(String::from_utf8_lossy),
        });
    }

    /// How many `@SQ` lines there were.
    pub(crate) const fn references(&self) -> u64 {
        self.references
    }

    /// Shows a reference sequence that is not in the text.
    pub(crate) fn show(&mut self, reference: ReferenceSequence<'_>) {
        (self.each)(reference);
    }

    pub(crate) fn finish(
        self,
        file_type: FileType,
        references: u64,
    ) -> Result<SamHeader, HeaderError> {
        if let Some(limit) = self.too_many {
            return Err(HeaderError::TooLarge { format: file_type, limit });
        }
        let Self { read_groups, samples, unreadable, sort_order, .. } = self;
        let seems_unaligned = false;
        Ok(SamHeader {
            file_type,
            read_groups,
            samples,
            unreadable,
            sort_order,
            references,
            seems_unaligned,
        })
    }
}

/// The `TAG:VALUE` fields of a line that have a value.
fn fields(line: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    line.split(|byte| *byte == b'\t').filter_map(|field| match field {
        [_, _, b':', value @ ..] if !value.is_empty() => Some((&field[..2], value)),
        _ => None,
    })
}

/// Reads a little-endian number.
pub(super) fn read_i32(reader: &mut impl Read) -> io::Result<i32> {
    let mut bytes = [0; 4];
    reader.read_exact(&mut bytes)?;
    Ok(i32::from_le_bytes(bytes))
}

/// Why reading stopped; the place is added by [`HeaderStop::at`].
pub(crate) enum HeaderStop {
    Io(io::Error),
    Damaged(&'static str),
}

impl From<io::Error> for HeaderStop {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl HeaderStop {
    /// Sorts failures by what they mean for the user.
    pub(crate) fn at(self, format: FileType, at: u64) -> HeaderError {
        let error = match self {
            Self::Damaged(what) => return HeaderError::Damaged { format, at, what },
            Self::Io(error) => error,
        };
        match error.kind() {
            io::ErrorKind::UnexpectedEof => HeaderError::Truncated { format, at },
            // What flate2 says of data that is no gzip, and of wrong checksums.
            io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => {
                HeaderError::Damaged { format, at, what: "its data cannot be decompressed" }
            }
            // What `CountingReader` says.
            io::ErrorKind::FileTooLarge => HeaderError::TooLarge { format, limit: "4 GiB" },
            _ => HeaderError::Io { format, source: error },
        }
    }
}
