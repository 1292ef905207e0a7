//! The command that resumes what this process began.

use std::{
    ffi::{OsStr, OsString},
    fs,
    path::{Path, PathBuf},
};

use crate::types::{Escaped, Quoted};

/// This process's own command line, to be pasted into a shell.
pub(super) fn command() -> String {
    let words: Vec<_> = std::env::args_os().collect();
    let text = line(&words, input().as_deref());
    // It may hold what must not be shown; quoting has left nothing else to be escaped.
    Escaped::new(&text).to_string()
}

/// The file that standard input reads from, if it is one.
fn input() -> Option<PathBuf> {
    let path = fs::read_link("/proc/self/fd/0").ok()?;
    path.is_file().then_some(path)
}

/// Without `--fresh`, which would begin anew; standard input comes from a file, or from a program whose
/// name is not known here.
fn line(words: &[OsString], input: Option<&Path>) -> String {
    let is_ours = |word: &&OsString| *word != OsStr::new("--fresh");
    let quoted: Vec<_> =
        words.iter().filter(is_ours).map(|word| Quoted::new(word).to_string()).collect();
    let line = quoted.join(" ");
    match input {
        _ if !words.iter().any(|word| word == "-") => line,
        Some(file) => format!("{line} < {}", Quoted::new(file)),
        None => format!("PROGRAM | {line}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_quoted_and_begins_nothing_anew() {
        let words = |words: &[&str]| words.iter().map(OsString::from).collect::<Vec<_>>();
        for (given, input, expected) in [
            (
                &["omics-upload", "put", "--fresh", "a (1).bam", "--store", "1"][..],
                None,
                "omics-upload put 'a (1).bam' --store 1",
            ),
            (&["ou", "put", "-", "--name=a b"], None, "PROGRAM | ou put - '--name=a b'"),
            (&["ou", "put", "-"], Some("/x y.bam"), "ou put - < '/x y.bam'"),
            (&["ou", "resume", "1"], Some("/x.bam"), "ou resume 1"),
        ] {
            assert_eq!(line(&words(given), input.map(Path::new)), expected);
        }
    }
}
