//! The table of read sets: a group of two table rows for each, of which the second expands to details.
//!
//! It is all there without scripts. `page.js` makes buttons of the headings by `data-k`, compares
//! cells by `data-v` where they have it, and shows the controls.

use maud::{Markup, html};

use super::{ReadSetRow, details, quantity, totals::Totals};

/// Headings: the class of the column, the text, and how it is sorted: numbers or text.
const COLUMNS: [(&str, &str, &str); 8] = [
    ("n", "Line", "n"),
    ("", "Status", "n"),
    ("", "Name", "t"),
    ("", "Sample", "t"),
    ("w", "Type", "t"),
    ("n", "Size", "n"),
    ("n w", "Time", "n"),
    ("", "Read set", "t"),
];

pub(super) fn table(rows: &[ReadSetRow], totals: &Totals) -> Markup {
    html! {
        section {
            h2 { "Read sets" }
            (controls(totals))
            div.scroll {
                table #t {
                    caption { "One read set per row, with its line in the sample sheet. Expand a row for details." }
                    thead { tr {
                        @for (class, text, kind) in COLUMNS {
                            th class=[(!class.is_empty()).then_some(class)] scope="col" data-k=(kind) { (text) }
                        }
                    } }
                    @for row in rows { (read_set(row)) }
                }
            }
        }
    }
}

/// Only a script can make use of them, and shows them.
fn controls(totals: &Totals) -> Markup {
    html! {
        div #c hidden {
            label { "Filter " input #q type="search" autocomplete="off" placeholder="name, sample, file, hash …"; }
            div #s role="group" aria-label="Filter by status" {
                button type="button" aria-pressed="true" data-s="" {
                    "all " (quantity::count(totals.read_sets()))
                }
                @for (status, count) in totals.statuses() {
                    button.(status.as_str()) type="button" aria-pressed="false" data-s=(status.as_str()) {
                        (status.as_str()) " " (quantity::count(count))
                    }
                }
            }
            button #o type="button" { "Expand all" }
            output #m role="status" {}
        }
    }
}

fn read_set(row: &ReadSetRow) -> Markup {
    let time = row.begun.zip(row.ended).map(|(from, to)| quantity::milliseconds(from, to));
    html! {
        tbody #{ "r" (row.line) } data-s=(row.status.as_str()) {
            tr {
                td.n { (row.line) }
                td data-v=(row.status as u8) { span class=(row.status.as_str()) { (row.status.as_str()) } }
                th scope="row" { (row.fields.name) }
                td { (row.fields.sample) }
                td.w { (row.fields.file_type) }
                td.n data-v=(row.bytes()) { (quantity::bytes(row.bytes())) }
                @if let Some(time) = time {
                    td.n.w data-v=(time) { (quantity::duration(time)) }
                } @else {
                    td.n.w { "–" }
                }
                td.m { @if let Some(id) = &row.read_set_id { (id) } @else { "–" } }
            }
            tr { td {} td colspan="7" { (details::details(row)) } }
        }
    }
}
