//! Sends the rows of a sheet, notes what comes of each, and stops where going on is of no use.
//!
//! What it prints at the end is not decided here.

use std::{
    collections::HashMap,
    num::NonZeroUsize,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use serde_json::{Map, Value};

use super::{
    destination::Reached,
    journals, outcome,
    receipt_files::{self, Keeping},
    receipts,
    run_folder::{FileRecord, NoteFile, NoteKind, RowEnd},
    shown::Shown,
    transfer, verification,
};
use crate::{
    cli::{Show, VerifyOptions},
    engine::{Ended, Engine, Failure, Job, Limits},
    event::{Event, PlannedItem},
    prepared::Prepared,
    report::{self, Abort, Advice, kind_of, output, status},
    signal::{Ending, Signals},
    source::Defect,
    store::{Omics, StoreErrorKind, omics},
    system,
};

/// A row to be sent, as it is noted.
pub(crate) struct RowToSend {
    /// Its place in messages: `samples.csv:17`.
    pub(crate) place: String,
    pub(crate) row: usize,
    pub(crate) key: String,
    pub(crate) stated: String,
    pub(crate) sources: Vec<Vec<FileRecord>>,
    pub(crate) fields: Map<String, Value>,
}

/// What is to be done, with everything known.
pub(crate) struct RowsTransfer<'a> {
    pub(crate) rows: Vec<RowToSend>,
    /// Those of the rows, in their order.
    pub(crate) read_sets: Vec<Prepared>,
    pub(crate) notes: Vec<String>,
    pub(crate) limits: Limits,
    pub(crate) verify: &'a VerifyOptions,
    pub(crate) show: &'a Show,
    pub(crate) wishes: journals::Wishes<'a>,
    /// Where the receipt is asked for.
    pub(crate) receipt: Option<PathBuf>,
    pub(crate) note_file: Option<&'a NoteFile>,
    /// After so many failures, no row is begun.
    pub(crate) max_failures: Option<NonZeroUsize>,
}

/// What came of the rows.
pub(crate) struct RowsSent {
    /// Of each row.
    pub(crate) ends: Vec<RowEnd>,
    /// The exit status, if a signal decides about it.
    pub(crate) signalled: Option<u8>,
    /// The exit status of writing the receipts.
    pub(crate) kept: u8,
}

/// A row with its read set.
struct Row<'a> {
    about: &'a RowToSend,
    read_set: &'a Prepared,
}

impl AsRef<Job> for Row<'_> {
    fn as_ref(&self) -> &Job {
        &self.read_set.job
    }
}

/// Sends the rows; `None` if a signal ended the run before it began.
pub(crate) async fn run(
    mut transfer: RowsTransfer<'_>,
    reached: &Reached,
    signals: &Signals,
) -> Result<Option<RowsSent>, Abort> {
    let mut warnings = Vec::new();
    let wishes = &transfer.wishes;
    let folder = wishes.folder.map(receipt_files::folder);
    let recall = folder.clone().map(|folder| receipt_files::recall(folder, wishes.store));
    let earlier = journals::Earlier::read(wishes, recall.unwrap_or_default());
    for Prepared { job, .. } in &mut transfer.read_sets {
        journals::remember(job, wishes, &earlier, &mut |warning| warnings.push(warning))?;
    }
    drop(earlier);
    let end = reached.connection.credentials_end().await;
    let now = SystemTime::now();
    warnings.extend(end.and_then(|end| transfer::too_soon(end, now, &transfer.read_sets)));
    let opening = transfer::open(transfer.show.clone());
    let Some(console) = signals.unless_stopped(opening).await else { return Ok(None) };
    let console = console?;
    let observer = console.observer();
    signals.tell(Arc::clone(&observer));
    let both = transfer.rows.iter().zip(&transfer.read_sets);
    observer.observe(&Event::Planned { read_sets: both.map(planned).collect() });
    let many = transfer::batch(omics::quotas(&reached.connection), transfer.read_sets.len());
    let waits = transfer.limits.wait.is_some();
    transfer.notes.extend(verification::note(transfer.verify, waits));
    transfer.notes.extend(system::note());
    transfer.notes.iter().chain(&many).for_each(|note| console.note(note));
    for message in warnings {
        observer.observe(&Event::Warning { read_set: None, message });
    }
    let store = Omics::new(&reached.connection, reached.store.clone());
    let algorithm = verification::algorithm(transfer.verify, &store).await;
    verification::attach(&mut transfer.read_sets, algorithm, &observer);
    let engine = Engine::new(store, Arc::clone(&observer), transfer.limits, signals.stop());
    let keeping = Keeping { folder, file: transfer.receipt };
    let (rows, read_sets) = (&transfer.rows, &transfer.read_sets);
    let jobs: Vec<_> =
        rows.iter().zip(read_sets).map(|(about, read_set)| Row { about, read_set }).collect();
    let halting = Mutex::new(Halting::new(transfer.max_failures));
    let keep = |row: &Row<'_>, ended: &Ended| {
        let warn = |message| observer.observe(&Event::Warning { read_set: None, message });
        if let Some(why) = keeping.keep(&receipts::receipt(row.read_set, ended, reached)) {
            warn(format!("no receipt is kept on this machine: {why}"));
        }
        let noted = transfer.note_file.map(|file| note(file, row, ended, reached));
        if let Some(Err(error)) = noted {
            warn(format!("the run folder cannot be written to: {error}"));
        }
        let mut halting = halting.lock().unwrap_or_else(PoisonError::into_inner);
        if halting.ends(ended) {
            engine.begin_no_more();
        }
    };
    let ended = engine.run(&jobs, keep).await;
    let halting = halting.into_inner().unwrap_or_else(PoisonError::into_inner);
    conclude(console, &jobs, &ended, (reached, halting.why.as_deref()));
    let both = jobs.iter().zip(&ended);
    let ends = both.clone().map(|(row, ended)| end_of(row, ended, reached)).collect();
    let receipts = both.map(|(row, ended)| receipts::receipt(row.read_set, ended, reached));
    let kept = match keeping.write(receipts.collect(), &signals.stop()).await {
        Ok(()) => status::DONE,
        Err(problem) => {
            output::complain(&problem.text());
            status::FAILED
        }
    };
    let first = signals.first().filter(|_| ended.iter().any(outcome::was_interrupted));
    Ok(Some(RowsSent { ends, signalled: first.map(Ending::exit_status), kept }))
}

fn planned((about, read_set): (&RowToSend, &Prepared)) -> PlannedItem {
    let job = &read_set.job;
    PlannedItem {
        row: Some(about.row),
        name: job.fields.name.to_string(),
        files: outcome::files(job),
        bytes: outcome::bytes(job),
        parts: u32::try_from(job.parts.len()).unwrap_or(u32::MAX),
    }
}

/// Notes the end of a row, unless it was not begun.
fn note(file: &NoteFile, row: &Row<'_>, ended: &Ended, reached: &Reached) -> std::io::Result<()> {
    if matches!(ended.failure, Some(Failure::NotBegun)) {
        return Ok(());
    }
    file.note(&row.about.key, NoteKind::Ended(Box::new(end_of(row, ended, reached))))
}

fn end_of(row: &Row<'_>, ended: &Ended, reached: &Reached) -> RowEnd {
    let RowToSend { row: number, stated, sources, fields, .. } = row.about;
    let report = outcome::report_of(&row.read_set.job, ended, reached);
    let mut fields = fields.clone();
    // It may have been looked up.
    let reference = row.read_set.job.fields.reference.as_ref().map(ToString::to_string);
    fields.insert("reference_arn".to_owned(), reference.into());
    RowEnd {
        row: *number,
        stated: stated.clone(),
        sources: sources.clone(),
        fields,
        exit_status: report::status_of(ended),
        for_good: ended.failure.as_ref().is_some_and(is_for_good),
        report: serde_json::to_value(report).unwrap_or_default(),
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

/// Decides when no further row is begun.
struct Halting {
    max_failures: Option<NonZeroUsize>,
    failures: usize,
    /// The reason of the last failures, and how many there were in a row.
    reason: Option<&'static str>,
    in_a_row: usize,
    why: Option<String>,
}

/// So many rows that fail for the same reason, one after the other, speak for all.
const IN_A_ROW: usize = 10;

impl Halting {
    const fn new(max_failures: Option<NonZeroUsize>) -> Self {
        Self { max_failures, failures: 0, reason: None, in_a_row: 0, why: None }
    }

    /// A row has ended; whether no further one is begun.
    fn ends(&mut self, ended: &Ended) -> bool {
        let failure = match &ended.failure {
            Some(Failure::NotBegun | Failure::Interrupted) => return false,
            Some(failure) if report::status_of(ended) != status::NOT_KNOWN => failure,
            _ => {
                (self.reason, self.in_a_row) = (None, 0);
                return false;
            }
        };
        let reason = kind_of(failure);
        self.failures += 1;
        self.in_a_row = if self.reason == Some(reason) { self.in_a_row + 1 } else { 1 };
        self.reason = Some(reason);
        let why = if concerns_all(failure, ended) {
            "the reason concerns all rows".to_owned()
        } else if self.in_a_row >= IN_A_ROW {
            format!("{IN_A_ROW} rows in a row failed for the same reason ({reason})")
        } else if self.max_failures.is_some_and(|most| self.failures >= most.get()) {
            let plural = if self.failures == 1 { "" } else { "s" };
            format!("{} row{plural} failed, as many as `--max-failures` allows", self.failures)
        } else {
            return false;
        };
        self.why.get_or_insert(why);
        true
    }
}

/// Whether every other row would fail as well.
fn concerns_all(failure: &Failure, ended: &Ended) -> bool {
    match failure {
        Failure::Refused(error) => match error.kind {
            // Of an upload that is there, it may be that upload that is missing.
            StoreErrorKind::Missing => ended.upload_id.is_none(),
            StoreErrorKind::Denied
            | StoreErrorKind::UnknownKey
            | StoreErrorKind::BadSignature
            | StoreErrorKind::Encryption
            | StoreErrorKind::Clock { .. } => true,
            _ => false,
        },
        Failure::CutOff(_) | Failure::Expired(_) | Failure::GaveUp { .. } => true,
        _ => false,
    }
}

/// Tells what failed and what to do about it; what several rows have in common is told once.
fn conclude(
    console: Shown,
    rows: &[Row<'_>],
    ended: &[Ended],
    (reached, why): (&Reached, Option<&str>),
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
        let (store, place) = (&reached.store, reached.place);
        let advice = Advice { store, upload: ended.upload_id.as_ref(), place };
        let hint = report::hint(failure, advice);
        let trouble = ended.trouble.as_deref();
        let same = report::render_with("", failure, trouble, None);
        let others = told.entry(same.clone()).or_default();
        if others.is_empty() {
            let about = format!("{}: ", row.about.place);
            texts.push((same, report::render_with(&about, failure, trouble, hint.as_deref())));
        }
        others.push(row.about.row);
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
        let why = why.unwrap_or("the run was interrupted");
        console.error(&format!(
            "error: {not_begun} {plural} not begun: {why}\n\nhint: run the same command again to continue\n"
        ));
    }
    console.finish();
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
