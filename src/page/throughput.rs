//! How many bytes went out over the time of a run, in a bounded number of equal stretches.
//!
//! It takes any number of transfers in any order, and never more room: where the time outgrows the
//! stretches, two become one.

use jiff::Timestamp;

use super::quantity;

const STRETCHES: usize = 240;

/// Bytes by time.
#[derive(Debug, Clone)]
pub struct Throughput {
    begun: Timestamp,
    /// Of one stretch, in milliseconds.
    width: u64,
    bytes: Vec<u64>,
}

impl Throughput {
    /// Of a run that began then.
    pub const fn new(begun: Timestamp) -> Self {
        Self { begun, width: 1000, bytes: Vec::new() }
    }

    /// Adds what was sent, such as a part, spread evenly over the time that it took.
    pub fn add(&mut self, from: Timestamp, to: Timestamp, bytes: u64) {
        let from = quantity::milliseconds(self.begun, from);
        let to = quantity::milliseconds(self.begun, to).max(from + 1);
        while (to - 1) / self.width >= STRETCHES as u64 {
            self.bytes = self.bytes.chunks(2).map(|pair| pair.iter().sum()).collect();
            self.width *= 2;
        }
        let until = |end: u64| {
            let share = u128::from(bytes) * u128::from(end - from) / u128::from(to - from);
            u64::try_from(share).unwrap_or(bytes)
        };
        let [first, last] = [from / self.width, (to - 1) / self.width];
        for stretch in first..=last {
            let begin = (stretch * self.width).max(from);
            let end = ((stretch + 1) * self.width).min(to);
            let at = usize::try_from(stretch).unwrap_or(STRETCHES);
            if self.bytes.len() <= at {
                self.bytes.resize(at + 1, 0);
            }
            self.bytes[at] += until(end) - until(begin);
        }
    }

    /// When each stretch began, in milliseconds since 1970, its length, and its bytes.
    pub(super) fn stretches(&self) -> impl Iterator<Item = (i64, u64, u64)> + Clone {
        let begun = self.begun.as_millisecond();
        let width = i64::try_from(self.width).unwrap_or(i64::MAX);
        (0..).zip(&self.bytes).map(move |(at, bytes)| (begun + width * at, self.width, *bytes))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(milliseconds: i64) -> Timestamp {
        Timestamp::from_millisecond(1_790_000_000_000 + milliseconds).unwrap()
    }

    #[test]
    fn a_part_is_spread_over_its_time() {
        let mut throughput = Throughput::new(at(0));
        throughput.add(at(500), at(2500), 1000);
        throughput.add(at(-9), at(-5), 7);
        assert_eq!(throughput.bytes, [257, 500, 250]);
        throughput.add(at(479_000), at(480_000), 5);
        assert_eq!((throughput.width, throughput.bytes.len()), (2000, 240));
        assert_eq!(throughput.bytes[..2], [757, 250]);
    }

    proptest! {
        #[test]
        fn no_byte_is_lost_and_room_is_bounded(
            parts in prop::collection::vec((0i64..10_000_000_000, 0i64..100_000_000, 0u64..1 << 32), 0..20)
        ) {
            let mut throughput = Throughput::new(at(0));
            for (from, length, bytes) in &parts {
                throughput.add(at(*from), at(from + length), *bytes);
            }
            prop_assert!(throughput.bytes.len() <= STRETCHES);
            prop_assert_eq!(throughput.bytes.iter().sum::<u64>(), parts.iter().map(|part| part.2).sum::<u64>());
        }
    }
}
