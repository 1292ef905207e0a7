//! Which sample a file's name or header speaks of, and which of them speak of none.

/// What trimmers and filters of reads append to names.
const WORDS: [&str; 24] = [
    "bbduk",
    "clean",
    "cleaned",
    "cutadapt",
    "dedup",
    "deduped",
    "dedupped",
    "deduplicated",
    "fastp",
    "filt",
    "filtered",
    "kneaddata",
    "nodup",
    "out",
    "paired",
    "qc",
    "sortmerna",
    "trim",
    "trimmed",
    "trimmomatic",
    "truncated",
    "umi",
    "unmapped",
    "val",
];

/// What aligners and those that work on alignments append besides.
const ALIGNED: [&str; 29] = [
    "aligned",
    "bowtie2",
    "bqsr",
    "bwa",
    "bwamem",
    "coordsorted",
    "duplicates",
    "hisat2",
    "markdup",
    "markdups",
    "marked",
    "mapped",
    "md",
    "minimap2",
    "mkdup",
    "namesorted",
    "realigned",
    "realn",
    "recal",
    "recalibrated",
    "rmdup",
    "sort",
    "sorted",
    "sortedbycoord",
    "star",
    "totranscriptome",
    "unaligned",
    "hg38",
    "grch38",
];

/// What instruments and tools write that were not told a sample, and what every run of a tool calls
/// its files; in lower case, letters and digits only.
const PLACEHOLDERS: [&str; 27] = [
    "biosample1",
    "default",
    "missing",
    "mysample",
    "na",
    "noname",
    "none",
    "nosample",
    "notapplicable",
    "notavailable",
    "notset",
    "notspecified",
    "null",
    "nan",
    "sample",
    "sampleid",
    "samplename",
    "sm",
    "tbd",
    "unassigned",
    "unclassified",
    "undefined",
    "unknown",
    "unknownsample",
    "unnamed",
    "unnamedsample",
    "unspecified",
];

/// The same, of file names.
const FILES: [&str; 37] = [
    "acceptedhits",
    "aligned",
    "alignment",
    "alignments",
    "all",
    "atacpossortedbam",
    "bam",
    "basecalls",
    "calls",
    "combined",
    "concat",
    "cram",
    "data",
    "fastq",
    "fastqfail",
    "fastqpass",
    "file",
    "final",
    "gexpossortedbam",
    "hits",
    "input",
    "mapped",
    "merged",
    "out",
    "output",
    "outs",
    "possorted",
    "possortedbam",
    "possortedgenomebam",
    "result",
    "results",
    "samplealignments",
    "stdin",
    "stdout",
    "temp",
    "tmp",
    "unmapped",
];

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether a header's sample is what tools write that were not told one.
pub(super) fn is_placeholder(sample: &str) -> bool {
    let letters = letters(sample);
    letters.is_empty() || PLACEHOLDERS.contains(&letters.as_str())
}

/// Whether a sample by a file's name is what every run of a tool calls its files.
pub(super) fn is_common(sample: &str) -> bool {
    is_placeholder(sample) || FILES.contains(&letters(sample).as_str())
}

/// Takes off the words that trimmers append: `NA1.trimmed.dedup` is `NA1`.
pub(super) fn without_words(name: &str) -> &str {
    without(name, |word| WORDS.contains(&word))
}

fn without(name: &str, is_known: impl Fn(&str) -> bool) -> &str {
    let mut rest = name;
    loop {
        let begin = rest.rfind(['.', '_', '-']).map_or(0, |at| at + 1);
        let word = &rest[begin..];
        if word.is_empty() || !is_known(&word.to_ascii_lowercase()) {
            return rest;
        }
        rest = rest[..begin].strip_suffix(['.', '_', '-']).unwrap_or(&rest[..begin]);
    }
}

/// `SAMPLE` of STAR's `SAMPLEAligned.sortedByCoord.out`, which is put before without a separator.
fn without_star(name: &str) -> Option<&str> {
    let at = [".sortedByCoord.out", ".toTranscriptome.out", ".out"];
    let at = at.iter().find_map(|end| name.find(end))?;
    let glued = &name[..at];
    ["Aligned", "Unmapped"].iter().find_map(|word| glued.strip_suffix(word))
}

/// The sample that the file name of a BAM or CRAM speaks of.
pub(super) fn of_alignment(base: &str) -> &str {
    let rest = without_star(base).unwrap_or(base).trim_end_matches(['.', '_', '-']);
    let is_known = |word: &str| WORDS.contains(&word) || ALIGNED.contains(&word);
    without_lane(without(rest, is_known), None)
}

/// The sample that what stands before a read's mark speaks of: without lane, without what trimmers
/// append and, before a segment, without the number that bcl2fastq gives to the samples of a run.
pub(super) fn of_stem(stem: &str, has_segment: bool, lane: Option<u32>) -> &str {
    let whole = without_star(stem).unwrap_or(stem);
    let mut stem = without_words(whole);
    if whole[stem.len()..].contains("kneaddata") {
        // It names both mates after the first file that it was given.
        stem = ["_R1", ".R1", "_1"].iter().find_map(|end| stem.strip_suffix(end)).unwrap_or(stem);
    }
    match illumina_sample(stem) {
        Some(sample) if has_segment => sample,
        _ => without_lane(stem, lane),
    }
}

/// `NAME` of `NAME_S1` and `NAME_S1_L001`.
pub(super) fn illumina_sample(stem: &str) -> Option<&str> {
    let (name, number) = without_lane(stem, None).rsplit_once("_S")?;
    (is_digits(number) && !name.is_empty()).then_some(name)
}

/// Takes the lane off: `_L001`, `_L01` unless the reads name another one, and `-L1`, `.lane1` and so on
/// if they name the same.
pub(super) fn without_lane(stem: &str, lane: Option<u32>) -> &str {
    let Some((at, token)) = stem.rfind(['_', '-', '.']).map(|at| (at, &stem[at + 1..])) else {
        return stem;
    };
    let lower = token.to_ascii_lowercase();
    let digits = lower.strip_prefix("lane").or_else(|| lower.strip_prefix('l')).unwrap_or_default();
    let is_usual = stem[at..].starts_with("_L") && matches!(token.len(), 3 | 4);
    let is_lane = is_digits(digits)
        && digits.len() <= 3
        && (lane.map_or(is_usual, |lane| digits.parse() == Ok(lane))
            || (is_usual && token.len() == 4));
    if is_lane && at > 0 { &stem[..at] } else { stem }
}

/// An accession of a run in the SRA: its `_1` and `_2` are mates.
pub(super) fn is_run_accession(stem: &str) -> bool {
    ["SRR", "ERR", "DRR"].iter().any(|prefix| {
        stem.strip_prefix(prefix).is_some_and(|number| number.len() >= 5 && is_digits(number))
    })
}

pub(super) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_have_neither_lane_nor_number() {
        for (stem, has_segment, lane, sample) in [
            ("NA12878_S1_L001", true, None, "NA12878"),
            ("NA12878_S1_L001", true, Some(2), "NA12878"),
            ("NA12878_S12", true, None, "NA12878"),
            ("x_S1_rep_S2_L001", true, None, "x_S1_rep"),
            ("x_ATCACG_L002", true, None, "x_ATCACG"),
            ("NA12878_S1", false, None, "NA12878_S1"),
            ("NA12878_L001", false, None, "NA12878"),
            ("V300_L01", false, None, "V300"),
            ("NA1_L2", false, Some(2), "NA1"),
            ("NA1_L2", false, Some(1), "NA1_L2"),
            ("NA1_L2", false, None, "NA1_L2"),
            ("NA1-L001", false, Some(1), "NA1"),
            ("NA1-L001", false, None, "NA1-L001"),
            ("NA1.L001", false, Some(1), "NA1"),
            ("NA1_lane3", false, Some(3), "NA1"),
            ("NA1_Lane03", false, Some(3), "NA1"),
            ("NA1_lane3", false, Some(4), "NA1_lane3"),
            ("NA1_L001", false, Some(2), "NA1"),
            ("NA1_L01", false, Some(2), "NA1_L01"),
            // What stands before is not more than it has to be.
            ("NA1_sorted", false, None, "NA1_sorted"),
            ("NA1.trimmed_L001", false, None, "NA1.trimmed"),
            ("NA1_L001-trimmed", false, None, "NA1"),
            ("_L001", false, None, "_L001"),
            ("L2", false, Some(2), "L2"),
            ("", false, None, ""),
            ("S1Unmapped.out", false, None, "S1"),
            ("NA1_1_kneaddata_paired", false, None, "NA1"),
            ("NA1_R1_kneaddata", false, None, "NA1"),
        ] {
            assert_eq!(of_stem(stem, has_segment, lane), sample, "{stem} {lane:?}");
        }
    }

    #[test]
    fn names_of_alignments_lose_what_tools_append() {
        for (base, sample) in [
            ("NA12878.sorted.dedup.recal", "NA12878"),
            ("SAMPLE1Aligned.sortedByCoord.out", "SAMPLE1"),
            ("SAMPLE1_Aligned.out", "SAMPLE1"),
            ("SAMPLE1Aligned.sortedByCoord.out.markdup", "SAMPLE1"),
            ("SAMPLE1Aligned.toTranscriptome.out", "SAMPLE1"),
            ("Aligned.sortedByCoord.out", ""),
            ("NA1_L001.bwa-sorted", "NA1"),
            ("sorted", ""),
            ("tumor-1", "tumor-1"),
            ("x", "x"),
        ] {
            assert_eq!(of_alignment(base), sample, "{base}");
        }
    }

    #[test]
    fn what_tools_write_is_no_sample() {
        for sample in [
            "no_sample",
            "UnnamedSample",
            "unknown",
            "UNKNOWN",
            "sample",
            "Sample",
            "NA",
            "N/A",
            "none",
            "null",
            "Bio Sample 1",
            "not specified",
            "-",
            ".",
            "*",
            "unnamed_sample",
        ] {
            assert!(is_placeholder(sample), "{sample}");
        }
        for sample in ["NA12878", "HG002", "sample1", "S1", "unknown7", "1", "Nadia", "ü"] {
            assert!(!is_common(sample), "{sample}");
        }
        for sample in ["accepted_hits", "possorted_genome_bam", "output", "merged", "calls", ""] {
            assert!(is_common(sample), "{sample}");
        }
    }
}
