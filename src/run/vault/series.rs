//! Files stored in a vault one after the other, also after one has failed: what is known of each before, and
//! what is kept of it afterwards. Knows nothing of how it is shown.

use std::{io, path::PathBuf, sync::Arc};

use serde_json::{Map, json};

use super::{
    archives, destination::ReachedVault, file::ArchiveFile, identity::VaultIdentity, leftovers,
    receipts,
};
use crate::{
    cli::Show,
    engine::{ArchiveEnded, Engine, Failure, Job, KnownArchive, Limits, Stop},
    event::{Event, Item, Observer},
    journal::{Folder, Record},
    receipt::{ArchiveDocument, ArchiveReceipts, ReceiptError},
    report::{Abort, Problem, output, status},
    run::{
        job_journal::{self, JournalIdentity},
        receipt_files,
    },
    source::{self, Changed, Source},
    store::{ArchiveFields, vault::Vault},
    types::{ArchiveWords, Fingerprint, described_by},
};

/// What is to be done, with everything known.
pub(crate) struct Storing<'a> {
    pub(crate) limits: Limits,
    pub(crate) fresh: bool,
    /// The description, if one is asked for.
    pub(crate) description: Option<ArchiveWords>,
    pub(crate) show: &'a Show,
    /// Where journals and receipts of archives are.
    pub(crate) folder: Option<Folder>,
    /// Where the receipt is asked for.
    pub(crate) receipt: Option<PathBuf>,
}

/// What all files share while they are stored.
pub(super) struct Series<'a> {
    engine: Engine<Vault>,
    observer: Arc<dyn Observer>,
    pub(super) vault: VaultIdentity,
    reached: &'a ReachedVault,
    storing: Storing<'a>,
    pub(super) receipts: Option<ArchiveReceipts>,
    /// The journals of uploads to this vault that there were before.
    begun: Vec<Record>,
    stop: Stop,
}

impl<'a> Series<'a> {
    pub(super) fn new(
        storing: Storing<'a>,
        vault: VaultIdentity,
        reached: &'a ReachedVault,
        observer: Arc<dyn Observer>,
        stop: Stop,
    ) -> Self {
        let (store, limits) = (reached.vault.clone(), storing.limits);
        let engine = Engine::new(store, Arc::clone(&observer), limits, stop.clone());
        let receipts = storing.folder.as_ref().map(receipts::receipts);
        let begun = leftovers::begun(storing.folder.as_ref(), &vault);
        Self { engine, observer, vault, reached, storing, receipts, begun, stop }
    }

    /// All files, in their order, and whether all receipts could be kept.
    pub(super) async fn all(
        &self,
        files: &mut [ArchiveFile],
    ) -> Result<(Vec<ArchiveEnded>, u8), Abort> {
        let parts = files.iter().map(|file| file.job.layout.count()).sum();
        let all = async {
            let (mut all, mut worst) = (Vec::with_capacity(files.len()), status::DONE);
            for (at, file) in files.iter_mut().enumerate() {
                // An ID that could not be kept is told; a second one is not risked.
                if worst != status::DONE && self.storing.receipt.is_none() {
                    all.push(failed(Failure::NotBegun));
                    continue;
                }
                let (ended, kept) = self.one(Item(at), file).await?;
                all.push(ended);
                worst = worst.max(kept);
            }
            Ok((all, worst))
        };
        self.engine.at_level(Box::pin(all), Some(parts)).await
    }

    async fn one(&self, item: Item, file: &mut ArchiveFile) -> Result<(ArchiveEnded, u8), Abort> {
        if self.stop.admission.is_cancelled() {
            return Ok((failed(Failure::Interrupted), status::DONE));
        }
        let fingerprint = match source::fingerprint([file.source()].into_iter()) {
            Ok(fingerprint) => fingerprint,
            Err(error) => return Ok((failed(unreadable(file.source(), error)), status::DONE)),
        };
        let known = match self.known(fingerprint, file.source()) {
            Ok(known) => known,
            Err(error) => {
                return Ok((failed(Failure::NotRecalled(Box::new(error))), status::DONE));
            }
        };
        file.job.memory.fingerprint = Some(fingerprint);
        file.job.memory.look = !self.storing.fresh;
        // Nothing is begun of what is there already.
        match known.iter().find(|known| known.is_unchanged) {
            Some(there) => self.forget(&file.job, there),
            None => self.remember(item, &mut file.job)?,
        }
        let ended = self.engine.archive(item, &file.job, &known).await;
        let kept = self.keep(item, file, &ended);
        self.tell_description(item, file, &ended);
        Ok((ended, kept))
    }

    /// The archives that a file may be: by the receipts of this machine, and by the inventory.
    fn known(
        &self,
        fingerprint: Fingerprint,
        source: &Source,
    ) -> Result<Vec<KnownArchive>, ReceiptError> {
        let mut known = match &self.receipts {
            Some(receipts) if !self.storing.fresh => {
                archives::known(receipts, &self.vault, fingerprint, source)?
            }
            _ => Vec::new(),
        };
        if let Some(inventory) = self.reached.inventory.as_ref().filter(|_| !self.storing.fresh) {
            known.extend(inventory.known(source.size()));
        }
        Ok(known)
    }

    /// Opens the journal of a file, or makes it.
    fn remember(&self, item: Item, job: &mut Job<ArchiveFields>) -> Result<(), Abort> {
        let Some(folder) = &self.storing.folder else { return Ok(()) };
        // An ID may begin like an option.
        let (store, abort) = (self.vault.key(), self.reached.advice().abort() + " --");
        for message in leftovers::named(&self.begun, job, &abort) {
            self.warn(item, message);
        }
        let identity = identity(job, &store, &abort);
        let mut warn = |message| self.warn(item, message);
        job_journal::attach(job, folder, &identity, self.storing.fresh, &mut warn)
    }

    /// A word on a description that is not used.
    fn tell_description(&self, item: Item, file: &ArchiveFile, ended: &ArchiveEnded) {
        let receipt = receipts::earlier(self.receipts.as_ref(), file, ended);
        let (Some(wanted), Some(receipt)) = (&self.storing.description, receipt) else { return };
        let (words, _) = described_by(&receipt.description);
        if words != wanted.as_str() {
            let message = format!(
                "the archive keeps its description `{words}`, which cannot be changed; `--fresh` stores \
                 the file again"
            );
            self.warn(item, message);
        }
    }

    /// Ends the journal that a run left which was killed when the receipt was there.
    fn forget(&self, job: &Job<ArchiveFields>, there: &KnownArchive) {
        let (Some(folder), Some(upload)) = (&self.storing.folder, &there.upload) else { return };
        job_journal::end(folder, job, &identity(job, &self.vault.key(), ""), upload);
    }

    /// Keeps the receipt of an archive, and only then ends its journal.
    fn keep(&self, item: Item, file: &ArchiveFile, ended: &ArchiveEnded) -> u8 {
        let Some(id) = &ended.archive else { return status::DONE };
        let written = self.receipts.as_ref().map_or(Ok(()), |receipts| {
            receipts::keep(receipts, file, ended, &self.vault, self.reached)
        });
        let Err(error) = written else {
            file.job.memory.end();
            return status::DONE;
        };
        let why = anyhow::Error::new(error);
        self.warn(
            item,
            format!(
                "write down the archive ID {id}, the only name of the archive: no receipt is kept on this \
                 machine: {why:#}. The same command keeps it, if it is run again within minutes"
            ),
        );
        status::FAILED
    }

    fn warn(&self, item: Item, message: String) {
        self.observer.observe(&Event::Warning { read_set: Some(item), message });
    }

    /// Writes all receipts where they were asked for.
    pub(super) async fn write(&self, stored: &[(&ArchiveFile, ArchiveEnded)]) -> u8 {
        let Some(path) = self.storing.receipt.clone() else { return status::DONE };
        let of = |(file, ended): &(&ArchiveFile, ArchiveEnded)| {
            let now = || receipts::receipt(file, ended, &self.vault, self.reached);
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

fn failed(failure: Failure) -> ArchiveEnded {
    ArchiveEnded { failure: Some(failure), ..ArchiveEnded::default() }
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
