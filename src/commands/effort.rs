//! How hard to try, as the command line says.

use crate::{
    cli::{self, Bandwidth, Effort},
    engine::{Concurrency, Limits},
};

pub(super) fn limits(effort: &Effort) -> Limits {
    Limits {
        concurrency: match effort.concurrency {
            cli::Concurrency::Auto => Concurrency::Auto,
            cli::Concurrency::Fixed(count) => Concurrency::Fixed(count),
        },
        requests_per_second: effort.requests_per_second.get(),
        max_bandwidth: effort.max_bandwidth.map(Bandwidth::get),
        attempts: effort.attempts,
        give_up_after: effort.give_up_after.get(),
        wait: (!effort.no_wait).then(|| effort.wait_timeout.get()),
    }
}
