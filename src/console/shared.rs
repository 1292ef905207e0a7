//! Where those who tell and the thread that writes meet: one lock, held for arithmetic and spelling,
//! never for I/O.

use std::{
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use jiff::Timestamp;

use super::{
    Progress, Verbosity, date, json,
    lines::{self, Weight},
    palette::{Paint, Palette},
    snapshot::Snapshot,
    tally::Tally,
};
use crate::{
    event::{Event, Observer},
    types::Escaped,
};

/// So many lines wait at most for a standard error that nobody reads; then details are left out.
const QUEUE_MAX: usize = 10_000;
/// A run of so many read sets at most gets a line for each phase of each.
const SMALL_RUN: usize = 4;

/// What standard error holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum View {
    Bars,
    Lines,
    Json,
    Silent,
}

impl View {
    /// JSON stays JSON when quiet: whoever parses it gets the warnings as objects.
    pub(super) const fn choose(progress: Progress, verbosity: Verbosity, bars_fit: bool) -> Self {
        match (progress, verbosity) {
            (Progress::Json, _) => Self::Json,
            (_, Verbosity::Quiet) | (Progress::None, _) => Self::Silent,
            (Progress::Auto | Progress::Bars, _) if bars_fit => Self::Bars,
            (Progress::Auto | Progress::Bars | Progress::Lines, _) => Self::Lines,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    Note,
    Warning,
    Error,
}

/// How it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// With everything written.
    Finish,
    /// At once, with the screen as it stands.
    Abandon,
}

#[derive(Debug)]
pub(super) struct Shared {
    state: Mutex<State>,
    wake: Condvar,
    view: View,
    verbosity: Verbosity,
    palette: Palette,
    has_log: bool,
}

#[derive(Debug, Default)]
struct State {
    tally: Tally,
    lines: Vec<String>,
    log: Vec<String>,
    omitted: u64,
    end: Option<End>,
}

/// What the writer gets at a time.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) lines: Vec<String>,
    pub(super) log: Vec<String>,
    pub(super) snapshot: Snapshot,
    pub(super) end: Option<End>,
}

impl Shared {
    pub(super) fn new(view: View, verbosity: Verbosity, palette: Palette, has_log: bool) -> Self {
        let (state, wake) = (Mutex::default(), Condvar::new());
        Self { state, wake, view, verbosity, palette, has_log }
    }

    pub(super) const fn view(&self) -> View {
        self.view
    }

    pub(super) fn is_quiet(&self) -> bool {
        self.verbosity == Verbosity::Quiet
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn observe_at(&self, event: &Event, now: Instant, at: impl Fn() -> Timestamp) {
        let mut state = self.lock();
        state.tally.apply(event, now);
        if matches!(event, Event::PartProgress { .. }) {
            return;
        }
        let weight = lines::weight(event);
        let small = state.tally.read_sets() <= SMALL_RUN;
        let shown = self.shows(weight, small);
        if !shown && !self.has_log {
            return;
        }
        let (text, at) = (lines::describe(event, &state.tally).unwrap_or_default(), at());
        if shown {
            let line = match self.view {
                View::Json => json::event(event, at).unwrap_or_default(),
                View::Lines => format!("{} {}", date(at), self.prefixed(weight, &text)),
                View::Bars | View::Silent => self.prefixed(weight, &text),
            };
            state.push_line(weight, line);
        }
        if self.has_log {
            let line = format!("{} {}", date(at), plain_prefixed(weight, &text));
            state.push_log(weight, line);
        }
        drop(state);
        self.notify();
    }

    /// Whether something of this weight gets a line on standard error.
    fn shows(&self, weight: Weight, small: bool) -> bool {
        let least = match (self.view, self.verbosity) {
            (View::Silent, _) | (_, Verbosity::Quiet) => Weight::Warning,
            (View::Json, _) | (_, Verbosity::Verbose) => Weight::Detail,
            (View::Bars, _) => Weight::End,
            (View::Lines, _) if small => Weight::Phase,
            (View::Lines, _) => Weight::Start,
        };
        weight >= least
    }

    fn prefixed(&self, weight: Weight, text: &str) -> String {
        if weight == Weight::Warning {
            return format!("{} {text}", self.palette.paint(Paint::Warning, "warning:"));
        }
        text.to_owned()
    }

    pub(super) fn say(&self, level: Level, message: &str) {
        self.say_at(level, message, Timestamp::now());
    }

    fn say_at(&self, level: Level, message: &str, at: Timestamp) {
        let mut state = self.lock();
        let safe: Vec<_> = message.lines().map(|line| Escaped::new(line).to_string()).collect();
        let weight = if level == Level::Note { Weight::End } else { Weight::Warning };
        if level != Level::Note || self.shows(weight, false) {
            state.lines.push(self.spell(level, message, &safe.join("\n"), at));
        }
        if self.has_log {
            let prefix = if level == Level::Warning { "warning: " } else { "" };
            state.log.extend(safe.iter().map(|line| format!("{} {prefix}{line}", date(at))));
        }
        drop(state);
        self.notify();
    }

    /// A message as the view wants it; `safe` is the same fit to be shown.
    pub(super) fn spell(&self, level: Level, message: &str, safe: &str, at: Timestamp) -> String {
        match (self.view, level) {
            (View::Json, Level::Note) => json::note(message, at),
            (View::Json, Level::Warning) => json::warning(message, at),
            (View::Json, Level::Error) => json::error(message, at),
            (View::Lines, Level::Warning) => {
                format!("{} {}", date(at), self.prefixed(Weight::Warning, safe))
            }
            (View::Lines, Level::Note) => format!("{} {safe}", date(at)),
            (_, Level::Warning) => self.prefixed(Weight::Warning, safe),
            (_, Level::Note) => safe.to_owned(),
            (_, Level::Error) => match safe.strip_prefix("error:") {
                Some(rest) => format!("{}{rest}", self.palette.paint(Paint::Error, "error:")),
                None => safe.to_owned(),
            },
        }
    }

    pub(super) fn end(&self, end: End) {
        self.lock().end.get_or_insert(end);
        self.wake.notify_all();
    }

    /// Bars have their own beat; everything else is written when it is said.
    fn notify(&self) {
        if self.view != View::Bars {
            self.wake.notify_all();
        }
    }

    /// Waits for something to write, at most until `due`, and takes it.
    pub(super) fn take(&self, due: Instant) -> Batch {
        let mut state = self.lock();
        loop {
            let now = Instant::now();
            let eager =
                self.view != View::Bars && !(state.lines.is_empty() && state.log.is_empty());
            if state.end.is_some() || eager || now >= due {
                return state.take(self.view, now);
            }
            let waited = self.wake.wait_timeout(state, due - now);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl Observer for Shared {
    fn observe(&self, event: &Event) {
        self.observe_at(event, Instant::now(), Timestamp::now);
    }
}

impl State {
    fn push_line(&mut self, weight: Weight, line: String) {
        if weight == Weight::Detail && self.lines.len() >= QUEUE_MAX {
            self.omitted += 1;
        } else {
            self.lines.push(line);
        }
    }

    fn push_log(&mut self, weight: Weight, line: String) {
        if weight != Weight::Detail || self.log.len() < QUEUE_MAX {
            self.log.push(line);
        }
    }

    fn take(&mut self, view: View, now: Instant) -> Batch {
        let omitted = std::mem::take(&mut self.omitted);
        if omitted > 0 {
            let at = Timestamp::now();
            self.lines.push(match view {
                View::Json => json::omitted(omitted, at),
                _ => format!("{} {omitted} lines left out: nobody read them in time", date(at)),
            });
        }
        Batch {
            lines: std::mem::take(&mut self.lines),
            log: std::mem::take(&mut self.log),
            snapshot: self.tally.snapshot(now),
            end: self.end,
        }
    }
}

fn plain_prefixed(weight: Weight, text: &str) -> String {
    let prefix = if weight == Weight::Warning { "warning: " } else { "" };
    format!("{prefix}{text}")
}
