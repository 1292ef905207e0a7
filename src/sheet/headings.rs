//! The header of a sheet: which cell says what, and which column is none.
//!
//! It knows the names of columns, and not what is in them.

use std::{convert::Infallible, str::FromStr};

use super::{
    SheetFormat,
    column::{Column, FileColumn, similar},
    error::{SheetError, Wrong},
    grid::Cell,
};

/// `--ignore-columns`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum IgnoredColumns {
    #[default]
    None,
    /// All that no format knows.
    Unknown,
    /// These, in any case, known or not.
    Named(Vec<String>),
}

impl FromStr for IgnoredColumns {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        if text.eq_ignore_ascii_case("all") {
            return Ok(Self::Unknown);
        }
        Ok(Self::Named(text.split(',').map(|name| name.trim().to_owned()).collect()))
    }
}

impl IgnoredColumns {
    pub(super) fn holds(&self, name: &str) -> bool {
        match self {
            Self::Named(names) => names.iter().any(|ignored| is_same(ignored, name)),
            Self::None | Self::Unknown => false,
        }
    }
}

fn is_same(a: &str, b: &str) -> bool {
    a.trim().to_lowercase() == b.trim().to_lowercase()
}

/// One value of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SheetField {
    pub(super) column: Column,
    /// As the sheet spells the column.
    pub(super) name: String,
    pub(super) text: String,
}

/// The columns of a sheet, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Headings(Vec<Heading>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Heading {
    name: String,
    /// `None`: nothing is read from it.
    column: Option<Column>,
}

/// How names of columns are understood.
pub(super) type Vocabulary = fn(&str) -> Option<Column>;

/// How the sheets of a format name their columns.
pub(super) const fn vocabulary(format: SheetFormat) -> Vocabulary {
    match format {
        SheetFormat::Illumina => Column::of_illumina,
        SheetFormat::NfCore | SheetFormat::Plain | SheetFormat::Manifest => Column::of_table,
    }
}

impl Headings {
    /// Reads the cells of a header, with everything that is wrong with them.
    pub(super) fn read(
        line: usize,
        cells: &[Cell],
        vocabulary: Vocabulary,
        ignored: &IgnoredColumns,
    ) -> (Self, Vec<SheetError>) {
        let mut errors = Vec::new();
        let mut seen: Vec<(Column, String)> = Vec::new();
        let mut heading = |cell: &Cell| {
            let name = cell.text.trim().to_owned();
            if name.is_empty() || ignored.holds(&name) {
                return Heading { name, column: None };
            }
            let Some(column) = vocabulary(&name) else {
                if *ignored != IgnoredColumns::Unknown {
                    errors.push(SheetError::cell(line, &name, unknown(&name)));
                }
                return Heading { name, column: None };
            };
            if let Some((_, first)) = seen.iter().find(|(seen, _)| *seen == column) {
                errors.push(SheetError::cell(line, &name, Wrong::twice(first, &name)));
                return Heading { name, column: None };
            }
            seen.push((column.clone(), name.clone()));
            Heading { name, column: Some(column) }
        };
        let headings = Self(cells.iter().map(&mut heading).collect());
        (headings, errors)
    }

    /// Whether it is the header of a sheet of this format; Illumina's is where its sections are.
    pub(super) fn are_of(&self, format: SheetFormat) -> bool {
        let has_file = |file| self.has(&Column::File(file));
        match format {
            SheetFormat::NfCore => {
                let files = [FileColumn::Fastq1, FileColumn::Bam, FileColumn::Cram];
                self.has(&Column::Sample) && files.into_iter().any(has_file)
            }
            SheetFormat::Plain => has_file(FileColumn::File) || has_file(FileColumn::File1),
            SheetFormat::Manifest => {
                let ids = [&Column::Sample, &Column::Subject];
                has_file(FileColumn::Source1) && ids.into_iter().all(|column| self.has(column))
            }
            SheetFormat::Illumina => self.has(&Column::Sample),
        }
    }

    pub(super) fn has(&self, wanted: &Column) -> bool {
        self.at(wanted).is_some()
    }

    /// Where a column stands.
    pub(super) fn at(&self, wanted: &Column) -> Option<usize> {
        self.0.iter().position(|heading| heading.column.as_ref() == Some(wanted))
    }

    /// Where the columns with files stand, in the order of the sources.
    pub(super) fn files(&self) -> Vec<usize> {
        let file = |(at, heading): (usize, &Heading)| match heading.column {
            Some(Column::File(file)) => Some((file, at)),
            _ => None,
        };
        let mut files: Vec<_> = self.0.iter().enumerate().filter_map(file).collect();
        files.sort_unstable();
        files.into_iter().map(|(_, at)| at).collect()
    }

    pub(super) fn names(&self) -> Vec<String> {
        self.0.iter().map(|heading| heading.name.clone()).filter(|name| !name.is_empty()).collect()
    }

    /// The columns that are none, and what they may be meant for.
    pub(super) fn misspelled(&self) -> Vec<(String, &'static str)> {
        let unknown = self.0.iter().filter(|heading| heading.column.is_none());
        unknown.filter_map(|it| Some((it.name.clone(), similar(&it.name)?))).collect()
    }

    /// The values of a row; empty cells have none, and nor has the header once more.
    pub(super) fn fields(
        &self,
        line: usize,
        cells: &[Cell],
        errors: &mut Vec<SheetError>,
    ) -> Option<Vec<SheetField>> {
        let mut fields = Vec::new();
        let is_name = |(heading, cell): (&Heading, &Cell)| is_same(&heading.name, &cell.text);
        if cells.len() == self.0.len() && self.0.iter().zip(cells).all(is_name) {
            errors.push(SheetError::at(line, Wrong::HeaderAgain));
            return None;
        }
        for (at, Cell { text, .. }) in cells.iter().enumerate() {
            let heading = self.0.get(at).filter(|heading| !heading.name.is_empty());
            if text.trim().is_empty() {
                continue;
            }
            let Some(Heading { name, column }) = heading else {
                let (at, text) = (at + 1, text.clone());
                errors.push(SheetError::at(line, Wrong::NoColumn { at, text }));
                continue;
            };
            match column {
                None | Some(Column::PassedOver(_) | Column::Added(_)) => {}
                Some(column) => {
                    let (column, name, text) = (column.clone(), name.clone(), text.clone());
                    fields.push(SheetField { column, name, text });
                }
            }
        }
        Some(fields)
    }

    /// How many of the cells are names of columns.
    pub(super) fn known(cells: &[Cell], vocabulary: Vocabulary) -> usize {
        cells.iter().filter(|cell| vocabulary(cell.text.trim()).is_some()).count()
    }
}

/// The problem with a column that no format knows.
pub(super) fn unknown(name: &str) -> Wrong {
    match similar(name) {
        Some(similar) => Wrong::Misspelled { name: name.to_owned(), similar },
        None => Wrong::UnknownColumn(name.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(names: &[&str]) -> Vec<Cell> {
        let cell = |name: &&str| Cell { text: (*name).to_owned(), is_quoted: false };
        names.iter().map(cell).collect()
    }

    fn problems(names: &[&str], ignored: &IgnoredColumns) -> Vec<String> {
        let (_, errors) = Headings::read(3, &cells(names), Column::of_table, ignored);
        errors.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn unknown_and_repeated_columns_are_errors_unless_ignored() {
        let none = IgnoredColumns::None;
        let names = ["Sample", "fastq_1", "condition", "fastq2", "SAMPLE", "", "sex"];
        let unknown = [
            "3: condition: unknown column; to ignore it: `--ignore-columns condition`",
            "3: fastq2: unknown column; did you mean `fastq_2`? To ignore it: `--ignore-columns fastq2`",
        ];
        let twice = "3: SAMPLE: the same column as `Sample`: keep one of them";
        assert_eq!(problems(&names, &none), [unknown[0], unknown[1], twice]);
        assert_eq!(problems(&names, &"all".parse().unwrap()), [twice]);
        assert_eq!(problems(&names, &"Condition, FASTQ2".parse().unwrap()), [twice]);
        assert_eq!(problems(&names, &"sample,fastq2".parse().unwrap()), [unknown[0]]);
        assert_eq!(
            problems(&["patient", "subject"], &none),
            ["3: subject: the same column as `patient`: keep one of them"]
        );
        assert_eq!(problems(&["tag:a", "tag:b", "tag:A"], &none), [""; 0]);
        assert_eq!(problems(&["sex", "sex"], &none).len(), 1);
    }

    #[test]
    fn cells_without_a_column_are_errors_unless_empty() {
        let names = cells(&["sample", "", "notes"]);
        let (headings, _) = Headings::read(1, &names, Column::of_table, &IgnoredColumns::Unknown);
        let mut errors = Vec::new();
        let fields = headings.fields(2, &cells(&["S1", "", "x", "", " "]), &mut errors);
        assert_eq!((fields.unwrap().len(), errors.len()), (1, 0));
        headings.fields(2, &cells(&["S1", "a", "x", "b"]), &mut errors);
        let texts: Vec<_> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(
            texts,
            [
                "2: cell 2 (`a`) has no column name in the header",
                "2: cell 4 (`b`) has no column name in the header"
            ]
        );
        assert_eq!(headings.fields(2, &cells(&["S1"]), &mut Vec::new()).unwrap().len(), 1);
    }
}
