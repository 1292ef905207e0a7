//! Encodings, separators, quotes, blanks, and what a line is.

use super::*;

const ROW: &[&str] = &["2 S1: a_1.fq.gz | a_2.fq.gz"];

#[test]
fn spreadsheets_and_editors_write_the_same_sheet_in_many_ways() {
    assert_reads(&[
        ("sample,fastq_1,fastq_2\nS1,a_1.fq.gz,a_2.fq.gz\n", ROW),
        ("sample,fastq_1,fastq_2\nS1,a_1.fq.gz,a_2.fq.gz", ROW),
        ("\u{FEFF}sample,fastq_1,fastq_2\nS1,a_1.fq.gz,a_2.fq.gz\n", ROW),
        ("sample,fastq_1,fastq_2\r\nS1,a_1.fq.gz,a_2.fq.gz\r\n", ROW),
        ("sample;fastq_1;fastq_2\r\nS1;a_1.fq.gz;a_2.fq.gz\r\n", ROW),
        ("sample\tfastq_1\tfastq_2\nS1\ta_1.fq.gz\ta_2.fq.gz\n", ROW),
        ("Sample,FASTQ_1,Fastq_2\nS1,a_1.fq.gz,a_2.fq.gz\n", ROW),
        (" sample , fastq_1 ,fastq_2 \n S1 , a_1.fq.gz ,a_2.fq.gz \n", ROW),
        ("\"sample\",\"fastq_1\",\"fastq_2\"\n\"S1\",\"a_1.fq.gz\",\"a_2.fq.gz\"\n", ROW),
        ("sample,fastq_1,fastq_2,,,\nS1,a_1.fq.gz,a_2.fq.gz,,,\n", ROW),
        ("sample,fastq_1,fastq_2\nS1,a_1.fq.gz,a_2.fq.gz,,\n", ROW),
        ("sample,fastq_1,fastq_2\nS1,a_1.fq.gz,a_2.fq.gz\n,,\n,,\n", ROW),
        ("sample,fastq_1,fastq_2,sex\nS1,a_1.fq.gz,a_2.fq.gz\n", ROW),
        // A column in another order, and one that is there before.
        ("fastq_2,sample,fastq_1\na_2.fq.gz,S1,a_1.fq.gz\n", ROW),
        // What the comma splits into more columns is not read by the semicolon.
        ("sample,fastq_1,fastq_2\n\"S1\",\"a_1.fq.gz\",a_2.fq.gz\n", ROW),
    ]);
    assert_reads(&[
        ("sep=;\nsample;fastq_1\nS1;a.fq.gz\n", &["3 S1: a.fq.gz"]),
        ("# run 7\n#\nsample,fastq_1\n# a,b\nS1,a.fq.gz\n", &["5 S1: a.fq.gz"]),
        ("\n\nsample,fastq_1\n\nS1,a.fq.gz\n\n\nS2,b.fq.gz\n", &["5 S1: a.fq.gz", "8 S2: b.fq.gz"]),
        ("sample,fastq_1\n,\n \t,\nS1,a.fq.gz\n", &["4 S1: a.fq.gz"]),
        (
            "sample,fastq_1,sample_description\nS1,a.fq.gz,\"two\nlines\"\nS2,b.fq.gz,\n",
            &["2 S1: a.fq.gz", "4 S2: b.fq.gz"],
        ),
        ("file\na.bam\n", &["2 ?: a.bam"]),
        ("file;sample\na, b.bam;S1\n", &["2 S1: a, b.bam"]),
        ("sample,fastq_1\nS1,\"a,b.fq.gz\"\n", &["2 S1: a,b.fq.gz"]),
        ("sample;file\nS1;\"a.fq.gz;b.fq.gz\"\n", &["2 S1: a.fq.gz + b.fq.gz"]),
    ]);
}

#[test]
fn utf_16_as_excel_writes_it_is_read() {
    let text = "\u{FEFF}sample\tfastq_1\r\nMüller\ta.fq.gz\r\n";
    for big in [false, true] {
        let bytes = |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
        let bytes: Vec<u8> = text.encode_utf16().flat_map(bytes).collect();
        assert_eq!(read_with(&bytes, &options()), ["2 Müller: a.fq.gz"]);
    }
    let latin = b"sample,fastq_1\nS1,a.fq.gz\nM\xFCller,b.fq.gz\n";
    let [error] = &read_with(latin, &options())[..] else { panic!() };
    assert!(error.starts_with("s.csv:3: byte 0xFC is not UTF-8"), "{error}");
}

#[test]
fn values_stay_text() {
    for value in [
        "007", "1E5", "2-Sep", "NA", "N/A", "null", "true", "1.0", "0", "-", "+49", "=A1", "'x",
        "S 1", "Müller", "試料", "a/b", "a\\b", "#7", "%41",
    ] {
        let sheet = format!("fastq_1,sample\na.fq.gz,{value}\n");
        assert_eq!(read(&sheet), [format!("2 {value}: a.fq.gz")]);
    }
    assert_reads(&[
        ("sample,fastq_1\n\" S1 \",a.fq.gz\n", &["2  S1 : a.fq.gz"]),
        ("sample,fastq_1\nS1,a b/c d.fq.gz\n", &["2 S1: a b/c d.fq.gz"]),
        ("sample,fastq_1\nS1,é/ü.fq.gz\n", &["2 S1: é/ü.fq.gz"]),
        ("sample,fastq_1\nS1,/x/a.fq.gz\n", &["2 S1: /x/a.fq.gz"]),
        ("sample,fastq_1\nS1,./x/./a.fq.gz\n", &["2 S1: x/a.fq.gz"]),
        ("sample,fastq_1\nS1,../a$1.fq.gz\n", &["2 S1: ../a$1.fq.gz"]),
        ("sample,fastq_1,fastq_2\nS1,a.fq.gz,NA\n", &["2 S1: a.fq.gz | NA"]),
    ]);
}

#[test]
fn what_is_passed_over_is_counted() {
    let sheet = "# a\n\nsample,fastq_1\n,\n#b\nS1,a.fq.gz\n \n";
    let sheet = Sheet::read(sheet.as_bytes(), None).unwrap();
    let passed = PassedOver { comments: 2, blank: 3, read_set_ids: 0 };
    assert_eq!(sheet.passed_over(), passed);
    let sheet = "sample,fastq_1,read_set_id\nA,a,12\nB,b,\n";
    let sheet = Sheet::read(sheet.as_bytes(), None).unwrap();
    assert_eq!(sheet.passed_over(), PassedOver { read_set_ids: 1, ..PassedOver::default() });
}

#[test]
fn what_is_no_sheet_is_said() {
    assert_refused(&[
        ("", &["s.csv: it is empty"]),
        ("\n , \n# x\n", &["s.csv: it is empty"]),
        ("sample,fastq_1\n", &["s.csv: it has no rows"]),
        ("sample,fastq_1\n,\n# x\n", &["s.csv: it has no rows"]),
        ("[]", &["s.csv: it has no rows"]),
        ("[Data]\nSample_ID\n", &["s.csv: it has no rows"]),
        (
            "a,b,c\n1,2,3\n",
            &["s.csv:1: no known format: its columns are `a`, `b`, `c`; `--format`"],
        ),
        ("sample,condition\nS1,x\n", &["s.csv:1: no known format"]),
        ("fastq_1,fastq_2\na,b\n", &["s.csv:1: no known format"]),
        ("<html>\n", &["s.csv:1: no known format: its columns are `<html>`"]),
        (
            "sample,fastq_1\nS1,\"a.fq.gz\nS2,b.fq.gz\nS3,c.fq.gz\n",
            &["s.csv:2: a quote (`\"`) is not closed"],
        ),
        ("[Header]\nx,1\n", &["s.csv:1: not a sheet of the format illumina"]),
        ("[Data]\nLane,index\n1,ACGT\n", &["s.csv:2: not a sheet of the format illumina"]),
        ("{\"a\": \n 1,}", &["s.csv:2: not valid JSON"]),
        ("{} x", &["s.csv:1: not valid JSON"]),
    ]);
    let workbook = read_with(b"PK\x03\x04...", &options());
    assert!(workbook[0].starts_with("s.csv: it is a workbook (.xlsx"), "{workbook:?}");
}

#[test]
fn all_errors_are_told_at_once() {
    let row = |number: usize| format!("S{number},s3://b/{number}.fq.gz\n");
    let sheet = |rows: usize| format!("sample,fastq_1\n{}", (0..rows).map(row).collect::<String>());
    assert_eq!(read(&sheet(5000)).len(), 5000);
    assert_refused(&[(
        "sample,fastq_1,bam,x\nS1,,,\n,a.fq.gz,,\nS2,a.fq.gz,,\nS3,c.fq.gz,c.bam,,y\n",
        &[
            "s.csv:1: x: unknown column; to ignore it: `--ignore-columns x`",
            "s.csv:2: no file: fill one of `fastq_1`, `bam`, `cram`",
            "s.csv:3: sample: missing",
            "s.csv:4: fastq_1: `a.fq.gz` is also in row 3",
            "s.csv:5: cell 5 (`y`) has no column name",
            "s.csv:5: bam: `fastq_1` names a file too",
        ],
    )]);
}
