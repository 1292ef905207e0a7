//! What to do next about a failure.

use std::{error::Error, path::PathBuf, sync::Arc};

use super::again;
use crate::{
    aws::{CertificateFlaw, ProxyError, TlsError, Unresolved},
    engine::{Failure, NotKnown},
    source::pipe::PipeError,
    store::{StoreError, StoreErrorKind, omics::advice_on_host},
    types::{Quoted, ReadSetId, StoreId, UploadId},
};

/// What a hint may name.
#[derive(Debug, Clone, Copy)]
pub struct Advice<'a> {
    pub store: &'a StoreId,
    pub upload: Option<&'a UploadId>,
    pub place: Place,
}

/// Where an upload lives, and so what brings it to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Service,
    /// A sandbox that is kept in a folder; only commands with `--sandbox` reach it.
    SandboxFolder,
    /// A sandbox that is gone when this process ends.
    PassingSandbox,
}

const NEW_CREDENTIALS: &str = "get new credentials (for a profile with single sign-on: `aws sso login`), \
     and run the same command again";

/// The hint for a failure, if there is something to say.
pub fn hint(failure: &Failure, advice: Advice<'_>) -> Option<String> {
    let kept = advice.upload.and_then(|upload| kept(upload, advice));
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
        Failure::CutOff(_)
        | Failure::Expired(_)
        | Failure::Attempts { .. }
        | Failure::GaveUp { .. }
        | Failure::Damaged { .. }
        | Failure::Changed(_) => common(failure, HOSTS),
        Failure::Unsound(defect) if defect.passes => defect.hint.clone(),
        Failure::Unsound(defect) => {
            let hint = defect.hint.as_deref().unwrap_or("copy it again from where it came from");
            return Some(given_up(hint, advice));
        }
        Failure::NotAccepted { fallback, .. } => {
            return Some(fallback.as_ref().map_or_else(
                || "check the files with `omics-upload check --full`".to_owned(),
                |location| format!("the store keeps the parts of failed uploads in {location}"),
            ));
        }
        Failure::NotKnown { id, why } => {
            let reaches = advice.place == Place::Service;
            return reaches.then(|| not_known(id, why, advice.store));
        }
        Failure::Busy(_) => return common(failure, HOSTS),
        Failure::Exists(_) => {
            return Some(
                "`--if-exists upload` makes another one, `--if-exists skip` none".to_owned(),
            );
        }
        Failure::Pipe(PipeError::Unended { lacks_marker, .. }) => {
            let lenient = "; `--allow-no-eof` takes what tools write that write no marker";
            Some(format!(
                "the program that wrote it has probably failed: look at what it said, and let the shell \
                 notice with `set -o pipefail`{}",
                if *lacks_marker { lenient } else { "" }
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
            let hint =
                "if these are the data that are meant, `--fresh` begins a new upload of them";
            return Some(given_up(hint, advice));
        }
        Failure::OtherEtag { .. }
        | Failure::NotVerified { .. }
        | Failure::OtherFields { .. }
        | Failure::NotJudged { .. }
        | Failure::Undecided { .. } => return doubtful(failure, advice.store),
        Failure::Interrupted
        | Failure::NotBegun
        | Failure::NotConfirmed { .. }
        | Failure::Foreign { .. }
        | Failure::NotWhole { .. }
        | Failure::Lost { .. }
        | Failure::ArchiveNotKnown { .. }
        | Failure::NotRecalled(_)
        | Failure::OtherTree { .. }
        | Failure::Pipe(PipeError::Read(_))
        | Failure::Read { .. } => None,
        Failure::NotOpened | Failure::NotThere(_) | Failure::NotSent { .. } => {
            return of_share(failure);
        }
        Failure::Vanished(_) => return Some("upload the file again".to_owned()),
    };
    match (own, kept) {
        (Some(own), Some(kept)) => Some(format!("{own}\n{kept}")),
        (own, kept) => own.or(kept),
    }
}

/// The hosts of HealthOmics, for those who have to allow them.
const HOSTS: &str = "the hosts `storage-omics.REGION.amazonaws.com` and \
                     `control-storage-omics.REGION.amazonaws.com`";

/// What to do where processes that share an upload miss what another does.
fn of_share(failure: &Failure) -> Option<String> {
    let hint = match failure {
        Failure::NotOpened => "run `omics-upload batch create` for this run, then this step again",
        Failure::NotThere(_) => {
            "run `omics-upload batch complete` for this run, which finds what came of it or begins it again, \
             then this step"
        }
        // The shards are named with all rows.
        _ => return None,
    };
    Some(hint.to_owned())
}

/// What to do about a failure that is the same for every destination.
pub(super) fn common(failure: &Failure, hosts: &str) -> Option<String> {
    let text = match failure {
        Failure::CutOff(error) => return access(error).or_else(|| Some(cut_off(error, hosts))),
        Failure::Expired(_) => NEW_CREDENTIALS,
        Failure::Attempts { .. } => "run the same command again later",
        Failure::GaveUp { last, .. } if last.kind == StoreErrorKind::Throttled => {
            "the account's requests a second are used up, maybe by others: run the same command \
             again later; `--give-up-after` sets the patience"
        }
        Failure::GaveUp { last, .. } => gave_up(last),
        Failure::Damaged { .. } => {
            "something between this machine and the service changes data: look at proxies and \
             memory before you try again"
        }
        Failure::Changed(_) => {
            "wait until nothing writes to the file any more, and upload it again"
        }
        Failure::Busy(_) => "wait until it has ended, and run the same command again",
        _ => return None,
    };
    Some(text.to_owned())
}

/// What to do about read sets that are not what was sent, or may not be.
fn doubtful(failure: &Failure, store: &StoreId) -> Option<String> {
    Some(match failure {
        Failure::OtherEtag { id, .. } => format!(
            "do not use the read set: what was sent is sound, and the store holds something else; \
             look at its processing, delete it with `aws omics batch-delete-read-set \
             --sequence-store-id {store} --ids {id}`, and upload the data again"
        ),
        Failure::OtherFields { id, .. } => format!(
            "do not use the read set; `aws omics get-read-set-metadata --sequence-store-id {store} \
             --id {id}` shows what the service says of it"
        ),
        Failure::NotVerified { id, .. } => format!(
            "the data were sent whole; `omics-upload verify {id} FILE... --store {store}` compares \
             them again"
        ),
        Failure::NotJudged { id, files, overrule, .. } => format!(
            "`{}` compares them; `{overrule}` uploads in any case",
            verify(id, files, store)
        ),
        Failure::Undecided { read_sets, files, .. } => {
            let verify: Vec<_> = read_sets.iter().map(|id| verify(id, files, store)).collect();
            format!(
                "`{}` shows whether it holds these data; if not, upload them again with the same \
                 command and `--fresh`",
                verify.join("`, `")
            )
        }
        _ => return None,
    })
}

/// The command that compares a read set with files.
fn verify(id: &ReadSetId, files: &[PathBuf], store: &StoreId) -> String {
    let files: Vec<_> = files.iter().map(|file| Quoted::new(file).to_string()).collect();
    let files = if files.is_empty() { "FILE".to_owned() } else { files.join(" ") };
    format!("omics-upload verify {id} {files} --store {store}")
}

fn kept(upload: &UploadId, Advice { store, place, .. }: Advice<'_>) -> Option<String> {
    let again = again::command();
    match place {
        Place::Service => Some(format!(
            "the parts sent so far are kept as upload {upload}; to resume: `{again}`; to delete them: \
             `omics-upload uploads abort {upload} --store {store}`"
        )),
        Place::SandboxFolder => Some(format!(
            "the parts sent so far are kept in the sandbox as upload {upload}; to resume: `{again}`"
        )),
        Place::PassingSandbox => None,
    }
}

/// A hint for an upload that the same command would not bring to its end.
fn given_up(hint: &str, advice: Advice<'_>) -> String {
    let Advice { store, upload, place } = advice;
    upload.filter(|_| place == Place::Service).map_or_else(
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
        StoreErrorKind::Denied if error.code.as_deref() == Some("OptInRequired") => {
            "the AWS account is not signed up for HealthOmics: open the HealthOmics console in this \
             region once"
                .to_owned()
        }
        StoreErrorKind::Denied => format!(
            "the caller needs the permission `{}` on the sequence store, and for a store with \
             its own key also on that KMS key; docs/security.md lists the least policy",
            error.operation.permission()
        ),
        StoreErrorKind::Missing => {
            "look at the store's ID and at the region: stores are found in their own region only"
                .to_owned()
        }
        StoreErrorKind::Quota => {
            "a service quota of the account is used up; the Service Quotas console shows which"
                .to_owned()
        }
        _ => return access(error),
    };
    Some(text)
}

/// What to do about a caller whom the service does not take for who it is, or a host that is not
/// there: the same for every operation.
pub fn access(error: &StoreError) -> Option<String> {
    let text = match error.kind {
        StoreErrorKind::NoHost if cause::<Arc<ProxyError>>(error).is_none() => {
            let unresolved = cause::<Arc<Unresolved>>(error)?;
            return (!unresolved.may_pass).then(|| advice_on_host(&unresolved.host));
        }
        StoreErrorKind::Expired => NEW_CREDENTIALS,
        StoreErrorKind::Encryption => {
            "the sequence store is encrypted with an AWS KMS key that cannot be used: check that the key \
             is enabled, and that its policy and yours allow `kms:GenerateDataKey` and `kms:Decrypt`"
        }
        StoreErrorKind::UnknownKey => {
            "AWS does not know this access key: check AWS_ACCESS_KEY_ID, or the AWS profile; temporary \
             keys (`ASIA…`) need their AWS_SESSION_TOKEN as well; `aws sts get-caller-identity` tests the \
             same credentials"
        }
        StoreErrorKind::BadSignature => {
            "the secret access key does not match the access key ID: check AWS_SECRET_ACCESS_KEY, or the \
             AWS profile; `aws sts get-caller-identity` tests the same credentials"
        }
        StoreErrorKind::Clock { ahead } => return Some(clock(ahead)),
        _ => return None,
    };
    Some(text.to_owned())
}

fn clock(ahead: Option<i32>) -> String {
    let off = match ahead {
        Some(seconds @ 1..) => format!("is {seconds} seconds ahead of the service's"),
        Some(seconds) => format!("is {} seconds behind the service's", seconds.unsigned_abs()),
        None => "differs too much from the service's".to_owned(),
    };
    format!(
        "this machine's clock {off}: correct it, for example with `sudo timedatectl set-ntp true`, and \
         run the same command again"
    )
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

fn cut_off(error: &StoreError, hosts: &str) -> String {
    let text = match cause::<Arc<TlsError>>(error).map(AsRef::as_ref) {
        Some(TlsError::Certificate {
            flaw: CertificateFlaw::Expired | CertificateFlaw::NotYetValid,
            ..
        }) => {
            "look at this machine's clock; if it is right, whoever runs the endpoint or the proxy has \
             to renew the certificate"
        }
        Some(TlsError::Certificate { flaw: CertificateFlaw::OtherName, .. }) => {
            "look at the endpoint: its certificate has to cover the host name, with its prefix \
             `storage-` or `control-storage-`; AWS_DISABLE_HOST_PREFIX_INJECTION=true leaves the \
             prefix out"
        }
        Some(TlsError::Certificate {
            flaw: CertificateFlaw::UnknownAuthority | CertificateFlaw::Other,
            ..
        }) => {
            "if a proxy of your own looks into TLS, or the endpoint has a private authority, let \
             AWS_CA_BUNDLE name a PEM file with the certificates to trust; it takes the place of the \
             system's"
        }
        Some(TlsError::NoTls { .. }) => "look at the endpoint: it may have to begin with `http://`",
        None => {
            return format!(
                "HTTPS_PROXY, HTTP_PROXY or ALL_PROXY names the proxy (with a login: \
                 `http://USER:PASSWORD@HOST:PORT`), and NO_PROXY the hosts that are reached without one; \
                 the proxy has to allow {hosts}"
            );
        }
    };
    text.to_owned()
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
        NotKnown::Unseen(failure) => match &**failure {
            Failure::Refused(error) | Failure::CutOff(error) => {
                access(error).map_or(again.clone(), |advice| format!("{advice}; {again}"))
            }
            _ => again,
        },
        NotKnown::Timeout(_) | NotKnown::Interrupted => again,
    }
}

fn is(failure: &Failure, kind: StoreErrorKind) -> bool {
    matches!(failure, Failure::Refused(error) if error.kind == kind)
}
