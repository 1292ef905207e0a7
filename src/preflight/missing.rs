//! Files of a sheet that are not there, and what their cells may be meant for.
//!
//! What spreadsheets, other systems and other tools make of a path is known here, and nothing else of sheets.

use std::path::Path;

use percent_encoding::percent_decode_str;

use crate::{
    report::Problem,
    sheet::{SheetFile, Shown},
    source::SourceError,
    types::Escaped,
};

/// What stands in cells that have no value.
const NOTHING: [&str; 9] = ["na", "n/a", "nan", "null", "none", "nil", "-", "--", "."];

/// Adds to a file that is not there what may be wrong with its cell.
pub(super) fn explained(file: &SheetFile, problem: Problem) -> Problem {
    let is_missing = match problem.error.downcast_ref() {
        Some(SourceError::Open { source, .. }) => source.kind() == std::io::ErrorKind::NotFound,
        // `.` is a folder.
        Some(SourceError::NotRegular { .. }) => true,
        _ => false,
    };
    match hint(file).filter(|_| is_missing) {
        Some(hint) => problem.hint(hint),
        None => problem,
    }
}

fn hint(file: &SheetFile) -> Option<String> {
    let text = &*file.text;
    if NOTHING.contains(&&*text.to_lowercase()) {
        return Some(
            "values stay as they are: leave the cell empty if there is no file".to_owned(),
        );
    }
    // The folder is what stands before the text in the path.
    let is_there = |other: &str| file.with_text(other).is_file();
    if let Some(other) = others(text).into_iter().find(|other| is_there(other)) {
        return Some(format!("`{}` is there: correct the cell", Escaped::new(&other)));
    }
    if let Some(name) = of_other_case(&file.path) {
        return Some(format!("`{}` is there: correct the cell", Escaped::new(&name)));
    }
    if text.contains(['*', '?']) || (text.contains('{') && text.contains('}')) {
        return Some("patterns are not expanded: write the name of each file".to_owned());
    }
    if text.starts_with('#') {
        return Some("it looks like an error of a spreadsheet's formula".to_owned());
    }
    let is_drive =
        matches!(text.as_bytes(), [letter, b':', b'\\' | b'/', ..] if letter.is_ascii_alphabetic());
    if is_drive || text.starts_with("\\\\") {
        return Some(
            "it is a path of Windows: write the path that the file has on this machine".to_owned(),
        );
    }
    if text.contains('\\') {
        return Some("paths are written with `/` on this machine".to_owned());
    }
    let is_listed =
        [';', ','].iter().any(|c| text.split(*c).filter(|one| is_there(one.trim())).count() > 1);
    if is_listed {
        return Some(format!(
            "a cell of the column `{}` names one file; only `file`, `file_1` and `file_2` list several, \
             separated by `;`",
            Shown(&file.column)
        ));
    }
    let has_folder = Path::new(text).components().count() > 1;
    let name = Path::new(text).file_name()?.to_str()?;
    (has_folder && is_there(name))
        .then(|| format!("`{}` is there: correct the folder in the cell", Escaped::new(name)))
}

/// The name of a file that differs in capitals only.
fn of_other_case(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_str()?;
    let lower = name.to_lowercase();
    let names = crate::files::folder(path).read_dir().ok()?.filter_map(Result::ok);
    let mut names = names.filter_map(|entry| entry.file_name().into_string().ok());
    let is_meant = |other: &String| other.to_lowercase() == lower && other != name;
    names.find(|other| is_meant(other) && path.with_file_name(other).is_file())
}

/// How a path may have been meant.
fn others(text: &str) -> Vec<String> {
    let quotes = ['\'', '"', '\u{2018}', '\u{2019}', '\u{201c}', '\u{201d}', '\u{ab}', '\u{bb}'];
    let visible =
        |c: &char| !matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' | '\u{ad}');
    let plain = |c: char| match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        c if c.is_whitespace() => ' ',
        c => c,
    };
    let decoded = percent_decode_str(text).decode_utf8_lossy().into_owned();
    let all = [
        text.trim().to_owned(),
        text.trim_matches(quotes).to_owned(),
        text.chars().filter(visible).map(plain).collect::<String>().trim().to_owned(),
        text.replace('\\', "/"),
        decoded,
        text.split(" #").next().unwrap_or_default().trim().to_owned(),
        [text, ".gz"].concat(),
    ];
    all.into_iter().filter(|other| other != text && !other.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_may_be_meant_otherwise() {
        for (text, meant) in [
            ("a.fq.gz ", "a.fq.gz"),
            ("\u{201c}a.fq.gz\u{201d}", "a.fq.gz"),
            ("a\u{a0}b.fq.gz", "a b.fq.gz"),
            ("a\u{200b}.fq.gz\u{feff}", "a.fq.gz"),
            ("S\u{2013}1.fq.gz", "S-1.fq.gz"),
            ("run\\a.fq.gz", "run/a.fq.gz"),
            ("a%20b.fq.gz", "a b.fq.gz"),
            ("a.fq", "a.fq.gz"),
        ] {
            assert!(others(text).iter().any(|other| other == meant), "{text}");
        }
    }
}
