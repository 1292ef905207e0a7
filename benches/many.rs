//! What `put` takes of time, processor and memory for 1,000 and for 4,000 pairs of tiny files, with no
//! more than 1,024 descriptors: `cargo bench --bench many`. Cost that grows with the work, and not with
//! its square, takes four times as much.
//!
//! The sandbox is a process of its own, which is counted beside. `-- 200 800` measures other numbers.
#![expect(clippy::unwrap_used, reason = "a benchmark ends with what is wrong")]
#![expect(clippy::print_stdout, reason = "its table goes there")]

#[expect(dead_code, reason = "another benchmark measures itself as well")]
#[path = "peers/meter.rs"]
mod meter;

use std::{
    fs::File,
    io::{BufRead as _, BufReader, Read, Write as _},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use flate2::{Compression, write::GzEncoder};
use meter::Usage;
use nix::sys::resource::{Resource, setrlimit};
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_omics-upload");
const DESCRIPTORS: u64 = 1024;

fn main() {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == meter::WORD) {
        setrlimit(Resource::RLIMIT_NOFILE, DESCRIPTORS, DESCRIPTORS).unwrap();
        return meter::run(&arguments[1..]).unwrap();
    }
    let asked: Vec<usize> = arguments.iter().filter_map(|word| word.parse().ok()).collect();
    let counts = if asked.is_empty() { vec![1000, 4000] } else { asked };
    println!("| command | pairs | wall, s | processor, s | of the sandbox, s | peak, MiB |");
    println!("|---|---|---|---|---|---|");
    for command in ["check", "put"] {
        let rows: Vec<_> = counts.iter().map(|pairs| row(command, *pairs)).collect();
        if let [first, .., last] = &rows[..] {
            let ratio = last.cpu.as_secs_f64() / first.cpu.as_secs_f64();
            println!("| {command} | ratio | | {ratio:.2} | | |");
        }
    }
}

fn row(command: &str, pairs: usize) -> Usage {
    let folder = tempfile::tempdir().unwrap();
    let files = files(folder.path(), pairs);
    let service = Service::start();
    let mut run = Command::new(PROGRAM);
    run.arg(command).arg("--quiet").args(&files).current_dir(folder.path());
    run.env("HOME", folder.path());
    if command == "put" {
        run.args(["--no-wait", "--progress=none", "--store", &service.store]);
        run.env("AWS_ENDPOINT_URL_OMICS", &service.url).env("AWS_REGION", "us-east-1");
        run.env("AWS_ACCESS_KEY_ID", "bench").env("AWS_SECRET_ACCESS_KEY", "bench");
    }
    let usage = meter::measure(&run).unwrap();
    let Usage { wall, cpu, peak } = usage;
    let (wall, cpu, theirs) = (wall.as_secs_f64(), cpu.as_secs_f64(), service.end().as_secs_f64());
    println!("| {command} | {pairs} | {wall:.1} | {cpu:.2} | {theirs:.2} | {} |", peak >> 20);
    usage
}

/// Writes pairs of files of four reads each; gives their names.
fn files(folder: &Path, pairs: usize) -> Vec<String> {
    let mut names = Vec::with_capacity(2 * pairs);
    for pair in 1..=pairs {
        for mate in 1..=2 {
            let name = format!("S{pair:05}_R{mate}.fastq.gz");
            let file = File::create(folder.join(&name)).unwrap();
            let mut file = GzEncoder::new(file, Compression::fast());
            for read in 1..=4 {
                writeln!(file, "@A:1:F:1:{pair}:{read}:1 {mate}:N:0:A\nACGTACGT\n+\nIIIIIIII")
                    .unwrap();
            }
            file.finish().unwrap();
            names.push(name);
        }
    }
    names
}

/// A running sandbox.
struct Service {
    process: Child,
    url: String,
    store: String,
    _folder: TempDir,
}

impl Service {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut process = Command::new(PROGRAM)
            .args(["sandbox", "--discard", "--dir"])
            .arg(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let url = first_line(process.stdout.take().unwrap());
        let said = first_line(process.stderr.take().unwrap());
        let store = said.split_whitespace().find(|word| word.parse::<u64>().is_ok());
        Self { process, url, store: store.unwrap().to_owned(), _folder: folder }
    }

    /// Ends it, and gives what it took of processor time.
    fn end(mut self) -> Duration {
        let before = meter::children().unwrap();
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        meter::children().unwrap().saturating_sub(before)
    }
}

fn first_line(output: impl Read) -> String {
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line).unwrap();
    line.trim().to_owned()
}
