//! Several files of a row, or several rows, as one read set.

use std::fs;

use serde_json::json;

use super::{batch, lines};
use crate::{
    files::{fastq, gzip},
    lab::Lab,
};

/// Writes a lane of a sample; its reads name the flow cell.
fn lane(lab: &Lab, name: &str, cell: &str, lane: usize, mate: usize) -> Vec<u8> {
    let read = |at: usize| format!("M:1:{cell}:{lane}:1:{at}:1 {mate}:N:0:A");
    let content = gzip(&fastq(&[read(1), read(2), read(3)]));
    lab.file(name, &content);
    content
}

fn pair(lab: &Lab, stem: &str, cell: &str, number: usize) -> [Vec<u8>; 2] {
    [1, 2].map(|mate| {
        lane(lab, &format!("{stem}_L00{number}_R{mate}_001.fastq.gz"), cell, number, mate)
    })
}

#[test]
fn rows_that_differ_by_lane_become_one_read_set() {
    let lab = Lab::new();
    let lanes: Vec<_> = (1..=4).map(|number| pair(&lab, "A_S1", "FC1", number)).collect();
    let row = |number: usize| {
        format!("A,{number},A_S1_L00{number}_R1_001.fastq.gz,A_S1_L00{number}_R2_001.fastq.gz\n")
    };
    // Not in the order of the lanes.
    let sheet = ["sample,lane,fastq_1,fastq_2\n", &row(3), &row(1), &row(4), &row(2)].concat();
    lab.file("s.csv", sheet.as_bytes());
    let shown = batch(&lab, &["s.csv", "--merge-lanes", "--dry-run", "--output=json"]);
    let shown = shown.expect(0).json();
    let sources = shown["read_sets"][0]["sources"].as_array().unwrap().clone();
    let first: Vec<_> = (1..=4).map(|number| format!("A_S1_L00{number}_R1_001.fastq.gz")).collect();
    assert_eq!((sources.len(), &sources[0]), (2, &json!(first)));
    let said = batch(&lab, &["s.csv", "--merge-lanes"]);
    let ids = lines(said.expect(0));
    assert_eq!(ids.len(), 1);
    for (source, mate) in [("SOURCE1", 0), ("SOURCE2", 1)] {
        let whole: Vec<u8> = lanes.iter().flat_map(|lane| lane[mate].clone()).collect();
        assert!(lab.read_back(ids[0], source) == whole, "{source}");
    }
    let before = lab.requests().len();
    assert_eq!(lines(batch(&lab, &["s.csv", "--merge-lanes"]).expect(0)), ids);
    assert_eq!(lab.requests().len(), before);
}

#[test]
fn lanes_of_another_flow_cell_are_merged_only_by_rows() {
    let lab = Lab::new();
    pair(&lab, "A_S1", "FC1", 1);
    pair(&lab, "A_S1", "FC2", 2);
    lab.file(
        "s.csv",
        b"sample,fastq_1,fastq_2\nA,A_S1_L001_R1_001.fastq.gz,A_S1_L001_R2_001.fastq.gz\n\
          A,A_S1_L002_R1_001.fastq.gz,A_S1_L002_R2_001.fastq.gz\n",
    );
    let said = batch(&lab, &["s.csv", "--merge-lanes"]);
    said.expect(2);
    assert!(said.stderr.contains("s.csv:2: fastq_1: "), "{}", said.stderr);
    assert_eq!(lab.requests().len(), 0);
    assert_eq!(lines(batch(&lab, &["s.csv", "--merge-rows"]).expect(0)).len(), 1);
    // What is merged already is not sent again by a word that was forgotten.
    let forgotten = batch(&lab, &["s.csv"]);
    forgotten.expect(2);
    assert!(
        forgotten.stderr.contains("already, which was made of 4 files"),
        "{}",
        forgotten.stderr
    );
    assert_eq!(lines(batch(&lab, &["s.csv", "--replan=all"]).expect(0)).len(), 2);
}

/// Of one row, the mates stand in each other's column.
#[test]
fn mates_of_a_merged_row_are_put_in_order() {
    let lab = Lab::new();
    let runs =
        [pair(&lab, "A_S1", "FC1", 1), pair(&lab, "A_S1", "FC2", 2), pair(&lab, "A_S1", "FC3", 3)];
    let name = |lane: usize, mate: usize| format!("A_S1_L00{lane}_R{mate}_001.fastq.gz");
    let sheet = [
        "sample,fastq_1,fastq_2\n".to_owned(),
        format!("A,{},{}\n", name(1, 1), name(1, 2)),
        format!("A,{},{}\n", name(2, 2), name(2, 1)),
        format!("A,{},{}\n", name(3, 1), name(3, 2)),
    ];
    lab.file("s.csv", sheet.concat().as_bytes());
    let said = batch(&lab, &["s.csv", "--merge-rows"]);
    let id = lines(said.expect(0))[0];
    for (source, mate) in [("SOURCE1", 0), ("SOURCE2", 1)] {
        let whole: Vec<u8> = runs.iter().flat_map(|lane| lane[mate].clone()).collect();
        assert!(lab.read_back(id, source) == whole, "{source}");
    }
    let note = format!("s.csv:3: by their reads, `{}` comes first", name(2, 1));
    assert!(said.stderr.replace("./", "").contains(&note), "{}", said.stderr);
    // The same of lanes.
    let sheet = [
        "sample,fastq_1,fastq_2\n".to_owned(),
        format!("L,{},{}\n", name(4, 1), name(4, 2)),
        format!("L,{},{}\n", name(5, 2), name(5, 1)),
    ];
    let lanes = [pair(&lab, "A_S1", "FC4", 4), pair(&lab, "A_S1", "FC4", 5)];
    lab.file("l.csv", sheet.concat().as_bytes());
    let said = batch(&lab, &["l.csv", "--merge-lanes"]);
    let id = lines(said.expect(0))[0];
    let whole: Vec<u8> = lanes.iter().flat_map(|lane| lane[1].clone()).collect();
    assert!(lab.read_back(id, "SOURCE2") == whole);
    assert!(said.stderr.contains("l.csv:3: by their reads"), "{}", said.stderr);
    // Reads that do not say which mates they are: the names do.
    for lane in 6..=7 {
        for mate in 1..=2 {
            let reads = [1, 2].map(|at| format!("M:1:FC6:{lane}:1:{at}:1"));
            // They differ in more than their name.
            let text = String::from_utf8(fastq(&reads)).unwrap();
            let text = if mate == 2 { text.replace("ACGT", "TTTT") } else { text };
            lab.file(&name(lane, mate), &gzip(text.as_bytes()));
        }
    }
    let sheet = [
        "sample,fastq_1,fastq_2\n".to_owned(),
        format!("U,{},{}\n", name(6, 1), name(6, 2)),
        format!("U,{},{}\n", name(7, 2), name(7, 1)),
    ];
    lab.file("u.csv", sheet.concat().as_bytes());
    let said = batch(&lab, &["u.csv", "--merge-lanes", "--dry-run", "--output=json"]);
    let sources = said.expect(0).json()["read_sets"][0]["sources"].clone();
    assert_eq!(sources, json!([[name(6, 1), name(7, 1)], [name(6, 2), name(7, 2)]]));
    assert!(said.stderr.contains("u.csv:3: by their names"), "{}", said.stderr);
    // A column of first mates with second mates in it has no such remedy, and names its row.
    let sheet = [
        "sample,fastq_1\n".to_owned(),
        format!("A,{}\nA,{}\nA,{}\n", name(1, 1), name(3, 1), name(2, 2)),
    ];
    lab.file("t.csv", sheet.concat().as_bytes());
    let said = batch(&lab, &["t.csv", "--merge-rows"]);
    said.expect(2);
    assert!(said.stderr.contains("t.csv:4: fastq_1: by their reads"), "{}", said.stderr);
}

/// A lane that was taken out of an Illumina sheet is not wanted.
#[test]
fn lanes_that_the_sheet_does_not_list_are_skipped() {
    let lab = Lab::new();
    fs::create_dir(lab.path("run")).unwrap();
    for number in 1..=3 {
        pair(&lab, "run/A_S1", "FC1", number);
    }
    lab.file("s.csv", b"[Data]\nLane,Sample_ID,index\n1,A,ACGT\n3,A,ACGT\n");
    let arguments = ["s.csv", "--files=run", "--merge-lanes", "--output=json"];
    let said = batch(&lab, &arguments);
    let document = said.expect(0).json();
    assert_eq!(document["read_sets"][0]["files"].as_array().unwrap().len(), 4);
    assert!(said.stderr.contains("the files of lane 2 are skipped"), "{}", said.stderr);
}

#[test]
fn files_of_one_cell_follow_each_other() {
    let lab = Lab::new();
    let parts = [1, 2, 3].map(|part| lane(&lab, &format!("p{part}.fastq.gz"), "FC1", part, 1));
    lab.file("s.csv", b"sample,file\nA,p1.fastq.gz;p2.fastq.gz;p3.fastq.gz\n");
    let said = batch(&lab, &["s.csv", "--verify", "--sheet-out=out.csv"]);
    let id = lines(said.expect(0))[0];
    assert!(lab.read_back(id, "SOURCE1") == parts.concat());
    let out = fs::read_to_string(lab.path("out.csv")).unwrap();
    assert!(out.contains("p1.fastq.gz;p2.fastq.gz;p3.fastq.gz") && out.contains(id), "{out}");
    // The mates of reads are another source.
    lane(&lab, "m2.fastq.gz", "FC1", 1, 2);
    lab.file("t.csv", b"sample,file\nA,p1.fastq.gz;m2.fastq.gz\n");
    let said = batch(&lab, &["t.csv"]);
    said.expect(2);
    assert!(said.stderr.contains("hold different mates"), "{}", said.stderr);
    // A file that is not there is told with its cell.
    lab.file("t.csv", b"sample,file\nA,p1.fastq.gz;gone.fastq.gz\n");
    let said = batch(&lab, &["t.csv"]);
    said.expect(2);
    assert!(said.stderr.contains("t.csv:2: file: ") && said.stderr.contains("gone"));
    // A lane without its last newline would join two records.
    let text = fastq(&["M:1:FC1:4:1:1:1 1:N:0:A"]);
    lab.file("cut.fastq.gz", &gzip(text.trim_ascii_end()));
    lab.file("t.csv", b"sample,file\nA,cut.fastq.gz;p2.fastq.gz\n");
    let said = batch(&lab, &["t.csv"]);
    said.expect(2);
    assert!(said.stderr.contains("cut.fastq.gz"), "{}", said.stderr);
}
