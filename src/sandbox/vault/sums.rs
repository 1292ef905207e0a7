//! The sums that a client claims for data it sends, and what they are compared with.

use data_encoding::HEXLOWER;

use super::{error, request::VaultRequest, tree::SumBytes};
use crate::sandbox::rules::ApiError;

pub(crate) const TREE_HEADER: &str = "x-amz-sha256-tree-hash";
const LINEAR_HEADER: &str = "x-amz-content-sha256";

/// The sums of a body, both of which have to be there before its first byte.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ClaimedSums {
    linear: SumBytes,
    tree: SumBytes,
}

impl ClaimedSums {
    pub(crate) fn read(request: &VaultRequest) -> Result<Self, ApiError> {
        Ok(Self { linear: sum(request, LINEAR_HEADER)?, tree: sum(request, TREE_HEADER)? })
    }

    /// Whether the data is what was meant.
    pub(crate) fn check(&self, linear: &SumBytes, tree: &SumBytes) -> Result<(), ApiError> {
        for (claimed, computed) in [(&self.tree, tree), (&self.linear, linear)] {
            if claimed != computed {
                return Err(error::invalid(format!(
                    "Checksum mismatch: expected {}, computed {}",
                    HEXLOWER.encode(claimed),
                    HEXLOWER.encode(computed)
                )));
            }
        }
        Ok(())
    }
}

/// A sum that has to be in a header: 64 digits, lower case.
pub(crate) fn sum(request: &VaultRequest, header: &str) -> Result<SumBytes, ApiError> {
    let text = request.required_header(header)?;
    let bytes = HEXLOWER.decode(text.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or_else(|| error::invalid_value(header, text))
}
