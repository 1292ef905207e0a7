//! The figures as text: what is printed, and `docs/performance.md`.

use std::fmt::Write as _;

use crate::{
    machine,
    plan::Plan,
    series::{Comparison, Figures, Spread, mib},
    verdict::Goal,
};

/// The whole document.
pub(crate) fn page(plan: &Plan, load: &str, figures: &Figures, goals: &[Goal]) -> String {
    format!(
        "# Speed\n\n\
         Written by `cargo bench --bench peers -- --rounds {}` on {}.\n\
         {} The load was {load} when it began; anything else that runs makes wall times worthless.\n\n\
         Everything is on loopback: the clients upload to a sandbox (`omics-upload sandbox --discard`, \
         a fresh one for every run), which hashes what it gets and forgets it. For HTTPS, the benchmark \
         ends TLS in front of the sandbox, with a certificate of a private authority. The clients take \
         turns; a first round is not counted. Figures are medians, with the least and the most behind \
         them. Processor time is user and system time of the client and all its processes, memory the \
         largest resident set of any of them.\n\n\
         Client and service share one machine. *Service* is the processor time of the sandbox and of the \
         end of TLS, and *floor* the processor time of both sides over the number of cores: no wall time \
         can be below it. Where the floor of a client that hashes is above what is wanted of it beside \
         one that does not, only more cores, or a service elsewhere, can meet the goal.\n\n\
         ![Wall time and processor time for 1 GiB](performance.svg)\n\n{}",
        plan.rounds,
        machine::today(),
        machine::describe(),
        tables(figures, goals)
    )
}

/// All figures, and the goals.
pub(crate) fn tables(figures: &Figures, goals: &[Goal]) -> String {
    let mut text = String::from("## Goals\n\n| goal | wanted | measured | |\n|---|---|---|---|\n");
    for Goal { what, wanted, measured, met } in goals {
        let met = if *met { "met" } else { "**not met**" };
        line(&mut text, &format!("| {what} | {wanted} | {measured} | {met} |"));
    }
    for comparison in &figures.comparisons {
        compared(&mut text, comparison);
    }
    if !figures.memory.is_empty() {
        text.push_str("\n## Peak memory of `put`\n\n");
        text.push_str("| | parts in flight | part size | peak |\n|---|---|---|---|\n");
    }
    for peak in &figures.memory {
        let (scheme, part) = (peak.scheme.as_str(), mib(peak.part));
        let (concurrency, peak) = (peak.concurrency, mib(peak.peak));
        line(&mut text, &format!("| {scheme} | {concurrency} | {part} MiB | {peak:.1} MiB |"));
    }
    if let Some(Spread { least, median, most }) = figures.small {
        text.push_str("\n## A small file\n\n");
        let [least, median, most] = [least, median, most].map(|seconds| seconds * 1000.0);
        line(
            &mut text,
            &format!(
                "`put --no-wait` of 10 kB takes {median:.1} ms from start to exit \
                 ({least:.1}–{most:.1}, 20 runs)."
            ),
        );
    }
    text
}

fn compared(text: &mut String, comparison: &Comparison) {
    let scheme = comparison.scheme.as_str();
    line(text, &format!("\n## 1 GiB over {scheme}, in parts of 64 MiB\n"));
    line(
        text,
        "| client | wall time | processor time | peak memory | service | floor |\n|---|---|---|---|---|---|",
    );
    for row in &comparison.rows {
        let (title, peak) = (row.client.title(), mib(row.peak));
        let (wall, cpu) = (shown(row.wall), shown(row.cpu));
        let rest = if row.client.sends() {
            format!("{:.2} s | {:.2} s", row.service.median, row.floor())
        } else {
            "– | –".to_owned()
        };
        line(text, &format!("| {title} | {wall} | {cpu} | {peak:.0} MiB | {rest} |"));
    }
    for (client, reason) in &comparison.missing {
        line(text, &format!("\nLeft out: {}: {reason}.", client.title()));
    }
}

fn shown(Spread { least, median, most }: Spread) -> String {
    format!("{median:.2} s ({least:.2}–{most:.2})")
}

fn line(text: &mut String, line: &str) {
    // Writing to a `String` does not fail.
    let _ = writeln!(text, "{line}");
}
