//! The measurements: who runs when, and how often.

use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::{
    clients::Client,
    machine,
    material::MIB,
    meter::{self, Usage},
    plan::{Group, Plan},
    rig::Rig,
    service::Scheme,
};

/// How often a small file is uploaded.
const SMALL_RUNS: usize = 20;

/// The middle of what was measured, and its ends.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spread {
    pub(crate) least: f64,
    pub(crate) median: f64,
    pub(crate) most: f64,
}

impl Spread {
    fn of(values: impl Iterator<Item = f64>) -> Option<Self> {
        let mut values: Vec<_> = values.collect();
        values.sort_by(f64::total_cmp);
        let middle = values.len() / 2;
        let upper = *values.get(middle)?;
        let median =
            if values.len() % 2 == 1 { upper } else { f64::midpoint(values[middle - 1], upper) };
        Some(Self { least: *values.first()?, median, most: *values.last()? })
    }
}

/// What a client took for a GiB.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) client: Client,
    /// In seconds.
    pub(crate) wall: Spread,
    /// In seconds.
    pub(crate) cpu: Spread,
    /// What the sandbox and the end of TLS took of the processors meanwhile, in seconds.
    pub(crate) service: Spread,
    /// In bytes, the highest of all runs.
    pub(crate) peak: u64,
}

/// The clients side by side.
#[derive(Debug)]
pub(crate) struct Comparison {
    pub(crate) scheme: Scheme,
    pub(crate) rows: Vec<Row>,
    /// Who could not take part, and why.
    pub(crate) missing: Vec<(Client, String)>,
}

impl Row {
    /// The least wall time that this machine's processors allow, in seconds: all that they have to do,
    /// shared evenly.
    #[expect(clippy::cast_precision_loss, reason = "there are far fewer than 2^52 processors")]
    pub(crate) fn floor(&self) -> f64 {
        (self.cpu.median + self.service.median) / machine::cores() as f64
    }
}

impl Comparison {
    pub(crate) fn row(&self, client: Client) -> Option<&Row> {
        self.rows.iter().find(|row| row.client == client)
    }
}

/// The memory that `put` had at its peak.
#[derive(Debug)]
pub(crate) struct Memory {
    pub(crate) scheme: Scheme,
    pub(crate) concurrency: u64,
    /// The size of a part, in bytes.
    pub(crate) part: u64,
    /// In bytes.
    pub(crate) peak: u64,
}

/// All that was measured.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    pub(crate) comparisons: Vec<Comparison>,
    pub(crate) memory: Vec<Memory>,
    /// Seconds from start to exit for 10 kB.
    pub(crate) small: Option<Spread>,
}

pub(crate) fn measure(plan: &Plan, rig: &Rig) -> Result<Figures> {
    let mut figures = Figures::default();
    for (group, scheme) in [(Group::Http, Scheme::Http), (Group::Https, Scheme::Https)] {
        if plan.has(group) {
            figures.comparisons.push(compare(plan, rig, scheme)?);
        }
    }
    if plan.has(Group::Memory) {
        figures.memory = peaks(rig)?;
    }
    if plan.has(Group::Small) {
        figures.small = Some(small(rig)?);
    }
    Ok(figures)
}

fn compare(plan: &Plan, rig: &Rig, scheme: Scheme) -> Result<Comparison> {
    let (mut clients, mut missing) = (Vec::new(), Vec::new());
    for client in Client::ALL {
        match client.missing(rig) {
            None => clients.push((client, Vec::new())),
            Some(reason) => {
                eprintln!("left out: {}: {reason}", client.title());
                missing.push((client, reason));
            }
        }
    }
    for round in 0..=plan.rounds {
        for (client, runs) in &mut clients {
            // A sandbox of its own, so that nobody meets what another has left.
            let service = rig.service(scheme)?;
            let usage = meter::measure(&client.command(rig, &service)?)?;
            tell(scheme, round, *client, usage);
            let service = service.end()?;
            if round > 0 {
                runs.push((usage, service));
            }
        }
    }
    let rows = clients.into_iter().filter_map(|(client, runs)| row(client, &runs)).collect();
    Ok(Comparison { scheme, rows, missing })
}

fn row(client: Client, runs: &[(Usage, Duration)]) -> Option<Row> {
    Some(Row {
        client,
        wall: Spread::of(runs.iter().map(|(run, _)| run.wall.as_secs_f64()))?,
        cpu: Spread::of(runs.iter().map(|(run, _)| run.cpu.as_secs_f64()))?,
        service: Spread::of(runs.iter().map(|(_, service)| service.as_secs_f64()))?,
        peak: runs.iter().map(|(run, _)| run.peak).max()?,
    })
}

fn tell(scheme: Scheme, round: usize, client: Client, usage: Usage) {
    let round = if round == 0 { "warm-up".to_owned() } else { format!("round {round}") };
    eprintln!(
        "{} {round}: {}: {:.2} s, {:.2} s of processor, {} MiB",
        scheme.as_str(),
        client.title(),
        usage.wall.as_secs_f64(),
        usage.cpu.as_secs_f64(),
        usage.peak / MIB
    );
}

fn peaks(rig: &Rig) -> Result<Vec<Memory>> {
    let mut peaks = Vec::new();
    for scheme in [Scheme::Http, Scheme::Https] {
        for (concurrency, part) in [(16, 64), (16, 100), (64, 64), (64, 100)] {
            let part = part * MIB;
            // So that as many are in flight as may be for a good while.
            let file = rig.material.hollow("hollow.fastq.gz", part * concurrency * 3 / 2)?;
            let service = rig.service(scheme)?;
            let mut command = rig.command(env!("CARGO_BIN_EXE_omics-upload"), &service);
            command.args(["put", "--no-wait", "-q", "--store", &service.store]);
            command.args(["--concurrency", &concurrency.to_string()]);
            command.args(["--part-size", &part.to_string()]).arg(&file);
            let Usage { peak, .. } = meter::measure(&command)?;
            let scheme_name = scheme.as_str();
            eprintln!(
                "{scheme_name}: {concurrency} parts of {} MiB in flight: {:.1} MiB",
                part / MIB,
                mib(peak)
            );
            peaks.push(Memory { scheme, concurrency, part, peak });
        }
    }
    Ok(peaks)
}

fn small(rig: &Rig) -> Result<Spread> {
    let service = rig.service(Scheme::Http)?;
    let mut walls = Vec::new();
    for _ in 0..=SMALL_RUNS {
        let mut command = rig.command(env!("CARGO_BIN_EXE_omics-upload"), &service);
        command.args(["put", "--no-wait", "-q", "--store", &service.store]).arg(&rig.small);
        walls.push(meter::measure(&command)?.wall.as_secs_f64());
    }
    let spread = Spread::of(walls.into_iter().skip(1)).context("nothing was measured")?;
    eprintln!("10 kB: {:.0} ms", spread.median * 1000.0);
    Ok(spread)
}

/// Bytes in MiB.
#[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52 bytes")]
pub(crate) fn mib(bytes: u64) -> f64 {
    bytes as f64 / MIB as f64
}
