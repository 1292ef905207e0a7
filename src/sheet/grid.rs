//! The lines of a sheet and their cells, by the rules of CSV; and back into text.
//!
//! It knows lines, separators and quotes, and nothing of what the cells mean.

use csv_core::ReadFieldResult;

use super::{
    error::{SheetError, Wrong},
    text::line_ends,
};

/// What may stand between two cells.
pub(super) const SEPARATORS: [char; 3] = [',', '\t', ';'];

/// What Excel's users write before the header, as in `sep=;`.
pub(super) const HINT: &str = "sep=";

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cell {
    /// Blanks around it are gone unless it was quoted.
    pub(super) text: String,
    pub(super) is_quoted: bool,
}

/// A line, or several if a quoted cell goes over their ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum GridLine {
    /// A comment, as it is.
    Comment(String),
    /// Nothing, or separators only.
    Blank(String),
    /// Cells, and the number of the line where they begin.
    Cells { line: usize, cells: Vec<Cell> },
}

impl GridLine {
    pub(super) fn cells(&self) -> &[Cell] {
        match self {
            Self::Cells { cells, .. } => cells,
            Self::Comment(_) | Self::Blank(_) => &[],
        }
    }

    /// The number of the line where it begins; only cells have one.
    pub(super) const fn number(&self) -> usize {
        match self {
            Self::Cells { line, .. } => *line,
            Self::Comment(_) | Self::Blank(_) => 0,
        }
    }
}

/// Reads a text line by line.
pub(super) struct GridText<'a> {
    text: &'a str,
    separator: char,
    at: usize,
    line: usize,
    reader: csv_core::Reader,
    buffer: Vec<u8>,
}

impl<'a> GridText<'a> {
    pub(super) fn new(text: &'a str, separator: char) -> Self {
        let reader = csv_core::ReaderBuilder::new().delimiter(separator as u8).build();
        Self { text, separator, at: 0, line: 1, reader, buffer: vec![0; 1 << 10] }
    }

    /// The line's text, without its end.
    fn pass_over(&mut self) -> String {
        let rest = &self.text[self.at..];
        let line = &rest[..rest.find(['\r', '\n']).unwrap_or(rest.len())];
        self.at += line.len();
        self.end_line();
        line.to_owned()
    }

    fn end_line(&mut self) {
        let rest = &self.text[self.at..];
        let end = ["\r\n", "\n", "\r"].iter().find(|end| rest.starts_with(**end));
        self.at += end.map_or(0, |end| end.len());
        self.line += 1;
    }

    fn cells(&mut self) -> Result<GridLine, SheetError> {
        let (begin, line) = (self.at, self.line);
        let wrong = || SheetError::at(line, Wrong::Quote);
        self.reader.reset();
        let mut cells = Vec::new();
        loop {
            // A quote counts as one even if blanks stand before it.
            let rest = &self.text[self.at..];
            let unpadded = rest.trim_start_matches(' ');
            if unpadded.starts_with('"') {
                self.at += rest.len() - unpadded.len();
            }
            let (cell, is_last) = self.cell().ok_or_else(wrong)?;
            cells.push(cell);
            if is_last {
                break;
            }
        }
        // The reader takes the first byte of CRLF.
        let crlf =
            self.text[begin..self.at].ends_with('\r') && self.text[self.at..].starts_with('\n');
        self.at += usize::from(crlf);
        let whole = &self.text[begin..self.at];
        self.line += line_ends(whole);
        if cells.iter().all(|cell| cell.text.trim().is_empty()) {
            return Ok(GridLine::Blank(whole.trim_end_matches(['\r', '\n']).to_owned()));
        }
        Ok(GridLine::Cells { line, cells })
    }

    /// The next cell, and whether it is the line's last; `None` if its quotes are wrong.
    fn cell(&mut self) -> Option<(Cell, bool)> {
        let (begin, mut length) = (self.at, 0);
        let is_last = loop {
            let input = &self.text.as_bytes()[self.at..];
            let (result, read, written) = self.reader.read_field(input, &mut self.buffer[length..]);
            self.at += read;
            length += written;
            match result {
                ReadFieldResult::Field { record_end } => break record_end,
                ReadFieldResult::OutputFull => self.buffer.resize(self.buffer.len() * 2, 0),
                ReadFieldResult::End => break true,
                ReadFieldResult::InputEmpty => {}
            }
        };
        let text = str::from_utf8(&self.buffer[..length]).ok()?;
        let raw = &self.text[begin..self.at];
        let is_quoted = raw.starts_with('"');
        let raw = raw.strip_suffix(if is_last { '\n' } else { self.separator }).unwrap_or(raw);
        let raw = raw.strip_suffix('\r').filter(|_| is_last).unwrap_or(raw);
        let unpadded = raw.trim_end_matches(' ');
        let padding = raw.len() - unpadded.len();
        if !is_quoted {
            return Some((Cell { text: text.trim().to_owned(), is_quoted }, is_last));
        }
        let quotes = unpadded.matches('"').count();
        let is_closed = unpadded.len() > 1 && unpadded.ends_with('"') && quotes.is_multiple_of(2);
        let text = text.get(..text.len().checked_sub(padding)?)?.to_owned();
        is_closed.then_some((Cell { text, is_quoted }, is_last))
    }
}

impl Iterator for GridText<'_> {
    type Item = Result<GridLine, SheetError>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = &self.text[self.at..];
        let first = rest.chars().next()?;
        let is_hint = self.at == 0 && rest.trim_start_matches('"').starts_with(HINT);
        if first == '#' || is_hint {
            return Some(Ok(GridLine::Comment(self.pass_over())));
        }
        let line = &rest[..rest.find(['\r', '\n']).unwrap_or(rest.len())];
        if line.trim().is_empty() {
            return Some(Ok(GridLine::Blank(self.pass_over())));
        }
        Some(self.cells())
    }
}

/// Writes cells as `Lines` reads them, without the line's end.
pub(super) fn join(cells: &[Cell], separator: char) -> String {
    let mut line = String::new();
    for (at, Cell { text, is_quoted }) in cells.iter().enumerate() {
        if at > 0 {
            line.push(separator);
        }
        let special = |c| matches!(c, '"' | '\r' | '\n' | '#') || SEPARATORS.contains(&c);
        if *is_quoted || text.contains(special) || text.trim() != text || text.starts_with(HINT) {
            line.extend(["\"", &text.replace('"', "\"\""), "\""]);
        } else {
            line.push_str(text);
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cells(text: &str) -> Vec<(usize, Vec<String>)> {
        GridText::new(text, ',')
            .filter_map(|line| match line.unwrap() {
                GridLine::Cells { line, cells } => {
                    Some((line, cells.into_iter().map(|cell| cell.text).collect()))
                }
                _ => None,
            })
            .collect()
    }

    #[test]
    fn cells_are_told_apart_by_the_rules_of_csv() {
        for (text, expected) in [
            ("a,b", &[(1, &["a", "b"][..])][..]),
            ("a,b\n", &[(1, &["a", "b"])]),
            ("a,b\r\nc,d\r\n", &[(1, &["a", "b"]), (2, &["c", "d"])]),
            ("a\rb", &[(1, &["a"]), (2, &["b"])]),
            ("a,,b,\n", &[(1, &["a", "", "b", ""])]),
            (" a\t, b c ,\u{a0}d", &[(1, &["a", "b c", "d"])]),
            ("\" a \",b", &[(1, &[" a ", "b"])]),
            ("a, \"b, c\" ,d", &[(1, &["a", "b, c", "d"])]),
            ("a, \" b \" \nc", &[(1, &["a", " b "]), (2, &["c"])]),
            ("\"say \"\"hi\"\"\",b", &[(1, &["say \"hi\"", "b"])]),
            ("\"\",b", &[(1, &["", "b"])]),
            ("5\" plate,b", &[(1, &["5\" plate", "b"])]),
            // Numbers are those of lines, and not of records.
            ("\n# x\n\na\n", &[(4, &["a"])]),
            ("\"a\nb\",c\nd", &[(1, &["a\nb", "c"]), (3, &["d"])]),
            ("\"a\r\nb\",c\r\n\r\nd", &[(1, &["a\r\nb", "c"]), (4, &["d"])]),
            (",,\na\n \"\" ,\nb", &[(2, &["a"]), (4, &["b"])]),
            ("sep=,\na", &[(2, &["a"])]),
            ("\"#a\",b", &[(1, &["#a", "b"])]),
            ("a,#b", &[(1, &["a", "#b"])]),
        ] {
            let found = cells(text);
            let found: Vec<(usize, Vec<&str>)> = found
                .iter()
                .map(|(line, cells)| (*line, cells.iter().map(String::as_str).collect()))
                .collect();
            let expected: Vec<_> =
                expected.iter().map(|(at, cells)| (*at, cells.to_vec())).collect();
            assert_eq!(found, expected, "{text:?}");
        }
        let long = "x".repeat(100_000);
        assert_eq!(cells(&format!("{long},\"{long}\"")), [(1, vec![long.clone(), long])]);
    }

    #[test]
    fn a_quote_that_is_not_closed_does_not_swallow_the_rest() {
        for (text, line) in [
            ("a\n\"b,c\nd\n", 2),
            ("\"", 1),
            ("a,\"b\"c\n", 1),
            ("a,\"b\"\"\n", 1),
            ("\"a\"b\"", 1),
        ] {
            let error = GridText::new(text, ',').find_map(Result::err).unwrap();
            assert_eq!(error, SheetError::at(line, Wrong::Quote), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            texts in prop::collection::vec("[ -~éü\n\r\t\"#;,]{0,12}", 1..6),
            separator in prop::sample::select(&SEPARATORS[..]),
            quoted: bool,
        ) {
            let cells: Vec<_> = texts
                .iter()
                .map(|text| Cell { text: text.clone(), is_quoted: quoted })
                .collect();
            let is_blank = texts.iter().all(|text| text.trim().is_empty());
            let text = join(&cells, separator);
            let lines: Vec<_> = GridText::new(&text, separator).map(Result::unwrap).collect();
            match &lines[..] {
                [GridLine::Cells { line: 1, cells }] => {
                    let read: Vec<_> = cells.iter().map(|cell| cell.text.clone()).collect();
                    prop_assert_eq!(read, texts);
                }
                _ => prop_assert!(is_blank),
            }
        }

        #[test]
        fn no_text_is_too_much(text in "[a,;\t\"\r\n #=]{0,40}|.*") {
            for separator in SEPARATORS {
                let end = GridText::new(&text, separator).take_while(Result::is_ok).count();
                prop_assert!(end <= text.len() + 1);
            }
        }
    }
}
