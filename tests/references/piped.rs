//! Standard input: the header is in its first bytes.

use std::io::{Write as _, pipe};

use super::genome::{GRCH38, SMALL, aligned_bam, arn_of, fasta, lab_with};
use crate::lab::{Lab, REFERENCE, Said};

fn put(lab: &Lab, content: &[u8], arguments: &[&str]) -> Said {
    let (reader, mut writer) = pipe().unwrap();
    let mut command = lab.put_command(&["-", "--name=piped", "--sample=S1"]);
    command.args(arguments).stdin(reader);
    std::thread::scope(|scope| {
        // Who refuses what comes does not read to its end.
        scope.spawn(move || drop(writer.write_all(content)));
        Lab::run(command)
    })
}

#[test]
fn what_comes_through_a_pipe_is_compared() {
    let lab = lab_with(&[("small.fa", fasta(&SMALL))], &[]);
    let arn = arn_of(&lab, "small.fa");
    for reference in ["auto", &arn] {
        let name = format!("--description={reference}");
        put(&lab, &aligned_bam(&SMALL), &["--reference", reference, &name]).expect(0);
        let said = put(&lab, &aligned_bam(&GRCH38), &["--reference", reference]);
        let wanted = if reference == "auto" {
            "`-` does not fit the one reference"
        } else {
            "`-` does not fit reference `small.fa`"
        };
        assert!(said.expect(2).stderr.contains(wanted), "{}", said.stderr);
    }
    assert_eq!(lab.count("CreateMultipartReadSetUpload"), 2);
}

/// Whoever writes may take hours until the first byte.
#[test]
fn a_reference_that_is_not_there_is_told_before_anything_is_read() {
    let lab =
        lab_with(&[("small.fa", fasta(&SMALL))], &["ListReferences:error:AccessDeniedException"]);
    for (arguments, wanted) in [
        (["--reference", REFERENCE, "--type=bam"], "error: there is no reference"),
        (["--reference", "auto", "--type=bam"], "error: the account's references cannot be listed"),
    ] {
        let (reader, writer) = pipe().unwrap();
        let mut command = lab.put_command(&["-", "--name=piped", "--sample=S1"]);
        command.args(arguments).stdin(reader);
        // Nothing is ever written, and the pipe stays open.
        let said = Lab::run(command);
        drop(writer);
        assert!(said.expect(2).stderr.starts_with(wanted), "{}", said.stderr);
    }
}

#[test]
fn what_is_not_aligned_needs_none() {
    let lab =
        lab_with(&[("small.fa", fasta(&SMALL))], &["ListReferences:error:AccessDeniedException"]);
    let reads = crate::files::gzip(b"@r1\nACGT\n+\nIIII\n");
    put(&lab, &reads, &["--reference=auto"]).expect(0);
    assert_eq!(lab.count("ListReferenceStores"), 0);
}
