//! What all uploads of a process share while their parts are sent: the parts that may be in flight, what
//! gets through, the cap on it, and the memory that bytes pass through.

use std::sync::Arc;

use super::{
    admission::{Admitted, Entrance},
    gauge::Gauge,
    limits::Limits,
    permits::Permits,
};
use crate::{pace::Cap, plan::Rules, source::Blocks};

pub(super) struct Slots {
    /// Parts in flight.
    pub(super) permits: Permits,
    pub(super) gauge: Arc<Gauge>,
    pub(super) entrance: Entrance,
    pub(super) cap: Option<Arc<Cap>>,
    pub(super) blocks: Blocks,
}

impl Slots {
    pub(super) fn new(limits: &Limits, rules: &Rules) -> Self {
        Self {
            permits: Permits::new(limits.concurrency.at_first()),
            gauge: Arc::default(),
            entrance: Entrance::new(limits.turns),
            cap: limits.max_bandwidth.map(Cap::new).map(Arc::new),
            blocks: Blocks::new(rules.sum.algorithm()),
        }
    }

    /// Waits until an upload of so many parts may be begun.
    pub(super) async fn enter(&self, parts: usize) -> Admitted<'_> {
        self.entrance.enter(parts, &self.permits).await
    }
}
