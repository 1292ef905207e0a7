//! `batch report`: what came of a run, from its folder alone.

use std::path::Path;

use super::{
    found_run::FoundRun,
    report_page,
    results::{self, Results},
};
use crate::{
    cli::{Output, ReportOptions},
    files,
    preflight::{Outputs, PAGE, SHEET, UPLOADED, sheets},
    report::{Abort, Problem, status},
    run::run_folder::{Plan, RowEnd},
    sheet::Sheet,
    types::Escaped,
};

/// Writes what came of a run.
pub(super) fn run(options: &ReportOptions) -> Result<u8, Abort> {
    let run = FoundRun::find(&options.run)?;
    let problems = output_problems(options, &run);
    if !problems.is_empty() {
        return Err(Abort::Unusable(problems));
    }
    let results = results(&run);
    if let Some(path) = &options.sheet_out {
        results.write_sheet(&sheet(&run.plan)?, path, options.rewrite_sources)?;
    }
    if let Some(path) = &options.html {
        let (receipts, noted) = (run.folder.receipts()?, run.folder.sent(|_| true)?);
        let page = report_page::html(&run, &results, (&receipts, &noted), options.redact);
        results::write(path, page.as_bytes(), "report")?;
    }
    let is_written = options.sheet_out.is_some() || options.html.is_some();
    let asked = options.output == Output::Json || !is_written;
    Ok(if asked { results.print(options.output) } else { status::DONE })
}

/// What came of every row of a run.
pub(super) fn results(run: &FoundRun) -> Results {
    let rows = run.plan.rows.iter().map(|row| {
        let past = run.past.of_planned(row);
        let end = past.map_or_else(|| not_sent(&run.plan, row), |past| past.end.clone());
        (row.rows.clone(), row.key.clone(), end, past.is_some_and(|past| past.is_gone))
    });
    Results::of_notes(rows, run.past.arn.clone())
}

/// What is wrong with outputs: none may be a file of the run.
pub(super) fn problems_of(outputs: &Outputs<'_>, run: &FoundRun) -> Vec<Problem> {
    let files = run.plan.rows.iter().flat_map(|row| row.sources.iter().flatten());
    let files = files.map(|file| (Path::new(&file.path), UPLOADED));
    let sheet = (Path::new(&run.plan.header.sheet), "the sheet");
    outputs.problems(files.chain([sheet]))
}

/// What is wrong with the files that are to be written.
fn output_problems(options: &ReportOptions, run: &FoundRun) -> Vec<Problem> {
    let sheet_out = options.sheet_out.as_deref().map(|path| (path, SHEET));
    let page = options.html.as_deref().map(|path| (path, PAGE));
    let others = sheet_out.into_iter().chain(page).collect();
    problems_of(&Outputs { others, ..Outputs::default() }, run)
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
        arn: None,
        s3_uris: Vec::new(),
    }
}

/// The sheet of a plan, unless it has changed since.
pub(super) fn sheet(plan: &Plan) -> Result<Sheet, Abort> {
    let path = &plan.header.sheet;
    let shown = Escaped::new(path).to_string();
    let unreadable = |error: std::io::Error| {
        let context = format!("cannot read the sheet `{shown}`");
        Problem::new(anyhow::Error::new(error).context(context))
    };
    let bytes = files::read(Path::new(path), sheets::LONGEST).map_err(unreadable)?;
    if crate::types::Sha256::of(&bytes).to_string() != plan.header.sheet_sha256 {
        let error = anyhow::anyhow!("the sheet `{shown}` has changed since the run");
        return Err(Problem::new(error).hint("run `batch` with the changed sheet first").into());
    }
    let format = plan.header.format.parse().ok();
    Ok(Sheet::read(&bytes, format).map_err(|error| sheets::problem(path, error))?)
}
