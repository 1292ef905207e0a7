//! What `put` is going to do, with everything resolved, opened, recognised and checked.
//!
//! All problems are found before the first of them is told, and no request is made here.

use super::{
    ends, fields,
    finding::{Allowed, Finding},
    gone, id_pattern, joining,
    md5_lists::Md5Lists,
    needs,
    opened::{self, OpenedFile, OpenedLane},
    piped,
};
use crate::{
    cli,
    engine::{Job, Memory},
    formats::{self, FileType},
    plan::Layout,
    prepared::{Aligned, Prepared, Recognised},
    readset::Draft,
    report::{Abort, Problem, status},
    run::disposal,
    source::Source,
    store::omics::RULES,
    system,
    types::{Escaped, Tags},
};

/// Everything that `put` needs to start.
pub(crate) struct Request {
    pub(crate) read_sets: Vec<Prepared>,
    pub(crate) notes: Vec<String>,
}

impl Request {
    pub(crate) fn resolve(put: &cli::Put) -> Result<Self, Abort> {
        let (tags, mut problems) = fields::given(put);
        if piped::is_asked(put) {
            let (read_set, notes) = piped::Asked::of(put, problems)?.read(put, &tags)?;
            return Ok(Self { read_sets: vec![read_set], notes });
        }
        problems.extend(piped::without_pipe(put));
        let files = opened::open_all(&put.what, &mut problems);
        let mut files = joining::by_lane(&put.what, files, &mut problems);
        gone::explain(&mut problems, put.how.state.state_dir.as_deref());
        let drafts = opened::drafts(&put.what, &files, &mut problems);
        problems.extend(joining::problems(&files, &drafts));
        problems.extend(id_pattern::problems(put.what.stated.id_pattern.as_ref(), &drafts, &tags));
        // What is asked for as unmapped BAM, and is aligned, has been refused.
        if put.how.reference.choice.is_none() && put.what.stated.file_type != Some(FileType::Ubam) {
            let files = files.iter().map(|file| (&*file.shown, &file.inspected));
            problems.extend(needs::problems(files));
        }
        opened::choose_part_sizes(put.how.part_size, &mut files, &mut problems);
        let growing = opened::growing(&files);
        // The end of a file that is still written to says nothing.
        let findings = if growing.is_empty() {
            let how = (false, Allowed::of(&put.what.stated));
            let found = ends::find(&files, &drafts, how, &mut problems);
            let temporary = |error| Abort::Early(system::no_thread(error), status::TEMPORARY);
            found.map_err(temporary)?.findings
        } else {
            Vec::new()
        };
        problems.extend(growing);
        problems.extend(findings.iter().filter_map(Finding::problem));
        let aligned = contigs(&put.how, &files, &drafts, &mut problems);
        let recognised = recognised(put, &drafts, &files, &mut problems);
        if !problems.is_empty() {
            return Err(Abort::Unusable(problems));
        }
        let remarks = findings.iter().filter_map(Finding::note);
        let mut notes: Vec<_> = notes(&drafts, &files).into_iter().chain(remarks).collect();
        let checks = ends::by_read_set(&files, &findings, &drafts);
        let apart = joining::not_merged(&put.what, &files, &drafts);
        let mut files: Vec<_> = files.into_iter().map(Some).collect();
        let known = drafts.into_iter().zip(recognised).zip(checks).zip(aligned);
        let read_sets = known.map(|(((draft, recognised), checks), aligned)| {
            let job = job(&put.how, &draft, &mut files, &tags)?;
            let prepared = Prepared::new(job, recognised);
            Ok::<_, Abort>(Prepared { draft: Some(draft), checks, aligned, ..prepared })
        });
        let read_sets = read_sets.collect::<Result<Vec<_>, _>>()?;
        let (in_the_way, staying) =
            disposal::look(&put.how.verify.when_proven, read_sets.iter().map(|one| &one.job));
        if !in_the_way.is_empty() {
            return Err(Abort::Unusable(in_the_way));
        }
        notes.extend(staying);
        notes.extend(apart);
        Ok(Self { read_sets, notes })
    }
}

/// Reads the headers of aligned read sets once more, for all of their reference sequences.
fn contigs(
    how: &cli::PutOptions,
    files: &[OpenedFile],
    drafts: &[Draft],
    problems: &mut Vec<Problem>,
) -> Vec<Option<Aligned>> {
    let mut all: Vec<Option<Aligned>> = Vec::with_capacity(drafts.len());
    for draft in drafts {
        let needed = how.reference.choice.is_some() && !how.dry_run;
        let read = needed.then(|| contigs_of(draft, files, all.iter().flatten()));
        let read = read.and_then(|read| read.map_err(|problem| problems.push(problem)).ok());
        all.push(read.flatten());
    }
    all
}

/// The reference sequences of a read set, if it is aligned; `others` have been read before.
pub(super) fn contigs_of<'a>(
    draft: &Draft,
    files: &[OpenedFile],
    others: impl IntoIterator<Item = &'a Aligned>,
) -> Result<Option<Aligned>, Problem> {
    if !draft.file_type.needs_reference() {
        return Ok(None);
    }
    let file = &files[draft.sources.first()];
    let list = formats::read_contigs(file.inspected.kind(), file.source.reader());
    let list = list.map_err(|error| file.unreadable(error))?;
    Ok(Some(Aligned::new(&file.shown, list, others)))
}

fn notes(drafts: &[Draft], files: &[OpenedFile]) -> Vec<String> {
    drafts
        .iter()
        .flat_map(|draft| draft.notes.iter().map(ToString::to_string))
        .chain(files.iter().filter_map(doubtful_size))
        .collect()
}

/// A word about a file that may be too large.
pub(super) fn doubtful_size(file: &OpenedFile) -> Option<String> {
    RULES.doubtful_source.filter(|doubtful| file.source.size() > *doubtful)?;
    Some(format!(
        "`{}` has {} bytes: the service's limit is given as 976 GB, which may or may not be meant \
         as 976 GiB",
        Escaped::new(&file.shown),
        file.source.size().get()
    ))
}

/// What is known of the files of each read set, with the MD5 that they should have.
fn recognised(
    put: &cli::Put,
    drafts: &[Draft],
    files: &[OpenedFile],
    problems: &mut Vec<Problem>,
) -> Vec<Vec<Recognised>> {
    let lists = Md5Lists::of(&put.how.verify.md5).unwrap_or_else(|problem| {
        problems.push(problem);
        Md5Lists::None
    });
    let mut source = |index: usize| {
        recognised_files(&files[index], &lists, put.what.stated.allow_padding, problems)
    };
    drafts.iter().map(|draft| draft.sources.indexes().flat_map(&mut source).collect()).collect()
}

/// What is known of each file of a source, with the MD5 that it should have.
pub(super) fn recognised_files(
    source: &OpenedFile,
    lists: &Md5Lists,
    allow_padding: bool,
    problems: &mut Vec<Problem>,
) -> Vec<Recognised> {
    let recognised = |lane: OpenedLane<'_>| {
        let md5 = lists.of_file(lane.file.path()).unwrap_or_else(|problem| {
            problems.push(problem);
            None
        });
        Recognised { kind: lane.inspected.kind(), md5, allow_padding }
    };
    source.files().into_iter().map(recognised).collect()
}

/// Moves the opened files of a read set into the job that sends them.
pub(super) fn job(
    how: &cli::PutOptions,
    draft: &Draft,
    files: &mut [Option<OpenedFile>],
    tags: &Tags,
) -> Result<Job, Abort> {
    let theirs: Vec<_> = draft.sources.indexes().filter_map(|index| files[index].take()).collect();
    let part_size = opened::part_size_of(&theirs);
    let sources: Vec<_> = theirs.into_iter().map(|file| file.source).collect();
    let layout = Layout::new(&RULES, sources.iter().map(Source::size), part_size);
    let layout = layout.map_err(Problem::new)?;
    let memory = Memory::blank(part_size);
    let job = Job::new(fields::of_draft(how, draft, tags), fields::token()?, memory);
    Ok(Job { sources, layout, ..job })
}
