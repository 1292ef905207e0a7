//! `put`: from files on the command line to read sets in a store.
//!
//! The only place that sees everything: the request is resolved and checked, then the engine does
//! the work, then it is said what came of it.

mod dry_run;

use crate::{
    cli,
    engine::IfExists,
    formats::FileType,
    preflight::{
        Request, fields, piped,
        reference::{self, Library},
    },
    report::{Abort, output},
    run::{Reached, Transfer, destination, journals, limits, transfer},
    store::omics,
    types::ReferenceChoice,
};

pub(super) async fn run(put: cli::Put) -> Result<u8, Abort> {
    // What writes to a pipe may take hours until it begins: nothing else should fail after that.
    let early = if piped::is_asked(&put) && !put.how.dry_run && put.how.target.sandbox.is_none() {
        piped::Asked::of(&put, fields::given(&put).1)?;
        Some(prepare(&put).await?)
    } else {
        None
    };
    let request = Request::resolve(&put)?;
    if put.how.dry_run {
        return Ok(show_plan(&put, request));
    }
    // From here on a signal must not leave the folder of a sandbox behind.
    let signals = output::signals()?;
    let Request { mut read_sets, mut notes } = request;
    let prepared = async {
        let (reached, mut library) = match early {
            Some(early) => early,
            None => reach(&put).await?,
        };
        let settled = reference::settle(&put.how.reference, &mut library, &mut read_sets).await?;
        Ok::<_, Abort>((reached, settled))
    };
    let Some(prepared) = signals.unless_stopped(Box::pin(prepared)).await else {
        return Ok(output::stopped(&signals));
    };
    let (reached, settled) = prepared?;
    if put.how.show.verbose {
        notes.extend(settled.passed);
    }
    notes.extend(settled.notes);
    for read_set in &mut read_sets {
        read_set.job.memory.if_exists = if_exists(put.how.if_exists);
    }
    // A sandbox that is forgotten at the end leaves nothing to be remembered.
    let lasting = !matches!(put.how.target.sandbox, Some(None));
    let folder = journals::folder(put.how.state.state_dir.clone()).filter(|_| lasting);
    let wishes = journals::Wishes {
        folder: folder.as_ref(),
        store: &reached.store,
        fresh: put.how.fresh,
        mark: !put.how.no_fingerprint,
    };
    let (show, verify, receipt) = (&put.how.show, &put.how.verify, put.how.receipt.receipt.clone());
    let limits = limits::limits(&put.how.effort);
    let transfer =
        Transfer { read_sets, notes, limits, verify, show, wishes, receipt, sharing: None };
    let status = transfer::run(transfer, &reached, signals).await?;
    if let Some(sandbox) = reached.sandbox {
        sandbox.stop().await;
    }
    Ok(status)
}

const fn if_exists(asked: cli::IfExistsOption) -> IfExists {
    match asked {
        cli::IfExistsOption::Upload => IfExists::Upload,
        cli::IfExistsOption::Skip => IfExists::Skip,
        cli::IfExistsOption::Fail => IfExists::Fail,
    }
}

/// Connects to the store, in whose region the reference has to be.
async fn reach(put: &cli::Put) -> Result<(Reached, Library), Abort> {
    let (reference, files) = (fields::arn(&put.how), &put.how.reference.sandbox_files);
    let reached = destination::reach_with(&put.how.target, reference, files).await?;
    let region = reached.connection.region();
    if let Some(problem) = reference.and_then(|arn| destination::same_region(arn, region)) {
        return Err(problem.into());
    }
    let library = Library::new(&reached, limits::limits(&put.how.effort));
    Ok((reached, library))
}

/// Connects before it is known what is going to be uploaded, and asks for the reference that it
/// will probably need.
async fn prepare(put: &cli::Put) -> Result<(Reached, Library), Abort> {
    let (reached, mut library) = reach(put).await?;
    let file_type = put.what.stated.file_type;
    if let Some(choice) = &put.how.reference.choice {
        let is_needed = match choice {
            ReferenceChoice::Arn(_) => file_type.is_none_or(FileType::needs_reference),
            // What is not aligned does without.
            ReferenceChoice::Auto => file_type.is_some_and(FileType::needs_reference),
        };
        if is_needed {
            library.foresee(choice).await?;
        }
    }
    Ok((reached, library))
}

/// `--dry-run`. Nobody is asked where the store is, and most are on AWS.
fn show_plan(put: &cli::Put, mut request: Request) -> u8 {
    let on_aws = put.how.target.sandbox.is_none();
    let batch = transfer::batch(omics::QUOTAS, request.read_sets.len());
    request.notes.extend(batch.filter(|_| on_aws));
    request.notes.iter().for_each(|note| output::complain(&format!("note: {note}\n")));
    let auto = put.how.reference.choice == Some(ReferenceChoice::Auto);
    output::print(&dry_run::plan(&request, auto, put.how.show.output))
}
