//! How many parts in flight a link can use: found out by trying, as a rule without a clock.
//!
//! The rule is fed with slices of time: what got through, and what failed. It doubles the parts in
//! flight for as long as that brings more, goes back one step when it does not, and then rests; now
//! and then it tries half as many again, less often each time that is in vain. Trouble halves.
//!
//! A level is judged by what moves at the end of its round, when its connections have opened up. A
//! gain that is plain to see ends the round early, and a large one at once: a link whose rate grows by
//! so much is not full, even if it only grows because connections open up. A round that seems in
//! vain gets more time, since a new connection needs many round trips before it is fast. Rounds are
//! counted in bytes rather than seconds, so that a fast link rises fast.

mod measured;
mod reason;
#[cfg(test)]
mod simulation;
mod slice;

use std::time::Duration;

use measured::{Measured, Troubles};
pub use reason::Reason;
pub use slice::Slice;

/// The fewest parts in flight that it starts with.
pub const START: usize = 8;

/// The most parts in flight.
pub const MOST: usize = 64;

/// What every part in flight has to move before a level is judged, in bytes: enough for slow start
/// to be over at the usual round trips.
const RIPE: u64 = 1 << 20;

/// The shortest round.
const SHORTEST: Duration = Duration::from_millis(300);

/// How long a level gets before it is called vain, and how many times [`RIPE`].
const PATIENCE: (Duration, u64) = (Duration::from_secs(3), 2);

/// By then a level is judged by whatever has moved.
const LONGEST: Duration = Duration::from_secs(20);

/// A gain that shows before the connections have opened up, with so much of [`RIPE`]: a link whose
/// rate grows like that is not full, whatever it grows by.
const EARLY_GAIN: f64 = 1.4;
const EARLY: u64 = RIPE / 2;

/// A gain that is plain to see, and the least that counts as one after all patience.
const PLAIN_GAIN: f64 = 1.2;
const LEAST_GAIN: f64 = 1.05;

/// How long it rests before it tries again: at first, and at most.
const REST: (Duration, Duration) = (Duration::from_secs(30), Duration::from_mins(5));

/// A new level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    pub before: usize,
    pub parts: usize,
    pub reason: Reason,
}

/// The parts in flight, and what is known of other numbers of them.
#[derive(Debug)]
pub struct Level {
    parts: usize,
    most: usize,
    phase: LevelPhase,
    measured: Measured,
    troubles: Troubles,
    /// How long the next rest is.
    rest: Duration,
    /// Whether there was a level that brought nothing: from then on steps are smaller.
    is_known: bool,
}

#[derive(Debug, Clone, Copy)]
enum LevelPhase {
    /// The first level.
    Opening,
    /// More parts than `before` are tried, which moved so many bytes a second, as far as that could be
    /// told: an early measure is a rough one.
    Trying { before: usize, moved: f64, is_early: bool },
    /// It stays put, for so long so far.
    Resting(Duration),
}

impl Level {
    /// `parts` is how many there are to be sent in all, if that is known.
    pub fn new(parts: Option<usize>) -> Self {
        let most = parts.map_or(MOST, |parts| parts.clamp(1, MOST));
        Self {
            parts: START.min(most),
            most,
            phase: LevelPhase::Opening,
            measured: Measured::default(),
            troubles: Troubles::default(),
            rest: REST.0,
            is_known: false,
        }
    }

    pub const fn parts(&self) -> usize {
        self.parts
    }

    /// Takes a slice of time into account.
    pub fn look(&mut self, slice: &Slice) -> Option<Change> {
        if slice.in_flight > self.parts {
            // What is left of a higher level says nothing about this one.
            self.measured.clear();
            self.troubles.clear();
            return None;
        }
        self.troubles.add(slice);
        if self.parts > 1 && self.troubles.are_too_many(self.parts) {
            let reason = self.troubles.reason();
            self.rest = REST.0;
            return Some(self.settle(self.parts / 2, reason));
        }
        let usable = slice.usable.unwrap_or(MOST).max(1);
        if self.parts > usable.saturating_mul(3) / 2 {
            return Some(self.settle(usable, Reason::Quota));
        }
        if slice.in_flight < self.parts - self.parts / 8 {
            // The link was not asked for all that the level allows. Between two parts a few are not in
            // flight for a moment.
            self.measured.clear();
            return None;
        }
        self.measured.add(slice);
        let most = self.most.min(usable);
        match self.phase {
            LevelPhase::Opening => self.open(most),
            LevelPhase::Trying { before, moved, is_early } => {
                self.judge((before, moved), is_early, most)
            }
            LevelPhase::Resting(so_far) => self.go_on_resting(so_far + slice.elapsed, most),
        }
    }

    fn open(&mut self, most: usize) -> Option<Change> {
        let moved = self.measured.late_rate().filter(|_| self.has_moved(EARLY))?;
        self.raise(most, moved, Reason::First { moved })
    }

    fn judge(
        &mut self,
        (before, moved): (usize, f64),
        is_early: bool,
        most: usize,
    ) -> Option<Change> {
        let now = self.measured.late_rate()?;
        let is_plain = (now >= moved * EARLY_GAIN && self.has_moved(EARLY))
            || (now >= moved * PLAIN_GAIN && self.has_moved(RIPE));
        if is_plain {
            self.rest = REST.0;
            return self.raise(most, now, Reason::Gain { before, moved, now });
        }
        let time = self.measured.time();
        let has_enough = time >= PATIENCE.0 && self.has_moved(RIPE * PATIENCE.1);
        if !has_enough && time < LONGEST {
            return None;
        }
        if now >= moved * LEAST_GAIN {
            if is_early {
                // It may have been much more: this level is the better measure.
                return self.raise(most, now, Reason::Gain { before, moved, now });
            }
            // So little more is the end of it: the link is full.
            self.is_known = true;
            self.phase = LevelPhase::Resting(Duration::ZERO);
            return None;
        }
        let change = self.settle(before, Reason::Vain { tried: self.parts, moved, now });
        if is_early {
            // It may not have been in vain: that is tried again soon.
            self.is_known = false;
            self.phase = LevelPhase::Resting(self.rest.saturating_sub(PATIENCE.0));
        } else {
            self.rest = (self.rest * 2).min(REST.1);
        }
        Some(change)
    }

    fn go_on_resting(&mut self, so_far: Duration, most: usize) -> Option<Change> {
        self.phase = LevelPhase::Resting(so_far);
        let moved = self.measured.late_rate()?;
        if so_far < self.rest || !self.has_moved(RIPE) {
            return None;
        }
        self.raise(most, moved, Reason::Probe { moved })
    }

    /// Tries more parts, if there may be more.
    fn raise(&mut self, most: usize, moved: f64, reason: Reason) -> Option<Change> {
        let before = self.parts;
        let more = if self.is_known { before + before.div_ceil(2) } else { before * 2 };
        if more.min(most) <= before {
            self.phase = LevelPhase::Resting(Duration::ZERO);
            return None;
        }
        self.phase = LevelPhase::Trying { before, moved, is_early: !self.has_moved(RIPE) };
        Some(self.change(more.min(most), reason))
    }

    /// Goes to a lower level, and stays there for a while.
    fn settle(&mut self, parts: usize, reason: Reason) -> Change {
        self.is_known = true;
        self.phase = LevelPhase::Resting(Duration::ZERO);
        self.change(parts, reason)
    }

    fn change(&mut self, parts: usize, reason: Reason) -> Change {
        let before = std::mem::replace(&mut self.parts, parts);
        self.measured.clear();
        self.troubles.clear();
        Change { before, parts, reason }
    }

    /// Whether every part has moved so many bytes in this round, or it has gone on for too long.
    fn has_moved(&self, bytes_each: u64) -> bool {
        let (time, bytes) = (self.measured.time(), self.measured.bytes());
        time >= LONGEST || (time >= SHORTEST && bytes >= bytes_each * self.parts as u64)
    }
}

#[cfg(test)]
mod tests;
