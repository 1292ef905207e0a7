//! `vault put`: from files to archives.

use crate::{
    cli::VaultPut,
    preflight::archives,
    report::{Abort, Problem, output},
    run::{
        journals, limits,
        vault::{self, Inventory, ReachedVault, Storing},
    },
};

pub(super) async fn run(put: VaultPut) -> Result<u8, Abort> {
    let files = archives::resolve(&put)?;
    let inventory = put.inventory.as_deref().map(Inventory::read).transpose()?;
    // A sandbox that is forgotten at the end leaves nothing to be remembered.
    let lasting = !matches!(put.target.sandbox(), Some(None));
    let state = journals::folder(put.state.state_dir.clone()).filter(|_| lasting);
    let folder = state.as_ref().map(vault::folder);
    if lasting && put.receipt.receipt.is_none() {
        may_keep_receipts(folder.as_ref())?;
    }
    // From here on a signal must not leave the folder of a sandbox behind.
    let signals = output::signals()?;
    let Some(reached) = signals.unless_stopped(Box::pin(vault::reach(&put.target))).await else {
        return Ok(output::stopped(&signals));
    };
    let reached = ReachedVault { inventory, ..reached? };
    let storing = Storing {
        limits: limits::of_sending(&put.sending),
        fresh: put.fresh,
        description: put.description.clone(),
        show: &put.show,
        folder,
        receipt: put.receipt.receipt.clone(),
    };
    let status = Box::pin(vault::store(files, storing, &reached, signals)).await?;
    if let Some(sandbox) = reached.sandbox {
        sandbox.stop().await;
    }
    Ok(status)
}

/// The ID of an archive must not be lost: where no receipt can be kept, nothing is begun.
fn may_keep_receipts(folder: Option<&crate::journal::Folder>) -> Result<(), Problem> {
    const HINT: &str = "the IDs are the only names of the archives: give a folder that can be written to \
                        with `--state-dir`, or a file with `--receipt`";
    let Some(folder) = folder else {
        let error = anyhow::anyhow!("there is no folder that receipts could be kept in");
        return Err(Problem::new(error).hint(HINT));
    };
    vault::receipts(folder).prepare().map_err(|error| Problem::new(error).hint(HINT))
}
