//! Several processes that start on one upload at the same moment.

use std::{
    process::Child,
    thread,
    time::{Duration, Instant},
};

use crate::lab::{Lab, Said, at_once, said};

/// Waits until only so many still run; what the others said.
fn ended(children: &mut Vec<Child>, left: usize) -> Vec<Said> {
    let begun = Instant::now();
    let mut ended = Vec::new();
    while children.len() > left {
        assert!(begun.elapsed() < Duration::from_mins(2), "too many are at work");
        let at = children.iter_mut().position(|child| child.try_wait().unwrap().is_some());
        match at {
            Some(at) => ended.push(said(children.swap_remove(at).wait_with_output().unwrap())),
            None => thread::sleep(Duration::from_millis(5)),
        }
    }
    ended
}

/// One of them goes on, as long as it takes; the others end with 75, and nothing is done twice.
#[test]
fn two_to_eight_processes_at_once_fifty_times() {
    let rounds: Vec<_> = (0..50_usize).collect();
    for rounds in rounds.chunks(5) {
        at_once(rounds, |round| {
            let lab = Lab::with_faults(&["UploadReadSetPart:stall"]);
            lab.copy("pysam-tests/test_unaligned.bam", "a.bam");
            let command = || lab.put_command(&["a.bam", "--progress=none"]);
            let count = 2 + round % 7;
            let mut children: Vec<_> = (0..count).map(|_| command().spawn().unwrap()).collect();
            for loser in ended(&mut children, 1) {
                loser.expect(75);
                assert!(loser.stderr.contains("another process is working on this upload"));
            }
            lab.wait_for("CreateMultipartReadSetUpload", 1);
            children[0].kill().unwrap();
            let winner = said(children.remove(0).wait_with_output().unwrap());
            assert_eq!((winner.status, &*winner.stderr), (None, ""), "round {round}");
            assert_eq!(lab.count("CreateMultipartReadSetUpload"), 1, "round {round}");
            assert_eq!((lab.uploads(), lab.read_sets()), (1, 0), "round {round}");
        });
    }
}

#[test]
fn every_command_leaves_an_upload_alone_that_a_process_works_on() {
    let lab = Lab::with_faults(&["UploadReadSetPart:stall"]);
    lab.copy("pysam-tests/test_unaligned.bam", "a.bam");
    let mut child = lab.put_command(&["a.bam", "--progress=none"]).spawn().unwrap();
    lab.wait_for("CreateMultipartReadSetUpload", 1);
    let (client, store) = (lab.client(), lab.store());
    let list = client.list_multipart_read_set_uploads().sequence_store_id(&store);
    let upload = lab.block_on(list.send()).unwrap().uploads()[0].upload_id().to_owned();
    for arguments in [
        &["resume"][..],
        &["resume", &upload],
        &["uploads", "abort", &upload],
        &["uploads", "prune", "--older-than", "0s"],
        &["put", "a.bam"],
        &["put", "a.bam", "--fresh"],
    ] {
        let said = Lab::run(lab.command(arguments.iter().copied().chain(["--store", &store])));
        said.expect(75);
        let text = "another process is working on this upload";
        assert!(said.stderr.contains(text), "{arguments:?}: {}", said.stderr);
    }
    assert_eq!(lab.count("AbortMultipartReadSetUpload"), 0);
    child.kill().unwrap();
    child.wait().unwrap();
}
