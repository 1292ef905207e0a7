//! Columns for people.

use std::fmt;

use crate::types::Escaped;

/// Lines whose cells stand below each other; the last column is as long as it is.
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(heading: &[&str]) -> Self {
        Self { rows: vec![heading.iter().map(|&cell| cell.to_owned()).collect()] }
    }

    pub(crate) fn row<const N: usize>(&mut self, cells: &[String; N]) {
        self.rows.push(cells.iter().map(|cell| Escaped::new(cell).to_string()).collect());
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = self.rows.first().map_or(0, Vec::len);
        let width = |column: usize| {
            self.rows.iter().map(|row| console::measure_text_width(&row[column])).max().unwrap_or(0)
        };
        let widths: Vec<_> = (0..columns).map(width).collect();
        for row in &self.rows {
            let cells = row.iter().zip(&widths).map(|(cell, width)| {
                console::pad_str(cell, *width, console::Alignment::Left, None).into_owned()
            });
            let line = cells.collect::<Vec<_>>().join("  ");
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

/// How long ago, in the one or two units that matter.
pub(crate) fn age(seconds: i64) -> String {
    let seconds = u64::try_from(seconds).unwrap_or(0);
    match seconds {
        0..60 => format!("{seconds}s"),
        60..3600 => format!("{}m", seconds / 60),
        3600..86400 => format!("{}h {}m", seconds / 3600, seconds % 3600 / 60),
        _ => format!("{}d {}h", seconds / 86400, seconds % 86400 / 3600),
    }
}

/// RFC 3339, in UTC.
pub(crate) fn time(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).map_or_else(|_| "?".to_owned(), |time| time.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_stand_below_each_other() {
        let mut table = Table::new(&["A", "LONG", "C"]);
        table.row(&["試料".to_owned(), "x".to_owned(), "y".to_owned()]);
        table.row(&["b\u{1b}".to_owned(), "xx".to_owned(), String::new()]);
        assert_eq!(table.to_string(), "A        LONG  C\n試料     x     y\nb\\u{1b}  xx\n");
    }

    #[test]
    fn an_age_has_two_units() {
        let ages = [-5, 59, 60, 3599, 3600, 90_061, 864_000].map(age);
        assert_eq!(ages, ["0s", "59s", "1m", "59m", "1h 0m", "1d 1h", "10d 0h"]);
    }
}
