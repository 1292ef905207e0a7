//! Receipts of archives: what was stored in a vault, under which ID, and what is needed to know the file
//! again. One JSON document of one or more archives.

use std::{
    collections::{BTreeSet, HashMap},
    fs::{self, DirBuilder, File},
    io::{self, Write as _},
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use serde::{Deserialize, Serialize};

use super::{
    ReceiptError, ReceiptFailure, Requests, Sender, Traffic,
    document::{self, LONGEST, VERSION},
    write_atomically,
};
use crate::{
    files,
    types::{Fingerprint, Sha256},
};

/// Receipts as they are on disk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ArchiveDocument {
    pub version: u32,
    pub archives: Vec<ArchiveReceipt>,
}

/// The receipt of one archive. Sizes and offsets are in bytes, times in RFC 3339 and UTC.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ArchiveReceipt {
    pub archive_id: Option<String>,
    pub upload_id: Option<String>,
    pub vault_arn: String,
    /// When the vault was made, if that is known: another one of the same name has another time.
    pub vault_created: Option<String>,
    pub region: String,
    /// What took the place of AWS's own endpoint.
    pub endpoint: Option<String>,
    /// As in the document of `vault put`: `completed`, `skipped`, `failed` or `interrupted`.
    pub status: String,
    pub error: Option<ReceiptFailure>,
    pub began: Option<String>,
    pub ended: Option<String>,
    pub elapsed_seconds: f64,
    /// As the vault has it.
    pub description: String,
    pub file: ArchivedFile,
    /// The root over all parts.
    pub sha256_tree_hash: Option<String>,
    /// Of the whole file, if it was sent as one part.
    pub sha256: Option<String>,
    pub part_size: Option<u64>,
    pub parts: Vec<ArchivePart>,
    pub requests: Requests,
    pub transfer: Traffic,
    pub origin: Sender,
}

/// A file as it was when it was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArchivedFile {
    /// As it was given.
    pub path: String,
    pub absolute_path: Option<String>,
    pub name: String,
    pub bytes: u64,
    pub modified: String,
    /// 32 hexadecimal digits over its size and some of its blocks.
    pub fingerprint: String,
    pub identity: FileIdentity,
}

/// What the system says of a file: as long as all of it is the same, so is the content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileIdentity {
    pub device: u64,
    pub inode: u64,
    /// Nanoseconds since 1970, as text: JSON numbers are not that exact everywhere.
    pub modified: String,
    /// The same of the last change of anything about it (`ctime`).
    pub changed: String,
}

/// A part that the service has confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArchivePart {
    pub number: u16,
    pub offset: u64,
    pub bytes: u64,
    pub sha256: String,
    pub sha256_tree_hash: String,
    /// Whether it was sent by an earlier run.
    pub reused: bool,
}

impl ArchiveDocument {
    pub const fn new(archives: Vec<ArchiveReceipt>) -> Self {
        Self { version: VERSION, archives }
    }

    /// Reads the document that a user names, which may also come through a pipe.
    pub fn read(path: &Path) -> Result<Self, ReceiptError> {
        document::read(path)
    }

    /// Whether a file holds what this program, or a newer one, has written, or nothing at all.
    pub fn is_at(path: &Path) -> io::Result<bool> {
        document::is_at::<Self>(path)
    }

    /// As it is on disk, with a newline.
    pub fn to_bytes(&self) -> Vec<u8> {
        document::to_bytes(self)
    }
}

/// The folder that receipts of archives are kept in. Names are `FINGERPRINT-ARCHIVE.json`, where `ARCHIVE`
/// stands for the ID, so that those of a file are found without reading the others.
#[derive(Debug)]
pub struct ArchiveReceipts {
    path: PathBuf,
    /// Those that were there when somebody asked first, and those that were kept since, by the
    /// fingerprints of their files.
    listed: Mutex<Option<HashMap<String, BTreeSet<PathBuf>>>>,
}

/// In bytes: no receipt of an archive is longer.
const ROOM: usize = 64 * 1024;

impl ArchiveReceipts {
    /// Names the folder.
    pub const fn new(path: PathBuf) -> Self {
        Self { path, listed: Mutex::new(None) }
    }

    /// Makes the folder, and tries whether there is room for a receipt.
    pub fn prepare(&self) -> Result<(), ReceiptError> {
        let failed = |source| ReceiptError::Write { path: self.path.clone(), source };
        DirBuilder::new().recursive(true).mode(0o700).create(&self.path).map_err(failed)?;
        let mut probe = files::nameless_in(&self.path).map_err(failed)?;
        probe.write_all(&vec![0; ROOM]).and_then(|()| probe.sync_all()).map_err(failed)
    }

    /// Keeps the receipt of an archive. On disk, with its name, when this returns.
    pub fn keep(&self, receipt: &ArchiveReceipt) -> Result<(), ReceiptError> {
        let Some(id) = &receipt.archive_id else { return Ok(()) };
        let archive = Sha256::of(id.as_bytes()).to_string();
        let fingerprint = receipt.file.fingerprint.clone();
        let path = self.path.join(format!("{fingerprint}-{}.json", &archive[..32]));
        let failed = |source| ReceiptError::Write { path: path.clone(), source };
        DirBuilder::new().recursive(true).mode(0o700).create(&self.path).map_err(failed)?;
        let bytes = ArchiveDocument::new(vec![receipt.clone()]).to_bytes();
        write_atomically(&path, &bytes, 0o600).map_err(failed)?;
        let mut folders = [Some(&*self.path), self.path.parent()].into_iter().flatten();
        folders.try_for_each(|folder| File::open(folder)?.sync_all()).map_err(failed)?;
        if let Some(listed) = &mut *self.listed() {
            listed.entry(fingerprint).or_default().insert(path);
        }
        Ok(())
    }

    /// The receipts of files with a fingerprint, the latest first. The folder is read once, however often
    /// this is asked.
    pub fn of(&self, fingerprint: Fingerprint) -> Result<Vec<ArchiveReceipt>, ReceiptError> {
        let paths = {
            let mut listed = self.listed();
            let listed = listed.get_or_insert_with(|| by_fingerprint(&self.path));
            listed.get(&fingerprint.to_string()).cloned().unwrap_or_default()
        };
        let mut found = Vec::new();
        for path in &paths {
            found.extend(read(path)?.archives);
        }
        found.sort_by(|a: &ArchiveReceipt, b| b.ended.cmp(&a.ended));
        Ok(found)
    }

    /// All receipts with their paths, by their names; those that cannot be read are errors.
    pub fn all(&self) -> Vec<(PathBuf, Result<ArchiveReceipt, ReceiptError>)> {
        let paths: BTreeSet<_> = by_fingerprint(&self.path).into_values().flatten().collect();
        let all = |path: PathBuf| match read(&path) {
            Ok(document) => {
                let of = |archive| (path.clone(), Ok(archive));
                document.archives.into_iter().map(of).collect::<Vec<_>>()
            }
            Err(error) => vec![(path, Err(error))],
        };
        paths.into_iter().flat_map(all).collect()
    }

    fn listed(&self) -> MutexGuard<'_, Option<HashMap<String, BTreeSet<PathBuf>>>> {
        self.listed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn read(path: &Path) -> Result<ArchiveDocument, ReceiptError> {
    let failed = |source| ReceiptError::Read { path: path.to_owned(), source };
    document::parse(path, &files::read_own(path, LONGEST).map_err(failed)?)
}

fn by_fingerprint(folder: &Path) -> HashMap<String, BTreeSet<PathBuf>> {
    let mut listed: HashMap<String, BTreeSet<PathBuf>> = HashMap::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let stem = name.to_str().and_then(|name| name.strip_suffix(".json"));
        if let Some((fingerprint, _)) = stem.and_then(|stem| stem.split_once('-')) {
            listed.entry(fingerprint.to_owned()).or_default().insert(entry.path());
        }
    }
    listed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receipt(archive: &str) -> ArchiveReceipt {
        ArchiveReceipt {
            archive_id: Some(archive.to_owned()),
            upload_id: None,
            vault_arn: "arn".to_owned(),
            vault_created: None,
            region: "us-east-1".to_owned(),
            endpoint: None,
            status: "completed".to_owned(),
            error: None,
            began: None,
            ended: None,
            elapsed_seconds: 0.5,
            description: "a.bam".to_owned(),
            file: ArchivedFile {
                path: "a.bam".to_owned(),
                absolute_path: None,
                name: "a.bam".to_owned(),
                bytes: 7,
                modified: "2026-11-21T10:00:00Z".to_owned(),
                fingerprint: Fingerprint::new(&Sha256::of(b"x")).to_string(),
                identity: FileIdentity {
                    device: 1,
                    inode: 2,
                    modified: "3".to_owned(),
                    changed: "4".to_owned(),
                },
            },
            sha256_tree_hash: None,
            sha256: None,
            part_size: None,
            parts: Vec::new(),
            requests: Requests::default(),
            transfer: Traffic::default(),
            origin: Sender {
                host: "here".to_owned(),
                user: None,
                tool: "omics-upload".to_owned(),
                version: "1".to_owned(),
            },
        }
    }

    #[test]
    fn receipts_are_found_by_what_the_file_holds() {
        let temporary = tempfile::tempdir().unwrap();
        let kept = ArchiveReceipts::new(temporary.path().join("vault/receipts"));
        let of = |bytes| kept.of(Fingerprint::new(&Sha256::of(bytes))).unwrap();
        assert_eq!(of(b"x"), []);
        // IDs may hold anything that can be printed.
        let later = Some("2026-11-22T10:00:00Z".to_owned());
        let all = [ArchiveReceipt { ended: later, ..receipt("../a") }, receipt("b/c")];
        for receipt in all.iter().chain(&all) {
            kept.keep(receipt).unwrap();
        }
        assert_eq!(of(b"x"), all, "the latest first");
        let anew = ArchiveReceipts::new(temporary.path().join("vault/receipts"));
        assert_eq!(anew.of(Fingerprint::new(&Sha256::of(b"x"))).unwrap(), all);
        assert_eq!(of(b"y"), []);
        let none = ArchiveReceipt { archive_id: None, ..receipt("") };
        kept.keep(&none).unwrap();
        assert_eq!(of(b"x").len(), 2);
    }

    #[test]
    fn what_is_none_of_ours_is_known() {
        let temporary = tempfile::tempdir().unwrap();
        let path = temporary.path().join("r.json");
        let document = ArchiveDocument::new(vec![receipt("a")]).to_bytes();
        for (content, is_ours) in [
            (&document[..], true),
            (b"", true),
            (b"{\"version\":9}", true),
            (b"{\"version\":1,\"receipts\":[]}", false),
            (b"mine", false),
        ] {
            fs::write(&path, content).unwrap();
            assert_eq!(ArchiveDocument::is_at(&path).unwrap(), is_ours, "{content:?}");
        }
    }
}
