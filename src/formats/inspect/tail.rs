//! The end of a file, judged by its last bytes alone: constant time, whatever the size.
//!
//! Says what is certain and no more: where gzip may end, only inflating all of it would tell. Knows
//! nothing of where the bytes come from; how a file that comes in order has to end is `end_check`'s.

use super::sniff::Kind;
use crate::formats::{
    bam, cram, end_flaw::Tail, fastq, gzip, gzip::Compression, last_bytes::LastBytes,
};

/// Judges the end of a file by its last [`TAIL`](crate::formats::TAIL) bytes, or all of them if it has
/// fewer.
pub fn tail(kind: Kind, bytes: &[u8], size: u64) -> Tail {
    let end = LastBytes { bytes, start: size.saturating_sub(bytes.len() as u64) };
    match kind {
        Kind::Bam => bam::end::judge(&end),
        Kind::Cram(version) => cram::end::judge(&end, version),
        Kind::Fastq(Compression::Gzip) => gzip::end::judge(&end),
        Kind::Fastq(Compression::Bgzf) => fastq::end::judge(&end),
    }
}

#[cfg(test)]
mod tests {
    use std::{fmt::Write as _, io::Write as _};

    use flate2::write::{DeflateEncoder, GzEncoder};

    use super::*;
    use crate::formats::{EndFlaw, EndSeverity, TAIL, cram::CramVersion, fastq::Padding};

    const BGZF: Kind = Kind::Fastq(Compression::Bgzf);
    const GZIP: Kind = Kind::Fastq(Compression::Gzip);

    fn gzip(data: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(data).unwrap();
        encoder.finish().unwrap()
    }

    /// One block; an empty one is the marker.
    fn block(data: &[u8]) -> Vec<u8> {
        let mut encoder = DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(data).unwrap();
        let deflated = encoder.finish().unwrap();
        let mut block = b"\x1f\x8b\x08\x04\0\0\0\0\0\xff\x06\0BC\x02\0".to_vec();
        block.extend(u16::try_from(deflated.len() + 25).unwrap().to_le_bytes());
        block.extend(deflated);
        block.extend(crc32fast::hash(data).to_le_bytes());
        block.extend(u32::try_from(data.len()).unwrap().to_le_bytes());
        block
    }

    /// So many records that do not compress well.
    fn reads(count: usize) -> Vec<u8> {
        let mut dice = fastrand::Rng::with_seed(1);
        let mut text = String::new();
        for number in 0..count {
            let bases: String =
                (0..100).map(|_| *dice.choice(&['A', 'C', 'G', 'T']).unwrap()).collect();
            let qualities: String = (0..100).map(|_| dice.char('#'..='I')).collect();
            write!(text, "@r{number} 1:N:0:A\n{bases}\n+\n{qualities}\n").unwrap();
        }
        text.into_bytes()
    }

    fn bgzf(text: &[u8]) -> Vec<u8> {
        text.chunks(60_000).chain([&[][..]]).flat_map(block).collect()
    }

    /// What is said of a file that is given whole, of which only the tail is looked at.
    fn judge(kind: Kind, file: &[u8]) -> Tail {
        tail(kind, &file[file.len().saturating_sub(TAIL)..], file.len() as u64)
    }

    fn flaw(kind: Kind, file: &[u8]) -> Option<EndFlaw> {
        judge(kind, file).flaw
    }

    #[test]
    fn clean_bgzf_is_sound_and_its_last_read_is_known() {
        for count in [1, 100, 20_000] {
            let text = reads(count);
            let marker = block(b"");
            let middle = [&text[..text.len() / 2], &text[text.len() / 2..]].map(bgzf).concat();
            for file in [bgzf(&text), middle, [&bgzf(&text)[..], &marker].concat()] {
                let tail = judge(BGZF, &file);
                assert_eq!((tail.flaw, tail.is_proven), (None, true), "{count}");
                let last = format!("r{}", count - 1);
                assert_eq!(tail.last_read.unwrap().template(), last.as_bytes());
                assert_eq!(judge(Kind::Bam, &file), Tail::of(None));
            }
        }
        assert!(
            bgzf(&reads(20_000)).len() > 3 * TAIL,
            "the files are no longer larger than a tail"
        );
    }

    #[test]
    fn how_the_last_record_is_written_does_not_matter() {
        for (end, last) in [
            ("@a 1:N:0:A\nAC\n+\nII", Some("a")),
            ("@a/1\r\nAC\r\n+a/1\r\nII\r\n", Some("a")),
            ("@a\n\n+\n\n", Some("a")),
            ("@a\nAC\n+\n@I\n", Some("a")),
            ("@a\nAC\n+\nI\n", None),
            ("@a\nAC\n+\n", None),
            ("@a\n\n+\n", None),
            ("@a\nAC\n", None),
            ("@a\n", None),
            ("@a", None),
        ] {
            let text = [&reads(5000)[..], end.as_bytes()].concat();
            let tail = judge(BGZF, &bgzf(&text));
            assert_eq!(tail.flaw, last.is_none().then_some(EndFlaw::HalfRecord), "{end:?}");
            let name = tail.last_read.map(|name| name.template().to_vec());
            assert_eq!(name, last.map(|last| last.as_bytes().to_vec()));
            assert_eq!(tail.is_open, last.is_some() && !end.ends_with('\n'), "{end:?}");
        }
    }

    #[test]
    fn blank_lines_at_the_end_are_seen() {
        for end in ["\n", "\n\n", "\r\n", " \n", "\t"] {
            let text = [&reads(5000)[..], end.as_bytes()].concat();
            let tail = judge(BGZF, &bgzf(&text));
            assert_eq!(tail.flaw, Some(EndFlaw::Padding(Padding::BlankLine)), "{end:?}");
            assert_eq!(tail.last_read.unwrap().template(), b"r4999");
        }
    }

    #[test]
    fn a_record_that_is_longer_than_what_is_seen_is_not_missed() {
        let long = "ACGT".repeat(700_000);
        let text = format!("@long\n{long}\n+\n{long}\n");
        let tail = judge(BGZF, &bgzf(text.as_bytes()));
        assert_eq!((tail.flaw, tail.last_read), (None, None));
    }

    #[test]
    fn bgzf_that_is_cut_anywhere_is_found_out() {
        for count in [300, 20_000] {
            let file = bgzf(&reads(count));
            let unmarked = file.len() - block(b"").len();
            for kind in [BGZF, Kind::Bam] {
                let flawed = if kind == BGZF { EndFlaw::Unmarked } else { EndFlaw::NoBgzfMarker };
                assert_eq!(flaw(kind, &file[..unmarked]), Some(flawed));
                for cut in [1, 5, 17, 27] {
                    let found = flaw(kind, &file[..file.len() - cut]);
                    assert_eq!(found, Some(EndFlaw::CutBlock(unmarked as u64)), "{cut}");
                }
                for cut in [1, 8, 1000, 20_000] {
                    let found = flaw(kind, &file[..unmarked - cut]);
                    assert!(
                        matches!(found, Some(EndFlaw::CutBlock(at)) if at < (unmarked - cut) as u64)
                    );
                }
            }
        }
    }

    #[test]
    fn what_was_never_written_or_written_over_is_found_out() {
        let file = bgzf(&reads(20_000));
        let zeros = |count: usize| vec![0; count];
        for kind in [BGZF, Kind::Bam] {
            let preallocated = [&file[..file.len() - 50_000], &zeros(50_000)].concat();
            assert!(matches!(flaw(kind, &preallocated), Some(EndFlaw::Zeros(50_000..50_010))));
            let all = [&file[..], &zeros(2 * TAIL)].concat();
            assert_eq!(flaw(kind, &all), Some(EndFlaw::Zeros(TAIL)));
            let appended = [&file[..], b"more"].concat();
            let trailing = EndFlaw::Trailing { at: file.len() as u64, count: 4 };
            assert_eq!(flaw(kind, &appended), Some(trailing));
            let mut hole = file.clone();
            let middle = file.len() - 150_000;
            hole[middle..middle + 70_000].fill(0);
            assert!(matches!(
                flaw(kind, &hole),
                Some(EndFlaw::NoBlock(_) | EndFlaw::DamagedBlock(_))
            ));
            let mut flipped = file.clone();
            flipped[file.len() - 20_000] ^= 4;
            assert!(matches!(flaw(kind, &flipped), Some(EndFlaw::DamagedBlock(_))));
        }
    }

    #[test]
    fn bgzf_and_other_gzip_may_lie_in_one_file() {
        let text = reads(5000);
        for file in [
            [bgzf(&text), gzip(&text)].concat(),
            [bgzf(&text), gzip(&text), bgzf(&text)].concat(),
            [gzip(&text), bgzf(&text)].concat(),
            [bgzf(&text), gzip(&reads(20_000))].concat(),
        ] {
            for kind in [BGZF, GZIP] {
                assert_eq!(flaw(kind, &file), None);
            }
        }
    }

    #[test]
    fn gzip_is_judged_as_far_as_it_can_be() {
        let small = gzip(&reads(300));
        let large = gzip(&reads(20_000));
        assert_eq!(judge(GZIP, &small), Tail::of(None));
        assert_eq!(judge(GZIP, &[&small[..], &small].concat()), Tail::of(None));
        let padded = Some(EndFlaw::Padding(Padding::Zeros));
        for (file, zeros) in [(&small, 1), (&small, 500), (&large, 64), (&large, 5000)] {
            assert_eq!(flaw(GZIP, &[&file[..], &vec![0; zeros]].concat()), padded, "{zeros}");
        }
        assert_eq!(flaw(BGZF, &[&bgzf(&reads(9))[..], &[0; 7]].concat()), padded);
        assert_eq!(judge(GZIP, &large), Tail { is_proven: false, ..Tail::of(None) });
        assert_eq!(flaw(GZIP, &large[..large.len() / 2]), None);
        assert_eq!(flaw(GZIP, &small[..small.len() - 1]), Some(EndFlaw::CutGzip));
        let more = judge(GZIP, &[&small[..], b"more"].concat());
        assert_eq!(more, Tail { is_proven: false, ..Tail::of(None) });
        let preallocated = [&large[..large.len() / 2], &vec![0; 100_000]].concat();
        assert!(matches!(flaw(GZIP, &preallocated), Some(EndFlaw::Zeros(100_000..))));
    }

    #[test]
    fn real_files_are_told_apart() {
        let cram = Kind::Cram(CramVersion::new(3, 0).unwrap());
        for (name, kind, wanted) in [
            ("samtools-test/1.quickcheck.badeof.bam", Kind::Bam, Some(EndFlaw::NoBgzfMarker)),
            ("samtools-test/3.quickcheck.ok.bam", Kind::Bam, None),
            ("samtools-test/4.quickcheck.ok.bam", Kind::Bam, None),
            ("samtools-test/10.quickcheck.notargets.bam", Kind::Bam, None),
            ("samtools-test/view.fetch-pairs.bam", Kind::Bam, None),
            ("hts-sys/range.bam", Kind::Bam, None),
            ("pysam-tests/example_unmapped_reads_no_sq.bam", Kind::Bam, None),
            (
                "samtools-test/5.quickcheck.scramble30.truncated.cram",
                cram,
                Some(EndFlaw::NoCramMarker),
            ),
            ("samtools-test/9.quickcheck.cram30.truncated.cram", cram, Some(EndFlaw::NoCramMarker)),
            ("samtools-test/7.quickcheck.cram30.ok.cram", cram, None),
            ("hts-sys/auxf#values_java.cram", cram, None),
            ("hts-sys/range.cram", cram, None),
        ] {
            let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
            let bytes = std::fs::read(path.join(name)).unwrap();
            assert_eq!(flaw(kind, &bytes), wanted, "{name}");
        }
        let whole = std::fs::read(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/data/samtools-test/7.quickcheck.cram30.ok.cram"
        ));
        let whole = whole.unwrap();
        let trailing = EndFlaw::Trailing { at: whole.len() as u64, count: 1 };
        assert_eq!(flaw(cram, &[&whole[..], b"\n"].concat()), Some(trailing));
        assert_eq!(flaw(cram, &[1; 5000]), Some(EndFlaw::NoCramMarker));
        assert_eq!(flaw(cram, &[0; 5000]), Some(EndFlaw::Zeros(5000)));
    }

    #[test]
    fn only_a_missing_marker_may_be_let_pass() {
        for (flaw, severity) in [
            (EndFlaw::NoBgzfMarker, EndSeverity::Doubtful),
            (EndFlaw::Unmarked, EndSeverity::Note),
            (EndFlaw::NoCramMarker, EndSeverity::Doubtful),
            (EndFlaw::Padding(Padding::BlankLine), EndSeverity::Padded),
            (EndFlaw::Trailing { at: 9, count: 1 }, EndSeverity::Fatal),
            (EndFlaw::CutBlock(1), EndSeverity::Fatal),
            (EndFlaw::Zeros(99), EndSeverity::Fatal),
        ] {
            assert_eq!(flaw.severity(), severity, "{flaw}");
        }
    }
}
