//! Long texts that a test writes into a file with `UPDATE_EXPECT=1`, and else compares with it.

use std::{collections::BTreeSet, env, fs, path::Path};

/// Fails if the file holds another text, with the lines that differ: the usual way to show differences
/// takes minutes where many lines have moved.
pub(crate) fn hold(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    if env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&path, text).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == text,
        "{name} is out of date, and `UPDATE_EXPECT=1 cargo test --test library` writes it:\n{}",
        changes(&kept, text)
    );
}

/// The lines that are gone and those that are new, with the heading above them.
fn changes(old: &str, new: &str) -> String {
    let (old, new) = (lines(old), lines(new));
    let gone = old.difference(&new).map(|line| format!("- {line}"));
    let come = new.difference(&old).map(|line| format!("+ {line}"));
    let all: Vec<_> = gone.chain(come).collect();
    if all.is_empty() { "the order of lines differs".to_owned() } else { all.join("\n") }
}

fn lines(text: &str) -> BTreeSet<String> {
    let mut heading = "";
    let mut found = BTreeSet::new();
    for line in text.lines() {
        if line.starts_with(' ') {
            found.insert(format!("{heading}: {}", line.trim()));
        } else {
            heading = line;
            found.insert(line.to_owned());
        }
    }
    found
}

#[test]
fn changes_are_lines() {
    assert_eq!(changes("a\n  1\n  2\n", "a\n  1\n  3\n"), "- a: 2\n+ a: 3");
    assert_eq!(changes("a\nb\n", "b\na\n"), "the order of lines differs");
}
