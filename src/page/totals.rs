//! What all read sets add up to.

use std::collections::BTreeMap;

use strum::VariantArray as _;

use super::{ReadSetRow, RowStatus};

/// Sums over the rows.
#[derive(Debug, Default)]
pub(super) struct Totals {
    by_status: BTreeMap<RowStatus, u64>,
    pub(super) files: u64,
    pub(super) bytes: u64,
    pub(super) bytes_sent: u64,
    pub(super) retries: u64,
    pub(super) throttled: u64,
}

impl Totals {
    pub(super) fn of(rows: &[ReadSetRow]) -> Self {
        let mut totals = Self::default();
        for row in rows {
            *totals.by_status.entry(row.status).or_default() += 1;
            totals.files += row.files.len() as u64;
            totals.bytes += row.bytes();
            totals.bytes_sent += row.traffic.bytes_sent;
            totals.retries += row.traffic.retries;
            totals.throttled += row.traffic.throttled;
        }
        totals
    }

    pub(super) fn count(&self, status: RowStatus) -> u64 {
        self.by_status.get(&status).copied().unwrap_or_default()
    }

    pub(super) fn read_sets(&self) -> u64 {
        self.by_status.values().sum()
    }

    /// The statuses that occur, the good ones first.
    pub(super) fn statuses(&self) -> impl Iterator<Item = (RowStatus, u64)> {
        let all = RowStatus::VARIANTS.iter().rev();
        all.map(|status| (*status, self.count(*status))).filter(|(_, count)| *count > 0)
    }
}
