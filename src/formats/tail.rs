//! The end of a file, judged by its last bytes alone: constant time, whatever the size.
//!
//! Says what is certain and no more: where gzip may end, only inflating all of it would tell. Knows
//! nothing of where the bytes come from; how a file that comes in order has to end is `ending`'s.

use super::{
    ending::{self, EndCheck, Unended},
    sniff::Kind,
};
use crate::formats::{
    bgzf::{Chain, Stop, end_blocks},
    fastq::{Padding, ReadName, TextEnd, text_end},
    gzip::Compression,
};

/// So many of a file's last bytes are looked at: more than four of the largest BGZF blocks.
pub const TAIL: usize = 256 * 1024;

/// Zeros that neither a marker nor compressed data ends in.
const MANY_ZEROS: usize = 64;
/// Gzip may be padded with zeros, as tapes and disks make up their blocks, but not by so many.
const TOO_MANY_ZEROS: usize = 64 * 1024;

/// What is kept of the text in the last blocks: enough for records of half a million bases.
const KEPT: usize = 1024 * 1024;

/// What the last bytes of a file say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tail {
    /// What is wrong with the end, if anything is.
    pub flaw: Option<Flaw>,
    /// Whether the end is proven by what has to stand there.
    pub is_proven: bool,
    /// The last read of a FASTQ in BGZF.
    pub last_read: Option<ReadName>,
}

/// What is wrong with the end of a file; continues a sentence that begins with the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// The blocks are whole as far as they were seen.
    #[error("ends without the BGZF end-of-file marker")]
    NoBgzfMarker,
    /// The same of a FASTQ.
    #[error(
        "has no BGZF end-of-file marker, as bcl2fastq writes it; its last block and last record are \
         whole"
    )]
    Unmarked,
    #[error("ends without the CRAM end-of-file container")]
    NoCramMarker,
    #[error("ends in the middle of the BGZF block at byte {0}: the file is truncated")]
    CutBlock(u64),
    #[error("holds bytes at {0} that are no BGZF block: the file is damaged")]
    NoBlock(u64),
    #[error("holds a BGZF block at byte {0} that cannot be decompressed: the file is damaged")]
    DamagedBlock(u64),
    #[error(
        "ends in {0} zero bytes or more: space was set aside for it, but it was not written to its \
         end"
    )]
    Zeros(usize),
    #[error("has {count} byte{} after its end at byte {at}", if *.count == 1 { "" } else { "s" })]
    Trailing { at: u64, count: u64 },
    /// Of a FASTQ.
    #[error("{0}")]
    Padding(Padding),
    #[error("ends in the middle of its gzip data: the file is truncated")]
    CutGzip,
    #[error("holds gzip data that cannot be decompressed: the file is damaged")]
    DamagedGzip,
    #[error("ends in the middle of a record: whatever wrote it did not get to its end")]
    HalfRecord,
}

/// How much a flaw matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Old tools wrote such files; others were cut.
    Doubtful,
    /// Some tools pass over it, others refuse the file.
    Padded,
    Fatal,
}

impl Flaw {
    /// How much it matters.
    pub const fn severity(self) -> Severity {
        match self {
            Self::Unmarked => Severity::Note,
            Self::NoBgzfMarker | Self::NoCramMarker => Severity::Doubtful,
            Self::Padding(_) => Severity::Padded,
            _ => Severity::Fatal,
        }
    }
}

/// Judges the end of a file by its last [`TAIL`] bytes, or all of them if it has fewer.
pub fn tail(kind: Kind, bytes: &[u8], size: u64) -> Tail {
    let end = End { bytes, start: size.saturating_sub(bytes.len() as u64) };
    match kind {
        Kind::Bam => Tail::of(end.bgzf(kind, 0).err()),
        Kind::Cram(_) => Tail::of(end.cram(kind)),
        Kind::Fastq(Compression::Gzip) => end.gzip(),
        Kind::Fastq(Compression::Bgzf) => end.fastq(kind),
    }
}

impl Tail {
    /// Of a file whose end is proven by what has to stand there.
    const fn of(flaw: Option<Flaw>) -> Self {
        Self { is_proven: flaw.is_none(), flaw, last_read: None }
    }
}

/// The last bytes, and where in the file they begin.
struct End<'a> {
    bytes: &'a [u8],
    start: u64,
}

impl End<'_> {
    const fn at(&self, place: usize) -> u64 {
        self.start + place as u64
    }

    fn trailing(&self, place: usize) -> Flaw {
        Flaw::Trailing { at: self.at(place), count: (self.bytes.len() - place) as u64 }
    }

    /// Whether the blocks lie in one unbroken row; gives about the last `keep` bytes in them.
    fn bgzf(&self, kind: Kind, keep: usize) -> Result<Vec<u8>, Flaw> {
        let bytes = self.bytes;
        match end_blocks::last_chain(bytes, self.start == 0) {
            Some(Chain { first, stop: Stop::End }) => {
                let text = end_blocks::inflate(bytes, first, keep)
                    .map_err(|place| Flaw::DamagedBlock(self.at(place)))?;
                let is_needed = kind == Kind::Bam && !ends_well(kind, bytes);
                if is_needed { Err(Flaw::NoBgzfMarker) } else { Ok(text) }
            }
            Some(Chain { stop: Stop::AfterMarker(place), .. }) => Err(self.trailing(place)),
            _ if zeros(bytes) >= MANY_ZEROS => Err(Flaw::Zeros(zeros(bytes))),
            Some(Chain { stop: Stop::Cut(place), .. }) => Err(Flaw::CutBlock(self.at(place))),
            Some(Chain { stop: Stop::NoBlock(place), .. }) => Err(Flaw::NoBlock(self.at(place))),
            None => Err(Flaw::NoBlock(self.start)),
        }
    }

    fn cram(&self, kind: Kind) -> Option<Flaw> {
        if ends_well(kind, self.bytes) {
            return None;
        }
        let zeros = zeros(self.bytes);
        let flaw = || match ending::cram_end(self.bytes) {
            Some(place) => self.trailing(place),
            None => Flaw::NoCramMarker,
        };
        Some(if zeros >= MANY_ZEROS { Flaw::Zeros(zeros) } else { flaw() })
    }

    /// Only a file that is here whole can be judged for certain.
    fn gzip(&self) -> Tail {
        let zeros = zeros(self.bytes);
        if zeros >= TOO_MANY_ZEROS {
            return Tail::of(Some(Flaw::Zeros(zeros)));
        }
        // No compressed data ends in so many.
        if zeros >= MANY_ZEROS {
            return Tail::of(Some(Flaw::Padding(Padding::Zeros)));
        }
        let open = Tail { is_proven: false, ..Tail::of(None) };
        if self.start > 0 {
            return open;
        }
        let mut check = EndCheck::new(Kind::Fastq(Compression::Gzip));
        let judged = check.see(self.bytes).and_then(|()| check.finish());
        match judged {
            // Where it ends is known when it is decoded.
            Err(Unended::NoGzip) => open,
            Err(Unended::Padded) => Tail::of(Some(Flaw::Padding(Padding::Zeros))),
            Err(Unended::DamagedGzip) => Tail::of(Some(Flaw::DamagedGzip)),
            Err(_) => Tail::of(Some(Flaw::CutGzip)),
            Ok(()) => Tail::of(None),
        }
    }

    /// FASTQ in BGZF; what follows other gzip in one file is gzip, and as good.
    fn fastq(&self, kind: Kind) -> Tail {
        let is_gzip = |place: usize| {
            self.bytes.get(place..).is_some_and(|rest| rest.starts_with(&[0x1f, 0x8b]))
        };
        let place = |at: u64| usize::try_from(at - self.start).unwrap_or_default();
        match self.bgzf(kind, KEPT) {
            Ok(text) => self.text(kind, &text),
            Err(Flaw::NoBlock(at)) if is_gzip(place(at)) || at == self.start => self.gzip(),
            Err(Flaw::Trailing { at, .. }) if is_gzip(place(at)) => self.gzip(),
            Err(Flaw::Trailing { at, .. })
                if self.bytes[place(at)..].iter().all(|byte| *byte == 0) =>
            {
                Tail::of(Some(Flaw::Padding(Padding::Zeros)))
            }
            Err(flaw) => Tail::of(Some(flaw)),
        }
    }
}

impl End<'_> {
    /// What is in the last blocks of a FASTQ.
    fn text(&self, kind: Kind, text: &[u8]) -> Tail {
        let (name, flaw) = match text_end(text, self.start == 0) {
            TextEnd::Broken => return Tail::of(Some(Flaw::HalfRecord)),
            TextEnd::Unknown => (None, None),
            TextEnd::Record(name) => (Some(name), None),
            TextEnd::Blank(name) => (Some(name), Some(Flaw::Padding(Padding::BlankLine))),
        };
        let unmarked = || (!ends_well(kind, self.bytes)).then_some(Flaw::Unmarked);
        Tail { last_read: name.map(ReadName::parse), ..Tail::of(flaw.or_else(unmarked)) }
    }
}

/// Whether the marker of a BGZF or CRAM file stands at its end.
fn ends_well(kind: Kind, bytes: &[u8]) -> bool {
    let mut check = EndCheck::new(kind);
    check.see(bytes).and_then(|()| check.finish()).is_ok()
}

fn zeros(bytes: &[u8]) -> usize {
    bytes.iter().rev().take_while(|byte| **byte == 0).count()
}

#[cfg(test)]
mod tests {
    use std::{fmt::Write as _, io::Write as _};

    use flate2::write::{DeflateEncoder, GzEncoder};

    use super::*;
    use crate::formats::sniff::CramVersion;

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

    fn flaw(kind: Kind, file: &[u8]) -> Option<Flaw> {
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
            assert_eq!(tail.flaw, last.is_none().then_some(Flaw::HalfRecord), "{end:?}");
            let name = tail.last_read.map(|name| name.template().to_vec());
            assert_eq!(name, last.map(|last| last.as_bytes().to_vec()));
        }
    }

    #[test]
    fn blank_lines_at_the_end_are_seen() {
        for end in ["\n", "\n\n", "\r\n", " \n", "\t"] {
            let text = [&reads(5000)[..], end.as_bytes()].concat();
            let tail = judge(BGZF, &bgzf(&text));
            assert_eq!(tail.flaw, Some(Flaw::Padding(Padding::BlankLine)), "{end:?}");
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
                let flawed = if kind == BGZF { Flaw::Unmarked } else { Flaw::NoBgzfMarker };
                assert_eq!(flaw(kind, &file[..unmarked]), Some(flawed));
                for cut in [1, 5, 17, 27] {
                    let found = flaw(kind, &file[..file.len() - cut]);
                    assert_eq!(found, Some(Flaw::CutBlock(unmarked as u64)), "{cut}");
                }
                for cut in [1, 8, 1000, 20_000] {
                    let found = flaw(kind, &file[..unmarked - cut]);
                    assert!(
                        matches!(found, Some(Flaw::CutBlock(at)) if at < (unmarked - cut) as u64)
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
            assert!(matches!(flaw(kind, &preallocated), Some(Flaw::Zeros(50_000..50_010))));
            let all = [&file[..], &zeros(2 * TAIL)].concat();
            assert_eq!(flaw(kind, &all), Some(Flaw::Zeros(TAIL)));
            let appended = [&file[..], b"more"].concat();
            let trailing = Flaw::Trailing { at: file.len() as u64, count: 4 };
            assert_eq!(flaw(kind, &appended), Some(trailing));
            let mut hole = file.clone();
            let middle = file.len() - 150_000;
            hole[middle..middle + 70_000].fill(0);
            assert!(matches!(flaw(kind, &hole), Some(Flaw::NoBlock(_) | Flaw::DamagedBlock(_))));
            let mut flipped = file.clone();
            flipped[file.len() - 20_000] ^= 4;
            assert!(matches!(flaw(kind, &flipped), Some(Flaw::DamagedBlock(_))));
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
        let padded = Some(Flaw::Padding(Padding::Zeros));
        for (file, zeros) in [(&small, 1), (&small, 500), (&large, 64), (&large, 5000)] {
            assert_eq!(flaw(GZIP, &[&file[..], &vec![0; zeros]].concat()), padded, "{zeros}");
        }
        assert_eq!(flaw(BGZF, &[&bgzf(&reads(9))[..], &[0; 7]].concat()), padded);
        assert_eq!(judge(GZIP, &large), Tail { is_proven: false, ..Tail::of(None) });
        assert_eq!(flaw(GZIP, &large[..large.len() / 2]), None);
        assert_eq!(flaw(GZIP, &small[..small.len() - 1]), Some(Flaw::CutGzip));
        let more = judge(GZIP, &[&small[..], b"more"].concat());
        assert_eq!(more, Tail { is_proven: false, ..Tail::of(None) });
        let preallocated = [&large[..large.len() / 2], &vec![0; 100_000]].concat();
        assert!(matches!(flaw(GZIP, &preallocated), Some(Flaw::Zeros(100_000..))));
    }

    #[test]
    fn real_files_are_told_apart() {
        let cram = Kind::Cram(CramVersion::new(3, 0).unwrap());
        for (name, kind, wanted) in [
            ("samtools-test/1.quickcheck.badeof.bam", Kind::Bam, Some(Flaw::NoBgzfMarker)),
            ("samtools-test/3.quickcheck.ok.bam", Kind::Bam, None),
            ("samtools-test/4.quickcheck.ok.bam", Kind::Bam, None),
            ("samtools-test/10.quickcheck.notargets.bam", Kind::Bam, None),
            ("samtools-test/view.fetch-pairs.bam", Kind::Bam, None),
            ("hts-sys/range.bam", Kind::Bam, None),
            ("pysam-tests/example_unmapped_reads_no_sq.bam", Kind::Bam, None),
            (
                "samtools-test/5.quickcheck.scramble30.truncated.cram",
                cram,
                Some(Flaw::NoCramMarker),
            ),
            ("samtools-test/9.quickcheck.cram30.truncated.cram", cram, Some(Flaw::NoCramMarker)),
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
        let trailing = Flaw::Trailing { at: whole.len() as u64, count: 1 };
        assert_eq!(flaw(cram, &[&whole[..], b"\n"].concat()), Some(trailing));
        assert_eq!(flaw(cram, &[1; 5000]), Some(Flaw::NoCramMarker));
        assert_eq!(flaw(cram, &[0; 5000]), Some(Flaw::Zeros(5000)));
    }

    #[test]
    fn only_a_missing_marker_may_be_let_pass() {
        for (flaw, severity) in [
            (Flaw::NoBgzfMarker, Severity::Doubtful),
            (Flaw::Unmarked, Severity::Note),
            (Flaw::NoCramMarker, Severity::Doubtful),
            (Flaw::Padding(Padding::BlankLine), Severity::Padded),
            (Flaw::Trailing { at: 9, count: 1 }, Severity::Fatal),
            (Flaw::CutBlock(1), Severity::Fatal),
            (Flaw::Zeros(99), Severity::Fatal),
        ] {
            assert_eq!(flaw.severity(), severity, "{flaw}");
        }
    }
}
