//! The goals, and whether the figures meet them.

use crate::{
    clients::Client,
    series::{Comparison, Figures, Row, mib},
};

/// A goal and what was measured for it.
#[derive(Debug)]
pub(crate) struct Goal {
    pub(crate) what: String,
    pub(crate) wanted: String,
    pub(crate) measured: String,
    pub(crate) met: bool,
}

/// Every goal that something was measured for.
pub(crate) fn goals(figures: &Figures) -> Vec<Goal> {
    let mut goals: Vec<_> = figures.comparisons.iter().flat_map(compared).collect();
    for (concurrency, limit) in [(16, 48.0), (64, 96.0)] {
        let peaks = figures.memory.iter().filter(|peak| peak.concurrency == concurrency);
        if let Some(peak) = peaks.map(|peak| peak.peak).max() {
            goals.push(Goal {
                what: format!(
                    "peak memory with {concurrency} parts of 64 or 100 MiB in flight, HTTP and HTTPS"
                ),
                wanted: format!("< {limit} MiB"),
                measured: format!("{:.1} MiB", mib(peak)),
                met: mib(peak) < limit,
            });
        }
    }
    if let Some(small) = figures.small {
        goals.push(Goal {
            what: "`put --no-wait` of 10 kB, from start to exit".to_owned(),
            wanted: "< 50 ms".to_owned(),
            measured: format!("{:.0} ms", small.median * 1000.0),
            met: small.median < 0.05,
        });
    }
    goals
}

fn compared(comparison: &Comparison) -> Vec<Goal> {
    let wall = |row: &Row| row.wall.median;
    let cpu = |row: &Row| row.cpu.median;
    let of = |client, figure: fn(&Row) -> f64| comparison.row(client).map(figure);
    let hash = [of(Client::Sha256sum, cpu), of(Client::Openssl, cpu)].into_iter().flatten();
    let hash = hash.min_by(f64::total_cmp);
    let rivals = [
        ("wall time, of that of curl", of(Client::Curl, wall), wall as fn(&Row) -> f64, 1.1),
        ("wall time, of that of boto3", of(Client::Boto3, wall), wall, 0.6),
        (
            "wall time, of that of aws-healthomics-tools",
            of(Client::TransferManager, wall),
            wall,
            0.6,
        ),
        (
            "processor time, of that of curl and a SHA-256",
            of(Client::Curl, cpu).zip(hash).map(|(curl, hash)| curl + hash),
            cpu,
            1.3,
        ),
    ];
    let mut goals = Vec::new();
    for (what, rival, figure, limit) in rivals {
        for (name, client) in [("8", Client::Fixed), ("auto", Client::Auto)] {
            if let Some((ours, rival)) = of(client, figure).zip(rival) {
                goals.push(Goal {
                    what: format!("{}, `--concurrency {name}`: {what}", comparison.scheme.as_str()),
                    wanted: format!("≤ {limit:.1}"),
                    measured: format!("{:.2}", ours / rival),
                    met: ours / rival <= limit,
                });
            }
        }
    }
    goals
}
