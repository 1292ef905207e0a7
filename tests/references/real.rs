//! Files of other tools' own tests, with the headers that their authors gave them.

use std::process::Command;

use super::genome::{arn_of, lab_with};
use crate::lab::{Lab, data, skipped};

const FILES: [&str; 10] = [
    "hts-sys/colons.bam",
    "hts-sys/no_hdr_sq_1.bam",
    "hts-sys/range.bam",
    "hts-sys/range.cram",
    "pysam-tests/0example_no_seq_in_header.bam",
    "pysam-tests/ex10.bam",
    "pysam-tests/tag_bug.bam",
    "samtools-test/3.quickcheck.ok.bam",
    "samtools-test/7.quickcheck.cram30.ok.cram",
    "samtools-test/view.fetch-pairs.bam",
];

/// The index of the genome that a file is aligned to, as samtools reads its header.
fn index(file: &str) -> Option<String> {
    let output = Command::new("samtools").args(["view", "-H"]).arg(data(file)).output().ok()?;
    let text = String::from_utf8(output.stdout).unwrap();
    let line = |line: &str| {
        let field = |tag: &str| line.split('\t').find_map(|field| field.strip_prefix(tag));
        Some([field("SN:")?, "\t", field("LN:")?, "\t0\t60\t61\n"].concat())
    };
    let lines = text.lines().filter(|line| line.starts_with("@SQ\t"));
    Some(lines.map(|text| line(text).unwrap()).collect())
}

/// The reference that was taken, by the note that says so.
fn taken(lab: &Lab, file: &str) -> String {
    let said = lab.put(&[
        data(file).to_str().unwrap(),
        "--sample=S1",
        "--allow-sample-mismatch",
        "--allow-no-eof",
        "--no-wait",
        "--reference=auto",
    ]);
    let (_, rest) = said.expect(0).stderr.split_once(" reference `").unwrap();
    let (label, rest) = rest.split_once(") is taken for").unwrap();
    let (name, arn) = label.split_once("` (").unwrap();
    assert_eq!(arn, arn_of(lab, name), "{rest}");
    name.to_owned()
}

#[test]
fn every_real_file_finds_its_genome_among_all_of_them() {
    let Some(indexes) = FILES.iter().map(|file| index(file)).collect::<Option<Vec<_>>>() else {
        return skipped("samtools is not installed");
    };
    let mut distinct = indexes.clone();
    distinct.sort_unstable();
    distinct.dedup();
    // A BAM and a CRAM of the same reads share theirs.
    assert_eq!(distinct.len(), FILES.len() - 1);
    let name = |index: &String| {
        let at = distinct.iter().position(|known| known == index).unwrap();
        format!("genome{at}.fa")
    };
    let files: Vec<_> =
        distinct.iter().map(|index| (format!("{}.fai", name(index)), index.clone())).collect();
    let files: Vec<_> = files.iter().map(|(name, text)| (&**name, text.clone())).collect();
    let lab = lab_with(&files, &[]);
    for (file, index) in FILES.iter().zip(&indexes) {
        assert_eq!(taken(&lab, file), name(index), "{file}");
    }
}
