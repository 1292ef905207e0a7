//! What `vault put` is going to store: files opened and cut into parts, before the first request.

use std::{collections::HashMap, path::Path};

use super::{Outputs, UPLOADED, fields, outputs::ARCHIVE_RECEIPT};
use crate::{
    cli::VaultPut,
    engine::{Job, Memory},
    plan::{self, Layout},
    report::{Abort, Problem},
    run::{
        journals,
        vault::{self, ArchiveFile},
    },
    source::{Source, SourceError, SourceFile},
    store::{ArchiveFields, vault::RULES},
    system,
    types::{ArchiveWords, ClientToken, Escaped, Quoted},
};

/// All files, opened once; all that is wrong, if anything is.
pub(crate) fn resolve(put: &VaultPut) -> Result<Vec<ArchiveFile>, Abort> {
    let mut problems = vault::problems(&put.target);
    problems.extend(system::too_few_descriptors());
    problems.extend(journals::problem(put.state.state_dir.as_deref()));
    problems.extend(outputs(put));
    let mut opened = Vec::new();
    let mut seen = HashMap::new();
    for path in &put.files {
        match open(path) {
            Ok(source) => {
                let identity = source.files().first().and_then(SourceFile::identity);
                let place = identity.map(|identity| (identity.device, identity.inode));
                if place.is_some_and(|place| seen.insert(place, path).is_some()) {
                    let shown = shown(path);
                    let error = anyhow::anyhow!("`{shown}` is given twice: give each file once");
                    problems.push(Problem::new(error));
                }
                opened.push(source);
            }
            Err(problem) => problems.push(problem),
        }
    }
    let mut files = Vec::with_capacity(opened.len());
    for source in opened {
        match job(put, source, fields::token()?) {
            Ok(job) => files.push(ArchiveFile { job }),
            Err(error) => problems.push(error),
        }
    }
    if problems.is_empty() { Ok(files) } else { Err(Abort::Unusable(problems)) }
}

fn outputs(put: &VaultPut) -> Vec<Problem> {
    let receipt = put.receipt.receipt.as_deref().map(|path| (path, ARCHIVE_RECEIPT));
    let log = put.show.log_file.as_deref();
    let outputs = Outputs { log, others: receipt.into_iter().collect(), ..Outputs::default() };
    outputs.problems(put.files.iter().map(|path| (path.as_path(), UPLOADED)))
}

fn open(path: &Path) -> Result<Source, Problem> {
    if path == Path::new("-") {
        let error = anyhow::anyhow!("standard input cannot be stored in a vault");
        return Err(Problem::new(error).hint(
            "write the data to a file first: each part is sent with a hash that has to be known before \
             its first byte",
        ));
    }
    if path.to_string_lossy().starts_with("s3://") {
        let error = anyhow::anyhow!("`{}` is in a bucket, and not a local file", shown(path));
        let copy = format!("aws s3 cp {} .", Quoted::new(path));
        return Err(Problem::new(error).hint(format!("copy it with `{copy}`, and store the copy")));
    }
    let source = Source::open(path).map_err(|error| {
        let is_folder = matches!(error, SourceError::NotRegular { kind: "directory", .. });
        let problem = Problem::new(error);
        if is_folder {
            return problem.hint("pack the folder into one file first, for example with `tar`");
        }
        problem
    })?;
    source.close();
    Ok(source)
}

fn job(put: &VaultPut, source: Source, token: ClientToken) -> Result<Job<ArchiveFields>, Problem> {
    let problem = |error| {
        let context = format!("`{}` cannot be stored", shown(source.path()));
        Problem::new(anyhow::Error::new(error).context(context))
    };
    let size = source.size();
    if size.get() == 0 {
        let error = anyhow::anyhow!("`{}` is empty", shown(source.path()));
        return Err(
            Problem::new(error).hint("an archive has at least one byte: leave the file out")
        );
    }
    let part_size = plan::part_size(&RULES, size, put.part_size).map_err(problem)?;
    let layout = Layout::new(&RULES, std::iter::once(size), part_size).map_err(problem)?;
    let name = source.path().file_name().unwrap_or_default();
    let words = put.description.clone().unwrap_or_else(|| ArchiveWords::of_name(name));
    let fields = ArchiveFields { description: words.as_str().to_owned(), part_size };
    let job = Job::new(fields, token, Memory::blank(part_size));
    Ok(Job { sources: vec![source], layout, ..job })
}

fn shown(path: &Path) -> String {
    Escaped::new(&path.to_string_lossy()).to_string()
}
