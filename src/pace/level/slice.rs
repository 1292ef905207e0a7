//! What the rule is fed with.

use std::time::Duration;

/// What was seen in a slice of time, some 100 ms long.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Slice {
    pub elapsed: Duration,
    /// Bytes that got through.
    pub bytes: u64,
    /// Parts in flight at its end.
    pub in_flight: usize,
    /// Attempts that ended, well or not.
    pub ended: u32,
    /// Of these, those that failed but for the following.
    pub failed: u32,
    /// Those in which nothing moved any more.
    pub stuck: u32,
    /// Those that came too often for the service.
    pub throttled: u32,
    /// The most parts in flight that the request quota can use, if that is known.
    pub usable: Option<usize>,
}
