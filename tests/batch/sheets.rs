//! From sheets to read sets.

use std::fs;

use serde_json::{Value, json};

use super::{batch, batch_command, single, singles};
use crate::{
    files::{bam, fastq, gzip},
    lab::{Lab, REFERENCE},
    running::Running,
};

const UBAM: &str = "pysam-tests/test_unaligned.bam";

/// A pair, an unmapped BAM, an aligned BAM and a CRAM.
fn mixed(lab: &Lab) {
    lab.file("a_R1.fastq.gz", &gzip(&fastq(&["x1 1:N:0:A", "x2 1:N:0:A"])));
    lab.file("a_R2.fastq.gz", &gzip(&fastq(&["x1 2:N:0:A", "x2 2:N:0:A"])));
    lab.copy(UBAM, "u.bam");
    lab.copy("samtools-test/3.quickcheck.ok.bam", "b.bam");
    lab.copy("samtools-test/7.quickcheck.cram30.ok.cram", "c.cram");
    let sheet = format!(
        "# from the lab\nfile,file_1,file_2,sample,reference,tag:run\n\
         ,a_R1.fastq.gz,a_R2.fastq.gz,S1,,r7\nu.bam,,,,,\nb.bam,,,,{REFERENCE},\nc.cram,,,,{REFERENCE},\n"
    );
    lab.file("s.csv", sheet.as_bytes());
}

#[test]
fn a_mixed_sheet_is_uploaded_and_a_second_run_makes_no_request() {
    let lab = Lab::new();
    mixed(&lab);
    let said = batch(&lab, &["s.csv", "--sheet-out", "out.csv"]);
    let ids: Vec<_> = said.expect(0).stdout.lines().map(str::to_owned).collect();
    assert_eq!(ids.len(), 4);
    for (id, source, file) in [
        (&ids[0], "SOURCE1", "a_R1.fastq.gz"),
        (&ids[0], "SOURCE2", "a_R2.fastq.gz"),
        (&ids[1], "SOURCE1", "u.bam"),
        (&ids[2], "SOURCE1", "b.bam"),
        (&ids[3], "SOURCE1", "c.cram"),
    ] {
        assert_eq!(lab.read_back(id, source), fs::read(lab.path(file)).unwrap(), "{file}");
    }
    let out = fs::read_to_string(lab.path("out.csv")).unwrap();
    assert!(out.contains(&format!("/readSet/{}/source2", ids[0])), "{out}");
    let before = lab.requests().len();
    let again = batch(&lab, &["s.csv"]);
    assert_eq!(again.expect(0).stdout.lines().collect::<Vec<_>>(), ids);
    let document = batch(&lab, &["s.csv", "--output", "json"]).expect(0).json();
    let rows = document["read_sets"].as_array().unwrap().iter();
    let rows: Vec<_> = rows
        .map(|row| (row["row"].clone(), row["status"].clone(), row["bytes_sent"].clone()))
        .collect();
    let expected: Vec<_> = (3..7).map(|row| (json!(row), json!("active"), json!(0))).collect();
    assert_eq!(rows, expected);
    assert_eq!(lab.requests().len(), before);
    let status = Lab::run(lab.command(["batch", "status", "s.csv", "--output", "json"]));
    assert_eq!(status.expect(0).json()["finished"]["rows"], json!(4));
    let report = Lab::run(lab.command(["batch", "report", "s.csv"]));
    assert_eq!(report.expect(0).stdout.lines().collect::<Vec<_>>(), ids);
    assert_eq!(lab.requests().len(), before);
    batch(&lab, &["s.csv", "--recheck"]).expect(0);
    assert!(lab.requests().len() > before);
}

#[test]
fn everything_that_is_wrong_is_told_with_its_cell() {
    let lab = Lab::new();
    single(&lab, "a.fastq.gz", "a");
    single(&lab, "b.fastq.gz", "b");
    fs::hard_link(lab.path("a.fastq.gz"), lab.path("hard.fastq.gz")).unwrap();
    lab.file("na1.bam", &bam(b"@RG\tID:1\tSM:NA1\n", &[]));
    for (sheet, expected) in [
        (
            "sample,fastq_1\nA,gone.fastq.gz\nB,also.fastq.gz\n",
            &["s.csv:2: fastq_1: ", "s.csv:3: fastq_1: "][..],
        ),
        (
            "sample,fastq_1\nA,a.fastq.gz\nB,hard.fastq.gz\n",
            &["s.csv:3: fastq_1: `hard.fastq.gz` is the same file as `a.fastq.gz` in row 2"],
        ),
        ("sample,bam\nA,a.fastq.gz\n", &["s.csv:2: bam: "]),
        ("sample,fastq_1,fastq_2\nA,a.fastq.gz,b.fastq.gz\n", &["s.csv:2: fastq_1: "]),
        ("sample,bam\nA,na1.bam\n", &["s.csv:2: sample: `A` is not the sample in the header"]),
        ("sample,bam,fastq_1\nA,na1.bam,a.fastq.gz\n", &["s.csv:2: "]),
    ] {
        lab.file("s.csv", sheet.as_bytes());
        let said = batch(&lab, &["s.csv"]);
        said.expect(2);
        for text in expected {
            assert!(said.stderr.contains(text), "{sheet}\n{}", said.stderr);
        }
    }
    let many: Vec<_> = (0..30).map(|row| format!("S{row},gone{row}.fastq.gz\n")).collect();
    let many = many.concat();
    lab.file("s.csv", format!("sample,fastq_1\n{many}").as_bytes());
    let said = batch(&lab, &["s.csv"]);
    assert_eq!(said.expect(2).stderr.matches("fastq_1: ").count(), 20);
    assert!(said.stderr.contains("and 10 more problems in `s.csv`"), "{}", said.stderr);
    assert_eq!(lab.requests().len(), 0);
}

/// What cells say, what columns are called, and what files are, is told in one go, row by row.
#[test]
fn cells_and_files_and_columns_are_told_together() {
    let lab = Lab::new();
    single(&lab, "a.fastq.gz", "a");
    single(&lab, "b.fastq.gz", "b");
    single(&lab, "c.fastq.gz", "c");
    lab.file("empty.fastq.gz", b"");
    let mut damaged = gzip(&fastq(&["d1", "d2"]));
    let end = damaged.len();
    damaged[end - 8] ^= 1;
    lab.file("damaged.fastq.gz", &damaged);
    lab.file(
        "s.csv",
        b"sample,fastq_1,fastq_2,reference,shoe size\nA,gone.fastq.gz,,,\nB,a.fastq.gz,b.fastq.gz,,\n\
          ,b2.fastq.gz,,,\nC,empty.fastq.gz,,hg38,\nD,damaged.fastq.gz,,hg38,\nE,s3://b/k,,,\n\
          F,c.fastq.gz,,,\nF,c.fastq.gz,,,\n",
    );
    let said = batch(&lab, &["s.csv", "--md5-file=gone.md5"]);
    said.expect(2);
    let places = [
        "error: the MD5 list `gone.md5` cannot be used",
        "error: s.csv:1: shoe size: unknown column; to ignore it: `--ignore-columns 'shoe size'`",
        "error: s.csv:2: fastq_1: cannot open",
        "error: s.csv:3: fastq_1: ",
        "error: s.csv:4: sample: missing",
        "error: s.csv:4: fastq_1: cannot open",
        "error: s.csv:5: reference: `hg38`",
        "error: s.csv:5: fastq_1: `empty.fastq.gz` is empty",
        "error: s.csv:6: reference: `hg38`",
        "error: s.csv:6: fastq_1: `damaged.fastq.gz` cannot be uploaded",
        "error: s.csv:7: fastq_1: `s3://b/k` is not a local file",
        "error: s.csv:9: fastq_1: `c.fastq.gz` is also in row 8",
    ];
    let told: Vec<_> = said.stderr.lines().filter(|line| line.starts_with("error: ")).collect();
    assert_eq!(told.len(), places.len(), "{}", said.stderr);
    for (told, place) in told.iter().zip(places) {
        assert!(told.replace("./", "").starts_with(place), "{told}\n{place}");
    }
    // Of cells and files together, 20 are shown.
    let rows = (0..15).map(|row| format!("S{row},gone{row},\nT{row},s3://b/{row},\n"));
    let rows = rows.collect::<Vec<_>>().concat();
    lab.file("s.csv", format!("sample,fastq_1,fastq_2\n{rows}").as_bytes());
    let said = batch(&lab, &["s.csv"]);
    assert_eq!(said.expect(2).stderr.matches("error: s.csv:").count(), 20);
    assert!(said.stderr.contains("and 10 more problems in `s.csv`"), "{}", said.stderr);
    assert_eq!(lab.requests().len(), 0);
}

/// What a cell may have been meant for, if its file is not there.
#[test]
fn a_file_that_is_not_there_is_looked_for_as_it_may_be_meant() {
    let lab = Lab::new();
    fs::create_dir(lab.path("run")).unwrap();
    for name in ["a b.fastq.gz", "S-1.fastq.gz", "run/x.fastq.gz", "y.fastq.gz"] {
        single(&lab, name, &name[..1]);
    }
    for (cell, hint) in [
        ("NA", "leave the cell empty"),
        ("null", "leave the cell empty"),
        ("-", "leave the cell empty"),
        ("a%20b.fastq.gz", "`a b.fastq.gz` is there: correct the cell"),
        ("a\u{a0}b.fastq.gz", "`a b.fastq.gz` is there: correct the cell"),
        ("\"y.fastq.gz \"", "`y.fastq.gz` is there: correct the cell"),
        ("\u{201c}y.fastq.gz\u{201d}", "`y.fastq.gz` is there: correct the cell"),
        ("S\u{2013}1.fastq.gz", "`S-1.fastq.gz` is there: correct the cell"),
        ("y.fastq", "`y.fastq.gz` is there: correct the cell"),
        ("run\\x.fastq.gz", "`run/x.fastq.gz` is there: correct the cell"),
        ("gone\\x.fastq.gz", "paths are written with `/`"),
        ("C:\\run\\x.fastq.gz", "it is a path of Windows"),
        ("\\\\server\\x.fastq.gz", "it is a path of Windows"),
        ("/data/y.fastq.gz", "`y.fastq.gz` is there: correct the folder in the cell"),
        ("y.fastq.gz;S-1.fastq.gz", "names one file; only `file`"),
        ("Y.FASTQ.gz", "`y.fastq.gz` is there: correct the cell"),
        ("y.fastq.gz # good", "`y.fastq.gz` is there: correct the cell"),
        ("y*.fastq.gz", "patterns are not expanded"),
        ("#REF!", "an error of a spreadsheet"),
        (".", "leave the cell empty"),
    ] {
        lab.file("s.csv", format!("sample,fastq_1\nA,{cell}\n").as_bytes());
        let said = batch(&lab, &["s.csv", "--dry-run"]);
        said.expect(2);
        assert!(
            said.stderr.contains("s.csv:2: fastq_1: ") && said.stderr.contains(hint),
            "{cell}\n{}",
            said.stderr
        );
    }
}

/// Neither a sheet nor what is written of it can be a pipe.
#[test]
fn a_dash_is_no_file() {
    let lab = Lab::new();
    singles(&lab, 1);
    for sheet in ["-", "/dev/stdin", "/dev/fd/0"] {
        let said = batch(&lab, &[sheet, "--dry-run"]);
        said.expect(2);
        assert!(said.stderr.contains("a sheet has to be one"), "{}", said.stderr);
        assert!(said.stderr.contains("write the sheet to a file"), "{}", said.stderr);
    }
    let said = batch(&lab, &["s.csv", "--sheet-out", "-"]);
    said.expect(2);
    assert!(said.stderr.contains("`--sheet-out` takes a file, and `-` is none"), "{}", said.stderr);
    batch(&lab, &["s.csv"]).expect(0);
    let report = Lab::run(lab.command(["batch", "report", "s.csv", "--sheet", "-"]));
    assert!(report.expect(2).stderr.contains("`--sheet` takes a file"), "{}", report.stderr);
    assert!(!lab.path("-").exists());
}

#[test]
fn what_was_written_before_is_read_again() {
    let lab = Lab::new();
    singles(&lab, 2);
    let first = batch(&lab, &["s.csv", "--sheet-out=out.csv"]);
    let again = batch(&lab, &["out.csv", "--sheet-out=next.csv"]);
    assert_eq!(again.expect(0).stdout, first.expect(0).stdout);
    assert!(again.stderr.contains("skipped 2 read set IDs of an earlier run"), "{}", again.stderr);
    assert_eq!(lab.read_sets(), 2);
    let twice = fs::read_to_string(lab.path("next.csv")).unwrap();
    assert_eq!(
        twice.lines().next(),
        fs::read_to_string(lab.path("out.csv")).unwrap().lines().next()
    );
}

#[test]
fn a_sheet_overrules_names_and_agrees_with_sarek() {
    let lab = Lab::new();
    lab.file("x_S1_L001_R1_001.fastq.gz", &gzip(&fastq(&["x1 1:N:0:A", "x2 1:N:0:A"])));
    lab.file("x_S1_L001_R2_001.fastq.gz", &gzip(&fastq(&["x1 2:N:0:A", "x2 2:N:0:A"])));
    lab.file("p.bam", &bam(b"@RG\tID:1\tSM:P1_T1\n", &[]));
    // The mates are in each other's column.
    lab.file(
        "s.csv",
        b"patient,sample,fastq_1,fastq_2,bam\n\
          P1,Q,x_S1_L001_R2_001.fastq.gz,x_S1_L001_R1_001.fastq.gz,\nP1,T1,,,p.bam\n",
    );
    let said = batch(&lab, &["s.csv", "--dry-run", "--output", "json"]);
    let rows = said.expect(0).json()["read_sets"].as_array().unwrap().clone();
    let of = |row: usize, name: &str| rows[row][name].clone();
    assert_eq!(of(0, "sample_id"), json!("Q"));
    assert_eq!(of(0, "sample_id_origin"), json!("column sample"));
    assert_eq!(of(0, "subject_id_origin"), json!("column patient"));
    assert_eq!(
        of(0, "sources"),
        json!([["x_S1_L001_R1_001.fastq.gz"], ["x_S1_L001_R2_001.fastq.gz"]])
    );
    assert_eq!(of(1, "sample_id"), json!("T1"));
    assert!(said.stderr.contains("note: s.csv:2: by their reads"), "{}", said.stderr);
    assert_eq!(lab.requests().len(), 0);
}

#[test]
fn rows_that_are_added_changed_and_removed_are_told_apart() {
    let lab = Lab::new();
    for name in ["a", "b", "c"] {
        single(&lab, &format!("{name}.fastq.gz"), name);
    }
    lab.file("s.csv", b"sample,fastq_1\nA,a.fastq.gz\nB,b.fastq.gz\n");
    let first = batch(&lab, &["s.csv"]);
    let ids: Vec<_> = first.expect(0).stdout.lines().collect();
    lab.file("s.csv", b"sample,fastq_1\nC,c.fastq.gz\nB,b.fastq.gz\nA,a.fastq.gz\n");
    let second = batch(&lab, &["s.csv"]);
    let lines: Vec<_> = second.expect(0).stdout.lines().collect();
    assert_eq!(lines[1..], [ids[1], ids[0]]);
    assert_eq!(lab.count("CreateMultipartReadSetUpload"), 3);
    lab.file("s.csv", b"sample,fastq_1\nC,c.fastq.gz\nB2,b.fastq.gz\n");
    let third = batch(&lab, &["s.csv"]);
    third.expect(2);
    assert!(third.stderr.contains("s.csv:3: the row is uploaded as read set"), "{}", third.stderr);
    let unknown = batch(&lab, &["s.csv", "--replan", "9"]);
    unknown.expect(2);
    assert!(unknown.stderr.contains("no read set in row 9"), "{}", unknown.stderr);
    let fourth = batch(&lab, &["s.csv", "--replan", "3"]);
    assert_ne!(fourth.expect(0).stdout.lines().nth(1), Some(ids[1]));
    // Nothing has changed since.
    let before = lab.requests().len();
    let fifth = batch(&lab, &["s.csv", "--replan", "all"]);
    assert_eq!(fifth.expect(0).stdout, fourth.stdout);
    assert!(fifth.stderr.contains("2 rows are finished already"), "{}", fifth.stderr);
    assert_eq!(lab.requests().len(), before);
    // Other files in the place of the old ones.
    single(&lab, "c.fastq.gz", "other");
    let sixth = batch(&lab, &["s.csv"]);
    sixth.expect(0);
    assert!(sixth.stderr.contains("its files have changed; read set"), "{}", sixth.stderr);
    assert!(fourth.stderr.contains("is no longer in the sheet; read set"), "{}", fourth.stderr);
    let runs = lab.home().join(".local/state/omics-upload/runs");
    let run = fs::read_dir(runs).unwrap().next().unwrap().unwrap().path();
    for generation in 1..4 {
        assert!(run.join(format!("plan-{generation:04}.jsonl")).exists(), "{generation}");
    }
}

/// A sheet of which nothing is to be sent is planned anew all the same.
#[test]
fn a_report_follows_the_sheet() {
    let lab = Lab::new();
    singles(&lab, 3);
    let first = batch(&lab, &["s.csv"]);
    let ids: Vec<_> = first.expect(0).stdout.lines().collect();
    lab.file("s.csv", b"sample,fastq_1\nS02,s02.fastq.gz\nS00,s00.fastq.gz\n");
    let second = batch(&lab, &["s.csv"]);
    assert_eq!(second.expect(0).stdout.lines().collect::<Vec<_>>(), [ids[2], ids[0]]);
    let report = Lab::run(lab.command(["batch", "report", "s.csv", "--sheet", "o.csv"]));
    report.expect(0);
    let sheet = fs::read_to_string(lab.path("o.csv")).unwrap();
    assert!(sheet.lines().count() == 3 && sheet.contains(ids[2]), "{sheet}");
    let third = batch(&lab, &["s.csv"]);
    assert!(!third.expect(0).stderr.contains("no longer in the sheet"), "{}", third.stderr);
    // Another store is refused, although nothing is to be sent.
    let run = ["batch", "s.csv", "--run", "r", "--store", &lab.store()];
    Lab::run(lab.command(run)).expect(0);
    let other = Lab::run(lab.command(["batch", "s.csv", "--run", "r", "--store", "9999999999"]));
    other.expect(2);
    assert!(other.stderr.contains("the run was planned for the store"), "{}", other.stderr);
}

#[test]
fn one_of_two_at_the_same_moment_comes_back_later() {
    let lab = Lab::with_faults(&["UploadReadSetPart:latency:2s"]);
    singles(&lab, 3);
    let runs: Vec<_> = (0..3).map(|_| Running::start(batch_command(&lab, &["s.csv"]))).collect();
    for said in runs.into_iter().map(Running::finish) {
        assert!(matches!(said.status, Some(0 | 75 | 3)), "{:?}: {}", said.status, said.stderr);
        assert!(!said.stderr.contains("os error 17"), "{}", said.stderr);
    }
    batch(&lab, &["s.csv"]).expect(0);
    assert_eq!((lab.read_sets(), lab.uploads()), (3, 0));
}

#[test]
fn a_small_damaged_file_is_found_before_anything_is_sent() {
    let lab = Lab::new();
    single(&lab, "a.fastq.gz", "a");
    let mut damaged = gzip(&fastq(&["b1", "b2"]));
    let end = damaged.len();
    damaged[end - 8] ^= 1;
    lab.file("b.fastq.gz", &damaged);
    lab.file("s.csv", b"sample,fastq_1\nA,a.fastq.gz\nB,b.fastq.gz\n");
    let said = batch(&lab, &["s.csv"]);
    said.expect(2);
    assert!(said.stderr.contains("s.csv:3: fastq_1: "), "{}", said.stderr);
}

#[test]
fn a_reason_that_concerns_all_rows_stops_the_run_with_one_message() {
    let lab = Lab::new();
    for name in ["a", "b", "c"] {
        single(&lab, &format!("{name}.fastq.gz"), name);
    }
    lab.file("s.csv", b"sample,fastq_1\nA,a.fastq.gz\nB,b.fastq.gz\nC,c.fastq.gz\n");
    let arguments = ["batch", "s.csv", "--store", "9999999999"];
    let said = Lab::run(lab.command(arguments));
    said.expect(1);
    assert_eq!(said.stdout, "failed\nfailed\nfailed\n");
    assert_eq!(said.stderr.matches("caused by").count(), 1, "{}", said.stderr);
    let ids = batch(&lab, &["s.csv"]);
    assert_eq!(ids.expect(0).stdout.lines().count(), 3);
}

#[test]
fn a_plan_changes_nothing_at_the_service() {
    let lab = Lab::new();
    mixed(&lab);
    let store = lab.store();
    let plan = ["batch", "plan", "s.csv", "--run", "run7", "--store", &store];
    Lab::run(lab.command(plan)).expect(0);
    assert_eq!(lab.count("CreateMultipartReadSetUpload"), 0);
    let text = fs::read_to_string(lab.path("run7/plan-0001.jsonl")).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 5);
    assert_eq!(lines[1]["fields"]["sample_id"], json!("S1"));
    Lab::run(lab.command(["batch", "status", "run7"])).expect(75);
    let said = batch(&lab, &["s.csv", "--run", "run7"]);
    assert_eq!(said.expect(0).stdout.lines().count(), 4);
    Lab::run(lab.command(["batch", "status", "run7"])).expect(0);
    single(&lab, "z.fastq.gz", "z");
    lab.file("s.csv", b"sample,fastq_1\nZ,z.fastq.gz\n");
    let other = Lab::run(lab.command(["batch", "s.csv", "--run", "run7", "--store", "9999999999"]));
    other.expect(2);
    assert!(other.stderr.contains("the run was planned for the store"), "{}", other.stderr);
}
