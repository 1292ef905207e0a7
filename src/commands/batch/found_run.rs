//! A run that was made before, found by its folder or its sheet.

use std::path::Path;

use super::{past::Past, work::state};
use crate::{
    cli::RunChoice,
    report::{Abort, Problem, output},
    run::run_folder::{Plan, RunFolder},
    types::{Escaped, StoreName},
};

/// A run, and all that is known of it.
pub(super) struct FoundRun {
    pub(super) folder: RunFolder,
    pub(super) plan: Plan,
    pub(super) past: Past,
}

impl FoundRun {
    /// A run by its folder, or by its sheet.
    pub(super) fn find(choice: &RunChoice) -> Result<Self, Abort> {
        let shown = Escaped::new(&choice.run.to_string_lossy()).to_string();
        if choice.run.is_dir() {
            return Self::in_folder(&choice.run);
        }
        let missing = || {
            let error = anyhow::anyhow!("no run of the sheet `{shown}` is known on this machine");
            Problem::new(error).hint(HINT)
        };
        let sheet = std::fs::canonicalize(&choice.run).map_err(|error| {
            Problem::new(anyhow::Error::new(error).context(format!("cannot find `{shown}`")))
        })?;
        let state = state(choice.state.state_dir.clone()).ok_or_else(missing)?;
        let runs = RunFolder::all_of_sheet(state.path(), &sheet.to_string_lossy());
        let runs = runs.map_err(|error| output::broken(error, "cannot read the state folder"))?;
        let store = choice.target.store.as_ref().map(StoreName::id);
        let is_of = |plan: &Plan| store.is_none_or(|store| store.as_str() == plan.header.store);
        let found = runs.into_iter().find(|(_, plan)| is_of(plan)).ok_or_else(missing)?;
        Self::open(found.0, found.1)
    }

    /// The run in a folder.
    pub(super) fn in_folder(path: &Path) -> Result<Self, Abort> {
        let folder = Self::folder(path)?;
        let plan = folder.plan()?.ok_or_else(|| no_run(path))?;
        Self::open(folder, plan)
    }

    /// A folder with a run.
    pub(super) fn folder(path: &Path) -> Result<RunFolder, Abort> {
        let folder = RunFolder::new(path.to_owned());
        folder.inspect()?;
        if folder.has_plan() { Ok(folder) } else { Err(no_run(path).into()) }
    }

    fn open(folder: RunFolder, plan: Plan) -> Result<Self, Abort> {
        let past = Past::new(folder.notes()?);
        Ok(Self { folder, plan, past })
    }
}

fn no_run(path: &Path) -> Problem {
    let shown = Escaped::new(&path.to_string_lossy()).to_string();
    let error = anyhow::anyhow!("there is no run in the folder `{shown}`");
    Problem::new(error).hint("`omics-upload batch plan SHEET --run DIR` makes one")
}

const HINT: &str =
    "pass the folder of a run, or a sheet that `batch` has uploaded from this machine";
