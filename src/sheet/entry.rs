//! From the values of one row to what it says of its read set, with everything that is wrong.
//!
//! It knows what the columns mean; other rows, and how a sheet is read, it does not.

use std::{
    path::{Component, Path, PathBuf},
    str::FromStr,
};

use super::{
    SheetFormat,
    column::{Column, FileColumn},
    error::{Columns, SheetError, Wrong},
    headings::SheetField,
    json::Json,
    row::{SheetFile, SheetRow, Stated, StatedBy},
    shown::address,
};
use crate::types::{Invalid, Tag, Tags, keep_url};

/// Makes a row of its values, as far as they are right; paths start from `folder`.
pub(super) fn row(
    number: usize,
    fields: &[SheetField],
    format: SheetFormat,
    folder: &Path,
) -> (SheetRow, Vec<SheetError>) {
    let mut entry = ManifestEntry { number, fields, errors: Vec::new() };
    entry.require(format);
    let sources = entry.sources(format, folder);
    let tags = entry.tags();
    let row = SheetRow {
        rows: vec![number],
        sample: entry.value(&Column::Sample),
        subject: entry.value(&Column::Subject),
        name: entry.value(&Column::Name),
        file_type: entry.file_type(),
        reference: entry.value(&Column::Reference),
        generated_from: entry.value(&Column::GeneratedFrom),
        description: entry.value(&Column::Description),
        tags,
        store: entry.value(&Column::Store),
        lane: entry.get(&Column::Lane).map(|field| stated(field, field.text.clone())),
        sources,
        notes: Vec::new(),
    };
    (row, entry.errors)
}

pub(super) fn stated<T>(field: &SheetField, value: T) -> Stated<T> {
    Stated { value, by: StatedBy::Column(field.name.clone()) }
}

struct ManifestEntry<'a> {
    number: usize,
    fields: &'a [SheetField],
    errors: Vec<SheetError>,
}

impl<'a> ManifestEntry<'a> {
    fn get(&self, column: &Column) -> Option<&'a SheetField> {
        self.fields.iter().find(|field| field.column == *column)
    }

    fn wrong(&mut self, column: &str, what: impl Into<Wrong>) {
        self.errors.push(SheetError::cell(self.number, column, what));
    }

    /// What a format does not do without.
    fn require(&mut self, format: SheetFormat) {
        let required: &[(Column, &str)] = match format {
            SheetFormat::NfCore => &[(Column::Sample, "sample")],
            SheetFormat::Manifest => {
                &[(Column::Subject, "subjectId"), (Column::Sample, "sampleId")]
            }
            SheetFormat::Plain | SheetFormat::Illumina => &[],
        };
        for (column, name) in required {
            if self.get(column).is_none() {
                self.wrong(name, Wrong::Missing);
            }
        }
    }

    fn value<T: FromStr<Err = Invalid>>(&mut self, column: &Column) -> Option<Stated<T>> {
        let field = self.get(column)?;
        let wrong = |error: Invalid| match address(&field.text) {
            // It may hold a login.
            Some(_) => Wrong::AddressInField(field.text.clone()),
            None => Wrong::Invalid(error),
        };
        let value = field.text.parse().map_err(|error| self.wrong(&field.name, wrong(error)));
        Some(stated(field, value.ok()?))
    }

    fn file_type(&mut self) -> Option<Stated<crate::formats::FileType>> {
        let field = self.get(&Column::FileType)?;
        let wrong = || Wrong::FileType(field.text.clone());
        let value = field.text.parse().map_err(|_| self.wrong(&field.name, wrong()));
        Some(stated(field, value.ok()?))
    }

    fn tags(&mut self) -> Vec<Stated<Tag>> {
        let mut tags = Vec::new();
        for field in self.fields {
            let pairs = match &field.column {
                Column::Tag(key) => vec![(key.clone(), field.text.clone())],
                Column::Tags => object(&field.text).unwrap_or_else(|| {
                    self.wrong(&field.name, Wrong::TagsForm);
                    Vec::new()
                }),
                _ => continue,
            };
            for (key, value) in pairs {
                match format!("{key}={value}").parse() {
                    Ok(tag) => tags.push(stated(field, tag)),
                    Err(error) => self.wrong(&field.name, Wrong::Invalid(error)),
                }
            }
        }
        if let Err(error) = Tags::new(tags.iter().map(|tag: &Stated<Tag>| tag.value.clone())) {
            self.errors.push(SheetError::at(self.number, error.into()));
        }
        tags
    }

    fn sources(&mut self, format: SheetFormat, folder: &Path) -> Vec<Vec<SheetFile>> {
        let mut named: Vec<(FileColumn, &SheetField)> = self
            .fields
            .iter()
            .filter_map(|field| match field.column {
                Column::File(file) => Some((file, field)),
                _ => None,
            })
            .collect();
        named.sort_by_key(|(file, _)| *file);
        let kind = |file: FileColumn| file.first().unwrap_or(file);
        match named[..] {
            [] => {
                let columns = file_columns(format);
                self.errors.push(SheetError::at(self.number, Wrong::NoFile(columns)));
                return Vec::new();
            }
            [(first, field), ..] => {
                if let Some((_, other)) = named.iter().find(|(file, _)| kind(*file) != kind(first))
                {
                    self.wrong(&other.name, Wrong::TwoKinds(field.name.clone()));
                    return Vec::new();
                }
                if let Some(missing) = first.first() {
                    self.wrong(&field.name, Wrong::SecondWithoutFirst(missing.name()));
                }
            }
        }
        let mut sources: Vec<_> = named.iter().map(|named| self.files(*named, folder)).collect();
        if let ([first, second], [(_, column), (_, other)]) = (&sources[..], &named[..])
            && first.len() != second.len()
            && self.errors.is_empty()
        {
            let (first, second) = (first.len(), second.len());
            let column = column.name.clone();
            self.wrong(&other.name, Wrong::OtherCount { column, first, second });
        }
        sources.retain(|files| !files.is_empty());
        sources
    }

    /// The files of one cell.
    fn files(&mut self, (kind, field): (FileColumn, &SheetField), folder: &Path) -> Vec<SheetFile> {
        let texts = if kind.takes_several() {
            let pieces = field.text.split(';').map(str::trim);
            pieces.filter(|piece| !piece.is_empty()).collect()
        } else {
            vec![field.text.as_str()]
        };
        if texts.is_empty() {
            self.wrong(&field.name, Wrong::Missing);
        }
        let mut files = Vec::new();
        for text in texts {
            if let Some(wrong) = wrong_path(text) {
                self.wrong(&field.name, wrong);
                continue;
            }
            let (column, text, row) = (field.name.clone(), text.to_owned(), self.number);
            let path = resolved(folder, &text);
            files.push(SheetFile { row, column, text, path, folder: folder.to_owned(), kind });
        }
        files
    }
}

/// The columns that could name the files of a row.
fn file_columns(format: SheetFormat) -> Columns {
    let columns = match format {
        SheetFormat::NfCore => [FileColumn::Fastq1, FileColumn::Bam, FileColumn::Cram].as_slice(),
        SheetFormat::Plain => &[FileColumn::File, FileColumn::File1],
        SheetFormat::Manifest | SheetFormat::Illumina => &[FileColumn::Source1],
    };
    Columns(columns.iter().map(ToString::to_string).collect())
}

/// A path, spelled without `.`, so that equal ones compare equal.
pub(super) fn resolved(folder: &Path, text: &str) -> PathBuf {
    let path = folder.join(text);
    if text == "-" {
        // Alone, it would be standard input.
        return path;
    }
    let path: PathBuf =
        path.components().filter(|component| *component != Component::CurDir).collect();
    if path.as_os_str().is_empty() { PathBuf::from(".") } else { path }
}

/// Why a cell is not the path of a local file.
fn wrong_path(text: &str) -> Option<Wrong> {
    /// Of the systems that this program runs on.
    const LONGEST: usize = 4096;
    if text.len() > LONGEST {
        return Some(Wrong::TooLong(text.len()));
    }
    if let Some((scheme, _)) = address(text) {
        // A login and the query of a presigned URL are secrets.
        keep_url(text);
        let wrong = match &*scheme.to_ascii_lowercase() {
            "s3" => Wrong::InBucket,
            "omics" => Wrong::InStore,
            "file" => Wrong::FileAddress,
            _ => Wrong::Address,
        };
        return Some(wrong(text.to_owned()));
    }
    let is_variable = |piece: &str| {
        let name = piece.strip_prefix('$').and_then(|name| name.chars().next());
        name.is_some_and(|c| c.is_alphabetic() || c == '_' || c == '{')
    };
    let is_home = |text: &str| text == "~" || (text.starts_with('~') && text.contains('/'));
    let is_expanded = is_home(text) || text.split('/').any(is_variable);
    is_expanded.then(|| Wrong::NotExpanded(text.to_owned()))
}

/// The members of a JSON object of strings; AWS's script takes Python's quotes too.
fn object(text: &str) -> Option<Vec<(String, String)>> {
    let parse = |text: &str| match serde_json::from_str(text).ok()? {
        Json::Object(members) => {
            let string = |(key, value)| match value {
                Json::Scalar(serde_json::Value::String(text)) => Some((key, text)),
                _ => None,
            };
            members.into_iter().map(string).collect()
        }
        _ => None,
    };
    parse(text).or_else(|| (!text.contains('"')).then(|| parse(&text.replace('\'', "\"")))?)
}
