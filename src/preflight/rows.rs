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
    needs,
    opened::{self, OpenedFile},
    put,
    row_errors::{agrees, column, column_of, is_overruled, of_row, wrong_column},
    row_files::{self, Opening},
    sheets::{FoundRow, RowProblem, at, in_order, limited, place},
};
use crate::{
    cli,
    formats::FileType,
    prepared::{Aligned, Prepared},
    readset::{self, Draft, ReadSetOptions},
    report::{Abort, Problem, status},
    sheet::{Merging, SheetRow},
    system,
    types::{Escaped, ReferenceChoice, Tag, Tags},
};

/// Of so many problems, the cause is looked for in folders.
const EXPLAINED: usize = 100;

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
            Err(errors) => problems.extend(errors.into_iter().map(|error| of_row(error, row))),
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

    /// Opens the files of a row.
    fn open(&mut self, row: &SheetRow) -> Vec<OpenedFile> {
        let opening = Opening {
            sheet: self.options.sheet,
            by_lane: self.options.merging == Merging::Lanes,
            // Of more, few are shown.
            explains: self.problems.len() < EXPLAINED,
        };
        let opened = row_files::open(row, opening);
        self.problems.extend(opened.problems);
        self.notes.extend(opened.notes);
        opened.files
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
            self.tell(row, column.as_deref(), vec![of_row(error, row)]);
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
