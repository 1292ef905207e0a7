//! `put`: from files on the command line to read sets in a store.
//!
//! The only place that sees everything: the request is resolved and checked, then the engine does
//! the work, then it is said what came of it.

mod dry_run;
pub(super) mod ending;
mod request;
mod shown;

use super::{output, target};
use crate::{
    cli::{self, Output},
    engine::Engine,
    event::{Event, PlannedItem},
    report::{Abort, status},
    signal::Signals,
    store::omics::Omics,
};
use request::Request;
pub(super) use shown::Shown;

pub(super) async fn run(put: cli::Put) -> Result<u8, Abort> {
    let request = Request::resolve(&put)?;
    if put.dry_run {
        request.notes.iter().for_each(|note| output::complain(&format!("note: {note}\n")));
        return Ok(output::print(&dry_run::plan(&request, put.show.output)));
    }
    let reached = target::reach(&put.target, request.reference.as_ref()).await?;
    let region = reached.connection.region();
    let elsewhere =
        request.reference.as_ref().and_then(|reference| target::same_region(reference, region));
    if let Some(problem) = elsewhere {
        return Err(problem.into());
    }
    let console = Shown::open(&put.show)?;
    let observer = console.observer();
    let signals = Signals::listen(&observer)
        .map_err(|error| output::broken(error, "cannot wait for signals"))?;
    observer.observe(&Event::Planned { read_sets: planned(&request) });
    request.notes.iter().for_each(|note| console.note(note));
    let store = Omics::new(&reached.connection, reached.store.clone());
    let engine = Engine::new(store, observer, request.limits, signals.stop());
    let ended = engine.run(&request.jobs).await;
    let names: Vec<_> = request.jobs.iter().map(ending::name).collect();
    let status = ending::conclude(console, &names, &ended, &reached.store, &signals);
    let document = match put.show.output {
        Output::Text => ending::lines(&ended),
        Output::Json => ending::document(&request.jobs, &ended, &reached.store),
    };
    let printed = ending::deliver(&document, &ended);
    if let Some(sandbox) = reached.sandbox {
        sandbox.stop().await;
    }
    Ok(if status == status::DONE { printed } else { status })
}

fn planned(request: &Request) -> Vec<PlannedItem> {
    let planned = request.jobs.iter().map(|job| PlannedItem {
        name: job.fields.name.to_string(),
        files: ending::files(job),
        bytes: ending::bytes(job),
        parts: u32::try_from(job.parts.len()).unwrap_or(u32::MAX),
    });
    planned.collect()
}
