//! A link as a fluid, for trials of the rule: connections that open up, share, end and are reset.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "simulated bytes need not be exact"
)]

use std::time::Duration;

use super::{Change, Level, Slice};

const STEP: f64 = 0.02;
const STEPS_PER_SLICE: u32 = 5;
const FIRST_WINDOW: f64 = 14_600.0;
const LAST_WINDOW: f64 = 4_194_304.0;

/// A link; rates in bytes a second, times in seconds.
#[derive(Debug, Clone, Copy)]
pub(super) struct SimulatedLink {
    pub(super) total: f64,
    pub(super) each: f64,
    pub(super) round_trip: f64,
    /// The share of requests that is reset half-way.
    pub(super) resets: f64,
    /// Random deviation of every slice, both ways.
    pub(super) noise: f64,
    pub(super) part: f64,
}

impl Default for SimulatedLink {
    fn default() -> Self {
        Self {
            total: f64::INFINITY,
            each: f64::INFINITY,
            round_trip: 0.05,
            resets: 0.0,
            noise: 0.0,
            part: 67_108_864.0,
        }
    }
}

/// A part on its way.
#[derive(Debug, Clone, Copy)]
struct Flight {
    left: f64,
    window: f64,
    /// Seconds before it moves.
    pause: f64,
    is_doomed: bool,
}

/// Parts in flight over a link.
pub(super) struct SimulatedRun {
    pub(super) link: SimulatedLink,
    flights: Vec<Flight>,
    random: fastrand::Rng,
    pub(super) time: f64,
    pub(super) moved: f64,
    pub(super) changes: Vec<(f64, Change)>,
}

impl SimulatedRun {
    pub(super) fn new(link: SimulatedLink) -> Self {
        Self::with_seed(link, 7)
    }

    pub(super) fn with_seed(link: SimulatedLink, seed: u64) -> Self {
        let random = fastrand::Rng::with_seed(seed);
        Self { link, flights: Vec::new(), random, time: 0.0, moved: 0.0, changes: Vec::new() }
    }

    /// Bytes that so many parts in flight move in so many seconds.
    pub(super) fn fixed(link: SimulatedLink, parts: usize, seconds: f64) -> f64 {
        let mut run = Self::new(link);
        run.hold(parts, seconds);
        run.moved
    }

    /// Keeps so many parts in flight for so many seconds.
    pub(super) fn hold(&mut self, parts: usize, seconds: f64) {
        let end = self.time + seconds;
        while self.time < end {
            self.slice(parts);
        }
    }

    /// Lets a level find itself for so many seconds.
    pub(super) fn find(&mut self, level: &mut Level, seconds: f64) {
        let end = self.time + seconds;
        while self.time < end {
            let slice = self.slice(level.parts());
            self.changes.extend(level.look(&slice).map(|change| (self.time, change)));
        }
    }

    fn slice(&mut self, parts: usize) -> Slice {
        let mut slice = Slice::default();
        let before = self.moved;
        for _ in 0..STEPS_PER_SLICE {
            self.step(parts, &mut slice);
        }
        slice.elapsed = Duration::from_secs_f64(STEP * f64::from(STEPS_PER_SLICE));
        slice.in_flight = self.flights.len();
        let noise = 1.0 + self.link.noise * (2.0 * self.random.f64() - 1.0);
        slice.bytes = ((self.moved - before) * noise).max(0.0) as u64;
        slice
    }

    fn step(&mut self, parts: usize, slice: &mut Slice) {
        while self.flights.len() < parts {
            let flight = self.begin(FIRST_WINDOW);
            self.flights.push(flight);
        }
        let link = self.link;
        let wants: Vec<f64> = self.flights.iter().map(|flight| flight.wants(&link)).collect();
        let share = fair_share(&wants, link.total * STEP);
        let mut kept = Vec::new();
        for (mut flight, wants) in std::mem::take(&mut self.flights).into_iter().zip(wants) {
            let moves = wants.min(share);
            self.moved += moves;
            flight.left -= moves;
            flight.pause = (flight.pause - STEP).max(0.0);
            flight.window = flight.grown(&link);
            let lost = flight.is_doomed && flight.left < link.part / 2.0;
            if lost || flight.left <= 0.0 {
                slice.ended += 1;
                slice.failed += u32::from(lost);
                if lost {
                    self.moved -= link.part - flight.left;
                    kept.push(self.begin(FIRST_WINDOW));
                } else if kept.len() < parts {
                    kept.push(self.begin(flight.window));
                }
            } else {
                kept.push(flight);
            }
        }
        self.flights = kept;
        self.time += STEP;
    }

    fn begin(&mut self, window: f64) -> Flight {
        let left = self.link.part;
        let is_doomed = self.random.f64() < self.link.resets;
        Flight { left, window, pause: self.link.round_trip, is_doomed }
    }
}

impl Flight {
    fn wants(&self, link: &SimulatedLink) -> f64 {
        if self.pause > 0.0 {
            return 0.0;
        }
        let rate = (self.window / link.round_trip).min(link.each);
        (rate * STEP).min(self.left)
    }

    fn grown(&self, link: &SimulatedLink) -> f64 {
        if self.pause > 0.0 {
            return self.window;
        }
        (self.window * (STEP / link.round_trip).exp2()).min(LAST_WINDOW)
    }
}

/// What nobody gets more of, such that as much as there is gets used.
fn fair_share(wants: &[f64], total: f64) -> f64 {
    let mut sorted: Vec<f64> = wants.to_vec();
    sorted.sort_by(f64::total_cmp);
    let mut left = total;
    for (index, wants) in sorted.iter().enumerate() {
        let share = left / (sorted.len() - index) as f64;
        if *wants > share {
            return share;
        }
        left -= wants;
    }
    f64::INFINITY
}
