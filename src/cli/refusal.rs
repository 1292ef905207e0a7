//! What clap says about a command line that it refuses, made safe and told where it came from.

use clap::error::{ContextKind, ContextValue, Error, ErrorKind};

use crate::types::Escaped;

/// The error with everything from outside escaped, and with the name of the environment variable
/// that brought in a value which is not among the `arguments`.
pub fn explain(mut error: Error, arguments: &[String]) -> Error {
    let strings: Vec<_> = error
        .context()
        .filter_map(|(kind, value)| match value {
            ContextValue::String(text) => Some((kind, Escaped::new(text).to_string())),
            _ => None,
        })
        .collect();
    for (kind, text) in strings {
        error.insert(kind, ContextValue::String(text));
    }
    if let Some(variable) = variable(&error, arguments) {
        let tip = format!("the value is that of {variable}").into();
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip]));
    }
    error
}

/// The variable that a refused value comes from.
fn variable(error: &Error, arguments: &[String]) -> Option<String> {
    if !matches!(error.kind(), ErrorKind::ValueValidation | ErrorKind::InvalidValue) {
        return None;
    }
    let Some(ContextValue::String(shown)) = error.get(ContextKind::InvalidArg) else { return None };
    let flag = shown.split([' ', '=']).next().filter(|flag| flag.starts_with("--"))?;
    let is_it =
        |argument: &String| argument.split('=').next().is_some_and(|argument| argument == flag);
    let variable = format!("OMICS_UPLOAD_{}", flag[2..].replace('-', "_").to_uppercase());
    (!arguments.iter().any(is_it) && std::env::var_os(&variable).is_some()).then_some(variable)
}
