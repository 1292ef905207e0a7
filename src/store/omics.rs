//! The only file that speaks to the AWS SDK, with its parts: connecting, hosts, errors, HTTP.
//!
//! Builds requests from our values and parses what comes back into them: the SDK fills missing
//! required members with empty strings, which are errors here.

pub use crate::aws::{Connection, Endpoint};
pub use client::SERVICE;
pub(crate) use client::quotas;
pub use operations::{QUOTAS, named};
pub use references::{MAX_INDEX, References};
pub(crate) use regions::{advice, advice_on_host};
pub use rules::RULES;
pub use upload_id::upload_id;

mod answer;
mod client;
mod failure;
mod operations;
pub mod references;
mod regions;
mod rules;
mod upload_id;

use std::sync::Arc;

use aws_sdk_omics::{
    Client,
    operation::{RequestId as _, get_sequence_store::GetSequenceStoreOutput},
    primitives::{ByteStream, DateTime, SdkBody},
    types::{CompleteReadSetUploadPartListItem, CreationType, ReadSetFilter},
};

use self::{
    answer::{
        found, listed, named_source, next, parse, parsed, s3_uris, sdk_file_type, sdk_source, some,
        state,
    },
    failure::{classify, unusable},
};
use super::{
    Answered, CompletedPart, Created, Described, Fields, FoundReadSet, ListedUpload, OurTags, Page,
    Proof, ReadSets, Renewal, Store, StoreError, StoredPart, sdk_failure,
};
use crate::{
    aws::{self, Renewable},
    pace::Quotas,
    plan::{Part, Rules},
    source::PartBody,
    types::{
        ByteCount, Checksum, ClientToken, ContentDigest, Digest, FromOutside, Mark, Operation,
        OperationName, PartNumber, PartSource, ReadSetId, StoreId, UploadId,
    },
};

/// The most that a list gives at once (`maxResults` in the API reference).
const PAGE: i32 = 100;

/// One HealthOmics sequence store.
#[derive(Debug, Clone)]
pub struct Omics {
    /// For short requests, which have a clock on them.
    control: Client,
    /// For parts, which may take as long as they take.
    data: Client,
    /// `None` in a sandbox, which takes any.
    credentials: Option<Arc<Renewable>>,
    quotas: Quotas,
    store: StoreId,
}

impl Omics {
    pub fn new(connection: &Connection, store: StoreId) -> Self {
        Self {
            control: client::control(connection),
            data: client::data(connection),
            credentials: connection.credentials(),
            quotas: client::quotas(connection),
            store,
        }
    }

    /// How the store makes semantic `ETags`, in the service's words, if it says so.
    pub async fn etag_family(&self) -> Result<Option<String>, StoreError> {
        let answer = self.sequence_store().await?;
        Ok(answer.e_tag_algorithm_family().map(|family| family.as_str().to_owned()))
    }

    async fn sequence_store(&self) -> Result<GetSequenceStoreOutput, StoreError> {
        let ask = self.control.get_sequence_store().id(self.store.as_str());
        ask.send().await.map_err(|error| classify(Operation::ShowStore, error))
    }
}

impl Store for Omics {
    type Made = ReadSetId;
    type Target = Fields;

    fn rules(&self) -> Rules {
        RULES
    }

    fn named(operation: Operation) -> OperationName {
        named(operation)
    }

    fn quotas(&self) -> Quotas {
        self.quotas
    }

    async fn create(
        &self,
        fields: &Fields,
        token: &ClientToken,
    ) -> Result<Answered<Created>, StoreError> {
        let tags = fields.tags.iter().map(|(key, value)| (key.to_owned(), value.to_owned()));
        let answer = self
            .control
            .create_multipart_read_set_upload()
            .sequence_store_id(self.store.as_str())
            .client_token(token.as_str())
            .source_file_type(sdk_file_type(fields.file_type))
            .name(fields.name.as_str())
            .sample_id(fields.sample.as_str())
            .subject_id(fields.subject.as_str())
            // An empty reference is not the same as none: the service refuses it.
            .set_reference_arn(fields.reference.as_ref().map(|arn| arn.as_str().to_owned()))
            .set_generated_from(fields.generated_from.as_ref().map(|text| text.as_str().to_owned()))
            .set_description(fields.description.as_ref().map(|text| text.as_str().to_owned()))
            .set_tags((!fields.tags.is_empty()).then(|| tags.collect()))
            .send()
            .await
            .map_err(|error| classify(Operation::CreateUpload, error))?;
        let id = parsed(Operation::CreateUpload, answer.upload_id(), upload_id)?;
        // Read sets are looked for by this time: the SDK's 1970 would find somebody else's.
        let at = Some(answer.creation_time().secs()).filter(|at| *at > 0);
        let at = at.ok_or_else(|| unusable(Operation::CreateUpload, "it has no creation time"))?;
        let request_id = answer.request_id().map(Box::from);
        Ok(Answered { value: Created { id, at }, request_id })
    }

    async fn upload_part(
        &self,
        upload: &UploadId,
        part: Part,
        body: PartBody,
        _sum: Option<&Digest>,
    ) -> Result<Checksum, StoreError> {
        let answer = self
            .data
            .upload_read_set_part()
            .sequence_store_id(self.store.as_str())
            .upload_id(upload.as_str())
            .part_source(sdk_source(part.source))
            .part_number(i32::from(part.number.get()))
            .payload(ByteStream::new(SdkBody::from_body_1_x(body)))
            .send()
            .await
            .map_err(|error| classify(Operation::UploadPart, error))?;
        parse(Operation::UploadPart, answer.checksum())
    }

    async fn list_parts(
        &self,
        upload: &UploadId,
        source: PartSource,
        page: Option<&str>,
    ) -> Result<Page<StoredPart>, StoreError> {
        let answer = self
            .control
            .list_read_set_upload_parts()
            .sequence_store_id(self.store.as_str())
            .upload_id(upload.as_str())
            .part_source(sdk_source(source))
            .max_results(PAGE)
            .set_next_token(page.map(str::to_owned))
            .send()
            .await
            .map_err(|error| classify(Operation::ListParts, error))?;
        let items = answer.parts().iter().map(|part| {
            let number = u16::try_from(part.part_number()).ok().and_then(PartNumber::new);
            let number = number.ok_or_else(|| {
                unusable(
                    Operation::ListParts,
                    &format!("it lists the part number {}", part.part_number()),
                )
            })?;
            Ok(StoredPart {
                source: named_source(part.part_source()).ok_or_else(|| {
                    unusable(Operation::ListParts, "it lists a part of no source")
                })?,
                number,
                size: ByteCount::new(u64::try_from(part.part_size()).unwrap_or_default()),
                checksum: part.checksum().parse().ok(),
                created: part.creation_time().map_or(0, DateTime::secs),
                updated: part.last_updated_time().map_or(0, DateTime::secs),
            })
        });
        Ok(Page {
            items: items.collect::<Result<_, StoreError>>()?,
            next: next(answer.next_token()),
        })
    }

    async fn complete(
        &self,
        upload: &UploadId,
        parts: &[CompletedPart],
    ) -> Result<Answered<ReadSetId>, StoreError> {
        let parts = parts.iter().map(|part| {
            CompleteReadSetUploadPartListItem::builder()
                .part_number(i32::from(part.number.get()))
                .part_source(sdk_source(part.source))
                .checksum(part.checksum.as_str())
                .build()
                .map_err(|error| unusable(Operation::CompleteUpload, &error.to_string()))
        });
        let answer = self
            .control
            .complete_multipart_read_set_upload()
            .sequence_store_id(self.store.as_str())
            .upload_id(upload.as_str())
            .set_parts(Some(parts.collect::<Result<_, _>>()?))
            .send()
            .await
            .map_err(|error| classify(Operation::CompleteUpload, error))?;
        let value = parse(Operation::CompleteUpload, answer.read_set_id())?;
        Ok(Answered { value, request_id: answer.request_id().map(Box::from) })
    }

    async fn abort(&self, upload: &UploadId) -> Result<(), StoreError> {
        self.control
            .abort_multipart_read_set_upload()
            .sequence_store_id(self.store.as_str())
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

    fn compare(&self, checksum: &Checksum, digest: &Digest) -> Proof {
        match checksum.sha256() {
            None => Proof::Opaque,
            Some(theirs) if digest.sha256() == theirs => Proof::Equal,
            Some(_) => Proof::Different,
        }
    }
}

impl ReadSets for Omics {
    async fn list_uploads(&self, page: Option<&str>) -> Result<Page<ListedUpload>, StoreError> {
        let answer = self
            .control
            .list_multipart_read_set_uploads()
            .sequence_store_id(self.store.as_str())
            .max_results(PAGE)
            .set_next_token(page.map(str::to_owned))
            .send()
            .await
            .map_err(|error| classify(Operation::ListUploads, error))?;
        let items = answer.uploads().iter().map(listed);
        Ok(Page {
            items: items.collect::<Result<_, StoreError>>()?,
            next: next(answer.next_token()),
        })
    }

    async fn read_set(&self, id: &ReadSetId) -> Result<FoundReadSet, StoreError> {
        let answer = self
            .control
            .get_read_set_metadata()
            .sequence_store_id(self.store.as_str())
            .id(id.as_str())
            .send()
            .await
            .map_err(|error| classify(Operation::ShowReadSet, error))?;
        if ![id.as_str(), ""].contains(&answer.id()) {
            return Err(unusable(Operation::ShowReadSet, "it is about another read set"));
        }
        Ok(FoundReadSet {
            id: id.clone(),
            arn: answer.arn().to_owned(),
            created: answer.creation_time().secs(),
            state: state(answer.status(), answer.status_message(), answer.etag()),
            described: Described {
                file_type: some(Some(answer.file_type().as_str())),
                name: some(answer.name()),
                sample: some(answer.sample_id()),
                subject: some(answer.subject_id()),
                reference: some(answer.reference_arn()),
                creation_type: some(answer.creation_type().map(CreationType::as_str)),
            },
            s3_uris: answer.files().map(s3_uris).unwrap_or_default(),
        })
    }

    async fn find_read_sets(
        &self,
        fields: &Fields,
        since: Option<i64>,
        page: Option<&str>,
    ) -> Result<Page<FoundReadSet>, StoreError> {
        let filter = ReadSetFilter::builder()
            .name(fields.name.as_str())
            .sample_id(fields.sample.as_str())
            .subject_id(fields.subject.as_str())
            .set_creation_type(since.map(|_| CreationType::Upload))
            .set_created_after(since.map(DateTime::from_secs))
            .build();
        let answer = self
            .control
            .list_read_sets()
            .sequence_store_id(self.store.as_str())
            .max_results(PAGE)
            .filter(filter)
            .set_next_token(page.map(str::to_owned))
            .send()
            .await
            .map_err(|error| classify(Operation::ListReadSets, error))?;
        let found: Result<Vec<_>, _> = answer.read_sets().iter().map(found).collect();
        let mut items = found?;
        // The service filters for no type.
        items.retain(|found| found.described.other_identity(fields).is_none());
        Ok(Page { items, next: next(answer.next_token()) })
    }

    async fn tags_of(&self, read_set: &FoundReadSet) -> Result<OurTags, StoreError> {
        let answer = self
            .control
            .list_tags_for_resource()
            .resource_arn(&read_set.arn)
            .send()
            .await
            .map_err(|error| classify(Operation::ListTags, error))?;
        let tags = answer.tags();
        Ok(OurTags {
            mark: tags.get(Mark::KEY).and_then(|mark| mark.parse().ok()),
            digest: tags.get(ContentDigest::KEY).and_then(|digest| digest.parse().ok()),
        })
    }

    async fn tag(&self, read_set: &FoundReadSet, digest: &ContentDigest) -> Result<(), StoreError> {
        self.control
            .tag_resource()
            .resource_arn(&read_set.arn)
            .tags(ContentDigest::KEY, digest.to_string())
            .send()
            .await
            .map_err(|error| classify(Operation::SetTag, error))?;
        Ok(())
    }

    async fn fallback_location(&self) -> Result<Option<String>, StoreError> {
        let answer = self.sequence_store().await?;
        // It becomes a part of a hint.
        let location = answer.fallback_location().filter(|text| !text.is_empty());
        Ok(location.map(|text| FromOutside::new(text).to_string()))
    }
}

#[cfg(test)]
mod tests;
