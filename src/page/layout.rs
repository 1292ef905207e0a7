//! The page as a whole: head, policy, heading, totals, and the order of what follows.

use data_encoding::BASE64;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{
    OutsideText, PageReport, RowStatus, failures, pictures, quantity, table, totals::Totals,
};
use crate::types::Sha256;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

pub(super) fn page(report: &PageReport) -> Markup {
    let totals = Totals::of(&report.rows);
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                // Before anything that it is about.
                meta http-equiv="Content-Security-Policy" content=(policy());
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                meta name="color-scheme" content="light dark";
                meta name="generator" content=(report.tool);
                title { (report.sheet.file_name()) " – upload report" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                (heading(report, &totals))
                main {
                    (notes(&report.notes))
                    (failures::failures(&report.rows))
                    (pictures::pictures(report))
                    (table::table(&report.rows, &totals))
                }
                (about(report))
                script { (PreEscaped(SCRIPT)) }
            }
        }
    }
}

/// Nothing is loaded, sent or run but what this page has in it.
fn policy() -> String {
    let hash = |text: &str| BASE64.encode(Sha256::of(text.as_bytes()).as_bytes());
    let (style, script) = (hash(STYLE), hash(SCRIPT));
    format!(
        "default-src 'none'; style-src 'sha256-{style}'; script-src 'sha256-{script}'; \
         base-uri 'none'; form-action 'none'"
    )
}

fn heading(report: &PageReport, totals: &Totals) -> Markup {
    html! {
        header {
            p.s { "Upload report · AWS HealthOmics sequence store " (report.store_id) ", " (report.region) }
            h1 { (report.sheet.file_name()) }
            p.lead { (summary(totals)) }
            @if totals.read_sets() > 0 {
                (proportions(totals))
            }
            dl.tiles {
                (tile("Read sets", &quantity::count(totals.read_sets())))
                (tile("Files", &quantity::count(totals.files)))
                (tile("Size", &quantity::bytes(totals.bytes)))
                (tile("Sent", &quantity::bytes(totals.bytes_sent)))
                @if let Some(begun) = report.begun {
                    @let elapsed = quantity::milliseconds(begun, report.ended.unwrap_or(report.made));
                    (tile("Time", &quantity::duration(elapsed)))
                    @if let Some(rate) = quantity::rate(totals.bytes_sent, elapsed) {
                        (tile("Average", &rate))
                    }
                }
                (tile("Retries", &quantity::count(totals.retries)))
                (tile("Throttled", &quantity::count(totals.throttled)))
            }
        }
    }
}

fn tile(label: &str, value: &str) -> Markup {
    html! { div { dt { (label) } dd { (value) } } }
}

/// The result in a sentence or two.
fn summary(totals: &Totals) -> String {
    let all = totals.read_sets();
    let good: Vec<_> = [RowStatus::Active, RowStatus::Completed, RowStatus::Skipped]
        .into_iter()
        .map(|status| (status, totals.count(status)))
        .filter(|(_, count)| *count > 0)
        .collect();
    if let [(status, count)] = good[..]
        && count == all
    {
        let read_sets = quantity::counted(all, "read set", "read sets");
        return format!("{}{read_sets} {}.", if all > 1 { "All " } else { "" }, state(status, all));
    }
    let bad = [RowStatus::Failed, RowStatus::Interrupted, RowStatus::Pending];
    let bad = bad.map(|status| (status, totals.count(status)));
    let some = good.into_iter().chain(bad.into_iter().filter(|(_, count)| *count > 0));
    let some: Vec<_> =
        some.map(|(status, n)| format!("{} {}", quantity::count(n), state(status, n))).collect();
    match &some[..] {
        [] => "The sheet has no read sets.".to_owned(),
        some => {
            let all = quantity::counted(all, "read set", "read sets");
            format!("Of {all}, {}.", some.join(", "))
        }
    }
}

const fn state(status: RowStatus, count: u64) -> &'static str {
    match (status, count) {
        (RowStatus::Active, 1) => "is active",
        (RowStatus::Active, _) => "are active",
        (RowStatus::Completed, 1) => "is uploaded and not known to be active",
        (RowStatus::Completed, _) => "are uploaded and not known to be active",
        (RowStatus::Skipped, 1) => "was skipped",
        (RowStatus::Skipped, _) => "were skipped",
        (RowStatus::Failed, _) => "failed",
        (RowStatus::Interrupted, 1) => "was interrupted",
        (RowStatus::Interrupted, _) => "were interrupted",
        (RowStatus::Pending, 1) => "is pending",
        (RowStatus::Pending, _) => "are pending",
    }
}

/// How many have which status, as a bar with a legend.
fn proportions(totals: &Totals) -> Markup {
    let all = totals.read_sets();
    let percents = |count: u64| {
        super::time_axis::Share(
            i64::try_from(u128::from(count) * 10_000 / u128::from(all)).unwrap_or(0),
        )
    };
    let mut before = 0;
    let mut shares = Vec::new();
    for (status, count) in totals.statuses() {
        shares.push((status, count, before));
        before += count;
    }
    html! {
        svg.bar width="100%" height="10" aria-hidden="true" {
            @for (status, count, before) in &shares {
                rect class=(status.as_str()) x=(percents(*before)) width=(percents(*count)) height="10" {}
            }
        }
        p.legend {
            @for (status, count, _) in &shares {
                span class=(status.as_str()) { (quantity::count(*count)) " " (status.as_str()) }
                " "
            }
        }
    }
}

fn notes(notes: &[OutsideText]) -> Markup {
    html! {
        @if !notes.is_empty() {
            section {
                h2 { "Notes" }
                ul { @for note in notes { li { (note) } } }
            }
        }
    }
}

/// Where the run and this page come from.
fn about(report: &PageReport) -> Markup {
    let one = |label: &str, value: Option<Markup>| {
        html! {
            @if let Some(value) = value { dt { (label) } dd { (value) } }
        }
    };
    let list = |texts: &[OutsideText]| {
        (!texts.is_empty()).then(|| {
            html! {
                @for (n, text) in texts.iter().enumerate() { @if n > 0 { ", " } (text) }
            }
        })
    };
    let text = |text: &Option<OutsideText>| text.as_ref().map(|text| html! { (text) });
    let time = |time: Option<jiff::Timestamp>| time.map(|time| html! { (quantity::time(time)) });
    html! {
        footer {
            h2 { "About this run" }
            dl.f {
                (one("Sample sheet", Some(html! { (report.sheet) })))
                (one("Run folder", text(&report.run_folder)))
                (one("Sequence store", Some(html! { (report.store_id) " in " (report.region) })))
                (one("Endpoint", text(&report.endpoint)))
                (one("Begun", time(report.begun)))
                (one("Ended", time(report.ended)))
                (one("Hosts", list(&report.hosts)))
                (one("Users", list(&report.users)))
                (one("Report made", time(Some(report.made))))
                (one("Made by", Some(html! { (report.tool) })))
            }
            @if report.redact {
                p.s { "Paths, hosts and users are left out of this report." }
            }
        }
    }
}
