//! Sheets as people have them, and what becomes of them.

use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::*;
use crate::types::Tag;

mod formats;
mod illumina_runs;
mod manifests;
mod merging;
mod odd;
mod reading;
mod writing;

/// Where the files of the sheets are.
const FOLDER: &str = "/d";

fn options() -> SheetOptions<'static> {
    SheetOptions { folder: PathBuf::from(FOLDER), ..SheetOptions::default() }
}

/// One line for each read set, or for each error.
fn read_with(sheet: &[u8], options: &SheetOptions<'_>) -> Vec<String> {
    let found = match Sheet::read(sheet, None) {
        Ok(sheet) => sheet.rows(options),
        Err(error) => SheetRows { errors: vec![error], ..SheetRows::default() },
    };
    if found.errors.is_empty() {
        assert_eq!(found.bad, []);
        return found.good.iter().map(shown).collect();
    }
    let told =
        |error: &SheetError| format!("s.csv:{}{error}", if error.row.is_some() { "" } else { " " });
    found.errors.iter().map(told).collect()
}

fn read(sheet: &str) -> Vec<String> {
    read_with(sheet.as_bytes(), &options())
}

/// `2 S1: a_R1.fq.gz | a_R2.fq.gz`, and in brackets what else is stated.
fn shown(row: &SheetRow) -> String {
    fn field<T: ToString>(name: &str, stated: Option<&Stated<T>>) -> Option<String> {
        Some(format!("{name}={}", stated?.value.to_string()))
    }
    let rows: Vec<_> = row.rows.iter().map(ToString::to_string).collect();
    let sample = row.sample.as_ref().map_or("?", |sample| sample.value.as_str());
    let path = |file: &SheetFile| {
        let path = file.path.strip_prefix(FOLDER).unwrap_or(&file.path);
        path.to_string_lossy().into_owned()
    };
    let source = |files: &Vec<SheetFile>| files.iter().map(path).collect::<Vec<_>>().join(" + ");
    let sources: Vec<_> = row.sources.iter().map(source).collect();
    let tag = |tag: &Stated<Tag>| format!("{}={}", tag.value.key(), tag.value.value());
    let others: Vec<_> = [
        field("subject", row.subject.as_ref()),
        field("name", row.name.as_ref()),
        field("type", row.file_type.as_ref()),
        field("reference", row.reference.as_ref()),
        field("from", row.generated_from.as_ref()),
        field("description", row.description.as_ref()),
        field("lane", row.lane.as_ref()),
    ]
    .into_iter()
    .flatten()
    .chain(row.tags.iter().map(tag))
    .chain(row.notes.iter().map(|note| format!("note: {note}")))
    .collect();
    let others =
        if others.is_empty() { String::new() } else { format!(" [{}]", others.join(", ")) };
    format!("{} {sample}: {}{others}", rows.join("+"), sources.join(" | "))
}

#[track_caller]
fn assert_reads(cases: &[(&str, &[&str])]) {
    for (sheet, expected) in cases {
        assert_eq!(read(sheet), *expected, "{sheet}");
    }
}

/// Each error contains these words, in this order; the place has to be exact.
#[track_caller]
fn assert_refused(cases: &[(&str, &[&str])]) {
    for (sheet, expected) in cases {
        let found = read(sheet);
        let fits = found.len() == expected.len()
            && found.iter().zip(*expected).all(|(found, start)| found.starts_with(start));
        assert!(fits, "{sheet}\n{found:#?}\n{expected:#?}");
    }
}

proptest! {
    #[test]
    fn no_bytes_are_too_much(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        for prefix in [&b""[..], b"\xFF\xFE", b"sample,fastq_1,fastq_2,lane\n", b"{\"sources\":[", b"[Data]\n"] {
            let bytes = [prefix, &bytes].concat();
            if let Ok(sheet) = Sheet::read(&bytes, None) {
                let _ = sheet.rows(&options());
                let _ = sheet.write(&[], None);
            }
        }
    }

    #[test]
    fn nothing_like_a_sheet_is_too_much(
        lines in prop::collection::vec(
            "(sample|S1|a\\.bam|file|\\[Data\\]|Sample_ID|x_L001_R1\\.fq\\.gz|fastq_1|\"|,|;|\t|'|=|#| |\\{|\\[|é){0,12}",
            0..8,
        ),
    ) {
        let text = lines.join("\n");
        for merging in [Merging::None, Merging::Lanes, Merging::Rows] {
            let files = [PathBuf::from("/d/S1_S1_L001_R1_001.fastq.gz")];
            let options = SheetOptions { merging, files: Some(&files), ..options() };
            let _ = read_with(text.as_bytes(), &options);
        }
    }

    #[test]
    fn a_written_sheet_reads_back_the_same(
        cells in prop::collection::vec(("[ -~é\n]{1,8}", "[ -~é\n\t'=]{0,8}"), 1..6),
        separator in prop::sample::select(&SEPARATORS[..]),
        crlf: bool,
    ) {
        let end = if crlf { "\r\n" } else { "\n" };
        let mut text = format!("# lab{end}sample{separator}fastq_1{separator}sex{end}");
        for (number, (sample, sex)) in cells.iter().enumerate() {
            let cell = |text: &str| Cell { text: text.to_owned(), is_quoted: true };
            let line = [cell(sample), cell(&format!("{number}.fq.gz")), cell(sex)];
            text += &grid::join(&line, separator);
            text += end;
        }
        let sheet = Sheet::read(text.as_bytes(), None).unwrap();
        let outcome = |(line, _)| SheetOutcome {
            rows: vec![line],
            read_set_id: "1".to_owned(),
            error: "=1+1".to_owned(),
            ..SheetOutcome::default()
        };
        let Body::Grid(before) = &sheet.body else { unreachable!() };
        let outcomes: Vec<_> = before.rows().map(outcome).collect();
        let written = sheet.write(&outcomes, None).unwrap();
        let again = Sheet::read(written.as_bytes(), None).unwrap();
        let Body::Grid(after) = &again.body else { unreachable!() };
        prop_assert_eq!(before.separator, after.separator);
        for ((line, cells), (again, same)) in before.rows().zip(after.rows()) {
            prop_assert_eq!(line, again);
            let texts = |cells: &[Cell]| cells[..3].iter().map(|c| c.text.clone()).collect::<Vec<_>>();
            prop_assert_eq!(texts(cells), texts(same));
            prop_assert_eq!(&same[6].text, "=1+1");
        }
        prop_assert_eq!(sheet.rows(&options()), again.rows(&options()));
        prop_assert_eq!(again.write(&outcomes, None).unwrap(), written);
    }
}
