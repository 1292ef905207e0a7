//! The journal of one job: found by what makes it its own, opened or made, and ended.

use std::sync::Mutex;

use serde_json::{Map, Value, json};

use crate::{
    engine::Job,
    journal::{
        Folder, Header, Journal, OpenError, Opened, Record, SourceRecord, Stage, UploadRecord,
    },
    report::{Abort, Problem},
    source::{Source, SourceFile},
    types::{Fingerprint, PartSource, Sha256},
};

/// This process, for those who find its lock.
pub(crate) fn opened() -> Opened {
    Opened {
        process: std::process::id(),
        host: rustix::system::uname().nodename().to_string_lossy().into_owned(),
        at: now(),
    }
}

pub(crate) fn now() -> String {
    let now = jiff::Timestamp::now();
    now.round(jiff::Unit::Second).unwrap_or(now).to_string()
}

/// What makes the journal of an upload its own, beside the content.
pub(crate) struct JournalIdentity<'a> {
    /// The destination.
    pub(crate) store: &'a str,
    pub(crate) fields: Map<String, Value>,
    /// The command that deletes an upload, but for its ID.
    pub(crate) abort: &'a str,
}

/// Opens the journal of a job whose fingerprint is known, or makes it; one that another process has makes
/// the job busy.
pub(crate) fn attach<T>(
    job: &mut Job<T>,
    folder: &Folder,
    identity: &JournalIdentity<'_>,
    fresh: bool,
    warn: &mut impl FnMut(String),
) -> Result<(), Abort> {
    let Some(fingerprint) = job.memory.fingerprint else { return Ok(()) };
    let name = name(identity.store, &identity.fields, fingerprint);
    let old = match open_old(folder, &name, fresh.then_some(identity.abort), warn) {
        Ok(old) => old,
        Err(busy @ OpenError::Busy { .. }) => {
            job.memory.busy = Some(busy);
            return Ok(());
        }
        Err(newer @ OpenError::Newer { .. }) => {
            let hint = "use that version, or begin anew with another `--state-dir`";
            return Err(Problem::new(newer).hint(hint).into());
        }
        Err(error) => {
            warn(error.without_record());
            return Ok(());
        }
    };
    let journal = if let Some(journal) = old {
        with_sources(journal, &job.sources)
    } else {
        folder.create(&name, header(job, identity, fingerprint), opened())
    };
    match journal {
        Ok(mut journal) => {
            journal.lay_down();
            job.memory.journal = Mutex::new(Some(journal));
        }
        // Another process was faster by a moment.
        Err(busy @ OpenError::Busy { .. }) => job.memory.busy = Some(busy),
        Err(error) => warn(error.without_record()),
    }
    Ok(())
}

/// A journal that speaks of the sources as they are now.
fn with_sources(mut journal: Journal, sources: &[Source]) -> Result<Journal, OpenError> {
    if !is_unchanged(journal.record(), sources) {
        let path = journal.path().to_owned();
        journal.sources(records_of(sources)).map_err(|source| OpenError::Io { path, source })?;
    }
    Ok(journal)
}

/// The journal of an earlier attempt, unless it is damaged or not wanted; `fresh` is then the command
/// that deletes an upload.
fn open_old(
    folder: &Folder,
    name: &str,
    fresh: Option<&str>,
    warn: &mut impl FnMut(String),
) -> Result<Option<Journal>, OpenError> {
    let old = match folder.open(name, opened()) {
        Err(damaged @ OpenError::Damaged { .. }) => {
            let OpenError::Damaged { path, .. } = &damaged else { return Err(damaged) };
            warn(format!("{damaged}: it is put aside, and the store is asked instead"));
            Folder::set_aside(path)?;
            None
        }
        old => old?,
    };
    let old = match old {
        Some(journal) if !fits(name, journal.record()) => {
            let shown = crate::types::Escaped::new(&journal.path().to_string_lossy()).to_string();
            warn(format!("`{shown}` is the journal of another upload: it is put aside"));
            Folder::set_aside_open(&journal)?;
            None
        }
        old => old,
    };
    match (old, fresh) {
        (Some(journal), Some(abort)) => {
            let stage = &journal.record().stage;
            if let Some(UploadRecord { id, .. }) = stage.upload() {
                // A Complete that was asked for may have taken effect.
                let is_open = matches!(stage, Stage::Uploading(_));
                let condition = if is_open { "" } else { "if it is unfinished, " };
                warn(format!(
                    "upload {id} is not taken up, as asked; {condition}`{abort} {id}` gives it up"
                ));
            }
            let path = journal.path().to_owned();
            journal.end().map_err(|source| OpenError::Io { path, source })?;
            Ok(None)
        }
        (old, _) => Ok(old),
    }
}

/// What the journal of an upload is called: the same content, fields and store give the same name,
/// wherever the files are.
pub(super) fn name(store: &str, fields: &Map<String, Value>, fingerprint: Fingerprint) -> String {
    let identity = json!([store, fields, fingerprint.to_string()]);
    Sha256::of(identity.to_string().as_bytes()).to_string()[..32].to_owned()
}

/// Whether a journal speaks of the upload that it is named after. One that was renamed, or put there by
/// hand, could be taken for another.
pub(super) fn fits(journal: &str, record: &Record) -> bool {
    let Header { store, fields, fingerprint, .. } = &record.header;
    name(store, fields, *fingerprint) == journal
}

fn records_of(sources: &[Source]) -> Vec<SourceRecord> {
    let is_joined = sources.iter().any(Source::is_joined);
    let record = |(source, file): (PartSource, SourceFile<'_>)| {
        let (path, identity) = (file.path(), file.identity()?);
        Some(SourceRecord {
            source: is_joined.then_some(source),
            path: std::path::absolute(path).unwrap_or_else(|_| path.to_owned()),
            device: identity.device,
            inode: identity.inode,
            size: identity.size,
            modified: identity.modified,
            changed: Some(identity.changed.to_string()),
        })
    };
    let numbered = PartSource::ALL.into_iter().zip(sources);
    let files = numbered
        .flat_map(|(number, source)| source.files().into_iter().map(move |file| (number, file)));
    files.filter_map(record).collect()
}

fn header<T>(job: &Job<T>, identity: &JournalIdentity<'_>, fingerprint: Fingerprint) -> Header {
    Header::new(
        now(),
        identity.store.to_owned(),
        job.token.clone(),
        fingerprint,
        job.memory.part_size,
        records_of(&job.sources),
        identity.fields.clone(),
    )
}

/// Whether the files are what they were when their parts were read: nothing about them has changed
/// since, as far as the system tells. Where it does not, the parts have to be read again.
fn is_unchanged(record: &Record, sources: &[Source]) -> bool {
    let (then, now) = (&record.header.sources, records_of(sources));
    let is_same = |(then, now): (&SourceRecord, SourceRecord)| {
        // Where it is does not matter, if it is the same file.
        then.changed.is_some() && *then == SourceRecord { path: then.path.clone(), ..now }
    };
    then.len() == now.len() && then.iter().zip(now).all(is_same)
}

/// Ends the journal of a job, if it is of this upload and nobody has it.
#[cfg(feature = "vault")]
pub(crate) fn end<T>(
    folder: &Folder,
    job: &Job<T>,
    identity: &JournalIdentity<'_>,
    upload: &crate::types::UploadId,
) {
    let Some(fingerprint) = job.memory.fingerprint else { return };
    let name = name(identity.store, &identity.fields, fingerprint);
    if let Ok(Some(journal)) = folder.open(&name, opened())
        && journal.record().stage.is_of(upload)
    {
        // One that stays is ended the next time.
        let _ = journal.end();
    }
}
