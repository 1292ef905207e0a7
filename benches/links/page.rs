//! The table as text: on the way, at the end, and as a page of the documentation.

use std::fmt::Write as _;

use crate::{machine, trial::Row};

/// A line for those who wait.
pub(crate) fn progress(row: &Row) {
    eprintln!("{}", line(row));
}

/// The whole page; the measuring took so many minutes.
pub(crate) fn page(rows: &[Row], minutes: u64) -> String {
    let within = rows.iter().filter(|row| row.share() >= 0.9).count();
    let worst = rows.iter().map(Row::share).fold(f64::INFINITY, f64::min) * 100.0;
    let slowest = rows.iter().map(Row::risen).max_by_key(|risen| risen.map_or(u64::MAX, millis));
    let slowest = slowest.flatten().map_or_else(
        || "Not everywhere does it come to 90 % of the best rate.".to_owned(),
        |risen| format!("It has come to 90 % of the best rate after {risen:.1?} at most."),
    );
    format!(
        "# Parts in flight: `auto` against the best fixed number\n\n\
         What `--concurrency auto` moves over a link, the way up included, and what the best fixed\n\
         `--concurrency` does. The goal is 90 % of it: **{within} of {count} links are there**, and the worst\n\
         comes to {worst:.0} %. {slowest}\n\n\
         {TEXT}\n\
         {machine} {today}; {minutes} minutes; load {load} at the end.\n\n{table}",
        count = rows.len(),
        machine = machine::describe(),
        today = machine::today(),
        load = machine::load(),
        table = table(rows)
    )
}

fn millis(time: std::time::Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

const TEXT: &str = "\
This page is made by one run of `cargo bench --bench links`; `-- --total 100Mbit` and the like measure a
part of it (see `benches/links.rs`).

**The rule** (`src/pace/level.rs`). It begins with 8 parts in flight and doubles them for as long as that
brings more: at once if the rate has grown by 1.4 and every part has moved 512 KiB, by 1.2 after 1 MiB,
and it stays if it is 1.05 times the rate before after 3 seconds and 2 MiB. What brings less is taken
back, and half as many again are tried after 30 seconds, then 60, 120, 240 and 300; what was held
against an early measure is tried once more after 3 seconds. Rounds are counted
in bytes, so fast links rise fast and slow ones wait for a measure. What a socket swallows at once is
not counted as moved. Failed and throttled attempts, and those that hang, which count twice, halve the
number if they are three at least, more than an eighth of the attempts and more than a quarter of the
parts in flight.

**The model** (`benches/links/link.rs`). A proxy in user space between the binary and a sandbox that
forgets what it gets. All connections share one line of the total rate, in turns of about 2 ms; each
has a line of its own rate. A connection begins after one round trip, has at most 14,600 bytes under way
at first, and what is acknowledged a round trip later doubles that up to 4 MiB (slow start without loss);
answers come a round trip late. The receive buffer is 64 KiB, so that the kernel hides nothing. A reset
strikes with a chance of 0.5 % in every 64 MiB; what its request had sent does not count. Without a total
rate the machine is the link. Parts have 64 MiB.

**What is counted.** Bytes as they reach the service, from the client's first byte on, for 30 s,
and for 20 s where the machine is the link. A transfer of some GiB takes
longer than that, so the way up weighs less in it; *90 % after* is when `auto` has first kept up 90 %
of the best for a second. The best fixed number is searched for among the powers of two up to 64, from
what the link needs on paper upwards and downwards until two steps in a row have not brought 1 % more;
what cannot be more on paper is left out. Links are used side by side as far as all of them together
need half of what the machine can pass on.
";

pub(crate) fn table(rows: &[Row]) -> String {
    let mut table = String::from(
        "| total | a connection | round trip | resets (met) | `auto` | ends at | 90 % after | best fixed | of the best |\n\
         |---|---|---|---|---|---|---|---|---|\n",
    );
    for row in rows {
        let _ = writeln!(table, "{}", line(row));
    }
    table
}

fn line(row: &Row) -> String {
    let link = row.cell.link;
    let (parts, best) = row.best();
    let risen =
        row.risen().map_or_else(|| "–".to_owned(), |risen| format!("{:.1} s", risen.as_secs_f64()));
    format!(
        "| {} | {} | {} ms | {} % ({}) | {} | {} | {risen} | {} with {parts} | {:.0} % |",
        bound(link.total),
        bound(link.each),
        link.round_trip.as_millis(),
        link.resets * 100.0,
        row.auto.resets,
        megabits(row.auto.rate),
        row.level,
        megabits(best),
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
