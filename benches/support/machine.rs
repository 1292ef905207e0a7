//! What figures were measured on, and when, without a name of a host or a path.

use std::fs;

/// The processor, how many there are, the memory and the kernel.
pub(crate) fn describe() -> String {
    let read = |path| fs::read_to_string(path).unwrap_or_default();
    let cpuinfo = read("/proc/cpuinfo");
    let model = field(&cpuinfo, "model name").unwrap_or("unknown processor");
    let cores = cores();
    let meminfo = read("/proc/meminfo");
    let kib: u64 = field(&meminfo, "MemTotal")
        .and_then(|text| text.trim_end_matches(" kB").parse().ok())
        .unwrap_or_default();
    let release = read("/proc/sys/kernel/osrelease");
    let kernel: Vec<_> = release.trim().split('.').take(2).collect();
    let (memory, kernel) = ((kib + (1 << 19)) >> 20, kernel.join("."));
    format!("Machine: {model}, {cores} cores, {memory} GiB of memory, Linux {kernel}.")
}

/// How many programs wanted a processor on average in the last minute.
pub(crate) fn load() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().unwrap_or_default().to_owned()
}

/// How many processors there are.
pub(crate) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// The day, in UTC.
pub(crate) fn today() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%d").to_string()
}

fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim())
}
