//! CRAM: its header, containers and blocks.

pub(crate) mod block_piece;
mod container;
mod container_starts;
mod container_stretch;
pub(crate) mod end;
pub(crate) mod header;
mod number;
mod version;
mod walk;

pub(crate) use block_piece::BlockPiece;
pub(crate) use container_starts::ContainerStarts;
pub(crate) use container_stretch::ContainerStretch;
pub use version::CramVersion;
pub(crate) use version::{MAGIC, named_version};
pub use walk::{ContainerCounts, ContainerWalk};
