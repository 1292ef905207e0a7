//! Several FASTQ files that follow each other as one source.

use std::num::NonZero;

use data_encoding::HEXLOWER;
use md5::Digest as _;
use omics_upload::{
    content::{DecodeFailure, Decoded, EtagAlgorithm, decode_joined},
    formats::{Kind, gzip::Compression},
};

use crate::files::{bgzf, bgzf_block, fastq, gzip};

const GZIP: Kind = Kind::Fastq(Compression::Gzip);
const BGZF: Kind = Kind::Fastq(Compression::Bgzf);

type Packed = (Kind, Vec<u8>);

/// On one thread and on three, which has to be the same.
fn decoded(sources: &[&[Packed]]) -> Result<Vec<Decoded>, DecodeFailure> {
    let once = |threads| {
        let files = |source: &&[Packed]| -> Vec<_> {
            source.iter().map(|(kind, bytes)| (*kind, OneByte(bytes.clone(), 0))).collect()
        };
        let sources = sources.iter().map(files).collect();
        decode_joined(sources, Some(EtagAlgorithm::Md5), NonZero::new(threads).unwrap())
    };
    let (result, again) = (once(1), once(3));
    assert_eq!(format!("{result:?}"), format!("{again:?}"));
    result
}

/// Gives as little as it may at its end, as a file does.
struct OneByte(Vec<u8>, usize);

impl std::io::Read for OneByte {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let length = (self.0.len() - self.1).min(buffer.len());
        buffer[..length].copy_from_slice(&self.0[self.1..self.1 + length]);
        self.1 += length;
        Ok(length)
    }
}

/// The file that is wrong, and what is said of it.
fn wrong(sources: &[&[Packed]]) -> (Option<usize>, String) {
    let failure = decoded(sources).unwrap_err();
    (failure.file(), failure.what())
}

fn names(of: &str, mate: u8, count: usize) -> Vec<String> {
    (0..count).map(|read| format!("{of}{read} {mate}:N:0:A")).collect()
}

#[test]
fn lanes_are_what_cat_makes_of_them() {
    let texts = [fastq(&names("a", 1, 300)), fastq(&names("b", 1, 1)), fastq(&names("c", 1, 900))];
    let all = texts.concat();
    let [a, b, c] = &texts;
    for lanes in [
        vec![(GZIP, gzip(a)), (GZIP, gzip(b)), (GZIP, gzip(c))],
        vec![(BGZF, bgzf(a, 1000)), (BGZF, bgzf(b, 1000)), (BGZF, bgzf(c, 60_000))],
        vec![(BGZF, bgzf(a, 1000)), (GZIP, gzip(b)), (BGZF, bgzf(c, 500))],
        vec![
            (GZIP, gzip(b"")),
            (GZIP, gzip(a)),
            (BGZF, bgzf_block(b"")),
            (GZIP, gzip(&[&b[..], c].concat())),
        ],
        vec![(GZIP, gzip(&all)), (GZIP, gzip(b"")), (BGZF, bgzf_block(b""))],
    ] {
        let found = &decoded(&[&lanes]).unwrap()[0];
        assert_eq!((found.reads, found.bases), (1201, 1201 * 8));
        let md5 = HEXLOWER.encode(&md5::Md5::digest(&all));
        assert_eq!(found.etag.as_ref().unwrap().to_string(), md5);
        assert_eq!(found.last_read.as_ref().unwrap().template(), b"c899");
    }
}

#[test]
fn a_file_that_another_one_follows_ends_with_a_line() {
    let (one, two) = (fastq(&["a"]), fastq(&["b"]));
    let open = &one[..one.len() - 1];
    for (kind, pack) in [(GZIP, gzip as fn(&[u8]) -> Vec<u8>), (BGZF, |text: &[u8]| bgzf(text, 9))]
    {
        let lane = |text: &[u8]| (kind, pack(text));
        let no_newline = "has no newline at its end, and another file follows it: its last line and \
                          the first of that file would become one";
        assert_eq!(wrong(&[&[lane(open), lane(&two)]]), (Some(0), no_newline.to_owned()));
        assert_eq!(
            wrong(&[&[lane(&two), lane(&one), lane(open), lane(&two)]]),
            (Some(2), no_newline.to_owned())
        );
        // Nobody misses it at the end of all.
        assert_eq!(decoded(&[&[lane(&two), lane(open)]]).unwrap()[0].reads, 2);
        let blank = [&one[..], b"\n"].concat();
        let (file, what) = wrong(&[&[lane(&blank), lane(&two)]]);
        assert_eq!(file, Some(0));
        assert!(
            what.starts_with("ends with a blank line, ") && what.ends_with("follows it"),
            "{what}"
        );
        let padded = (kind, [&pack(&one)[..], &[0; 50]].concat());
        let (file, what) = wrong(&[&[padded.clone(), lane(&two)]]);
        assert_eq!(file, Some(0));
        assert!(what.starts_with("has zeros after its gzip data, "), "{what}");
        let found = &decoded(&[&[lane(&two), padded]]).unwrap()[0];
        assert!(found.padding.is_some() && found.ends_line);
    }
    let hint = decoded(&[&[(GZIP, gzip(open)), (GZIP, gzip(&two))]]).unwrap_err().hint("a b.gz");
    assert_eq!(hint, "add the newline: `(gzip -dc 'a b.gz'; echo) | gzip > OUT.fastq.gz`");
}

#[test]
fn damage_has_the_place_in_its_own_file() {
    let (one, two) = (fastq(&["a", "b"]), fastq(&["c", "d"]));
    let cut = &two[..two.len() - 5];
    assert_eq!(
        wrong(&[&[(GZIP, gzip(&one)), (GZIP, gzip(cut)), (GZIP, gzip(&one))]]),
        (
            Some(1),
            "is damaged: record 2 (`d`), at byte 23 of the decompressed data, is cut off: the data \
             ends in the middle of it"
                .to_owned()
        )
    );
    let mut flipped = gzip(&two);
    let crc = flipped.len() - 8;
    flipped[crc] ^= 1;
    let mates = [(GZIP, gzip(&one)), (GZIP, gzip(&two))];
    assert_eq!(
        wrong(&[&mates, &[(GZIP, gzip(&one)), (GZIP, flipped)]]),
        (
            Some(3),
            "is damaged: a gzip member begins at byte 0, and the checksum of its data differs"
                .to_owned()
        )
    );
    // All of them empty are nothing.
    assert!(decoded(&[&[(GZIP, gzip(b""))]]).is_err());
}

#[test]
fn mates_are_in_step_across_all_files() {
    let lane = |of: &str, mate, count| (GZIP, gzip(&fastq(&names(of, mate, count))));
    let first = [lane("a", 1, 500), lane("b", 1, 300), (GZIP, gzip(b"")), lane("c", 1, 1)];
    let second = [lane("a", 2, 500), lane("b", 2, 300), (GZIP, gzip(b"")), lane("c", 2, 1)];
    let found = decoded(&[&first, &second]).unwrap();
    assert_eq!((found[0].reads, found[1].reads), (801, 801));
    // Where the borders are does not matter.
    let other = (GZIP, gzip(&[fastq(&names("a", 2, 500)), fastq(&names("b", 2, 300))].concat()));
    assert!(decoded(&[&first, &[other, lane("c", 2, 1)]]).is_ok());
    let swapped = [second[0].clone(), second[3].clone(), second[1].clone()];
    let (file, what) = wrong(&[&first, &swapped]);
    assert_eq!(file, None);
    assert!(
        what.starts_with("are no mates: record 501 is `b0` in the first file and `c0`"),
        "{what}"
    );
    let (_, what) = wrong(&[&first, &second[..3]]);
    assert!(what.contains("the first file has 801 reads and the second 800"), "{what}");
}
