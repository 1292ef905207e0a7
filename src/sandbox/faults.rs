//! Faults on request: how they are written, and when they strike.

mod fault;
mod spelling;
mod strikes;
mod target;

pub use fault::Fault;
pub(crate) use fault::{Action, FaultScope, Moment};
pub use spelling::InvalidFault;
pub(crate) use strikes::{Faults, Struck, Subject};
pub(crate) use target::FaultTarget;
