//! Uploads every damaged file, once as it is and, if that was not refused, once with `--verify`; what came
//! of it is the table.

use std::{fmt::Write as _, sync::Mutex};

use expect_test::expect_file;
use regex_lite::Regex;

use super::{
    cases::{Case, cases},
    named::NAMED,
};
use crate::lab::{Lab, REFERENCE, Said, at_once};

/// Which check was the first to say something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    Quick,
    Walk,
    Verify,
    Nothing,
    /// It is noted, and sent.
    Noted,
}

impl By {
    const fn cell(self) -> &'static str {
        match self {
            Self::Quick => "quick checks | 2",
            Self::Walk => "walk | 1",
            Self::Verify => "`--verify` | 1",
            Self::Nothing => "nothing | –",
            Self::Noted => "quick checks, as a note | –",
        }
    }
}

fn put(case: &Case, more: &[&str]) -> (Lab, Said) {
    let lab = Lab::new();
    for (name, content) in &case.files {
        lab.file(name, content);
    }
    let mut arguments: Vec<_> = case.files.iter().map(|(name, _)| *name).collect();
    if case.pair {
        arguments.insert(0, "--r1");
        arguments.insert(2, "--r2");
    }
    if case.file.starts_with("CRAM") {
        arguments.extend(["--reference", REFERENCE]);
    }
    arguments.extend(["--allow-sample-mismatch", "--output=json"]);
    arguments.extend(case.arguments);
    arguments.extend(more);
    let said = lab.put(&arguments);
    (lab, said)
}

/// Whether the program itself found the data to be damaged; what the service finds is another matter.
fn is_damaged(lab: &Lab, said: &Said) -> bool {
    let document = if said.stdout.is_empty() { return false } else { said.json() };
    let is_damaged = document["read_sets"][0]["error"]["kind"] == "source_damaged";
    assert_eq!(is_damaged, lab.count("CompleteMultipartReadSetUpload") == 0, "{}", said.stderr);
    is_damaged
}

/// What is said of a case, and by which check.
fn judge(case: &Case) -> (By, String) {
    let (lab, said) = put(case, &[]);
    if said.status == Some(2) {
        assert!(lab.requests().is_empty(), "{}", case.damage);
        return (By::Quick, message("error: ", &said));
    }
    if is_damaged(&lab, &said) {
        return (By::Walk, message("error: ", &said));
    }
    let (lab, said) = put(case, &["--verify"]);
    if is_damaged(&lab, &said) {
        return (By::Verify, message("error: ", &said));
    }
    let (_, said) = put(case, &["--dry-run"]);
    if said.expect(0).stderr.contains("note: ") {
        return (By::Noted, message("note: ", &said));
    }
    (By::Nothing, String::new())
}

/// The sentence, without the numbers, which depend on how the files were compressed.
fn message(start: &str, said: &Said) -> String {
    let line = said.stderr.lines().find_map(|line| line.strip_prefix(start)).unwrap();
    let cause = said.stderr.lines().find_map(|line| line.strip_prefix("  caused by: "));
    let line = cause.unwrap_or(line);
    let line = Regex::new("^(`[^`]*`(, )?)+: ").unwrap().replace(line, "");
    // Some names are no names, where records are damaged.
    let line =
        Regex::new(r"record (\d+) \(`[^`]*`\)").unwrap().replace_all(&line, "record $1 (`NAME`)");
    let line = Regex::new(r"\d{2,}").unwrap().replace_all(&line, "N");
    line.into_owned()
}

const HEAD: &str = "# Damages, and what catches them

What can be wrong with a file, and which check of `omics-upload put` is the first to say so. The table is
made by `cargo test --test tests damages`, which uploads every one of these files to a sandbox and fails if
anything here is not so.

- **Quick checks** come before anything is sent, and take the same time whatever the size of a file: its
  beginning and its last 256 KiB are read, so that a file of up to 256 KiB is read to its end. What they
  find is exit status 2.
- The **walk** is made while the parts are read to be sent, without a second read: in BGZF (BAM, unmapped BAM
  and most FASTQ) every block has to begin where the one before it says; in CRAM 3.0 and 3.1 the checksum of
  every container and block has to be right. What it finds is exit status 1: Complete is not called.
- **`--verify`** decompresses everything beside the sending: the checksums of gzip and BGZF, every record of
  FASTQ and BAM, mates in step. Exit status 1, and Complete is not called.
- **Nothing** in a file tells that well-formed data are missing. Mates tell each other, sums of the delivery
  tell all of it (`--md5-file`, `--check-md5`), and after the upload the store's own hash is compared.

What the service finds when it imports the data is not counted here: by then the upload is complete.

| File | Damage | Caught by | Status | What is said |
|---|---|---|---|---|
";

#[test]
fn every_damage_is_caught_by_the_check_that_the_table_names() {
    let cases = cases();
    let rows = Mutex::new(vec![String::new(); cases.len()]);
    let indexes: Vec<_> = (0..cases.len()).collect();
    for some in indexes.chunks(6) {
        at_once(some, |index| {
            let case = &cases[*index];
            let (by, message) = judge(case);
            assert_eq!(by, case.by, "{}, {}: {message}", case.file, case.damage);
            let cell = by.cell();
            let row = format!("| {} | {} | {cell} | {message} |\n", case.file, case.damage);
            rows.lock().unwrap()[*index] = row;
        });
    }
    let mut page = HEAD.to_owned();
    page.extend(rows.into_inner().unwrap());
    page.push_str("\nOther mistakes, each with the test that shows it:\n\n");
    page.push_str("| Mistake | Caught by | Status | Test |\n|---|---|---|---|\n");
    for (mistake, by, status, test) in NAMED {
        writeln!(page, "| {mistake} | {by} | {status} | `{test}` |").unwrap();
    }
    page.push_str(
        "\nSound files of every kind pass all of these checks, `tests/damages/sound.rs`: gzip of several \
         members,\nBGZF with empty blocks in its middle, without an end-of-file marker, \
         and with other gzip behind it, and BAM, unmapped BAM\nand CRAM as samtools, htslib and htsjdk \
         write them.\n",
    );
    expect_file!["../../docs/damages.md"].assert_eq(&page);
}
