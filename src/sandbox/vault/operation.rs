//! The operations on vaults that are served, and how a request is recognised as one of them.
//!
//! Methods and paths are those of the service model (`glacier`, 2012-06-01).

use hyper::{HeaderMap, Method};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

use crate::sandbox::rules::{Labels, labels};

/// The header that every request has.
pub(crate) const VERSION_HEADER: &str = "x-amz-glacier-version";

/// An operation on vaults.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Display, EnumString, IntoStaticStr, VariantArray,
)]
pub(crate) enum VaultOperation {
    CreateVault,
    DescribeVault,
    ListVaults,
    UploadArchive,
    DeleteArchive,
    InitiateMultipartUpload,
    ListMultipartUploads,
    UploadMultipartPart,
    ListParts,
    CompleteMultipartUpload,
    AbortMultipartUpload,
}

impl VaultOperation {
    pub(crate) fn name(self) -> &'static str {
        self.into()
    }

    /// Whether a request is for vaults, be it for an operation that is served or not. HealthOmics has
    /// no path whose second segment is `vaults` but for `/tags/vaults`, and that names no resource.
    pub(crate) fn is_asked(path: &str, headers: &HeaderMap) -> bool {
        let mut segments = path.split('/').skip(1);
        let account = segments.next().unwrap_or_default();
        let is_account = account == "-" || account.bytes().all(|b| b.is_ascii_digit());
        segments.next() == Some("vaults") && (is_account || headers.contains_key(VERSION_HEADER))
    }

    /// The operation that a request is for, with the labels of its path, decoded.
    pub(crate) fn find(method: &Method, path: &str) -> Option<(Self, Labels)> {
        let path = path.strip_prefix('/')?;
        Self::VARIANTS.iter().copied().find_map(|operation| {
            let (wanted, template) = operation.route();
            (wanted == *method).then(|| labels(template, path))?.map(|found| (operation, found))
        })
    }

    const fn route(self) -> (Method, &'static str) {
        match self {
            Self::CreateVault => (Method::PUT, "{accountId}/vaults/{vaultName}"),
            Self::DescribeVault => (Method::GET, "{accountId}/vaults/{vaultName}"),
            Self::ListVaults => (Method::GET, "{accountId}/vaults"),
            Self::UploadArchive => (Method::POST, "{accountId}/vaults/{vaultName}/archives"),
            Self::DeleteArchive => {
                (Method::DELETE, "{accountId}/vaults/{vaultName}/archives/{archiveId}")
            }
            Self::InitiateMultipartUpload => {
                (Method::POST, "{accountId}/vaults/{vaultName}/multipart-uploads")
            }
            Self::ListMultipartUploads => {
                (Method::GET, "{accountId}/vaults/{vaultName}/multipart-uploads")
            }
            Self::UploadMultipartPart => {
                (Method::PUT, "{accountId}/vaults/{vaultName}/multipart-uploads/{uploadId}")
            }
            Self::ListParts => {
                (Method::GET, "{accountId}/vaults/{vaultName}/multipart-uploads/{uploadId}")
            }
            Self::CompleteMultipartUpload => {
                (Method::POST, "{accountId}/vaults/{vaultName}/multipart-uploads/{uploadId}")
            }
            Self::AbortMultipartUpload => {
                (Method::DELETE, "{accountId}/vaults/{vaultName}/multipart-uploads/{uploadId}")
            }
        }
    }

    /// The query parameters that it has.
    pub(crate) const fn parameters(self) -> &'static [&'static str] {
        match self {
            Self::ListVaults | Self::ListParts | Self::ListMultipartUploads => &["limit", "marker"],
            _ => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_is_found_by_its_own_route() {
        for operation in VaultOperation::VARIANTS.iter().copied() {
            let (method, template) = operation.route();
            let path = format!("/{}", template.replace(['{', '}'], ""));
            assert_eq!(VaultOperation::find(&method, &path).unwrap().0, operation);
            assert_eq!(operation.name().parse(), Ok(operation));
        }
        assert_eq!(VaultOperation::find(&Method::POST, "/-/vaults/v/jobs"), None);
    }

    #[test]
    fn requests_for_vaults_are_told_from_others() {
        let mut versioned = HeaderMap::new();
        versioned.insert(VERSION_HEADER, "2012-06-01".parse().unwrap());
        let plain = HeaderMap::new();
        for (path, headers, is_vaults) in [
            ("/-/vaults", &plain, true),
            ("/000000000000/vaults/v/jobs", &plain, true),
            ("/me/vaults/v", &versioned, true),
            ("/tags/vaults", &plain, false),
            ("/sequencestore/1/upload", &versioned, false),
            ("/", &plain, false),
        ] {
            assert_eq!(VaultOperation::is_asked(path, headers), is_vaults, "{path}");
        }
    }
}
