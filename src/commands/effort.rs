//! How hard to try, as the command line says.

use std::num::NonZeroUsize;

use crate::{
    cli::{Concurrency, Effort},
    engine::Limits,
};

/// Parts in flight if nobody says otherwise.
const CONCURRENCY: NonZeroUsize = NonZeroUsize::new(8).expect("8 is not 0");

pub(super) fn limits(effort: &Effort) -> Limits {
    Limits {
        concurrency: match effort.concurrency {
            Concurrency::Auto => CONCURRENCY,
            Concurrency::Fixed(count) => count,
        },
        attempts: effort.attempts,
        give_up_after: effort.give_up_after.get(),
        wait: (!effort.no_wait).then(|| effort.wait_timeout.get()),
    }
}
