//! How a file has to end, judged while its bytes go by in order.
//!
//! What was cut off by a program that failed looks well from its beginning, and the service would only
//! find out after Complete. Knows nothing of where the bytes come from.

use super::sniff::Kind;
use crate::formats::{
    bgzf,
    cram::{self, CramVersion},
    end_flaw::Unended,
    gzip::{Compression, end::MemberCheck},
};

/// Sees the bytes of a file in order, and says in the end whether it is whole.
#[derive(Debug)]
pub struct EndCheck(Awaited);

/// What has to stand at the end.
#[derive(Debug)]
enum Awaited {
    /// The last bytes are enough.
    BgzfMarker(LastSeen),
    CramMarker(LastSeen, CramVersion),
    /// Nothing but inflating all of it tells where gzip data may end.
    Member(Box<MemberCheck>),
    Anything,
}

impl EndCheck {
    pub fn new(kind: Kind) -> Self {
        Self(match kind {
            Kind::Bam | Kind::Fastq(Compression::Bgzf) => Awaited::BgzfMarker(LastSeen::default()),
            Kind::Cram(version) => Awaited::CramMarker(LastSeen::default(), version),
            Kind::Fastq(Compression::Gzip) => Awaited::Member(Box::default()),
        })
    }

    /// For files whose writer may have left the end-of-file marker out: BGZF has to end with a block,
    /// as all gzip does, and CRAM may end anywhere.
    pub fn lenient(kind: Kind) -> Self {
        Self(match kind {
            Kind::Bam | Kind::Fastq(_) => Awaited::Member(Box::default()),
            Kind::Cram(_) => Awaited::Anything,
        })
    }

    /// Lets zeros behind gzip data pass.
    #[must_use]
    pub fn with_padding(mut self, allowed: bool) -> Self {
        if let Awaited::Member(members) = &mut self.0 {
            members.takes_padding = allowed;
        }
        self
    }

    /// Takes the bytes that follow; an error is as good as the one at the end.
    pub fn see(&mut self, bytes: &[u8]) -> Result<(), Unended> {
        match &mut self.0 {
            Awaited::BgzfMarker(last) | Awaited::CramMarker(last, _) => {
                last.see(bytes);
                Ok(())
            }
            Awaited::Member(members) => members.see(bytes),
            Awaited::Anything => Ok(()),
        }
    }

    /// Whether what was seen is a whole file.
    pub fn finish(&mut self) -> Result<(), Unended> {
        let (is_marked, unended) = match &mut self.0 {
            Awaited::BgzfMarker(last) => (last.0.ends_with(&bgzf::END), Unended::Bgzf),
            Awaited::CramMarker(last, version) => {
                (cram::end::is_marked(&last.0, *version), Unended::Cram)
            }
            Awaited::Member(members) => return members.finish(),
            Awaited::Anything => return Ok(()),
        };
        if is_marked { Ok(()) } else { Err(unended) }
    }
}

/// The last bytes of what went by.
#[derive(Debug, Default)]
struct LastSeen(Vec<u8>);

impl LastSeen {
    /// So many are kept: the longest marker.
    const LONGEST: usize = cram::end::END_3.len();

    fn see(&mut self, bytes: &[u8]) {
        let new = &bytes[bytes.len().saturating_sub(Self::LONGEST)..];
        let kept = (Self::LONGEST - new.len()).min(self.0.len());
        self.0.drain(..self.0.len() - kept);
        self.0.extend_from_slice(new);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::write::GzEncoder;
    use proptest::prelude::*;

    use super::*;
    use crate::formats::{bgzf::END as BGZF_END, cram::end::END_2 as CRAM_2_END};

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
