//! Which parts the I-th of N processes sends: all parts of all uploads laid end to end, and the I-th
//! stretch of equal bytes. Pure; splitting many files and splitting one huge file are the same.

use std::{fmt, str::FromStr};

use crate::{
    plan::{Layout, Part},
    types::{ByteCount, Invalid, PartNumber, PartSize, PartSource},
};

/// One of several shares, such as `3/64`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// From 1 to `count`.
    index: u32,
    count: u32,
}

impl Shard {
    /// Everything.
    pub const WHOLE: Self = Self { index: 1, count: 1 };

    pub fn new(index: u32, count: u32) -> Option<Self> {
        (1..=count).contains(&index).then_some(Self { index, count })
    }

    pub const fn index(self) -> u32 {
        self.index
    }

    pub const fn count(self) -> u32 {
        self.count
    }

    /// The share of so many things that are all alike: its first, and the first of the next share.
    pub fn of(self, things: u64) -> (u64, u64) {
        let bound = |index: u32| u128::from(things) * u128::from(index) / u128::from(self.count);
        let bound = |index| u64::try_from(bound(index)).unwrap_or(things);
        (bound(self.index - 1), bound(self.index))
    }
}

impl FromStr for Shard {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let fields = text.split_once('/');
        let fields = fields.and_then(|(index, count)| Some((number(index)?, number(count)?)));
        fields.and_then(|(index, count)| Self::new(index, count)).ok_or_else(|| {
            Invalid::new("share", text, "I/N is needed, with I from 1 to N, such as 3/64")
        })
    }
}

/// Digits alone: `+3` and ` 3` are mistakes.
fn number(text: &str) -> Option<u32> {
    text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()))
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.count)
    }
}

/// Parts of one source that lie side by side: their numbers, from the first to the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    pub source: PartSource,
    pub first: PartNumber,
    pub last: PartNumber,
}

impl Stretch {
    /// Its parts, given the layout of their upload.
    pub fn parts(self, layout: &Layout) -> impl Iterator<Item = Part> {
        let numbers = (self.first.get()..=self.last.get()).filter_map(PartNumber::new);
        numbers.filter_map(move |number| layout.part(self.source, number))
    }
}

/// A share of all parts of uploads: for each upload that has some in it, its index and its stretches. A
/// part belongs to the share in which it begins.
pub fn stretches(uploads: &[Layout], shard: Shard) -> Vec<(usize, Vec<Stretch>)> {
    let all = uploads.iter().map(|upload| upload.bytes().get()).sum();
    let (from, to) = shard.of(all);
    let mut shares = Vec::new();
    let mut base = 0;
    for (index, upload) in uploads.iter().enumerate() {
        let mut found = Vec::new();
        for (source, size) in PartSource::ALL.into_iter().zip(&upload.sizes) {
            let number =
                |place: u64| number_at(place.saturating_sub(base), *size, upload.part_size);
            let (first, beyond) = (number(from), number(to));
            let [Some(first), Some(last)] = [first + 1, beyond]
                .map(|number| u16::try_from(number).ok().and_then(PartNumber::new))
            else {
                base += size.get();
                continue;
            };
            if first <= last {
                found.push(Stretch { source, first, last });
            }
            base += size.get();
        }
        if !found.is_empty() {
            shares.push((index, found));
        }
    }
    shares
}

/// How many parts of a source begin before a place in it.
const fn number_at(place: u64, size: ByteCount, part_size: PartSize) -> u64 {
    let place = if place < size.get() { place } else { size.get() };
    place.div_ceil(part_size.get())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    const MIB: u64 = 1024 * 1024;

    fn layout(part_mib: u64, sizes: &[u64]) -> Layout {
        let sizes = sizes.iter().map(|size| ByteCount::new(*size)).collect();
        Layout { part_size: PartSize::new(part_mib * MIB).unwrap(), sizes }
    }

    /// Upload, source and number of every part, in order.
    type Parts = Vec<(usize, PartSource, u16)>;

    /// The parts of a share, and its bytes.
    fn share(uploads: &[Layout], shard: Shard) -> (Parts, u64) {
        let mut parts = Vec::new();
        let mut bytes = 0;
        for (upload, found) in stretches(uploads, shard) {
            for part in found.iter().flat_map(|stretch| stretch.parts(&uploads[upload])) {
                parts.push((upload, part.source, part.number.get()));
                bytes += part.size.get();
            }
        }
        (parts, bytes)
    }

    fn all(uploads: &[Layout], count: u32) -> Vec<(Parts, u64)> {
        (1..=count).map(|index| share(uploads, Shard::new(index, count).unwrap())).collect()
    }

    /// Every part as the plan has it.
    fn planned(uploads: &[Layout]) -> Parts {
        let rules = crate::store::omics::RULES;
        let mut parts = Vec::new();
        for (index, Layout { part_size, sizes }) in uploads.iter().enumerate() {
            let cut = Layout::new(&rules, sizes.iter().copied(), *part_size).unwrap();
            parts.extend(cut.iter().map(|part| (index, part.source, part.number.get())));
        }
        parts
    }

    fn uploads() -> impl Strategy<Value = Vec<Layout>> {
        let upload = (1..8_u64, prop::collection::vec(1..200 * MIB, 1..=2));
        let upload = upload.prop_map(|(part_mib, sizes)| layout(part_mib, &sizes));
        prop::collection::vec(upload, 0..20)
    }

    proptest! {
        #[test]
        fn shares_are_all_parts_each_once_and_in_order(uploads in uploads(), count in 1..300_u32) {
            let shares = all(&uploads, count);
            let joined: Vec<_> = shares.iter().flat_map(|(parts, _)| parts.clone()).collect();
            prop_assert_eq!(joined.iter().collect::<HashSet<_>>().len(), joined.len());
            prop_assert_eq!(joined, planned(&uploads));
        }

        #[test]
        fn no_share_is_more_than_a_part_off(uploads in uploads(), count in 1..300_u32) {
            let bytes: u64 = uploads.iter().map(|upload| upload.bytes().get()).sum();
            let largest = uploads.iter().map(|upload| upload.part_size.get()).max().unwrap_or(0);
            for (_, share) in all(&uploads, count) {
                prop_assert!(share.abs_diff(bytes / u64::from(count)) <= largest + 1);
            }
        }

        #[test]
        fn parts_that_are_alike_are_shared_to_one(parts in 1..5000_u64, count in 1..300_u32) {
            let uploads = [layout(1, &[parts.div_ceil(2) * MIB, (parts / 2).max(1) * MIB])];
            let lengths: Vec<_> = all(&uploads, count).iter().map(|(parts, _)| parts.len()).collect();
            prop_assert!(lengths.iter().max().unwrap() - lengths.iter().min().unwrap() <= 1);
        }
    }

    #[test]
    fn one_share_is_everything_and_many_are_mostly_empty() {
        let uploads = [layout(5, &[12 * MIB, 1]), layout(100, &[7])];
        assert_eq!(share(&uploads, Shard::WHOLE).0, planned(&uploads));
        let shares = all(&uploads, 1000);
        // The two little ones begin in the last.
        assert_eq!(shares.iter().filter(|(parts, _)| !parts.is_empty()).count(), 4);
        assert_eq!(stretches(&[], Shard::WHOLE), []);
    }

    /// How much the worst load is above the mean, in millionths.
    fn imbalance(uploads: &[Layout], count: u32) -> u64 {
        let loads: Vec<_> = all(uploads, count).into_iter().map(|(_, bytes)| bytes).collect();
        let mean = loads.iter().sum::<u64>() / u64::from(count);
        (loads.iter().max().unwrap() - mean) * 1_000_000 / mean
    }

    #[test]
    fn the_worst_load_is_close_to_the_mean() {
        // Logarithms of sizes that are about normal around 10 GB, as of a sequencing centre.
        let mut random = fastrand::Rng::with_seed(7);
        let mut size = || (0..8).fold(10_000_000_000, |size, _| size * random.u64(60..160) / 100);
        let uploads: Vec<_> = (0..5000).map(|_| layout(96, &[size().min(900 << 30)])).collect();
        let excess = imbalance(&uploads, 256);
        assert!(excess < 1000, "{excess}");
        let excess = imbalance(&[layout(64, &[600_000_000_000])], 64);
        assert!(excess < 10_000, "{excess}");
    }

    #[test]
    fn a_share_is_written_as_two_numbers() {
        for text in ["1/1", "3/64", "64/64"] {
            assert_eq!(text.parse::<Shard>().unwrap().to_string(), text);
        }
        for text in ["", "3", "0/4", "5/4", "-1/4", "+1/4", "1/0", "1/4/2", "1/ 4", "99999999999/9"]
        {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
    }
}
