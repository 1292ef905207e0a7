//! Files that are no lanes of each other, and lanes that would not make a sound file together.

use expect_test::expect;

use super::{BGZF, GZIP, Lanes, Pack, STORED, name, text};
use crate::{
    files::{bgzf, fastq, gzip},
    lab::{Lab, at_once},
    material::{reads, stored},
};

#[test]
fn a_lane_without_its_mate() {
    let lanes = Lanes::new(&[], 2, &[(GZIP, 30_000), (GZIP, 40_000)]);
    let files = [name(1, 1), name(1, 2), name(2, 1)];
    let said =
        lanes.lab.put(&[&files.each_ref().map(String::as_str)[..], &["--merge-lanes"]].concat());
    lanes.lab.shows(&said, &expect![[r#"
        --- stderr
        error: `NA1_S1_L002_R1_001.fastq.gz` has no mate: lane 2 is missing beside `NA1_S1_L001_R2_001.fastq.gz`; every lane of read 1 needs its lane of read 2
        --- status 2
    "#]]);
    lanes.sent_nothing();
}

/// Two projects may have a sample of one name.
#[test]
fn lanes_in_folders_that_do_not_tell_the_lane() {
    let lanes = Lanes::new(&[], 1, &[(GZIP, 30_000), (GZIP, 40_000)]);
    let lab = &lanes.lab;
    for (folder, lane) in [("p", 1), ("q", 2)] {
        std::fs::create_dir(lab.path(folder)).unwrap();
        std::fs::rename(lab.path(&name(lane, 1)), lab.path(folder).join(name(lane, 1))).unwrap();
    }
    let files = ["p/NA1_S1_L001_R1_001.fastq.gz", "q/NA1_S1_L002_R1_001.fastq.gz"];
    let said = lab.put(&[&files[..], &["--merge-lanes"]].concat());
    lab.shows(&said, &expect![[r#"
        --- stderr
        error: `p/NA1_S1_L001_R1_001.fastq.gz` and `q/NA1_S1_L002_R1_001.fastq.gz` are named like lanes of one sample, but are in two folders, and may be of two samples: put them into one folder (links will do), or list them with their sample in a sheet for `batch --merge-lanes`; if they are of two samples, leave `--merge-lanes` out
        --- status 2
    "#]]);
    lanes.sent_nothing();
}

#[test]
fn a_chunk_without_its_mate() {
    let lab = Lab::new();
    for (mate, chunk) in [(1, 1), (1, 2), (2, 1)] {
        let content = gzip(&text(chunk, mate, 30_000));
        lab.file(&format!("NA1_S1_L001_R{mate}_00{chunk}.fastq.gz"), &content);
    }
    let files = [
        "NA1_S1_L001_R1_001.fastq.gz",
        "NA1_S1_L001_R1_002.fastq.gz",
        "NA1_S1_L001_R2_001.fastq.gz",
    ];
    let said = lab.put(&[&files[..], &["--merge-lanes"]].concat());
    said.expect(2);
    let words = "`NA1_S1_L001_R1_002.fastq.gz` has no mate: chunk 2 of lane 1 is missing";
    assert!(said.stderr.contains(words), "{}", said.stderr);
}

#[test]
fn lanes_of_two_flow_cells() {
    let mut lanes = Lanes::new(&[], 1, &[(GZIP, 30_000), (GZIP, 40_000)]);
    let other = reads("M1:8:OTHER:2:1101:{}:9 1:N:0:ACGT", 40_000, 5000);
    lanes.set(2, 1, gzip(&other));
    let said = lanes.put(&[]);
    lanes.lab.shows(&said, &expect![[r#"
        --- stderr
        error: `NA1_S1_L001_R1_001.fastq.gz` and `NA1_S1_L002_R1_001.fastq.gz` are named like lanes of one run, but their reads are of different runs or flow cells: upload them without `--merge-lanes`
        --- status 2
    "#]]);
    lanes.sent_nothing();
}

#[test]
fn a_lane_twice() {
    let mut lanes = Lanes::new(&[], 1, &[(GZIP, 300_000), (GZIP, 400_000)]);
    let copy = lanes.lanes[0][0].1.clone();
    lanes.set(2, 1, copy.clone());
    let said = lanes.put(&[]);
    lanes.lab.shows(&said, &expect![[r#"
        --- stderr
        error: `NA1_S1_L001_R1_001.fastq.gz` and `NA1_S1_L002_R1_001.fastq.gz` are named like two lanes, but hold the same reads, so one is a copy of the other: find the file of that lane
        --- status 2
    "#]]);
    lanes.lab.file("NA1_S1_L1_R1_001.fastq.gz", &gzip(&text(3, 1, 30_000)));
    let said = lanes.put(&["NA1_S1_L1_R1_001.fastq.gz"]);
    said.expect(2);
    assert!(said.stderr.contains("are both lane 1 of the same files"), "{}", said.stderr);
    std::os::unix::fs::symlink(name(1, 1), lanes.lab.path("NA1_S1_L009_R1_001.fastq.gz")).unwrap();
    let said = lanes.put(&["NA1_S1_L009_R1_001.fastq.gz"]);
    said.expect(2);
    assert!(said.stderr.contains("is the same file as"), "{}", said.stderr);
    lanes.sent_nothing();
}

#[test]
fn mates_that_are_none_in_a_later_lane() {
    let mut lanes = Lanes::new(&[], 2, &[(GZIP, 300_000), (GZIP, 400_000)]);
    lanes.set(2, 2, gzip(&text(3, 2, 400_000)));
    let said = lanes.put(&[]);
    lanes.lab.shows(&said, &expect![[r#"
        --- stderr
        error: `NA1_S1_L002_R1_001.fastq.gz` and `NA1_S1_L002_R2_001.fastq.gz` are named like a pair, but their reads are not mates: read 1 is `M1:7:FC:2:1101:0:9` in the one and `M1:7:FC:3:1101:0:9` in the other; if they are no pair, upload them one by one
        --- status 2
    "#]]);
    // The mates of the second lane in each other's file.
    lanes.set(2, 1, gzip(&text(2, 2, 400_000)));
    lanes.set(2, 2, gzip(&text(2, 1, 400_000)));
    let said = lanes.put(&[]);
    lanes.lab.shows(&said, &expect![[r#"
        --- stderr
        error: by their reads, `NA1_S1_L002_R1_001.fastq.gz` and `NA1_S1_L002_R2_001.fastq.gz` are not the first and the second mates of their lane, as they are in other lanes: rename them, or find the files of that lane
        --- status 2
    "#]]);
    lanes.set(2, 1, gzip(b""));
    let said = lanes.put(&[]);
    lanes.lab.shows(&said, &expect![[r#"
        --- stderr
        error: `NA1_S1_L002_R1_001.fastq.gz` and `NA1_S1_L002_R2_001.fastq.gz` are named like a pair, but the one holds 0 reads and the other more than 15: one of them is incomplete
        --- status 2
    "#]]);
    lanes.sent_nothing();
}

#[test]
fn lanes_without_any_read() {
    let mut lanes = Lanes::new(&[], 1, &[(GZIP, 30_000), (GZIP, 40_000)]);
    lanes.set(1, 1, gzip(b""));
    lanes.set(2, 1, gzip(b""));
    let said = lanes.put(&[]);
    lanes.lab.shows(
        &said,
        &expect![[r#"
        --- stderr
        error: `NA1_S1_L001_R1_001.fastq.gz` cannot be uploaded
          caused by: it is an empty gzip file
        --- status 2
    "#]],
    );
    lanes.set(2, 1, Vec::new());
    let said = lanes.put(&[]);
    lanes.lab.shows(
        &said,
        &expect![[r#"
        --- stderr
        error: `NA1_S1_L002_R1_001.fastq.gz` is empty
        --- status 2
    "#]],
    );
    lanes.sent_nothing();
}

/// A lane whose last line has no newline: small enough to be read beforehand, in BGZF, whose end is looked
/// at, and in gzip, where only reading all of it tells.
#[test]
fn a_lane_without_its_last_newline() {
    let mut lanes = Lanes::new(&[], 1, &[(GZIP, 30_000), (GZIP, 40_000)]);
    let open = |bytes| {
        let mut text = text(1, 1, bytes);
        text.pop();
        text
    };
    lanes.set(1, 1, gzip(&open(30_000)));
    let said = lanes.put(&[]);
    lanes.lab.shows(&said, &expect![[r#"
        --- stderr
        error: `NA1_S1_L001_R1_001.fastq.gz` has no newline at its end, and another file follows it: its last line and the first of that file would become one

        hint: add the newline: `(gzip -dc NA1_S1_L001_R1_001.fastq.gz; echo) | gzip > OUT.fastq.gz`
        --- status 2
    "#]]);
    lanes.set(1, 1, bgzf(&open(3_000_000), 60_000));
    let said = lanes.put(&[]);
    lanes.lab.shows(&said, &expect![[r#"
        --- stderr
        error: `NA1_S1_L001_R1_001.fastq.gz` has no newline at its end, and another file follows it: its last line and the first of that file would become one

        hint: add the newline: `(gzip -dc NA1_S1_L001_R1_001.fastq.gz; echo) | gzip > OUT.fastq.gz`
        --- status 2
    "#]]);
    lanes.sent_nothing();
    lanes.set(1, 1, gzip(&open(3_000_000)));
    let said = lanes.put(&[]);
    lanes.failed(&said, &expect![[r#"
        `NA1_S1_L001_R1_001.fastq.gz` has no newline at its end, and another file follows it: its last line and the first of that file would become one

        hint: add the newline: `(gzip -dc NA1_S1_L001_R1_001.fastq.gz; echo) | gzip > OUT.fastq.gz`; `omics-upload uploads abort ID --store STORE` gives the old one up
    "#]]);
    assert_eq!(lanes.lab.count("CompleteMultipartReadSetUpload"), 0);
}

#[test]
fn lanes_with_blank_lines_or_zeros_at_their_end_even_where_those_are_allowed() {
    let blank = |pack: Pack, bytes| pack(&[text(1, 1, bytes), b"\n".to_vec()].concat());
    let zeros = |bytes| [stored(&text(1, 1, bytes)), vec![0; 2000]].concat();
    let contents = |bytes| {
        let blanks = [GZIP, BGZF, STORED].map(|pack| (blank(pack, bytes), "blank line"));
        blanks.into_iter().chain([(zeros(bytes), "zeros")])
    };
    for bytes in [20_000, 2_000_000] {
        for (content, what) in contents(bytes) {
            let mut lanes = Lanes::new(&[], 1, &[(GZIP, 30_000), (GZIP, 40_000)]);
            lanes.set(1, 1, content);
            let said = lanes.put(&["--allow-padding"]);
            assert!(matches!(said.status, Some(1 | 2)), "{}", said.stderr);
            let about = format!("`{}` ", name(1, 1));
            let is_told = |line: &str| line.contains(&about) && line.contains(what);
            assert!(said.stderr.lines().any(is_told), "{}", said.stderr);
            assert!(said.stderr.contains("another file follows it"), "{}", said.stderr);
            assert!(!said.stderr.contains("--allow-padding"), "{}", said.stderr);
            assert_eq!(lanes.lab.read_sets(), 0);
        }
    }
}

#[test]
fn damage_in_any_lane_is_told_of_its_file() {
    at_once(&[(GZIP, 3), (BGZF, 2), (STORED, 1)], |&(pack, lane)| {
        let packs = [(pack, 2_000_000), (pack, 1_500_000), (pack, 1_800_000)];
        let mut lanes = Lanes::new(&[], 2, &packs);
        let mut content = lanes.lanes[lane - 1][1].1.clone();
        let middle = content.len() / 2;
        content[middle] ^= 4;
        lanes.set(lane, 2, content);
        let said = lanes.put(&[]);
        said.expect(1);
        let about = format!("`{}` is damaged: ", name(lane, 2));
        assert!(said.stderr.contains(&about), "{}", said.stderr);
        assert_eq!(lanes.lab.read_sets(), 0);
    });
}

#[test]
fn mates_out_of_step_in_the_middle_of_a_lane() {
    let mut lanes = Lanes::new(&[], 2, &[(GZIP, 800_000), (GZIP, 3_000_000), (GZIP, 700_000)]);
    let whole = text(2, 2, 3_000_000);
    // One read is missing.
    let record = 12_050;
    let from = whole[1_500_000..].windows(2).position(|two| two == b"\n@").unwrap() + 1_500_001;
    let to = whole[from + record / 2..].windows(2).position(|two| two == b"\n@").unwrap();
    let to = from + record / 2 + to + 1;
    lanes.set(2, 2, gzip(&[&whole[..from], &whole[to..]].concat()));
    let said = lanes.put(&[]);
    lanes.failed(&said, &expect![[r#"
        `NA1_S1_L001_R1_001.fastq.gz` to `NA1_S1_L003_R1_001.fastq.gz` and `NA1_S1_L001_R2_001.fastq.gz` to `NA1_S1_L003_R2_001.fastq.gz` are no mates: record 206 is `M1:7:FC:2:1101:125:9` in the first file and `M1:7:FC:2:1101:126:9` in the second: they belong to different samples or lanes, are in another order, or one of them lacks reads

        hint: compare them with where they came from; `omics-upload uploads abort ID --store STORE` gives the old one up
    "#]]);
    assert_eq!(lanes.lab.read_sets(), 0);
}

/// The first mates of one lane and the second mates of another.
#[test]
fn mates_of_different_lanes_are_no_pair() {
    let lab = Lab::new();
    for (lane, mate) in [(1, 1), (2, 2)] {
        let reads = [1, 2].map(|at| format!("M:1:FC:{lane}:1:{at}:1 {mate}:N:0:A"));
        let name = format!("S1_S1_L00{lane}_R{mate}_001.fastq.gz");
        lab.file(&name, &gzip(&fastq(&reads)));
    }
    let names = ["S1_S1_L001_R1_001.fastq.gz", "S1_S1_L002_R2_001.fastq.gz"];
    let said = lab.put(&[&names[..], &["--merge-lanes"]].concat());
    said.expect(2);
    assert!(said.stderr.contains("has no mate: lane 1 is missing"), "{}", said.stderr);
    assert_eq!(lab.requests().len(), 0);
}
