//! What a read set is told to be by the command line, whatever its files hold.

use crate::{
    cli,
    readset::Draft,
    report::{Abort, Problem},
    run::{
        destination,
        disposal::{self, ProofOptions},
        journals, random,
    },
    store::Fields,
    types::{ClientToken, ReferenceArn, ReferenceChoice, Tags},
};

use super::{opened, outputs};

/// The tags, and what is wrong whatever the sources hold.
pub(crate) fn given(put: &cli::Put) -> (Tags, Vec<Problem>) {
    let mut problems = if put.dry_run { Vec::new() } else { destination::problems(&put.target) };
    if !put.dry_run {
        problems.extend(outputs::of_put(put));
        problems.extend(journals::problem(put.state.state_dir.as_deref()));
    }
    problems.extend(disposal::conflict(ProofOptions {
        verify: &put.verify,
        no_wait: put.effort.no_wait,
        is_piped: opened::paths(&put.what).any(|path| path.as_os_str() == "-"),
        is_temporary: matches!(put.target.sandbox, Some(None)),
    }));
    let tags = Tags::new(put.tags.iter().cloned())
        .map_err(|error| problems.push(Problem::new(error)))
        .unwrap_or_default();
    let store = put.target.store.as_ref();
    if let (Some(reference), Some(region)) = (arn(put), store.and_then(|store| store.region())) {
        problems.extend(destination::same_region(reference, region));
    }
    (tags, problems)
}

/// The reference, if it is said which.
pub(crate) fn arn(put: &cli::Put) -> Option<&ReferenceArn> {
    put.reference.choice.as_ref().and_then(ReferenceChoice::arn)
}

/// All fields of a read set.
pub(super) fn of_draft(put: &cli::Put, draft: &Draft, tags: &Tags) -> Fields {
    Fields {
        file_type: draft.file_type,
        name: draft.name.value.clone(),
        sample: draft.sample.value.clone(),
        subject: draft.subject.value.clone(),
        reference: arn(put).cloned(),
        generated_from: put.generated_from.clone(),
        description: put.description.clone(),
        tags: tags.clone(),
    }
}

/// A fresh token for every upload: one made from the content alone could bring back an upload that
/// was aborted.
pub(crate) fn token() -> Result<ClientToken, Abort> {
    let token = format!("omics-upload-{}", random::digits()?);
    token.parse().map_err(|error| Problem::new(anyhow::Error::new(error)).into())
}
