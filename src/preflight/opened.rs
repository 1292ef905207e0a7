//! Files of the command line: opened, recognised, and put together to read sets.
//!
//! What is made of them then is no matter here.

use std::{
    io,
    path::{Path, PathBuf},
};

use crate::{
    cli,
    formats::{self, HeaderError, InspectError, Inspected, Refused, fastq::BrokenRecord},
    plan,
    readset::{self, Draft, Input, ReadSetOptions},
    report::Problem,
    source::{Source, SourceError, SourceFile},
    store::omics::RULES,
    system,
    types::{Escaped, PartSize, Quoted},
};

/// A file of a source, which may be its only one.
pub(crate) struct OpenedLane<'a> {
    /// As the user gave it.
    pub(crate) shown: String,
    pub(crate) file: SourceFile<'a>,
    pub(crate) inspected: &'a Inspected,
    /// Whether another file of the source follows it.
    pub(crate) is_followed: bool,
}

/// A source that was opened and recognised, and is closed until it is needed: a file, or several that
/// follow each other.
pub(crate) struct OpenedFile {
    pub(crate) source: Source,
    /// Of several files, what the first of them is that has reads.
    pub(crate) inspected: Inspected,
    pub(crate) shown: String,
    /// What it is cut into, if it can be.
    pub(crate) part_size: Option<PartSize>,
    /// What each of several files is.
    pub(super) lanes: Vec<Inspected>,
    /// What several files would be called if they were one.
    pub(super) named: Option<PathBuf>,
}

impl OpenedFile {
    /// What is known of it.
    pub(crate) fn input(&self) -> Input<'_> {
        let file = self.source.files().into_iter().next();
        Input {
            shown: &self.shown,
            path: Some(self.named.as_deref().unwrap_or(self.source.path())),
            identity: file.and_then(identity),
            inspected: &self.inspected,
        }
    }

    /// What is known of each of its files.
    pub(super) fn inputs(&self) -> Vec<Input<'_>> {
        if self.lanes.is_empty() {
            return vec![self.input()];
        }
        let mut inputs = Vec::new();
        for (file, inspected) in self.source.files().into_iter().zip(&self.lanes) {
            let path = file.path();
            let shown = path.to_str().unwrap_or(&self.shown);
            inputs.push(Input { shown, path: Some(path), identity: identity(file), inspected });
        }
        inputs
    }

    /// Its files, in their order.
    pub(crate) fn files(&self) -> Vec<OpenedLane<'_>> {
        let files = self.source.files();
        let last = files.len().saturating_sub(1);
        let mut lanes = Vec::with_capacity(files.len());
        for (at, file) in files.into_iter().enumerate() {
            let shown = file.path().to_string_lossy().into_owned();
            let inspected = self.lanes.get(at).unwrap_or(&self.inspected);
            lanes.push(OpenedLane { shown, file, inspected, is_followed: at < last });
        }
        lanes
    }

    /// It has been read before, and now it cannot be.
    pub(super) fn unreadable(&self, error: HeaderError) -> Problem {
        unreadable(&self.shown, error)
    }
}

/// A file has been read before, and now it cannot be.
pub(super) fn unreadable(shown: &str, error: HeaderError) -> Problem {
    let context = format!("`{}` cannot be read again", Escaped::new(shown));
    Problem::new(anyhow::Error::new(error).context(context))
}

/// Device and inode.
fn identity(file: SourceFile<'_>) -> Option<(u64, u64)> {
    file.identity().map(|identity| (identity.device, identity.inode))
}

/// The files in the order of the command line, the explicit pair first.
pub(crate) fn paths(what: &cli::FileOptions) -> impl Iterator<Item = &Path> {
    what.r1.iter().chain(&what.r2).chain(&what.files).map(AsRef::as_ref)
}

/// Looks at all files; those that cannot be looked at are problems.
pub(super) fn open_all(what: &cli::FileOptions, problems: &mut Vec<Problem>) -> Vec<OpenedFile> {
    if let Some(problem) = system::too_few_descriptors() {
        problems.push(problem);
        return Vec::new();
    }
    let open = if what.merge_lanes { open_lane } else { open };
    paths(what)
        .filter_map(|path| open(path).map_err(|problem| problems.push(problem)).ok())
        .collect()
}

/// Opens a file that is a source.
pub(crate) fn open(path: &Path) -> Result<OpenedFile, Problem> {
    open_as(path, formats::inspect)
}

/// Opens a file that may be one of several of a source, and have no reads.
pub(crate) fn open_lane(path: &Path) -> Result<OpenedFile, Problem> {
    open_as(path, formats::inspect_lane)
}

/// Looks at the beginning of a file.
type Inspect = fn(&[u8], Box<dyn io::Read + Send>) -> Result<Inspected, InspectError>;

fn open_as(path: &Path, inspect: Inspect) -> Result<OpenedFile, Problem> {
    let shown = path.to_string_lossy().into_owned();
    if shown == "-" {
        let problem = Problem::new(anyhow::anyhow!("standard input cannot be looked at"));
        return Err(problem.hint("write the data to a file first; a file called `-` is `./-`"));
    }
    let source = Source::open(path).map_err(|error| unopened(path, error))?;
    let prefix = match &source.files()[..] {
        [file, ..] => file.prefix(formats::PREFIX).map_err(Problem::new)?,
        [] => Vec::new(),
    };
    let inspected =
        inspect(&prefix, Box::new(source.reader())).map_err(|error| unfit(&shown, error))?;
    source.close();
    Ok(OpenedFile { source, inspected, shown, part_size: None, lanes: Vec::new(), named: None })
}

/// What to do about a name that is no regular file.
fn unopened(path: &Path, error: SourceError) -> Problem {
    let name = path.to_string_lossy();
    if name.contains("://") {
        return address(&name);
    }
    let is_pipe = matches!(error, SourceError::NotRegular { kind: "pipe", .. });
    let problem = Problem::new(error);
    if !is_pipe {
        return problem;
    }
    problem.hint(
        "`put` reads a pipe as standard input: `PROGRAM | omics-upload put - --name NAME`, with the same \
         options",
    )
}

/// An address in the place of a file. What follows a `?` may be a signature, and is not shown.
fn address(name: &str) -> Problem {
    let shown = name.split('?').next().unwrap_or(name);
    let problem = anyhow::anyhow!("`{}` is an address, not a file", Escaped::new(shown));
    Problem::new(problem).hint(if let Some(local) = name.strip_prefix("file://") {
        format!("pass its path: `{}`", Quoted::new(local))
    } else if name.starts_with("s3://") {
        format!(
            "the service itself imports objects of a bucket in its region: `aws omics \
             start-read-set-import-job help`; or download the file first: `aws s3 cp {} .`",
            Quoted::new(shown)
        )
    } else {
        "download the file first, and pass its path".to_owned()
    })
}

/// What to say of a file without reads that is alone.
pub(crate) fn empty(file: &OpenedFile) -> Problem {
    unfit(&file.shown, InspectError::Refused(Refused::EmptyGzip))
}

fn unfit(shown: &str, error: InspectError) -> Problem {
    let name = Escaped::new(shown);
    let is_wrapped =
        matches!(error, InspectError::Refused(Refused::BrokenFastq(BrokenRecord::Wrapped(_))));
    let context = format!("`{name}` cannot be uploaded");
    let problem = Problem::new(anyhow::Error::new(error).context(context));
    if is_wrapped { problem.hint(crate::formats::unwrap(shown)) } else { problem }
}

/// The read sets that the files make.
pub(crate) fn drafts(
    what: &cli::FileOptions,
    opened: &[OpenedFile],
    problems: &mut Vec<Problem>,
) -> Vec<Draft> {
    // Files that could not be looked at would be missing from their pairs, and lead to problems that
    // are none.
    let files = opened.iter().map(|opened| opened.source.files().len()).sum::<usize>();
    if !problems.is_empty() && files < paths(what).count() {
        return Vec::new();
    }
    let inputs: Vec<_> = opened.iter().map(OpenedFile::input).collect();
    let wishes = ReadSetOptions {
        file_type: what.stated.file_type,
        name: what.stated.name.clone(),
        sample: what.stated.sample.clone(),
        subject: what.stated.subject.clone(),
        pair: what.r1.is_some().then_some((0, 1)),
        any_sample: what.stated.allow_sample_mismatch,
    };
    readset::assemble(&inputs, &wishes).unwrap_or_else(|errors| {
        problems.extend(errors.into_iter().map(Problem::new));
        Vec::new()
    })
}

/// Chooses the part size for every file.
pub(super) fn choose_part_sizes(
    wanted: Option<PartSize>,
    files: &mut [OpenedFile],
    problems: &mut Vec<Problem>,
) {
    for file in files {
        match plan::part_size(&RULES, file.source.size(), wanted) {
            Ok(size) => file.part_size = Some(size),
            Err(error) => {
                let context = format!("`{}` cannot be uploaded", Escaped::new(&file.shown));
                problems.push(Problem::new(anyhow::Error::new(error).context(context)));
            }
        }
    }
}

/// The part size of a read set: both sources of a pair are cut alike, so that one number describes
/// the upload.
pub(super) fn part_size_of<'a>(files: impl IntoIterator<Item = &'a OpenedFile>) -> PartSize {
    files.into_iter().filter_map(|file| file.part_size).max().unwrap_or(RULES.default)
}

/// The files that were written to while everything was being looked at.
///
/// A file that was written just now may be half of what it is going to be: then a moment is waited
/// to see. Small files are not worth the moment: the engine checks again before Complete.
pub(crate) fn growing(opened: &[OpenedFile]) -> Vec<Problem> {
    wait_for_fresh(opened.iter().map(|opened| &opened.source));
    opened.iter().filter_map(|opened| is_growing(&opened.source)).collect()
}

/// Waits a moment if one of the files was written just now.
pub(super) fn wait_for_fresh<'a>(mut sources: impl Iterator<Item = &'a Source>) {
    const MOMENT: std::time::Duration = std::time::Duration::from_millis(300);
    if sources.any(is_fresh) {
        std::thread::sleep(MOMENT);
    }
}

/// What to say of a file that has changed since it was opened.
pub(super) fn is_growing(source: &Source) -> Option<Problem> {
    let changed = source.check().err()?;
    let shown = changed.path().to_string_lossy();
    let shown = Escaped::new(&shown);
    let error = anyhow::anyhow!("`{shown}` is being written to: {}", changed.what());
    Some(Problem::new(error).hint("wait until it is whole, and run the same command again"))
}

/// Whether a file that is not small was written to just now.
fn is_fresh(source: &Source) -> bool {
    const FRESH: std::time::Duration = std::time::Duration::from_secs(5);
    const SMALL: u64 = 1024 * 1024;
    let is_fresh = |file: SourceFile<'_>| {
        let modified = std::fs::metadata(file.path()).and_then(|metadata| metadata.modified());
        let age = modified.ok().and_then(|modified| modified.elapsed().ok());
        file.size().get() > SMALL && age.is_some_and(|age| age < FRESH)
    };
    source.files().into_iter().any(is_fresh)
}
