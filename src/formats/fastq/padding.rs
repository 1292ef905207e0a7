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
    /// How to take it off a file that is called `shown`, or to let it pass.
    pub fn hint(self, shown: &str) -> String {
        format!("{}; `--allow-padding` uploads the file as it is", self.remedy(shown))
    }

    /// How to take it off.
    pub(super) fn remedy(self, shown: &str) -> String {
        let file = Quoted::new(shown);
        // Other blank lines stay, for they belong to reads without bases.
        let awk = match self {
            Self::BlankLine => {
                "| awk '/[!-~]/{for(;n;n--)print\"\";print;c=NR;next}{n++}\
                 END{for(;c%4;c++)print\"\"}' "
            }
            Self::Zeros => "",
        };
        format!("take it off with `gzip -dc {file} {awk}| gzip > OUT.fastq.gz`")
    }
}
