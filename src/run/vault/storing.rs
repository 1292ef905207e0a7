//! The run of `vault put` from a vault that can be talked to until everything is printed.

use std::sync::Arc;

use super::{
    destination::ReachedVault,
    file::ArchiveFile,
    identity::VaultIdentity,
    outcome,
    series::{Series, Storing},
};
use crate::{
    cli::Output,
    engine::ArchiveEnded,
    event::{Event, PlannedItem},
    report::{Abort, output, status},
    run::Shown,
    signal::{self, Signals},
    system,
};

/// Stores files, and says what came of it.
pub(crate) async fn store(
    mut files: Vec<ArchiveFile>,
    storing: Storing<'_>,
    reached: &ReachedVault,
    signals: Signals,
) -> Result<u8, Abort> {
    let identifying = Box::pin(reached.identify(&storing.limits));
    let Some(identified) = signals.unless_stopped(identifying).await else {
        return Ok(output::stopped(&signals));
    };
    let show = storing.show;
    let (vault, warning) = match identified {
        Ok(identified) => identified,
        Err(failure) => return Ok(outcome::nothing(&files, failure, reached, show.output)),
    };
    if let Some(inventory) = &reached.inventory {
        inventory.check(&vault)?;
    }
    let Some(console) = signals.unless_stopped(Shown::begin(show.clone())).await else {
        return Ok(output::stopped(&signals));
    };
    let console = console?;
    begin(&console, &files, warning, &signals);
    let series = Series::new(storing, vault, reached, console.observer(), signals.stop());
    let (ended, kept) = series.all(&mut files).await?;
    let stored: Vec<_> = files.iter().zip(ended).collect();
    // Before an ID is printed.
    let kept = kept.max(series.write(&stored).await);
    let status = outcome::conclude(console, &stored, reached, &signals);
    let printed = print(&stored, &series, reached, show.output);
    // Whoever reads the other end of a pipe may never come.
    let Some(printed) = signals.unless_again(printed).await else {
        return Ok(signals.first().map_or(status::FAILED, signal::Ending::exit_status));
    };
    let others = printed.unwrap_or(status::FAILED).max(kept);
    Ok(if status == status::DONE { others } else { status })
}

/// Says what is going to be done.
fn begin(console: &Shown, files: &[ArchiveFile], warning: Option<String>, signals: &Signals) {
    let observer = console.observer();
    signals.tell(Arc::clone(&observer));
    observer.observe(&Event::PlannedArchives { archives: planned(files) });
    if let Some(note) = system::note() {
        console.note(&note);
    }
    if let Some(message) = warning {
        observer.observe(&Event::Warning { read_set: None, message });
    }
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

/// Prints what stdout is to hold, in a thread of its own.
fn print(
    stored: &[(&ArchiveFile, ArchiveEnded)],
    series: &Series<'_>,
    reached: &ReachedVault,
    output: Output,
) -> tokio::task::JoinHandle<u8> {
    let lines = outcome::lines(stored.iter().map(|(file, ended)| (*file, ended)));
    let document = match output {
        Output::Text => lines.clone(),
        Output::Json => {
            let VaultIdentity { arn, .. } = &series.vault;
            outcome::document(&outcome::reports(stored, arn, reached, series.receipts.as_ref()))
        }
    };
    tokio::task::spawn_blocking(move || outcome::deliver(&document, &lines))
}
