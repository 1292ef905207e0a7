//! The operations that are served, and how a request is recognised as one of them.
//!
//! Methods and paths are those of the service model (`omics`, 2022-11-28). Host names do not count:
//! clients may or may not put `storage-` and `control-storage-` before them.

use hyper::Method;
use percent_encoding::percent_decode_str;
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

/// An operation of the storage API.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Display, EnumString, IntoStaticStr, VariantArray,
)]
pub(crate) enum ApiOperation {
    CreateSequenceStore,
    GetSequenceStore,
    ListSequenceStores,
    CreateMultipartReadSetUpload,
    ListMultipartReadSetUploads,
    UploadReadSetPart,
    ListReadSetUploadParts,
    CompleteMultipartReadSetUpload,
    AbortMultipartReadSetUpload,
    GetReadSetMetadata,
    ListReadSets,
    GetReadSet,
    ListTagsForResource,
    TagResource,
    BatchDeleteReadSet,
    GetReferenceStore,
    ListReferenceStores,
    ListReferences,
    GetReferenceMetadata,
    GetReference,
}

impl ApiOperation {
    pub(crate) fn name(self) -> &'static str {
        self.into()
    }

    /// The documented requests a second, per account and region
    /// (<https://docs.aws.amazon.com/omics/latest/dev/api-quotas.html>).
    pub(crate) const fn requests_per_second(self) -> u32 {
        match self {
            Self::UploadReadSetPart | Self::GetReference => 10,
            Self::GetReadSet => 30,
            Self::CreateMultipartReadSetUpload
            | Self::CompleteMultipartReadSetUpload
            | Self::AbortMultipartReadSetUpload
            | Self::CreateSequenceStore
            | Self::BatchDeleteReadSet => 1,
            Self::GetSequenceStore
            | Self::ListSequenceStores
            | Self::ListMultipartReadSetUploads
            | Self::ListReadSetUploadParts
            | Self::GetReadSetMetadata
            | Self::ListReadSets
            | Self::ListTagsForResource
            | Self::TagResource
            | Self::GetReferenceStore
            | Self::ListReferenceStores
            | Self::ListReferences
            | Self::GetReferenceMetadata => 5,
        }
    }

    /// The method and the path, with the names of its labels in braces.
    const fn route(self) -> (Method, &'static str) {
        match self {
            Self::CreateSequenceStore => (Method::POST, "sequencestore"),
            Self::GetSequenceStore => (Method::GET, "sequencestore/{id}"),
            Self::ListSequenceStores => (Method::POST, "sequencestores"),
            Self::CreateMultipartReadSetUpload => {
                (Method::POST, "sequencestore/{sequenceStoreId}/upload")
            }
            Self::ListMultipartReadSetUploads => {
                (Method::POST, "sequencestore/{sequenceStoreId}/uploads")
            }
            Self::UploadReadSetPart => {
                (Method::PUT, "sequencestore/{sequenceStoreId}/upload/{uploadId}/part")
            }
            Self::ListReadSetUploadParts => {
                (Method::POST, "sequencestore/{sequenceStoreId}/upload/{uploadId}/parts")
            }
            Self::CompleteMultipartReadSetUpload => {
                (Method::POST, "sequencestore/{sequenceStoreId}/upload/{uploadId}/complete")
            }
            Self::AbortMultipartReadSetUpload => {
                (Method::DELETE, "sequencestore/{sequenceStoreId}/upload/{uploadId}/abort")
            }
            Self::GetReadSetMetadata => {
                (Method::GET, "sequencestore/{sequenceStoreId}/readset/{id}/metadata")
            }
            Self::ListReadSets => (Method::POST, "sequencestore/{sequenceStoreId}/readsets"),
            Self::GetReadSet => (Method::GET, "sequencestore/{sequenceStoreId}/readset/{id}"),
            Self::ListTagsForResource => (Method::GET, "tags/{resourceArn}"),
            Self::TagResource => (Method::POST, "tags/{resourceArn}"),
            Self::BatchDeleteReadSet => {
                (Method::POST, "sequencestore/{sequenceStoreId}/readset/batch/delete")
            }
            Self::GetReferenceStore => (Method::GET, "referencestore/{id}"),
            Self::ListReferenceStores => (Method::POST, "referencestores"),
            Self::ListReferences => (Method::POST, "referencestore/{referenceStoreId}/references"),
            Self::GetReferenceMetadata => {
                (Method::GET, "referencestore/{referenceStoreId}/reference/{id}/metadata")
            }
            Self::GetReference => (Method::GET, "referencestore/{referenceStoreId}/reference/{id}"),
        }
    }

    /// Whether the body of its request is data, and not a document.
    pub(crate) fn takes_data(self) -> bool {
        self == Self::UploadReadSetPart
    }

    /// Whether its query says which part it is about.
    pub(crate) fn names_a_part(self) -> bool {
        matches!(self, Self::UploadReadSetPart | Self::GetReadSet)
    }

    /// Whether the model has the header `Range` for it.
    pub(crate) fn takes_a_range(self) -> bool {
        self == Self::GetReference
    }

    /// Whether it is about references, which a sandbox serves if it was given some.
    pub(crate) const fn is_about_references(self) -> bool {
        matches!(
            self,
            Self::GetReferenceStore
                | Self::ListReferenceStores
                | Self::ListReferences
                | Self::GetReferenceMetadata
                | Self::GetReference
        )
    }

    /// The operation that a request is for, with the labels of its path, decoded.
    pub(crate) fn find(method: &Method, path: &str) -> Option<(Self, Labels)> {
        let path = path.strip_prefix('/')?;
        Self::VARIANTS.iter().copied().find_map(|operation| {
            let (wanted, template) = operation.route();
            (wanted == *method).then(|| labels(template, path))?.map(|found| (operation, found))
        })
    }
}

/// The labels of a path, by name.
pub(crate) type Labels = Vec<(&'static str, String)>;

pub(crate) fn labels(template: &'static str, path: &str) -> Option<Labels> {
    let mut found = Labels::new();
    let mut segments = path.split('/');
    for wanted in template.split('/') {
        let segment = segments.next()?;
        match wanted.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some(name) => {
                let decoded = percent_decode_str(segment).decode_utf8().ok()?;
                if decoded.is_empty() {
                    return None;
                }
                found.push((name, decoded.into_owned()));
            }
            None if segment == wanted => {}
            None => return None,
        }
    }
    segments.next().is_none().then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_is_found_by_its_own_route() {
        for operation in ApiOperation::VARIANTS.iter().copied() {
            let (method, template) = operation.route();
            let path = format!("/{}", template.replace(['{', '}'], ""));
            assert_eq!(ApiOperation::find(&method, &path).unwrap().0, operation);
            assert_eq!(operation.name().parse(), Ok(operation));
        }
    }

    #[test]
    fn labels_are_decoded_and_nothing_else_is_accepted() {
        let (operation, labels) =
            ApiOperation::find(&Method::GET, "/tags/arn%3Aaws%3Aomics%3Ar%3A1%3AsequenceStore%2F1")
                .unwrap();
        assert_eq!(operation, ApiOperation::ListTagsForResource);
        assert_eq!(labels, [("resourceArn", "arn:aws:omics:r:1:sequenceStore/1".to_owned())]);
        for (method, path) in [
            (Method::GET, "/"),
            (Method::GET, "/sequencestore"),
            (Method::POST, "/sequencestore/"),
            (Method::POST, "/sequencestore//upload"),
            (Method::POST, "/sequencestore/1/upload/"),
            (Method::PUT, "/sequencestore/1/upload/2/parts"),
            (Method::GET, "/sequencestore/%FF"),
            (Method::DELETE, "/sequencestore/1"),
            (Method::GET, "sequencestore/1"),
        ] {
            assert!(ApiOperation::find(&method, path).is_none(), "{method} {path}");
        }
    }
}
