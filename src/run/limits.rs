//! How hard to try, as the command line says.

use crate::{
    cli::{self, Bandwidth, SendingOptions, TransferOptions},
    engine::{Concurrency, Limits},
    system,
};

pub(crate) fn limits(effort: &TransferOptions) -> Limits {
    Limits {
        requests_per_second: effort.requests_per_second.get(),
        wait: (!effort.no_wait).then(|| effort.wait_timeout.get()),
        ..of_sending(&effort.sending)
    }
}

/// Of what is sent, and not waited for.
pub(crate) fn of_sending(sending: &SendingOptions) -> Limits {
    Limits {
        concurrency: system::affordable(match sending.concurrency {
            cli::ConcurrencyOption::Auto => Concurrency::Auto,
            cli::ConcurrencyOption::Fixed(count) => Concurrency::Fixed(count),
        }),
        turns: system::turns(),
        requests_per_second: None,
        max_bandwidth: sending.max_bandwidth.map(Bandwidth::get),
        attempts: sending.attempts,
        give_up_after: sending.give_up_after.get(),
        wait: None,
    }
}

#[cfg(test)]
mod tests {
    use std::{
        num::{NonZeroU64, NonZeroUsize},
        time::Duration,
    };

    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        effort: TransferOptions,
    }

    fn limits_of(line: &str) -> Limits {
        let words = std::iter::once("put").chain(line.split_whitespace());
        limits(&Line::try_parse_from(words).unwrap().effort)
    }

    #[test]
    fn what_is_asked_for_is_what_bounds_the_run() {
        let limits = limits_of(
            "--concurrency 3 --requests-per-second 2.5 --max-bandwidth 40MB/s --attempts 4 \
             --give-up-after 5m --wait-timeout 2h",
        );
        assert_eq!(limits.concurrency, Concurrency::Fixed(NonZeroUsize::new(3).unwrap()));
        assert_eq!(limits.requests_per_second, Some(2.5));
        assert_eq!(limits.max_bandwidth, NonZeroU64::new(40_000_000));
        assert_eq!(limits.attempts, 4);
        assert_eq!(limits.give_up_after, Duration::from_mins(5));
        assert_eq!(limits.wait, Some(Duration::from_hours(2)));
    }

    #[test]
    fn nothing_is_bounded_that_nobody_asked_for() {
        let limits = limits_of("--no-wait");
        assert_eq!(limits.concurrency, Concurrency::Auto);
        assert_eq!((limits.requests_per_second, limits.max_bandwidth), (None, None));
        assert_eq!(limits.wait, None);
    }
}
