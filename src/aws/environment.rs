//! The environment and the profile files of AWS, made fit for the SDK.
//!
//! The SDK takes an empty variable for a value, keeps blanks at the end of one, reads settings that
//! this program does not use, and panics on some values of all of these. So it gets its own view:
//! variables without blanks around them, none that is empty, and profile files without empty keys.
//! What could not be sent as it is, is refused here, by name.

use std::{
    collections::HashMap,
    ffi::OsString,
    fs::File,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use aws_config::{BehaviorVersion, ConfigLoader, retry::RetryConfig};
use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use aws_types::os_shim_internal::Env;

use super::{error::ConnectError, http::Http};

/// What AWS's own settings say.
#[derive(Debug, Clone)]
pub(crate) struct Environment {
    variables: HashMap<String, String>,
    /// `None` if there is no file that can be read.
    files: Option<EnvConfigFiles>,
}

impl Environment {
    /// Reads this process's variables and the files that they name.
    pub(crate) fn read() -> Result<Self, ConnectError> {
        let variables = variables(std::env::vars_os())?;
        let mut files = EnvConfigFiles::builder();
        let mut any = false;
        for (kind, variable, name) in [
            (EnvConfigFileKind::Config, "AWS_CONFIG_FILE", "config"),
            (EnvConfigFileKind::Credentials, "AWS_SHARED_CREDENTIALS_FILE", "credentials"),
        ] {
            let path = profile_file(variables.get(variable).map(String::as_str), name);
            // A file that cannot be read has no settings in it: other places may have them.
            let Some(path) = path else { continue };
            let Ok(read) = read(&path) else { continue };
            let read = String::from_utf8_lossy(&read);
            let text = cleaned(&read)
                .map_err(|line| ConnectError::ProfileFile { path: path.clone(), line })?;
            // Errors name the file, so it is read as itself where it can be.
            let as_it_is = text == read && path.is_file();
            files = if as_it_is {
                files.with_file(kind, path)
            } else {
                files.with_contents(kind, text)
            };
            any = true;
        }
        Ok(Self { variables, files: any.then(|| files.build()) })
    }

    /// A variable that says something.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str)
    }

    /// A loader that sees nothing else. Requests are repeated by this program, whatever is configured.
    pub(super) fn loader(&self, http: Http) -> ConfigLoader {
        let loader = aws_config::defaults(BehaviorVersion::latest())
            .env(Env::from(self.variables.clone()))
            .retry_config(RetryConfig::standard())
            .http_client(http);
        match &self.files {
            Some(files) => loader.profile_files(files.clone()),
            None => loader,
        }
    }
}

/// A file of partitions, which the SDK reads for its own tests, and panics about.
pub(super) fn without_partitions() -> Result<(), ConnectError> {
    const PARTITIONS: &str = "SMITHY_CLIENT_SDK_CUSTOM_PARTITION";
    match std::env::var_os(PARTITIONS) {
        Some(_) => Err(ConnectError::Variable(PARTITIONS.to_owned())),
        None => Ok(()),
    }
}

/// The variables that are not empty; those of AWS without blanks around their values.
fn variables(
    all: impl Iterator<Item = (OsString, OsString)>,
) -> Result<HashMap<String, String>, ConnectError> {
    let mut variables = HashMap::new();
    for (name, value) in all {
        let Ok(name) = name.into_string() else { continue };
        if !name.starts_with("AWS_") {
            variables.extend(value.into_string().ok().map(|value| (name, value)));
            continue;
        }
        let value = value.to_str().map(str::trim).filter(|value| can_be_sent(&name, value));
        let Some(value) = value else { return Err(ConnectError::Variable(name)) };
        if !value.is_empty() {
            variables.insert(name, value.to_owned());
        }
    }
    Ok(variables)
}

/// Names of other things may have letters of any language; keys and tokens go into headers.
fn can_be_sent(name: &str, value: &str) -> bool {
    const IN_HEADERS: [&str; 4] = ["KEY", "TOKEN", "EXECUTION_ENV", "APP_ID"];
    let is_plain = IN_HEADERS.iter().any(|part| name.to_ascii_uppercase().contains(part));
    value.chars().all(|c| if is_plain { matches!(c, ' '..='~') } else { !c.is_control() })
}

/// A file of settings, as far as such a file can be long.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    const MOST: u64 = 16 * 1024 * 1024;
    let mut read = Vec::new();
    File::open(path)?.take(MOST).read_to_end(&mut read)?;
    Ok(read)
}

fn profile_file(variable: Option<&str>, name: &str) -> Option<PathBuf> {
    let home = || std::env::var_os("HOME").filter(|home| !home.is_empty()).map(PathBuf::from);
    match variable {
        None => Some(home()?.join(".aws").join(name)),
        Some(path) => match Path::new(path).strip_prefix("~") {
            Ok(rest) => Some(home()?.join(rest)),
            Err(_) => Some(PathBuf::from(path)),
        },
    }
}

/// A profile file without a byte order mark and without keys that have no value; or the number of the
/// line that cannot be used.
fn cleaned(text: &str) -> Result<String, usize> {
    let lines: Vec<_> = text.trim_start_matches('\u{feff}').lines().collect();
    let is_indented = |line: &str| line.starts_with([' ', '\t']) && !line.trim().is_empty();
    let mut kept = String::with_capacity(text.len());
    let mut key = "";
    for (at, line) in lines.iter().enumerate() {
        let number = at + 1;
        let (name, value) = line.split_once('=').unwrap_or((line, ""));
        let (name, value) = (name.trim(), value.trim());
        // A value that goes on in the next line has a line break in it.
        let goes_on = is_indented(line) && key.starts_with("aws_");
        if goes_on || line.contains(|c: char| c.is_control() && c != '\t') {
            return Err(number);
        }
        if name.starts_with("aws_") && !can_be_sent(name, value) {
            return Err(number);
        }
        if !is_indented(line) && !line.trim().is_empty() {
            key = name;
        }
        let has_more = lines.get(number).is_some_and(|next| is_indented(next));
        let says_nothing = line.contains('=') && value.is_empty();
        if says_nothing && (is_indented(line) || !has_more) {
            continue;
        }
        kept.push_str(line);
        kept.push('\n');
    }
    if !text.ends_with('\n') && kept.len() == text.len() + 1 {
        kept.pop();
    }
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStringExt as _;

    use super::*;

    #[test]
    fn variables_are_trimmed_and_empty_ones_are_not_there() {
        let of = |name: &str, value: &[u8]| {
            let pair = (OsString::from(name), OsString::from_vec(value.to_vec()));
            variables(std::iter::once(pair)).map(|variables| variables.into_values().next())
        };
        for (name, value, wanted) in [
            ("AWS_ACCESS_KEY_ID", &b"AKIA\r\n"[..], Some("AKIA")),
            ("AWS_ENDPOINT_URL", b"", None),
            ("AWS_ENDPOINT_URL", b" \t", None),
            ("AWS_PROFILE", "Zo\u{eb}".as_bytes(), Some("Zo\u{eb}")),
            ("HOME", b" x ", Some(" x ")),
            ("HOME", b"\xff", None),
        ] {
            assert_eq!(of(name, value).unwrap().as_deref(), wanted, "{name}");
        }
        for (name, value) in [
            ("AWS_PROFILE", &b"\xff"[..]),
            ("AWS_REGION", b"a\x07b"),
            ("AWS_SESSION_TOKEN", "\u{e9}".as_bytes()),
        ] {
            assert!(matches!(of(name, value), Err(ConnectError::Variable(of)) if of == name));
        }
    }

    #[test]
    fn keys_without_values_are_left_out_of_profile_files() {
        for (text, wanted) in [
            ("", Ok("")),
            ("[default]\nregion = x", Ok("[default]\nregion = x")),
            ("[a]\n\nx =\n", Ok("[a]\n\n")),
            ("\u{feff}[a]\r\nx = 1\r\n", Ok("[a]\nx = 1\n")),
            (
                "[services s]\nomics =\n  endpoint_url =\n  x = 1\n",
                Ok("[services s]\nomics =\n  x = 1\n"),
            ),
            ("[a]\naws_access_key_id = A\n  B\n", Err(3)),
            ("[a]\naws_access_key_id = \u{e9}\n", Err(2)),
            ("[a]\nrole_arn = \u{e9}\n", Ok("[a]\nrole_arn = \u{e9}\n")),
            ("[a]\nx = \0\n", Err(2)),
        ] {
            assert_eq!(cleaned(text), wanted.map(str::to_owned), "{text:?}");
        }
    }
}
