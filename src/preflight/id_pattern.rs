//! Names and IDs held against the pattern of a site that gives pseudonyms.

use crate::{
    cli::IdPattern,
    readset::Draft,
    report::Problem,
    types::{Escaped, Tags},
};

/// What does not match the pattern, of read sets and of the tags that all of them get.
pub(crate) fn problems(pattern: Option<&IdPattern>, drafts: &[Draft], tags: &Tags) -> Vec<Problem> {
    let Some(pattern) = pattern else { return Vec::new() };
    let tags = tags.iter().map(|(key, value)| (format!("value of the tag `{key}`"), value));
    let fields = drafts.iter().flat_map(|draft| {
        [
            ("sample".to_owned(), draft.sample.value.as_str()),
            ("subject".to_owned(), draft.subject.value.as_str()),
            ("name".to_owned(), draft.name.value.as_str()),
        ]
    });
    let unlike = fields.chain(tags).filter(|(_, value)| !pattern.matches(value));
    unlike
        .map(|(field, value)| {
            let (field, value) = (Escaped::new(&field), Escaped::new(value));
            let shown = pattern.to_string();
            Problem::new(anyhow::anyhow!(
                "the {field}, `{value}`, does not match the pattern `{}` as a whole",
                Escaped::new(&shown)
            ))
            .hint(
                "`--id-pattern`, its environment variable or the config file asks for the pattern",
            )
        })
        .collect()
}
