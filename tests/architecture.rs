//! Checks the imports of `src/` against the table of who may know whom. The arrows go down, without
//! a circle, between rooms and between files: `src/lib.rs` has the map in prose.

mod imports;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use imports::House;

/// Each room of the library and what it may import from the others.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("types", &[]),
    ("files", &[]),
    ("plan", &["types"]),
    ("event", &["types"]),
    ("pace", &["types"]),
    ("shard", &["plan", "types"]),
    ("source", &["pace", "plan", "types"]),
    ("formats", &["source", "types"]),
    ("readset", &["formats", "types"]),
    ("sheet", &["formats", "readset", "types"]),
    ("content", &["event", "formats", "source", "types"]),
    ("aws", &["types"]),
    ("store", &["aws", "formats", "pace", "plan", "source", "types"]),
    ("journal", &["files", "types"]),
    ("engine", &["event", "journal", "pace", "plan", "source", "store", "types"]),
    ("signal", &["engine", "event"]),
    ("progress", &["event", "files", "types"]),
    ("report", &["aws", "engine", "event", "formats", "signal", "source", "store", "types"]),
    ("receipt", &["files", "types"]),
    ("page", &["receipt", "types"]),
    // Independent of the client, so that it cannot agree with it by sharing its mistakes.
    ("sandbox", &["types"]),
    ("system", &["engine", "report"]),
    ("prepared", &["content", "engine", "formats", "readset", "receipt"]),
    ("cli", &["formats", "plan", "progress", "shard", "sheet", "types", "store"]),
    ("settings", &["cli", "files", "report", "types"]),
    (
        "run",
        &[
            "aws", "cli", "content", "engine", "event", "files", "formats", "journal", "pace",
            "plan", "prepared", "progress", "receipt", "report", "sandbox", "signal", "source",
            "store", "system", "types",
        ],
    ),
    (
        "preflight",
        &[
            "cli", "content", "engine", "files", "formats", "journal", "plan", "prepared",
            "progress", "readset", "receipt", "report", "run", "settings", "sheet", "source",
            "store", "system", "types",
        ],
    ),
    (
        "commands",
        &[
            "cli",
            "content",
            "engine",
            "event",
            "files",
            "formats",
            "journal",
            "pace",
            "page",
            "plan",
            "preflight",
            "prepared",
            "progress",
            "readset",
            "receipt",
            "report",
            "run",
            "sandbox",
            "shard",
            "sheet",
            "signal",
            "source",
            "store",
            "system",
            "types",
        ],
    ),
    // The binary, which sees the library from outside.
    ("main", &[]),
    ("lib", &[]),
];

/// Crates that only some places may know: the start of the crate's name, and the start of the paths.
const ONLY_IN: &[(&str, &[&str])] = &[
    ("aws_", &["aws", "store/omics", "store/sdk_failure", "store/vault"]),
    ("rustls", &["aws"]),
    ("indicatif", &["progress"]),
    ("clap", &["cli", "commands", "main", "run/limits", "settings"]),
    ("hyper", &["sandbox", "aws"]),
];

fn sources() -> Vec<(PathBuf, String)> {
    fn visit(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                visit(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    visit(&root, &mut found);
    assert!(found.len() > 50, "only {} files found", found.len());
    found.sort();
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        (path.strip_prefix(&root).unwrap().to_owned(), text)
    };
    found.into_iter().map(read).collect()
}

fn without_comments(text: &str) -> String {
    text.lines().map(|line| line.split("//").next().unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

/// The room that a file lies in.
fn room(file: &str) -> &str {
    file.split('/').next().unwrap().trim_end_matches(".rs")
}

#[test]
fn rooms_import_what_the_table_allows() {
    let table: BTreeMap<&str, &[&str]> = MAY_IMPORT.iter().copied().collect();
    let mut used = BTreeSet::new();
    for (file, import) in House::read(&sources()).rooms() {
        let from = room(&file).to_owned();
        let allowed =
            table.get(&*from).unwrap_or_else(|| panic!("`{from}` is missing from the table"));
        if table.contains_key(&*import) && import != from {
            let is_allowed = allowed.contains(&&*import);
            assert!(is_allowed, "{file} imports `{import}`, which the table does not allow");
            used.insert((from, import));
        }
    }
    for (room, allowed) in MAY_IMPORT {
        for import in *allowed {
            let pair = ((*room).to_owned(), (*import).to_owned());
            assert!(used.contains(&pair), "`{room}` may import `{import}`, but does not");
        }
    }
}

#[test]
fn files_import_each_other_without_a_circle() {
    let house = House::read(&sources());
    let circles: Vec<_> =
        house.circles().into_iter().map(|circle| house.describe(&circle)).collect();
    assert!(circles.is_empty(), "files that import each other:\n{}", circles.join("\n\n"));
}

#[test]
fn the_table_has_no_circle() {
    // What stands below may only import what stands above.
    let mut above = BTreeSet::new();
    for (module, allowed) in MAY_IMPORT {
        for import in *allowed {
            assert!(above.contains(import), "`{module}` imports `{import}`, which stands below it");
        }
        above.insert(*module);
    }
}

#[test]
fn crates_stay_in_their_places() {
    for (path, text) in sources() {
        let text = without_comments(&text);
        let path = path.to_string_lossy().into_owned();
        for (start, places) in ONLY_IN {
            let named = text
                .split(|c: char| !c.is_alphanumeric() && c != '_')
                .any(|word| word.starts_with(start) && text.contains(&format!("{word}::")));
            if named {
                assert!(
                    places.iter().any(|place| path.starts_with(place)),
                    "{path} knows a crate that begins with `{start}`"
                );
            }
        }
    }
}

#[test]
fn files_say_what_they_are_for_and_are_of_one_idea() {
    for (path, text) in sources() {
        let is_test =
            path.ends_with("tests.rs") || path.components().any(|c| c.as_os_str() == "tests");
        assert!(text.starts_with("//!"), "{} does not say what it is for", path.display());
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(&text);
        let lines = code.lines().count();
        assert!(is_test || lines <= 400, "{} has {lines} lines", path.display());
    }
}
