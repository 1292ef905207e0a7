//! Faults in what is stored, shown and said, seen from a client.

use std::time::{Duration, Instant};

use aws_sdk_omics::types::{FileType, ReadSetPartSource as Source, ReadSetStatus};
use data_encoding::BASE64;
use sha2::{Digest as _, Sha256};

use super::site::{Site, claim};

const UBAM: &[u8] = include_bytes!("../data/pysam-tests/test_unaligned.bam");

pub(crate) fn sum(bytes: &[u8]) -> String {
    BASE64.encode(&Sha256::digest(bytes))
}

/// The listed parts: number, size, checksum.
pub(crate) async fn listed(site: &Site, upload: &str) -> Vec<(i32, i64, String)> {
    let request = site.client.list_read_set_upload_parts().sequence_store_id(&site.store);
    let list = request.upload_id(upload).part_source(Source::Source1).send().await.unwrap();
    let row = |part: &aws_sdk_omics::types::ReadSetUploadPartListItem| {
        (part.part_number(), part.part_size(), part.checksum().to_owned())
    };
    list.parts().iter().map(row).collect()
}

#[tokio::test]
async fn wrong_checksums_are_well_formed_and_the_list_is_right() {
    let site = Site::new(&["UploadReadSetPart:wrong-checksum,part=2,times=1"]).await;
    let upload = site.create(FileType::Fastq).await;
    assert_eq!(site.part(&upload, Source::Source1, 1, b"a").await, Ok(sum(b"a")));
    let wrong = site.part(&upload, Source::Source1, 2, b"b").await.unwrap();
    assert_ne!(wrong, sum(b"b"));
    assert_eq!(BASE64.decode(wrong.as_bytes()).unwrap().len(), 32);
    assert_eq!(listed(&site, &upload).await[1].2, sum(b"b"));
    assert_eq!(site.part(&upload, Source::Source1, 2, b"b").await, Ok(sum(b"b")));

    let site = Site::new(&["ListReadSetUploadParts:wrong-checksum,part=1,nth=1"]).await;
    let upload = site.create(FileType::Fastq).await;
    site.part(&upload, Source::Source1, 1, b"a").await.unwrap();
    assert_ne!(listed(&site, &upload).await[0].2, sum(b"a"));
    assert_eq!(listed(&site, &upload).await[0].2, sum(b"a"));
}

#[tokio::test]
async fn corruption_is_answered_truthfully() {
    let site = Site::new(&["UploadReadSetPart:corrupt,nth=1"]).await;
    let upload = site.create(FileType::Fastq).await;
    let checksum = site.part(&upload, Source::Source1, 1, b"abc").await.unwrap();
    assert_eq!(checksum, sum(b"`bc"));
    assert_eq!(listed(&site, &upload).await, [(1, 3, checksum)]);
    assert_eq!(site.part(&upload, Source::Source1, 1, b"abc").await, Ok(sum(b"abc")));
}

#[tokio::test]
async fn other_forms_of_checksums_are_kept_up() {
    let hex = omics_upload::types::Sha256::of(UBAM).to_string();
    for (fault, expected) in [
        ("*:hex-checksum", hex.clone()),
        ("UploadReadSetPart:hex-checksum", hex.clone()),
        ("*:opaque-checksum", format!("part-{}", &hex[..24])),
    ] {
        let site = Site::new(&[fault]).await;
        let upload = site.create(FileType::Ubam).await;
        let checksum = site.part(&upload, Source::Source1, 1, UBAM).await.unwrap();
        assert_eq!(checksum, expected);
        assert_eq!(listed(&site, &upload).await[0].2, expected);
        let refused = site.complete(&upload, vec![claim(Source::Source1, 1, &sum(UBAM))]).await;
        assert_eq!(refused, Err(Some("ValidationException".to_owned())));
        let id = site.complete(&upload, vec![claim(Source::Source1, 1, &expected)]).await.unwrap();
        assert_eq!(site.settled(&id).await.status(), &ReadSetStatus::Active);
    }
    // One form in the answer, another in the list: both were given by the service.
    for named in [sum(UBAM), hex.clone()] {
        let site = Site::new(&["ListReadSetUploadParts:hex-checksum"]).await;
        let upload = site.create(FileType::Ubam).await;
        assert_eq!(site.part(&upload, Source::Source1, 1, UBAM).await, Ok(sum(UBAM)));
        assert_eq!(listed(&site, &upload).await[0].2, hex);
        site.complete(&upload, vec![claim(Source::Source1, 1, &named)]).await.unwrap();
    }
}

#[tokio::test]
async fn parts_that_hide() {
    // Not kept, though answered.
    let site = Site::new(&["UploadReadSetPart:hide-part,part=2,times=1"]).await;
    let upload = site.create(FileType::Ubam).await;
    let claims = site.source(&upload, Source::Source1, UBAM, 200).await;
    let numbers = |parts: Vec<(i32, i64, String)>| -> Vec<i32> {
        parts.into_iter().map(|(number, ..)| number).collect()
    };
    assert_eq!(numbers(listed(&site, &upload).await), [1, 3]);
    let refused = site.complete(&upload, claims.clone()).await;
    assert_eq!(refused, Err(Some("ValidationException".to_owned())));
    let again = site.part(&upload, Source::Source1, 2, &UBAM[200..400]).await.unwrap();
    assert_eq!(again, claims[1].checksum());
    let id = site.complete(&upload, claims).await.unwrap();
    assert_eq!(site.settled(&id).await.status(), &ReadSetStatus::Active);

    // Missing in a list, and in Complete's eyes.
    let site = Site::new(&[
        "ListReadSetUploadParts:hide-part,part=3,times=1",
        "CompleteMultipartReadSetUpload:hide-part,part=1,times=1",
    ])
    .await;
    let upload = site.create(FileType::Ubam).await;
    let claims = site.source(&upload, Source::Source1, UBAM, 200).await;
    assert_eq!(numbers(listed(&site, &upload).await), [1, 2]);
    assert_eq!(numbers(listed(&site, &upload).await), [1, 2, 3]);
    let refused = site.complete(&upload, claims.clone()).await;
    assert_eq!(refused, Err(Some("ValidationException".to_owned())));
    site.complete(&upload, claims).await.unwrap();
}

#[tokio::test]
async fn sizes_can_be_wrong() {
    let site = Site::new(&["ListReadSetUploadParts:wrong-size,part=1,nth=1"]).await;
    let upload = site.create(FileType::Fastq).await;
    site.part(&upload, Source::Source1, 1, b"abc").await.unwrap();
    assert_ne!(listed(&site, &upload).await[0].1, 3);
    assert_eq!(listed(&site, &upload).await[0].1, 3);
}

#[tokio::test]
async fn processing_takes_its_time_and_the_upload_may_stay_listed() {
    let site = Site::new(&["*:processing:400ms", "*:keep-listed"]).await;
    let started = Instant::now();
    let id = site.upload(FileType::Ubam, &[UBAM], 1000).await;
    let uploads = || async {
        let list = site.client.list_multipart_read_set_uploads().sequence_store_id(&site.store);
        list.send().await.unwrap().uploads().len()
    };
    assert_eq!(uploads().await, 1);
    assert_eq!(site.metadata(&id).await.status(), &ReadSetStatus::ProcessingUpload);
    let delete = site.client.batch_delete_read_set().sequence_store_id(&site.store).ids(&id);
    let answer = delete.send().await.unwrap();
    assert_eq!(answer.errors()[0].code(), "ConflictException");
    assert_eq!(site.settled(&id).await.status(), &ReadSetStatus::Active);
    assert!(started.elapsed() >= Duration::from_millis(400));
    assert_eq!(uploads().await, 0);
}

#[tokio::test]
async fn uploads_can_fail_and_say_why() {
    let site =
        Site::new(&["*:upload-failed,nth=1", "*:upload-failed:bad luck, and more: of it,nth=2"])
            .await;
    for message in ["The uploaded source could not be processed", "bad luck, and more: of it"] {
        let id = site.upload(FileType::Ubam, &[UBAM], 1000).await;
        let metadata = site.settled(&id).await;
        assert_eq!(metadata.status(), &ReadSetStatus::UploadFailed);
        assert_eq!(metadata.status_message(), Some(message));
    }
    let id = site.upload(FileType::Ubam, &[UBAM], 1000).await;
    assert_eq!(site.settled(&id).await.status(), &ReadSetStatus::Active);
}

#[tokio::test]
async fn members_can_be_empty_and_statuses_odd() {
    let site = Site::new(&[
        "CreateMultipartReadSetUpload:empty:uploadId,nth=1",
        "UploadReadSetPart:empty:checksum,nth=1",
        "ListReadSetUploadParts:empty:nextToken",
        "CompleteMultipartReadSetUpload:empty:readSetId,nth=1",
        "GetReadSetMetadata:status:Archived,times=1",
        "GetReadSetMetadata:etag:BAM_MD5up/00ff,times=1",
    ])
    .await;
    assert_eq!(site.create(FileType::Ubam).await, "");
    let upload = site.create(FileType::Ubam).await;
    assert_eq!(site.part(&upload, Source::Source1, 1, UBAM).await.as_deref(), Ok(""));
    let checksum = site.part(&upload, Source::Source1, 1, UBAM).await.unwrap();
    let list = site.client.list_read_set_upload_parts().sequence_store_id(&site.store);
    let list = list.upload_id(&upload).part_source(Source::Source1).send().await.unwrap();
    assert_eq!(list.next_token(), Some(""));
    let claims = vec![claim(Source::Source1, 1, &checksum)];
    assert_eq!(site.complete(&upload, claims).await.as_deref(), Ok(""));
    let list = site.client.list_read_sets().sequence_store_id(&site.store).send().await.unwrap();
    let id = list.read_sets()[0].id();
    let first = site.metadata(id).await;
    assert_eq!(first.status().as_str(), "Archived");
    assert_eq!(first.etag().and_then(|etag| etag.source1()), Some("00ff"));
    assert_eq!(site.settled(id).await.status(), &ReadSetStatus::Active);
}
