//! What can be known of `--when-proven` before anything is sent.

use std::{collections::HashMap, path::Path};

use super::{
    proven_file::{Obstacle, free, may_change},
    verdict::is_comparable,
};
use crate::{
    cli::{VerifyOptions, WhenProven},
    engine::Job,
    files,
    formats::FileType,
    report::Problem,
    source::Source,
    types::Escaped,
};

/// What the other options say of a proof.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ProofOptions<'a> {
    pub(crate) verify: &'a VerifyOptions,
    pub(crate) no_wait: bool,
    pub(crate) is_piped: bool,
    /// Whether the store is forgotten at the end of the run.
    pub(crate) is_temporary: bool,
}

/// Why options do not go together, whatever the files are.
pub(crate) fn conflict(options: ProofOptions<'_>) -> Option<Problem> {
    let VerifyOptions { verify, when_proven, .. } = options.verify;
    if *when_proven == WhenProven::Keep {
        return None;
    }
    let (why, hint) = if options.is_piped {
        ("acts on files, and standard input is uploaded", "leave it out, or pass a file")
    } else if !verify {
        ("needs `--verify`: without it, nothing is proven", "add `--verify`")
    } else if options.no_wait {
        ("waits until the read set is active, and `--no-wait` does not", "leave `--no-wait` out")
    } else if options.is_temporary {
        (
            "would leave no copy: this sandbox is deleted at the end of the run",
            "give the sandbox a folder: `--sandbox=DIR`",
        )
    } else {
        return None;
    };
    let error = anyhow::anyhow!("`--when-proven {}` {why}", shown_action(when_proven));
    Some(Problem::new(error).hint(format!("{hint}; `--when-proven keep` keeps the files")))
}

/// What is in the way of files that may go, and what to know of those that stay in any case.
pub(crate) fn look<'a>(
    when_proven: &WhenProven,
    jobs: impl Iterator<Item = &'a Job>,
) -> (Vec<Problem>, Vec<String>) {
    let folder = match when_proven {
        WhenProven::Keep => return (Vec::new(), Vec::new()),
        WhenProven::Delete => None,
        WhenProven::Move(folder) => Some(folder.as_path()),
    };
    let (may_go, stay): (Vec<_>, Vec<_>) = jobs
        .flat_map(|job| {
            let files = job.sources.iter().flat_map(Source::files);
            files.map(|file| (job.fields.file_type, file.path()))
        })
        .partition(|(file_type, _)| is_comparable(*file_type));
    let mut problems: Vec<_> = folder.and_then(unusable).into_iter().collect();
    let mut names = HashMap::new();
    for (_, file) in may_go {
        problems.extend(locked(file));
        let Some(folder) = folder else { continue };
        problems.extend(free(file, folder).err().map(|obstacle| taken(file, &obstacle)));
        let name = file.file_name().unwrap_or_default();
        if let Some(other) = names.insert(name, file) {
            problems.push(of_one_name(other, file, folder));
        }
    }
    (problems, stay.into_iter().map(stays).collect())
}

/// Why nothing can be moved into a folder.
fn unusable(folder: &Path) -> Option<Problem> {
    // The only proof is a file.
    let tried = files::temporary_in(folder);
    let error = tried.and_then(|_| std::fs::File::open(folder)).err()?;
    let context = format!("files cannot be moved to `{}`", shown(folder));
    let problem = Problem::new(anyhow::Error::new(error).context(context));
    Some(problem.hint("`--when-proven move:DIR` needs an existing folder that can be written to"))
}

fn locked(file: &Path) -> Option<Problem> {
    let error = may_change(file).err()?;
    let folder = shown(files::folder(file));
    let context = format!(
        "`{}` cannot be deleted or moved: its folder `{folder}` cannot be changed",
        shown(file)
    );
    let problem = Problem::new(anyhow::Error::new(error).context(context));
    Some(problem.hint("`--when-proven keep` uploads the file and keeps it"))
}

fn taken(file: &Path, obstacle: &Obstacle) -> Problem {
    let error = anyhow::anyhow!("`{}` cannot be moved: {obstacle}", shown(file));
    Problem::new(error).hint("move that file elsewhere, or pass another folder")
}

fn of_one_name(one: &Path, other: &Path, folder: &Path) -> Problem {
    let [one, other, folder] = [one, other, folder].map(shown);
    let error =
        anyhow::anyhow!("`{one}` and `{other}` cannot both be moved to `{folder}`: one name");
    Problem::new(error).hint("upload them in two runs with different folders")
}

fn stays((file_type, file): (FileType, &Path)) -> String {
    let file = shown(file);
    format!(
        "`{file}` will be left in place: the ETag of a {file_type} read set cannot be compared, so \
         nothing proves that the store holds the file"
    )
}

fn shown_action(when_proven: &WhenProven) -> String {
    Escaped::new(&when_proven.to_string()).to_string()
}

fn shown(path: &Path) -> String {
    Escaped::new(&path.to_string_lossy()).to_string()
}
