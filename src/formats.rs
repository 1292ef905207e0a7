//! File types, recognised by content: what a file is, what its header says, how it ends.
//!
//! Works on prefixes and readers that others opened; knows neither paths nor the network. What is
//! peculiar to a format lies in its folder; `inspect` asks the one that a file has. Up here is what
//! they have in common.

mod assembly;
pub mod bam;
pub mod bgzf;
mod contig;
mod counting_reader;
pub mod cram;
mod damage;
mod end_flaw;
pub mod fastq;
mod file_type;
pub(crate) mod fit;
#[cfg(test)]
pub(crate) mod fixture;
mod foreign;
mod gathered;
pub mod gzip;
mod header;
pub(crate) mod inflate;
pub(crate) mod inspect;
mod last_bytes;
mod pending;
mod read_on;
mod stream;

pub use assembly::{Naming, Sequences};
pub use contig::{Contig, Contigs, NotAnIndex, read_contigs, read_index};
pub use damage::{Damage, RecordFlaw, Unit, unwrap};
pub use end_flaw::{EndFlaw, EndSeverity, Tail, Unended};
pub use file_type::{FileType, UnknownFileType};
pub use fit::{ContigDifference, Fit, Theirs, Whole, fit};
pub use foreign::Foreign;
pub use header::{HeaderError, ReadGroup, ReferenceSequence, SamHeader, SortOrder};
pub use inspect::{
    Content, EndCheck, InspectError, Inspected, Kind, PREFIX, Refused, inspect, inspect_lane,
    read_header, read_header_with, sniff, tail,
};
pub use last_bytes::TAIL;
pub(crate) use stream::{Chunks, DecodeStop, Spare, StreamEnd};
