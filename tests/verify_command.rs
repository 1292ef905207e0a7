//! `verify`: read sets held against files and receipts after the upload, by the hashes that the sandbox
//! makes with its own code.

mod answers;
mod undecided;
