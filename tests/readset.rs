//! From files to read sets: what belongs together, what it is called, and every reason why not.

use std::{error::Error as _, ffi::OsStr, fs, os::unix::ffi::OsStrExt as _, path::Path};

use omics_upload::{
    formats::{FileType, Inspected, PREFIX, inspect, inspect_lane},
    readset::{
        Draft, Input, Origin, ReadSetError, ReadSetOptions, Sources, assemble, by_lane,
        confirm_lanes, shared_lane_name, sources_by_name,
    },
};

use crate::files::{Method, bam, cram, fastq, gzip};

fn inspected(file: &[u8]) -> Inspected {
    inspect(&file[..file.len().min(PREFIX)], file).unwrap()
}

/// A FASTQ of reads with these names.
fn reads(names: &[&str]) -> Inspected {
    inspected(&gzip(&fastq(names)))
}

/// One mate of a run whose reads are named after `run`.
fn mate(run: &str, mate: u8) -> Inspected {
    reads(&[&format!("{run}:1 {mate}:N:0:ACGT"), &format!("{run}:2 {mate}:N:0:ACGT")])
}

/// An unmapped BAM whose read groups are of these samples.
fn ubam(samples: &[&str]) -> Inspected {
    let line = |sample: &&str| format!("@RG\tID:x\tSM:{sample}\n");
    inspected(&bam(samples.iter().map(line).collect::<String>().as_bytes(), &[]))
}

type Files<'a> = &'a [(&'a str, Inspected)];

fn inputs(files: Files<'_>) -> Vec<Input<'_>> {
    files
        .iter()
        .enumerate()
        .map(|(at, (shown, inspected))| Input {
            shown,
            path: Some(Path::new(shown)),
            identity: Some((1, at as u64)),
            inspected,
        })
        .collect()
}

fn make(files: Files<'_>, wishes: &ReadSetOptions) -> Result<Vec<Draft>, Vec<ReadSetError>> {
    assemble(&inputs(files), wishes)
}

fn made(files: Files<'_>) -> Vec<Draft> {
    make(files, &ReadSetOptions::default()).unwrap()
}

fn one(files: Files<'_>, wishes: &ReadSetOptions) -> Draft {
    let [draft] = <[Draft; 1]>::try_from(make(files, wishes).unwrap()).unwrap();
    draft
}

fn errors(files: Files<'_>, wishes: &ReadSetOptions) -> Vec<String> {
    make(files, wishes).unwrap_err().iter().map(ToString::to_string).collect()
}

fn notes(draft: &Draft) -> Vec<String> {
    draft.notes.iter().map(ToString::to_string).collect()
}

fn explicit() -> ReadSetOptions {
    ReadSetOptions { pair: Some((0, 1)), ..ReadSetOptions::default() }
}

/// Sources, name and sample.
fn summary(draft: &Draft) -> (Vec<usize>, &str, &str) {
    (draft.sources.indexes().collect(), draft.name.value.as_str(), draft.sample.value.as_str())
}

#[test]
fn pairs_are_found_by_name_in_all_styles_and_either_order() {
    for (first, second, name, sample) in [
        (
            "NA12878_S1_L001_R1_001.fastq.gz",
            "NA12878_S1_L001_R2_001.fastq.gz",
            "NA12878_S1_L001",
            "NA12878",
        ),
        ("a_S3_R1_001.fastq.gz", "a_S3_R2_001.fastq.gz", "a_S3", "a"),
        ("x_ACGT_L002_R1_001.fq.gz", "x_ACGT_L002_R2_001.fq.gz", "x_ACGT_L002", "x_ACGT"),
        ("run/NA12878_R1.fastq.gz", "./run/NA12878_R2.fq.gz", "NA12878", "NA12878"),
        ("/d/NA12878.r1.fq.gz", "/d/NA12878.r2.fq.gz", "NA12878", "NA12878"),
        ("a_R1_val_1.fq.gz", "a_R2_val_2.fq.gz", "a", "a"),
        ("SRR233106_1.filt.fastq.gz", "SRR233106_2.filt.fastq.gz", "SRR233106.filt", "SRR233106"),
        ("reads.1.fq.gz", "reads.2.fq.gz", "reads", "reads"),
        ("V300_L01_57_1.fq.gz", "V300_L01_57_2.fq.gz", "V300_L01_57", "V300_L01_57"),
        ("x_forward.fq.gz", "x_reverse.fq.gz", "x", "x"),
        ("x_F.fq.gz", "x_R.fq.gz", "x", "x"),
    ] {
        let files = [(first, mate("run", 1)), (second, mate("run", 2))];
        let draft = one(&files, &ReadSetOptions::default());
        assert_eq!(summary(&draft), (vec![0, 1], name, sample), "{first}");
        assert_eq!(draft.file_type, FileType::Fastq);
        assert_eq!((draft.name.origin, draft.sample.origin), (Origin::FileName, Origin::FileName));
        assert_eq!(draft.subject.value.as_str(), sample);
        assert!(draft.notes.is_empty(), "{:?}", draft.notes);

        let files = [(second, mate("run", 2)), (first, mate("run", 1))];
        assert_eq!(summary(&one(&files, &ReadSetOptions::default())), (vec![1, 0], name, sample));
    }
}

#[test]
fn real_mates_are_a_pair_and_real_interleaved_reads_are_not() {
    let real = |name: &str| {
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/hts-sys");
        inspected(&gzip(&fs::read(data.join(name)).unwrap()))
    };
    let files = [("x_2.fq.gz", real("r2.fq")), ("x_1.fq.gz", real("r1.fq"))];
    assert_eq!(summary(&one(&files, &ReadSetOptions::default())), (vec![1, 0], "x", "x"));
    let files = [("x_1.fq.gz", real("r1.fq")), ("x_2.fq.gz", real("interleaved_casava.fq"))];
    assert_eq!(
        errors(&files, &ReadSetOptions::default()),
        [
            "`x_2.fq.gz` is interleaved: mates follow each other in it, so it cannot be one of a pair \
          with `x_1.fq.gz`; upload it alone"
        ]
    );
}

#[test]
fn several_read_sets_keep_the_order_of_the_command_line() {
    let files = [
        ("b_R2.fq.gz", mate("b", 2)),
        ("x.bam", ubam(&["X"])),
        ("a_R1.fq.gz", mate("a", 1)),
        ("b_R1.fq.gz", mate("b", 1)),
        ("lone_R2.fq.gz", mate("lone", 2)),
        ("a_R2.fq.gz", mate("a", 2)),
    ];
    let drafts = made(&files);
    let summaries: Vec<_> = drafts.iter().map(summary).collect();
    assert_eq!(
        summaries,
        [
            (vec![3, 0], "b", "b"),
            (vec![1], "x", "X"),
            (vec![2, 5], "a", "a"),
            (vec![4], "lone_R2", "lone"),
        ]
    );
}

#[test]
fn what_differs_in_more_than_the_mate_is_no_pair() {
    for (first, second) in [
        ("a_R1.fq.gz", "b_R2.fq.gz"),
        ("one/a_R1.fq.gz", "two/a_R2.fq.gz"),
        ("a_R1.fq.gz", "a.R2.fq.gz"),
        ("a_R1.fq.gz", "a_2.fq.gz"),
        ("a_R1.fq.gz", "a_R2.trimmed.fq.gz"),
        ("a_S1_L001_R1_001.fq.gz", "a_S1_L002_R2_001.fq.gz"),
        ("a_R1.fq.gz", "a_R3.fq.gz"),
        ("a_R1.fq.gz", "a_I2.fq.gz"),
    ] {
        let drafts = made(&[(first, mate("one", 1)), (second, mate("two", 2))]);
        assert_eq!(drafts.len(), 2, "{first} {second}");
    }
}

#[test]
fn a_number_alone_is_taken_for_a_mate_only_if_the_reads_say_so() {
    for (name, inspected, sample) in [
        ("patient_2.fq.gz", reads(&["r1", "r2"]), "patient_2"),
        ("patient_2.fq.gz", mate("run", 1), "patient_2"),
        ("patient_2.fq.gz", mate("run", 2), "patient"),
        ("SRR233106_1.fq.gz", reads(&["SRR233106.1"]), "SRR233106"),
        ("mouse_F.fq.gz", reads(&["r1"]), "mouse_F"),
        ("NA12878_R1.fq.gz", reads(&["r1"]), "NA12878"),
        ("NA12878_S1_L001_R1_001.fastq.gz", reads(&["r1"]), "NA12878"),
        ("NA12878_L001.fq.gz", reads(&["r1"]), "NA12878"),
    ] {
        let draft = one(&[(name, inspected)], &ReadSetOptions::default());
        assert_eq!(draft.sample.value.as_str(), sample, "{name}");
    }
}

#[test]
fn the_header_names_the_sample() {
    let text = b"@RG\tID:a\tSM:NA12878\n@RG\tID:b\tSM:NA12878\n";
    let cram = inspected(&cram((3, 0), text, Method::Gzip));
    let bam = inspected(&bam(text, &[(b"chr1", 5)]));
    for (name, inspected, file_type) in
        [("x.cram", cram, FileType::Cram), ("x.bam", bam, FileType::Bam)]
    {
        let draft = one(&[(name, inspected)], &ReadSetOptions::default());
        assert_eq!(summary(&draft), (vec![0], "x", "NA12878"));
        assert_eq!((draft.file_type, draft.sample.origin), (file_type, Origin::Header));
        assert_eq!(draft.sample.origin.to_string(), "from @RG SM");
        assert_eq!(
            (draft.subject.value.as_str(), draft.subject.origin),
            ("NA12878", Origin::Sample)
        );
    }
    let draft = one(&[("dir/x_L001.bam", ubam(&[]))], &ReadSetOptions::default());
    assert_eq!(summary(&draft), (vec![0], "x_L001", "x"));
    assert_eq!((draft.file_type, draft.sample.origin), (FileType::Ubam, Origin::FileName));
}

#[test]
fn flags_go_before_everything_that_could_be_inferred() {
    let wishes = ReadSetOptions {
        file_type: Some(FileType::Ubam),
        name: Some("N".parse().unwrap()),
        sample: Some("S".parse().unwrap()),
        subject: Some("P".parse().unwrap()),
        pair: None,
        any_sample: true,
    };
    let draft = one(&[(".bam", ubam(&["a", "b"]))], &wishes);
    assert_eq!(summary(&draft), (vec![0], "N", "S"));
    assert_eq!(draft.subject.value.as_str(), "P");
    let origins = [draft.name.origin, draft.sample.origin, draft.subject.origin];
    assert_eq!(origins, [Origin::Flag; 3]);
    assert_eq!(
        notes(&draft),
        ["the header of `.bam` names `a` and `b`, but the sample is `S`, as asked"]
    );
    // Sample and subject may be shared by several read sets.
    let wishes = ReadSetOptions { name: None, ..wishes };
    let drafts = make(&[("x.bam", ubam(&["S"])), ("y.bam", ubam(&[]))], &wishes).unwrap();
    assert_eq!(
        drafts.iter().map(summary).collect::<Vec<_>>(),
        [(vec![0], "x", "S"), (vec![1], "y", "S")]
    );
    assert!(drafts.iter().all(|draft| draft.notes.is_empty()));
}

#[test]
fn a_pair_is_made_by_flags_whatever_the_names() {
    let sample = Some("S".parse().unwrap());
    for (first, second, name) in [
        ("left.fq.gz", "leftover.fq.gz", "left"),
        ("tumor-A.fq.gz", "tumor-B.fq.gz", "tumor"),
        ("x_R1.a.fq.gz", "x_R2.b.fq.gz", "x"),
        ("one/a_R1.fq.gz", "two/a_R2.fq.gz", "a"),
        ("a_R1.fq.gz", "a_R3.fq.gz", "a"),
        ("a_R1.clean.fq.gz", "a_R2.fq.gz", "a"),
    ] {
        let files = [(first, mate("run", 1)), (second, mate("run", 2))];
        let draft = one(&files, &ReadSetOptions { sample: sample.clone(), ..explicit() });
        assert_eq!(summary(&draft), (vec![0, 1], name, "S"));
        assert!(draft.notes.is_empty());
    }
    // The sample can be known without being asked for.
    let files = [("one/a_1.fq.gz", reads(&["r"])), ("two/a_2.fq.gz", reads(&["r"]))];
    assert_eq!(summary(&one(&files, &explicit())), (vec![0, 1], "a", "a"));
}

#[test]
fn a_pair_by_flags_the_wrong_way_round_is_put_right() {
    let files = [("a_R2.fq.gz", mate("run", 2)), ("a_R1.fq.gz", mate("run", 1))];
    let draft = one(&files, &explicit());
    assert_eq!(draft.sources, Sources::Pair { first: 1, second: 0 });
    assert_eq!(
        notes(&draft),
        [
            "by their reads, `a_R1.fq.gz` comes first and `a_R2.fq.gz` second; they are sent in this \
          order"
        ]
    );
}

#[test]
fn the_rest_is_paired_by_name_beside_a_pair_by_flags() {
    let files = [
        ("x_R1.fq.gz", mate("x", 1)),
        ("x_R2.fq.gz", mate("x", 2)),
        ("y_R1.fq.gz", mate("y", 1)),
        ("y_R2.fq.gz", mate("y", 2)),
    ];
    let drafts =
        make(&files, &ReadSetOptions { pair: Some((2, 3)), ..ReadSetOptions::default() }).unwrap();
    assert_eq!(
        drafts.iter().map(summary).collect::<Vec<_>>(),
        [(vec![0, 1], "x", "x"), (vec![2, 3], "y", "y")]
    );
}

#[test]
fn notes_say_what_the_user_should_know() {
    let cram31 = inspected(&cram((3, 1), b"@RG\tID:a\tSM:s\n", Method::Raw));
    let nothing = ReadSetOptions::default();
    for (files, wishes, expected) in [
        (
            &[("x.cram", cram31)][..],
            &nothing,
            "`x.cram` is CRAM 3.1, and whether the service takes this version is not documented",
        ),
        (
            &[("x.fq.gz", reads(&["a/1", "a/2"]))],
            &nothing,
            "`x.fq.gz` is interleaved: mates follow each other in it; it is sent as it is, as one \
             source",
        ),
        (
            &[("x_I1.fq.gz", mate("run", 1))],
            &nothing,
            "by its name, `x_I1.fq.gz` holds index reads; it becomes a read set of its own",
        ),
        (
            &[("Undetermined_S0_L001_R1_001.fastq.gz", mate("run", 1))],
            &nothing,
            "by its name, `Undetermined_S0_L001_R1_001.fastq.gz` holds reads that could be assigned \
             to no sample",
        ),
    ] {
        assert_eq!(notes(&one(files, wishes)), [expected]);
    }
}

#[test]
fn mates_that_become_two_read_sets_are_noted() {
    let files =
        [("right.fq.gz", mate("run", 2)), ("x.bam", ubam(&["X"])), ("left.fq.gz", mate("run", 1))];
    let drafts = made(&files);
    assert_eq!(drafts.len(), 3);
    let all: Vec<_> = drafts.iter().flat_map(notes).collect();
    assert_eq!(
        all,
        ["`left.fq.gz` and `right.fq.gz` hold mates, but become two read sets; to make one of \
          them, say `--r1 left.fq.gz --r2 right.fq.gz`"]
    );
    let files = [
        ("x_R1.fq.gz", mate("run", 1)),
        ("x_R2.fq.gz", mate("run", 2)),
        ("x_R3.fq.gz", reads(&["run:1 3:N:0:A"])),
        ("x_I1.fq.gz", mate("run", 1)),
    ];
    let drafts = made(&files);
    let summaries: Vec<_> = drafts.iter().map(summary).collect();
    assert_eq!(summaries, [(vec![0, 1], "x", "x"), (vec![2], "x_R3", "x"), (vec![3], "x_I1", "x")]);
    assert_eq!(
        notes(&drafts[0]),
        [
            "`x_R3.fq.gz` is given too, so `x_R2.fq.gz` may hold barcodes; if it does, say `--r1` and \
          `--r2`"
        ]
    );
}

#[test]
fn files_that_are_named_like_a_pair_but_are_none_are_refused() {
    let nothing = ReadSetOptions::default();
    for (first, second, expected) in [
        (
            mate("one", 1),
            mate("two", 2),
            "`a_R1.fq.gz` and `a_R2.fq.gz` are named like a pair, but their reads are not mates: \
             read 1 is `one:1` in the one and `two:1` in the other; if they are no pair, upload \
             them one by one",
        ),
        (
            reads(&["a/1", "b/1", "c/1"]),
            reads(&["a/2", "b/2", "d/2"]),
            "`a_R1.fq.gz` and `a_R2.fq.gz` are named like a pair, but their reads are not mates: \
             read 3 is `c` in the one and `d` in the other; if they are no pair, upload them one by \
             one",
        ),
        (
            mate("run", 1),
            inspected(&gzip(b"@run:1 1:N:0:ACGT\nTT\n+\nII\n@run:2 1:N:0:ACGT\nTT\n+\nII\n")),
            "`a_R1.fq.gz` and `a_R2.fq.gz` are named like a pair, but both hold read 1 of the \
             pairs: find the file with the others; if only the read names are wrong, pass \
             `--r1 a_R1.fq.gz --r2 a_R2.fq.gz`",
        ),
        (
            mate("run", 1),
            mate("run", 1),
            "`a_R1.fq.gz` and `a_R2.fq.gz` hold the same reads, so one is a copy of the other: find \
             the file with their mates",
        ),
        (
            mate("run", 2),
            mate("run", 1),
            "by their names `a_R1.fq.gz` comes first and `a_R2.fq.gz` second, by their reads it is \
             the other way round: if the reads are right, say `--r1 a_R2.fq.gz --r2 a_R1.fq.gz`",
        ),
        (
            reads(&["a/1", "b/1"]),
            reads(&["a/2"]),
            "`a_R1.fq.gz` and `a_R2.fq.gz` are named like a pair, but the one holds 2 reads and the \
             other 1: one of them is incomplete",
        ),
        (
            reads(&["a/1", "a/2"]),
            reads(&["a/1", "a/2"]),
            "`a_R1.fq.gz` is interleaved: mates follow each other in it, so it cannot be one of a \
             pair with `a_R2.fq.gz`; upload it alone",
        ),
        (
            reads(&["a/1", "b/1"]),
            reads(&["a/1", "a/2"]),
            "`a_R2.fq.gz` is interleaved: mates follow each other in it, so it cannot be one of a \
             pair with `a_R1.fq.gz`; upload it alone",
        ),
    ] {
        let files = [("a_R1.fq.gz", first), ("a_R2.fq.gz", second)];
        assert_eq!(errors(&files, &nothing), [expected]);
    }
}

#[test]
fn a_mate_that_is_incomplete_is_seen_beside_a_large_one() {
    let names: Vec<_> = (0..1000).map(|n| format!("r{n}/1")).collect();
    let large = inspected(&gzip(&fastq(&names)));
    let files = [("a_R1.fq.gz", large), ("a_R2.fq.gz", reads(&["r0/2", "r1/2"]))];
    assert_eq!(
        errors(&files, &ReadSetOptions::default()),
        ["`a_R1.fq.gz` and `a_R2.fq.gz` are named like a pair, but the one holds more than 249 \
          reads and the other 2: one of them is incomplete"]
    );
}

#[test]
fn a_pair_by_flags_that_is_none_is_refused() {
    for (first, second, expected) in [
        (
            ("a.fq.gz", mate("A00:1:HX:1:1101:1", 1)),
            ("b.fq.gz", mate("A00:1:HX:1:1101:2", 2)),
            &[
                "`a.fq.gz` and `b.fq.gz` are given as a pair, but their reads are not mates: read 1 is \
               `A00:1:HX:1:1101:1:1` in the one and `A00:1:HX:1:1101:2:1` in the other; give two \
               files of one run",
            ][..],
        ),
        (
            ("a.fq.gz", mate("run", 2)),
            ("b.fq.gz", mate("run", 2)),
            &[
                "`a.fq.gz` and `b.fq.gz` hold the same reads, so one is a copy of the other: find the \
               file with their mates",
            ],
        ),
        (
            ("a.bam", ubam(&["A"])),
            ("b.bam", ubam(&["A"])),
            &[
                "`a.bam` is UBAM, and only FASTQ files come in pairs: leave `--r1` and `--r2` out",
                "`b.bam` is UBAM, and only FASTQ files come in pairs: leave `--r1` and `--r2` out",
            ],
        ),
        (
            ("NA1_R1.fq.gz", mate("run", 1)),
            ("NA2_R2.fq.gz", mate("run", 2)),
            &[
                "`NA1_R1.fq.gz` and `NA2_R2.fq.gz` are named after different samples, `NA1` and `NA2`: \
               if they are mates, say which sample it is with `--sample`",
            ],
        ),
    ] {
        assert_eq!(errors(&[first, second], &explicit()), expected);
    }
}

#[test]
fn every_other_reason_has_its_message() {
    let nothing = ReadSetOptions::default();
    let as_bam = ReadSetOptions { file_type: Some(FileType::Bam), ..ReadSetOptions::default() };
    let named = ReadSetOptions { name: Some("N".parse().unwrap()), ..ReadSetOptions::default() };
    let many: Vec<_> = (1..=12).map(|n| format!("s{n}")).collect();
    let many: Vec<_> = many.iter().map(String::as_str).collect();
    let long = format!("{}.bam", "x".repeat(128));
    for (files, wishes, expected) in [
        (
            &[("x.bam", ubam(&["a", "b\x1b[2J", "a", "c"]))][..],
            &nothing,
            &[
                "the header of `x.bam` names 3 samples (`a`, `b\\u{1b}[2J` and `c`), and a read set has \
               one: say which with `--sample`",
            ][..],
        ),
        (
            &[("x.bam", ubam(&many))],
            &nothing,
            &[
                "the header of `x.bam` names 12 samples (`s1`, `s2`, `s3`, `s4`, `s5`, `s6`, `s7`, `s8`, \
               `s9`, `s10` and 2 more), and a read set has one: say which with `--sample`",
            ],
        ),
        (
            &[("x.bam", ubam(&["a"]))],
            &as_bam,
            &["`x.bam` is UBAM by its content, and `--type` says BAM: leave `--type` out"],
        ),
        (
            &[("x.bam", ubam(&["a"])), ("y.bam", ubam(&["a"]))],
            &named,
            &[
                "`--name` is given for 2 read sets, which would all have the same name: upload them \
               one by one, or leave `--name` out",
            ],
        ),
        (
            &[(".bam", ubam(&[]))],
            &nothing,
            &[
                "`.bam` does not tell the name of a read set: give `--name`",
                "`.bam` does not tell the sample of a read set: give `--sample`",
            ],
        ),
        (
            &[("R1.fq.gz", mate("run", 1)), ("R2.fq.gz", mate("run", 2))],
            &nothing,
            &[
                "`R1.fq.gz` does not tell the name of a read set: give `--name`",
                "`R1.fq.gz` does not tell the sample of a read set: give `--sample`",
            ],
        ),
        (
            &[("x.bam", inspected(&bam(b"@RG\tSM:M\xfcller\n", &[])))],
            &nothing,
            &["the sample of `x.bam` is not UTF-8 (`M\u{fffd}ller`): give `--sample`"],
        ),
        (
            &[(&long, ubam(&["a\u{200d}b"]))],
            &nothing,
            &[
                &format!("the name that was inferred for `{long}` cannot be used: give `--name`"),
                &format!(
                    "the sample that was inferred for `{long}` cannot be used: give `--sample`"
                ),
            ],
        ),
        (
            &[
                ("a_R1.fq.gz", mate("run", 1)),
                ("a_R1.fastq.gz", mate("run", 1)),
                ("a_R2.fq.gz", mate("run", 2)),
            ],
            &nothing,
            &[
                "`a_R1.fq.gz` and `a_R1.fastq.gz` are both named as read 1 of the same pair: say which \
               files are mates with `--r1` and `--r2`",
            ],
        ),
        (
            &[
                ("a_R1.fq.gz", mate("run", 1)),
                ("a_R2.fq.gz", mate("other", 2)),
                ("x.bam", ubam(&["a", "b"])),
            ],
            &nothing,
            &[
                "`a_R1.fq.gz` and `a_R2.fq.gz` are named like a pair, but their reads are not mates: \
                 read 1 is `run:1` in the one and `other:1` in the other; if they are no pair, \
                 upload them one by one",
                "the header of `x.bam` names 2 samples (`a` and `b`), and a read set has one: say \
                 which with `--sample`",
            ],
        ),
    ] {
        assert_eq!(errors(files, wishes), expected);
    }
}

#[test]
fn what_does_not_fit_says_why_in_its_source() {
    let found = make(&[("x.bam", ubam(&["a\u{200d}b"]))], &ReadSetOptions::default()).unwrap_err();
    assert_eq!(
        found[0].source().unwrap().to_string(),
        "`a\\u{200d}b` is not a sample ID: it contains the character U+200D; the service takes \
         letters, marks, separators, symbols, numbers and punctuation"
    );
}

#[test]
fn the_same_file_twice_is_refused_however_it_is_spelled() {
    let inspected = ubam(&["a"]);
    let input = |shown: &'static str, inode| Input {
        shown,
        path: Some(Path::new(shown)),
        identity: Some((7, inode)),
        inspected: &inspected,
    };
    let inputs = [input("a.bam", 1), input("b.bam", 2), input("a.bam", 1), input("./b.bam", 2)];
    let found = assemble(&inputs, &ReadSetOptions::default()).unwrap_err();
    let messages: Vec<_> = found.iter().map(ToString::to_string).collect();
    assert_eq!(
        messages,
        [
            "`a.bam` is given twice: give each file once",
            "`./b.bam` is the same file as `b.bam`: give each file once",
        ]
    );
}

#[test]
fn a_pipe_tells_no_name() {
    let with_sample = ubam(&["S"]);
    let input = Input { shown: "-", path: None, identity: None, inspected: &with_sample };
    let found = assemble(&[input], &ReadSetOptions::default()).unwrap_err();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].to_string(), "`-` does not tell the name of a read set: give `--name`");
    let wishes = ReadSetOptions { name: Some("N".parse().unwrap()), ..ReadSetOptions::default() };
    assert_eq!(summary(&assemble(&[input], &wishes).unwrap()[0]), (vec![0], "N", "S"));
}

#[test]
fn a_name_that_is_not_utf8_is_not_sent_as_something_else() {
    let inspected = ubam(&["S"]);
    let path = Path::new(OsStr::from_bytes(b"M\xfcller.bam"));
    let shown = path.to_string_lossy();
    let input = Input { shown: &shown, path: Some(path), identity: None, inspected: &inspected };
    let found = assemble(&[input], &ReadSetOptions::default()).unwrap_err();
    assert_eq!(
        found[0].to_string(),
        "the name of `M\u{fffd}ller.bam` is not UTF-8 (`M\u{fffd}ller`): give `--name`"
    );
}

mod anything {
    use proptest::prelude::*;

    use super::*;

    fn name() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            Just("_R1".to_owned()),
            Just("_2".to_owned()),
            Just("_001".to_owned()),
            Just("_S1_L001".to_owned()),
            Just("_val_1".to_owned()),
            Just("_R2".to_owned()),
            Just("-pair1".to_owned()),
            Just("_I1".to_owned()),
            Just("_L2".to_owned()),
            Just("one/".to_owned()),
            Just(".trimmed".to_owned()),
            Just(".fastq.gz".to_owned()),
            Just("/".to_owned()),
            Just("ü".to_owned()),
            any::<String>(),
        ];
        proptest::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
    }

    /// The files of each read set, in an order of their own.
    fn sets(files: Files<'_>, number: impl Fn(usize) -> usize) -> Option<Vec<Vec<usize>>> {
        let drafts = make(files, &ReadSetOptions::default()).ok()?;
        let sources = |draft: &Draft| draft.sources.indexes().map(&number).collect();
        let mut sets: Vec<_> = drafts.iter().map(sources).collect();
        sets.sort();
        Some(sets)
    }

    proptest! {
        #[test]
        fn the_order_of_the_arguments_changes_nothing(
            names in proptest::collection::vec(("(one/|two/)?[xy]", name()), 1..7),
            seed: usize,
        ) {
            let kinds = [
                mate("run", 1),
                mate("run", 2),
                mate("A00:1:HX:1:1101:1", 1),
                mate("A00:1:HX:1:1101:1", 2),
                reads(&["SRR123456.1", "SRR123456.2"]),
                reads(&["SRX1.1.2", "SRX1.2.2"]),
            ];
            let names = names.iter().map(|(stem, rest)| format!("{stem}{rest}.fq.gz"));
            let names: Vec<_> = names.collect();
            let mut files: Vec<_> = names.iter().enumerate().map(|(at, name)| {
                (name.as_str(), kinds[(seed / (at + 1)) % kinds.len()].clone())
            }).collect();
            let before = sets(&files, |at| at);
            files.reverse();
            prop_assert_eq!(before, sets(&files, |at| names.len() - 1 - at));
        }

        /// Every file is in exactly one read set, or something is wrong.
        #[test]
        fn no_file_is_lost(names in proptest::collection::vec(name(), 1..6), by_flags: bool) {
            let mates = [mate("run", 1), mate("run", 2), reads(&["r"]), ubam(&["S"])];
            let files = names.iter().enumerate().map(|(at, name)| {
                (name.as_str(), mates[(name.len() + at) % 4].clone())
            });
            let files: Vec<_> = files.collect();
            let wishes = if by_flags { explicit() } else { ReadSetOptions::default() };
            match make(&files, &wishes) {
                Ok(drafts) => {
                    let mut all: Vec<_> =
                        drafts.iter().flat_map(|draft| draft.sources.indexes()).collect();
                    all.sort_unstable();
                    prop_assert_eq!(all, (0..files.len()).collect::<Vec<_>>());
                }
                Err(errors) => {
                    prop_assert!(!errors.is_empty());
                    for error in errors {
                        let escape = error.to_string().contains('\u{1b}');
                        prop_assert!(!escape);
                    }
                }
            }
        }
    }
}

/// The lanes of each source, and what they share; or what is wrong.
fn lanes(files: Files<'_>) -> Result<Vec<(Vec<usize>, String)>, Vec<String>> {
    let sources = by_lane(&inputs(files));
    let text =
        |errors: Vec<ReadSetError>| errors.iter().map(ToString::to_string).collect::<Vec<_>>();
    let sources = sources.map_err(text)?;
    Ok(sources.into_iter().map(|lanes| (lanes.files, lanes.name)).collect())
}

#[test]
fn lanes_are_put_together_in_the_order_of_their_numbers() {
    let flow_cell = |lane: u8| format!("M1:7:FC:{lane}:1:1");
    let files = [
        ("NA1_S1_L010_R1_001.fastq.gz", mate(&flow_cell(5), 1)),
        ("NA1_S1_L002_R2_001.fastq.gz", mate(&flow_cell(2), 2)),
        ("NA1_S1_L002_R1_001.fastq.gz", mate(&flow_cell(2), 1)),
        ("alone.fastq.gz", reads(&["a", "b"])),
        ("NA1_S1_L010_R2_001.fastq.gz", mate(&flow_cell(5), 2)),
        ("NA9_S9_L001_R1_001.fastq.gz", mate("M1:7:FX:1:1:1", 1)),
        ("x_L001.bam", ubam(&["x"])),
        ("x_L002.bam", ubam(&["x"])),
    ];
    let name = |lanes: &[usize], name: &str| (lanes.to_vec(), name.to_owned());
    let expected = vec![
        name(&[2, 0], "NA1_S1_R1_001.fastq.gz"),
        name(&[1, 4], "NA1_S1_R2_001.fastq.gz"),
        name(&[3], "alone.fastq.gz"),
        name(&[5], "NA9_S9_R1_001.fastq.gz"),
        name(&[6], "x_L001.bam"),
        name(&[7], "x_L002.bam"),
    ];
    assert_eq!(lanes(&files), Ok(expected));
}

#[test]
fn lanes_that_do_not_belong_together_are_refused_all_at_once() {
    let files = [
        ("a_L001_R1.fastq.gz", mate("M1:7:FC:1:1:1", 1)),
        ("a_L002_R1.fastq.gz", mate("M1:7:OTHER:2:1:1", 1)),
        ("a_L001_R2.fastq.gz", mate("M1:7:FC:1:1:1", 2)),
        ("b_L1_R1.fastq.gz", mate("M1:7:FC:1:1:1", 1)),
        ("b_L001_R1.fastq.gz", mate("M1:7:FC:1:1:1", 1)),
    ];
    assert_eq!(
        lanes(&files).unwrap_err(),
        [
            "`a_L001_R1.fastq.gz` and `a_L002_R1.fastq.gz` are named like lanes of one run, but their \
             reads are of different runs or flow cells: upload them without `--merge-lanes`",
            "`b_L1_R1.fastq.gz` and `b_L001_R1.fastq.gz` are both lane 1 of the same files: give each \
             lane once",
            "`a_L002_R1.fastq.gz` has no mate: lane 2 is missing beside `a_L001_R2.fastq.gz`; every lane \
             of read 1 needs its lane of read 2",
        ]
    );
}

/// A lane without reads.
fn empty() -> Inspected {
    let file = gzip(b"");
    assert!(inspect(&file, &file[..]).is_err());
    let empty = inspect_lane(&file, &file[..]).unwrap();
    assert!(empty.is_empty() && !reads(&["a"]).is_empty());
    empty
}

#[test]
fn empty_lanes_are_lanes_and_a_file_counts_once() {
    let run = |lane| reads(&[&format!("M1:7:FC:{lane}:1:1:1:1")]);
    let files =
        [("a_L003.fastq.gz", run(3)), ("a_L001.fastq.gz", empty()), ("a_L002.fastq.gz", run(2))];
    assert_eq!(lanes(&files), Ok(vec![(vec![1, 2, 0], "a.fastq.gz".to_owned())]));
    let mut twice = inputs(&files);
    twice[2].identity = twice[0].identity;
    let errors = by_lane(&twice).unwrap_err();
    assert!(matches!(&errors[..], [ReadSetError::Twice { .. }]), "{errors:?}");
}

#[test]
fn mates_are_confirmed_lane_by_lane() {
    let of = |lane: u8, number| mate(&format!("M1:7:FC:{lane}:1:1:1"), number);
    let names = ["a_L1_R1.fq.gz", "a_L2_R1.fq.gz", "a_L1_R2.fq.gz", "a_L2_R2.fq.gz"];
    let told = |contents: [Inspected; 4]| {
        let files: Vec<_> = names.into_iter().zip(contents).collect();
        let inputs = inputs(&files);
        confirm_lanes(&inputs[..2], &inputs[2..])
    };
    assert_eq!(told([of(1, 1), of(2, 1), of(1, 2), of(2, 2)]), []);
    assert_eq!(told([of(1, 1), empty(), of(1, 2), empty()]), []);
    assert_eq!(told([empty(), of(2, 1), empty(), of(2, 2)]), []);
    for (second, mates, is_told) in [
        (
            of(2, 2),
            of(2, 1),
            (|error| matches!(error, ReadSetError::MixedMates { .. })) as fn(&_) -> bool,
        ),
        (of(2, 1), of(2, 1), |error| matches!(error, ReadSetError::Copies { .. })),
        (of(2, 1), of(3, 2), |error| matches!(error, ReadSetError::Strangers { .. })),
        (of(2, 1), empty(), |error| matches!(error, ReadSetError::Fewer { .. })),
    ] {
        let errors = told([of(1, 1), second, of(1, 2), mates]);
        assert!(matches!(&errors[..], [error] if is_told(error)), "{errors:?}");
    }
    // What is a pair although its reads do not say so is one in all lanes.
    assert_eq!(told([of(1, 1), of(2, 1), of(3, 2), of(4, 2)]), []);
}

#[test]
fn names_alone_tell_the_sources() {
    let told = |names: &[&str]| {
        let paths: Vec<_> = names.iter().map(Path::new).collect();
        sources_by_name(&paths)
    };
    let pair = ["x/a_L002_R2.fq.gz", "a_L001_R2.fq.gz", "a_L002_R1.fq.gz", "y/a_L001_R1.fq.gz"];
    assert_eq!(told(&pair), Some(vec![vec![3, 2], vec![1, 0]]));
    assert_eq!(told(&["b_L10.fq.gz", "b_L9.fq.gz"]), Some(vec![vec![1, 0]]));
    for names in [
        &["a.fq.gz", "b.fq.gz"][..],
        &["a_L001.fq.gz", "b.fq.gz"],
        &["a_L001.fq.gz", "b_L001.fq.gz", "c_L001.fq.gz"],
        &["a_L001.fq.gz", "b_L001.fq.gz"],
    ] {
        assert_eq!(told(names), None, "{names:?}");
    }
    assert_eq!(shared_lane_name(["a_L1.fq.gz", "a_L002.fq.gz"]).as_deref(), Some("a.fq.gz"));
    for names in [&["a_L1.fq.gz", "b_L2.fq.gz"][..], &["a.fq.gz", "a_L2.fq.gz"], &[]] {
        assert_eq!(shared_lane_name(names.iter().copied()), None);
    }
}
