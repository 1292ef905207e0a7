//! What the service did is not known, or is not what this machine remembers: lost answers, uploads
//! that were aborted elsewhere, more than one unfinished upload.

use std::fs;

use expect_test::expect;

use super::scene::{Kind, Scene};
use crate::lab::{Lab, at_once};

/// The lines of stderr that warn, without their dates and with what differs from run to run replaced.
fn warnings(lab: &Lab, stderr: &str) -> String {
    let lines = lab.plain(stderr);
    let lines = lines.lines().filter_map(|line| line.strip_prefix("TIME "));
    let told = ["warning", "gone from", "unfinished uploads", "another content", "two uploads"];
    let lines = lines.filter(|line| told.iter().any(|told| line.contains(told)));
    lines.collect::<Vec<_>>().join("\n")
}

/// Three parts are stored, then it is killed.
fn with_three_parts(more: &[&str]) -> Scene {
    let faults = ["UploadReadSetPart:stall,nth=4", "UploadReadSetPart:stall,nth=5"];
    let scene = Scene::new(Kind::Ubam, &faults, more);
    let mut running = scene.start();
    running.wait_for_lines("confirmed, ", 3);
    running.signal("KILL");
    running.finish();
    scene
}

/// The IDs of the unfinished uploads, the oldest first.
fn uploads(lab: &Lab) -> Vec<String> {
    let list = lab.client().list_multipart_read_set_uploads().sequence_store_id(lab.store());
    let answer = lab.block_on(list.send()).unwrap();
    answer.uploads().iter().map(|upload| upload.upload_id().to_owned()).collect()
}

fn abort(lab: &Lab, upload: &str) {
    let abort = lab.client().abort_multipart_read_set_upload();
    let abort = abort.sequence_store_id(lab.store()).upload_id(upload);
    lab.block_on(abort.send()).unwrap();
}

#[test]
fn an_answer_of_complete_that_is_lost_again_and_again() {
    at_once(&[true, false], |with_state| {
        let faults = [
            "CompleteMultipartReadSetUpload:lose-answer",
            "CompleteMultipartReadSetUpload:keep-listed",
            "CompleteMultipartReadSetUpload:processing:5s",
            "ListReadSets:stall",
        ];
        let mut scene = Scene::new(Kind::Pair, &faults, &[]);
        for _ in 0..2 {
            let running = scene.start();
            scene.wait_for_kept("readset.json", 1);
            scene.lab.wait_for("ListReadSetUploadParts", 2);
            running.signal("KILL");
            running.finish();
            if !with_state {
                let _ = fs::remove_dir_all(scene.state());
            }
        }
        let again = scene.again(&["ListReadSets:lose-answer,nth=1"]);
        again.said.expect(0);
        assert_eq!(again.sent(), []);
        assert_eq!(again.count("CompleteMultipartReadSetUpload"), 0);
        scene.is_whole(again.said.line(), "the answer of Complete was lost");
    });
}

#[test]
fn an_upload_that_was_aborted_elsewhere_is_begun_anew() {
    let mut scene = with_three_parts(&[]);
    scene.lab.restart_sandbox(&[]);
    let gone = uploads(&scene.lab);
    abort(&scene.lab, &gone[0]);
    let again = scene.again(&[]);
    again.said.expect(0);
    assert_eq!(again.sent().len(), Kind::Ubam.parts());
    expect![["warning: s: upload ID is gone from the store: a new one is begun"]]
        .assert_eq(&warnings(&scene.lab, &again.said.stderr));
    scene.is_whole(again.said.line(), "aborted elsewhere");
}

#[test]
fn an_upload_that_is_aborted_under_a_run_is_begun_anew_by_the_next() {
    let mut scene = Scene::new(Kind::Ubam, &["UploadReadSetPart:latency:700ms"], &[]);
    let mut running = scene.start();
    running.wait_for_lines("confirmed, ", 2);
    let lab = &scene.lab;
    abort(lab, &uploads(lab)[0]);
    let said = running.finish();
    said.expect(1);
    let again = scene.again(&[]);
    again.said.expect(0);
    assert_eq!(again.sent().len(), Kind::Ubam.parts());
    scene.is_whole(again.said.line(), "aborted under a run");
}

/// Two uploads of the same data, from two machines that never met: the one with more parts is taken.
#[test]
fn the_better_of_two_unfinished_uploads_is_taken() {
    let mut scene = Scene::new(Kind::Ubam, &["UploadReadSetPart:stall,nth=2"], &[]);
    let begun = |scene: &Scene, confirmed, fresh: &[&str]| {
        let mut command = scene.command();
        command.args(fresh);
        let mut running = crate::running::Running::start(command);
        running.wait_for_lines("confirmed, ", confirmed);
        running.signal("KILL");
        running.finish();
        fs::remove_dir_all(scene.state()).unwrap();
    };
    begun(&scene, 1, &[]);
    scene.lab.restart_sandbox(&["UploadReadSetPart:stall,nth=4"]);
    begun(&scene, 3, &["--fresh"]);
    scene.lab.restart_sandbox(&["UploadReadSetPart:stall,nth=3"]);
    begun(&scene, 1, &["--fresh"]);
    scene.lab.restart_sandbox(&[]);
    let three = uploads(&scene.lab);
    assert_eq!(three.len(), 3);
    let has: Vec<_> = three.iter().map(|id| scene.lab.listed_parts(id)[0].len()).collect();
    let best = &three[has.iter().position(|parts| Some(parts) == has.iter().max()).unwrap()];
    let before = has.iter().max().unwrap();
    let again = scene.run(scene.command());
    again.said.expect(0);
    assert_eq!(again.sent().len(), Kind::Ubam.parts() - before);
    let stderr = &again.said.stderr;
    let line = stderr.lines().find(|line| line.contains("3 unfinished uploads")).unwrap();
    let (_, taken) = line.split_once("of the same data: ").unwrap();
    assert!(taken.starts_with(&format!("{best} is taken up")), "{line}");
    expect![["warning: s: there are 3 unfinished uploads of the same data: ID is taken up; of no more use: ID, ID"]].assert_eq(&warnings(&scene.lab, stderr));
    for id in three.iter().filter(|id| *id != best) {
        assert!(line.contains(&**id), "{line}");
        // The others are left alone.
        abort(&scene.lab, id);
    }
    scene.is_whole(again.said.line(), "the better one");
}

/// Somebody else's part under our upload, or one that arrived damaged after all, proves nothing.
#[test]
fn a_part_that_is_not_what_the_file_holds_is_sent_again() {
    at_once(&[true, false], |with_state| {
        let mut scene = with_three_parts(&[]);
        scene.lab.restart_sandbox(&[]);
        let lab = &scene.lab;
        let upload = uploads(lab).remove(0);
        let other = lab.client().upload_read_set_part().sequence_store_id(lab.store());
        let other = other.upload_id(upload).part_source("SOURCE1".into()).part_number(2);
        let bytes = vec![7; crate::material::PART];
        lab.block_on(other.payload(bytes.into()).send()).unwrap();
        if !with_state {
            fs::remove_dir_all(scene.state()).unwrap();
        }
        let again = scene.again(&[]);
        again.said.expect(0);
        let mut sent: Vec<_> = again.sent().into_iter().map(|(_, number)| number).collect();
        sent.sort_unstable();
        assert_eq!(sent, [2, 4, 5, 6]);
        scene.is_whole(again.said.line(), "a part of somebody else");
    });
}

type Rewrite = fn(&str) -> String;

#[test]
fn a_journal_that_is_damaged_or_torn_costs_nothing_but_reading() {
    let tear = |text: &str| text[..text.len() - 20].to_owned();
    let damage = |text: &str| text.replacen("\"entry\":\"part\"", "\"entry\":\"tarp\"", 1);
    let forget = |text: &str| text.lines().next().unwrap()[..40].to_owned();
    let cases: [(&str, Rewrite); 3] =
        [("torn", tear), ("damaged", damage), ("hardly there", forget)];
    at_once(&cases, |(name, change)| {
        let mut scene = with_three_parts(&[]);
        let path = scene.journals().remove(0);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, change(&text)).unwrap();
        let again = scene.again(&[]);
        again.said.expect(0);
        again.sent_what_was_missing(Kind::Ubam, name);
        let told = again.said.stderr.contains("is damaged: it is put aside");
        assert_eq!(told, *name == "damaged", "{}", again.said.stderr);
        scene.is_whole(again.said.line(), name);
    });
}
