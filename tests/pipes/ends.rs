//! What its writer did not bring to its end is not completed.

use std::{fs, io::Write as _};

use expect_test::expect;

use super::writer::{put, reads, start, upload};
use crate::{
    files::bgzf,
    lab::{Lab, REFERENCE, at_once, data},
    material::{self, PART},
};

/// Holds that a content is refused after it was sent, and that its parts are kept.
#[track_caller]
fn is_refused(content: &[u8], arguments: &[&str], reason: &str) {
    let lab = Lab::new();
    let said = put(&lab, content, arguments);
    said.expect(1);
    assert!(said.stderr.contains(reason), "{}", said.stderr);
    assert!(said.stderr.contains("set -o pipefail"), "{}", said.stderr);
    assert_eq!((lab.count("CompleteMultipartReadSetUpload"), lab.uploads()), (0, 1));
    let parts = content.len().div_ceil(PART);
    let [listed, _] = lab.listed_parts(&upload(&said.stderr));
    assert_eq!(listed.len(), parts);
}

#[test]
fn gzip_that_is_cut_off() {
    let members = material::stored(&material::reads("r{}", 100_000, 1000));
    let whole = [reads(), &members].concat();
    at_once(
        &[reads().len() / 2, 5 * PART, reads().len() - 1, reads().len() + 5, whole.len() - 8],
        |length| is_refused(&whole[..*length], &[], "it ends in the middle of its gzip data"),
    );
}

#[test]
fn what_follows_gzip_and_is_none() {
    let content = [reads(), b"and a line\n"].concat();
    is_refused(&content, &[], "its gzip data is followed by bytes that are none");
    let mut damaged = reads().to_vec();
    let last = damaged.len() - 5;
    damaged[last] ^= 1;
    is_refused(&damaged, &[], "its gzip data cannot be decompressed");
}

#[test]
fn bgzf_without_its_last_block() {
    let content = bgzf(&material::reads("r{}", 200_000, 1000), 60_000);
    for cut in [1, 28, 29] {
        let cut = &content[..content.len() - cut];
        is_refused(cut, &[], "it does not end with the end-of-file block of BGZF");
    }
    let unmarked = &content[..content.len() - 28];
    let lab = Lab::new();
    let said = put(&lab, unmarked, &[]);
    assert!(said.expect(1).stderr.contains("`--allow-no-eof`"), "{}", said.stderr);
    let said = put(&lab, unmarked, &["--allow-no-eof"]);
    assert!(lab.read_back(said.expect(0).line(), "SOURCE1") == unmarked);
    is_refused(&content[..content.len() - 29], &["--allow-no-eof"], "in the middle of its gzip");
}

#[test]
fn bam_ubam_and_cram_that_are_cut_off() {
    let options = ["--reference", REFERENCE, "--concurrency=2", "--allow-sample-mismatch"];
    let lab = Lab::new();
    for (file_type, path) in material::by_samtools(&lab).unwrap_or_default() {
        let whole = fs::read(&path).unwrap();
        let reason = match file_type {
            "CRAM" => "it does not end with the end-of-file container of CRAM",
            _ => "it does not end with the end-of-file block of BGZF",
        };
        for cut in [1, 100] {
            is_refused(&whole[..whole.len() - cut], &options, reason);
        }
    }
    let reason = "end-of-file block of BGZF";
    let other_end = fs::read(data("samtools-test/1.quickcheck.badeof.bam")).unwrap();
    is_refused(&other_end, &options, reason);
    let truncated = fs::read(data("samtools-test/9.quickcheck.cram30.truncated.cram")).unwrap();
    is_refused(&truncated, &options, "end-of-file container of CRAM");
}

#[test]
fn a_writer_that_is_killed_and_then_brings_all_of_it() {
    let lab = Lab::new();
    let (running, mut writer) = start(&lab, &["--concurrency=1"]);
    writer.write_all(&reads()[..=2 * PART]).unwrap();
    drop(writer);
    let said = running.finish();
    lab.shows(&said, &expect![[r#"
        failed
        --- stderr
        TIME 1 read set
        TIME piped: uploading, upload ID
        TIME piped: part 1 of SOURCE1 started, attempt 1, 5.0 MiB
        TIME piped: part 1 of SOURCE1 confirmed, 5.0 MiB
        TIME piped: part 2 of SOURCE1 started, attempt 1, 5.0 MiB
        TIME piped: part 2 of SOURCE1 confirmed, 5.0 MiB
        TIME piped: part 3 of SOURCE1 started, attempt 1, 1 B
        TIME piped: part 3 of SOURCE1 confirmed, 1 B
        TIME piped: failed, 10.0 MiB sent at RATE, TIME in all
        error: `-`: standard input is not whole: after 10.0 MiB, it ends in the middle of its gzip data

        hint: the program that wrote it has probably failed: look at what it said, and let the shell notice with `set -o pipefail`
        the parts sent so far are kept as upload ID; to resume: `PROGRAM | omics-upload put --store STORE - --name=piped --sample=S1 --part-size=5MiB -v --concurrency=1`; to delete them: `omics-upload uploads abort ID --store STORE`
        --- status 1
    "#]]);
    let again = put(&lab, reads(), &["--output=json"]);
    let document = again.expect(0).json();
    assert_eq!(document["read_sets"][0]["parts_reused"], 2);
    let id = document["read_sets"][0]["read_set_id"].as_str().unwrap();
    assert!(lab.read_back(id, "SOURCE1") == reads());
}

#[test]
fn what_is_damaged_in_its_middle() {
    let good = material::ubam(3 * PART);
    let (middle, end) = (good.len() / 2, good.len() / 2 + 100_000);
    let mut hole = good.clone();
    hole[middle..end].fill(0);
    let mut size = good.clone();
    let begin = memchr::memmem::find(&good[middle..], b"BC\x02\0").unwrap() + middle;
    size[begin + 4] ^= 0x10;
    let mut contents =
        vec![(hole, "it holds zeros from byte "), (size, "a BGZF block should begin")];
    for (file_type, path) in material::by_samtools(&Lab::new()).unwrap_or_default() {
        if file_type == "CRAM" {
            let mut cram = fs::read(path).unwrap();
            let middle = cram.len() / 2;
            cram[middle] ^= 1;
            contents.push((cram, "a CRAM "));
        }
    }
    at_once(&contents, |(content, reason)| {
        let lab = Lab::new();
        let said = put(&lab, content, &["--reference", REFERENCE, "--allow-sample-mismatch"]);
        let message = "error: `-`: standard input is damaged: ";
        assert!(said.expect(1).stderr.contains(message), "{}", said.stderr);
        assert!(said.stderr.contains(reason), "{}", said.stderr);
        assert_eq!((lab.count("CompleteMultipartReadSetUpload"), lab.uploads()), (0, 1));
    });
}
