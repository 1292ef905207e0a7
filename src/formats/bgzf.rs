//! BGZF: blocks, the chain that they form, and their decompression.

pub(crate) mod block;
pub(crate) mod decode;
pub(crate) mod end_blocks;
mod joint;
mod stretch;

pub(crate) use block::TRAILER;
pub use block::{BlockWalk, Walked};
pub(crate) use decode::Rules;
pub(crate) use end_blocks::{Chain, Stop};
pub(crate) use joint::Joint;
pub(crate) use stretch::{BlockStretch, Stretch};
