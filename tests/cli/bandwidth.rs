//! A slow link is slow, and nothing else.

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
