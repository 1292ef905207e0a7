//! The account's references: requests, and what comes back.
//!
//! They belong to an account and a region, and not to a sequence store, so they are asked for here
//! and not through `Store`. As there, every method makes one request and never tries again.

use std::{io, time::Duration};

use aws_sdk_omics::{
    Client,
    primitives::ByteStream,
    types::{ReferenceFile, ReferenceStatus},
};
use tokio::time::timeout;

use super::{
    PAGE,
    answer::{next, parse},
    client,
    failure::{classify, unusable},
    operations::named,
};
use crate::{
    aws::{AtMost, Connection},
    store::{
        Page, StoreError, StoreErrorKind,
        reference::{IndexFile, ListedReference, ReferenceMetadata},
    },
    types::{ByteCount, Operation, ReferenceArn, ReferenceStoreId},
};

/// The largest index that is taken: a genome in a million pieces has some 40 MB.
pub const MAX_INDEX: usize = 256 * 1024 * 1024;

/// How long an answer may be silent in its middle.
const SILENCE: Duration = Duration::from_secs(30);

/// The references of the caller's account in a region.
#[derive(Debug, Clone)]
pub struct References {
    pub(super) client: Client,
}

impl References {
    pub fn new(connection: &Connection) -> Self {
        Self { client: client::control(connection) }
    }

    /// A page of the reference stores; the service has one an account and region.
    pub async fn stores(&self, page: Option<&str>) -> Result<Page<ReferenceStoreId>, StoreError> {
        let request = self.client.list_reference_stores().max_results(PAGE);
        let answer = request
            .set_next_token(page.map(str::to_owned))
            .send()
            .await
            .map_err(|error| classify(Operation::ListReferenceStores, error))?;
        let stores = answer.reference_stores().iter();
        let items = stores.map(|store| parse(Operation::ListReferenceStores, store.id()));
        Ok(Page {
            items: items.collect::<Result<_, StoreError>>()?,
            next: next(answer.next_token()),
        })
    }

    /// A page of the references in a store.
    pub async fn list(
        &self,
        store: &ReferenceStoreId,
        page: Option<&str>,
    ) -> Result<Page<ListedReference>, StoreError> {
        let answer = self
            .client
            .list_references()
            .reference_store_id(store.as_str())
            .max_results(PAGE)
            .set_next_token(page.map(str::to_owned))
            .send()
            .await
            .map_err(|error| classify(Operation::ListReferences, error))?;
        let items = answer.references().iter().map(|item| {
            Ok(ListedReference {
                arn: parse(Operation::ListReferences, item.arn())?,
                name: item.name().unwrap_or_default().to_owned(),
                is_active: is_active(item.status()),
            })
        });
        Ok(Page {
            items: items.collect::<Result<_, StoreError>>()?,
            next: next(answer.next_token()),
        })
    }

    /// What is known of one reference. Requests name it by its IDs, so that what is there may belong
    /// to another account than the ARN: the answer has the ARN of what it is about.
    pub async fn metadata(&self, arn: &ReferenceArn) -> Result<ReferenceMetadata, StoreError> {
        let (store, id) = arn.ids();
        let answer = self
            .client
            .get_reference_metadata()
            .reference_store_id(store)
            .id(id)
            .send()
            .await
            .map_err(|error| classify(Operation::ShowReference, error))?;
        let listed = ListedReference {
            arn: parse(Operation::ShowReference, answer.arn())?,
            name: answer.name().unwrap_or_default().to_owned(),
            is_active: is_active(answer.status()),
        };
        let index = answer.files().and_then(|files| files.index()).and_then(|file| {
            let size = u64::try_from(file.content_length()?).ok().filter(|size| *size > 0)?;
            let parts = u16::try_from(file.total_parts()?).ok().filter(|parts| *parts > 0)?;
            Some(IndexFile { size: ByteCount::new(size), parts })
        });
        Ok(ReferenceMetadata { listed, index })
    }

    /// One part of the index of a reference.
    pub async fn index(&self, arn: &ReferenceArn, part: u16) -> Result<Vec<u8>, StoreError> {
        let (store, id) = arn.ids();
        let answer = self
            .client
            .get_reference()
            .reference_store_id(store)
            .id(id)
            .file(ReferenceFile::Index)
            .part_number(i32::from(part))
            .customize()
            .mutate_request(|request| request.add_extension(AtMost(MAX_INDEX as u64)))
            .send()
            .await
            .map_err(|error| classify(Operation::ReadReference, error))?;
        read(answer.payload).await
    }
}

/// Reads an answer to its end. The client's clock stops where the answer begins.
async fn read(mut payload: ByteStream) -> Result<Vec<u8>, StoreError> {
    let cut_off = |source: Box<dyn std::error::Error + Send + Sync>| {
        let message = "the answer breaks off";
        let mut error =
            StoreError::new(StoreErrorKind::Unreachable, named(Operation::ReadReference), message);
        error.source = Some(source);
        error
    };
    let mut bytes = Vec::new();
    loop {
        let block = timeout(SILENCE, payload.try_next()).await;
        let block = block.map_err(|_| cut_off(io::Error::from(io::ErrorKind::TimedOut).into()))?;
        let Some(block) = block.map_err(|error| cut_off(error.into()))? else { return Ok(bytes) };
        if bytes.len() + block.len() > MAX_INDEX {
            return Err(unusable(
                Operation::ReadReference,
                "the index is larger than any genome's",
            ));
        }
        bytes.extend_from_slice(&block);
    }
}

/// A reference whose status is not said is there.
fn is_active(status: Option<&ReferenceStatus>) -> bool {
    status.is_none_or(|status| status.as_str().eq_ignore_ascii_case("ACTIVE"))
}

#[cfg(test)]
mod tests {
    use aws_sdk_omics::primitives::SdkBody;
    use bytes::Bytes;
    use futures::{StreamExt as _, stream};
    use http_body::Frame;
    use http_body_util::StreamBody;

    use super::*;

    fn payload(
        blocks: impl futures::Stream<Item = Result<Bytes, io::Error>> + Send + Sync + 'static,
    ) -> ByteStream {
        let frames = blocks.map(|block| block.map(Frame::data));
        ByteStream::new(SdkBody::from_body_1_x(StreamBody::new(frames)))
    }

    const CHR1: Result<Bytes, io::Error> = Ok(Bytes::from_static(b"chr1\t1\n"));

    #[tokio::test(start_paused = true)]
    async fn an_answer_is_read_to_its_end_or_given_up() {
        let whole = payload(stream::iter([CHR1, CHR1]));
        assert_eq!(read(whole).await.unwrap(), b"chr1\t1\nchr1\t1\n");
        let broken = stream::iter([CHR1, Err(io::ErrorKind::ConnectionReset.into())]);
        let silent = stream::iter([CHR1]).chain(stream::pending());
        let began = tokio::time::Instant::now();
        for (payload, after) in [(payload(broken), Duration::ZERO), (payload(silent), SILENCE)] {
            let error = read(payload).await.unwrap_err();
            assert_eq!(error.kind, StoreErrorKind::Unreachable);
            assert!(error.source.is_some(), "what lies below is kept");
            assert_eq!(began.elapsed().as_secs(), after.as_secs());
        }
    }
}
