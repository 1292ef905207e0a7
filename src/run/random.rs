//! Random numbers that nobody can guess.

use crate::report::{Abort, output};

/// 32 hexadecimal digits.
pub(crate) fn digits() -> Result<String, Abort> {
    let mut random = [0; 16];
    getrandom::fill(&mut random)
        .map_err(|error| output::broken(error, "cannot get random numbers"))?;
    Ok(format!("{:032x}", u128::from_be_bytes(random)))
}

/// A number from 0 to 1.
pub(crate) fn fraction() -> f64 {
    let mut random = [0; 4];
    // Without it, all begin at once.
    let _ = getrandom::fill(&mut random);
    f64::from(u32::from_be_bytes(random)) / f64::from(u32::MAX)
}
