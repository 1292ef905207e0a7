//! Files that are good, but do not make the read set that is asked for.

use std::{
    fs::File,
    io::{Seek as _, SeekFrom, Write as _},
};

use expect_test::expect;

use super::refusals::{Refusals, shown};
use crate::{
    files::{bam, fastq, gzip},
    lab::REFERENCE,
};

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

            error: the header of `b.bam` names `x`, and `--sample` says `NA1`: find out which is right; `--allow-sample-mismatch` sends it as `NA1`
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
            error: `t_R1.fastq.gz` and `t_R2.fastq.gz` hold the same reads, so one is a copy of the other: find the file with their mates
            $ put u_R1.fastq.gz u_R2.fastq.gz
            error: by their names `u_R1.fastq.gz` comes first and `u_R2.fastq.gz` second, by their reads it is the other way round: if the reads are right, say `--r1 u_R2.fastq.gz --r2 u_R1.fastq.gz`
            $ put v_R1.fastq.gz v_R2.fastq.gz
            error: `v_R1.fastq.gz` and `v_R2.fastq.gz` are named like a pair, but the one holds 3 reads and the other 2: one of them is incomplete
            $ put --r1 NA1_R1.fastq.gz --r2 NA2_R2.fastq.gz
            error: `NA1_R1.fastq.gz` and `NA2_R2.fastq.gz` are named after different samples, `NA1` and `NA2`: if they are mates, say which sample it is with `--sample`
            $ put --r1 s_R1.fastq.gz --r2 s_R2.fastq.gz
            error: `s_R1.fastq.gz` and `s_R2.fastq.gz` are given as a pair, but the one holds 3 reads and the other 2: one of them is incomplete
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

/// A file that begins and ends like `head` and has `size` bytes, most of them never written.
fn sparse(refusals: &Refusals, name: &str, head: &[u8], size: u64) {
    let mut file = File::create(refusals.lab.path(name)).unwrap();
    file.write_all(head).unwrap();
    file.set_len(size - head.len() as u64).unwrap();
    file.seek(SeekFrom::End(0)).unwrap();
    file.write_all(head).unwrap();
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
