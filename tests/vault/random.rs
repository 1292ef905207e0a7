//! Use at random: runs that are killed, stopped or let be, with faults of all kinds. At the end there is one
//! archive, and it is the file.

use std::{fmt::Write as _, thread, time::Duration};

use super::scene::Scene;
use crate::lab::{Lab, at_once};

struct Dice(u64);

impl Dice {
    /// A number below this.
    fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % most
    }
}

/// What one run of the sandbox may do. None makes it forget that an archive was made, or an upload that a
/// process was completing when it was stopped: both leave the archive in doubt.
const FAULTS: [&str; 20] = [
    "*:error:ThrottlingException,every=3",
    "*:error:ServiceUnavailableException,every=4",
    "*:http:502,every=5",
    "*:reset:before,every=4",
    "DescribeVault:reset:after,nth=1",
    "InitiateMultipartUpload:lose-answer,nth=1",
    "InitiateMultipartUpload:stall:800ms,nth=1",
    "ListMultipartUploads:stall:800ms,nth=2",
    "ListMultipartUploads:error:AccessDeniedException,nth=1",
    "ListParts:error:RequestTimeoutException,every=2",
    "ListParts:hide-part,part=2",
    "ListParts:wrong-checksum,part=3",
    "UploadMultipartPart:lose-answer,every=3",
    "UploadMultipartPart:corrupt,part=4,times=1",
    "UploadMultipartPart:hide-part,part=5,times=1",
    "UploadMultipartPart:wrong-checksum,part=1,times=1",
    "UploadMultipartPart:bandwidth:500kB",
    "UploadMultipartPart:stall:800ms,nth=3",
    "CompleteMultipartUpload:lose-answer,nth=1",
    "CompleteMultipartUpload:reset:after,every=2",
];

fn faults(dice: &mut Dice) -> Vec<&'static str> {
    let count = dice.below(3);
    (0..count).map(|_| FAULTS[usize::try_from(dice.below(20)).unwrap()]).collect()
}

#[test]
fn one_archive_comes_of_it_whatever_happens() {
    at_once(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12_u64], |seed| {
        let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let options = ["--attempts=3", "--give-up-after=3s"];
        let mut scene = Scene::new(&faults(&mut dice), &options);
        let mut about = format!("seed {seed}");
        for _ in 0..=dice.below(5) {
            let running = scene.start();
            if let Some(signal) = [None, Some("KILL"), Some("KILL"), Some("TERM")]
                [usize::try_from(dice.below(4)).unwrap()]
            {
                thread::sleep(Duration::from_millis(dice.below(900)));
                running.signal(signal);
            }
            let said = running.finish();
            let _ = write!(about, "\n--- {:?}\n{}", said.status, said.stderr);
            assert!(!said.stderr.contains("panicked") && said.status != Some(5), "{about}");
            scene.lab.restart_sandbox(&faults(&mut dice));
        }
        scene.lab.restart_sandbox(&[]);
        let last = Lab::run(scene.command());
        assert_eq!(last.status, Some(0), "{about}\n{}", last.stderr);
        assert_eq!(scene.archives().len(), 1, "{about}\n{}", last.stderr);
        scene.holds_the_file(last.line(), &scene.content, &about);
        assert_eq!(scene.receipts().len(), 1, "{about}");
        assert_eq!(scene.receipts()[0]["sha256_tree_hash"], scene.archives()[0]["tree_hash"]);
    });
}
