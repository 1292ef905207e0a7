//! S3 Glacier vaults: their requests, rules and answers. The vault is a destination of the same engine,
//! with other rules; what comes of an upload is an archive, which is the file, bit by bit.
//!
//! The developer guide is <https://docs.aws.amazon.com/amazonglacier/latest/dev/>.

mod answer;
mod looks;
mod names;
mod operations;
mod rules;
mod signing;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use aws_sdk_glacier::{Client, config::Builder, error::SdkError, operation::RequestId as _};
use aws_smithy_runtime_api::http::Response;
use aws_smithy_types::{
    body::SdkBody, byte_stream::ByteStream, error::metadata::ProvideErrorMetadata,
};

pub use looks::{ListedPart, PartsPage, VaultFound};
pub use names::{AccountId, VaultArn, VaultName};
pub use operations::SERVICE;
pub use rules::RULES;

use self::{
    answer::{checksum, listed_part, tree_root},
    operations::{named, unusable_answer},
    signing::SignedPart,
};
use super::{
    Answered, ArchiveFields, CompletedPart, Created, MadeArchive, Page, Proof, Renewal, Store,
    StoreError, StoreErrorKind, StoredPart, sdk_failure,
};
use crate::{
    aws::{self, Connection, Renewable},
    pace::Quotas,
    plan::{Part, Rules},
    source::PartBody,
    types::{
        Algorithm, Checksum, ClientToken, Digest, Operation, OperationName, PartSource, UploadId,
    },
};

/// The most that a list gives at once.
const PAGE: i32 = 50;

/// One vault.
#[derive(Debug, Clone)]
pub struct Vault {
    /// For short requests, which have a clock on them.
    control: Client,
    /// For parts, which may take as long as they take.
    data: Client,
    /// `None` in a sandbox, which takes any.
    credentials: Option<Arc<Renewable>>,
    account: AccountId,
    name: VaultName,
}

impl Vault {
    pub fn new(connection: &Connection, account: AccountId, name: VaultName) -> Self {
        let client = |config| {
            Client::from_conf(Builder::from(&config).interceptor(connection.hosts()).build())
        };
        Self {
            control: client(connection.control()),
            data: client(connection.data()),
            credentials: connection.credentials(),
            account,
            name,
        }
    }
}

impl Store for Vault {
    type Made = MadeArchive;
    type Target = ArchiveFields;

    fn rules(&self) -> Rules {
        RULES
    }

    fn named(operation: Operation) -> OperationName {
        named(operation)
    }

    /// None is documented.
    fn quotas(&self) -> Quotas {
        Quotas::UNKNOWN
    }

    /// The service has no tokens: called twice, it makes two uploads.
    async fn create(
        &self,
        target: &ArchiveFields,
        _token: &ClientToken,
    ) -> Result<Answered<Created>, StoreError> {
        let answer = self
            .control
            .initiate_multipart_upload()
            .account_id(self.account.as_str())
            .vault_name(self.name.as_str())
            .archive_description(&target.description)
            .part_size(target.part_size.get().to_string())
            .send()
            .await
            .map_err(|error| classify(Operation::CreateUpload, error))?;
        let id = answer.upload_id().unwrap_or_default().parse();
        let id = id.map_err(|invalid| unusable_answer(Operation::CreateUpload, &invalid))?;
        // Its clock is told by the list of uploads alone.
        let (value, request_id) = (Created { id, at: 0 }, answer.request_id().map(Box::from));
        Ok(Answered { value, request_id })
    }

    async fn upload_part(
        &self,
        upload: &UploadId,
        part: Part,
        body: PartBody,
        sum: Option<&Digest>,
    ) -> Result<Checksum, StoreError> {
        let operation = named(Operation::UploadPart);
        let sum = sum.filter(|sum| sum.algorithm() == Algorithm::Sha256Tree).ok_or_else(|| {
            let message = "a part has to come with its tree hash";
            StoreError::new(StoreErrorKind::Invalid, operation, message)
        })?;
        let last = part.offset + part.size.get() - 1;
        let answer = self
            .data
            .upload_multipart_part()
            .account_id(self.account.as_str())
            .vault_name(self.name.as_str())
            .upload_id(upload.as_str())
            .range(format!("bytes {}-{last}/*", part.offset))
            .checksum(checksum(sum))
            .body(ByteStream::new(SdkBody::from_body_1_x(body)))
            .customize()
            .interceptor(SignedPart::new(sum.sha256()))
            .send()
            .await
            .map_err(|error| classify(Operation::UploadPart, error))?;
        let theirs = answer.checksum().unwrap_or_default().parse();
        theirs.map_err(|invalid| unusable_answer(Operation::UploadPart, &invalid))
    }

    async fn list_parts(
        &self,
        upload: &UploadId,
        source: PartSource,
        page: Option<&str>,
    ) -> Result<Page<StoredPart>, StoreError> {
        let answer = self.listed_parts(upload, page, Some(PAGE)).await?;
        let part_size = answer.part_size_in_bytes();
        let items = answer.parts().iter().map(|part| listed_part(part, source, part_size));
        Ok(Page { items: items.collect::<Result<_, _>>()?, next: next(answer.marker()) })
    }

    async fn complete(
        &self,
        upload: &UploadId,
        parts: &[CompletedPart],
    ) -> Result<Answered<MadeArchive>, StoreError> {
        let size: u64 = parts.iter().map(|part| part.size.get()).sum();
        let root = tree_root(parts).ok_or_else(|| {
            let message = "a part has no tree hash";
            StoreError::new(StoreErrorKind::Invalid, named(Operation::CompleteUpload), message)
        })?;
        let answer = self
            .control
            .complete_multipart_upload()
            .account_id(self.account.as_str())
            .vault_name(self.name.as_str())
            .upload_id(upload.as_str())
            .archive_size(size.to_string())
            .checksum(root.to_string())
            .send()
            .await
            .map_err(|error| classify(Operation::CompleteUpload, error))?;
        let id = answer.archive_id().unwrap_or_default().parse();
        let id = id.map_err(|invalid| unusable_answer(Operation::CompleteUpload, &invalid))?;
        let tree = answer.checksum().and_then(|tree| tree.parse().ok());
        let value = MadeArchive { id, tree };
        Ok(Answered { value, request_id: answer.request_id().map(Box::from) })
    }

    async fn abort(&self, upload: &UploadId) -> Result<(), StoreError> {
        self.control
            .abort_multipart_upload()
            .account_id(self.account.as_str())
            .vault_name(self.name.as_str())
            .upload_id(upload.as_str())
            .send()
            .await
            .map_err(|error| classify(Operation::AbortUpload, error))?;
        Ok(())
    }

    async fn renew(&self) -> Result<Renewal, StoreError> {
        sdk_failure::renewed(self.credentials.as_deref(), named(Operation::GetCredentials)).await
    }

    fn credentials_source(&self) -> String {
        aws::profile()
    }

    fn compare(&self, theirs: &Checksum, digest: &Digest) -> Proof {
        if digest.algorithm() != Algorithm::Sha256Tree || theirs.sha256().is_none() {
            Proof::Opaque
        } else if theirs.as_str().eq_ignore_ascii_case(&checksum(digest)) {
            Proof::Equal
        } else {
            Proof::Different
        }
    }
}

/// A missing marker, or an empty one, is the end of a list.
fn next(marker: Option<&str>) -> Option<String> {
    marker.filter(|marker| !marker.is_empty()).map(str::to_owned)
}

fn classify<E>(operation: Operation, error: SdkError<E, Response>) -> StoreError
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    sdk_failure::classify(named(operation), error)
}
