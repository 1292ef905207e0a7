//! What a fault is for: an operation of either service.

use std::{fmt, str::FromStr};

use crate::sandbox::{
    rules::{ApiError, ApiOperation, error},
    vault::{self, VaultOperation},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FaultTarget {
    Omics(ApiOperation),
    Vault(VaultOperation),
}

impl FaultTarget {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Omics(operation) => operation.name(),
            Self::Vault(operation) => operation.name(),
        }
    }

    /// The HTTP status that its service documents for a code.
    pub(crate) fn documented(self, code: &str) -> Option<u16> {
        match self {
            Self::Omics(_) => error::status_of(code),
            Self::Vault(_) => vault::error::status_of(code),
        }
    }

    /// Whether a call is about one part.
    pub(crate) fn is_about_a_part(self) -> bool {
        match self {
            Self::Omics(operation) => operation.names_a_part(),
            Self::Vault(operation) => operation == VaultOperation::UploadMultipartPart,
        }
    }

    /// An error that a fault asks for; the status is the documented one if none is given.
    pub(crate) fn error(self, code: &str, status: Option<u16>, wait: Option<u64>) -> ApiError {
        let elsewhere = || error::status_of(code).or_else(|| vault::error::status_of(code));
        let status = status.or_else(|| self.documented(code)).or_else(elsewhere).unwrap_or(500);
        let mut error = ApiError::requested(code, status, wait);
        if code == vault::error::NO_LONGER_SUPPORTED {
            vault::error::NO_LONGER_SUPPORTED_MESSAGE.clone_into(&mut error.message);
        }
        error
    }
}

impl From<ApiOperation> for FaultTarget {
    fn from(operation: ApiOperation) -> Self {
        Self::Omics(operation)
    }
}

impl From<VaultOperation> for FaultTarget {
    fn from(operation: VaultOperation) -> Self {
        Self::Vault(operation)
    }
}

impl FromStr for FaultTarget {
    type Err = strum::ParseError;

    fn from_str(name: &str) -> Result<Self, strum::ParseError> {
        name.parse().map(Self::Omics).or_else(|_| name.parse().map(Self::Vault))
    }
}

impl fmt::Display for FaultTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use strum::VariantArray as _;

    use super::*;

    #[test]
    fn names_belong_to_one_service_each() {
        for operation in VaultOperation::VARIANTS.iter().copied() {
            assert!(operation.name().parse::<ApiOperation>().is_err(), "{operation}");
            assert_eq!(operation.name().parse(), Ok(FaultTarget::Vault(operation)));
        }
    }

    #[test]
    fn a_code_has_the_status_of_its_service() {
        let vault = FaultTarget::from(VaultOperation::ListParts);
        let omics = FaultTarget::from(ApiOperation::ListReadSets);
        for (target, code, given, status) in [
            (vault, "ThrottlingException", None, 400),
            (omics, "ThrottlingException", None, 429),
            (vault, "ThrottlingException", Some(429), 429),
            (vault, "ServiceUnavailableException", None, 500),
            (vault, "ValidationException", None, 400),
            (omics, "NoLongerSupportedException", None, 400),
            (vault, "Strange", None, 500),
        ] {
            assert_eq!(target.error(code, given, None).status, status, "{code}");
        }
    }
}
