//! Reads files from the first byte to the last: proves that they are whole, counts what is in them,
//! and makes the hash that the service makes of their content.
//!
//! Works on readers and pieces of bytes in order; knows neither paths nor the network.

mod bam;
mod bgzf;
mod block;
mod container;
mod damage;
mod decode;
mod etag;
mod fastq;
#[cfg(test)]
mod fixture;
mod gzip;
mod inflate;
mod number;
mod pairs;
mod pending;
mod record;
mod sam;
mod stream;
mod tag;

pub use block::{BlockWalk, Walked};
pub use container::{ContainerWalk, Counted};
pub use damage::{Damage, RecordFlaw, Unit};
pub use decode::{Decoded, Failure, decode};
pub use etag::{Algorithm, Etag, UnknownAlgorithm};
pub use pairs::Mismatch;
