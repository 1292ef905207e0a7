//! How a FASTQ in BGZF ends, judged by its last bytes: with a whole record.

use super::{padding::Padding, read_name::ReadName};
use crate::formats::{
    bgzf,
    end_flaw::{EndFlaw, Tail},
    gzip::{self, frame::MAGIC},
    last_bytes::LastBytes,
};

/// What is kept of the text in the last blocks: enough for records of half a million bases.
const KEPT: usize = 1024 * 1024;

/// Judges the end of FASTQ in BGZF; what follows other gzip in one file is gzip, and as good.
pub(crate) fn judge(end: &LastBytes<'_>) -> Tail {
    let behind = |at: u64| {
        let place = usize::try_from(at - end.start).unwrap_or_default();
        end.bytes.get(place..).unwrap_or_default()
    };
    let is_gzip = |at| behind(at).starts_with(&MAGIC);
    match bgzf::end::judge(end, KEPT) {
        Ok(text) => judge_text(end, &text),
        Err(EndFlaw::NoBlock(at)) if is_gzip(at) || at == end.start => gzip::end::judge(end),
        Err(EndFlaw::Trailing { at, .. }) if is_gzip(at) => gzip::end::judge(end),
        Err(EndFlaw::Trailing { at, .. }) if behind(at).iter().all(|byte| *byte == 0) => {
            Tail::of(Some(EndFlaw::Padding(Padding::Zeros)))
        }
        Err(flaw) => Tail::of(Some(flaw)),
    }
}

/// What is in the last blocks.
fn judge_text(end: &LastBytes<'_>, text: &[u8]) -> Tail {
    let (name, flaw) = match text_end(text, end.is_whole()) {
        TextEnd::Broken => return Tail::of(Some(EndFlaw::HalfRecord)),
        TextEnd::Unknown => (None, None),
        TextEnd::Record(name) => (Some(name), None),
        TextEnd::Blank(name) => (Some(name), Some(EndFlaw::Padding(Padding::BlankLine))),
    };
    let is_open = name.is_some() && !text.ends_with(b"\n");
    let unmarked = || (!end.bytes.ends_with(&bgzf::END)).then_some(EndFlaw::Unmarked);
    Tail { last_read: name.map(ReadName::parse), is_open, ..Tail::of(flaw.or_else(unmarked)) }
}

/// How the text of a FASTQ ends.
#[derive(Debug, PartialEq, Eq)]
enum TextEnd<'a> {
    /// With a whole record of this name.
    Record(&'a [u8]),
    /// The same, and blank lines.
    Blank(&'a [u8]),
    /// In the middle of a record.
    Broken,
    /// With a record that is longer than what is seen.
    Unknown,
}

/// Looks at the last lines of a FASTQ; `is_whole` says that `text` begins with a line.
fn text_end(text: &[u8], is_whole: bool) -> TextEnd<'_> {
    /// Among so many lines, there is a whole record.
    const SURELY_A_RECORD: usize = 8;
    // The last line of a record without bases is blank, too.
    if let Some(name) = last_name(text.strip_suffix(b"\n").unwrap_or(text), is_whole) {
        return TextEnd::Record(name);
    }
    if let Some(name) = last_name(text.trim_ascii_end(), is_whole) {
        return TextEnd::Blank(name);
    }
    let is_enough = memchr::memchr_iter(b'\n', text).nth(SURELY_A_RECORD).is_some();
    if is_enough { TextEnd::Broken } else { TextEnd::Unknown }
}

/// The first of the last four lines without its `@`, if the four are a record.
fn last_name(text: &[u8], is_whole: bool) -> Option<&[u8]> {
    let mut lines =
        text.rsplit(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let (qualities, plus, bases) = (lines.next()?, lines.next()?, lines.next()?);
    let name = lines.next()?.strip_prefix(b"@")?;
    // The first line that is here may not be here whole.
    let is_line = is_whole || lines.next().is_some();
    (is_line && plus.first() == Some(&b'+') && qualities.len() == bases.len()).then_some(name)
}
