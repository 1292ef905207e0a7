//! The lane in a file's name: `_L001` of Illumina's names, and what others write.

use super::{filename::FileName, sample::is_digits};

/// A name that tells a lane, in its pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LaneName<'a> {
    /// What stands before the lane's separator.
    before: &'a str,
    pub number: u32,
    /// What stands behind it, with its separator and the extensions.
    after: &'a str,
}

impl<'a> LaneName<'a> {
    /// Finds the last lane of a file name: `L001`, `L1`, `lane1`, between separators.
    pub fn parse(name: &'a str) -> Option<Self> {
        let base = FileName::parse(name).base;
        let mut end = base.len();
        loop {
            let begin = base[..end].rfind(['_', '-', '.'])?;
            let token = &base[begin + 1..end];
            if let Some(number) = number(token) {
                return Some(Self { before: &name[..begin], number, after: &name[end..] });
            }
            end = begin;
        }
    }

    /// The name without its lane: what all lanes of one run and sample share.
    pub fn without_lane(&self) -> String {
        format!("{}{}", self.before, self.after)
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
            assert_eq!((lane.number, lane.without_lane().as_str()), (number, rest), "{name}");
        }
        for name in ["L001.fq.gz", "x_L0001.fq.gz", "x_LX.fq.gz", "x_L.fq.gz", "xL001.fq.gz", ""] {
            assert_eq!(LaneName::parse(name), None, "{name}");
        }
    }
}
