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

use ::console::{AnsiCodeIterator, Term, measure_text_width};
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
        Self { size: Arc::new(size), out: Arc::new(Mutex::new(io::stderr())) }
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
