//! What `put` does when all goes well.

use std::fs;

use crate::lab::{Lab, REFERENCE};

#[test]
fn a_ubam_becomes_an_active_read_set_that_equals_the_file() {
    let lab = Lab::new();
    let file = lab.copy("pysam-tests/test_unaligned.bam", "sample.bam");
    let said = lab.put(&["sample.bam"]);
    let id = said.expect(0).line();
    assert_eq!(lab.read_back(id, "SOURCE1"), fs::read(file).unwrap());
}

#[test]
fn a_bam_and_a_cram_become_read_sets_in_the_order_given() {
    let lab = Lab::new();
    let bam = lab.copy("samtools-test/3.quickcheck.ok.bam", "a.bam");
    let cram = lab.copy("samtools-test/7.quickcheck.cram30.ok.cram", "b.cram");
    let said = lab.put(&["a.bam", "b.cram", "--reference", REFERENCE]);
    let ids: Vec<_> = said.expect(0).stdout.lines().collect();
    assert_eq!(lab.read_back(ids[0], "SOURCE1"), fs::read(bam).unwrap());
    assert_eq!(lab.read_back(ids[1], "SOURCE1"), fs::read(cram).unwrap());
}
