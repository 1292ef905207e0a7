//! FASTQ: records, mates, and what read names say.

mod border;
pub(crate) mod decode;
pub(crate) mod end;
mod first_records;
mod mates;
mod padding;
pub(crate) mod pairs;
mod read_name;
mod sequencing_run;

pub use border::BorderFlaw;
pub(crate) use first_records::first_records;
pub use first_records::{BrokenRecord, FastqHead};
pub use mates::{Likeness, MateVerdict, are_marked, share_names, verdict};
pub use padding::Padding;
pub use pairs::Mismatch;
pub(crate) use pairs::Names;
pub use read_name::{Mate, ReadName, last_digits, split_name};
pub use sequencing_run::SequencingRun;
