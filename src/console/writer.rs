//! The thread that writes: when to draw, what to sum up, and what to do when nobody listens.

use std::{
    fs::File,
    io::Write as _,
    sync::Arc,
    time::{Duration, Instant},
};

use jiff::Timestamp;

use super::{
    date,
    frame::frame,
    json, lines,
    palette::Palette,
    screen::{Painter, Terminal},
    shared::{Batch, End, Level, Shared, View},
    snapshot::{Amount, Snapshot},
};

/// Ten frames a second are as many as anybody can read.
const FRAME: Duration = Duration::from_millis(100);
const JSON_PROGRESS: Duration = Duration::from_secs(1);

pub(super) struct Writer {
    shared: Arc<Shared>,
    palette: Palette,
    painter: Painter,
    log: Option<File>,
    interval: Duration,
    next_frame: Instant,
    next_beat: Instant,
    /// What the last `progress` object said, and when to say it again though nothing changed.
    told: Option<(Amount, Instant)>,
}

impl Writer {
    pub(super) fn new(
        shared: Arc<Shared>,
        palette: Palette,
        interval: Duration,
        log: Option<File>,
    ) -> Self {
        let now = Instant::now();
        Self {
            shared,
            palette,
            painter: Painter::new(Terminal::stderr()),
            log,
            interval,
            next_frame: now,
            next_beat: now + interval,
            told: None,
        }
    }

    /// Until the end is told.
    pub(super) fn run(mut self) {
        loop {
            let batch = self.shared.take(self.next_frame.min(self.next_beat));
            let end = batch.end;
            self.step(batch, Instant::now(), Timestamp::now());
            if end.is_some() {
                return;
            }
        }
    }

    fn step(&mut self, batch: Batch, now: Instant, at: Timestamp) {
        let Batch { mut lines, mut log, snapshot, end } = batch;
        if end == Some(End::Abandon) {
            return self.painter.abandon();
        }
        let view = self.shared.view();
        if now >= self.next_beat {
            self.next_beat = now + self.interval;
            if snapshot.is_running() {
                let line = format!("{} {}", date(at), lines::heartbeat(&snapshot));
                log.push(line.clone());
                lines.extend((view == View::Lines).then_some(line));
            }
        }
        if view == View::Json && (now >= self.next_frame || end.is_some()) {
            lines.extend(self.json_progress(&snapshot, end, now, at));
        }
        if end.is_some() {
            self.sum_up(&snapshot, at, &mut lines, &mut log);
        }
        lines.extend(self.write_log(&log, at));
        let frame = match (view, end) {
            (View::Bars, None) => frame(&snapshot, self.painter.size(), self.palette),
            _ => Vec::new(),
        };
        self.painter.paint(&lines, &frame);
        if now >= self.next_frame {
            self.next_frame = now + self.frame_interval();
        }
    }

    fn frame_interval(&self) -> Duration {
        match self.shared.view() {
            View::Bars => FRAME,
            View::Json => JSON_PROGRESS,
            View::Lines | View::Silent => self.interval,
        }
    }

    /// At most once a second, and seldom while nothing changes.
    fn json_progress(
        &mut self,
        snapshot: &Snapshot,
        end: Option<End>,
        now: Instant,
        at: Timestamp,
    ) -> Option<String> {
        let wanted = !self.shared.is_quiet() && (snapshot.is_running() || end.is_some());
        let news = self.told.is_none_or(|(amount, due)| amount != snapshot.amount || now >= due);
        if !wanted || !news || snapshot.planned == 0 {
            return None;
        }
        self.told = Some((snapshot.amount, now + self.interval));
        Some(json::progress(snapshot, at))
    }

    fn sum_up(
        &self,
        snapshot: &Snapshot,
        at: Timestamp,
        lines: &mut Vec<String>,
        log: &mut Vec<String>,
    ) {
        let Some(summary) = lines::summary(snapshot) else { return };
        let dated = format!("{} {summary}", date(at));
        log.push(dated.clone());
        match self.shared.view() {
            View::Bars => lines.push(summary),
            View::Lines => lines.push(dated),
            View::Json | View::Silent => {}
        }
    }

    /// A log that cannot be written is given up, and that is said once.
    fn write_log(&mut self, lines: &[String], at: Timestamp) -> Option<String> {
        let file = self.log.as_mut()?;
        if lines.is_empty() {
            return None;
        }
        let text = lines.join("\n") + "\n";
        let error = file.write_all(text.as_bytes()).err()?;
        self.log = None;
        let words = format!("the log file cannot be written, and ends here: {error}");
        Some(self.shared.spell(Level::Warning, &words, &words, at))
    }
}
