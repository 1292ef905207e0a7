//! A reference that was given by its ARN.

use expect_test::{Expect, expect};

use super::genome::{
    GRCH37, GRCH38, SMALL, Sequence, aligned_bam, aligned_cram, arn_of, fasta, index, lab_with,
};
use crate::lab::{Lab, data};

/// Puts `x.bam` of these sequences with a reference of those.
fn put(
    reads: &[Sequence],
    genome: String,
    name: &str,
    arguments: &[&str],
) -> (Lab, crate::lab::Said) {
    let lab = lab_with(&[(name, genome)], &[]);
    lab.file("x.bam", &aligned_bam(reads));
    let arn = arn_of(&lab, name.trim_end_matches(".fai"));
    let all: Vec<_> = ["x.bam", "--reference", &arn].iter().chain(arguments).copied().collect();
    let said = lab.put(&all);
    (lab, said)
}

#[test]
fn reads_of_real_files_fit_their_genome() {
    let lab = lab_with(&[("small.fa", fasta(&SMALL))], &[]);
    let arn = arn_of(&lab, "small.fa");
    lab.copy("samtools-test/3.quickcheck.ok.bam", "a.bam");
    lab.copy("samtools-test/test_input_1_a.cram", "b.cram");
    let said = lab.put(&["a.bam", "b.cram", "--sample=S1", "--reference", &arn, "-v"]);
    let said = said.expect(0);
    for file in ["a.bam", "b.cram"] {
        let line =
            format!("reference: `{file}` has the 4 sequences of reference `small.fa` ({arn})");
        assert!(said.stderr.contains(&line), "{}", said.stderr);
    }
    // One run asks each reference once.
    assert_eq!((lab.count("GetReferenceMetadata"), lab.count("GetReference")), (1, 1));
    let said = lab.put(&["a.bam", "--sample=S1", "--reference", &arn, "--fresh", "--output=json"]);
    let document = said.expect(0).json();
    assert_eq!(document["read_sets"][0]["reference_arn"], arn);
    assert!(
        !said.stderr.contains("small.fa"),
        "what is right is not worth a line: {}",
        said.stderr
    );
}

#[test]
fn a_genome_may_have_more_than_the_reads_name() {
    let more = [&SMALL[..1], &[("decoy", 9)], &SMALL[1..]].concat();
    let (_, said) = put(&SMALL, fasta(&more), "more.fa", &["-v"]);
    assert!(
        said.expect(0).stderr.contains("`x.bam` has 4 of the 5 sequences of reference `more.fa`")
    );
}

#[test]
fn another_order_is_noted() {
    let turned = [SMALL[1], SMALL[0], SMALL[2], SMALL[3]];
    let (_, said) = put(&SMALL, fasta(&turned), "turned.fa", &[]);
    let wanted = "in another order, such as `insert` before `ref1`; whether the service minds is not \
                  documented";
    assert!(said.expect(0).stderr.contains(wanted), "{}", said.stderr);
}

/// Nothing but the reference was asked for.
#[track_caller]
fn is_refused(reads: &[Sequence], genome: String, name: &str, expected: &Expect) {
    let (lab, said) = put(reads, genome, name, &[]);
    lab.shows(&said, expected);
    let asked = lab.count("GetReferenceMetadata") + lab.count("GetReference");
    assert_eq!(lab.requests().len(), asked);
    let (lab, said) = put(reads, lab_text(&lab, name), name, &["--allow-reference-mismatch"]);
    assert!(said.expect(0).stderr.contains("it is sent all the same, as asked"), "{}", said.stderr);
    assert_eq!(lab.read_sets(), 1);
}

fn lab_text(lab: &Lab, name: &str) -> String {
    std::fs::read_to_string(lab.path(name)).unwrap()
}

#[test]
fn another_assembly_is_refused() {
    is_refused(
        &GRCH38,
        index(&GRCH37),
        "GRCh37.fa.fai",
        &expect![[r#"
        --- stderr
        error: `x.bam` does not fit reference `GRCh37.fa` (arn:aws:omics:us-east-1:000000000000:referenceStore/ID/reference/ID): its sequence 1 is `chr1`, and the reference has `1`, with 248956422 and 249250621 bases

        hint: the reads are aligned to GRCh38, and the reference is GRCh37: give the ARN of the genome that they are aligned to, or look for it with `--reference auto`; `--allow-reference-mismatch` sends it all the same
        --- status 2
    "#]],
    );
    is_refused(
        &GRCH38,
        index(&[("chr1", 249_250_621), ("chr2", 243_199_373), ("chrM", 16_571)]),
        "hg19.fa.fai",
        &expect![[r#"
            --- stderr
            error: `x.bam` does not fit reference `hg19.fa` (arn:aws:omics:us-east-1:000000000000:referenceStore/ID/reference/ID): its `chr1` has 248956422 bases, and the reference's 249250621

            hint: the reads are aligned to GRCh38, and the reference is GRCh37: give the ARN of the genome that they are aligned to, or look for it with `--reference auto`; `--allow-reference-mismatch` sends it all the same
            --- status 2
        "#]],
    );
}

#[test]
fn another_way_of_calling_sequences_is_refused() {
    let named = [("chrinsert", 599), ("chrref1", 45), ("chrref2", 40), ("chrref3", 4)];
    is_refused(
        &SMALL,
        fasta(&named),
        "chr.fa",
        &expect![[r#"
        --- stderr
        error: `x.bam` does not fit reference `chr.fa` (arn:aws:omics:us-east-1:000000000000:referenceStore/ID/reference/ID): its sequence 1 is `insert`, and the reference has `chrinsert`

        hint: the reads are aligned to a genome that calls its sequences otherwise (`insert`, not `chrinsert`): give the ARN of the genome that they are aligned to, or look for it with `--reference auto`; `--allow-reference-mismatch` sends it all the same
        --- status 2
    "#]],
    );
    let accessions = [("NC_1.1", 599), ("NC_2.1", 45), ("NC_3.1", 40), ("NC_4.1", 4)];
    is_refused(
        &SMALL,
        fasta(&accessions),
        "ncbi.fa",
        &expect![[r#"
        --- stderr
        error: `x.bam` does not fit reference `ncbi.fa` (arn:aws:omics:us-east-1:000000000000:referenceStore/ID/reference/ID): its sequence 1 is `insert`, and the reference has `NC_1.1`

        hint: the reads are aligned to a genome that calls its sequences otherwise (`insert`, not `NC_1.1`): give the ARN of the genome that they are aligned to, or look for it with `--reference auto`; `--allow-reference-mismatch` sends it all the same
        --- status 2
    "#]],
    );
}

#[test]
fn another_version_is_refused() {
    let longer = [SMALL[0], ("ref1", 46), SMALL[2], SMALL[3]];
    is_refused(
        &SMALL,
        fasta(&longer),
        "longer.fa",
        &expect![[r#"
        --- stderr
        error: `x.bam` does not fit reference `longer.fa` (arn:aws:omics:us-east-1:000000000000:referenceStore/ID/reference/ID): its `ref1` has 45 bases, and the reference's 46

        hint: the reads are aligned to another version of the genome: give the ARN of the genome that they are aligned to, or look for it with `--reference auto`; `--allow-reference-mismatch` sends it all the same
        --- status 2
    "#]],
    );
}

#[test]
fn fewer_sequences_than_the_reads_name_are_refused() {
    is_refused(
        &SMALL,
        fasta(&SMALL[..3]),
        "fewer.fa",
        &expect![[r#"
        --- stderr
        error: `x.bam` does not fit reference `fewer.fa` (arn:aws:omics:us-east-1:000000000000:referenceStore/ID/reference/ID): its sequence 4, `ref3`, is not in the reference

        hint: the reads are aligned to another genome, or to one with more sequences: give the ARN of the genome that they are aligned to, or look for it with `--reference auto`; `--allow-reference-mismatch` sends it all the same
        --- status 2
    "#]],
    );
}

#[test]
fn every_file_that_does_not_fit_is_named() {
    let lab = lab_with(&[("small.fa", fasta(&SMALL))], &[]);
    lab.file("fits.bam", &aligned_bam(&SMALL));
    lab.file("short.bam", &aligned_bam(&[("insert", 500)]));
    lab.file("other.cram", &aligned_cram(&[("insert", 599), ("alien", 7)]));
    let arn = arn_of(&lab, "small.fa");
    let said = lab.put(&["fits.bam", "short.bam", "other.cram", "--reference", &arn]);
    lab.shows(&said, &expect![[r#"
        --- stderr
        error: `short.bam` does not fit reference `small.fa` (arn:aws:omics:us-east-1:000000000000:referenceStore/ID/reference/ID): its `insert` has 500 bases, and the reference's 599

        hint: the reads are aligned to another version of the genome: give the ARN of the genome that they are aligned to, or look for it with `--reference auto`; `--allow-reference-mismatch` sends it all the same

        error: `other.cram` does not fit reference `small.fa` (arn:aws:omics:us-east-1:000000000000:referenceStore/ID/reference/ID): its sequence 2, `alien`, is not in the reference

        hint: the reads are aligned to another genome, or to one with more sequences: give the ARN of the genome that they are aligned to, or look for it with `--reference auto`; `--allow-reference-mismatch` sends it all the same
        --- status 2
    "#]]);
    assert_eq!(lab.uploads() + lab.read_sets(), 0);
}

#[test]
fn what_is_not_aligned_is_not_compared() {
    let lab = lab_with(&[("small.fa", fasta(&SMALL))], &[]);
    let arn = arn_of(&lab, "small.fa");
    lab.copy("pysam-tests/test_unaligned.bam", "u.bam");
    lab.file("r.fq.gz", &crate::files::gzip(b"@r1\nACGT\n+\nIIII\n"));
    lab.put(&["u.bam", "r.fq.gz", "--reference", &arn]).expect(0);
    assert_eq!(lab.count("GetReferenceMetadata"), 0);
}

#[test]
fn a_dry_run_asks_nobody() {
    let lab = lab_with(&[("small.fa", fasta(&SMALL))], &[]);
    let bam = data("samtools-test/3.quickcheck.ok.bam");
    let bam = bam.to_str().unwrap();
    let arn = arn_of(&lab, "small.fa");
    for (reference, wanted) in [
        (&*arn, format!("reference      {arn}  (to be compared with the reads)\n")),
        ("auto", "reference      auto  (to be looked up)\n".to_owned()),
    ] {
        let said = lab.put(&[bam, "--sample=S1", "--dry-run", "--reference", reference]);
        assert!(said.expect(0).stdout.contains(&wanted), "{}", said.stdout);
    }
    assert!(lab.requests().is_empty());
}

/// As every option: from the environment and from the config file too.
#[test]
fn a_mismatch_can_be_allowed_for_good() {
    let lab = lab_with(&[("small.fa", fasta(&SMALL))], &[]);
    lab.file("x.bam", &aligned_bam(&GRCH38));
    let arn = arn_of(&lab, "small.fa");
    let arguments = ["x.bam", "--reference", &arn];
    lab.put(&arguments).expect(2);
    let mut command = lab.put_command(&arguments);
    command.env("OMICS_UPLOAD_ALLOW_REFERENCE_MISMATCH", "true");
    Lab::run(command).expect(0);
    lab.config(&format!("allow-reference-mismatch = true\nreference = \"{arn}\"\n"));
    lab.put(&["x.bam", "--fresh"]).expect(0);
}

#[test]
fn resuming_keeps_the_reference_that_was_found() {
    let mut lab = lab_with(
        &[("small.fa", fasta(&SMALL))],
        &["CompleteMultipartReadSetUpload:error:ServiceQuotaExceededException"],
    );
    lab.file("x.bam", &aligned_bam(&SMALL));
    lab.put(&["x.bam", "--reference=auto"]).expect(1);
    lab.restart_sandbox(&[]);
    let arn = arn_of(&lab, "small.fa");
    let store = lab.store();
    let said = Lab::run(lab.command(["resume", "--store", &store]));
    let id = said.expect(0).line();
    let client = lab.client();
    let request = client.get_read_set_metadata().sequence_store_id(lab.store()).id(id).send();
    assert_eq!(lab.block_on(request).unwrap().reference_arn(), Some(&*arn));
    assert_eq!(lab.count("CreateMultipartReadSetUpload"), 1);
}

#[test]
fn a_receipt_says_what_came_of_it() {
    for (reads, fault, result, text) in [
        (&SMALL[..], "quotas", "passed", "`x.bam` has the 4 sequences of reference `small.fa`"),
        (&GRCH38, "quotas", "note", "`x.bam` does not fit reference `small.fa`"),
        (
            &SMALL,
            "GetReference:error:AccessDeniedException",
            "undecided",
            "the reads are not compared with reference",
        ),
    ] {
        let lab = lab_with(&[("small.fa", fasta(&SMALL))], &[fault]);
        lab.file("x.bam", &aligned_bam(reads));
        let arn = arn_of(&lab, "small.fa");
        let options = ["--allow-reference-mismatch", "--receipt=r.json"];
        lab.put(&[&["x.bam", "--reference", &arn][..], &options].concat()).expect(0);
        let text_of_receipt = std::fs::read_to_string(lab.path("r.json")).unwrap();
        let document: serde_json::Value = serde_json::from_str(&text_of_receipt).unwrap();
        let receipt = &document["receipts"][0];
        assert_eq!(receipt["fields"]["reference_arn"], arn);
        let checks = receipt["checks"].as_array().unwrap();
        let check = checks.iter().find(|check| check["check"] == "reference").unwrap();
        assert_eq!(check["result"], result);
        assert!(check["text"].as_str().unwrap().starts_with(text), "{check}");
    }
}
