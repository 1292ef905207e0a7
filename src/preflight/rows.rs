//! What `batch` is going to do: the rows of a sheet, with their files opened, recognised and checked.
//!
//! A row at a time, so that two files are open at most; all problems of all rows are found before the
//! first of them is told, and no request is made here. What was sent before is not known.

use std::collections::HashMap;

use super::{
    ends,
    finding::{Allowed, Finding},
    id_pattern, joining,
    md5_lists::Md5Lists,
    missing, needs,
    opened::{self, OpenedFile},
    put,
    sheets::{FoundRow, RowProblem, at, in_order, limited, place},
};
use crate::{
    cli,
    formats::FileType,
    prepared::{Aligned, Prepared},
    readset::{self, Draft, ReadSetError, ReadSetNote, ReadSetOptions},
    report::{Abort, Problem, status},
    sheet::{Merging, SheetFile, SheetRow},
    system,
    types::{Escaped, ReferenceChoice, Tag, Tags},
};

/// A row, and the read set that it becomes.
pub(crate) struct PreparedRow {
    /// What it is known by.
    pub(crate) key: String,
    pub(crate) row: SheetRow,
    pub(crate) read_set: Prepared,
    pub(crate) reference: Option<ReferenceChoice>,
}

/// All rows of a sheet that have to be looked at.
pub(crate) struct PreparedRows {
    pub(crate) rows: Vec<PreparedRow>,
    pub(crate) notes: Vec<String>,
}

/// What holds for all rows.
pub(crate) struct RowOptions<'a> {
    /// What messages call the sheet.
    pub(crate) sheet: &'a str,
    pub(crate) merging: Merging,
    /// Whether it makes more than one read set.
    pub(crate) are_several: bool,
    pub(crate) stated: &'a cli::StatedOptions,
    pub(crate) how: &'a cli::PutOptions,
}

/// What is gathered over all rows.
struct Gathering<'a> {
    options: &'a RowOptions<'a>,
    lists: Md5Lists,
    /// One of each genome.
    aligned: Vec<Aligned>,
    /// The row of each name and sample.
    names: HashMap<(String, String, FileType), usize>,
    problems: Vec<RowProblem>,
    notes: Vec<String>,
}

/// What is wrong with a sheet before its files are looked at.
pub(crate) struct BadRows<'a> {
    pub(crate) problems: Vec<RowProblem>,
    /// Their files are looked at all the same, so that everything is told at once.
    pub(crate) rows: &'a [FoundRow],
}

/// Opens, recognises and checks the files of all rows; says how far it is.
pub(crate) fn prepare(
    rows: &[&FoundRow],
    BadRows { mut problems, rows: bad }: BadRows<'_>,
    options: &RowOptions<'_>,
    tell: impl Fn(usize),
) -> Result<PreparedRows, Abort> {
    let unusable = |problems| Abort::Unusable(limited(options.sheet, in_order(problems)));
    problems.extend(one_name(options).map(|problem| (None, problem)));
    let lists = Md5Lists::of(&options.how.verify.md5).unwrap_or_else(|problem| {
        problems.push((None, problem));
        Md5Lists::None
    });
    if let Some(problem) = system::too_few_descriptors() {
        problems.push((None, problem));
        return Err(unusable(problems));
    }
    let (aligned, names, notes) = (Vec::new(), HashMap::new(), Vec::new());
    let mut gathering = Gathering { options, lists, aligned, names, problems, notes };
    let mut prepared = Vec::with_capacity(rows.len());
    for (done, found) in rows.iter().enumerate() {
        tell(done);
        prepared.extend(gathering.row(found)?);
    }
    for found in bad {
        gathering.look(&found.row)?;
    }
    let mut problems = gathering.problems;
    problems.extend(growing(&prepared, options.sheet));
    if !problems.is_empty() {
        return Err(unusable(problems));
    }
    Ok(PreparedRows { rows: prepared, notes: gathering.notes })
}

/// A name or a sample that would be that of all rows.
fn one_name(options: &RowOptions<'_>) -> Option<Problem> {
    let given =
        [("--name", options.stated.name.is_some()), ("--sample", options.stated.sample.is_some())];
    let (flag, _) = given.into_iter().find(|(_, is_given)| *is_given && options.are_several)?;
    let error = anyhow::anyhow!("`{flag}` cannot be used with a sheet of several read sets");
    let column = flag.trim_start_matches('-');
    Some(Problem::new(error).hint(format!("add a column `{column}` to the sheet")))
}

/// The files that were written to while everything was being checked.
fn growing(rows: &[PreparedRow], sheet: &str) -> Vec<RowProblem> {
    let sources =
        || rows.iter().flat_map(|row| row.read_set.job.sources.iter().map(move |it| (row, it)));
    opened::wait_for_fresh(sources().map(|(_, source)| source));
    let problem = |(row, source): (&PreparedRow, &crate::source::Source)| {
        let problem = opened::is_growing(source)?;
        let file = row.row.files().find(|file| file.path == source.path());
        let first = row.row.first();
        Some((Some(first), at(place(sheet, first, file.map(|file| &*file.column)), problem)))
    };
    sources().filter_map(problem).collect()
}

impl Gathering<'_> {
    /// Checks a row; what is wrong with it goes to the problems.
    fn row(&mut self, found: &FoundRow) -> Result<Option<PreparedRow>, Abort> {
        let (row, before) = (&found.row, self.problems.len());
        let mut files = self.open(row);
        let draft = if self.problems.len() == before { self.draft(row, &files) } else { None };
        let Some(draft) = draft else { return Ok(None) };
        let reference = row.reference.as_ref().map(|stated| stated.value.clone());
        // What holds for all rows is meant for those that need it.
        let general = self.options.how.reference.choice.clone();
        let general = general.filter(|_| draft.file_type.needs_reference());
        let reference = reference.or(general);
        self.check_fields(row, &draft, reference.is_some(), &files);
        let tags = self.tags(row);
        let drafts = [draft];
        let mut problems = Vec::new();
        opened::choose_part_sizes(self.options.how.part_size, &mut files, &mut problems);
        let pattern = self.options.stated.id_pattern.as_ref();
        problems.extend(id_pattern::problems(pattern, &drafts, &tags));
        let findings = self.findings(&files, &drafts, &mut problems)?;
        let padding = self.options.stated.allow_padding;
        let [draft] = &drafts;
        let recognised = draft
            .sources
            .indexes()
            .flat_map(|at| put::recognised_files(&files[at], &self.lists, padding, &mut problems));
        let recognised: Vec<_> = recognised.collect();
        let is_compared = reference.is_some() && !self.options.how.dry_run;
        let aligned = match is_compared.then(|| put::contigs_of(draft, &files, &self.aligned)) {
            Some(Err(problem)) => {
                problems.push(problem);
                None
            }
            read => read.and_then(Result::ok).flatten(),
        };
        self.notes_of(row, draft, &files, &findings);
        let mut checks = ends::by_read_set(&files, &findings, &drafts);
        let first = column(row.files().next());
        self.tell(row, first.as_deref(), problems);
        if self.problems.len() > before {
            return Ok(None);
        }
        self.keep(aligned.as_ref());
        let mut files: Vec<_> = files.into_iter().map(Some).collect();
        let [draft] = drafts;
        let mut job = put::job(self.options.how, &draft, &mut files, &tags)?;
        job.fields.reference = reference.as_ref().and_then(ReferenceChoice::arn).cloned();
        if let Some(stated) = &row.generated_from {
            job.fields.generated_from = Some(stated.value.clone());
        }
        if let Some(stated) = &row.description {
            job.fields.description = Some(stated.value.clone());
        }
        let checks = checks.pop().unwrap_or_default();
        let prepared = Prepared::new(job, recognised);
        let read_set = Prepared { draft: Some(draft), checks, aligned, ..prepared };
        let key = found.key.clone();
        Ok(Some(PreparedRow { key, row: row.clone(), read_set, reference }))
    }

    /// Looks at the files of a row that says something wrong, and is no read set.
    fn look(&mut self, row: &SheetRow) -> Result<(), Abort> {
        let before = self.problems.len();
        let files = self.open(row);
        if files.is_empty() || self.problems.len() > before {
            return Ok(());
        }
        let inputs: Vec<_> = files.iter().map(OpenedFile::input).collect();
        // What it says of them is somebody else's matter.
        let pair = (files.len() == 2).then_some((0, 1));
        let (name, sample) = ("x".parse().ok(), "x".parse().ok());
        let wishes =
            ReadSetOptions { name, sample, pair, any_sample: true, ..ReadSetOptions::default() };
        let mut problems = Vec::new();
        match readset::assemble(&inputs, &wishes) {
            Ok(drafts) => {
                problems.extend(drafts.iter().filter_map(|draft| wrong_column(row, draft)));
                self.findings(&files, &drafts, &mut problems)?;
            }
            Err(errors) => problems.extend(errors.into_iter().map(Problem::new)),
        }
        self.tell(row, column(row.files().next()).as_deref(), problems);
        Ok(())
    }

    /// What is found in files, beyond how they begin.
    fn findings(
        &self,
        files: &[OpenedFile],
        drafts: &[Draft],
        problems: &mut Vec<Problem>,
    ) -> Result<Vec<Finding>, Abort> {
        problems.extend(joining::problems(files, drafts));
        let how = (false, Allowed::of(self.options.stated));
        let ends = ends::find(files, drafts, how, problems);
        let temporary = |error| Abort::Early(system::no_thread(error), status::TEMPORARY);
        let findings = ends.map_err(temporary)?.findings;
        problems.extend(findings.iter().filter_map(Finding::problem));
        Ok(findings)
    }

    /// Puts problems among the others, with their place.
    fn tell(&mut self, row: &SheetRow, column: Option<&str>, problems: Vec<Problem>) {
        let at_row =
            |it| (Some(row.first()), at(place(self.options.sheet, row.first(), column), it));
        self.problems.extend(problems.into_iter().map(at_row));
    }

    /// Puts a problem of a file among the others, with its place.
    fn tell_of(&mut self, file: &SheetFile, problem: Problem) {
        let place = place(self.options.sheet, file.row, Some(&file.column));
        self.problems.push((Some(file.row), at(place, problem)));
    }

    /// Opens the files of a row; several files of a source follow each other.
    fn open(&mut self, row: &SheetRow) -> Vec<OpenedFile> {
        let mut sources = Vec::new();
        for source in &row.sources {
            let open = if source.len() > 1 { opened::open_lane } else { opened::open };
            let mut lanes = Vec::new();
            for file in source {
                match open(&file.path) {
                    Ok(opened) => lanes.push(opened),
                    Err(problem) => self.tell_of(file, missing::explained(file, problem)),
                }
            }
            sources.push(lanes);
        }
        if let [first, second] = &mut sources[..] {
            self.put_in_order(row, first, second);
        }
        let opened = row.sources.iter().zip(sources);
        opened.filter_map(|(source, lanes)| self.join(row, source, lanes)).collect()
    }

    /// Puts the mates of one of several rows right, that stand in each other's column.
    fn put_in_order(
        &mut self,
        row: &SheetRow,
        first: &mut [OpenedFile],
        second: &mut [OpenedFile],
    ) {
        let [files, others] = &row.sources[..] else { return };
        if first.len() < 2 || first.len() != files.len() || second.len() != others.len() {
            return;
        }
        for ((one, other), file) in first.iter_mut().zip(second).zip(files) {
            if readset::are_swapped(&one.input(), &other.input()) {
                std::mem::swap(one, other);
                let (first, second) = (one.shown.clone(), other.shown.clone());
                let note = ReadSetNote::PutInOrder { first, second };
                let place = place(self.options.sheet, file.row, None);
                self.notes.push(format!("{place}: {note}"));
            }
        }
    }

    /// Makes one source of its files.
    fn join(
        &mut self,
        row: &SheetRow,
        source: &[SheetFile],
        lanes: Vec<OpenedFile>,
    ) -> Option<OpenedFile> {
        // What could not be opened would be missing among the others.
        if lanes.len() < source.len() {
            return None;
        }
        let by_lane = self.options.merging == Merging::Lanes;
        if let Some((at, problem)) = joining::obstacle(&lanes, by_lane) {
            self.tell_of(source.get(at)?, problem);
            return None;
        }
        let column = column(source.first());
        let told = |problem| self.tell(row, column.as_deref(), vec![problem]);
        joining::join(lanes).map_err(told).ok()
    }

    /// What the files become, with what the row says of them.
    fn draft(&mut self, row: &SheetRow, files: &[OpenedFile]) -> Option<Draft> {
        let stated = self.options.stated;
        let inputs: Vec<_> = files.iter().map(OpenedFile::input).collect();
        let mut wishes = ReadSetOptions {
            file_type: row.file_type.as_ref().map(|it| it.value).or(stated.file_type),
            name: row.name.as_ref().map(|it| it.value.clone()).or_else(|| stated.name.clone()),
            sample: row
                .sample
                .as_ref()
                .map(|it| it.value.clone())
                .or_else(|| stated.sample.clone()),
            subject: row
                .subject
                .as_ref()
                .map(|it| it.value.clone())
                .or_else(|| stated.subject.clone()),
            pair: (files.len() == 2).then_some((0, 1)),
            any_sample: stated.allow_sample_mismatch,
        };
        let mut errors = Vec::new();
        let mut drafts = readset::assemble(&inputs, &wishes).unwrap_or_else(|found| {
            errors = found;
            Vec::new()
        });
        if row.sample.is_some() && !errors.is_empty() {
            errors.retain(|error| !is_overruled(error, row));
            if errors.is_empty() {
                wishes.any_sample = true;
                drafts = readset::assemble(&inputs, &wishes).unwrap_or_else(|found| {
                    errors = found;
                    Vec::new()
                });
            }
        }
        for error in errors {
            let column = column_of(&error, row);
            let problem = match &error {
                ReadSetError::OtherSample { file, header, asked } if row.sample.is_some() => {
                    other_sample(file, header, asked)
                }
                ReadSetError::OtherType { file, content, asked } if row.file_type.is_some() => {
                    other_type(file, *content, *asked)
                }
                _ => Problem::new(error),
            };
            self.tell(row, column.as_deref(), vec![problem]);
        }
        let mut draft = drafts.pop()?;
        draft.notes.retain(|note| !agrees(note, row));
        Some(draft)
    }

    /// What the row says of its files, and what is in them.
    fn check_fields(
        &mut self,
        row: &SheetRow,
        draft: &Draft,
        has_reference: bool,
        files: &[OpenedFile],
    ) {
        let first = column(row.files().next());
        self.tell(row, first.as_deref(), wrong_column(row, draft).into_iter().collect());
        if !has_reference && draft.file_type.needs_reference() {
            let files = files.iter().map(|file| (&*file.shown, &file.inspected));
            self.tell(row, first.as_deref(), needs::problems(files));
        }
        let name = (draft.name.value.to_string(), draft.sample.value.to_string(), draft.file_type);
        if let Some(other) = self.names.get(&name) {
            let error = anyhow::anyhow!(
                "row {other} has the same name (`{}`) and sample (`{}`): give each read set another \
                 name in a column `name`",
                Escaped::new(&name.0),
                Escaped::new(&name.1)
            );
            self.tell(row, None, vec![Problem::new(error)]);
        } else {
            self.names.insert(name, row.first());
        }
    }

    /// The tags of the command line, and over them those of the row.
    fn tags(&mut self, row: &SheetRow) -> Tags {
        let is_stated = |tag: &&Tag| row.tags.iter().any(|own| own.value.key() == tag.key());
        let general = self.options.how.tags.iter().filter(|tag| !is_stated(tag)).cloned();
        let tags = Tags::new(general.chain(row.tags.iter().map(|own| own.value.clone())));
        tags.unwrap_or_else(|error| {
            self.tell(row, None, vec![Problem::new(error)]);
            Tags::default()
        })
    }

    fn notes_of(&mut self, row: &SheetRow, draft: &Draft, files: &[OpenedFile], found: &[Finding]) {
        let place = place(self.options.sheet, row.first(), None);
        let notes = row.notes.iter().map(ToString::to_string);
        let notes = notes
            .chain(draft.notes.iter().map(ToString::to_string))
            .chain(files.iter().filter_map(put::doubtful_size))
            .chain(found.iter().filter_map(Finding::note));
        self.notes.extend(notes.map(|note| format!("{place}: {note}")));
    }

    /// Remembers a genome that was not seen before.
    fn keep(&mut self, aligned: Option<&Aligned>) {
        let Some(new) = aligned else { return };
        let is_it = |old: &Aligned| std::sync::Arc::ptr_eq(&old.contigs, &new.contigs);
        if !self.aligned.iter().any(is_it) {
            self.aligned.push(new.clone());
        }
    }
}

/// A file of a type that its column does not take.
fn wrong_column(row: &SheetRow, draft: &Draft) -> Option<Problem> {
    let file = row.files().next().filter(|_| !row.takes(draft.file_type))?;
    let error = anyhow::anyhow!(
        "`{}` is {} by its content, which does not belong in this column",
        Escaped::new(&file.text),
        draft.file_type
    );
    Some(Problem::new(error))
}

fn column(file: Option<&SheetFile>) -> Option<String> {
    file.map(|file| file.column.clone())
}

/// A header that names another sample than the sheet.
fn other_sample(file: &str, header: &[String], asked: &str) -> Problem {
    let names: Vec<_> = header.iter().map(|name| format!("`{}`", Escaped::new(name))).collect();
    let error = anyhow::anyhow!(
        "`{}` is not the sample in the header of `{}`: {}",
        Escaped::new(asked),
        Escaped::new(file),
        names.join(", ")
    );
    Problem::new(error)
        .hint("correct the sheet, or pass `--allow-sample-mismatch` to use its samples")
}

/// A file that is something else than the sheet says.
fn other_type(file: &str, content: FileType, asked: FileType) -> Problem {
    let file = Escaped::new(file);
    let error = anyhow::anyhow!("`{file}` is {content} by its content, and the sheet says {asked}");
    Problem::new(error).hint("correct the type in the sheet, or leave its cell empty")
}

/// Whether the sheet knows better than the name of a file, or agrees with its header.
fn is_overruled(error: &ReadSetError, row: &SheetRow) -> bool {
    match error {
        ReadSetError::OtherName { .. } => true,
        ReadSetError::OtherSample { header, .. } => header.iter().all(|name| row.is_sample(name)),
        _ => false,
    }
}

/// Whether a note speaks of a header that agrees with the row.
fn agrees(note: &ReadSetNote, row: &SheetRow) -> bool {
    let ReadSetNote::OtherSample { header, .. } = note else { return false };
    row.sample.is_some() && header.iter().all(|name| row.is_sample(name))
}

/// The column that an error is about.
fn column_of(error: &ReadSetError, row: &SheetRow) -> Option<String> {
    let by = match error {
        ReadSetError::OtherSample { .. } | ReadSetError::OtherName { .. } => {
            row.sample.as_ref().map(|stated| &stated.by)
        }
        ReadSetError::OtherType { .. } | ReadSetError::NotUbam { .. } => {
            row.file_type.as_ref().map(|stated| &stated.by)
        }
        _ => None,
    };
    match by {
        Some(crate::sheet::StatedBy::Column(name)) => Some(name.clone()),
        _ => column(row.files().next()),
    }
}
