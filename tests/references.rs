//! Reads and the reference that they are aligned to: what fits is sent, what does not is refused
//! before anything is sent, and `--reference auto` finds the one that fits.

mod auto;
mod compared;
pub(crate) mod genome;
mod not_compared;
mod piped;
mod real;
mod served;
