//! The catalogue of messages: every text of the program that a person can meet, by kind and place.
//!
//! `tests/data/messages.txt` is written by `UPDATE_EXPECT=1 cargo test --test library messages`. Texts are
//! found in the syntax of `src/`, and their kind follows from what takes them: a macro, a function, a type.

mod collect;
mod items;
mod kind;
mod names;
mod syntax;
mod tree;
mod walk;

use std::{collections::HashSet, fmt::Write as _};

use self::{collect::Collected, kind::Kind};
use crate::written;

/// Files with their syntax, by their path from `src/`.
fn catalogue(files: &[(String, syn::File)]) -> String {
    let mut collected = Collected::default();
    for (path, file) in files {
        collected.read(path, file);
    }
    let mut texts = collected.resolved();
    // Within a file, they stay in the order of appearance.
    texts.sort_by(|a, b| (a.kind, &a.file).cmp(&(b.kind, &b.file)));
    let mut seen = HashSet::new();
    texts.retain(|text| seen.insert(text.clone()));
    let mut page = String::new();
    let (mut kind, mut file) = (None, "");
    for text in &texts {
        if kind != Some(text.kind) {
            let count = texts.iter().filter(|other| other.kind == text.kind).count();
            let gap = if page.is_empty() { "" } else { "\n" };
            let _ = writeln!(page, "{gap}# {} ({count})", text.kind.heading());
            (kind, file) = (Some(text.kind), "");
        }
        if file != text.file {
            let _ = writeln!(page, "\n{}", text.file);
            file = &text.file;
        }
        let _ = writeln!(page, "  {}: {}", text.place, text.shown());
    }
    page
}

#[test]
fn all_texts_are_in_the_catalogue() {
    let files = tree::files();
    assert!(files.len() > 200, "only {} files found", files.len());
    written::hold("tests/data/messages.txt", &catalogue(&files));
}

#[test]
fn kinds_follow_from_the_code() {
    let code = r#"
        const AGAIN: &str = "run it again";
        /// Not shown to people.
        #[derive(thiserror::Error)]
        enum ReadError {
            #[error("{0} is cut off at byte {at}", Shown(.0))]
            Cut { at: u64 },
        }
        impl Display for Shown {
            fn fmt(&self) -> fmt::Result { f.write_str("a file") }
        }
        #[derive(thiserror::Error)]
        enum Note { #[error("it is interleaved")] Interleaved }
        fn hint(kind: Kind) -> String { if kind == Kind::A { clock() } else { AGAIN.to_owned() } }
        fn clock() -> String { format!("set the clock of {host}") }
        fn open() -> Result<()> {
            let words = "no such place";
            let more = format!("look {there}");
            let advice = if a == "not shown" { format!("cut {it}") } else { String::new() };
            File::open().with_context(|| format!("cannot open {path}"))?;
            ensure!(x, "this is needed");
            let problem = Problem::new(anyhow!("cannot {words}")).hint(more);
            unreachable!("this is checked before");
        }
        fn describe(event: &Event) -> String { format!("uploading {name}") }
        fn show() { output::print(&table()); complain(&format!("note: it is {late}")); }
        fn told(report: &Report) { output::print(report.text()); check(); }
        impl Report { fn text(&self) -> String { "two words".to_owned() } }
        impl Other { fn text(&self) -> String { "other words".to_owned() } }
        fn check() { let key = "some key"; }
        fn table() -> String { "UPLOAD  AGE".to_owned() }
        /// Upload files.
        #[derive(Parser)]
        #[command(after_help = "More is on the page.")]
        struct Put {
            /// Name of the read set
            name: String,
        }
        #[cfg(test)]
        mod tests { fn none() { panic!("not shown to people") } }
    "#;
    let file = syn::parse_file(code).unwrap();
    let expected = expect_test::expect![[r#"
        # Errors (6)

        a.rs
          ReadError::Cut: {0} is cut off at byte {at}
          Shown: a file
          open: no such place
          open: cannot open {path}
          open: this is needed
          open: cannot {words}

        # Hints (4)

        a.rs
          AGAIN: run it again
          clock: set the clock of {host}
          open: look {there}
          open: cut {it}

        # Warnings and notes (2)

        a.rs
          Note::Interleaved: it is interleaved
          show: note: it is {late}

        # Progress (1)

        a.rs
          describe: uploading {name}

        # Help (3)

        a.rs
          Put: Upload files.
          Put: More is on the page.
          Put::name: Name of the read set

        # Output (2)

        a.rs
          Report::text: two words
          table: UPLOAD  AGE

        # Other (3)

        a.rs
          open: this is checked before
          Other::text: other words
          check: some key
    "#]];
    expected.assert_eq(&catalogue(&[("a.rs".to_owned(), file)]));
    assert_eq!(Kind::Error.heading(), "Errors");
}
