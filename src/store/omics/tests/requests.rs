//! Every value reaches its member of the request, and every member of an answer is parsed.

use aws_sdk_omics::{
    config::http::HttpResponse,
    operation::create_multipart_read_set_upload::CreateMultipartReadSetUploadInput,
    types::{CreationType, FileType as SdkFileType, ReadSetPartSource},
};
use aws_smithy_mocks::{MockResponseInterceptor, Rule, RuleMode, create_mock_http_client, mock};
use aws_smithy_runtime_api::http::StatusCode;
use serde_json::{Value, json};

use crate::{
    formats::FileType,
    store::{Created, Described, ReadSetState, StoreErrorKind, omics::*},
    types::{ReadSetEtag, Sha256, Tags},
};

pub(super) const STORE: &str = "1234567890";
pub(super) const UPLOAD: &str = "1000000001";
const READ_SET: &str = "5000000001";
const REFERENCE: &str =
    "arn:aws:omics:us-west-2:123456789012:referenceStore/1234567890/reference/0987654321";

/// The adapter as it is in use, but for the network, which answers by the rules.
async fn omics(rules: &[&Rule]) -> Omics {
    let url = "http://localhost:1".to_owned();
    let endpoint =
        Endpoint::Sandbox { url, region: "us-west-2".to_owned(), access_key: "ANY".to_owned() };
    let connection = Connection::open(SERVICE, endpoint).await.unwrap();
    let mocks = MockResponseInterceptor::new().rule_mode(RuleMode::MatchAny);
    let mocks = rules.iter().fold(mocks, |mocks, rule| mocks.with_rule(rule));
    let config = client::control(&connection).config().to_builder().interceptor(mocks);
    let client = Client::from_conf(config.http_client(create_mock_http_client()).build());
    Omics {
        control: client.clone(),
        data: client,
        credentials: None,
        quotas: quotas(&connection),
        store: STORE.parse().unwrap(),
    }
}

fn answer(body: &Value) -> HttpResponse {
    HttpResponse::new(StatusCode::try_from(200).unwrap(), SdkBody::from(body.to_string()))
}

pub(super) fn bare_fields() -> Fields {
    Fields {
        file_type: FileType::Fastq,
        name: "NA12878".parse().unwrap(),
        sample: "sample".parse().unwrap(),
        subject: "subject".parse().unwrap(),
        reference: None,
        generated_from: None,
        description: None,
        tags: Tags::default(),
    }
}

fn created(body: &Value) -> Value {
    let mut whole = json!({
        "sequenceStoreId": STORE,
        "uploadId": UPLOAD,
        "sourceFileType": "FASTQ",
        "subjectId": "subject",
        "sampleId": "sample",
        "name": "NA12878",
        "referenceArn": "",
        "creationTime": "2026-11-01T10:00:00.700Z",
    });
    for (key, value) in body.as_object().unwrap() {
        whole[key] = value.clone();
    }
    whole
}

/// Creates with these fields, holding the request against `check`.
async fn create(
    fields: &Fields,
    check: impl Fn(&CreateMultipartReadSetUploadInput) + Send + Sync + 'static,
    body: Value,
) -> Result<Created, StoreError> {
    let rule = mock!(Client::create_multipart_read_set_upload)
        .match_requests(move |input| {
            check(input);
            true
        })
        .then_http_response(move || answer(&body));
    let token = "token".parse().unwrap();
    omics(&[&rule]).await.create(fields, &token).await.map(|answered| answered.value)
}

#[tokio::test]
async fn every_field_reaches_the_request() {
    let tags = ["project=rare disease", "empty="].map(|tag| tag.parse().unwrap());
    let fields = Fields {
        file_type: FileType::Bam,
        reference: Some(REFERENCE.parse().unwrap()),
        generated_from: Some("run 7".parse().unwrap()),
        description: Some("a description".parse().unwrap()),
        tags: Tags::new(tags).unwrap(),
        ..bare_fields()
    };
    let check = |input: &CreateMultipartReadSetUploadInput| {
        assert_eq!(input.sequence_store_id(), Some(STORE));
        assert_eq!(input.client_token(), Some("token"));
        assert_eq!(input.source_file_type(), Some(&SdkFileType::Bam));
        assert_eq!(input.name(), Some("NA12878"));
        assert_eq!(input.sample_id(), Some("sample"));
        assert_eq!(input.subject_id(), Some("subject"));
        assert_eq!(input.reference_arn(), Some(REFERENCE));
        assert_eq!(input.generated_from(), Some("run 7"));
        assert_eq!(input.description(), Some("a description"));
        let tags = input.tags().unwrap();
        assert_eq!((tags.len(), &*tags["project"], &*tags["empty"]), (2, "rare disease", ""));
    };
    let created = create(&fields, check, created(&json!({}))).await.unwrap();
    assert_eq!(created, Created { id: UPLOAD.parse().unwrap(), at: 1_793_527_200 });
}

#[tokio::test]
async fn what_is_not_given_is_left_out() {
    let check = |input: &CreateMultipartReadSetUploadInput| {
        assert_eq!(input.reference_arn(), None);
        assert_eq!(input.generated_from(), None);
        assert_eq!(input.description(), None);
        assert_eq!(input.tags(), None);
    };
    create(&bare_fields(), check, created(&json!({}))).await.unwrap();
}

#[tokio::test]
async fn every_file_type_has_its_name() {
    for (file_type, sdk) in [
        (FileType::Fastq, SdkFileType::Fastq),
        (FileType::Bam, SdkFileType::Bam),
        (FileType::Cram, SdkFileType::Cram),
        (FileType::Ubam, SdkFileType::Ubam),
    ] {
        let fields = Fields { file_type, ..bare_fields() };
        let check = move |input: &CreateMultipartReadSetUploadInput| {
            assert_eq!(input.source_file_type(), Some(&sdk));
        };
        create(&fields, check, created(&json!({}))).await.unwrap();
    }
}

/// An answer that cannot be used is no error of the service, and says what is wrong with it.
fn is_unusable<T: std::fmt::Debug>(answer: Result<T, StoreError>, what: &str) {
    let error = answer.unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::Other, "{error}");
    let text = error.to_string();
    assert!(text.contains("the service's answer is not usable: ") && text.contains(what), "{text}");
}

#[tokio::test]
async fn the_parts_of_a_source_are_asked_for_page_by_page() {
    let first = mock!(Client::list_read_set_upload_parts)
        .match_requests(|input| {
            assert_eq!(input.sequence_store_id(), Some(STORE));
            assert_eq!(input.upload_id(), Some(UPLOAD));
            assert_eq!(input.part_source(), Some(&ReadSetPartSource::Source2));
            assert_eq!(input.max_results(), Some(100));
            input.next_token().is_none()
        })
        .then_http_response(|| {
            answer(&json!({
                "nextToken": "more",
                "parts": [
                    {"partNumber": 1, "partSize": 5, "partSource": "SOURCE2", "checksum": "abc",
                     "creationTime": "2026-11-01T10:00:00Z", "lastUpdatedTime": null},
                    {"partNumber": 10000, "partSize": 104_857_600, "partSource": "SOURCE2",
                     "checksum": "", "surprise": true},
                ]
            }))
        });
    let last = mock!(Client::list_read_set_upload_parts)
        .match_requests(|input| input.next_token() == Some("more"))
        .then_http_response(|| answer(&json!({"nextToken": "", "parts": []})));
    let omics = omics(&[&first, &last]).await;
    let upload = UPLOAD.parse().unwrap();
    let page = omics.list_parts(&upload, PartSource::Source2, None).await.unwrap();
    let part = |number, size, checksum: Option<&str>, created| StoredPart {
        source: PartSource::Source2,
        number: PartNumber::new(number).unwrap(),
        size: ByteCount::new(size),
        checksum: checksum.map(|text| text.parse().unwrap()),
        created,
        updated: 0,
    };
    let items = vec![part(1, 5, Some("abc"), 1_793_527_200), part(10_000, 104_857_600, None, 0)];
    assert_eq!(page, Page { items, next: Some("more".to_owned()) });
    let page = omics.list_parts(&upload, PartSource::Source2, Some("more")).await.unwrap();
    assert_eq!(page, Page { items: vec![], next: None }, "an empty token is the end");
}

#[tokio::test]
async fn a_part_number_that_cannot_be_makes_a_list_unusable() {
    for number in [0, -1, 10_001, 70_000] {
        let body = json!({"parts": [{"partNumber": number, "partSize": 1, "checksum": "a"}]});
        let rule =
            mock!(Client::list_read_set_upload_parts).then_http_response(move || answer(&body));
        let upload = UPLOAD.parse().unwrap();
        let list = omics(&[&rule]).await.list_parts(&upload, PartSource::Source1, None).await;
        is_unusable(list, &format!("it lists the part number {number}"));
    }
}

#[tokio::test]
async fn complete_names_the_parts_in_the_order_given_with_their_checksums() {
    let rule = mock!(Client::complete_multipart_read_set_upload)
        .match_requests(|input| {
            assert_eq!(input.sequence_store_id(), Some(STORE));
            assert_eq!(input.upload_id(), Some(UPLOAD));
            let parts = input.parts().iter();
            let parts: Vec<_> = parts
                .map(|part| (part.part_source().as_str(), part.part_number(), part.checksum()))
                .collect();
            assert_eq!(parts, [("SOURCE1", 1, "a=="), ("SOURCE1", 2, "b"), ("SOURCE2", 1, "c")]);
            true
        })
        .then_http_response(|| answer(&json!({"readSetId": READ_SET})));
    let part = |source, number, checksum: &str| CompletedPart {
        source,
        size: ByteCount::new(1),
        number: PartNumber::new(number).unwrap(),
        checksum: checksum.parse().unwrap(),
    };
    let parts = [
        part(PartSource::Source1, 1, "a=="),
        part(PartSource::Source1, 2, "b"),
        part(PartSource::Source2, 1, "c"),
    ];
    let id = omics(&[&rule]).await.complete(&UPLOAD.parse().unwrap(), &parts).await.unwrap().value;
    assert_eq!(id.as_str(), READ_SET);
}

#[tokio::test]
async fn a_complete_without_a_read_set_id_is_an_error_of_its_own() {
    for body in [json!({}), json!({"readSetId": ""}), json!({"readSetId": null})] {
        let rule = mock!(Client::complete_multipart_read_set_upload)
            .then_http_response(move || answer(&body));
        let completed = omics(&[&rule]).await.complete(&UPLOAD.parse().unwrap(), &[]).await;
        is_unusable(completed, "`` is not a read set ID");
    }
}

#[tokio::test]
async fn every_status_is_understood_in_any_case() {
    let unknown = |text: &str| ReadSetState::Unknown(text.to_owned());
    for (status, message, state) in [
        ("PROCESSING_UPLOAD", None, ReadSetState::Processing),
        ("Processing_Upload", Some("nothing"), ReadSetState::Processing),
        ("ACTIVE", None, ReadSetState::There(None)),
        ("Active", None, ReadSetState::There(None)),
        ("ARCHIVED", None, ReadSetState::There(None)),
        ("activating", None, ReadSetState::There(None)),
        ("UPLOAD_FAILED", None, ReadSetState::Failed(None)),
        ("UPLOAD_FAILED", Some(""), ReadSetState::Failed(None)),
        ("upload_failed", Some("why"), ReadSetState::Failed(Some("why".to_owned()))),
        ("DELETING", None, ReadSetState::Gone),
        ("DELETED", None, ReadSetState::Gone),
        ("Sleeping", None, unknown("Sleeping")),
        ("", None, unknown("")),
    ] {
        let body = json!({
            "id": READ_SET, "arn": "arn", "sequenceStoreId": STORE, "status": status,
            "statusMessage": message, "fileType": "UBAM", "description": null,
            "creationTime": "2026-11-01T10:00:00Z", "files": {"source1": null, "index": null},
        });
        let rule = mock!(Client::get_read_set_metadata)
            .match_requests(|input| {
                assert_eq!(input.sequence_store_id(), Some(STORE));
                assert_eq!(input.id(), Some(READ_SET));
                true
            })
            .then_http_response(move || answer(&body));
        let seen = omics(&[&rule]).await.read_set(&READ_SET.parse().unwrap()).await.unwrap();
        assert_eq!(seen.state, state, "{status}");
    }
}

#[tokio::test]
async fn an_etag_may_be_missing_or_incomplete() {
    let etag = |source2: Option<&str>| ReadSetEtag {
        algorithm: "FASTQ_MD5up".to_owned(),
        source1: "aa".to_owned(),
        source2: source2.map(str::to_owned),
    };
    for (given, wanted) in [
        (json!(null), None),
        (json!({}), None),
        (json!({"algorithm": "FASTQ_MD5up"}), None),
        (json!({"algorithm": "", "source1": "aa"}), None),
        (json!({"algorithm": "FASTQ_MD5up", "source1": ""}), None),
        (json!({"algorithm": "FASTQ_MD5up", "source1": "aa", "source2": ""}), Some(etag(None))),
        (
            json!({"algorithm": "FASTQ_MD5up", "source1": "aa", "source2": "b"}),
            Some(etag(Some("b"))),
        ),
    ] {
        let body = json!({
            "id": READ_SET, "arn": "arn", "sequenceStoreId": STORE, "status": "ACTIVE",
            "fileType": "FASTQ", "creationTime": "2026-11-01T10:00:00Z", "etag": given,
        });
        let rule = mock!(Client::get_read_set_metadata).then_http_response(move || answer(&body));
        let seen = omics(&[&rule]).await.read_set(&READ_SET.parse().unwrap()).await.unwrap();
        assert_eq!(seen.state, ReadSetState::There(wanted), "{given}");
    }
}

#[tokio::test]
async fn a_store_may_say_how_it_hashes() {
    for family in [json!("SHA512up"), json!(null)] {
        let wanted = family.as_str().map(str::to_owned);
        let body = json!({
            "arn": "arn", "id": STORE, "creationTime": "2026-11-01T10:00:00Z",
            "eTagAlgorithmFamily": family,
        });
        let rule = mock!(Client::get_sequence_store)
            .match_requests(|input| input.id() == Some(STORE))
            .then_http_response(move || answer(&body));
        assert_eq!(omics(&[&rule]).await.etag_family().await.unwrap(), wanted);
    }
}

#[tokio::test]
async fn read_sets_are_looked_for_by_everything_that_is_known() {
    let rule = mock!(Client::list_read_sets)
        .match_requests(|input| {
            assert_eq!(input.sequence_store_id(), Some(STORE));
            assert_eq!((input.max_results(), input.next_token()), (Some(100), Some("more")));
            let filter = input.filter().unwrap();
            assert_eq!(filter.name(), Some("NA12878"));
            assert_eq!(filter.sample_id(), Some("sample"));
            assert_eq!(filter.subject_id(), Some("subject"));
            assert_eq!(filter.creation_type(), Some(&CreationType::Upload));
            assert_eq!(filter.created_after(), Some(&DateTime::from_secs(1_793_527_200)));
            assert_eq!((filter.status(), filter.reference_arn()), (None, None));
            true
        })
        .then_http_response(|| {
            let item = |id: &str, file_type: &str| {
                json!({"id": id, "arn": format!("arn:{id}"), "fileType": file_type,
                       "status": "ACTIVE", "name": "NA12878", "creationTime": "2026-11-01T10:00:05Z"})
            };
            answer(&json!({
                "nextToken": "",
                "readSets": [item("5000000001", "FASTQ"), item("5000000002", "BAM"),
                             item("5000000003", "fastq")],
            }))
        });
    let omics = omics(&[&rule]).await;
    let page =
        omics.find_read_sets(&bare_fields(), Some(1_793_527_200), Some("more")).await.unwrap();
    let found = |id: &str, file_type: &str| FoundReadSet {
        id: id.parse().unwrap(),
        arn: format!("arn:{id}"),
        created: 1_793_527_205,
        state: ReadSetState::There(None),
        described: Described {
            file_type: Some(file_type.to_owned()),
            name: Some("NA12878".to_owned()),
            ..Described::default()
        },
        s3_uris: Vec::new(),
    };
    let items = vec![found("5000000001", "FASTQ"), found("5000000003", "fastq")];
    assert_eq!(page, Page { items, next: None });
}

#[tokio::test]
async fn all_read_sets_of_a_name_are_those_that_were_imported_too() {
    let rule = mock!(Client::list_read_sets)
        .match_requests(|input| {
            let filter = input.filter().unwrap();
            assert_eq!((filter.name(), filter.sample_id()), (Some("NA12878"), Some("sample")));
            assert_eq!((filter.creation_type(), filter.created_after()), (None, None));
            true
        })
        .then_http_response(|| {
            answer(&json!({
                "readSets": [
                    {"id": "5000000001", "arn": "arn:1", "fileType": "FASTQ", "status": "ACTIVE",
                     "name": "NA12878", "sampleId": "sample", "subjectId": "subject",
                     "referenceArn": REFERENCE, "creationType": "IMPORT",
                     "creationTime": "2026-11-01T10:00:05Z"},
                    // The service was asked for another one.
                    {"id": "5000000002", "arn": "arn:2", "fileType": "FASTQ", "status": "ACTIVE",
                     "name": "other", "creationTime": "2026-11-01T10:00:05Z"},
                ],
            }))
        });
    let page = omics(&[&rule]).await.find_read_sets(&bare_fields(), None, None).await.unwrap();
    let [found] = &page.items[..] else { panic!("{page:?}") };
    let some = |text: &str| Some(text.to_owned());
    let described = Described {
        file_type: some("FASTQ"),
        name: some("NA12878"),
        sample: some("sample"),
        subject: some("subject"),
        reference: some(REFERENCE),
        creation_type: some("IMPORT"),
    };
    assert_eq!((found.id.as_str(), &found.described), ("5000000001", &described));
}

#[tokio::test]
async fn metadata_is_taken_as_it_is_said_and_only_of_the_read_set_that_was_asked_for() {
    for (id, is_it) in [(READ_SET, true), ("", true), ("5000000009", false)] {
        let body = json!({
            "id": id, "arn": "arn:5", "sequenceStoreId": STORE, "status": "ACTIVE", "name": "n",
            "sampleId": "s", "subjectId": "", "fileType": "BAM", "referenceArn": null,
            "creationType": "UPLOAD", "creationTime": "2026-11-01T10:00:05Z",
        });
        let rule = mock!(Client::get_read_set_metadata).then_http_response(move || answer(&body));
        let seen = omics(&[&rule]).await.read_set(&READ_SET.parse().unwrap()).await;
        if !is_it {
            is_unusable(seen, "it is about another read set");
            continue;
        }
        let some = |text: &str| Some(text.to_owned());
        let described = Described {
            file_type: some("BAM"),
            name: some("n"),
            sample: some("s"),
            creation_type: some("UPLOAD"),
            ..Described::default()
        };
        let wanted = FoundReadSet {
            id: READ_SET.parse().unwrap(),
            arn: "arn:5".to_owned(),
            created: 1_793_527_205,
            state: ReadSetState::There(None),
            described,
            s3_uris: Vec::new(),
        };
        assert_eq!(seen.unwrap(), wanted);
    }
}

fn tagged() -> FoundReadSet {
    FoundReadSet {
        id: READ_SET.parse().unwrap(),
        arn: "arn:5".to_owned(),
        created: 0,
        state: ReadSetState::Processing,
        described: Described::default(),
        s3_uris: Vec::new(),
    }
}

#[tokio::test]
async fn of_the_tags_ours_are_read() {
    let mark = "1:67108864:ba7816bf8f01cfea414140de5dae2223:0000000000000007";
    let digest = format!("1:67108864:{}", Sha256::of(b"x"));
    for (tags, wanted) in [
        (json!({}), OurTags::default()),
        (json!({"omics-upload": "of another form", "x": mark}), OurTags::default()),
        (
            json!({"omics-upload": mark, "omics-upload-digest": digest}),
            OurTags { mark: mark.parse().ok(), digest: digest.parse().ok() },
        ),
    ] {
        let body = json!({ "tags": tags });
        let rule = mock!(Client::list_tags_for_resource)
            .match_requests(|input| input.resource_arn() == Some("arn:5"))
            .then_http_response(move || answer(&body));
        assert_eq!(omics(&[&rule]).await.tags_of(&tagged()).await.unwrap(), wanted);
    }
}

#[tokio::test]
async fn a_digest_is_left_as_a_tag() {
    let digest: ContentDigest = format!("1:growing:{}", Sha256::of(b"x")).parse().unwrap();
    let rule = mock!(Client::tag_resource)
        .match_requests(move |input| {
            assert_eq!(input.resource_arn(), Some("arn:5"));
            let tags = input.tags().unwrap();
            assert_eq!((tags.len(), &tags["omics-upload-digest"]), (1, &digest.to_string()));
            true
        })
        .then_http_response(|| answer(&json!({})));
    omics(&[&rule]).await.tag(&tagged(), &digest).await.unwrap();
}

#[tokio::test]
async fn the_fallback_location_may_be_missing() {
    for (location, wanted) in [
        (json!("s3://bucket/x/"), Some("s3://bucket/x/".to_owned())),
        (json!(""), None),
        (json!(null), None),
    ] {
        let body = json!({
            "arn": "arn", "id": STORE, "creationTime": "2026-11-01T10:00:00Z",
            "fallbackLocation": location,
        });
        let rule = mock!(Client::get_sequence_store)
            .match_requests(|input| input.id() == Some(STORE))
            .then_http_response(move || answer(&body));
        assert_eq!(omics(&[&rule]).await.fallback_location().await.unwrap(), wanted);
    }
}

#[tokio::test]
async fn a_checksum_is_held_against_a_digest_in_any_spelling() {
    let omics = omics(&[]).await;
    let digest = Sha256::of(b"abc").into();
    for (checksum, proof) in [
        ("ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=", Proof::Equal),
        ("BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD", Proof::Equal),
        ("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", Proof::Different),
        ("d41d8cd98f00b204e9800998ecf8427e", Proof::Opaque),
    ] {
        assert_eq!(omics.compare(&checksum.parse().unwrap(), &digest), proof, "{checksum}");
    }
}

#[tokio::test]
async fn an_upload_without_an_id_or_a_time_is_none() {
    for (body, what) in [
        (json!({"uploadId": ""}), "`` is not an upload ID"),
        (json!({"uploadId": null}), "`` is not an upload ID"),
        (json!({"uploadId": "../x"}), "`../x` is not an upload ID"),
        // Read sets are looked for by it: since 1970 they would be somebody else's.
        (json!({"creationTime": null}), "creation time"),
    ] {
        is_unusable(create(&bare_fields(), |_| {}, created(&body)).await, what);
    }
}
