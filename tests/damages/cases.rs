//! The damaged files.

use std::{fmt::Write as _, fs};

use super::table::By;
use crate::{
    files::{bgzf, bgzf_block, gzip},
    lab::data,
    material::{large_ubam, reads, ubam},
};

/// One damage.
pub(crate) struct Case {
    pub(crate) file: &'static str,
    pub(crate) damage: &'static str,
    pub(crate) by: By,
    pub(crate) files: Vec<(&'static str, Vec<u8>)>,
    /// Whether the files are said to be mates, and which is which.
    pub(crate) pair: bool,
    pub(crate) arguments: &'static [&'static str],
}

impl Case {
    fn of(
        file: &'static str,
        name: &'static str,
        damage: &'static str,
        by: By,
        content: Vec<u8>,
    ) -> Self {
        Self { file, damage, by, files: vec![(name, content)], pair: false, arguments: &[] }
    }
}

/// What is there, with other bytes at a place.
fn with(file: &[u8], at: usize, bytes: &[u8]) -> Vec<u8> {
    [&file[..at], bytes, &file[at + bytes.len()..]].concat()
}

fn without(file: &[u8], from: usize, to: usize) -> Vec<u8> {
    [&file[..from], &file[to..]].concat()
}

fn flipped(file: &[u8], at: usize) -> Vec<u8> {
    with(file, at, &[file[at] ^ 0x10])
}

pub(crate) fn cases() -> Vec<Case> {
    [of_bam(), of_fastq_in_bgzf(), of_fastq_in_gzip(), of_cram(), of_mates()]
        .into_iter()
        .flatten()
        .collect()
}

const MARKER: usize = 28;

fn of_bam() -> Vec<Case> {
    let records = 80;
    let (good, block) = large_ubam(records);
    let (end, marker) = (good.len() - MARKER, &good[good.len() - MARKER..]);
    let header = end - records * block;
    let edge = |number: usize| header + number * block;
    let middle = edge(30);
    let across = ubam(900_000);
    let case = |damage, by, content| Case::of("BAM", "reads.bam", damage, by, content);
    // Blocks that records lie across.
    let blocks = |file: &[u8]| {
        let mut begins = vec![0];
        while let Some(size) = file.get(begins.last().unwrap() + 16..begins.last().unwrap() + 18) {
            begins.push(
                begins.last().unwrap() + usize::from(u16::from_le_bytes([size[0], size[1]])) + 1,
            );
        }
        begins
    };
    let begins = blocks(&across);
    let lenient = Case {
        arguments: &["--allow-no-eof"],
        ..case("cut between two blocks, with `--allow-no-eof`", By::Noted, good[..middle].to_vec())
    };
    vec![
        case("cut in the middle of a block", By::Quick, good[..middle + 9000].to_vec()),
        case("cut in the header of a block", By::Quick, good[..middle + 9].to_vec()),
        case("cut between two blocks", By::Quick, good[..middle].to_vec()),
        case("without its last byte", By::Quick, good[..good.len() - 1].to_vec()),
        case("without its end-of-file marker", By::Quick, good[..end].to_vec()),
        lenient,
        case(
            "cut in a block, then closed with a marker",
            By::Quick,
            [&good[..middle + 9000], marker].concat(),
        ),
        case(
            "cut between two blocks in a record, then closed with a marker",
            By::Verify,
            [&across[..begins[8]], marker].concat(),
        ),
        case(
            "cut between two records, then closed with a marker",
            By::Nothing,
            [&good[..middle], marker].concat(),
        ),
        case(
            "zeros from the middle to the end",
            By::Quick,
            with(&good, middle + 999, &vec![0; good.len() - middle - 999]),
        ),
        case("zeros behind the end", By::Quick, [&good[..], &[0; 5000]].concat()),
        case("a hole of zeros in the middle", By::Walk, with(&good, middle + 999, &[0; 65_536])),
        case(
            "foreign bytes between two blocks",
            By::Walk,
            [&good[..middle], b"what is not from here", &good[middle..]].concat(),
        ),
        case(
            "bytes lost in the middle of a block",
            By::Walk,
            without(&good, middle + 999, middle + 1999),
        ),
        case("a flipped bit in the size of a block", By::Walk, flipped(&good, middle + 16)),
        case("a flipped bit in the data of a block", By::Verify, flipped(&good, middle + 9000)),
        case(
            "a block lost, with parts of records",
            By::Verify,
            without(&across, begins[4], begins[5]),
        ),
        case("another BAM behind it", By::Verify, [&good[..], &good].concat()),
        case("a block lost, with whole records", By::Nothing, without(&good, middle, edge(31))),
    ]
}

fn of_fastq_in_bgzf() -> Vec<Case> {
    let text = reads("r{} 1:N:0:A", 2_000_000, 100);
    let good = bgzf(&text, 60_000);
    let end = good.len() - MARKER;
    let middle = good.len() / 3;
    // Blocks that end with a record.
    let records = text.split_inclusive(|byte| *byte == b'\n').collect::<Vec<_>>();
    let whole: Vec<_> = records.chunks(400).map(|lines| bgzf_block(&lines.concat())).collect();
    let marker = bgzf_block(b"");
    let of_whole = |blocks: &[Vec<u8>]| [&blocks.concat()[..], &marker].concat();
    let lost = [&whole[..20], &whole[21..]].concat();
    let case =
        |damage, by, content| Case::of("FASTQ in BGZF", "reads.fastq.gz", damage, by, content);
    vec![
        case("cut in the middle of a block", By::Quick, good[..middle].to_vec()),
        case("without its last byte", By::Quick, good[..good.len() - 1].to_vec()),
        case("without its end-of-file marker", By::Noted, good[..end].to_vec()),
        case("foreign bytes at the end", By::Quick, [&good[..], b"not from here"].concat()),
        case("a blank line at the end", By::Quick, bgzf(&[&text[..], b"\n"].concat(), 60_000)),
        case(
            "cut in a record, then closed with a marker",
            By::Quick,
            bgzf(&text[..text.len() / 2], 60_000),
        ),
        case(
            "cut between two records, then closed with a marker",
            By::Nothing,
            of_whole(&whole[..20]),
        ),
        case("a hole of zeros in the middle", By::Walk, with(&good, middle, &[0; 65_536])),
        case("a flipped bit in the data of a block", By::Verify, flipped(&good, middle)),
        case("a block lost, with whole records", By::Nothing, of_whole(&lost)),
    ]
}

fn of_fastq_in_gzip() -> Vec<Case> {
    let text = reads("r{} 1:N:0:A", 2_000_000, 100);
    let good = gzip(&text);
    let lines = text.split_inclusive(|byte| *byte == b'\n').collect::<Vec<_>>();
    let members: Vec<_> = lines.chunks(4000).map(|lines| gzip(&lines.concat())).collect();
    let lost = [&members[..2], &members[3..]].concat().concat();
    let middle = good.len() / 2;
    let case =
        |damage, by, content| Case::of("FASTQ in gzip", "reads.fastq.gz", damage, by, content);
    let short = lines[..101 * 4].concat();
    vec![
        case("cut in the middle", By::Verify, good[..middle].to_vec()),
        case("without its last byte", By::Verify, good[..good.len() - 1].to_vec()),
        case(
            "without its last byte, and smaller than 256 KiB",
            By::Quick,
            gzip(&short)[..gzip(&short).len() - 1].to_vec(),
        ),
        case("cut between two members", By::Nothing, members[..3].concat()),
        case("a member lost", By::Nothing, lost),
        case(
            "zeros from the middle to the end",
            By::Quick,
            with(&good, middle, &vec![0; good.len() - middle]),
        ),
        case("a hole of zeros in the middle", By::Verify, with(&good, middle, &[0; 65_536])),
        case("a flipped bit", By::Verify, flipped(&good, middle)),
        case(
            "foreign bytes at the end",
            By::Verify,
            [&good[..], b"what is not from here"].concat(),
        ),
        case(
            "foreign bytes at the end, and smaller than 256 KiB",
            By::Quick,
            [&gzip(&short)[..], b"what is not from here"].concat(),
        ),
        case("zeros at the end", By::Quick, [&good[..], &[0; 512]].concat()),
        case("a blank line at the end", By::Verify, gzip(&[&text[..], b"\n"].concat())),
        case("a record with fewer qualities than bases", By::Verify, {
            let line = lines[..8003].concat().len();
            gzip(&without(&text, line + 5, line + 9))
        }),
        case("compressed from a text that was cut", By::Verify, gzip(&text[..text.len() - 150])),
    ]
}

fn of_cram() -> Vec<Case> {
    let good = large_cram();
    let marker = &good[good.len() - 38..];
    let mut end = good.len();
    // There are two of them.
    while good[..end].ends_with(marker) {
        end -= marker.len();
    }
    let begins = containers(&good);
    let small = fs::read(data("hts-sys/range.cram")).unwrap();
    let case = |damage, by, content| Case::of("CRAM 3.0", "reads.cram", damage, by, content);
    vec![
        case("cut in the middle of a block", By::Quick, good[..6000].to_vec()),
        case("cut between two containers", By::Quick, good[..begins[3]].to_vec()),
        case("without its last byte", By::Quick, good[..good.len() - 1].to_vec()),
        case("without its end-of-file container", By::Quick, good[..end].to_vec()),
        case(
            "cut in the middle of a block, then closed with an end",
            By::Walk,
            [&good[..280_000], marker].concat(),
        ),
        case(
            "cut between two containers, then closed with an end",
            By::Nothing,
            [&good[..begins[3]], marker].concat(),
        ),
        case("zeros behind the end", By::Quick, [&good[..], &[0; 500]].concat()),
        case("a hole of zeros in the middle", By::Walk, with(&good, 6000, &[0; 2000])),
        case("a flipped bit in the data of a block", By::Walk, flipped(&good, 6000)),
        case("a flipped bit in the header of a container", By::Walk, flipped(&good, begins[2] + 5)),
        case("bytes lost in the middle of a block", By::Walk, without(&good, 6000, 6100)),
        case("a flipped bit, and smaller than 256 KiB", By::Quick, flipped(&small, 6000)),
        case("a container lost", By::Nothing, without(&good, begins[2], begins[3])),
    ]
}

/// A CRAM that is larger than what is read to its end: the same containers over and over.
fn large_cram() -> Vec<u8> {
    let small = fs::read(data("hts-sys/range.cram")).unwrap();
    let begins = containers(&small);
    let records = &small[begins[1]..begins[3]];
    let times = 300_000 / records.len() + 1;
    [&small[..begins[1]], &records.repeat(times), &small[begins[3]..]].concat()
}

/// Where the containers of a CRAM begin, found by their checksums.
fn containers(file: &[u8]) -> Vec<usize> {
    let is_one = |at: usize| {
        (12..200).any(|length| {
            file.get(at + length..at + length + 4)
                .is_some_and(|crc| crc32fast::hash(&file[at..at + length]).to_le_bytes() == *crc)
        })
    };
    let mut begins = vec![26];
    let mut at = 26;
    while let Some(length) = file.get(at..at + 4) {
        let length = usize::try_from(u32::from_le_bytes(length.try_into().unwrap())).unwrap();
        // Behind the container is its header's length more.
        let Some(next) =
            (at + length + 12..(at + length + 204).min(file.len())).find(|at| is_one(*at))
        else {
            break;
        };
        begins.push(next);
        at = next;
    }
    begins
}

fn of_mates() -> Vec<Case> {
    let order: Vec<_> = (0..20_000).collect();
    let text = |mate: usize, order: &[usize], name: &str| {
        let mut dice = fastrand::Rng::with_seed(mate as u64);
        let mut text = String::new();
        for number in order {
            let bases: String =
                (0..50).map(|_| *dice.choice(&['A', 'C', 'G', 'T']).unwrap()).collect();
            let qualities = "F".repeat(50);
            writeln!(text, "@{name}{number} {mate}:N:0:A\n{bases}\n+\n{qualities}").unwrap();
        }
        text.into_bytes()
    };
    let pair = |damage, by, first: Vec<u8>, second: Vec<u8>| Case {
        file: "FASTQ pair",
        damage,
        by,
        files: vec![("s_1.fastq.gz", first), ("s_2.fastq.gz", second)],
        pair: true,
        arguments: &[],
    };
    let first = text(1, &order, "r");
    let mut shuffled = order.clone();
    fastrand::Rng::with_seed(1).shuffle(&mut shuffled[1..]);
    let mut later = order.clone();
    later[10_000..].reverse();
    let fewer: Vec<_> = order.iter().copied().filter(|number| *number != 9000).collect();
    let second = |order: &[usize]| text(2, order, "r");
    vec![
        pair("swapped", By::Noted, gzip(&second(&order)), gzip(&first)),
        pair("the same file twice", By::Quick, gzip(&first), gzip(&text(1, &order, "r"))),
        pair("of another sample", By::Noted, gzip(&first), gzip(&text(2, &order, "q"))),
        pair(
            "the second lacks its end, in BGZF",
            By::Quick,
            bgzf(&first, 60_000),
            bgzf(&second(&order[..15_000]), 60_000),
        ),
        pair(
            "the second lacks its end, in gzip",
            By::Verify,
            gzip(&first),
            gzip(&second(&order[..15_000])),
        ),
        pair("the second lacks a read", By::Verify, gzip(&first), gzip(&second(&fewer))),
        pair("the second is in another order", By::Quick, gzip(&first), gzip(&second(&shuffled))),
        pair(
            "the second is in another order from its middle on",
            By::Verify,
            gzip(&first),
            gzip(&second(&later)),
        ),
    ]
}
