//! Sound files of all kinds raise no alarm, neither of the walk nor with `--verify`.

use std::fs;

use crate::{
    files::{bgzf, bgzf_block, gzip},
    lab::{Lab, REFERENCE, at_once, data},
    material::{by_samtools, reads, ubam},
};

#[test]
fn sound_files_of_every_kind_pass() {
    let text = reads("r{} 1:N:0:A", 900_000, 100);
    let half = text.len() / 2;
    let blocks = bgzf(&text, 60_000);
    let unmarked = blocks[..blocks.len() - 28].to_vec();
    let empty = [bgzf(&text[..half], 60_000), bgzf(&text[half..], 60_000)].concat();
    let bam = [ubam(700_000), bgzf_block(b""), bgzf_block(b"")].concat();
    let mut files = vec![
        ("members.fastq.gz", [gzip(&text[..half]), gzip(&text[half..])].concat()),
        ("bgzf.fastq.gz", blocks.clone()),
        ("unmarked.fastq.gz", unmarked),
        ("empty.fastq.gz", empty),
        ("mixed.fastq.gz", [blocks, gzip(&text)].concat()),
        ("empty.bam", bam),
    ];
    for (from, to) in [
        ("hts-sys/auxf#values_java.cram", "java.cram"),
        ("hts-sys/range.cram", "range.cram"),
        ("samtools-test/7.quickcheck.cram30.ok.cram", "ok.cram"),
        ("samtools-test/test_input_1_a.cram", "input.cram"),
        ("hts-sys/range.bam", "range.bam"),
        ("pysam-tests/ex10.bam", "ex10.bam"),
        ("pysam-tests/test_unaligned.bam", "unaligned.bam"),
        ("samtools-test/view.fetch-pairs.bam", "pairs.bam"),
    ] {
        files.push((to, fs::read(data(from)).unwrap()));
    }
    let made = Lab::new();
    for (_, path) in by_samtools(&made).unwrap_or_default() {
        let name = match path.file_name().unwrap().to_str().unwrap() {
            "v3.0.cram" => "v3.0.cram",
            "v3.1.cram" => "v3.1.cram",
            "sorted.bam" => "sorted.bam",
            _ => "other.bam",
        };
        files.push((name, fs::read(path).unwrap()));
    }
    for some in files.chunks(6) {
        at_once(some, |(name, content)| {
            for more in [&[][..], &["--verify"]] {
                let lab = Lab::new();
                lab.file(name, content);
                let fixed = [name, "--part-size=5MiB", "--sample=S1", "--allow-sample-mismatch"];
                let arguments = [&fixed[..], &["--reference", REFERENCE], more].concat();
                let said = lab.put(&arguments);
                assert!(lab.read_back(said.expect(0).line(), "SOURCE1") == *content, "{name}");
            }
        });
    }
}
