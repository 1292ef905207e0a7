//! How far the shares of a run are, as the processes that send them have told.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    report::Table,
    run::run_folder::{Alive, ShareState},
    types::ByteCount,
};

/// The shares of the division that was begun last, by their numbers.
pub(super) struct Shares {
    count: u32,
    shares: BTreeMap<u32, Alive>,
}

/// So many are shown; all are in the JSON document.
const SHOWN: usize = 20;

impl Shares {
    pub(super) fn of(alive: &[Alive]) -> Self {
        let share = |one: &Alive| {
            let (index, count) = one.step.split_once("-of-")?;
            Some((count.parse::<u32>().ok()?, index.parse::<u32>().ok()?))
        };
        let all: Vec<_> = alive.iter().filter_map(|one| Some((share(one)?, one))).collect();
        let latest = all.iter().max_by_key(|(_, one)| &one.began);
        let count = latest.map_or(0, |((count, _), _)| *count);
        let mut shares: BTreeMap<u32, Alive> = BTreeMap::new();
        for ((of, index), one) in all {
            // Of several processes with one share, the one that is further, or at work.
            let is_further = shares.get(&index).is_none_or(|other| {
                (one.done.sent_parts, one.is_at_work) > (other.done.sent_parts, other.is_at_work)
            });
            if of == count && is_further {
                shares.insert(index, one.clone());
            }
        }
        Self { count, shares }
    }

    /// What all of them come to.
    fn total(&self) -> ShareState {
        let add = |sum: ShareState, one: &Alive| ShareState {
            parts: sum.parts + one.done.parts,
            bytes: sum.bytes + one.done.bytes,
            sent_parts: sum.sent_parts + one.done.sent_parts,
            sent_bytes: sum.sent_bytes + one.done.sent_bytes,
        };
        self.shares.values().fold(ShareState::default(), add)
    }

    /// The sum, and the shares that are not sent yet, the slowest first.
    pub(super) fn text(&self, all: ShareState) -> String {
        if self.shares.is_empty() {
            return String::new();
        }
        let total = self.total();
        let at_work = self.shares.values().filter(|one| one.is_at_work).count();
        let head = format!(
            "\nsent     {} of {} parts, {} of {}; {} of {} shares were begun, {at_work} at work\n",
            total.sent_parts,
            all.parts,
            ByteCount::new(total.sent_bytes),
            ByteCount::new(all.bytes),
            self.shares.len(),
            self.count
        );
        let left = self.shares.iter().filter(|(_, one)| one.done.sent_parts < one.done.parts);
        let mut left: Vec<_> = left.collect();
        left.sort_by_key(|(_, one)| one.done.sent_bytes * 1000 / one.done.bytes.max(1));
        if left.is_empty() {
            return head;
        }
        let mut table = Table::new(&["SHARE", "STATE", "PARTS", "SENT", "HOST", "PROCESS"]);
        for (index, one) in left.iter().take(SHOWN) {
            table.row(&[
                format!("{index}/{}", self.count),
                if one.is_at_work { "at work" } else { "ended" }.to_owned(),
                format!("{}/{}", one.done.sent_parts, one.done.parts),
                format!(
                    "{} of {}",
                    ByteCount::new(one.done.sent_bytes),
                    ByteCount::new(one.done.bytes)
                ),
                one.host.clone(),
                one.process.to_string(),
            ]);
        }
        let more = match left.len().saturating_sub(SHOWN) {
            0 => String::new(),
            more => format!("and {more} more\n"),
        };
        format!("{head}\n{table}{more}")
    }

    pub(super) fn document(&self) -> Value {
        let share = |(index, one): (&u32, &Alive)| {
            json!({
                "share": format!("{index}/{}", self.count),
                "host": one.host,
                "process": one.process,
                "began": one.began,
                "is_at_work": one.is_at_work,
                "parts": one.done.parts,
                "bytes": one.done.bytes,
                "parts_sent": one.done.sent_parts,
                "bytes_sent": one.done.sent_bytes,
            })
        };
        self.shares.iter().map(share).collect()
    }
}
