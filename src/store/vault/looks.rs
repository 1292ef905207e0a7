//! Looking at a vault: what it is, its unfinished uploads, and the list of an upload's parts as the service
//! gives it.

use aws_sdk_glacier::operation::list_parts::ListPartsOutput;
use serde::Serialize;

use super::{PAGE, Vault, answer::listed_upload, classify, next, operations::unusable_answer};
use crate::{
    store::{Archives, ListedArchiveUpload, Page, StoreError},
    types::{Operation, UploadId},
};

/// A vault as it is described.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VaultFound {
    pub arn: String,
    /// When it was made: another one of the same name has another time.
    pub created: String,
}

/// A page of a list of parts, with the names that the service has for everything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct PartsPage {
    pub multipart_upload_id: String,
    #[serde(rename = "VaultARN")]
    pub vault_arn: String,
    pub archive_description: Option<String>,
    pub part_size_in_bytes: i64,
    pub creation_date: String,
    pub parts: Vec<ListedPart>,
    /// Where the next page begins, if there is one.
    pub marker: Option<String>,
}

/// A part as the service lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListedPart {
    pub range_in_bytes: String,
    #[serde(rename = "SHA256TreeHash")]
    pub sha256_tree_hash: String,
}

impl Vault {
    /// What the vault is.
    pub async fn describe(&self) -> Result<VaultFound, StoreError> {
        let answer = self
            .control
            .describe_vault()
            .account_id(self.account.as_str())
            .vault_name(self.name.as_str())
            .send()
            .await
            .map_err(|error| classify(Operation::ShowStore, error))?;
        let arn = answer.vault_arn().unwrap_or_default().to_owned();
        if arn.is_empty() {
            return Err(unusable_answer(Operation::ShowStore, &"it names no vault"));
        }
        let created = answer.creation_date().unwrap_or_default().to_owned();
        Ok(VaultFound { arn, created })
    }

    /// A page of the parts of an upload, as the service answers.
    pub(super) async fn listed_parts(
        &self,
        upload: &UploadId,
        marker: Option<&str>,
        limit: Option<i32>,
    ) -> Result<ListPartsOutput, StoreError> {
        let list = self.control.list_parts().account_id(self.account.as_str());
        let list = list.vault_name(self.name.as_str()).upload_id(upload.as_str());
        let listed = list.set_limit(limit).set_marker(marker.map(str::to_owned)).send().await;
        listed.map_err(|error| classify(Operation::ListParts, error))
    }

    /// A page of the parts of an upload, of at most `limit` parts.
    pub async fn parts_page(
        &self,
        upload: &UploadId,
        marker: Option<&str>,
        limit: Option<u32>,
    ) -> Result<PartsPage, StoreError> {
        let most = u32::try_from(PAGE).unwrap_or_default();
        let limit = limit.and_then(|limit| i32::try_from(limit.min(most)).ok());
        let answer = self.listed_parts(upload, marker, limit).await?;
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let parts = answer.parts().iter().map(|part| ListedPart {
            range_in_bytes: text(part.range_in_bytes()),
            sha256_tree_hash: text(part.sha256_tree_hash()),
        });
        Ok(PartsPage {
            multipart_upload_id: text(answer.multipart_upload_id()),
            vault_arn: text(answer.vault_arn()),
            archive_description: answer.archive_description().map(str::to_owned),
            part_size_in_bytes: answer.part_size_in_bytes(),
            creation_date: text(answer.creation_date()),
            parts: parts.collect(),
            marker: next(answer.marker()),
        })
    }
}

impl Archives for Vault {
    async fn list_uploads(
        &self,
        page: Option<&str>,
    ) -> Result<Page<ListedArchiveUpload>, StoreError> {
        let answer = self
            .control
            .list_multipart_uploads()
            .account_id(self.account.as_str())
            .vault_name(self.name.as_str())
            .limit(PAGE)
            .set_marker(page.map(str::to_owned))
            .send()
            .await
            .map_err(|error| classify(Operation::ListUploads, error))?;
        let items = answer.uploads_list().iter().map(listed_upload);
        Ok(Page { items: items.collect::<Result<_, _>>()?, next: next(answer.marker()) })
    }
}
