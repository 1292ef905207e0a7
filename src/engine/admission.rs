//! When a further read set is begun: early enough that the permits never idle between two, and no
//! earlier than that, since every upload that is open is one more to clean up after.

use std::sync::{
    Mutex, MutexGuard, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use tokio::sync::{Notify, Semaphore};

use super::{
    failure::Failure,
    permits::{Permit, Permits},
    turn::Turn,
};
use crate::{
    engine::{Engine, Running},
    store::Store,
};

/// Read sets that share the permits, so that a small one does not wait behind a large one.
const ABREAST: usize = 4;

/// The order in which jobs of so many parts are begun: the largest first, which keeps the permits
/// busy while the others, from the smallest up, come and go.
pub(super) fn order(parts: &[usize]) -> Vec<usize> {
    let mut order: Vec<_> = (0..parts.len()).collect();
    order.sort_by_key(|index| parts.get(*index).copied());
    // Of several that are the largest, the first.
    let largest = order.iter().rev().copied().reduce(|best, index| {
        if parts.get(index) == parts.get(best) { index.min(best) } else { best }
    });
    if let Some(largest) = largest {
        order.retain(|index| *index != largest);
        order.insert(0, largest);
    }
    order
}

/// Where read sets wait until they are begun, in the order of their coming.
pub(super) struct Entrance {
    /// Read sets that may be open, from their beginning to Complete.
    turns: Semaphore,
    first_in_line: tokio::sync::Mutex<()>,
    counts: Mutex<Counts>,
    changed: Notify,
}

#[derive(Default)]
struct Counts {
    /// Read sets whose parts are being sent.
    open: usize,
    /// Their parts that have no permit yet.
    waiting: usize,
}

/// The parts of one read set that have no permit yet.
#[derive(Default)]
pub(super) struct Waiting(AtomicUsize);

/// A read set is being sent for as long as this is held.
pub(super) struct Entry<'a> {
    entrance: &'a Entrance,
    waiting: &'a Waiting,
}

impl Entrance {
    pub(super) fn new(turns: usize) -> Self {
        Self {
            turns: Semaphore::new(turns.max(1)),
            first_in_line: tokio::sync::Mutex::default(),
            counts: Mutex::default(),
            changed: Notify::default(),
        }
    }

    /// Waits until a read set of so many parts may be begun.
    pub(super) async fn enter<'a>(
        &'a self,
        waiting: &'a Waiting,
        parts: usize,
        permits: &Permits,
    ) -> Entry<'a> {
        let _first = self.first_in_line.lock().await;
        loop {
            let changed = self.changed.notified();
            {
                let level = permits.level();
                let mut counts = self.counts();
                if counts.open < ABREAST.min(level.max(2)) || counts.waiting < level {
                    counts.open += 1;
                    counts.waiting += parts;
                    waiting.0.store(parts, Ordering::Relaxed);
                    return Entry { entrance: self, waiting };
                }
            }
            changed.await;
        }
    }

    /// There are more permits.
    pub(super) fn look_again(&self) {
        self.changed.notify_one();
    }

    /// One of the parts has got its permit.
    pub(super) fn begun(&self, waiting: &Waiting) {
        let waited = waiting
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |waiting| waiting.checked_sub(1));
        if waited.is_ok() {
            self.counts().waiting -= 1;
            self.changed.notify_one();
        }
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entry<'_> {
    /// Only so many parts have to be sent after all.
    pub(super) fn only(&self, parts: usize) {
        let before = self.waiting.0.swap(parts, Ordering::Relaxed);
        let mut counts = self.entrance.counts();
        counts.waiting = (counts.waiting + parts).saturating_sub(before);
        drop(counts);
        self.entrance.changed.notify_one();
    }
}

impl Drop for Entry<'_> {
    fn drop(&mut self) {
        self.only(0);
        self.entrance.counts().open -= 1;
        self.entrance.changed.notify_one();
    }
}

impl<S: Store> Engine<S> {
    /// Waits until it is a read set's turn.
    pub(super) async fn turn_of<'a>(&'a self, running: &Running<'a>) -> Result<Turn<'a>, Failure> {
        let permit = self.admitted(self.entrance.turns.acquire()).await?;
        Ok(Turn::new(running.job, permit))
    }

    /// Waits until a read set may be begun.
    pub(super) async fn entered<'a>(
        &'a self,
        running: &'a Running<'_>,
    ) -> Result<Entry<'a>, Failure> {
        let parts = running.job.parts.len();
        let enter = self.entrance.enter(&running.waiting, parts, &self.permits);
        Ok(self.caller.admitted(enter).await?)
    }

    /// Waits until a part may be in flight. Of every read set one part at a time stands in line, so
    /// that they take turns.
    pub(super) async fn permit(&self, running: &Running<'_>) -> Result<Permit<'_>, Failure> {
        let wait = async {
            let _in_line = running.in_line.lock().await;
            self.permits.acquire().await
        };
        running.unless_halted(wait).await?.map_err(|_| Failure::Interrupted)
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    #[test]
    fn the_largest_comes_first_and_then_the_smallest() {
        for (parts, expected) in [
            (&[][..], &[][..]),
            (&[7], &[0]),
            (&[1, 1, 1], &[0, 1, 2]),
            (&[5, 9, 1, 7, 1], &[1, 2, 4, 0, 3]),
            (&[9, 1, 9], &[0, 1, 2]),
        ] {
            assert_eq!(order(parts), expected, "{parts:?}");
        }
    }

    #[test]
    fn a_read_set_enters_while_few_are_open_or_few_parts_wait() {
        let (entrance, permits) = (Entrance::new(9), Permits::new(6));
        let waiting: Vec<_> = (0..9).map(|_| Waiting::default()).collect();
        let enter =
            |index: usize, parts| entrance.enter(&waiting[index], parts, &permits).now_or_never();
        let mut open: Vec<_> = (0..4).map(|index| enter(index, 1).unwrap()).collect();
        // Four are open, but only four parts wait for six permits.
        open.push(enter(4, 3).unwrap());
        assert!(enter(5, 1).is_none(), "seven parts wait");
        entrance.begun(&waiting[4]);
        assert!(enter(5, 1).is_none(), "six parts wait");
        entrance.begun(&waiting[0]);
        open.push(enter(5, 1).unwrap());
        open[4].only(0);
        open.push(enter(6, 100).unwrap());
        drop(open.pop());
        open.push(enter(7, 100).unwrap());
        assert!(enter(8, 1).is_none());
        permits.set_level(200);
        assert!(enter(8, 1).is_some());
    }

    #[test]
    fn one_permit_is_not_shared_by_four() {
        let (entrance, permits) = (Entrance::new(3), Permits::new(1));
        let waiting: Vec<_> = (0..3).map(|_| Waiting::default()).collect();
        let enter = |index: usize| entrance.enter(&waiting[index], 5, &permits).now_or_never();
        let _open = [enter(0).unwrap(), enter(1).unwrap()];
        assert!(enter(2).is_none());
    }
}
