//! The chain of errors behind an error.

use std::{error::Error, iter::successors};

/// An error, its source, the source's source, and so on.
pub(crate) fn chain<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    successors(Some(error), |&error| error.source())
}
