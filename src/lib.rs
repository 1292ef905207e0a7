//! `omics-upload` puts sequencing files into AWS HealthOmics sequence stores.
//!
//! # The map
//!
//! Data flows one way: arguments → prepared read sets → plan → transfer → confirmation → outcome →
//! exit status.
//!
//! What the user types is [`cli`]; it knows no environment but what clap reads for it, and
//! [`settings`] gives it the defaults of the config file. [`commands`] holds one verb a file.
//!
//! [`preflight`] makes what is to be done of the arguments: it opens the files ([`source`]), sees what
//! they are ([`formats`]), makes read sets of them ([`readset`]: a sample gets its name in
//! `readset/infer.rs`), cuts them into parts ([`plan`]), and refuses all that is wrong before a
//! request is made.
//!
//! [`sheet`] reads sample sheets, whoever wrote them, into rows, and writes them again with what became
//! of their rows.
//!
//! [`run`] is what surrounds a transfer: the destination, the journals and receipts of this machine,
//! the limits, and the outcome.
//!
//! [`engine`] moves parts: bounded, paced ([`pace`]), cancellable ([`signal`]). It knows the destination
//! only as a [`store`] with rules, and tells what happens as [`event`]s, which [`progress`] draws. Every
//! request of every command goes through `store/caller`, where it is decided whether one that failed is
//! made again. `store/omics` speaks to HealthOmics; [`aws`] has what every destination on AWS needs.
//! [`report`] turns failures into text, hints and the exit status. [`journal`] is what a machine
//! remembers of an upload; the engine writes it, and resuming reads it. [`receipt`] is the document that
//! says afterwards what was sent, when, and how it is known that it arrived; [`page`] shows a batch to
//! people, as one HTML document.
//!
//! [`source`] is where bytes come from: a file, several that follow each other, standard input, or whatever
//! else gives ranges of bytes (`source::Object`: an object in a bucket would be one). [`formats`] has a
//! folder for each format, with what it takes to recognise it, to check its end, to walk and to decode it;
//! `formats/inspect.rs` asks the one that a file has.
//!
//! [`content`] reads whole files in order, by the decoders of [`formats`]: it proves that they are
//! undamaged, counts reads and bases, and makes the hash that the service makes of their content; also
//! beside an upload, of what is being sent.
//!
//! [`sandbox`] is the service itself on a small scale: real HTTP, real rules, kept on disk. It shares
//! nothing with the client but a few of the [`types`], so that it cannot agree with the
//! client by sharing its mistakes; clients that others wrote hold it to the truth.
//!
//! What the program reads for itself and what it writes goes through [`files`], which waits for no
//! pipe; what the system lets it have is known to [`system`].
//!
//! The arrows between rooms go down, without a circle; `tests/architecture.rs` has the table.
//!
//! # What holds everywhere
//!
//! - Every value that crosses a boundary is parsed once into a type of [`types`].
//! - A part of a file is never in memory as a whole, one of a pipe has to be; nothing is read before a
//!   permit is held.
//! - A part counts when the service has confirmed it, and the service's list is the truth.
//! - After Complete was attempted, nothing is ever aborted; a doubtful Complete is settled by looking.
//! - Text from file names, files and servers is escaped before it can reach a terminal.

pub mod aws;
pub mod cli;
pub mod commands;
pub mod content;
pub mod engine;
pub mod event;
pub mod files;
pub mod formats;
pub mod journal;
pub mod pace;
pub mod page;
pub mod plan;
pub mod preflight;
pub mod prepared;
pub mod progress;
pub mod readset;
pub mod receipt;
pub mod report;
pub mod run;
pub mod sandbox;
pub mod settings;
pub mod shard;
pub mod sheet;
pub mod signal;
pub mod source;
pub mod store;
pub mod system;
pub mod types;
