//! What is to be measured, as the arguments say.

use anyhow::{Result, bail, ensure};

/// A group of measurements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Group {
    Http,
    Https,
    Memory,
    Small,
}

impl Group {
    const ALL: [(&'static str, Self); 4] = [
        ("http", Self::Http),
        ("https", Self::Https),
        ("memory", Self::Memory),
        ("small", Self::Small),
    ];
}

/// What is to be measured.
#[derive(Debug)]
pub(crate) struct Plan {
    /// Rounds that count.
    pub(crate) rounds: usize,
    groups: Vec<Group>,
}

impl Plan {
    pub(crate) fn parse(arguments: &[String]) -> Result<Self> {
        let mut plan = Self { rounds: 5, groups: Group::ALL.map(|(_, group)| group).to_vec() };
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            let value = || arguments.as_slice().first().cloned().unwrap_or_default();
            match argument.as_str() {
                // Cargo says this to every benchmark.
                "--bench" => continue,
                "--rounds" => plan.rounds = value().parse()?,
                "--only" => plan.groups = value().split(',').map(group).collect::<Result<_>>()?,
                _ => bail!("`{argument}` is unknown; there are --rounds N and --only GROUP,…"),
            }
            arguments.next();
        }
        ensure!(plan.rounds > 0, "at least one round has to be measured");
        Ok(plan)
    }

    pub(crate) fn has(&self, group: Group) -> bool {
        self.groups.contains(&group)
    }

    /// Whether the documents can be written.
    pub(crate) fn is_whole(&self) -> bool {
        Group::ALL.iter().all(|(_, group)| self.has(*group)) && self.rounds >= 5
    }
}

fn group(name: &str) -> Result<Group> {
    match Group::ALL.iter().find(|(known, _)| *known == name) {
        Some((_, group)) => Ok(*group),
        None => bail!("`{name}` is no group; there are http, https, memory and small"),
    }
}
