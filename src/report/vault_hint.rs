//! What to do next about a failure of a command for vaults.

use super::{Abort, Place, Problem, access, again, hint::common, status_of_request};
use crate::{
    engine::Failure,
    store::{StoreError, StoreErrorKind},
    types::{Escaped, Quoted, Sha256, UploadId},
};

/// What a hint may name.
#[derive(Debug, Clone, Copy)]
pub struct VaultAdvice<'a> {
    /// The vault's name.
    pub name: &'a str,
    /// `-` for the account of the credentials.
    pub account: &'a str,
    pub upload: Option<&'a UploadId>,
    /// The date of the inventory that was given.
    pub inventory: Option<&'a str>,
    pub place: Place,
}

/// What has a vault that is missing, where the others have an upload that is missing.
const INITIATE: &str = "InitiateMultipartUpload";

/// What the service answers accounts that have no vaults.
const NO_LONGER_SUPPORTED: &str = "NoLongerSupportedException";

impl VaultAdvice<'_> {
    /// The hint for a failure, if there is something to say.
    pub fn hint(&self, failure: &Failure) -> Option<String> {
        let kept = self.upload.and_then(|upload| self.kept(upload));
        let own = match failure {
            Failure::Refused(error)
                if error.kind == StoreErrorKind::Missing && self.upload.is_some() =>
            {
                if error.operation.as_str() == INITIATE {
                    return self.refused(error);
                }
                return Some(
                    "the upload was aborted or completed by another process, or it expired: run the \
                     same command again"
                        .to_owned(),
                );
            }
            Failure::Refused(error) => self.refused(error),
            Failure::CutOff(error) if error.kind == StoreErrorKind::NoHost => Some(no_host()),
            Failure::ArchiveNotKnown { tree, .. } => return Some(self.look_for(tree)),
            Failure::NotRecalled(_) => {
                return Some(
                    "restore the receipt from a backup; `--fresh` stores the file without reading it"
                        .to_owned(),
                );
            }
            Failure::OtherTree { archive, .. } => {
                let Self { name, account, .. } = *self;
                return Some(format!(
                    "do not rely on this archive: delete it with `aws glacier delete-archive \
                     --account-id {account} --vault-name {name} --archive-id={archive}`, and store the \
                     file again"
                ));
            }
            failure => common(failure, "the host `glacier.REGION.amazonaws.com`"),
        };
        match (own, kept) {
            (Some(own), Some(kept)) => Some(format!("{own}\n{kept}")),
            (own, kept) => own.or(kept),
        }
    }

    /// What to do about a request that was refused.
    pub fn refused(&self, error: &StoreError) -> Option<String> {
        if error.code.as_deref() == Some(NO_LONGER_SUPPORTED) {
            return Some(
                "this AWS account has no S3 Glacier vaults, and the service has taken no new customers \
                 since December 2025: use an S3 storage class instead, for example `aws s3 cp FILE \
                 s3://BUCKET/ --storage-class DEEP_ARCHIVE`"
                    .to_owned(),
            );
        }
        match error.kind {
            StoreErrorKind::Denied => Some(format!(
                "the caller needs the permission `{}` on the vault",
                error.operation.permission()
            )),
            StoreErrorKind::Missing => Some(format!(
                "check the vault's name, the account and the region: `aws glacier list-vaults \
                 --account-id {}` lists the vaults of a region",
                self.account
            )),
            StoreErrorKind::NoHost => Some(no_host()),
            _ => access(error),
        }
    }

    /// How to find out whether there is an archive with this tree hash.
    fn look_for(&self, tree: &Sha256) -> String {
        let Self { name, account, inventory, .. } = *self;
        if let Some(date) = inventory {
            let date = Escaped::new(date);
            return format!(
                "the inventory of {date} lists no archive with the tree hash {tree}: if it was made after \
                 the upload ended, there is none, and the same command with `--fresh` stores the file; \
                 else ask for a new inventory tomorrow"
            );
        }
        let again = again::command();
        format!(
            "this process or another one may have completed it: the inventory of the vault shows whether \
             there is an archive with the tree hash {tree}\n\
             1. ask for the inventory, which takes hours: `aws glacier initiate-job --account-id \
             {account} --vault-name {name} --job-parameters '{{\"Type\":\"inventory-retrieval\"}}'`\n\
             2. write it to a file: `aws glacier get-job-output --account-id {account} --vault-name \
             {name} --job-id JOB_ID inventory.json`\n\
             3. find the archive, and keep its receipt: `{again} --inventory inventory.json`\n\
             if the inventory is newer than the upload and does not have it, the same command with \
             `--fresh` stores the file"
        )
    }

    /// A request that had to succeed.
    pub fn broken(&self, error: StoreError) -> Abort {
        let hint = self.refused(&error);
        let status = status_of_request(error.kind);
        Abort::Early(Problem { error: error.into(), hint }, status)
    }

    /// The command that aborts an upload, but for its ID.
    pub fn abort(&self) -> String {
        let name = Quoted::new(self.name);
        match self.account {
            "-" => format!("omics-upload vault abort --vault {name}"),
            account => format!("omics-upload vault abort --vault {name} --account {account}"),
        }
    }

    fn kept(&self, upload: &UploadId) -> Option<String> {
        let again = again::command();
        // An ID may begin like an option.
        let dashes = if upload.as_str().starts_with('-') { "-- " } else { "" };
        match self.place {
            Place::Service => Some(format!(
                "the parts sent so far are kept as upload {upload}; to resume: `{again}`; to delete them: \
                 `{} {dashes}{upload}`",
                self.abort()
            )),
            Place::SandboxFolder => Some(format!(
                "the parts sent so far are kept in the sandbox as upload {upload}; to resume: `{again}`"
            )),
            Place::PassingSandbox => None,
        }
    }
}

fn no_host() -> String {
    "check AWS_REGION, or `region` in the AWS profile, and AWS_ENDPOINT_URL_GLACIER, AWS_ENDPOINT_URL and \
     `endpoint_url`: S3 Glacier vaults are not in every region"
        .to_owned()
}
