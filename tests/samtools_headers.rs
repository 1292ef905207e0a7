//! What is read of a header, held against what samtools says.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use omics_upload::formats::{
    Content, FileType, Kind, PREFIX, SamHeader, inspect, read_header_with,
};

use crate::samtools;

fn header(file: &[u8]) -> (Kind, SamHeader) {
    let inspected = inspect(&file[..file.len().min(PREFIX)], file).unwrap();
    match inspected.content() {
        Content::Header(header) => (inspected.kind(), header.clone()),
        Content::Records(_) => panic!("it has no header"),
    }
}

/// Fields of the lines of a header that begin with `tag`.
fn lines(text: &str, tag: &str) -> Vec<BTreeMap<String, String>> {
    let lines = text.lines().filter(|line| line.split('\t').next() == Some(tag));
    lines
        .map(|line| {
            let fields = line.split('\t').filter_map(|field| field.split_once(':'));
            fields.map(|(tag, value)| (tag.to_owned(), value.to_owned())).collect()
        })
        .collect()
}

/// Holds samples, read groups and reference sequences against `samtools view -H`.
fn compare(path: &Path) -> SamHeader {
    let text = samtools::output(&["view", "-H", "--no-PG"], path);
    let text = String::from_utf8_lossy(&text);
    let file = fs::read(path).unwrap();
    let (kind, header) = header(&file);
    let mut references = Vec::new();
    read_header_with(kind, &file[..], |reference| {
        references.push((reference.name.into_owned(), reference.length.unwrap().to_string()));
    })
    .unwrap();
    let expected: Vec<_> = lines(&text, "@SQ")
        .iter()
        .map(|fields| (fields["SN"].clone(), fields["LN"].clone()))
        .collect();
    assert_eq!(references, expected, "{}", path.display());
    assert_eq!(header.references, expected.len() as u64, "{}", path.display());
    let groups = lines(&text, "@RG");
    assert_eq!(header.read_groups.len(), groups.len(), "{}", path.display());
    for (group, fields) in header.read_groups.iter().zip(&groups) {
        assert_eq!(group.id.as_ref(), fields.get("ID"));
        assert_eq!(group.sample.as_ref(), fields.get("SM"));
        assert_eq!(group.library.as_ref(), fields.get("LB"));
        assert_eq!(group.platform.as_ref(), fields.get("PL"));
    }
    header
}

/// The BAM and CRAM files among the real ones that have a header.
fn real_files() -> Vec<PathBuf> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let folders = ["hts-sys", "pysam-tests", "samtools-test"].map(|folder| data.join(folder));
    let entries = folders.iter().flat_map(|folder| fs::read_dir(folder).unwrap());
    entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "bam" || e == "cram"))
        .filter(|path| !path.ends_with("2.quickcheck.badheader.bam"))
        .collect()
}

#[test]
fn headers_of_real_files_are_those_that_samtools_sees() {
    if !samtools::is_there() {
        return;
    }
    let files = real_files();
    assert_eq!(files.len(), 21);
    for path in files {
        compare(&path);
    }
}

#[test]
fn files_that_samtools_writes_are_known() {
    if !samtools::is_there() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let sam = directory.path().join("in.sam");
    let mut text = "@HD\tVN:1.6\tSO:coordinate\n".to_owned();
    for number in 0..2000 {
        writeln!(text, "@SQ\tSN:contig{number}\tLN:1000").unwrap();
    }
    text.push_str("@RG\tID:a\tSM:NA12878\tLB:lib\tPL:ILLUMINA\n@RG\tID:b\tSM:NA12878\n@CO\n");
    text.push_str("r1\t0\tcontig3\t10\t60\t4M\t*\t0\t0\tACGT\tIIII\tRG:Z:a\n");
    fs::write(&sam, text).unwrap();
    for (output, file_type, version) in [
        ("bam", FileType::Bam, None),
        ("bam,level=0", FileType::Bam, None),
        ("cram,version=2.1,no_ref=1", FileType::Cram, Some("2.1")),
        ("cram,version=3.0,no_ref=1", FileType::Cram, Some("3.0")),
        ("cram,version=3.1,no_ref=1", FileType::Cram, Some("3.1")),
        ("cram,version=3.0,no_ref=1,level=0", FileType::Cram, Some("3.0")),
    ] {
        let path = directory.path().join("out");
        samtools::output(&["view", "-O", output, "-o", path.to_str().unwrap()], &sam);
        let (kind, _) = header(&fs::read(&path).unwrap());
        let found = match kind {
            Kind::Cram(version) => Some(version.to_string()),
            _ => None,
        };
        assert_eq!(found.as_deref(), version, "{output}");
        let header = compare(&path);
        assert_eq!(header.file_type, file_type, "{output}");
        assert_eq!(header.samples, ["NA12878"], "{output}");
        assert_eq!(header.references, 2000, "{output}");
    }
}

#[test]
fn unmapped_bam_and_fastq_from_samtools_are_known() {
    if !samtools::is_there() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let sam = directory.path().join("in.sam");
    let record = "4\t*\t0\t0\t*\t*\t0\t0\tACGT\tIIII\n";
    fs::write(&sam, format!("@RG\tID:a\tSM:S1\nr1\t{record}r2\t{record}")).unwrap();
    let path = directory.path().join("out.bam");
    samtools::output(&["view", "-b", "-o", path.to_str().unwrap()], &sam);
    assert_eq!(compare(&path).file_type, FileType::Ubam);

    let reads = directory.path().join("reads.fq.gz");
    samtools::output(&["fastq", "-0", reads.to_str().unwrap()], &path);
    let file = fs::read(&reads).unwrap();
    let inspected = inspect(&file, &file[..]).unwrap();
    let Content::Records(head) = inspected.content() else { panic!() };
    let names: Vec<_> = head.names().iter().map(ToString::to_string).collect();
    assert_eq!(names, ["r1", "r2"]);
}
