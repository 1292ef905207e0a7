//! Which parts an upload has: pure arithmetic over sizes and a destination's rules.
//!
//! Knows no files and no network.

use crate::types::{Algorithm, ByteCount, PartNumber, PartSize, PartSource};

/// What a destination takes, as data, so that another destination can have other rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// The size of a part: at least, at most, and where nothing asks for another. The last part of a
    /// source may be smaller.
    pub min: PartSize,
    pub max: PartSize,
    pub default: PartSize,
    /// Which sizes there are between.
    pub step: Step,
    /// Parts that one source may have.
    pub max_parts: u64,
    /// The parts of a source of unknown length, where they need not have one size.
    pub growing: Option<Growth>,
    /// Sources that one upload may have.
    pub streams: usize,
    pub sum: Sum,
    /// Bytes that one source may have.
    pub max_source: ByteCount,
    /// Above this the documentation contradicts itself, and the user is told.
    pub doubtful_source: Option<ByteCount>,
}

/// Sizes of parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Any size; where the program chooses, whole MiB.
    Mebibytes,
    /// 1 MiB, 2 MiB, 4 MiB, …
    PowersOfTwo,
}

/// How a destination sums a part, and when it has to know the sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sum {
    /// It makes its own, and answers it.
    Answered(Algorithm),
    /// It takes no byte of a part without its sum, so a part is read twice.
    BeforeSending(Algorithm),
}

impl Sum {
    pub const fn algorithm(self) -> Algorithm {
        match self {
            Self::Answered(algorithm) | Self::BeforeSending(algorithm) => algorithm,
        }
    }
}

/// Parts that grow: what is short does not wait long for its first part, and the most parts hold a
/// source as large as can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Growth {
    /// How many parts have the first size.
    pub count: u16,
    pub first: PartSize,
    /// The size of all others.
    pub then: PartSize,
}

impl Rules {
    /// Whether parts may have a size.
    pub fn allow(&self, size: PartSize) -> bool {
        let fits_step = self.step == Step::Mebibytes || size.get().is_power_of_two();
        (self.min..=self.max).contains(&size) && fits_step
    }

    /// The least size that is not below so many bytes.
    const fn round_up(&self, bytes: u64) -> u64 {
        match self.step {
            Step::Mebibytes => bytes.div_ceil(MIB) * MIB,
            Step::PowersOfTwo => bytes.next_power_of_two(),
        }
    }
}

/// Why a source cannot be sent as asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    #[error(
        "its {size} bytes ({shown}) are too many: a source has at most {max} bytes ({max_shown}), \
         {max_parts} parts of at most {part_mib} MiB",
        shown = ByteCount::new(*size),
        max_shown = ByteCount::new(*max)
    )]
    SourceTooLarge { size: u64, max: u64, max_parts: u64, part_mib: u64 },
    #[error(
        "its {size} bytes would be {parts} parts of {part_size} bytes ({shown}), and a source has at \
         most {max_parts} parts: `--part-size` must be at least {needed}",
        shown = ByteCount::new(*part_size)
    )]
    TooManyParts { size: u64, parts: u64, part_size: u64, max_parts: u64, needed: String },
}

const MIB: u64 = 1024 * 1024;

/// The part size for a source: the one that was asked for, or the usual one, or what a very large
/// source needs to stay within the number of parts.
pub fn part_size(
    rules: &Rules,
    size: ByteCount,
    wanted: Option<PartSize>,
) -> Result<PartSize, PlanError> {
    let size = size.get();
    let too_large = || PlanError::SourceTooLarge {
        size,
        max: rules.max_source.get(),
        max_parts: rules.max_parts,
        part_mib: rules.max.get() / MIB,
    };
    if size > rules.max_source.get() {
        return Err(too_large());
    }
    let needed = rules.round_up(size.div_ceil(rules.max_parts));
    match wanted {
        Some(part_size) => fits(rules, size, part_size).map(|()| part_size),
        None => PartSize::new(needed.max(rules.default.get()))
            .filter(|size| rules.allow(*size))
            .ok_or_else(too_large),
    }
}

/// Whether as many parts of a size as there may be hold a source.
fn fits(rules: &Rules, size: u64, part_size: PartSize) -> Result<(), PlanError> {
    let (part_size, max_parts) = (part_size.get(), rules.max_parts);
    let parts = size.div_ceil(part_size);
    if parts <= max_parts {
        return Ok(());
    }
    let needed = format!("{}MiB", rules.round_up(size.div_ceil(max_parts)) / MIB);
    Err(PlanError::TooManyParts { size, parts, part_size, max_parts, needed })
}

/// How a source is cut whose length nobody knows beforehand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// All parts but the last have this size.
    Even(PartSize),
    /// A few parts of one size, then of another.
    Growing(Growth),
}

impl Cut {
    /// The cut for a pipe: as asked, or what suits the length that it is said to have.
    pub fn of(
        rules: &Rules,
        wanted: Option<PartSize>,
        length: Option<ByteCount>,
    ) -> Result<Self, PlanError> {
        match (wanted, length) {
            (wanted, Some(length)) => part_size(rules, length, wanted).map(Self::Even),
            (Some(wanted), None) => Ok(Self::Even(wanted)),
            (None, None) => Ok(Self::of_unknown(rules)),
        }
    }

    /// The cut where neither a size was asked for nor the length is known.
    pub fn of_unknown(rules: &Rules) -> Self {
        rules.growing.map_or(Self::Even(rules.default), Self::Growing)
    }

    /// The one size of all parts, if they have one.
    pub const fn even(self) -> Option<PartSize> {
        match self {
            Self::Even(size) => Some(size),
            Self::Growing(_) => None,
        }
    }

    /// The size of a part, should the source be long enough.
    pub const fn part_size(self, number: PartNumber) -> PartSize {
        match self {
            Self::Even(size) => size,
            Self::Growing(growth) if number.get() <= growth.count => growth.first,
            Self::Growing(growth) => growth.then,
        }
    }

    /// The size of the first part.
    pub const fn first(self) -> PartSize {
        self.part_size(PartNumber::MIN)
    }

    /// The size of the largest part.
    pub const fn largest(self) -> PartSize {
        self.part_size(PartNumber::MAX)
    }
}

/// A part of one source: which bytes of the file it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    pub source: PartSource,
    pub number: PartNumber,
    /// Where it begins in the file.
    pub offset: u64,
    /// Never 0.
    pub size: ByteCount,
}

/// How an upload is cut. Its parts are made when they are asked for: a run may have millions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    pub part_size: PartSize,
    /// The sizes of SOURCE1 and, of a pair, SOURCE2; none where only time tells.
    pub sizes: Vec<ByteCount>,
}

impl Layout {
    /// Cuts sources of these sizes; refuses one that has more parts than there may be.
    pub fn new(
        rules: &Rules,
        sizes: impl Iterator<Item = ByteCount>,
        part_size: PartSize,
    ) -> Result<Self, PlanError> {
        let sizes: Vec<_> = sizes.take(PartSource::ALL.len()).collect();
        sizes.iter().try_for_each(|size| fits(rules, size.get(), part_size))?;
        Ok(Self { part_size, sizes })
    }

    /// All parts, source by source.
    pub fn iter(&self) -> impl Iterator<Item = Part> + Clone {
        PartSource::ALL.into_iter().flat_map(|source| self.of_source(source))
    }

    /// The parts of one source: consecutive numbers from 1, all of the part size but the last.
    pub fn of_source(&self, source: PartSource) -> impl Iterator<Item = Part> + Clone {
        let numbers = PartNumber::MIN.get()..=PartNumber::MAX.get();
        numbers.map_while(move |number| self.part(source, PartNumber::new(number)?))
    }

    /// One part, if there is one of this number.
    pub fn part(&self, source: PartSource, number: PartNumber) -> Option<Part> {
        let offset = u64::from(number.get() - 1) * self.part_size.get();
        let size = self.sizes.get(source as usize)?;
        let left = size.get().checked_sub(offset).filter(|left| *left > 0)?;
        let size = ByteCount::new(left.min(self.part_size.get()));
        Some(Part { source, number, offset, size })
    }

    /// How many parts there are.
    pub fn count(&self) -> usize {
        let parts = self.sizes.iter().map(|size| size.get().div_ceil(self.part_size.get()));
        usize::try_from(parts.sum::<u64>()).unwrap_or(usize::MAX)
    }

    pub fn bytes(&self) -> ByteCount {
        ByteCount::new(self.sizes.iter().map(|size| size.get()).sum())
    }
}

/// The bytes of parts.
pub fn bytes(parts: impl Iterator<Item = Part>) -> ByteCount {
    ByteCount::new(parts.map(|part| part.size.get()).sum())
}

/// How many bytes the parts of one source hold from its beginning on, up to the first gap.
pub fn covered<'a>(parts: impl Iterator<Item = &'a Part>) -> u64 {
    let mut end = 0;
    for part in parts {
        if part.offset != end {
            break;
        }
        end += part.size.get();
    }
    end
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::store::omics::RULES;

    const GIB: u64 = 1024 * MIB;
    const GROWING: Cut = Cut::Growing(RULES.growing.unwrap());

    fn cut(size: ByteCount, part_size: PartSize) -> Vec<Part> {
        Layout::new(&RULES, [size].into_iter(), part_size).unwrap().iter().collect()
    }

    fn sized(size: u64, wanted: Option<&str>) -> Result<u64, String> {
        let wanted = wanted.map(|text| crate::cli::part_size(text).unwrap());
        part_size(&RULES, ByteCount::new(size), wanted)
            .map(PartSize::get)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn a_part_has_64_mib_unless_10000_parts_would_not_do() {
        for (size, part_mib) in [
            (1, 64),
            (500 * GIB, 64),
            (10_000 * 64 * MIB, 64),
            (10_000 * 64 * MIB + 1, 65),
            (976 * GIB, 100),
        ] {
            assert_eq!(sized(size, None), Ok(part_mib * MIB), "{size}");
        }
        assert_eq!(sized(GIB, Some("5MiB")), Ok(5 * MIB));
    }

    #[test]
    fn the_arithmetic_of_a_refusal_is_told() {
        assert_eq!(
            sized(976 * GIB + 1, None).unwrap_err(),
            "its 1047972020225 bytes (976.0 GiB) are too many: a source has at most 1047972020224 \
             bytes (976.0 GiB), 10000 parts of at most 100 MiB"
        );
        assert_eq!(
            sized(100 * GIB, Some("5MiB")).unwrap_err(),
            "its 107374182400 bytes would be 20480 parts of 5242880 bytes (5.0 MiB), and a source \
             has at most 10000 parts: `--part-size` must be at least 11MiB"
        );
        // What the message asks for is enough.
        assert_eq!(sized(100 * GIB, Some("11MiB")), Ok(11 * MIB));
    }

    #[test]
    fn growing_parts_hold_exactly_as_much_as_a_source_may_have() {
        let number = |number| PartNumber::new(number).unwrap();
        let sizes = |cut: Cut| [1, 16, 17, 10_000].map(|n| cut.part_size(number(n)).get() / MIB);
        assert_eq!(sizes(GROWING), [64, 64, 100, 100]);
        assert_eq!(sizes(Cut::Even(RULES.min)), [5; 4]);
        let all: u64 = (1..=10_000).map(|n| GROWING.part_size(number(n)).get()).sum();
        assert_eq!(all, RULES.max_source.get());
    }

    #[test]
    fn the_cut_of_a_pipe_is_as_asked_or_fits_the_length_it_is_said_to_have() {
        let cut = |wanted, length: Option<u64>| {
            Cut::of(&RULES, wanted, length.map(ByteCount::new)).map_err(|error| error.to_string())
        };
        let mib = |count| PartSize::new(count * MIB).unwrap();
        for (wanted, length, expected) in [
            (None, None, GROWING),
            (Some(mib(5)), None, Cut::Even(mib(5))),
            (None, Some(GIB), Cut::Even(mib(64))),
            (None, Some(800 * GIB), Cut::Even(mib(82))),
            (Some(mib(7)), Some(GIB), Cut::Even(mib(7))),
        ] {
            assert_eq!(cut(wanted, length), Ok(expected));
        }
        assert!(cut(Some(mib(5)), Some(100 * GIB)).unwrap_err().contains("20480 parts"));
        assert!(cut(None, Some(977 * GIB)).unwrap_err().contains("too many"));
    }

    #[test]
    fn a_source_is_cut_at_its_part_size() {
        let part = RULES.min.get();
        for (size, sizes) in [
            (0, vec![]),
            (1, vec![1]),
            (part, vec![part]),
            (part + 1, vec![part, 1]),
            (3 * part, vec![part; 3]),
        ] {
            let parts = cut(ByteCount::new(size), RULES.min);
            assert_eq!(parts.iter().map(|part| part.size.get()).collect::<Vec<_>>(), sizes);
        }
    }

    #[test]
    fn parts_of_another_destination_are_powers_of_two() {
        let mib = |count: u64| PartSize::new(count * MIB).unwrap();
        let rules = Rules {
            min: mib(1),
            max: mib(4096),
            step: Step::PowersOfTwo,
            growing: None,
            max_source: ByteCount::new(10_000 * 4096 * MIB),
            ..RULES
        };
        for (size, part_mib) in
            [(1, 64), (625 * GIB, 64), (625 * GIB + 1, 128), (40_000 * GIB, 4096)]
        {
            assert_eq!(part_size(&rules, ByteCount::new(size), None), Ok(mib(part_mib)), "{size}");
        }
        let error = part_size(&rules, ByteCount::new(100 * GIB), Some(mib(8))).unwrap_err();
        assert!(error.to_string().ends_with("must be at least 16MiB"), "{error}");
        assert!(rules.allow(mib(1)) && !rules.allow(mib(3)) && RULES.allow(mib(7)));
        assert_eq!(Cut::of(&rules, None, None), Ok(Cut::Even(mib(64))));
    }

    proptest! {
        #[test]
        fn parts_cover_the_source_without_gap_or_overlap(
            size in 0..=RULES.max_source.get(),
            wanted in proptest::option::of(RULES.min.get()..=RULES.max.get()),
        ) {
            let size = ByteCount::new(size);
            let Ok(part_size) = part_size(&RULES, size, wanted.and_then(PartSize::new)) else {
                return Ok(());
            };
            let mut end = 0;
            let parts = cut(size, part_size);
            prop_assert_eq!(covered(parts.iter()), size.get());
            for (number, part) in (1..).zip(&parts) {
                prop_assert_eq!(part.number.get(), number);
                prop_assert_eq!(part.offset, end);
                prop_assert!(part.size.get() > 0 && part.size.get() <= part_size.get());
                end += part.size.get();
            }
            prop_assert_eq!(end, size.get());
        }

        /// Whatever an upload that is found says of its part size: all of the source, or nothing.
        #[test]
        fn a_cut_holds_all_of_a_source_or_is_refused(
            size in 0..=2 * RULES.max_source.get(),
            part_size in RULES.min.get()..=RULES.max.get(),
        ) {
            let cut = Layout::new(
                &RULES,
                [size, 1].into_iter().map(ByteCount::new),
                PartSize::new(part_size).unwrap(),
            );
            prop_assert_eq!(cut.is_err(), size.div_ceil(part_size) > RULES.max_parts);
            if let Ok(parts) = cut {
                let of = |source| parts.of_source(source).collect::<Vec<_>>();
                prop_assert_eq!(covered(of(PartSource::Source1).iter()), size);
                prop_assert_eq!(covered(of(PartSource::Source2).iter()), 1);
                prop_assert_eq!((parts.count(), parts.bytes().get()), (parts.iter().count(), size + 1));
            }
        }

        #[test]
        fn a_part_that_is_missing_leaves_a_gap(size in 1..=RULES.max_source.get(), which: u64) {
            let size = ByteCount::new(size);
            let part_size = part_size(&RULES, size, None).unwrap();
            let mut parts = cut(size, part_size);
            parts.remove(usize::try_from(which % parts.len() as u64).unwrap());
            prop_assert!(covered(parts.iter()) < size.get());
        }
    }
}
