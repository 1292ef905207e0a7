//! Parses the command line, runs the command, and ends with its exit status.

use std::process::ExitCode;

use clap::FromArgMatches as _;
use omics_upload::{
    cli::{self, Cli},
    commands, settings,
};

fn main() -> ExitCode {
    let (command, problem) = settings::command();
    let parsed = command.try_get_matches().and_then(|matches| Cli::from_arg_matches(&matches));
    match parsed {
        Ok(cli) => commands::run(cli.command, problem),
        Err(error) => {
            // Help that was asked for goes to stdout, and ends well.
            let arguments: Vec<_> = std::env::args_os()
                .map(|argument| argument.to_string_lossy().into_owned())
                .collect();
            let error = cli::explain(error, &arguments);
            let _ = error.print();
            ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
        }
    }
}
