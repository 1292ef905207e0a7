//! A row of a plan as a job again, in any process on any machine: its files are those of the plan, or it is
//! refused.

use std::{
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
};

use super::resume;
use crate::{
    cli::{PathMap, VerifyOptions},
    prepared::Prepared,
    report::{Abort, Problem},
    run::{
        journals,
        run_folder::{FileRecord, PlannedRow, host},
    },
    source::Identity,
    types::{Escaped, Fingerprint, PartSize},
};

/// Where files are, and who has looked at them.
pub(crate) struct PlannedFiles<'a> {
    pub(crate) map: &'a [PathMap],
    /// The host that wrote the plan.
    pub(crate) host: &'a str,
}

/// A row with its files, which are closed again; nothing of earlier attempts is known.
pub(crate) fn prepare(
    row: &PlannedRow,
    files: &PlannedFiles<'_>,
    verify: &VerifyOptions,
) -> Result<Prepared, Abort> {
    let mut sources = Vec::new();
    for source in row.sources_in_order() {
        let paths: Result<Vec<_>, Problem> = source.iter().map(|file| files.find(file)).collect();
        sources.push(paths?);
    }
    let fields = journals::fields_from(&row.fields).map_err(Problem::new)?;
    let part_size = row.part_size.and_then(PartSize::new).ok_or_else(not_planned)?;
    let wanted: Fingerprint =
        row.fingerprint.as_ref().and_then(|text| text.parse().ok()).ok_or_else(not_planned)?;
    let (job, fingerprint) = resume::job(fields, &sources, part_size)?;
    if fingerprint != wanted {
        let first = sources.iter().flatten().next().cloned().unwrap_or_default();
        return Err(changed(&first, "content").into());
    }
    let prepared = resume::recognise(vec![job], verify)?.pop();
    prepared.ok_or_else(|| not_planned().into())
}

impl PlannedFiles<'_> {
    /// Where a file is, if it is what it was.
    fn find(&self, file: &FileRecord) -> Result<PathBuf, Problem> {
        let path = self.place(Path::new(&file.path));
        let now = std::fs::metadata(&path).map_err(|error| {
            let shown = Escaped::new(&path.to_string_lossy()).to_string();
            let error = anyhow::Error::new(error).context(format!("cannot read `{shown}`"));
            Problem::new(error).hint("where the files are elsewhere, use `--map OLD=NEW`")
        })?;
        let identity = Identity::from(&now);
        let record = FileRecord::new(Path::new(&file.path), &identity);
        let is_here = self.host == host() && path == Path::new(&file.path);
        if record.bytes != file.bytes {
            return Err(changed(&path, "size"));
        }
        if record.modified != file.modified {
            return Err(changed(&path, "modification time"));
        }
        if is_here && (now.ino(), &record.changed) != (file.inode, &file.changed) {
            return Err(touched(&path));
        }
        Ok(path)
    }

    /// Where a path is here; of several that fit, the first counts.
    fn place(&self, path: &Path) -> PathBuf {
        let moved = self.map.iter().find_map(|PathMap { old, new }| {
            let rest = path.strip_prefix(old).ok()?;
            Some(if rest.as_os_str().is_empty() { new.clone() } else { new.join(rest) })
        });
        moved.unwrap_or_else(|| path.to_owned())
    }
}

fn changed(path: &Path, what: &str) -> Problem {
    let shown = Escaped::new(&path.to_string_lossy()).to_string();
    let error =
        anyhow::anyhow!("`{shown}` has changed since the plan was made: its {what} differs");
    Problem::new(error).hint(
        "run `omics-upload batch plan` with the sheet again; copies need the times of the originals \
         (`cp -p`, `rsync -t`)",
    )
}

/// A file with the size and the date that it had, and with something else about it: it may be another.
fn touched(path: &Path) -> Problem {
    let shown = Escaped::new(&path.to_string_lossy()).to_string();
    let error = anyhow::anyhow!(
        "`{shown}` has changed since the plan was made: it was replaced, or its permissions, links or \
         name have changed (its inode or ctime differs)"
    );
    Problem::new(error).hint(
        "run `omics-upload batch plan` with the sheet again; if its content is the same, what was sent \
         is not sent again",
    )
}

fn not_planned() -> Problem {
    let error = anyhow::anyhow!("the plan has a row whose files were never looked at");
    Problem::new(error).hint("run `omics-upload batch plan` with the sheet again")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_mapped_as_a_whole() {
        let map = ["/data=/mnt/d", "/data2=/x", "/one/f.bam=/two/g.bam"];
        let map: Vec<PathMap> = map.iter().map(|one| one.parse().unwrap()).collect();
        let files = PlannedFiles { map: &map, host: "" };
        for (old, new) in [
            ("/data/a/b.bam", "/mnt/d/a/b.bam"),
            ("/data2/b.bam", "/x/b.bam"),
            ("/data3/b.bam", "/data3/b.bam"),
            ("/one/f.bam", "/two/g.bam"),
        ] {
            assert_eq!(files.place(Path::new(old)), Path::new(new));
        }
    }
}
