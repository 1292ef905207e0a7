//! Where bars are painted: a terminal that may change its size or go away at any time.
//!
//! `indicatif` fills every row with blanks up to the last column and counts on the terminal to go on
//! in the next row by itself. A terminal that is resized joins or breaks such rows, and the next
//! redraw wipes out the wrong ones. [`Screen`] keeps the blanks back, ends the rows with a line
//! break, remembers how wide they are, and so finds their beginning whatever the width is by now.
//! The cursor is never hidden and rests in an empty row below: whoever takes over finds it there.

use std::{
    fmt,
    io::{self, Write},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use console::{AnsiCodeIterator, Term, measure_text_width};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle, TermLike};

use super::frame::Size;

/// A terminal to write to. Failures are nobody's business: there is nowhere to tell them.
#[derive(Clone)]
pub(super) struct Terminal {
    size: Arc<dyn Fn() -> Option<Size> + Send + Sync>,
    out: Arc<Mutex<dyn Write + Send>>,
}

impl Terminal {
    pub(super) fn stderr() -> Self {
        let size = || {
            let (rows, columns) = Term::stderr().size_checked()?;
            Some(Size { rows: rows.into(), columns: columns.into() })
        };
        Self::new(size, Arc::new(Mutex::new(io::stderr())))
    }

    pub(super) fn new(
        size: impl Fn() -> Option<Size> + Send + Sync + 'static,
        out: Arc<Mutex<dyn Write + Send>>,
    ) -> Self {
        Self { size: Arc::new(size), out }
    }

    /// As it is now; some terminals do not know, or say 0.
    pub(super) fn size(&self) -> Size {
        let known = (self.size)().filter(|size| size.rows > 0 && size.columns > 1);
        known.unwrap_or(Size { rows: 24, columns: 80 })
    }

    pub(super) fn write(&self, text: &str) {
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    }
}

/// Draws lines that last, and below them a frame that is drawn over.
pub(super) struct Painter {
    terminal: Terminal,
    shown: Option<(ProgressBar, String, Size)>,
}

impl Painter {
    pub(super) const fn new(terminal: Terminal) -> Self {
        Self { terminal, shown: None }
    }

    pub(super) fn size(&self) -> Size {
        self.terminal.size()
    }

    /// Adds `lasting` lines and shows `frame`; without lines in it, whatever frame was there is gone.
    pub(super) fn paint(&mut self, lasting: &[String], frame: &[String]) {
        if frame.is_empty() {
            if let Some((bar, ..)) = self.shown.take() {
                bar.finish_and_clear();
            }
            return self.print(lasting);
        }
        let size = self.size();
        // The line break at the end makes the row in which the cursor rests.
        let text = frame.join("\n") + "\n";
        match &mut self.shown {
            None => {
                self.print(lasting);
                let bar = new_bar(&self.terminal);
                bar.set_message(text.clone());
                self.shown = Some((bar, text, size));
            }
            Some((bar, shown, shown_size)) => {
                if *shown != text || *shown_size != size {
                    bar.set_message(text.clone());
                    (*shown, *shown_size) = (text, size);
                }
                if !lasting.is_empty() {
                    bar.println(lasting.join("\n"));
                }
            }
        }
    }

    /// Leaves everything as it stands.
    pub(super) fn abandon(&mut self) {
        if let Some((bar, ..)) = self.shown.take() {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
    }

    fn print(&self, lines: &[String]) {
        if !lines.is_empty() {
            self.terminal.write(&(lines.join("\n") + "\n"));
        }
    }
}

fn new_bar(terminal: &Terminal) -> ProgressBar {
    let screen = Screen { terminal: terminal.clone(), state: Mutex::default() };
    let target = ProgressDrawTarget::term_like(Box::new(screen));
    let bar = ProgressBar::with_draw_target(None, target);
    if let Ok(style) = ProgressStyle::with_template("{msg}") {
        bar.set_style(style);
    }
    bar
}

/// A [`Terminal`] as `indicatif` wants it.
struct Screen {
    terminal: Terminal,
    state: Mutex<Painted>,
}

/// What stands between the beginning of the frame and the cursor.
#[derive(Debug, Default)]
struct Painted {
    buffer: String,
    /// The width that `indicatif` was told.
    columns: usize,
    /// Widths of the rows above the cursor's.
    rows: Vec<usize>,
    /// Width of what stands in the cursor's row, and the column with the blanks that were kept back.
    text: usize,
    column: usize,
    drawn: bool,
}

impl Painted {
    fn write(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if self.columns > 0 && self.column >= self.columns {
            self.buffer += "\r\n";
            self.rows.push(self.text);
            (self.text, self.column) = (0, 0);
        }
        self.drawn = true;
        if text.bytes().all(|byte| byte == b' ') {
            self.column += text.len();
            return;
        }
        self.buffer += &" ".repeat(self.column - self.text);
        self.buffer += text;
        for (piece, is_escape) in AnsiCodeIterator::new(text) {
            if !is_escape {
                piece.chars().for_each(|c| self.advance(c));
            }
        }
        self.text = self.column;
    }

    /// As a terminal does: a character that does not fit goes to the next row as a whole.
    fn advance(&mut self, c: char) {
        let width = measure_text_width(c.encode_utf8(&mut [0; 4]));
        self.column += width;
        if self.column > self.columns {
            self.rows.push(self.columns);
            self.column = width;
        }
    }

    /// To the beginning of the row `n` rows above, as the terminal shows them at its width of now.
    fn up(&mut self, n: usize, columns: usize) {
        let height = |width: usize| width.div_ceil(columns).max(1);
        let first = self.rows.len().saturating_sub(n);
        let above: usize = self.rows.drain(first..).map(height).sum();
        self.move_by(above + height(self.text) - 1, "A");
        (self.text, self.column) = (0, 0);
    }

    fn move_by(&mut self, n: usize, direction: &str) {
        if n > 0 {
            self.buffer.extend(["\x1b[", &n.to_string(), direction]);
        }
    }
}

impl Screen {
    fn state(&self) -> MutexGuard<'_, Painted> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Screen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Screen").field("state", &self.state).finish_non_exhaustive()
    }
}

impl TermLike for Screen {
    fn width(&self) -> u16 {
        let columns = self.terminal.size().columns;
        self.state().columns = columns;
        u16::try_from(columns).unwrap_or(u16::MAX)
    }

    fn height(&self) -> u16 {
        u16::try_from(self.terminal.size().rows).unwrap_or(u16::MAX)
    }

    fn move_cursor_up(&self, n: usize) -> io::Result<()> {
        let columns = self.terminal.size().columns;
        let mut state = self.state();
        if state.drawn && n > 0 {
            state.up(n, columns);
        } else {
            state.move_by(n, "A");
        }
        Ok(())
    }

    fn move_cursor_down(&self, n: usize) -> io::Result<()> {
        self.state().move_by(n, "B");
        Ok(())
    }

    fn move_cursor_right(&self, n: usize) -> io::Result<()> {
        self.state().move_by(n, "C");
        Ok(())
    }

    fn move_cursor_left(&self, n: usize) -> io::Result<()> {
        self.state().move_by(n, "D");
        Ok(())
    }

    fn write_line(&self, s: &str) -> io::Result<()> {
        let mut state = self.state();
        state.write(s);
        state.column = state.columns;
        Ok(())
    }

    fn write_str(&self, s: &str) -> io::Result<()> {
        self.state().write(s);
        Ok(())
    }

    /// The first row that is cleared takes everything below with it, however it wrapped.
    fn clear_line(&self) -> io::Result<()> {
        let columns = self.terminal.size().columns;
        let mut state = self.state();
        if state.drawn {
            state.up(0, columns);
            state.buffer += "\r\x1b[J";
            state.rows.clear();
            state.drawn = false;
        } else {
            state.buffer += "\r\x1b[2K";
        }
        Ok(())
    }

    fn flush(&self) -> io::Result<()> {
        let text = std::mem::take(&mut self.state().buffer);
        self.terminal.write(&text);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    /// A terminal emulator, and the painter that draws on it.
    struct Bench {
        parser: Arc<Mutex<vt100::Parser>>,
        painter: Painter,
    }

    struct Sink(Arc<Mutex<vt100::Parser>>);

    impl Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let mut parser = self.0.lock().unwrap();
            for byte in bytes {
                // The terminal driver's part: a line feed goes to the first column too.
                let bytes: &[u8] = if *byte == b'\n' { b"\r\n" } else { &[*byte] };
                parser.process(bytes);
            }
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Bench {
        fn new(rows: u16, columns: u16) -> Self {
            let parser = Arc::new(Mutex::new(vt100::Parser::new(
                rows.try_into().unwrap(),
                columns.try_into().unwrap(),
                100,
            )));
            let size = {
                let parser = Arc::clone(&parser);
                move || {
                    let (rows, columns) = parser.lock().unwrap().screen().size();
                    Some(Size { rows: rows.get().into(), columns: columns.get().into() })
                }
            };
            let out = Arc::new(Mutex::new(Sink(Arc::clone(&parser))));
            let painter = Painter::new(Terminal::new(size, out));
            Self { parser, painter }
        }

        fn paint(&mut self, lasting: &[&str], frame: &[&str]) {
            let owned = |lines: &[&str]| lines.iter().map(ToString::to_string).collect::<Vec<_>>();
            self.painter.paint(&owned(lasting), &owned(frame));
        }

        /// The rows that hold something, and where the cursor is.
        fn shown(&self) -> (Vec<String>, (u16, u16)) {
            let parser = self.parser.lock().unwrap();
            let (_, columns) = parser.screen().size();
            assert!(!parser.screen().hide_cursor());
            let mut rows: Vec<_> = parser.screen().rows(0, columns.get()).collect();
            while rows.last().is_some_and(String::is_empty) {
                rows.pop();
            }
            (rows, parser.screen().cursor_position())
        }

        /// As terminals do that break long rows and join them again: what was written with a line
        /// break stays apart.
        fn reflow(&self, columns: u16) {
            let (rows, _) = self.shown();
            let mut parser = self.parser.lock().unwrap();
            let (height, _) = parser.screen().size();
            *parser = vt100::Parser::new(height, columns.try_into().unwrap(), 100);
            let text = rows.iter().fold(String::new(), |mut text, row| {
                let _ = write!(text, "{row}\r\n");
                text
            });
            parser.process(text.as_bytes());
        }
    }

    #[test]
    fn a_frame_is_drawn_over_and_lines_last_above_it() {
        let mut bench = Bench::new(10, 20);
        bench.paint(&["before"], &[]);
        bench.paint(&[], &["a 1", "total 1"]);
        assert_eq!(bench.shown(), (vec!["before".into(), "a 1".into(), "total 1".into()], (3, 0)));
        bench.paint(&["a is done", "and b"], &["total 2"]);
        assert_eq!(bench.shown().0, ["before", "a is done", "and b", "total 2"]);
        bench.paint(&[], &["c 3", "d 3", "e 3", "total 3"]);
        let (rows, cursor) = bench.shown();
        assert_eq!(rows, ["before", "a is done", "and b", "c 3", "d 3", "e 3", "total 3"]);
        assert_eq!(cursor, (7, 0));
        bench.paint(&["sum"], &[]);
        assert_eq!(
            bench.shown(),
            (["before", "a is done", "and b", "sum"].map(String::from).to_vec(), (4, 0))
        );
    }

    #[test]
    fn a_full_screen_scrolls_and_keeps_what_lasts() {
        let mut bench = Bench::new(4, 20);
        for number in 0..10 {
            bench.paint(&[&format!("line {number}")], &["a", &format!("total {number}")]);
        }
        assert_eq!(bench.shown(), (["line 9", "a", "total 9"].map(String::from).to_vec(), (3, 0)));
        let mut parser = bench.parser.lock().unwrap();
        parser.screen_mut().set_scrollback(6);
        let rows: Vec<_> = parser.screen().rows(0, 20).collect();
        assert_eq!(rows, ["line 3", "line 4", "line 5", "line 6"]);
    }

    #[test]
    fn lines_that_last_may_be_longer_than_the_screen_is_wide() {
        let mut bench = Bench::new(10, 10);
        bench.paint(&[], &["total 1"]);
        bench.paint(&["warning: twenty-five wide", "0123456789", "", "試料試料試料"], &["total 2"]);
        bench.paint(&[], &["total 3"]);
        assert_eq!(
            bench.shown().0,
            ["warning: t", "wenty-five", " wide", "0123456789", "", "試料試料試", "料", "total 3"]
        );
    }

    #[test]
    fn colour_takes_no_room() {
        let mut bench = Bench::new(5, 10);
        for _ in 0..3 {
            bench.paint(&[], &["\x1b[32m=====\x1b[0m\x1b[33m---\x1b[0m", "total"]);
            bench.paint(&[], &["\x1b[32m======\x1b[0m\x1b[33m--\x1b[0m", "total"]);
        }
        assert_eq!(bench.shown().0, ["======--", "total"]);
    }

    #[test]
    fn a_resized_terminal_is_drawn_over_without_remains() {
        let mut bench = Bench::new(20, 40);
        bench.paint(&["lasts"], &["a ---------------------------- 1", "b ---- 1", "total"]);
        // Narrower: the first row takes three now.
        bench.reflow(12);
        assert_eq!(bench.shown().0.len(), 6);
        bench.paint(&[], &["a --- 2", "b --- 2", "total"]);
        assert_eq!(bench.shown().0, ["lasts", "a --- 2", "b --- 2", "total"]);
        // Wider: what was apart stays apart.
        bench.reflow(60);
        bench.paint(&["lasts too"], &["a ------- 3", "total"]);
        assert_eq!(bench.shown().0, ["lasts", "lasts too", "a ------- 3", "total"]);
        bench.reflow(5);
        bench.paint(&[], &[]);
        assert_eq!(bench.shown(), (["lasts", "lasts", " too"].map(String::from).to_vec(), (3, 0)));
    }

    #[test]
    fn an_abandoned_frame_stays_as_it_is() {
        let mut bench = Bench::new(10, 20);
        bench.paint(&[], &["a 1", "total 1"]);
        let before = bench.shown();
        bench.painter.abandon();
        assert_eq!(bench.shown(), before);
        bench.paint(&["later"], &[]);
        assert_eq!(bench.shown().0, ["a 1", "total 1", "later"]);
    }

    #[test]
    fn a_terminal_that_fails_or_has_no_size_ends_nothing() {
        struct Gone;
        impl Write for Gone {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
        }
        for size in [None, Some(Size { rows: 0, columns: 0 }), Some(Size { rows: 1, columns: 1 })] {
            let out = Arc::new(Mutex::new(Gone));
            let terminal = Terminal::new(move || size, out);
            assert_eq!(terminal.size(), Size { rows: 24, columns: 80 });
            let mut painter = Painter::new(terminal);
            painter.paint(&["x".into()], &["y".into()]);
            painter.paint(&["x".into()], &["z".into()]);
            painter.paint(&[], &[]);
        }
    }
}
