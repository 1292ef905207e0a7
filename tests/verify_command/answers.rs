//! What can be decided.

use std::fs;

use expect_test::expect;

use crate::{
    files::{bgzf, fastq, gzip, plain_bam},
    lab::{Lab, Said},
};

pub(crate) fn verify(lab: &Lab, arguments: &[&str]) -> Said {
    let store = lab.store();
    Lab::run(lab.command([&["verify", "--store", &store], arguments].concat()))
}

fn mates(count: usize, mate: u8) -> Vec<u8> {
    let names: Vec<_> = (0..count).map(|at| format!("r{at} {mate}:N:0:ACGT")).collect();
    gzip(&fastq(&names))
}

#[test]
fn one_file_however_it_is_compressed() {
    let lab = Lab::new();
    let text = fastq(&["r1", "r2", "r3"]);
    lab.file("s.fastq.gz", &gzip(&text));
    lab.file("again.fq.gz", &bgzf(&text, 20));
    lab.file("other.fastq.gz", &gzip(&fastq(&["r1", "r2", "r4"])));
    let id = lab.put(&["s.fastq.gz", "--sample=S"]).expect(0).line().to_owned();
    for name in ["s.fastq.gz", "again.fq.gz"] {
        let said = verify(&lab, &[&id, name, "--progress=none"]);
        lab.shows(
            &said,
            &expect![[r#"
            matches
            --- status 0
        "#]],
        );
    }
    let said = verify(&lab, &[&id, "other.fastq.gz", "--progress=none"]);
    lab.shows(
        &said,
        &expect![[r#"
        differs
        --- stderr
        error: `other.fastq.gz`: the read set holds other data
          ours: FASTQ_MD5up 1a47d07a01cc91544ff9fa323a93e2fc
          the store's: FASTQ_MD5up ee59e0fe8749ec2fc884744ca95ac290
        --- status 4
    "#]],
    );
    let json = verify(&lab, &[&id, "other.fastq.gz", "--output=json"]).expect(4).json();
    assert_eq!((&json["result"], &json["swapped"]), (&"differs".into(), &false.into()));
    assert_eq!(json["etag"]["found"]["algorithm"], "FASTQ_MD5up");
    assert_ne!(json["etag"]["found"]["source1"], json["etag"]["expected"]["source1"]);
    let bam = bgzf(&plain_bam(b"@RG\tID:1\tSM:S\n", &[]), 1000);
    lab.file("s.bam", &bam);
    let said = verify(&lab, &[&id, "s.bam"]);
    assert!(said.expect(4).stderr.contains("holds FASTQ, and `s.bam` is BAM"), "{}", said.stderr);
}

#[test]
fn mates_in_any_order_and_exchanged_ones() {
    let lab = Lab::new();
    lab.file("s_R1.fastq.gz", &mates(20, 1));
    lab.file("s_R2.fastq.gz", &mates(20, 2));
    let id = lab.put(&["s_R1.fastq.gz", "s_R2.fastq.gz"]).expect(0).line().to_owned();
    verify(&lab, &[&id, "s_R1.fastq.gz", "s_R2.fastq.gz"]).expect(0);
    let said = verify(&lab, &[&id, "s_R2.fastq.gz", "s_R1.fastq.gz"]);
    let told: Vec<_> = said.expect(0).stderr.matches("sound to the end: 40 reads").collect();
    assert_eq!(told.len(), 1, "{}", said.stderr);
    assert!(!said.stderr.contains("unfinished"), "{}", said.stderr);
    // Names that say nothing are taken in the order in which they are given.
    let plain: Vec<_> = (0..20).map(|at| format!("r{at}")).collect();
    lab.file("a.fastq.gz", &gzip(&fastq(&plain)));
    let second = String::from_utf8(fastq(&plain)).unwrap().replace('A', "C");
    lab.file("b.fastq.gz", &gzip(second.as_bytes()));
    let id = lab
        .put(&["--r1=a.fastq.gz", "--r2=b.fastq.gz", "--sample=S", "--name=ab"])
        .expect(0)
        .line()
        .to_owned();
    verify(&lab, &[&id, "a.fastq.gz", "b.fastq.gz"]).expect(0);
    let said = verify(&lab, &[&id, "b.fastq.gz", "a.fastq.gz", "--output=json"]);
    let json = said.expect(4).json();
    assert_eq!((&json["result"], &json["swapped"]), (&"differs".into(), &true.into()));
    assert!(said.stderr.contains("the two files exchanged"), "{}", said.stderr);
    for files in [&["a.fastq.gz"][..], &["a.fastq.gz", "s_R1.fastq.gz"]] {
        let said = verify(&lab, &[&[&id[..]], files].concat());
        said.expect(if files.len() == 1 { 2 } else { 4 });
    }
}

#[test]
fn damaged_files_and_read_sets_that_are_not_there() {
    let lab = Lab::new();
    lab.file("s.fastq.gz", &gzip(&fastq(&["r1", "r2"])));
    let names: Vec<_> = (0..100_000).map(|at| format!("r{at}")).collect();
    let mut flipped = bgzf(&fastq(&names), 30_000);
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;
    lab.file("flipped.fastq.gz", &flipped);
    let id = lab.put(&["s.fastq.gz", "--sample=S"]).expect(0).line().to_owned();
    let said = verify(&lab, &[&id, "flipped.fastq.gz"]);
    assert_eq!(said.expect(1).line(), "failed");
    assert!(said.stderr.contains("`flipped.fastq.gz` is damaged: "), "{}", said.stderr);
    let said = verify(&lab, &["1111111111", "s.fastq.gz"]);
    assert_eq!(said.expect(1).line(), "failed");
    assert!(said.stderr.contains("look at the ID"), "{}", said.stderr);
    for nothing in [&[&id[..], "nowhere.gz"][..], &["1111111111"]] {
        verify(&lab, nothing).expect(2);
    }
}

#[test]
fn from_receipts() {
    let mut lab = Lab::new();
    lab.file("s.fastq.gz", &gzip(&fastq(&["r1", "r2"])));
    let put = ["s.fastq.gz", "--sample=S", "--verify", "--receipt=r.json"];
    let id = lab.put(&put).expect(0).line().to_owned();
    fs::remove_file(lab.path("s.fastq.gz")).unwrap();
    verify(&lab, &[&id]).expect(0);
    let json = verify(&lab, &[&id, "--receipt=r.json", "--output=json"]).expect(0).json();
    assert_eq!((&json["result"], &json["receipt"]), (&"matches".into(), &"r.json".into()));
    let fault = format!("GetReadSetMetadata:etag:FASTQ_MD5up/{}", "00".repeat(16));
    lab.restart_sandbox(&[&fault]);
    assert_eq!(verify(&lab, &[&id]).expect(4).line(), "differs");
    let other = verify(&lab, &["1111111111", "--receipt=r.json"]);
    assert!(other.expect(2).stderr.contains("says nothing of read set"), "{}", other.stderr);
    verify(&lab, &[&id, "x.fastq.gz", "--receipt=r.json"]).expect(2);
}

#[test]
fn of_bam_only_a_match_decides() {
    let mut lab = Lab::new();
    lab.copy("pysam-tests/test_unaligned.bam", "u.bam");
    let id = lab.put(&["u.bam"]).expect(0).line().to_owned();
    let zeros = "00".repeat(16);
    lab.restart_sandbox(&[&format!("GetReadSetMetadata:etag:BAM_MD5up/{zeros}")]);
    let said = verify(&lab, &[&id, "u.bam", "--output=json"]);
    let json = said.expect(5).json();
    assert_eq!(json["result"], "differs_unconfirmed");
    let ours = json["etag"]["expected"]["source1"].as_str().unwrap();
    lab.restart_sandbox(&[&format!("GetReadSetMetadata:etag:BAM_MD5up/{ours}")]);
    assert_eq!(verify(&lab, &[&id, "u.bam"]).expect(0).line(), "matches");
    lab.restart_sandbox(&[&format!("GetReadSetMetadata:etag:CRAM_MD5up/{ours}")]);
    let said = verify(&lab, &[&id, "u.bam"]);
    assert!(said.expect(5).stderr.contains("of a CRAM"), "{}", said.stderr);
}
