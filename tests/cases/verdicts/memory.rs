//! Small files that become very large when they are decompressed take little memory.

#![cfg(target_os = "linux")]

use std::{fs, process::Command, thread, time::Duration};

use crate::{
    files::{bgzf_block, gzip, plain_bam},
    lab::{Lab, REFERENCE},
};

/// What no command may take, in MiB.
const MOST: u64 = 128;

/// Runs a command: its status, and the most memory that it had, in MiB.
fn peak(mut command: Command) -> (i32, u64) {
    let mut child = command.stdout(std::process::Stdio::null()).spawn().unwrap();
    let path = format!("/proc/{}/status", child.id());
    let mut most = 0;
    loop {
        let status = fs::read_to_string(&path).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok());
        most = most.max(kib.unwrap_or(0));
        if let Some(ended) = child.try_wait().unwrap() {
            return (ended.code().unwrap(), most / 1024);
        }
        thread::sleep(Duration::from_millis(2));
    }
}

/// The same of a file with several commands.
#[track_caller]
fn is_bounded(content: &[u8], name: &str, statuses: [i32; 4]) {
    let lab = Lab::new();
    lab.file(name, content);
    let put = |more: &[&str]| {
        let fixed = [name, "--sample=S", "--allow-sample-mismatch"];
        let reference = ["--reference", REFERENCE];
        let reference = if name.ends_with("gz") { &[][..] } else { &reference };
        lab.put_command(&[&fixed, reference, more].concat())
    };
    let commands = [
        lab.command(["check", name, "--sample=S"]),
        lab.command(["check", "--full", name, "--sample=S"]),
        put(&[]),
        put(&["--verify"]),
    ];
    for (command, status) in commands.into_iter().zip(statuses) {
        let shown = format!("{command:?}");
        let (found, memory) = peak(command);
        assert_eq!(found, status, "{shown}");
        assert!(memory < MOST, "{memory} MiB: {shown}");
    }
}

/// Blocks with this, over and over.
fn blocks(piece: &[u8], bytes: usize) -> Vec<u8> {
    let times = 65_000 / piece.len();
    let block = bgzf_block(&piece.repeat(times));
    block.repeat(bytes / (times * piece.len()))
}

/// How many bytes those blocks hold.
fn size(piece: &[u8], bytes: usize) -> usize {
    let block = 65_000 / piece.len() * piece.len();
    bytes / block * block
}

const BOMB: usize = 160_000_000;

fn record(size: usize, bases: usize) -> Vec<u8> {
    let mut record = i32::try_from(size).unwrap().to_le_bytes().to_vec();
    record.extend([0xff; 8]);
    record.extend([2, 0, 0, 0, 0, 0, 4, 0]);
    record.extend(i32::try_from(bases).unwrap().to_le_bytes());
    record.extend([0xff; 8]);
    record.extend([0; 4]);
    record.extend(b"r\0");
    record
}

fn marked(blocks: &[Vec<u8>]) -> Vec<u8> {
    [&blocks.concat()[..], &bgzf_block(b"")].concat()
}

#[test]
fn a_record_that_is_very_long() {
    let header = bgzf_block(&plain_bam(b"@RG\tID:a\tSM:S\n", &[(b"c", 9)]));
    let (zeros, held) = (blocks(&[0], BOMB), size(&[0], BOMB));
    // What is left over is too short for a tag.
    let bases = held / 3 * 2;
    let begin = bgzf_block(&record(34 + held, bases));
    is_bounded(&marked(&[header.clone(), begin, zeros.clone()]), "r.bam", [0; 4]);
    let array = [&b"XXBC"[..], &u32::try_from(held).unwrap().to_le_bytes()].concat();
    let of_tag =
        marked(&[header, bgzf_block(&[record(34 + array.len() + held, 0), array].concat()), zeros]);
    is_bounded(&of_tag, "r.bam", [0; 4]);
}

#[test]
fn millions_of_reference_sequences() {
    let one = [&2_i32.to_le_bytes()[..], b"c\0", &1000_i32.to_le_bytes()].concat();
    let bytes = 100_000_000;
    let count = i32::try_from(size(&one, bytes) / one.len()).unwrap();
    let begin = [&b"BAM\x01\0\0\0\0"[..], &count.to_le_bytes()].concat();
    let file = marked(&[bgzf_block(&begin), blocks(&one, bytes)]);
    is_bounded(&file, "s.bam", [0; 4]);
}

#[test]
fn text_that_is_very_long() {
    let lines = b"@CO\tline after line\n";
    for (piece, begin) in [(&lines[..], &b""[..]), (b"x", b"@CO\t"), (b"x", b"@RG\tID:")] {
        let held = size(piece, BOMB);
        let length = i32::try_from(begin.len() + held + 1).unwrap().to_le_bytes();
        let begin = [&b"BAM\x01"[..], &length, begin].concat();
        let file = marked(&[bgzf_block(&begin), blocks(piece, BOMB), bgzf_block(b"\n\0\0\0\0")]);
        is_bounded(&file, "t.bam", [0; 4]);
    }
}

#[test]
fn read_groups_that_are_very_many_or_long() {
    let group = format!("@RG\tID:{}\tSM:S\n", "x".repeat(60_000));
    let held = size(group.as_bytes(), BOMB);
    let length = i32::try_from(held).unwrap().to_le_bytes();
    let begin = bgzf_block(&[&b"BAM\x01"[..], &length].concat());
    let file = marked(&[begin, blocks(group.as_bytes(), BOMB), bgzf_block(b"\0\0\0\0")]);
    is_bounded(&file, "g.bam", [2; 4]);
}

#[test]
fn a_line_of_a_fastq_that_is_very_long() {
    let zeros = gzip(&vec![b'A'; BOMB / 4]).repeat(4);
    let pieces = [gzip(b"@r\n"), zeros.clone(), gzip(b"\n+\n"), zeros, gzip(b"\n")];
    is_bounded(&pieces.concat(), "l.fastq.gz", [0; 4]);
    let of_name = [gzip(b"@"), gzip(&vec![b'A'; BOMB]), gzip(b"\nA\n+\nI\n")].concat();
    let begin = gzip(b"@r\nA\n+\nI\n");
    is_bounded(&[begin, of_name].concat(), "n.fastq.gz", [0; 4]);
}
