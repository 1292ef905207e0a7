//! The config file: a key is an option of `put`, its value that option's default.

use std::{
    any::TypeId,
    ffi::{OsStr, OsString},
    io,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use clap::{
    CommandFactory as _,
    builder::{PathBufValueParser, TypedValueParser as _},
};
use std::error::Error as _;

use super::files;
use crate::{cli::Cli, files::is_out_of_reach, report::Problem, types::Escaped};

/// The commands that take their defaults from the file, each as far as it has the option.
const CONFIGURED: [&str; 7] = ["put", "batch", "resume", "wait", "check", "verify", "vault"];

/// The command line, with the defaults of the config file if there is one that can be used.
///
/// A file that cannot be used is no reason to refuse help, so the problem is handed on beside it.
pub fn command() -> (clap::Command, Option<Problem>) {
    let (command, problem) = from_file();
    let home = std::env::var_os("HOME").filter(|home| !home.is_empty()).map(PathBuf::from);
    (adapted(command, home.as_deref(), &|name| std::env::var_os(name)), problem)
}

fn from_file() -> (clap::Command, Option<Problem>) {
    let Some(path) = path() else { return (Cli::command(), None) };
    let configured = match files::read(&path, LONGEST) {
        Ok(bytes) => String::from_utf8(bytes)
            .map_err(|_| anyhow::anyhow!("it is not UTF-8"))
            .and_then(|text| configured(Cli::command(), &text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound || is_out_of_reach(&path) => {
            return (Cli::command(), None);
        }
        Err(error) => Err(anyhow::Error::new(error)),
    };
    match configured {
        Ok(command) => (command, None),
        Err(error) => {
            let shown = Escaped::new(&path.to_string_lossy()).to_string();
            let error = error.context(format!("the config file `{shown}` cannot be used"));
            (Cli::command(), Some(Problem::new(error)))
        }
    }
}

/// Options as people set them for all runs: a variable that is set to nothing says nothing, and leaves
/// the word to the file; `~` at the beginning of a path, which no shell has seen, is the home.
fn adapted(
    mut command: clap::Command,
    home: Option<&Path>,
    variable: &dyn Fn(&OsStr) -> Option<OsString>,
) -> clap::Command {
    let is_empty = |arg: &clap::Arg| {
        let value = arg.get_env().and_then(variable);
        value.is_some_and(|value| value.to_str().is_some_and(|text| text.trim().is_empty()))
    };
    command = command.mut_args(|arg| {
        let arg = if is_empty(&arg) { arg.env(None) } else { arg };
        let is_path = arg.get_value_parser().type_id() == TypeId::of::<PathBuf>();
        match home.filter(|_| is_path && arg.get_long().is_some()) {
            None => arg,
            Some(home) => {
                let home = home.to_owned();
                arg.value_parser(PathBufValueParser::new().map(move |path| at_home(&home, path)))
            }
        }
    });
    command.mut_subcommands(|part| adapted(part, home, variable))
}

fn at_home(home: &Path, path: PathBuf) -> PathBuf {
    path.strip_prefix("~").map(|rest| home.join(rest)).unwrap_or(path)
}

/// In bytes; a longer file is none of ours.
const LONGEST: u64 = 1024 * 1024;

/// `$XDG_CONFIG_HOME/omics-upload/config.toml`, by default below `~/.config`.
pub(crate) fn path() -> Option<PathBuf> {
    let folder = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let base = folder("XDG_CONFIG_HOME").or_else(|| Some(folder("HOME")?.join(".config")))?;
    Some(base.join("omics-upload").join("config.toml"))
}

fn configured(mut command: clap::Command, text: &str) -> anyhow::Result<clap::Command> {
    let table: toml::Table = text.parse().context("it is not TOML")?;
    for (key, value) in table {
        let values = values(&value).with_context(|| {
            format!(
                "`{}` must be a text, a number, true or false, or a list of texts",
                Escaped::new(&key)
            )
        })?;
        let id = option(&command, &key)
            .with_context(|| format!("`put` has no option `--{}`", Escaped::new(&key)))?;
        check(&command, &id, &values)
            .with_context(|| format!("`{}` cannot have this value", Escaped::new(&key)))?;
        let there: Vec<_> =
            CONFIGURED.into_iter().filter(|name| command.find_subcommand(name).is_some()).collect();
        for name in there {
            command = command.mut_subcommand(name, |part| {
                let part = with_default(part, &id, &values);
                // The steps of `batch` and the commands of `vault` have options of their own.
                part.mut_subcommands(|step| with_default(step, &id, &values))
            });
        }
    }
    Ok(command)
}

/// The command with these values as the default of an option, if it has that.
fn with_default(command: clap::Command, id: &clap::Id, values: &[String]) -> clap::Command {
    if command.get_arguments().any(|arg| arg.get_id() == id) {
        command.mut_arg(id, |arg| arg.default_values(values.to_vec()))
    } else {
        command
    }
}

/// The option of `put` with this name, or else that of `batch` or `vault put`; those that say what is uploaded have no
/// default.
fn option(command: &clap::Command, key: &str) -> Option<clap::Id> {
    const NEVER: [&str; 4] = ["r1", "r2", "help", "version"];
    let mut args = configurable(command).filter(|arg| arg.get_long() == Some(key));
    let arg = args.next().filter(|_| !NEVER.contains(&key))?;
    Some(arg.get_id().clone())
}

/// The options of `put`, and those of `batch` and `vault put` that a variable of the environment can set
/// as well.
fn configurable(command: &clap::Command) -> impl Iterator<Item = &clap::Arg> {
    let [put, batch, vault] = ["put", "batch", "vault"].map(|name| command.find_subcommand(name));
    let store = vault.and_then(|vault| vault.find_subcommand("put"));
    let others = [batch, store].into_iter().flatten().flat_map(clap::Command::get_arguments);
    let of_put = put.into_iter().flat_map(clap::Command::get_arguments);
    of_put.chain(others.filter(|arg| arg.get_env().is_some()))
}

/// Holds values against what the option takes, so that a bad one is told as the file's.
fn check(command: &clap::Command, id: &clap::Id, values: &[String]) -> anyhow::Result<()> {
    let Some(arg) = configurable(command).find(|arg| arg.get_id() == id) else { return Ok(()) };
    let alone = clap::Arg::new("value").num_args(0..).allow_hyphen_values(true);
    let alone = alone.value_parser(arg.get_value_parser().clone());
    let alone =
        clap::Command::new("config").no_binary_name(true).disable_help_flag(true).arg(alone);
    let one_of = || {
        let names = arg.get_possible_values();
        let names: Vec<_> = names.iter().map(|name| format!("`{}`", name.get_name())).collect();
        anyhow::anyhow!("it is one of {}", names.join(", "))
    };
    let why = |error: clap::Error| {
        error.source().map_or_else(one_of, |source| anyhow::anyhow!("{source}"))
    };
    alone.try_get_matches_from(values).map(drop).map_err(why)
}

fn values(value: &toml::Value) -> Option<Vec<String>> {
    let one = |value: &toml::Value| match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Float(number) => Some(number.to_string()),
        toml::Value::Boolean(flag) => Some(flag.to_string()),
        _ => None,
    };
    match value {
        toml::Value::Array(list) => list.iter().map(one).collect(),
        value => one(value).map(|value| vec![value]),
    }
}

#[cfg(test)]
mod tests {
    use clap::FromArgMatches as _;

    use super::*;
    use crate::cli::{Command, Output};

    fn put(config: &str, arguments: &[&str]) -> crate::cli::Put {
        let arguments = ["omics-upload", "put", "x.bam"].iter().chain(arguments);
        let matches = configured(Cli::command(), config).unwrap().get_matches_from(arguments);
        match Cli::from_arg_matches(&matches).unwrap().command {
            Command::Put(put) => *put,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_key_is_an_option_s_default() {
        let config = "store = '1234567890'\nno-wait = true\ntag = ['a=1', 'b=2']\nattempts = 3\n\
                      output = 'json'\npart-size = '8MiB'\n";
        let given = put(config, &["--attempts", "4"]);
        assert_eq!(given.how.target.store.unwrap().id().as_str(), "1234567890");
        assert!(given.how.effort.no_wait);
        assert_eq!(
            given.how.tags.iter().map(crate::types::Tag::key).collect::<Vec<_>>(),
            ["a", "b"]
        );
        assert_eq!((given.how.effort.sending.attempts, given.how.show.output), (4, Output::Json));
        assert_eq!(given.how.part_size.unwrap().get(), 8 * 1024 * 1024);
        assert!(!put("", &[]).how.effort.no_wait);
    }

    #[test]
    fn batch_has_keys_of_its_own() {
        let config = "max-failures = 3\nretry-failed = true\nstore = '1234567890'\n";
        let matches = configured(Cli::command(), config).unwrap();
        let matches = matches.get_matches_from(["omics-upload", "batch", "s.csv"]);
        let Command::Batch(batch) = Cli::from_arg_matches(&matches).unwrap().command else {
            panic!()
        };
        assert_eq!((batch.max_failures.map(usize::from), batch.retry_failed), (Some(3), true));
        assert!(batch.plan.how.target.store.is_some());
        assert!(configured(Cli::command(), "max-failures = 0").is_err());
        assert!(configured(Cli::command(), "replan = 'all'").is_err());
    }

    #[cfg(feature = "vault")]
    #[test]
    fn vaults_have_keys_of_their_own_and_sizes_of_parts_of_theirs() {
        let config =
            "vault = 'cold'\naccount = '123456789012'\npart-size = '100MiB'\nattempts = 3\n";
        let matches = configured(Cli::command(), config).unwrap();
        let matches = matches.get_matches_from(["omics-upload", "vault", "put", "a"]);
        let Command::Vault(vault) = Cli::from_arg_matches(&matches).unwrap().command else {
            panic!()
        };
        let crate::cli::VaultCommand::Put(put) = vault.command else { panic!() };
        assert_eq!(put.target.vault.unwrap().name().as_str(), "cold");
        assert_eq!(put.target.account.unwrap().as_str(), "123456789012");
        assert_eq!((put.part_size, put.sending.attempts), (None, 3));
        assert!(configured(Cli::command(), "vault = 'a b'").is_err());
    }

    #[test]
    fn what_is_no_option_is_refused() {
        for (config, wanted) in [
            ("stor = '1'", "`put` has no option `--stor`"),
            ("r1 = 'x'", "`put` has no option `--r1`"),
            (
                "store = 2026-11-21",
                "`store` must be a text, a number, true or false, or a list of texts",
            ),
            ("store", "it is not TOML"),
        ] {
            let error = configured(Cli::command(), config).unwrap_err();
            assert_eq!(error.to_string(), wanted);
        }
    }
}
