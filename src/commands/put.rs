//! `put`: from files on the command line to read sets in a store.
//!
//! The only place that sees everything: the request is resolved and checked, then the engine does
//! the work, then it is said what came of it.

mod dry_run;
pub(super) mod ending;
mod piped;
mod request;
mod shown;

use super::{
    output, state,
    target::{self, Reached},
    transfer::{self, Transfer},
};
use crate::{cli, engine::IfExists, pace::Quotas, report::Abort};
use request::Request;
pub(super) use request::token;
pub(super) use shown::Shown;

pub(super) async fn run(put: cli::Put) -> Result<u8, Abort> {
    // What writes to a pipe may take hours until it begins: nothing else should fail after that.
    let early = if piped::is_asked(&put) && !put.dry_run && put.target.sandbox.is_none() {
        piped::Asked::of(&put, request::given(&put).1)?;
        Some(reach(&put).await?)
    } else {
        None
    };
    let request = Request::resolve(&put)?;
    if put.dry_run {
        return Ok(show_plan(&put, request));
    }
    let reached = match early {
        Some(reached) => reached,
        None => reach(&put).await?,
    };
    let Request { mut jobs, part_sizes, expected, notes, limits, .. } = request;
    for job in &mut jobs {
        job.memory.if_exists = match put.if_exists {
            cli::IfExists::Upload => IfExists::Upload,
            cli::IfExists::Skip => IfExists::Skip,
            cli::IfExists::Fail => IfExists::Fail,
        };
    }
    // A sandbox that is forgotten at the end leaves nothing to be remembered.
    let lasting = !matches!(put.target.sandbox, Some(None));
    let folder = state::folder(put.state.state_dir.clone()).filter(|_| lasting);
    let wishes = state::Wishes {
        folder: folder.as_ref(),
        store: &reached.store,
        fresh: put.fresh,
        mark: !put.no_fingerprint,
    };
    let (show, verify) = (&put.show, &put.verify);
    let transfer = Transfer { jobs, part_sizes, notes, limits, expected, verify, show, wishes };
    let status = transfer::run(transfer, &reached).await?;
    if let Some(sandbox) = reached.sandbox {
        sandbox.stop().await;
    }
    Ok(status)
}

/// Connects to the store, in whose region the reference has to be.
async fn reach(put: &cli::Put) -> Result<Reached, Abort> {
    let reference = put.reference.as_ref();
    let reached = target::reach(&put.target, reference).await?;
    let region = reached.connection.region();
    match reference.and_then(|reference| target::same_region(reference, region)) {
        Some(problem) => Err(problem.into()),
        None => Ok(reached),
    }
}

/// `--dry-run`. Nobody is asked where the store is, and most are on AWS.
fn show_plan(put: &cli::Put, mut request: Request) -> u8 {
    let on_aws = put.target.sandbox.is_none();
    let batch = transfer::batch(Quotas::HEALTHOMICS, request.jobs.len());
    request.notes.extend(batch.filter(|_| on_aws));
    request.notes.iter().for_each(|note| output::complain(&format!("note: {note}\n")));
    output::print(&dry_run::plan(&request, put.show.output))
}
