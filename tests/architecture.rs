//! Holds the imports of `src/` against the table of who may know whom. The arrows go down, without
//! a circle: `src/lib.rs` has the map in prose.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// Each room of the library and what it may import from the others.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("types", &[]),
    ("files", &[]),
    ("retry", &[]),
    ("plan", &["types"]),
    ("event", &["types"]),
    ("pace", &["types"]),
    ("source", &["formats", "pace", "plan", "types"]),
    ("formats", &["source", "types"]),
    ("readset", &["formats", "types"]),
    ("content", &["event", "formats", "source", "types"]),
    ("aws", &["pace", "types"]),
    ("store", &["aws", "formats", "pace", "plan", "source", "types"]),
    ("journal", &["files", "types"]),
    ("engine", &["event", "journal", "pace", "plan", "retry", "source", "store", "types"]),
    ("signal", &["engine", "event"]),
    ("progress", &["event", "files", "types"]),
    ("report", &["aws", "engine", "event", "formats", "signal", "source", "store", "types"]),
    ("receipt", &["files", "types"]),
    // Independent of the client, so that it cannot agree with it by sharing its mistakes.
    ("sandbox", &["types"]),
    ("system", &["engine", "report"]),
    ("cli", &["formats", "types"]),
    ("settings", &["cli", "files", "report", "types"]),
    (
        "run",
        &[
            "aws",
            "cli",
            "content",
            "engine",
            "event",
            "files",
            "formats",
            "journal",
            "pace",
            "preflight",
            "progress",
            "receipt",
            "report",
            "retry",
            "sandbox",
            "signal",
            "source",
            "store",
            "system",
            "types",
        ],
    ),
    (
        "preflight",
        &[
            "cli", "content", "engine", "files", "formats", "pace", "plan", "progress", "readset",
            "receipt", "report", "retry", "run", "settings", "source", "store", "system", "types",
        ],
    ),
    (
        "commands",
        &[
            "cli",
            "content",
            "engine",
            "event",
            "formats",
            "journal",
            "pace",
            "plan",
            "preflight",
            "readset",
            "receipt",
            "report",
            "run",
            "sandbox",
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

/// Arrows that still run back up.
const STILL_UP: &[(&str, &str)] = &[("source", "formats"), ("run", "preflight")];

/// Crates that only some places may know: the start of the crate's name, and the start of the paths.
const ONLY_IN: &[(&str, &[&str])] = &[
    ("aws_", &["aws", "store/omics"]),
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
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        (path.strip_prefix(&root).unwrap().to_owned(), without_comments(&text))
    };
    found.into_iter().map(read).collect()
}

fn without_comments(text: &str) -> String {
    text.lines().map(|line| line.split("//").next().unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

/// The modules named after `crate::`, one by one or in braces.
fn imports(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, _) in text.match_indices("crate::") {
        let rest = &text[at + "crate::".len()..];
        let mut depth = 0_usize;
        let mut name = String::new();
        for c in rest.chars() {
            match c {
                '{' => depth += 1,
                '}' => depth = depth.saturating_sub(1),
                c if c.is_alphanumeric() || c == '_' => {
                    if depth <= 1 {
                        name.push(c);
                    }
                    continue;
                }
                _ => {}
            }
            if depth <= 1 && !name.is_empty() {
                found.insert(std::mem::take(&mut name));
            }
            if depth == 0 {
                break;
            }
        }
        if !name.is_empty() {
            found.insert(name);
        }
    }
    found
}

fn module(path: &Path) -> String {
    let first = path.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

#[test]
fn modules_import_what_the_table_allows() {
    let table: BTreeMap<&str, &[&str]> = MAY_IMPORT.iter().copied().collect();
    let mut used = BTreeSet::new();
    for (path, text) in sources() {
        let module = module(&path);
        let allowed = table
            .get(module.as_str())
            .unwrap_or_else(|| panic!("`{module}` is missing from the table"));
        for import in
            imports(&text).into_iter().filter(|import| table.contains_key(import.as_str()))
        {
            if import != module {
                assert!(
                    allowed.contains(&import.as_str()),
                    "{} imports `{import}`, which the table does not allow",
                    path.display()
                );
                used.insert((module.clone(), import));
            }
        }
    }
    for (module, allowed) in MAY_IMPORT {
        for import in *allowed {
            let pair = ((*module).to_owned(), (*import).to_owned());
            assert!(
                used.contains(&pair),
                "the table lets `{module}` import `{import}` for nothing"
            );
        }
    }
}

#[test]
fn the_table_has_no_circle() {
    // What stands below may only import what stands above.
    let mut above = BTreeSet::new();
    for (module, allowed) in MAY_IMPORT {
        for import in *allowed {
            if STILL_UP.contains(&(*module, *import)) {
                continue;
            }
            assert!(above.contains(import), "`{module}` imports `{import}`, which stands below it");
        }
        above.insert(*module);
    }
}

#[test]
fn crates_stay_in_their_places() {
    for (path, text) in sources() {
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
    for (path, _) in sources() {
        let text =
            fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(&path))
                .unwrap();
        let is_test =
            path.ends_with("tests.rs") || path.components().any(|c| c.as_os_str() == "tests");
        assert!(text.starts_with("//!"), "{} does not say what it is for", path.display());
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(&text);
        let lines = code.lines().count();
        assert!(is_test || lines <= 400, "{} has {lines} lines", path.display());
    }
}
