//! Whole uploads of real files: what is read back is what was sent.

use aws_sdk_omics::types::{
    ETagAlgorithmFamily, FileType, ReadSetPartSource as Source, ReadSetStatus,
};
use data_encoding::BASE64;
use sha2::{Digest as _, Sha256};

use super::{
    content::gzip,
    site::{Site, claim, code},
};

const BAM: &[u8] = include_bytes!("../data/samtools-test/3.quickcheck.ok.bam");
const UBAM: &[u8] = include_bytes!("../data/pysam-tests/test_unaligned.bam");
const CRAM: &[u8] = include_bytes!("../data/samtools-test/7.quickcheck.cram30.ok.cram");
const R1: &[u8] = include_bytes!("../data/hts-sys/r1.fq");
const R2: &[u8] = include_bytes!("../data/hts-sys/r2.fq");

#[tokio::test]
async fn every_type_comes_back_as_it_was_sent() {
    let site = Site::new(&[]).await;
    for (file_type, bytes, reads, alignment) in [
        (FileType::Bam, BAM, 40, "ALIGNED"),
        (FileType::Ubam, UBAM, 4, "UNALIGNED"),
        (FileType::Cram, CRAM, 569, "ALIGNED"),
    ] {
        // One part, exactly one part's size, a byte more, a byte less, many parts.
        let length = bytes.len();
        for size in [length + 1, length, length - 1, length / 2, length / 40 + 1] {
            let id = site.upload(file_type.clone(), &[bytes], size).await;
            let metadata = site.settled(&id).await;
            assert_eq!(metadata.status(), &ReadSetStatus::Active, "{metadata:?}");
            let information = metadata.sequence_information().unwrap();
            assert_eq!(information.total_read_count(), Some(reads), "{file_type}");
            assert_eq!(information.alignment(), Some(alignment));
            let file = metadata.files().unwrap().source1().unwrap();
            assert_eq!(file.content_length(), Some(i64::try_from(length).unwrap()));
            let parts = i32::try_from(length.div_ceil(size)).unwrap();
            assert_eq!(file.total_parts(), Some(parts));
            assert!(site.read_back(&id, "SOURCE1", parts).await == bytes, "{file_type} by {size}");
        }
    }
    site.sandbox.stop().await;
}

#[tokio::test]
async fn a_pair_keeps_its_sources_apart_and_gets_an_etag() {
    let site = Site::new(&[]).await;
    let (first, second) = (gzip(R1), gzip(R2));
    let id = site.upload(FileType::Fastq, &[&first, &second], 100).await;
    let metadata = site.settled(&id).await;
    assert_eq!(metadata.status(), &ReadSetStatus::Active, "{metadata:?}");
    for (file, sent, information) in [
        ("SOURCE1", &first, metadata.files().unwrap().source1().unwrap()),
        ("SOURCE2", &second, metadata.files().unwrap().source2().unwrap()),
    ] {
        let parts = information.total_parts().unwrap();
        assert_eq!(usize::try_from(parts).unwrap(), sent.len().div_ceil(100));
        assert!(site.read_back(&id, file, parts).await == *sent, "{file}");
    }
    let etag = metadata.etag().unwrap();
    assert_eq!(etag.algorithm().unwrap().as_str(), "FASTQ_MD5up");
    // `md5sum r1.fq r2.fq`
    assert_eq!(etag.source1(), Some("c0f38afc0194d9d791d875ea7fbe2a9b"));
    assert_eq!(etag.source2(), Some("8ee7dbe0739320d25ab8e9f0eef0251e"));
    let arn =
        format!("arn:aws:omics:eu-west-1:000000000000:sequenceStore/{}/readSet/{id}", site.store);
    assert_eq!(metadata.arn(), arn);
}

#[tokio::test]
async fn the_checksum_is_the_sha_256_in_base64_and_the_list_has_it() {
    let site = Site::new(&[]).await;
    let upload = site.create(FileType::Fastq).await;
    let checksum = site.part(&upload, Source::Source1, 1, b"abc").await.unwrap();
    assert_eq!(checksum, BASE64.encode(&Sha256::digest("abc")));
    // The same part again replaces it.
    let checksum = site.part(&upload, Source::Source1, 1, b"abcd").await.unwrap();
    let request = site.client.list_read_set_upload_parts();
    let request = request.sequence_store_id(&site.store).upload_id(&upload);
    let list = request.part_source(Source::Source1).send().await.unwrap();
    let [part] = list.parts() else { panic!("{list:?}") };
    assert_eq!((part.part_number(), part.part_size(), part.checksum()), (1, 4, &*checksum));
    assert_eq!(part.part_source(), &Source::Source1);
    assert!(part.last_updated_time().unwrap() >= part.creation_time().unwrap());
    assert_eq!(list.next_token(), None);
}

#[tokio::test]
async fn a_large_part_streams_through() {
    let site = Site::new(&[]).await;
    let upload = site.create(FileType::Fastq).await;
    // The largest part there is; it need not be FASTQ to be stored.
    let bytes: Vec<u8> = (0..100 * 1024 * 1024_u32).map(|i| (i % 251) as u8).collect();
    let checksum = site.part(&upload, Source::Source1, 1, &bytes).await.unwrap();
    assert_eq!(checksum, BASE64.encode(&Sha256::digest(&bytes)));
    let mut larger = bytes;
    larger.push(0);
    let refused = site.part(&upload, Source::Source1, 2, &larger).await;
    assert_eq!(refused, Err(Some("ValidationException".to_owned())));
}

#[tokio::test]
async fn complete_wants_the_stored_parts_and_no_others() {
    let site = Site::new(&[]).await;
    let bytes = gzip(R1);
    let upload = site.create(FileType::Fastq).await;
    let claims = site.source(&upload, Source::Source1, &bytes, 200).await;
    assert!(claims.len() > 2);
    let other = BASE64.encode(&Sha256::digest("other"));
    let mut wrong = claims.clone();
    wrong[1] = claim(Source::Source1, 2, &other);
    let mut missing = claims.clone();
    missing.pop();
    let mut extra = claims.clone();
    extra.push(claim(Source::Source1, i32::try_from(claims.len()).unwrap() + 1, &other));
    let mut swapped = claims.clone();
    swapped.swap(0, 1);
    let mut twice = claims.clone();
    twice.push(claims[0].clone());
    let gap = claims.iter().skip(1).cloned().collect();
    let second = claims.iter().map(|c| claim(Source::Source2, c.part_number(), c.checksum()));
    for (what, claims) in [
        ("wrong checksum", wrong),
        ("a part left out", missing),
        ("a part too many", extra),
        ("out of order", swapped),
        ("a part twice", twice),
        ("a gap", gap),
        ("the other source", second.collect()),
        ("nothing", Vec::new()),
    ] {
        let refused = site.complete(&upload, claims).await;
        assert_eq!(refused, Err(Some("ValidationException".to_owned())), "{what}");
    }
    let id = site.complete(&upload, claims.clone()).await.unwrap();
    // It is an upload no more.
    let again = site.complete(&upload, claims).await;
    assert_eq!(again, Err(Some("ResourceNotFoundException".to_owned())));
    let late = site.part(&upload, Source::Source1, 1, b"x").await;
    assert_eq!(late, Err(Some("ResourceNotFoundException".to_owned())));
    assert_eq!(site.settled(&id).await.status(), &ReadSetStatus::Active);
}

#[tokio::test]
async fn the_second_source_is_for_fastq_only() {
    let site = Site::new(&[]).await;
    for file_type in [FileType::Bam, FileType::Cram, FileType::Ubam] {
        let upload = site.create(file_type).await;
        let refused = site.part(&upload, Source::Source2, 1, b"x").await;
        assert_eq!(refused, Err(Some("ValidationException".to_owned())));
    }
}

#[tokio::test]
async fn an_aborted_upload_is_gone() {
    let site = Site::new(&[]).await;
    let upload = site.create(FileType::Ubam).await;
    site.part(&upload, Source::Source1, 1, UBAM).await.unwrap();
    let abort = || {
        let request = site.client.abort_multipart_read_set_upload();
        request.sequence_store_id(&site.store).upload_id(&upload).send()
    };
    abort().await.unwrap();
    assert_eq!(code(&abort().await.unwrap_err()).as_deref(), Some("ResourceNotFoundException"));
    let list = site.client.list_multipart_read_set_uploads().sequence_store_id(&site.store);
    assert!(list.send().await.unwrap().uploads().is_empty());
}

#[tokio::test]
async fn a_client_token_makes_a_repeated_create_the_same() {
    let site = Site::new(&[]).await;
    let create = |token: &str, sample: &str| {
        let request = site
            .client
            .create_multipart_read_set_upload()
            .sequence_store_id(&site.store)
            .source_file_type(FileType::Fastq)
            .subject_id("subject")
            .sample_id(sample)
            .name("name")
            .client_token(token);
        async move {
            let answer = request.send().await;
            answer.map(|answer| answer.upload_id().to_owned()).map_err(|error| code(&error))
        }
    };
    let first = create("one", "s").await.unwrap();
    assert_eq!(create("one", "s").await.as_ref(), Ok(&first));
    assert_ne!(create("two", "s").await.as_ref(), Ok(&first));
    assert_eq!(create("one", "t").await, Err(Some("ValidationException".to_owned())));
    let abort = site.client.abort_multipart_read_set_upload().sequence_store_id(&site.store);
    abort.upload_id(&first).send().await.unwrap();
    assert_ne!(create("one", "s").await.unwrap(), first, "the upload is no more");
}

#[tokio::test]
async fn more_stores_can_be_made() {
    let site = Site::new(&[]).await;
    let create = |family: ETagAlgorithmFamily| {
        let request = site
            .client
            .create_sequence_store()
            .name("second")
            .client_token("token")
            .fallback_location("s3://bucket/failed/")
            .tags("project", "x")
            .e_tag_algorithm_family(family);
        request.send()
    };
    let made = create(ETagAlgorithmFamily::Sha256Up).await.unwrap();
    let again = create(ETagAlgorithmFamily::Sha256Up).await.unwrap();
    assert_eq!(made.id(), again.id());
    let other = create(ETagAlgorithmFamily::Sha512Up).await.unwrap_err();
    assert_eq!(code(&other).as_deref(), Some("ValidationException"));
    let got = site.client.get_sequence_store().id(made.id()).send().await.unwrap();
    assert_eq!(got.name(), Some("second"));
    assert_eq!(got.fallback_location(), Some("s3://bucket/failed/"));
    assert_eq!(got.e_tag_algorithm_family(), Some(&ETagAlgorithmFamily::Sha256Up));
    let tags = site.client.list_tags_for_resource().resource_arn(got.arn()).send().await.unwrap();
    assert_eq!(tags.tags().get("project").map(String::as_str), Some("x"));

    let second = Site { store: made.id().to_owned(), ..site };
    let bytes = gzip(R1);
    let id = second.upload(FileType::Fastq, &[&bytes], 1000).await;
    let metadata = second.settled(&id).await;
    let etag = metadata.etag().unwrap();
    assert_eq!(etag.algorithm().unwrap().as_str(), "FASTQ_SHA256up");
    let sum = omics_upload::types::Sha256::of(R1).to_string();
    assert_eq!(etag.source1(), Some(&*sum));
}

#[tokio::test]
async fn read_sets_can_be_deleted_and_their_tags_read() {
    let dir = tempfile::tempdir().unwrap();
    let site = Site::at(dir.path(), &[]).await;
    let request = site
        .client
        .create_multipart_read_set_upload()
        .sequence_store_id(&site.store)
        .source_file_type(FileType::Ubam)
        .subject_id("subject")
        .sample_id("sample")
        .name("name")
        .tags("run", "42");
    let upload = request.send().await.unwrap().upload_id().to_owned();
    let claims = site.source(&upload, Source::Source1, UBAM, 1000).await;
    let id = site.complete(&upload, claims).await.unwrap();
    let arn = site.settled(&id).await.arn().to_owned();
    let tags = site.client.list_tags_for_resource().resource_arn(&arn).send().await.unwrap();
    assert_eq!(tags.tags().get("run").map(String::as_str), Some("42"));

    let tag = || site.client.tag_resource().resource_arn(&arn);
    tag().tags("run", "43").tags("sum", "1:2").send().await.unwrap();
    for number in 0..2 {
        // All that were there before stay if there are too many.
        let many = (number..50).map(|number| (format!("k{number}"), String::new()));
        let refused = tag().set_tags(Some(many.collect())).send().await.unwrap_err();
        assert_eq!(code(&refused).as_deref(), Some("ValidationException"));
    }
    let refused = tag().tags("aws:x", "").send().await.unwrap_err();
    assert_eq!(code(&refused).as_deref(), Some("ValidationException"));
    let gone = site.client.tag_resource().resource_arn(format!("{arn}1")).tags("k", "");
    let gone = gone.send().await.unwrap_err();
    assert_eq!(code(&gone).as_deref(), Some("ResourceNotFoundException"));
    drop(site);
    let site = Site::at(dir.path(), &[]).await;
    let tags = site.client.list_tags_for_resource().resource_arn(&arn).send().await.unwrap();
    let wanted = [("run", "43"), ("sum", "1:2")].map(|(k, v)| (k.to_owned(), v.to_owned()));
    assert_eq!(*tags.tags(), wanted.into());

    let delete = site.client.batch_delete_read_set().sequence_store_id(&site.store);
    let answer = delete.ids(&id).ids("1111111111").send().await.unwrap();
    let [error] = answer.errors() else { panic!("{answer:?}") };
    assert_eq!((error.id(), error.code()), ("1111111111", "ResourceNotFoundException"));
    let gone = site.client.get_read_set_metadata().sequence_store_id(&site.store).id(&id);
    let gone = gone.send().await.unwrap_err();
    assert_eq!(code(&gone).as_deref(), Some("ResourceNotFoundException"));
}
