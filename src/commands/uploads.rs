//! `uploads`: what is unfinished in the store, and giving it up.

use serde_json::{Value, json};

use super::{
    output, state,
    table::{self, Table},
    target,
    target::Reached,
};
use crate::{
    cli::{self, Common, Output, UploadsCommand},
    journal::{Folder, OpenError, Record, Stage},
    pace::Pace,
    report::{self, Abort, Problem, render_for, status, status_of_all},
    retry::Backoff,
    store::{ListedUpload, Page, Store as _, StoreError, StoreErrorKind, StoredPart, omics::Omics},
    types::{ByteCount, PartSource, UploadId},
};

const LIST_UPLOADS: &str = "ListMultipartReadSetUploads";
const LIST_PARTS: &str = "ListReadSetUploadParts";
const ABORT: &str = "AbortMultipartReadSetUpload";

pub(super) async fn run(uploads: cli::Uploads) -> Result<u8, Abort> {
    let common = match &uploads.command {
        UploadsCommand::List { common }
        | UploadsCommand::Parts { common, .. }
        | UploadsCommand::Abort { common, .. }
        | UploadsCommand::Prune { common, .. } => common,
    };
    let problems = target::problems(&common.target);
    if !problems.is_empty() {
        return Err(Abort::Unusable(problems));
    }
    let reached = target::reach(&common.target, None).await?;
    let asked = Asked::new(Omics::new(&reached.connection, reached.store.clone()));
    let place = Place { asked: &asked, folder: state::folder(common.state.state_dir.clone()) };
    let status = match &uploads.command {
        UploadsCommand::List { common } => list(&place, &reached, common).await,
        UploadsCommand::Parts { upload, source, created_after, created_before, limit, common } => {
            let within = |part: &StoredPart| {
                created_after.is_none_or(|time| part.created > time.seconds())
                    && created_before.is_none_or(|time| part.created < time.seconds())
            };
            let limit = limit.unwrap_or(usize::MAX);
            parts(&place, upload, *source, within, limit, common.output).await
        }
        UploadsCommand::Abort { uploads, common } => abort(&place, uploads, common.output).await,
        UploadsCommand::Prune { older_than, all, dry_run, common } => {
            let before = jiff::Timestamp::now().as_second()
                - i64::try_from(older_than.get().as_secs()).unwrap_or(i64::MAX / 2);
            let old = |listed: &ListedUpload| {
                listed.created.at <= before && (*all || listed.mark().is_some())
            };
            prune(&place, &reached, old, *dry_run, common).await
        }
    };
    if let Some(sandbox) = reached.sandbox {
        sandbox.stop().await;
    }
    status
}

/// A store that is asked no faster than it documents.
pub(super) struct Asked {
    store: Omics,
    pace: Pace,
}

impl Asked {
    pub(super) fn new(store: Omics) -> Self {
        let pace = Pace::new(store.quotas());
        Self { store, pace }
    }
}

/// The store, and what this machine knows of its uploads.
struct Place<'a> {
    asked: &'a Asked,
    folder: Option<Folder>,
}

impl Place<'_> {
    fn records(&self) -> Vec<Record> {
        self.folder.as_ref().and_then(|folder| state::records(folder).ok()).unwrap_or_default()
    }

    fn record(&self, id: &UploadId) -> Option<Record> {
        self.records().into_iter().find(|record| match &record.stage {
            Stage::Uploading(upload) | Stage::Completing(upload) => upload.id == *id,
            Stage::Creating | Stage::Completed { .. } => false,
        })
    }
}

async fn list(place: &Place<'_>, reached: &Reached, common: &Common) -> Result<u8, Abort> {
    let listed = all(place.asked).await?;
    show(place, reached, &listed, common.output).await
}

async fn show(
    place: &Place<'_>,
    reached: &Reached,
    uploads: &[ListedUpload],
    output: Output,
) -> Result<u8, Abort> {
    let now = jiff::Timestamp::now().as_second();
    let mut table = Table::new(&["UPLOAD", "AGE", "TYPE", "NAME", "SAMPLE", "STORED", "FROM"]);
    let mut objects = Vec::new();
    for listed in uploads {
        let id = &listed.created.id;
        let stored = stored_bytes(place.asked, id).await?;
        let record = place.record(id);
        let files: Vec<_> = record.iter().flat_map(|record| &record.header.sources).collect();
        let files: Vec<_> =
            files.iter().map(|source| source.path.to_string_lossy().into_owned()).collect();
        let host = record.as_ref().and_then(|record| record.opened.as_ref());
        let from = match (&files[..], listed.mark()) {
            ([], _) if record.is_some() => "standard input".to_owned(),
            ([], Some(_)) => "omics-upload, elsewhere".to_owned(),
            ([], None) => "another program".to_owned(),
            (files, _) => files.join(" "),
        };
        table.row(&[
            id.to_string(),
            table::age(now - listed.created.at),
            listed.file_type.clone(),
            listed.name.clone(),
            listed.sample.clone(),
            ByteCount::new(stored).to_string(),
            from,
        ]);
        objects.push(json!({
            "upload_id": id,
            "created": table::time(listed.created.at),
            "file_type": listed.file_type,
            "name": listed.name,
            "sample_id": listed.sample,
            "subject_id": listed.subject,
            "reference_arn": listed.reference,
            "generated_from": listed.generated_from,
            "description": listed.description,
            "tags": listed.tags,
            "bytes_stored": stored,
            "ours": listed.mark().is_some(),
            "files": files,
            "host": host.map(|opened| &opened.host),
        }));
    }
    let document = json!({ "version": 1, "store_id": reached.store, "uploads": objects });
    Ok(print(output, &table, &document))
}

async fn parts(
    place: &Place<'_>,
    upload: &UploadId,
    source: Option<u8>,
    within: impl Fn(&StoredPart) -> bool,
    limit: usize,
    output: Output,
) -> Result<u8, Abort> {
    let wanted = |part: &StoredPart| source.is_none_or(|number| part.source as u8 + 1 == number);
    let listed = stored(place.asked, upload).await?;
    let listed = listed.iter().filter(|part| wanted(part) && within(part)).take(limit);
    let mut table = Table::new(&["SOURCE", "PART", "SIZE", "UPDATED", "CHECKSUM"]);
    let mut objects = Vec::new();
    for part in listed {
        let checksum = part.checksum.as_ref().map(ToString::to_string);
        table.row(&[
            part.source.to_string(),
            part.number.to_string(),
            part.size.to_string(),
            table::time(part.updated),
            checksum.clone().unwrap_or_default(),
        ]);
        objects.push(json!({
            "source": part.source,
            "part": part.number,
            "bytes": part.size,
            "checksum": checksum,
            "created": table::time(part.created),
            "updated": table::time(part.updated),
        }));
    }
    let document = json!({ "version": 1, "upload_id": upload, "parts": objects });
    Ok(print(output, &table, &document))
}

async fn abort(place: &Place<'_>, uploads: &[UploadId], output: Output) -> Result<u8, Abort> {
    let mut statuses = Vec::new();
    let mut objects = Vec::new();
    for id in uploads {
        let result = abort_one(place, id).await;
        let status = match &result {
            Ok(()) => status::DONE,
            Err(Refusal::Busy(_)) => status::TEMPORARY,
            Err(Refusal::Store(_)) => status::FAILED,
        };
        if let Err(refusal) = &result {
            let hint = match refusal {
                Refusal::Busy(_) => Some("stop the other process first"),
                Refusal::Store(error) if error.kind == StoreErrorKind::Missing => {
                    Some("`omics-upload uploads list` lists the unfinished uploads")
                }
                Refusal::Store(_) => None,
            };
            output::complain(&render_for(&format!("upload {id}: "), refusal, hint));
        }
        objects.push(json!({ "upload_id": id, "aborted": result.is_ok() }));
        statuses.push(status);
    }
    let printed = match output {
        // What succeeded has nothing to say.
        Output::Text => status::DONE,
        Output::Json => {
            output::print(line(&json!({ "version": 1, "uploads": objects })).as_bytes())
        }
    };
    Ok(status_of_all(&statuses).max(printed))
}

/// Why an upload was not given up.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error(transparent)]
    Busy(OpenError),
    #[error("it is not aborted")]
    Store(#[source] StoreError),
}

/// Gives an upload up, in the store and on this machine; not one that a process is working on.
async fn abort_one(place: &Place<'_>, id: &UploadId) -> Result<(), Refusal> {
    let journal = match &place.folder {
        None => None,
        Some(folder) => state::lock(folder, id).map_err(Refusal::Busy)?,
    };
    let abort = || place.asked.store.abort(id);
    let result = patiently(&place.asked.pace, ABORT, abort).await;
    let gone = matches!(&result, Err(error) if error.kind == StoreErrorKind::Missing);
    if let Some(journal) = journal
        && (result.is_ok() || gone)
    {
        // A record of an upload that is gone would only be told about again.
        let _ = journal.end();
    }
    result.map_err(Refusal::Store)
}

async fn prune(
    place: &Place<'_>,
    reached: &Reached,
    old: impl Fn(&ListedUpload) -> bool,
    dry_run: bool,
    common: &Common,
) -> Result<u8, Abort> {
    let listed: Vec<_> = all(place.asked).await?.into_iter().filter(|listed| old(listed)).collect();
    if dry_run {
        return show(place, reached, &listed, common.output).await;
    }
    let ids: Vec<_> = listed.into_iter().map(|listed| listed.created.id).collect();
    let said = if ids.is_empty() { "nothing is that old".to_owned() } else { names(&ids) };
    output::complain(&format!("prune: {said}\n"));
    abort(place, &ids, common.output).await
}

fn names(ids: &[UploadId]) -> String {
    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// All unfinished uploads.
pub(super) async fn all(asked: &Asked) -> Result<Vec<ListedUpload>, Abort> {
    let page =
        |page: Option<String>| async move { asked.store.list_uploads(page.as_deref()).await };
    pages(&asked.pace, LIST_UPLOADS, page).await
}

/// The bytes of an upload; none if it is completed or gone by now, and only still listed.
async fn stored_bytes(asked: &Asked, id: &UploadId) -> Result<u64, Abort> {
    asked.pace.turn(LIST_PARTS).await;
    match asked.store.list_parts(id, PartSource::Source1, None).await {
        Err(error) if error.kind == StoreErrorKind::Missing => Ok(0),
        _ => Ok(stored(asked, id).await?.iter().map(|part| part.size.get()).sum()),
    }
}

/// All parts of both sources.
async fn stored(asked: &Asked, id: &UploadId) -> Result<Vec<StoredPart>, Abort> {
    let mut parts = Vec::new();
    for source in PartSource::ALL {
        let page = |page: Option<String>| async move {
            asked.store.list_parts(id, source, page.as_deref()).await
        };
        parts.extend(pages(&asked.pace, LIST_PARTS, page).await?);
    }
    Ok(parts)
}

async fn pages<T, F>(
    pace: &Pace,
    operation: &'static str,
    request: impl Fn(Option<String>) -> F,
) -> Result<Vec<T>, Abort>
where
    F: Future<Output = Result<Page<T>, StoreError>>,
{
    let mut items = Vec::new();
    let mut next = None;
    loop {
        let answer =
            patiently(pace, operation, || request(next.clone())).await.map_err(|error| {
                let hint = match error.kind {
                    StoreErrorKind::Denied => Some(format!(
                        "the caller needs the permission `omics:{}` on the sequence store",
                        error.operation
                    )),
                    StoreErrorKind::Missing => {
                        Some("look at the ID, at the store and at the region".to_owned())
                    }
                    _ => report::access(&error),
                };
                let status = report::status_of_request(error.kind);
                Abort::Early(Problem { error: error.into(), hint }, status)
            })?;
        items.extend(answer.items);
        // A page that leads to itself would never end.
        if answer.next.is_none() || answer.next == next {
            return Ok(items);
        }
        next = answer.next;
    }
}

/// A request with a few more tries, for commands that people wait for.
pub(super) async fn patiently<T, F>(
    pace: &Pace,
    operation: &'static str,
    request: impl Fn() -> F,
) -> Result<T, StoreError>
where
    F: Future<Output = Result<T, StoreError>>,
{
    const TRIES: u32 = 6;
    let mut failures = 0;
    loop {
        let ticket = pace.turn(operation).await;
        let error = match request().await {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        if error.kind == StoreErrorKind::Throttled {
            pace.throttled(operation, ticket);
        }
        failures += 1;
        let passing = matches!(
            error.kind,
            StoreErrorKind::Unreachable | StoreErrorKind::Transient | StoreErrorKind::Throttled
        );
        if !passing || failures >= TRIES {
            return Err(error);
        }
        tokio::time::sleep(Backoff::DEFAULT.delay(failures, fastrand::f64(), error.retry_after))
            .await;
    }
}

fn print(output: Output, table: &Table, document: &Value) -> u8 {
    match output {
        Output::Text => output::print(table.to_string().as_bytes()),
        Output::Json => output::print(line(document).as_bytes()),
    }
}

fn line(document: &Value) -> String {
    format!("{document}\n")
}
