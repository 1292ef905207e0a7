//! A sheet and its rows, as the command line names it, and where each row's files are.
//!
//! What is in the files is not known here.

use std::{
    collections::HashMap,
    fmt,
    path::{Path, PathBuf},
};

use super::outputs::{Outputs, SHEET_OUT, UPLOADED};
use crate::{
    cli::{PutOptions, SheetChoice},
    files::{self, Stream},
    report::Problem,
    sheet::{Sheet, SheetError, SheetFile, SheetFormat, SheetOptions, SheetRow, SheetRows, Shown},
    source::Identity,
    types::{Escaped, Sha256, StoreId},
};

/// A sheet that was read.
pub(crate) struct ReadSheet {
    /// As messages call it.
    pub(crate) shown: String,
    /// Where it is, whatever the working directory.
    pub(crate) path: PathBuf,
    pub(crate) digest: Sha256,
    pub(crate) sheet: Sheet,
    pub(crate) rows: Vec<FoundRow>,
    /// Rows that say something wrong.
    pub(crate) bad: Vec<FoundRow>,
    /// What is wrong with the sheet, whatever its files hold.
    pub(crate) problems: Vec<RowProblem>,
}

/// A problem and the row that it is in, if it is in one.
pub(crate) type RowProblem = (Option<usize>, Problem);

/// A row, and what its paths lead to.
pub(crate) struct FoundRow {
    pub(crate) row: SheetRow,
    /// What the row is known by: its resolved sources.
    pub(crate) key: String,
    /// The same of its sources as they are named: what a link leads to is not known once it is gone.
    pub(crate) named: String,
    /// Its files in the order of the sources.
    pub(crate) files: Vec<FoundFile>,
}

/// A file, whatever the sheet calls it.
pub(crate) struct FoundFile {
    pub(crate) path: PathBuf,
    /// In its resolved folder; a link itself is not followed.
    named: PathBuf,
    /// `None`: it is not there, or cannot be asked for.
    pub(crate) identity: Option<Identity>,
}

/// A problem and the cell that it is in: `samples.csv:17: fastq_2: …`.
#[derive(Debug)]
pub(crate) struct AtCell {
    place: String,
    error: anyhow::Error,
}

impl fmt::Display for AtCell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.error)
    }
}

impl std::error::Error for AtCell {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.error.source()
    }
}

/// A row of a sheet, and a column if there is one, in front of a message.
pub(crate) fn place(sheet: &str, row: usize, column: Option<&str>) -> String {
    let column = column.map(|column| format!(": {}", Shown(column)));
    format!("{}:{row}{}", Escaped::new(sheet), column.unwrap_or_default())
}

/// What a sheet itself says wrong, with its place.
pub(crate) fn problem(sheet: &str, error: SheetError) -> Problem {
    let SheetError { row, column, what } = error;
    let place = match (row, column) {
        (Some(row), column) => place(sheet, row, column.as_deref()),
        (None, Some(column)) => format!("{}: {}", Escaped::new(sheet), Shown(&column)),
        (None, None) => Escaped::new(sheet).to_string(),
    };
    at(place, Problem::new(what))
}

/// The problem with its place in front.
pub(crate) fn at(place: String, problem: Problem) -> Problem {
    let Problem { error, hint } = problem;
    Problem { error: AtCell { place, error }.into(), hint }
}

/// Longer sheets are none.
pub(crate) const LONGEST: u64 = 256 * 1024 * 1024;

impl ReadSheet {
    /// Reads a sheet and finds its files.
    pub(crate) fn read(
        choice: &SheetChoice,
        store: Option<&StoreId>,
    ) -> Result<Self, Vec<Problem>> {
        let path = choice.sheet.as_deref().unwrap_or_else(|| Path::new(""));
        let shown = path.to_string_lossy().into_owned();
        if shown == "-" || Stream::of(path).is_some() {
            return Err(vec![no_file(&shown)]);
        }
        let unreadable = |error: std::io::Error| {
            let context = format!("cannot read the sheet `{}`", Escaped::new(&shown));
            vec![Problem::new(anyhow::Error::new(error).context(context))]
        };
        let bytes = files::read(path, LONGEST).map_err(unreadable)?;
        let sheet = Sheet::read(&bytes, choice.format);
        let sheet = sheet.map_err(|error| vec![problem(&shown, error)])?;
        let is_illumina = sheet.format() == SheetFormat::Illumina;
        let fastq = match &choice.folder {
            Some(folder) if is_illumina => Some(fastq_files(folder).map_err(|it| vec![it])?),
            _ => None,
        };
        let folder = choice.folder.as_deref().filter(|_| !is_illumina);
        let options = SheetOptions {
            ignored: choice.ignore_columns.clone().unwrap_or_default(),
            merging: choice.merging(),
            folder: folder.unwrap_or_else(|| files::folder(path)).to_owned(),
            files: fastq.as_deref(),
            store,
        };
        let SheetRows { good, bad, errors } = sheet.rows(&options);
        let found = |rows: Vec<SheetRow>| rows.into_iter().map(FoundRow::new).collect();
        let [rows, bad]: [Vec<_>; 2] = [good, bad].map(found);
        let of_sheet = errors.into_iter().map(|error| (error.row, problem(&shown, error)));
        let mut problems: Vec<RowProblem> = of_sheet.collect();
        problems.extend(twice(&shown, &rows, &bad));
        let path = std::fs::canonicalize(path).map_err(unreadable)?;
        Ok(Self { shown, path, digest: Sha256::of(&bytes), sheet, rows, bad, problems })
    }

    /// The place of a row in front of a message.
    pub(crate) fn place(&self, row: &SheetRow) -> String {
        place(&self.shown, row.first(), None)
    }

    /// The store that the sheet itself names.
    pub(crate) fn store(&self) -> Option<&StoreId> {
        self.rows.iter().find_map(|found| Some(&found.row.store.as_ref()?.value))
    }
}

impl FoundRow {
    fn new(row: SheetRow) -> Self {
        let files: Vec<_> = row.files().map(FoundFile::of).collect();
        let key = digest(&row, files.iter().map(|file| &*file.path));
        let named = digest(&row, files.iter().map(|file| &*file.named));
        Self { row, key, named, files }
    }

    /// Whether a file of the row is not there.
    pub(crate) fn has_missing(&self) -> bool {
        self.files.iter().any(|file| file.identity.is_none())
    }
}

/// A digest of paths, source by source.
fn digest<'a>(row: &SheetRow, mut paths: impl Iterator<Item = &'a Path>) -> String {
    // A path holds no NUL.
    let mut known = Vec::new();
    for source in &row.sources {
        known.push(0);
        for path in paths.by_ref().take(source.len()) {
            known.extend_from_slice(path.as_os_str().as_encoded_bytes());
            known.push(0);
        }
    }
    Sha256::of(&known).to_string()[..32].to_owned()
}

impl FoundFile {
    fn of(file: &SheetFile) -> Self {
        let named = named(&file.path);
        let path = std::fs::canonicalize(&file.path).unwrap_or_else(|_| named.clone());
        let identity = std::fs::metadata(&path).ok().map(|metadata| Identity::from(&metadata));
        Self { path, named, identity }
    }
}

fn named(path: &Path) -> PathBuf {
    let absolute = || std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let in_folder = path
        .file_name()
        .and_then(|name| Some(std::fs::canonicalize(files::folder(path)).ok()?.join(name)));
    in_folder.unwrap_or_else(absolute)
}

/// What is not a file, and has no path that tells where its files are.
fn no_file(shown: &str) -> Problem {
    let error =
        anyhow::anyhow!("`{}` is not a file, and a sheet has to be one", Escaped::new(shown));
    Problem::new(error).hint(
        "write the sheet to a file: its paths start from the file's folder, and the same command finds its \
         run again by the file's path; a file called `-` is `./-`",
    )
}

/// The files that two rows name by different paths; those of one path are the sheet's matter.
fn twice(sheet: &str, rows: &[FoundRow], bad: &[FoundRow]) -> Vec<RowProblem> {
    let mut seen: HashMap<(u64, u64), &SheetFile> = HashMap::new();
    let mut problems = Vec::new();
    let named = rows.iter().chain(bad).flat_map(|found| found.row.files().zip(&found.files));
    let mut named: Vec<_> = named.collect();
    named.sort_by_key(|(file, _)| file.row);
    for (file, found) in named {
        let Some(identity) = &found.identity else { continue };
        let first = *seen.entry((identity.device, identity.inode)).or_insert(file);
        if first.path != file.path {
            let error = anyhow::anyhow!(
                "`{}` is the same file as `{}` in row {}, column `{}`",
                Escaped::new(&file.text),
                Escaped::new(&first.text),
                first.row,
                Escaped::new(&first.column)
            );
            let problem = at(place(sheet, file.row, Some(&file.column)), Problem::new(error));
            problems.push((Some(file.row), problem));
        }
    }
    problems
}

/// Puts problems into the order of their rows.
pub(crate) fn in_order(mut problems: Vec<RowProblem>) -> Vec<Problem> {
    problems.sort_by_key(|(row, _)| *row);
    problems.into_iter().map(|(_, problem)| problem).collect()
}

/// Shows as many problems of a sheet as one can read, and counts the rest.
pub(crate) fn limited(sheet: &str, mut problems: Vec<Problem>) -> Vec<Problem> {
    /// Nobody reads more at once.
    const SHOWN: usize = 20;
    let more = problems.len().saturating_sub(SHOWN);
    problems.truncate(SHOWN);
    if more > 0 {
        let plural = if more == 1 { "" } else { "s" };
        let error = anyhow::anyhow!("and {more} more problem{plural} in `{}`", Escaped::new(sheet));
        problems.push(Problem::new(error));
    }
    problems
}

/// The FASTQ files below a folder; links to folders are not followed.
fn fastq_files(folder: &Path) -> Result<Vec<PathBuf>, Problem> {
    const DEEPEST: usize = 8;
    let mut found = Vec::new();
    let mut folders = vec![(folder.to_owned(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        let unreadable = |error: std::io::Error| {
            let shown = Escaped::new(&folder.to_string_lossy()).to_string();
            let context = format!("cannot search `{shown}`, named by `--files`");
            Problem::new(anyhow::Error::new(error).context(context))
        };
        for entry in std::fs::read_dir(&folder).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if is_folder && depth < DEEPEST {
                folders.push((entry.path(), depth + 1));
            } else if !is_folder {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}

/// What is wrong with the files that are to be written.
pub(crate) fn output_problems(
    sheet: &ReadSheet,
    how: &PutOptions,
    sheet_out: Option<&Path>,
) -> Vec<Problem> {
    let files = sheet.rows.iter().flat_map(|found| &found.files);
    let uploaded = files.map(|file| (file.path.as_path(), UPLOADED));
    let list = how.verify.md5.md5_file.iter().map(|path| (path.as_path(), "the MD5 list"));
    let read = std::iter::once((sheet.path.as_path(), "the sheet"));
    let outputs = Outputs {
        receipt: how.receipt.receipt.as_deref(),
        log: how.show.log_file.as_deref(),
        others: sheet_out.map(|path| (path, SHEET_OUT)).into_iter().collect(),
    };
    outputs.problems(uploaded.chain(list).chain(read))
}
