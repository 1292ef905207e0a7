//! When a further read set is begun: early enough that the permits never idle between two, and no
//! earlier than that, since every upload that is open is one more to clean up after.

use std::sync::{
    Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use tokio::sync::{AcquireError, Notify, Semaphore, SemaphorePermit};

use super::permits::Permits;

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
    counts: Mutex<RoomCounts>,
    changed: Notify,
}

#[derive(Default)]
struct RoomCounts {
    /// Read sets whose parts are being sent.
    open: usize,
    /// Their parts that have no permit yet.
    waiting: usize,
}

/// A read set is being sent for as long as this is held.
pub(super) struct Admitted<'a> {
    entrance: &'a Entrance,
    /// Its parts that have no permit yet.
    waiting: AtomicUsize,
    has_left: AtomicBool,
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

    /// Waits until a read set may be open.
    pub(super) async fn turn(&self) -> Result<SemaphorePermit<'_>, AcquireError> {
        self.turns.acquire().await
    }

    /// Waits until a read set of so many parts may be begun.
    pub(super) async fn enter(&self, parts: usize, permits: &Permits) -> Admitted<'_> {
        let _first = self.first_in_line.lock().await;
        loop {
            let changed = self.changed.notified();
            {
                let level = permits.level();
                let mut counts = self.counts();
                if counts.open < ABREAST.min(level.max(2)) || counts.waiting < level {
                    counts.open += 1;
                    counts.waiting += parts;
                    return Admitted {
                        entrance: self,
                        waiting: AtomicUsize::new(parts),
                        has_left: AtomicBool::new(false),
                    };
                }
            }
            changed.await;
        }
    }

    /// There are more permits.
    pub(super) fn look_again(&self) {
        self.changed.notify_one();
    }

    fn counts(&self) -> MutexGuard<'_, RoomCounts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Admitted<'_> {
    /// One of the parts has got its permit.
    pub(super) fn begun(&self) {
        let waited = self
            .waiting
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |waiting| waiting.checked_sub(1));
        if waited.is_ok() {
            self.entrance.counts().waiting -= 1;
            self.entrance.changed.notify_one();
        }
    }

    /// Only so many parts have to be sent after all.
    pub(super) fn only(&self, parts: usize) {
        let before = self.waiting.swap(parts, Ordering::Relaxed);
        let mut counts = self.entrance.counts();
        counts.waiting = (counts.waiting + parts).saturating_sub(before);
        drop(counts);
        self.entrance.changed.notify_one();
    }

    /// All parts have been sent: others may enter.
    pub(super) fn leave(&self) {
        if !self.has_left.swap(true, Ordering::Relaxed) {
            self.only(0);
            self.entrance.counts().open -= 1;
            self.entrance.changed.notify_one();
        }
    }
}

impl Drop for Admitted<'_> {
    fn drop(&mut self) {
        self.leave();
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
        let enter = |parts| entrance.enter(parts, &permits).now_or_never();
        let mut open: Vec<_> = (0..4).map(|_| enter(1).unwrap()).collect();
        // Four are open, but only four parts wait for six permits.
        open.push(enter(3).unwrap());
        assert!(enter(1).is_none(), "seven parts wait");
        open[4].begun();
        assert!(enter(1).is_none(), "six parts wait");
        open[0].begun();
        open.push(enter(1).unwrap());
        open[4].only(0);
        open.push(enter(100).unwrap());
        drop(open.pop());
        open.push(enter(100).unwrap());
        assert!(enter(1).is_none());
        permits.set_level(200);
        assert!(enter(1).is_some());
    }

    #[test]
    fn one_permit_is_not_shared_by_four() {
        let (entrance, permits) = (Entrance::new(3), Permits::new(1));
        let enter = || entrance.enter(5, &permits).now_or_never();
        let open = [enter().unwrap(), enter().unwrap()];
        assert!(enter().is_none());
        // Who has left does not leave again with what is left of the upload.
        open[0].leave();
        let third = enter().unwrap();
        drop(open);
        drop(third);
        assert_eq!(entrance.counts().open, 0);
    }
}
