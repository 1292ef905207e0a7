//! Reads a file on from a place where something is wrong, to see what it is.

use std::io;

use super::damage::Damage;
use crate::source::ReadAt;

/// How much is read at a time.
const READ: usize = 128 * 1024;

/// Shows what follows `at`, and `None` behind the last byte, until something is found.
pub(super) fn read_on(
    file: &dyn ReadAt,
    mut at: u64,
    mut see: impl FnMut(Option<&[u8]>) -> Result<(), Damage>,
) -> io::Result<Option<Damage>> {
    let mut buffer = vec![0; READ];
    loop {
        let read = file.read_from(&mut buffer, at)?;
        let seen = see((read > 0).then_some(&buffer[..read]));
        if read == 0 || seen.is_err() {
            return Ok(seen.err());
        }
        at += read as u64;
    }
}
