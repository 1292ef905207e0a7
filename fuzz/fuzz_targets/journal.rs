//! A journal with any content is read, or refused in words; it never panics.

#![no_main]

use std::{fs, path::Path, sync::LazyLock};

use libfuzzer_sys::fuzz_target;
use omics_upload::journal::Folder;

/// A folder of this process alone, in memory where there is such a place.
static FOLDER: LazyLock<std::path::PathBuf> = LazyLock::new(|| {
    let base = Path::new("/dev/shm");
    let base = if base.is_dir() { base.to_owned() } else { std::env::temp_dir() };
    let folder = base.join(format!("omics-upload-fuzz-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    folder
});

fuzz_target!(|bytes: &[u8]| {
    fs::write(FOLDER.join("j.jsonl"), bytes).unwrap();
    if let Err(error) = Folder::new(FOLDER.clone()).peek("j") {
        assert!(!error.to_string().is_empty());
    }
});
