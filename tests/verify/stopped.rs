//! A signal does not wait for the decoding.

use crate::{files::gzip, lab::Lab, running::Running};

/// Whether this process was started with SIGINT ignored, as every child of it is then.
fn is_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .is_some_and(|mask| mask & 2 != 0)
}

#[test]
fn what_is_sent_is_kept_while_it_is_still_decoded() {
    if is_ignored() {
        crate::lab::skipped("SIGINT is ignored here");
        return;
    }
    let lab = Lab::new();
    // Little to send, and much to decode.
    let record = format!("@r\n{}\n+\n{}\n", "A".repeat(5000), "F".repeat(5000));
    let member = gzip(record.repeat(400).as_bytes());
    lab.file("s.fastq.gz", &member.repeat(300));
    let mut running = Running::start(lab.put_command(&["s.fastq.gz", "--verify"]));
    running.wait_for_lines("decoding (the data are still read", 1);
    running.signal("INT");
    let said = running.finish();
    said.expect(130);
    assert!(!said.stderr.contains("sound to the end"), "{}", said.stderr);
    assert_eq!((lab.count("CompleteMultipartReadSetUpload"), lab.uploads()), (0, 1));
}
