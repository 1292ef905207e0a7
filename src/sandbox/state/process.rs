//! What happens to a read set after Complete, in the background: looked at, then active or failed.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use tokio::{task::spawn_blocking, time::sleep};

use super::{
    disk, extents::Extents, record::ContentFindings, service::Service, uploads::Completed,
};
use crate::sandbox::{
    content::examine,
    rules::{EtagFamily, SourceFileType, Status},
};

/// The longest status message (`ReadSetStatusMessage` of the model).
const MESSAGE_LENGTH: usize = 255;

/// What is to be looked at.
struct ProcessingJob {
    /// `None` if some of it was discarded: there is nothing to look at then.
    sources: Option<Vec<Extents>>,
    file_type: SourceFileType,
    family: EtagFamily,
    ready: Timestamp,
    doom: Option<String>,
}

/// How it ended.
enum ProcessingEnd {
    Found(Result<Option<ContentFindings>, String>),
    /// The sandbox stopped; the next one goes on.
    Interrupted,
}

/// Processes a read set in the background.
pub(crate) fn start(service: &Arc<Service>, completed: Completed) {
    let service = Arc::clone(service);
    let tasks = service.tasks.clone();
    tasks.spawn(async move {
        if let Some(job) = service.job(&completed)
            && let ProcessingEnd::Found(found) = work(&service, job).await
        {
            drop(spawn_blocking(move || service.settle(&completed, found)).await);
        }
    });
}

/// Goes on with everything that was being processed when the sandbox was last at work.
pub(crate) fn resume(service: &Arc<Service>) {
    for completed in service.unprocessed() {
        start(service, completed);
    }
}

async fn work(service: &Arc<Service>, job: ProcessingJob) -> ProcessingEnd {
    let ProcessingJob { sources, file_type, family, ready, doom } = job;
    let found = if let Some(message) = doom {
        Err(message)
    } else if let Some(sources) = sources {
        let Ok(_permit) = service.processors.acquire().await else {
            return ProcessingEnd::Interrupted;
        };
        let stopping = service.stopping.clone();
        let looked =
            spawn_blocking(move || examine::inspect(sources, file_type, family, &stopping)).await;
        match looked {
            Ok(Ok(findings)) => Ok(Some(findings)),
            Ok(Err(examine::InspectionFailure::Stopped)) => return ProcessingEnd::Interrupted,
            Ok(Err(examine::InspectionFailure::Bad(message))) => Err(message),
            Err(_) => Err("The source could not be processed".to_owned()),
        }
    } else {
        Ok(None)
    };
    // What is over is no duration.
    let left = Duration::try_from(ready.duration_since(Timestamp::now())).unwrap_or_default();
    tokio::select! {
        () = sleep(left) => ProcessingEnd::Found(found),
        () = service.stopping.cancelled() => ProcessingEnd::Interrupted,
    }
}

impl Service {
    fn unprocessed(&self) -> Vec<Completed> {
        let Ok(state) = self.state() else { return Vec::new() };
        let processing = state.stores.iter().flat_map(|(store, inside)| {
            let read_sets = inside.read_sets.iter();
            let waiting = read_sets
                .filter(|(_, read_set)| read_set.record.status == Status::ProcessingUpload);
            waiting.map(|(id, _)| Completed { store: store.clone(), read_set: id.clone() })
        });
        processing.collect()
    }

    fn job(&self, completed: &Completed) -> Option<ProcessingJob> {
        let state = self.state().ok()?;
        let store = state.stores.get(&completed.store)?;
        let read_set = store.read_sets.get(&completed.read_set)?;
        let dir = self.upload_dir(&completed.store, &read_set.upload.id);
        let sources = &read_set.record.sources;
        Some(ProcessingJob {
            sources: sources.iter().map(|extents| Extents::new(&dir, extents)).collect(),
            file_type: read_set.upload.fields.file_type,
            family: store.record.fields.etag_family,
            ready: read_set.record.ready,
            doom: read_set.record.doom.clone(),
        })
    }

    /// Writes down how processing ended.
    fn settle(&self, completed: &Completed, found: Result<Option<ContentFindings>, String>) {
        let Ok(mut state) = self.state() else { return };
        let read_set = state
            .stores
            .get_mut(&completed.store)
            .and_then(|store| store.read_sets.get_mut(&completed.read_set));
        let Some(read_set) = read_set else { return };
        let mut record = read_set.record.clone();
        match found {
            Ok(findings) => {
                record.status = Status::Active;
                record.findings = findings;
            }
            Err(message) => {
                record.status = Status::UploadFailed;
                record.status_message = Some(message.chars().take(MESSAGE_LENGTH).collect());
            }
        }
        let dir = self.upload_dir(&completed.store, &read_set.upload.id);
        // If it cannot be written, it is found out again after the next start.
        drop(disk::write(&dir.join("readset.json"), &record));
        read_set.record = record;
    }
}
