//! `check`, `check --full`, `put`, `put --verify` and the sandbox say the same of every file, and all but
//! the sandbox say it before anything is sent.

use std::path::Path;

use aws_sdk_omics::types::FileType;

use super::{both, joined, plain, read, text, unmarked, walk};
use crate::{
    files::{Method, bam, bgzf, cram, gzip, plain_bam},
    lab::{Lab, REFERENCE, at_once, data},
};

/// What each of the five says: the statuses of four commands, and whether the read set became active.
#[derive(Debug, PartialEq, Eq)]
struct Verdicts {
    commands: [i32; 4],
    sent: usize,
    sandbox: bool,
}

const SOUND: Verdicts = Verdicts { commands: [0; 4], sent: 2, sandbox: true };
const REFUSED: Verdicts = Verdicts { commands: [2; 4], sent: 0, sandbox: false };

fn verdicts(content: &[u8], extension: &str) -> Verdicts {
    let lab = Lab::new();
    let name = format!("in.{extension}");
    lab.file(&name, content);
    let check = |more: &str| {
        let fixed = ["check", &name, "--sample=S", "--allow-sample-mismatch", "--output=json"];
        Lab::run(lab.command(fixed.into_iter().chain(Some(more).filter(|more| !more.is_empty()))))
    };
    let quick = check("");
    let file_type = file_type(&quick.stdout, extension);
    let full = check("--full");
    let fixed = [&*name, "--sample=S", "--allow-sample-mismatch"];
    let reference = ["--reference", REFERENCE];
    let is_aligned = matches!(file_type, FileType::Bam | FileType::Cram);
    let arguments = [&fixed[..], if is_aligned { &reference } else { &[] }].concat();
    let put = lab.put(&arguments);
    let verified = lab.put(&[&arguments[..], &["--verify"]].concat());
    let commands = [quick, full, put, verified].map(|said| said.status.unwrap());
    let sent = lab.count("CompleteMultipartReadSetUpload");
    Verdicts { commands, sent, sandbox: is_active(&lab, content, &file_type) }
}

fn file_type(document: &str, extension: &str) -> FileType {
    let found = serde_json::from_str::<serde_json::Value>(document)
        .ok()
        .and_then(|document| document["files"][0]["file_type"].as_str().map(FileType::from));
    found.unwrap_or(match extension {
        "bam" => FileType::Bam,
        "cram" => FileType::Cram,
        _ => FileType::Fastq,
    })
}

/// What the sandbox makes of content that nobody has looked at before.
fn is_active(lab: &Lab, content: &[u8], file_type: &FileType) -> bool {
    let (client, store) = (lab.client(), lab.store());
    let reference =
        matches!(file_type, FileType::Bam | FileType::Cram).then(|| REFERENCE.to_owned());
    lab.block_on(async {
        let created = client
            .create_multipart_read_set_upload()
            .sequence_store_id(&store)
            .source_file_type(file_type.clone())
            .subject_id("S")
            .sample_id("S")
            .name("unseen")
            .set_reference_arn(reference)
            .send()
            .await
            .unwrap();
        if content.is_empty() {
            return false;
        }
        let part = client
            .upload_read_set_part()
            .sequence_store_id(&store)
            .upload_id(created.upload_id())
            .part_source("SOURCE1".into())
            .part_number(1)
            .payload(content.to_vec().into())
            .send()
            .await
            .unwrap();
        let claim = aws_sdk_omics::types::CompleteReadSetUploadPartListItem::builder()
            .part_number(1)
            .part_source("SOURCE1".into())
            .checksum(part.checksum())
            .build()
            .unwrap();
        let completed = client
            .complete_multipart_read_set_upload()
            .sequence_store_id(&store)
            .upload_id(created.upload_id())
            .parts(claim)
            .send()
            .await
            .unwrap();
        loop {
            let id = completed.read_set_id();
            let seen = client
                .get_read_set_metadata()
                .sequence_store_id(&store)
                .id(id)
                .send()
                .await
                .unwrap();
            match seen.status().as_str() {
                "PROCESSING_UPLOAD" => {
                    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
                }
                "ACTIVE" => return true,
                "UPLOAD_FAILED" => return false,
                other => panic!("{other}"),
            }
        }
    })
}

/// Every file with what all are to say of it.
fn made() -> Vec<(String, &'static str, Vec<u8>, bool)> {
    let mut made = Vec::new();
    let mut add = |what: &str, extension, content: Vec<u8>, is_sound| {
        made.push((what.to_owned(), extension, content, is_sound));
    };
    let good = text();
    let then = |end: &[u8]| joined(&[&good, end]);
    let crlf = String::from_utf8(good.clone()).unwrap().replace('\n', "\r\n").into_bytes();
    for (what, text, is_sound) in [
        ("clean", good.clone(), true),
        ("CRLF", crlf.clone(), true),
        ("no newline at the end", good[..good.len() - 1].to_vec(), true),
        ("a carriage return at the end", joined(&[&good[..good.len() - 1], b"\r"]), true),
        ("a read without bases", then(b"@e\n\n+\n\n"), true),
        ("bases of all kinds", then(b"@e\nAC.T*N-=acgt0123\n+\n!!!!~~~~@@@@++++\n"), true),
        ("a blank line at the end", then(b"\n"), false),
        ("blank lines at the end", then(b"\n\n\n"), false),
        ("a line of spaces at the end", then(b"  \n"), false),
        ("a tab at the end", then(b"\t"), false),
        ("CRLF and a blank line", joined(&[&crlf, b"\r\n"]), false),
        ("a read without bases and a blank line", then(b"@e\n\n+\n\n\n"), false),
        ("a read without bases or a fourth line", then(b"@e\n\n+\n"), false),
        ("a blank line first", joined(&[b"\n", &good]), false),
        ("a blank line in the middle", joined(&[&good, b"\n", &good]), false),
        ("a zero at the end", then(b"\0"), false),
        ("half a record", then(b"@h\nACG"), false),
        ("only a name", then(b"@h\n"), false),
        ("wrapped", b"@w\nACGT\nACGT\n+\nIIII\nFFFF\n".repeat(50), false),
        ("wrapped later", then(b"@w\nACGT\nACGT\n+\nIIII\nFFFF\n"), false),
        ("a space among bases", then(b"@s\nAC GT\n+\nIIIII\n"), false),
        ("a space among qualities", then(b"@s\nACGT\n+\nII I\n"), false),
        ("a carriage return among bases", then(b"@s\nAC\rT\n+\nIIII\n"), false),
        ("too few qualities", then(b"@s\nACGT\n+\nIII\n"), false),
        ("too many qualities", then(b"@s\nACGT\n+\nIIIII\n"), false),
        ("no plus", then(b"@s\nACGT\nIIII\n"), false),
    ] {
        for (form, content) in ["gzip", "BGZF"].iter().zip(both(&text)) {
            add(&format!("FASTQ in {form}: {what}"), "fastq.gz", content, is_sound);
        }
    }
    let [plain_gzip, blocks] = both(&good);
    for (form, whole) in [("gzip", &plain_gzip), ("BGZF", &blocks)] {
        for end in [&b"\n"[..], b"\0", &[0; 100], b"more bytes", b"\x1f", b"\x1f\x8b", b"\0\0x"] {
            add(&format!("{form}, then {end:?}"), "fastq.gz", joined(&[whole, end]), false);
        }
        let length = whole.len();
        add(&format!("{form} without a byte"), "fastq.gz", whole[..length - 1].to_vec(), false);
        let mut flipped = whole.clone();
        flipped[length / 2] ^= 0x10;
        add(&format!("{form} with a flipped bit"), "fastq.gz", flipped, false);
        for (other, behind) in [("gzip", &plain_gzip), ("BGZF", &blocks)] {
            add(&format!("{form}, then {other}"), "fastq.gz", joined(&[whole, behind]), true);
        }
    }
    add("BGZF without a marker", "fastq.gz", unmarked(&good), true);
    let half = unmarked(&good[..good.len() - 10]);
    add("BGZF without a marker, cut in a record", "fastq.gz", half, false);
    add("FASTQ without records", "fastq.gz", gzip(b""), false);
    of_bam(&mut add);
    of_cram(&mut add);
    made
}

fn of_bam(add: &mut impl FnMut(&str, &'static str, Vec<u8>, bool)) {
    let unmapped = read("pysam-tests/test_unaligned.bam");
    let aligned = read("hts-sys/range.bam");
    for (what, whole) in [("UBAM", unmapped), ("BAM", aligned)] {
        let length = whole.len();
        add(&format!("{what}, then a newline"), "bam", joined(&[&whole, b"\n"]), false);
        add(&format!("{what}, then zeros"), "bam", joined(&[&whole, &[0; 512]]), false);
        add(&format!("{what}, then itself"), "bam", joined(&[&whole, &whole]), false);
        let unended = &whole[..length - 28];
        add(&format!("{what} without a marker"), "bam", unended.to_vec(), false);
        let joined_unended = joined(&[unended, &whole]);
        add(&format!("{what} without a marker, then itself"), "bam", joined_unended, false);
        add(&format!("{what} without a byte"), "bam", whole[..length - 1].to_vec(), false);
        add(&format!("{what}, then an end"), "bam", joined(&[&whole, &whole[length - 28..]]), true);
    }
    let records = plain("pysam-tests/test_unaligned.bam");
    let cut = bgzf(&records[..records.len() - 9], 60_000);
    add("BAM that is cut in a record", "bam", cut, false);
    for (what, tags, is_sound) in
        [("", &b"XXZtext\0"[..], true), (" without an end", b"XXZtext", false)]
    {
        let mut bam = plain_bam(b"@RG\tID:a\tSM:S\n", &[]);
        bam.extend(i32::try_from(34 + tags.len()).unwrap().to_le_bytes());
        bam.extend([0xff; 8]);
        bam.extend([2, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0]);
        bam.extend([0xff; 8]);
        bam.extend([0; 4]);
        bam.extend(b"r\0");
        bam.extend(tags);
        add(&format!("BAM with text{what}"), "bam", bgzf(&bam, 60_000), is_sound);
    }
    add("BAM without reads", "bam", bam(b"@RG\tID:a\tSM:S\n", &[(b"c", 9)]), true);
}

fn of_cram(add: &mut impl FnMut(&str, &'static str, Vec<u8>, bool)) {
    let whole = read("samtools-test/7.quickcheck.cram30.ok.cram");
    let length = whole.len();
    add("CRAM, then a newline", "cram", joined(&[&whole, b"\n"]), false);
    add("CRAM, then zeros", "cram", joined(&[&whole, &[0; 512]]), false);
    add("CRAM, then itself", "cram", joined(&[&whole, &whole]), false);
    add("CRAM without an end", "cram", whole[..length - 38].to_vec(), false);
    add("CRAM without a byte", "cram", whole[..length - 1].to_vec(), false);
    add("CRAM, then an end", "cram", joined(&[&whole, &whole[length - 38..]]), true);
    let mut flipped = whole.clone();
    flipped[length / 2] ^= 4;
    add("CRAM with a flipped bit", "cram", flipped, false);
    let header = cram((3, 0), b"@RG\tID:a\tSM:S\n", Method::Raw);
    let unaligned = joined(&[&header, &whole[length - 38..]]);
    add("unaligned CRAM, with a reference", "cram", unaligned, true);
}

#[test]
fn made_files_are_judged_alike() {
    let made = made();
    for some in made.chunks(4) {
        at_once(some, |(what, extension, content, is_sound)| {
            let expected = if *is_sound { SOUND } else { REFUSED };
            assert_eq!(verdicts(content, extension), expected, "{what}");
        });
    }
}

#[test]
fn every_file_of_the_tests_is_judged_alike() {
    let mut paths = Vec::new();
    walk(&data(""), &mut paths);
    paths.sort();
    // What was tried alone does not depend on where it lies.
    let mut files: Vec<_> = paths.iter().map(|path| (std::fs::read(path).unwrap(), path)).collect();
    files.sort();
    files.dedup_by(|a, b| a.0 == b.0);
    let sound = std::sync::atomic::AtomicUsize::new(0);
    for some in files.chunks(4) {
        at_once(some, |(content, path)| {
            let found = verdicts(content, extension(path));
            assert!([SOUND, REFUSED].contains(&found), "{}: {found:?}", path.display());
            let is_sound = usize::from(found == SOUND);
            sound.fetch_add(is_sound, std::sync::atomic::Ordering::Relaxed);
        });
    }
    assert!(sound.into_inner() > 50);
}

fn extension(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("bam") => "bam",
        Some("cram") => "cram",
        _ => "fastq.gz",
    }
}
