//! The same content once as a file and once through a pipe.

use std::{
    fs,
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
    thread,
};

use crate::lab::{Lab, REFERENCE, Said, said};

/// Uploads files with `--verify`; what needs a reference gets one.
pub(crate) fn put(lab: &Lab, files: &[&str], arguments: &[&str]) -> Said {
    let mut all = files.to_vec();
    all.extend(["--verify", "--part-size", "5MiB", "--allow-sample-mismatch"]);
    all.extend(reference(files[0]));
    all.extend(arguments);
    lab.put(&all)
}

/// Uploads one file's content through a pipe.
pub(crate) fn pipe(lab: &Lab, file: &str, arguments: &[&str]) -> Said {
    let mut all = vec!["-", "--name", "piped", "--sample", "S1", "--allow-sample-mismatch"];
    all.extend(["--verify", "--part-size", "5MiB"]);
    all.extend(reference(file));
    all.extend(arguments);
    let content = fs::read(lab.path(file)).unwrap();
    let mut command: Command = lab.put_command(&all);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // It may stop reading before the end.
    let writer = thread::spawn(move || drop(stdin.write_all(&content)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    said(output)
}

fn reference(file: &str) -> Vec<&'static str> {
    let is = |extension: &str| Path::new(file).extension().is_some_and(|other| other == extension);
    if is("bam") || is("cram") { vec!["--reference", REFERENCE] } else { Vec::new() }
}
