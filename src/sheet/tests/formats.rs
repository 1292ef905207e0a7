//! Whose sheet it is, and what its columns say.

use super::*;

const REFERENCE: &str =
    "arn:aws:omics:us-west-2:123456789012:referenceStore/1234567890/reference/0987654321";

#[test]
fn the_format_is_told_by_content() {
    for (sheet, format) in [
        ("sample,fastq_1\nS1,a\n", SheetFormat::NfCore),
        ("sample,bam,bai\nS1,a,b\n", SheetFormat::NfCore),
        ("patient,sample,cram,crai\nP,S1,a,b\n", SheetFormat::NfCore),
        ("file\na\n", SheetFormat::Plain),
        ("sample\tfile_1\tfile_2\nS\ta\tb\n", SheetFormat::Plain),
        ("source1,sampleId,subjectId\na,b,c\n", SheetFormat::Manifest),
        ("{\"sources\": [{}]}", SheetFormat::Manifest),
        ("[{}]", SheetFormat::Manifest),
        (" [\n{}]", SheetFormat::Manifest),
        ("{}\n{}\n", SheetFormat::Manifest),
        ("[Header],,\nIEMFileVersion,4,\n[Data],,\nSample_ID,,\nS1,,\n", SheetFormat::Illumina),
        ("\"[Header]\"\n[BCLConvert_Data]\nSample_ID\nS1\n", SheetFormat::Illumina),
        ("# x\n\n[Data];;\nSample_ID;Sample_Name\nS1;x\n", SheetFormat::Illumina),
    ] {
        assert_eq!(Sheet::read(sheet.as_bytes(), None).unwrap().format(), format, "{sheet}");
        assert!(Sheet::read(sheet.as_bytes(), Some(format)).is_ok());
        for other in SheetFormat::ALL.into_iter().filter(|other| *other != format) {
            let error = Sheet::read(sheet.as_bytes(), Some(other)).unwrap_err();
            let SheetError { what: Wrong::OtherFormat { asked, .. }, .. } = error else {
                panic!("{error}")
            };
            assert_eq!(asked, other);
        }
        assert_eq!(format.to_string().parse(), Ok(format));
    }
    let both = "sample,fastq_1,file\nS1,,a.bam\n";
    let format = |asked| Sheet::read(both.as_bytes(), asked).unwrap().format();
    assert_eq!(format(None), SheetFormat::NfCore);
    assert_eq!(format(Some(SheetFormat::Plain)), SheetFormat::Plain);
    assert!("csv".parse::<SheetFormat>().is_err());
}

#[test]
fn nf_core_sheets_are_read() {
    assert_reads(&[
        // rnaseq
        (
            "sample,fastq_1,fastq_2,strandedness\nCONTROL,a_1.fq.gz,a_2.fq.gz,auto\nTREATED,b.fq.gz,,reverse\n",
            &["2 CONTROL: a_1.fq.gz | a_2.fq.gz", "3 TREATED: b.fq.gz"],
        ),
        // sarek, from FASTQ, and again from its BAM and CRAM
        (
            "patient,sex,status,sample,lane,fastq_1,fastq_2\nP1,XX,1,T1,L2,a_1.fq.gz,a_2.fq.gz\n",
            &["2 T1: a_1.fq.gz | a_2.fq.gz [subject=P1, lane=L2]"],
        ),
        (
            "patient,sex,status,sample,bam,bai\nP1,XX,0,N1,n.bam,n.bam.bai\n",
            &["2 N1: n.bam [subject=P1]"],
        ),
        (
            "patient,sex,status,sample,cram,crai,table\nP1,NA,0,N1,n.cram,n.cram.crai,n.table\n",
            &["2 N1: n.cram [subject=P1]"],
        ),
        // rows that differ in what they fill
        (
            "sample,fastq_1,fastq_2,bam,cram\nA,a.fq.gz,,,\nB,,,b.bam,\nC,,,,c.cram\n",
            &["2 A: a.fq.gz", "3 B: b.bam", "4 C: c.cram"],
        ),
        // options of `put` in a sheet of nf-core
        (
            "sample,fastq_1,name,tag:project\nA,a.fq.gz,first,p 1\n",
            &["2 A: a.fq.gz [name=first, project=p 1]"],
        ),
    ]);
}

#[test]
fn sheets_of_fetchngs_are_read() {
    let header = "sample,fastq_1,fastq_2,strandedness,run_accession,experiment_accession,\
        sample_accession,secondary_sample_accession,study_accession,secondary_study_accession,\
        submission_accession,run_alias,experiment_alias,sample_alias,study_alias,library_layout,\
        library_selection,library_source,library_strategy,library_name,instrument_model,\
        instrument_platform,base_count,read_count,tax_id,scientific_name,sample_title,\
        experiment_title,study_title,sample_description,fastq_md5,fastq_bytes,fastq_ftp,\
        fastq_galaxy,fastq_aspera";
    let quoted = header.split(',').map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(",");
    let mut cells = vec!["\"\""; header.split(',').count()];
    cells[..4].copy_from_slice(&[
        "\"SRX1\"",
        "\"f/SRX1_SRR1_1.fastq.gz\"",
        "\"f/SRX1_SRR1_2.fastq.gz\"",
        "\"auto\"",
    ]);
    cells[32] = "\"ftp.sra.ebi.ac.uk/a_1.fastq.gz;ftp.sra.ebi.ac.uk/a_2.fastq.gz\"";
    let sheet = format!("{quoted}\n{}\n", cells.join(","));
    assert_reads(&[(&sheet, &["2 SRX1: f/SRX1_SRR1_1.fastq.gz | f/SRX1_SRR1_2.fastq.gz"])]);
}

#[test]
fn plain_sheets_are_read() {
    let all = format!(
        "file\tname\tsample\tsubject\ttype\treference\tgenerated_from\tdescription\ttag:Lab\ttag:x\n\
         a.bam\tn 1\tS1\tP1\tbam\t{REFERENCE}\tseq 7\tfirst, \"second\"\tL/1\t\n\
         b.bam\t\tS2\t\tUBAM\tauto\t\t\t\ty=z\n"
    );
    let first = format!(
        "2 S1: a.bam [subject=P1, name=n 1, type=BAM, reference={REFERENCE}, from=seq 7, \
         description=first, \"second\", Lab=L/1]"
    );
    assert_reads(&[
        (&all, &[&first, "3 S2: b.bam [type=UBAM, reference=auto, x=y=z]"]),
        (
            "file_1,file_2\na_R1.fq.gz,a_R2.fq.gz\nb.fq.gz,\n",
            &["2 ?: a_R1.fq.gz | a_R2.fq.gz", "3 ?: b.fq.gz"],
        ),
        (
            "file_1,file_2,sample\na_L1_R1.fq.gz; a_L2_R1.fq.gz ,a_L1_R2.fq.gz;a_L2_R2.fq.gz;,S\n",
            &["2 S: a_L1_R1.fq.gz + a_L2_R1.fq.gz | a_L1_R2.fq.gz + a_L2_R2.fq.gz"],
        ),
        // Only the plain format splits cells.
        ("sample,fastq_1\nS,a;b.fq.gz\n", &["2 S: a;b.fq.gz"]),
    ]);
}

#[test]
fn what_a_row_may_not_say_is_refused() {
    let long = "x".repeat(128);
    assert_refused(&[
        ("sample,fastq_1\n,a.fq.gz\n", &["s.csv:2: sample: missing"]),
        ("sample,fastq_1\nS1,\n", &["s.csv:2: no file: fill one of `fastq_1`, `bam`, `cram`"]),
        ("file,sample\n,S1\n", &["s.csv:2: no file: fill one of `file`, `file_1`"]),
        ("file,sample\n;,S1\n", &["s.csv:2: file: missing"]),
        ("sample,fastq_1,fastq_2\nS1,,a.fq.gz\n", &["s.csv:2: fastq_2: filled without `fastq_1`"]),
        ("file_1,file_2\n,a.fq.gz\n", &["s.csv:2: file_2: filled without `file_1`"]),
        ("sample,fastq_1,bam\nS1,a.fq.gz,a.bam\n", &["s.csv:2: bam: `fastq_1` names a file too"]),
        (
            "sample,fastq_1,CRAM\nS1,a.fq.gz,a.cram\n",
            &["s.csv:2: CRAM: `fastq_1` names a file too"],
        ),
        ("sample,bam,cram\nS1,a.bam,a.cram\n", &["s.csv:2: cram: `bam` names a file too"]),
        (
            "sample,fastq_1,fastq_2,bam\nS1,,a.fq.gz,a.bam\n",
            &["s.csv:2: bam: `fastq_2` names a file too"],
        ),
        ("file,file_1\na.bam,b.fq.gz\n", &["s.csv:2: file_1: `file` names a file too"]),
        ("file_1,file_2\na;b,c\n", &["s.csv:2: file_2: `file_1` lists 2 and this one 1: each"]),
        (
            "sample,fastq_1\nS1,~/a.fq.gz\n",
            &["s.csv:2: fastq_1: `~` and `$VAR` are not expanded in `~/a.fq.gz`"],
        ),
        (
            "sample,fastq_1\nS1,~me/a.fq.gz\n",
            &["s.csv:2: fastq_1: `~` and `$VAR` are not expanded"],
        ),
        (
            "sample,fastq_1\nS1,$HOME/a.fq.gz\n",
            &["s.csv:2: fastq_1: `~` and `$VAR` are not expanded"],
        ),
        (
            "sample,fastq_1\nS1,/x/${R}_1.fq.gz\n",
            &["s.csv:2: fastq_1: `~` and `$VAR` are not expanded"],
        ),
        (
            "sample,fastq_1\nS1,https://b.s3.amazonaws.com/a.fq.gz?X-Amz-Signature=0123456789abcdef\n",
            &["s.csv:2: fastq_1: `https://b.s3.amazonaws.com/a.fq.gz` is not a local file"],
        ),
        // A login and a signature are nobody's business.
        (
            "sample,fastq_1\nS1,ftp://me:hunter2@host/a.fq.gz\nS2,HTTPS://me@h/b.fq.gz?x=1\n",
            &[
                "s.csv:2: fastq_1: `ftp://host/a.fq.gz` is not a local file: download it",
                "s.csv:3: fastq_1: `HTTPS://h/b.fq.gz` is not a local file: download it",
            ],
        ),
        ("a,b\nhttps://me:pw@h/b,\n", &["s.csv:1: no known format: its columns are `a`, `b`;"]),
        ("sample,fastq_1\nS1,a,https://me:pw@h/b?s\n", &["s.csv:2: cell 3 (`https://h/b`) has no"]),
        (
            "sample,fastq_1\nS1,omics://1.storage.us-west-2.amazonaws.com/2/readSet/3/source1\n",
            &[
                "s.csv:2: fastq_1: `omics://1.storage.us-west-2.amazonaws.com/2/readSet/3/source1` is a \
               source of a read set, which is in a sequence store already",
            ],
        ),
        (
            "file\nfile:///d/a.bam\n",
            &["s.csv:2: file: `file:///d/a.bam` is an address: write the path"],
        ),
        ("file,type\na.bam,sam\n", &["s.csv:2: type: `sam` is not a file type: one of `fastq`"]),
        (
            "file,reference\na.bam,https://me:pw@h/hg38\n",
            &[
                "s.csv:2: reference: `https://h/hg38` is an address, which does not belong in this column",
            ],
        ),
        ("file,reference\na.bam,hg38\n", &["s.csv:2: reference: `hg38` is not a reference ARN"]),
        ("file,tag:aws:x\na.bam,1\n", &["s.csv:2: tag:aws:x: `aws:x=1` is not a tag"]),
        ("file,tag:\na.bam,1\n", &["s.csv:2: tag:: `=1` is not a tag: its key is empty"]),
        ("file,tags\na.bam,x=1\n", &["s.csv:2: tags: tags are a JSON object of strings"]),
        ("file,tags,tag:k\na.bam,{'k': '1'},2\n", &["s.csv:2: the tag `k` is given twice"]),
        (&format!("file,sample\na.bam,{long}\n"), &["s.csv:2: sample: `xxxxxxxx"]),
        ("file,sample\na.bam,\"a\nb\"\n", &["s.csv:2: sample: `a\\nb` is not a sample ID"]),
    ]);
}

#[test]
fn a_long_cell_makes_no_long_message() {
    let long = "x".repeat(1_000_000);
    for sheet in [
        format!("sample,fastq_1\n{long},a\n"),
        format!("sample,fastq_1\nS,{long}\n"),
        format!("sample,fastq_1\nS,s3://{long}\n"),
        format!("sample,fastq_1\nS,a,{long}\n"),
        format!("file,type\na,{long}\n"),
        format!("file,reference\na,{long}\n"),
        format!("file,tag:x\na,{long}\n"),
        format!("file,tag:{long}\na,1\n"),
        format!("file,tags\na,{{\"{long}\": \"1\"}}\n"),
        format!("file,{long}\na,1\n"),
        format!("{long},b\na,1\n"),
        format!("file,description\na,{long}\n"),
        format!("[Data]\nSample_ID\n{long}\n"),
        format!("[{{\"{long}\": 1}}]"),
    ] {
        let found = read(&sheet).join("\n");
        let begin: String = found.chars().take(300).collect();
        assert!(found.starts_with("s.csv:") && found.len() < 3000, "{begin}");
    }
}

#[test]
fn what_is_nearly_a_header_is_told() {
    assert_refused(&[
        (
            "sample,fastq1,fastq2\nS,a,b\n",
            &[
                "s.csv:1: no known format: its columns are `sample`, `fastq1`, `fastq2`; did you mean \
               `fastq_1` instead of `fastq1`, and `fastq_2` instead of `fastq2`?",
            ],
        ),
        (
            "Sample ID,Read 1,Read 2\nS,a,b\n",
            &[
                "s.csv:1: no known format: its columns are `Sample ID`, `Read 1`, `Read 2`; did you mean \
               `sampleId` instead of `Sample ID`, and `fastq_1` instead of `Read 1`",
            ],
        ),
        (
            "smaple,R1\nS,a\n",
            &["s.csv:1: no known format: its columns are `smaple`, `R1`; did you mean `sample`"],
        ),
        (
            "[Data]\nSample,index\nA,ACGT\n",
            &["s.csv:2: not a sheet of the format illumina, which needs a section"],
        ),
    ]);
    assert_reads(&[("sample,fastq-1,FASTQ-2\nS,a,b\n", &["2 S: a | b"])]);
}

#[test]
fn nothing_is_sent_twice() {
    let name = "give each read set another name";
    assert_refused(&[
        (
            "sample,fastq_1\nA,a.fq.gz\nB,a.fq.gz\n",
            &["s.csv:3: fastq_1: `a.fq.gz` is also in row 2, column `fastq_1`"],
        ),
        (
            "sample,fastq_1\nA,x/a.fq.gz\nB,./x//a.fq.gz\n",
            &["s.csv:3: fastq_1: `./x//a.fq.gz` is also in row 2"],
        ),
        (
            "sample,fastq_1,fastq_2\nA,a.fq.gz,a.fq.gz\n",
            &["s.csv:2: fastq_2: `a.fq.gz` is also in row 2, column `fastq_1`"],
        ),
        ("file,sample\na.fq.gz;a.fq.gz,A\n", &["s.csv:2: file: `a.fq.gz` is also in row 2"]),
        (
            "file,name,sample\na.bam,n,A\nb.bam,n,A\n",
            &["s.csv:3: row 2 has the same name (`n`) and sample (`A`): give each"],
        ),
        // The name may be that of the files.
        (
            "sample,fastq_1,fastq_2\nA,r1/a_1.fq.gz,r1/a_2.fq.gz\nA,r2/a_1.fq.gz,r2/a_2.fq.gz\n",
            &["s.csv:3: row 2 has the same name (`a`) and sample (`A`)"],
        ),
    ]);
    assert!(read("file,name,sample\na.bam,n,A\nb.bam,n,A\n")[0].contains(name));
    // The FASTQ and the BAM of one sample are told apart by their types.
    assert_eq!(read("sample,fastq_1,bam\nA,a.fq.gz,\nA,,a.bam\n").len(), 2);
    assert_eq!(read("file,name,sample\na.bam,n,A\nb.bam,n,B\n").len(), 2);
}

#[test]
fn columns_that_are_ignored_are_not_read() {
    let sheet = "sample,fastq_1,condition,name\nS1,a.fq.gz,x,n\n";
    let with = |ignored: &str| {
        read_with(
            sheet.as_bytes(),
            &SheetOptions { ignored: ignored.parse().unwrap(), ..options() },
        )
    };
    assert_eq!(with("all"), ["2 S1: a.fq.gz [name=n]"]);
    assert_eq!(with("condition"), ["2 S1: a.fq.gz [name=n]"]);
    assert_eq!(with("NAME,Condition"), ["2 S1: a.fq.gz"]);
    assert_eq!(
        with("name"),
        ["s.csv:1: condition: unknown column; to ignore it: `--ignore-columns condition`"]
    );
    let json =
        "{\"source1\": \"a\", \"sampleId\": \"S\", \"subjectId\": \"P\", \"x\": 1, \"name\": 2}";
    let ignored = SheetOptions { ignored: "x,name".parse().unwrap(), ..options() };
    assert_eq!(read_with(json.as_bytes(), &ignored), ["1 S: a [subject=P]"]);
}

#[test]
fn a_row_knows_what_its_files_may_be() {
    use crate::formats::FileType::{Bam, Cram, Fastq, Ubam};
    let sheet = "patient,sample,fastq_1,bam,cram,file,type\nP,A,a,,,,\nP,B,,b,,,\nP,C,,,c,,\nP,D,,,,d,\nP,E,,,,e,ubam\n";
    let rows = Sheet::read(sheet.as_bytes(), None).unwrap().rows(&options()).good;
    let types = |row: &SheetRow| [Fastq, Bam, Ubam, Cram].map(|found| row.takes(found));
    let takes: Vec<_> = rows.iter().map(types).collect();
    let (no, yes) = (false, true);
    let expected = [
        [yes, no, no, no],
        [no, yes, yes, no],
        [no, no, no, yes],
        [yes, yes, yes, yes],
        [no, no, yes, no],
    ];
    assert_eq!(takes, expected);
    let is = |sample: &str| rows[0].is_sample(sample);
    assert_eq!(
        [is("A"), is("P_A"), is("P"), is("B"), is("P_B"), is("PA")],
        [true, true, false, false, false, false]
    );
    let origins = [
        rows[0].sample.as_ref().unwrap().by.to_string(),
        rows[0].subject.as_ref().unwrap().by.to_string(),
    ];
    assert_eq!(origins, ["column sample", "column patient"]);
}
