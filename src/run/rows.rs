//! Sends the rows of a sheet, notes what comes of each, and stops where going on is of no use.
//!
//! What it prints at the end is not decided here.

mod halting;

use std::{
    collections::HashMap,
    num::NonZeroUsize,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use serde_json::{Map, Value};

use self::halting::Halting;
use super::{
    destination::Reached,
    disposal::Disposed,
    outcome, receipts,
    run_folder::{FileRecord, NoteFile, NoteKind, RowEnd, VerifiedRow},
    shown::Shown,
    transfer::{self, EndedReadSet, Rows, Sent, Transfer},
};
use crate::{
    engine::{Ended, Failure, Share},
    event::{Event, Observer},
    prepared::Prepared,
    report::{self, Abort, Advice},
    signal::{Ending, Signals},
    source::Defect,
};

/// A row to be sent, as it is noted.
pub(crate) struct RowToSend {
    /// Its place in messages: `samples.csv:17`.
    pub(crate) place: String,
    pub(crate) row: usize,
    pub(crate) key: String,
    pub(crate) named: String,
    pub(crate) stated: String,
    pub(crate) sources: Vec<Vec<FileRecord>>,
    pub(crate) fields: Map<String, Value>,
}

/// What is sent, and where it is noted.
pub(crate) struct RowsTransfer<'a> {
    /// Those of the read sets, in their order.
    pub(crate) rows: Vec<RowToSend>,
    pub(crate) note_file: Option<&'a NoteFile>,
    /// After so many failures, no row is begun.
    pub(crate) max_failures: Option<NonZeroUsize>,
    pub(crate) transfer: Transfer<'a>,
}

/// What came of the rows.
pub(crate) struct RowsSent {
    /// Of each row.
    pub(crate) ends: Vec<RowEnd>,
    /// The exit status, if a signal decides about it.
    pub(crate) signalled: Option<u8>,
    /// The exit status of writing the receipts, and of what was to become of the files.
    pub(crate) kept: u8,
}

/// Sends the rows; an exit status instead, if signals ended the run before there was anything to say.
pub(crate) async fn run(
    RowsTransfer { rows, note_file, max_failures, mut transfer }: RowsTransfer<'_>,
    reached: &Reached,
    signals: &Signals,
) -> Result<Result<RowsSent, u8>, Abort> {
    let halting = Mutex::new(Halting::new(max_failures));
    let is_unwritable = AtomicBool::new(false);
    let notes = Notes { rows: &rows, file: note_file, reached, halting, is_unwritable };
    let sent = match transfer::send(&mut transfer, &notes, reached, signals).await? {
        Ok(sent) => sent,
        Err(stopped) => return Ok(Err(stopped)),
    };
    let Sent { console, ended, disposed, keeping } = sent;
    notes.note_disposed(&transfer.read_sets, &ended, &disposed);
    let halting = notes.halting.into_inner().unwrap_or_else(PoisonError::into_inner);
    conclude(console, &rows, &ended, (reached, &halting));
    let all = rows.iter().zip(&transfer.read_sets).zip(&ended).zip(&disposed).enumerate();
    let ends = all.map(|(at, (((row, read_set), ended), disposed))| {
        let disposed = disposed.clone();
        end_of(row, &EndedReadSet { at, read_set, ended, disposed }, reached)
    });
    let ends = ends.collect();
    let receipts =
        transfer::receipts_of(&keeping, &transfer.read_sets, (&ended, &disposed), reached);
    let kept = transfer::keep(&keeping, receipts, &disposed, signals).await;
    let first = signals.first().filter(|_| ended.iter().any(outcome::was_interrupted));
    Ok(Ok(RowsSent { ends, signalled: first.map(Ending::exit_status), kept }))
}

/// What is noted of rows as they end.
struct Notes<'a> {
    rows: &'a [RowToSend],
    file: Option<&'a NoteFile>,
    reached: &'a Reached,
    halting: Mutex<Halting>,
    /// Whether a note could not be written.
    is_unwritable: AtomicBool,
}

impl Rows for Notes<'_> {
    fn row(&self, at: usize) -> Option<usize> {
        self.rows.get(at).map(|row| row.row)
    }

    fn ended(&self, one: &EndedReadSet<'_>, observer: &dyn Observer) -> bool {
        if let Err(error) = self.note(one)
            && !self.is_unwritable.swap(true, Ordering::Relaxed)
        {
            let message = format!("the run folder cannot be written to: {error}");
            observer.observe(&Event::Warning { read_set: None, message });
        }
        self.halting.lock().unwrap_or_else(PoisonError::into_inner).ends(one.ended)
    }
}

impl Notes<'_> {
    /// Notes the end of a row, unless it was not begun.
    fn note(&self, one: &EndedReadSet<'_>) -> std::io::Result<()> {
        let (Some(file), Some(row)) = (self.file, self.rows.get(one.at)) else { return Ok(()) };
        if one.read_set.job.share == Share::Verify
            && let (None, Some(findings)) = (&one.ended.failure, &one.ended.findings)
        {
            let verified = VerifiedRow::new(row.sources.clone(), findings);
            return file.note(&row.key, NoteKind::Verified(Box::new(verified)));
        }
        if matches!(one.ended.failure, Some(Failure::NotBegun)) || !is_last_word(one) {
            return Ok(());
        }
        file.note(&row.key, NoteKind::Ended(Box::new(end_of(row, one, self.reached))))?;
        let receipt = receipts::receipt(one.read_set, one.ended, self.reached);
        file.receipt(&row.key, one.disposed.note(receipt))
    }

    /// Notes what became of the files, where something was to.
    fn note_disposed(&self, read_sets: &[Prepared], ended: &[Ended], disposed: &[Disposed]) {
        let all = read_sets.iter().zip(ended).zip(disposed).enumerate();
        for (at, ((read_set, ended), disposed)) in all {
            if !disposed.files.is_empty() {
                let disposed = disposed.clone();
                // What was intended is noted already.
                let _ = self.note(&EndedReadSet { at, read_set, ended, disposed });
            }
        }
    }
}

fn end_of(row: &RowToSend, one: &EndedReadSet<'_>, reached: &Reached) -> RowEnd {
    let EndedReadSet { read_set, ended, disposed, .. } = one;
    let report = outcome::report_of(&read_set.job, ended, disposed, reached);
    let mut fields = row.fields.clone();
    // It may have been looked up.
    let reference = read_set.job.fields.reference.as_ref().map(ToString::to_string);
    fields.insert("reference_arn".to_owned(), reference.into());
    RowEnd {
        row: row.row,
        named: row.named.clone(),
        stated: row.stated.clone(),
        sources: row.sources.clone(),
        fields,
        exit_status: report::status_of(ended),
        for_good: ended.failure.as_ref().is_some_and(is_for_good),
        report: serde_json::to_value(report).unwrap_or_default(),
        arn: ended.arn.clone(),
        s3_uris: ended.s3_uris.clone(),
    }
}

/// Whether it says what came of the row, or only what came of this process's share of it.
fn is_last_word(EndedReadSet { read_set, ended, .. }: &EndedReadSet<'_>) -> bool {
    let is_for_good = ended.failure.as_ref().is_some_and(is_for_good);
    let is_missing = matches!(ended.failure, Some(Failure::NotSent { .. } | Failure::NotOpened));
    match read_set.job.share {
        Share::All | Share::Rest => !is_missing,
        Share::Open | Share::Parts { .. } | Share::Verify => ended.skipped || is_for_good,
    }
}

/// Whether another attempt with the same files would come to the same.
fn is_for_good(failure: &Failure) -> bool {
    matches!(
        failure,
        Failure::NotAccepted { .. }
            | Failure::OtherEtag { .. }
            | Failure::OtherFields { .. }
            | Failure::Unsound(Defect { passes: false, .. })
    )
}

/// Tells what failed and what to do about it; what several rows have in common is told once.
fn conclude(
    console: Shown,
    rows: &[RowToSend],
    ended: &[Ended],
    (reached, halting): (&Reached, &Halting),
) {
    let mut told: HashMap<String, Vec<usize>> = HashMap::new();
    let mut texts = Vec::new();
    let mut not_begun = 0;
    for (row, ended) in rows.iter().zip(ended) {
        let Some(failure) = &ended.failure else { continue };
        if matches!(failure, Failure::NotBegun) {
            not_begun += 1;
            continue;
        }
        // Those who send them are named with all rows.
        if matches!(failure, Failure::NotSent { .. }) {
            continue;
        }
        let (store, place) = (&reached.store, reached.place);
        let advice = Advice { store, upload: ended.upload_id.as_ref(), place };
        let hint = report::hint(failure, advice);
        let trouble = ended.trouble.as_deref();
        let same = without_ids(&report::render_with("", failure, trouble, None), ended);
        let others = told.entry(same.clone()).or_default();
        if others.is_empty() {
            let about = format!("{}: ", row.place);
            texts.push((same, report::render_with(&about, failure, trouble, hint.as_deref())));
        }
        others.push(row.row);
    }
    for (same, text) in texts {
        console.error(&text);
        let others = told.get(&same).map_or(&[][..], |rows| rows.get(1..).unwrap_or_default());
        if !others.is_empty() {
            console.error(&format!("note: the same error in {}\n", listed(others)));
        }
    }
    if not_begun > 0 {
        let plural = if not_begun == 1 { "row was" } else { "rows were" };
        let Halting { why, concerns_all, .. } = halting;
        let why = why.as_deref().unwrap_or("the run was interrupted");
        let first = if *concerns_all { "mend that first; then " } else { "" };
        console.error(&format!(
            "error: {not_begun} {plural} not begun: {why}\n\nhint: {first}run the same command again to \
             continue\n"
        ));
    }
    console.finish();
}

/// A message as it would be of another request, upload and read set.
fn without_ids(text: &str, ended: &Ended) -> String {
    const BEFORE: &str = " (request ID ";
    let upload = ended.upload_id.as_ref().map(ToString::to_string);
    let read_set = ended.read_set_id.as_ref().map(ToString::to_string);
    let ids = [upload, read_set].into_iter().flatten();
    let text = ids.fold(text.to_owned(), |text, id| text.replace(&id, "ID"));
    let mut pieces = text.split(BEFORE);
    let first = pieces.next().unwrap_or_default().to_owned();
    first
        + &pieces
            .map(|rest| rest.split_once(')').map_or(rest, |(_, rest)| rest))
            .collect::<String>()
}

/// Rows in a sentence.
pub(crate) fn listed(rows: &[usize]) -> String {
    const SHOWN: usize = 20;
    let shown: Vec<_> = rows.iter().take(SHOWN).map(ToString::to_string).collect();
    let plural = if rows.len() == 1 { "row" } else { "rows" };
    let more = match rows.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{plural} {}{more}", shown.join(", "))
}
