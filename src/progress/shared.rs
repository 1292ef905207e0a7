//! Where those who tell and the thread that writes meet: one lock, held for arithmetic and spelling,
//! never for I/O.

use std::{
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use jiff::Timestamp;

use super::{
    json,
    lines::{self, Weight},
    options::Verbosity,
    palette::{Paint, Palette},
    snapshot::Snapshot,
    tally::ProgressTally,
    text::date,
    view::{MessageKind, View},
};
use crate::{
    event::{Event, Observer},
    types::Escaped,
};

/// So many lines wait at most for a standard error that nobody reads; then details are left out.
const QUEUE_MAX: usize = 10_000;
/// A run of so many read sets at most gets a line for each phase of each.
const SMALL_RUN: usize = 4;

/// How it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HowEnded {
    /// With everything written.
    Finish,
    /// At once, with the screen as it stands.
    Abandon,
}

#[derive(Debug)]
pub(super) struct Shared {
    state: Mutex<SharedState>,
    wake: Condvar,
    view: View,
    verbosity: Verbosity,
    palette: Palette,
    has_log: bool,
}

#[derive(Debug, Default)]
struct SharedState {
    tally: ProgressTally,
    lines: Vec<String>,
    log: Vec<String>,
    omitted: u64,
    /// The last line is said.
    summed: bool,
    end: Option<HowEnded>,
}

/// What the writer gets at a time.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) lines: Vec<String>,
    pub(super) log: Vec<String>,
    pub(super) snapshot: Snapshot,
    pub(super) end: Option<HowEnded>,
}

impl Shared {
    pub(super) fn new(view: View, verbosity: Verbosity, palette: Palette, has_log: bool) -> Self {
        let (state, wake) = (Mutex::default(), Condvar::new());
        Self { state, wake, view, verbosity, palette, has_log }
    }

    pub(super) const fn view(&self) -> View {
        self.view
    }

    pub(super) const fn palette(&self) -> Palette {
        self.palette
    }

    pub(super) fn is_quiet(&self) -> bool {
        self.verbosity == Verbosity::Quiet
    }

    fn lock(&self) -> MutexGuard<'_, SharedState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn observe_at(&self, event: &Event, now: Instant, at: impl Fn() -> Timestamp) {
        let mut state = self.lock();
        state.tally.apply(event, now);
        if matches!(event, Event::PartProgress { .. }) {
            return;
        }
        let weight = lines::weight(event);
        if !self.shows(weight, &state) && !self.has_log {
            return;
        }
        let text = lines::describe(event, &state.tally, now).unwrap_or_default();
        let at = at();
        let row = |item| state.tally.row(item);
        let object = || json::event(event, at, state.tally.product, row);
        let object = (self.view == View::Json).then(object).flatten();
        self.put(&mut state, weight, &text, object, at);
        if matches!(event, Event::Finished { .. }) && state.tally.is_over() {
            self.sum_up(&mut state, now, at);
        }
        drop(state);
        self.notify();
    }

    /// Queues a line where it belongs; `object` is the same for those who read JSON.
    fn put(
        &self,
        state: &mut SharedState,
        weight: Weight,
        text: &str,
        object: Option<String>,
        at: Timestamp,
    ) {
        if self.shows(weight, state) {
            let line = match self.view {
                View::Json => object,
                View::Lines => Some(format!("{} {}", date(at), self.prefixed(weight, text))),
                View::Bars | View::Silent => Some(self.prefixed(weight, text)),
            };
            if let Some(line) = line {
                state.push_line(weight, line);
            }
        }
        if self.has_log {
            let line = format!("{} {}", date(at), plain_prefixed(weight, text));
            state.push_log(weight, line);
        }
    }

    /// Once, when the last read set has ended, or when the run ends without.
    fn sum_up(&self, state: &mut SharedState, now: Instant, at: Timestamp) {
        if !std::mem::replace(&mut state.summed, true)
            && let Some(summary) = lines::summary(&state.tally.snapshot(now))
        {
            self.put(state, Weight::End, &summary, None, at);
        }
    }

    /// Whether something of this weight gets a line on standard error.
    fn shows(&self, weight: Weight, state: &SharedState) -> bool {
        let small = state.tally.read_sets() <= SMALL_RUN;
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

    pub(super) fn say(&self, level: MessageKind, message: &str) {
        self.say_at(level, message, Timestamp::now());
    }

    fn say_at(&self, level: MessageKind, message: &str, at: Timestamp) {
        let safe: Vec<_> = message.lines().map(|line| Escaped::new(line).to_string()).collect();
        let safe = safe.join("\n");
        let object = Some(json::remark(level, message, at));
        let mut state = self.lock();
        match level {
            MessageKind::Note => self.put(&mut state, Weight::End, &safe, object, at),
            MessageKind::Warning => self.put(&mut state, Weight::Warning, &safe, object, at),
            MessageKind::Error => {
                let line = match (self.view, object) {
                    (View::Json, Some(object)) => object,
                    _ => self.error_line(&safe),
                };
                state.lines.push(line);
                if self.has_log {
                    state.log.extend(safe.lines().map(|line| format!("{} {line}", date(at))));
                }
            }
        }
        drop(state);
        self.notify();
    }

    fn error_line(&self, rendered: &str) -> String {
        match rendered.strip_prefix("error:") {
            Some(rest) => format!("{}{rest}", self.palette.paint(Paint::Error, "error:")),
            None => rendered.to_owned(),
        }
    }

    pub(super) fn end(&self, end: HowEnded) {
        let mut state = self.lock();
        if end == HowEnded::Finish {
            self.sum_up(&mut state, Instant::now(), Timestamp::now());
        }
        state.end.get_or_insert(end);
        drop(state);
        self.wake.notify_all();
    }

    /// Bars have their own beat; everything else is written when it is said.
    fn notify(&self) {
        if self.view != View::Bars {
            self.wake.notify_all();
        }
    }

    /// Takes what there is.
    pub(super) fn take_at(&self, now: Instant) -> Batch {
        self.lock().take(self.view, now)
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

impl SharedState {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Outcome;
    use crate::progress::fixture::{
        created, finished, planned, processing, progress, started, uploaded, warning,
    };

    fn at() -> Timestamp {
        "2026-11-21T10:00:00Z".parse().unwrap()
    }

    fn shared(view: View, verbosity: Verbosity, has_log: bool) -> Shared {
        Shared::new(view, verbosity, Palette::PLAIN, has_log)
    }

    /// Runs `count` read sets of one part through all phases, and returns what is said and logged.
    fn run(shared: &Shared, count: usize) -> Batch {
        let names: Vec<_> = (0..count).map(|number| format!("s{number}")).collect();
        let sets: Vec<_> = names.iter().map(|name| (name.as_str(), 64)).collect();
        let now = Instant::now();
        let tell = |event: &Event| shared.observe_at(event, now, at);
        tell(&planned(&sets));
        for item in 0..count {
            tell(&created(item));
            tell(&started(item, 1, 64));
            tell(&progress(item, 1, 64));
            tell(&uploaded(item, 1, 64));
            tell(&Event::Confirming { read_set: crate::event::Item(item) });
            tell(&processing(item));
            tell(&finished(item, Outcome::Active, None));
        }
        tell(&warning(None, "w"));
        shared.take_at(now)
    }

    #[test]
    fn each_view_says_what_it_should() {
        use Verbosity::{Normal, Quiet, Verbose};
        for (view, verbosity, count, lines) in [
            // The plan, three phases, and the end; the warning.
            (View::Lines, Normal, 1, 1 + 3 + 1 + 1),
            (View::Lines, Normal, 4, 1 + 4 * 4 + 1 + 1),
            // Calm: the plan, each end, the summary, the warning.
            (View::Lines, Normal, 5, 1 + 5 + 1 + 1),
            (View::Lines, Normal, 96, 1 + 96 + 1 + 1),
            (View::Lines, Verbose, 5, 1 + 5 * 6 + 1 + 1),
            (View::Bars, Normal, 5, 5 + 1 + 1),
            (View::Bars, Verbose, 5, 1 + 5 * 6 + 1 + 1),
            (View::Silent, Normal, 5, 1),
            (View::Silent, Verbose, 5, 1),
            (View::Silent, Quiet, 5, 1),
            (View::Json, Normal, 5, 1 + 5 * 6 + 1),
            (View::Json, Quiet, 5, 1),
        ] {
            let batch = run(&shared(view, verbosity, false), count);
            assert_eq!(batch.lines.len(), lines, "{view:?} {verbosity:?}: {:#?}", batch.lines);
            assert_eq!(batch.log, [""; 0]);
        }
    }

    #[test]
    fn the_log_has_everything_whatever_is_shown() {
        let batch = run(&shared(View::Silent, Verbosity::Quiet, true), 1);
        assert_eq!(batch.lines, ["warning: w"]);
        assert_eq!(
            batch.log,
            [
                "1 read set, 64.0 MiB in 1 part",
                "s0: uploading, upload 1234567890",
                "s0: part 1 of SOURCE1 started, attempt 1, 64.0 MiB",
                "s0: part 1 of SOURCE1 confirmed, 64.0 MiB",
                "s0: confirming (the service's list of parts is checked)",
                "s0: processing (HealthOmics checks the read set), read set 9876543210",
                "s0: active, read set 9876543210, 64.0 MiB sent at 62.5 GiB/s, 0s in all",
                "warning: w",
            ]
            .map(|line| format!("2026-11-21T10:00:00Z {line}"))
        );
    }

    #[test]
    fn messages_are_said_as_the_view_wants_them() {
        let rendered = "error: a\u{1b}b\n  caused by: c\n\nhint: d";
        for (view, verbosity, expected) in [
            (
                View::Lines,
                Verbosity::Normal,
                vec![
                    "2026-11-21T10:00:00Z n",
                    "2026-11-21T10:00:00Z warning: w\\u{1b}",
                    "error: a\\u{1b}b\n  caused by: c\n\nhint: d",
                ],
            ),
            (
                View::Bars,
                Verbosity::Normal,
                vec!["n", "warning: w\\u{1b}", "error: a\\u{1b}b\n  caused by: c\n\nhint: d"],
            ),
            (
                View::Silent,
                Verbosity::Quiet,
                vec!["warning: w\\u{1b}", "error: a\\u{1b}b\n  caused by: c\n\nhint: d"],
            ),
        ] {
            let shared = shared(view, verbosity, true);
            shared.say_at(MessageKind::Note, "n", at());
            shared.say_at(MessageKind::Warning, "w\u{1b}", at());
            shared.say_at(MessageKind::Error, rendered, at());
            let batch = shared.take_at(Instant::now());
            assert_eq!(batch.lines, expected);
            assert_eq!(batch.log.len(), 6);
        }
        let shared = shared(View::Json, Verbosity::Quiet, false);
        shared.say_at(MessageKind::Note, "n", at());
        shared.say_at(MessageKind::Error, rendered, at());
        let lines = shared.take_at(Instant::now()).lines;
        assert_eq!(lines.len(), 1);
        let object: serde_json::Value = serde_json::from_str(&lines[0]).unwrap();
        assert_eq!((&object["event"], &object["message"]), (&"error".into(), &rendered.into()));
    }

    #[test]
    fn nobody_reads_and_memory_does_not_grow() {
        let shared = shared(View::Lines, Verbosity::Verbose, true);
        let now = Instant::now();
        shared.observe_at(&planned(&[("a", 64)]), now, at);
        for _ in 0..QUEUE_MAX + 10 {
            shared.observe_at(&started(0, 1, 64), now, at);
        }
        // What matters is kept all the same.
        shared.observe_at(&warning(None, "w"), now, at);
        let batch = shared.take_at(now);
        assert_eq!((batch.lines.len(), batch.log.len()), (QUEUE_MAX + 2, QUEUE_MAX + 1));
        let said = &batch.lines[QUEUE_MAX..];
        assert_eq!(said[0], "2026-11-21T10:00:00Z warning: w");
        assert!(said[1].ends_with(" 11 lines left out: nobody read them in time"), "{}", said[1]);
        assert_eq!(shared.take_at(now).lines, [""; 0]);
    }

    #[test]
    fn what_is_unfinished_at_the_end_is_summed_up_once() {
        let shared = shared(View::Bars, Verbosity::Normal, false);
        let now = Instant::now();
        shared.observe_at(&planned(&[("a", 64), ("b", 64)]), now, at);
        shared.observe_at(&finished(0, Outcome::Interrupted, None), now, at);
        shared.end(HowEnded::Finish);
        shared.end(HowEnded::Finish);
        let batch = shared.take_at(now);
        assert_eq!(batch.end, Some(HowEnded::Finish));
        assert_eq!(
            batch.lines,
            ["a: interrupted", "2 read sets: 1 interrupted, 1 unfinished, 0s in all"]
        );
    }
}
