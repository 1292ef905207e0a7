//! A sheet, what was done of its rows before, and what is to be done.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
};

use super::{
    decide::{Decided, RowDecision},
    past::Past,
};
use crate::{
    cli::{self, BatchOptions, Replan, WhenProven},
    journal::Folder,
    preflight::{
        rows::{self, BadRows, PreparedRow, RowOptions},
        sheets::{self, ReadSheet, RowProblem, limited},
    },
    report::{Abort, Problem, output},
    run::{
        destination,
        disposal::{self, ProofOptions},
        journals,
        run_folder::{Plan, RunFolder, StepRules},
    },
    sheet::{NoSourceColumns, SheetFormat},
    types::{Escaped, StoreName},
};

/// A sheet, what was done of it before, and what is to be done.
pub(super) struct BatchWork {
    pub(super) sheet: ReadSheet,
    pub(super) folder: Option<RunFolder>,
    pub(super) earlier: Option<Plan>,
    pub(super) past: Past,
    pub(super) decided: Decided,
    pub(super) notes: Vec<String>,
    /// The keys of the rows of the last plan.
    pub(super) planned_before: HashSet<String>,
    pub(super) steps: StepRules,
    /// What is wrong with the sheet, whatever its files hold.
    problems: Vec<RowProblem>,
}

impl BatchWork {
    /// Reads the sheet and what was done of it before.
    pub(super) fn find(options: &mut BatchOptions) -> Result<Self, Abort> {
        let target = &options.plan.how.target;
        let is_sandbox = target.sandbox.is_some();
        let store = target.store.as_ref().map(StoreName::id);
        let mut sheet = ReadSheet::read(&options.sheet, store).map_err(Abort::Unusable)?;
        let mut problems_of_rows = std::mem::take(&mut sheet.problems);
        if target.store.is_none() && !is_sandbox {
            options.plan.how.target.store = sheet.store().cloned().map(StoreName::Id);
        }
        let mut problems = problems(options, &sheet);
        if !problems.is_empty() {
            problems.extend(sheets::in_order(problems_of_rows));
            return Err(Abort::Unusable(limited(&sheet.shown, problems)));
        }
        let folder = run_folder(options, &sheet)?;
        let (mut earlier, mut notes) = (None, Vec::new());
        if let Some(folder) = &folder {
            folder.inspect()?;
            earlier = folder.plan()?;
            notes = folder.notes()?;
        }
        if let Some(plan) = &earlier {
            same_sheet(&sheet, plan)?;
        }
        let past = Past::new(notes);
        let mut decided = Decided::new(&sheet, &past, options);
        problems_of_rows.extend(decided.problems.drain(..).map(|problem| (None, problem)));
        let notes = sheet_notes(&sheet);
        let planned_before = HashSet::new();
        let how = &options.plan.how;
        let steps = StepRules {
            if_exists: how.if_exists.as_str().to_owned(),
            mark: !how.no_fingerprint,
            verify: how.verify.verify,
        };
        let problems = problems_of_rows;
        Ok(Self { sheet, folder, earlier, past, decided, notes, planned_before, steps, problems })
    }

    /// Opens and checks the rows that need it.
    pub(super) fn prepare(&mut self, options: &BatchOptions) -> Result<Vec<PreparedRow>, Abort> {
        let is_open = |decision: &RowDecision| {
            matches!(decision, RowDecision::Send | RowDecision::Compare(_))
        };
        let found = self.sheet.rows.iter().zip(&self.decided.rows);
        let rows: Vec<_> =
            found.filter(|(_, decision)| is_open(decision)).map(|(found, _)| found).collect();
        let total = rows.len();
        let row_options = RowOptions {
            sheet: &self.sheet.shown,
            merging: options.sheet.merging(),
            are_several: self.sheet.rows.len() > 1,
            stated: &options.plan.stated,
            how: &options.plan.how,
        };
        let progress = CheckingProgress::new(total, is_quiet(&options.plan.how.show));
        let bad = BadRows { problems: std::mem::take(&mut self.problems), rows: &self.sheet.bad };
        let mut prepared = rows::prepare(&rows, bad, &row_options, |done| progress.tell(done))?;
        self.notes.append(&mut prepared.notes);
        self.decided.compare(&self.sheet, &mut prepared.rows, options)?;
        self.notes.append(&mut self.decided.notes);
        let jobs = prepared.rows.iter().map(|row| &row.read_set.job);
        let (in_the_way, staying) = disposal::look(&options.plan.how.verify.when_proven, jobs);
        if !in_the_way.is_empty() {
            return Err(Abort::Unusable(limited(&self.sheet.shown, in_the_way)));
        }
        self.notes.extend(staying);
        self.notes.extend(self.left_alone(options));
        Ok(prepared.rows)
    }

    /// A word on files that no proof of this run is about.
    fn left_alone(&self, options: &BatchOptions) -> Option<String> {
        if options.plan.how.verify.when_proven == WhenProven::Keep {
            return None;
        }
        let all = self.sheet.rows.iter().zip(&self.decided.rows);
        let left = all.filter(|(found, decision)| {
            matches!(decision, RowDecision::Finished(_)) && !found.has_missing()
        });
        let left = left.count();
        let plural = if left == 1 { "row that was" } else { "rows that were" };
        (left > 0).then(|| {
            format!(
                "`--when-proven` leaves the files of {left} {plural} finished before: only this run's \
                 uploads are proven"
            )
        })
    }
}

/// What is wrong whatever the files hold.
fn problems(options: &BatchOptions, sheet: &ReadSheet) -> Vec<Problem> {
    let how = &options.plan.how;
    let mut problems = if how.dry_run { Vec::new() } else { destination::problems(&how.target) };
    if options.rewrite_sources.is_some() && sheet.sheet.format() == SheetFormat::Illumina {
        problems.push(Problem::new(NoSourceColumns));
    }
    problems.extend(unknown_row(options, sheet));
    if !how.dry_run {
        problems.extend(sheets::output_problems(sheet, how, options.sheet_out.as_deref()));
        problems.extend(journals::problem(how.state.state_dir.as_deref()));
    }
    problems.extend(disposal::conflict(ProofOptions {
        verify: &how.verify,
        no_wait: how.effort.no_wait,
        is_piped: false,
        is_temporary: matches!(how.target.sandbox, Some(None)),
    }));
    problems
}

/// Refuses a run of another sheet, with which this one has no row in common: its rows would all be taken
/// for rows that are gone.
fn same_sheet(sheet: &ReadSheet, plan: &Plan) -> Result<(), Problem> {
    let then = &plan.header.sheet;
    let has = |key: &str| plan.rows.iter().any(|row| row.key == key);
    if Path::new(then) == sheet.path
        || plan.rows.is_empty()
        || sheet.rows.iter().any(|found| has(&found.key))
    {
        return Ok(());
    }
    let error = anyhow::anyhow!(
        "the run folder holds the run of another sheet, `{}`, with no row of `{}`",
        Escaped::new(then),
        Escaped::new(&sheet.shown)
    );
    Err(Problem::new(error).hint("use another run folder with `--run DIR`"))
}

/// Where the run remembers; a sandbox that is forgotten at the end has nothing to be remembered.
fn run_folder(options: &BatchOptions, sheet: &ReadSheet) -> Result<Option<RunFolder>, Abort> {
    let target = &options.plan.how.target;
    let folder = match &options.run {
        Some(folder) => Some(RunFolder::new(folder.clone())),
        None => usual_run_folder(options, sheet),
    };
    let Some(Some(dir)) = &target.sandbox else { return Ok(folder) };
    let is_new = std::fs::read_dir(dir).map_or(true, |mut entries| entries.next().is_none());
    match folder {
        // What is noted there was in a sandbox that is gone.
        Some(folder) if is_new && folder.plan()?.is_some() => {
            if options.run.is_none() {
                return Ok(folder.set_aside(!options.plan.how.dry_run)?);
            }
            let shown = Escaped::new(&dir.to_string_lossy()).to_string();
            let error = anyhow::anyhow!(
                "the run folder holds a run in the sandbox `{shown}`, which is empty now"
            );
            Err(Problem::new(error).hint("use another run folder with `--run DIR`").into())
        }
        folder => Ok(folder),
    }
}

fn usual_run_folder(options: &BatchOptions, sheet: &ReadSheet) -> Option<RunFolder> {
    let target = &options.plan.how.target;
    let destination = match (&target.sandbox, &target.store) {
        (Some(None), _) => return None,
        (Some(Some(dir)), _) => {
            let dir = std::path::absolute(dir).unwrap_or_else(|_| dir.clone());
            format!("sandbox {}", dir.to_string_lossy())
        }
        (None, store) => store.as_ref()?.id().to_string(),
    };
    let state = state(options.plan.how.state.state_dir.clone())?;
    Some(RunFolder::of_sheet(state.path(), &sheet.path, &destination))
}

pub(super) fn state(asked: Option<PathBuf>) -> Option<Folder> {
    journals::folder(asked)
}

fn sheet_notes(sheet: &ReadSheet) -> Vec<String> {
    let passed = sheet.sheet.passed_over();
    let mut what = Vec::new();
    for (count, one, many) in [
        (passed.comments, "comment", "comments"),
        (passed.blank, "blank line", "blank lines"),
        (passed.read_set_ids, "read set ID of an earlier run", "read set IDs of an earlier run"),
    ] {
        if count > 0 {
            what.push(format!("{count} {}", if count == 1 { one } else { many }));
        }
    }
    let text = format!("{}: skipped {}", Escaped::new(&sheet.shown), what.join(" and "));
    if what.is_empty() { Vec::new() } else { vec![text] }
}

/// A row that `--replan` names and the sheet does not have.
fn unknown_row(options: &BatchOptions, sheet: &ReadSheet) -> Option<Problem> {
    let has = |row: usize| sheet.rows.iter().any(|found| found.row.first() == row);
    let row = options.plan.replan.iter().find_map(|one| match one {
        Replan::Row(row) if !has(*row) => Some(row),
        Replan::Row(_) | Replan::All => None,
    })?;
    let shown = Escaped::new(&sheet.shown);
    let error = anyhow::anyhow!("`{shown}` has no read set in row {row}, which `--replan` names");
    Some(Problem::new(error).hint("`--dry-run` lists the rows"))
}

fn is_quiet(show: &cli::Show) -> bool {
    show.quiet || show.progress == crate::progress::Progress::None
}

/// Says from time to time how many rows have been checked.
struct CheckingProgress {
    total: usize,
    is_quiet: bool,
    last: std::cell::Cell<std::time::Instant>,
}

impl CheckingProgress {
    fn new(total: usize, is_quiet: bool) -> Self {
        Self { total, is_quiet, last: std::cell::Cell::new(std::time::Instant::now()) }
    }

    fn tell(&self, done: usize) {
        const EVERY: std::time::Duration = std::time::Duration::from_secs(5);
        if !self.is_quiet && self.last.get().elapsed() >= EVERY {
            self.last.set(std::time::Instant::now());
            output::complain(&format!("{done} of {} rows checked\n", self.total));
        }
    }
}
