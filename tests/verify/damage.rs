//! What is damaged is never completed; the message names the file, and the record or the place.

use std::fmt::Write as _;

use super::piped::{pipe, put};
use crate::{
    files::{bgzf, fastq, gzip},
    lab::{Lab, Said, at_once, data},
    material::{self, reads},
};

/// Holds that nothing was completed, that the parts are kept, and that it is said why.
#[track_caller]
fn is_refused(lab: &Lab, said: &Said, reason: &str) {
    said.expect(1);
    assert!(said.stderr.contains(reason), "{}", said.stderr);
    assert_eq!((lab.count("CompleteMultipartReadSetUpload"), lab.read_sets()), (0, 0));
    assert_eq!(lab.uploads(), 1, "its parts are kept");
}

/// As a file and through a pipe; a pipe may be told first that it does not end as it should.
#[track_caller]
fn is_damaged(file: &str, content: &[u8], reason: &str) {
    let lab = Lab::new();
    lab.file(file, content);
    let said = put(&lab, &[file], &["--sample", "S"]);
    is_refused(&lab, &said, &format!("`{file}` is damaged: {reason}"));
    let lab = Lab::new();
    lab.file(file, content);
    let said = pipe(&lab, file, &[]);
    is_refused(&lab, &said, "standard input is ");
}

/// A flipped bit in the middle of a file.
fn flipped(content: &[u8], at: usize) -> Vec<u8> {
    let mut content = content.to_vec();
    content[at] ^= 0x10;
    content
}

#[test]
fn a_flipped_bit_in_gzip() {
    let file = gzip(&reads("r{}", 2_000_000, 100));
    is_damaged(
        "s.fastq.gz",
        &flipped(&file, file.len() / 2),
        "a gzip member begins at byte 0, and ",
    );
    let members: Vec<_> =
        (0..4).map(|at| gzip(&reads(&format!("{at}.{{}}"), 400_000, 100))).collect();
    let begin = members[0].len() + members[1].len();
    let file = members.concat();
    let reason = format!("a gzip member begins at byte {begin}, and ");
    is_damaged("m.fastq.gz", &flipped(&file, begin + members[2].len() - 6), &reason);
}

#[test]
fn a_flipped_bit_in_bgzf() {
    let file = bgzf(&reads("r{}", 2_000_000, 100), 60_000);
    is_damaged("s.fastq.gz", &flipped(&file, file.len() / 2), "a BGZF block begins at byte ");
}

#[test]
fn fastq_that_is_no_fastq_in_its_middle() {
    let sound = reads("r{}", 1_000_000, 100);
    let text = String::from_utf8(sound).unwrap();
    let lines: Vec<_> = text.lines().collect();
    let with = |line: usize, other: &str| {
        let mut lines = lines.clone();
        lines[line] = other;
        gzip((lines.join("\n") + "\n").as_bytes())
    };
    at_once(
        &[
            (with(4 * 3000 + 1, "ACGT"), "record 3001 (`r3000`), at byte "),
            (with(4 * 3000 + 3, "IIII"), "has 100 bases and 4 qualities"),
            (with(4 * 3000 + 2, "-"), "has a third line that does not begin with `+`"),
            (with(4 * 3000, "r3000"), "does not begin with `@`"),
            (
                gzip(&text.as_bytes()[..text.len() - 150]),
                "is cut off: the data ends in the middle of it",
            ),
        ],
        |(content, reason)| {
            let lab = Lab::new();
            lab.file("s.fastq.gz", content);
            let said = put(&lab, &["s.fastq.gz"], &[]);
            is_refused(&lab, &said, "`s.fastq.gz` is damaged: record ");
            assert!(said.stderr.contains(reason), "{}", said.stderr);
            let lab = Lab::new();
            lab.file("s.fastq.gz", content);
            let said = pipe(&lab, "s.fastq.gz", &[]);
            is_refused(&lab, &said, "standard input is damaged: record ");
            assert!(said.stderr.contains(reason), "{}", said.stderr);
        },
    );
}

/// A pair whose second file has the names that `names` makes of the first's.
fn pair(names: impl Fn(&mut Vec<usize>)) -> [Vec<u8>; 2] {
    let mut order: Vec<_> = (0..5000).collect();
    let text = |order: &[usize], mate| {
        fastq(
            &order
                .iter()
                .map(|at| format!("r{at} {mate}:N:0:{}", "A".repeat(40)))
                .collect::<Vec<_>>(),
        )
    };
    let first = text(&order, 1);
    names(&mut order);
    // Not compressed, so that it is too large to be read to its end beforehand.
    [material::stored(&first), material::stored(&text(&order, 2))]
}

#[test]
fn mates_that_are_none_after_their_beginning() {
    at_once(
        &[
            // Long gzip, so that no quick check sees the end.
            (
                pair(|order| order.truncate(4000)),
                "the first file has 5000 reads and the second 4000",
            ),
            (pair(|order| order.swap(3000, 3001)), "record 3001 is `r3000` in the first file"),
            (
                pair(|order| order[2000..].reverse()),
                "record 2001 is `r2000` in the first file and `r4999` in the second",
            ),
            (pair(|order| order.retain(|at| *at != 2500)), "record 2501 is `r2500`"),
        ],
        |([first, second], reason)| {
            let lab = Lab::new();
            lab.file("s_R1.fastq.gz", first);
            lab.file("s_R2.fastq.gz", second);
            let said = put(&lab, &["s_R1.fastq.gz", "s_R2.fastq.gz"], &[]);
            is_refused(&lab, &said, "`s_R1.fastq.gz` and `s_R2.fastq.gz` are no mates: ");
            assert!(said.stderr.contains(reason), "{}", said.stderr);
        },
    );
}

#[test]
fn mates_that_swap_places_in_the_middle() {
    let names = |mates: [u8; 2]| {
        (0..5000)
            .map(|at| format!("r{at} {}:N:0:A", mates[usize::from(at > 3000)]))
            .collect::<Vec<_>>()
    };
    let lab = Lab::new();
    lab.file("s_R1.fastq.gz", &gzip(&fastq(&names([1, 2]))));
    lab.file("s_R2.fastq.gz", &gzip(&fastq(&names([2, 1]))));
    let said = put(&lab, &["s_R1.fastq.gz", "s_R2.fastq.gz"], &[]);
    is_refused(
        &lab,
        &said,
        "are no mates: record 3002 says that the first file holds the second reads",
    );
}

/// The decompressed content of a BAM, and the 28 bytes that end one.
fn inflated(file: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::MultiGzDecoder::new(file), &mut plain).unwrap();
    plain
}

#[test]
fn a_bam_that_ends_within_a_record_and_has_an_end_of_file_block_all_the_same() {
    let plain = inflated(&std::fs::read(data("hts-sys/range.bam")).unwrap());
    let content = bgzf(&plain[..plain.len() - 20], 60_000);
    let lab = Lab::new();
    lab.file("r.bam", &content);
    let said = put(&lab, &["r.bam"], &["--sample", "S"]);
    // It is so small that it is read to its end before anything is sent.
    assert!(said.expect(2).stderr.contains("`r.bam` is damaged: record 112 "), "{}", said.stderr);
    assert!(
        said.stderr.contains("is cut off: the data ends in the middle of it"),
        "{}",
        said.stderr
    );
    let lab = Lab::new();
    lab.file("r.bam", &content);
    is_refused(&lab, &pipe(&lab, "r.bam", &[]), "standard input is damaged: record 112 ");
}

#[test]
fn a_flipped_bit_in_bam_and_in_cram() {
    let lab = Lab::new();
    let Some(made) = material::by_samtools(&lab) else { return };
    let mut seen = String::new();
    for (file_type, path) in made {
        let content = std::fs::read(&path).unwrap();
        let name = path.file_name().unwrap().to_str().unwrap();
        let reason = if file_type == "CRAM" {
            "a CRAM block begins at byte "
        } else {
            "a BGZF block begins at byte "
        };
        is_damaged(name, &flipped(&content, content.len() / 2), reason);
        writeln!(seen, "{name}").unwrap();
    }
    assert_eq!(seen.lines().count(), 5);
}

#[test]
fn damage_at_the_beginning_stops_the_sending() {
    let mut content = material::stored(&reads("r{}", 1_000_000, 1000));
    content[300_000] = b'\n';
    content.extend(material::stored(&reads("s{}", 60_000_000, 1000)));
    // One part a second would take a while.
    let lab = Lab::with_faults(&["UploadReadSetPart:latency:1s"]);
    lab.file("s.fastq.gz", &content);
    let said = put(&lab, &["s.fastq.gz"], &["--concurrency", "1"]);
    is_refused(&lab, &said, "`s.fastq.gz` is damaged: ");
    assert!(lab.count("UploadReadSetPart") < 8, "{}", lab.count("UploadReadSetPart"));
}
