//! How hard to try, as the command line says.

use crate::{
    cli::{self, Effort},
    engine::{Concurrency, Limits},
};

pub(super) fn limits(effort: &Effort) -> Limits {
    Limits {
        concurrency: match effort.concurrency {
            cli::Concurrency::Auto => Concurrency::Auto,
            cli::Concurrency::Fixed(count) => Concurrency::Fixed(count),
        },
        attempts: effort.attempts,
        give_up_after: effort.give_up_after.get(),
        wait: (!effort.no_wait).then(|| effort.wait_timeout.get()),
    }
}
