//! `batch report`: what came of a run, from its folder alone.

use std::path::Path;

use super::{
    past::Past,
    report_page,
    results::{self, Results},
    work::state,
};
use crate::{
    cli::{Output, ReportOptions, RunChoice},
    files,
    preflight::{Outputs, PAGE, SHEET, UPLOADED},
    report::{Abort, Problem, output, status},
    run::run_folder::{Plan, RowEnd, RunFolder},
    sheet::Sheet,
    types::{Escaped, StoreName},
};

/// A run, and all that is known of it.
pub(super) struct FoundRun {
    pub(super) folder: RunFolder,
    pub(super) plan: Plan,
    pub(super) past: Past,
}

/// Writes what came of a run.
pub(super) fn run(options: &ReportOptions) -> Result<u8, Abort> {
    let run = FoundRun::find(&options.run)?;
    let problems = output_problems(options, &run);
    if !problems.is_empty() {
        return Err(Abort::Unusable(problems));
    }
    let rows = run.plan.rows.iter().map(|row| {
        let past = run.past.of(&row.key).filter(|past| past.end.sources == row.sources);
        let end = past.map_or_else(|| not_sent(&run.plan, row), |past| past.end.clone());
        (row.rows.clone(), row.key.clone(), end, past.is_some_and(|past| past.is_gone))
    });
    let results = Results::of_notes(rows, run.past.arn.clone());
    if let Some(path) = &options.sheet_out {
        results.write_sheet(&sheet(&run.plan)?, path, options.rewrite_sources)?;
    }
    if let Some(path) = &options.html {
        let page = report_page::html(&run, &results, options.redact);
        results::write(path, page.as_bytes(), "report")?;
    }
    let is_written = options.sheet_out.is_some() || options.html.is_some();
    let asked = options.output == Output::Json || !is_written;
    Ok(if asked { results.print(options.output) } else { status::DONE })
}

/// What is wrong with the files that are to be written.
fn output_problems(options: &ReportOptions, run: &FoundRun) -> Vec<Problem> {
    let files = run.plan.rows.iter().flat_map(|row| row.sources.iter().flatten());
    let files = files.map(|file| (Path::new(&file.path), UPLOADED));
    let sheet = (Path::new(&run.plan.header.sheet), "the sheet");
    let sheet_out = options.sheet_out.as_deref().map(|path| (path, SHEET));
    let page = options.html.as_deref().map(|path| (path, PAGE));
    let others = sheet_out.into_iter().chain(page).collect();
    Outputs { others, ..Outputs::default() }.problems(files.chain([sheet]))
}

/// A row that nothing came of yet.
fn not_sent(plan: &Plan, row: &crate::run::run_folder::PlannedRow) -> RowEnd {
    let files: Vec<_> = row.files().collect();
    let bytes: u64 = row.sources.iter().flatten().map(|file| file.bytes).sum();
    RowEnd {
        row: row.first(),
        named: String::new(),
        stated: row.stated.clone(),
        sources: row.sources.clone(),
        fields: row.fields.clone(),
        exit_status: status::TEMPORARY,
        for_good: false,
        report: serde_json::json!({
            "files": files,
            "status": "planned",
            "read_set_id": null,
            "upload_id": null,
            "store_id": plan.header.store,
            "name": row.field("name"),
            "sample_id": row.field("sample_id"),
            "subject_id": row.field("subject_id"),
            "file_type": row.field("file_type"),
            "bytes": bytes,
        }),
        receipt: None,
        digest: None,
    }
}

/// The sheet of a plan, unless it has changed since.
fn sheet(plan: &Plan) -> Result<Sheet, Abort> {
    const LONGEST: u64 = 256 * 1024 * 1024;
    let path = &plan.header.sheet;
    let shown = Escaped::new(path).to_string();
    let unreadable = |error: std::io::Error| {
        let context = format!("cannot read the sheet `{shown}`");
        Problem::new(anyhow::Error::new(error).context(context))
    };
    let bytes = files::read(Path::new(path), LONGEST).map_err(unreadable)?;
    if crate::types::Sha256::of(&bytes).to_string() != plan.header.sheet_sha256 {
        let error = anyhow::anyhow!("the sheet `{shown}` has changed since the run");
        return Err(Problem::new(error).hint("run `batch` with the changed sheet first").into());
    }
    let format = plan.header.format.parse().ok();
    Ok(Sheet::read(path, &bytes, format).map_err(Problem::new)?)
}

impl FoundRun {
    /// A run by its folder, or by its sheet.
    pub(super) fn find(choice: &RunChoice) -> Result<Self, Abort> {
        let shown = Escaped::new(&choice.run.to_string_lossy()).to_string();
        if choice.run.is_dir() {
            let folder = RunFolder::new(choice.run.clone());
            folder.inspect()?;
            let Some(plan) = folder.plan()? else {
                let error = anyhow::anyhow!("there is no run in the folder `{shown}`");
                return Err(Problem::new(error).hint(HINT).into());
            };
            return Self::open(folder, plan);
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

    fn open(folder: RunFolder, plan: Plan) -> Result<Self, Abort> {
        let past = Past::new(folder.notes()?);
        Ok(Self { folder, plan, past })
    }
}

const HINT: &str =
    "pass the folder of a run, or a sheet that `batch` has uploaded from this machine";
