//! The table as text: on the way, at the end, and as a page of the documentation.

use std::{fmt::Write as _, fs, process::Command};

use crate::trial::Row;

/// A line for those who wait.
pub(crate) fn progress(row: &Row) {
    eprintln!("{}", line(row));
}

pub(crate) fn print(rows: &[Row]) {
    println!("{}", table(rows));
}

/// The whole page.
pub(crate) fn page(rows: &[Row]) -> String {
    let machine = machine();
    let within = rows.iter().filter(|row| row.share() >= 0.9).count();
    let worst = rows.iter().map(Row::share).fold(f64::INFINITY, f64::min) * 100.0;
    format!(
        "# Parts in flight: `auto` against the best fixed number\n\n\
         What `--concurrency auto` moves over a link, ramp-up included, and what the best fixed\n\
         `--concurrency` does. The goal is 90 % of it: {within} of {count} links are there, and the\n\
         worst comes to {worst:.0} %.\n\n\
         {TEXT}\n\
         Measured on {machine}.\n\n{table}",
        count = rows.len(),
        table = table(rows)
    )
}

const TEXT: &str = "\
This table is made by `cargo bench --bench links`, which takes about 45 minutes; `-- --total 100Mbit`
and the like measure a part of it (see `benches/links.rs`).

**The rule** (`src/pace/level.rs`). It begins with 4 parts in flight and doubles them while the rate at
the end of a round is at least 1.2 times the one before, at once if that is plain to see, and else after
3 seconds and 2 MiB a part; 1.05 times is still kept, but is the end. What brings less is taken back, and
half as many again are tried after 30 seconds, then 60, 120, 240 and 300. A round lasts until every
part has moved 1 MiB, so fast links rise fast and slow ones wait for a measure. What a socket swallows
at once is not counted as moved. Failed and throttled attempts, and those that hang, which count twice,
halve the number if they are more than an eighth of the attempts and a quarter of the parts in flight.

**The model** (`benches/links/link.rs`). A proxy in user space between the binary and a sandbox that
forgets what it gets. All connections share one line of the total rate, in turns of about 2 ms; each
has a line of its own rate. A connection begins after one round trip, has at most 14,600 bytes under way
at first, and what is acknowledged a round trip later doubles that up to 4 MiB (slow start without loss);
answers come a round trip late. The receive buffer is 64 KiB, so that the kernel hides nothing. A reset
strikes with a chance of 0.5 % in every 64 MiB; what its request had sent does not count. Parts have
64 MiB. Bytes are counted as they reach the service, from the client's first byte on, for 60 s (10 Mbit/s),
40 s (100 Mbit/s, and above that with 20 Mbit/s a connection), 30 s (1 Gbit/s) or 20 s. The best fixed
number is searched for among the powers of two up to 64, from what the link needs on paper upwards and
downwards for as long as that brings 1 % more. Without a total rate the machine is the link.
";

fn table(rows: &[Row]) -> String {
    let mut table = String::from(
        "| total | a connection | round trip | resets (met) | `auto` | ends at | best fixed | of the best |\n\
         |---|---|---|---|---|---|---|---|\n",
    );
    for row in rows {
        let _ = writeln!(table, "{}", line(row));
    }
    table
}

fn line(row: &Row) -> String {
    let link = row.cell.link;
    let (parts, best) = row.best();
    format!(
        "| {} | {} | {} ms | {} % ({}) | {} | {} | {} with {parts} | {:.0} % |",
        bound(link.total),
        bound(link.each),
        link.round_trip.as_millis(),
        link.resets * 100.0,
        row.auto.resets,
        megabits(row.auto.rate),
        row.level,
        megabits(best.rate),
        row.share() * 100.0
    )
}

fn bound(rate: Option<u64>) -> String {
    rate.map_or_else(|| "no cap".to_owned(), |rate| format!("{} Mbit/s", rate / 125_000))
}

fn megabits(rate: f64) -> String {
    let megabits = rate / 125_000.0;
    if megabits < 100.0 { format!("{megabits:.1} Mbit/s") } else { format!("{megabits:.0} Mbit/s") }
}

/// What it was measured on and when, without a name.
fn machine() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name"));
    let model =
        model.map_or("an unknown processor", |rest| rest.trim_start_matches([' ', '\t', ':']));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let kernel = kernel.split('-').next().unwrap_or_default();
    let date = Command::new("date").args(["-u", "+%Y-%m-%d"]).output();
    let date = date.map(|said| String::from_utf8_lossy(&said.stdout).trim().to_owned());
    format!("{model}, {cores} cores, Linux {}, on {}", kernel.trim(), date.unwrap_or_default())
}
