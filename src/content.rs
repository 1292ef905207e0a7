//! Reads files from the first byte to the last: proves that they are whole, counts what is in them,
//! and makes the hash that the service makes of their content.
//!
//! Works on readers, on pieces of bytes in order, and on parts that pass in any order; knows neither
//! paths nor the network.

mod chain;
mod decode;
pub mod decoding;
mod etag;
mod in_order;
mod md5;
mod md5_list;
mod seen;

pub use decoding::{Audience, Decoding, Input};
pub use md5::{Listed, sum};
pub use md5_list::{Entry, Md5List};

pub use chain::Chain;
pub use decode::{Decoded, Failure, decode};
pub use etag::{Algorithm, Etag, UnknownAlgorithm};
pub use in_order::in_order;
