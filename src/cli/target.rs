//! Which store: the options `--store` and `--sandbox`.

use std::path::PathBuf;

use clap::{ArgMatches, Args, Command, FromArgMatches, ValueHint, parser::ValueSource};

use crate::types::StoreName;

/// Which store.
#[derive(Debug)]
pub struct Target {
    pub store: Option<StoreName>,
    /// A sandbox inside this process, kept in a folder if there is one.
    pub sandbox: Option<Option<PathBuf>>,
}

#[derive(Debug, Args)]
struct Given {
    /// Sequence store: its ID or ARN
    #[arg(long, value_name = "ID", env = "OMICS_UPLOAD_STORE", help_heading = "Destination")]
    store: Option<StoreName>,

    /// Use a sandbox inside this process instead of AWS, kept in DIR or forgotten at the end
    #[arg(long, value_name = "DIR", num_args = 0..=1, require_equals = true, value_hint = ValueHint::DirPath, env = "OMICS_UPLOAD_SANDBOX", help_heading = "Destination")]
    #[expect(clippy::option_option, reason = "clap's form of a value that may be left out")]
    sandbox: Option<Option<PathBuf>>,
}

impl FromArgMatches for Target {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        Self::from_arg_matches_mut(&mut matches.clone())
    }

    fn from_arg_matches_mut(matches: &mut ArgMatches) -> Result<Self, clap::Error> {
        let is_typed = matches.value_source("store") == Some(ValueSource::CommandLine);
        let given = Given::from_arg_matches_mut(matches)?;
        let sandbox = switched(given.sandbox);
        // What is set for all runs means a store on AWS, and a sandbox has a store of its own.
        let store = given.store.filter(|_| is_typed || sandbox.is_none());
        Ok(Self { store, sandbox })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for Target {
    fn augment_args(command: Command) -> Command {
        Given::augment_args(command)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Given::augment_args_for_update(command)
    }
}

/// A variable or a key of the config file can say yes or no as well; a folder of such a name is `./yes`.
#[expect(clippy::option_option, reason = "clap's form of a value that may be left out")]
pub(super) fn switched(given: Option<Option<PathBuf>>) -> Option<Option<PathBuf>> {
    let Some(Some(folder)) = given else { return given };
    match folder.to_str().map(str::to_ascii_lowercase).as_deref() {
        Some("true" | "1" | "yes" | "on" | "y" | "t") => Some(None),
        Some("false" | "0" | "no" | "off" | "n" | "f") => None,
        _ => Some(Some(folder)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sandbox_is_switched_or_kept_in_a_folder() {
        for (given, wanted) in [
            (None, None),
            (Some(None), Some(None)),
            (Some(Some("True")), Some(None)),
            (Some(Some("1")), Some(None)),
            (Some(Some("off")), None),
            (Some(Some("0")), None),
            (Some(Some("./true")), Some(Some("./true"))),
            (Some(Some("perhaps")), Some(Some("perhaps"))),
        ] {
            let path = |given: Option<Option<&str>>| given.map(|dir| dir.map(PathBuf::from));
            assert_eq!(switched(path(given)), path(wanted), "{given:?}");
        }
    }

    #[test]
    fn a_sandbox_takes_no_store_but_one_that_is_typed() {
        let of = |arguments: &[&str]| {
            let command = Given::augment_args(Command::new("put").no_binary_name(true));
            let command = command.mut_arg("store", |arg| arg.default_value("1234567890"));
            let target = Target::from_arg_matches(&command.get_matches_from(arguments)).unwrap();
            target.store.map(|store| store.id().to_string())
        };
        assert_eq!(of(&[]).as_deref(), Some("1234567890"));
        assert_eq!(of(&["--sandbox=no"]).as_deref(), Some("1234567890"));
        assert_eq!(of(&["--sandbox"]), None);
        assert_eq!(of(&["--sandbox", "--store=1234567891"]).as_deref(), Some("1234567891"));
    }
}
