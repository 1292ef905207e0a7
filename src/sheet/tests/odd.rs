//! Sheets as people have them: exports of spreadsheets, of pipelines, of other systems, and accidents.

use super::*;

const A: &str = "2 A: a_1.fq.gz | a_2.fq.gz";
const HEADER: &str = "sample,fastq_1,fastq_2\n";

fn with_header(rows: &str) -> String {
    format!("{HEADER}{rows}")
}

/// Each sheet with what becomes of it: all lines, or of a refused sheet how they begin.
#[track_caller]
fn assert_becomes(cases: &[(&str, &[&str])]) {
    for (sheet, expected) in cases {
        let found = read(sheet);
        let is_refused = expected.iter().any(|line| line.starts_with("s.csv"));
        let fits = |(found, expected): (&String, &&str)| {
            if is_refused { found.starts_with(expected) } else { found == expected }
        };
        let fits = found.len() == expected.len() && found.iter().zip(*expected).all(fits);
        assert!(fits, "{sheet}\n{found:#?}\n{expected:#?}");
    }
}

#[test]
fn exports_of_spreadsheets() {
    let row = "A,a_1.fq.gz,a_2.fq.gz\n";
    assert_becomes(&[
        (
            "\u{FEFF}sep=;\r\nsample;fastq_1;fastq_2\r\nA;a_1.fq.gz;a_2.fq.gz\r\n",
            &["3 A: a_1.fq.gz | a_2.fq.gz"],
        ),
        ("sample;fastq_1;fastq_2;sex\nA;a_1.fq.gz;a_2.fq.gz;1,5\n", &[A]),
        ("sample,fastq_1,fastq_2,,,,\nA,a_1.fq.gz,a_2.fq.gz,,,,\n,,,,,,\n,,,,,,\n", &[A]),
        ("\"sample\n\",fastq_1,fastq_2\nA,a_1.fq.gz,a_2.fq.gz\n", &["3 A: a_1.fq.gz | a_2.fq.gz"]),
        ("sample\u{a0},\u{a0}fastq_1,fastq_2\nA\u{a0},a_1.fq.gz\u{a0},a_2.fq.gz\n", &[A]),
        (&with_header(row).replace('\n', "\r"), &[A]),
        (&with_header("A,a_1.fq.gz,\"\"\n"), &["2 A: a_1.fq.gz"]),
        (&with_header("A,a_1.fq.gz,\" \"\n"), &["2 A: a_1.fq.gz"]),
        (
            &with_header("2-Sep,a_1.fq.gz\n1E+05,b.fq.gz\n007,c.fq.gz\n"),
            &["2 2-Sep: a_1.fq.gz", "3 1E+05: b.fq.gz", "4 007: c.fq.gz"],
        ),
        (&with_header("\"A, liver\",a_1.fq.gz\n"), &["2 A, liver: a_1.fq.gz"]),
        // What needs a word.
        (
            "sample,fastq\u{a0}1\nA,a\n",
            &[
                "s.csv:1: no known format: its columns are `sample`, `fastq\u{a0}1`; did you mean `fastq_1` \
               instead of `fastq\u{a0}1`?",
            ],
        ),
        (
            "\u{200b}sample,fastq_1\nA,a\n",
            &[
                "s.csv:1: no known format: its columns are `\\u{200b}sample`, `fastq_1`; did you mean `sample`",
            ],
        ),
        (
            &with_header(&format!("{row}{HEADER}B,b.fq.gz\n")),
            &["s.csv:3: it repeats the header: remove it"],
        ),
        (
            &format!("My samples 2026,,\n,,\n{HEADER}{row}"),
            &[
                "s.csv:1: no known format: its columns are `My samples 2026`, but line 3 looks like their names",
            ],
        ),
        (
            &format!(" # lab\n{HEADER}{row}"),
            &["s.csv:1: no known format: its columns are `# lab`, but line 2"],
        ),
        (
            row,
            &[
                "s.csv:1: no known format: its columns are `A`, `a_1.fq.gz`, `a_2.fq.gz`; `--format`",
            ],
        ),
        (
            "a.fq.gz\nb.fq.gz\n",
            &["s.csv:1: no known format: its columns are `a.fq.gz`; `--format`"],
        ),
        (
            &with_header("A,a_1.fq.gz,a_2.fq.gz,liver\n"),
            &["s.csv:2: cell 4 (`liver`) has no column name"],
        ),
        (&with_header("A,a_1.fq.gz\nB\n"), &["s.csv:3: no file: fill one of"]),
        (
            "sample,fastq_1\nA\ta_1.fq.gz\n",
            &[
                "s.csv:2: no file: fill one of",
                "s.csv:2: sample: `A\\ta_1.fq.gz` is not a sample ID",
            ],
        ),
        (
            "sample fastq_1\nA a\n",
            &[
                "s.csv:1: no known format: cells are separated by commas, tabs or semicolons, and `sample \
               fastq_1` is one cell",
            ],
        ),
        ("sample|fastq_1\nA|a\n", &["s.csv:1: no known format: cells are separated by commas"]),
        (
            "| sample | fastq_1 |\n|---|---|\n| A | a |\n",
            &["s.csv:1: no known format: cells are separated"],
        ),
        ("{\\rtf1 sample}", &["s.csv: it is an RTF document, not text: export the sheet as CSV"]),
        ("<!doctype html><p>Sign in", &["s.csv: it is a web page"]),
        ("<?xml version=\"1.0\"?>", &["s.csv: it is an XML document"]),
    ]);
}

#[test]
fn sheets_of_other_pipelines() {
    assert_becomes(&[
        // rnaseq, as newer versions write it
        (
            "sample,fastq_1,fastq_2,strandedness,seq_platform,seq_center,percent_mapped,genome_bam,\
             transcriptome_bam\nA,a_1.fq.gz,a_2.fq.gz,auto,ILLUMINA,X,,,\n",
            &[A],
        ),
        ("sample,fastq_1,fastq_2,expected_cells\nA,a_1.fq.gz,a_2.fq.gz,5000\n", &[A]),
        (
            "sample,lane,fastq_1,fastq_2,sex,phenotype,paternal_id,maternal_id,case_id\n\
             A,1,a_1.fq.gz,a_2.fq.gz,1,2,,,c\n",
            &["2 A: a_1.fq.gz | a_2.fq.gz [lane=1]"],
        ),
        (
            "sample,run_accession,instrument_platform,fastq_1,fastq_2,fasta\nA,r,ILLUMINA,a_1.fq.gz,a_2.fq.gz,\n",
            &[A],
        ),
        // An empty patient says nothing; the subject is the sample then.
        (
            "patient,sample,fastq_1\n,A,a.fq.gz\nP,B,b.fq.gz\n",
            &["2 A: a.fq.gz", "3 B: b.fq.gz [subject=P]"],
        ),
        (
            "group,replicate,fastq_1,fastq_2,strandedness\nctl,1,a,b,auto\n",
            &[
                "s.csv:1: no known format: its columns are `group`, `replicate`, `fastq_1`, `fastq_2`, \
               `strandedness`; did you mean `sample` instead of `group`?",
            ],
        ),
        (
            "sampleID\tforwardReads\treverseReads\nA\ta\tb\n",
            &[
                "s.csv:1: no known format: its columns are `sampleID`, `forwardReads`, `reverseReads`; did you \
               mean `fastq_1` instead of `forwardReads`, and `fastq_2` instead of `reverseReads`?",
            ],
        ),
        (
            "sample,short_reads_1,short_reads_2\nA,a,b\n",
            &[
                "s.csv:1: no known format: its columns are `sample`, `short_reads_1`, `short_reads_2`; did you \
               mean `fastq_1`",
            ],
        ),
        (
            "Sample_Name\tLane\tR1\tR2\nA\t1\ta\tb\n",
            &[
                "s.csv:1: no known format: its columns are `Sample_Name`, `Lane`, `R1`, `R2`; did you mean `sample` \
               instead of `Sample_Name`, and `fastq_1` instead of `R1`, and `fastq_2` instead of `R2`?",
            ],
        ),
        (
            "sample,barcode\nA,1\n",
            &["s.csv:1: no known format: its columns are `sample`, `barcode`; `--format`"],
        ),
        (
            "sources:\n  - source1: a\n",
            &["s.csv:1: no known format: its columns are `sources:`; `--format`"],
        ),
    ]);
}

#[test]
fn manifests_of_many_hands() {
    let entry =
        "{\"sourceFiles\": {\"source1\": \"a.bam\"}, \"subjectId\": \"P\", \"sampleId\": \"A\"}";
    let row = "A: a.bam [subject=P]";
    let first = format!("1 {row}");
    assert_becomes(&[
        (&format!("{entry}\n"), &[&first]),
        (&format!("\u{FEFF}[{entry}]"), &[&first]),
        (&format!("{{\"roleArn\": \"r\", \"sources\": [{entry}]}}"), &[&first]),
        (&entry.to_lowercase(), &["1 a: a.bam [subject=p]"]),
        ("sourceFiles.source1,subjectId,sampleId\na.bam,P,A\n", &["2 A: a.bam [subject=P]"]),
        // A number is no ID, and is not missing either.
        (
            "{\"source1\": \"a.bam\", \"subjectId\": 7, \"sampleId\": \"A\"}",
            &["s.csv:1: subjectId: a string is needed, not a number"],
        ),
        (&format!("[{entry},]"), &["s.csv:1: not valid JSON: trailing comma"]),
        ("{\"source1\": \"a.bam\", \"sampleId\": \"A\"}", &["s.csv:1: subjectId: missing"]),
    ]);
}

/// A row that names a read set twice is told once.
#[test]
fn what_is_told_is_told_once() {
    let found = Sheet::read(b"file,name,sample\na,n,A\nb,n,A\n", None).unwrap().rows(&options());
    assert_eq!((found.good.len(), found.bad.len(), found.errors.len()), (1, 1, 1));
}

/// A list of files, as `ls` makes it: mates become two read sets, which hardly anybody wants.
#[test]
fn mates_in_two_rows_are_noted() {
    let note = |row: usize, first: &str, second: &str| {
        format!(
            "note: `{first}` in row {row} and `{second}` are named like mates, but become two read sets; to \
             make one of them, write both into one row, with the columns `file_1` and `file_2` (`fastq_1` \
             and `fastq_2`)"
        )
    };
    for (first, second) in [
        ("a_R1.fastq.gz", "a_R2.fastq.gz"),
        ("a_S1_L001_R1_001.fastq.gz", "a_S1_L001_R2_001.fastq.gz"),
        ("SRR1_2.fq.gz", "SRR1_1.fq.gz"),
    ] {
        let sheet = format!("file\n{first}\nb_R1.fastq.gz\n{second}\n");
        let told = format!("4 ?: {second} [{}]", note(2, first, second));
        assert_eq!(read(&sheet), [&format!("2 ?: {first}"), "3 ?: b_R1.fastq.gz", &told]);
    }
    for sheet in [
        "file\na_R1.fastq.gz\nsub/a_R2.fastq.gz\n",
        "file\na_1.bam\na_2.bam\n",
        "file\na_R1.fastq.gz\na_I1.fastq.gz\n",
        "file_1,file_2\na_R1.fastq.gz,a_R2.fastq.gz\nb_R1.fastq.gz,\n",
    ] {
        assert!(!read(sheet).concat().contains("named like mates"), "{sheet}");
    }
}
