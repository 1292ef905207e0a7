//! The SHA-256 tree hash, word by word as
//! <https://docs.aws.amazon.com/amazonglacier/latest/dev/checksum-calculations.html> defines it: all
//! leaves first, then level by level.

use sha2::{Digest as _, Sha256};

/// How much of the data a leaf is the sum of.
const LEAF: usize = 1024 * 1024;

pub(crate) type SumBytes = [u8; 32];

/// The leaves of data as it passes: 32 bytes a MiB.
#[derive(Clone, Default)]
pub(crate) struct Leaves {
    whole: Vec<SumBytes>,
    growing: Sha256,
    grown: usize,
}

impl Leaves {
    pub(crate) fn update(&mut self, mut block: &[u8]) {
        while !block.is_empty() {
            let (here, rest) = block.split_at(block.len().min(LEAF - self.grown));
            self.growing.update(here);
            self.grown += here.len();
            block = rest;
            if self.grown == LEAF {
                self.grown = 0;
                self.whole.push(self.growing.finalize_reset().into());
            }
        }
    }

    pub(crate) fn root(mut self) -> SumBytes {
        if self.grown > 0 || self.whole.is_empty() {
            self.whole.push(self.growing.finalize().into());
        }
        fold(self.whole)
    }
}

/// Hashes pair after pair until one is left; an odd one goes up as it is. The roots of parts, each of a
/// power of two leaves but the last, are folded in the same way.
pub(crate) fn fold(mut level: Vec<SumBytes>) -> SumBytes {
    while level.len() > 1 {
        level = level
            .chunks(2)
            .map(|pair| match pair {
                [left, right] => Sha256::digest([*left, *right].concat()).into(),
                odd => odd[0],
            })
            .collect();
    }
    level.first().copied().unwrap_or_else(|| Sha256::digest([]).into())
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;

    use super::*;

    fn root(unit: &[u8], size: usize) -> SumBytes {
        let mut leaves = Leaves::default();
        let block = unit.repeat(1 + 10_000 / unit.len().max(1));
        let mut left = size;
        while left > 0 {
            let now = left.min(block.len());
            leaves.update(&block[..now]);
            left -= now;
        }
        leaves.root()
    }

    #[test]
    fn published_sums() {
        for (unit, size, expected) in [
            (
                &b"0"[..],
                2 << 20,
                "489117033ee4cf06991b60ce56830ac409862a6ec8afdfb3b510e8fad3b80d24",
            ),
            (b"0", 5_767_168, "154e26c78fd74d0c2c9b3cc4644191619dc4f2cd539ae2a74d5fd07957a3ee6a"),
            (b"\0", 7_680_000, "7a43777ddc7a0326d36b15bc482e6c7736e1c2e9d80a647e8c301646f6a4785c"),
            (
                b"01245678912",
                105_906_680,
                "3d417484359fc9f5a3bafd576dc47b8b2de2bf2d4fdac5aa2aff768f2210d386",
            ),
            (b"", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ] {
            assert_eq!(HEXLOWER.encode(&root(unit, size)), expected, "{size}");
        }
    }

    #[test]
    fn parts_fold_to_the_root_of_the_whole() {
        let bytes: Vec<u8> = (0..=255).cycle().take(11 * LEAF + 5).collect();
        for size in [LEAF, 2 * LEAF, 4 * LEAF, 8 * LEAF, 16 * LEAF] {
            let parts = bytes.chunks(size).map(|part| root(part, part.len())).collect();
            assert_eq!(fold(parts), root(&bytes, bytes.len()), "{size}");
        }
    }
}
