//! Lists: pages, tokens and filters.

use std::{collections::BTreeSet, time::Duration};

use aws_sdk_omics::{
    primitives::{DateTime, DateTimeFormat},
    types::{
        FileType, ReadSetFilter, ReadSetPartSource as Source, ReadSetStatus,
        ReadSetUploadPartListFilter, ReadSetUploadPartListItem, SequenceStoreFilter,
    },
};
use serde_json::json;

use super::{
    content::gzip,
    raw::Raw,
    site::{REFERENCE, Site, code},
};

const R1: &[u8] = include_bytes!("../data/hts-sys/r1.fq");
const UBAM: &[u8] = include_bytes!("../data/pysam-tests/test_unaligned.bam");

#[tokio::test]
async fn parts_come_in_pages_in_order() {
    let site = Site::new(&[]).await;
    let upload = site.create(FileType::Fastq).await;
    // Sent backwards, to show that the order is not that of arrival.
    for number in (1..=253).rev() {
        site.part(&upload, Source::Source1, number, &number.to_le_bytes()).await.unwrap();
    }
    site.part(&upload, Source::Source2, 7, b"x").await.unwrap();
    for (limit, pages) in [(None, 3), (Some(100), 3), (Some(253), 0), (Some(7), 37), (Some(1), 253)]
    {
        let request = site
            .client
            .list_read_set_upload_parts()
            .sequence_store_id(&site.store)
            .upload_id(&upload)
            .part_source(Source::Source1)
            .set_max_results(limit);
        if pages == 0 {
            let refused = code(&request.send().await.unwrap_err());
            assert_eq!(refused.as_deref(), Some("ValidationException"));
            continue;
        }
        let (mut numbers, mut count, mut token) = (Vec::new(), 0, None);
        loop {
            let page = request.clone().set_next_token(token).send().await.unwrap();
            numbers.extend(page.parts().iter().map(ReadSetUploadPartListItem::part_number));
            count += 1;
            token = page.next_token().map(str::to_owned);
            if token.is_none() {
                break;
            }
        }
        assert_eq!((numbers, count), ((1..=253).collect(), pages), "{limit:?}");
    }
}

#[tokio::test]
async fn a_token_belongs_to_its_request() {
    let site = Site::new(&[]).await;
    let (one, two) = (site.create(FileType::Fastq).await, site.create(FileType::Fastq).await);
    for upload in [&one, &two] {
        for number in 1..=3 {
            site.part(upload, Source::Source1, number, b"x").await.unwrap();
        }
    }
    let list = |upload: &str, source: Source, token: Option<String>| {
        let request = site.client.list_read_set_upload_parts().sequence_store_id(&site.store);
        request.upload_id(upload).part_source(source).max_results(2).set_next_token(token).send()
    };
    let token = list(&one, Source::Source1, None).await.unwrap().next_token;
    assert_eq!(list(&one, Source::Source1, token.clone()).await.unwrap().parts().len(), 1);
    for (upload, source, token) in [
        (&two, Source::Source1, token.clone()),
        (&one, Source::Source2, token),
        (&one, Source::Source1, Some("2".to_owned())),
    ] {
        let error = list(upload, source, token).await.unwrap_err();
        assert_eq!(code(&error).as_deref(), Some("ValidationException"));
    }
}

#[tokio::test]
async fn parts_are_filtered_by_time() {
    let site = Site::new(&[]).await;
    let upload = site.create(FileType::Fastq).await;
    let mut times = Vec::new();
    for number in 1..=3 {
        site.part(&upload, Source::Source1, number, b"x").await.unwrap();
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let list = |filter: Option<ReadSetUploadPartListFilter>| {
        let request = site.client.list_read_set_upload_parts().sequence_store_id(&site.store);
        let request = request.upload_id(&upload).part_source(Source::Source1);
        let request = request.set_filter(filter).send();
        async move {
            let list = request.await.unwrap();
            let part = |part: &ReadSetUploadPartListItem| {
                (part.part_number(), *part.creation_time().unwrap())
            };
            list.parts().iter().map(part).collect::<Vec<_>>()
        }
    };
    times.extend(list(None).await.into_iter().map(|(_, time)| time));
    let filter = ReadSetUploadPartListFilter::builder;
    for (filter, expected) in [
        (filter().created_after(times[0]), vec![2, 3]),
        (filter().created_before(times[2]), vec![1, 2]),
        (filter().created_after(times[0]).created_before(times[2]), vec![2]),
        (filter().created_after(times[2]), vec![]),
    ] {
        let found = list(Some(filter.build())).await;
        let numbers: Vec<_> = found.into_iter().map(|(number, _)| number).collect();
        assert_eq!(numbers, expected);
    }
}

#[tokio::test]
async fn uploads_come_in_pages_in_the_order_they_were_made() {
    let site = Site::new(&[]).await;
    let mut made = BTreeSet::new();
    for _ in 0..23 {
        made.insert(site.create(FileType::Bam).await);
    }
    let request = site.client.list_multipart_read_set_uploads().sequence_store_id(&site.store);
    let (mut found, mut times, mut token) = (BTreeSet::new(), Vec::new(), None);
    loop {
        let page = request.clone().max_results(5).set_next_token(token).send().await.unwrap();
        for upload in page.uploads() {
            assert_eq!(upload.reference_arn(), REFERENCE);
            assert!(found.insert(upload.upload_id().to_owned()), "listed twice");
            times.push(*upload.creation_time());
        }
        token = page.next_token().map(str::to_owned);
        if token.is_none() {
            break;
        }
    }
    assert_eq!(found, made);
    assert!(times.is_sorted());
}

#[tokio::test]
async fn an_upload_shows_what_it_was_made_with_and_nothing_else() {
    let site = Site::new(&[]).await;
    site.create(FileType::Fastq).await;
    let path = format!("/sequencestore/{}/uploads", site.store);
    let list = Raw::new("POST", path, "{}").send(&site.sandbox.url()).await.unwrap().json();
    let upload = &list["uploads"][0];
    let keys: BTreeSet<_> = upload.as_object().unwrap().keys().map(String::as_str).collect();
    // The samples of the user guide have no `referenceArn` for FASTQ, required or not.
    let expected = [
        "creationTime",
        "name",
        "sampleId",
        "sequenceStoreId",
        "sourceFileType",
        "subjectId",
        "tags",
        "uploadId",
    ];
    assert_eq!(keys, expected.into());
    assert_eq!(list.get("nextToken"), None);
}

#[tokio::test]
async fn read_sets_are_filtered_by_every_field() {
    let site = Site::new(&[]).await;
    let mut made = Vec::new();
    for (name, sample, subject, from, file_type, bytes) in [
        ("a", "s1", "p1", Some("lab"), FileType::Fastq, gzip(R1)),
        ("b", "s1", "p2", None, FileType::Ubam, UBAM.to_vec()),
        ("b", "s2", "p2", None, FileType::Bam, UBAM.to_vec()),
    ] {
        let request = site
            .client
            .create_multipart_read_set_upload()
            .sequence_store_id(&site.store)
            .name(name)
            .sample_id(sample)
            .subject_id(subject)
            .set_generated_from(from.map(str::to_owned))
            .set_reference_arn((file_type == FileType::Bam).then(|| REFERENCE.to_owned()))
            .source_file_type(file_type);
        let upload = request.send().await.unwrap().upload_id().to_owned();
        let claims = site.source(&upload, Source::Source1, &bytes, 1 << 20).await;
        let id = site.complete(&upload, claims).await.unwrap();
        made.push((site.settled(&id).await.creation_time, id));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let list = |filter: Option<ReadSetFilter>| {
        let request = site.client.list_read_sets().sequence_store_id(&site.store);
        let request = request.set_filter(filter).send();
        async move { request.await.unwrap() }
    };
    let filter = ReadSetFilter::builder;
    for (what, filter, expected) in [
        ("nothing", filter(), vec![0, 1, 2]),
        ("name", filter().name("b"), vec![1, 2]),
        ("sample", filter().sample_id("s1"), vec![0, 1]),
        ("subject", filter().subject_id("p2"), vec![1, 2]),
        ("from", filter().generated_from("lab"), vec![0]),
        ("reference", filter().reference_arn(REFERENCE), vec![2]),
        ("no reference", filter().reference_arn(""), vec![0, 1]),
        ("active", filter().status(ReadSetStatus::Active), vec![0, 1]),
        ("failed", filter().status(ReadSetStatus::UploadFailed), vec![2]),
        ("archived", filter().status(ReadSetStatus::Archived), vec![]),
        ("uploads", filter().creation_type("UPLOAD".into()), vec![0, 1, 2]),
        ("imports", filter().creation_type("IMPORT".into()), vec![]),
        ("after", filter().created_after(made[0].0), vec![1, 2]),
        ("before", filter().created_before(made[2].0), vec![0, 1]),
        ("both", filter().name("b").sample_id("s1"), vec![1]),
    ] {
        let found = list(Some(filter.build())).await;
        let ids: Vec<_> = found.read_sets().iter().map(|set| set.id().to_owned()).collect();
        let expected: Vec<_> = expected.iter().map(|at: &usize| made[*at].1.clone()).collect();
        assert_eq!(ids, expected, "{what}");
    }
    let request = site.client.list_read_sets().sequence_store_id(&site.store).max_results(2);
    let page = request.clone().send().await.unwrap();
    assert_eq!(page.read_sets().len(), 2);
    let rest = request.set_next_token(page.next_token).send().await.unwrap();
    assert_eq!((rest.read_sets().len(), rest.next_token()), (1, None));
}

#[tokio::test]
async fn stores_are_listed_and_filtered() {
    let site = Site::new(&[]).await;
    tokio::time::sleep(Duration::from_millis(5)).await;
    site.client.create_sequence_store().name("second").send().await.unwrap();
    let list = |filter: SequenceStoreFilter, limit: Option<i32>| {
        let request = site.client.list_sequence_stores().filter(filter).set_max_results(limit);
        async move { request.send().await.unwrap() }
    };
    let filter = SequenceStoreFilter::builder;
    let all = list(filter().build(), None).await;
    let names: Vec<_> = all.sequence_stores().iter().filter_map(|store| store.name()).collect();
    assert_eq!(names, ["sandbox", "second"]);
    assert_eq!(all.sequence_stores()[0].id(), site.store);
    let first = *all.sequence_stores()[0].creation_time();
    for (filter, expected) in [
        (filter().name("second"), 1),
        (filter().name("third"), 0),
        (filter().status("ACTIVE".into()), 2),
        (filter().status("DELETING".into()), 0),
        (filter().created_after(first), 1),
        (filter().created_before(first), 0),
    ] {
        assert_eq!(list(filter.build(), None).await.sequence_stores().len(), expected);
    }
    assert!(list(filter().build(), Some(1)).await.next_token().is_some());
}

#[tokio::test]
async fn times_are_iso_8601() {
    let site = Site::new(&[]).await;
    let path = format!("/sequencestore/{}", site.store);
    let store = Raw::new("GET", path, "").send(&site.sandbox.url()).await.unwrap().json();
    let time = store["creationTime"].as_str().unwrap();
    assert!(DateTime::from_str(time, DateTimeFormat::DateTime).is_ok(), "{time}");
    assert_eq!(store["status"], json!("ACTIVE"));
    assert_eq!(store["eTagAlgorithmFamily"], json!("MD5up"));
    assert_eq!(store["name"], json!("sandbox"));
    let id = store["id"].as_str().unwrap();
    assert!(id.len() == 10 && id.bytes().all(|b| b.is_ascii_digit()), "{id}");
}
