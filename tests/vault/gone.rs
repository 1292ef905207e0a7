//! Uploads that vanish: what rests for a day expires, and others may abort or complete.

use super::scene::{PARTS, Scene};

fn interrupted(parts: usize) -> Scene {
    let stall = format!("UploadMultipartPart:stall,nth={}", parts + 1);
    let scene = Scene::new(&[&stall], &["--concurrency=1"]);
    let mut running = scene.start();
    running.wait_for_lines("confirmed, ", parts);
    running.signal("KILL");
    running.finish();
    scene
}

#[test]
fn an_upload_that_has_expired_is_begun_again() {
    let mut scene = interrupted(3);
    let again = scene.again(&["ListParts:vanish,nth=1"]);
    again.said.expect(0);
    assert_eq!(again.sent().len(), PARTS);
    assert!(
        again.said.stderr.contains("is gone from the vault: a new one is begun"),
        "{}",
        again.said.stderr
    );
    assert_eq!(again.count("CompleteMultipartUpload"), 1, "there was nothing to complete");
    scene.is_whole(again.said.line(), "after it expired");
}

#[test]
fn an_upload_that_is_aborted_under_way_is_begun_again_by_the_next_run() {
    let mut scene = Scene::new(&["UploadMultipartPart:vanish,part=4"], &[]);
    let run = scene.run(scene.command());
    run.said.expect(1);
    assert!(
        run.said.stderr.contains("aborted or completed by another process"),
        "{}",
        run.said.stderr
    );
    let again = scene.again(&[]);
    again.said.expect(0);
    assert_eq!((again.sent().len(), again.count("InitiateMultipartUpload")), (PARTS, 1));
    scene.is_whole(again.said.line(), "after it was aborted");
}

#[test]
fn an_upload_that_vanishes_before_complete_is_begun_again_by_the_next_run() {
    let mut scene = Scene::new(&["CompleteMultipartUpload:vanish"], &[]);
    let run = scene.run(scene.command());
    run.said.expect(1);
    let again = scene.again(&[]);
    again.said.expect(0);
    // What the first run has noted can be read.
    assert!(!again.said.stderr.contains("damaged"), "{}", again.said.stderr);
    assert_eq!(again.sent().len(), PARTS);
    scene.is_whole(again.said.line(), "after it vanished");
}

#[test]
fn abort_deletes_an_upload_and_what_is_known_of_it() {
    let mut scene = interrupted(2);
    scene.lab.restart_sandbox(&[]);
    let list = scene.run(scene.vault(&["uploads", "--output=json"])).said;
    let uploads = list.expect(0).json()["uploads"].clone();
    assert_eq!(uploads.as_array().unwrap().len(), 1);
    let upload = &uploads[0];
    assert_eq!((&upload["ours"], &upload["part_size"]), (&true.into(), &(1 << 20).into()));
    assert!(upload["description"].as_str().unwrap().starts_with("a.bam omics-upload=1:1048576:"));
    assert!(upload["files"][0].as_str().unwrap().ends_with("/a.bam"));
    let id = upload["upload_id"].as_str().unwrap();
    let text = scene.run(scene.vault(&["uploads"])).said;
    assert!(
        text.expect(0).stdout.contains(id) && text.stdout.contains("1.0 MiB"),
        "{}",
        text.stdout
    );
    let aborted = scene.run(scene.vault(&["abort", "--output=json", "--", id])).said;
    assert_eq!(aborted.expect(0).json()["uploads"][0]["aborted"], true);
    assert_eq!((scene.stored().len(), scene.journals().len()), (0, 0));
    let none = scene.run(scene.vault(&["abort", "--", "nonesuch"])).said;
    assert!(
        none.expect(1).stderr.contains("`omics-upload vault uploads` lists"),
        "{}",
        none.stderr
    );
    let again = scene.again(&[]);
    again.said.expect(0);
    assert_eq!((again.sent().len(), again.said.stderr.contains("warning")), (PARTS, false));
}

#[test]
fn an_upload_that_a_process_works_on_is_not_aborted() {
    let scene = Scene::new(&["UploadMultipartPart:stall"], &[]);
    let mut running = scene.start();
    running.wait_for_lines("uploading, upload", 1);
    let list = scene.run(scene.vault(&["uploads", "--output=json"])).said.json();
    let id = list["uploads"][0]["upload_id"].as_str().unwrap();
    let aborted = scene.run(scene.vault(&["abort", "--", id])).said;
    aborted.expect(75);
    assert!(aborted.stderr.contains("another process is working on this upload"));
    running.signal("KILL");
    running.finish();
}

/// It was there a moment ago, and Complete knows nothing of it: no archive came of it.
#[test]
fn an_upload_that_is_aborted_under_way_has_a_successor_at_once() {
    for fault in
        ["UploadMultipartPart:vanish,part=4,times=1", "CompleteMultipartUpload:vanish,times=1"]
    {
        let scene = Scene::new(&[fault], &[]);
        let run = scene.run(scene.command());
        run.said.expect(0);
        assert!(
            run.said.stderr.contains("is gone from the vault: a new one is begun"),
            "{}",
            run.said.stderr
        );
        assert_eq!(run.count("InitiateMultipartUpload"), 2, "{fault}");
        scene.is_whole(run.said.line(), fault);
    }
}

/// A 404 on a part, and the upload is there all the same.
#[test]
fn an_upload_that_the_vault_forgets_for_a_moment_goes_on() {
    let fault = "UploadMultipartPart:error:ResourceNotFoundException,part=4";
    let scene = Scene::new(&[&format!("{fault},times=1")], &[]);
    let run = scene.run(scene.command());
    run.said.expect(0);
    let counts = ["InitiateMultipartUpload", "CompleteMultipartUpload"].map(|one| run.count(one));
    assert_eq!(counts, [1, 1]);
    scene.is_whole(run.said.line(), "a 404 on a part");

    let scene = Scene::new(&[fault], &[]);
    let run = scene.run(scene.command());
    let cause = "caused by: UploadMultipartPart failed: ResourceNotFoundException";
    assert!(run.said.expect(1).stderr.contains(cause), "{}", run.said.stderr);
    assert_eq!(run.count("CompleteMultipartUpload"), 0);
}

#[test]
fn uploads_of_the_file_that_are_not_resumed_are_named() {
    let mut scene = interrupted(3);
    let arguments = scene.arguments.clone();
    scene.arguments.push("--description=of run 7".to_owned());
    let other = scene.again(&[]);
    let words = "was begun with the description `a.bam`, and is not resumed: `omics-upload vault abort \
                 --vault sandbox -- ";
    assert!(other.said.expect(0).stderr.contains(words), "{}", other.said.stderr);
    let (_, rest) = other.said.stderr.split_once(words).unwrap();
    let id = rest.split('`').next().unwrap().to_owned();
    scene.arguments = arguments;
    scene.content.extend(b"more");
    scene.lab.file("a.bam", &scene.content.clone());
    let changed = scene.run(scene.command());
    let words = format!("upload {id} was begun when the file had another content, and is not");
    assert!(changed.said.expect(0).stderr.contains(&words), "{}", changed.said.stderr);
    scene.run(scene.vault(&["abort", "--", &id])).said.expect(0);
    assert_eq!((scene.uploads(), scene.journals().len()), (0, 0));
}

/// A day without a part: the sandbox forgets such uploads, as the service does.
#[test]
fn an_upload_that_rested_for_a_day_is_begun_again() {
    let mut scene = interrupted(3);
    scene.age_uploads();
    let again = scene.again(&[]);
    again.said.expect(0);
    assert_eq!((again.sent().len(), again.count("InitiateMultipartUpload")), (PARTS, 1));
    assert!(again.said.stderr.contains("there are two archives"), "{}", again.said.stderr);
    scene.is_whole(again.said.line(), "after a day");
}
