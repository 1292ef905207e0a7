//! BAM against `samtools view`, and CRAM.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use data_encoding::HEXLOWER;
use md5::Digest as _;
use omics_upload::{
    content::EtagAlgorithm,
    formats::{Damage, Kind, RecordFlaw, Unit, cram::CramVersion},
};

use super::{damage, decoded};
use crate::{
    files::{bgzf, plain_bam},
    samtools,
};

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

fn md5(file: &[u8]) -> String {
    let found = decoded(&[(Kind::Bam, file)], Some(EtagAlgorithm::Md5)).unwrap();
    found[0].etag.as_ref().unwrap().to_string()
}

/// The MD5 of what samtools prints of a file.
fn md5_of_samtools(file: &Path) -> String {
    HEXLOWER.encode(&md5::Md5::digest(samtools::output(&["view"], file)))
}

#[test]
fn the_text_of_real_files_is_that_of_samtools() {
    let golden = fs::read_to_string(data("GOLDEN.tsv")).unwrap();
    let mut compared = 0;
    for line in golden.lines().skip(1) {
        let fields: Vec<_> = line.split('\t').collect();
        let (name, expected) = (fields[0], fields[5]);
        if expected == "-" {
            continue;
        }
        assert_eq!(md5(&fs::read(data(name)).unwrap()), expected, "{name}");
        compared += 1;
    }
    assert_eq!(compared, 15);
}

/// A record with these fields and what follows the qualities.
#[derive(Clone)]
struct Record {
    reference: i32,
    position: i32,
    flags: u16,
    next: (i32, i32),
    length: i32,
    name: Vec<u8>,
    cigar: Vec<u32>,
    sequence: Vec<u8>,
    qualities: Vec<u8>,
    tags: Vec<u8>,
}

impl Default for Record {
    fn default() -> Self {
        Self {
            reference: 0,
            position: 99,
            flags: 0,
            next: (-1, -1),
            length: 0,
            name: b"read\0".to_vec(),
            cigar: vec![4 << 4],
            // ACGT.
            sequence: vec![0x12, 0x48],
            qualities: vec![30; 4],
            tags: Vec::new(),
        }
    }
}

impl Record {
    fn tagged(tags: &[&[u8]]) -> Self {
        Self { tags: tags.concat(), ..Self::default() }
    }

    fn bytes(&self) -> Vec<u8> {
        let mut record = [self.reference, self.position].map(i32::to_le_bytes).concat();
        record.extend([u8::try_from(self.name.len()).unwrap(), 60]);
        record.extend([0, 0]);
        record.extend(u16::try_from(self.cigar.len()).unwrap().to_le_bytes());
        record.extend(self.flags.to_le_bytes());
        let bases = i32::try_from(self.qualities.len()).unwrap();
        for number in [bases, self.next.0, self.next.1, self.length] {
            record.extend(number.to_le_bytes());
        }
        record.extend(&self.name);
        record.extend(self.cigar.iter().flat_map(|operation| operation.to_le_bytes()));
        record.extend([&self.sequence[..], &self.qualities, &self.tags].concat());
        let size = i32::try_from(record.len()).unwrap().to_le_bytes();
        [&size[..], &record].concat()
    }
}

/// A BAM of two reference sequences and these records, uncompressed.
fn plain(records: &[Record]) -> Vec<u8> {
    let text = b"@SQ\tSN:chr1\tLN:1000000\n@SQ\tSN:chr2\tLN:1000\n";
    let mut bam = plain_bam(text, &[(b"chr1", 1_000_000), (b"chr2", 1000)]);
    bam.extend(records.iter().flat_map(Record::bytes));
    bam
}

fn packed(records: &[Record]) -> Vec<u8> {
    bgzf(&plain(records), 65_000)
}

fn array(key: [u8; 2], kind: u8, count: u32, numbers: &[u8]) -> Vec<u8> {
    [&key[..], b"B", &[kind], &count.to_le_bytes(), numbers].concat()
}

/// Floats of all sizes: by their bits, and short decimals.
fn floats() -> Vec<f32> {
    let mut floats = vec![0.0, -0.0, 1.0, 0.5, 1e-5, 1.5e-7, 1e10, 1e6, 999_999.0, f32::MAX];
    floats.extend([f32::INFINITY, f32::NEG_INFINITY, f32::NAN, f32::MIN_POSITIVE, 1e-45]);
    floats.extend((0..20_000_u32).map(|n| f32::from_bits(n.wrapping_mul(2_654_435_761))));
    #[expect(clippy::cast_precision_loss, reason = "they are small")]
    floats.extend(
        (0..2000_i16).map(|n| f32::from(n) / 1000.0).chain((0..3000).map(|n| n as f32 * 0.37)),
    );
    floats
}

/// Records that are odd in all ways that samtools accepts.
fn odd_records() -> Vec<Record> {
    let d = Record::default;
    let long: Vec<u32> = (0..70_000_u32).map(|n| 1 << 4 | (n % 2)).collect();
    let long_bytes: Vec<u8> = long.iter().flat_map(|operation| operation.to_le_bytes()).collect();
    let bases = 70_000_usize;
    let long_tag = array(*b"CG", b'I', 70_000, &long_bytes);
    let clipped = vec![70_000 << 4 | 4, 35_000 << 4 | 3];
    let mut records = vec![
        d(),
        Record {
            name: b"*\0".to_vec(),
            reference: -1,
            position: -1,
            flags: 4,
            cigar: vec![],
            ..d()
        },
        Record { name: b"a@b\x01c\0".to_vec(), flags: 0xf07f, next: (0, 5), length: -17, ..d() },
        Record { flags: 0x1000, next: (1, 999), length: i32::MIN, position: i32::MAX - 1, ..d() },
        Record { next: (-1, 77), reference: -1, flags: 0xffff, ..d() },
        Record { reference: 1, next: (1, -1), length: i32::MAX, ..d() },
        Record { sequence: vec![], qualities: vec![], ..d() },
        Record { sequence: vec![], qualities: vec![], cigar: vec![], ..d() },
        Record { qualities: vec![0xff; 4], ..d() },
        Record { qualities: vec![0xff, 1, 2, 3], ..d() },
        Record { qualities: vec![0, 93, 94, 0xff], ..d() },
        Record {
            sequence: vec![0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xe0],
            qualities: vec![9; 15],
            cigar: vec![15 << 4],
            ..d()
        },
        // All operations, of which the last are none.
        Record {
            cigar: [4, 0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 15]
                .map(|o| 1 << 4 | o)
                .into_iter()
                .chain([0xffff_fff2])
                .collect(),
            sequence: vec![0x12, 0x48, 0x10],
            qualities: vec![3; 5],
            ..d()
        },
        // An unmapped read may have any CIGAR.
        Record { flags: 4, cigar: vec![9 << 4], ..d() },
        Record::tagged(&[
            b"NMC\xff",
            b"XAc\xff",
            b"XBS\xff\xff",
            b"XCs\xff\xff",
            b"XDI\xff\xff\xff\xff",
            b"XEi\xff\xff\xff\xff",
        ]),
        Record::tagged(&[
            b"XAA\x07",
            b"XBA ",
            b"XZZa\tb\x01\xff\0",
            b"XYZ\0",
            b"XHHzz\0",
            b"\x01\x02Ax",
            b"XHH\0",
        ]),
        // Twice the same, and three bytes that are no tag.
        Record::tagged(&[b"NMC\x01", b"NMC\x02", b"NMC"]),
        Record::tagged(&[b"XDd", &1.0e-5_f64.to_le_bytes(), b"XEd", &123_456.75_f64.to_le_bytes()]),
        Record::tagged(&[
            &array(*b"Xc", b'c', 3, &[0, 127, 128]),
            &array(*b"XC", b'C', 2, &[0, 255]),
        ]),
        Record::tagged(&[
            &array(*b"Xs", b's', 2, &[0, 128, 1, 0]),
            &array(*b"XS", b'S', 1, &[0, 255]),
        ]),
        Record::tagged(&[
            &array(*b"Xi", b'i', 1, &[255; 4]),
            &array(*b"XI", b'I', 1, &[255; 4]),
            &array(*b"X0", b'f', 0, &[]),
        ]),
        // A CIGAR that is too long for its place, between other tags.
        Record {
            cigar: clipped.clone(),
            sequence: vec![0x11; bases / 2],
            qualities: vec![40; bases],
            tags: [b"NMC\x05", &long_tag[..], b"XZZend\0"].concat(),
            ..d()
        },
        // It stays where it is: the read is not placed, or clips fewer bases.
        Record {
            reference: -1,
            flags: 4,
            cigar: vec![4 << 4 | 4],
            tags: array(*b"CG", b'I', 1, &[64, 0, 0, 0]),
            ..d()
        },
        Record { cigar: vec![3 << 4 | 4, 1 << 4], tags: array(*b"CG", b'I', 2, &[64; 8]), ..d() },
        Record { cigar: vec![4 << 4 | 4], tags: array(*b"CG", b'C', 1, &[64]), ..d() },
        Record { cigar: vec![4 << 4 | 4], tags: b"CGZx\0".to_vec(), ..d() },
        // Shorter than what it would replace.
        Record {
            cigar: vec![4 << 4 | 4, 1 << 4 | 2],
            tags: array(*b"CG", b'I', 1, &[64, 0, 0, 0]),
            ..d()
        },
    ];
    records.extend(floats().iter().map(|float| Record::tagged(&[b"XFf", &float.to_le_bytes()])));
    records
}

#[test]
fn the_text_of_odd_records_is_that_of_samtools() {
    if !samtools::is_there() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("odd.bam");
    // One by one, so that a difference has a number; then all, for the records across blocks.
    let records = odd_records();
    for (number, record) in records.iter().take(40).enumerate() {
        let file = packed(std::slice::from_ref(record));
        fs::write(&path, &file).unwrap();
        assert_eq!(md5(&file), md5_of_samtools(&path), "{number}");
    }
    let file = packed(&records);
    fs::write(&path, &file).unwrap();
    assert_eq!(md5(&file), md5_of_samtools(&path));
}

/// samtools 1.16 rounds halves up in arrays, and 1.24 to even, so halves are left out here.
#[test]
fn floats_in_arrays_are_written_as_samtools_does() {
    if !samtools::is_there() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("arrays.bam");
    let is_half = |float: &f32| {
        // Six digits and a five, exactly.
        let digits = format!("{:.40e}", f64::from(*float));
        let digits: String = digits.split('e').next().unwrap().replace(['-', '.'], "");
        float.is_finite() && digits[6..].trim_end_matches('0') == "5"
    };
    let floats: Vec<_> = floats().into_iter().filter(|float| !is_half(float)).collect();
    let records: Vec<_> = floats
        .chunks(100)
        .map(|floats| {
            let numbers: Vec<u8> = floats.iter().flat_map(|float| float.to_le_bytes()).collect();
            let count = u32::try_from(floats.len()).unwrap();
            Record::tagged(&[&array(*b"XF", b'f', count, &numbers)])
        })
        .collect();
    let file = packed(&records);
    fs::write(&path, &file).unwrap();
    assert_eq!(md5(&file), md5_of_samtools(&path));
}

#[test]
fn what_samtools_refuses_is_damage() {
    let d = Record::default;
    let cut_array = [&b"XAB"[..], b"c", &[200, 0, 0, 0], &[0; 9]].concat();
    let mut negative = d().bytes();
    negative[16 + 4..20 + 4].copy_from_slice(&(-1_i32).to_le_bytes());
    let mut nameless = d().bytes();
    nameless[8 + 4] = 0;
    let mut size = d().bytes();
    size[..4].copy_from_slice(&31_i32.to_le_bytes());
    for (record, flaw) in [
        (Record { reference: 2, ..d() }.bytes(), RecordFlaw::Reference { id: 2, references: 2 }),
        (Record { next: (-2, 0), ..d() }.bytes(), RecordFlaw::Reference { id: -2, references: 2 }),
        (Record { cigar: vec![5 << 4], ..d() }.bytes(), RecordFlaw::Cigar { bases: 4, cigar: 5 }),
        (Record { tags: b"XAZ.".to_vec(), ..d() }.bytes(), RecordFlaw::Tag(*b"XA")),
        (Record { tags: b"XAi12".to_vec(), ..d() }.bytes(), RecordFlaw::Tag(*b"XA")),
        (Record { tags: b"XA?1".to_vec(), ..d() }.bytes(), RecordFlaw::Tag(*b"XA")),
        (Record { tags: cut_array, ..d() }.bytes(), RecordFlaw::Tag(*b"XA")),
        (Record { sequence: vec![1], ..d() }.bytes(), RecordFlaw::Overfull),
        (negative, RecordFlaw::Overfull),
        (nameless, RecordFlaw::Overfull),
        (size, RecordFlaw::Size(31)),
    ] {
        let good = plain(&[d()]);
        let begin = good.len() as u64;
        let file = bgzf(&[good, record].concat(), 65_000);
        let wanted = (2, begin, flaw);
        for algorithm in [None, Some(EtagAlgorithm::Md5)] {
            let message = decoded(&[(Kind::Bam, &file)], algorithm).unwrap_err();
            let start = "record 2";
            assert!(
                message.starts_with(start) && message.ends_with(&flaw.to_string()),
                "{message}"
            );
        }
        let Some(Damage::Record { number, at, flaw, .. }) = damage(Kind::Bam, &file) else {
            panic!("{flaw}")
        };
        assert_eq!((number, at, flaw), wanted);
        if samtools::is_there() {
            let directory = tempfile::tempdir().unwrap();
            let path = directory.path().join("bad.bam");
            fs::write(&path, &file).unwrap();
            let output = Command::new("samtools").arg("view").arg(&path).output().unwrap();
            assert!(!output.status.success(), "{flaw}");
        }
    }
}

#[test]
fn reads_are_counted_once() {
    let repeated = [0, 0x100, 0x800, 0x900, 0x10, 0x400];
    let records = repeated.map(|flags| Record { flags, ..Record::default() });
    let found = &decoded(&[(Kind::Bam, &packed(&records))], None).unwrap()[0];
    assert_eq!((found.records, found.reads, found.bases), (6, 3, 12));
    assert_eq!((found.end_marker, &found.etag), (Some(true), &None));
}

#[test]
fn every_cut_within_a_bam_is_seen() {
    let whole = plain(&[Record::default(), Record::default()]);
    let records: Vec<_> =
        [0, 1, 2].map(|count| plain(&vec![Record::default(); count]).len()).into();
    for cut in 0..=whole.len() {
        let found = damage(Kind::Bam, &bgzf(&whole[..cut], 100));
        match found {
            None => assert!(records.contains(&cut), "{cut}"),
            Some(Damage::Header { .. }) => assert!(cut < records[0], "{cut}"),
            Some(Damage::Record { number, at, flaw: RecordFlaw::Cut, .. }) => {
                let number = usize::try_from(number).unwrap();
                assert_eq!(at, records[number - 1] as u64, "{cut}");
                assert!((records[number - 1]..records[number]).contains(&cut), "{cut}");
            }
            Some(damage) => panic!("{cut}: {damage}"),
        }
    }
}

#[test]
fn nothing_but_blocks_is_in_a_bam() {
    let file = packed(&vec![Record::default(); 20_000]);
    let at = file.len() as u64;
    let with = |tail: &[u8]| damage(Kind::Bam, &[&file[..], tail].concat());
    assert_eq!(with(&[0; 100]), Some(Damage::ZeroTail { from: at }));
    let unit = Unit::BgzfBlock;
    assert_eq!(with(b"garbage"), Some(Damage::Trailing { unit, at, count: Some(7) }));
    let between = [b"garbage", &file[..]].concat();
    assert_eq!(with(&between), Some(Damage::Garbage { unit, at }));
    assert_eq!(with(&crate::files::gzip(b"x")), Some(Damage::Garbage { unit, at }));
    let hole = [vec![0; 65_536], file.clone()].concat();
    assert_eq!(with(&hole), Some(Damage::Hole { from: at, to: at + 65_536 }));
    let mut flipped = file.clone();
    flipped[file.len() / 2] ^= 4;
    assert!(matches!(damage(Kind::Bam, &flipped), Some(Damage::Broken { .. })));
}

#[test]
fn files_that_samtools_writes_are_read_to_their_end() {
    if !samtools::is_there() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let bam = directory.path().join("in.bam");
    let records: Vec<_> = odd_records().into_iter().take(12).collect();
    let records: Vec<_> = records.iter().cycle().take(30_000).cloned().collect();
    fs::write(&bam, packed(&records)).unwrap();
    for level in ["0", "1", "9"] {
        let out = directory.path().join("out.bam");
        let option = format!("level={level}");
        let status = Command::new("samtools")
            .args(["view", "-b", "--output-fmt-option", &option, "-o"])
            .args([&out, &bam])
            .status()
            .unwrap();
        assert!(status.success());
        let file = fs::read(&out).unwrap();
        assert_eq!(md5(&file), md5_of_samtools(&out), "{level}");
        let found = &decoded(&[(Kind::Bam, &file)], None).unwrap()[0];
        assert_eq!((found.records, found.end_marker), (30_000, Some(true)));
    }
}

#[test]
fn a_cram_is_walked_and_has_no_hash() {
    let file = fs::read(data("hts-sys/range.cram")).unwrap();
    let kind = Kind::Cram(CramVersion::new(3, 0).unwrap());
    let found = &decoded(&[(kind, &file)], Some(EtagAlgorithm::Md5)).unwrap()[0];
    assert_eq!((found.records, found.reads, found.etag.as_ref()), (112, 112, None));
    assert_eq!(found.end_marker, Some(true));
    let mut flipped = file.clone();
    flipped[5000] ^= 1;
    assert!(matches!(damage(kind, &flipped), Some(Damage::Broken { .. })));
}
