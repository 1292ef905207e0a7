//! Stores files in a vault, one after the other, and goes on after one has failed.

use std::{io, path::PathBuf, sync::Arc};

use serde_json::{Map, json};

use super::{
    archives,
    destination::{ReachedVault, VaultIdentity},
    file::ArchiveFile,
    outcome, receipts,
};
use crate::{
    cli::{Output, Show},
    engine::{ArchiveEnded, Engine, Failure, Job, KnownArchive, Limits, Stop},
    event::{Event, Item, Observer, PlannedItem},
    journal::Folder,
    receipt::{ArchiveDocument, ArchiveReceipts, ReceiptError},
    report::{Abort, Problem, output, status},
    run::{
        Shown,
        job_journal::{self, JournalIdentity},
        receipt_files,
    },
    signal::{self, Signals},
    source::{self, Changed, Source},
    store::{ArchiveFields, vault::Vault},
    system,
};

/// What is to be done, with everything known.
pub(crate) struct Storing<'a> {
    pub(crate) files: Vec<ArchiveFile>,
    pub(crate) limits: Limits,
    pub(crate) fresh: bool,
    pub(crate) show: &'a Show,
    /// Where journals and receipts of archives are.
    pub(crate) folder: Option<Folder>,
    /// Where the receipt is asked for.
    pub(crate) receipt: Option<PathBuf>,
}

/// What all files share while they are stored.
struct Run<'a> {
    engine: Engine<Vault>,
    observer: Arc<dyn Observer>,
    vault: &'a VaultIdentity,
    reached: &'a ReachedVault,
    folder: Option<Folder>,
    receipts: Option<ArchiveReceipts>,
    fresh: bool,
    stop: Stop,
}

/// Stores files, and says what came of it.
pub(crate) async fn store(
    storing: Storing<'_>,
    reached: &ReachedVault,
    signals: Signals,
) -> Result<u8, Abort> {
    let identifying = Box::pin(reached.identify(&storing.limits));
    let Some(identified) = signals.unless_stopped(identifying).await else {
        return Ok(output::stopped(&signals));
    };
    let (vault, warning) = identified?;
    let Some(console) = signals.unless_stopped(Shown::begin(storing.show.clone())).await else {
        return Ok(output::stopped(&signals));
    };
    let console = console?;
    let observer = console.observer();
    signals.tell(Arc::clone(&observer));
    let Storing { mut files, limits, fresh, show, folder, receipt } = storing;
    observer.observe(&Event::PlannedArchives { archives: planned(&files) });
    if let Some(note) = system::note() {
        console.note(&note);
    }
    if let Some(message) = warning {
        observer.observe(&Event::Warning { read_set: None, message });
    }
    let stop = signals.stop();
    let engine = Engine::new(reached.vault.clone(), Arc::clone(&observer), limits, stop.clone());
    let receipts = folder.as_ref().map(receipts::receipts);
    let run = Run { engine, observer, vault: &vault, reached, folder, receipts, fresh, stop };
    let (ended, kept) = run.all(&mut files).await?;
    let stored: Vec<_> = files.iter().zip(ended).collect();
    // Before an ID is printed.
    let kept = kept.max(run.write(receipt, &stored).await);
    let status = outcome::conclude(console, &stored, reached, &signals);
    let lines = outcome::lines(&stored);
    let document = match show.output {
        Output::Text => lines.clone(),
        Output::Json => outcome::document(&stored, &vault, reached),
    };
    let delivering = tokio::task::spawn_blocking(move || outcome::deliver(&document, &lines));
    // Whoever reads the other end of a pipe may never come.
    let Some(printed) = signals.unless_again(delivering).await else {
        return Ok(signals.first().map_or(status::FAILED, signal::Ending::exit_status));
    };
    let others = printed.unwrap_or(status::FAILED).max(kept);
    Ok(if status == status::DONE { others } else { status })
}

fn planned(files: &[ArchiveFile]) -> Vec<PlannedItem> {
    let planned = files.iter().map(|file| PlannedItem {
        row: None,
        name: file.source().path().file_name().unwrap_or_default().to_string_lossy().into_owned(),
        files: vec![file.shown()],
        bytes: file.source().size(),
        parts: u32::try_from(file.job.layout.count()).unwrap_or(u32::MAX),
    });
    planned.collect()
}

impl Run<'_> {
    /// All files, in their order, and whether all receipts could be kept.
    async fn all(&self, files: &mut [ArchiveFile]) -> Result<(Vec<ArchiveEnded>, u8), Abort> {
        let parts = files.iter().map(|file| file.job.layout.count()).sum();
        let all = async {
            let (mut all, mut worst) = (Vec::with_capacity(files.len()), status::DONE);
            for (at, file) in files.iter_mut().enumerate() {
                let (ended, kept) = self.one(Item(at), file).await?;
                all.push(ended);
                worst = worst.max(kept);
            }
            Ok((all, worst))
        };
        self.engine.at_level(Box::pin(all), Some(parts)).await
    }

    async fn one(&self, item: Item, file: &mut ArchiveFile) -> Result<(ArchiveEnded, u8), Abort> {
        let failed = |failure| ArchiveEnded { failure: Some(failure), ..ArchiveEnded::default() };
        if self.stop.admission.is_cancelled() {
            return Ok((failed(Failure::Interrupted), status::DONE));
        }
        let fingerprint = match source::fingerprint([file.source()].into_iter()) {
            Ok(fingerprint) => fingerprint,
            Err(error) => return Ok((failed(unreadable(file.source(), error)), status::DONE)),
        };
        let known = match &self.receipts {
            Some(receipts) if !self.fresh => {
                archives::known(receipts, self.vault, fingerprint, file.source())
            }
            _ => Vec::new(),
        };
        file.job.memory.fingerprint = Some(fingerprint);
        file.job.memory.look = !self.fresh;
        // Nothing is begun of what is there already.
        match known.iter().find(|known| known.is_unchanged) {
            Some(there) => self.forget(&file.job, there),
            None => self.remember(item, &mut file.job)?,
        }
        let ended = self.engine.archive(item, &file.job, &known).await;
        let kept = self.keep(item, file, &ended);
        Ok((ended, kept))
    }

    /// Opens the journal of a file, or makes it.
    fn remember(&self, item: Item, job: &mut Job<ArchiveFields>) -> Result<(), Abort> {
        let Some(folder) = &self.folder else { return Ok(()) };
        let (store, abort) = (self.vault.key(), self.reached.advice().abort());
        let identity = identity(job, &store, &abort);
        let mut warn = |message| self.warn(item, message);
        job_journal::attach(job, folder, &identity, self.fresh, &mut warn)
    }

    /// Ends the journal that a run left which was killed when the receipt was there.
    fn forget(&self, job: &Job<ArchiveFields>, there: &KnownArchive) {
        let (Some(folder), Some(upload)) = (&self.folder, &there.upload) else { return };
        job_journal::end(folder, job, &identity(job, &self.vault.key(), ""), upload);
    }

    /// Keeps the receipt of an archive, and only then ends its journal.
    fn keep(&self, item: Item, file: &ArchiveFile, ended: &ArchiveEnded) -> u8 {
        if ended.archive.is_none() {
            return status::DONE;
        }
        let mut kept = status::DONE;
        if let Some(receipts) = &self.receipts {
            let written = if ended.skipped {
                receipts::renew(receipts, file, ended)
            } else {
                receipts.keep(&receipts::receipt(file, ended, self.vault, self.reached))
            };
            if let Err(error) = written {
                let why = Problem::new(error).text();
                self.warn(item, format!("no receipt is kept on this machine: {}", why.trim_end()));
                kept = status::FAILED;
            }
        }
        if kept == status::DONE {
            file.job.memory.end();
        }
        kept
    }

    fn warn(&self, item: Item, message: String) {
        self.observer.observe(&Event::Warning { read_set: Some(item), message });
    }

    /// Writes all receipts where they were asked for.
    async fn write(&self, path: Option<PathBuf>, stored: &[(&ArchiveFile, ArchiveEnded)]) -> u8 {
        let Some(path) = path else { return status::DONE };
        let of = |(file, ended): &(&ArchiveFile, ArchiveEnded)| {
            let now = || receipts::receipt(file, ended, self.vault, self.reached);
            receipts::earlier(self.receipts.as_ref(), file, ended).unwrap_or_else(now)
        };
        let bytes = ArchiveDocument::new(stored.iter().map(of).collect()).to_bytes();
        let written = receipt_files::write(&path, bytes, &self.stop, ArchiveDocument::is_at).await;
        match written {
            Ok(()) => status::DONE,
            Err(source) => {
                let problem = Problem::new(ReceiptError::Write { path, source });
                output::complain(&problem.text());
                status::FAILED
            }
        }
    }
}

/// What makes the journal of a file its own.
fn identity<'a>(job: &Job<ArchiveFields>, store: &'a str, abort: &'a str) -> JournalIdentity<'a> {
    let description = json!(job.fields.description);
    let fields = Map::from_iter([("description".to_owned(), description)]);
    JournalIdentity { store, fields, abort }
}

/// A file that is not what it was, or cannot be read.
fn unreadable(source: &Source, error: io::Error) -> Failure {
    let path = source.path().to_owned();
    error.downcast::<Changed>().map_or_else(|error| Failure::Read { path, error }, Failure::from)
}
