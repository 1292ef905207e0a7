//! Faults that real files, settings and hostile endpoints brought to light, each under its name: the
//! real binary must now do what is right.

mod answers;
mod environment;
mod messages;
mod outputs;
mod pairs;
mod privacy;
mod read_sets;
mod sending;
mod verdicts;
