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
    output, state, target,
    transfer::{self, Transfer},
};
use crate::{cli, engine::IfExists, report::Abort};
use request::Request;
pub(super) use request::token;
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
    let Request { mut jobs, part_sizes, notes, limits, .. } = request;
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
    let transfer = Transfer { jobs, part_sizes, notes, limits, show: &put.show, wishes };
    let status = transfer::run(transfer, &reached).await?;
    if let Some(sandbox) = reached.sandbox {
        sandbox.stop().await;
    }
    Ok(status)
}
