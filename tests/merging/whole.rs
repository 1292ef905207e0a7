//! What is stored is what `cat` makes of the lanes, and can be compared with them at any time.

use serde_json::json;

use super::{BGZF, GZIP, Lanes, STORED, mixed, name};
use crate::{
    files::{bgzf_block, gzip},
    lab::at_once,
};

#[test]
fn two_to_eight_lanes_alone_and_in_pairs() {
    at_once(&[(2, 1), (3, 2), (5, 1), (8, 2)], |&(count, mates)| {
        let lanes = Lanes::new(&[], mates, &mixed(count));
        let said = lanes.put(&["--part-size=5MiB", "--output=json"]);
        said.expect(0);
        let document = said.json();
        let [read_set] = &document["read_sets"].as_array().unwrap()[..] else { panic!() };
        let expected = if mates == 1 { "NA1_S1_R1_001" } else { "NA1_S1" };
        assert_eq!(read_set["name"], expected);
        assert_eq!(read_set["sample_id"], "NA1");
        let in_order = (1..=mates).flat_map(|mate| (1..=count).map(move |lane| name(lane, mate)));
        assert_eq!(read_set["files"], json!(in_order.clone().collect::<Vec<_>>()));
        assert!(read_set["verification"]["reads"].as_u64().unwrap() > 0, "{read_set}");
        let bytes: usize = lanes.joined().iter().map(Vec::len).sum();
        assert_eq!(read_set["bytes"], json!(bytes));
        let id = read_set["read_set_id"].as_str().unwrap();
        lanes.is_whole(id);
        // In any order.
        let store = lanes.lab.store();
        let files: Vec<_> = in_order.rev().collect();
        let verify = ["verify", id, "--store", &store];
        let files = files.iter().map(String::as_str);
        let said = crate::lab::Lab::run(lanes.lab.command(verify.into_iter().chain(files)));
        assert_eq!(said.expect(0).stdout, "matches\n");
    });
}

#[test]
fn the_etag_is_that_of_all_lanes_together() {
    let lanes = Lanes::new(&[], 2, &mixed(4));
    let said = lanes.put(&["--verify", "--part-size=5MiB", "--output=json"]);
    said.expect(0);
    let document = said.json();
    let verification = &document["read_sets"][0]["verification"];
    assert_eq!(verification["etag"]["result"], "matches");
    lanes.is_whole(document["read_sets"][0]["read_set_id"].as_str().unwrap());
    // Without files, the receipt tells.
    let (id, store) =
        (document["read_sets"][0]["read_set_id"].as_str().unwrap(), lanes.lab.store());
    let said = crate::lab::Lab::run(lanes.lab.command(["verify", id, "--store", &store]));
    assert_eq!(said.expect(0).stdout, "matches\n");
}

#[test]
fn empty_lanes_and_lanes_of_one_read_are_lanes() {
    for empty in [gzip(b""), bgzf_block(b"")] {
        for at in 1..=3 {
            let mut lanes =
                Lanes::new(&[], 2, &[(BGZF, 30_000), (STORED, 10_000), (GZIP, 200_000)]);
            lanes.set(at, 1, empty.clone());
            lanes.set(at, 2, empty.clone());
            let said = lanes.put(&["--verify"]);
            said.expect(0);
            lanes.is_whole(said.line());
        }
    }
}

#[test]
fn the_last_lane_may_end_without_a_newline() {
    let mut lanes = Lanes::new(&[], 1, &[(GZIP, 30_000), (GZIP, 30_000)]);
    let mut open = super::text(2, 1, 30_000);
    open.pop();
    lanes.set(2, 1, gzip(&open));
    let said = lanes.put(&[]);
    lanes.is_whole(said.expect(0).line());
}

#[test]
fn other_files_are_read_sets_of_their_own() {
    let lanes = Lanes::new(&[], 2, &[(GZIP, 30_000), (GZIP, 40_000)]);
    lanes.lab.file("u_L001.bam", &crate::material::ubam(100_000));
    lanes.lab.file("u_L002.bam", &crate::material::ubam(120_000));
    lanes.lab.file("other_L001.fastq.gz", &gzip(&crate::material::reads("o{}", 20_000, 100)));
    let said = lanes.put(&["u_L001.bam", "u_L002.bam", "other_L001.fastq.gz", "--output=json"]);
    let names = |set: &serde_json::Value| set["files"].as_array().unwrap().len();
    let document = said.expect(0).json();
    let sets = document["read_sets"].as_array().unwrap();
    assert_eq!(sets.iter().map(names).collect::<Vec<_>>(), [4, 1, 1, 1]);
    // What is given as a pair stays one.
    let (first, second) = (name(1, 1), name(1, 2));
    let pair = ["--r1", &first, "--r2", &second, &name(2, 1), &name(2, 2), "--merge-lanes"];
    let said = lanes.lab.put(&[&pair[..], &["--output=json"]].concat());
    let document = said.expect(0).json();
    let sets = document["read_sets"].as_array().unwrap();
    assert_eq!(sets.iter().map(names).collect::<Vec<_>>(), [2, 2]);
}

#[test]
fn what_is_there_already_is_recognised() {
    let lanes = Lanes::new(&[], 2, &mixed(3));
    let said = lanes.put(&["--if-exists=skip"]);
    let id = said.expect(0).line().to_owned();
    let again = lanes.put(&["--if-exists=skip"]);
    assert_eq!(again.expect(0).line(), id);
    // The same bytes in one file are the same content.
    let [first, second] = &lanes.joined()[..] else { panic!() };
    lanes.lab.file("NA1_S1_R1_001.fastq.gz", first);
    lanes.lab.file("NA1_S1_R2_001.fastq.gz", second);
    let again =
        lanes.lab.put(&["NA1_S1_R1_001.fastq.gz", "NA1_S1_R2_001.fastq.gz", "--if-exists=skip"]);
    assert_eq!(again.expect(0).line(), id);
    lanes.is_whole(&id);
}

#[test]
fn md5_lists_are_of_each_file() {
    let lanes = Lanes::new(&[], 2, &[(GZIP, 300_000), (STORED, 30_000), (BGZF, 200_000)]);
    for (name, content) in lanes.lanes.iter().flatten() {
        use md5::Digest as _;
        let sum = data_encoding::HEXLOWER.encode(&md5::Md5::digest(content));
        lanes.lab.file(&format!("{name}.md5"), format!("{sum}  {name}\n").as_bytes());
    }
    let said = lanes.put(&["--check-md5", "--receipt=r.json"]);
    lanes.is_whole(said.expect(0).line());
    let receipt = crate::receipts::valid::one(&lanes.lab.path("r.json"));
    let files = receipt["files"].as_array().unwrap();
    assert!(files.len() == 6 && files.iter().all(|file| file["md5"].is_string()), "{receipt:#}");
    let other = "00".repeat(16);
    lanes.lab.file(&format!("{}.md5", name(2, 2)), format!("{other}  {}\n", name(2, 2)).as_bytes());
    let said = lanes.put(&["--check-md5", "--fresh"]);
    said.expect(1);
    let about = format!("`{}` has the MD5 ", name(2, 2));
    assert!(said.stderr.contains(&about), "{}", said.stderr);
    assert_eq!(lanes.lab.read_sets(), 1);
}

#[test]
fn proven_lanes_are_deleted_or_moved_together() {
    for action in ["delete", "move:done"] {
        let lanes = Lanes::new(&[], 2, &mixed(3));
        std::fs::create_dir(lanes.lab.path("done")).unwrap();
        let action = format!("--when-proven={action}");
        let said = lanes.put(&["--verify", &action, "--part-size=5MiB", "--output=json"]);
        let document = said.expect(0).json();
        lanes.is_whole(document["read_sets"][0]["read_set_id"].as_str().unwrap());
        assert_eq!(document["read_sets"][0]["when_proven"].as_array().unwrap().len(), 6);
        assert_eq!(super::there(&lanes.lab, ""), ["done"]);
        let moved = if action.contains("move") { 6 } else { 0 };
        assert_eq!(super::there(&lanes.lab, "done").len(), moved);
    }
}

#[test]
fn no_lane_goes_if_one_of_them_changed() {
    let lanes = Lanes::new(&["CompleteMultipartReadSetUpload:processing:3s"], 2, &mixed(2));
    let arguments = ["--merge-lanes", "--verify", "--when-proven=delete", "-v"];
    let command = lanes.lab.put_command(&[&lanes.names(), &arguments[..]].concat());
    let mut running = crate::running::Running::start(command);
    running.wait_for_lines("processing", 1);
    let path = lanes.lab.path(&name(2, 1));
    let permissions = std::fs::metadata(&path).unwrap().permissions();
    std::fs::set_permissions(&path, permissions).unwrap();
    let said = running.finish();
    said.expect(1);
    assert_eq!(super::there(&lanes.lab, "").len(), 4, "{}", said.stderr);
    assert!(said.stderr.contains("another file of its read set stays"), "{}", said.stderr);
}
