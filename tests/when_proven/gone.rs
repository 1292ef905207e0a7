//! What is proven is deleted or moved, and nothing else.

use std::{
    fs,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink},
    time::{Duration, SystemTime},
};

use serde_json::json;

use super::{PAIR, elsewhere, fastq, names, put, receipt, results, with_pair};
use crate::{
    files::bgzf,
    lab::Lab,
    material::{PART, reads},
};

#[test]
fn a_pair_is_deleted() {
    let (lab, pair) = with_pair(&[]);
    lab.file("s_R1.fastq.gz.md5", b"a list");
    let said = put(&lab, "delete", &[&PAIR[..], &["--output=json", "--receipt=r.json"]].concat());
    said.expect(0);
    assert_eq!(names(&lab, ""), ["done", "r.json", "s_R1.fastq.gz.md5"]);
    let read_set = &said.json()["read_sets"][0];
    assert_eq!(read_set["when_proven"], json!([{ "result": "deleted" }, { "result": "deleted" }]));
    let id = read_set["read_set_id"].as_str().unwrap();
    for (source, content) in ["SOURCE1", "SOURCE2"].iter().zip(&pair) {
        assert!(lab.read_back(id, source) == *content);
    }
    assert!(said.stderr.contains("`s_R1.fastq.gz`: deleted\n"), "{}", said.stderr);
    assert_eq!(results(&receipt(&lab)), ["deleted", "deleted"]);
    assert_eq!(results(&crate::receipts::valid::one(&lab.path("r.json"))), ["deleted", "deleted"]);
    let shown = Lab::run(lab.command(["receipts", "show", id]));
    assert!(shown.stdout.contains("when proven  deleted\n"), "{}", shown.stdout);
}

#[test]
fn a_pair_is_moved() {
    let (lab, pair) = with_pair(&[]);
    let said = put(&lab, "move:done", &[&PAIR[..], &["--progress=json"]].concat());
    said.expect(0);
    assert_eq!(
        (names(&lab, ""), names(&lab, "done")),
        (vec!["done".to_owned()], PAIR.map(str::to_owned).to_vec())
    );
    for (name, content) in PAIR.iter().zip(&pair) {
        assert!(fs::read(lab.path("done").join(name)).unwrap() == *content);
    }
    let to = lab.path("done").join(PAIR[1]);
    let receipt = receipt(&lab);
    assert_eq!(results(&receipt), ["moved", "moved"]);
    assert_eq!(receipt["files"][1]["disposal"]["to"], *to.to_string_lossy());
    let mut events = said.stderr.lines().rev();
    let event = events.find(|line| line.contains("source_disposed")).unwrap();
    let mut event: serde_json::Value = serde_json::from_str(event).unwrap();
    event.as_object_mut().unwrap().remove("time");
    let wanted = json!({
        "version": 1,
        "event": "source_disposed",
        "read_set": 0,
        "file": PAIR[1],
        "result": "moved",
        "to": to,
    });
    assert_eq!(event, wanted);
}

#[test]
fn across_file_systems_the_copy_is_like_the_file() {
    let Some(there) = elsewhere() else { return };
    let (lab, pair) = with_pair(&[]);
    fs::set_permissions(lab.path(PAIR[0]), fs::Permissions::from_mode(0o640)).unwrap();
    let modified = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    let file = fs::File::options().append(true).open(lab.path(PAIR[0])).unwrap();
    file.set_modified(modified).unwrap();
    put(&lab, &format!("move:{}", there.path().display()), &PAIR).expect(0);
    assert_eq!(names(&lab, ""), ["done"]);
    for (name, content) in PAIR.iter().zip(&pair) {
        assert!(fs::read(there.path().join(name)).unwrap() == *content);
    }
    let copy = fs::metadata(there.path().join(PAIR[0])).unwrap();
    assert_eq!((copy.mode() & 0o7777, copy.modified().unwrap()), (0o640, modified));
    assert_eq!(fs::read_dir(there.path()).unwrap().count(), 2, "nothing temporary is left");
    assert_eq!(results(&receipt(&lab)), ["moved", "moved"]);
}

#[test]
fn a_large_file_in_many_parts_is_compared_part_by_part() {
    let Some(there) = elsewhere() else { return };
    let lab = Lab::new();
    let content = crate::material::fastq_of(3 * PART);
    lab.file("s.fastq.gz", &content);
    let action = format!("move:{}", there.path().display());
    put(&lab, &action, &["s.fastq.gz", "--part-size=5MiB"]).expect(0);
    assert!(fs::read(there.path().join("s.fastq.gz")).unwrap() == content);
    assert!(!lab.path("s.fastq.gz").exists());
}

#[test]
fn a_link_goes_itself_and_its_target_stays() {
    let there = elsewhere();
    let folders = there.iter().map(|there| there.path().to_owned());
    let lab = Lab::new();
    fs::create_dir(lab.path("done")).unwrap();
    fs::create_dir(lab.path("links")).unwrap();
    for (at, folder) in [lab.path("done")].into_iter().chain(folders).enumerate() {
        let (file, link) = (format!("{at}.fastq.gz"), format!("links/l{at}.fastq.gz"));
        let content = bgzf(&reads(&format!("r{at}.{{}}"), 20_000, 100), 6_000);
        lab.file(&file, &content);
        symlink(format!("../{file}"), lab.path(&link)).unwrap();
        put(&lab, &format!("move:{}", folder.display()), &[&link]).expect(0);
        assert!(fs::symlink_metadata(lab.path(&link)).is_err());
        let moved = folder.join(format!("l{at}.fastq.gz"));
        assert!(fs::symlink_metadata(&moved).unwrap().is_symlink());
        assert!(fs::read(moved).unwrap() == content, "it leads to the same file");
        symlink(lab.path(&file), lab.path(&link)).unwrap();
        put(&lab, "delete", &[&link]).expect(0);
        assert!(fs::symlink_metadata(lab.path(&link)).is_err());
        assert!(fs::read(lab.path(&file)).unwrap() == content);
    }
}

#[test]
fn of_a_hard_link_only_this_name_goes() {
    let lab = Lab::new();
    lab.file("s.fastq.gz", &fastq());
    fs::hard_link(lab.path("s.fastq.gz"), lab.path("other")).unwrap();
    put(&lab, "delete", &["s.fastq.gz"]).expect(0);
    assert_eq!(names(&lab, ""), ["other"]);
    assert!(fs::read(lab.path("other")).unwrap() == fastq());
}

#[test]
fn resuming_proves_what_an_earlier_run_has_sent() {
    let (lab, pair) =
        with_pair(&["CompleteMultipartReadSetUpload:error:AccessDeniedException,times=1"]);
    put(&lab, "delete", &PAIR).expect(1);
    assert_eq!(names(&lab, ""), ["done", PAIR[0], PAIR[1]]);
    let sent = lab.count("UploadReadSetPart");
    let store = lab.store();
    let said =
        Lab::run(lab.command(["resume", "--store", &store, "--verify", "--when-proven=move:done"]));
    said.expect(0);
    assert_eq!(lab.count("UploadReadSetPart"), sent, "nothing is sent again");
    assert_eq!(names(&lab, "done"), PAIR);
    assert!(fs::read(lab.path("done").join(PAIR[0])).unwrap() == pair[0]);
}

#[test]
fn the_variable_and_the_config_file_ask_as_well() {
    let lab = Lab::new();
    lab.file("a.fastq.gz", &fastq());
    lab.config("when-proven = 'delete'\n");
    lab.put(&["a.fastq.gz"]).expect(2);
    lab.put(&["a.fastq.gz", "--verify"]).expect(0);
    assert_eq!(names(&lab, ""), [""; 0]);
    lab.file("a.fastq.gz", &fastq());
    let mut command = lab.put_command(&["a.fastq.gz", "--verify"]);
    command.env("OMICS_UPLOAD_WHEN_PROVEN", "keep");
    Lab::run(command).expect(0);
    assert_eq!(names(&lab, ""), ["a.fastq.gz"]);
}

#[test]
fn the_same_command_again_says_where_the_files_are() {
    let (lab, _) = with_pair(&[]);
    let id = put(&lab, "move:done", &PAIR).expect(0).line().to_owned();
    let said = put(&lab, "move:done", &PAIR);
    said.expect(2);
    let hint = format!(
        "hint: read set {id} was proven to hold it, and then it was moved to `{}`",
        lab.path("done").join(PAIR[0]).display()
    );
    assert!(said.stderr.contains(&hint), "{}", said.stderr);
}
