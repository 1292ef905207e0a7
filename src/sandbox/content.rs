//! Whether the sources of a read set are what the upload said: decoding, independent of the client's.

mod alignment;
mod bam;
mod cram;
pub(crate) mod examine;
pub(crate) mod fasta;
mod fastq;
mod flaw;
mod gzip;

pub(crate) use fasta::Indexer;
pub use fasta::Unindexable;
