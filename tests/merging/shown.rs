//! What is shown of lanes: plans, checks, receipts and the events of a run.

use expect_test::expect;

use super::{BGZF, GZIP, Lanes};
use crate::{files::gzip, lab::Lab};

fn lanes() -> Lanes {
    let mut lanes = Lanes::new(&[], 2, &[(GZIP, 300_000), (BGZF, 200_000), (GZIP, 10_000)]);
    lanes.set(3, 1, gzip(b""));
    lanes.set(3, 2, gzip(b""));
    lanes
}

#[test]
fn a_plan_lists_all_lanes() {
    let lanes = lanes();
    let said = lanes.put(&["--dry-run"]);
    lanes.lab.shows(&said, &expect![[r#"
        NA1_S1_L001_R1_001.fastq.gz NA1_S1_L002_R1_001.fastq.gz NA1_S1_L003_R1_001.fastq.gz NA1_S1_L001_R2_001.fastq.gz NA1_S1_L002_R2_001.fastq.gz NA1_S1_L003_R2_001.fastq.gz
          type           FASTQ
          name           NA1_S1  (from the file name)
          sample         NA1  (from the file name)
          subject        NA1  (from the sample)
          reference      none
          SOURCE1        NA1_S1_L001_R1_001.fastq.gz
                         NA1_S1_L002_R1_001.fastq.gz
                         NA1_S1_L003_R1_001.fastq.gz  208.6 KiB (213650 bytes), 1 part of 64.0 MiB
          SOURCE2        NA1_S1_L001_R2_001.fastq.gz
                         NA1_S1_L002_R2_001.fastq.gz
                         NA1_S1_L003_R2_001.fastq.gz  252.8 KiB (258892 bytes), 1 part of 64.0 MiB
        --- status 0
    "#]]);
    let said = lanes.put(&["--dry-run", "--output=json"]);
    let sources = &said.expect(0).json()["plan"][0]["sources"];
    let text = serde_json::to_string_pretty(sources).unwrap();
    expect![[r#"
        [
          {
            "source": "SOURCE1",
            "file": "NA1_S1_L001_R1_001.fastq.gz",
            "bytes": 213650,
            "parts": 1,
            "files": [
              "NA1_S1_L001_R1_001.fastq.gz",
              "NA1_S1_L002_R1_001.fastq.gz",
              "NA1_S1_L003_R1_001.fastq.gz"
            ]
          },
          {
            "source": "SOURCE2",
            "file": "NA1_S1_L001_R2_001.fastq.gz",
            "bytes": 258892,
            "parts": 1,
            "files": [
              "NA1_S1_L001_R2_001.fastq.gz",
              "NA1_S1_L002_R2_001.fastq.gz",
              "NA1_S1_L003_R2_001.fastq.gz"
            ]
          }
        ]"#]]
    .assert_eq(&text);
}

/// What people have: chunks, extensions of two kinds, and folders for the lanes.
#[test]
fn lanes_are_merged_whatever_their_chunks_extensions_and_folders() {
    for files in [
        ["A_S1_L001_R1_001.fastq.gz", "A_S1_L001_R1_002.fastq.gz", "A_S1_L002_R1_001.fastq.gz"],
        ["A_S1_L001_R1_001.fastq.gz", "A_S1_L002_R1_001.fq.gz", "A_S1_L003_R1_001.FASTQ.GZ"],
        ["L001/A_L001_R1.fastq.gz", "L002/A_L002_R1.fastq.gz", "L003/A_L003_R1.fastq.gz"],
        [
            "A_L001-ds.1f/A_L001_R1.fastq.gz",
            "A_L002-ds.0e/A_L002_R1.fastq.gz",
            "A_L003-ds.ab/A_L003_R1.fastq.gz",
        ],
    ] {
        let lab = Lab::new();
        let seconds = files.map(|file| file.replace("R1", "R2"));
        for (at, (first, second)) in files.iter().zip(&seconds).enumerate() {
            std::fs::create_dir_all(lab.path(first).parent().unwrap()).unwrap();
            lab.file(first, &gzip(&super::text(at + 1, 1, 20_000)));
            lab.file(second, &gzip(&super::text(at + 1, 2, 20_000)));
        }
        let mut arguments: Vec<_> = files.iter().copied().rev().collect();
        arguments.extend(seconds.iter().map(String::as_str));
        arguments.extend(["--merge-lanes", "--dry-run", "--output=json"]);
        let plan = lab.put(&arguments).expect(0).json()["plan"].clone();
        let [set] = &plan.as_array().unwrap()[..] else { panic!("{plan}") };
        assert_eq!(set["sources"][0]["files"], serde_json::json!(files));
        assert_eq!(set["sources"][1]["files"], serde_json::json!(seconds));
        assert_eq!(set["sample_id"], "A", "{set}");
    }
}

#[test]
fn what_is_not_merged_is_told() {
    let lab = Lab::new();
    let files = ["A_S1_L001_R1_001.fastq.gz", "A_S2_L002_R1_001.fastq.gz"];
    for (at, file) in files.iter().enumerate() {
        lab.file(file, &gzip(&super::text(at + 1, 1, 20_000)));
    }
    let said = lab.put(&[&files[..], &["--merge-lanes", "--dry-run"]].concat());
    let words = "are not merged, although both are of sample `A`: their names differ by more";
    assert!(said.expect(0).stderr.contains(words), "{}", said.stderr);
}

#[test]
fn check_shows_each_lane_and_the_read_set() {
    let lanes = lanes();
    let check = |more: &[&str]| {
        let arguments = [&["check", "--merge-lanes"][..], more, &lanes.names()].concat();
        Lab::run(lanes.lab.command(arguments))
    };
    let said = check(&["--full"]);
    lanes.lab.shows(
        &said,
        &expect![[r#"
        NA1_S1_L001_R1_001.fastq.gz
          type           FASTQ in gzip, by its content
          size           121.6 KiB (124537 bytes)
          first read     M1:7:FC:1:1101:0:9
          mates          1
          sequenced      Illumina style: instrument M1, run 7, flow cell FC, lane 1
          end            ok: ends with its gzip data, and all of it is sound
          content        ok: is sound to its end: 30 reads, 150000 bases

        NA1_S1_L002_R1_001.fastq.gz
          type           FASTQ in BGZF, by its content
          size           87.0 KiB (89093 bytes)
          first read     M1:7:FC:2:1101:0:9
          mates          1
          sequenced      Illumina style: instrument M1, run 7, flow cell FC, lane 2
          end            ok: ends with the BGZF end-of-file marker
          content        ok: is sound to its end: 20 reads, 100000 bases

        NA1_S1_L003_R1_001.fastq.gz
          type           FASTQ in gzip, by its content
          size           20 B (20 bytes)
          first read     none
          end            ok: ends with its gzip data, and all of it is sound

        NA1_S1_L001_R2_001.fastq.gz
          type           FASTQ in gzip, by its content
          size           148.3 KiB (151809 bytes)
          first read     M1:7:FC:1:1101:0:9
          mates          2
          sequenced      Illumina style: instrument M1, run 7, flow cell FC, lane 1
          end            ok: ends with its gzip data, and all of it is sound
          content        ok: is sound to its end: 30 reads, 180000 bases

        NA1_S1_L002_R2_001.fastq.gz
          type           FASTQ in BGZF, by its content
          size           104.6 KiB (107063 bytes)
          first read     M1:7:FC:2:1101:0:9
          mates          2
          sequenced      Illumina style: instrument M1, run 7, flow cell FC, lane 2
          end            ok: ends with the BGZF end-of-file marker
          content        ok: is sound to its end: 20 reads, 120000 bases

        NA1_S1_L003_R2_001.fastq.gz
          type           FASTQ in gzip, by its content
          size           20 B (20 bytes)
          first read     none
          end            ok: ends with its gzip data, and all of it is sound

        read set NA1_S1
          type           FASTQ
          name           NA1_S1  (from the file name)
          sample         NA1  (from the file name)
          subject        NA1  (from the sample)
          SOURCE1        NA1_S1_L001_R1_001.fastq.gz
                         NA1_S1_L002_R1_001.fastq.gz
                         NA1_S1_L003_R1_001.fastq.gz  1 part of 64.0 MiB
          SOURCE2        NA1_S1_L001_R2_001.fastq.gz
                         NA1_S1_L002_R2_001.fastq.gz
                         NA1_S1_L003_R2_001.fastq.gz  1 part of 64.0 MiB
          last reads     ok: both end with read `M1:7:FC:1:1101:29:9`
          last reads     ok: both end with read `M1:7:FC:2:1101:19:9`
        --- status 0
    "#]],
    );
    let document = check(&["--output=json"]).expect(0).json();
    assert_eq!(document["files"].as_array().unwrap().len(), 6);
    let [set] = &document["read_sets"].as_array().unwrap()[..] else { panic!() };
    assert_eq!(set["sources"][0]["files"].as_array().unwrap().len(), 3, "{set}");
}

#[test]
fn a_receipt_has_all_lanes() {
    let lanes = lanes();
    let said = lanes.put(&["--verify", "--receipt=r.json"]);
    let id = said.expect(0).line().to_owned();
    let receipt = crate::receipts::valid::one(&lanes.lab.path("r.json"));
    let files: Vec<_> = receipt["files"].as_array().unwrap().iter().collect();
    let sources: Vec<_> = files.iter().map(|file| file["source"].as_str().unwrap()).collect();
    assert_eq!(sources, ["SOURCE1", "SOURCE1", "SOURCE1", "SOURCE2", "SOURCE2", "SOURCE2"]);
    let bytes: u64 = files.iter().map(|file| file["bytes"].as_u64().unwrap()).sum();
    let parts = receipt["parts"].as_array().unwrap();
    assert_eq!(bytes, parts.iter().map(|part| part["bytes"].as_u64().unwrap()).sum::<u64>());
    let checks = receipt["checks"].as_array().unwrap();
    let texts: Vec<_> = checks
        .iter()
        .map(|check| format!("{}: {}: {}", check["check"], check["result"], check["text"]))
        .collect();
    let text = lanes.lab.plain(&texts.join("\n"));
    expect![[r#"
        "end": "passed": "`NA1_S1_L001_R1_001.fastq.gz` ends with its gzip data, and all of it is sound"
        "end": "passed": "`NA1_S1_L002_R1_001.fastq.gz` ends with the BGZF end-of-file marker"
        "end": "passed": "`NA1_S1_L003_R1_001.fastq.gz` ends with its gzip data, and all of it is sound"
        "end": "passed": "`NA1_S1_L001_R2_001.fastq.gz` ends with its gzip data, and all of it is sound"
        "end": "passed": "`NA1_S1_L002_R2_001.fastq.gz` ends with the BGZF end-of-file marker"
        "end": "passed": "`NA1_S1_L003_R2_001.fastq.gz` ends with its gzip data, and all of it is sound"
        "last_reads": "passed": "`NA1_S1_L001_R1_001.fastq.gz` and `NA1_S1_L001_R2_001.fastq.gz` both end with read `M1:7:FC:1:1101:29:9`"
        "last_reads": "passed": "`NA1_S1_L002_R1_001.fastq.gz` and `NA1_S1_L002_R2_001.fastq.gz` both end with read `M1:7:FC:2:1101:19:9`"
        "content": "passed": "everything was decoded while it was sent: 100 reads, 550000 bases"
        "parts": "passed": "the service has confirmed 2 of 2 parts with their SHA-256"
        "etag": "passed": "the store's hash of the content, FASTQ_MD5up 683b64bbee2eb129304b6d2bd5d58851 6f0f784efdbc83ee8b0b3618e95d3944, matches""#]].assert_eq(&text);
    let said = Lab::run(lanes.lab.command(["receipts", "show", &id]));
    assert_eq!(said.expect(0).stdout.matches("NA1_S1_L00").count(), 6 + 6 + 4);
}

#[test]
fn a_run_is_told_in_few_words() {
    let lanes = lanes();
    let said = lanes.put(&[]);
    said.expect(0);
    for line in ["1 read set, 461.5 KiB in 2 parts", "sound to the end: 100 reads, 550000 bases"] {
        assert!(said.stderr.lines().any(|told| told.ends_with(line)), "{line}\n{}", said.stderr);
    }
    assert!(!said.stderr.contains("fastq.gz"), "{}", said.stderr);
}

#[test]
fn the_option_may_come_from_the_environment_and_the_config_file() {
    let lanes = lanes();
    let plan = |set: &dyn Fn(&mut std::process::Command)| {
        let mut command =
            lanes.lab.put_command(&[&lanes.names(), &["--dry-run", "--output=json"][..]].concat());
        set(&mut command);
        Lab::run(command).expect(0).json()["plan"].as_array().unwrap().len()
    };
    assert_eq!(
        plan(&|command| {
            command.env("OMICS_UPLOAD_MERGE_LANES", "true");
        }),
        1
    );
    lanes.lab.config("merge-lanes = true\n");
    assert_eq!(plan(&|_| {}), 1);
}
