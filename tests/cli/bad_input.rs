//! Files that cannot be uploaded, and what is said about each: what, which, why, and what to do.

use std::{
    fs::{self, File},
    io::Write as _,
    os::unix::fs::symlink,
    process::Command,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

use expect_test::expect;

use super::refusals::Refusals;
use crate::{
    files::{Method, bam, bgzf, cram, fastq, gzip, plain_bam},
    lab::{Lab, data, skipped},
};

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

            hint: `put` reads a pipe as standard input: `PROGRAM | omics-upload put - --name NAME`, with the same options
            $ put /dev/null
            error: `/dev/null` is a device, not a regular file
            $ put -
            error: standard input has no name: give `--name`
        "#]]);
}

#[test]
fn a_file_that_may_not_be_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let mut refusals = Refusals::new();
    let path = refusals.lab.copy("pysam-tests/test_unaligned.bam", "locked.bam");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o0)).unwrap();
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
            skipped("root may read everything, and setpriv is not installed");
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
