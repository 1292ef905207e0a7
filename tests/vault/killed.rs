//! `kill -9` at every request, and then the same command again: with the journal, and without it.

use std::fs;

use super::scene::{PARTS, Scene};
use crate::{lab::at_once, running::Running};

/// A point at which a run is held and killed.
struct Point {
    name: &'static str,
    /// What holds it there.
    faults: &'static [&'static str],
    until: fn(&Scene, &mut Running),
    /// Whether there was an upload already.
    initiated: bool,
    /// Whether there was an archive already.
    completed: bool,
}

const POINTS: [Point; 13] = [
    Point {
        name: "while the vault is described",
        faults: &["DescribeVault:stall"],
        until: |scene, _| scene.lab.wait_until(|_| scene.state().exists()),
        initiated: false,
        completed: false,
    },
    Point {
        name: "while the unfinished uploads are listed",
        faults: &["ListMultipartUploads:stall"],
        until: |scene, _| scene.lab.wait_until(|_| !scene.journals().is_empty()),
        initiated: false,
        completed: false,
    },
    Point {
        name: "before Initiate takes effect",
        faults: &["InitiateMultipartUpload:stall"],
        until: |scene, _| scene.lab.wait_for("ListMultipartUploads", 1),
        initiated: false,
        completed: false,
    },
    Point {
        name: "when Initiate took effect and its answer was lost",
        faults: &["InitiateMultipartUpload:lose-answer", "ListMultipartUploads:stall,nth=2"],
        until: |scene, _| scene.lab.wait_until(|_| scene.uploads() == 1),
        initiated: true,
        completed: false,
    },
    Point {
        name: "while the uploads are listed after Initiate",
        faults: &["ListMultipartUploads:stall,nth=2"],
        until: |scene, _| scene.lab.wait_until(|_| scene.uploads() == 1),
        initiated: true,
        completed: false,
    },
    Point {
        name: "when Initiate was answered",
        faults: &["UploadMultipartPart:stall"],
        until: |_, running| running.wait_for_lines("uploading, upload", 1),
        initiated: true,
        completed: false,
    },
    Point {
        name: "with three parts confirmed and two held",
        faults: &["UploadMultipartPart:stall,nth=4", "UploadMultipartPart:stall,nth=5"],
        until: |_, running| running.wait_for_lines("confirmed, ", 3),
        initiated: true,
        completed: false,
    },
    Point {
        name: "while parts are in flight",
        faults: &["UploadMultipartPart:bandwidth:250kB"],
        until: |_, running| running.wait_for_lines("started, attempt 1", 2),
        initiated: true,
        completed: false,
    },
    Point {
        name: "when parts were stored and their answers lost",
        faults: &["UploadMultipartPart:lose-answer"],
        until: |scene, _| scene.lab.wait_until(|_| scene.stored().len() >= 2),
        initiated: true,
        completed: false,
    },
    Point {
        name: "while the parts are listed",
        faults: &["ListParts:stall"],
        until: |_, running| running.wait_for_lines("confirming", 1),
        initiated: true,
        completed: false,
    },
    Point {
        name: "before Complete takes effect",
        faults: &["CompleteMultipartUpload:stall"],
        until: |_, running| running.wait_for_lines("completing", 1),
        initiated: true,
        completed: false,
    },
    Point {
        name: "when Complete took effect and its answer was lost",
        faults: &["CompleteMultipartUpload:lose-answer"],
        until: |scene, _| scene.lab.wait_until(|_| scene.archives().len() == 1),
        initiated: true,
        completed: true,
    },
    Point {
        name: "when Complete took effect and its connection was reset",
        faults: &["CompleteMultipartUpload:reset:after"],
        until: |scene, _| scene.lab.wait_until(|_| scene.archives().len() == 1),
        initiated: true,
        completed: true,
    },
];

fn kill(point: &Point) -> Scene {
    let scene = Scene::new(point.faults, &[]);
    let mut running = scene.start();
    (point.until)(&scene, &mut running);
    running.signal("KILL");
    assert_eq!(running.finish().status, None, "{}", point.name);
    scene
}

fn is_resumed(scene: &mut Scene, point: &Point, about: &str) {
    let again = scene.again(&[]);
    again.said.expect(0);
    if point.completed {
        assert_eq!(again.sent(), Vec::<u64>::new(), "{about}");
    } else {
        again.sent_what_was_missing(about);
    }
    let initiated = usize::from(!point.initiated);
    assert_eq!(again.count("InitiateMultipartUpload"), initiated, "{about}");
    assert_eq!(again.count("CompleteMultipartUpload"), 1, "{about}");
    assert_eq!(again.count("AbortMultipartUpload"), 0, "{about}");
    assert!(!again.said.stderr.contains("warning"), "{about}: {}", again.said.stderr);
    scene.is_whole(again.said.line(), about);
}

#[test]
fn a_file_killed_at_every_request() {
    at_once(&POINTS, |point| {
        let mut scene = kill(point);
        is_resumed(&mut scene, point, point.name);
    });
}

/// What this machine knows is lost. An archive that was completed cannot be known then, and is no
/// unfinished upload: it is stored anew.
#[test]
fn a_file_killed_at_every_request_and_no_journal() {
    at_once(&POINTS, |point| {
        let mut scene = kill(point);
        fs::remove_dir_all(scene.state()).unwrap();
        let about = format!("{}, without a journal", point.name);
        if point.completed {
            let again = scene.again(&[]);
            again.said.expect(0);
            assert_eq!(again.sent().len(), PARTS, "{about}");
            scene.holds_the_file(again.said.line(), &scene.content, &about);
        } else {
            is_resumed(&mut scene, point, &about);
        }
    });
}

/// Killed again and again, it still never sends a part twice.
#[test]
fn a_chain_of_kills() {
    let mut scene = Scene::new(&["UploadMultipartPart:stall,nth=2"], &["--concurrency=1"]);
    for confirmed in 1..PARTS {
        let mut running = scene.start();
        running.wait_for_lines("resuming upload", usize::from(confirmed > 1));
        // Parts that were there are told as confirmed, too.
        running.wait_for_lines("confirmed, ", confirmed);
        running.signal("KILL");
        running.finish();
        assert_eq!(scene.stored().len(), confirmed);
        scene.lab.restart_sandbox(&["UploadMultipartPart:stall,nth=2"]);
    }
    let again = scene.again(&[]);
    again.said.expect(0);
    again.sent_what_was_missing("at the end");
    scene.is_whole(again.said.line(), "at the end");
}

/// Between the answer to Complete and the receipt there is no request: a receipt that cannot be written
/// stands for it. The ID is told all the same, and the next run has it again.
#[test]
fn an_archive_whose_receipt_is_lost_is_known_by_its_journal() {
    let mut scene = Scene::new(&["CompleteMultipartUpload:stall:500ms"], &[]);
    let mut running = scene.start();
    running.wait_for_lines("completing", 1);
    let receipts = scene.state().join("receipts");
    fs::remove_dir(&receipts).unwrap();
    fs::write(&receipts, "in the way").unwrap();
    let said = running.finish();
    said.expect(1);
    let id = said.line().to_owned();
    assert!(said.stderr.contains("no receipt is kept on this machine"), "{}", said.stderr);
    assert_eq!(scene.journals().len(), 1);
    fs::remove_file(&receipts).unwrap();
    let again = scene.again(&[]);
    again.said.expect(0);
    assert_eq!((again.said.line(), again.sent()), (&*id, Vec::new()));
    scene.is_whole(&id, "after the receipt was lost");
}
