//! One fault on request: what it does, to which calls, and how it is written.
//!
//! It is read in `spelling`, and when it strikes is decided in `faults`.

use std::{fmt, time::Duration};

use strum::{Display, EnumString, IntoStaticStr};

use super::target::FaultTarget;
use crate::sandbox::{
    rules::{ApiOperation, Source},
    vault::VaultOperation,
};

/// Something that the sandbox does wrong on request.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault(pub(crate) FaultKind);

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum FaultKind {
    /// The documented requests a second are enforced.
    Quotas,
    Rule(Rule),
}

/// An action, and the calls that it is for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rule {
    /// `None` is every operation that the action can be applied to.
    pub(crate) operation: Option<FaultTarget>,
    pub(crate) action: Action,
    pub(crate) when: Conditions,
}

#[derive(Debug, Clone, PartialEq, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub(crate) enum Action {
    Error {
        code: String,
        /// `None` is the documented one, which each service has for itself.
        status: Option<u16>,
        retry_after: Option<u64>,
    },
    Http(u16),
    Reset(Moment),
    Stall(Option<Duration>),
    Latency(Duration),
    Bandwidth(u64),
    LoseAnswer,
    WrongChecksum,
    Corrupt,
    OpaqueChecksum,
    HexChecksum,
    HidePart,
    WrongSize,
    Processing(Duration),
    UploadFailed(String),
    KeepListed,
    Vanish,
    Empty(String),
    Status(String),
    /// An algorithm, and a hash for each source.
    Etag(String, String, Option<String>),
}

/// When a connection is reset, seen from the request's body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Display, EnumString)]
#[strum(serialize_all = "lowercase")]
pub(crate) enum Moment {
    Before,
    Within,
    After,
}

/// Which of the matching calls a fault strikes; without any, all of them.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Conditions {
    pub(crate) part: Option<u16>,
    pub(crate) source: Option<Source>,
    pub(crate) nth: Option<u64>,
    pub(crate) every: Option<u64>,
    pub(crate) times: Option<u64>,
    pub(crate) probability: Option<f64>,
    pub(crate) seed: Option<u64>,
}

/// What an action strikes: a call as a whole, or single parts that a call shows or looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FaultScope {
    Call,
    Part,
}

impl Action {
    /// How the action works on an operation; `None` if it cannot.
    pub(crate) fn level(&self, operation: impl Into<FaultTarget>) -> Option<FaultScope> {
        match (self, operation.into()) {
            (
                Self::Error { .. }
                | Self::Http(_)
                | Self::Reset(_)
                | Self::Stall(_)
                | Self::Latency(_)
                | Self::Bandwidth(_)
                | Self::LoseAnswer
                | Self::Empty(_),
                _,
            ) => Some(FaultScope::Call),
            (_, FaultTarget::Omics(operation)) => self.level_in_stores(operation),
            (_, FaultTarget::Vault(operation)) => self.level_in_vaults(operation),
        }
    }

    fn level_in_vaults(&self, operation: VaultOperation) -> Option<FaultScope> {
        use VaultOperation::{
            AbortMultipartUpload as Abort, CompleteMultipartUpload as Complete,
            ListMultipartUploads as Uploads, ListParts as List, UploadArchive as Archive,
            UploadMultipartPart as Upload,
        };
        match (self, operation) {
            (Self::WrongChecksum, Upload | Complete | Archive)
            | (Self::Corrupt | Self::HidePart, Upload)
            | (Self::Vanish, Upload | List | Complete | Abort | Uploads) => Some(FaultScope::Call),
            (Self::WrongChecksum | Self::WrongSize | Self::HidePart, List)
            | (Self::HidePart, Complete) => Some(FaultScope::Part),
            _ => None,
        }
    }

    fn level_in_stores(&self, operation: ApiOperation) -> Option<FaultScope> {
        use ApiOperation::{
            CompleteMultipartReadSetUpload as Complete, GetReadSetMetadata as Metadata,
            ListReadSetUploadParts as List, UploadReadSetPart as Upload,
        };
        match (self, operation) {
            (
                Self::WrongChecksum
                | Self::Corrupt
                | Self::OpaqueChecksum
                | Self::HexChecksum
                | Self::HidePart,
                Upload,
            )
            | (Self::Processing(_) | Self::UploadFailed(_) | Self::KeepListed, Complete)
            | (Self::Status(_) | Self::Etag(..), Metadata) => Some(FaultScope::Call),
            (
                Self::WrongChecksum
                | Self::OpaqueChecksum
                | Self::HexChecksum
                | Self::HidePart
                | Self::WrongSize,
                List,
            )
            | (Self::HidePart, Complete) => Some(FaultScope::Part),
            _ => None,
        }
    }

    pub(crate) fn name(&self) -> &'static str {
        self.into()
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            FaultKind::Quotas => f.write_str("quotas"),
            FaultKind::Rule(rule) => rule.fmt(f),
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let operation = self.operation.map_or("*", FaultTarget::name);
        write!(f, "{operation}:{}", self.action)?;
        if let Action::Error { retry_after: Some(seconds), .. } = self.action {
            write!(f, ",retry-after={seconds}")?;
        }
        self.when.fmt(f)
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        match self {
            Self::Error { code, status: None, .. } => write!(f, ":{code}"),
            Self::Error { code, status: Some(status), .. } => write!(f, ":{code}/{status}"),
            Self::Http(status) => write!(f, ":{status}"),
            Self::Reset(moment) => write!(f, ":{moment}"),
            Self::Stall(Some(time)) | Self::Latency(time) | Self::Processing(time) => {
                write!(f, ":{}", humantime::format_duration(*time))
            }
            Self::Bandwidth(bytes) => write!(f, ":{bytes}B/s"),
            Self::UploadFailed(text) | Self::Empty(text) | Self::Status(text) => {
                write!(f, ":{text}")
            }
            Self::Etag(algorithm, first, None) => write!(f, ":{algorithm}/{first}"),
            Self::Etag(algorithm, first, Some(second)) => {
                write!(f, ":{algorithm}/{first}/{second}")
            }
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Conditions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(part) = self.part {
            write!(f, ",part={part}")?;
        }
        if let Some(source) = self.source {
            write!(f, ",source={}", if source == Source::Source1 { 1 } else { 2 })?;
        }
        for (key, value) in [("nth", self.nth), ("every", self.every), ("times", self.times)] {
            if let Some(value) = value {
                write!(f, ",{key}={value}")?;
            }
        }
        if let Some(probability) = self.probability {
            write!(f, ",probability={probability}")?;
        }
        self.seed.map_or(Ok(()), |seed| write!(f, ",seed={seed}"))
    }
}
