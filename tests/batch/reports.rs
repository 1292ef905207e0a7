//! `batch report` and the sheet that is written.

use std::fs;

use super::{batch, lines, singles};
use crate::lab::Lab;

#[test]
fn a_report_is_one_page_of_all_rows() {
    let lab = Lab::new();
    singles(&lab, 3);
    let said = batch(&lab, &["s.csv", "--verify"]);
    let ids = lines(said.expect(0));
    let report = |more: &[&str]| {
        let arguments = [&["batch", "report", "s.csv", "--html", "r.html"], more].concat();
        Lab::run(lab.command(arguments)).expect(0).stdout.clone()
    };
    assert_eq!(report(&[]), "");
    let page = fs::read_to_string(lab.path("r.html")).unwrap();
    for id in &ids {
        assert!(page.contains(*id), "{id}");
    }
    let folder = lab.path("s00.fastq.gz").canonicalize().unwrap();
    let folder = folder.parent().unwrap().to_str().unwrap();
    assert!(page.contains(folder) && page.contains("Content-Security-Policy"));
    assert!(page.contains("matches"), "the ETag was compared");
    // Our own page may be written again.
    let json = report(&["--redact", "--output=json"]);
    assert!(json.contains(ids[2]));
    let page = fs::read_to_string(lab.path("r.html")).unwrap();
    let host = fs::read_to_string("/proc/sys/kernel/hostname").unwrap();
    assert!(page.contains(ids[0]) && !page.contains(folder) && !page.contains(host.trim()));
}

#[test]
fn a_report_of_what_was_only_planned_says_so() {
    let lab = Lab::new();
    singles(&lab, 2);
    let store = lab.store();
    Lab::run(lab.command(["batch", "plan", "s.csv", "--run", "r", "--store", &store])).expect(0);
    Lab::run(lab.command(["batch", "report", "r", "--html", "r.html"])).expect(0);
    let page = fs::read_to_string(lab.path("r.html")).unwrap();
    assert!(page.contains("S01") && page.contains("pending"));
}

/// The next pipeline starts from the sheet, whether its read sets were made now, before, or by others.
#[test]
fn sources_become_uris_of_the_read_sets() {
    let lab = Lab::new();
    singles(&lab, 3);
    let first = lab.put(&["s00.fastq.gz", "--sample=S00"]);
    let first = first.expect(0).line();
    let sheet = |kind: &str, out: &str| {
        let arguments = ["s.csv", "--rewrite-sources", kind, "--sheet-out", out];
        let said = batch(&lab, &arguments);
        assert_eq!(lines(said.expect(0))[0], first);
        let text = fs::read_to_string(lab.path(out)).unwrap();
        text.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let s3 = sheet("s3", "s3.csv");
    assert_eq!(s3.len(), 4);
    for line in &s3[1..] {
        assert!(line.split(',').nth(1).unwrap().starts_with("s3://sandbox-s3alias/"), "{line}");
    }
    let asked = lab.requests().len();
    let omics = sheet("omics", "omics.csv");
    let source = format!("/readSet/{first}/source1");
    let cell = omics[1].split(',').nth(1).unwrap();
    assert!(cell.starts_with("omics://000000000000.storage.us-east-1.") && cell.ends_with(&source));
    let report = ["batch", "report", "s.csv", "--sheet", "r.csv", "--rewrite-sources", "s3"];
    Lab::run(lab.command(report)).expect(0);
    assert_eq!(fs::read(lab.path("r.csv")).unwrap(), fs::read(lab.path("s3.csv")).unwrap());
    assert_eq!(lab.requests().len(), asked);
}

#[test]
fn nothing_of_others_is_overwritten() {
    let lab = Lab::new();
    singles(&lab, 1);
    lab.file("mine.csv", b"a,b\n1,2\n");
    let refused = |arguments: &[&str], expected: &str| {
        let said = Lab::run(lab.command(arguments));
        said.expect(2);
        assert!(said.stderr.contains(expected), "{}", said.stderr);
    };
    let store = lab.store();
    let to = |file: &str| format!("--sheet-out={file}");
    refused(&["batch", "s.csv", "--store", &store, &to("s.csv")], "would overwrite it");
    refused(&["batch", "s.csv", "--store", &store, &to("s00.fastq.gz")], "would overwrite it");
    refused(&["batch", "s.csv", "--store", &store, &to("mine.csv")], "does not overwrite");
    refused(&["batch", "s.csv", "--store", &store, &to("nowhere/x.csv")], "cannot be written");
    assert_eq!(lab.requests().len(), 0);
    batch(&lab, &["s.csv", "--sheet-out=out.csv"]).expect(0);
    batch(&lab, &["s.csv", "--sheet-out=out.csv"]).expect(0);
    refused(&["batch", "report", "s.csv", "--html=mine.csv"], "does not overwrite");
    refused(&["batch", "report", "s.csv", "--html=x", "--sheet=x"], "is named by both");
    assert_eq!(fs::read(lab.path("mine.csv")).unwrap(), b"a,b\n1,2\n");
    // What was written is a sheet again, and its rows are known.
    let said = batch(&lab, &["out.csv"]);
    assert_eq!(lines(said.expect(0)).len(), 1);
    assert_eq!(lab.read_sets(), 1);
}
