//! Import manifests of HealthOmics: JSON, JSON lines and CSV.

use super::*;

#[test]
fn import_manifests_are_read() {
    let entry = r#"{"sourceFiles": {"source1": "a_1.fq.gz", "source2": "a_2.fq.gz"},
        "sourceFileType": "FASTQ", "subjectId": "P1", "sampleId": "S1", "generatedFrom": "1000 Genomes",
        "name": "n1", "description": "d", "referenceArn": null, "tags": {"k": "v", "l": ""}}"#;
    let line = entry.replace('\n', "");
    let row = |number: usize| {
        format!(
            "{number} S1: a_1.fq.gz | a_2.fq.gz [subject=P1, name=n1, type=FASTQ, from=1000 Genomes, \
             description=d, k=v]"
        )
    };
    // An empty tag is one, in JSON.
    let row = |number: usize| row(number).replace("k=v]", "k=v, l=]");
    for (sheet, number) in [
        (format!("[{entry}]"), 1),
        (
            format!(
                "{{\"sequenceStoreId\": \"1234567890\", \"roleArn\": \"r\", \"sources\": [{entry}]}}"
            ),
            1,
        ),
        (entry.to_owned(), 1),
        (format!("\n\n{line}\n"), 3),
        (format!("\u{FEFF}{line}\r\n"), 1),
    ] {
        assert_eq!(read(&sheet), [row(number)], "{sheet}");
    }
    let two = line.replace("_1.fq", "_x.fq").replace("_2.fq", "_y.fq").replace("n1", "n2");
    assert_eq!(read(&format!("{line}\n\n{two}"))[1][..4], *"3 S1");
    assert_eq!(read(&format!("[{line}, {two}]"))[1][..4], *"2 S1");
    assert_reads(&[
        (
            "name,referenceArn,sampleId,subjectId,sourceFileType,source1,source2,tags\n\
             n1,,S1,P1,FASTQ,a_1.fq.gz,a_2.fq.gz,\"{\"\"k\"\": \"\"v\"\"}\"\n\
             n2,,S1,P1,uBAM,b.bam,,\"{'k': 'v', 'l': 'w'}\"\n",
            &[
                "2 S1: a_1.fq.gz | a_2.fq.gz [subject=P1, name=n1, type=FASTQ, k=v, \
                 note: sample `S1` becomes 2 read sets, each named by its files; `--merge-lanes` \
                 merges lanes, `--merge-rows` all rows of a sample]",
                "3 S1: b.bam [subject=P1, name=n2, type=UBAM, k=v, l=w]",
            ],
        ),
        (
            "sampleId\tsubjectId\tsourceFileType\tsource1\nS1\tP1\tCRAM\ta.cram\n",
            &["2 S1: a.cram [subject=P1, type=CRAM]"],
        ),
    ]);
}

#[test]
fn manifests_that_are_wrong_are_refused() {
    let files = "\"sourceFiles\": {\"source1\": \"a.bam\"}";
    let ids = "\"subjectId\": \"P\", \"sampleId\": \"S\"";
    let entries = |entry: &str| format!("[{{{entry}}}]");
    for (entry, expected) in [
        (files.to_owned(), &["s.csv:1: subjectId: missing", "s.csv:1: sampleId: missing"][..]),
        (ids.to_owned(), &["s.csv:1: no file: fill one of `source1`"]),
        (format!("{files}, {ids}, \"x\": 1"), &["s.csv:1: x: unknown column"]),
        (
            format!("{files}, {ids}, \"sampleId\": \"S\""),
            &["s.csv:1: sampleId: it is there twice: keep one of them"],
        ),
        (
            format!("{files}, \"subjectId\": \"P\", \"sampleId\": 7"),
            &["s.csv:1: sampleId: a string is needed, not a number"],
        ),
        (
            format!("{files}, {ids}, \"tags\": [\"a\"]"),
            &["s.csv:1: tags: a string is needed, not an array"],
        ),
        (
            format!("{files}, {ids}, \"tags\": {{\"a\": 1}}"),
            &["s.csv:1: tags.a: a string is needed"],
        ),
        (
            format!("{files}, {ids}, \"tags\": {{\"aws:a\": \"1\"}}"),
            &["s.csv:1: tags.aws:a: `aws:a=1` is not a tag"],
        ),
        (
            format!("{files}, {ids}, \"sourceFileType\": \"VCF\""),
            &["s.csv:1: sourceFileType: `VCF` is not a file type"],
        ),
        (
            format!(
                "\"sourceFiles\": {{\"source1\": \"s3://b/a.bam\", \"source3\": \"x\"}}, {ids}"
            ),
            &[
                "s.csv:1: sourceFiles.source3: unknown column",
                "s.csv:1: sourceFiles.source1: `s3://b/a.bam` is not a local file; import objects that are in S3 with `aws omics start-read-set-import-job`",
            ],
        ),
    ] {
        assert_refused(&[(&entries(&entry), expected)]);
    }
    assert_refused(&[
        ("[\n1]x", &["s.csv:2: not valid JSON: expected value"]),
        ("[\n1]", &["s.csv:1: not valid JSON: an object is needed, not a number"]),
    ]);
}

#[test]
fn one_manifest_goes_to_one_store() {
    let document = |store: &str, own: &str| {
        format!(
            "{{\"sequenceStoreId\": \"{store}\", \"sources\": [{{\"source1\": \"a.bam\", \
             \"sampleId\": \"S\", \"subjectId\": \"P\"{own}}}]}}"
        )
    };
    let store: StoreId = "1234567890".parse().unwrap();
    let rows = Sheet::read(document("1234567890", "").as_bytes(), None).unwrap();
    let rows = rows.rows(&SheetOptions { store: Some(&store), ..options() }).good;
    assert_eq!(rows[0].store.as_ref().unwrap().value, store);
    let other = SheetOptions { store: Some(&store), ..options() };
    let found = read_with(document("1234567899", "").as_bytes(), &other);
    assert_eq!(
        found,
        [
            "s.csv:1: sequenceStoreId: not the store `1234567890`, which `--store` names: upload this \
          sheet on its own, without `--store`"
        ]
    );
    let own = ", \"sequenceStoreId\": \"1234567899\"";
    let error = "s.csv:1: sequenceStoreId: it is there twice: keep one of them";
    assert_refused(&[
        (&document("1234567890", own), &[error]),
        (&document("x", ""), &["s.csv:1: sequenceStoreId: `x` is not a sequence store ID"]),
        (
            "source1,sampleId,subjectId,sequenceStoreId\na.bam,S,P,1234567890\nb.bam,T,P,1234567899\n",
            &["s.csv:3: sequenceStoreId: other store than `1234567890`"],
        ),
    ]);
}
