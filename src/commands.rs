//! One file per command; each ends in an exit status.

use super::system;
use crate::report::output;

mod batch;
mod check;
mod generate;
mod put;
mod receipts;
mod resume;
mod sandbox;
mod uploads;
#[cfg(feature = "vault")]
mod vault;
mod verify;
mod wait;

use std::process::ExitCode;

use crate::{
    cli::Command,
    report::{Abort, Problem, status},
};

pub use generate::{completions, man};

/// Runs a command to its end. Everything that a command has to say has been said when it returns.
///
/// `problem` is what is wrong with the config file; commands that do not use it do not care.
pub fn run(command: Command, problem: Option<Problem>) -> ExitCode {
    system::prepare();
    system::explain_panics(match command {
        Command::Check(_) => status::FAILED,
        _ => status::TEMPORARY,
    });
    let is_configured = !matches!(
        command,
        Command::Sandbox(_) | Command::Completions { .. } | Command::Man | Command::ExitStatus
    );
    let result = match problem.filter(|_| is_configured) {
        Some(problem) => Err(problem.into()),
        None => execute(command),
    };
    ExitCode::from(result.unwrap_or_else(|abort| {
        output::complain(&abort.text());
        abort.status()
    }))
}

fn execute(command: Command) -> Result<u8, Abort> {
    match command {
        Command::Put(put) => with_runtime(put::run(*put)),
        Command::Batch(batch) => with_runtime(batch::run(*batch)),
        Command::Resume(resume) => with_runtime(resume::run(*resume)),
        Command::Uploads(uploads) => with_runtime(uploads::run(uploads)),
        Command::Check(check) => check::run(&check),
        Command::Verify(verify) => with_runtime(verify::run(*verify)),
        Command::Receipts(receipts) => receipts::run(receipts),
        #[cfg(feature = "vault")]
        Command::Vault(vault) => with_runtime(vault::run(vault)),
        Command::Wait(wait) => with_runtime(wait::run(wait)),
        Command::Sandbox(sandbox) => with_runtime(sandbox::run(sandbox)),
        Command::Completions { shell } => Ok(output::print(&generate::completions(shell))),
        Command::Man => generate::man().map(|page| output::print(&page)),
        Command::ExitStatus => {
            Ok(output::print(format!("{}\n", crate::cli::EXIT_STATUS).as_bytes()))
        }
    }
}

/// Runs a future to its end. Threads that still read a file when it is done are not waited for.
fn with_runtime(future: impl Future<Output = Result<u8, Abort>>) -> Result<u8, Abort> {
    let runtime = system::runtime()?;
    let result = runtime.block_on(future);
    runtime.shutdown_background();
    result
}
