//! The folder of journals: finding, making, opening and locking them.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io,
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
    time::Duration,
};

use super::{
    Journal, Opened, Output, Record,
    entry::{Entry, Header, VERSION},
};
use crate::{files, types::Escaped};

/// Why a journal cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process works on the same upload.
    #[error("another process is working on this upload{}", who(holder.as_ref()))]
    Busy { path: PathBuf, holder: Option<Opened> },
    /// Another process has ended it, or somebody has removed it.
    #[error("another process has worked on this upload meanwhile, and `{}` is gone", shown(path))]
    Gone { path: PathBuf },
    #[error("`{}`, line {line}, is damaged", shown(path))]
    Damaged { path: PathBuf, line: usize },
    #[error(
        "`{}` was written by a newer omics-upload (its version is {version}, and this program knows \
         {VERSION})",
        shown(path)
    )]
    Newer { path: PathBuf, version: u32 },
    #[error("cannot use `{}`", shown(path))]
    Io { path: PathBuf, source: io::Error },
}

impl OpenError {
    /// What it means for an upload.
    pub fn without_record(&self) -> String {
        let cause = std::error::Error::source(self).map(|cause| format!(": {cause}"));
        format!(
            "{self}{}: the upload goes on without a record on this machine, and if it is interrupted \
             it will be found again in the store",
            cause.unwrap_or_default()
        )
    }
}

fn shown(path: &Path) -> String {
    Escaped::new(&path.to_string_lossy()).to_string()
}

fn who(holder: Option<&Opened>) -> String {
    holder.map_or_else(String::new, |opened| {
        let Opened { process, host, at } = opened;
        format!(" (process {process} on {}, since {})", Escaped::new(host), Escaped::new(at))
    })
}

/// The folder that this machine's journals are in.
#[derive(Debug, Clone)]
pub struct Folder(PathBuf);

impl Folder {
    /// Names the folder; it is made when the first journal is.
    pub const fn new(path: PathBuf) -> Self {
        Self(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Opens the journal with this name, if there is one, and locks it.
    pub fn open(&self, name: &str, opened: Opened) -> Result<Option<Journal>, OpenError> {
        open(self.journal(name), opened)
    }

    /// Makes a journal and locks it. Its header is on disk when this returns.
    pub fn create(&self, name: &str, header: Header, opened: Opened) -> Result<Journal, OpenError> {
        let path = self.journal(name);
        let io = |source| OpenError::Io { path: path.clone(), source };
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.0).map_err(io)?;
        let mut options = OpenOptions::new();
        let file = options.read(true).append(true).create_new(true).mode(0o600).open(&path);
        // Another process may have been faster, or have taken the empty file for one that was left
        // behind, before it was locked.
        let file = match file {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(busy(&path)),
            file => file.map_err(io)?,
        };
        lock(&file, &path)?;
        if is_replaced(&file, &path).map_err(io)? {
            return Err(busy(&path));
        }
        let mut record = Record::new(header.clone());
        record.opened = Some(opened.clone());
        let output = Output::Own(Some(file));
        let mut journal = Journal { output, path: path.clone(), record, is_broken: false };
        let begun = journal
            .append(&Entry::Header(header))
            .and_then(|()| journal.append(&Entry::Opened(opened)))
            .and_then(|()| journal.sync());
        begun.map_err(|source| {
            // Half a header would only be in the way.
            let _ = fs::remove_file(&path);
            OpenError::Io { path, source }
        })?;
        Ok(journal)
    }

    /// Puts a journal that cannot be read out of the way, and keeps it. One that another process has
    /// put in its place meanwhile stays.
    pub fn set_aside(path: &Path) -> Result<(), OpenError> {
        let io = |source| OpenError::Io { path: path.to_owned(), source };
        let file = File::open(path).map_err(io)?;
        lock(&file, path)?;
        let is_damaged =
            matches!(parse(path, &fs::read(path).map_err(io)?), Err(OpenError::Damaged { .. }));
        if is_damaged && !is_replaced(&file, path).map_err(io)? {
            fs::rename(path, path.with_extension("damaged")).map_err(io)?;
        }
        Ok(())
    }

    /// Puts a journal out of the way that is open, and so locked, but not what its name says.
    pub fn set_aside_open(journal: &Journal) -> Result<(), OpenError> {
        let path = &journal.path;
        fs::rename(path, path.with_extension("damaged"))
            .map_err(|source| OpenError::Io { path: path.clone(), source })
    }

    /// The names of all journals.
    pub fn names(&self) -> io::Result<Vec<String>> {
        let entries = match fs::read_dir(&self.0) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut names = Vec::new();
        for entry in entries {
            let path = entry?.path();
            let stem = path.file_stem().and_then(|stem| stem.to_str());
            if let Some(stem) = stem
                && path.extension().is_some_and(|extension| extension == EXTENSION)
            {
                names.push(stem.to_owned());
            }
        }
        names.sort();
        Ok(names)
    }

    /// What a journal says, without locking it: somebody may be working on it.
    pub fn peek(&self, name: &str) -> Result<Option<Record>, OpenError> {
        let path = self.journal(name);
        let bytes = match files::read_own(&path, LONGEST) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(OpenError::Io { path, source }),
        };
        parse(&path, &bytes).map(|parsed| parsed.map(|(record, _)| record))
    }

    fn journal(&self, name: &str) -> PathBuf {
        self.0.join(name).with_extension(EXTENSION)
    }
}

impl Journal {
    /// Opens and locks the file again, and reads what others have written meanwhile.
    pub fn take_up(&mut self) -> Result<(), OpenError> {
        let path = self.path.clone();
        match &mut self.output {
            Output::Own(None) => {}
            Output::Shared { output, past, is_taken_up } if !*is_taken_up => {
                *is_taken_up = true;
                let parts = past.read_parts(&output.key);
                for part in parts.map_err(|source| OpenError::Io { path, source })? {
                    self.record.apply(&part);
                }
                return Ok(());
            }
            Output::Own(Some(_)) | Output::Shared { .. } => return Ok(()),
        }
        let Some((file, mut record)) = locked(&path)? else {
            return Err(OpenError::Gone { path });
        };
        let ours = self.record.opened.take();
        let is_ours = record.opened == ours;
        record.is_old = self.record.is_old || !is_ours;
        (self.output, self.record) = (Output::Own(Some(file)), record);
        match ours {
            Some(ours) if !is_ours => {
                let written = self.append(&Entry::Opened(ours));
                written.map_err(|source| OpenError::Io { path, source })
            }
            _ => Ok(()),
        }
    }
}

fn open(path: PathBuf, opened: Opened) -> Result<Option<Journal>, OpenError> {
    let Some((file, mut record)) = locked(&path)? else { return Ok(None) };
    record.is_old = true;
    let output = Output::Own(Some(file));
    let mut journal = Journal { output, path: path.clone(), record, is_broken: false };
    let written = journal.append(&Entry::Opened(opened));
    written.map_err(|source| OpenError::Io { path, source })?;
    Ok(Some(journal))
}

/// Locks the file of a journal and reads it; nothing if there is none that is still of use.
pub(super) fn locked(path: &Path) -> Result<Option<(File, Record)>, OpenError> {
    let io = |source| OpenError::Io { path: path.to_owned(), source };
    let file = match files::open(path, OpenOptions::new().read(true).append(true)) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(io(source)),
    };
    lock(&file, path)?;
    if is_replaced(&file, path).map_err(io)? {
        // Whoever had the lock has ended the journal meanwhile.
        return locked(path);
    }
    let bytes = files::is_own(&file).and_then(|()| files::contents(&file, LONGEST)).map_err(io)?;
    let parsed = parse(path, &bytes)?.filter(|(record, _)| !record.is_ended);
    let Some((record, good)) = parsed else {
        // Nothing was ever sent under a header that is not whole.
        fs::remove_file(path).map_err(io)?;
        return Ok(None);
    };
    // A torn line goes, so that what is appended stands on a line of its own.
    file.set_len(good as u64).map_err(io)?;
    Ok(Some((file, record)))
}

const EXTENSION: &str = "jsonl";

/// In bytes; no journal of ours gets as long.
const LONGEST: u64 = 256 * 1024 * 1024;

fn lock(file: &File, path: &Path) -> Result<(), OpenError> {
    match file.try_lock() {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => Err(busy(path)),
        Err(TryLockError::Error(source)) => Err(OpenError::Io { path: path.to_owned(), source }),
    }
}

/// Who has the journal, as far as it says so; whoever has just begun gets a moment to say it.
fn busy(path: &Path) -> OpenError {
    let opened = || {
        let bytes = files::read_own(path, LONGEST).ok()?;
        parse(path, &bytes).ok().flatten()?.0.opened
    };
    let holder = (0..10).find_map(|_| {
        opened().or_else(|| {
            std::thread::sleep(Duration::from_millis(10));
            None
        })
    });
    OpenError::Busy { path: path.to_owned(), holder }
}

/// Whether the path names another file by now, or none.
fn is_replaced(file: &File, path: &Path) -> io::Result<bool> {
    let ours = file.metadata()?;
    Ok(match fs::metadata(path) {
        Ok(now) => (now.dev(), now.ino()) != (ours.dev(), ours.ino()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => true,
        Err(error) => return Err(error),
    })
}

/// What the bytes of a journal say, and how many of them are good; `None` if not even the header is
/// whole. A torn last line is dropped; any other damage is an error.
pub(super) fn parse(path: &Path, bytes: &[u8]) -> Result<Option<(Record, usize)>, OpenError> {
    let mut record: Option<Record> = None;
    let mut good = 0;
    for (index, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
        if !line.ends_with(b"\n") {
            break;
        }
        let makes_sense = match (&mut record, serde_json::from_slice::<Entry>(line)) {
            (None, Ok(Entry::Header(header))) if header.version == VERSION => {
                record = Some(Record::new(header));
                true
            }
            (Some(record), Ok(entry)) => record.apply(&entry),
            _ => false,
        };
        if !makes_sense {
            let path = path.to_owned();
            return Err(match newer(line) {
                Some(version) if record.is_none() => OpenError::Newer { path, version },
                _ => OpenError::Damaged { path, line: index + 1 },
            });
        }
        good += line.len();
    }
    Ok(record.map(|record| (record, good)))
}

/// The version of a header that is newer than ours.
fn newer(line: &[u8]) -> Option<u32> {
    #[derive(serde::Deserialize)]
    struct Versioned {
        version: u32,
    }
    let Versioned { version } = serde_json::from_slice(line).ok()?;
    (version > VERSION).then_some(version)
}
