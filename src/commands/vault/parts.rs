//! `vault parts`: the parts of an upload, as the service lists them.

use crate::{
    cli::{Output, VaultParts},
    report::{Abort, Problem, Table, output, status_of_request},
    run::vault::VaultQuestions,
    store::{StoreErrorKind, vault::PartsPage},
    types::{ByteCount, Escaped, Operation},
};

/// The most parts on a page of the service.
const PAGE: u32 = 50;

pub(super) async fn parts(asked: &VaultQuestions, options: &VaultParts) -> Result<u8, Abort> {
    let limit = options.limit.or(options.marker.as_ref().map(|_| PAGE));
    let mut all = page(asked, options, options.marker.as_deref(), limit).await?;
    while let Some(marker) = all.marker.clone() {
        let count = u32::try_from(all.parts.len()).unwrap_or(u32::MAX);
        let left = limit.map(|limit| limit.saturating_sub(count));
        if left == Some(0) {
            break;
        }
        let next = page(asked, options, Some(&marker), left).await?;
        // A list that does not move on would never end.
        if next.marker.as_ref() == Some(&marker) {
            break;
        }
        all.parts.extend(next.parts);
        all.marker = next.marker;
    }
    Ok(match options.common.output {
        Output::Text => show(&all),
        Output::Json => output::print(output::json(&all).as_bytes()),
    })
}

async fn page(
    asked: &VaultQuestions,
    options: &VaultParts,
    marker: Option<&str>,
    limit: Option<u32>,
) -> Result<PartsPage, Abort> {
    let list = || asked.reached.vault.parts_page(&options.upload, marker, limit);
    let page = asked.ask(Operation::ListParts, list).await;
    page.map_err(|error| {
        if error.kind == StoreErrorKind::Missing {
            let hint = "`omics-upload vault uploads` lists the unfinished uploads; one that is \
                        completed or aborted has no list";
            let status = status_of_request(error.kind);
            return Abort::Early(
                Problem { error: error.into(), hint: Some(hint.to_owned()) },
                status,
            );
        }
        asked.reached.advice().broken(error)
    })
}

fn show(all: &PartsPage) -> u8 {
    let mut table = Table::new(&["RANGE", "SIZE", "SHA-256 TREE HASH"]);
    for part in &all.parts {
        table.row(&[
            part.range_in_bytes.clone(),
            size(&part.range_in_bytes).map_or_else(|| "?".to_owned(), |size| size.to_string()),
            part.sha256_tree_hash.clone(),
        ]);
    }
    let printed = output::print(table.to_string().as_bytes());
    if let Some(marker) = &all.marker {
        output::complain(&format!(
            "note: there are more parts: `--marker {}` lists them\n",
            Escaped::new(marker)
        ));
    }
    printed
}

/// How many bytes a range such as `0-1048575` has.
fn size(range: &str) -> Option<ByteCount> {
    let (from, to) = range.split_once('-')?;
    let (from, to) = (from.parse::<u64>().ok()?, to.parse::<u64>().ok()?);
    Some(ByteCount::new(to.checked_sub(from)?.checked_add(1)?))
}
