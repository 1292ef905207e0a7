//! What follows the data of a FASTQ and belongs to nothing: some tools pass over it, and others take the
//! file for truncated.

use crate::types::Quoted;

/// Bytes without meaning at the end of a FASTQ; continues a sentence that begins with the file.
///
/// pysam reads blank lines and `gzip -t` zeros; `samtools import` refuses both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Padding {
    #[error("ends with a blank line, which samtools takes for a truncated record")]
    BlankLine,
    /// As tapes and disks make up their blocks.
    #[error("has zeros after its gzip data, which samtools refuses")]
    Zeros,
}

impl Padding {
    /// How to take it off a file that is called `shown`.
    pub fn hint(self, shown: &str) -> String {
        let file = Quoted::new(shown);
        let command = match self {
            Self::BlankLine => format!("seqtk seq {file}"),
            Self::Zeros => format!("gzip -dc {file}"),
        };
        format!(
            "take it off with `{command} | gzip > OUT.fastq.gz`; `--allow-padding` uploads it as it is"
        )
    }
}
