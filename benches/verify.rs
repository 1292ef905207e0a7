//! How fast `--verify` reads files, beside the tools that people check files with:
//! `cargo bench --bench verify -- FILE...`. Of each, the median of three runs in turn with the others, in MB
//! of the file a second.

#![expect(clippy::unwrap_used, reason = "a benchmark ends with what is wrong")]
#![expect(clippy::print_stdout, reason = "its table goes there")]

use std::{
    fs::File,
    num::NonZero,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use omics_upload::{
    content::{self, EtagAlgorithm},
    formats::{self, Kind, gzip::Compression},
};

const RUNS: usize = 3;

/// Something that reads a file to its end.
type Reading = (&'static str, Box<dyn Fn()>);

fn main() {
    println!("| file | bytes | what | MB/s |\n|---|---|---|---|");
    for path in std::env::args().skip(1).filter(|argument| !argument.starts_with("--")) {
        let bytes = std::fs::metadata(&path).unwrap().len();
        let readings = readings(&path);
        let mut times = vec![Vec::new(); readings.len()];
        for _ in 0..RUNS {
            for ((_, read), times) in readings.iter().zip(&mut times) {
                let begun = Instant::now();
                read();
                times.push(begun.elapsed());
            }
        }
        for ((what, _), times) in readings.iter().zip(times) {
            println!("| {path} | {bytes} | {what} | {} |", rate(bytes, times));
        }
    }
}

fn rate(bytes: u64, mut times: Vec<Duration>) -> u128 {
    times.sort();
    u128::from(bytes) / times[RUNS / 2].as_micros().max(1)
}

fn readings(path: &str) -> Vec<Reading> {
    let prefix = formats::PREFIX;
    let mut beginning = Vec::new();
    std::io::Read::read_to_end(
        &mut std::io::Read::take(File::open(path).unwrap(), prefix as u64),
        &mut beginning,
    )
    .unwrap();
    let kind = formats::inspect(&beginning, File::open(path).unwrap()).unwrap().kind();
    let ours = |algorithm: Option<EtagAlgorithm>| {
        let path = path.to_owned();
        Box::new(move || {
            let threads = thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN);
            let file = File::open(&path).unwrap();
            content::decode(vec![(kind, file)], algorithm, threads).unwrap();
        })
    };
    let sum = {
        let path = path.to_owned();
        Box::new(move || {
            let _ = content::sum(File::open(&path).unwrap()).unwrap();
        })
    };
    let mut readings: Vec<Reading> = vec![
        ("--verify, MD5up", ours(Some(EtagAlgorithm::Md5))),
        ("--verify, SHA256up", ours(Some(EtagAlgorithm::Sha256))),
        ("check --full", ours(None)),
        ("--md5-file alone", sum),
        ("md5sum", tool(path, "md5sum", &[])),
    ];
    match kind {
        Kind::Fastq(Compression::Gzip) => readings.push(("gzip -t", tool(path, "gzip", &["-t"]))),
        Kind::Fastq(Compression::Bgzf) => {
            readings.push(("gzip -t", tool(path, "gzip", &["-t"])));
            readings.push(("bgzip -t -@2", tool(path, "bgzip", &["-t", "-@2"])));
        }
        Kind::Bam | Kind::Cram(_) => {
            readings.push(("samtools view -c", tool(path, "samtools", &["view", "-c"])));
            readings.push(("samtools view -c -@1", tool(path, "samtools", &["view", "-c", "-@1"])));
        }
    }
    readings
}

fn tool(path: &str, name: &'static str, arguments: &[&'static str]) -> Box<dyn Fn()> {
    let (path, arguments) = (path.to_owned(), arguments.to_vec());
    Box::new(move || {
        let mut command = Command::new(name);
        let status = command.args(&arguments).arg(&path).stdout(Stdio::null()).status();
        assert!(status.unwrap().success(), "{name} {arguments:?} {path}");
    })
}
