//! FASTQ in gzip and BGZF, alone and in pairs.

use std::{
    io::{self, Read},
    num::NonZero,
};

use data_encoding::HEXLOWER;
use md5::Digest as _;
use omics_upload::{
    content::{DecodeFailure, EtagAlgorithm, decode},
    formats::{Damage, Kind, Unit, gzip::Compression},
};

use super::{damage, decoded};
use crate::files::{bgzf, bgzf_block, fastq, gzip};

const GZIP: Kind = Kind::Fastq(Compression::Gzip);
const BGZF: Kind = Kind::Fastq(Compression::Bgzf);

/// Reads with names of their own and bases that do not compress to nothing.
fn text(reads: usize, mate: u8) -> Vec<u8> {
    let mut state = 1_u32;
    let mut random = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        usize::try_from(state >> 24).unwrap()
    };
    let mut text = Vec::new();
    for read in 0..reads {
        let bases: Vec<u8> = (0..75).map(|_| b"ACGT"[random() % 4]).collect();
        let qualities: Vec<u8> = (0..75).map(|_| b"#,:F"[random() % 4]).collect();
        text.extend(format!("@A00:1:HX:1:1101:{read}:1000 {mate}:N:0:ACGT\n").bytes());
        text.extend([&bases[..], b"\n+\n", &qualities, b"\n"].concat());
    }
    text
}

#[test]
fn clean_files_of_all_kinds_pass() {
    let text = text(20_000, 1);
    let (head, tail) = text.split_at(text.len() / 3);
    let blocks = bgzf(&text, 65_000);
    let end = bgzf_block(b"");
    let without_end = &blocks[..blocks.len() - end.len()];
    let md5 = HEXLOWER.encode(&md5::Md5::digest(&text));
    for (name, kind, file, end_marker) in [
        ("one member", GZIP, gzip(&text), None),
        ("members", GZIP, [gzip(head), gzip(b""), gzip(tail)].concat(), None),
        ("small members", GZIP, text.chunks(1000).flat_map(gzip).collect(), None),
        ("zeros behind", GZIP, [&gzip(&text)[..], &[0; 3000]].concat(), None),
        ("blocks", BGZF, blocks.clone(), Some(true)),
        ("read as any gzip", GZIP, blocks.clone(), None),
        ("small blocks", BGZF, bgzf(&text, 100), Some(true)),
        ("no end", BGZF, without_end.to_vec(), Some(false)),
        ("empty in the middle", BGZF, [bgzf(head, 9999), bgzf(tail, 65_280)].concat(), Some(true)),
        ("zeros behind blocks", BGZF, [&blocks[..], &vec![0; 300_000]].concat(), Some(true)),
        ("another gzip behind", BGZF, [bgzf(head, 60_000), gzip(tail)].concat(), None),
    ] {
        let found = &decoded(&[(kind, &file)], Some(EtagAlgorithm::Md5)).unwrap()[0];
        assert_eq!(
            (found.reads, found.records, found.bases),
            (20_000, 20_000, 1_500_000),
            "{name}"
        );
        assert_eq!(found.etag.as_ref().unwrap().to_string(), md5, "{name}");
        assert_eq!(found.end_marker, end_marker, "{name}");
        assert_eq!(damage(kind, &file), None, "{name}");
    }
}

#[test]
fn the_hash_is_that_of_the_text() {
    use sha2::{Sha256, Sha512};
    let text = text(100, 2);
    for (algorithm, expected) in [
        (EtagAlgorithm::Md5, HEXLOWER.encode(&md5::Md5::digest(&text))),
        (EtagAlgorithm::Sha256, HEXLOWER.encode(&Sha256::digest(&text))),
        (EtagAlgorithm::Sha512, HEXLOWER.encode(&Sha512::digest(&text))),
    ] {
        let found = decoded(&[(GZIP, &gzip(&text))], Some(algorithm)).unwrap();
        let etag = found[0].etag.as_ref().unwrap();
        assert_eq!((etag.algorithm(), etag.to_string()), (algorithm, expected));
        assert_eq!(algorithm.to_string().parse(), Ok(algorithm));
    }
}

#[test]
fn every_cut_is_seen_but_the_one_between_members_and_records() {
    let (one, two) = (fastq(&["a"]), fastq(&["b", "c"]));
    for (kind, pack) in [(GZIP, gzip as fn(&[u8]) -> Vec<u8>), (BGZF, bgzf_block)] {
        let first = pack(&one);
        let file = [&first[..], &pack(&two)].concat();
        for cut in 1..file.len() {
            let damage = damage(kind, &file[..cut]);
            if cut == first.len() {
                assert_eq!(damage, None);
                continue;
            }
            let at = if cut < first.len() { 0 } else { first.len() as u64 };
            let unit = if kind == GZIP { Unit::GzipMember } else { Unit::BgzfBlock };
            assert_eq!(damage, Some(Damage::Cut { unit, at }), "{cut}");
        }
        // Between two members, but within a record.
        let cut = [&first[..], &pack(&two[..20])].concat();
        let message = damage(kind, &cut).unwrap().to_string();
        let expected = "record 2 (`b`), at byte 23 of the decompressed data, is cut off: the data \
                        ends in the middle of it";
        assert_eq!(message, expected);
    }
}

#[test]
fn a_bit_that_flipped_is_seen_or_changes_nothing() {
    let text = text(30, 1);
    let md5 = HEXLOWER.encode(&md5::Md5::digest(&text));
    for (kind, file) in [(GZIP, gzip(&text)), (BGZF, bgzf(&text, 2000))] {
        let mut seen = 0;
        for at in 0..file.len() {
            let mut damaged = file.clone();
            damaged[at] ^= 1 << (at % 8);
            let files = vec![(kind, &damaged[..])];
            match decode(files, Some(EtagAlgorithm::Md5), NonZero::<usize>::MIN) {
                Err(_) => seen += 1,
                // In the time of a header, or between the last bit of the data and the next byte.
                Ok(found) => assert_eq!(found[0].etag.as_ref().unwrap().to_string(), md5, "{at}"),
            }
        }
        assert!(seen > file.len() * 9 / 10, "{seen} of {}", file.len());
    }
}

#[test]
fn what_is_no_gzip_is_told_with_its_place() {
    let text = text(2000, 1);
    let (head, tail) = text.split_at(text.len() / 2);
    for (kind, first, last) in
        [(GZIP, gzip(head), gzip(tail)), (BGZF, bgzf(head, 65_280), bgzf(tail, 65_280))]
    {
        let at = first.len() as u64;
        let with = |middle: &[u8]| damage(kind, &[&first[..], middle, &last].concat());
        assert_eq!(with(b""), None);
        let unit = Unit::GzipMember;
        assert_eq!(with(b"garbage"), Some(Damage::Garbage { unit, at }));
        let hole = Damage::Hole { from: at, to: at + 500_000 };
        assert_eq!(with(&vec![0; 500_000]), Some(hole));
        let mut hole = [&first[..], &last].concat();
        hole[100..400].fill(0);
        assert!(matches!(damage(kind, &hole), Some(Damage::Broken { .. })), "{kind:?}");
    }
}

#[test]
fn checksum_and_length_are_told_apart() {
    let text = text(100, 1);
    for (kind, file) in [(GZIP, gzip(&text)), (BGZF, bgzf_block(&text))] {
        for (back, what) in
            [(8, "the checksum of its data differs"), (4, "the length of its data differs")]
        {
            let mut damaged = file.clone();
            let at = file.len() - back;
            damaged[at] ^= 1;
            let message = damage(kind, &damaged).unwrap().to_string();
            assert!(message.ends_with(what), "{message}");
        }
    }
}

#[test]
fn mates_are_compared_in_step() {
    let names = |mate: u8, reads: &[usize]| {
        let names: Vec<_> = reads.iter().map(|read| format!("r{read} {mate}:N:0:A")).collect();
        gzip(&fastq(&names))
    };
    let all: Vec<usize> = (0..50_000).collect();
    let mut missing = all.clone();
    missing.remove(40_000);
    let mut shuffled = all.clone();
    shuffled.swap(3, 4);
    let tell = |first: &[u8], second: &[u8]| decoded(&[(GZIP, first), (GZIP, second)], None);
    let (first, second) = (names(1, &all), names(2, &all));
    let found = tell(&first, &second).unwrap();
    assert_eq!((found[0].reads, found[1].reads), (50_000, 50_000));
    let order = "they belong to different samples or lanes, are in another order, or one of them \
                 lacks reads";
    for (first, second, message) in [
        (
            &first,
            names(2, &missing),
            format!(
                "record 40001 is `r40000` in the first file and `r40001` in the second: {order}"
            ),
        ),
        (
            &names(1, &shuffled),
            second.clone(),
            format!("record 4 is `r4` in the first file and `r3` in the second: {order}"),
        ),
        (
            &first,
            names(2, &all[..30_000]),
            "the first file has 50000 reads and the second 30000: the second one lacks its end"
                .to_owned(),
        ),
        (
            &names(1, &all[..1]),
            second.clone(),
            "the first file has 1 reads and the second 50000: the first one lacks its end"
                .to_owned(),
        ),
        (
            &second,
            first.clone(),
            "record 1 says that the first file holds the second reads: swap the files".to_owned(),
        ),
    ] {
        assert_eq!(tell(first, &second), Err(message));
    }
    // Files that are given as a pair although both name the same mate.
    assert!(tell(&second, &second).is_ok());
}

#[test]
fn damage_of_one_mate_is_told_before_what_it_leads_to() {
    let (first, second) = (gzip(&text(3000, 1)), gzip(&text(3000, 2)));
    let cut = &second[..second.len() / 2];
    let result = decode(vec![(GZIP, &first[..]), (GZIP, cut)], None, NonZero::<usize>::MIN);
    let expected = Damage::Cut { unit: Unit::GzipMember, at: 0 };
    let Err(DecodeFailure::Damaged { file: 1, damage }) = result else { panic!("{result:?}") };
    assert_eq!(damage, expected);
}

/// Fails after the first bytes.
struct Failing<'a>(&'a [u8]);

impl Read for Failing<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match self.0.read(out)? {
            0 => Err(io::Error::other("the disk is gone")),
            length => Ok(length),
        }
    }
}

#[test]
fn what_cannot_be_read_ends_the_work() {
    let text = text(3000, 1);
    for (kind, file) in [(GZIP, gzip(&text)), (BGZF, bgzf(&text, 65_280))] {
        let reader = Failing(&file[..file.len() / 2]);
        let result = decode(vec![(kind, reader)], Some(EtagAlgorithm::Md5), NonZero::<usize>::MIN);
        let Err(DecodeFailure::Unreadable { file: 0, error }) = result else {
            panic!("{result:?}")
        };
        assert_eq!(error.to_string(), "the disk is gone");
    }
}
