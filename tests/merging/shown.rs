//! What is shown of lanes: plans, checks, receipts and the events of a run.

use expect_test::expect;

use super::{BGZF, GZIP, Lanes};
use crate::{files::gzip, lab::Lab};

fn lanes() -> Lanes {
    let mut lanes = Lanes::new(&[], 2, &[(GZIP, 300_000), (BGZF, 200_000), (GZIP, 10_000)]);
    lanes.set(3, 1, gzip(b""));
    lanes.set(3, 2, gzip(b""));
    lanes
}

#[test]
fn a_plan_lists_all_lanes() {
    let lanes = lanes();
    let said = lanes.put(&["--dry-run"]);
    lanes.lab.shows(&said, &expect![[""]]);
    let said = lanes.put(&["--dry-run", "--output=json"]);
    let sources = &said.expect(0).json()["plan"][0]["sources"];
    let text = serde_json::to_string_pretty(sources).unwrap();
    expect![[""]].assert_eq(&text);
}

#[test]
fn check_shows_each_lane_and_the_read_set() {
    let lanes = lanes();
    let check = |more: &[&str]| {
        let arguments = [&["check", "--merge-lanes"][..], more, &lanes.names()].concat();
        Lab::run(lanes.lab.command(arguments))
    };
    let said = check(&["--full"]);
    lanes.lab.shows(&said, &expect![[""]]);
    let document = check(&["--output=json"]).expect(0).json();
    assert_eq!(document["files"].as_array().unwrap().len(), 6);
    let [set] = &document["read_sets"].as_array().unwrap()[..] else { panic!() };
    assert_eq!(set["sources"][0]["files"].as_array().unwrap().len(), 3, "{set}");
}

#[test]
fn a_receipt_has_all_lanes() {
    let lanes = lanes();
    let said = lanes.put(&["--verify", "--receipt=r.json"]);
    let id = said.expect(0).line().to_owned();
    let receipt = crate::receipts::valid::one(&lanes.lab.path("r.json"));
    let files: Vec<_> = receipt["files"].as_array().unwrap().iter().collect();
    let sources: Vec<_> = files.iter().map(|file| file["source"].as_str().unwrap()).collect();
    assert_eq!(sources, ["SOURCE1", "SOURCE1", "SOURCE1", "SOURCE2", "SOURCE2", "SOURCE2"]);
    let bytes: u64 = files.iter().map(|file| file["bytes"].as_u64().unwrap()).sum();
    let parts = receipt["parts"].as_array().unwrap();
    assert_eq!(bytes, parts.iter().map(|part| part["bytes"].as_u64().unwrap()).sum::<u64>());
    let checks = receipt["checks"].as_array().unwrap();
    let texts: Vec<_> = checks
        .iter()
        .map(|check| format!("{}: {}: {}", check["check"], check["result"], check["text"]))
        .collect();
    let text = lanes.lab.plain(&texts.join("\n"));
    expect![[""]].assert_eq(&text);
    let said = Lab::run(lanes.lab.command(["receipts", "show", &id]));
    assert_eq!(said.expect(0).stdout.matches("NA1_S1_L00").count(), 6 + 8);
}

#[test]
fn a_run_is_told_in_few_words() {
    let lanes = lanes();
    let said = lanes.put(&["-v"]);
    lanes.lab.shows(&said, &expect![[""]]);
}

#[test]
fn the_option_may_come_from_the_environment_and_the_config_file() {
    let lanes = lanes();
    let plan = |set: &dyn Fn(&mut std::process::Command)| {
        let mut command =
            lanes.lab.put_command(&[&lanes.names(), &["--dry-run", "--output=json"][..]].concat());
        set(&mut command);
        Lab::run(command).expect(0).json()["plan"].as_array().unwrap().len()
    };
    assert_eq!(
        plan(&|command| {
            command.env("OMICS_UPLOAD_MERGE_LANES", "true");
        }),
        1
    );
    lanes.lab.config("merge-lanes = true\n");
    assert_eq!(plan(&|_| {}), 1);
}
