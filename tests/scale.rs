//! How long a large run takes, by the rules of the program: files are cut and shared as `batch` does it, and the
//! rates are those of quotas, links and disks. A fluid model without a clock; it writes tables of docs/scale.md.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "simulated bytes need not be exact"
)]

use std::fmt::Write as _;

use expect_test::expect_file;
use omics_upload::{
    plan::{self, Layout},
    shard::{self, Shard},
    store::omics::{QUOTAS, RULES},
    types::{ByteCount, Operation, PartSize},
};

const MIB: u64 = 1 << 20;
const GBIT: f64 = 125e6;

/// Where the bounds are, in bytes a second; puts a second are those of the account.
#[derive(Clone, Copy)]
struct Site {
    machines: usize,
    /// Of each machine: link and disk, whichever is slower.
    machine: f64,
    /// How many of them have a tenth of that.
    slow: usize,
    /// What all share: the link to AWS, or the file system.
    together: f64,
    puts: f64,
    part_size: PartSize,
    shares: u32,
}

const USUAL: Site = Site {
    machines: 256,
    machine: GBIT,
    slow: 0,
    together: f64::INFINITY,
    puts: 10.0,
    part_size: RULES.max,
    shares: 256,
};

/// 5,000 files, 180 TB in all: logarithms of sizes that are about normal.
fn sizes() -> Vec<ByteCount> {
    let mut random = fastrand::Rng::with_seed(7);
    let mut size = || (0..8).fold(1e9, |size, _| size * f64::from(random.u32(60..160)) / 100.0);
    let sizes: Vec<f64> = (0..5000).map(|_| size()).collect();
    let factor = 180e12 / sizes.iter().sum::<f64>();
    let bytes = |size: f64| (size * factor).min(float(RULES.max_source.get())) as u64;
    sizes.into_iter().map(|size| ByteCount::new(bytes(size))).collect()
}

fn layouts(part_size: PartSize) -> Vec<Layout> {
    let layout = |size: ByteCount| {
        // What does not fit 10,000 parts has larger ones.
        let part_size = part_size.max(plan::part_size(&RULES, size, None).unwrap());
        Layout::new(&RULES, std::iter::once(size), part_size).unwrap()
    };
    sizes().into_iter().map(layout).collect()
}

/// What is left of a share that is being sent, and by which machine.
struct Task {
    left: f64,
    machine: usize,
}

/// How long all shares take, in seconds, and how many parts there are.
fn simulate(site: &Site) -> (f64, usize) {
    let layouts = layouts(site.part_size);
    let mut waiting: Vec<f64> = (1..=site.shares)
        .map(|index| {
            let stretches = shard::stretches(&layouts, Shard::new(index, site.shares).unwrap());
            let parts = stretches.iter().flat_map(|(at, found)| {
                found.iter().flat_map(|stretch| stretch.parts(&layouts[*at]))
            });
            parts.map(|part| float(part.size.get())).sum()
        })
        .collect();
    waiting.reverse();
    let begin =
        |machine: usize, waiting: &mut Vec<f64>| waiting.pop().map(|left| Task { left, machine });
    let mut tasks: Vec<_> =
        (0..site.machines).filter_map(|machine| begin(machine, &mut waiting)).collect();
    let mut time = 0.0;
    while !tasks.is_empty() {
        // The quota is divided by those that are at work.
        let quota = site.puts * float(site.part_size.get()) / tasks.len() as f64;
        let own = |task: &Task| {
            let link = if task.machine < site.slow { site.machine / 10.0 } else { site.machine };
            link.min(quota)
        };
        let all: f64 = tasks.iter().map(own).sum();
        let squeeze = (site.together / all).min(1.0);
        let step =
            tasks.iter().map(|task| task.left / (own(task) * squeeze)).fold(f64::MAX, f64::min);
        time += step;
        let rates: Vec<_> = tasks.iter().map(|task| own(task) * squeeze).collect();
        for (task, rate) in tasks.iter_mut().zip(rates) {
            task.left -= rate * step;
        }
        let (going, ended): (Vec<_>, Vec<_>) = tasks.into_iter().partition(|task| task.left > 1.0);
        tasks = going;
        tasks.extend(ended.into_iter().filter_map(|task| begin(task.machine, &mut waiting)));
    }
    (time, layouts.iter().map(Layout::count).sum())
}

fn float(number: u64) -> f64 {
    number as f64
}

fn hours(seconds: f64) -> String {
    let hours = seconds / 3600.0;
    if hours >= 100.0 { format!("{:.1} days", hours / 24.0) } else { format!("{hours:.1} h") }
}

fn gbits(rate: f64) -> String {
    if rate.is_finite() { format!("{} Gbit/s", rate / GBIT) } else { "-".to_owned() }
}

/// One more machine, or another part size, quota or link, and what comes of it.
fn bounds() -> String {
    let part = |mebibytes: u64| PartSize::new(mebibytes * MIB).unwrap();
    let few = |machines: u32, gbit: f64| Site {
        machines: machines as usize,
        machine: gbit * GBIT,
        shares: machines,
        ..USUAL
    };
    let sites = [
        few(1, 1.0),
        few(1, 10.0),
        few(4, 1.0),
        few(8, 1.0),
        few(9, 1.0),
        few(64, 1.0),
        USUAL,
        Site { part_size: part(64), ..USUAL },
        Site { together: 4.0 * GBIT, ..USUAL },
        Site { puts: 50.0, ..USUAL },
        Site { puts: 50.0, together: 20.0 * GBIT, ..USUAL },
    ];
    let mut table =
        "| machines | each | together | parts a second | part size | parts | time | GB/s |\n\
                     |---|---|---|---|---|---|---|---|\n"
            .to_owned();
    for site in sites {
        let (time, parts) = simulate(&site);
        writeln!(
            table,
            "| {} | {} | {} | {} | {} | {parts} | {} | {:.2} |",
            site.machines,
            gbits(site.machine),
            gbits(site.together),
            site.puts,
            site.part_size,
            hours(time),
            180e3 / time,
        )
        .unwrap();
    }
    table
}

/// Where some machines are slow: as many shares as machines, and ten times as many.
fn slow_machines() -> String {
    let site = Site { machines: 64, slow: 4, shares: 64, ..USUAL };
    let mut table = "| parts a second | shares | time |\n|---|---|---|\n".to_owned();
    for (puts, shares) in [(10.0, 64), (10.0, 640), (50.0, 64), (50.0, 640)] {
        let (time, _) = simulate(&Site { puts, shares, ..site });
        writeln!(table, "| {puts} | {shares} | {} |", hours(time)).unwrap();
    }
    table
}

#[test]
fn the_page_has_what_the_simulation_says() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/scale.md");
    let page = std::fs::read_to_string(path).unwrap();
    let mut made = String::new();
    let mut rest = &*page;
    for (name, table) in [("bounds", bounds()), ("slow machines", slow_machines())] {
        let begin = format!("<!-- simulated: {name} -->\n");
        let (before, after) = rest.split_once(&begin).unwrap();
        let (_, after) = after.split_once("<!-- end -->").unwrap();
        write!(made, "{before}{begin}{table}<!-- end -->").unwrap();
        rest = after;
    }
    made.push_str(rest);
    expect_file![path].assert_eq(&made);
}

#[test]
fn the_quota_is_the_bound_that_the_page_names() {
    assert_eq!(QUOTAS.of(Operation::UploadPart), Some(USUAL.puts));
    let (time, parts) = simulate(&USUAL);
    let by_quota = parts as f64 / USUAL.puts;
    assert!((time / by_quota - 1.0).abs() < 0.01, "{time} {by_quota}");
    // Nine machines with 1 Gbit/s are past it, eight are not.
    let of = |machines: u32| {
        simulate(&Site { machines: machines as usize, shares: machines, ..USUAL }).0
    };
    assert!(of(9) < 1.01 * time && of(8) > 1.04 * time, "{} {}", of(9), of(8));
}
