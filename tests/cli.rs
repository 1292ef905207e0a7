//! The real binary against the sandbox, with real files: exact stdout, stderr and status.

mod bad_fields;
mod bad_input;
mod bad_settings;
mod bandwidth;
mod check;
mod check_full;
mod faults;
mod lasting;
mod output;
mod put;
mod refusals;
mod settings;
mod signals;
mod soundness;
mod terminal;
mod wait;
mod walks;
