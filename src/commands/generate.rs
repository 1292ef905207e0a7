//! Completion scripts and the manual page, from the command line's own definition.

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::{
    cli::Cli,
    report::{Abort, output},
};

/// The completion script of a shell.
pub fn completions(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "omics-upload", &mut script);
    script
}

/// The manual page, with a section for every command.
pub fn man() -> Result<Vec<u8>, Abort> {
    let failed = |error| output::broken(error, "cannot make the manual page");
    let mut page = Vec::new();
    let mut command = Cli::command();
    command.build();
    clap_mangen::Man::new(command.clone()).render(&mut page).map_err(failed)?;
    for part in command.get_subcommands().filter(|part| !part.is_hide_set()) {
        let name = part.get_name();
        if name == "help" {
            continue;
        }
        let part = part.clone().display_name(format!("omics-upload {name}"));
        let man = clap_mangen::Man::new(part);
        page.extend_from_slice(format!(".SH \"omics-upload {name}\"\n").as_bytes());
        man.render_description_section(&mut page).map_err(failed)?;
        man.render_synopsis_section(&mut page).map_err(failed)?;
        man.render_options_section(&mut page).map_err(failed)?;
    }
    page.extend_from_slice(b".SH \"EXIT STATUS\"\n.nf\n");
    page.extend_from_slice(crate::cli::EXIT_STATUS.as_bytes());
    page.extend_from_slice(b"\n.fi\n");
    Ok(page)
}
