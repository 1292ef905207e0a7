//! `put -`: what is going to be done with standard input, as far as its beginning tells.
//!
//! Nothing is read before everything else is known to be right: whoever writes may take hours to begin.

use std::{
    fs::File,
    io::{self, IsTerminal as _},
    os::fd::AsFd as _,
    slice::from_ref,
};

use super::{fields, id_pattern, md5_lists::Md5Lists, needs, opened};
use crate::{
    cli::{self, ConcurrencyOption},
    content::{self, ListedMd5},
    engine::{Job, Memory},
    formats::{self, EndCheck, InspectError, Inspected, Refused},
    plan::Cut,
    prepared::{Aligned, Prepared, Recognised},
    readset::{self, Draft, Input, ReadSetOptions},
    report::{Abort, Problem},
    source::PipeHead,
    store::omics::RULES,
    types::{ByteCount, Tags},
};

/// How the command line names standard input; a file of this name is `./-`.
const NAME: &str = "-";

/// What the parts of a pipe take of memory if nobody says how many of them there may be.
const ROOM: ByteCount = ByteCount::new(1024 * 1024 * 1024);

/// Whether the command line names standard input.
pub(crate) fn is_asked(put: &cli::Put) -> bool {
    opened::paths(&put.what).any(|path| path.as_os_str() == NAME)
}

/// What only standard input can have.
pub(super) fn without_pipe(put: &cli::Put) -> Option<Problem> {
    put.piped.size?;
    let error = anyhow::anyhow!("`--size` says how long standard input is, and files are uploaded");
    Some(Problem::new(error).hint("leave it out"))
}

/// Standard input, with everything known to be right but itself.
pub(crate) struct Asked {
    cut: Cut,
    room: Option<ByteCount>,
    md5: Option<ListedMd5>,
}

impl Asked {
    /// Adds what is wrong to the problems that are known, and fails with all of them.
    pub(crate) fn of(put: &cli::Put, mut problems: Vec<Problem>) -> Result<Self, Abort> {
        problems.extend(not_alone(put));
        problems.extend(nameless(put));
        problems.extend(terminal());
        let cut = Cut::of(&RULES, put.how.part_size, put.piped.size)
            .map_err(|error| problems.push(unfit(error)));
        let room = cut.and_then(|cut| room(put, cut).map_err(|problem| problems.push(problem)));
        let md5 = Md5Lists::of(&put.how.verify.md5).and_then(|lists| lists.of_pipe());
        let md5 = md5.map_err(|problem| problems.push(problem));
        match (cut, room, md5) {
            (Ok(cut), Ok(room), Ok(md5)) if problems.is_empty() => Ok(Self { cut, room, md5 }),
            _ => Err(Abort::Unusable(problems)),
        }
    }

    /// Waits for its beginning, and makes a read set of what that tells; with what is to be noted.
    pub(crate) fn read(
        self,
        put: &cli::Put,
        tags: &Tags,
    ) -> Result<(Prepared, Vec<String>), Abort> {
        let mut head = open().map_err(unfit)?;
        let prefix = head.prefix(formats::PREFIX).to_owned();
        let inspected = formats::inspect(&prefix, head.reader()).map_err(unlike)?;
        let draft = draft(put, &inspected)?;
        if put.how.reference.choice.is_none() && draft.file_type.needs_reference() {
            return Err(Abort::Unusable(needs::problems([(NAME, &inspected)])));
        }
        let kind = inspected.kind();
        let is_compared = put.how.reference.choice.is_some() && draft.file_type.needs_reference();
        let contigs = is_compared.then(|| formats::read_contigs(kind, head.reader())).transpose();
        let contigs = contigs.map_err(|error| unlike(error.into()))?;
        let aligned = contigs.map(|contigs| Aligned::new(NAME, contigs, []));
        let lenient = put.what.stated.allow_no_eof;
        let end = if lenient { EndCheck::lenient(kind) } else { EndCheck::new(kind) };
        let end = end.with_padding(put.what.stated.allow_padding);
        let pattern = put.what.stated.id_pattern.as_ref();
        let unlike = id_pattern::problems(pattern, from_ref(&draft), tags);
        if !unlike.is_empty() {
            return Err(Abort::Unusable(unlike));
        }
        let notes = draft.notes.iter().map(ToString::to_string).collect();
        let pipe = head.pipe(self.cut, content::in_order(kind, end), self.room);
        let memory = Memory::blank(self.cut.first());
        let job = Job::new(fields::of_draft(&put.how, &draft, tags), fields::token()?, memory);
        let job = Job { pipe: Some(pipe), ..job };
        let allow_padding = put.what.stated.allow_padding;
        let prepared = Prepared::new(job, vec![Recognised { kind, md5: self.md5, allow_padding }]);
        Ok((Prepared { draft: Some(draft), aligned, ..prepared }, notes))
    }
}

fn not_alone(put: &cli::Put) -> Option<Problem> {
    if put.what.r1.is_none() && put.what.files.len() == 1 {
        return None;
    }
    let error = anyhow::anyhow!("standard input can only be uploaded alone");
    Some(
        Problem::new(error).hint("upload it with a command of its own; a file called `-` is `./-`"),
    )
}

fn nameless(put: &cli::Put) -> Option<Problem> {
    if put.what.stated.name.is_some() {
        return None;
    }
    Some(Problem::new(anyhow::anyhow!("standard input has no name: give `--name`")))
}

fn terminal() -> Option<Problem> {
    if !io::stdin().is_terminal() {
        return None;
    }
    let error = anyhow::anyhow!("standard input is a terminal");
    Some(Problem::new(error).hint("let a program write to it: `PROGRAM | omics-upload put - …`"))
}

/// How much of it may be in memory; `None` for as many parts as are in flight.
fn room(put: &cli::Put, cut: Cut) -> Result<Option<ByteCount>, Problem> {
    let Some(room) = put.piped.max_memory else {
        return Ok((put.how.effort.sending.concurrency == ConcurrencyOption::Auto).then_some(ROOM));
    };
    let largest = cut.largest();
    if room.get() >= largest.get() {
        return Ok(Some(room));
    }
    let error = anyhow::anyhow!(
        "`--max-memory` is {room}, and a part of standard input can have {largest}, which must fit"
    );
    Err(Problem::new(error).hint(
        "give `--part-size`, from 5MiB on: 10,000 parts are all that there can be; or say about how \
         long it is with `--size`",
    ))
}

fn open() -> io::Result<PipeHead> {
    // The library's own standard input would copy everything once more.
    let stdin = io::stdin().as_fd().try_clone_to_owned()?;
    PipeHead::read(File::from(stdin))
}

fn unfit(error: impl Into<anyhow::Error>) -> Problem {
    Problem::new(error.into().context("standard input cannot be uploaded"))
}

fn unlike(error: InspectError) -> Problem {
    let is_empty = matches!(error, InspectError::Refused(Refused::Empty | Refused::EmptyGzip));
    let problem = unfit(error);
    if is_empty {
        problem.hint("the program that should have written it has probably failed")
    } else {
        problem
    }
}

fn draft(put: &cli::Put, inspected: &Inspected) -> Result<Draft, Abort> {
    let input = Input { shown: NAME, path: None, identity: None, inspected };
    let wishes = ReadSetOptions {
        file_type: put.what.stated.file_type,
        name: put.what.stated.name.clone(),
        sample: put.what.stated.sample.clone(),
        subject: put.what.stated.subject.clone(),
        pair: None,
        any_sample: put.what.stated.allow_sample_mismatch,
    };
    let unusable = |errors: Vec<readset::ReadSetError>| {
        Abort::Unusable(errors.into_iter().map(Problem::new).collect())
    };
    let drafts = readset::assemble(&[input], &wishes).map_err(unusable)?;
    drafts.into_iter().next().ok_or_else(|| Abort::Unusable(Vec::new()))
}
