//! What is sound is completed, and the store's hash of it is held against ours.

use std::process::Command;

use serde_json::Value;

use super::piped::{pipe, put};
use crate::{
    files::{bgzf, gzip},
    lab::{Lab, data, skipped},
    material::{self, reads},
};

fn verification(said: &crate::lab::Said) -> Value {
    said.json()["read_sets"][0]["verification"].clone()
}

/// The hash that `md5sum` gives of what comes out of a command.
fn md5_of(text: &[u8]) -> String {
    use md5::Digest as _;
    data_encoding::HEXLOWER.encode(&md5::Md5::digest(text))
}

#[test]
fn of_fastq_in_every_compression_the_store_makes_the_same_hash() {
    let lab = Lab::new();
    let text = reads("r{}", 400_000, 100);
    let halves = text.split_at(text.len() / 2);
    lab.file("plain.fastq.gz", &gzip(&text));
    lab.file("blocks.fastq.gz", &bgzf(&text, 60_000));
    lab.file("members.fastq.gz", &[gzip(halves.0), gzip(b""), gzip(halves.1)].concat());
    lab.file("mixed.fastq.gz", &[bgzf(halves.0, 60_000), gzip(halves.1)].concat());
    let hash = md5_of(&text);
    let (count, bases) = (2000, 200_000);
    for name in ["plain", "blocks", "members", "mixed"] {
        let file = format!("{name}.fastq.gz");
        let mut all = vec![put(&lab, &[&file], &["--output", "json"])];
        // A pipe that begins as BGZF has to end as BGZF does.
        all.extend((name != "mixed").then(|| pipe(&lab, &file, &["--output", "json"])));
        for said in all {
            said.expect(0);
            let found = verification(&said);
            assert_eq!(
                (found["reads"].as_u64(), found["bases"].as_u64()),
                (Some(count), Some(bases))
            );
            let etag = &found["etag"];
            assert_eq!(
                (etag["result"].as_str(), &etag["expected"]),
                (Some("matches"), &etag["found"])
            );
            assert_eq!(etag["found"]["algorithm"], "FASTQ_MD5up");
            assert_eq!(etag["found"]["source1"], hash.as_str(), "{name}");
            assert!(said.stderr.contains("the ETag matches: FASTQ_MD5up"), "{}", said.stderr);
        }
    }
}

#[test]
fn of_a_pair_both_hashes_are_compared() {
    let lab = Lab::new();
    let [first, second] = material::pair(1_000_000);
    lab.file("s_R1.fastq.gz", &first);
    lab.file("s_R2.fastq.gz", &second);
    let said = put(&lab, &["s_R1.fastq.gz", "s_R2.fastq.gz"], &["--output", "json"]);
    said.expect(0);
    let etag = verification(&said)["etag"].clone();
    assert_eq!(etag["result"], "matches");
    assert_eq!(etag["expected"], etag["found"]);
    assert_ne!(etag["found"]["source1"], etag["found"]["source2"]);
    assert!(etag["found"]["source2"].is_string());
}

#[test]
fn other_data_in_the_store_are_status_4_with_both_hashes() {
    let (other, text) = ("00".repeat(16), reads("r{}", 10_000, 100));
    let fault = format!("GetReadSetMetadata:etag:FASTQ_MD5up/{other}");
    let lab = Lab::with_faults(&[&fault]);
    lab.file("s.fastq.gz", &gzip(&text));
    let said = put(&lab, &["s.fastq.gz"], &["--output", "json"]);
    said.expect(4);
    for wanted in [&other, &md5_of(&text), "do not use the read set", "batch-delete-read-set"] {
        assert!(said.stderr.contains(wanted), "{}", said.stderr);
    }
    let read_set = said.json()["read_sets"][0].clone();
    assert_eq!(
        (read_set["status"].as_str(), read_set["error"]["kind"].as_str()),
        (Some("failed"), Some("other_etag"))
    );
    assert_eq!(read_set["verification"]["etag"]["result"], "differs");
    let said = pipe(&lab, "s.fastq.gz", &[]);
    said.expect(4);
    assert_eq!(said.stdout, "failed\n");
}

#[test]
fn a_hash_made_in_another_way_decides_nothing() {
    let fault = format!("GetReadSetMetadata:etag:FASTQ_SHA256up/{}", "00".repeat(32));
    let lab = Lab::with_faults(&[&fault]);
    lab.file("s.fastq.gz", &gzip(&reads("r{}", 10_000, 100)));
    let said = put(&lab, &["s.fastq.gz"], &[]);
    said.expect(5);
    assert!(said.stderr.contains("it was made in another way"), "{}", said.stderr);
    assert!(
        said.stderr.contains(&format!("omics-upload verify {}", said.line())),
        "{}",
        said.stderr
    );
}

#[test]
fn nothing_is_compared_unless_it_is_asked_for_and_waited_for() {
    let fault = format!("GetReadSetMetadata:etag:FASTQ_MD5up/{}", "00".repeat(16));
    let lab = Lab::with_faults(&[&fault]);
    lab.file("s.fastq.gz", &gzip(&reads("r{}", 10_000, 100)));
    lab.put(&["s.fastq.gz"]).expect(0);
    let said = put(&lab, &["s.fastq.gz"], &["--no-wait"]);
    said.expect(0);
    assert!(said.stderr.contains("`omics-upload verify READ_SET_ID FILE...`"), "{}", said.stderr);
}

/// What `samtools view` prints of a BAM, hashed.
fn samtools_md5(lab: &Lab, file: &str) -> Option<String> {
    let view = Command::new("samtools").args(["view", file]).current_dir(lab.path("")).output();
    let Ok(output) = view else {
        skipped("samtools is not installed");
        return None;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(md5_of(&output.stdout))
}

#[test]
fn of_bam_and_unmapped_bam_it_is_only_told_what_comes_of_it() {
    let mut lab = Lab::new();
    lab.copy("samtools-test/test_input_1_a.bam", "a.bam");
    lab.copy("pysam-tests/test_unaligned.bam", "u.ubam");
    // The sandbox makes no hash of these.
    for file in ["a.bam", "u.ubam"] {
        let said = put(&lab, &[file], &["--output", "json"]);
        said.expect(0);
        let etag = verification(&said)["etag"].clone();
        assert_eq!((etag["result"].as_str(), etag["found"].is_null()), (Some("missing"), true));
    }
    for file in ["a.bam", "u.ubam"] {
        let Some(hash) = samtools_md5(&lab, file) else { return };
        lab.restart_sandbox(&[&format!("GetReadSetMetadata:etag:BAM_MD5up/{hash}")]);
        for said in [put(&lab, &[file], &[]), pipe(&lab, file, &[])] {
            said.expect(0);
            let wanted = format!("the ETag matches: BAM_MD5up {hash}");
            assert!(said.stderr.contains(&wanted), "{}", said.stderr);
        }
        let other = "00".repeat(16);
        lab.restart_sandbox(&[&format!("GetReadSetMetadata:etag:BAM_MD5up/{other}")]);
        let said = put(&lab, &[file], &[]);
        said.expect(0);
        let wanted = format!(
            "the ETag differs (definition unconfirmed): the store has BAM_MD5up {other}, the data \
             have BAM_MD5up {hash}"
        );
        assert!(said.stderr.contains(&wanted), "{}", said.stderr);
    }
}

#[test]
fn of_a_cram_nothing_is_predicted() {
    let hash = "12".repeat(16);
    let lab = Lab::with_faults(&[&format!("GetReadSetMetadata:etag:CRAM_MD5up/{hash}")]);
    lab.copy("hts-sys/range.cram", "r.cram");
    let said = put(&lab, &["r.cram"], &["--output", "json"]);
    said.expect(0);
    let found = verification(&said);
    assert_eq!(
        (found["reads"].as_u64(), found["etag"]["result"].as_str()),
        (Some(112), Some("not_predicted"))
    );
    assert_eq!(found["etag"]["found"]["source1"], hash.as_str());
    assert!(found["etag"]["expected"].is_null());
}

#[test]
fn real_files_are_sound() {
    let lab = Lab::new();
    for name in [
        "samtools-test/view.fetch-pairs.bam",
        "samtools-test/4.quickcheck.ok.bam",
        "pysam-tests/ex10.bam",
        "pysam-tests/example_btag.bam",
        "pysam-tests/tag_bug.bam",
        "hts-sys/range.bam",
        "hts-sys/colons.bam",
        "samtools-test/7.quickcheck.cram30.ok.cram",
        "hts-sys/auxf#values_java.cram",
    ] {
        assert!(data(name).exists());
        let file = name.rsplit('/').next().unwrap();
        lab.copy(name, file);
        for said in [put(&lab, &[file], &["--sample", "S"]), pipe(&lab, file, &[])] {
            said.expect(0);
            assert!(said.stderr.contains("sound to the end: "), "{}", said.stderr);
        }
    }
}

#[test]
fn what_samtools_makes_is_sound_in_many_parts() {
    let lab = Lab::new();
    let Some(made) = material::by_samtools(&lab) else { return };
    for (_, path) in made {
        let file = path.file_name().unwrap().to_str().unwrap();
        // An unmapped BAM takes a reference too.
        for said in [put(&lab, &[file], &["--sample", "S"]), pipe(&lab, file, &[])] {
            said.expect(0);
            assert!(
                said.stderr.contains("sound to the end: 900 reads, 9000000 bases"),
                "{}",
                said.stderr
            );
        }
    }
}

#[test]
fn an_upload_that_is_resumed_is_decoded_from_its_beginning() {
    let mut lab = Lab::with_faults(&["UploadReadSetPart:error:ValidationException,part=2"]);
    let mut content = material::stored(&reads("r{}", 12_000_000, 1000));
    lab.file("s.fastq.gz", &content);
    put(&lab, &["s.fastq.gz"], &["--concurrency", "1"]).expect(1);
    assert!(lab.uploads() == 1 && lab.count("CompleteMultipartReadSetUpload") == 0);
    lab.restart_sandbox(&[]);
    let said = put(&lab, &["s.fastq.gz"], &["--output", "json"]);
    said.expect(0);
    let read_set = said.json()["read_sets"][0].clone();
    assert_eq!(read_set["parts_reused"], 1);
    assert_eq!(read_set["verification"]["reads"], 6000);
    // `resume` does the same, when it is asked to.
    content[4000] ^= 1;
    lab.file("d.fastq.gz", &content);
    lab.restart_sandbox(&["UploadReadSetPart:error:ValidationException,part=2"]);
    lab.put(&["d.fastq.gz", "--concurrency", "1", "--part-size", "5MiB"]).expect(1);
    lab.restart_sandbox(&[]);
    let said = Lab::run(lab.command(["resume", "--store", &lab.store(), "--verify"]));
    said.expect(1);
    assert!(said.stderr.contains("d.fastq.gz` is damaged: "), "{}", said.stderr);
}

#[test]
fn what_an_earlier_run_has_completed_is_read_again_and_compared() {
    let lab = Lab::with_faults(&["CompleteMultipartReadSetUpload:processing:3s"]);
    lab.file("s.fastq.gz", &gzip(&reads("r{}", 4_000, 100)));
    put(&lab, &["s.fastq.gz"], &["--wait-timeout=1s"]).expect(5);
    let said = put(&lab, &["s.fastq.gz"], &["--output", "json"]);
    said.expect(0);
    assert_eq!(verification(&said)["etag"]["result"], "matches");
    assert_eq!(lab.count("CreateMultipartReadSetUpload"), 1);
}

#[test]
fn the_hash_is_the_one_that_the_store_makes() {
    let lab = Lab::new();
    lab.file("s.fastq.gz", &gzip(&reads("r{}", 50_000, 100)));
    for (family, digits) in [("SHA256up", 64), ("SHA512up", 128)] {
        let create = lab.client().create_sequence_store().name(family);
        let create = create.e_tag_algorithm_family(family.into()).send();
        let store = lab.block_on(create).unwrap().id().to_owned();
        let arguments = ["put", "s.fastq.gz", "--verify", "--store", &store, "--output", "json"];
        let said = Lab::run(lab.command(arguments));
        said.expect(0);
        let etag = verification(&said)["etag"].clone();
        assert_eq!(etag["result"], "matches");
        assert_eq!(etag["found"]["algorithm"], format!("FASTQ_{family}"));
        assert_eq!(etag["found"]["source1"].as_str().unwrap().len(), digits);
    }
}

#[test]
fn a_store_that_may_not_be_asked_is_taken_to_hash_as_stores_do() {
    let lab = Lab::with_faults(&["GetSequenceStore:error:AccessDeniedException"]);
    lab.file("s.fastq.gz", &gzip(&reads("r{}", 50_000, 100)));
    let said = put(&lab, &["s.fastq.gz"], &["--output", "json"]);
    said.expect(0);
    assert_eq!(verification(&said)["etag"]["result"], "matches");
}
