//! What of a body has got through, as far as that can be told before the answer; knows no clock.
//!
//! A socket takes its first bytes at once, however slow the link is, and holds up to some MiB of
//! every body until the end. Counted as they leave, these bytes would make any further connection
//! look like a gain. So what a body hands over in its first moment is taken for the socket's
//! share, and that share is counted bit by bit over the whole body instead.

use std::time::Duration;

/// A socket takes what it has room for within this time.
const FIRST_MOMENT: Duration = Duration::from_millis(20);

/// No socket holds more: it is the most that Linux lets one have unless told otherwise
/// (`tcp_wmem`, <https://docs.kernel.org/networking/ip-sysctl.html>).
const MOST_HELD: u64 = 4 << 20;

/// The way of one body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    size: u64,
    moved: u64,
    held: u64,
    counted: u64,
}

impl Delivery {
    /// `size` is the whole body's, in bytes.
    pub const fn new(size: u64) -> Self {
        Self { size, moved: 0, held: 0, counted: 0 }
    }

    /// So many more bytes went into the socket, so long after the first ones; how many more
    /// are taken to have got through.
    pub fn moved(&mut self, bytes: u64, since_first: Duration) -> u64 {
        self.moved = self.moved.saturating_add(bytes).min(self.size);
        if since_first <= FIRST_MOMENT {
            self.held = self.moved.min(MOST_HELD);
        }
        let ahead = u128::from(self.held) * u128::from(self.size - self.moved)
            / u128::from(self.size.max(1));
        let through = self.moved - u64::try_from(ahead).unwrap_or(self.held);
        let more = through.saturating_sub(self.counted);
        self.counted += more;
        more
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MIB: u64 = 1 << 20;

    #[test]
    fn what_the_socket_takes_at_once_is_spread_over_the_body() {
        let mut delivery = Delivery::new(64 * MIB);
        let (early, later) = (Duration::from_millis(3), Duration::from_secs(1));
        assert_eq!(delivery.moved(2 * MIB, early), 2 * MIB / 32);
        assert_eq!(delivery.moved(30 * MIB, later), 31 * MIB - 2 * MIB / 32);
        assert_eq!(delivery.moved(32 * MIB, later), 33 * MIB);
    }

    #[test]
    fn a_fast_link_hides_no_more_than_a_socket_can_hold() {
        let mut delivery = Delivery::new(64 * MIB);
        assert_eq!(delivery.moved(32 * MIB, Duration::ZERO), 30 * MIB);
    }

    proptest! {
        #[test]
        fn in_the_end_every_byte_is_counted_once(
            moves in prop::collection::vec((1..9_000_000_u64, 0..40_u64), 1..50),
        ) {
            let size = moves.iter().map(|(bytes, _)| bytes).sum();
            let mut delivery = Delivery::new(size);
            let mut at = Duration::ZERO;
            let mut counted = 0;
            for (bytes, pause) in moves {
                at += Duration::from_millis(pause);
                counted += delivery.moved(bytes, at);
                prop_assert!(counted <= size);
            }
            prop_assert_eq!(counted, size);
        }
    }
}
