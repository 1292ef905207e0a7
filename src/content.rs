//! Reads files from the first byte to the last: proves that they are whole, counts what is in them,
//! and makes the hash that the service makes of their content.
//!
//! Works on readers, on pieces of bytes in order, and on parts that pass in any order; knows neither
//! paths nor the network.

mod across;
mod bam;
mod bgzf;
mod block;
mod chain;
mod container;
mod damage;
mod decode;
mod etag;
mod fastq;
#[cfg(test)]
mod fixture;
mod gzip;
mod hops;
mod inflate;
mod joint;
mod kept;
mod long;
mod march;
mod number;
mod pairs;
mod pending;
mod piece;
mod record;
mod references;
mod sam;
mod seen;
mod stream;
mod stretch;
mod tag;

pub use block::{BlockWalk, Walked};
pub use chain::Chain;
pub use container::{ContainerWalk, Counted};
pub use damage::{Damage, RecordFlaw, Unit, unwrap};
pub use decode::{Decoded, Failure, decode};
pub use etag::{Algorithm, Etag, UnknownAlgorithm};
pub use march::march;
pub use pairs::Mismatch;
