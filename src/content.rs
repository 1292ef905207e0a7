//! Reads files from the first byte to the last: proves that they are whole, counts what is in them,
//! and makes the hash that the service makes of their content.
//!
//! Works on readers, on pieces of bytes in order, and on parts that pass in any order; knows neither
//! paths nor the network.

pub mod beside_upload;
mod chain;
mod decode;
mod etag;
mod in_order;
mod md5;
mod md5_list;
mod walked_part;

pub use beside_upload::{Audience, DecodeInput, Decoding, Depth};
pub use chain::Chain;
pub use decode::{DecodeFailure, Decoded, decode, decode_joined};
pub use etag::{ContentEtag, EtagAlgorithm};
pub use in_order::in_order;
pub use md5::{ListedMd5, sum};
pub use md5_list::{Md5Entry, Md5List};
