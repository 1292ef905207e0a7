//! Reads the vaults that lie in a sandbox's directory, and removes what no record names.

use std::{
    collections::{BTreeMap, HashSet},
    fs, io,
    path::{Path, PathBuf},
};

use super::{
    disk,
    holdings::{HeldUpload, HeldVault, KEPT_AT_REST, REMEMBERED, Vaults, is_within},
    ids,
    record::{SavedArchive, SavedVaultPart, SavedVaultUpload},
};
use crate::sandbox::{
    start_error::StartError,
    state::{disk as files, private, record::now},
};

impl Vaults {
    /// Loads all of them.
    pub(crate) fn load(dir: &Path) -> Result<Self, StartError> {
        let mut vaults = BTreeMap::new();
        for (_, dir) in folders(dir)? {
            let path = dir.join("vault.json");
            if private::is_there(&path) {
                let vault = load_vault(&dir, &path)?;
                vaults.insert(vault.record.name.clone(), vault);
            }
        }
        Ok(Self(vaults))
    }
}

fn load_vault(dir: &Path, record: &Path) -> Result<HeldVault, StartError> {
    let mut vault = HeldVault::new(files::read(record)?);
    vault.archives = load_archives(&disk::archives(dir))?;
    let completed: HashSet<_> =
        vault.archives.values().filter_map(|archive| archive.upload.clone()).collect();
    for (id, dir) in folders(&dir.join("uploads"))? {
        let failed = |source| StartError::Directory { dir: dir.clone(), source };
        let path = dir.join("upload.json");
        // Without its record, it was never finished, or is already removed in part.
        if completed.contains(&id) || !private::is_there(&path) {
            disk::remove_upload(&dir).map_err(failed)?;
            continue;
        }
        let record: SavedVaultUpload = files::read(&path)?;
        if record.id != id {
            return Err(damaged(path, "`id` is not that of the folder"));
        }
        load_upload(&dir, record, &mut vault)?;
    }
    Ok(vault)
}

fn load_upload(
    dir: &Path,
    record: SavedVaultUpload,
    into: &mut HeldVault,
) -> Result<(), StartError> {
    let failed = |source| StartError::Directory { dir: dir.to_owned(), source };
    let mut named = HashSet::from(["upload.json".to_owned()]);
    let mut upload = HeldUpload::new(record);
    if let Some(aborted) = upload.record.aborted {
        if !is_within(aborted, REMEMBERED, now()) {
            return disk::remove_upload(dir).map_err(failed);
        }
        into.aborted.insert(upload.record.id, aborted);
    } else {
        for name in names(dir)?.into_iter().filter(|name| disk::is_part_record(name)) {
            let part: SavedVaultPart = files::read(&dir.join(&name))?;
            named.insert(name);
            named.extend(part.file.clone());
            upload.parts.insert(part.start, part);
        }
        let parts = upload.parts.values().map(|part| part.sent);
        let last = parts.fold(upload.record.created, Ord::max);
        if !is_within(last, KEPT_AT_REST, now()) {
            return disk::remove_upload(dir).map_err(failed);
        }
        into.uploads.insert(upload.record.id.clone(), upload);
    }
    private::sweep(dir, |name| disk::is_of_upload(name) && !named.contains(name)).map_err(failed)
}

fn load_archives(dir: &Path) -> Result<BTreeMap<String, SavedArchive>, StartError> {
    let mut archives = BTreeMap::new();
    let mut named = HashSet::new();
    for name in names(dir)?.into_iter().filter(|name| disk::is_of_archives(name)) {
        let Some(id) = name.strip_suffix(".json") else { continue };
        let archive: SavedArchive = files::read(&dir.join(&name))?;
        if archive.id != id {
            return Err(damaged(dir.join(&name), "`id` is not that of the file"));
        }
        named.extend([name.clone(), disk::archive_data(id)]);
        archives.insert(archive.id.clone(), archive);
    }
    match private::sweep(dir, |name| disk::is_of_archives(name) && !named.contains(name)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(StartError::Directory { dir: dir.to_owned(), source: error })
        }
        _ => Ok(archives),
    }
}

fn damaged(path: PathBuf, what: &str) -> StartError {
    StartError::Damaged { path, source: serde::de::Error::custom(what) }
}

/// The names in a folder, which need not be there.
fn names(dir: &Path) -> Result<Vec<String>, StartError> {
    let failed = |source| StartError::Directory { dir: dir.to_owned(), source };
    let entries = match fs::read_dir(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(failed)?,
    };
    let mut names = Vec::new();
    for entry in entries {
        names.extend(entry.map_err(failed)?.file_name().into_string());
    }
    Ok(names)
}

/// The folders of ours in a folder, with their names.
fn folders(dir: &Path) -> Result<Vec<(String, PathBuf)>, StartError> {
    let failed = |source| StartError::Directory { dir: dir.to_owned(), source };
    private::check_dir(dir).map_err(failed)?;
    let mut folders = Vec::new();
    for name in names(dir)?.into_iter().filter(|name| ids::is_id(name)) {
        let path = dir.join(&name);
        private::check_dir(&path).map_err(failed)?;
        folders.push((name, path));
    }
    Ok(folders)
}
