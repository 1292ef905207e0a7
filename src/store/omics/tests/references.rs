//! What is asked about references, and what is made of the answers.

use aws_sdk_omics::{config::http::HttpResponse, primitives::SdkBody, types::ReferenceFile};
use aws_smithy_mocks::{MockResponseInterceptor, Rule, RuleMode, create_mock_http_client, mock};
use aws_smithy_runtime_api::http::StatusCode;
use serde_json::{Value, json};

use super::super::references::References;
use crate::{
    store::{
        StoreErrorKind,
        omics::*,
        reference::{IndexFile, ListedReference, ReferenceMetadata},
    },
    types::ReferenceArn,
};

const STORE: &str = "1234567890";
const ID: &str = "0987654321";
const ARN: &str =
    "arn:aws:omics:us-west-2:123456789012:referenceStore/1234567890/reference/0987654321";

/// The adapter as it is in use, but for the network, which answers by the rule.
async fn references(rule: &Rule) -> References {
    let url = "http://localhost:1".to_owned();
    let endpoint =
        Endpoint::Sandbox { url, region: "us-west-2".to_owned(), access_key: "ANY".to_owned() };
    let connection = Connection::open(SERVICE, endpoint).await.unwrap();
    let mocks = MockResponseInterceptor::new().rule_mode(RuleMode::MatchAny).with_rule(rule);
    let config = client::control(&connection).config().to_builder().interceptor(mocks);
    let client = Client::from_conf(config.http_client(create_mock_http_client()).build());
    References { client }
}

fn answer(body: impl Into<SdkBody>) -> HttpResponse {
    HttpResponse::new(StatusCode::try_from(200).unwrap(), body.into())
}

fn arn() -> ReferenceArn {
    ARN.parse().unwrap()
}

/// A reference as the service describes it, with some members otherwise.
fn described(other: Value) -> Value {
    let mut whole = json!({
        "id": ID,
        "arn": ARN,
        "referenceStoreId": STORE,
        "md5": "7ff134953dcca8c8997453bbb80b6b5e",
        "status": "ACTIVE",
        "name": "assembly-38",
        "creationTime": "2022-11-22T22:27:09.033Z",
        "updateTime": "2022-11-22T22:27:09.033Z",
    });
    let Value::Object(other) = other else { panic!("no object") };
    whole.as_object_mut().unwrap().extend(other);
    whole
}

fn listed(name: &str, is_active: bool) -> ListedReference {
    ListedReference { arn: arn(), name: name.to_owned(), is_active }
}

#[tokio::test]
async fn stores_are_listed_page_by_page() {
    let list = |page: Option<&'static str>, body: Value| async move {
        let rule = mock!(Client::list_reference_stores)
            .match_requests(move |input| {
                assert_eq!((input.max_results(), input.next_token()), (Some(100), page));
                true
            })
            .then_http_response(move || answer(body.to_string()));
        references(&rule).await.stores(page).await
    };
    let store = json!({
        "id": STORE,
        "arn": "arn:aws:omics:us-west-2:123456789012:referenceStore/1234567890",
        "creationTime": "2022-09-23T23:27:20.364Z",
    });
    let page =
        list(None, json!({ "referenceStores": [store], "nextToken": "more" })).await.unwrap();
    assert_eq!((page.items[0].as_str(), page.next.as_deref()), (STORE, Some("more")));
    let page = list(Some("more"), json!({ "referenceStores": [], "nextToken": "" })).await.unwrap();
    assert_eq!((page.items.len(), page.next), (0, None));
    let nameless = list(None, json!({ "referenceStores": [{}] })).await.unwrap_err();
    assert_eq!(nameless.kind, StoreErrorKind::Other);
}

#[tokio::test]
async fn references_are_listed_with_what_is_known_of_them() {
    let list = |item: Value| async move {
        let rule = mock!(Client::list_references)
            .match_requests(|input| {
                assert_eq!(input.reference_store_id(), Some(STORE));
                assert_eq!((input.max_results(), input.next_token()), (Some(100), Some("page")));
                true
            })
            .then_http_response(move || answer(json!({ "references": [item] }).to_string()));
        references(&rule).await.list(&STORE.parse().unwrap(), Some("page")).await
    };
    for (other, wanted) in [
        (json!({}), listed("assembly-38", true)),
        (json!({"name": null, "status": null}), listed("", true)),
        (json!({"status": "Active"}), listed("assembly-38", true)),
        (json!({"status": "DELETING"}), listed("assembly-38", false)),
        (json!({"status": "DELETED"}), listed("assembly-38", false)),
    ] {
        let page = list(described(other)).await.unwrap();
        assert_eq!((page.items, page.next), (vec![wanted], None));
    }
    let error = list(described(json!({"arn": ""}))).await.unwrap_err();
    assert_eq!((error.kind, error.operation.as_str()), (StoreErrorKind::Other, "ListReferences"));
}

#[tokio::test]
async fn metadata_say_how_the_index_is_read() {
    let metadata = |files: Value| async move {
        let rule = mock!(Client::get_reference_metadata)
            .match_requests(|input| {
                assert_eq!((input.reference_store_id(), input.id()), (Some(STORE), Some(ID)));
                true
            })
            .then_http_response(move || answer(described(json!({ "files": files })).to_string()));
        references(&rule).await.metadata(&arn()).await.unwrap()
    };
    let file = |size: u64, parts: u16| json!({"contentLength": size, "partSize": 100, "totalParts": parts});
    let read = |size: u64, parts: u16| Some(IndexFile { size: ByteCount::new(size), parts });
    for (files, index) in [
        (json!({"source": file(3_249_912_778, 31), "index": file(160_928, 2)}), read(160_928, 2)),
        (json!({"source": file(3_249_912_778, 31)}), None),
        (json!({"index": {"partSize": 100}}), None),
        (json!({"index": file(0, 1)}), None),
        (json!(null), None),
    ] {
        let wanted = ReferenceMetadata { listed: listed("assembly-38", true), index };
        assert_eq!(metadata(files).await, wanted);
    }
}

#[tokio::test]
async fn an_index_is_read_part_by_part() {
    let rule = mock!(Client::get_reference)
        .match_requests(|input| {
            assert_eq!((input.reference_store_id(), input.id()), (Some(STORE), Some(ID)));
            assert_eq!(input.file(), Some(&ReferenceFile::Index));
            assert_eq!((input.part_number(), input.range()), (Some(2), None));
            true
        })
        .then_http_response(|| answer("chr1\t10\t6\t60\t61\n"));
    let text = references(&rule).await.index(&arn(), 2).await.unwrap();
    assert_eq!(text, b"chr1\t10\t6\t60\t61\n");
}
