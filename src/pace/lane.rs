//! The rate of one operation: what is due when, what a throttle teaches, and how the rate creeps up
//! again. Pure: it is told the time.

use std::{collections::VecDeque, time::Duration};

use tokio::time::Instant;

/// What a throttle leaves of a rate.
const FALL: f64 = 0.9;

/// What is taken of what got through, where that says more than the rate that was too high.
const OF_ADMITTED: f64 = 0.95;

/// Above this share of throttled requests a rate is not a little too high, but wrong.
const FLOOD: f64 = 0.3;

/// No throttle makes us slower than this, in requests a second: it could not be found out any more
/// that it has passed.
const LOWEST: f64 = 0.1;

/// How much a rate grows in a second right after it fell; how long without a throttle doubles that; and
/// the most it becomes. It is slow about the rate that was too high, and then does not linger.
const GROWTH: f64 = 0.005;
const DOUBLED: f64 = 15.0;
const MOST_GROWTH: f64 = 0.1;

/// How far we look back from a throttled request for what got through.
const BEFORE: Duration = Duration::from_secs(1);

/// And how far forth: requests that were made together do not arrive in their order.
const AFTER: Duration = Duration::from_millis(500);

/// Fewer requests than this say nothing about shares.
const ENOUGH: f64 = 5.0;

/// Where no limit is known, so many requests go out at once, and those of the rest of the first moment
/// so far apart: the first throttle comes before all of them are on their way.
const OPENING: usize = 8;
const OPENING_APART: Duration = Duration::from_millis(10);
const OPENING_LASTS: Duration = Duration::from_millis(600);

/// How many requests are remembered: those of some seconds, with parts in flight to the limit.
const REMEMBERED: usize = 4096;

/// A request that was let through.
#[derive(Debug, Clone, Copy)]
pub struct Ticket {
    number: u64,
    /// Counts the times that the rate has fallen.
    generation: u64,
    at: Instant,
}

impl Ticket {
    /// When it was let through.
    pub const fn at(&self) -> Instant {
        self.at
    }
}

/// The requests of one operation.
#[derive(Debug)]
pub(super) struct Lane {
    /// Requests a second; `None` as long as nobody has said or shown a limit.
    rate: Option<f64>,
    /// What the rate does not grow beyond.
    ceiling: Option<f64>,
    /// Whether the rate is below what it could be because of a throttle.
    fallen: Option<Instant>,
    generation: u64,
    /// When the next request would be due if none had been saved up.
    next: Option<Instant>,
    /// Nothing before that.
    held: Option<Instant>,
    /// Since when growth has not been counted, if somebody waits: a rate that nobody needs says
    /// nothing by not being throttled.
    waited_since: Option<Instant>,
    /// The latest requests, and whether they were throttled.
    log: VecDeque<(Instant, bool)>,
    /// The number of the first request in the log.
    first: u64,
}

impl Lane {
    /// A lane that keeps to a rate, or to none until a throttle teaches one.
    pub(super) fn new(rate: Option<f64>) -> Self {
        Self {
            rate,
            ceiling: rate,
            fallen: None,
            generation: 0,
            next: None,
            held: None,
            waited_since: None,
            log: VecDeque::new(),
            first: 0,
        }
    }

    pub(super) const fn rate(&self) -> Option<f64> {
        self.rate
    }

    /// Keeps to another rate. One that has fallen below it grows up to it.
    pub(super) fn keep_to(&mut self, rate: f64) {
        self.ceiling = Some(rate);
        if self.fallen.is_none() || self.rate.is_some_and(|now| now >= rate) {
            (self.rate, self.fallen) = (Some(rate), None);
        }
    }

    /// Lets a request through, or says when to ask again.
    pub(super) fn take(&mut self, now: Instant) -> Result<Ticket, Instant> {
        if let Some(held) = self.held
            && now < held
        {
            return Err(held);
        }
        if let Some(rate) = self.rate {
            let next = self.next.unwrap_or(now);
            let saved = Duration::from_secs_f64((self.burst(rate) - 1.0) / rate);
            if now + saved < next {
                self.waited_since.get_or_insert(now);
                return Err(next - saved);
            }
            self.next = Some(next.max(now) + Duration::from_secs_f64(1.0 / rate));
            self.grow(rate, now);
        } else if let Some(due) = self.opening(now).filter(|due| now < *due) {
            return Err(due);
        }
        Ok(self.issue(now))
    }

    /// When the next request is due while it is not known yet whether there is a limit.
    fn opening(&self, now: Instant) -> Option<Instant> {
        let ((first, _), (last, _)) = (self.log.front()?, self.log.back()?);
        let is_opening = self.first == 0 && now < *first + OPENING_LASTS;
        (is_opening && self.log.len() >= OPENING).then(|| *last + OPENING_APART)
    }

    /// How many requests may be made at once after a pause.
    ///
    /// The service's own allowance is taken to be a second's requests: half of it leaves room for
    /// others. After a throttle nothing is left of it, and only a timer that is late is made up for.
    fn burst(&self, rate: f64) -> f64 {
        let most = if self.fallen.is_some() { 2.0 } else { f64::INFINITY };
        (rate / 2.0).min(most).max(1.0)
    }

    fn issue(&mut self, now: Instant) -> Ticket {
        if self.log.len() == REMEMBERED {
            self.log.pop_front();
            self.first += 1;
        }
        let number = self.first + self.log.len() as u64;
        self.log.push_back((now, false));
        Ticket { number, generation: self.generation, at: now }
    }

    /// Makes a fallen rate grow for the time that somebody waited.
    fn grow(&mut self, rate: f64, now: Instant) {
        let (Some(fallen), Some(since)) = (self.fallen, self.waited_since.take()) else { return };
        let quiet = (now - fallen).as_secs_f64() / DOUBLED;
        let growth = (GROWTH * quiet.exp2()).min(MOST_GROWTH);
        let grown = rate * (1.0 + growth).powf((now - since).as_secs_f64());
        match self.ceiling {
            Some(ceiling) if grown >= ceiling => (self.rate, self.fallen) = (self.ceiling, None),
            _ => self.rate = Some(grown),
        }
    }

    /// A request was throttled: the rate falls, once for all that were under way by then.
    pub(super) fn throttled(&mut self, ticket: Ticket, now: Instant) {
        let place = ticket.number.checked_sub(self.first).and_then(|at| usize::try_from(at).ok());
        if let Some((_, throttled)) = place.and_then(|place| self.log.get_mut(place)) {
            *throttled = true;
        }
        let (taken, admitted) = self.around(ticket.at);
        let shown = (OF_ADMITTED * admitted.max(0.5)).max(LOWEST);
        let flood = taken >= ENOUGH && taken - admitted > FLOOD * taken;
        let again = ticket.generation < self.generation;
        let rate = match self.rate {
            None => {
                // The others of a storm have yet to answer, and what is saved up meanwhile is not lost.
                self.hold(now + BEFORE);
                shown
            }
            // What comes in later only makes clearer how far the rate was off.
            Some(rate) if again && flood => rate.min(shown),
            Some(_) if again => return,
            Some(rate) if flood => (rate * FALL).min(shown),
            Some(rate) => rate * FALL,
        };
        let rate = rate.max(LOWEST);
        self.rate = Some(rate);
        if !again {
            self.generation += 1;
            self.fallen = Some(now);
            self.waited_since = None;
        }
        let next = now + Duration::from_secs_f64(1.0 / rate);
        self.next = Some(if again { next } else { self.next.map_or(next, |due| due.max(next)) });
    }

    /// How many requests were let through about the time of one of them, and how many of those were
    /// not throttled.
    #[expect(clippy::cast_precision_loss, reason = "there are never more than some thousands")]
    fn around(&self, at: Instant) -> (f64, f64) {
        let near = |taken: Instant| taken + BEFORE > at && taken < at + AFTER;
        let near = self.log.iter().filter(|(taken, _)| near(*taken));
        let (taken, throttled) = near.fold((0_usize, 0_usize), |(taken, all), (_, throttled)| {
            (taken + 1, all + usize::from(*throttled))
        });
        (taken as f64, (taken - throttled) as f64)
    }

    /// Lets nothing through before a time.
    pub(super) fn hold(&mut self, until: Instant) {
        self.held = self.held.max(Some(until));
        self.waited_since = None;
    }
}
