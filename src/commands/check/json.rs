//! What was found, as one JSON document.

use serde_json::{Value, json};

use crate::{
    formats::{Content, SamHeader, Sequences, SortOrder, fastq::SequencingRun},
    preflight::check::{CheckedFile, CheckedFiles, PlannedReadSet},
    report::{Problem, output},
};

/// The document, with a newline.
pub(super) fn document(found: &CheckedFiles) -> Vec<u8> {
    let shown = |at: &usize| found.files[*at].shown.as_str();
    let checks = found.findings.iter().map(|finding| {
        json!({
            "check": finding.check,
            "files": finding.files.iter().map(shown).collect::<Vec<_>>(),
            "result": finding.result,
            "message": finding.message(),
        })
    });
    let document = json!({
        "version": 1,
        "sound": found.problems.is_empty(),
        "files": found.files.iter().map(file).collect::<Vec<_>>(),
        "checks": checks.collect::<Vec<_>>(),
        "read_sets": found.read_sets.iter().map(read_set).collect::<Vec<_>>(),
        "notes": found.notes,
        "problems": found.problems.iter().map(problem).collect::<Vec<_>>(),
    });
    output::json(&document).into_bytes()
}

fn file(seen: &CheckedFile) -> Value {
    let inspected = &seen.inspected;
    let mut file = json!({
        "file": seen.shown,
        "bytes": seen.bytes,
        "file_type": inspected.file_type(),
        "form": seen.form(),
    });
    if let Some(decoded) = &seen.decoded {
        file["content"] = json!({
            "records": decoded.records,
            "reads": decoded.reads,
            "bases": decoded.bases,
        });
    }
    match inspected.content() {
        Content::Header(header) => {
            file["header"] = self::header(header, seen.sequences.as_ref());
        }
        Content::Records(head) => {
            file["reads"] = json!({
                "first": head.names().first().map(ToString::to_string),
                "mate": head.mate().map(crate::formats::fastq::Mate::number),
                "interleaved": head.is_interleaved(),
                "run": head.names().first().and_then(SequencingRun::of),
            });
        }
    }
    file
}

fn header(header: &SamHeader, sequences: Option<&Sequences>) -> Value {
    let groups = header.read_groups.iter().map(|group| {
        json!({
            "id": group.id,
            "sample": group.sample,
            "library": group.library,
            "platform": group.platform,
            "unit": group.unit,
        })
    });
    json!({
        "samples": header.samples,
        "read_groups": groups.collect::<Vec<_>>(),
        "sort_order": header.sort_order.map(SortOrder::as_str),
        "reference": sequences.filter(|sequences| sequences.count() > 0).map(reference),
    })
}

fn reference(sequences: &Sequences) -> Value {
    json!({
        "assembly": sequences.assembly(),
        "extras": sequences.extras(),
        "naming": sequences.naming(),
        "sequences": sequences.count(),
        "bases": sequences.bases(),
        "with_md5": sequences.with_md5(),
    })
}

fn read_set(read_set: &PlannedReadSet) -> Value {
    let draft = &read_set.draft;
    let sources = read_set.sources.iter().map(|planned| {
        let mut source = json!({
            "source": planned.source,
            "file": planned.files.first(),
            "bytes": planned.bytes,
            "parts": planned.parts,
        });
        if planned.files.len() > 1 {
            source["files"] = json!(planned.files);
        }
        source
    });
    json!({
        "file_type": draft.file_type,
        "name": draft.name.value,
        "name_origin": draft.name.origin.to_string(),
        "sample_id": draft.sample.value,
        "sample_id_origin": draft.sample.origin.to_string(),
        "subject_id": draft.subject.value,
        "subject_id_origin": draft.subject.origin.to_string(),
        "part_size": read_set.part_size.get(),
        "sources": sources.collect::<Vec<_>>(),
    })
}

fn problem(problem: &Problem) -> Value {
    json!({ "message": format!("{:#}", problem.error), "hint": problem.hint })
}
