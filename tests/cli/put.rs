//! What `put` does with files that can be uploaded.

use std::fs;

use expect_test::expect;
use serde_json::{Value, json};

use crate::{
    files::{bam, bgzf, fastq, gzip},
    lab::{Lab, REFERENCE, Said},
    material::{PART, broken_bam, by_samtools, fastq_of, pair, reads, stored},
};

const UBAM: &str = "pysam-tests/test_unaligned.bam";

#[test]
fn a_ubam_becomes_an_active_read_set_that_equals_the_file() {
    let lab = Lab::new();
    let file = lab.copy(UBAM, "sample.bam");
    let said = lab.put(&["sample.bam"]);
    let id = said.expect(0).line();
    assert_eq!(lab.read_back(id, "SOURCE1"), fs::read(file).unwrap());
    lab.shows(
        &said,
        &expect![[r#"
        ID
        --- stderr
        TIME 1 read set, 515 B in 1 part
        TIME sample: uploading, upload ID
        TIME sample: confirming (the service's list of parts is checked)
        TIME sample: completing (HealthOmics puts the parts together)
        TIME sample: processing (HealthOmics checks the read set), read set READ_SET
        TIME sample: active, read set READ_SET, 515 B sent at RATE, TIME in all
        --- status 0
    "#]],
    );
}

#[test]
fn a_bam_and_a_cram_become_read_sets_in_the_order_given() {
    let lab = Lab::new();
    let bam = lab.copy("samtools-test/3.quickcheck.ok.bam", "a.bam");
    let cram = lab.copy("samtools-test/7.quickcheck.cram30.ok.cram", "b.cram");
    let said = lab.put(&["a.bam", "b.cram", "--reference", REFERENCE]);
    let ids: Vec<_> = said.expect(0).stdout.lines().collect();
    assert_eq!(lab.read_back(ids[0], "SOURCE1"), fs::read(bam).unwrap());
    assert_eq!(lab.read_back(ids[1], "SOURCE1"), fs::read(cram).unwrap());
}

/// How many parts of each size the sandbox took.
fn part_sizes(lab: &Lab) -> Vec<u64> {
    let requests = lab.requests();
    let parts = requests.iter().filter(|request| request["operation"] == "UploadReadSetPart");
    let mut parts: Vec<_> = parts
        .map(|request| (request["part"].as_u64().unwrap(), request["bytes"].as_u64().unwrap()))
        .collect();
    parts.sort_unstable();
    parts.into_iter().map(|(_, bytes)| bytes).collect()
}

#[test]
fn a_file_has_as_many_parts_as_its_size_needs() {
    let part = PART as u64;
    for (size, sizes) in [
        (100_000, vec![100_000]),
        (PART, vec![part]),
        (PART + 1, vec![part, 1]),
        (4 * PART + 77, vec![part, part, part, part, 77]),
    ] {
        let lab = Lab::new();
        let content = fastq_of(size);
        lab.file("reads.fastq.gz", &content);
        let said = lab.put(&["reads.fastq.gz", "--part-size", "5MiB"]);
        assert!(lab.read_back(said.expect(0).line(), "SOURCE1") == content, "{size}");
        assert_eq!(part_sizes(&lab), sizes);
    }
}

#[test]
fn a_bgzf_fastq_and_one_of_several_members_are_sent_as_they_are() {
    let lab = Lab::new();
    let text = reads("r{}", 300_000, 100);
    let members = [gzip(&text[..1000]), gzip(&text[1000..])].concat();
    for (name, content) in [("a.fastq.gz", bgzf(&text, 60_000)), ("b.fq.gz", members)] {
        lab.file(name, &content);
        let said = lab.put(&[name]);
        assert!(lab.read_back(said.expect(0).line(), "SOURCE1") == content, "{name}");
    }
}

#[test]
fn a_pair_is_one_read_set_whatever_the_order() {
    let lab = Lab::new();
    let [first, second] = pair(10_000_000);
    lab.file("NA1_S1_L001_R1_001.fastq.gz", &first);
    lab.file("NA1_S1_L001_R2_001.fastq.gz", &second);
    let arguments =
        ["NA1_S1_L001_R2_001.fastq.gz", "NA1_S1_L001_R1_001.fastq.gz", "--part-size=5MiB"];
    let said = lab.put(&arguments);
    let id = said.expect(0).line();
    assert!(lab.read_back(id, "SOURCE1") == first);
    assert!(lab.read_back(id, "SOURCE2") == second);
    let parts = [first.len().div_ceil(PART), second.len().div_ceil(PART)];
    assert!(parts[0] < parts[1], "{parts:?}");
    assert_eq!(lab.count("UploadReadSetPart"), parts[0] + parts[1]);
    lab.shows(
        &said,
        &expect![[r#"
        ID
        --- stderr
        TIME 1 read set, 21.0 MiB in 5 parts
        TIME NA1_S1_L001: uploading, upload ID
        TIME NA1_S1_L001: confirming (the service's list of parts is checked)
        TIME NA1_S1_L001: completing (HealthOmics puts the parts together)
        TIME NA1_S1_L001: processing (HealthOmics checks the read set), read set READ_SET
        TIME NA1_S1_L001: active, read set READ_SET, 21.0 MiB sent at RATE, TIME in all
        --- status 0
    "#]],
    );
}

#[test]
fn a_pair_can_be_given_outright() {
    let lab = Lab::new();
    let first = lab.file("a.fq.gz", &gzip(&fastq(&["x/1", "y/1"])));
    let second = lab.file("b.fq.gz", &gzip(&fastq(&["x/2", "y/2"])));
    let said = lab.put(&["--r1", "a.fq.gz", "--r2", "b.fq.gz", "--sample", "NA1", "--name=ab"]);
    let id = said.expect(0).line();
    assert_eq!(lab.read_back(id, "SOURCE1"), fs::read(first).unwrap());
    assert_eq!(lab.read_back(id, "SOURCE2"), fs::read(second).unwrap());
}

#[test]
fn files_made_by_samtools_come_back_as_they_were() {
    let lab = Lab::new();
    let Some(files) = by_samtools(&lab) else { return };
    let mut arguments = vec!["--reference", REFERENCE, "--part-size=5MiB", "--output=json"];
    arguments.extend(files.iter().map(|(_, path)| path.file_name().unwrap().to_str().unwrap()));
    let said = lab.put(&arguments);
    let document = said.expect(0).json();
    for ((file_type, path), read_set) in files.iter().zip(document["read_sets"].as_array().unwrap())
    {
        assert_eq!(read_set["file_type"], *file_type);
        assert_eq!(
            (&read_set["status"], &read_set["sample_id"]),
            (&json!("active"), &json!("NA1"))
        );
        assert!(read_set["parts"].as_u64() > Some(1), "{read_set}");
        let id = read_set["read_set_id"].as_str().unwrap();
        assert!(lab.read_back(id, "SOURCE1") == fs::read(path).unwrap(), "{}", path.display());
    }
    let note =
        "`v3.1.cram` is CRAM 3.1, and whether the service takes this version is not documented";
    assert!(said.stderr.contains(note), "{}", said.stderr);
}

#[test]
fn one_that_is_damaged_does_not_keep_the_others() {
    let lab = Lab::new();
    lab.copy(UBAM, "a.bam");
    lab.file("b.bam", &broken_bam());
    lab.file("c.fastq.gz", &gzip(&fastq(&["r1"])));
    let said = lab.put(&["a.bam", "b.bam", "c.fastq.gz", "--progress=none"]);
    lab.shows(&said, &expect![[r#"
        ID
        failed
        ID
        --- stderr
        error: `b.bam`: the service did not accept the data of read set READ_SET: SOURCE1 is not a whole UBAM file: it ends too early

        hint: check the files with `omics-upload check --full`
        --- status 3
    "#]]);
}

#[test]
fn every_field_reaches_the_service() {
    let lab = Lab::new();
    lab.copy("samtools-test/3.quickcheck.ok.bam", "a.bam");
    let said = lab.put(&[
        "a.bam",
        "--name=Müller 1",
        "--sample=S 1",
        "--subject=P/1",
        "--generated-from=run 7",
        "--description=the first",
        "--tag=project=rare disease",
        "--tag=empty=",
        "--reference",
        REFERENCE,
    ]);
    let id = said.expect(0).line();
    let client = lab.client();
    let metadata = client.get_read_set_metadata().sequence_store_id(lab.store()).id(id).send();
    let metadata = lab.block_on(metadata).unwrap();
    assert_eq!(metadata.name(), Some("Müller 1"));
    assert_eq!(metadata.sample_id(), Some("S 1"));
    assert_eq!(metadata.subject_id(), Some("P/1"));
    assert_eq!(metadata.description(), Some("the first"));
    assert_eq!(metadata.reference_arn(), Some(REFERENCE));
    assert_eq!(metadata.file_type().as_str(), "BAM");
    let information = metadata.sequence_information().unwrap();
    assert_eq!(information.generated_from(), Some("run 7"));
    let tags = client.list_tags_for_resource().resource_arn(metadata.arn()).send();
    let tags = lab.block_on(tags).unwrap();
    let mut tags: Vec<_> = tags.tags().iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    tags.sort_unstable();
    let mark = tags.remove(1);
    assert!(mark.0 == "omics-upload" && mark.1.starts_with("1:67108864:"), "{mark:?}");
    let digest = tags.remove(1);
    assert!(digest.0 == "omics-upload-digest" && digest.1.starts_with("1:67108864:"), "{digest:?}");
    assert_eq!(tags, [("empty", ""), ("project", "rare disease")]);
}

fn dry(lab: &Lab, arguments: &[&str]) -> Said {
    let said = lab.put(arguments);
    assert!(lab.requests().is_empty());
    said
}

#[test]
fn a_dry_run_shows_the_plan_and_sends_nothing() {
    let lab = Lab::new();
    let header = b"@RG\tID:1\tSM:NA1\n";
    lab.file("a.bam", &bam(header, &[(b"chr1", 9)]));
    lab.file("s_R1.fastq.gz", &fastq_of(PART + 1));
    let said = dry(&lab, &["a.bam", "s_R1.fastq.gz", "--part-size=5MiB", "--dry-run", "--tag=a=b"]);
    said.expect(2);
    let arguments = [
        "a.bam",
        "s_R1.fastq.gz",
        "--part-size=5MiB",
        "--dry-run",
        "--tag=a=b",
        "--description=x",
        "--generated-from=y",
        "--reference",
        REFERENCE,
    ];
    lab.shows(
        &dry(&lab, &arguments),
        &expect![[r#"
            a.bam
              type           BAM
              name           a  (from the file name)
              sample         NA1  (from @RG SM)
              subject        NA1  (from the sample)
              reference      arn:aws:omics:us-east-1:123456789012:referenceStore/ID/reference/ID  (to be compared with the reads)
              generated from y
              description    x
              tag            a=b
              SOURCE1        a.bam  97 B (97 bytes), 1 part of 5.0 MiB

            s_R1.fastq.gz
              type           FASTQ
              name           s_R1  (from the file name)
              sample         s  (from the file name)
              subject        s  (from the sample)
              reference      arn:aws:omics:us-east-1:123456789012:referenceStore/ID/reference/ID
              generated from y
              description    x
              tag            a=b
              SOURCE1        s_R1.fastq.gz  5.0 MiB (5242881 bytes), 2 parts of 5.0 MiB
            --- status 0
        "#]],
    );
    let said = dry(&lab, &[&arguments[..], &["--output=json"]].concat());
    let document = said.expect(0).json();
    expect![[r#"
        {
          "file_type": "BAM",
          "name": "a",
          "name_origin": "from the file name",
          "sample_id": "NA1",
          "sample_id_origin": "from @RG SM",
          "subject_id": "NA1",
          "subject_id_origin": "from the sample",
          "reference_arn": "arn:aws:omics:us-east-1:123456789012:referenceStore/1234567890/reference/2345678901",
          "generated_from": "y",
          "description": "x",
          "tags": {
            "a": "b"
          },
          "part_size": 5242880,
          "bytes": 97,
          "parts": 1,
          "sources": [
            {
              "source": "SOURCE1",
              "file": "a.bam",
              "bytes": 97,
              "parts": 1
            }
          ]
        }"#]].assert_eq(&serde_json::to_string_pretty(&document["plan"][0]).unwrap());
    assert_eq!(document["version"], 1);
    assert_eq!(document["plan"][1]["parts"], 2);
    // A plan can be made without a store, and without anything of AWS.
    let mut command = lab.command(["put", "s_R1.fastq.gz", "--dry-run"]);
    command.env_clear();
    Lab::run(command).expect(0);
}

#[test]
fn the_document_at_the_end_is_a_contract() {
    let lab = Lab::new();
    lab.file("a.bam", &bam(b"@RG\tID:1\tSM:NA1\n", &[]));
    lab.file("b.bam", &broken_bam());
    let said = lab.put(&["a.bam", "b.bam", "--output=json", "--quiet"]);
    let document = said.expect(3).json();
    let plain = lab.plain(&serde_json::to_string_pretty(&document).unwrap());
    let plain = regex_lite::Regex::new(r#""elapsed_seconds": [0-9.e-]+"#)
        .unwrap()
        .replace_all(&plain, r#""elapsed_seconds": SECONDS"#);
    expect![[r#"
        {
          "version": 1,
          "read_sets": [
            {
              "files": [
                "a.bam"
              ],
              "status": "active",
              "read_set_id": "ID",
              "upload_id": "ID",
              "store_id": "STORE",
              "name": "a",
              "sample_id": "NA1",
              "subject_id": "NA1",
              "file_type": "UBAM",
              "bytes": 84,
              "bytes_sent": 84,
              "parts": 1,
              "parts_sent": 1,
              "parts_reused": 0,
              "retries": 0,
              "throttled": 0,
              "elapsed_seconds": SECONDS
            },
            {
              "files": [
                "b.bam"
              ],
              "status": "failed",
              "read_set_id": "ID",
              "upload_id": "ID",
              "store_id": "STORE",
              "name": "b",
              "sample_id": "NA1",
              "subject_id": "NA1",
              "file_type": "UBAM",
              "bytes": 288851,
              "bytes_sent": 288851,
              "parts": 1,
              "parts_sent": 1,
              "parts_reused": 0,
              "retries": 0,
              "throttled": 0,
              "elapsed_seconds": SECONDS,
              "error": {
                "kind": "not_accepted",
                "message": "the service did not accept the data of read set READ_SET: SOURCE1 is not a whole UBAM file: it ends too early",
                "hint": "check the files with `omics-upload check --full`"
              }
            }
          ]
        }"#]].assert_eq(&plain);
}

#[test]
fn an_upload_is_six_requests() {
    let lab = Lab::new();
    lab.file("a.fastq.gz", &stored(&reads("r{}", 1000, 50)));
    lab.put(&["a.fastq.gz"]).expect(0);
    let operations: Vec<Value> =
        lab.requests().iter().map(|request| request["operation"].clone()).collect();
    let wanted = [
        "ListMultipartReadSetUploads",
        "CreateMultipartReadSetUpload",
        "UploadReadSetPart",
        "ListReadSetUploadParts",
        "CompleteMultipartReadSetUpload",
        "GetReadSetMetadata",
    ];
    assert_eq!(operations[..6], wanted);
    // The digest is left once the read set is there.
    let (last, looks) = operations[6..].split_last().unwrap();
    assert_eq!(last, "TagResource");
    assert!(looks.iter().all(|operation| operation == "GetReadSetMetadata"));
}
