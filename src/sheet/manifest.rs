//! Import manifests in JSON: the sources of a `StartReadSetImportJob`, as a document, an array or one
//! a line (<https://docs.aws.amazon.com/omics/latest/api/API_StartReadSetImportJob.html>).
//!
//! It knows where entries are and how they are nested, and nothing of what their values mean.

use super::{
    column::Column,
    error::{SheetError, Wrong},
    headings::{IgnoredColumns, SheetField, unknown},
    json::Json,
    text::line_ends,
};

/// The member that holds the entries of a document.
const SOURCES: &str = "sources";

/// What belongs to the files of an entry.
const SOURCE_FILES: &str = "sourceFiles";

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Manifest {
    shape: Shape,
    /// Each with the number that names it.
    entries: Vec<(usize, Json)>,
}

#[derive(Debug, Clone, PartialEq)]
enum Shape {
    /// Members of the import job, of which `sources` is one.
    Document(Vec<(String, Json)>),
    Array,
    Lines,
}

impl Manifest {
    /// Reads a text that begins with a bracket or a brace.
    pub(super) fn parse(text: &str) -> Result<Self, SheetError> {
        let mut values = serde_json::Deserializer::from_str(text).into_iter::<Json>();
        let mut entries = Vec::new();
        loop {
            let before = &text[..values.byte_offset()];
            let begin = text[before.len()..].len() - text[before.len()..].trim_start().len();
            let line = line_ends(&text[..before.len() + begin]) + 1;
            match values.next() {
                None => break,
                Some(Ok(value)) => entries.push((line, value)),
                Some(Err(error)) => {
                    let line = error.line();
                    return Err(SheetError::at(line, Wrong::Json(error.to_string())));
                }
            }
        }
        Ok(match &mut entries[..] {
            [(_, Json::Array(items))] => {
                let items = std::mem::take(items);
                Self { shape: Shape::Array, entries: numbered(items) }
            }
            [(_, Json::Object(members))] if members.iter().any(|(name, _)| is_sources(name)) => {
                let mut members = std::mem::take(members);
                let mut items = Vec::new();
                for (_, value) in members.iter_mut().filter(|(name, _)| is_sources(name)) {
                    if let Json::Array(array) = value {
                        items.append(array);
                    }
                }
                Self { shape: Shape::Document(members), entries: numbered(items) }
            }
            _ => Self { shape: Shape::Lines, entries },
        })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(super) fn retain(&mut self, keep: impl Fn(usize) -> bool) {
        self.entries.retain(|(row, _)| keep(*row));
    }

    pub(super) fn entries_mut(&mut self) -> &mut [(usize, Json)] {
        &mut self.entries
    }

    /// The values of all entries; those of the whole document are part of each.
    pub(super) fn fields(
        &self,
        ignored: &IgnoredColumns,
        errors: &mut Vec<SheetError>,
    ) -> Vec<(usize, Vec<SheetField>)> {
        let members = match &self.shape {
            Shape::Document(members) => &members[..],
            Shape::Array | Shape::Lines => &[],
        };
        let mut common = EntryMembers { row: None, ignored, fields: Vec::new(), errors };
        for (name, value) in members {
            match value {
                Json::Array(_) if is_sources(name) => {}
                value => common.take(name, value),
            }
        }
        let common = common.fields;
        let fields = |(row, entry): &(usize, Json)| {
            let Json::Object(entry) = entry else {
                let what = Wrong::Json(format!("an object is needed, not {}", entry.kind()));
                errors.push(SheetError::at(*row, what));
                return None;
            };
            let fields = common.clone();
            let mut members = EntryMembers { row: Some(*row), ignored, fields, errors };
            for (name, value) in entry {
                members.take(name, value);
            }
            Some((*row, members.fields))
        };
        self.entries.iter().filter_map(fields).collect()
    }

    /// The same shape with these entries.
    pub(super) fn write(&self) -> String {
        let items = || Json::Array(self.entries.iter().map(|(_, entry)| entry.clone()).collect());
        match &self.shape {
            Shape::Array => pretty(&items()),
            Shape::Document(members) => {
                let mut document = Json::Object(members.clone());
                document.set(SOURCES, items());
                pretty(&document)
            }
            Shape::Lines => {
                let line = |entry| serde_json::to_string(entry).unwrap_or_default() + "\n";
                self.entries.iter().map(|(_, entry)| line(entry)).collect()
            }
        }
    }
}

/// Puts the sources of an entry into its place for them.
pub(super) fn set_source(entry: &mut Json, name: &str, uri: &str) {
    let Json::Object(members) = entry else { return };
    let files = members.iter_mut().find(|(name, _)| name.eq_ignore_ascii_case(SOURCE_FILES));
    match files {
        Some((_, files)) => files.set(name, Json::text(uri)),
        None => entry.set(name, Json::text(uri)),
    }
}

fn is_sources(name: &str) -> bool {
    name.eq_ignore_ascii_case(SOURCES)
}

fn numbered(items: Vec<Json>) -> Vec<(usize, Json)> {
    (1..).zip(items).collect()
}

fn pretty(value: &Json) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default() + "\n"
}

/// Collects the members of one object.
struct EntryMembers<'a> {
    row: Option<usize>,
    ignored: &'a IgnoredColumns,
    fields: Vec<SheetField>,
    errors: &'a mut Vec<SheetError>,
}

impl EntryMembers<'_> {
    fn wrong(&mut self, name: &str, what: Wrong) {
        let column = Some(name.to_owned());
        self.errors.push(SheetError { row: self.row, column, what });
    }

    fn take(&mut self, name: &str, value: &Json) {
        if let Json::Object(files) = value
            && name.eq_ignore_ascii_case(SOURCE_FILES)
        {
            for (file, value) in files {
                self.take_as(&format!("{name}.{file}"), file, value);
            }
            return;
        }
        self.take_as(name, name, value);
    }

    /// Takes a member that messages call `shown`.
    fn take_as(&mut self, shown: &str, name: &str, value: &Json) {
        if value.is_null() || self.ignored.holds(name) {
            return;
        }
        match (Column::of_table(name), value) {
            (None, _) if *self.ignored == IgnoredColumns::Unknown => {}
            (None, _) => self.wrong(shown, unknown(name)),
            (Some(Column::PassedOver(_) | Column::Added(_)), _) => {}
            (Some(Column::Tags), Json::Object(tags)) => {
                for (key, value) in tags {
                    self.field(&format!("{shown}.{key}"), Column::Tag(key.clone()), value);
                }
            }
            (Some(column), value) => self.field(shown, column, value),
        }
    }

    fn field(&mut self, shown: &str, column: Column, value: &Json) {
        let Json::Scalar(serde_json::Value::String(text)) = value else {
            self.wrong(shown, Wrong::NotString(value.kind()));
            // It is not missing.
            if let Json::Scalar(value) = value {
                let (name, text) = (shown.to_owned(), value.to_string());
                self.fields.push(SheetField { column, name, text });
            }
            return;
        };
        if let Some(first) = self.fields.iter().find(|field| field.column == column) {
            // An entry may repeat the store of the document.
            if first.text != *text || column != Column::Store {
                let twice = Wrong::twice(&first.name, shown);
                self.wrong(shown, twice);
            }
            return;
        }
        // An empty tag is one.
        if !text.is_empty() || matches!(column, Column::Tag(_)) {
            self.fields.push(SheetField { column, name: shown.to_owned(), text: text.clone() });
        }
    }
}
