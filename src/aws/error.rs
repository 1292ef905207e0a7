//! What goes wrong before a service answers, and the chain of errors behind an error.

use std::{error::Error, io, iter::successors, path::PathBuf, time::Duration};

use aws_credential_types::provider::error::CredentialsError;

use super::proxy::UnusableProxy;
use crate::types::Escaped;

/// Why no connection can be set up; no request was made to the service.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    #[error("the environment variable {0} has a value that cannot be used")]
    Variable(String),
    #[error("line {line} of `{}` holds characters that cannot be used", Escaped::new(&path.to_string_lossy()))]
    ProfileFile { path: PathBuf, line: usize },
    #[error("no AWS region is configured")]
    NoRegion,
    #[error("`{}` is not the name of an AWS region", Escaped::new(.0))]
    NotARegion(String),
    #[error("the configured endpoint is not a URL that begins with `https://` or `http://`")]
    Endpoint,
    #[error("no AWS credentials can be used")]
    NoCredentials(#[source] Option<CredentialsError>),
    #[error("cannot read the CA bundle `{}` named by AWS_CA_BUNDLE", Escaped::new(&path.to_string_lossy()))]
    CaBundle {
        path: PathBuf,
        #[source]
        error: io::Error,
    },
    #[error("the CA bundle `{}` named by AWS_CA_BUNDLE holds no usable certificate", Escaped::new(&.0.to_string_lossy()))]
    NotACaBundle(PathBuf),
    #[error(transparent)]
    Proxy(#[from] UnusableProxy),
    #[error("the HTTP client cannot be set up")]
    Client(#[source] Box<dyn Error + Send + Sync>),
}

/// No connection, or no answer, within a time that was set.
#[derive(Debug, thiserror::Error)]
#[error("it took longer than {}", humantime::format_duration(*.0))]
pub(crate) struct TookTooLong(pub(crate) Duration);

/// An error, its source, the source's source, and so on.
pub(crate) fn chain<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    successors(Some(error), |&error| error.source())
}
