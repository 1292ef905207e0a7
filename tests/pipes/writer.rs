//! Who writes to the pipe, and the command at its end.

use std::{
    io::{PipeWriter, Write as _, pipe},
    process::Command,
    sync::OnceLock,
    thread,
};

use crate::{
    lab::{Lab, Said},
    material::{self, PART},
    running::Running,
};

/// What every command here has.
const FIXED: [&str; 5] = ["-", "--name=piped", "--sample=S1", "--part-size=5MiB", "-v"];

/// A gzip FASTQ of one part.
pub(crate) fn few_reads() -> &'static [u8] {
    static READS: OnceLock<Vec<u8>> = OnceLock::new();
    READS.get_or_init(|| material::stored(&material::reads("few{}", 2_000_000, 1000)))
}

/// A gzip FASTQ of six parts, the last of them short, that begins like the one of one part.
pub(crate) fn reads() -> &'static [u8] {
    static READS: OnceLock<Vec<u8>> = OnceLock::new();
    READS.get_or_init(|| {
        let few = few_reads();
        [few, &material::fastq_of(5 * PART + 100_000 - few.len())].concat()
    })
}

/// `put -` with these arguments, and the end of the pipe that is to be written to.
pub(crate) fn command(lab: &Lab, arguments: &[&str]) -> (Command, PipeWriter) {
    let (reader, writer) = pipe().unwrap();
    let arguments: Vec<_> = FIXED.iter().chain(arguments).copied().collect();
    let mut command = lab.put_command(&arguments);
    command.stdin(reader);
    (command, writer)
}

/// The same, begun.
pub(crate) fn start(lab: &Lab, arguments: &[&str]) -> (Running, PipeWriter) {
    let (command, writer) = command(lab, arguments);
    (Running::start(command), writer)
}

/// Runs `put -` with all of a content, as far as it is taken.
pub(crate) fn put(lab: &Lab, content: &[u8], arguments: &[&str]) -> Said {
    let (command, mut writer) = command(lab, arguments);
    thread::scope(|scope| {
        scope.spawn(move || {
            // Who refuses what comes does not read to its end.
            let _ = writer.write_all(content);
        });
        Lab::run(command)
    })
}

/// The upload that a text names.
pub(crate) fn upload(text: &str) -> String {
    let (_, rest) = text.split_once("upload ").unwrap_or_else(|| panic!("no upload in {text}"));
    rest[..10].to_owned()
}

/// The numbers of the parts that were sent since a number of requests, in order.
pub(crate) fn sent(lab: &Lab, since: usize) -> Vec<u64> {
    let requests = lab.requests().split_off(since);
    let parts = requests.iter().filter(|request| request["operation"] == "UploadReadSetPart");
    let mut numbers: Vec<_> = parts.map(|request| request["part"].as_u64().unwrap()).collect();
    numbers.sort_unstable();
    numbers
}
