//! Files that the program reads for itself (journals, receipts, the config file), and the streams
//! that it writes to.
//!
//! A pipe in the place of such a file would be waited for without end, and a huge one would fill the
//! memory, so both are errors.

use std::{
    fs::{self, File, Metadata, OpenOptions},
    io::{self, Read as _, Write as _},
    os::{
        fd::{AsFd as _, OwnedFd},
        unix::fs::{FileTypeExt as _, MetadataExt as _, OpenOptionsExt as _},
    },
    path::{Path, PathBuf},
};

use rustix::fs::OFlags;
use tempfile::NamedTempFile;

/// Whether a path lies in a folder that may not be entered, or in a file. A home that is not this
/// user's, as `sudo` and containers may leave it, has nothing for this user.
pub fn is_out_of_reach(path: &Path) -> bool {
    use io::ErrorKind::{NotADirectory, PermissionDenied};
    let looked = fs::symlink_metadata(path);
    looked.is_err_and(|error| matches!(error.kind(), PermissionDenied | NotADirectory))
}

/// Opens a regular file. Anything else is an error, and is not waited for.
pub fn open(path: &Path, options: &OpenOptions) -> io::Result<File> {
    // Opening a device may already change something.
    is_regular(&fs::metadata(path)?)?;
    let file = options.clone().custom_flags(OFlags::NONBLOCK.bits().cast_signed()).open(path)?;
    is_regular(&file.metadata()?)?;
    Ok(file)
}

/// Reads a regular file of at most `most` bytes.
pub fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    contents(&open(path, OpenOptions::new().read(true))?, most)
}

/// The same, of a file that belongs to the user who runs this program: what others wrote into a
/// shared folder is not acted on.
pub fn read_own(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let file = open(path, OpenOptions::new().read(true))?;
    is_own(&file)?;
    contents(&file, most)
}

/// Everything that an open file holds, if that is at most `most` bytes.
pub fn contents(file: &File, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(io::Error::other(format!("the file is larger than {} MiB", most >> 20)));
    }
    Ok(bytes)
}

/// Fails for a file of another user.
pub fn is_own(file: &File) -> io::Result<()> {
    let owner = file.metadata()?.uid();
    if owner == rustix::process::geteuid().as_raw() {
        return Ok(());
    }
    Err(io::Error::other(format!("the file belongs to another user (uid {owner})")))
}

fn is_regular(metadata: &Metadata) -> io::Result<()> {
    let file_type = metadata.file_type();
    let what = if file_type.is_file() {
        return Ok(());
    } else if file_type.is_dir() {
        return Err(rustix::io::Errno::ISDIR.into());
    } else if file_type.is_fifo() {
        "named pipe"
    } else if file_type.is_socket() {
        "socket"
    } else {
        "device"
    };
    Err(io::Error::other(format!("it is a {what}, not a regular file")))
}

/// Where an output goes that is not a regular file: this can be written to, but not be replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    Stdout,
    Stderr,
    /// A pipe, a device, or another descriptor that was handed down.
    Other,
}

impl Stream {
    /// `None` for a regular file, and where nothing is yet.
    ///
    /// Descriptors are known by their names: a file that a shell has opened for appending looks like
    /// any other.
    pub fn of(path: &Path) -> Option<Self> {
        match (path.to_str().unwrap_or_default(), descriptor(path)) {
            ("/dev/stdout", _) | (_, Some("1")) => Some(Self::Stdout),
            ("/dev/stderr", _) | (_, Some("2")) => Some(Self::Stderr),
            (_, Some(_)) => Some(Self::Other),
            _ => {
                let file_type = fs::metadata(path).ok()?.file_type();
                (!file_type.is_file() && !file_type.is_dir()).then_some(Self::Other)
            }
        }
    }

    /// Opens it to write at its end. A pipe waits for its reader.
    pub fn open(self, path: &Path) -> io::Result<File> {
        // Opened anew, a descriptor would have a position of its own, and overwrite what goes out
        // through the first.
        let same = |fd: io::Result<OwnedFd>| fd.map(File::from);
        may_write(path)?;
        match self {
            Self::Stdout => same(io::stdout().as_fd().try_clone_to_owned()),
            Self::Stderr => same(io::stderr().as_fd().try_clone_to_owned()),
            Self::Other => OpenOptions::new().append(true).open(path),
        }
    }

    /// Writes everything; whoever reads standard output may have seen enough before.
    pub fn write(self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        match self.open(path)?.write_all(bytes) {
            Err(error) if self == Self::Stdout && error.kind() == io::ErrorKind::BrokenPipe => {
                Ok(())
            }
            written => written,
        }
    }
}

/// The number of a descriptor that a path names.
fn descriptor(path: &Path) -> Option<&str> {
    let name = path.to_str()?;
    ["/dev/fd/", "/proc/self/fd/"].iter().find_map(|folder| name.strip_prefix(folder))
}

/// Fails if a path names a descriptor that is closed, or for reading only. Linux would open its file anew, and for
/// writing.
pub fn may_write(path: &Path) -> io::Result<()> {
    let Some(number) = descriptor(path) else { return Ok(()) };
    fs::metadata(path)?;
    let Ok(info) = fs::read_to_string(format!("/proc/self/fdinfo/{number}")) else {
        return Ok(());
    };
    let flags = info.lines().find_map(|line| line.strip_prefix("flags:")).unwrap_or_default();
    match u32::from_str_radix(flags.trim(), 8) {
        Ok(flags) if flags & OFlags::ACCMODE.bits() == OFlags::RDONLY.bits() => {
            Err(rustix::io::Errno::BADF.into())
        }
        _ => Ok(()),
    }
}

/// What a path names in the end: links are followed, also one whose target does not exist yet.
pub fn followed(path: &Path) -> io::Result<PathBuf> {
    /// As many as Linux follows.
    const MOST: usize = 40;
    let mut path = path.to_owned();
    for _ in 0..MOST {
        let Ok(target) = fs::read_link(&path) else { return Ok(path) };
        path = folder(&path).join(target);
    }
    Err(io::Error::other("too many symbolic links lead on from there"))
}

/// A new file in a folder, which is gone when it is dropped. An error does not name it: nobody has asked
/// for it.
pub fn temporary_in(folder: &Path) -> io::Result<NamedTempFile> {
    let made = tempfile::Builder::new().prefix(".omics-upload-").tempfile_in(folder);
    made.map_err(|error| without_name(folder, &error))
}

/// A temporary file without a name, of which nothing stays, however this process ends.
pub fn nameless_in(folder: &Path) -> io::Result<File> {
    tempfile::tempfile_in(folder).map_err(|error| without_name(folder, &error))
}

/// The error of making a temporary file, without its name.
fn without_name(folder: &Path, error: &io::Error) -> io::Error {
    // What is wrong with the folder itself is said in the system's own words.
    let of_folder = fs::metadata(folder).err().filter(|own| own.kind() == error.kind());
    of_folder.unwrap_or_else(|| io::Error::from(error.kind()))
}

/// The folder that a path is in.
pub fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."))
}

/// Whether two paths name the same file, by whatever names. One that does not exist yet is known by
/// its name and its folder.
pub fn are_same(one: &Path, other: &Path) -> bool {
    let identity = |path: &Path| fs::metadata(path).map(|there| (there.dev(), there.ino())).ok();
    match (identity(one), identity(other)) {
        (Some(one), Some(other)) => one == other,
        (None, None) => {
            let place = |path: &Path| {
                let path = followed(path).ok()?;
                Some((identity(folder(&path))?, path.file_name()?.to_owned()))
            };
            place(one).is_some_and(|place_of_one| place(other) == Some(place_of_one))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn an_error_does_not_name_a_file_that_nobody_has_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        assert!(temporary_in(folder.path()).is_ok());
        let error = temporary_in(&folder.path().join("missing")).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
        assert!(!error.to_string().contains(".omics-upload-"), "{error}");
    }

    #[test]
    fn what_is_no_regular_file_or_too_large_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        fs::write(&path, "abc").unwrap();
        assert_eq!(read_own(&path, 3).unwrap(), b"abc");
        let error = |path: &Path| read(path, 2).unwrap_err().to_string();
        assert_eq!(error(&path), "the file is larger than 0 MiB");
        assert_eq!(error(Path::new("/dev/zero")), "it is a device, not a regular file");
        assert_eq!(error(folder.path()), "Is a directory (os error 21)");
    }

    #[test]
    fn streams_are_known_by_name_and_by_kind() {
        for (path, stream) in [
            ("/dev/stdout", Some(Stream::Stdout)),
            ("/proc/self/fd/1", Some(Stream::Stdout)),
            ("/dev/stderr", Some(Stream::Stderr)),
            ("/dev/fd/2", Some(Stream::Stderr)),
            ("/dev/fd/7", Some(Stream::Other)),
            ("/dev/null", Some(Stream::Other)),
            ("/dev", None),
            ("Cargo.toml", None),
            ("no such file", None),
        ] {
            assert_eq!(Stream::of(Path::new(path)), stream, "{path}");
        }
    }

    #[test]
    fn links_are_followed_to_what_need_not_exist() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        symlink("second", at("first")).unwrap();
        symlink(at("end"), at("second")).unwrap();
        assert_eq!(followed(&at("first")).unwrap(), at("end"));
        assert!(are_same(&at("first"), &at("./end")));
        assert!(!are_same(&at("first"), &at("other")));
        fs::write(at("end"), "").unwrap();
        fs::hard_link(at("end"), at("hard")).unwrap();
        assert!(are_same(&at("first"), &at("hard")));
        assert!(!are_same(&at("first"), &at("other")));
        symlink("loop", at("loop")).unwrap();
        assert!(followed(&at("loop")).is_err());
    }
}
