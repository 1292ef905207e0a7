//! What is known of the references of an account.

use crate::{
    formats::{Contig, Whole},
    store::ListedReference,
    types::ReferenceArn,
};

/// What is known of a reference.
pub(crate) enum Known {
    Genome(Genome),
    /// Its sequences are not known: why, as a part of a sentence.
    Unread(String),
    /// It is not there: what there is instead, if there is something to say.
    Missing(Option<String>),
}

/// A reference with its sequences.
pub(crate) struct Genome {
    pub(crate) arn: ReferenceArn,
    pub(crate) name: String,
    pub(crate) contigs: Vec<Contig>,
}

/// The references of the account, held against one list of sequences.
#[derive(Default)]
pub(crate) struct Candidates {
    /// Those that fit best, and how.
    pub(crate) best: Vec<(ListedReference, Whole)>,
    /// The others, and why not.
    pub(crate) others: Vec<(ListedReference, String)>,
}
