//! `uploads`: what is unfinished in the store, and giving it up.

mod abort;

use serde_json::{Value, json};

use crate::{
    cli::{self, Common, Output, UploadsCommand},
    journal::{Folder, Record, Stage},
    report::{self, Abort, Problem, Table, output, table},
    run::{
        Reached, destination, journals,
        questions::{self, Questions},
    },
    store::{ListedUpload, Store as _, StoreError, StoreErrorKind, StoredPart},
    types::{ByteCount, Operation, PartSource, UploadId},
};

pub(super) async fn run(uploads: cli::Uploads) -> Result<u8, Abort> {
    let common = match &uploads.command {
        UploadsCommand::List { common }
        | UploadsCommand::Parts { common, .. }
        | UploadsCommand::Abort { common, .. }
        | UploadsCommand::Prune { common, .. } => common,
    };
    let problems = destination::problems(&common.target);
    if !problems.is_empty() {
        return Err(Abort::Unusable(problems));
    }
    let reached = destination::reach(&common.target, None).await?;
    let asked = Questions::new(&reached);
    let place = Place { asked: &asked, folder: journals::folder(common.state.state_dir.clone()) };
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
        UploadsCommand::Abort { uploads, force, common } => {
            let spared = if *force { 0 } else { abort::IN_USE };
            abort::abort(&place, uploads, spared, common.output).await
        }
        UploadsCommand::Prune { older_than, all, dry_run, common } => {
            let age = i64::try_from(older_than.get().as_secs()).unwrap_or(i64::MAX / 2);
            let is_meant = |listed: &ListedUpload| *all || listed.mark().is_some();
            abort::prune(&place, &reached, age, is_meant, *dry_run, common).await
        }
    };
    if let Some(sandbox) = reached.sandbox {
        sandbox.stop().await;
    }
    status
}

/// The store, and what this machine knows of its uploads.
struct Place<'a> {
    asked: &'a Questions,
    folder: Option<Folder>,
}

impl Place<'_> {
    fn records(&self) -> Vec<Record> {
        self.folder.as_ref().and_then(|folder| journals::records(folder).ok()).unwrap_or_default()
    }

    fn record(&self, id: &UploadId) -> Option<Record> {
        self.records().into_iter().find(|record| match &record.stage {
            Stage::Uploading(upload) | Stage::Completing(upload) => upload.id == *id,
            Stage::Creating | Stage::Completed { .. } => false,
        })
    }
}

async fn list(place: &Place<'_>, reached: &Reached, common: &Common) -> Result<u8, Abort> {
    let mut uploads = Vec::new();
    for listed in all(place.asked).await? {
        let stored = Stored::look(place.asked, &listed.created.id).await?;
        uploads.push((listed, stored));
    }
    Ok(show(place, reached, &uploads, common.output))
}

fn show(
    place: &Place<'_>,
    reached: &Reached,
    uploads: &[(ListedUpload, Stored)],
    output: Output,
) -> u8 {
    let now = now();
    let mut table =
        Table::new(&["UPLOAD", "AGE", "TYPE", "NAME", "SAMPLE", "STORED", "LAST PART", "FROM"]);
    let mut objects = Vec::new();
    for (listed, stored) in uploads {
        let id = &listed.created.id;
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
            table::age(now.saturating_sub(listed.created.at)),
            listed.file_type.clone(),
            listed.name.clone(),
            listed.sample.clone(),
            stored.bytes.to_string(),
            stored.last.map_or_else(|| "-".to_owned(), |last| table::age(now.saturating_sub(last))),
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
            "bytes_stored": stored.bytes,
            "last_part_at": stored.last.map(table::time),
            "ours": listed.mark().is_some(),
            "files": files,
            "host": host.map(|opened| &opened.host),
        }));
    }
    let document = json!({ "version": 1, "store_id": reached.store, "uploads": objects });
    print(output, &table, &document)
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
    let listed = stored(place.asked, upload).await.map_err(broken)?;
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

fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

/// All unfinished uploads.
pub(super) async fn all(asked: &Questions) -> Result<Vec<ListedUpload>, Abort> {
    let page =
        |page: Option<String>| async move { asked.store().list_uploads(page.as_deref()).await };
    asked.pages(Operation::ListUploads, page).await.map_err(broken)
}

/// What the store has of an upload.
struct Stored {
    bytes: ByteCount,
    /// When the last part came, in seconds since 1970.
    last: Option<i64>,
}

impl Stored {
    /// Nothing if the upload is completed or gone by now, and only still listed.
    async fn look(asked: &Questions, id: &UploadId) -> Result<Self, Abort> {
        let parts = match stored(asked, id).await {
            Err(error) if error.kind == StoreErrorKind::Missing => Vec::new(),
            parts => parts.map_err(broken)?,
        };
        Ok(Self {
            // What a service says of sizes may be anything.
            bytes: ByteCount::new(
                parts.iter().fold(0, |sum, part| sum.saturating_add(part.size.get())),
            ),
            last: parts.iter().map(|part| part.updated.max(part.created)).max(),
        })
    }
}

/// All parts of both sources.
async fn stored(asked: &Questions, id: &UploadId) -> Result<Vec<StoredPart>, StoreError> {
    let mut parts = Vec::new();
    for source in PartSource::ALL {
        let page = |page: Option<String>| async move {
            asked.store().list_parts(id, source, page.as_deref()).await
        };
        parts.extend(asked.pages(Operation::ListParts, page).await?);
    }
    Ok(parts)
}

/// A list that was not given, and what can be done about it.
fn broken(error: StoreError) -> Abort {
    let hint = match error.kind {
        StoreErrorKind::Denied => Some(format!(
            "the caller needs the permission `omics:{}` on the sequence store",
            error.operation
        )),
        StoreErrorKind::Missing => {
            Some("look at the ID, at the store and at the region".to_owned())
        }
        _ => questions::advice(&error).or_else(|| report::access(&error)),
    };
    let status = report::status_of_request(error.kind);
    Abort::Early(Problem { error: error.into(), hint }, status)
}

fn print(output: Output, table: &Table, document: &Value) -> u8 {
    match output {
        Output::Text => output::print(table.to_string().as_bytes()),
        Output::Json => output::print(output::json(document).as_bytes()),
    }
}
