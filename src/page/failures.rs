//! What failed, and why: read sets that failed for the same kind of reason stand together.

use maud::{Markup, html};

use super::{OutsideText, ReadSetRow, RowFailure, quantity};

/// More of one kind are folded up.
const SHOWN: usize = 20;

/// Read sets that failed for the same kind of reason and have the same advice.
struct FailureGroup<'a> {
    kind: &'a OutsideText,
    hint: Option<&'a OutsideText>,
    rows: Vec<(&'a ReadSetRow, &'a RowFailure)>,
}

/// In the order in which the reasons first occur.
fn groups(rows: &[ReadSetRow]) -> Vec<FailureGroup<'_>> {
    let mut places = std::collections::HashMap::new();
    let mut groups: Vec<FailureGroup> = Vec::new();
    for row in rows {
        let Some(failure) = &row.failure else { continue };
        let (kind, hint) = (&failure.kind, failure.hint.as_ref());
        let place = *places.entry((kind, hint)).or_insert_with(|| {
            groups.push(FailureGroup { kind, hint, rows: Vec::new() });
            groups.len() - 1
        });
        groups[place].rows.push((row, failure));
    }
    groups
}

pub(super) fn failures(rows: &[ReadSetRow]) -> Markup {
    let groups = groups(rows);
    html! {
        @if !groups.is_empty() {
            section {
                h2 { "What failed, and why" }
                @for group in &groups { (shown(group)) }
            }
        }
    }
}

fn shown(group: &FailureGroup) -> Markup {
    let (first, rest) = group.rows.split_at(group.rows.len().min(SHOWN));
    let count = quantity::counted(group.rows.len() as u64, "read set", "read sets");
    html! {
        div.why {
            h3 { (group.kind.in_words()) " " span.s { (count) } }
            @if let Some(hint) = group.hint { p { b { "What to do: " } (hint) } }
            (list(first))
            @if !rest.is_empty() {
                details {
                    summary { (quantity::count(rest.len() as u64)) " more" }
                    (list(rest))
                }
            }
        }
    }
}

fn list(rows: &[(&ReadSetRow, &RowFailure)]) -> Markup {
    html! {
        ul {
            @for (row, failure) in rows {
                li {
                    a href={ "#r" (row.line) } { (row.fields.name) }
                    span.s { " line " (row.line) } br;
                    (failure.message)
                }
            }
        }
    }
}
