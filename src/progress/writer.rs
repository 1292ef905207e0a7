//! The thread that writes: when to draw, what to sum up, and what to do when nobody listens.

use std::{
    fs::File,
    io::{self, Write as _},
    sync::Arc,
    time::{Duration, Instant},
};

use jiff::Timestamp;

use super::{
    frame::frame,
    json, lines,
    screen::{Painter, Terminal},
    shared::{Batch, HowEnded, Shared},
    snapshot::{Amount, Phase, Snapshot},
    text::date,
    view::{MessageKind, View},
};

/// Ten frames a second are as many as anybody can read.
const FRAME: Duration = Duration::from_millis(100);
const DAY: Duration = Duration::from_hours(24);
const JSON_PROGRESS: Duration = Duration::from_secs(1);

pub(super) struct Writer {
    shared: Arc<Shared>,
    painter: Painter,
    log: Option<File>,
    interval: Duration,
    next_frame: Instant,
    next_beat: Instant,
    /// What the last `progress` object said, and when to say it again though nothing changed.
    told: Option<((Phase, Amount), Instant)>,
}

impl Writer {
    pub(super) fn new(
        shared: Arc<Shared>,
        interval: Duration,
        log: Option<File>,
        terminal: Terminal,
        now: Instant,
    ) -> Self {
        Self {
            shared,
            painter: Painter::new(terminal),
            log,
            interval: interval.clamp(FRAME, DAY),
            next_frame: now,
            next_beat: now + interval.clamp(FRAME, DAY),
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
        if end == Some(HowEnded::Abandon) {
            self.painter.abandon();
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
            lines.extend(self.json_progress(&snapshot, now, at));
        }
        if let Err(error) = self.write_log(&log) {
            let words = format!("the log file cannot be written, and ends here: {error}");
            self.shared.say(MessageKind::Warning, &words);
            self.log = None;
            lines.extend(self.shared.take_at(now).lines);
        }
        let frame = match (view, end) {
            (View::Bars, None) => frame(&snapshot, self.painter.size(), self.shared.palette()),
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
        now: Instant,
        at: Timestamp,
    ) -> Option<String> {
        let state = (snapshot.phase, snapshot.amount);
        let news = self
            .told
            .is_none_or(|(told, due)| told != state || (now >= due && snapshot.is_running()));
        if snapshot.planned == 0 || self.shared.is_quiet() || !news {
            return None;
        }
        self.told = Some((state, now + self.interval));
        Some(json::progress(snapshot, at))
    }

    fn write_log(&mut self, lines: &[String]) -> io::Result<()> {
        match &mut self.log {
            Some(file) if !lines.is_empty() => file.write_all((lines.join("\n") + "\n").as_bytes()),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::event::{Event, Outcome};
    use crate::progress::fixture::{created, finished, planned, progress, started, uploaded};
    use crate::progress::frame::Size;
    use crate::progress::options::Verbosity;
    use crate::progress::palette::Palette;

    fn at() -> Timestamp {
        "2026-11-21T10:00:00Z".parse().unwrap()
    }

    /// A writer whose clock is turned by hand, and what it wrote.
    struct Bench {
        writer: Writer,
        out: Arc<Mutex<Vec<u8>>>,
        now: Instant,
    }

    impl Bench {
        fn new(view: View, verbosity: Verbosity, log: Option<File>) -> Self {
            let has_log = log.is_some();
            let shared = Arc::new(Shared::new(view, verbosity, Palette::PLAIN, has_log));
            let (out, now) = (Arc::new(Mutex::new(Vec::new())), Instant::now());
            let size = || Some(Size { rows: 24, columns: 80 });
            let terminal = Terminal::new(size, Arc::<Mutex<Vec<u8>>>::clone(&out));
            let writer = Writer::new(shared, Duration::from_secs(30), log, terminal, now);
            Self { writer, out, now }
        }

        fn tell(&self, event: &Event) {
            self.writer.shared.observe_at(event, self.now, at);
        }

        /// What is written within so many milliseconds, at its end.
        fn after(&mut self, millis: u64) -> String {
            self.now += Duration::from_millis(millis);
            let batch = self.writer.shared.take_at(self.now);
            self.writer.step(batch, self.now, at());
            String::from_utf8(std::mem::take(&mut *self.out.lock().unwrap())).unwrap()
        }
    }

    #[test]
    fn a_line_is_due_every_interval_though_nothing_moves() {
        let mut bench = Bench::new(View::Lines, Verbosity::Normal, None);
        // Nothing is planned: there is nothing to tell.
        assert_eq!(bench.after(30_000), "");
        bench.tell(&planned(&[("a", 64), ("b", 64), ("c", 64), ("d", 64), ("e", 64)]));
        assert!(bench.after(1).ends_with("Z 5 read sets, 320.0 MiB in 5 parts\n"));
        bench.tell(&created(0));
        bench.tell(&started(0, 1, 64));
        let beat = |quiet| {
            format!(
                "2026-11-21T10:00:00Z uploading 0 B of 320.0 MiB (0 %), 0 B/s, 1 part in flight, \
                 nothing moved for {quiet}s, 0 of 5 read sets done\n"
            )
        };
        assert_eq!(bench.after(29_998), "");
        assert_eq!(bench.after(1), beat(29));
        assert_eq!(bench.after(29_999), "");
        assert_eq!(bench.after(1), beat(59));
        for item in 0..5 {
            bench.tell(&finished(item, Outcome::Failed, None));
        }
        assert_eq!(bench.after(1).lines().count(), 6);
        assert_eq!(bench.after(30_000), "");
    }

    #[test]
    fn json_progress_comes_at_most_once_a_second_and_seldom_without_news() {
        let mut bench = Bench::new(View::Json, Verbosity::Normal, None);
        bench.tell(&planned(&[("a", 64)]));
        let count = |text: &str| text.matches(r#""event":"progress""#).count();
        assert_eq!(count(&bench.after(1)), 1);
        bench.tell(&created(0));
        bench.tell(&started(0, 1, 64));
        let mut progresses = 0;
        for _ in 0..64 {
            bench.tell(&progress(0, 1, 1));
            progresses += count(&bench.after(50));
        }
        assert_eq!(progresses, 3);
        assert_eq!(count(&bench.after(1000)), 1);
        assert_eq!(count(&bench.after(1000)), 0);
        assert_eq!(count(&bench.after(28_000)), 0);
        assert_eq!(count(&bench.after(1_000)), 1);
        bench.tell(&uploaded(0, 1, 64));
        bench.tell(&finished(0, Outcome::Active, None));
        bench.writer.shared.end(HowEnded::Finish);
        let last = bench.after(1);
        assert!(
            last.lines().last().unwrap().contains(r#""phase":"done","bytes_confirmed":67108864"#)
        );
        assert!(last.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()));
    }

    #[test]
    fn bars_go_when_the_run_ends_and_stay_when_it_is_abandoned() {
        for (end, cleared) in [(HowEnded::Finish, true), (HowEnded::Abandon, false)] {
            let mut bench = Bench::new(View::Bars, Verbosity::Normal, None);
            bench.tell(&planned(&[("a", 64)]));
            bench.tell(&created(0));
            let drawn = bench.after(100);
            assert!(drawn.starts_with("uploading  ["), "{drawn:?}");
            // The same again is not drawn again.
            assert_eq!(bench.after(100), "");
            bench.writer.shared.say(MessageKind::Error, "error: x");
            bench.writer.shared.end(end);
            let last = bench.after(100);
            assert_eq!(last.contains("\x1b[J"), cleared, "{last:?}");
            assert!(last.contains("error: x\n") && !last.contains("uploading"), "{last:?}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_log_that_cannot_be_written_is_told_once() {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let mut bench = Bench::new(View::Silent, Verbosity::Quiet, Some(full));
        bench.tell(&planned(&[("a", 64)]));
        assert_eq!(
            bench.after(1),
            "warning: the log file cannot be written, and ends here: \
             No space left on device (os error 28)\n"
        );
        bench.tell(&created(0));
        assert_eq!(bench.after(1), "");
    }
}
