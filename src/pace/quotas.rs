//! The requests a second that a store documents, as data.

use crate::types::Operation;

/// What a store allows of each operation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quotas(&'static [(Operation, f64)]);

/// What we leave of a quota: others in the account have a request to make now and then, and no clock
/// is exactly that of the service.
const SPARE: f64 = 0.02;

/// What we leave of a quota of one request a second. Nothing is saved up there that would make up for
/// a request that takes a little longer on its way than the one after it, such as the first one,
/// which waits for its connection.
const SPARE_OF_ONE: f64 = 0.09;

impl Quotas {
    /// What a store documents: requests a second.
    pub const fn new(documented: &'static [(Operation, f64)]) -> Self {
        Self(documented)
    }

    /// A store that documents none.
    pub const UNKNOWN: Self = Self(&[]);

    /// The requests a second that are documented for an operation, if any are.
    pub fn of(self, operation: Operation) -> Option<f64> {
        self.0.iter().find(|(of, _)| *of == operation).map(|(_, quota)| *quota)
    }

    /// The rate that we keep to; `None` if the store says nothing about the operation.
    pub fn rate(self, operation: Operation) -> Option<f64> {
        self.of(operation).map(below)
    }
}

/// The rate that keeps a quota for sure.
pub(super) fn below(quota: f64) -> f64 {
    let spare = if quota > 1.0 { SPARE } else { SPARE_OF_ONE };
    quota * (1.0 - spare)
}
