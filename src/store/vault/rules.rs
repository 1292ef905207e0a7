//! What a vault takes, as data.

use crate::{
    plan::{Rules, Step, Sum},
    types::{Algorithm, ByteCount, PartNumber, PartSize},
};

const MIB: u64 = 1024 * 1024;

const fn mebibytes(count: u64) -> PartSize {
    match PartSize::new(count * MIB) {
        Some(size) => size,
        None => panic!("a part size is out of bounds"),
    }
}

/// Limits of uploads in parts
/// (<https://docs.aws.amazon.com/amazonglacier/latest/dev/uploading-archive-mpu.html>): 10,000 parts of
/// 1 MiB to 4 GiB, a power of two each, which make an archive of at most 10,000 × 4 GiB.
pub const RULES: Rules = Rules {
    min: mebibytes(1),
    max: mebibytes(4096),
    default: mebibytes(64),
    step: Step::PowersOfTwo,
    max_parts: PartNumber::MAX.get() as u64,
    growing: None,
    streams: 1,
    sum: Sum::BeforeSending(Algorithm::Sha256Tree),
    max_source: ByteCount::new(PartNumber::MAX.get() as u64 * 4096 * MIB),
    doubtful_source: None,
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::part_size;

    #[test]
    fn parts_grow_with_the_file_until_ten_thousand_hold_it() {
        for (bytes, mib) in [
            (1, Some(64)),
            (10_000 * 64 * MIB, Some(64)),
            (10_000 * 64 * MIB + 1, Some(128)),
            (10_000 * 2048 * MIB + 1, Some(4096)),
            (10_000 * 4096 * MIB, Some(4096)),
            (10_000 * 4096 * MIB + 1, None),
        ] {
            let found = part_size(&RULES, ByteCount::new(bytes), None).ok();
            assert_eq!(found.map(|size| size.get() / MIB), mib, "{bytes}");
        }
    }
}
