//! The MD5 sums that deliveries come with, as files, pairs and pipes.

use super::piped;
use crate::{
    files::gzip,
    lab::{Lab, Said},
    material::{self, reads},
};

const OTHER: &str = "00112233445566778899aabbccddeeff";

fn md5(content: &[u8]) -> String {
    use md5::Digest as _;
    data_encoding::HEXLOWER.encode(&md5::Md5::digest(content))
}

/// Holds that nothing was even begun.
#[track_caller]
fn is_refused_beforehand(lab: &Lab, said: &Said, reason: &str) {
    said.expect(2);
    assert!(said.stderr.contains(reason), "{}", said.stderr);
    assert_eq!(lab.count("CreateMultipartReadSetUpload"), 0);
}

#[test]
fn a_file_that_has_its_sum_is_completed_and_the_sum_is_told() {
    let lab = Lab::new();
    let content = gzip(&reads("r{}", 200_000, 100));
    lab.file("s.fastq.gz", &content);
    let sum = md5(&content);
    let styles = [
        format!("{OTHER}  other.gz\n{sum}  ./delivery/s.fastq.gz\n"),
        format!("{sum} *s.fastq.gz\r\n"),
        format!("MD5 (s.fastq.gz) = {}\n", sum.to_uppercase()),
    ];
    for list in styles {
        lab.file("list", list.as_bytes());
        for verify in [&[][..], &["--verify"]] {
            let mut arguments = vec!["s.fastq.gz", "--md5-file", "list", "--output", "json"];
            arguments.extend(verify);
            let said = lab.put(&arguments);
            said.expect(0);
            assert!(
                said.stderr.contains(&format!("MD5 as it should be: {sum}")),
                "{}",
                said.stderr
            );
            let found = &said.json()["read_sets"][0]["verification"];
            assert_eq!(found["md5"], serde_json::json!([sum]));
            assert_eq!(found["reads"].is_u64(), !verify.is_empty());
        }
    }
}

#[test]
fn another_sum_is_not_completed() {
    let [first, second] = material::pair(400_000);
    for verify in [&[][..], &["--verify"]] {
        let lab = Lab::new();
        lab.file("s_R1.fastq.gz", &first);
        lab.file("s_R2.fastq.gz", &second);
        lab.file(
            "md5sum.txt",
            format!("{}  s_R1.fastq.gz\n{OTHER}  s_R2.fastq.gz\n", md5(&first)).as_bytes(),
        );
        let mut arguments = vec!["s_R1.fastq.gz", "s_R2.fastq.gz", "--check-md5"];
        arguments.extend(verify);
        let said = lab.put(&arguments);
        said.expect(1);
        let reason =
            format!("`s_R2.fastq.gz` has the MD5 {}, and `md5sum.txt` says {OTHER}", md5(&second));
        assert!(said.stderr.contains(&reason), "{}", said.stderr);
        assert_eq!((lab.count("CompleteMultipartReadSetUpload"), lab.uploads()), (0, 1));
        // The right list, and the same upload goes on.
        lab.file("s_R2.fastq.gz.md5", format!("{}\n", md5(&second)).as_bytes());
        let said = lab.put(&arguments);
        said.expect(0);
        assert_eq!((lab.uploads(), lab.read_sets()), (0, 1));
    }
}

#[test]
fn what_no_list_has_is_refused_before_anything_is_sent() {
    let lab = Lab::new();
    lab.file("s.fastq.gz", &gzip(&reads("r{}", 10_000, 100)));
    lab.file("list", format!("{OTHER}  t.fastq.gz\n").as_bytes());
    lab.file("bad", b"<html>404</html>\n");
    for (arguments, reason) in [
        (&["--md5-file", "list"][..], "`list` does not have the MD5 of `s.fastq.gz`"),
        (
            &["--md5-file", "bad"],
            "the MD5 list `bad` cannot be used\n  caused by: line 1 is no MD5 sum",
        ),
        (&["--md5-file", "none"], "the MD5 list `none` cannot be used\n  caused by: No such file"),
        (&["--check-md5"], "no list beside `s.fastq.gz` has its MD5"),
    ] {
        let mut all = vec!["s.fastq.gz"];
        all.extend(arguments);
        is_refused_beforehand(&lab, &lab.put(&all), reason);
    }
    let said = piped::pipe(&lab, "s.fastq.gz", &["--check-md5"]);
    is_refused_beforehand(&lab, &said, "nothing lies beside standard input");
}

#[test]
fn a_pipe_is_listed_as_a_dash() {
    let content = gzip(&reads("r{}", 200_000, 100));
    for (sum, status) in [(md5(&content), 0), (OTHER.to_owned(), 1)] {
        let lab = Lab::new();
        lab.file("s.fastq.gz", &content);
        lab.file("list", format!("{sum}  -\n").as_bytes());
        let said = piped::pipe(&lab, "s.fastq.gz", &["--md5-file", "list"]);
        said.expect(status);
        let reason =
            format!("standard input has the MD5 {}, and `list` says {OTHER}", md5(&content));
        assert_eq!(said.stderr.contains(&reason), status == 1, "{}", said.stderr);
        assert_eq!(lab.read_sets(), usize::from(status == 0));
    }
}

#[test]
fn check_compares_sums_too() {
    let lab = Lab::new();
    let content = gzip(&reads("r{}", 10_000, 100));
    lab.file("s.fastq.gz", &content);
    lab.file("s.fastq.gz.md5", md5(&content).as_bytes());
    let said = Lab::run(lab.command(["check", "s.fastq.gz", "--check-md5", "--output", "json"]));
    said.expect(0);
    let checks = said.json()["checks"].clone();
    let checks = checks.as_array().unwrap();
    let sums: Vec<_> = checks.iter().filter(|check| check["check"] == "md5").collect();
    assert_eq!((sums.len(), sums[0]["result"].as_str()), (1, Some("passed")));
    lab.file("list", format!("{OTHER}  s.fastq.gz\n").as_bytes());
    let said = Lab::run(lab.command(["check", "s.fastq.gz", "--md5-file", "list"]));
    said.expect(2);
    let reason = format!("`s.fastq.gz` has the MD5 {}, and `list` says {OTHER}", md5(&content));
    assert!(said.stderr.contains(&reason), "{}", said.stderr);
    Lab::run(lab.command(["check", "s.fastq.gz", "--md5-file", "none"])).expect(2);
}
