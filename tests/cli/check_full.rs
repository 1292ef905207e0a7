//! `check --full`: damage that only reading everything shows, and clean files without false alarm.

use std::fs;

use expect_test::expect;
use serde_json::Value;

use super::check::check;
use crate::{
    files::{bgzf, bgzf_block, fastq, gzip},
    lab::{Lab, data},
    material::by_samtools,
};

/// The mates of reads with these numbers.
fn mates(mate: usize, numbers: impl Iterator<Item = usize>) -> Vec<u8> {
    fastq(&numbers.map(|number| format!("run:1:{number} {mate}:N:0:ACGT")).collect::<Vec<_>>())
}

#[test]
fn what_all_of_a_file_holds_is_told() {
    let lab = Lab::new();
    lab.file("s_R1.fastq.gz", &gzip(&mates(1, 0..1000)));
    lab.file("s_R2.fastq.gz", &bgzf(&mates(2, 0..1000), 65_000));
    let said = check(&lab, &["--full", "s_R1.fastq.gz", "s_R2.fastq.gz", "--output", "json"]);
    said.expect(0);
    let document: Value = serde_json::from_str(&said.stdout).unwrap();
    for file in document["files"].as_array().unwrap() {
        let expected = serde_json::json!({ "records": 1000, "reads": 1000, "bases": 8000 });
        assert_eq!(file["content"], expected);
    }
    let said = check(&lab, &["--full", "s_R1.fastq.gz"]);
    let line = "  content        ok: is sound to its end: 1000 reads, 8000 bases\n";
    assert!(said.stdout.contains(line), "{}", said.stdout);
}

#[test]
fn damage_in_the_middle_is_told_with_its_place() {
    let lab = Lab::new();
    let good = mates(1, 0..2000);
    let (head, tail) = good.split_at(good.len() / 2);
    // Too few qualities in record 1001.
    let short = [&mates(1, 0..1000)[..], b"@short\nACGT\n+\nIII\n", tail].concat();
    lab.file("short.fastq.gz", &gzip(&short));
    // A part that was lost, closed again with an end-of-file marker.
    let lost = [bgzf(&head[..head.len() - 9], 9000), bgzf_block(b"")].concat();
    lab.file("lost.fastq.gz", &lost);
    let mut flipped = fs::read(data("hts-sys/range.cram")).unwrap();
    flipped[6000] ^= 8;
    lab.file("flipped.cram", &flipped);
    for (file, expected) in [
        (
            "short.fastq.gz",
            expect![[r#"
            --- stderr
            error: `short.fastq.gz` is damaged: record 1001 (`short`), at byte 41890 of the decompressed data, has 4 bases and 3 qualities

            hint: copy it again from where it came from, or make it again
            --- status 2
        "#]],
        ),
        (
            "lost.fastq.gz",
            expect![[r#"
            --- stderr
            error: `lost.fastq.gz` ends in the middle of a record: whatever wrote it did not get to its end

            hint: copy it again from where it came from, or make it again

            error: `lost.fastq.gz` is damaged: record 1013 (`run:1:1012`), at byte 42406 of the decompressed data, is cut off: the data ends in the middle of it

            hint: copy it again from where it came from, or make it again
            --- status 2
        "#]],
        ),
        (
            "flipped.cram",
            expect![[r#"
                --- stderr
                error: `flipped.cram` is damaged: a CRAM block begins at byte 5945, and its checksum differs

                hint: copy it again from where it came from, or make it again
                --- status 2
            "#]],
        ),
    ] {
        let said = check(&lab, &["-q", "--full", file]);
        lab.shows(&said, &expected);
    }
}

#[test]
fn mates_are_read_in_step() {
    let lab = Lab::new();
    lab.file("s_R1.fastq.gz", &gzip(&mates(1, 0..2000)));
    let expected = expect![[r#"
        --- stderr
        error: `s_R1.fastq.gz` and `s_R2.fastq.gz` are no mates: record 1501 is `run:1:1500` in the first file and `run:1:1501` in the second: they belong to different samples or lanes, are in another order, or one of them lacks reads

        hint: compare them with where they came from
        --- status 2
    "#]];
    lab.file("s_R2.fastq.gz", &gzip(&mates(2, (0..2000).filter(|number| *number != 1500))));
    lab.shows(&check(&lab, &["-q", "--full", "s_R1.fastq.gz", "s_R2.fastq.gz"]), &expected);
    let expected = expect![[r#"
        --- stderr
        error: `s_R1.fastq.gz` and `s_R2.fastq.gz` are no mates: the first file has 2000 reads and the second 1500: the second one lacks its end

        hint: compare them with where they came from
        --- status 2
    "#]];
    lab.file("s_R2.fastq.gz", &gzip(&mates(2, 0..1500)));
    lab.shows(&check(&lab, &["-q", "--full", "s_R1.fastq.gz", "s_R2.fastq.gz"]), &expected);
}

#[test]
fn large_files_are_sound_until_a_bit_flips_in_their_middle() {
    let lab = Lab::new();
    let mut files: Vec<_> = ["hts-sys/range.bam", "hts-sys/range.cram", "pysam-tests/ex10.bam"]
        .map(|name| data(name).to_string_lossy().into_owned())
        .into();
    let made = by_samtools(&lab).unwrap_or_default();
    files.extend(made.iter().map(|(_, path)| path.to_string_lossy().into_owned()));
    for file in files {
        check(
            &lab,
            &["-q", "--full", &file, "--name", "x", "--sample", "x", "--allow-sample-mismatch"],
        )
        .expect(0);
    }
    for (kind, path) in made {
        let mut flipped = fs::read(&path).unwrap();
        let middle = flipped.len() / 2;
        flipped[middle] ^= 8;
        let name = path.file_name().unwrap().to_str().unwrap();
        fs::write(&path, flipped).unwrap();
        check(&lab, &["-q", name]).expect(0);
        let said = check(&lab, &["-q", "--full", name]);
        said.expect(2);
        let message = format!("error: `{name}` is damaged: a ");
        assert!(said.stderr.starts_with(&message), "{kind}: {}", said.stderr);
    }
}
