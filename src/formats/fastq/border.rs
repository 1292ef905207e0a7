//! Where one FASTQ follows another as if both were one file: how the first of them has to end.

use super::padding::Padding;
use crate::types::Quoted;

/// Why another file cannot follow a file; continues a sentence that begins with the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BorderFlaw {
    #[error(
        "has no newline at its end, and another file follows it: its last line and the first of that \
         file would become one"
    )]
    NoNewline,
    #[error("{0}, and another file follows it")]
    Padding(Padding),
}

impl BorderFlaw {
    /// What to do about it, in a file that is called `shown`.
    pub fn hint(self, shown: &str) -> String {
        match self {
            Self::NoNewline => format!(
                "add the newline: `(gzip -dc {}; echo) | gzip > OUT.fastq.gz`",
                Quoted::new(shown)
            ),
            Self::Padding(padding) => padding.remedy(shown),
        }
    }
}
