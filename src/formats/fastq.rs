//! FASTQ: records, mates, and what read names say.

pub(crate) mod decode;
pub(crate) mod head;
mod mates;
mod padding;
pub(crate) mod pairs;
mod sequencing_run;

pub use head::{BrokenRecord, FastqHead};
pub(crate) use head::{TextEnd, text_end};
pub use mates::{
    Likeness, Mate, ReadName, Verdict, are_marked, last_digits, share_names, split_name, verdict,
};
pub use padding::Padding;
pub use pairs::Mismatch;
pub(crate) use pairs::Names;
pub use sequencing_run::Run;
