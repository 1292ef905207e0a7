//! Decoders that are used again.
//!
//! Each has 40 KiB that begin at a multiple of 64 bytes, and before its version 2.38 glibc does not find
//! such memory again once it is freed: 8,000 small files cost 250 MiB.

use std::{
    io::Cursor,
    sync::{Mutex, PoisonError},
};

use flate2::bufread::GzDecoder;

pub(super) type Decoder = GzDecoder<Cursor<Vec<u8>>>;

/// Those that nobody uses now.
static SPARE: Mutex<Vec<Decoder>> = Mutex::new(Vec::new());
/// More of them are not kept.
const MOST: usize = 32;

/// Uses a decoder of `bytes`.
pub(super) fn with_decoder<T>(bytes: &[u8], use_it: impl FnOnce(&mut Decoder) -> T) -> T {
    let spare = || SPARE.lock().unwrap_or_else(PoisonError::into_inner);
    let bytes = Cursor::new(bytes.to_vec());
    let kept = spare().pop();
    let mut decoder = match kept {
        None => GzDecoder::new(bytes),
        Some(mut decoder) => {
            decoder.reset(bytes);
            decoder
        }
    };
    let made = use_it(&mut decoder);
    decoder.reset(Cursor::default());
    let mut spare = spare();
    if spare.len() < MOST {
        spare.push(decoder);
    }
    made
}

/// What follows the member that a decoder has come to the end of.
pub(super) fn rest(decoder: &Decoder) -> &[u8] {
    let bytes = decoder.get_ref();
    let at = usize::try_from(bytes.position()).unwrap_or(usize::MAX);
    bytes.get_ref().get(at..).unwrap_or_default()
}

/// Goes on with what follows.
pub(super) fn next(decoder: &mut Decoder) {
    let rest = std::mem::take(decoder.get_mut());
    decoder.reset(rest);
}
