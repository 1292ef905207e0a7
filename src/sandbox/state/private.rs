//! Files and folders inside a sandbox's directory: private to their owner, and reached through no
//! symbolic link.

use std::{
    fs::{self, DirBuilder, File},
    io,
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::Path,
};

use rustix::fs::OFlags;

/// Makes a folder, and those above it, for this user alone.
pub(crate) fn make_dir(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Makes a file that is not there yet.
pub(crate) fn create(path: &Path) -> io::Result<File> {
    File::options().write(true).create_new(true).mode(0o600).open(path)
}

/// Opens the file that processes lock, which is empty.
pub(crate) fn lock(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create(true).truncate(false).mode(0o600);
    regular(options.custom_flags(flags()).open(path))
}

/// Opens a file for reading.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    regular(File::options().read(true).custom_flags(flags()).open(path))
}

/// Opens a file whose content is to be changed.
pub(crate) fn change(path: &Path) -> io::Result<File> {
    regular(File::options().read(true).write(true).custom_flags(flags()).open(path))
}

/// A FIFO would be waited for until somebody writes to it.
fn flags() -> i32 {
    (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed()
}

fn regular(opened: io::Result<File>) -> io::Result<File> {
    match opened {
        Ok(file) if file.metadata()?.is_file() => Ok(file),
        Ok(_) => Err(io::Error::other("not a regular file")),
        Err(error) if error.raw_os_error() == Some(rustix::io::Errno::LOOP.raw_os_error()) => {
            Err(io::Error::other("a symbolic link, which a sandbox does not follow"))
        }
        Err(error) => Err(error),
    }
}

/// Whether there is something of this name, be it a link that leads nowhere.
pub(crate) fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// Fails if there is something of this name that is no folder.
pub(crate) fn check_dir(path: &Path) -> io::Result<()> {
    match path.symlink_metadata() {
        Ok(found) if !found.is_dir() => Err(io::Error::other("not a folder")),
        _ => Ok(()),
    }
}

/// Removes the files of a folder whose names are known, and the folder if nothing else is in it.
pub(crate) fn clear(dir: &Path, known: impl Fn(&str) -> bool) -> io::Result<()> {
    sweep(dir, known)?;
    match fs::remove_dir(dir) {
        Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => Ok(()),
        done => done,
    }
}

/// Removes the files of a folder whose names are known; folders and links are none.
pub(crate) fn sweep(dir: &Path, known: impl Fn(&str) -> bool) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        if entry.file_name().to_str().is_some_and(&known) && entry.file_type()?.is_file() {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}
