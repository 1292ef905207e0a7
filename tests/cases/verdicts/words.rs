//! What is said, and the way out that works.

use std::{fmt::Write as _, process::Command};

use expect_test::{Expect, expect};

use super::{joined, read, text, unmarked};
use crate::{
    files::{Method, bgzf, bgzf_block, cram, gzip, plain_bam},
    lab::{Lab, REFERENCE, skipped},
};

/// What commands say, one after the other.
#[track_caller]
fn says(lab: &Lab, commands: &[&[&str]], expected: &Expect) {
    let mut text = String::new();
    for arguments in commands {
        let said = if arguments[0] == "put" {
            lab.put(&arguments[1..])
        } else {
            Lab::run(lab.command(*arguments))
        };
        let stdout =
            said.stdout.lines().filter(|line| line.contains("FAILED") || line.contains("note"));
        writeln!(text, "$ {}", arguments.join(" ")).unwrap();
        stdout.for_each(|line| writeln!(text, "{line}").unwrap());
        writeln!(text, "{}--- status {}", lab.plain(&said.stderr), said.status.unwrap()).unwrap();
    }
    expected.assert_eq(&text);
    assert!(lab.count("CompleteMultipartReadSetUpload") == 0, "something was sent");
}

/// Runs the command of a hint, if its program is here; what it made is then sound.
#[track_caller]
fn helps(lab: &Lab, stderr: &str, made: &str) {
    let hint = stderr.lines().find(|line| line.starts_with("hint: ")).unwrap();
    let command = hint.split('`').nth(1).unwrap();
    let program = command.split(' ').next().unwrap();
    if Command::new(program).output().is_err() {
        skipped(&format!("{program} is not installed"));
        return;
    }
    let ran = Command::new("sh").args(["-c", command]).current_dir(lab.path("")).output().unwrap();
    assert!(ran.status.success(), "{command}: {}", String::from_utf8_lossy(&ran.stderr));
    lab.put(&[made, "--sample=S", "--allow-sample-mismatch", "--verify"]).expect(0);
}

/// <https://github.com/ngless-toolkit/ngless/issues/115>
#[test]
fn blank_last_line() {
    let lab = Lab::new();
    lab.copy("cases/blank-last-line/blank_R1.fastq.gz", "it's.fastq.gz");
    lab.copy("cases/blank-last-line/spaceline_R1.fastq.gz", "space.fastq.gz");
    let blocks = bgzf(&joined(&[&text().repeat(3000), b"\n"]), 60_000);
    let far: Vec<u8> = blocks;
    lab.file("far.fastq.gz", &far);
    says(
        &lab,
        &[
            &["check", "it's.fastq.gz"],
            &["check", "--full", "it's.fastq.gz"],
            &["put", "it's.fastq.gz"],
            &["put", "--verify", "it's.fastq.gz"],
            &["put", "space.fastq.gz"],
            &["put", "far.fastq.gz"],
            &["check", "--allow-padding", "it's.fastq.gz"],
        ],
        &expect![[r#"
            $ check it's.fastq.gz
              end            FAILED: ends with a blank line, which samtools takes for a truncated record
            error: `it's.fastq.gz` ends with a blank line, which samtools takes for a truncated record

            hint: take it off with `gzip -dc 'it'\''s.fastq.gz' | awk '/[!-~]/{for(;n;n--)print"";print;c=NR;next}{n++}END{for(;c%4;c++)print""}' | gzip > OUT.fastq.gz`; `--allow-padding` uploads the file as it is
            --- status 2
            $ check --full it's.fastq.gz
              end            FAILED: ends with a blank line, which samtools takes for a truncated record
            error: `it's.fastq.gz` ends with a blank line, which samtools takes for a truncated record

            hint: take it off with `gzip -dc 'it'\''s.fastq.gz' | awk '/[!-~]/{for(;n;n--)print"";print;c=NR;next}{n++}END{for(;c%4;c++)print""}' | gzip > OUT.fastq.gz`; `--allow-padding` uploads the file as it is
            --- status 2
            $ put it's.fastq.gz
            error: `it's.fastq.gz` ends with a blank line, which samtools takes for a truncated record

            hint: take it off with `gzip -dc 'it'\''s.fastq.gz' | awk '/[!-~]/{for(;n;n--)print"";print;c=NR;next}{n++}END{for(;c%4;c++)print""}' | gzip > OUT.fastq.gz`; `--allow-padding` uploads the file as it is
            --- status 2
            $ put --verify it's.fastq.gz
            error: `it's.fastq.gz` ends with a blank line, which samtools takes for a truncated record

            hint: take it off with `gzip -dc 'it'\''s.fastq.gz' | awk '/[!-~]/{for(;n;n--)print"";print;c=NR;next}{n++}END{for(;c%4;c++)print""}' | gzip > OUT.fastq.gz`; `--allow-padding` uploads the file as it is
            --- status 2
            $ put space.fastq.gz
            error: `space.fastq.gz` ends with a blank line, which samtools takes for a truncated record

            hint: take it off with `gzip -dc space.fastq.gz | awk '/[!-~]/{for(;n;n--)print"";print;c=NR;next}{n++}END{for(;c%4;c++)print""}' | gzip > OUT.fastq.gz`; `--allow-padding` uploads the file as it is
            --- status 2
            $ put far.fastq.gz
            error: `far.fastq.gz` ends with a blank line, which samtools takes for a truncated record

            hint: take it off with `gzip -dc far.fastq.gz | awk '/[!-~]/{for(;n;n--)print"";print;c=NR;next}{n++}END{for(;c%4;c++)print""}' | gzip > OUT.fastq.gz`; `--allow-padding` uploads the file as it is
            --- status 2
            $ check --allow-padding it's.fastq.gz
              end            note: ends with a blank line, which samtools takes for a truncated record
            note: `it's.fastq.gz` ends with a blank line, which samtools takes for a truncated record
            --- status 0
        "#]],
    );
    let said = lab.put(&["it's.fastq.gz"]);
    helps(&lab, &said.stderr, "OUT.fastq.gz");
    let end = joined(&[&text(), b"@e\n\n+\n\n \n\n"]);
    lab.file("empty.fastq.gz", &gzip(&end));
    let said = lab.put(&["empty.fastq.gz"]);
    helps(&lab, &said.stderr, "OUT.fastq.gz");
    let said = lab.put(&["it's.fastq.gz", "--allow-padding", "--verify"]);
    assert!(said.expect(4).stderr.contains("a blank line stands there"), "{}", said.stderr);
}

/// <https://github.com/hammerlab/biokepi/issues/117>
#[test]
fn trailing_bytes() {
    let lab = Lab::new();
    lab.copy("cases/trailing-bytes/nl_gz.fastq.gz", "nl.fastq.gz");
    lab.copy("cases/trailing-bytes/garb_bgzf.fastq.gz", "garb.fastq.gz");
    lab.file("zeros.fastq.gz", &joined(&[&gzip(&text()), &[0; 9]]));
    let cram = read("samtools-test/7.quickcheck.cram30.ok.cram");
    lab.file("c.cram", &joined(&[&cram, b"\n"]));
    lab.file("b.bam", &joined(&[&read("pysam-tests/test_unaligned.bam"), b"\n"]));
    says(
        &lab,
        &[
            &["check", "nl.fastq.gz"],
            &["check", "--full", "nl.fastq.gz"],
            &["put", "nl.fastq.gz"],
            &["check", "garb.fastq.gz"],
            &["put", "--verify", "garb.fastq.gz"],
            &["put", "zeros.fastq.gz"],
            &["put", "c.cram", "--reference", REFERENCE],
            &["put", "b.bam"],
        ],
        &expect![[r#"
            $ check nl.fastq.gz
              content        FAILED: is damaged: it has 1 byte after its end at byte 46414
            error: `nl.fastq.gz` is damaged: it has 1 byte after its end at byte 46414

            hint: if nothing is missing, cut it: `head -c 46414 nl.fastq.gz > OUT.fastq.gz`
            --- status 2
            $ check --full nl.fastq.gz
              content        FAILED: is damaged: it has 1 byte after its end at byte 46414
            error: `nl.fastq.gz` is damaged: it has 1 byte after its end at byte 46414

            hint: if nothing is missing, cut it: `head -c 46414 nl.fastq.gz > OUT.fastq.gz`
            --- status 2
            $ put nl.fastq.gz
            error: `nl.fastq.gz` is damaged: it has 1 byte after its end at byte 46414

            hint: if nothing is missing, cut it: `head -c 46414 nl.fastq.gz > OUT.fastq.gz`
            --- status 2
            $ check garb.fastq.gz
              end            FAILED: has 8 bytes after its end at byte 47104
            error: `garb.fastq.gz` has 8 bytes after its end at byte 47104

            hint: if nothing is missing, cut it: `head -c 47104 garb.fastq.gz > OUT.fastq.gz`
            --- status 2
            $ put --verify garb.fastq.gz
            error: `garb.fastq.gz` has 8 bytes after its end at byte 47104

            hint: if nothing is missing, cut it: `head -c 47104 garb.fastq.gz > OUT.fastq.gz`
            --- status 2
            $ put zeros.fastq.gz
            error: `zeros.fastq.gz` has zeros after its gzip data, which samtools refuses

            hint: take it off with `gzip -dc zeros.fastq.gz | gzip > OUT.fastq.gz`; `--allow-padding` uploads the file as it is
            --- status 2
            $ put c.cram --reference arn:aws:omics:us-east-1:123456789012:referenceStore/1234567890/reference/2345678901
            error: `c.cram` has 1 byte after its end at byte 49122

            hint: if nothing is missing, cut it: `head -c 49122 c.cram > OUT.cram`
            --- status 2
            $ put b.bam
            error: `b.bam` has 1 byte after its end at byte 515

            hint: if nothing is missing, cut it: `head -c 515 b.bam > OUT.bam`
            --- status 2
        "#]],
    );
    for (name, made) in [
        ("nl.fastq.gz", "OUT.fastq.gz"),
        ("garb.fastq.gz", "OUT.fastq.gz"),
        ("zeros.fastq.gz", "OUT.fastq.gz"),
        ("b.bam", "OUT.bam"),
    ] {
        let said = lab.put(&[name]);
        helps(&lab, &said.stderr, made);
    }
}

/// <https://github.com/broadinstitute/viral-ngs/issues/814>
#[test]
fn ubam_with_sq() {
    let lab = Lab::new();
    lab.copy("cases/ubam-with-sq/unmapped.bam", "u.bam");
    let end = &read("samtools-test/7.quickcheck.cram30.ok.cram");
    let end = &end[end.len() - 38..];
    let header = cram((3, 0), b"@RG\tID:a\tSM:S\n", Method::Raw);
    lab.file("u.cram", &joined(&[&header, end]));
    says(
        &lab,
        &[
            &["put", "u.bam"],
            &["put", "--type=ubam", "u.bam"],
            &["check", "u.bam"],
            &["put", "u.cram"],
        ],
        &expect![[r#"
            $ put u.bam
            error: the reads of `u.bam` seem unaligned, but its header lists 2 reference sequences: it is BAM, which needs a reference genome

            hint: make it unmapped BAM with `samtools reset -o OUT.bam u.bam` (samtools 1.17 or later), or give the ARN of the reference with `--reference`
            --- status 2
            $ put --type=ubam u.bam
            error: `u.bam` is BAM by its content, because its header lists reference sequences, and `--type` says UBAM: make it unmapped BAM with `samtools reset -o OUT.bam u.bam` (samtools 1.17 or later), or leave `--type` out
            --- status 2
            $ check u.bam
            note: the reads of `u.bam` seem unaligned, but its header lists 2 reference sequences, which makes it BAM
            --- status 0
            $ put u.cram
            error: `u.cram` is CRAM without reference sequences, and the service wants a reference genome for every CRAM

            hint: make it unmapped BAM with `samtools view -b -o OUT.bam u.cram`, or give the ARN of a reference with `--reference`
            --- status 2
        "#]],
    );
    lab.put(&["u.bam", "--reference", REFERENCE]).expect(0);
}

/// <https://github.com/samtools/samtools/issues/1467>
#[test]
fn bcl2fastq_without_eof() {
    let lab = Lab::new();
    for read in ["R1", "R2"] {
        let name = format!("s_S1_L001_{read}_001.fastq.gz");
        lab.copy(&format!("cases/bcl2fastq-without-eof/{name}"), &name);
    }
    lab.file("far.fastq.gz", &unmarked(&text().repeat(3000)));
    lab.file("cut.fastq.gz", &unmarked(&joined(&[&text(), b"@h\nAC"])));
    let names = ["s_S1_L001_R1_001.fastq.gz", "s_S1_L001_R2_001.fastq.gz"];
    says(
        &lab,
        &[
            &["check", "--full", names[0], names[1]],
            &["check", "--full", "far.fastq.gz"],
            &["check", names[0], names[1]],
            &["check", "far.fastq.gz"],
            &["check", "cut.fastq.gz"],
            &["check", "--full", "cut.fastq.gz"],
        ],
        &expect![[r#"
            $ check --full s_S1_L001_R1_001.fastq.gz s_S1_L001_R2_001.fastq.gz
            --- status 0
            $ check --full far.fastq.gz
            --- status 0
            $ check s_S1_L001_R1_001.fastq.gz s_S1_L001_R2_001.fastq.gz
              end            note: has no BGZF end-of-file marker, as bcl2fastq writes it; its last block and last record are whole
              end            note: has no BGZF end-of-file marker, as bcl2fastq writes it; its last block and last record are whole
            note: `s_S1_L001_R1_001.fastq.gz` has no BGZF end-of-file marker, as bcl2fastq writes it; its last block and last record are whole
            note: `s_S1_L001_R2_001.fastq.gz` has no BGZF end-of-file marker, as bcl2fastq writes it; its last block and last record are whole
            --- status 0
            $ check far.fastq.gz
              end            note: has no BGZF end-of-file marker, as bcl2fastq writes it; its last block and last record are whole
            note: `far.fastq.gz` has no BGZF end-of-file marker, as bcl2fastq writes it; its last block and last record are whole
            --- status 0
            $ check cut.fastq.gz
            error: `cut.fastq.gz` cannot be uploaded
              caused by: it begins like FASTQ, but it ends in the middle of record 101
            --- status 2
            $ check --full cut.fastq.gz
            error: `cut.fastq.gz` cannot be uploaded
              caused by: it begins like FASTQ, but it ends in the middle of record 101
            --- status 2
        "#]],
    );
    lab.put(&names).expect(0);
}

#[test]
fn full_but_open() {
    let lab = Lab::new();
    let pair = ["P1_R1.fastq.gz", "P1_R2.fastq.gz"];
    for name in pair {
        lab.copy(&format!("cases/full-but-open/{name}"), name);
    }
    let large = |mate: usize| {
        let mut dice = fastrand::Rng::with_seed(7);
        let mut text = String::new();
        for number in 0..9000 {
            let bases: String = (0..80).map(|_| ['A', 'C', 'G', 'T'][dice.usize(..4)]).collect();
            let qualities: String = (0..80).map(|_| dice.char('#'..='I')).collect();
            writeln!(text, "@r{number} {mate}:N:0:A\n{bases}\n+\n{qualities}").unwrap();
        }
        gzip(text.as_bytes())
    };
    let big = ["L_R1.fastq.gz", "L_R2.fastq.gz"];
    lab.file(big[0], &large(1));
    lab.file(big[1], &large(2));
    for names in [pair, big] {
        for more in [&[][..], &["--output=json"]] {
            let arguments = [&["check", "--full"], &names[..], more].concat();
            let said = Lab::run(lab.command(arguments));
            let stdout = &said.expect(0).stdout;
            assert!(!stdout.contains("open") && !stdout.contains("undecided"), "{stdout}");
            assert!(stdout.contains("both end with read"), "{stdout}");
        }
    }
    // What only decompressing all of it tells is open without that.
    let said = Lab::run(lab.command(["check", big[0], big[1]]));
    assert!(said.expect(0).stdout.contains("open: "), "{}", said.stdout);
    // A mate that is damaged says it all.
    let whole = large(2);
    lab.file(big[1], &whole[..whole.len() - 1]);
    let said = Lab::run(lab.command(["check", "--full", big[0], big[1]]));
    assert!(!said.expect(2).stdout.contains("last reads"), "{}", said.stdout);
}

/// <https://github.com/isovic/racon/issues/67>
#[test]
fn wrapped_fastq() {
    let lab = Lab::new();
    lab.copy("cases/wrapped-fastq/s_R1.fastq.gz", "s.fastq.gz");
    let wrapped = b"@w\nACGT\nACGT\n+\nIIII\nFFFF\n";
    lab.file("later.fastq.gz", &gzip(&joined(&[&text().repeat(10), wrapped])));
    says(
        &lab,
        &[
            &["check", "s.fastq.gz"],
            &["put", "s.fastq.gz"],
            &["check", "later.fastq.gz"],
            &["check", "--full", "later.fastq.gz"],
            &["put", "later.fastq.gz"],
        ],
        &expect![[r#"
            $ check s.fastq.gz
            error: `s.fastq.gz` cannot be uploaded
              caused by: it begins like FASTQ, but record 1 is wrapped: its sequence has several lines, and the service takes one

            hint: unwrap it with `seqtk seq -l0 s.fastq.gz | gzip > OUT.fastq.gz` or `seqkit seq -w0`
            --- status 2
            $ put s.fastq.gz
            error: `s.fastq.gz` cannot be uploaded
              caused by: it begins like FASTQ, but record 1 is wrapped: its sequence has several lines, and the service takes one

            hint: unwrap it with `seqtk seq -l0 s.fastq.gz | gzip > OUT.fastq.gz` or `seqkit seq -w0`
            --- status 2
            $ check later.fastq.gz
              content        FAILED: is damaged: record 1001 (`w`), at byte 24900 of the decompressed data, is wrapped: its sequence has several lines, and the service takes one
            error: `later.fastq.gz` is damaged: record 1001 (`w`), at byte 24900 of the decompressed data, is wrapped: its sequence has several lines, and the service takes one

            hint: unwrap it with `seqtk seq -l0 later.fastq.gz | gzip > OUT.fastq.gz` or `seqkit seq -w0`
            --- status 2
            $ check --full later.fastq.gz
              content        FAILED: is damaged: record 1001 (`w`), at byte 24900 of the decompressed data, is wrapped: its sequence has several lines, and the service takes one
            error: `later.fastq.gz` is damaged: record 1001 (`w`), at byte 24900 of the decompressed data, is wrapped: its sequence has several lines, and the service takes one

            hint: unwrap it with `seqtk seq -l0 later.fastq.gz | gzip > OUT.fastq.gz` or `seqkit seq -w0`
            --- status 2
            $ put later.fastq.gz
            error: `later.fastq.gz` is damaged: record 1001 (`w`), at byte 24900 of the decompressed data, is wrapped: its sequence has several lines, and the service takes one

            hint: unwrap it with `seqtk seq -l0 later.fastq.gz | gzip > OUT.fastq.gz` or `seqkit seq -w0`
            --- status 2
        "#]],
    );
    for name in ["s.fastq.gz", "later.fastq.gz"] {
        let said = lab.put(&[name]);
        helps(&lab, &said.stderr, "OUT.fastq.gz");
    }
}

#[test]
fn files_that_were_joined_by_cat() {
    let lab = Lab::new();
    let bam = read("pysam-tests/test_unaligned.bam");
    let cram = read("samtools-test/7.quickcheck.cram30.ok.cram");
    lab.file("two.bam", &joined(&[&bam, &bam]));
    lab.file("two.cram", &joined(&[&cram, &cram]));
    says(
        &lab,
        &[
            &["check", "two.bam"],
            &["check", "--full", "two.bam"],
            &["put", "two.bam"],
            &["put", "two.cram", "--reference", REFERENCE],
        ],
        &expect![[r#"
            $ check two.bam
              content        FAILED: is damaged: at byte 905 of the decompressed data, another BAM file begins
            error: `two.bam` is damaged: at byte 905 of the decompressed data, another BAM file begins

            hint: join BAM files with `samtools cat -o OUT.bam FILE1 FILE2`
            --- status 2
            $ check --full two.bam
              content        FAILED: is damaged: at byte 905 of the decompressed data, another BAM file begins
            error: `two.bam` is damaged: at byte 905 of the decompressed data, another BAM file begins

            hint: join BAM files with `samtools cat -o OUT.bam FILE1 FILE2`
            --- status 2
            $ put two.bam
            error: `two.bam` is damaged: at byte 905 of the decompressed data, another BAM file begins

            hint: join BAM files with `samtools cat -o OUT.bam FILE1 FILE2`
            --- status 2
            $ put two.cram --reference arn:aws:omics:us-east-1:123456789012:referenceStore/1234567890/reference/2345678901
            error: `two.cram` is damaged: at byte 49122, another CRAM file begins

            hint: join CRAM files with `samtools cat -o OUT.cram FILE1 FILE2`
            --- status 2
        "#]],
    );
}

/// <https://github.com/seqan/seqan/issues/1653>
#[test]
fn header_over_256_mib() {
    let lab = Lab::new();
    // Few lines and long ones, because a build for tests is slow.
    let line = format!("@SQ\tSN:contig\tLN:1000\tUR:file:{}\n", "/metagenome".repeat(180));
    let line = line.as_bytes();
    let times = 65_000 / line.len();
    let (block, blocks) = (bgzf_block(&line.repeat(times)), 4300);
    let length = i32::try_from(blocks * times * line.len()).unwrap();
    assert!(length > 256 * 1024 * 1024);
    let begin = bgzf_block(&[&b"BAM\x01"[..], &length.to_le_bytes()].concat());
    let list = &plain_bam(b"", &[(b"c", 1000)])[8..];
    let file = joined(&[&begin, &block.repeat(blocks), &bgzf_block(list), &bgzf_block(b"")]);
    lab.file("meta.bam", &file);
    Lab::run(lab.command(["check", "meta.bam", "--sample=S"])).expect(0);
    lab.put(&["meta.bam", "--sample=S", "--reference", REFERENCE]).expect(0);
}
