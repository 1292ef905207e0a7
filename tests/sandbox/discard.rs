//! A sandbox that discards: sizes and checksums are honest, and only the content is missing.

use std::{fs, path::Path};

use aws_sdk_omics::{
    error::ProvideErrorMetadata as _,
    types::{FileType, ReadSetPartSource as Source, ReadSetStatus},
};
use data_encoding::BASE64;
use omics_upload::sandbox::Options;
use sha2::{Digest as _, Sha256};

use super::site::{Site, claim};

const UBAM: &[u8] = include_bytes!("../data/pysam-tests/test_unaligned.bam");

async fn site(dir: &Path, discard: bool) -> Site {
    let dir = Some(dir.to_owned());
    Site::with(Options { dir, discard, ..Options::default() }).await
}

/// How many files with data lie below a folder.
fn data_files(dir: &Path) -> usize {
    let entries = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    let count = |path: std::path::PathBuf| {
        if path.is_dir() {
            data_files(&path)
        } else {
            usize::from(path.extension().is_some_and(|kind| kind == "part"))
        }
    };
    entries.map(count).sum()
}

/// The code and the message that `GetReadSet` answers.
async fn refusal(site: &Site, id: &str) -> (String, String) {
    let request = site.client.get_read_set().sequence_store_id(&site.store).id(id).part_number(1);
    let error = request.send().await.unwrap_err();
    (error.code().unwrap().to_owned(), error.message().unwrap().to_owned())
}

#[tokio::test]
async fn the_list_is_honest_and_the_content_is_gone() {
    let dir = tempfile::tempdir().unwrap();
    let site = site(dir.path(), true).await;
    let upload = site.create(FileType::Ubam).await;
    let checksum = site.part(&upload, Source::Source1, 1, UBAM).await.unwrap();
    assert_eq!(checksum, BASE64.encode(&Sha256::digest(UBAM)));
    let list = site.client.list_read_set_upload_parts().sequence_store_id(&site.store);
    let list = list.upload_id(&upload).part_source(Source::Source1).send().await.unwrap();
    let [part] = list.parts() else { panic!("{list:?}") };
    assert_eq!(part.part_size(), i64::try_from(UBAM.len()).unwrap());
    assert_eq!(part.checksum(), checksum);

    // Complete is as strict as ever.
    let other = BASE64.encode(&Sha256::digest("other"));
    let refused = site.complete(&upload, vec![claim(Source::Source1, 1, &other)]).await;
    assert_eq!(refused, Err(Some("ValidationException".to_owned())));
    let id = site.complete(&upload, vec![claim(Source::Source1, 1, &checksum)]).await.unwrap();
    let metadata = site.settled(&id).await;
    assert_eq!(metadata.status(), &ReadSetStatus::Active, "{metadata:?}");
    let information = metadata.sequence_information().unwrap();
    assert_eq!((information.total_read_count(), information.alignment()), (None, None));
    let file = metadata.files().unwrap().source1().unwrap();
    assert_eq!(file.content_length(), Some(i64::try_from(UBAM.len()).unwrap()));
    let (code, message) = refusal(&site, &id).await;
    assert_eq!(code, "ResourceNotFoundException");
    assert_eq!(message, "The sandbox was told to discard the content of this read set.");
    assert_eq!(data_files(dir.path()), 0);
    site.sandbox.stop().await;
}

#[tokio::test]
async fn a_directory_is_served_in_both_ways_in_turn() {
    let dir = tempfile::tempdir().unwrap();
    let half = UBAM.len() / 2;
    let keeping = site(dir.path(), false).await;
    let mixed = keeping.create(FileType::Ubam).await;
    let first = keeping.part(&mixed, Source::Source1, 1, &UBAM[..half]).await.unwrap();
    let replaced = keeping.create(FileType::Ubam).await;
    keeping.part(&replaced, Source::Source1, 1, UBAM).await.unwrap();
    assert_eq!(data_files(dir.path()), 2);
    keeping.sandbox.stop().await;

    let discarding = site(dir.path(), true).await;
    let second = discarding.part(&mixed, Source::Source1, 2, &UBAM[half..]).await.unwrap();
    // What takes the place of a kept part takes its file away.
    let whole = discarding.part(&replaced, Source::Source1, 1, UBAM).await.unwrap();
    assert_eq!(data_files(dir.path()), 1);
    discarding.sandbox.stop().await;

    let keeping = site(dir.path(), false).await;
    let claims = vec![claim(Source::Source1, 1, &first), claim(Source::Source1, 2, &second)];
    let mixed = keeping.complete(&mixed, claims).await.unwrap();
    let claims = vec![claim(Source::Source1, 1, &whole)];
    let replaced = keeping.complete(&replaced, claims).await.unwrap();
    for id in [&mixed, &replaced] {
        assert_eq!(keeping.settled(id).await.status(), &ReadSetStatus::Active);
        assert_eq!(refusal(&keeping, id).await.0, "ResourceNotFoundException");
    }
    let kept = keeping.upload(FileType::Ubam, &[UBAM], 100).await;
    assert_eq!(keeping.settled(&kept).await.status(), &ReadSetStatus::Active);
    assert!(keeping.read_back(&kept, "SOURCE1", 6).await == UBAM);
    keeping.sandbox.stop().await;
}
