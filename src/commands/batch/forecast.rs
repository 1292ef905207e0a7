//! How long the steps of a run take at least, by the quotas of the service and the cap on the bandwidth.
//! Pure.

use std::time::Duration;

use crate::{pace::Quotas, types::Operation};

/// What is to be done.
pub(super) struct Workload {
    pub(super) rows: u64,
    pub(super) parts: u64,
    pub(super) bytes: u64,
    /// Parts a second, if they are not those of the quota.
    pub(super) puts: Option<f64>,
    /// Bytes a second, if they are capped.
    pub(super) bandwidth: Option<u64>,
}

/// A sentence on it, for a service that has quotas.
pub(super) fn forecast(quotas: Quotas, work: &Workload) -> Option<String> {
    let at = |operation: Operation, count: u64| {
        let rate = quotas.rate(operation)?;
        Some(rounded(float(count) / rate))
    };
    let create = at(Operation::CreateUpload, work.rows)?;
    let by_quota = match work.puts {
        Some(puts) => rounded(float(work.parts) / puts),
        None => at(Operation::UploadPart, work.parts)?,
    };
    let by_link = work.bandwidth.map(|rate| rounded(float(work.bytes) / float(rate.max(1))));
    let send = by_link.map_or(by_quota, |by_link| by_quota.max(by_link));
    let complete = at(Operation::CompleteUpload, work.rows)?;
    let shown = humantime::format_duration;
    Some(format!(
        "by the quotas{} the steps take at least: create {}, send {}, complete {}",
        if by_link.is_some() { " and the bandwidth" } else { "" },
        shown(create),
        shown(send),
        shown(complete)
    ))
}

#[expect(clippy::cast_precision_loss, reason = "an estimate")]
const fn float(number: u64) -> f64 {
    number as f64
}

/// Whole seconds; minutes where there are hours.
fn rounded(seconds: f64) -> Duration {
    let seconds = Duration::from_secs_f64(seconds.max(1.0)).as_secs();
    Duration::from_secs(if seconds >= 3600 { seconds / 60 * 60 } else { seconds })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::omics::QUOTAS;

    #[test]
    fn the_slower_of_quota_and_link_decides() {
        let mut work = Workload {
            rows: 5000,
            parts: 3_000_000,
            bytes: 180 << 40,
            puts: None,
            bandwidth: None,
        };
        assert_eq!(
            forecast(QUOTAS, &work).unwrap(),
            "by the quotas the steps take at least: create 1h 31m, send 3days 13h 2m, complete 1h 31m"
        );
        work.puts = Some(100.0);
        assert!(forecast(QUOTAS, &work).unwrap().contains("send 8h 20m"));
        work.bandwidth = Some(100_000_000);
        let capped = forecast(QUOTAS, &work).unwrap();
        assert!(capped.contains("send 22days 21h"), "{capped}");
        assert_eq!(forecast(Quotas::UNKNOWN, &work), None);
    }
}
