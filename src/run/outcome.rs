//! What a run came to: for people on stderr, for scripts on stdout.

use super::{destination::Reached, disposal::Disposed, shown::Shown};
use crate::{
    engine::{Counts, Ended, Failure, Job},
    prepared::Prepared,
    report::{self, Advice, Document, ErrorReport, ReadSetReport, VerificationReport, output},
    signal::Signals,
    source::Source,
    types::{Escaped, ReadSetId, StoreId},
};

/// Tells what failed and what to do about it; gives the exit status.
pub(crate) fn conclude(
    console: Shown,
    names: &[Vec<String>],
    ended: &[Ended],
    reached: &Reached,
    signals: &Signals,
) -> u8 {
    for (names, ended) in names.iter().zip(ended) {
        let Some(failure) = &ended.failure else { continue };
        let (store, place) = (&reached.store, reached.place);
        let advice = Advice { store, upload: ended.upload_id.as_ref(), place };
        let hint = report::hint(failure, advice);
        let about = about(names, failure);
        let trouble = ended.trouble.as_deref();
        console.error(&report::render_with(&about, failure, trouble, hint.as_deref()));
    }
    console.finish();
    let statuses: Vec<_> = ended.iter().map(report::status_of).collect();
    match signals.first() {
        Some(signal) if ended.iter().any(was_interrupted) => signal.exit_status(),
        _ => report::status_of_all(&statuses),
    }
}

/// The files, unless the failure names one of them itself.
fn about(files: &[String], failure: &Failure) -> String {
    let text = failure.to_string();
    let is_named = |file: &String| text.contains(&format!("`{}`", Escaped::new(file)));
    match files {
        files if files.iter().any(is_named) => String::new(),
        // Lanes of a read set may be many.
        [first, _, _, .., last] => format!("`{first}` to `{last}`: "),
        files => format!("`{}`: ", files.join("`, `")),
    }
}

pub(super) fn was_interrupted(ended: &Ended) -> bool {
    use crate::engine::NotKnown;
    let why = ended.failure.as_ref();
    matches!(why, Some(Failure::Interrupted | Failure::NotKnown { why: NotKnown::Interrupted, .. }))
}

/// A line per read set, in the order of the command line: its ID, or `failed`.
pub(crate) fn lines(ended: &[Ended]) -> Vec<u8> {
    let accepted = |ended: &&Ended| {
        let why = ended.failure.as_ref();
        !matches!(
            why,
            Some(
                Failure::NotAccepted { .. }
                    | Failure::OtherEtag { .. }
                    | Failure::OtherFields { .. }
            )
        )
    };
    let line = |ended: &Ended| {
        let id = Some(ended).filter(accepted).and_then(|ended| ended.read_set_id.as_ref());
        id.map_or_else(|| "failed\n".to_owned(), |id| format!("{id}\n"))
    };
    ended.iter().map(line).collect::<String>().into_bytes()
}

/// Prints what stdout is to hold. What cannot be written there must not be lost: the IDs go to
/// stderr then.
pub(crate) fn deliver(document: &[u8], ended: &[Ended]) -> u8 {
    output::deliver(document, || lines(ended))
}

/// The JSON document of `put`.
pub(crate) fn document(
    read_sets: &[Prepared],
    ended: &[Ended],
    disposed: &[Disposed],
    reached: &Reached,
) -> Vec<u8> {
    let all = read_sets.iter().map(|one| &one.job).zip(ended).zip(disposed);
    let reports = all.map(|((job, ended), disposed)| report_of(job, ended, disposed, reached));
    json(&Document::new(reports.collect()))
}

/// What the document says of one read set.
pub(crate) fn report_of(
    job: &Job,
    ended: &Ended,
    disposed: &Disposed,
    reached: &Reached,
) -> ReadSetReport {
    let store = &reached.store;
    ReadSetReport {
        files: files(job),
        status: ended.outcome(),
        read_set_id: ended.read_set_id.clone(),
        upload_id: ended.upload_id.clone(),
        store_id: store.clone(),
        name: job.fields.name.to_string(),
        sample_id: job.fields.sample.to_string(),
        subject_id: job.fields.subject.to_string(),
        file_type: job.fields.file_type,
        reference_arn: job.fields.reference.as_ref().map(ToString::to_string),
        bytes: job.bytes(),
        bytes_sent: ended.counts.bytes_sent,
        parts: parts(job, &ended.counts),
        parts_sent: ended.counts.parts_sent,
        parts_reused: ended.counts.parts_reused,
        retries: ended.counts.retries,
        throttled: ended.counts.throttled,
        elapsed_seconds: ended.elapsed.as_secs_f64(),
        verification: VerificationReport::of(ended, job.verify),
        when_proven: disposed.files.clone(),
        error: ErrorReport::of(ended, store, reached.place),
    }
}

/// The JSON document of `wait`.
pub(crate) fn waited(ended: &[Ended], reached: &Reached) -> Vec<u8> {
    #[derive(serde::Serialize)]
    struct Waited<'a> {
        read_set_id: Option<&'a ReadSetId>,
        store_id: &'a StoreId,
        status: crate::event::Outcome,
        elapsed_seconds: f64,
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<ErrorReport>,
    }
    let store = &reached.store;
    let waited = ended.iter().map(|ended| Waited {
        read_set_id: ended.read_set_id.as_ref(),
        store_id: store,
        status: ended.outcome(),
        elapsed_seconds: ended.elapsed.as_secs_f64(),
        error: ErrorReport::of(ended, store, reached.place),
    });
    json(&serde_json::json!({ "version": 1, "read_sets": waited.collect::<Vec<_>>() }))
}

fn json(document: &impl serde::Serialize) -> Vec<u8> {
    output::json(document).into_bytes()
}

/// The files of a job as the user named them.
pub(crate) fn files(job: &Job) -> Vec<String> {
    let pipe = job.pipe.iter().map(|_| "-".to_owned());
    let files = job.sources.iter().flat_map(Source::files);
    files.map(|file| file.path().to_string_lossy().into_owned()).chain(pipe).collect()
}

/// The parts of a job; of a pipe, those that the store has.
fn parts(job: &Job, counts: &Counts) -> u64 {
    if job.pipe.is_some() {
        return counts.parts_sent + counts.parts_reused;
    }
    job.layout.count() as u64
}
