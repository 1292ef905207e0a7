//! Lists of reference sequences: those of a header, and those of a genome's index (`.fai`).
//!
//! Whether one list fits the other is `fit`'s matter.

use std::io::Read;

use super::{
    header::HeaderError,
    inspect::{Kind, read_header_with},
};

/// A reference sequence by its name and its length.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Contig {
    pub name: Box<str>,
    /// `None` if a header does not say it.
    pub length: Option<u64>,
}

/// Text that is no index of a genome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("line {0} is not that of a FASTA index: a name and a length are needed")]
pub struct NotAnIndex(u64);

/// Reads the index of a FASTA file (<https://www.htslib.org/doc/faidx.html>): a line a sequence, with
/// its name and length in the first two columns.
pub fn read_index(text: &[u8]) -> Result<Vec<Contig>, NotAnIndex> {
    let lines = (1..).zip(text.split(|byte| *byte == b'\n'));
    let contigs = lines.filter(|(_, line)| !line.trim_ascii().is_empty()).map(|(number, line)| {
        let mut columns = line.split(|byte| *byte == b'\t');
        let name = columns.next().filter(|name| !name.is_empty());
        let length = columns.next().and_then(|text| str::from_utf8(text).ok()?.trim().parse().ok());
        let (Some(name), Some(length)) = (name, length) else { return Err(NotAnIndex(number)) };
        let name = String::from_utf8_lossy(name).into();
        Ok(Contig { name, length: Some(length) })
    });
    contigs.collect()
}

/// The reference sequences of a header; `None` if they are too many to be kept.
pub type Contigs = Option<Vec<Contig>>;

/// What is kept of a header: half a million sequences with usual names.
const MAX_BYTES: usize = 32 * 1024 * 1024;

/// Reads the header of a BAM or CRAM file from its first byte, for its reference sequences alone.
pub fn read_contigs(kind: Kind, whole: impl Read) -> Result<Contigs, HeaderError> {
    let mut contigs = Some(Vec::new());
    let mut bytes = 0;
    read_header_with(kind, whole, |reference| {
        let Some(kept) = &mut contigs else { return };
        bytes += size_of::<Contig>() + reference.name.len() + 2 * size_of::<usize>();
        if bytes > MAX_BYTES {
            contigs = None;
            return;
        }
        kept.push(Contig { name: (*reference.name).into(), length: reference.length });
    })?;
    Ok(contigs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_is_names_and_lengths() {
        let text = b"chr1\t248956422\t6\t60\t61\nchr2\t242193529\t253105752\t60\t61\r\nM\t3\n\n";
        let read: Vec<_> = read_index(text)
            .unwrap()
            .into_iter()
            .map(|contig| (contig.name.to_string(), contig.length.unwrap()))
            .collect();
        let wanted = [("chr1", 248_956_422), ("chr2", 242_193_529), ("M", 3)];
        assert_eq!(read, wanted.map(|(name, length)| (name.to_owned(), length)));
        assert_eq!(read_index(b""), Ok(Vec::new()));
        for (text, line) in [
            (">chr1\nACGT\n", 1),
            ("chr1\t10\nchr2\tten\n", 2),
            ("\t10\n", 1),
            ("chr1\t-1\n", 1),
            ("{\"message\":\"no\"}", 1),
        ] {
            assert_eq!(read_index(text.as_bytes()), Err(NotAnIndex(line)), "{text}");
        }
    }
}
