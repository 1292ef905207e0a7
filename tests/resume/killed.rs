//! `kill -9` at every point, and then the same command again.

use super::scene::{Kind, Scene};
use crate::{lab::at_once, running::Running};

/// A point of an upload at which it is held and killed.
pub(crate) struct Point {
    pub(crate) name: &'static str,
    /// What holds it there.
    faults: &'static [&'static str],
    /// Whether it is there.
    until: fn(&Scene, &mut Running),
    /// Whether there was an upload already.
    pub(crate) created: bool,
    /// Whether there was a read set already.
    pub(crate) completed: bool,
}

impl Point {
    /// Runs the command up to this point, and kills it.
    pub(crate) fn kill(&self, kind: Kind, more: &[&str]) -> Scene {
        let scene = Scene::new(kind, self.faults, more);
        let mut running = scene.start();
        (self.until)(&scene, &mut running);
        running.signal("KILL");
        assert_eq!(running.finish().status, None, "{}", self.name);
        scene
    }
}

pub(crate) const POINTS: &[Point] = &[
    Point {
        name: "while the unfinished uploads are listed",
        faults: &["ListMultipartReadSetUploads:stall"],
        until: |scene, _| scene.lab.wait_until(|_| !scene.journals().is_empty()),
        created: false,
        completed: false,
    },
    Point {
        name: "before Create takes effect",
        faults: &["CreateMultipartReadSetUpload:stall"],
        until: |scene, _| scene.lab.wait_for("ListMultipartReadSetUploads", 1),
        created: false,
        completed: false,
    },
    Point {
        name: "when Create took effect and its answer was lost",
        faults: &["CreateMultipartReadSetUpload:lose-answer"],
        until: |scene, _| scene.wait_for_kept("upload.json", 1),
        created: true,
        completed: false,
    },
    Point {
        name: "when Create was answered",
        faults: &["UploadReadSetPart:stall"],
        until: |_, running| running.wait_for_lines("uploading, upload", 1),
        created: true,
        completed: false,
    },
    Point {
        name: "with three parts confirmed and two held",
        faults: &["UploadReadSetPart:stall,nth=4", "UploadReadSetPart:stall,nth=5"],
        until: |_, running| running.wait_for_lines("confirmed, ", 3),
        created: true,
        completed: false,
    },
    Point {
        name: "while parts are in flight",
        faults: &["UploadReadSetPart:bandwidth:1MiB/s"],
        until: |_, running| running.wait_for_lines("started, attempt 1", 2),
        created: true,
        completed: false,
    },
    Point {
        name: "when parts were stored and their answers lost",
        faults: &["UploadReadSetPart:lose-answer"],
        until: |scene, _| scene.lab.wait_until(|_| scene.stored().len() >= 2),
        created: true,
        completed: false,
    },
    Point {
        name: "when parts were stored and their connections reset",
        faults: &["UploadReadSetPart:reset:after,every=2"],
        until: |scene, running| {
            running.wait_for_lines("confirmed, ", 1);
            scene.lab.wait_until(|_| scene.stored().len() >= 3);
        },
        created: true,
        completed: false,
    },
    Point {
        name: "while the parts are listed",
        faults: &["ListReadSetUploadParts:stall"],
        until: |_, running| running.wait_for_lines("confirming", 1),
        created: true,
        completed: false,
    },
    Point {
        name: "before Complete takes effect",
        faults: &["CompleteMultipartReadSetUpload:stall"],
        until: |_, running| running.wait_for_lines("completing", 1),
        created: true,
        completed: false,
    },
    Point {
        name: "when Complete took effect and its answer was lost",
        faults: &["CompleteMultipartReadSetUpload:lose-answer", "ListReadSets:stall"],
        until: |scene, _| scene.wait_for_kept("readset.json", 1),
        created: true,
        completed: true,
    },
    Point {
        name: "when Complete took effect, its answer was lost and the upload stays listed",
        faults: &[
            "CompleteMultipartReadSetUpload:lose-answer",
            "CompleteMultipartReadSetUpload:keep-listed",
            "CompleteMultipartReadSetUpload:processing:4s",
            "ListReadSets:stall",
        ],
        until: |scene, _| scene.wait_for_kept("readset.json", 1),
        created: true,
        completed: true,
    },
    Point {
        name: "while the read set is processed",
        faults: &["CompleteMultipartReadSetUpload:processing:3s"],
        until: |_, running| running.wait_for_lines("processing", 1),
        created: true,
        completed: true,
    },
];

/// Kills at a point, runs the same command, and holds the promises against what happened.
fn kill_and_run_again(point: &Point, kind: Kind) {
    let about = format!("{}, {kind:?}", point.name);
    let mut scene = point.kill(kind, &[]);
    assert_eq!(scene.count("upload.json"), usize::from(point.created), "{about}");
    let again = scene.again(&[]);
    again.said.expect(0);
    if point.completed {
        assert_eq!(again.sent(), [], "{about}");
        assert_eq!(again.count("CompleteMultipartReadSetUpload"), 0, "{about}");
    } else {
        again.sent_what_was_missing(kind, &about);
        assert_eq!(again.count("CompleteMultipartReadSetUpload"), 1, "{about}");
    }
    let creates = usize::from(!point.created);
    assert_eq!(again.count("CreateMultipartReadSetUpload"), creates, "{about}");
    assert_eq!(again.count("AbortMultipartReadSetUpload"), 0, "{about}");
    assert_eq!(scene.count("upload.json"), 1, "{about}: one upload was ever created");
    assert!(!again.said.stderr.contains("warning"), "{about}: {}", again.said.stderr);
    scene.is_whole(again.said.line(), &about);
}

#[test]
fn a_pair_killed_at_every_point() {
    at_once(POINTS, |point| kill_and_run_again(point, Kind::Pair));
}

#[test]
fn an_unmapped_bam_killed_at_every_other_point() {
    // Half of them will do: what differs is that all parts are of one source.
    let points: Vec<_> = POINTS.iter().step_by(2).collect();
    at_once(&points, |point| kill_and_run_again(point, Kind::Ubam));
}

/// Killed again and again, it still never sends a part twice.
#[test]
fn a_chain_of_kills() {
    let mut scene = Scene::new(Kind::Ubam, &["UploadReadSetPart:stall,nth=2"], &[]);
    scene.arguments.retain(|argument| argument != "--concurrency=2");
    scene.arguments.push("--concurrency=1".to_owned());
    for confirmed in 1..6 {
        let before = scene.stored();
        let mut running = scene.start();
        let resumed = usize::from(!before.is_empty());
        running.wait_for_lines("resuming upload", resumed);
        // Parts that were there are told as confirmed, too.
        running.wait_for_lines("confirmed, ", confirmed);
        running.signal("KILL");
        running.finish();
        assert_eq!(scene.stored().len(), confirmed);
        scene.lab.restart_sandbox(&["UploadReadSetPart:stall,nth=2"]);
    }
    let again = scene.again(&[]);
    again.said.expect(0);
    again.sent_what_was_missing(Kind::Ubam, "at the end");
    scene.is_whole(again.said.line(), "at the end");
}
