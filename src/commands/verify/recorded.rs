//! The hash of the content as a receipt has it.

use std::path::PathBuf;

use crate::{
    cli,
    receipt::{ReceiptDocument, ReceiptError},
    report::{Abort, Problem},
    run::{journals, receipt_files},
    types::ReadSetEtag,
};

/// What a receipt says of a read set.
pub(super) struct Recorded {
    pub(super) path: String,
    pub(super) etag: Option<ReadSetEtag>,
}

/// The receipt that was given, or the one that this machine keeps.
pub(super) fn find(arguments: &cli::VerifyReadSet, store: Option<&str>) -> Result<Recorded, Abort> {
    let id = arguments.id.as_str();
    let documents = match &arguments.from_receipt {
        Some(path) => vec![(path.clone(), ReceiptDocument::read(path).map_err(Problem::new)?)],
        None => kept(arguments, store).map_err(Problem::new)?,
    };
    for (path, document) in documents {
        let theirs = |receipt: &&crate::receipt::Receipt| {
            receipt.read_set_id.as_deref() == Some(id)
                && store.is_none_or(|store| receipt.store_id == store)
        };
        if let Some(receipt) = document.receipts.iter().find(theirs) {
            let path = path.to_string_lossy().into_owned();
            return Ok(Recorded { path, etag: receipt.etag.expected.clone() });
        }
    }
    let error = match &arguments.from_receipt {
        Some(path) => anyhow::anyhow!(
            "the receipt `{}` says nothing of read set {id}",
            crate::types::Escaped::new(&path.to_string_lossy())
        ),
        None => {
            anyhow::anyhow!("no FILE is given, and this machine has no receipt of read set {id}")
        }
    };
    Err(Problem::new(error)
        .hint("give the file that it was made of, or both mates of a pair")
        .into())
}

fn kept(
    arguments: &cli::VerifyReadSet,
    store: Option<&str>,
) -> Result<Vec<(PathBuf, ReceiptDocument)>, ReceiptError> {
    let Some(state) = journals::folder(arguments.state.state_dir.clone()) else {
        return Ok(Vec::new());
    };
    let places = receipt_files::folder(&state).find(arguments.id.as_str())?;
    let here = places.into_iter().filter(|place| store.is_none_or(|store| place.is_in(store)));
    here.map(|place| Ok((place.path.clone(), place.read()?))).collect()
}
