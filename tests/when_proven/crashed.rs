//! `kill -9` around the moment at which files go: each file is whole at one place or the other, and of
//! what is gone there is a receipt.

use std::{fs, path::Path, thread, time::Duration};

use super::{elsewhere, receipt, results};
use crate::{
    lab::Lab,
    material::{self, PART},
    running::Running,
};

/// Kills the binary so long after the read set is seen to be active; says whether it was still there.
fn killed(lab: &Lab, action: &str, after: Duration) {
    let action = format!("--when-proven={action}");
    let arguments = ["s.fastq.gz", "--verify", "--part-size=5MiB", &action, "--progress=json"];
    let mut running = Running::start(lab.put_command(&arguments));
    running.wait_for_lines("etag_compared", 1);
    thread::sleep(after);
    running.signal("KILL");
    running.finish();
}

fn holds(path: &Path, content: &[u8]) -> bool {
    fs::read(path).is_ok_and(|there| there == content)
}

const MOMENTS: [u64; 12] = [0, 1, 2, 4, 7, 11, 16, 25, 40, 70, 150, 400];

#[test]
fn of_a_move_across_file_systems_one_of_both_is_whole() {
    if elsewhere().is_none() {
        return;
    }
    let content = material::fastq_of(4 * PART);
    let mut ends = [0, 0];
    for milliseconds in MOMENTS {
        let (lab, there) = (Lab::new(), elsewhere().unwrap());
        let source = lab.file("s.fastq.gz", &content);
        let action = format!("move:{}", there.path().display());
        killed(&lab, &action, Duration::from_millis(milliseconds));
        let target = there.path().join("s.fastq.gz");
        assert!(holds(&source, &content) || holds(&target, &content), "{milliseconds} ms");
        assert!(!target.exists() || holds(&target, &content), "half a file has the name");
        assert!(source.exists() || ["moving", "moved"].contains(&results(&receipt(&lab))[0]));
        ends[usize::from(!source.exists())] += 1;
    }
    assert!(ends[1] > 0, "it was never moved: {ends:?}");
}

#[test]
fn what_is_deleted_has_a_receipt_with_the_intention() {
    let content = material::fastq_of(PART + 1000);
    for action in ["delete", "move:done"] {
        for milliseconds in MOMENTS {
            let lab = Lab::new();
            fs::create_dir(lab.path("done")).unwrap();
            let source = lab.file("s.fastq.gz", &content);
            killed(&lab, action, Duration::from_millis(milliseconds));
            if source.exists() {
                assert!(holds(&source, &content));
                continue;
            }
            let receipt = receipt(&lab);
            let (intended, done) =
                if action == "delete" { ("deleting", "deleted") } else { ("moving", "moved") };
            assert!([intended, done].contains(&results(&receipt)[0]), "{receipt}");
            let id = receipt["read_set_id"].as_str().unwrap();
            assert!(lab.read_back(id, "SOURCE1") == content);
            assert!(action == "delete" || holds(&lab.path("done/s.fastq.gz"), &content));
        }
    }
}
