//! Random numbers that nobody can guess.

use super::output;
use crate::report::Abort;

/// 32 hexadecimal digits.
pub(super) fn digits() -> Result<String, Abort> {
    let mut random = [0; 16];
    getrandom::fill(&mut random)
        .map_err(|error| output::broken(error, "cannot get random numbers"))?;
    Ok(format!("{:032x}", u128::from_be_bytes(random)))
}
