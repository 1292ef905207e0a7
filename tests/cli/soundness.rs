//! Damaged files: each is refused before anything is sent, and clean ones of all kinds are not.

use std::fs;

use expect_test::expect;

use super::refusals::Refusals;
use crate::{
    files::{Method, bgzf, cram, fastq, gzip, plain_bam},
    lab::{Lab, REFERENCE, data},
    material::{by_samtools, reads, stored},
};

/// How many bytes the end-of-file marker has.
const MARKER: usize = 28;

/// The container that ends a CRAM 3 file, and the one of CRAM 2.1, which has no checksums.
const CRAM_3_END: &[u8] =
    b"\x0f\0\0\0\xff\xff\xff\xff\x0f\xe0EOF\0\0\0\0\x01\0\x05\xbd\xd9O\0\x01\0\
    \x06\x06\x01\0\x01\0\x01\0\xee\x63\x01\x4b";
const CRAM_2_END: &[u8] =
    b"\x0b\0\0\0\xff\xff\xff\xff\x0f\xe0EOF\0\0\0\0\x01\0\0\x01\0\x06\x06\x01\0\
    \x01\0\x01\0";

/// An unmapped BAM without records, in several blocks.
fn ubam() -> Vec<u8> {
    bgzf(&plain_bam(&b"@RG\tID:1\tSM:NA1\n".repeat(300), &[]), 1000)
}

/// What is there without its last bytes.
fn without(file: &[u8], bytes: usize) -> Vec<u8> {
    file[..file.len() - bytes].to_vec()
}

#[test]
fn files_that_do_not_end_as_they_should() {
    let (bam, text) = (ubam(), fastq(&["r1", "r2", "r3"]));
    let blocks = bgzf(&text, 20);
    let cram = |version| cram(version, b"@RG\tID:a\tSM:x\n", Method::Gzip);
    let two_members = [gzip(&text), gzip(&text)].concat();
    let mut flipped = blocks.clone();
    flipped[blocks.len() - MARKER - 10] ^= 1;
    let half = [&text[..], b"@r4\nACGT\n+\nII"].concat();
    let mut refusals = Refusals::new();
    refusals
        .put_file("unmarked.bam", &without(&bam, MARKER))
        .put_file("cut.bam", &without(&bam, MARKER + 5))
        .put_file("zeros.bam", &[&bam[..], &[0; 5000]].concat())
        .put_file("more.bam", &[&bam[..], b"more"].concat())
        .put_file("cut.fastq.gz", &without(&blocks, 1))
        .put_file("flipped.fastq.gz", &flipped)
        .put_file("half.fastq.gz", &bgzf(&[&reads("r{}", 99_000, 100)[..], &half].concat(), 9000))
        .put_file(
            "member.fastq.gz",
            &without(&[gzip(&reads("r{}", 200_000, 100)), two_members].concat(), 3),
        )
        .put_file("preallocated.fastq.gz", &[gzip(&text), vec![0; 100_000]].concat())
        .put(&["unmarked.bam", "cut.fastq.gz"])
        .put(&["cut.bam", "--allow-no-eof"]);
    for version in [(2, 1), (3, 0), (3, 1)] {
        let name = format!("v{}.{}.cram", version.0, version.1);
        refusals.file(&name, &cram(version));
        refusals.put(&[&name, "--reference", REFERENCE]);
    }
    refusals.say(&expect![[r#"
        $ put unmarked.bam
        error: `unmarked.bam` ends without the BGZF end-of-file marker: the file is probably truncated

        hint: copy it again from where it came from, or make it again; `--allow-no-eof` takes files of tools that write no marker
        $ put cut.bam
        error: `cut.bam` cannot be uploaded
          caused by: its gzip data ends in the middle; the file is truncated
        $ put zeros.bam
        error: `zeros.bam` has 5000 bytes after its end at byte 318

        hint: if nothing is missing, cut it: `head -c 318 zeros.bam > OUT.bam`
        $ put more.bam
        error: `more.bam` has 4 bytes after its end at byte 318

        hint: if nothing is missing, cut it: `head -c 318 more.bam > OUT.bam`
        $ put cut.fastq.gz
        error: `cut.fastq.gz` cannot be uploaded
          caused by: its gzip data ends in the middle; the file is truncated
        $ put flipped.fastq.gz
        error: `flipped.fastq.gz` cannot be uploaded
          caused by: it begins like gzip, but cannot be decompressed: it is damaged, copy it again
        $ put half.fastq.gz
        error: `half.fastq.gz` ends in the middle of a record: whatever wrote it did not get to its end

        hint: copy it again from where it came from, or make it again
        $ put member.fastq.gz
        error: `member.fastq.gz` ends in the middle of its gzip data: the file is truncated

        hint: copy it again from where it came from, or make it again
        $ put preallocated.fastq.gz
        error: `preallocated.fastq.gz` ends in 100003 zero bytes or more: space was set aside for it, but it was not written to its end

        hint: copy it again from where it came from, or make it again
        $ put unmarked.bam cut.fastq.gz
        error: `cut.fastq.gz` cannot be uploaded
          caused by: its gzip data ends in the middle; the file is truncated

        error: `unmarked.bam` ends without the BGZF end-of-file marker: the file is probably truncated

        hint: copy it again from where it came from, or make it again; `--allow-no-eof` takes files of tools that write no marker
        $ put cut.bam --allow-no-eof
        error: `cut.bam` cannot be uploaded
          caused by: its gzip data ends in the middle; the file is truncated
        $ put v2.1.cram --reference arn:aws:omics:us-east-1:123456789012:referenceStore/1234567890/reference/2345678901
        error: `v2.1.cram` ends without the CRAM end-of-file container: the file is probably truncated

        hint: copy it again from where it came from, or make it again; `--allow-no-eof` takes files of tools that write no marker
        $ put v3.0.cram --reference arn:aws:omics:us-east-1:123456789012:referenceStore/1234567890/reference/2345678901
        error: `v3.0.cram` ends without the CRAM end-of-file container: the file is probably truncated

        hint: copy it again from where it came from, or make it again; `--allow-no-eof` takes files of tools that write no marker
        $ put v3.1.cram --reference arn:aws:omics:us-east-1:123456789012:referenceStore/1234567890/reference/2345678901
        error: `v3.1.cram` ends without the CRAM end-of-file container: the file is probably truncated

        hint: copy it again from where it came from, or make it again; `--allow-no-eof` takes files of tools that write no marker
    "#]]);
}

#[test]
fn mates_that_do_not_end_alike() {
    let mut refusals = Refusals::new();
    let mate = |number: usize, bytes| bgzf(&reads(&format!("r{{}}/{number}"), bytes, 100), 60_000);
    refusals.file("long_1.fastq.gz", &mate(1, 1_000_000));
    refusals.file("long_2.fastq.gz", &mate(2, 990_000));
    refusals.put(&["long_1.fastq.gz", "long_2.fastq.gz"]).say(&expect![[r#"
        $ put long_1.fastq.gz long_2.fastq.gz
        error: `long_1.fastq.gz` and `long_2.fastq.gz` do not end with the same read, but with `r4999` and `r4949`

        hint: one of them is probably incomplete: compare them with where they came from
    "#]]);
}

#[test]
fn what_is_only_noted() {
    let lab = Lab::new();
    let text = reads("r{}", 400_000, 100);
    lab.file("unmarked.fastq.gz", &without(&bgzf(&text, 60_000), MARKER));
    lab.file("old.bam", &without(&ubam(), MARKER));
    lab.file("cells_1.fastq.gz", &gzip(&reads("r{}/1", 160_000, 8)));
    lab.file("cells_2.fastq.gz", &stored(&reads("r{}/2", 4_000_000, 200)));
    let said = lab.put(&[
        "unmarked.fastq.gz",
        "old.bam",
        "cells_1.fastq.gz",
        "cells_2.fastq.gz",
        "--allow-no-eof",
        "--dry-run",
    ]);
    expect![[r#"
        note: `unmarked.fastq.gz` has no BGZF end-of-file marker, as bcl2fastq writes it; its last block and last record are whole
        note: `old.bam` ends without the BGZF end-of-file marker
        note: `cells_1.fastq.gz` and `cells_2.fastq.gz` are of very different size: 128545 and 4129538 bytes
    "#]].assert_eq(&said.expect(0).stderr);
}

#[test]
fn clean_files_raise_no_alarm() {
    let lab = Lab::new();
    let text = reads("r{}", 400_000, 100);
    let half = text.len() / 2;
    let blocks = bgzf(&text, 50_000);
    lab.file("bgzf.fastq.gz", &blocks);
    lab.file("empty_blocks.fastq.gz", &[&blocks[..], &blocks].concat());
    lab.file("members.fastq.gz", &[gzip(&text[..half]), gzip(&text[half..])].concat());
    lab.file("mixed.fastq.gz", &[blocks.clone(), gzip(&text)].concat());
    lab.file("plain.fastq.gz", &stored(&text));
    lab.file("empty_blocks.bam", &[ubam(), bgzf(b"", 1)].concat());
    let header = |version| cram(version, b"@RG\tID:a\tSM:x\n", Method::Gzip);
    lab.file("header2.1.cram", &[&header((2, 1))[..], CRAM_2_END].concat());
    lab.file("header3.0.cram", &[&header((3, 0))[..], CRAM_3_END].concat());
    lab.file("header3.1.cram", &[&header((3, 1))[..], CRAM_3_END].concat());
    let mut names: Vec<String> = fs::read_dir(lab.path(""))
        .unwrap()
        .map(|entry| entry.unwrap().path().to_string_lossy().into_owned())
        .collect();
    for name in [
        "hts-sys/auxf#values_java.cram",
        "hts-sys/colons.bam",
        "hts-sys/no_hdr_sq_1.bam",
        "hts-sys/range.bam",
        "hts-sys/range.cram",
        "pysam-tests/0example_no_seq_in_header.bam",
        "pysam-tests/ex10.bam",
        "pysam-tests/example_btag.bam",
        "pysam-tests/example_unmapped_reads_no_sq.bam",
        "pysam-tests/tag_bug.bam",
        "pysam-tests/test_unaligned.bam",
        "samtools-test/10.quickcheck.notargets.bam",
        "samtools-test/3.quickcheck.ok.bam",
        "samtools-test/4.quickcheck.ok.bam",
        "samtools-test/7.quickcheck.cram30.ok.cram",
        "samtools-test/test_input_1_a.bam",
        "samtools-test/test_input_1_a.cram",
        "samtools-test/view.fetch-pairs.bam",
    ] {
        names.push(data(name).to_string_lossy().into_owned());
    }
    names.extend(
        by_samtools(&lab)
            .into_iter()
            .flatten()
            .map(|(_, path)| path.to_string_lossy().into_owned()),
    );
    let mut arguments =
        vec!["--dry-run", "--reference", REFERENCE, "--sample", "S1", "--allow-sample-mismatch"];
    arguments.extend(names.iter().map(String::as_str));
    let said = lab.put(&arguments);
    said.expect(0);
    let of_files = |line: &&str| {
        !line.contains("whether the service takes this version") && !line.contains("take at least")
    };
    let notes: Vec<_> = said.stderr.lines().filter(of_files).collect();
    assert!(notes.iter().all(|note| note.contains("but the sample is")), "{notes:#?}");
}

#[test]
fn real_files_that_were_cut_are_refused() {
    for name in [
        "samtools-test/1.quickcheck.badeof.bam",
        "samtools-test/5.quickcheck.scramble30.truncated.cram",
        "samtools-test/9.quickcheck.cram30.truncated.cram",
    ] {
        let lab = Lab::new();
        let path = data(name).to_string_lossy().into_owned();
        let arguments = [
            &path,
            "--reference",
            REFERENCE,
            "--dry-run",
            "--sample",
            "S1",
            "--allow-sample-mismatch",
        ];
        let said = lab.put(&arguments);
        assert!(
            said.expect(2).stderr.contains("the file is probably truncated"),
            "{}",
            said.stderr
        );
        lab.put(&[&arguments[..], &["--allow-no-eof"]].concat()).expect(0);
    }
}

#[test]
fn files_of_another_sample() {
    let mut refusals = Refusals::new();
    refusals.file("a.bam", &bgzf(&plain_bam(b"@RG\tID:1\tSM:NA1\n", &[]), 1000));
    refusals.file("b.bam", &bgzf(&plain_bam(b"@RG\tID:1\tSM:NA1\n@RG\tID:2\tSM:NA2\n", &[]), 1000));
    let run = ["NA1_S5_L001_R1_001.fastq.gz", "NA1_S5_L001_R2_001.fastq.gz"];
    for (name, mate) in run.iter().zip(1..) {
        refusals.file(name, &gzip(&fastq(&[format!("r1 {mate}:N:0:A")])));
    }
    refusals
        .put(&["a.bam", "--sample", "NA2"])
        .put(&["b.bam", "--sample", "NA3"])
        .put(&[run[0], run[1], "--sample", "NA2"])
        .say(&expect![[r#"
            $ put a.bam --sample NA2
            error: the header of `a.bam` names `NA1`, and `--sample` says `NA2`: find out which is right; `--allow-sample-mismatch` sends it as `NA2`
            $ put b.bam --sample NA3
            error: the header of `b.bam` names `NA1` and `NA2`, and `--sample` says `NA3`: find out which is right; `--allow-sample-mismatch` sends it as `NA3`
            $ put NA1_S5_L001_R1_001.fastq.gz NA1_S5_L001_R2_001.fastq.gz --sample NA2
            error: by its name `NA1_S5_L001_R1_001.fastq.gz` is of sample `NA1`, and `--sample` says `NA2`: find out which is right; `--allow-sample-mismatch` sends it as `NA2`

            error: by its name `NA1_S5_L001_R2_001.fastq.gz` is of sample `NA1`, and `--sample` says `NA2`: find out which is right; `--allow-sample-mismatch` sends it as `NA2`
        "#]]);
    let lab = refusals.lab;
    for name in ["Undetermined_S0_L001_R1_001.fastq.gz", "NA1_R1.fastq.gz", "lane.1.fq.gz"] {
        lab.file(name, &gzip(&fastq(&["r1"])));
    }
    for arguments in [
        &["a.bam", "--sample", "NA1"][..],
        &["a.bam", "--sample", "NA2", "--allow-sample-mismatch"],
        &["b.bam", "--sample", "NA2"],
        &[run[0], run[1], "--sample", "na1"],
        &[run[0], run[1], "--sample", "NA1-rep2"],
        &[run[0], run[1], "--sample", "NA2", "--allow-sample-mismatch"],
        // What these names say is not certain.
        &["Undetermined_S0_L001_R1_001.fastq.gz", "--sample", "NA2"],
        &["NA1_R1.fastq.gz", "--sample", "NA2"],
        &["lane.1.fq.gz", "--sample", "NA2"],
    ] {
        lab.put(&[arguments, &["--dry-run"]].concat()).expect(0);
    }
}

#[test]
fn names_that_are_no_pseudonyms() {
    let mut refusals = Refusals::new();
    refusals.file("P-0001.bam", &bgzf(&plain_bam(b"@RG\tID:1\tSM:P-0001\n", &[]), 1000));
    refusals.file("smith.bam", &bgzf(&plain_bam(b"@RG\tID:1\tSM:P-0001\n", &[]), 1000));
    let pattern = "--id-pattern=P-[0-9]{4}";
    refusals
        .put(&["smith.bam", pattern])
        .put(&["P-0001.bam", pattern, "--subject", "P-00011", "--tag", "patient=xP-0001"])
        .put(&["P-0001.bam", pattern, "--sample", "P-0001\nx"])
        .put(&["P-0001.bam", "--id-pattern", "P-("])
        .say(&expect![[r#"
            $ put smith.bam '--id-pattern=P-[0-9]{4}'
            error: the name, `smith`, does not match the pattern `P-[0-9]{4}` as a whole

            hint: `--id-pattern`, its environment variable or the config file asks for the pattern
            $ put P-0001.bam '--id-pattern=P-[0-9]{4}' --subject P-00011 --tag patient=xP-0001
            error: the subject, `P-00011`, does not match the pattern `P-[0-9]{4}` as a whole

            hint: `--id-pattern`, its environment variable or the config file asks for the pattern

            error: the value of the tag `patient`, `xP-0001`, does not match the pattern `P-[0-9]{4}` as a whole

            hint: `--id-pattern`, its environment variable or the config file asks for the pattern
            $ put P-0001.bam '--id-pattern=P-[0-9]{4}' --sample 'P-0001\nx'
            error: invalid value 'P-0001\nx' for '--sample <ID>': `P-0001\nx` is not a sample ID: it contains the character U+000A; the service takes letters, marks, separators, symbols, numbers and punctuation

            For more information, try '--help'.
            $ put P-0001.bam --id-pattern 'P-('
            error: invalid value 'P-(' for '--id-pattern <REGEX>': found open group without closing ')'

            For more information, try '--help'.
        "#]]);
    let lab = refusals.lab;
    lab.put(&["P-0001.bam", pattern, "--tag", "patient=P-0002", "--dry-run"]).expect(0);
    lab.put(&["P-0001.bam", "--id-pattern=a|P-0001|b", "--dry-run"]).expect(0);
    let mut command = lab.put_command(&["smith.bam", "--dry-run"]);
    command.env("OMICS_UPLOAD_ID_PATTERN", "P-.*");
    Lab::run(command).expect(2);
}
