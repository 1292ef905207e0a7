//! Damage in the middle of files, which their beginnings and ends do not show: found while the parts
//! are sent, and never completed.

use std::fs;

use crate::{
    files::bgzf,
    lab::{Lab, REFERENCE, at_once, data},
    material::{PART, by_samtools, large_ubam, reads, ubam},
};

/// What `put` says of a damaged file: its parts are kept, and Complete is never called.
#[track_caller]
fn is_refused(name: &str, content: &[u8], arguments: &[&str], reason: &str) {
    let lab = Lab::new();
    lab.file(name, content);
    let said = lab.put(&[&[name, "--part-size=5MiB", "--sample=S"], arguments].concat());
    said.expect(1);
    let message = format!("error: `{name}` is damaged: {reason}\n");
    assert!(said.stderr.contains(&message), "{}", said.stderr);
    assert!(said.stderr.contains("hint: copy it again from where it came from"), "{}", said.stderr);
    assert!(said.stderr.contains("uploads abort "), "{}", said.stderr);
    assert_eq!((lab.count("CompleteMultipartReadSetUpload"), lab.uploads()), (0, 1));
    assert_eq!(lab.read_sets(), 0);
}

#[test]
fn damage_in_the_chain_of_blocks() {
    let (good, block) = large_ubam(1000);
    let header = good.len() - 28 - 1000 * block;
    let edge = |number: usize| header + number * block;
    let place = edge(500);
    let mut hole = good.clone();
    // Across the border between two parts.
    let first = edge(PART / block - 10) + 1000;
    hole[first..PART + 50_000].fill(0);
    let broken = (first - header) / block;
    let between = [&good[..place], b"what does not belong here", &good[place..]].concat();
    let lost = [&good[..place + 7777], &good[place + 8888..]].concat();
    let mut size = good.clone();
    size[place + 16] = size[place + 16].wrapping_add(1);
    let else_at = |at: usize| {
        format!("at byte {at}, a BGZF block should begin, but something else stands there")
    };
    at_once(
        &[
            (
                hole,
                format!(
                    "it holds zeros from byte {} to byte {}: this part of it was never written",
                    edge(broken + 1),
                    PART + 50_000
                ),
            ),
            (between, else_at(place)),
            (lost, else_at(edge(501))),
            (size, else_at(edge(501) + 1)),
        ],
        |(content, reason)| is_refused("reads.bam", content, &[], reason),
    );
}

#[test]
fn a_flipped_bit_in_a_cram() {
    let lab = Lab::new();
    let made = by_samtools(&lab).unwrap_or_default();
    let crams = made.iter().filter(|(file_type, _)| *file_type == "CRAM");
    let mut crams: Vec<_> = crams.map(|(_, path)| fs::read(path).unwrap()).collect();
    crams.push(fs::read(data("hts-sys/range.cram")).unwrap());
    for cram in crams {
        for place in [cram.len() / 2, cram.len() * 5 / 7] {
            let mut damaged = cram.clone();
            damaged[place] ^= 0x10;
            let lab = Lab::new();
            lab.file("reads.cram", &damaged);
            let said = lab.put(&[
                "reads.cram",
                "--part-size=5MiB",
                "--sample=S",
                "--allow-sample-mismatch",
                "--reference",
                REFERENCE,
            ]);
            // Small files are read to their end before anything is sent.
            let is_sent = damaged.len() > 256 * 1024;
            said.expect(if is_sent { 1 } else { 2 });
            assert!(said.stderr.contains("`reads.cram` is damaged: a CRAM "), "{}", said.stderr);
            let uploads = usize::from(is_sent);
            assert_eq!((lab.count("CompleteMultipartReadSetUpload"), lab.uploads()), (0, uploads));
        }
    }
}

#[test]
fn a_block_that_is_missing_is_not_seen() {
    // The chain joins as well without it, and so do the records.
    let (good, block) = large_ubam(800);
    let at = good.len() - 28 - 400 * block;
    let missing = [&good[..at], &good[at + block..]].concat();
    let lab = Lab::new();
    lab.file("reads.bam", &missing);
    lab.put(&["reads.bam", "--part-size=5MiB"]).expect(0);
}

#[test]
fn many_parts_of_a_sound_file_are_joined() {
    let (file, block) = large_ubam(9000);
    assert!(file.len() > 16 * PART, "{block}");
    let lab = Lab::new();
    lab.file("reads.bam", &file);
    lab.put(&["reads.bam", "--part-size=5MiB"]).expect(0);
    assert_eq!((lab.count("UploadReadSetPart"), lab.read_sets()), (file.len().div_ceil(PART), 1));
}

#[test]
fn parts_that_are_sent_twice_are_walked_once() {
    let file = ubam(5 * PART + 100_000);
    let lab = Lab::with_faults(&[
        "UploadReadSetPart:http:500,nth=2",
        "UploadReadSetPart:reset:within,nth=4",
    ]);
    lab.file("reads.bam", &file);
    let said = lab.put(&["reads.bam", "--part-size=5MiB"]);
    assert!(lab.read_back(said.expect(0).line(), "SOURCE1") == file);
    assert!(lab.count("UploadReadSetPart") > file.len().div_ceil(PART));
}

#[test]
fn fastq_in_bgzf_may_hold_other_gzip_and_no_hole() {
    let text = reads("r{} 1:N:0:A", 9_000_000, 1000);
    let good = bgzf(&text, 60_000);
    let lab = Lab::new();
    let members = [&good[..], &crate::files::gzip(&text)].concat();
    lab.file("both.fastq.gz", &members);
    lab.put(&["both.fastq.gz", "--part-size=5MiB", "--sample=S"]).expect(0);
    let mut hole = good;
    let middle = hole.len() / 2;
    hole[middle..middle + 100_000].fill(0);
    lab.file("hole.fastq.gz", &hole);
    let said = lab.put(&["hole.fastq.gz", "--part-size=5MiB", "--sample=S"]);
    assert!(said.expect(1).stderr.contains("it holds zeros from byte "), "{}", said.stderr);
}

#[test]
fn a_file_that_is_mended_goes_up_by_the_same_command() {
    let (good, block) = large_ubam(1700);
    let header = good.len() - 28 - 1700 * block;
    let mut damaged = good.clone();
    let place = header + 900 * block;
    damaged[place..place + 30].fill(0);
    let lab = Lab::new();
    let put = || lab.put(&["reads.bam", "--part-size=5MiB", "--output=json"]);
    lab.file("reads.bam", &damaged);
    put().expect(1);
    // Damaged as it is, it is as little use as before, whatever is kept of it.
    put().expect(1);
    assert_eq!((lab.read_sets(), lab.uploads()), (0, 1));
    lab.file("reads.bam", &good);
    let before = lab.count("UploadReadSetPart");
    let document = put().expect(0).json();
    let read_set = &document["read_sets"][0];
    assert!(lab.read_back(read_set["read_set_id"].as_str().unwrap(), "SOURCE1") == good);
    let parts = good.len().div_ceil(PART);
    assert!(lab.count("UploadReadSetPart") <= before + parts);
    assert_eq!(lab.uploads(), 0);
}

#[test]
fn a_cut_that_was_closed_again_is_seen_at_the_end() {
    let (good, block) = large_ubam(800);
    let cut = good.len() - 28 - 300 * block;
    let lab = Lab::new();
    lab.file("reads.bam", &[&good[..cut - 99], &good[good.len() - 28..]].concat());
    let said = lab.put(&["reads.bam"]);
    assert!(said.expect(2).stderr.contains("the file is truncated"), "{}", said.stderr);
    // Between two blocks, and between two records, nothing is left that could tell.
    lab.file("reads.bam", &[&good[..cut], &good[good.len() - 28..]].concat());
    lab.put(&["reads.bam"]).expect(0);
}
