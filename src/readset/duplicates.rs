//! Files that are given more than once, whatever they are called.

use std::collections::{HashMap, hash_map::Entry};

use super::{error::ReadSetError, input::Input};

/// All that are there before.
pub(super) fn duplicates(inputs: &[Input<'_>]) -> Vec<ReadSetError> {
    let mut seen = HashMap::new();
    let mut errors = Vec::new();
    for input in inputs {
        let Some(identity) = input.identity else { continue };
        match seen.entry(identity) {
            Entry::Vacant(place) => {
                place.insert(input.shown);
            }
            Entry::Occupied(first) => errors.push(ReadSetError::Twice {
                first: (*first.get()).to_owned(),
                again: input.shown.to_owned(),
            }),
        }
    }
    errors
}
