//! The page of a run, from its plan and its notes.

use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

use jiff::Timestamp;

use super::{
    found_run::FoundRun,
    results::{ResultRow, Results},
};
use crate::{
    journal::SharedPast,
    page::{
        self, OutsideText, PageReport, ReadSetRow, RowFailure, RowFields, RowFile, RowStatus,
        RowTraffic, Throughput,
    },
    run::run_folder::{PlannedRow, RowReceipt},
    types::{ByteCount, PartSize, PartSource},
};

/// The page as HTML.
pub(super) fn html(
    run: &FoundRun,
    results: &Results,
    (receipts, noted): (&HashMap<String, RowReceipt>, &SharedPast),
    redact: bool,
) -> String {
    let sent: Vec<_> = run.plan.rows.iter().map(|row| sent_by_steps(run, noted, row)).collect();
    let planned = run.plan.rows.iter().zip(&sent);
    let rows: Vec<_> = results
        .rows()
        .iter()
        .zip(planned)
        .map(|(row, (planned, sent))| {
            let mut made = of_row(row, planned, receipts.get(&planned.key), results);
            made.traffic.parts_sent += sent.len() as u64;
            made.traffic.bytes_sent += sent.iter().map(|(_, bytes)| bytes).sum::<u64>();
            made
        })
        .collect();
    let header = &run.plan.header;
    let text = |text: &str| OutsideText::new(text);
    let sent: Vec<_> = sent.into_iter().flatten().collect();
    let begun = rows.iter().filter_map(|row| row.begun);
    let begun = begun.chain(sent.iter().map(|(at, _)| *at)).min();
    let is_left =
        rows.iter().any(|row| matches!(row.status, RowStatus::Pending | RowStatus::Interrupted));
    let ended = rows.iter().filter_map(|row| row.ended).max().filter(|_| !is_left);
    let hosts: BTreeSet<_> = receipts.values().map(|row| row.receipt.origin.host.clone()).collect();
    let users: BTreeSet<_> =
        receipts.values().filter_map(|row| row.receipt.origin.user.clone()).collect();
    page::html(&PageReport {
        sheet: text(&header.sheet),
        run_folder: Some(text(&run.folder.path().to_string_lossy())),
        store_id: text(&header.store),
        region: text(&header.region),
        endpoint: header.endpoint.as_deref().map(text),
        made: Timestamp::now(),
        begun,
        ended,
        tool: concat!("omics-upload ", env!("CARGO_PKG_VERSION")).to_owned(),
        hosts: hosts.into_iter().map(OutsideText::new).collect(),
        users: users.into_iter().map(OutsideText::new).collect(),
        notes: Vec::new(),
        throughput: throughput(begun, &rows, &sent),
        rows,
        redact,
    })
}

/// The parts of a row that steps have sent in many processes: about when each began, and its bytes. Receipts
/// know only what the last step did.
fn sent_by_steps(run: &FoundRun, noted: &SharedPast, row: &PlannedRow) -> Vec<(Timestamp, u64)> {
    let layout = row.layout();
    let key = run.past.upload_key(row);
    let parts = noted.parts(&key).filter_map(|(source, number, at)| {
        let begun = Timestamp::from_microsecond(at.saturating_sub(1_000_000)).ok()?;
        Some((begun, layout.part(source, number)?.size.get()))
    });
    parts.collect()
}

/// What went out over time: the bytes of each read set evenly over its time, and those of parts where each
/// was noted.
fn throughput(
    begun: Option<Timestamp>,
    rows: &[ReadSetRow],
    sent: &[(Timestamp, u64)],
) -> Throughput {
    let mut throughput = Throughput::new(begun.unwrap_or_else(Timestamp::now));
    for (at, bytes) in sent {
        throughput.add(*at, *at + Duration::from_secs(1), *bytes);
    }
    // These are counted already.
    for row in rows.iter().filter(|_| sent.is_empty()) {
        if let (Some(begun), Some(ended)) = (row.begun, row.ended) {
            throughput.add(begun, ended, row.traffic.bytes_sent);
        }
    }
    throughput
}

fn of_row(
    row: &ResultRow,
    planned: &PlannedRow,
    kept: Option<&RowReceipt>,
    results: &Results,
) -> ReadSetRow {
    let line = planned.first() as u64;
    let end = row.end();
    // There may be a receipt of what the row was before.
    let kept = kept.filter(|_| end.text("status") != "planned");
    let mut made = match kept {
        Some(kept) => ReadSetRow::of_receipt(line, &kept.receipt),
        None => not_sent(line, planned),
    };
    made.parts = end.report.get("parts").and_then(serde_json::Value::as_u64).unwrap_or(0);
    made.digest = kept.and_then(|kept| kept.digest.as_deref()?.parse().ok());
    made.read_set_arn = row.read_set().and_then(|id| results.arn_of(id)).map(OutsideText::new);
    made.failure = failure(row).or(made.failure);
    if row.is_gone() {
        made.status = RowStatus::Failed;
    }
    made
}

/// Why a row failed, with what to do.
fn failure(row: &ResultRow) -> Option<RowFailure> {
    let object = row.object();
    let error = object.get("error")?;
    let member = |name: &str| error.get(name).and_then(serde_json::Value::as_str);
    Some(RowFailure {
        kind: member("kind")?.into(),
        message: member("message")?.into(),
        hint: member("hint").map(OutsideText::new),
        request_id: member("request_id").map(OutsideText::new),
    })
}

/// A row of which nothing was sent.
fn not_sent(line: u64, planned: &PlannedRow) -> ReadSetRow {
    let field = |name: &str| OutsideText::new(planned.field(name));
    let some = |name: &str| Some(field(name)).filter(|text| *text != OutsideText::default());
    let files = planned.sources.iter().zip(PartSource::ALL).flat_map(|(files, source)| {
        files.iter().map(move |file| RowFile {
            source,
            path: file.path.as_str().into(),
            bytes: ByteCount::new(file.bytes),
            modified: None,
            md5: None,
            sha256: None,
        })
    });
    ReadSetRow {
        line,
        status: RowStatus::Pending,
        fields: RowFields {
            file_type: field("file_type"),
            name: field("name"),
            sample: field("sample_id"),
            subject: field("subject_id"),
            reference: some("reference_arn"),
            generated_from: some("generated_from"),
            description: some("description"),
            tags: Vec::new(),
        },
        read_set_id: None,
        read_set_arn: None,
        upload_id: None,
        files: files.collect(),
        parts: 0,
        part_size: planned.part_size.and_then(PartSize::new),
        digest: None,
        etag: page::RowEtag::default(),
        checks: Vec::new(),
        failure: None,
        begun: None,
        ended: None,
        traffic: RowTraffic::default(),
    }
}
