//! `check`: what files are, whether they are sound, and what `put` would make of them.
//!
//! Makes no request: everything comes from the files' beginnings and ends, or from all of them if that
//! is wanted.

mod json;
mod text;

use crate::{
    cli, preflight,
    report::{Abort, Problem, output, status},
};

pub(super) fn run(check: &cli::CheckOptions) -> Result<u8, Abort> {
    let found = preflight::check::check_files(check)?;
    let printed = match (check.quiet, check.output) {
        (true, _) => status::DONE,
        (false, cli::Output::Text) => output::print(text::report(&found).as_bytes()),
        (false, cli::Output::Json) => output::print(&json::document(&found)),
    };
    if !check.quiet {
        found.notes.iter().for_each(|note| output::complain(&format!("note: {note}\n")));
    }
    let problems: Vec<_> = found.problems.iter().map(Problem::text).collect();
    output::complain(&problems.join("\n"));
    Ok(if problems.is_empty() { printed } else { status::UNUSABLE })
}
