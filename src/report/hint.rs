//! What to do next about a failure.

use crate::{
    engine::{Failure, NotKnown},
    store::{StoreError, StoreErrorKind},
    types::{ReadSetId, StoreId, UploadId},
};

/// What a hint may name.
#[derive(Debug, Clone, Copy)]
pub struct Advice<'a> {
    pub store: &'a StoreId,
    pub upload: Option<&'a UploadId>,
}

/// The hint for a failure, if there is something to say.
pub fn hint(failure: &Failure, advice: Advice<'_>) -> Option<String> {
    let kept = advice.upload.map(|upload| kept(advice.store, upload));
    let own = match failure {
        Failure::Refused(error) => refused(error),
        Failure::Expired(_) => Some(
            "get new credentials (for a profile with single sign-on: `aws sso login`), and run the \
             same command again"
                .to_owned(),
        ),
        Failure::Attempts { .. } => Some("run the same command again later".to_owned()),
        Failure::GaveUp { .. } => Some(
            "look at the network and the proxy settings, and run the same command again; \
             `--give-up-after` sets the patience"
                .to_owned(),
        ),
        Failure::Damaged { .. } => Some(
            "something between this machine and the service changes data: look at proxies and \
             memory before you try again"
                .to_owned(),
        ),
        Failure::Changed(_) => {
            Some("wait until nothing writes to the file any more, and upload it again".to_owned())
        }
        Failure::NotAccepted { fallback, .. } => {
            return Some(fallback.as_ref().map_or_else(
                || "check the file with `samtools quickcheck` or `gzip -t`".to_owned(),
                |location| format!("the store keeps the parts of failed uploads in {location}"),
            ));
        }
        Failure::NotKnown { id, why } => return Some(not_known(id, why, advice.store)),
        Failure::Interrupted
        | Failure::NotConfirmed { .. }
        | Failure::Foreign { .. }
        | Failure::Read { .. } => None,
        Failure::Vanished(_) => return Some("upload the file again".to_owned()),
    };
    match (own, kept) {
        (Some(own), Some(kept)) => Some(format!("{own}\n{kept}")),
        (own, kept) => own.or(kept),
    }
}

fn kept(store: &StoreId, upload: &UploadId) -> String {
    format!(
        "the parts sent so far are kept in the store as upload {upload}; to give them up: \
         `aws omics abort-multipart-read-set-upload --sequence-store-id {store} --upload-id {upload}`"
    )
}

fn refused(error: &StoreError) -> Option<String> {
    let text = match error.kind {
        StoreErrorKind::Denied => format!(
            "the caller needs the permission `omics:{}` on the sequence store, and for a store with \
             its own key also on that KMS key; the README lists the least policy",
            error.operation
        ),
        StoreErrorKind::Missing => {
            "look at the store's ID and at the region: stores are found in their own region only"
                .to_owned()
        }
        StoreErrorKind::Quota => {
            "a service quota of the account is used up; the Service Quotas console shows which"
                .to_owned()
        }
        _ => return None,
    };
    Some(text)
}

fn not_known(id: &ReadSetId, why: &NotKnown, store: &StoreId) -> String {
    let again = format!("`omics-upload wait {id} --store {store}` looks again");
    match why {
        NotKnown::Unseen(failure) if is_denied(failure) => format!(
            "the caller needs the permission `omics:GetReadSetMetadata` on the store's read sets \
             (`…:sequenceStore/{store}/readSet/*`); {again}"
        ),
        NotKnown::Timeout(_) | NotKnown::Unseen(_) | NotKnown::Interrupted => again,
    }
}

fn is_denied(failure: &Failure) -> bool {
    matches!(failure, Failure::Refused(error) if error.kind == StoreErrorKind::Denied)
}
