//! The names that `bcl2fastq` and BCL Convert give to FASTQ files, and the files of a sample by lane.

use std::{collections::BTreeMap, path::Path};

use crate::sheet::error::Wrong;

/// `SAMPLE_S1_L001_R1_001.fastq.gz`; without `_L001` where lanes are not split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FastqName<'a> {
    pub(super) path: &'a Path,
    pub(super) sample: &'a str,
    number: u32,
    lane: Option<u32>,
    /// `None` for index reads.
    read: Option<u8>,
    segment: u32,
}

/// The sources of each lane, one or two, in the order of their segments.
pub(super) type LaneFiles<'a> = BTreeMap<Option<u32>, Vec<Vec<FastqName<'a>>>>;

impl<'a> FastqName<'a> {
    pub(super) fn parse(path: &'a Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?;
        let base = [".fastq.gz", ".fq.gz"].iter().find_map(|end| name.strip_suffix(end))?;
        let (rest, segment) = base.rsplit_once('_')?;
        let segment = digits(segment).filter(|_| segment.len() == 3)?;
        let (rest, read) = rest.rsplit_once('_')?;
        let read = match read.split_at_checked(1)? {
            ("R", number) => Some(u8::try_from(digits(number)?).ok()?),
            ("I", number) => digits(number).map(|_| None)?,
            _ => return None,
        };
        let lane = rest.rsplit_once('_').and_then(|(rest, token)| {
            let lane = digits(token.strip_prefix('L')?).filter(|_| token.len() == 4)?;
            Some((rest, lane))
        });
        let (rest, lane) = lane.map_or((rest, None), |(rest, lane)| (rest, Some(lane)));
        let (sample, number) = rest.rsplit_once("_S")?;
        let number = digits(number)?;
        (!sample.is_empty()).then_some(Self { path, sample, number, lane, read, segment })
    }

    fn shown(&self) -> String {
        self.path.to_string_lossy().into_owned()
    }
}

fn digits(text: &str) -> Option<u32> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok())?
}

/// Sorts the files of one sample by lane, read and segment; all reads that are announced have to be
/// there.
pub(super) fn lanes<'a>(files: &[FastqName<'a>], announced: &[u8]) -> Result<LaneFiles<'a>, Wrong> {
    let two = |wrong: fn(String, String) -> Wrong, a: &FastqName<'_>, b: &FastqName<'_>| {
        Err(wrong(a.shown(), b.shown()))
    };
    let mut sorted: BTreeMap<_, BTreeMap<u8, BTreeMap<u32, FastqName<'a>>>> = BTreeMap::new();
    let mut first: Option<FastqName<'a>> = None;
    for file in files {
        let Some(read) = file.read else { continue };
        let first = *first.get_or_insert(*file);
        if first.number != file.number {
            return two(|first, second| Wrong::TwoNumbers { first, second }, &first, file);
        }
        if read > 2 {
            return Err(Wrong::ThirdRead(file.shown()));
        }
        let same_read = |first, second| Wrong::TwoFiles { first, second };
        // Files of all lanes together hold the same reads as those of each lane.
        if first.lane.is_none() != file.lane.is_none() {
            return two(same_read, &first, file);
        }
        let segments = sorted.entry(file.lane).or_default().entry(read).or_default();
        if let Some(other) = segments.insert(file.segment, *file) {
            return two(same_read, &other, file);
        }
    }
    sorted.into_iter().map(|(lane, reads)| Ok((lane, sources(&reads, announced)?))).collect()
}

/// The sources of one lane.
fn sources<'a>(
    reads: &BTreeMap<u8, BTreeMap<u32, FastqName<'a>>>,
    announced: &[u8],
) -> Result<Vec<Vec<FastqName<'a>>>, Wrong> {
    let mut sources = Vec::new();
    for read in [1, 2] {
        let segments = reads.get(&read);
        let is_needed = read == 1 || announced.contains(&read) || segments.is_some();
        if !is_needed {
            continue;
        }
        // Whatever segment another read has, this one needs.
        let all = reads.values().flat_map(|segments| segments.iter());
        for (segment, other) in all {
            if segments.is_none_or(|segments| !segments.contains_key(segment)) {
                return Err(Wrong::NoRead { file: other.shown(), read });
            }
        }
        sources.push(
            segments.map(|segments| segments.values().copied().collect()).unwrap_or_default(),
        );
    }
    Ok(sources)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_bcl2fastq_and_bcl_convert_are_read() {
        for (name, sample, number, lane, read) in [
            ("NA1_S1_L001_R1_001.fastq.gz", "NA1", 1, Some(1), Some(1)),
            ("d/NA1_S12_R2_001.fastq.gz", "NA1", 12, None, Some(2)),
            ("a_b_S1_rep_S3_L004_R1_002.fastq.gz", "a_b_S1_rep", 3, Some(4), Some(1)),
            ("NA1_S1_L001_I1_001.fastq.gz", "NA1", 1, Some(1), None),
            ("Undetermined_S0_L001_R1_001.fastq.gz", "Undetermined", 0, Some(1), Some(1)),
        ] {
            let found = FastqName::parse(Path::new(name)).unwrap();
            let parts = (found.sample, found.number, found.lane, found.read);
            assert_eq!(parts, (sample, number, lane, read), "{name}");
        }
        for name in [
            "NA1_R1.fastq.gz",
            "NA1_S1_L001_R1_001.fastq",
            "NA1_S1_L001_R1_001.fastq.gz.md5",
            "_S1_L001_R1_001.fastq.gz",
            "NA1_L001_R1_001.fastq.gz",
            "NA1_S1_L001_R1_01.fastq.gz",
            "NA1_S1_L001_U1_001.fastq.gz",
            "NA1_S1_é_001.fastq.gz",
            "",
        ] {
            assert_eq!(FastqName::parse(Path::new(name)), None, "{name}");
        }
    }
}
