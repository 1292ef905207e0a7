//! What was found, for people.

use std::fmt::{Display, Write as _};

use crate::{
    formats::{
        Content, Naming, ReadGroup, SamHeader, Sequences, SortOrder,
        fastq::{FastqHead, SequencingRun},
    },
    preflight::{
        FindingResult,
        check::{CheckedFile, CheckedFiles, PlannedReadSet},
    },
    types::Escaped,
};

/// No more read groups than this are shown.
const SHOWN: usize = 10;

/// A block for every file, then one for every read set.
pub(super) fn report(found: &CheckedFiles) -> String {
    let files = found.files.iter().enumerate().map(|(at, seen)| {
        let mut block = Section::new(&seen.shown);
        file(&mut block, seen);
        findings(&mut block, found, &[at]);
        block.0
    });
    let read_sets = found.read_sets.iter().map(|set| {
        let mut block = Section::new(&format!("read set {}", set.draft.name.value.as_str()));
        read_set(&mut block, set);
        let named = |name: &String| found.files.iter().position(|seen| seen.shown == *name);
        let files = set.sources.iter().map(|source| source.files.iter().filter_map(named));
        let files: Vec<Vec<_>> = files.map(Iterator::collect).collect();
        if let [first, second] = &files[..] {
            for (first, second) in first.iter().zip(second) {
                findings(&mut block, found, &[*first, *second]);
            }
        }
        block.0
    });
    files.chain(read_sets).collect::<Vec<_>>().join("\n")
}

/// A heading, and lines with labels below it.
struct Section(String);

impl Section {
    fn new(heading: &str) -> Self {
        Self(format!("{}\n", Escaped::new(heading)))
    }

    fn line(&mut self, label: &str, value: impl Display) {
        let value = value.to_string();
        let _ = writeln!(self.0, "  {label:<15}{}", Escaped::new(&value));
    }
}

fn file(block: &mut Section, seen: &CheckedFile) {
    let (inspected, bytes) = (&seen.inspected, seen.bytes);
    block
        .line("type", format_args!("{} in {}, by its content", inspected.file_type(), seen.form()));
    block.line("size", format_args!("{bytes} ({} bytes)", bytes.get()));
    match inspected.content() {
        Content::Header(header) => self::header(block, header, seen.sequences.as_ref()),
        Content::Records(head) => reads(block, head),
    }
}

fn header(block: &mut Section, header: &SamHeader, sequences: Option<&Sequences>) {
    let samples = match &header.samples[..] {
        [] => "none".to_owned(),
        samples => samples.join(", "),
    };
    block.line("samples", samples);
    for group in header.read_groups.iter().take(SHOWN) {
        block.line("read group", described(group));
    }
    if let Some(more) = header.read_groups.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        block.line("", format_args!("and {more} more"));
    }
    block.line("sort order", header.sort_order.map_or("not said", SortOrder::as_str));
    let reference = sequences.filter(|sequences| sequences.count() > 0);
    block.line("reference", reference.map_or_else(|| "none".to_owned(), assembly));
}

fn described(group: &ReadGroup) -> String {
    let fields = [
        ("sample", &group.sample),
        ("library", &group.library),
        ("platform", &group.platform),
        ("unit", &group.unit),
    ];
    let known =
        fields.iter().filter_map(|(label, value)| Some(format!("{label} {}", (*value).as_ref()?)));
    let known: Vec<_> = known.collect();
    format!("{}: {}", group.id.as_deref().unwrap_or("without ID"), known.join(", "))
}

fn assembly(sequences: &Sequences) -> String {
    let mut text = sequences.assembly().unwrap_or("unknown").to_owned();
    if sequences.assembly().is_some() && !sequences.extras().is_empty() {
        let _ = write!(text, " with {}", sequences.extras().join(", "));
    }
    let count = sequences.count();
    let _ = write!(text, "; {count} sequence{}", if count == 1 { "" } else { "s" });
    text.push_str(match sequences.naming() {
        Naming::Chr => ", called `chr1` and so on",
        Naming::Plain => ", called `1` and so on",
        Naming::Other => "",
    });
    if sequences.with_md5() > 0 {
        let _ = write!(text, ", {} with MD5", sequences.with_md5());
    }
    text
}

fn reads(block: &mut Section, head: &FastqHead) {
    let Some(first) = head.names().first() else {
        block.line("first read", "none");
        return;
    };
    block.line("first read", first);
    if head.is_interleaved() {
        block.line("mates", "interleaved");
    } else if let Some(mate) = head.mate() {
        block.line("mates", mate.number());
    }
    let Some(run) = SequencingRun::of(first) else { return };
    let lane = run.lane.map(|lane| lane.to_string());
    let fields = [
        ("instrument", &run.instrument),
        ("run", &run.run),
        ("flow cell", &run.flow_cell),
        ("lane", &lane),
    ];
    let known =
        fields.iter().filter_map(|(label, value)| Some(format!("{label} {}", (*value).as_ref()?)));
    let known: Vec<_> = known.collect();
    block.line("sequenced", format_args!("{} style: {}", run.style, known.join(", ")));
}

fn read_set(block: &mut Section, set: &PlannedReadSet) {
    let draft = &set.draft;
    block.line("type", draft.file_type);
    block.line("name", format_args!("{}  ({})", draft.name.value.as_str(), draft.name.origin));
    block
        .line("sample", format_args!("{}  ({})", draft.sample.value.as_str(), draft.sample.origin));
    block.line(
        "subject",
        format_args!("{}  ({})", draft.subject.value.as_str(), draft.subject.origin),
    );
    for planned in &set.sources {
        let plural = if planned.parts == 1 { "part" } else { "parts" };
        let (parts, size) = (planned.parts, set.part_size);
        let Some((file, before)) = planned.files.split_last() else { continue };
        let mut label = planned.source.as_str();
        for file in before {
            block.line(label, file);
            label = "";
        }
        block.line(label, format_args!("{file}  {parts} {plural} of {size}"));
    }
}

/// The checks of exactly these files.
fn findings(block: &mut Section, found: &CheckedFiles, files: &[usize]) {
    for finding in found.findings.iter().filter(|finding| finding.files == files) {
        let verdict = match finding.result {
            FindingResult::Passed => "ok",
            FindingResult::Undecided => "open",
            FindingResult::Note => "note",
            FindingResult::Failed => "FAILED",
        };
        block.line(finding.check.label(), format_args!("{verdict}: {}", finding.text));
    }
}
