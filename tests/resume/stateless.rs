//! The same command again on a machine that knows nothing: the state folder gone, another home,
//! files elsewhere, a state folder that cannot be used.

use std::{fs, os::unix::fs::PermissionsExt as _, path::PathBuf};

use expect_test::expect;

use crate::{
    killed::{POINTS, Point},
    lab::{Lab, Said, at_once},
    scene::{Again, Kind, Scene},
};

/// What is true after any point at which the service had not completed the upload.
#[track_caller]
fn went_on(scene: &Scene, again: &Again, point: &Point) {
    let about = point.name;
    again.said.expect(0);
    again.sent_what_was_missing(scene.kind, about);
    assert_eq!(scene.count("upload.json"), 1, "{about}: one upload was ever created");
    assert_eq!(again.count("CompleteMultipartReadSetUpload"), 1, "{about}");
    assert_eq!(again.count("AbortMultipartReadSetUpload"), 0, "{about}");
    scene.is_whole(again.said.line(), about);
}

fn unfinished() -> Vec<&'static Point> {
    POINTS.iter().filter(|point| !point.completed).collect()
}

#[test]
fn the_state_folder_is_deleted() {
    at_once(&unfinished(), |point| {
        let mut scene = point.kill(Kind::Pair, &[]);
        fs::remove_dir_all(scene.state()).unwrap();
        let again = scene.again(&[]);
        went_on(&scene, &again, point);
    });
}

#[test]
fn an_upload_that_stays_listed_after_complete_is_known_without_state() {
    let name = "when Complete took effect, its answer was lost and the upload stays listed";
    let point = POINTS.iter().find(|point| point.name == name).unwrap();
    let mut scene = point.kill(Kind::Ubam, &[]);
    fs::remove_dir_all(scene.state()).unwrap();
    let again = scene.again(&[]);
    again.said.expect(0);
    assert_eq!(again.sent(), []);
    assert_eq!(again.count("CreateMultipartReadSetUpload"), 0);
    scene.is_whole(again.said.line(), name);
}

/// Without state, a read set that is complete cannot be told from one that was wanted before; whoever
/// wants one at most says so.
#[test]
fn a_read_set_is_not_made_twice_if_so_asked() {
    let completed: Vec<_> = POINTS.iter().filter(|point| point.completed).collect();
    at_once(&completed, |point| {
        let mut scene = point.kill(Kind::Pair, &[]);
        fs::remove_dir_all(scene.state()).unwrap();
        scene.arguments.push("--if-exists=skip".to_owned());
        let again = scene.again(&[]);
        again.said.expect(0);
        assert_eq!(again.sent(), [], "{}", point.name);
        let store = scene.lab.store();
        let wait = scene.lab.command(["wait", again.said.line(), "--store", &store]);
        Lab::run(wait).expect(0);
        scene.is_whole(again.said.line(), point.name);
    });
}

fn with_parts() -> &'static Point {
    POINTS.iter().find(|point| point.name.starts_with("with three parts")).unwrap()
}

#[test]
fn another_home() {
    let point = with_parts();
    let mut scene = point.kill(Kind::Ubam, &[]);
    scene.lab.restart_sandbox(&[]);
    let mut command = scene.command();
    command.env("HOME", scene.lab.path("."));
    let again = scene.run(command);
    again.said.expect(0);
    again.sent_what_was_missing(scene.kind, point.name);
    // The old home still has its record, which is of no harm.
    assert_eq!(scene.journals().len(), 1);
    let other = scene.run(scene.command());
    assert_eq!(other.said.expect(0).line(), again.said.line());
    assert_eq!(other.sent(), []);
    scene.is_whole(other.said.line(), point.name);
}

#[test]
fn files_that_were_moved_or_copied() {
    at_once(
        &[(true, true), (true, false), (false, true), (false, false)],
        |(moved, with_state)| {
            let point = with_parts();
            let more = ["--name=one", "--sample=S", "--subject=S"];
            let mut scene = point.kill(Kind::Pair, &more);
            scene.lab.restart_sandbox(&[]);
            if !with_state {
                fs::remove_dir_all(scene.state()).unwrap();
            }
            for (from, to) in [("s_R1.fastq.gz", "x_1.fq.gz"), ("s_R2.fastq.gz", "x_2.fq.gz")] {
                let (from, to) = (scene.lab.path(from), scene.lab.path(to));
                if *moved {
                    fs::rename(from, to).unwrap();
                } else {
                    fs::copy(from, to).unwrap();
                }
            }
            scene.arguments[0] = "x_1.fq.gz".to_owned();
            scene.arguments[1] = "x_2.fq.gz".to_owned();
            let again = scene.again(&[]);
            // A move, too, changes what might be the content (`ctime`): both are read.
            assert!(again.said.stderr.contains("checking"), "{}", again.said.stderr);
            went_on(&scene, &again, point);
        },
    );
}

/// A folder in which nothing can be made, even by root.
fn unwritable(scene: &Scene) -> PathBuf {
    let folder = scene.lab.path("closed");
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o555)).unwrap();
    let obeyed = fs::File::create(folder.join("probe")).is_err();
    if obeyed { folder } else { PathBuf::from("/proc/omics-upload") }
}

#[test]
fn a_state_folder_that_cannot_be_used() {
    let cases: [fn(&Scene) -> PathBuf; 2] = [unwritable, |scene| scene.lab.file("state", b"x")];
    at_once(&cases, |folder| {
        let faults = ["UploadReadSetPart:stall,nth=4", "UploadReadSetPart:stall,nth=5"];
        let mut scene = Scene::new(Kind::Ubam, &faults, &[]);
        let folder = folder(&scene);
        scene.arguments.push(format!("--state-dir={}", folder.display()));
        let mut running = scene.start();
        running.wait_for_lines("confirmed, ", 3);
        running.signal("KILL");
        running.finish();
        let again = scene.again(&[]);
        went_on(&scene, &again, with_parts());
        let warnings = again.said.stderr.matches("the upload goes on without a record").count();
        assert_eq!(warnings, 1, "{}", again.said.stderr);
    });
    let mut scene = Scene::new(Kind::Ubam, &[], &["--progress=none"]);
    scene.lab.file("state", b"x");
    scene.arguments.retain(|argument| argument != "-v");
    scene.arguments.push("--state-dir=state".to_owned());
    let said = Lab::run(scene.command());
    let name = regex_lite::Regex::new("[0-9a-f]{32}").unwrap();
    let said = Said { stderr: name.replace(&said.stderr, "NAME").into_owned(), ..said };
    scene.lab.shows(&said, &expect![[r#"
        ID
        --- stderr
        warning: cannot use `state/NAME.jsonl`: Not a directory (os error 20): the upload goes on without a record on this machine, and if it is interrupted it will be found again in the store
        warning: no receipt is kept on this machine: cannot read the receipt `state/receipts`: Not a directory (os error 20)
        --- status 0
    "#]]);
}

/// A disk that is full: the limit on the size of files stands in for it, as writing fails in the
/// same place and in the same way.
#[test]
fn a_state_folder_that_fills_up() {
    let faults = ["UploadReadSetPart:stall,nth=5", "UploadReadSetPart:stall,nth=6"];
    let scene = Scene::new(Kind::Ubam, &faults, &[]);
    let put = scene.command();
    let mut command = std::process::Command::new("sh");
    // In blocks of 512 bytes: enough for the header and a few parts, not for all.
    command.args(["-c", "trap '' XFSZ; ulimit -f 2; exec \"$@\"", "sh"]);
    command.arg(put.get_program()).args(put.get_args());
    command.env_clear().envs(put.get_envs().filter_map(|(key, value)| Some((key, value?))));
    command.current_dir(scene.lab.path("")).stdin(std::process::Stdio::null());
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let mut running = crate::running::Running::start(command);
    running.wait_for_lines("confirmed, ", 4);
    running.signal("KILL");
    let said = running.finish();
    assert_eq!(said.stderr.matches("cannot write").count(), 1, "{}", said.stderr);
    let mut scene = scene;
    let again = scene.again(&[]);
    went_on(&scene, &again, with_parts());
}
