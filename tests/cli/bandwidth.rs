//! A slow link is slow, and nothing else; so is one that we are told to use slowly.

use crate::{
    lab::Lab,
    material::{PART, fastq_of},
};

#[test]
fn one_megabit_a_second_is_enough() {
    let lab = Lab::with_faults(&["UploadReadSetPart:bandwidth:125kB/s"]);
    let content = fastq_of(2 * PART);
    lab.file("reads.fastq.gz", &content);
    let said = lab.put(&["reads.fastq.gz", "--part-size=5MiB", "--concurrency=2", "--output=json"]);
    let read_set = &said.expect(0).json()["read_sets"][0];
    // Nothing was cut off and begun anew.
    assert_eq!((&read_set["bytes_sent"], &read_set["retries"]), (&read_set["bytes"], &0.into()));
    assert!(lab.read_back(read_set["read_set_id"].as_str().unwrap(), "SOURCE1") == content);
    // At least the dated line every 30 seconds was there.
    assert!(said.stderr.contains("2 parts in flight"), "{}", said.stderr);
}

#[test]
fn a_cap_that_is_asked_for_changes_nothing_but_the_pace() {
    let lab = Lab::new();
    let content = fastq_of(2 * PART);
    lab.file("reads.fastq.gz", &content);
    let cap = ["--part-size=5MiB", "--max-bandwidth=10MB/s", "--output=json"];
    let said = lab.put(&[&["reads.fastq.gz"][..], &cap].concat());
    let read_set = &said.expect(0).json()["read_sets"][0];
    assert_eq!((&read_set["bytes_sent"], &read_set["retries"]), (&read_set["bytes"], &0.into()));
    assert!(lab.read_back(read_set["read_set_id"].as_str().unwrap(), "SOURCE1") == content);
}

#[test]
fn quotas_that_nobody_has_told_us_are_kept_soon() {
    let lab = Lab::with_faults(&["quotas"]);
    let content = fastq_of(PART);
    let names: Vec<_> = (0..6).map(|index| format!("s{index}.fastq.gz")).collect();
    for name in &names {
        lab.file(name, &content);
    }
    let mut arguments: Vec<_> = names.iter().map(String::as_str).collect();
    arguments.extend(["--output=json", "--part-size=5MiB"]);
    let said = lab.put(&arguments);
    let document = said.expect(0).json();
    let read_sets = document["read_sets"].as_array().unwrap();
    // Six that begin at once: all but one are throttled, and none of it is a retry.
    let all = |key: &str| read_sets.iter().map(|set| set[key].as_u64().unwrap()).sum::<u64>();
    assert_eq!(all("retries"), 0);
    assert!(all("throttled") > 0, "{document}");
    // Each is asked for again in its turn, and few of them too early.
    let creates = lab.count("CreateMultipartReadSetUpload");
    assert!(creates <= 6 + 5 + 4, "{creates}");
}
