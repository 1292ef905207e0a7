//! `--reference auto`.

use expect_test::expect;

use super::genome::{
    GRCH37, GRCH38, SMALL, aligned_bam, aligned_cram, arn_of, fasta, index, lab_with,
};
use crate::lab::Lab;

/// The reference that a read set has in the store.
fn reference_of(lab: &Lab, read_set: &str) -> String {
    let client = lab.client();
    let request = client.get_read_set_metadata().sequence_store_id(lab.store()).id(read_set).send();
    lab.block_on(request).unwrap().reference_arn().unwrap().to_owned()
}

#[test]
fn every_read_set_gets_the_one_that_fits() {
    let genomes = [
        ("GRCh37.fa.fai", index(&GRCH37)),
        ("GRCh38.fa.fai", index(&GRCH38)),
        ("small.fa", fasta(&SMALL)),
    ];
    let lab = lab_with(&genomes, &[]);
    lab.file("a.bam", &aligned_bam(&GRCH38));
    lab.file("b.cram", &aligned_cram(&SMALL));
    lab.file("c.bam", &aligned_bam(&GRCH38));
    lab.file("r.fq.gz", &crate::files::gzip(b"@r1\nACGT\n+\nIIII\n"));
    let said = lab.put(&["a.bam", "b.cram", "c.bam", "r.fq.gz", "--sample=S1", "--reference=auto"]);
    let ids: Vec<_> = said.expect(0).stdout.lines().collect();
    for (id, name) in ids.iter().zip(["GRCh38.fa", "small.fa", "GRCh38.fa"]) {
        assert_eq!(reference_of(&lab, id), arn_of(&lab, name));
    }
    for (name, files) in [("GRCh38.fa", "`a.bam`, `c.bam`"), ("small.fa", "`b.cram`")] {
        let line = format!("reference `{name}` ({}) is taken for {files}\n", arn_of(&lab, name));
        assert!(said.stderr.contains(&line), "{}", said.stderr);
    }
    // Each was asked for once.
    for (operation, count) in [
        ("ListReferenceStores", 1),
        ("ListReferences", 1),
        ("GetReferenceMetadata", 3),
        ("GetReference", 3),
    ] {
        assert_eq!(lab.count(operation), count, "{operation}");
    }
}

#[test]
fn the_whole_genome_is_better_than_one_with_more() {
    let more = [&SMALL[..], &[("decoy", 9)]].concat();
    let lab = lab_with(&[("small.fa", fasta(&SMALL)), ("more.fa", fasta(&more))], &[]);
    lab.file("x.bam", &aligned_bam(&SMALL));
    let said = lab.put(&["x.bam", "--reference=auto"]);
    assert_eq!(reference_of(&lab, said.expect(0).line()), arn_of(&lab, "small.fa"));
    lab.file("y.bam", &aligned_bam(&more));
    let said = lab.put(&["y.bam", "--reference=auto"]);
    assert_eq!(reference_of(&lab, said.expect(0).line()), arn_of(&lab, "more.fa"));
}

#[test]
fn several_that_fit_are_named() {
    let lab = lab_with(&[("small.fa", fasta(&SMALL))], &[]);
    let mut lab = lab;
    // One after the other, so that they are listed in this order.
    let again = lab.file("again.fa", fasta(&SMALL).to_lowercase().as_bytes());
    lab.restart_sandbox_with(&[], vec![again]);
    lab.file("x.bam", &aligned_bam(&SMALL));
    let said = lab.put(&["x.bam", "--reference=auto"]);
    lab.shows(
        &said,
        &expect![[r#"
        --- stderr
        error: `x.bam` fits 2 references alike
          `small.fa` (arn:aws:omics:us-east-1:000000000000:referenceStore/ID/reference/ID)
          `again.fa` (arn:aws:omics:us-east-1:000000000000:referenceStore/ID/reference/ID)

        hint: give the ARN of the reference with `--reference`
        --- status 2
    "#]],
    );
    assert_eq!(lab.uploads() + lab.read_sets(), 0);
    // Both have more than such reads name: that does not tell them apart.
    lab.file("y.bam", &aligned_bam(&SMALL[..2]));
    let said = lab.put(&["y.bam", "--reference=auto"]);
    assert!(said.expect(2).stderr.contains("`y.bam` fits 2 references alike"), "{}", said.stderr);
}

#[test]
fn none_that_fits_is_told_with_what_differs() {
    let mut lab = lab_with(&[("GRCh37.fa.fai", index(&GRCH37))], &[]);
    lab.file("x.bam", &aligned_bam(&SMALL));
    let said = lab.put(&["x.bam", "--reference=auto"]);
    lab.shows(&said, &expect![[r#"
        --- stderr
        error: `x.bam` does not fit the one reference that there is in us-east-1
          `GRCh37.fa` (arn:aws:omics:us-east-1:000000000000:referenceStore/ID/reference/ID): its sequence 1, `insert`, is not in the reference

        hint: import the genome that the reads are aligned to into the reference store; or give the ARN of another one with `--reference` and `--allow-reference-mismatch`
        --- status 2
    "#]]);
    for at in 1..=11 {
        let path = lab.file(&format!("g{at}.fa"), fasta(&[("insert", 500 + at)]).as_bytes());
        lab.restart_sandbox_with(&[], vec![path]);
    }
    let said = lab.put(&["x.bam", "--reference=auto"]);
    lab.shows(&said, &expect![[r#"
        --- stderr
        error: `x.bam` fits none of the 12 references in us-east-1
          `GRCh37.fa` (arn:aws:omics:us-east-1:000000000000:referenceStore/ID/reference/ID): its sequence 1, `insert`, is not in the reference
          `g1.fa` (arn:aws:omics:us-east-1:000000000000:referenceStore/ID/reference/ID): its `insert` has 599 bases, and the reference's 501
          `g2.fa` (arn:aws:omics:us-east-1:000000000000:referenceStore/ID/reference/ID): its `insert` has 599 bases, and the reference's 502
          `g3.fa` (arn:aws:omics:us-east-1:000000000000:referenceStore/ID/reference/ID): its `insert` has 599 bases, and the reference's 503
          `g4.fa` (arn:aws:omics:us-east-1:000000000000:referenceStore/ID/reference/ID): its `insert` has 599 bases, and the reference's 504
          `g5.fa` (arn:aws:omics:us-east-1:000000000000:referenceStore/ID/reference/ID): its `insert` has 599 bases, and the reference's 505
          `g6.fa` (arn:aws:omics:us-east-1:000000000000:referenceStore/ID/reference/ID): its `insert` has 599 bases, and the reference's 506
          `g7.fa` (arn:aws:omics:us-east-1:000000000000:referenceStore/ID/reference/ID): its `insert` has 599 bases, and the reference's 507
          `g8.fa` (arn:aws:omics:us-east-1:000000000000:referenceStore/ID/reference/ID): its `insert` has 599 bases, and the reference's 508
          `g9.fa` (arn:aws:omics:us-east-1:000000000000:referenceStore/ID/reference/ID): its `insert` has 599 bases, and the reference's 509
          and 2 more

        hint: import the genome that the reads are aligned to into the reference store; or give the ARN of another one with `--reference` and `--allow-reference-mismatch`
        --- status 2
    "#]]);
    assert_eq!(lab.uploads() + lab.read_sets(), 0);
}

#[test]
fn without_the_permission_to_list_the_arn_has_to_be_given() {
    for fault in [
        "ListReferenceStores:error:AccessDeniedException",
        "ListReferences:error:AccessDeniedException",
    ] {
        let lab = lab_with(&[("small.fa", fasta(&SMALL))], &[fault]);
        lab.file("x.bam", &aligned_bam(&SMALL));
        let said = lab.put(&["x.bam", "--reference=auto"]);
        let operation = fault.split(':').next().unwrap();
        let wanted =
            format!("and lacks `omics:{operation}`; without them, give the ARN with `--reference`");
        assert!(said.expect(2).stderr.contains(&wanted), "{}", said.stderr);
    }
}

#[test]
fn a_list_that_cannot_be_had_now_may_be_had_later() {
    let fault = "ListReferences:error:InternalServerException";
    let lab = lab_with(&[("small.fa", fasta(&SMALL))], &[fault]);
    lab.file("x.bam", &aligned_bam(&SMALL));
    let said = lab.put(&["x.bam", "--reference=auto", "--attempts=2"]);
    let wanted =
        "error: the service answered 2 times with an error\n  caused by: ListReferences failed";
    assert!(said.expect(75).stderr.starts_with(wanted), "{}", said.stderr);
    assert_eq!(lab.count("ListReferences"), 2);
}

#[test]
fn a_reference_that_may_not_be_read_is_not_taken() {
    let lab =
        lab_with(&[("small.fa", fasta(&SMALL))], &["GetReference:error:AccessDeniedException"]);
    lab.file("x.bam", &aligned_bam(&SMALL));
    let said = lab.put(&["x.bam", "--reference=auto"]);
    let wanted = "not compared, for the caller lacks the permission `omics:GetReference`";
    assert!(said.expect(2).stderr.contains(wanted), "{}", said.stderr);
}

#[test]
fn a_long_list_has_pages() {
    let genomes: Vec<_> =
        (0..103).map(|at| (format!("g{at}.fa"), fasta(&[("insert", 100 + at)]))).collect();
    let genomes: Vec<_> = genomes.iter().map(|(name, text)| (&**name, text.clone())).collect();
    let lab = lab_with(&genomes, &[]);
    lab.file("x.bam", &aligned_bam(&[("insert", 202)]));
    let said = lab.put(&["x.bam", "--reference=auto"]);
    assert_eq!(reference_of(&lab, said.expect(0).line()), arn_of(&lab, "g102.fa"));
    assert_eq!(lab.count("ListReferences"), 2);
}

#[test]
fn a_sandbox_without_references_has_nothing_to_choose_from() {
    let lab = Lab::new();
    lab.file("x.bam", &aligned_bam(&SMALL));
    let said = lab.put(&["x.bam", "--reference=auto"]);
    let wanted = "the account's references cannot be listed, as `--reference auto` needs";
    assert!(said.expect(2).stderr.contains(wanted), "{}", said.stderr);
}
