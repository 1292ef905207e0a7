//! A source file of a proven read set: recognised again before it goes, deleted or moved.
//!
//! Nothing of the same name in the target folder is ever replaced. A symbolic link goes itself, and what
//! it leads to stays.

use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
};

use rustix::{
    fs::{Access, AtFlags, CWD, RenameFlags},
    io::Errno,
};
use tempfile::TempPath;

use super::copy::{self, ProvenPart};
use crate::{files, source::Identity, types::Escaped};

/// A file as it was when it was uploaded.
#[derive(Debug)]
pub(crate) struct ProvenFile {
    pub(super) path: PathBuf,
    pub(super) identity: Identity,
    /// All of its parts, in their order.
    pub(super) parts: Vec<ProvenPart>,
}

/// What a name stands for.
enum NamedFile {
    File(File),
    /// A link, and where it leads.
    Link(PathBuf),
}

/// What remains to be done once nothing is known to be in the way.
#[derive(Debug)]
pub(super) enum DisposalStep {
    Delete,
    Rename(PathBuf),
    /// The target is on another file system, and has the bytes already.
    Place {
        copy: TempPath,
        to: PathBuf,
    },
    /// The same link in another folder, and where it has to lead.
    Link {
        target: PathBuf,
        to: PathBuf,
    },
}

/// Why a file stays.
#[derive(Debug, thiserror::Error)]
pub(super) enum Obstacle {
    #[error("it changed since it was uploaded: {0}")]
    Changed(&'static str),
    #[error("`{}` exists already", Escaped::new(&.0.to_string_lossy()))]
    Taken(PathBuf),
    #[error("it cannot be {what}: {error}")]
    Io { what: &'static str, error: io::Error },
    #[error("its folder cannot be changed: {0}")]
    Folder(io::Error),
    #[error(transparent)]
    Copy(#[from] copy::CopyError),
}

impl Obstacle {
    fn io(what: &'static str) -> impl Fn(io::Error) -> Self {
        move |error| Self::Io { what, error }
    }
}

impl ProvenFile {
    /// Finds out what has to be done, and does as much of it as leaves the file untouched: to another
    /// file system, the bytes are copied and compared. `folder` is where it is moved to, if it is.
    pub(super) fn prepare(
        &self,
        folder: Option<&Path>,
        is_stopped: &dyn Fn() -> bool,
    ) -> Result<DisposalStep, Obstacle> {
        let named = self.named()?;
        may_change(&self.path).map_err(Obstacle::Folder)?;
        let Some(folder) = folder else { return Ok(DisposalStep::Delete) };
        let to = free(&self.path, folder)?;
        let there = fs::metadata(folder).map_err(Obstacle::io("moved"))?;
        Ok(match named {
            NamedFile::Link(target) => {
                // Elsewhere, a relative target would be another one.
                let here = std::path::absolute(files::folder(&self.path));
                DisposalStep::Link { target: here.map_err(Obstacle::io("moved"))?.join(target), to }
            }
            NamedFile::File(_) if self.is_beside(there.dev()) => DisposalStep::Rename(to),
            NamedFile::File(file) => {
                let copy = copy::copy(&file, folder, &self.parts, is_stopped)?;
                DisposalStep::Place { copy, to }
            }
        })
    }

    /// Does what remains.
    pub(super) fn take(
        &self,
        step: DisposalStep,
        is_stopped: &dyn Fn() -> bool,
    ) -> Result<(), Obstacle> {
        match step {
            DisposalStep::Delete => self.delete(),
            DisposalStep::Rename(to) => {
                let named = self.named()?;
                match (rename(&self.path, &to), named) {
                    // A mount of the same device, or a subvolume of the same volume.
                    (Err(error), NamedFile::File(file))
                        if error.kind() == io::ErrorKind::CrossesDevices =>
                    {
                        let copy = copy::copy(&file, files::folder(&to), &self.parts, is_stopped)?;
                        self.take(DisposalStep::Place { copy, to }, is_stopped)
                    }
                    (renamed, _) => {
                        renamed.map_err(|error| not_placed(&to, error))?;
                        self.sync();
                        // The name is there, whether or not it outlives a loss of power already.
                        let _ = sync(files::folder(&to));
                        Ok(())
                    }
                }
            }
            DisposalStep::Place { copy, to } => {
                self.named()?;
                copy.persist_noclobber(&to).map_err(|error| not_placed(&to, error.error))?;
                self.delete_after(&to)
            }
            DisposalStep::Link { target, to } => {
                self.named()?;
                std::os::unix::fs::symlink(target, &to).map_err(|error| not_placed(&to, error))?;
                self.delete_after(&to)
            }
        }
    }

    /// Deletes it when what was put in its place is there for good, or takes that back.
    fn delete_after(&self, to: &Path) -> Result<(), Obstacle> {
        let synced = sync(files::folder(to)).map_err(Obstacle::io("moved"));
        let deleted = synced.and_then(|()| self.delete());
        // Of a file that is not here any more, the other one is all there is.
        if deleted.is_err() && self.named().is_ok() {
            let _ = fs::remove_file(to);
        }
        deleted
    }

    fn delete(&self) -> Result<(), Obstacle> {
        self.named()?;
        fs::remove_file(&self.path).map_err(Obstacle::io("deleted"))?;
        self.sync();
        Ok(())
    }

    /// A deletion that a loss of power takes back does no harm.
    fn sync(&self) {
        let _ = sync(files::folder(&self.path));
    }

    /// Opens what the name stands for, if that is still the file that was uploaded.
    fn named(&self) -> Result<NamedFile, Obstacle> {
        let unseen = Obstacle::io("opened");
        let file = files::open(&self.path, OpenOptions::new().read(true)).map_err(&unseen)?;
        let now = Identity::of(&file).map_err(&unseen)?;
        if let Some(what) = self.identity.difference(&now) {
            return Err(Obstacle::Changed(what));
        }
        let name = fs::symlink_metadata(&self.path).map_err(&unseen)?;
        if name.is_symlink() {
            return fs::read_link(&self.path).map(NamedFile::Link).map_err(unseen);
        }
        match self.identity.difference(&Identity::from(&name)) {
            Some(what) => Err(Obstacle::Changed(what)),
            None => Ok(NamedFile::File(file)),
        }
    }

    fn is_beside(&self, device: u64) -> bool {
        fs::metadata(files::folder(&self.path)).is_ok_and(|folder| folder.dev() == device)
    }
}

/// The name of a file in another folder, if nothing has it.
pub(super) fn free(path: &Path, folder: &Path) -> Result<PathBuf, Obstacle> {
    let to = folder.join(path.file_name().unwrap_or_default());
    match fs::symlink_metadata(&to) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(to),
        Err(error) => Err(Obstacle::io("moved")(error)),
        Ok(_) => Err(Obstacle::Taken(to)),
    }
}

/// Whether the folder of a file lets go of it, as far as that is known beforehand.
pub(super) fn may_change(path: &Path) -> io::Result<()> {
    let access = Access::WRITE_OK | Access::EXEC_OK;
    match rustix::fs::accessat(CWD, files::folder(path), access, AtFlags::EACCESS) {
        // An old system that cannot tell.
        Err(Errno::NOSYS | Errno::INVAL) => Ok(()),
        allowed => Ok(allowed?),
    }
}

fn not_placed(to: &Path, error: io::Error) -> Obstacle {
    match error.kind() {
        io::ErrorKind::AlreadyExists => Obstacle::Taken(to.to_owned()),
        _ => Obstacle::io("moved")(error),
    }
}

/// Gives a file another name, if nothing has it.
fn rename(from: &Path, to: &Path) -> io::Result<()> {
    match rustix::fs::renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        // NFS and others replace, or do nothing; a second name replaces nothing either.
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => {
            fs::hard_link(from, to)?;
            fs::remove_file(from).inspect_err(|_| {
                if fs::symlink_metadata(from).is_ok() {
                    let _ = fs::remove_file(to);
                }
            })
        }
        renamed => Ok(renamed?),
    }
}

fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{ByteCount, Sha256};

    const CONTENT: &[u8] = b"content";

    struct Scene {
        folder: tempfile::TempDir,
        file: ProvenFile,
    }

    impl Scene {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            fs::create_dir(folder.path().join("done")).unwrap();
            let path = folder.path().join("f");
            fs::write(&path, CONTENT).unwrap();
            let identity = Identity::of(&File::open(&path).unwrap()).unwrap();
            let part = |bytes: &[u8]| ProvenPart {
                size: ByteCount::new(bytes.len() as u64),
                digest: Some(Sha256::of(bytes)),
            };
            let parts = vec![part(&CONTENT[..4]), part(&CONTENT[4..])];
            Self { folder, file: ProvenFile { path, identity, parts } }
        }

        fn done(&self) -> PathBuf {
            self.folder.path().join("done")
        }

        /// A step as it is made where the folder is on another file system.
        fn place(&self) -> DisposalStep {
            let file = File::open(&self.file.path).unwrap();
            let copy = copy::copy(&file, &self.done(), &self.file.parts, &|| false).unwrap();
            DisposalStep::Place { copy, to: self.done().join("f") }
        }

        fn take(&self, step: DisposalStep) -> Result<(), String> {
            self.file.take(step, &|| false).map_err(|obstacle| obstacle.to_string())
        }

        /// Whether the source is there, and what is in the other folder.
        fn is_at(&self) -> (bool, Vec<Vec<u8>>) {
            let there = fs::read_dir(self.done()).unwrap();
            let there = there.map(|entry| fs::read(entry.unwrap().path()).unwrap());
            (self.file.path.exists(), there.collect())
        }
    }

    #[test]
    fn a_copy_takes_the_place_of_the_file() {
        let scene = Scene::new();
        let step = scene.place();
        assert_eq!(scene.take(step), Ok(()));
        assert_eq!(scene.is_at(), (false, vec![CONTENT.to_owned()]));
    }

    #[test]
    fn a_file_that_changes_while_it_is_copied_stays_and_its_copy_goes() {
        let scene = Scene::new();
        let step = scene.place();
        fs::write(&scene.file.path, "another").unwrap();
        let why = scene.take(step).unwrap_err();
        assert_eq!(why, "it changed since it was uploaded: it was written to");
        assert_eq!(scene.is_at(), (true, Vec::new()));
    }

    #[test]
    fn a_copy_of_a_lane_is_compared_where_parts_have_its_borders() {
        let mut scene = Scene::new();
        // The first byte ends a part of the lane before.
        let border = |size| ProvenPart { size: ByteCount::new(size), digest: None };
        let whole =
            ProvenPart { size: ByteCount::new(4), digest: Some(Sha256::of(&CONTENT[1..5])) };
        let copied = |scene: &Scene| {
            let file = File::open(&scene.file.path).unwrap();
            copy::copy(&file, &scene.done(), &scene.file.parts, &|| false).is_ok()
        };
        scene.file.parts = vec![border(1), whole.clone(), border(2)];
        assert!(copied(&scene));
        for wrong in [
            vec![border(1), whole.clone(), border(1)],
            vec![border(1), whole.clone(), border(3)],
            vec![border(2), whole, border(1)],
        ] {
            scene.file.parts = wrong;
            assert!(!copied(&scene));
        }
    }

    #[test]
    fn a_name_that_is_taken_meanwhile_is_not_replaced() {
        for step in [
            |scene: &Scene| scene.place(),
            |scene: &Scene| scene.file.prepare(Some(&scene.done()), &|| false).unwrap(),
        ] {
            let scene = Scene::new();
            let step = step(&scene);
            fs::write(scene.done().join("f"), "other").unwrap();
            assert!(scene.take(step).unwrap_err().ends_with("done/f` exists already"));
            assert_eq!(scene.is_at(), (true, vec![b"other".to_vec()]));
        }
    }

    #[test]
    fn a_copy_that_differs_or_is_stopped_is_removed() {
        let mut scene = Scene::new();
        let copy = |scene: &Scene, is_stopped: &dyn Fn() -> bool| {
            let file = File::open(&scene.file.path).unwrap();
            copy::copy(&file, &scene.done(), &scene.file.parts, is_stopped).unwrap_err().to_string()
        };
        assert!(copy(&scene, &|| true).starts_with("interrupted"));
        let proven = scene.file.parts.clone();
        let more = ProvenPart { size: ByteCount::new(1), digest: Some(Sha256::of(b"")) };
        for parts in [
            &proven[..1],
            &[&proven[..], &[more]].concat(),
            &[proven[0].clone(), proven[0].clone()],
        ] {
            scene.file.parts = parts.to_vec();
            assert!(copy(&scene, &|| false).ends_with("differs from what was uploaded"));
        }
        assert_eq!(scene.is_at(), (true, Vec::new()));
    }
}
