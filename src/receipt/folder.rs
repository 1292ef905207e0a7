//! The folder that receipts are kept in: a file for each, found by its IDs without being read.
//!
//! Names are `STORE-UPLOAD-READSET.json`, with a 0 for an ID that is not known.

use std::{
    collections::HashMap,
    fs::{self, Permissions},
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use super::{
    Receipt, ReceiptDocument, ReceiptError,
    document::{self, LONGEST},
};
use crate::files;

/// Where receipts are kept.
#[derive(Debug)]
pub struct ReceiptFolder {
    path: PathBuf,
    /// Those that were there when somebody asked first, and those that were kept since, by their IDs.
    listed: Mutex<Option<HashMap<String, Vec<ReceiptPlace>>>>,
}

/// A receipt that is kept, by the IDs of its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptPlace {
    pub path: PathBuf,
    store: String,
    upload: String,
    read_set: String,
}

impl ReceiptPlace {
    fn of(path: PathBuf) -> Option<Self> {
        let name = path.file_name()?.to_str()?.strip_suffix(".json")?;
        let mut ids = name.split('-').map(str::to_owned);
        let (store, upload, read_set) = (ids.next()?, ids.next()?, ids.next()?);
        ids.next().is_none().then_some(Self { path, store, upload, read_set })
    }

    /// What is there, if this user wrote it.
    pub fn read(&self) -> Result<ReceiptDocument, ReceiptError> {
        let bytes = files::read_own(&self.path, LONGEST);
        let failed = |source| ReceiptError::Read { path: self.path.clone(), source };
        document::parse(&self.path, &bytes.map_err(failed)?)
    }

    /// Whether it is of this store.
    pub fn is_in(&self, store: &str) -> bool {
        self.store == store
    }
}

impl ReceiptFolder {
    /// Names the folder; it is made when the first receipt is.
    pub const fn new(path: PathBuf) -> Self {
        Self { path, listed: Mutex::new(None) }
    }

    /// All receipts, by their names.
    pub fn places(&self) -> Result<Vec<ReceiptPlace>, ReceiptError> {
        let failed = |source| ReceiptError::Read { path: self.path.clone(), source };
        let entries = match fs::read_dir(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(failed)?,
        };
        let mut places = Vec::new();
        for entry in entries {
            places.extend(ReceiptPlace::of(entry.map_err(failed)?.path()));
        }
        places.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(places)
    }

    /// The receipts of an upload or a read set; of several stores there may be several. The folder is
    /// read once, however often this is asked.
    pub fn find(&self, id: &str) -> Result<Vec<ReceiptPlace>, ReceiptError> {
        let mut listed = self.listed.lock().unwrap_or_else(PoisonError::into_inner);
        let listed = match &mut *listed {
            Some(listed) => listed,
            None => listed.insert(by_id(self.places()?)),
        };
        Ok(listed.get(id).cloned().unwrap_or_default())
    }

    /// Keeps a receipt in the place of an earlier one of the same upload or read set, and takes from
    /// that what is not known any more. Nothing is kept of what got no ID.
    pub fn keep(&self, receipt: &Receipt) -> Result<(), ReceiptError> {
        let mut receipt = receipt.clone();
        if receipt.upload_id.is_none() && receipt.read_set_id.is_none() {
            return Ok(());
        }
        let ids = [receipt.upload_id.clone(), receipt.read_set_id.clone()];
        let store = receipt.store_id.clone();
        let mut places = Vec::new();
        for id in ids.iter().flatten() {
            places.extend(self.find(id)?.into_iter().filter(|place| place.is_in(&store)));
        }
        places.extend(self.place(&receipt).filter(|place| place.path.exists()));
        places.sort_by(|a, b| a.path.cmp(&b.path));
        places.dedup();
        let mut earlier = Vec::new();
        for place in places {
            // What cannot be read has nothing to add, and stays.
            let Ok(document) = place.read() else { continue };
            document.receipts.iter().for_each(|old| receipt.remember(old));
            earlier.push(place.path);
        }
        let Some(place) = self.place(&receipt) else { return Ok(()) };
        let path = place.path.clone();
        let failed = |source| ReceiptError::Write { path: path.clone(), source };
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.path).map_err(failed)?;
        if path.exists() && !earlier.contains(&path) {
            let taken = io::Error::other("another file is there that cannot be read as a receipt");
            return Err(failed(taken));
        }
        let bytes = ReceiptDocument::new(vec![receipt]).to_bytes();
        write_atomically(&path, &bytes, 0o600).map_err(failed)?;
        for old in earlier.into_iter().filter(|old| *old != path) {
            // Two of the same upload would only be told twice.
            let _ = fs::remove_file(old);
        }
        self.list(place);
        Ok(())
    }

    /// Makes what was kept outlive a loss of power.
    pub fn sync(&self) -> io::Result<()> {
        fs::File::open(&self.path)?.sync_all()
    }

    /// Where a receipt is kept.
    fn place(&self, receipt: &Receipt) -> Option<ReceiptPlace> {
        let known = |id: &Option<String>| id.clone().unwrap_or_else(|| "0".to_owned());
        let (upload, read_set) = (known(&receipt.upload_id), known(&receipt.read_set_id));
        let name = format!("{}-{upload}-{read_set}.json", receipt.store_id);
        ReceiptPlace::of(self.path.join(name))
    }

    /// Finds what was just kept from now on.
    fn list(&self, place: ReceiptPlace) {
        let mut listed = self.listed.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(listed) = &mut *listed else { return };
        for (id, kept) in by_id(vec![place]) {
            let places = listed.entry(id).or_default();
            places.retain(|old| old.path.exists() && !kept.contains(old));
            places.extend(kept);
        }
    }
}

fn by_id(places: Vec<ReceiptPlace>) -> HashMap<String, Vec<ReceiptPlace>> {
    let mut listed: HashMap<String, Vec<ReceiptPlace>> = HashMap::new();
    for place in places {
        for id in [&place.upload, &place.read_set].into_iter().filter(|id| *id != "0") {
            listed.entry(id.clone()).or_default().push(place.clone());
        }
    }
    listed
}

/// Writes a file that is there as a whole or not at all; `mode` is subject to the umask. What a link
/// leads to is replaced, not the link.
pub fn write_atomically(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let path = files::followed(path)?;
    let mut file = tempfile::Builder::new()
        .prefix(".omics-upload-")
        .permissions(Permissions::from_mode(mode))
        .tempfile_in(files::folder(&path))?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map(drop).map_err(|error| error.error)
}
