//! What a read set expands to: why it failed, fields, files, hashes and checks.

use maud::{Markup, Render, html};

use super::{OutsideText, ReadSetRow, RowEtag, RowFailure, RowFile, RowTraffic, quantity};
use crate::types::{EtagResult, PartSource, ReadSetEtag};

pub(super) fn details(row: &ReadSetRow) -> Markup {
    html! {
        details {
            summary { (file_names(&row.files)) }
            @if let Some(failure) = &row.failure { (why(failure)) }
            dl.f { (fields(row)) (transfer(row)) (hashes(row)) }
            ul.k { @for file in &row.files { (self::file(file)) } }
            @if !row.checks.is_empty() {
                ul.k {
                    @for check in &row.checks {
                        li class=(check.result.as_str()) {
                            b { (check.check.in_words()) " " (check.result.as_str()) } " " (check.text)
                        }
                    }
                }
            }
        }
    }
}

fn file_names(files: &[RowFile]) -> Markup {
    const SHOWN: usize = 4;
    html! {
        @if files.is_empty() { "details" }
        @for (n, file) in files.iter().take(SHOWN).enumerate() {
            @if n > 0 { ", " }
            (file.path.file_name())
        }
        @if files.len() > SHOWN { " and " (files.len() - SHOWN) " more" }
    }
}

fn why(failure: &RowFailure) -> Markup {
    html! {
        p.err {
            (failure.message)
            @if let Some(hint) = &failure.hint { br; b { "What to do: " } (hint) }
            @if let Some(id) = &failure.request_id { br; span.s { "Request ID " (id) } }
        }
    }
}

/// A label and its value, if there is one.
fn maybe(label: &str, value: Option<&impl Render>) -> Markup {
    html! { @if let Some(value) = value { dt { (label) } dd { (value) } } }
}

fn fields(row: &ReadSetRow) -> Markup {
    let fields = &row.fields;
    html! {
        (maybe("Subject", Some(&fields.subject)))
        (maybe("Reference", fields.reference.as_ref()))
        (maybe("Generated from", fields.generated_from.as_ref()))
        (maybe("Description", fields.description.as_ref()))
        @for (key, value) in &fields.tags { dt { "Tag " (key) } dd { (value) } }
        (maybe("Read set ARN", row.read_set_arn.as_ref()))
        (maybe("Upload ID", row.upload_id.as_ref()))
    }
}

fn transfer(row: &ReadSetRow) -> Markup {
    let times = [("Begun", row.begun), ("Ended", row.ended)];
    html! {
        @for (label, time) in times { (maybe(label, time.map(quantity::time).as_ref())) }
        @if row.parts > 0 { dt { "Parts" } dd { (parts(row)) } }
        @if row.traffic.bytes_sent > 0 { dt { "Sent" } dd { (sent(&row.traffic)) } }
    }
}

fn parts(row: &ReadSetRow) -> String {
    let of = row.part_size.map(|size| format!(" of {}", quantity::bytes(size.get())));
    let reused = match row.traffic.parts_reused {
        0 => String::new(),
        n => format!(", {} of them sent by an earlier run", quantity::count(n)),
    };
    format!("{}{}{reused}", quantity::count(row.parts), of.unwrap_or_default())
}

fn sent(traffic: &RowTraffic) -> String {
    let mut sent = quantity::bytes(traffic.bytes_sent);
    if traffic.retries > 0 {
        sent = format!("{sent}, {}", quantity::counted(traffic.retries, "retry", "retries"));
    }
    if traffic.throttled > 0 {
        sent =
            format!("{sent}, throttled {}", quantity::counted(traffic.throttled, "time", "times"));
    }
    sent
}

fn hashes(row: &ReadSetRow) -> Markup {
    html! {
        @if let Some(digest) = &row.digest { dt { "Content digest" } dd.m { (digest.to_string()) } }
        (etag(&row.etag))
    }
}

/// One line where the two are the same, as they nearly always are.
fn etag(etag: &RowEtag) -> Markup {
    let said = etag.result.map(EtagResult::as_str);
    let shown = |etag: &ReadSetEtag| OutsideText::new(etag.to_string());
    html! {
        @match (&etag.expected, &etag.found) {
            (Some(expected), Some(found)) if expected == found => {
                dt { "ETag" } dd { span.m { (shown(found)) } @if let Some(said) = said { " " (said) } }
            }
            (expected, found) => {
                @if let Some(expected) = expected { dt { "ETag expected" } dd.m { (shown(expected)) } }
                @if let Some(found) = found {
                    dt { "ETag found" } dd { span.m { (shown(found)) } @if let Some(said) = said { " " (said) } }
                }
            }
        }
    }
}

fn file(file: &RowFile) -> Markup {
    html! {
        li {
            b { (if file.source == PartSource::Source1 { "Source 1 " } else { "Source 2 " }) }
            (file.path) ", " (quantity::bytes(file.bytes.get()))
            @if let Some(time) = file.modified { ", modified " (quantity::time(time)) }
            @if let Some(md5) = &file.md5 { ", MD5 " span.m { (md5) } }
            @if let Some(sha256) = &file.sha256 { ", SHA-256 " span.m { (sha256) } }
        }
    }
}
