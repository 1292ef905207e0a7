//! Transcripts of commands that are refused: commands, and all that they say.
//!
//! That nothing else is said, that the status is 2 and that no request was made is held for every
//! single one.

use std::{fmt::Write as _, process::Command};

use expect_test::Expect;

use crate::lab::Lab;

/// Commands that are refused, and what they say.
pub(crate) struct Refusals {
    pub(crate) lab: Lab,
    pub(crate) transcript: String,
}

impl Refusals {
    pub(crate) fn new() -> Self {
        Self { lab: Lab::new(), transcript: String::new() }
    }

    pub(crate) fn file(&self, name: &str, content: &[u8]) -> &Self {
        self.lab.file(name, content);
        self
    }

    /// Makes a file, and puts it.
    #[track_caller]
    pub(crate) fn put_file(&mut self, name: &str, content: &[u8]) -> &mut Self {
        self.lab.file(name, content);
        self.put(&[name])
    }

    /// Runs `put` with the lab's store; the store is not shown.
    #[track_caller]
    pub(crate) fn put(&mut self, arguments: &[&str]) -> &mut Self {
        let command = self.lab.put_command(arguments);
        self.run(command, &format!("put {}", shown(arguments)))
    }

    #[track_caller]
    pub(crate) fn run(&mut self, command: Command, shown: &str) -> &mut Self {
        let said = Lab::run(command);
        said.expect(2);
        assert_eq!(said.stdout, "", "{shown}");
        assert!(self.lab.requests().is_empty(), "{shown}: a request was made");
        let is_safe = |c: char| c == '\n' || !c.is_control();
        assert!(said.stderr.chars().all(is_safe), "{shown}: {:?}", said.stderr);
        let stderr = self.lab.plain_paths(&said.stderr);
        write!(self.transcript, "$ {shown}\n{stderr}").unwrap();
        self
    }

    #[track_caller]
    pub(crate) fn say(&self, expected: &Expect) {
        expected.assert_eq(&self.transcript);
    }
}

/// Arguments as a shell would need them, long ones cut.
pub(crate) fn shown(arguments: &[&str]) -> String {
    let shown = arguments.iter().map(|argument| {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,".contains(c);
        if argument.len() > 150 {
            format!("{}… ({})", &argument[..20], argument.len())
        } else if !argument.is_empty() && argument.chars().all(plain) {
            (*argument).to_owned()
        } else {
            format!("'{}'", argument.escape_debug())
        }
    });
    shown.collect::<Vec<_>>().join(" ")
}
