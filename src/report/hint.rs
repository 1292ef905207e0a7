//! What to do next about a failure.

use std::{error::Error, sync::Arc};

use crate::{
    engine::{Failure, NotKnown},
    format::Unended,
    source::pipe::PipeError,
    store::{
        StoreError, StoreErrorKind,
        omics::{Flaw, ProxyError, TlsError},
    },
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
        Failure::Refused(error)
            if error.kind == StoreErrorKind::Missing && advice.upload.is_some() =>
        {
            return Some(
                "the upload has been aborted or completed by somebody else: run the same command \
                 again, which takes up what came of it or begins anew"
                    .to_owned(),
            );
        }
        Failure::Refused(error) => refused(error),
        Failure::CutOff(error) => Some(cut_off(error).to_owned()),
        Failure::Expired(_) => Some(
            "get new credentials (for a profile with single sign-on: `aws sso login`), and run the \
             same command again"
                .to_owned(),
        ),
        Failure::Attempts { .. } => Some("run the same command again later".to_owned()),
        Failure::GaveUp { last, .. } if last.kind == StoreErrorKind::Throttled => Some(
            "the account's requests a second are used up, maybe by others: run the same command \
             again later; `--give-up-after` sets the patience"
                .to_owned(),
        ),
        Failure::GaveUp { last, .. } => Some(gave_up(last).to_owned()),
        Failure::Damaged { .. } => Some(
            "something between this machine and the service changes data: look at proxies and \
             memory before you try again"
                .to_owned(),
        ),
        Failure::Changed(_) => {
            Some("wait until nothing writes to the file any more, and upload it again".to_owned())
        }
        Failure::Unsound(defect) => {
            let hint = defect.hint.as_deref().unwrap_or("copy it again from where it came from");
            return Some(given_up(hint, advice));
        }
        Failure::NotAccepted { fallback, .. } => {
            return Some(fallback.as_ref().map_or_else(
                || "check the file with `samtools quickcheck` or `gzip -t`".to_owned(),
                |location| format!("the store keeps the parts of failed uploads in {location}"),
            ));
        }
        Failure::OtherEtag { id, .. } => {
            let store = advice.store;
            return Some(format!(
                "do not use the read set: what was sent is sound, and the store holds something else; \
                 look at its processing, delete it with `aws omics batch-delete-read-set \
                 --sequence-store-id {store} --ids {id}`, and upload the data again"
            ));
        }
        Failure::NotVerified { id, .. } => {
            let store = advice.store;
            return Some(format!(
                "the data were sent whole; `omics-upload verify {id} FILE... --store {store}` compares \
                 them again"
            ));
        }
        Failure::NotKnown { id, why } => return Some(not_known(id, why, advice.store)),
        Failure::Busy(_) => {
            return Some("wait until it has ended, and run the same command again".to_owned());
        }
        Failure::Exists(_) => {
            return Some("`--if-exists upload` makes another one, `--if-exists skip` none".to_owned());
        }
        Failure::Pipe(PipeError::Unended { end, .. }) => {
            let is_marker = matches!(end, Unended::Bgzf | Unended::Cram);
            let lenient = "; `--allow-no-eof` takes what tools write that write no marker";
            Some(format!(
                "the program that wrote it has probably failed: look at what it said, and let the shell \
                 notice with `set -o pipefail`{}",
                if is_marker { lenient } else { "" }
            ))
        }
        Failure::Pipe(PipeError::Damaged(_)) => {
            let hint = "the data that came are damaged: look at where they come from";
            return Some(given_up(hint, advice));
        }
        Failure::TooLong { .. } => {
            let hint = "say about how long it is with `--size`, or ask for parts of up to 100 MiB with \
                        `--part-size`; this begins a new upload";
            return Some(given_up(hint, advice));
        }
        Failure::Shorter { .. } | Failure::Other(_) => {
            let hint = "if these are the data that are meant, `--fresh` begins a new upload of them";
            return Some(given_up(hint, advice));
        }
        Failure::Interrupted
        | Failure::NotConfirmed { .. }
        | Failure::Foreign { .. }
        | Failure::NotWhole { .. }
        | Failure::Lost { .. }
        | Failure::Pipe(PipeError::Read(_))
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
        "the parts sent so far are kept in the store as upload {upload}; to go on, run the same command \
         again; to give them up: `omics-upload uploads abort {upload} --store {store}`"
    )
}

/// A hint for an upload that the same command would not bring to its end.
fn given_up(hint: &str, advice: Advice<'_>) -> String {
    let Advice { store, upload } = advice;
    upload.map_or_else(
        || hint.to_owned(),
        |upload| {
            format!(
                "{hint}; `omics-upload uploads abort {upload} --store {store}` gives the old one up"
            )
        },
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

/// The first cause of a kind.
fn cause<E: Error + 'static>(error: &StoreError) -> Option<&E> {
    std::iter::successors(Some(error as &(dyn Error + 'static)), |&error| error.source())
        .find_map(|error| error.downcast_ref())
}

fn gave_up(last: &StoreError) -> &'static str {
    if cause::<Arc<ProxyError>>(last).is_some() {
        "HTTPS_PROXY, HTTP_PROXY or ALL_PROXY names this proxy, and NO_PROXY the hosts that are \
         reached without one; `--give-up-after` sets the patience"
    } else {
        "look at the network and the proxy settings, and run the same command again; \
         `--give-up-after` sets the patience"
    }
}

fn cut_off(error: &StoreError) -> &'static str {
    match cause::<Arc<TlsError>>(error).map(AsRef::as_ref) {
        Some(TlsError::Certificate { flaw: Flaw::Expired | Flaw::NotYetValid, .. }) => {
            "look at this machine's clock; if it is right, whoever runs the endpoint or the proxy has \
             to renew the certificate"
        }
        Some(TlsError::Certificate { flaw: Flaw::OtherName, .. }) => {
            "look at the endpoint: its certificate has to cover the host name, with its prefix \
             `storage-` or `control-storage-`; AWS_DISABLE_HOST_PREFIX_INJECTION=true leaves the \
             prefix out"
        }
        Some(TlsError::Certificate { flaw: Flaw::UnknownAuthority | Flaw::Other, .. }) => {
            "if a proxy of your own looks into TLS, or the endpoint has a private authority, let \
             AWS_CA_BUNDLE name a PEM file with the certificates to trust; it takes the place of the \
             system's"
        }
        Some(TlsError::NoTls { .. }) => "look at the endpoint: it may have to begin with `http://`",
        None => {
            "HTTPS_PROXY, HTTP_PROXY or ALL_PROXY names the proxy (with a login: \
             `http://USER:PASSWORD@HOST:PORT`), and NO_PROXY the hosts that are reached without one; \
             the proxy has to allow the hosts `storage-omics.REGION.amazonaws.com` and \
             `control-storage-omics.REGION.amazonaws.com`"
        }
    }
}

fn not_known(id: &ReadSetId, why: &NotKnown, store: &StoreId) -> String {
    let again = format!("`omics-upload wait {id} --store {store}` looks again");
    match why {
        NotKnown::Unseen(failure) if is(failure, StoreErrorKind::Denied) => format!(
            "the caller needs the permission `omics:GetReadSetMetadata` on the store's read sets \
             (`…:sequenceStore/{store}/readSet/*`); {again}"
        ),
        NotKnown::Unseen(failure) if is(failure, StoreErrorKind::Missing) => {
            format!("look at the ID, at the store's ID and at the region; {again}")
        }
        NotKnown::Timeout(_) | NotKnown::Unseen(_) | NotKnown::Interrupted => again,
    }
}

fn is(failure: &Failure, kind: StoreErrorKind) -> bool {
    matches!(failure, Failure::Refused(error) if error.kind == kind)
}
