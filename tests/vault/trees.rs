//! Tree hashes agree with botocore's, and with the vectors of the developer guide and others.

use std::process::Command;

use serde_json::Value;

use super::scene::{MIB, Scene, content};
use crate::lab::{Lab, skipped};

const SCRIPT: &str = "import sys, botocore.utils as u\n\
                      for name in sys.argv[1:]: print(u.calculate_tree_hash(open(name, 'rb')))";

/// Sizes around those at which a tree grows, and others.
fn sizes() -> Vec<usize> {
    let edges = [1, MIB - 1, MIB, MIB + 1, 2 * MIB, 3 * MIB, 4 * MIB + 1, 7 * MIB - 1];
    let others = (1..=8_usize).map(|seed| seed.wrapping_mul(2_654_435_761) % (6 * MIB) + 1);
    edges.into_iter().chain(others).collect()
}

#[test]
fn botocore_computes_the_same_tree_hashes() {
    let python = std::env::var_os("OMICS_UPLOAD_TEST_PYTHON").unwrap_or_else(|| "python3".into());
    let has = Command::new(&python).args(["-c", "import botocore"]).output();
    if !has.is_ok_and(|output| output.status.success()) {
        return skipped("botocore is not installed");
    }
    let scene = Scene::new(&[], &[]);
    let names: Vec<_> = (0..sizes().len()).map(|at| format!("f{at}")).collect();
    for ((name, size), seed) in names.iter().zip(sizes()).zip(1..) {
        scene.lab.file(name, &content(size, seed));
    }
    let mut theirs = Command::new(python);
    theirs.args(["-c", SCRIPT]).args(&names).current_dir(scene.lab.path(""));
    let theirs = crate::lab::said(theirs.output().unwrap());
    let theirs: Vec<_> = theirs.expect(0).stdout.lines().collect();
    for part_size in ["--part-size=1MiB", "--part-size=2MiB", "--part-size=64MiB"] {
        let options = ["--output=json", "--fresh", part_size];
        let words = ["put"].into_iter().chain(options).chain(names.iter().map(String::as_str));
        let said = Lab::run(scene.vault(&words.collect::<Vec<_>>()));
        let document = said.expect(0).json();
        let ours: Vec<_> = document["archives"].as_array().unwrap().iter().collect();
        let ours = ours.iter().map(|archive| archive["sha256_tree_hash"].as_str().unwrap());
        assert!(ours.eq(theirs.iter().copied()), "{part_size}");
    }
}

#[test]
fn known_vectors_come_out() {
    let scene = Scene::new(&[], &[]);
    let vectors: [(usize, &[u8], &str); 4] = [
        (2 << 20, b"0", "489117033ee4cf06991b60ce56830ac409862a6ec8afdfb3b510e8fad3b80d24"),
        (5_767_168, b"0", "154e26c78fd74d0c2c9b3cc4644191619dc4f2cd539ae2a74d5fd07957a3ee6a"),
        (7_680_000, b"\0", "7a43777ddc7a0326d36b15bc482e6c7736e1c2e9d80a647e8c301646f6a4785c"),
        (
            105_906_680,
            b"01245678912",
            "3d417484359fc9f5a3bafd576dc47b8b2de2bf2d4fdac5aa2aff768f2210d386",
        ),
    ];
    let mut words = vec!["put", "--output=json", "--part-size=2MiB"];
    for (name, (size, filling, _)) in ["a", "b", "c", "d"].into_iter().zip(vectors) {
        let bytes: Vec<u8> = filling.iter().copied().cycle().take(size).collect();
        scene.lab.file(name, &bytes);
        words.push(name);
    }
    let document = Lab::run(scene.vault(&words)).expect(0).json();
    let found = document["archives"].as_array().unwrap().iter();
    let found = found.map(|archive: &Value| archive["sha256_tree_hash"].as_str().unwrap());
    assert!(found.eq(vectors.iter().map(|(_, _, root)| *root)), "{document}");
}
