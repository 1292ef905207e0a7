//! What is done with each row: what was done before, and what has changed since.

use std::collections::{HashMap, HashSet};

use serde_json::{Value, json};

use super::past::{Past, PastRow};
use crate::{
    cli::{BatchOptions, StatedOptions},
    preflight::{
        rows::PreparedRow,
        sheets::{FoundFile, FoundRow, ReadSheet, at, limited},
    },
    report::{Abort, Problem},
    run::{
        journals,
        run_folder::{FileRecord, RowEnd},
    },
    sheet::{SheetRow, Stated},
    types::{Escaped, ReferenceChoice, Sha256},
};

/// What is done with a row.
#[derive(Debug, Clone)]
pub(super) enum RowDecision {
    /// It is opened, checked and sent.
    Send,
    /// It is finished, but other things are said of it now: they may come to the same.
    Compare(RowEnd),
    /// It is finished.
    Finished(RowEnd),
    /// It failed for good, and its files are the same.
    Failed(RowEnd),
    /// Its read set was deleted at the service.
    Gone(RowEnd),
}

/// What is done with all rows of a sheet, in their order.
pub(super) struct Decided {
    pub(super) rows: Vec<RowDecision>,
    /// What is said of each row, as a digest.
    pub(super) stated: Vec<String>,
    /// The keys of rows that become another read set, whatever there is already.
    pub(super) anew: HashSet<String>,
    /// What there is to know of rows that were sent before.
    pub(super) notes: Vec<String>,
    /// What is wrong with them.
    pub(super) problems: Vec<Problem>,
}

impl Decided {
    pub(super) fn new(sheet: &ReadSheet, past: &Past, options: &BatchOptions) -> Self {
        let said: Vec<_> = sheet.rows.iter().map(|found| stated(&found.row, options)).collect();
        let decide = |(found, said): (&FoundRow, &String)| {
            past.of_row(found).map_or(RowDecision::Send, |row| decide(found, row, said, options))
        };
        let rows: Vec<_> = sheet.rows.iter().zip(&said).map(decide).collect();
        let notes = notes(sheet, past, &rows);
        let mut problems = changed_and_gone(sheet, &rows, &said, options);
        problems.extend(grouped_otherwise(sheet, past, &rows, options));
        Self { rows, stated: said, anew: HashSet::new(), notes, problems }
    }

    /// Settles the rows whose fields may have changed; those that have not are finished.
    pub(super) fn compare(
        &mut self,
        sheet: &ReadSheet,
        prepared: &mut Vec<PreparedRow>,
        options: &BatchOptions,
    ) -> Result<(), Abort> {
        let by_row: HashMap<_, _> = prepared.iter().map(|row| (&*row.key, row)).collect();
        let (mut problems, mut finished) = (Vec::new(), HashSet::new());
        for ((found, decision), stated) in sheet.rows.iter().zip(&mut self.rows).zip(&self.stated) {
            let RowDecision::Compare(end) = decision else { continue };
            let Some(row) = by_row.get(&*found.key) else { continue };
            match changed(row, end) {
                None => {
                    *decision =
                        RowDecision::Finished(RowEnd { stated: stated.clone(), ..end.clone() });
                    finished.insert(found.key.clone());
                }
                Some(_) if options.plan.replans(found.row.first()) => {
                    self.anew.insert(found.key.clone());
                    let (place, id) = (sheet.place(&found.row), end.text("read_set_id"));
                    self.notes.push(format!(
                        "{place}: read set {id} with the old fields stays in the store"
                    ));
                }
                Some(change) => {
                    let problem = needs_replan(found, end, &change, options);
                    problems.push(at(sheet.place(&found.row), problem));
                }
            }
        }
        prepared.retain(|row| !finished.contains(&row.key));
        if problems.is_empty() {
            return Ok(());
        }
        Err(Abort::Unusable(limited(&sheet.shown, problems)))
    }
}

/// Rows that are finished, and read sets that stay where other files take their place.
fn notes(sheet: &ReadSheet, past: &Past, decisions: &[RowDecision]) -> Vec<String> {
    let is_finished = |decision: &&RowDecision| matches!(decision, RowDecision::Finished(_));
    let finished = decisions.iter().filter(is_finished).count();
    let finished = (finished > 0).then(|| {
        let rows = if finished == 1 { "row is" } else { "rows are" };
        format!("{}: {finished} {rows} finished already", Escaped::new(&sheet.shown))
    });
    let replaced = sheet.rows.iter().zip(decisions).filter_map(|(found, decision)| {
        let end = &past.of(&found.key).filter(|past| past.is_finished() && !past.is_gone)?.end;
        let is_other = matches!(decision, RowDecision::Send) && !is_unchanged(found, end);
        let place = sheet.place(&found.row);
        is_other.then(|| {
            let id = end.text("read_set_id");
            if has_sizes(found, end) {
                return format!(
                    "{place}: its files have another date than when read set {id} was made of them: they \
                     are read and compared"
                );
            }
            format!(
                "{place}: its files have changed; read set {id} of the old ones stays in the store"
            )
        })
    });
    finished.into_iter().chain(replaced).collect()
}

fn decide(found: &FoundRow, past: &PastRow, said: &str, options: &BatchOptions) -> RowDecision {
    let end = &past.end;
    if past.is_finished() && !past.is_gone && is_disposed(found, end) {
        return RowDecision::Finished(end.clone());
    }
    if !is_unchanged(found, end) {
        return RowDecision::Send;
    }
    let is_replanned = options.plan.replans(found.row.first());
    if past.is_gone {
        return if is_replanned { RowDecision::Send } else { RowDecision::Gone(end.clone()) };
    }
    if past.is_finished() {
        // Whoever waits wants to know that the read set is active.
        if end.text("status") == "completed" && !options.plan.how.effort.no_wait {
            return RowDecision::Send;
        }
        let is_same = end.stated == said;
        let decision = if is_same { RowDecision::Finished } else { RowDecision::Compare };
        return decision(end.clone());
    }
    if end.for_good && !options.retry_failed && !is_replanned {
        return RowDecision::Failed(end.clone());
    }
    RowDecision::Send
}

/// Whether the files have the names and sizes of those that were sent.
fn has_sizes(found: &FoundRow, end: &RowEnd) -> bool {
    let Some(records) = records(found) else { return false };
    let size = |file: &FileRecord| (file.path.clone(), file.bytes);
    let sizes =
        |sources: &[Vec<FileRecord>]| sources.iter().flatten().map(size).collect::<Vec<_>>();
    sizes(&records) == sizes(&end.sources)
}

/// Whether every file is as it was sent, or was proven and deleted or moved then.
fn is_disposed(found: &FoundRow, end: &RowEnd) -> bool {
    let before: Vec<_> = end.sources.iter().flatten().collect();
    let is_as_it_was = |(at, file): (usize, &FoundFile)| match &file.identity {
        None => end.is_disposed(at),
        Some(identity) => before.get(at) == Some(&&FileRecord::new(&file.path, identity)),
    };
    found.has_missing()
        && before.len() == found.files.len()
        && found.files.iter().enumerate().all(is_as_it_was)
}

/// Whether the files are those that were sent, unchanged.
fn is_unchanged(found: &FoundRow, end: &RowEnd) -> bool {
    records(found).is_some_and(|records| records == end.sources)
}

/// The files of a row as they are now, if all are there.
pub(super) fn records(found: &FoundRow) -> Option<Vec<Vec<FileRecord>>> {
    let mut files = found.files.iter();
    let record = |source: &Vec<_>| {
        let files = files.by_ref().take(source.len());
        files.map(|file| Some(FileRecord::new(&file.path, file.identity.as_ref()?))).collect()
    };
    found.row.sources.iter().map(record).collect()
}

/// A field that is not what it was: its name, the old and the new value.
struct FieldChange {
    field: String,
    old: String,
    new: String,
}

/// The first field of a row that differs from what was sent.
fn changed(row: &PreparedRow, end: &RowEnd) -> Option<FieldChange> {
    let now = journals::fields_of(&row.read_set.job.fields);
    let is_looked_up = row.reference == Some(ReferenceChoice::Auto);
    let text = |value: Option<&Value>| match value {
        None | Some(Value::Null) => "nothing".to_owned(),
        Some(Value::String(text)) => format!("`{}`", Escaped::new(text)),
        Some(other) => format!("`{}`", Escaped::new(&other.to_string())),
    };
    now.iter()
        .filter(|(field, _)| !(is_looked_up && *field == "reference_arn"))
        .map(|(field, new)| (field, end.fields.get(field), new))
        .find(|(_, old, new)| old.unwrap_or(&Value::Null) != *new)
        .map(|(field, old, new)| FieldChange {
            field: field.clone(),
            old: text(old),
            new: text(Some(new)),
        })
}

/// Rows of which other things are said now, and whose files were deleted or moved when they were proven.
fn changed_and_gone(
    sheet: &ReadSheet,
    decisions: &[RowDecision],
    said: &[String],
    options: &BatchOptions,
) -> Vec<Problem> {
    let all = sheet.rows.iter().zip(decisions).zip(said);
    let changed = all.filter_map(|((found, decision), said)| {
        let RowDecision::Finished(end) = decision else { return None };
        if !found.has_missing() || end.stated == *said {
            return None;
        }
        let (field, new) = stated_fields(&found.row, options).into_iter().find(|(field, new)| {
            end.fields.get(*field).and_then(Value::as_str).unwrap_or_default() != new
        })?;
        let old = end.fields.get(field).and_then(Value::as_str).unwrap_or("nothing");
        let id = end.text("read_set_id");
        let error = anyhow::anyhow!(
            "the row is uploaded as read set {id}, whose `{field}` is `{}`, and now it is to be `{}`; its \
             files were deleted or moved",
            Escaped::new(old),
            Escaped::new(&new)
        );
        let problem = Problem::new(error).hint("undo the change, or put its files back");
        Some(at(sheet.place(&found.row), problem))
    });
    changed.collect()
}

/// What a row and the command line say of its fields, by the names that these have in plans.
fn stated_fields(row: &SheetRow, options: &BatchOptions) -> Vec<(&'static str, String)> {
    let (how, general) = (&options.plan.how, &options.plan.stated);
    let reference = row.reference.as_ref().map(|own| &own.value);
    let reference = reference.and_then(ReferenceChoice::arn).map(ToString::to_string);
    let fields = [
        ("name", text(row.name.as_ref(), general.name.as_ref())),
        ("sample_id", text(row.sample.as_ref(), general.sample.as_ref())),
        ("subject_id", text(row.subject.as_ref(), general.subject.as_ref())),
        ("reference_arn", reference),
        ("generated_from", text(row.generated_from.as_ref(), how.generated_from.as_ref())),
        ("description", text(row.description.as_ref(), how.description.as_ref())),
    ];
    fields.into_iter().filter_map(|(field, value)| Some((field, value?))).collect()
}

/// Rows with files that are in read sets of other rows: they were merged then, or are now.
fn grouped_otherwise(
    sheet: &ReadSheet,
    past: &Past,
    decisions: &[RowDecision],
    options: &BatchOptions,
) -> Vec<Problem> {
    let keys: HashSet<_> = sheet.rows.iter().map(|found| &*found.key).collect();
    let others = past.finished().filter(|(key, _)| !keys.contains(key));
    let files = others.flat_map(|(_, end)| end.sources.iter().flatten().map(move |it| (it, end)));
    let files: HashMap<_, _> = files.map(|(file, end)| (&*file.path, (file, end))).collect();
    let sent = sheet.rows.iter().zip(decisions).filter(|(found, decision)| {
        matches!(decision, RowDecision::Send) && !options.plan.replans(found.row.first())
    });
    let again = sent.filter_map(|(found, _)| {
        let (file, end) = found.files.iter().find_map(|file| {
            let now = FileRecord::new(&file.path, file.identity.as_ref()?);
            let (then, end) = files.get(&*now.path)?;
            (now == **then).then_some((now, *end))
        })?;
        let (id, row) = (end.text("read_set_id"), found.row.first());
        let count = end.sources.iter().flatten().count();
        let error = anyhow::anyhow!(
            "`{}` is in read set {id} already, which was made of {count} file{}",
            Escaped::new(&file.path),
            if count == 1 { "" } else { "s" }
        );
        let store = options.plan.how.target.store.as_ref().map(|store| store.id().to_string());
        let store = store.unwrap_or_else(|| end.text("store_id").to_owned());
        let problem = Problem::new(error).hint(format!(
            "merge the same files as in the last run; or upload all files of the row again with `--replan \
             {row}`, and delete the old read set with `aws omics batch-delete-read-set \
             --sequence-store-id {store} --ids {id}`"
        ));
        Some(at(sheet.place(&found.row), problem))
    });
    limited(&sheet.shown, again.collect())
}

fn text<T: ToString>(own: Option<&Stated<T>>, general: Option<&T>) -> Option<String> {
    own.map(|own| &own.value).or(general).map(ToString::to_string)
}

fn needs_replan(
    found: &FoundRow,
    end: &RowEnd,
    change: &FieldChange,
    options: &BatchOptions,
) -> Problem {
    let FieldChange { field, old, new } = change;
    let (id, row) = (end.text("read_set_id"), found.row.first());
    let error = anyhow::anyhow!(
        "the row is uploaded as read set {id}, whose `{field}` is {old}, and now it is to be {new}"
    );
    let store = options.plan.how.target.store.as_ref().map(|store| store.id().to_string());
    let store = store.unwrap_or_else(|| end.text("store_id").to_owned());
    Problem::new(error).hint(format!(
        "undo the change; or upload the row again with `--replan {row}`, and delete the old read set \
         with `aws omics batch-delete-read-set --sequence-store-id {store} --ids {id}`"
    ))
}

/// A digest of everything that the sheet and the command line say of the fields of a row.
fn stated(row: &SheetRow, options: &BatchOptions) -> String {
    let (how, general): (_, &StatedOptions) = (&options.plan.how, &options.plan.stated);
    let tags = |key: &str, value: &str| format!("{key}={value}");
    let own: Vec<_> = row.tags.iter().map(|tag| tags(tag.value.key(), tag.value.value())).collect();
    let all: Vec<_> = how.tags.iter().map(|tag| tags(tag.key(), tag.value())).collect();
    let said = json!([
        text(row.file_type.as_ref(), general.file_type.as_ref()),
        text(row.name.as_ref(), general.name.as_ref()),
        text(row.sample.as_ref(), general.sample.as_ref()),
        text(row.subject.as_ref(), general.subject.as_ref()),
        text(row.reference.as_ref(), how.reference.choice.as_ref()),
        text(row.generated_from.as_ref(), how.generated_from.as_ref()),
        text(row.description.as_ref(), how.description.as_ref()),
        own,
        all,
    ]);
    Sha256::of(said.to_string().as_bytes()).to_string()[..32].to_owned()
}
