//! CRAM: its header, containers and blocks.

mod across;
mod container;
pub(crate) mod head;
mod hops;
pub(crate) mod piece;

pub(crate) use across::ContainerStretch;
pub use container::ContainerWalk;
pub(crate) use hops::Hops;
pub(crate) use piece::Piece;
