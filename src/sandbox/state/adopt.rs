//! How files of this machine become references: read once, copied, hashed and indexed in passing.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Read as _, Write as _},
    path::Path,
    time::Duration,
};

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use md5::{Digest as _, Md5};

use super::{
    disk, private,
    record::{self, SavedReference, SavedReferenceStore},
    reference_store::{self, INDEX, RECORD, ReferenceStore, SOURCE},
    service::{Holdings, Service},
};
use crate::sandbox::{
    content::{Indexer, fasta},
    rules::{TextRule, Violations},
    start_error::StartError,
};

/// How much of a file is read at a time.
const BLOCK: usize = 1024 * 1024;

/// What a file came to.
struct Adopted {
    md5: String,
    /// The size of the FASTA file; `None` if the file is an index.
    source: Option<u64>,
    index: String,
}

impl Service {
    /// Takes a file in, unless the sandbox has it already.
    pub(crate) fn add_reference(&self, path: &Path) -> Result<(), StartError> {
        let name = name(path)?;
        let mut state = self.state().map_err(|error| StartError::Reference {
            path: path.to_owned(),
            source: io::Error::other(error.message),
        })?;
        let known = state
            .references
            .as_ref()
            .and_then(|store| store.references.values().find(|reference| reference.name == name));
        if let Some(known) = known {
            let adopted = read(path, &mut io::sink())?;
            let same = (adopted.source, &adopted.md5) == (known.source, &known.md5);
            return if same {
                Ok(())
            } else {
                Err(StartError::OtherReference { path: path.into() })
            };
        }
        self.keep_reference(&mut state, path, name)
    }

    fn keep_reference(
        &self,
        state: &mut Holdings,
        path: &Path,
        name: String,
    ) -> Result<(), StartError> {
        let id = state.new_id();
        let dir = self.home().reference(&id);
        let failed = |source| StartError::Directory { dir: dir.clone(), source };
        private::make_dir(&dir).map_err(failed)?;
        let adopted = private::create(&dir.join(SOURCE))
            .map_err(failed)
            .and_then(|mut copy| read(path, &mut copy))
            .inspect_err(|_| drop(reference_store::discard(&dir)))?;
        if adopted.source.is_none() {
            fs::remove_file(dir.join(SOURCE)).map_err(failed)?;
        }
        private::create(&dir.join(INDEX))
            .and_then(|mut file| file.write_all(adopted.index.as_bytes()))
            .map_err(failed)?;
        let Adopted { md5, source, index } = adopted;
        let (created, index) = (created(state), index.len() as u64);
        let record = SavedReference { id: id.clone(), created, name, md5, source, index };
        let store = self.reference_store(state).map_err(failed)?;
        disk::write(&dir.join(RECORD), &record).map_err(failed)?;
        store.references.insert(id, record);
        Ok(())
    }

    /// The reference store, made if it is not there.
    fn reference_store<'a>(&self, state: &'a mut Holdings) -> io::Result<&'a mut ReferenceStore> {
        let store = if let Some(store) = state.references.take() {
            store
        } else {
            let (id, created) = (state.new_id(), record::now());
            let record = SavedReferenceStore { id, created, name: "sandbox".to_owned() };
            disk::write(&self.home().references().join("store.json"), &record)?;
            ReferenceStore { record, references: BTreeMap::new() }
        };
        Ok(state.references.insert(store))
    }
}

/// References are listed by their times, so no two have the same one, however fast they come.
fn created(state: &Holdings) -> Timestamp {
    let all = state.references.iter().flat_map(|store| store.references.values());
    let last = all.map(|reference| reference.created).max();
    let after = last.and_then(|last| last.checked_add(Duration::from_millis(1)).ok());
    after.map_or_else(record::now, |after| after.max(record::now()))
}

fn is_index(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("fai"))
}

/// A reference is called as its file, whether that or its index is given.
fn name(path: &Path) -> Result<String, StartError> {
    let name = if is_index(path) { path.file_stem() } else { path.file_name() };
    let name = name.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let violations = Violations::default();
    TextRule::REFERENCE_NAME.check("name", &name, &violations);
    let reason = "the file's name is the reference's, and that has 3 to 255 characters";
    let refused = || StartError::NoReference { path: path.to_owned(), reason };
    violations.into_result().map_err(|_| refused())?;
    Ok(name)
}

/// Reads a file to its end; a FASTA file is written to `copy` as well.
fn read(path: &Path, copy: &mut impl io::Write) -> Result<Adopted, StartError> {
    let failed = |source| StartError::Reference { path: path.to_owned(), source };
    let mut file = File::open(path).map_err(failed)?;
    if is_index(path) {
        let mut index = String::new();
        file.read_to_string(&mut index).map_err(failed)?;
        fasta::check_index(index.as_bytes())
            .map_err(failed)?
            .map_err(|source| StartError::NoIndex { path: path.to_owned(), source })?;
        return Ok(Adopted { md5: HEXLOWER.encode(&Md5::digest(&index)), source: None, index });
    }
    read_fasta(path, file, copy)
}

fn read_fasta(
    path: &Path,
    mut file: File,
    copy: &mut impl io::Write,
) -> Result<Adopted, StartError> {
    let failed = |source| StartError::Reference { path: path.to_owned(), source };
    let unfit = |source| StartError::NoFasta { path: path.to_owned(), source };
    let (mut indexer, mut hash, mut size) = (Indexer::new(), Md5::new(), 0);
    let mut buffer = vec![0; BLOCK];
    loop {
        let count = match file.read(&mut buffer) {
            Ok(0) => break,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            count => count.map_err(failed)?,
        };
        let block = &buffer[..count];
        if size == 0 && block.starts_with(&[0x1f, 0x8b]) {
            let reason = "it is compressed: decompress it first, or give its index (`.fai`)";
            return Err(StartError::NoReference { path: path.to_owned(), reason });
        }
        size += count as u64;
        hash.update(block);
        indexer.feed(block).map_err(unfit)?;
        copy.write_all(block).map_err(failed)?;
    }
    let index = indexer.finish().map_err(unfit)?;
    Ok(Adopted { md5: HEXLOWER.encode(&hash.finalize()), source: Some(size), index })
}
