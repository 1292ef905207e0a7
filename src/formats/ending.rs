//! How a file has to end, judged while its bytes go by in order.
//!
//! What was cut off by a program that failed looks well from its beginning, and the service would only
//! find out after Complete. Knows nothing of where the bytes come from.

use std::io::{self, Write as _};

use flate2::write::GzDecoder;

use super::sniff::{CramVersion, Kind};
use crate::formats::gzip::Compression;

/// The empty block that ends every BGZF file (SAM specification, section 4.1.2).
const BGZF_END: [u8; 28] = [
    0x1f, 0x8b, 0x08, 0x04, 0, 0, 0, 0, 0, 0xff, 0x06, 0, 0x42, 0x43, 0x02, 0, 0x1b, 0, 0x03, 0, 0,
    0, 0, 0, 0, 0, 0, 0,
];
/// The empty container that ends a CRAM 3 file (CRAM specification, section 9).
const CRAM_3_END: [u8; 38] = [
    0x0f, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0x0f, 0xe0, 0x45, 0x4f, 0x46, 0, 0, 0, 0, 0x01, 0, 0x05,
    0xbd, 0xd9, 0x4f, 0, 0x01, 0, 0x06, 0x06, 0x01, 0, 0x01, 0, 0x01, 0, 0xee, 0x63, 0x01, 0x4b,
];
/// The same of CRAM 2.1, which has no checksums.
const CRAM_2_END: [u8; 30] = [
    0x0b, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0x0f, 0xe0, 0x45, 0x4f, 0x46, 0, 0, 0, 0, 0x01, 0, 0,
    0x01, 0, 0x06, 0x06, 0x01, 0, 0x01, 0, 0x01, 0,
];
const LONGEST: usize = CRAM_3_END.len();

/// Why a file is not whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unended {
    #[error("it does not end with the end-of-file block of BGZF")]
    Bgzf,
    #[error("it does not end with the end-of-file container of CRAM")]
    Cram,
    #[error("it ends in the middle of its gzip data")]
    CutGzip,
    #[error("its gzip data cannot be decompressed")]
    DamagedGzip,
    #[error("its gzip data is followed by bytes that are none")]
    NoGzip,
    #[error("its gzip data is followed by zeros, which samtools refuses")]
    Padded,
}

/// Sees the bytes of a file in order, and says in the end whether it is whole.
#[derive(Debug)]
pub struct EndCheck(Check);

#[derive(Debug)]
enum Check {
    /// The last bytes are enough.
    Bgzf(Tail),
    Cram(Tail, CramVersion),
    /// Nothing but inflating all of it tells where gzip data may end.
    Gzip(Box<Members>),
    /// Any end will do.
    Any,
}

impl EndCheck {
    pub fn new(kind: Kind) -> Self {
        Self(match kind {
            Kind::Bam | Kind::Fastq(Compression::Bgzf) => Check::Bgzf(Tail::default()),
            Kind::Cram(version) => Check::Cram(Tail::default(), version),
            Kind::Fastq(Compression::Gzip) => Check::Gzip(Box::default()),
        })
    }

    /// For files whose writer may have left the end-of-file marker out: BGZF has to end with a block,
    /// as all gzip does, and CRAM may end anywhere.
    pub fn lenient(kind: Kind) -> Self {
        match kind {
            Kind::Bam | Kind::Fastq(_) => Self(Check::Gzip(Box::default())),
            Kind::Cram(_) => Self(Check::Any),
        }
    }

    /// Lets zeros behind gzip data pass.
    #[must_use]
    pub fn with_padding(mut self, allowed: bool) -> Self {
        if let Check::Gzip(members) = &mut self.0 {
            members.takes_padding = allowed;
        }
        self
    }

    /// Takes the bytes that follow; an error is as good as the one at the end.
    pub fn see(&mut self, bytes: &[u8]) -> Result<(), Unended> {
        match &mut self.0 {
            Check::Bgzf(tail) | Check::Cram(tail, _) => {
                tail.see(bytes);
                Ok(())
            }
            Check::Gzip(members) => members.see(bytes),
            Check::Any => Ok(()),
        }
    }

    /// Whether what was seen is a whole file.
    pub fn finish(&mut self) -> Result<(), Unended> {
        match &mut self.0 {
            Check::Bgzf(tail) if tail.ends_with(&BGZF_END) => Ok(()),
            Check::Bgzf(_) => Err(Unended::Bgzf),
            Check::Cram(tail, version) if tail.ends_cram(*version) => Ok(()),
            Check::Cram(..) => Err(Unended::Cram),
            Check::Gzip(members) => members.finish(),
            Check::Any => Ok(()),
        }
    }
}

/// Behind the last end-of-file container of a CRAM among these bytes.
pub(crate) fn cram_end(bytes: &[u8]) -> Option<usize> {
    // What stands before differs in half a byte.
    const FROM: usize = 9;
    let end = |container: &[u8]| {
        let place = memchr::memmem::rfind(bytes, &container[FROM..])?;
        Some(place + container.len() - FROM)
    };
    end(&CRAM_3_END).max(end(&CRAM_2_END))
}

/// The last bytes of what went by.
#[derive(Debug, Default)]
struct Tail(Vec<u8>);

impl Tail {
    fn see(&mut self, bytes: &[u8]) {
        let new = &bytes[bytes.len().saturating_sub(LONGEST)..];
        let kept = (LONGEST - new.len()).min(self.0.len());
        self.0.drain(..self.0.len() - kept);
        self.0.extend_from_slice(new);
    }

    fn ends_with(&self, end: &[u8]) -> bool {
        self.0.ends_with(end)
    }

    fn ends_cram(&self, version: CramVersion) -> bool {
        if version.major() < 3 {
            return self.ends_with(&CRAM_2_END);
        }
        // Half a byte of the reference's number is written in two ways.
        let same = |(at, (ours, theirs)): (usize, (&u8, &u8))| {
            ours == theirs || at == 8 && ours & 0x0f == *theirs
        };
        self.0.len() == CRAM_3_END.len() && self.0.iter().zip(&CRAM_3_END).enumerate().all(same)
    }
}

/// Gzip members, one after the other, inflated into nothing.
#[derive(Debug)]
struct Members {
    current: GzDecoder<io::Sink>,
    /// Whether nothing of the current member has been seen.
    is_fresh: bool,
    /// Whole members before this one.
    whole: u64,
    /// Zeros follow the last member, as tapes and disks make up their blocks; `gzip -t` takes them.
    is_padded: bool,
    takes_padding: bool,
}

impl Default for Members {
    fn default() -> Self {
        Self {
            current: GzDecoder::new(io::sink()),
            is_fresh: true,
            whole: 0,
            is_padded: false,
            takes_padding: false,
        }
    }
}

impl Members {
    fn see(&mut self, mut bytes: &[u8]) -> Result<(), Unended> {
        while let Some(first) = bytes.first() {
            self.is_padded |= self.is_fresh && self.whole > 0 && *first == 0;
            if self.is_padded {
                let is_zero = bytes.iter().all(|byte| *byte == 0);
                return match (is_zero, self.takes_padding) {
                    (true, true) => Ok(()),
                    (true, false) => Err(Unended::Padded),
                    (false, _) => Err(Unended::NoGzip),
                };
            }
            let follows = self.is_fresh && self.whole > 0;
            if follows && *first != 0x1f {
                return Err(Unended::NoGzip);
            }
            match self.current.write(bytes).map_err(|_| Unended::DamagedGzip)? {
                0 => self.next()?,
                taken => {
                    self.is_fresh = false;
                    bytes = &bytes[taken..];
                }
            }
        }
        Ok(())
    }

    /// The current member is whole; its checksum and length tell whether it is right.
    fn next(&mut self) -> Result<(), Unended> {
        self.current.try_finish().map_err(|_| Unended::DamagedGzip)?;
        self.current = GzDecoder::new(io::sink());
        self.is_fresh = true;
        self.whole += 1;
        Ok(())
    }

    fn finish(&mut self) -> Result<(), Unended> {
        if !self.is_fresh {
            // A member that is whole takes no more bytes.
            if !matches!(self.current.write(&[0]), Ok(0)) {
                return Err(Unended::CutGzip);
            }
            self.next()?;
        }
        if self.whole > 0 { Ok(()) } else { Err(Unended::CutGzip) }
    }
}

#[cfg(test)]
mod tests {
    use flate2::write::GzEncoder;
    use proptest::prelude::*;

    use super::*;

    const GZIP: Kind = Kind::Fastq(Compression::Gzip);

    fn gzip(data: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(data).unwrap();
        encoder.finish().unwrap()
    }

    /// What is said of bytes that come in pieces of a length.
    fn judge(kind: Kind, bytes: &[u8], piece: usize) -> Result<(), Unended> {
        let mut check = EndCheck::new(kind);
        bytes.chunks(piece).try_for_each(|piece| check.see(piece))?;
        check.finish()
    }

    #[test]
    fn real_files_are_whole_and_cut_ones_are_not() {
        let cram = |major, minor| Kind::Cram(CramVersion::new(major, minor).unwrap());
        for (name, kind, whole) in [
            ("samtools-test/3.quickcheck.ok.bam", Kind::Bam, Ok(())),
            ("samtools-test/1.quickcheck.badeof.bam", Kind::Bam, Err(Unended::Bgzf)),
            ("pysam-tests/test_unaligned.bam", Kind::Bam, Ok(())),
            ("samtools-test/7.quickcheck.cram30.ok.cram", cram(3, 0), Ok(())),
            ("samtools-test/9.quickcheck.cram30.truncated.cram", cram(3, 0), Err(Unended::Cram)),
            ("hts-sys/auxf#values_java.cram", cram(3, 0), Ok(())),
        ] {
            let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
            let bytes = std::fs::read(path.join(name)).unwrap();
            for piece in [1, 5, 37, 38, 39, 1 << 20] {
                assert_eq!(judge(kind, &bytes, piece), whole, "{name}");
            }
            let cut = &bytes[..bytes.len() - 1];
            assert!(judge(kind, cut, 100).is_err(), "{name}, cut");
        }
    }

    #[test]
    fn a_missing_marker_is_let_pass_on_demand_but_no_cut() {
        let bam = std::fs::read(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/data/samtools-test/3.quickcheck.ok.bam"
        ))
        .unwrap();
        let judge = |bytes: &[u8]| {
            let mut check = EndCheck::lenient(Kind::Bam);
            check.see(bytes).and_then(|()| check.finish())
        };
        let unmarked = bam.len() - BGZF_END.len();
        assert_eq!(judge(&bam), Ok(()));
        assert_eq!(judge(&bam[..unmarked]), Ok(()));
        assert_eq!(judge(&bam[..unmarked - 1]), Err(Unended::CutGzip));
        assert_eq!(judge(&bam[..unmarked + 5]), Err(Unended::CutGzip));
        let cram = Kind::Cram(CramVersion::new(3, 0).unwrap());
        assert_eq!(EndCheck::lenient(cram).finish(), Ok(()));
    }

    #[test]
    fn cram_2_ends_otherwise() {
        let kind = Kind::Cram(CramVersion::new(2, 1).unwrap());
        let file = [&b"CRAM\x02\x01 and more"[..], &CRAM_2_END].concat();
        assert_eq!(judge(kind, &file, 7), Ok(()));
        assert_eq!(judge(kind, &file[..file.len() - 1], 7), Err(Unended::Cram));
        assert_eq!(judge(kind, b"CRAM", 7), Err(Unended::Cram));
    }

    #[test]
    fn gzip_ends_with_a_member() {
        let one = gzip(b"@r1\nACGT\n+\nIIII\n");
        let two = [&one[..], &gzip(b""), &one].concat();
        let padded = [&two[..], &[0; 1000]].concat();
        for piece in [1, 3, 1000] {
            assert_eq!(judge(GZIP, &one, piece), Ok(()));
            assert_eq!(judge(GZIP, &two, piece), Ok(()));
            assert_eq!(judge(GZIP, &padded, piece), Err(Unended::Padded));
            let mut check = EndCheck::new(GZIP).with_padding(true);
            let seen = padded.chunks(piece).try_for_each(|piece| check.see(piece));
            assert_eq!(seen.and_then(|()| check.finish()), Ok(()));
        }
        for length in 1..one.len() {
            assert_eq!(judge(GZIP, &one[..length], 7), Err(Unended::CutGzip), "{length}");
            let cut = [&two[..], &one[..length]].concat();
            assert_eq!(judge(GZIP, &cut, 7), Err(Unended::CutGzip), "{length}");
        }
        let mut damaged = one.clone();
        let crc = one.len() - 8;
        damaged[crc] ^= 1;
        assert_eq!(judge(GZIP, &damaged, 7), Err(Unended::DamagedGzip));
        assert_eq!(judge(GZIP, &[&damaged[..], &one].concat(), 7), Err(Unended::DamagedGzip));
        assert_eq!(judge(GZIP, &[&one[..], b"\n"].concat(), 7), Err(Unended::NoGzip));
        assert_eq!(judge(GZIP, &[&padded[..], b"x"].concat(), 2000), Err(Unended::NoGzip));
        assert_eq!(judge(GZIP, b"", 7), Err(Unended::CutGzip));
    }

    proptest! {
        #[test]
        fn where_the_bytes_are_divided_does_not_matter(
            sizes in proptest::collection::vec(0_usize..5000, 1..5),
            piece in 1_usize..4000,
            cut in 0_usize..100,
        ) {
            let file: Vec<u8> = sizes.iter().flat_map(|size| gzip(&vec![7; *size])).collect();
            let file = &file[..file.len().saturating_sub(cut)];
            prop_assert_eq!(judge(GZIP, file, piece), judge(GZIP, file, 1 << 20));
        }
    }
}
