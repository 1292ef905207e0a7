//! Sheets with what became of their rows.

use super::*;

fn outcome(rows: &[usize], id: &str) -> SheetOutcome {
    let uri = |scheme: &str, source: u8| format!("{scheme}://{id}/source{source}");
    SheetOutcome {
        rows: rows.to_vec(),
        read_set_id: id.to_owned(),
        read_set_arn: format!("arn:{id}"),
        status: "active".to_owned(),
        error: String::new(),
        omics_uris: vec![uri("omics", 1), uri("omics", 2)],
        s3_uris: Vec::new(),
    }
}

fn failed(row: usize, error: &str) -> SheetOutcome {
    SheetOutcome {
        rows: vec![row],
        status: "failed".to_owned(),
        error: error.to_owned(),
        ..SheetOutcome::default()
    }
}

fn written(sheet: &str, outcomes: &[SheetOutcome], rewritten: Option<RewrittenSources>) -> String {
    Sheet::read(sheet.as_bytes(), None).unwrap().write(outcomes, rewritten).unwrap()
}

const ADDED: &str = "read_set_id,read_set_arn,upload_status,upload_error,omics_uri_1,omics_uri_2";

#[test]
fn the_sheet_is_as_it_was_with_more_columns() {
    let sheet = "\u{FEFF}# run 7\r\nSample,fastq_1,fastq_2,,\r\n\r\n\"S1\", a_1.fq.gz ,a_2.fq.gz\r\n,,,,\r\n\
                 \"S,2\",b.fq.gz,,,\r\n";
    let outcomes = [outcome(&[4], "7"), failed(6, "not found: \"b\"")];
    let expected = format!(
        "# run 7\r\nSample,fastq_1,fastq_2,,,{ADDED}\r\n\r\n\
         \"S1\",a_1.fq.gz,a_2.fq.gz,,,7,arn:7,active,,omics://7/source1,omics://7/source2\r\n,,,,\r\n\
         \"S,2\",b.fq.gz,,,,,,failed,\"not found: \"\"b\"\"\",,\r\n"
    );
    let text = written(sheet, &outcomes, None);
    assert_eq!(text, expected);
    // Again, and with another outcome: the columns are there already.
    assert_eq!(written(&text, &outcomes, None), expected);
    let now = [outcome(&[4], "7"), outcome(&[6], "8")];
    let last = written(&text, &now, None).lines().last().unwrap().to_owned();
    assert_eq!(last, "\"S,2\",b.fq.gz,,,,8,arn:8,active,,omics://8/source1,omics://8/source2");
    assert_eq!(read(&text), ["4 S1: a_1.fq.gz | a_2.fq.gz", "6 S,2: b.fq.gz"]);
}

#[test]
fn separators_stay_and_utf_16_does_not() {
    let text = "\u{FEFF}sample\tbam\r\nMüller\ta.bam\r\n";
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let sheet = Sheet::read(&bytes, None).unwrap();
    let names = ADDED.replace(',', "\t");
    assert_eq!(
        sheet.write(&[failed(2, "x")], None).unwrap(),
        format!("sample\tbam\t{names}\r\nMüller\ta.bam\t\t\tfailed\tx\t\t\r\n")
    );
}

#[test]
fn sources_are_rewritten_where_they_stand() {
    let sheet = "sample,fastq_1,fastq_2,bam\nA,a_1,a_2,\nB,,,b.bam\nC,c,,\n";
    let mut outcomes = [outcome(&[2], "1"), outcome(&[3], "2"), failed(4, "x")];
    let text = written(sheet, &outcomes, Some(RewrittenSources::Omics));
    let starts: Vec<_> = text
        .lines()
        .skip(1)
        .map(|line| line.split(',').take(4).collect::<Vec<_>>().join(","))
        .collect();
    assert_eq!(
        starts,
        ["A,omics://1/source1,omics://1/source2,", "B,,,omics://2/source1", "C,c,,"]
    );
    for outcome in &mut outcomes[..2] {
        outcome.s3_uris = vec![format!("s3://{}/1", outcome.read_set_id)];
    }
    let text = written(sheet, &outcomes, Some(RewrittenSources::S3));
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines[0], format!("sample,fastq_1,fastq_2,bam,{ADDED},s3_uri_1,s3_uri_2"));
    assert!(
        lines[2].starts_with("B,,,s3://2/1,2,arn:2,active,,omics://2/source1,"),
        "{}",
        lines[2]
    );
    assert!(lines[2].ends_with(",s3://2/1,"), "{}", lines[2]);
}

#[test]
fn rows_that_were_merged_are_one_row_for_the_next_pipeline() {
    let sheet = "sample,fastq_1\nA,a_L1\nB,b\nA,a_L2\n";
    let outcomes = [outcome(&[2, 4], "1"), outcome(&[3], "2")];
    assert_eq!(written(sheet, &outcomes, None).lines().count(), 4);
    let text = written(sheet, &outcomes, Some(RewrittenSources::Omics));
    let samples: Vec<_> = text.lines().map(|line| &line[..1]).collect();
    assert_eq!(samples, ["s", "A", "B"]);
    // What failed stays as it was.
    let failed = [SheetOutcome { rows: vec![2, 4], ..failed(2, "x") }];
    assert_eq!(written(sheet, &failed, Some(RewrittenSources::Omics)).lines().count(), 4);
}

#[test]
fn cells_that_are_formulas_are_made_harmless() {
    let sheet = "sample,fastq_1,status\n=A1,a,-1\n@x,b,-1+2\n'=y,c,'z\n";
    let text =
        written(sheet, &[failed(2, "=HYPERLINK(\"x\")"), failed(3, "+1;2"), failed(4, "-")], None);
    let lines: Vec<_> = text.lines().skip(1).collect();
    assert_eq!(
        lines,
        [
            "'=A1,a,-1,,,failed,\"'=HYPERLINK(\"\"x\"\")\",,",
            "'@x,b,'-1+2,,,failed,\"'+1;2\",,",
            "''=y,c,'z,,,failed,'-,,",
        ]
    );
    assert_eq!(read(&text), ["2 =A1: a", "3 @x: b", "4 '=y: c"]);
    // Of a sheet that somebody else wrote, an apostrophe is part of the value.
    assert_eq!(read("sample,fastq_1\n'=y,c\n"), ["2 '=y: c"]);
}

#[test]
fn manifests_keep_their_shape() {
    let entry = |name: &str| {
        format!(
            "{{\"name\":\"{name}\",\"sourceFiles\":{{\"source1\":\"{name}.bam\"}},\"sampleId\":\"S\",\"subjectId\":\"P\"}}"
        )
    };
    let lines = format!("{}\n{}\n", entry("b"), entry("a"));
    let text = written(&lines, &[outcome(&[1], "1")], Some(RewrittenSources::Omics));
    let first = text.lines().next().unwrap();
    assert!(
        first.starts_with(
            "{\"name\":\"b\",\"sourceFiles\":{\"source1\":\"omics://1/source1\",\"source2\":"
        ),
        "{first}"
    );
    assert!(first.contains("\"upload_status\":\"active\""));
    assert_eq!(text.lines().count(), 2);

    let document = format!("{{\"roleArn\":\"r\",\"sources\":[{}]}}", entry("a"));
    let text = written(&document, &[failed(1, "x")], None);
    assert!(
        text.starts_with(
            "{\n  \"roleArn\": \"r\",\n  \"sources\": [\n    {\n      \"name\": \"a\","
        ),
        "{text}"
    );
    assert_eq!(read(&text), read(&document));
    assert_eq!(read(&written(&text, &[outcome(&[1], "7")], None)), read(&document));
}

#[test]
fn illumina_sheets_get_their_columns_where_the_samples_are() {
    let sheet =
        "[Header],,\nDate,=1,\n[Data],,\nSample_ID,index,\nA1,AC,\n[Cloud_Data]\nSample_ID\nA1\n";
    let text = written(sheet, &[outcome(&[5], "1"), outcome(&[5], "2")], None);
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(
        lines[..4],
        ["[Header],,", "Date,'=1,", "[Data],,", &format!("Sample_ID,index,,{ADDED}")]
    );
    assert_eq!(
        lines[4],
        "A1,AC,,\"1;2\",\"arn:1;arn:2\",\"active;active\",,\"omics://1/source1;omics://2/source1\",\
         \"omics://1/source2;omics://2/source2\""
    );
    assert_eq!(lines[5..], ["[Cloud_Data]", "Sample_ID", "A1"]);
    // And again, without more apostrophes.
    assert_eq!(written(&text, &[outcome(&[5], "1"), outcome(&[5], "2")], None), text);
    let comments = "#x,=1\nfile,sample\n# a\nb.bam,S\n";
    let text = written(comments, &[], None);
    assert!(text.starts_with("#x,'=1\nfile,") && text.contains("\n# a\n"), "{text}");
    assert_eq!(written(&text, &[], None), text);
    let sheet = Sheet::read(sheet.as_bytes(), None).unwrap();
    assert_eq!(sheet.write(&[], Some(RewrittenSources::S3)), Err(NoSourceColumns));
}
