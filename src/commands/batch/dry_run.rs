//! `--dry-run`: what each row would become, with the origin of every field, as a table or as JSON.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::{decide::RowDecision, planning::removed, work::BatchWork};
use crate::{
    cli::{BatchOptions, Output},
    preflight::{rows::PreparedRow, sheets::FoundRow},
    readset::{Inferred, Origin},
    report::{Table, output},
    run::{run_folder::RowEnd, transfer},
    sheet::{SheetFile, StatedBy},
    store::{Fields, omics},
    types::{ByteCount, ReferenceArn, ReferenceChoice},
};

/// Prints what the rows would become; gives the exit status of printing it.
pub(super) fn show(work: &BatchWork, prepared: &[PreparedRow], options: &BatchOptions) -> u8 {
    let by_key: HashMap<_, _> = prepared.iter().map(|row| (&*row.key, row)).collect();
    let all = work.sheet.rows.iter().zip(&work.decided.rows);
    let rows: Vec<_> = all
        .map(|(found, decision)| match (by_key.get(&*found.key), decision) {
            (Some(row), _) => of_prepared(found, row),
            (None, RowDecision::Finished(end)) => of_past(found, "finished", end),
            (None, RowDecision::Gone(end)) => of_past(found, "gone", end),
            (None, RowDecision::Failed(end)) => of_past(found, "failed", end),
            (None, _) => begun(found, "failed"),
        })
        .collect();
    let on_aws = options.plan.how.target.sandbox.is_none();
    let many = transfer::batch(omics::QUOTAS, prepared.len()).filter(|_| on_aws);
    let notes: Vec<_> = work.notes.iter().cloned().chain(removed(work)).chain(many).collect();
    for note in &notes {
        output::complain(&format!("note: {note}\n"));
    }
    match options.plan.how.show.output {
        Output::Text => output::print(table(&rows).to_string().as_bytes()),
        Output::Json => {
            let document = json!({ "version": 1, "read_sets": rows, "notes": notes });
            output::print(output::json(&document).as_bytes())
        }
    }
}

fn table(rows: &[Map<String, Value>]) -> Table {
    let mut table = Table::new(&[
        "ROW",
        "STATUS",
        "TYPE",
        "NAME",
        "SAMPLE",
        "SUBJECT",
        "REFERENCE",
        "SIZE",
        "FILES",
    ]);
    for row in rows {
        let text = |name: &str| match row.get(name) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Null) | None => "-".to_owned(),
            Some(other) => other.to_string(),
        };
        let field = |name: &str| match row.get(&format!("{name}_origin")).and_then(Value::as_str) {
            Some(origin) => format!("{} ({origin})", text(name)),
            None => text(name),
        };
        let bytes = row.get("bytes").and_then(Value::as_u64);
        let sources = row.get("sources").and_then(Value::as_array).into_iter().flatten();
        let sources = sources.map(|source| {
            let files = source.as_array().into_iter().flatten().filter_map(Value::as_str);
            files.collect::<Vec<_>>().join(";")
        });
        table.row(&[
            text("row"),
            text("status"),
            field("file_type"),
            field("name"),
            field("sample_id"),
            field("subject_id"),
            field("reference_arn"),
            bytes.map_or_else(|| "-".to_owned(), |bytes| ByteCount::new(bytes).to_string()),
            sources.collect::<Vec<_>>().join(" "),
        ]);
    }
    table
}

/// A row that is not sent.
fn of_past(found: &FoundRow, status: &str, end: &RowEnd) -> Map<String, Value> {
    let mut row = begun(found, status);
    row.extend(end.fields.clone());
    for member in ["bytes", "read_set_id"] {
        let value = end.report.get(member).filter(|value| !value.is_null());
        row.extend(value.map(|value| (member.to_owned(), value.clone())));
    }
    row.insert("sources".to_owned(), sources(&found.row.sources));
    row
}

fn begun(found: &FoundRow, status: &str) -> Map<String, Value> {
    let row = [
        ("row", json!(found.row.first())),
        ("rows", json!(found.row.rows)),
        ("status", json!(status)),
    ];
    row.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// The files of each source, as the sheet names them, from its folder.
fn sources(sources: &[Vec<SheetFile>]) -> Value {
    let shown = |file: &SheetFile| file.path.to_string_lossy().into_owned();
    sources
        .iter()
        .map(|files| files.iter().map(shown).collect::<Vec<_>>())
        .collect::<Vec<_>>()
        .into()
}

/// A row that is sent. Its files are in the order in which they go out.
fn of_prepared(found: &FoundRow, row: &PreparedRow) -> Map<String, Value> {
    let job = &row.read_set.job;
    let Fields { file_type, name, sample, subject, generated_from, description, tags, .. } =
        &job.fields;
    let sheet = &row.row;
    let draft = row.read_set.draft.as_ref();
    let mut object = begun(found, "planned");
    let mut field = |name: &str, value: Value, origin: Option<String>| {
        object.insert(name.to_owned(), value);
        if let Some(origin) = origin {
            object.insert(format!("{name}_origin"), json!(origin));
        }
    };
    let by = |own: Option<&StatedBy>| own.map(ToString::to_string);
    let given = || Origin::Flag.to_string();
    let of_type = by(sheet.file_type.as_ref().map(|own| &own.by));
    field("file_type", json!(file_type), of_type.or_else(|| Some("from the content".to_owned())));
    let of_name = by(sheet.name.as_ref().map(|own| &own.by));
    field("name", json!(name), of_name.or_else(|| inferred(draft.map(|draft| &draft.name))));
    let of_sample = by(sheet.sample.as_ref().map(|own| &own.by));
    field(
        "sample_id",
        json!(sample),
        of_sample.or_else(|| inferred(draft.map(|draft| &draft.sample))),
    );
    let of_subject = by(sheet.subject.as_ref().map(|own| &own.by));
    field(
        "subject_id",
        json!(subject),
        of_subject.or_else(|| inferred(draft.map(|draft| &draft.subject))),
    );
    let reference = match &row.reference {
        Some(ReferenceChoice::Auto) if file_type.needs_reference() => json!("auto"),
        _ => json!(job.fields.reference.as_ref().map(ReferenceArn::as_str)),
    };
    let of_reference = by(sheet.reference.as_ref().map(|own| &own.by));
    let of_reference = of_reference.or_else(|| row.reference.as_ref().map(|_| given()));
    let of_reference = of_reference.filter(|_| !reference.is_null());
    field("reference_arn", reference, of_reference);
    let of_origin = by(sheet.generated_from.as_ref().map(|own| &own.by));
    let of_origin = of_origin.or_else(|| generated_from.as_ref().map(|_| given()));
    field("generated_from", json!(generated_from), of_origin);
    let of_description = by(sheet.description.as_ref().map(|own| &own.by));
    let of_description = of_description.or_else(|| description.as_ref().map(|_| given()));
    field("description", json!(description), of_description);
    let pairs = tags.iter().map(|(key, value)| (key.to_owned(), value.into()));
    field("tags", Value::Object(pairs.collect()), None);
    let origins = tags.iter().map(|(key, _)| {
        let own =
            sheet.tags.iter().find(|own| own.value.key() == key).map(|own| own.by.to_string());
        (key.to_owned(), own.unwrap_or_else(given).into())
    });
    field("tags_origin", Value::Object(origins.collect()), None);
    field("bytes", json!(job.bytes()), None);
    field("parts", json!(job.layout.count()), None);
    field("part_size", json!(job.memory.part_size.get()), None);
    let sources = job.sources.iter().map(|source| {
        let files = source.files().into_iter();
        files.map(|file| file.path().to_string_lossy().into_owned()).collect::<Vec<_>>()
    });
    field("sources", sources.collect(), None);
    object
}

/// Where a value comes from that the sheet does not state.
fn inferred<T>(field: Option<&Inferred<T>>) -> Option<String> {
    field.map(|field| field.origin.to_string())
}
