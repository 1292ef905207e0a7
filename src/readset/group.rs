//! Files that become one read set.

use super::{draft::Sources, note::Note};

/// A read set's files, before anything else is known of it.
pub(super) struct Group {
    pub(super) sources: Sources,
    pub(super) notes: Vec<Note>,
    /// Whether the number in the name of a single file only counts files.
    pub(super) is_series: bool,
}

impl Group {
    pub(super) const fn single(at: usize) -> Self {
        Self { sources: Sources::One(at), notes: Vec::new(), is_series: false }
    }

    pub(super) const fn pair(first: usize, second: usize, notes: Vec<Note>) -> Self {
        Self { sources: Sources::Pair { first, second }, notes, is_series: false }
    }
}
