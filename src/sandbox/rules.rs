//! The service's rules: operations, their members, texts, and errors.

pub(crate) mod error;
mod members;
pub(crate) mod operation;
mod texts;

pub(crate) use error::ApiError;
pub(crate) use members::{Members, Object};
pub(crate) use operation::{Labels, Operation};
pub(crate) use texts::{Text, Violations};
