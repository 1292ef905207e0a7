//! The reference store: what is in it, how it is read, and what is refused.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use aws_sdk_omics::types::{FileType, ReferenceFile, ReferenceFilter, ReferenceStoreFilter};
use omics_upload::sandbox::{Options, Sandbox, StartError};

use super::{
    raw::Raw,
    site::{REFERENCE, Site, code},
};

const HUMAN: &str = ">chr1 a comment\nACGTACGT\nACGT\n>chrM\nNNNN\n";
const INDEX: &str = "chr1\t12\t16\t8\t9\nchrM\t4\t36\t4\t5\n";

fn file(dir: &Path, name: &str, text: &str) -> PathBuf {
    let path = dir.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

async fn site(references: Vec<PathBuf>) -> Site {
    Site::with(Options { references, ..Options::default() }).await
}

/// The ID of the reference store, and the ID of the reference of this name.
async fn ids(site: &Site, name: &str) -> (String, String) {
    let stores = site.client.list_reference_stores().send().await.unwrap();
    let store = stores.reference_stores()[0].id().to_owned();
    let filter = ReferenceFilter::builder().name(name).build();
    let list = site.client.list_references().reference_store_id(&store).filter(filter);
    let found = list.send().await.unwrap();
    assert_eq!(found.references().len(), 1);
    let id = found.references()[0].id().to_owned();
    (store, id)
}

async fn read(
    site: &Site,
    file: ReferenceFile,
    range: Option<&str>,
) -> Result<String, Option<String>> {
    let (store, id) = ids(site, "human.fa").await;
    let request = site.client.get_reference().reference_store_id(store).id(id).file(file);
    let answer = request.part_number(1).set_range(range.map(str::to_owned)).send().await;
    let payload = answer.map_err(|error| code(&error))?.payload;
    Ok(String::from_utf8(payload.collect().await.unwrap().to_vec()).unwrap())
}

#[tokio::test]
async fn a_fasta_file_is_copied_and_indexed() {
    let dir = tempfile::tempdir().unwrap();
    let site = site(vec![file(dir.path(), "human.fa", HUMAN)]).await;
    let (store, id) = ids(&site, "human.fa").await;
    let metadata = site
        .client
        .get_reference_metadata()
        .reference_store_id(&store)
        .id(&id)
        .send()
        .await
        .unwrap();
    let arn = format!("arn:aws:omics:eu-west-1:000000000000:referenceStore/{store}/reference/{id}");
    assert_eq!(metadata.arn(), arn);
    assert_eq!(site.sandbox.references("eu-west-1"), [("human.fa".to_owned(), arn.clone())]);
    // md5sum says so of the file.
    assert_eq!(metadata.md5(), "7095393cfea37e0a010dbd29aeb6d8b9");
    assert_eq!(metadata.name(), Some("human.fa"));
    assert_eq!(metadata.status().unwrap().as_str(), "ACTIVE");
    let files = metadata.files().unwrap();
    for (file, text) in [(files.source(), HUMAN), (files.index(), INDEX)] {
        let file = file.unwrap();
        assert_eq!(file.content_length(), i64::try_from(text.len()).ok());
        assert_eq!((file.total_parts(), file.part_size()), (Some(1), Some(104_857_600)));
    }
    assert_eq!(read(&site, ReferenceFile::Source, None).await.unwrap(), HUMAN);
    assert_eq!(read(&site, ReferenceFile::Index, None).await.unwrap(), INDEX);
    assert_eq!(read(&site, ReferenceFile::Index, Some("bytes=0-3")).await.unwrap(), "chr1");
    let outside = read(&site, ReferenceFile::Index, Some("bytes=400-")).await;
    assert_eq!(outside.unwrap_err().as_deref(), Some("RangeNotSatisfiableException"));
    let tags = site.client.list_tags_for_resource().resource_arn(arn).send().await.unwrap();
    assert!(tags.tags().is_empty());
}

#[tokio::test]
async fn the_index_is_that_of_samtools() {
    let dir = tempfile::tempdir().unwrap();
    let contig =
        |n: usize| format!(">contig{n} of {n}\n{}{}\n", "ACGTN\n".repeat(n), &"ACGT"[..n % 4]);
    let text = (1..60).map(contig).collect::<Vec<_>>().concat();
    let path = file(dir.path(), "human.fa", &text.replace("\n\n", "\n"));
    if !matches!(Command::new("samtools").arg("faidx").arg(&path).status(), Ok(s) if s.success()) {
        assert!(std::env::var_os("CI").is_none(), "samtools is needed here");
        return;
    }
    let wanted = std::fs::read_to_string(dir.path().join("human.fa.fai")).unwrap();
    assert_eq!(wanted.lines().count(), 59);
    let site = site(vec![path]).await;
    assert_eq!(read(&site, ReferenceFile::Index, None).await.unwrap(), wanted);
}

#[tokio::test]
async fn an_index_alone_is_a_reference_without_bases() {
    let dir = tempfile::tempdir().unwrap();
    let site = site(vec![file(dir.path(), "human.fa.fai", INDEX)]).await;
    assert_eq!(read(&site, ReferenceFile::Index, None).await.unwrap(), INDEX);
    let missing = read(&site, ReferenceFile::Source, None).await.unwrap_err();
    assert_eq!(missing.as_deref(), Some("ResourceNotFoundException"));
    let (store, id) = ids(&site, "human.fa").await;
    let request = site.client.get_reference_metadata().reference_store_id(store).id(id);
    let files = request.send().await.unwrap().files.unwrap();
    assert!(files.source().is_none() && files.index().is_some());
}

#[tokio::test]
async fn lists_have_pages_and_filters() {
    let dir = tempfile::tempdir().unwrap();
    let names = ["one.fa", "two.fa", "three.fa"];
    let files = names.map(|name| file(dir.path(), name, &format!(">{name}\nACGT\n")));
    let site = site(files.to_vec()).await;
    let (store, _) = ids(&site, "two.fa").await;
    let list = || site.client.list_references().reference_store_id(&store);
    let mut pages = list().into_paginator().page_size(2).send();
    let mut found = Vec::new();
    while let Some(page) = pages.next().await {
        found.push(
            page.unwrap()
                .references()
                .iter()
                .filter_map(|r| r.name().map(str::to_owned))
                .collect::<Vec<_>>(),
        );
    }
    assert_eq!(found.iter().map(Vec::len).collect::<Vec<_>>(), [2, 1]);
    // In the order in which they were given.
    assert_eq!(found.concat(), names);
    let md5 = list().send().await.unwrap().references()[0].md5().to_owned();
    let with = |filter: ReferenceFilter| list().filter(filter).send();
    let found = with(ReferenceFilter::builder().md5(md5).build()).await.unwrap();
    assert_eq!(found.references().len(), 1);
    let found = with(ReferenceFilter::builder().name("four.fa").build()).await.unwrap();
    assert!(found.references().is_empty());
    for (name, count) in [("sandbox", 1), ("other", 0)] {
        let filter = ReferenceStoreFilter::builder().name(name).build();
        let stores = site.client.list_reference_stores().filter(filter).send().await.unwrap();
        assert_eq!(stores.reference_stores().len(), count, "{name}");
    }
    let one = site.client.get_reference_store().id(&store).send().await.unwrap();
    assert_eq!(one.name(), Some("sandbox"));
}

#[tokio::test]
async fn what_is_wrong_or_not_there_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let site = site(vec![file(dir.path(), "human.fa", HUMAN)]).await;
    let (store, id) = ids(&site, "human.fa").await;
    let one = format!("/referencestore/{store}/reference/{id}");
    for (raw, status, error) in [
        (Raw::new("GET", one.clone(), ""), 400, "ValidationException"),
        (Raw::new("GET", format!("{one}?partNumber=0"), ""), 400, "ValidationException"),
        (Raw::new("GET", format!("{one}?partNumber=10001"), ""), 400, "ValidationException"),
        (Raw::new("GET", format!("{one}?partNumber=2"), ""), 416, "RangeNotSatisfiableException"),
        (Raw::new("GET", format!("{one}?partNumber=1&file=FAI"), ""), 400, "ValidationException"),
        (Raw::new("GET", format!("{one}?partNumber=1&x=1"), ""), 400, "ValidationException"),
        (
            Raw::new("GET", format!("{one}?partNumber=1"), "").header("Range", "0-9"),
            400,
            "ValidationException",
        ),
        (Raw::new("GET", format!("{one}/metadata?x=1"), ""), 400, "ValidationException"),
        (Raw::new("GET", format!("{one}1/metadata"), ""), 404, "ResourceNotFoundException"),
        (Raw::new("GET", "/referencestore/12", ""), 400, "ValidationException"),
        (Raw::new("GET", "/referencestore/1111111111", ""), 404, "ResourceNotFoundException"),
        (
            Raw::new("POST", "/referencestore/1111111111/references", "{}"),
            404,
            "ResourceNotFoundException",
        ),
        (
            Raw::new("POST", "/referencestores", r#"{"filter":{"md5":"x"}}"#),
            400,
            "ValidationException",
        ),
        (
            Raw::new("POST", format!("/referencestore/{store}/references?maxResults=101"), "{}"),
            400,
            "ValidationException",
        ),
        (
            Raw::new(
                "POST",
                format!("/referencestore/{store}/references"),
                r#"{"filter":{"name":"ab"}}"#,
            ),
            400,
            "ValidationException",
        ),
    ] {
        let answer = raw.send(&site.sandbox.url()).await.unwrap();
        assert_eq!((answer.status, answer.code()), (status, error));
    }
}

/// Without references any ARN is taken as it is; with some, no other one.
#[tokio::test]
async fn create_refuses_a_reference_that_is_not_there() {
    let bare = Site::new(&[]).await;
    bare.create(FileType::Bam).await;
    let unknown = bare.client.list_reference_stores().send().await.unwrap_err();
    assert_eq!(code(&unknown).as_deref(), Some("UnknownOperationException"));
    let dir = tempfile::tempdir().unwrap();
    let site = site(vec![file(dir.path(), "human.fa", HUMAN)]).await;
    let (_, known) = &site.sandbox.references("eu-west-1")[0];
    let create = |arn: &str| {
        let request = site.client.create_multipart_read_set_upload();
        let request = request.sequence_store_id(&site.store).source_file_type(FileType::Bam);
        request.subject_id("s").sample_id("s").name("n").reference_arn(arn).send()
    };
    for arn in [REFERENCE, &known.replace("eu-west-1", "us-east-1")] {
        let refused = create(arn).await.unwrap_err();
        assert_eq!(code(&refused).as_deref(), Some("ResourceNotFoundException"));
    }
    create(known).await.unwrap();
}

#[tokio::test]
async fn references_last() {
    let dir = tempfile::tempdir().unwrap();
    let home = dir.path().join("home");
    let human = file(dir.path(), "human.fa", HUMAN);
    let start = |references: Vec<PathBuf>| {
        Sandbox::start(Options { dir: Some(home.clone()), references, ..Options::default() })
    };
    let sandbox = start(vec![human.clone()]).await.unwrap();
    let first = sandbox.references("eu-west-1");
    sandbox.stop().await;
    // What was not finished leaves nothing.
    let stray = home.join("references/9999999999");
    std::fs::create_dir(&stray).unwrap();
    for references in [vec![], vec![human.clone()]] {
        let sandbox = start(references).await.unwrap();
        assert_eq!(sandbox.references("eu-west-1"), first);
        sandbox.stop().await;
    }
    assert!(!stray.exists());
    file(dir.path(), "human.fa", &HUMAN.replace("NNNN", "NNNA"));
    let other = start(vec![human]).await.unwrap_err();
    assert!(matches!(other, StartError::OtherReference { .. }), "{other}");
}

#[tokio::test]
async fn a_file_that_is_no_reference_is_said_to_be_none() {
    let dir = tempfile::tempdir().unwrap();
    let zipped = dir.path().join("zipped.fa.gz");
    std::fs::write(&zipped, [0x1f, 0x8b, 8, 0]).unwrap();
    for (path, wanted) in [
        (
            file(dir.path(), "reads.fastq", "@r\nACGT\n+\nIIII\n"),
            "is no FASTA file that can be indexed",
        ),
        (file(dir.path(), "x.fai", INDEX), "has 3 to 255 characters"),
        (file(dir.path(), "xyz.fai", HUMAN), "is no index of a FASTA file"),
        (zipped, "it is compressed: decompress it first"),
        (dir.path().join("nowhere.fa"), "cannot read the reference"),
    ] {
        let options = Options { references: vec![path], ..Options::default() };
        let error = Sandbox::start(options).await.unwrap_err().to_string();
        assert!(error.contains(wanted), "{error}");
    }
}
