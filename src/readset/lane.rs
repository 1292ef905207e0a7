//! The lane in a file's name: `_L001` of Illumina's names, and what others write; and its chunk.

use std::fmt;

use super::{
    filename::{FileName, ReadMark},
    sample::is_digits,
};

/// Where a file stands among those of a sample: its lane, and within it its chunk, of which bcl2fastq and
/// Casava made several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LanePlace {
    pub lane: u32,
    pub chunk: u32,
}

impl fmt::Display for LanePlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.chunk > 1 {
            write!(f, "chunk {} of ", self.chunk)?;
        }
        write!(f, "lane {}", self.lane)
    }
}

/// A name that tells a lane, in its pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LaneName<'a> {
    /// What stands before the lane's separator.
    before: &'a str,
    pub place: LanePlace,
    /// What stands behind it, with its separator, up to the number of the chunk or the extensions.
    after: &'a str,
    /// What stands behind the number of the chunk, if there is one.
    behind: Option<&'a str>,
    extensions: &'a str,
}

impl<'a> LaneName<'a> {
    /// Finds the last lane of a file name: `L001`, `L1`, `lane1`, between separators.
    pub fn parse(name: &'a str) -> Option<Self> {
        let parsed = FileName::parse(name);
        let base = parsed.base;
        let mut end = base.len();
        let (begin, lane) = loop {
            let begin = base[..end].rfind(['_', '-', '.'])?;
            if let Some(number) = number(&base[begin + 1..end]) {
                break (begin, number);
            }
            end = begin;
        };
        let mark = parsed.mark().filter(ReadMark::has_segment);
        // The number and its separator.
        let chunk = mark.map(|mark| base.len() - mark.rest.len()).filter(|at| *at >= end);
        let digits = chunk.and_then(|at| base.get(at + 1..at + 4));
        let (until, behind) = match chunk {
            Some(at) => (at, base.get(at + 4..)),
            None => (base.len(), None),
        };
        let chunk = digits.map_or(Some(1), |digits| digits.parse().ok())?;
        let place = LanePlace { lane, chunk };
        let (after, extensions) = (&base[end..until], &name[base.len()..]);
        Some(Self { before: &name[..begin], place, after, behind, extensions })
    }

    /// What stands before the lane.
    pub(super) const fn before(&self) -> &'a str {
        self.before
    }

    /// The name without its lane: what the first chunks of all lanes of one run and sample share.
    pub fn without_lane(&self) -> String {
        format!("{}{}", self.without_extensions(), self.extensions)
    }

    /// What all lanes and chunks of one run and sample share: `fq` is `fastq`.
    pub fn key(&self) -> String {
        let extensions = self.extensions.to_ascii_lowercase();
        let extensions = extensions.replace(".fq", ".fastq").replace(".bgzf", ".gz");
        format!("{}{}", self.without_extensions(), extensions.replace(".bgz", ".gz"))
    }

    fn without_extensions(&self) -> String {
        let behind = self.behind.map_or_else(String::new, |behind| format!("_001{behind}"));
        format!("{}{}{behind}", self.before, self.after)
    }
}

/// The lane that a word names.
fn number(token: &str) -> Option<u32> {
    let lower = token.to_ascii_lowercase();
    let digits = lower.strip_prefix("lane").or_else(|| lower.strip_prefix('l'))?;
    if is_digits(digits) && digits.len() <= 3 { digits.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lanes_are_words_of_the_name() {
        for (name, number, rest) in [
            ("NA1_S1_L001_R1_001.fastq.gz", 1, "NA1_S1_R1_001.fastq.gz"),
            ("V300_L01_57_2.fq.gz", 1, "V300_57_2.fq.gz"),
            ("x_lane3.fq.gz", 3, "x.fq.gz"),
            ("x-L2_1.fq.gz", 2, "x_1.fq.gz"),
            ("x_L1_y_L12.R1.fq.gz", 12, "x_L1_y.R1.fq.gz"),
        ] {
            let lane = LaneName::parse(name).unwrap_or_else(|| panic!("{name}"));
            assert_eq!((lane.place.lane, lane.without_lane().as_str()), (number, rest), "{name}");
        }
        for name in ["L001.fq.gz", "x_L0001.fq.gz", "x_LX.fq.gz", "x_L.fq.gz", "xL001.fq.gz", ""] {
            assert_eq!(LaneName::parse(name), None, "{name}");
        }
    }
    #[test]
    fn chunks_and_extensions_make_no_other_file() {
        let parse = |name| LaneName::parse(name).unwrap();
        let first = parse("A_S1_L001_R1_001.fastq.gz");
        for (name, place) in [
            ("A_S1_L001_R1_002.fastq.gz", "chunk 2 of lane 1"),
            ("A_S1_L002_R1_001.fq.gz", "lane 2"),
            ("A_S1_L003_R1_010.FASTQ.GZ", "chunk 10 of lane 3"),
            ("A_S1_L003_R1_001.fastq.bgz", "lane 3"),
        ] {
            let other = parse(name);
            assert_eq!((other.key(), other.place.to_string().as_str()), (first.key(), place));
        }
        for name in [
            "A_S1_L001_R2_001.fastq.gz",
            "A_S2_L001_R1_001.fastq.gz",
            "A_S1_L001_R1.fastq.gz",
            "A_S1_L001_R1_001_trimmed.fastq.gz",
            "A_S1_L001_R1_001.fastq",
        ] {
            assert_ne!(parse(name).key(), first.key(), "{name}");
        }
        assert_eq!(parse("A_S1_L002_R1_003.fq.gz").without_lane(), "A_S1_R1_001.fq.gz");
    }
}
