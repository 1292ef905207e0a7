//! What keeps reads from being compared is noted, unless the reference is not there.

use super::genome::{GRCH38, SMALL, aligned_bam, arn_of, fasta, lab_with};
use crate::lab::{Lab, REFERENCE};

/// Puts reads that do not fit, with these faults.
fn put(faults: &[&str], arguments: &[&str]) -> (Lab, crate::lab::Said) {
    let lab = lab_with(&[("small.fa", fasta(&SMALL))], faults);
    lab.file("x.bam", &aligned_bam(&GRCH38));
    let arn = arn_of(&lab, "small.fa");
    let all: Vec<_> = ["x.bam", "--reference", &arn].iter().chain(arguments).copied().collect();
    let said = lab.put(&all);
    (lab, said)
}

#[test]
fn what_cannot_be_read_is_noted() {
    for (fault, why) in [
        (
            "GetReferenceMetadata:error:AccessDeniedException",
            "the caller lacks the permission `omics:GetReferenceMetadata`",
        ),
        (
            "GetReference:error:AccessDeniedException",
            "the caller lacks the permission `omics:GetReference`",
        ),
        (
            "GetReferenceMetadata:error:UnknownOperationException",
            "this endpoint has no operation GetReferenceMetadata",
        ),
        ("GetReferenceMetadata:http:404", "the service answered with status 404"),
        (
            "GetReferenceMetadata:error:NotSupportedOperationException",
            "NotSupportedOperationException",
        ),
        ("GetReferenceMetadata:error:InternalServerException", "InternalServerException"),
        ("GetReference:error:ResourceNotFoundException", "ResourceNotFoundException"),
        ("GetReferenceMetadata:empty:arn", "the service's answer is not usable"),
    ] {
        let (lab, said) = put(&[fault], &["--attempts=2"]);
        let said = said.expect(0);
        let arn = arn_of(&lab, "small.fa");
        let line = format!("the reads are not compared with reference {arn}: ");
        let (_, rest) = said.stderr.split_once(&line).unwrap_or_else(|| panic!("{}", said.stderr));
        assert!(rest.lines().next().unwrap().contains(why), "{fault}: {}", said.stderr);
    }
}

#[test]
fn an_endpoint_without_references_is_noted() {
    let lab = Lab::new();
    lab.file("x.bam", &aligned_bam(&GRCH38));
    let said = lab.put(&["x.bam", "--reference", REFERENCE]);
    let line = format!(
        "the reads are not compared with reference {REFERENCE}: this endpoint has no operation \
         GetReferenceMetadata\n"
    );
    assert!(said.expect(0).stderr.contains(&line), "{}", said.stderr);
}

#[test]
fn a_reference_that_is_not_there_is_refused() {
    let lab = lab_with(&[("small.fa", fasta(&SMALL))], &[]);
    lab.file("x.bam", &aligned_bam(&SMALL));
    let arn = arn_of(&lab, "small.fa");
    let elsewhere = arn.replace(":000000000000:", ":123456789012:");
    for (reference, instead) in [
        (REFERENCE.to_owned(), String::new()),
        // The IDs are those of the account's own reference.
        (elsewhere, format!(": the reference of the caller's account is {arn}")),
    ] {
        let said = lab.put(&["x.bam", "--reference", &reference]);
        let line = format!("error: there is no reference {reference}{instead}\n");
        assert!(said.expect(2).stderr.starts_with(&line), "{}", said.stderr);
        assert!(said.stderr.contains("aws omics list-references"), "{}", said.stderr);
    }
    assert_eq!(lab.count("CreateMultipartReadSetUpload"), 0);
}

#[test]
fn passing_trouble_is_waited_out() {
    for fault in [
        "GetReferenceMetadata:error:ThrottlingException,times=3",
        "GetReference:error:InternalServerException,times=3",
        "GetReference:reset:after,times=2",
        "GetReferenceMetadata:lose-answer,times=2",
    ] {
        // It is known in the end that they do not fit.
        let (lab, said) = put(&[fault], &[]);
        assert!(said.expect(2).stderr.contains("does not fit reference"), "{}", said.stderr);
        assert_eq!(lab.count("CreateMultipartReadSetUpload"), 0);
    }
}

#[test]
fn trouble_that_does_not_pass_ends_the_run_before_anything_is_sent() {
    let (lab, said) =
        put(&["GetReferenceMetadata:error:ThrottlingException"], &["--give-up-after=1s"]);
    let said = said.expect(75);
    assert!(said.stderr.contains("error: nothing got through for 1s\n"), "{}", said.stderr);
    assert_eq!(lab.count("CreateMultipartReadSetUpload"), 0);
    let (_, said) = put(&["GetReferenceMetadata:error:ExpiredTokenException"], &[]);
    assert!(said.expect(75).stderr.contains("the credentials have run out"), "{}", said.stderr);
}
