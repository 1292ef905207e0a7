//! Knowing files by content, on real files and on ones that are made here.

use std::{fs, io, io::Write as _, path::Path};

use omics_upload::{
    formats::{
        Content, FileType, HeaderError, InspectError, Inspected, Kind, PREFIX, Refused, SamHeader,
        SortOrder, fastq::BrokenRecord, gzip::Compression, inspect, read_header, read_header_with,
        sniff,
    },
    types::Sha256,
};

use crate::files::{Method, bam, bgzf, bgzf_block, cram, fastq, gzip, plain_bam};

fn look(file: &[u8]) -> Result<Inspected, InspectError> {
    inspect(&file[..file.len().min(PREFIX)], file)
}

fn header(file: &[u8]) -> SamHeader {
    match look(file).unwrap().content() {
        Content::Header(header) => header.clone(),
        Content::Records(_) => panic!("it has no header"),
    }
}

fn message(file: &[u8]) -> String {
    look(file).unwrap_err().to_string()
}

/// What GOLDEN.tsv would say of it.
fn describe(file: &[u8]) -> String {
    let inspected = match look(file) {
        Ok(inspected) => inspected,
        Err(InspectError::Refused(Refused::PlainFastq)) => {
            let first = file.split(|byte| *byte == b'\n').next().unwrap();
            let first = String::from_utf8_lossy(first);
            return format!("FASTQ first={}", first.split('\t').next().unwrap());
        }
        Err(InspectError::Refused(Refused::DamagedGzip)) => return "unknown [] (gzip)".to_owned(),
        Err(InspectError::Refused(Refused::GzipForeign(_))) => {
            return "unknown [49, 50, 50, 51, 51, 51, 52, 52] (bgzf)".to_owned();
        }
        Err(error) => panic!("{error}"),
    };
    match (inspected.kind(), inspected.content()) {
        (Kind::Cram(version), _) => format!("CRAM {version}"),
        (_, Content::Header(header)) => {
            format!("{} (bgzf) n_ref={}", header.file_type, header.references)
        }
        (kind, Content::Records(_)) => panic!("{kind:?}"),
    }
}

#[test]
fn real_files_are_what_they_are() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let table = fs::read_to_string(data.join("GOLDEN.tsv")).unwrap();
    let mut count = 0;
    for row in table.lines().skip(1) {
        let columns: Vec<_> = row.split('\t').collect();
        let [name, bytes, sha256, detect, ..] = columns[..] else { panic!("{row}") };
        let file = fs::read(data.join(name)).unwrap();
        assert_eq!(file.len().to_string(), bytes, "{name}");
        assert_eq!(Sha256::of(&file).to_string(), sha256, "{name}");
        assert_eq!(describe(&file).trim(), detect.trim(), "{name}");
        count += 1;
    }
    assert_eq!(count, 26);
}

#[test]
fn a_real_file_that_is_damaged_is_refused_with_the_reason() {
    let path = "tests/data/samtools-test/2.quickcheck.badheader.bam";
    let file = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
    assert_eq!(
        message(&file),
        "it begins like gzip, but cannot be decompressed: it is damaged, copy it again"
    );
}

const CHR: &[(&[u8], i32)] = &[(b"chr1", 1000), (b"chr2", 2000)];

#[test]
fn the_binary_list_tells_bam_from_unmapped_bam() {
    let sq = b"@SQ\tSN:chr1\tLN:1000\n@SQ\tSN:chr2\tLN:2000\n";
    for (text, references, file_type) in [
        (&sq[..], CHR, FileType::Bam),
        (b"", CHR, FileType::Bam),
        (b"", &[], FileType::Ubam),
        (b"@HD\tVN:1.6\n", &[], FileType::Ubam),
        (sq, &[], FileType::Ubam),
    ] {
        let header = header(&bam(text, references));
        assert_eq!((header.file_type, header.references), (file_type, references.len() as u64));
    }
}

#[test]
fn odd_headers_are_read_all_the_same() {
    let text = b"@CO\n@CO\tfree text \xff\xfe\n@HD\tVN:x.y\tSO:coordinate\tSO:queryname\n\
        @SQ\tSN:chr1\tLN:0\n@SQ\n@SQ\tLN:5\n\
        @RG\tID:a\tSM:one\tLB:lib\tPL:ILLUMINA\tPU:unit\n@RG\tID:a\tSM:two\tSM:three\n\
        @RG\tSM:\tID:b\r\n@RG\tSM:one\n@RG\tbroken\tSM:M\xfcller\n\
        @PG\tID:x\n@PG\tID:x\nno tag at all\n\n@RG\0\0@RG\tSM:hidden\n\0\0\0";
    let header = header(&bam(text, CHR));
    assert_eq!(header.samples, ["one", "two", "M\u{fffd}ller"]);
    assert_eq!(header.sort_order, Some(SortOrder::Coordinate));
    assert_eq!(header.references, 2);
    let group = &header.read_groups[0];
    let fields = [&group.id, &group.sample, &group.library, &group.platform, &group.unit];
    let expected = ["a", "one", "lib", "ILLUMINA", "unit"];
    assert_eq!(fields.map(|field| field.as_deref().unwrap()), expected);
    assert_eq!(header.read_groups.len(), 5);
    assert_eq!(
        (&header.read_groups[2].sample, &header.read_groups[2].id),
        (&None, &Some("b".to_owned()))
    );
}

#[test]
fn text_may_end_without_a_newline() {
    assert_eq!(header(&bam(b"@RG\tID:a\tSM:one", &[])).samples, ["one"]);
}

/// Name, length, MD5 and assembly.
type Shown = (String, Option<u64>, Option<String>, Option<String>);

fn references(file: &[u8]) -> Vec<Shown> {
    let mut shown = Vec::new();
    read_header_with(sniff(file).unwrap(), file, |reference| {
        shown.push((
            reference.name.into_owned(),
            reference.length,
            reference.md5.map(Into::into),
            reference.assembly.map(Into::into),
        ));
    })
    .unwrap();
    shown
}

#[test]
fn references_are_shown_from_the_text_or_else_from_the_list() {
    let own = |text: &str| Some(text.to_owned());
    let text = b"@SQ\tSN:chr1\tLN:1000\tM5:0123\tAS:GRCh38\n@SQ\tSN:\xff\tLN:many\n";
    let from_text = [
        ("chr1".to_owned(), Some(1000), own("0123"), own("GRCh38")),
        ("\u{fffd}".to_owned(), None, None, None),
    ];
    let from_list =
        [("chr1".to_owned(), Some(1000), None, None), ("chr2".to_owned(), Some(2000), None, None)];
    assert_eq!(references(&bam(text, CHR)), from_text);
    assert_eq!(references(&bam(b"@HD\tVN:1.6\n", CHR)), from_list);
    assert_eq!(references(&cram((3, 0), text, Method::Gzip)), from_text);
}

#[test]
fn cram_headers_of_all_versions_are_read() {
    let text = b"@HD\tVN:1.6\tSO:coordinate\n@SQ\tSN:chr1\tLN:9\n@RG\tID:a\tSM:NA12878\n";
    for version in [(2, 1), (3, 0), (3, 1)] {
        for method in [Method::Raw, Method::Gzip] {
            let header = header(&cram(version, text, method));
            assert_eq!((header.file_type, header.references), (FileType::Cram, 1));
            assert_eq!(header.samples, ["NA12878"]);
        }
    }
    for version in [(1, 0), (2, 0), (2, 2), (3, 2), (4, 0), (255, 255)] {
        let refused = sniff(&cram(version, text, Method::Raw)).unwrap_err();
        assert_eq!(refused, Refused::CramVersion { major: version.0, minor: version.1 });
    }
}

#[test]
fn a_header_that_is_cut_anywhere_is_an_error_that_says_where() {
    let text = b"@SQ\tSN:chr1\tLN:9\n@RG\tID:a\tSM:NA12878\n".repeat(20);
    let plain = plain_bam(&text, CHR);
    for cut in 4..plain.len() {
        // Cut at the edge of a block, where gzip itself sees nothing wrong.
        let file = bgzf(&plain[..cut], 100);
        assert_eq!(
            message(&file),
            format!("the BAM header ends after {cut} bytes; the file is truncated")
        );
    }
    for method in [Method::Raw, Method::Gzip] {
        for version in [(2, 1), (3, 0)] {
            let whole = cram(version, &text, method);
            for cut in 6..whole.len() {
                let error = message(&whole[..cut]);
                assert!(error.ends_with("bytes; the file is truncated"), "{cut}: {error}");
            }
        }
    }
}

#[test]
fn damage_to_a_cram_header_is_seen() {
    let text = b"@SQ\tSN:chr1\tLN:9\n@RG\tID:a\tSM:NA12878\n".repeat(20);
    for method in [Method::Raw, Method::Gzip] {
        let whole = cram((3, 0), &text, method);
        for at in 26..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 0x10;
            assert!(look(&damaged).is_err(), "{at}");
        }
    }
    let mut damaged = cram((3, 0), &text, Method::Raw);
    damaged[100] ^= 0x01;
    let expected = format!(
        "the CRAM header is damaged after {} bytes: the checksum of its text differs",
        damaged.len()
    );
    assert_eq!(message(&damaged), expected);
}

#[test]
fn impossible_numbers_are_refused() {
    let with = |at: usize, number: i32| {
        let mut bam = plain_bam(b"@CO\n", CHR);
        bam[at..at + 4].copy_from_slice(&number.to_le_bytes());
        message(&bgzf(&bam, 1000))
    };
    for (at, number, expected) in [
        (4, -1, "the BAM header is damaged after 8 bytes: the length of its text is negative"),
        (4, i32::MAX, "the BAM header ends after 42 bytes; the file is truncated"),
        (4, 1000, "the BAM header ends after 42 bytes; the file is truncated"),
        (
            12,
            -1,
            "the BAM header is damaged after 16 bytes: the number of its reference sequences is \
             negative",
        ),
        (12, i32::MAX, "the BAM header ends after 42 bytes; the file is truncated"),
        (
            16,
            0,
            "the BAM header is damaged after 20 bytes: the length of a reference sequence's name is \
             impossible",
        ),
        (
            16,
            i32::MAX,
            "the BAM header is damaged after 20 bytes: the length of a reference sequence's name is \
             impossible",
        ),
    ] {
        assert_eq!(with(at, number), expected);
    }
}

#[test]
fn damage_in_the_middle_of_a_header_is_told_from_truncation() {
    let lines = (0..5000_u32).map(|n| format!("@CO\t{}\n", Sha256::of(&n.to_le_bytes())));
    let mut file = bam(lines.collect::<String>().as_bytes(), CHR);
    let middle = file.len() / 2;
    file[middle..middle + 100].iter_mut().for_each(|byte| *byte ^= 0xa5);
    let error = message(&file);
    assert!(error.starts_with("the BAM header is damaged after "), "{error}");
    assert!(error.ends_with(" bytes: its data cannot be decompressed"), "{error}");
}

#[test]
fn a_header_beyond_the_prefix_is_read_from_the_file() {
    use std::fmt::Write as _;
    let mut text = String::new();
    for number in 0..50_000_u32 {
        let hash = Sha256::of(&number.to_le_bytes());
        writeln!(text, "@SQ\tSN:contig{number}\tLN:1000\tM5:{hash}").unwrap();
    }
    text.push_str("@RG\tID:a\tSM:last\n");
    let names: Vec<_> = (0..50_000).map(|number| format!("contig{number}").into_bytes()).collect();
    let list: Vec<_> = names.iter().map(|name| (&name[..], 1000)).collect();
    let file = bam(text.as_bytes(), &list);
    assert!(file.len() > 10 * PREFIX);
    let header = header(&file);
    assert_eq!((header.references, &header.samples[..]), (50_000, &["last".to_owned()][..]));
}

#[test]
fn what_is_kept_and_read_of_a_header_is_bounded() {
    let groups = |count: usize| bam(&b"@RG\tID:a\tSM:b\n".repeat(count), &[]);
    assert_eq!(header(&groups(100_000)).read_groups.len(), 100_000);
    assert_eq!(
        message(&groups(100_001)),
        "the UBAM header is too large: it has more than 100000 read groups"
    );
    // A line is read to its end, but looked at only as far as makes sense.
    let long = [b"@CO\t", &b"x".repeat(3_000_000)[..], b"\n@RG\tID:a\tSM:b\n"].concat();
    assert_eq!(header(&bam(&long, &[])).samples, ["b"]);
    // A list of names that goes on for gigabytes; what is inflated of it has an end.
    let mut name = 60_000_i32.to_le_bytes().to_vec();
    name.resize(60_008, b'x');
    let start = [b"BAM\x01\0\0\0\0", &i32::MAX.to_le_bytes()[..]].concat();
    let file = [bgzf_block(&start), bgzf_block(&name).repeat(75_000)].concat();
    assert_eq!(message(&file), "the BAM header is too large: it has more than 4 GiB");
}

/// Fails like a disk.
struct Broken;

impl io::Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::other("input/output error"))
    }
}

#[test]
fn a_failing_disk_is_not_taken_for_a_bad_file() {
    for file in [bam(b"", CHR), cram((3, 0), b"", Method::Raw)] {
        let kind = sniff(&file).unwrap();
        let error = read_header(kind, Broken).unwrap_err();
        assert!(
            matches!(&error, HeaderError::Io { source, .. } if source.to_string() == "input/output error")
        );
        assert_eq!(
            error.to_string(),
            format!("reading the {} header failed", if kind == Kind::Bam { "BAM" } else { "CRAM" })
        );
    }
}

/// One gzip member with all the optional fields of its header.
fn gzip_with_fields(data: &[u8]) -> Vec<u8> {
    let builder = flate2::GzBuilder::new()
        .filename("reads.fastq")
        .comment("a comment")
        .extra(*b"XY\x03\x00abc");
    let mut encoder = builder.write(Vec::new(), flate2::Compression::default());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn fastq_is_known_in_every_kind_of_gzip() {
    let text = fastq(&["a/1", "b/1", "c/1"]);
    let second_member = [gzip(&text[..10]), gzip(&text[10..])].concat();
    let empty_first = [bgzf_block(b""), bgzf(&text, 10)].concat();
    let padded = [gzip(&text), vec![0; 1000]].concat();
    for (file, bgzf) in [
        (gzip(&text), false),
        (gzip_with_fields(&text), false),
        (second_member, false),
        (padded, false),
        (bgzf(&text, 7), true),
        (empty_first, true),
    ] {
        let inspected = look(&file).unwrap();
        let Content::Records(head) = inspected.content() else { panic!() };
        assert_eq!((head.names().len(), head.is_whole()), (3, true));
        assert_eq!(matches!(inspected.kind(), Kind::Fastq(c) if c == Compression::Bgzf), bgzf);
    }
}

#[test]
fn a_prefix_that_is_cut_anywhere_is_known() {
    let text = fastq(&["a/1", "b/1", "c/1"]);
    for file in [gzip_with_fields(&text), bgzf(&text, 7)] {
        let whole = Kind::Fastq(if file[10] == 6 { Compression::Bgzf } else { Compression::Gzip });
        for cut in 0..file.len() {
            match sniff(&file[..cut]) {
                Ok(kind) => assert_eq!(kind, whole),
                // The edge of a block, at which the file might end.
                Err(Refused::BrokenFastq(BrokenRecord::Ends(_))) if file[10] == 6 => {}
                // Nothing is to be seen yet.
                Err(error) => assert!(cut < 120, "{cut}: {error}"),
            }
        }
    }
    let file = bam(&b"@CO\tsome text\n".repeat(100), CHR);
    for cut in 40..file.len() {
        assert_eq!(sniff(&file[..cut]), Ok(Kind::Bam), "{cut}");
    }
}

#[test]
fn a_small_file_that_is_cut_is_refused() {
    let file = gzip(&fastq(&["a/1", "b/1", "c/1"]));
    assert_eq!(
        message(&file[..file.len() - 3]),
        "its gzip data ends in the middle; the file is truncated"
    );
    // Of a larger file, the prefix always ends in the middle.
    let names: Vec<_> =
        (0..20_000_u32).map(|n| format!("read{}", Sha256::of(&n.to_le_bytes()))).collect();
    let file = gzip(&fastq(&names));
    assert!(file.len() > PREFIX);
    assert!(look(&file).is_ok());
}

mod anything {
    use proptest::prelude::*;

    use super::*;

    /// Bytes that begin like something.
    fn bytes() -> impl Strategy<Value = Vec<u8>> {
        let random = || proptest::collection::vec(any::<u8>(), 0..300);
        let start = prop_oneof![
            Just(b"BAM\x01".to_vec()),
            Just(b"CRAM\x03\x00".to_vec()),
            Just(cram((3, 0), b"@HD\tVN:1.6\n", Method::Raw)[..30].to_vec()),
            Just(cram((2, 1), b"@RG\tID:a\n", Method::Gzip)),
            Just(b"@read\nACGT\n+\nII".to_vec()),
            Just(b"@HD\t".to_vec()),
            Just(b"\x1f\x8b\x08\x04".to_vec()),
            Just(Vec::new()),
        ];
        let wrapped = (start, random()).prop_map(|(start, rest)| [start, rest].concat());
        (wrapped, 0..4).prop_map(|(bytes, how)| match how {
            0 => bytes,
            1 => gzip(&bytes),
            2 => bgzf(&bytes, 50),
            _ => bgzf_block(&bytes),
        })
    }

    proptest! {
        #[test]
        fn nothing_panics(file in bytes(), cut in 0..400_usize, flip in 0..400_usize) {
            let mut file = file;
            if let Some(byte) = file.get_mut(flip) {
                *byte ^= 0x55;
            }
            let file = &file[..file.len().min(cut)];
            let _ = sniff(file);
            if let Err(error) = inspect(file, file) {
                prop_assert!(!error.to_string().is_empty());
            }
            for kind in [Kind::Bam, sniff(&cram((2, 1), b"", Method::Raw)).unwrap()] {
                let _ = read_header(kind, file);
            }
        }
    }
}
