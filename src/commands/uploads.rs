//! `uploads`: what is unfinished in the store, and giving it up.

mod abort;
mod list;
mod parts;

use crate::{
    cli::{self, UploadsCommand},
    report::Abort,
    run::{destination, journals, uploads::Unfinished},
    store::{ListedUpload, StoredPart},
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
    let folder = journals::folder(common.state.state_dir.clone());
    let unfinished = Unfinished::new(&reached, folder);
    let status = match &uploads.command {
        UploadsCommand::List { common } => list::list(&unfinished, &reached, common.output).await,
        UploadsCommand::Parts { upload, source, created_after, created_before, limit, common } => {
            let is_wanted = |part: &StoredPart| {
                source.is_none_or(|number| part.source as u8 + 1 == number)
                    && created_after.is_none_or(|time| part.created > time.seconds())
                    && created_before.is_none_or(|time| part.created < time.seconds())
            };
            let limit = limit.unwrap_or(usize::MAX);
            parts::parts(&unfinished, upload, is_wanted, limit, common.output).await
        }
        UploadsCommand::Abort { uploads, force, common } => {
            let spared = if *force { 0 } else { abort::IN_USE };
            abort::abort(&unfinished, uploads, spared, common.output).await
        }
        UploadsCommand::Prune { older_than, all, dry_run, common } => {
            let age = i64::try_from(older_than.get().as_secs()).unwrap_or(i64::MAX / 2);
            let is_meant = |listed: &ListedUpload| *all || listed.mark().is_some();
            abort::prune(&unfinished, &reached, age, is_meant, *dry_run, common).await
        }
    };
    if let Some(sandbox) = reached.sandbox {
        sandbox.stop().await;
    }
    status
}
