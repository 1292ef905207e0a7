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
    let mut problems =
        if put.how.dry_run { Vec::new() } else { destination::problems(&put.how.target) };
    if !put.how.dry_run {
        problems.extend(outputs::of_put(put));
        problems.extend(journals::problem(put.how.state.state_dir.as_deref()));
    }
    problems.extend(disposal::conflict(ProofOptions {
        verify: &put.how.verify,
        no_wait: put.how.effort.no_wait,
        is_piped: opened::paths(&put.what).any(|path| path.as_os_str() == "-"),
        is_temporary: matches!(put.how.target.sandbox, Some(None)),
    }));
    let tags = Tags::new(put.how.tags.iter().cloned())
        .map_err(|error| problems.push(Problem::new(error)))
        .unwrap_or_default();
    let store = put.how.target.store.as_ref();
    if let (Some(reference), Some(region)) = (arn(&put.how), store.and_then(|store| store.region()))
    {
        problems.extend(destination::same_region(reference, region));
    }
    (tags, problems)
}

/// The reference, if it is said which.
pub(crate) fn arn(how: &cli::PutOptions) -> Option<&ReferenceArn> {
    how.reference.choice.as_ref().and_then(ReferenceChoice::arn)
}

/// All fields of a read set.
pub(super) fn of_draft(how: &cli::PutOptions, draft: &Draft, tags: &Tags) -> Fields {
    Fields {
        file_type: draft.file_type,
        name: draft.name.value.clone(),
        sample: draft.sample.value.clone(),
        subject: draft.subject.value.clone(),
        reference: arn(how).cloned(),
        generated_from: how.generated_from.clone(),
        description: how.description.clone(),
        tags: tags.clone(),
    }
}

/// A fresh token for every upload: one made from the content alone could bring back an upload that
/// was aborted.
pub(crate) fn token() -> Result<ClientToken, Abort> {
    let token = format!("omics-upload-{}", random::digits()?);
    token.parse().map_err(|error| Problem::new(anyhow::Error::new(error)).into())
}
