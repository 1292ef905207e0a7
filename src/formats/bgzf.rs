//! BGZF: blocks, the chain that they form, and their decompression.

pub(crate) mod block;
mod block_chain;
mod block_stretch;
pub(crate) mod decode;
pub(crate) mod end;
mod end_blocks;
mod walk;

pub(crate) use block::END;
pub(crate) use block_chain::BlockChain;
pub(crate) use block_stretch::{BlockSpan, BlockStretch};
pub(crate) use decode::BgzfRules;
pub use walk::{BlockWalk, Walked};
