//! What is wrong with the input is said before anything is sent: what, which file, why, and what to
//! do about it.
//!
//! Each test is a transcript: commands, and all that they say. That nothing else is said, that the
//! status is 2 and that no request was made is held for every single one.

use std::{
    fmt::Write as _,
    fs::{self, File},
    io::{Seek as _, Write as _},
    os::unix::fs::symlink,
    process::Command,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

use expect_test::{Expect, expect};

use crate::{
    files::{Method, bam, bgzf, cram, fastq, gzip, plain_bam},
    lab::{Lab, REFERENCE, data},
};

/// Commands that are refused, and what they say.
struct Refusals {
    lab: Lab,
    transcript: String,
}

impl Refusals {
    fn new() -> Self {
        Self { lab: Lab::new(), transcript: String::new() }
    }

    fn file(&self, name: &str, content: &[u8]) -> &Self {
        self.lab.file(name, content);
        self
    }

    /// Makes a file, and puts it.
    #[track_caller]
    fn put_file(&mut self, name: &str, content: &[u8]) -> &mut Self {
        self.lab.file(name, content);
        self.put(&[name])
    }

    /// Runs `put` with the lab's store; the store is not shown.
    #[track_caller]
    fn put(&mut self, arguments: &[&str]) -> &mut Self {
        let command = self.lab.put_command(arguments);
        self.run(command, &format!("put {}", shown(arguments)))
    }

    #[track_caller]
    fn run(&mut self, command: Command, shown: &str) -> &mut Self {
        let said = Lab::run(command);
        said.expect(2);
        assert_eq!(said.stdout, "", "{shown}");
        assert!(self.lab.requests().is_empty(), "{shown}: a request was made");
        let is_safe = |c: char| c == '\n' || !c.is_control();
        assert!(said.stderr.chars().all(is_safe), "{shown}: {:?}", said.stderr);
        let stderr = self.lab.plain_paths(&said.stderr);
        write!(self.transcript, "$ {shown}\n{stderr}").unwrap();
        self
    }

    #[track_caller]
    fn say(&self, expected: &Expect) {
        expected.assert_eq(&self.transcript);
    }
}

/// Arguments as a shell would need them, long ones cut.
fn shown(arguments: &[&str]) -> String {
    let shown = arguments.iter().map(|argument| {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,".contains(c);
        if argument.len() > 150 {
            format!("{}… ({})", &argument[..20], argument.len())
        } else if !argument.is_empty() && argument.chars().all(plain) {
            (*argument).to_owned()
        } else {
            format!("'{}'", argument.escape_debug())
        }
    });
    shown.collect::<Vec<_>>().join(" ")
}

const SAM: &[u8] = b"@HD\tVN:1.6\tSO:unsorted\n@SQ\tSN:chr1\tLN:1000\n";

#[test]
fn reads_in_forms_that_the_service_does_not_take() {
    let reads = fastq(&["r1", "r2"]);
    Refusals::new()
        .put_file("plain.fastq", &reads)
        .put_file("a.sam", SAM)
        .put_file("a.sam.gz", &gzip(SAM))
        .put_file("a.zip", b"PK\x03\x04\x14\0\0\0\x08\0")
        .put_file("a.fastq.zst", b"\x28\xb5\x2f\xfd\x24\x09")
        .put_file("a.fastq.xz", b"\xfd7zXZ\0\0\x04")
        .put_file("a.fastq.bz2", b"BZh91AY&SY")
        .put_file("plain.bam", &plain_bam(b"", &[]))
        .put_file("gzip.bam", &gzip(&plain_bam(b"", &[])))
        .put_file("twice.fastq.gz", &gzip(&gzip(&reads)))
        .put_file("v2.cram", &cram((2, 0), b"", Method::Raw))
        .put_file("v4.cram", &cram((4, 0), b"", Method::Raw))
        .put_file("gzip.cram.gz", &gzip(&cram((3, 0), b"", Method::Raw)))
        .say(&expect![[r#"
            $ put plain.fastq
            error: `plain.fastq` cannot be uploaded
              caused by: it is plain FASTQ, and the service takes gzip only: compress it with `bgzip FILE` or `gzip FILE`
            $ put a.sam
            error: `a.sam` cannot be uploaded
              caused by: it is SAM text, and the service takes BAM: convert it with `samtools view -b -o OUT.bam FILE`
            $ put a.sam.gz
            error: `a.sam.gz` cannot be uploaded
              caused by: inside gzip, it is SAM text, and the service takes BAM: convert it with `samtools view -b -o OUT.bam FILE`
            $ put a.zip
            error: `a.zip` cannot be uploaded
              caused by: it is a zip archive: unpack it, and give the FASTQ, BAM or CRAM files in it
            $ put a.fastq.zst
            error: `a.fastq.zst` cannot be uploaded
              caused by: it is compressed with zstd, and the service takes gzip only: compress it again with `zstd -dc FILE | gzip > OUT.fastq.gz`
            $ put a.fastq.xz
            error: `a.fastq.xz` cannot be uploaded
              caused by: it is compressed with xz, and the service takes gzip only: compress it again with `xz -dc FILE | gzip > OUT.fastq.gz`
            $ put a.fastq.bz2
            error: `a.fastq.bz2` cannot be uploaded
              caused by: it is compressed with bzip2, and the service takes gzip only: compress it again with `bzip2 -dc FILE | gzip > OUT.fastq.gz`
            $ put plain.bam
            error: `plain.bam` cannot be uploaded
              caused by: it is uncompressed BAM: compress it with `bgzip FILE`
            $ put gzip.bam
            error: `gzip.bam` cannot be uploaded
              caused by: it is BAM in plain gzip, and BAM needs BGZF: make it again with `samtools view -b -o OUT.bam FILE`
            $ put twice.fastq.gz
            error: `twice.fastq.gz` cannot be uploaded
              caused by: inside gzip, it is gzip again: undo one layer with `gzip -dc FILE > OUT.gz`
            $ put v2.cram
            error: `v2.cram` cannot be uploaded
              caused by: it is CRAM 2.0, and versions 2.1, 3.0 and 3.1 are known: convert it with `samtools view -C --output-fmt-option version=3.0 -T REFERENCE -o OUT.cram FILE`
            $ put v4.cram
            error: `v4.cram` cannot be uploaded
              caused by: it is CRAM 4.0, and versions 2.1, 3.0 and 3.1 are known: convert it with `samtools view -C --output-fmt-option version=3.0 -T REFERENCE -o OUT.cram FILE`
            $ put gzip.cram.gz
            error: `gzip.cram.gz` cannot be uploaded
              caused by: it is CRAM that was compressed again: undo that with `gzip -dc FILE > OUT.cram`
        "#]]);
}

#[test]
fn files_that_are_no_reads() {
    Refusals::new()
        .put_file("genome.fa", b">chr1\nACGT\n")
        .put_file("genome.fa.gz", &gzip(b">chr1\nACGT\n"))
        .put_file("genome.fa.fai", b"chr1\t248956422\t6\t60\t61\n")
        .put_file("a.vcf", b"##fileformat=VCFv4.3\n")
        .put_file("a.vcf.gz", &bgzf(b"##fileformat=VCFv4.3\n", 100))
        .put_file("a.bcf", &bgzf(b"BCF\x02\x02\0\0\0\0", 100))
        .put_file("a.bam.bai", b"BAI\x01\0\0\0\0")
        .put_file("a.bam.csi", &bgzf(b"CSI\x01\x0e\0\0\0", 100))
        .put_file("a.vcf.gz.tbi", &bgzf(b"TBI\x01\x01\0\0\0", 100))
        .put_file("a.cram.crai", &gzip(b"0\t1\t100\t500\t20\t3000\n"))
        .put_file("notes.txt", b"to do: nothing\n")
        .put_file("random.bin", b"\x01\x02\x03\x04")
        .put_file("zeros.bam", &[0; 4096])
        .put_file("page.bam", b"<!DOCTYPE html>\n<html>")
        .say(&expect![[r#"
            $ put genome.fa
            error: `genome.fa` cannot be uploaded
              caused by: it is FASTA: a sequence store takes reads: FASTQ, BAM, CRAM and unmapped BAM; a genome belongs into a reference store
            $ put genome.fa.gz
            error: `genome.fa.gz` cannot be uploaded
              caused by: inside gzip, it is FASTA: a sequence store takes reads: FASTQ, BAM, CRAM and unmapped BAM; a genome belongs into a reference store
            $ put genome.fa.fai
            error: `genome.fa.fai` cannot be uploaded
              caused by: it is a FASTA index: give the file that it belongs to; the service makes indexes itself
            $ put a.vcf
            error: `a.vcf` cannot be uploaded
              caused by: it is VCF: a sequence store takes reads, not variants: FASTQ, BAM, CRAM and unmapped BAM
            $ put a.vcf.gz
            error: `a.vcf.gz` cannot be uploaded
              caused by: inside gzip, it is VCF: a sequence store takes reads, not variants: FASTQ, BAM, CRAM and unmapped BAM
            $ put a.bcf
            error: `a.bcf` cannot be uploaded
              caused by: inside gzip, it is BCF: a sequence store takes reads, not variants: FASTQ, BAM, CRAM and unmapped BAM
            $ put a.bam.bai
            error: `a.bam.bai` cannot be uploaded
              caused by: it is a BAI index: give the file that it belongs to; the service makes indexes itself
            $ put a.bam.csi
            error: `a.bam.csi` cannot be uploaded
              caused by: inside gzip, it is a CSI index: give the file that it belongs to; the service makes indexes itself
            $ put a.vcf.gz.tbi
            error: `a.vcf.gz.tbi` cannot be uploaded
              caused by: inside gzip, it is a tabix index: give the file that it belongs to; the service makes indexes itself
            $ put a.cram.crai
            error: `a.cram.crai` cannot be uploaded
              caused by: inside gzip, it is a CRAI index: give the file that it belongs to; the service makes indexes itself
            $ put notes.txt
            error: `notes.txt` cannot be uploaded
              caused by: it is text of another kind: a sequence store takes FASTQ (gzip), BAM, CRAM and unmapped BAM
            $ put random.bin
            error: `random.bin` cannot be uploaded
              caused by: it is of an unknown kind: a sequence store takes FASTQ (gzip), BAM, CRAM and unmapped BAM
            $ put zeros.bam
            error: `zeros.bam` cannot be uploaded
              caused by: it is nothing but zero bytes: space was set aside for it, but it was never written: copy it again
            $ put page.bam
            error: `page.bam` cannot be uploaded
              caused by: it is a web page: was it meant to be a download? Fetch it again, and look at it first
        "#]]);
}

#[test]
fn files_that_are_damaged() {
    let reads = fastq(&["r1", "r2", "r3"]);
    let bad_header = fs::read(data("samtools-test/2.quickcheck.badheader.bam")).unwrap();
    let good = bam(b"@RG\tID:a\tSM:x\n", &[(b"chr1", 1000)]);
    Refusals::new()
        .put_file("empty.fastq.gz", b"")
        .put_file("nothing.fastq.gz", &gzip(b""))
        .put_file("cut.fastq.gz", &gzip(&reads)[..30])
        .put_file("begun.fastq.gz", &gzip(&reads)[..12])
        .put_file("garbage.fastq.gz", b"\x1f\x8b\x08\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff\xff")
        .put_file("lines.fastq.gz", &gzip(b"@r1\nACGT\nIIII\n@r2\n"))
        .put_file("badheader.bam", &bad_header)
        .put_file("cut.bam", &good[..good.len() / 2])
        .put_file("cut.cram", &cram((3, 0), b"@RG\tID:a\tSM:x\n", Method::Gzip)[..40])
        .say(&expect![[r#"
            $ put empty.fastq.gz
            error: `empty.fastq.gz` is empty
            $ put nothing.fastq.gz
            error: `nothing.fastq.gz` cannot be uploaded
              caused by: it is an empty gzip file
            $ put cut.fastq.gz
            error: `cut.fastq.gz` cannot be uploaded
              caused by: its gzip data ends in the middle; the file is truncated
            $ put begun.fastq.gz
            error: `begun.fastq.gz` cannot be uploaded
              caused by: it begins like FASTQ, but it ends in the middle of record 1
            $ put garbage.fastq.gz
            error: `garbage.fastq.gz` cannot be uploaded
              caused by: it begins like gzip, but cannot be decompressed: it is damaged, copy it again
            $ put lines.fastq.gz
            error: `lines.fastq.gz` cannot be uploaded
              caused by: it begins like FASTQ, but the third line of record 1 does not begin with `+`
            $ put badheader.bam
            error: `badheader.bam` cannot be uploaded
              caused by: it begins like gzip, but cannot be decompressed: it is damaged, copy it again
            $ put cut.bam
            error: `cut.bam` cannot be uploaded
              caused by: the BAM header ends after 28 bytes; the file is truncated
            $ put cut.cram
            error: `cut.cram` cannot be uploaded
              caused by: the CRAM header ends after 40 bytes; the file is truncated
        "#]]);
}

#[test]
fn what_is_no_file() {
    let mut refusals = Refusals::new();
    fs::create_dir(refusals.lab.path("folder.bam")).unwrap();
    let made = Command::new("mkfifo").arg(refusals.lab.path("pipe.bam")).status().unwrap();
    assert!(made.success());
    refusals
        .put(&["missing.bam"])
        .put(&["folder.bam"])
        .put(&["pipe.bam"])
        .put(&["/dev/null"])
        .put(&["-"])
        .say(&expect![[r#"
            $ put missing.bam
            error: cannot open `missing.bam`
              caused by: No such file or directory (os error 2)
            $ put folder.bam
            error: `folder.bam` is a directory, not a regular file
            $ put pipe.bam
            error: `pipe.bam` is a pipe, not a regular file
            $ put /dev/null
            error: `/dev/null` is a device, not a regular file
            $ put -
            error: standard input cannot be uploaded

            hint: write the data to a file first; a file called `-` is `./-`
        "#]]);
}

#[test]
fn a_file_that_may_not_be_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let mut refusals = Refusals::new();
    let path = refusals.lab.copy("pysam-tests/test_unaligned.bam", "locked.bam");
    fs::set_permissions(&path, fs::Permissions::from_mode(0)).unwrap();
    let mut command = refusals.lab.put_command(&["locked.bam"]);
    if File::open(&path).is_ok() {
        // Root may read everything, unless it gives that up.
        let dropped = "-dac_override,-dac_read_search";
        let mut without = Command::new("setpriv");
        without.args(["--bounding-set", dropped, "--inh-caps", dropped]).arg(command.get_program());
        without.args(command.get_args());
        without.env_clear().envs(command.get_envs().filter_map(|(key, value)| Some((key, value?))));
        without.current_dir(refusals.lab.path(""));
        command = without;
        if Command::new("setpriv").arg("--version").output().is_err() {
            crate::lab::skipped("root may read everything, and setpriv is not installed");
            return;
        }
    }
    refusals.run(command, "put locked.bam").say(&expect![[r#"
        $ put locked.bam
        error: cannot open `locked.bam`
          caused by: Permission denied (os error 13)
    "#]]);
}

#[test]
fn the_same_file_twice() {
    let mut refusals = Refusals::new();
    let lab = &refusals.lab;
    let path = lab.copy("pysam-tests/test_unaligned.bam", "a.bam");
    fs::hard_link(&path, lab.path("hard.bam")).unwrap();
    symlink(&path, lab.path("soft.bam")).unwrap();
    let absolute = path.to_string_lossy().into_owned();
    refusals
        .put(&["a.bam", "a.bam"])
        .put(&["a.bam", "./a.bam"])
        .put(&["a.bam", "hard.bam", "soft.bam"]);
    let command = refusals.lab.put_command(&["a.bam", &absolute]);
    refusals.run(command, "put a.bam LAB/work/a.bam").say(&expect![[r#"
        $ put a.bam a.bam
        error: `a.bam` is given twice: give each file once
        $ put a.bam ./a.bam
        error: `./a.bam` is the same file as `a.bam`: give each file once
        $ put a.bam hard.bam soft.bam
        error: `hard.bam` is the same file as `a.bam`: give each file once

        error: `soft.bam` is the same file as `a.bam`: give each file once
        $ put a.bam LAB/work/a.bam
        error: `LAB/work/a.bam` is the same file as `a.bam`: give each file once
    "#]]);
}

#[test]
fn a_file_that_grows() {
    let mut refusals = Refusals::new();
    let path = refusals.lab.file("growing.fastq.gz", &gzip(&fastq(&["r1"])));
    let mut file = File::options().append(true).open(&path).unwrap();
    file.write_all(&vec![0; 2 << 20]).unwrap();
    let done = AtomicBool::new(false);
    let said = thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                file.write_all(b"\0").unwrap();
                thread::sleep(Duration::from_millis(1));
            }
        });
        let said = Lab::run(refusals.lab.put_command(&["growing.fastq.gz"]));
        done.store(true, Ordering::Relaxed);
        said
    });
    said.expect(2);
    assert!(refusals.lab.requests().is_empty());
    let numbers = regex_lite::Regex::new(r"\d{4,}").unwrap();
    refusals.transcript = numbers.replace_all(&said.stderr, "N").into_owned();
    refusals.say(&expect![[r#"
        error: `growing.fastq.gz` is being written to: its size was N bytes, and is N bytes now

        hint: wait until it is whole, and run the same command again
    "#]]);
}

#[test]
fn files_that_do_not_say_what_they_are() {
    let several = b"@RG\tID:1\tSM:NA1\n@RG\tID:2\tSM:NA2\n@RG\tID:3\tSM:NA\x1b[2J\n";
    let mut refusals = Refusals::new();
    refusals.file("several.bam", &bam(several, &[]));
    refusals.file("b.bam", &bam(b"@RG\tID:1\tSM:x\n", &[]));
    refusals.file("reads.fastq.gz", &gzip(&fastq(&["r1"])));
    let long = format!("{}.bam", "n".repeat(128));
    refusals.file(&long, &bam(b"", &[]));
    refusals
        .put(&["several.bam"])
        .put(&["several.bam", "b.bam", "--sample", "NA1", "--name", "both"])
        .put(&["b.bam", "--type", "fastq"])
        .put(&["reads.fastq.gz", "--type", "ubam"])
        .put(&[&long])
        .say(&expect![[r#"
            $ put several.bam
            error: the header of `several.bam` names 3 samples (`NA1`, `NA2` and `NA\u{1b}[2J`), and a read set has one: say which with `--sample`
            $ put several.bam b.bam --sample NA1 --name both
            error: `--name` is given for 2 read sets, which would all have the same name: upload them one by one, or leave `--name` out
            $ put b.bam --type fastq
            error: `b.bam` is UBAM by its content, and `--type` says FASTQ: leave `--type` out
            $ put reads.fastq.gz --type ubam
            error: `reads.fastq.gz` is FASTQ by its content, and `--type` says UBAM: leave `--type` out
            $ put nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn.bam
            error: the name that was inferred for `nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn.bam` cannot be used: give `--name`
              caused by: `nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn` is not a read set name: it is 128 characters long, and at most 127 are allowed

            error: the sample that was inferred for `nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn.bam` cannot be used: give `--sample`
              caused by: `nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn` is not a sample ID: it is 128 characters long, and at most 127 are allowed
        "#]]);
}

#[test]
fn pairs_that_are_none() {
    let names = |mate: &str| ["A", "B", "C"].map(|name| format!("{name} {mate}:N:0:ACGT"));
    let (one, two) = (gzip(&fastq(&names("1"))), gzip(&fastq(&names("2"))));
    let others = gzip(&fastq(&["X 2:N:0:ACGT", "Y 2:N:0:ACGT"]));
    let mut refusals = Refusals::new();
    refusals.file("s_R1.fastq.gz", &one).file("s_R2.fastq.gz", &others);
    refusals.file("t_R1.fastq.gz", &one).file("t_R2.fastq.gz", &one);
    refusals.file("u_R1.fastq.gz", &two).file("u_R2.fastq.gz", &one);
    refusals.file("v_R1.fastq.gz", &one).file("v_R2.fastq.gz", &gzip(&fastq(&names("2")[..2])));
    refusals.file("NA1_R1.fastq.gz", &one).file("NA2_R2.fastq.gz", &two);
    refusals.file("w_R1.fastq.gz", &one).file("w_R1.fq.gz", &one).file("w_R2.fastq.gz", &two);
    refusals.file("a.bam", &bam(b"", &[]));
    refusals
        .put(&["s_R1.fastq.gz", "s_R2.fastq.gz"])
        .put(&["t_R1.fastq.gz", "t_R2.fastq.gz"])
        .put(&["u_R1.fastq.gz", "u_R2.fastq.gz"])
        .put(&["v_R1.fastq.gz", "v_R2.fastq.gz"])
        .put(&["--r1", "NA1_R1.fastq.gz", "--r2", "NA2_R2.fastq.gz"])
        .put(&["--r1", "s_R1.fastq.gz", "--r2", "s_R2.fastq.gz"])
        .put(&["--r1", "a.bam", "--r2", "t_R2.fastq.gz"])
        .put(&["--r1", "s_R1.fastq.gz"])
        .put(&["w_R1.fastq.gz", "w_R1.fq.gz", "w_R2.fastq.gz"])
        .put(&["--r1", "s_R1.fastq.gz", "--r2", "s_R1.fastq.gz"])
        .put(&["--r1", "t_R1.fastq.gz", "--r2", "missing.fastq.gz"])
        .say(&expect![[r#"
            $ put s_R1.fastq.gz s_R2.fastq.gz
            error: `s_R1.fastq.gz` and `s_R2.fastq.gz` are named like a pair, but their reads are not mates: read 1 is `A` in the one and `X` in the other; if they are no pair, upload them one by one
            $ put t_R1.fastq.gz t_R2.fastq.gz
            error: `t_R1.fastq.gz` and `t_R2.fastq.gz` are named like a pair, but both hold read 1 of the pairs: find the file with the others
            $ put u_R1.fastq.gz u_R2.fastq.gz
            error: by their names `u_R1.fastq.gz` comes first and `u_R2.fastq.gz` second, by their reads it is the other way round: if the reads are right, say `--r1 u_R2.fastq.gz --r2 u_R1.fastq.gz`
            $ put v_R1.fastq.gz v_R2.fastq.gz
            error: `v_R1.fastq.gz` and `v_R2.fastq.gz` are named like a pair, but the one holds 3 reads and the other 2: one of them is incomplete
            $ put --r1 NA1_R1.fastq.gz --r2 NA2_R2.fastq.gz
            error: `NA1_R1.fastq.gz` and `NA2_R2.fastq.gz` are named after different samples, `NA1` and `NA2`: if they are mates, say which sample it is with `--sample`
            $ put --r1 s_R1.fastq.gz --r2 s_R2.fastq.gz
            error: `s_R1.fastq.gz` and `s_R2.fastq.gz` are given as a pair, but their reads are not mates: read 1 is `A` in the one and `X` in the other; give two files of one run
            $ put --r1 a.bam --r2 t_R2.fastq.gz
            error: `a.bam` is UBAM, and only FASTQ files come in pairs: leave `--r1` and `--r2` out
            $ put --r1 s_R1.fastq.gz
            error: the following required arguments were not provided:
              --r2 <FILE>

            Usage: omics-upload put --r1 <FILE> --r2 <FILE> --store <ID> [FILE]...

            For more information, try '--help'.
            $ put w_R1.fastq.gz w_R1.fq.gz w_R2.fastq.gz
            error: `w_R1.fastq.gz` and `w_R1.fq.gz` are both named as read 1 of the same pair: say which files are mates with `--r1` and `--r2`
            $ put --r1 s_R1.fastq.gz --r2 s_R1.fastq.gz
            error: `s_R1.fastq.gz` is given twice: give each file once
            $ put --r1 t_R1.fastq.gz --r2 missing.fastq.gz
            error: cannot open `missing.fastq.gz`
              caused by: No such file or directory (os error 2)
        "#]]);
}

#[test]
fn fields_that_the_service_would_refuse() {
    let mut refusals = Refusals::new();
    refusals.lab.copy("pysam-tests/test_unaligned.bam", "a.bam");
    let long = "n".repeat(128);
    refusals
        .put(&["a.bam", "--name", ""])
        .put(&["a.bam", "--name", &long])
        .put(&["a.bam", "--sample", "a\tb"])
        .put(&["a.bam", "--subject", "x\u{1b}[2J\ny"])
        .put(&["a.bam", "--generated-from", "a\u{200d}b"])
        .put(&["a.bam", "--description", &"d".repeat(256)])
        .put(&["a.bam", "--tag", "project"])
        .put(&["a.bam", "--tag", "aws:x=y"])
        .put(&["a.bam", "--tag", "a=b;c"])
        .put(&["a.bam", "--tag", "=x"])
        .put(&["a.bam", "--tag", "a=1", "--tag", "a=2"]);
    let tags: Vec<_> = (0..51).map(|number| format!("--tag=k{number}=v")).collect();
    let arguments: Vec<_> = ["a.bam"].into_iter().chain(tags.iter().map(String::as_str)).collect();
    let command = refusals.lab.put_command(&arguments);
    refusals.run(command, "put a.bam --tag=k0=v … --tag=k50=v").say(&expect![[r#"
        $ put a.bam --name ''
        error: invalid value '' for '--name <NAME>': `` is not a read set name: it is empty

        For more information, try '--help'.
        $ put a.bam --name nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn
        error: invalid value 'nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn' for '--name <NAME>': `nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn` is not a read set name: it is 128 characters long, and at most 127 are allowed

        For more information, try '--help'.
        $ put a.bam --sample 'a\tb'
        error: invalid value 'a\tb' for '--sample <ID>': `a\tb` is not a sample ID: it contains the character U+0009; the service takes letters, marks, separators, symbols, numbers and punctuation

        For more information, try '--help'.
        $ put a.bam --subject 'x\u{1b}[2J\ny'
        error: invalid value 'x\u{1b}[2J\ny' for '--subject <ID>': `x\u{1b}[2J\ny` is not a subject ID: it contains the character U+001B; the service takes letters, marks, separators, symbols, numbers and punctuation

        For more information, try '--help'.
        $ put a.bam --generated-from 'a\u{200d}b'
        error: invalid value 'a\u{200d}b' for '--generated-from <TEXT>': `a\u{200d}b` is not a "generated from" text: it contains the character U+200D; the service takes letters, marks, separators, symbols, numbers and punctuation

        For more information, try '--help'.
        $ put a.bam --description dddddddddddddddddddd… (256)
        error: invalid value 'dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd' for '--description <TEXT>': `dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd` is not a description: it is 256 characters long, and at most 255 are allowed

        For more information, try '--help'.
        $ put a.bam --tag project
        error: invalid value 'project' for '--tag <KEY=VALUE>': `project` is not a tag: the form is `KEY=VALUE`

        For more information, try '--help'.
        $ put a.bam --tag aws:x=y
        error: invalid value 'aws:x=y' for '--tag <KEY=VALUE>': `aws:x=y` is not a tag: keys that begin with `aws:` are reserved

        For more information, try '--help'.
        $ put a.bam --tag 'a=b;c'
        error: invalid value 'a=b;c' for '--tag <KEY=VALUE>': `a=b;c` is not a tag: its value contains the character U+003B; letters, digits, spaces and `_ . : / = + - @` are allowed

        For more information, try '--help'.
        $ put a.bam --tag =x
        error: invalid value '=x' for '--tag <KEY=VALUE>': `=x` is not a tag: its key is empty

        For more information, try '--help'.
        $ put a.bam --tag a=1 --tag a=2
        error: the tag `a` is given twice
        $ put a.bam --tag=k0=v … --tag=k50=v
        error: 51 tags are given, and a read set takes at most 50
    "#]]);
}

#[test]
fn references_that_are_missing_or_elsewhere() {
    let mut refusals = Refusals::new();
    refusals.file("a.bam", &bam(b"@RG\tID:1\tSM:x\n", &[(b"chr1", 9)]));
    refusals.lab.copy("samtools-test/7.quickcheck.cram30.ok.cram", "b.cram");
    let elsewhere = REFERENCE.replace("us-east-1", "eu-west-1");
    refusals
        .put(&["a.bam"])
        .put(&["a.bam", "b.cram"])
        .put(&["a.bam", "--reference", "hg38"])
        .put(&["a.bam", "--reference", ""])
        .put(&["a.bam", "--reference", &elsewhere]);
    let store = "arn:aws:omics:us-west-2:123456789012:sequenceStore/1234567890";
    let arguments = ["put", "a.bam", "--store", store, "--reference", &elsewhere];
    let command = refusals.lab.command(arguments);
    refusals.run(command, &shown(&arguments)).say(&expect![[r#"
        $ put a.bam
        error: aligned reads need a reference genome, and none is given for `a.bam` (BAM)

        hint: give the ARN of the reference that the reads are aligned to with `--reference`; `aws omics list-references` lists what a reference store has
        $ put a.bam b.cram
        error: aligned reads need a reference genome, and none is given for `a.bam` (BAM), `b.cram` (CRAM)

        hint: give the ARN of the reference that the reads are aligned to with `--reference`; `aws omics list-references` lists what a reference store has
        $ put a.bam --reference hg38
        error: invalid value 'hg38' for '--reference <ARN>': `hg38` is not a reference ARN: the form is `arn:aws:omics:REGION:ACCOUNT:referenceStore/STORE_ID/reference/ID`

        For more information, try '--help'.
        $ put a.bam --reference ''
        error: invalid value '' for '--reference <ARN>': `` is not a reference ARN: the form is `arn:aws:omics:REGION:ACCOUNT:referenceStore/STORE_ID/reference/ID`

        For more information, try '--help'.
        $ put a.bam --reference arn:aws:omics:eu-west-1:123456789012:referenceStore/1234567890/reference/2345678901
        error: the reference `arn:aws:omics:eu-west-1:123456789012:referenceStore/1234567890/reference/2345678901` is in eu-west-1, and the sequence store is in us-east-1

        hint: a read set's reference has to be in the region of its sequence store
        $ put a.bam --store arn:aws:omics:us-west-2:123456789012:sequenceStore/1234567890 --reference arn:aws:omics:eu-west-1:123456789012:referenceStore/1234567890/reference/2345678901
        error: the reference `arn:aws:omics:eu-west-1:123456789012:referenceStore/1234567890/reference/2345678901` is in eu-west-1, and the sequence store is in us-west-2

        hint: a read set's reference has to be in the region of its sequence store
    "#]]);
}

/// A file that begins like `head` and has `size` bytes, most of them never written.
fn sparse(refusals: &Refusals, name: &str, head: &[u8], size: u64) {
    let mut file = File::create(refusals.lab.path(name)).unwrap();
    file.write_all(head).unwrap();
    file.set_len(size).unwrap();
    file.rewind().unwrap();
}

#[test]
fn sizes_that_do_not_fit() {
    const MIB: u64 = 1024 * 1024;
    const GIB: u64 = 1024 * MIB;
    let mut refusals = Refusals::new();
    refusals.lab.copy("pysam-tests/test_unaligned.bam", "a.bam");
    let head = gzip(&fastq(&["r1"]));
    sparse(&refusals, "large.fastq.gz", &head, 10_000 * 5 * MIB + 1);
    sparse(&refusals, "huge.fastq.gz", &head, 976 * GIB + 1);
    refusals
        .put(&["a.bam", "--part-size", "4MiB"])
        .put(&["a.bam", "--part-size", "5MB"])
        .put(&["a.bam", "--part-size", "101MiB"])
        .put(&["a.bam", "--part-size", "many"])
        .put(&["a.bam", "--part-size", "-1"])
        .put(&["large.fastq.gz", "--part-size", "5MiB"])
        .put(&["huge.fastq.gz"])
        .say(&expect![[r#"
            $ put a.bam --part-size 4MiB
            error: invalid value '4MiB' for '--part-size <SIZE>': `4MiB` is not a part size: it is 4194304 bytes, and a part has 5242880 bytes (5 MiB) to 104857600 bytes (100 MiB)

            For more information, try '--help'.
            $ put a.bam --part-size 5MB
            error: invalid value '5MB' for '--part-size <SIZE>': `5MB` is not a part size: it is 5000000 bytes, and a part has 5242880 bytes (5 MiB) to 104857600 bytes (100 MiB)

            For more information, try '--help'.
            $ put a.bam --part-size 101MiB
            error: invalid value '101MiB' for '--part-size <SIZE>': `101MiB` is not a part size: it is 105906176 bytes, and a part has 5242880 bytes (5 MiB) to 104857600 bytes (100 MiB)

            For more information, try '--help'.
            $ put a.bam --part-size many
            error: invalid value 'many' for '--part-size <SIZE>': `many` is not a size: for example `64MiB` or `100000000` is needed

            For more information, try '--help'.
            $ put a.bam --part-size -1
            error: unexpected argument '-1' found

              tip: to pass '-1' as a value, use '-- -1'

            Usage: omics-upload put [OPTIONS] [FILE]...

            For more information, try '--help'.
            $ put large.fastq.gz --part-size 5MiB
            error: `large.fastq.gz` cannot be uploaded
              caused by: its 52428800001 bytes would be 10001 parts of 5242880 bytes (5.0 MiB), and a source has at most 10000 parts: `--part-size` must be at least 6MiB
            $ put huge.fastq.gz
            error: `huge.fastq.gz` cannot be uploaded
              caused by: its 1047972020225 bytes (976.0 GiB) are too many: a source has at most 1047972020224 bytes (976.0 GiB), 10000 parts of at most 100 MiB
        "#]]);
}

#[test]
fn stores_and_flags_that_cannot_be_used() {
    let mut refusals = Refusals::new();
    refusals.lab.copy("pysam-tests/test_unaligned.bam", "a.bam");
    for arguments in [
        &["put", "a.bam"][..],
        &["put", "a.bam", "--store", "mystore"],
        &["put", "a.bam", "--store", "12345"],
        &["put", "a.bam", "--store", "arn:aws:omics:us-east-1:123456789012:runGroup/1234567890"],
        &["put", "--store", "1234567890"],
        &["put", "a.bam", "--store", "1234567890", "--quiet", "--verbose"],
        &["put", "a.bam", "--store", "1234567890", "--concurrency", "65"],
        &["put", "a.bam", "--store", "1234567890", "--attempts", "0"],
        &["put", "a.bam", "--store", "1234567890", "--wait-timeout", "soon"],
        &["put", "a.bam", "--store", "1234567890", "--give-up-after", "5"],
        &["put", "a.bam", "--store", "1234567890", "--color", "blue"],
        &["put", "a.bam", "--store", "1234567890", "--type", "sam"],
        &["put", "a.bam", "--store", "1234567890", "--log-file", "missing/log"],
        &["put", "a.bam", "--store", "1234567890", "--no-such-option"],
        &["put", "a.bam", "--sandbox=a.bam"],
        &["wait"],
        &["wait", "9876543210"],
        &["wait", "readset", "--store", "1234567890"],
        &["sandbox", "--fault", "x\u{1b}:y", "--fault", "quotas", "--fault", "*:explode"],
        &["sandbox", "--listen", "0.0.0.0:0"],
        &["sandbox", "--dir", "a.bam"],
        &["upload"],
        &[],
    ] {
        let command = refusals.lab.command(arguments);
        refusals.run(command, &shown(arguments));
    }
    refusals.say(&expect![[r#"
        $ put a.bam
        error: no sequence store is given

        hint: give its ID or ARN with `--store`, set OMICS_UPLOAD_STORE, or write `store` into the config file; `--sandbox` needs none
        $ put a.bam --store mystore
        error: invalid value 'mystore' for '--store <ID>': `mystore` is not a sequence store: its ID (10 to 36 digits) or its ARN (`arn:aws:omics:REGION:ACCOUNT:sequenceStore/ID`) is needed

        For more information, try '--help'.
        $ put a.bam --store 12345
        error: invalid value '12345' for '--store <ID>': `12345` is not a sequence store ID: 10 to 36 digits are needed

        For more information, try '--help'.
        $ put a.bam --store arn:aws:omics:us-east-1:123456789012:runGroup/1234567890
        error: invalid value 'arn:aws:omics:us-east-1:123456789012:runGroup/1234567890' for '--store <ID>': `arn:aws:omics:us-east-1:123456789012:runGroup/1234567890` is not a sequence store ARN: the form is `arn:aws:omics:REGION:ACCOUNT:sequenceStore/ID`

        For more information, try '--help'.
        $ put --store 1234567890
        error: the following required arguments were not provided:
          <FILE>...

        Usage: omics-upload put --store <ID> <FILE>...

        For more information, try '--help'.
        $ put a.bam --store 1234567890 --quiet --verbose
        error: the argument '--quiet' cannot be used with '--verbose'

        Usage: omics-upload put --store <ID> --quiet <FILE>...

        For more information, try '--help'.
        $ put a.bam --store 1234567890 --concurrency 65
        error: invalid value '65' for '--concurrency <N>': a number from 1 to 64, or `auto`, is needed

        For more information, try '--help'.
        $ put a.bam --store 1234567890 --attempts 0
        error: invalid value '0' for '--attempts <N>': a number from 1 to 1000 is needed

        For more information, try '--help'.
        $ put a.bam --store 1234567890 --wait-timeout soon
        error: invalid value 'soon' for '--wait-timeout <DURATION>': a duration such as `90s`, `5m` or `2h 30m` is needed

        For more information, try '--help'.
        $ put a.bam --store 1234567890 --give-up-after 5
        error: invalid value '5' for '--give-up-after <DURATION>': a duration such as `90s`, `5m` or `2h 30m` is needed

        For more information, try '--help'.
        $ put a.bam --store 1234567890 --color blue
        error: invalid value 'blue' for '--color <COLOR>'
          [possible values: auto, always, never]

        For more information, try '--help'.
        $ put a.bam --store 1234567890 --type sam
        error: invalid value 'sam' for '--type <TYPE>': one of `fastq`, `bam`, `cram` and `ubam` is needed

        For more information, try '--help'.
        $ put a.bam --store 1234567890 --log-file missing/log
        error: cannot open the log file `missing/log`
          caused by: No such file or directory (os error 2)
        $ put a.bam --store 1234567890 --no-such-option
        error: unexpected argument '--no-such-option' found

          tip: to pass '--no-such-option' as a value, use '-- --no-such-option'

        Usage: omics-upload put --store <ID> <FILE>...

        For more information, try '--help'.
        $ put a.bam --sandbox=a.bam
        error: cannot use `a.bam` for a sandbox
          caused by: File exists (os error 17)
        $ wait
        error: the following required arguments were not provided:
          <READ_SET_ID>...

        Usage: omics-upload wait <READ_SET_ID>...

        For more information, try '--help'.
        $ wait 9876543210
        error: no sequence store is given

        hint: give its ID or ARN with `--store`, set OMICS_UPLOAD_STORE, or write `store` into the config file; `--sandbox` needs none
        $ wait readset --store 1234567890
        error: invalid value 'readset' for '<READ_SET_ID>...': `readset` is not a read set ID: 10 to 36 digits are needed

        For more information, try '--help'.
        $ sandbox --fault 'x\u{1b}:y' --fault quotas --fault '*:explode'
        error: `x\u{1b}:y` is not a fault: `x\u{1b}` is neither an operation that is served nor `*`

        hint: the README lists what a sandbox can do wrong

        error: `*:explode` is not a fault: `explode` is not an action

        hint: the README lists what a sandbox can do wrong
        $ sandbox --listen 0.0.0.0:0
        error: `0.0.0.0:0` is not a loopback address, and the sandbox serves this machine only
        $ sandbox --dir a.bam
        error: cannot use `a.bam` for a sandbox
          caused by: File exists (os error 17)
        $ upload
        error: unrecognized subcommand 'upload'

        Usage: omics-upload <COMMAND>

        For more information, try '--help'.
        $ 
        Upload FASTQ, BAM, CRAM and unmapped BAM files into AWS HealthOmics sequence stores

        Usage: omics-upload <COMMAND>

        Commands:
          put          Upload files, and wait until their read sets are there
          wait         Wait until read sets are active
          sandbox      Serve the storage API of HealthOmics on loopback, for trying things out and for tests
          completions  Print the completion script of a shell
          man          Print the manual page
          help         Print this message or the help of the given subcommand(s)

        Options:
          -h, --help     Print help
          -V, --version  Print version

        Credentials, region, profile, endpoint, proxies and CA bundle come from where AWS's tools have them.
        `omics-upload help exit-status` lists the exit statuses.
    "#]]);
}

#[test]
fn settings_of_aws_that_are_missing() {
    let mut refusals = Refusals::new();
    refusals.lab.copy("pysam-tests/test_unaligned.bam", "a.bam");
    refusals.file("empty.pem", b"").file("bad.pem", b"-----BEGIN CERTIFICATE-----\nx\n");
    for (shown, removed, added) in [
        ("env -u AWS_REGION", &["AWS_REGION"][..], &[][..]),
        (
            "env -u AWS_ACCESS_KEY_ID -u AWS_SECRET_ACCESS_KEY",
            &["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"],
            &[],
        ),
        (
            "env -u AWS_ACCESS_KEY_ID -u AWS_SECRET_ACCESS_KEY AWS_PROFILE=lab",
            &["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"],
            &[("AWS_PROFILE", "lab")],
        ),
        ("env AWS_CA_BUNDLE=missing.pem", &[], &[("AWS_CA_BUNDLE", "missing.pem")]),
        ("env AWS_CA_BUNDLE=empty.pem", &[], &[("AWS_CA_BUNDLE", "empty.pem")]),
        ("env AWS_CA_BUNDLE=bad.pem", &[], &[("AWS_CA_BUNDLE", "bad.pem")]),
    ] {
        let mut command = refusals.lab.put_command(&["a.bam"]);
        for name in removed {
            command.env_remove(name);
        }
        command.envs(added.iter().copied());
        refusals.run(command, &format!("{shown} put a.bam"));
    }
    refusals.say(&expect![[r#"
        $ env -u AWS_REGION put a.bam
        error: no AWS region is configured

        hint: set AWS_REGION, or `region` in the AWS profile, or give the store's ARN with `--store`
        $ env -u AWS_ACCESS_KEY_ID -u AWS_SECRET_ACCESS_KEY put a.bam
        error: no AWS credentials can be used
          caused by: the credential provider was not enabled
          caused by: no credentials found in chain. Attempted:
            Environment: the credential provider was not enabled: environment variable not set
            Profile: the credential provider was not enabled
            WebIdentityToken: the credential provider was not enabled: $AWS_WEB_IDENTITY_TOKEN_FILE was not set
            EcsContainer: the credential provider was not enabled: ECS provider not configured
            Ec2InstanceMetadata: the credential provider was not enabled: IMDS disabled by AWS_EC2_METADATA_DISABLED env var set to `true`

        hint: set AWS_PROFILE, log in with `aws sso login`, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; without an account, try `--sandbox`
        $ env -u AWS_ACCESS_KEY_ID -u AWS_SECRET_ACCESS_KEY AWS_PROFILE=lab put a.bam
        error: no AWS credentials can be used
          caused by: the credential provider was not enabled
          caused by: no credentials found in chain. Attempted:
            Environment: the credential provider was not enabled: environment variable not set
            Profile: the credential provider was not enabled
            WebIdentityToken: the credential provider was not enabled: $AWS_WEB_IDENTITY_TOKEN_FILE was not set
            EcsContainer: the credential provider was not enabled: ECS provider not configured
            Ec2InstanceMetadata: the credential provider was not enabled: IMDS disabled by AWS_EC2_METADATA_DISABLED env var set to `true`

        hint: AWS_PROFILE is `lab`: look whether `aws configure list` agrees; or log in with `aws sso login`, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; without an account, try `--sandbox`
        $ env AWS_CA_BUNDLE=missing.pem put a.bam
        error: cannot read the CA bundle `missing.pem` named by AWS_CA_BUNDLE
          caused by: No such file or directory (os error 2)

        hint: AWS_CA_BUNDLE must name a file with certificates in PEM form
        $ env AWS_CA_BUNDLE=empty.pem put a.bam
        error: the CA bundle `empty.pem` named by AWS_CA_BUNDLE holds no usable certificate

        hint: AWS_CA_BUNDLE must name a file with certificates in PEM form
        $ env AWS_CA_BUNDLE=bad.pem put a.bam
        error: the CA bundle `bad.pem` named by AWS_CA_BUNDLE holds no usable certificate

        hint: AWS_CA_BUNDLE must name a file with certificates in PEM form
    "#]]);
}

#[test]
fn settings_of_our_own_that_cannot_be_used() {
    let mut refusals = Refusals::new();
    refusals.lab.copy("pysam-tests/test_unaligned.bam", "a.bam");
    for (name, value) in [
        ("OMICS_UPLOAD_PART_SIZE", "1MiB"),
        ("OMICS_UPLOAD_STORE", "mystore"),
        ("OMICS_UPLOAD_OUTPUT", "xml"),
        ("OMICS_UPLOAD_TAG", "novalue"),
    ] {
        let mut command = refusals.lab.command(["put", "a.bam"]);
        command.env(name, value);
        refusals.run(command, &format!("env {name}={value} put a.bam"));
    }
    for config in [
        "store =",
        "stor = '1'",
        "part-size = '1MiB'",
        "tag = ['x']",
        "store = 1.5",
        "attempts = 0",
        "output = 'xml'",
    ] {
        refusals.lab.config(config);
        let command = refusals.lab.put_command(&["a.bam"]);
        refusals.run(command, &format!("echo {config:?} > config.toml; put a.bam"));
    }
    refusals.say(&expect![[r#"
        $ env OMICS_UPLOAD_PART_SIZE=1MiB put a.bam
        error: invalid value '1MiB' for '--part-size <SIZE>': `1MiB` is not a part size: it is 1048576 bytes, and a part has 5242880 bytes (5 MiB) to 104857600 bytes (100 MiB)

          tip: the value is that of OMICS_UPLOAD_PART_SIZE

        For more information, try '--help'.
        $ env OMICS_UPLOAD_STORE=mystore put a.bam
        error: invalid value 'mystore' for '--store <ID>': `mystore` is not a sequence store: its ID (10 to 36 digits) or its ARN (`arn:aws:omics:REGION:ACCOUNT:sequenceStore/ID`) is needed

          tip: the value is that of OMICS_UPLOAD_STORE

        For more information, try '--help'.
        $ env OMICS_UPLOAD_OUTPUT=xml put a.bam
        error: invalid value 'xml' for '--output <OUTPUT>'
          [possible values: text, json]

          tip: the value is that of OMICS_UPLOAD_OUTPUT

        For more information, try '--help'.
        $ env OMICS_UPLOAD_TAG=novalue put a.bam
        error: invalid value 'novalue' for '--tag <KEY=VALUE>': `novalue` is not a tag: the form is `KEY=VALUE`

          tip: the value is that of OMICS_UPLOAD_TAG

        For more information, try '--help'.
        $ echo "store =" > config.toml; put a.bam
        error: the config file `LAB/home/.config/omics-upload/config.toml` cannot be used
          caused by: it is not TOML
          caused by: TOML parse error at line 1, column 8
            |
          1 | store =
            |        ^
          string values must be quoted, expected literal string
        $ echo "stor = '1'" > config.toml; put a.bam
        error: the config file `LAB/home/.config/omics-upload/config.toml` cannot be used
          caused by: `put` has no option `--stor`
        $ echo "part-size = '1MiB'" > config.toml; put a.bam
        error: the config file `LAB/home/.config/omics-upload/config.toml` cannot be used
          caused by: `part-size` cannot have this value
          caused by: `1MiB` is not a part size: it is 1048576 bytes, and a part has 5242880 bytes (5 MiB) to 104857600 bytes (100 MiB)
        $ echo "tag = ['x']" > config.toml; put a.bam
        error: the config file `LAB/home/.config/omics-upload/config.toml` cannot be used
          caused by: `tag` cannot have this value
          caused by: `x` is not a tag: the form is `KEY=VALUE`
        $ echo "store = 1.5" > config.toml; put a.bam
        error: the config file `LAB/home/.config/omics-upload/config.toml` cannot be used
          caused by: `store` must be a text, a number, true or false, or a list of texts
        $ echo "attempts = 0" > config.toml; put a.bam
        error: the config file `LAB/home/.config/omics-upload/config.toml` cannot be used
          caused by: `attempts` cannot have this value
          caused by: a number from 1 to 1000 is needed
        $ echo "output = 'xml'" > config.toml; put a.bam
        error: the config file `LAB/home/.config/omics-upload/config.toml` cannot be used
          caused by: `output` cannot have this value
          caused by: it is one of `text`, `json`
    "#]]);
    // What does not need it does not care.
    for arguments in [&["completions", "bash"][..], &["--help"], &["help", "put"], &["--version"]] {
        Lab::run(refusals.lab.command(arguments)).expect(0);
    }
}

#[test]
fn file_names_cannot_touch_the_terminal() {
    let mut refusals = Refusals::new();
    let name = "evil\u{1b}[2J\nfile\u{202e}.bam";
    refusals.file(name, b"text\n");
    let linked = "link\u{7}.bam";
    fs::hard_link(refusals.lab.path(name), refusals.lab.path(linked)).unwrap();
    let copy = "copy\u{9b}.bam";
    refusals.file(copy, &bam(b"@RG\tID:1\tSM:x\n", &[(b"chr1", 9)]));
    refusals
        .put(&[name])
        .put(&[linked, "gone\r.bam"])
        .put(&[copy])
        .put(&[copy, copy])
        .say(&expect![[r#"
            $ put 'evil\u{1b}[2J\nfile\u{202e}.bam'
            error: `evil\u{1b}[2J\nfile\u{202e}.bam` cannot be uploaded
              caused by: it is text of another kind: a sequence store takes FASTQ (gzip), BAM, CRAM and unmapped BAM
            $ put 'link\u{7}.bam' 'gone\r.bam'
            error: `link\u{7}.bam` cannot be uploaded
              caused by: it is text of another kind: a sequence store takes FASTQ (gzip), BAM, CRAM and unmapped BAM

            error: cannot open `gone\r.bam`
              caused by: No such file or directory (os error 2)
            $ put 'copy\u{9b}.bam'
            error: the name that was inferred for `copy\u{9b}.bam` cannot be used: give `--name`
              caused by: `copy\u{9b}` is not a read set name: it contains the character U+009B; the service takes letters, marks, separators, symbols, numbers and punctuation

            error: aligned reads need a reference genome, and none is given for `copy\u{9b}.bam` (BAM)

            hint: give the ARN of the reference that the reads are aligned to with `--reference`; `aws omics list-references` lists what a reference store has
            $ put 'copy\u{9b}.bam' 'copy\u{9b}.bam'
            error: `copy\u{9b}.bam` is given twice: give each file once

            error: aligned reads need a reference genome, and none is given for `copy\u{9b}.bam` (BAM), `copy\u{9b}.bam` (BAM)

            hint: give the ARN of the reference that the reads are aligned to with `--reference`; `aws omics list-references` lists what a reference store has
        "#]]);
}

#[test]
fn all_that_is_wrong_is_said_at_once() {
    let mut refusals = Refusals::new();
    refusals.file("a.bam", &bam(b"@RG\tID:1\tSM:x\n", &[(b"chr1", 9)]));
    refusals.file("b.bam", &bam(b"@RG\tID:1\tSM:x\n@RG\tID:2\tSM:y\n", &[(b"chr1", 9)]));
    refusals.file("notes.txt", b"notes\n");
    let arguments = ["put", "a.bam", "b.bam", "--tag", "a=1", "--tag", "a=2"];
    let command = refusals.lab.command(arguments);
    refusals
        .run(command, &shown(&arguments))
        .put(&["missing.bam", "notes.txt", "a.bam", "--tag", "a=1", "--tag", "a=2"])
        .say(&expect![[r#"
            $ put a.bam b.bam --tag a=1 --tag a=2
            error: no sequence store is given

            hint: give its ID or ARN with `--store`, set OMICS_UPLOAD_STORE, or write `store` into the config file; `--sandbox` needs none

            error: the tag `a` is given twice

            error: the header of `b.bam` names 2 samples (`x` and `y`), and a read set has one: say which with `--sample`

            error: aligned reads need a reference genome, and none is given for `a.bam` (BAM), `b.bam` (BAM)

            hint: give the ARN of the reference that the reads are aligned to with `--reference`; `aws omics list-references` lists what a reference store has
            $ put missing.bam notes.txt a.bam --tag a=1 --tag a=2
            error: the tag `a` is given twice

            error: cannot open `missing.bam`
              caused by: No such file or directory (os error 2)

            error: `notes.txt` cannot be uploaded
              caused by: it is text of another kind: a sequence store takes FASTQ (gzip), BAM, CRAM and unmapped BAM

            error: aligned reads need a reference genome, and none is given for `a.bam` (BAM)

            hint: give the ARN of the reference that the reads are aligned to with `--reference`; `aws omics list-references` lists what a reference store has
        "#]]);
}
