//! Where vaults lie in the sandbox's directory, and what their files are called.
//!
//! ```text
//! vaults/VAULT/vault.json                        VAULT is made from the name, which may be `..`
//! vaults/VAULT/uploads/ID/upload.json            there from Initiate on, and for a while after Abort
//! vaults/VAULT/uploads/ID/part-00001.json        one part; names the file that holds its data, if kept
//! vaults/VAULT/uploads/ID/part-00001-….part
//! vaults/VAULT/archives/ID.json                  there from Complete until deletion
//! vaults/VAULT/archives/ID.archive               all bytes of the archive, if kept
//! ```
//!
//! Changes are made as in `state/disk.rs`: one JSON file appears or disappears, and data that no record
//! names is removed at the next start.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};

use super::ids;
use crate::sandbox::state::private;

/// The folder of a vault inside that of all vaults.
pub(crate) fn vault(vaults: &Path, name: &str) -> PathBuf {
    vaults.join(&HEXLOWER.encode(&Sha256::digest(name))[..32])
}

pub(crate) fn upload(vault: &Path, id: &str) -> PathBuf {
    vault.join("uploads").join(id)
}

pub(crate) fn archives(vault: &Path) -> PathBuf {
    vault.join("archives")
}

pub(crate) fn archive_record(vault: &Path, id: &str) -> PathBuf {
    archives(vault).join(format!("{id}.json"))
}

pub(crate) fn archive_data(id: &str) -> String {
    format!("{id}.archive")
}

pub(crate) fn part_record(number: u16) -> String {
    format!("part-{number:05}.json")
}

/// A name that no data of this part has had.
pub(crate) fn part_data(number: u16) -> String {
    format!("part-{number:05}-{:016x}.part", fastrand::u64(..))
}

pub(crate) fn is_part_data(name: &str) -> bool {
    name.strip_suffix(".part").is_some_and(|stem| stem.starts_with("part-") && ids::is_id(stem))
}

pub(crate) fn is_part_record(name: &str) -> bool {
    name.strip_suffix(".json").is_some_and(|stem| stem.starts_with("part-") && ids::is_id(stem))
}

/// Whether a file in an upload's folder is one of ours.
pub(crate) fn is_of_upload(name: &str) -> bool {
    let known = name.rsplit_once('.').filter(|(_, kind)| matches!(*kind, "json" | "tmp" | "part"));
    known.is_some_and(|(stem, _)| {
        stem == "upload" || (stem.starts_with("part-") && ids::is_id(stem))
    })
}

/// Whether a file among the archives is one of ours.
pub(crate) fn is_of_archives(name: &str) -> bool {
    let known =
        name.rsplit_once('.').filter(|(_, kind)| matches!(*kind, "json" | "tmp" | "archive"));
    known.is_some_and(|(stem, _)| ids::is_id(stem))
}

/// Removes an upload's folder; it is gone when its record is, whatever becomes of the rest.
pub(crate) fn remove_upload(dir: &Path) -> io::Result<()> {
    match fs::remove_file(dir.join("upload.json")) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    // A part that is just arriving may still be written here; the next start removes it.
    drop(private::clear(dir, is_of_upload));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_of_a_vault_is_inside_whatever_its_name_is() {
        let all = Path::new("vaults");
        for name in ["..", ".", "a", "A", &"x".repeat(255)] {
            let dir = vault(all, name);
            assert_eq!(dir.parent(), Some(all));
            assert_eq!(dir.file_name().unwrap().len(), 32);
        }
        assert_ne!(vault(all, "a"), vault(all, "A"));
    }

    #[test]
    fn only_our_files_are_ours() {
        for name in ["upload.json", "upload.tmp", &part_record(1), &part_data(10_000)] {
            assert!(is_of_upload(name), "{name}");
        }
        for name in ["other.json", "part-1.txt", "upload", ".upload.json"] {
            assert!(!is_of_upload(name), "{name}");
        }
        assert!(is_of_archives("abc.json") && is_of_archives(&archive_data("-_x")));
        assert!(!is_of_archives("a.b.json") && !is_of_archives("abc.txt"));
    }
}
