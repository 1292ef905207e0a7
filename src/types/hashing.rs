//! How the bytes of a part are hashed, as its destination wants it.

use std::{fmt, str::FromStr};

use data_encoding::HEXLOWER;

use super::{Invalid, Sha256, Sha256Hasher};

/// A way to hash.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Algorithm {
    #[default]
    Sha256,
    /// The SHA-256 of every MiB, hashed in pairs until one is left; one without a partner goes up as it
    /// is (<https://docs.aws.amazon.com/amazonglacier/latest/dev/checksum-calculations.html>).
    Sha256Tree,
}

/// A sum of bytes that we computed ourselves, and their SHA-256, which everybody signs.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest {
    algorithm: Algorithm,
    sum: Sha256,
    sha256: Sha256,
}

impl Digest {
    pub fn of(algorithm: Algorithm, bytes: &[u8]) -> Self {
        let mut hasher = Hasher::new(algorithm);
        hasher.update(bytes);
        hasher.finish()
    }

    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    pub const fn as_bytes(&self) -> &[u8; 32] {
        self.sum.as_bytes()
    }

    /// The sum itself.
    pub const fn sum(&self) -> Sha256 {
        self.sum
    }

    /// The SHA-256 of the bytes, whatever the sum is.
    pub const fn sha256(&self) -> Sha256 {
        self.sha256
    }
}

impl From<Sha256> for Digest {
    fn from(sha256: Sha256) -> Self {
        Self { algorithm: Algorithm::Sha256, sum: sha256, sha256 }
    }
}

const TREE: &str = "tree:";

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { algorithm, sum, sha256 } = self;
        match algorithm {
            Algorithm::Sha256 => write!(f, "{sum}"),
            Algorithm::Sha256Tree => write!(f, "{TREE}{sum}:{sha256}"),
        }
    }
}

impl FromStr for Digest {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let Some(sums) = text.strip_prefix(TREE) else { return Ok(text.parse::<Sha256>()?.into()) };
        let (sum, sha256) = sums.split_once(':').unwrap_or((sums, ""));
        let (sum, sha256) = (sum.parse()?, sha256.parse()?);
        Ok(Self { algorithm: Algorithm::Sha256Tree, sum, sha256 })
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}({})", self.algorithm, HEXLOWER.encode(self.as_bytes()))
    }
}

/// Computes a [`Digest`] block by block.
pub enum Hasher {
    Sha256(Sha256Hasher),
    Sha256Tree(TreeHasher),
}

impl Hasher {
    pub fn new(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::Sha256 => Self::Sha256(Sha256Hasher::new()),
            Algorithm::Sha256Tree => Self::Sha256Tree(TreeHasher::default()),
        }
    }

    pub fn update(&mut self, block: &[u8]) {
        match self {
            Self::Sha256(hasher) => hasher.update(block),
            Self::Sha256Tree(hasher) => hasher.update(block),
        }
    }

    pub fn finish(self) -> Digest {
        match self {
            Self::Sha256(hasher) => hasher.finish().into(),
            Self::Sha256Tree(hasher) => hasher.finish(),
        }
    }
}

const LEAF: usize = 1024 * 1024;

/// The roots of the whole subtrees so far, the largest first; the leaf that is not full yet.
#[derive(Default)]
pub struct TreeHasher {
    roots: Vec<(u32, Sha256)>,
    leaf: Sha256Hasher,
    filled: usize,
    all: Sha256Hasher,
}

impl TreeHasher {
    fn update(&mut self, mut block: &[u8]) {
        self.all.update(block);
        while !block.is_empty() {
            let (now, later) = block.split_at(block.len().min(LEAF - self.filled));
            self.leaf.update(now);
            self.filled += now.len();
            block = later;
            if self.filled == LEAF {
                self.close_leaf();
            }
        }
    }

    fn close_leaf(&mut self) {
        self.filled = 0;
        let mut node = (0, std::mem::take(&mut self.leaf).finish());
        while let Some((_, left)) = self.roots.pop_if(|(height, _)| *height == node.0) {
            node = (node.0 + 1, pair_of_nodes(&left, &node.1));
        }
        self.roots.push(node);
    }

    fn finish(mut self) -> Digest {
        // Of no bytes, the one leaf is empty.
        if self.filled > 0 || self.roots.is_empty() {
            self.close_leaf();
        }
        let roots = self.roots.into_iter().map(|(_, root)| root);
        let sha256 = self.all.finish();
        let sum = roots.rev().reduce(|right, left| pair_of_nodes(&left, &right)).unwrap_or(sha256);
        Digest { algorithm: Algorithm::Sha256Tree, sum, sha256 }
    }
}

/// The root over the roots of parts, of which each but the last is a whole tree of one height: they are
/// a level of the tree of everything.
pub fn root_of_parts(mut level: Vec<Sha256>) -> Option<Sha256> {
    while level.len() > 1 {
        let up = |nodes: &[Sha256]| match nodes {
            [left, right] => Some(pair_of_nodes(left, right)),
            nodes => nodes.first().copied(),
        };
        level = level.chunks(2).filter_map(up).collect();
    }
    level.first().copied()
}

/// The node of a tree above two others.
fn pair_of_nodes(left: &Sha256, right: &Sha256) -> Sha256 {
    Sha256::of(&[*left.as_bytes(), *right.as_bytes()].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition, word by word.
    fn root(bytes: &[u8]) -> Sha256 {
        let mut level: Vec<_> = bytes.chunks(LEAF).map(Sha256::of).collect();
        while level.len() > 1 {
            let up = |nodes: &[Sha256]| match nodes {
                [left, right] => pair_of_nodes(left, right),
                nodes => nodes[0],
            };
            level = level.chunks(2).map(up).collect();
        }
        level[0]
    }

    #[test]
    fn a_tree_of_any_size_has_the_root_of_its_definition() {
        for size in [1, LEAF - 1, LEAF, LEAF + 1, 3 * LEAF, 4 * LEAF + 7, 5 * LEAF, 7 * LEAF - 1] {
            let bytes: Vec<u8> = (0..=u8::MAX).cycle().step_by(3).take(size).collect();
            let mut hasher = Hasher::new(Algorithm::Sha256Tree);
            bytes.chunks(300_000).for_each(|block| hasher.update(block));
            let digest = hasher.finish();
            assert_eq!(digest.as_bytes(), root(&bytes).as_bytes(), "{size}");
            assert_eq!(digest, Digest::of(Algorithm::Sha256Tree, &bytes), "{size}");
        }
    }

    #[test]
    fn a_small_tree_is_one_leaf_and_still_no_plain_sum() {
        let (tree, plain) =
            (Digest::of(Algorithm::Sha256Tree, b"abc"), Digest::of(Algorithm::Sha256, b"abc"));
        assert_eq!(tree.as_bytes(), plain.as_bytes());
        assert_ne!(tree, plain);
        assert_eq!((tree.sha256(), plain.sha256()), (Sha256::of(b"abc"), Sha256::of(b"abc")));
        for digest in [tree, plain] {
            assert_eq!(digest.to_string().parse(), Ok(digest));
        }
        assert_eq!(plain.to_string(), Sha256::of(b"abc").to_string(), "as journals have it");
    }
}
