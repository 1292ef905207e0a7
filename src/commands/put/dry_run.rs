//! `--dry-run`: the plan, for people or as JSON.

use std::fmt::Write as _;

use serde_json::json;

use crate::{
    cli::Output,
    engine::Job,
    plan::Cut,
    preflight::Request,
    prepared::Prepared,
    readset::{Draft, Origin},
    report::output,
    run::outcome,
    source::{Source, SourceFile, pipe::Pipe},
    store::Fields,
    types::{ByteCount, Escaped, PartSource, ReferenceArn},
};

/// The plan as it is printed; with `auto`, references are still to be found.
pub(super) fn plan(request: &Request, auto: bool, form: Output) -> Vec<u8> {
    let planned = request.read_sets.iter();
    match form {
        Output::Text => planned.map(|one| text(one, auto)).collect::<Vec<_>>().join("\n"),
        Output::Json => {
            let read_sets: Vec<_> = planned.map(object).collect();
            let notes = &request.notes;
            output::json(&json!({ "version": 1, "plan": read_sets, "notes": notes }))
        }
    }
    .into_bytes()
}

fn text(Prepared { job, draft, .. }: &Prepared, auto: bool) -> String {
    let fields = &job.fields;
    let part_size = job.memory.part_size;
    let mut text = String::new();
    let mut line = |label: &str, value: &str, origin: &str| {
        let line = format!("  {label:<15}{}{origin}", Escaped::new(value));
        let _ = writeln!(text, "{}", line.trim_end());
    };
    let origins = origins(draft.as_ref());
    let [name, sample, subject] =
        origins.map(|origin| origin.map(|origin| format!("  ({origin})")).unwrap_or_default());
    line("type", fields.file_type.as_str(), "");
    line("name", fields.name.as_str(), &name);
    line("sample", fields.sample.as_str(), &sample);
    line("subject", fields.subject.as_str(), &subject);
    let (reference, fate) = reference(fields, auto);
    line("reference", reference, fate);
    if let Some(value) = &fields.generated_from {
        line("generated from", value.as_str(), "");
    }
    if let Some(value) = &fields.description {
        line("description", value.as_str(), "");
    }
    for (key, value) in fields.tags.iter() {
        line("tag", &format!("{key}={value}"), "");
    }
    for (file, source) in job.sources.iter().zip(PartSource::ALL) {
        let (bytes, parts) = size(job, source);
        let plural = if parts == 1 { "part" } else { "parts" };
        let size = format!("  {bytes} ({} bytes), {parts} {plural} of {part_size}", bytes.get());
        let files = paths(file);
        for (at, path) in files.iter().enumerate() {
            let label = if at == 0 { source.as_str() } else { "" };
            let is_last = at + 1 == files.len();
            line(label, path, if is_last { &size } else { "" });
        }
    }
    if let Some(pipe) = &job.pipe {
        line(PartSource::Source1.as_str(), "-", &format!("  of unknown length, {}", cut(pipe)));
    }
    let files: Vec<_> = outcome::files(job);
    let heading = files.iter().map(|file| Escaped::new(file).to_string()).collect::<Vec<_>>();
    format!("{}\n{text}", heading.join(" "))
}

/// Where the name, the sample and the subject come from.
fn origins(draft: Option<&Draft>) -> [Option<Origin>; 3] {
    let of = |draft: &Draft| [draft.name.origin, draft.sample.origin, draft.subject.origin];
    draft.map(of).map_or([None; 3], |origins| origins.map(Some))
}

/// The bytes and the parts of one source of a job.
fn size(job: &Job, source: PartSource) -> (ByteCount, usize) {
    let parts = job.layout.of_source(source).count();
    let bytes = job.layout.sizes.get(source as usize).copied();
    (bytes.unwrap_or_default(), parts)
}

/// The reference, and what is going to be done about it, for nobody is asked now.
fn reference(fields: &Fields, auto: bool) -> (&str, &'static str) {
    let is_aligned = fields.file_type.needs_reference();
    match &fields.reference {
        Some(arn) if is_aligned => (arn.as_str(), "  (to be compared with the reads)"),
        Some(arn) => (arn.as_str(), ""),
        None if auto && is_aligned => ("auto", "  (to be looked up)"),
        None => ("none", ""),
    }
}

/// The files of a source, as the user named them.
fn paths(source: &Source) -> Vec<String> {
    let shown = |file: SourceFile<'_>| file.path().to_string_lossy().into_owned();
    source.files().into_iter().map(shown).collect()
}

/// How a pipe is cut, in words.
fn cut(pipe: &Pipe) -> String {
    match pipe.cut() {
        Cut::Even(size) => format!("parts of {size}"),
        Cut::Growing(growth) => {
            format!("{} parts of {}, then parts of {}", growth.count, growth.first, growth.then)
        }
    }
}

fn object(Prepared { job, draft, .. }: &Prepared) -> serde_json::Value {
    let fields = &job.fields;
    let origins = origins(draft.as_ref());
    let [name, sample, subject] = origins.map(|origin| origin.map(|origin| origin.to_string()));
    let pipe = job.pipe.iter().map(|_| {
        let source = PartSource::Source1;
        json!({ "source": source, "file": "-", "bytes": null, "parts": null })
    });
    let sources: Vec<_> = job
        .sources
        .iter()
        .zip(PartSource::ALL)
        .map(|(file, source)| {
            let (bytes, parts) = size(job, source);
            let files = paths(file);
            let first = files.first();
            let mut object =
                json!({ "source": source, "file": first, "bytes": bytes, "parts": parts });
            if file.is_joined() {
                object["files"] = json!(files);
            }
            object
        })
        .chain(pipe)
        .collect();
    let known = job.pipe.is_none();
    let tags: serde_json::Map<_, _> =
        fields.tags.iter().map(|(key, value)| (key.to_owned(), value.into())).collect();
    json!({
        "file_type": fields.file_type,
        "name": fields.name,
        "name_origin": name,
        "sample_id": fields.sample,
        "sample_id_origin": sample,
        "subject_id": fields.subject,
        "subject_id_origin": subject,
        "reference_arn": fields.reference.as_ref().map(ReferenceArn::as_str),
        "generated_from": fields.generated_from,
        "description": fields.description,
        "tags": tags,
        "part_size": job.memory.part_size.get(),
        "bytes": known.then(|| job.bytes()),
        "parts": known.then_some(job.layout.count()),
        "sources": sources,
    })
}
