//! A run while it goes on: what it has said so far, and signals for it.

use std::{
    io::{BufRead as _, BufReader, Read as _},
    process::{Child, Command},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use crate::lab::Said;

/// A command that was started, with its stderr read line by line.
pub(crate) struct Running {
    child: Child,
    lines: mpsc::Receiver<String>,
    stderr: String,
}

impl Running {
    pub(crate) fn start(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let (sender, lines) = mpsc::channel();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        thread::spawn(move || {
            for line in stderr.lines() {
                let _ = sender.send(line.unwrap());
            }
        });
        Self { child, lines, stderr: String::new() }
    }

    /// Waits until so many lines of stderr contain a text.
    #[track_caller]
    pub(crate) fn wait_for_lines(&mut self, text: &str, count: usize) {
        while self.stderr.lines().filter(|line| line.contains(text)).count() < count {
            match self.lines.recv_timeout(Duration::from_mins(1)) {
                Ok(line) => self.keep(&line),
                Err(error) => panic!("waited in vain for `{text}`: {error}\n{}", self.stderr),
            }
        }
    }

    fn keep(&mut self, line: &str) {
        self.stderr.push_str(line);
        self.stderr.push('\n');
    }

    /// The process ID.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal, such as `INT`.
    pub(crate) fn signal(&self, name: &str) {
        let id = self.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &id]).status().unwrap().success());
    }

    /// Waits for the end.
    #[track_caller]
    pub(crate) fn finish(mut self) -> Said {
        let begun = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(begun.elapsed() < Duration::from_mins(1), "it does not end");
            thread::sleep(Duration::from_millis(5));
        };
        while let Ok(line) = self.lines.recv() {
            self.keep(&line);
        }
        let mut stdout = String::new();
        self.child.stdout.take().unwrap().read_to_string(&mut stdout).unwrap();
        Said { status: status.code(), stdout, stderr: self.stderr }
    }
}
