//! Files that a run is asked to write. What this program did not write itself is never overwritten.

use std::{
    fs,
    io::{self, Read as _},
    os::{fd::AsFd as _, unix::fs::MetadataExt as _},
    path::{Path, PathBuf},
};

use crate::{
    cli::{self, Show},
    files::{self, Stream},
    progress,
    receipt::ReceiptDocument,
    report::Problem,
    run::receipt_files,
    settings,
    types::Escaped,
};

/// What a command writes, as far as it has the options.
#[derive(Default)]
pub(crate) struct Outputs<'a> {
    pub(crate) receipt: Option<&'a Path>,
    pub(crate) log: Option<&'a Path>,
    /// Files that only some commands write.
    pub(crate) others: Vec<(&'a Path, OutputFlag)>,
}

/// A file that a command reads, and what it is in a sentence.
struct InputFile {
    path: PathBuf,
    role: &'static str,
}

/// An option that names an output.
#[derive(Clone, Copy)]
pub(crate) struct OutputFlag {
    name: &'static str,
    /// What belongs there.
    kind: &'static str,
    is_ours: fn(&Path) -> io::Result<bool>,
    /// A name for a hint.
    example: &'static str,
}

const RECEIPT: OutputFlag = OutputFlag {
    name: "--receipt",
    kind: "a receipt",
    is_ours: ReceiptDocument::is_at,
    example: "receipt.json",
};
const LOG: OutputFlag = OutputFlag {
    name: "--log-file",
    kind: "a log of omics-upload",
    is_ours: progress::is_log,
    example: "upload.log",
};

/// The receipt of `vault put`.
#[cfg(feature = "vault")]
pub(super) const ARCHIVE_RECEIPT: OutputFlag = OutputFlag {
    kind: "a receipt of archives",
    is_ours: crate::receipt::ArchiveDocument::is_at,
    ..RECEIPT
};

/// The sheet that `batch` writes.
pub(crate) const SHEET_OUT: OutputFlag = OutputFlag {
    name: "--sheet-out",
    kind: "a sheet that omics-upload wrote",
    is_ours: is_sheet,
    example: "samples.done.csv",
};
/// The same of `batch report`.
pub(crate) const SHEET: OutputFlag = OutputFlag { name: "--sheet", ..SHEET_OUT };
pub(crate) const PAGE: OutputFlag = OutputFlag {
    name: "--html",
    kind: "a report of omics-upload",
    is_ours: is_page,
    example: "report.html",
};

/// Whether a file is a sheet with the columns that this program adds.
fn is_sheet(path: &Path) -> io::Result<bool> {
    holds(path, b"upload_status")
}

fn is_page(path: &Path) -> io::Result<bool> {
    holds(path, b"<meta name=\"generator\" content=\"omics-upload")
}

/// Whether a file is empty, or has `text` near its beginning.
fn holds(path: &Path, text: &[u8]) -> io::Result<bool> {
    let mut begin = Vec::new();
    fs::File::open(path)?.take(64 * 1024).read_to_end(&mut begin)?;
    Ok(begin.is_empty() || memchr::memmem::find(&begin, text).is_some())
}

/// The role of a source of an upload.
pub(crate) const UPLOADED: &str = "a file to upload";

/// What is wrong with the outputs of `put`.
pub(super) fn of_put(put: &cli::Put) -> Vec<Problem> {
    let files = super::opened::paths(&put.what).map(|path| (path, UPLOADED));
    let list = put.how.verify.md5.md5_file.iter().map(|path| (path.as_path(), "the MD5 list"));
    let references = &put.how.reference.sandbox_files;
    let references = references.iter().map(|path| (path.as_path(), "a reference"));
    let inputs = files.chain(list).chain(references);
    let (receipt, log) = (put.how.receipt.receipt.as_deref(), put.how.show.log_file.as_deref());
    Outputs { receipt, log, ..Outputs::default() }.problems(inputs)
}

impl<'a> Outputs<'a> {
    /// Of a command that writes no receipt.
    pub(crate) fn of(show: &'a Show) -> Self {
        Self { log: show.log_file.as_deref(), ..Self::default() }
    }

    /// What is wrong with them, for a command that reads these files.
    pub(crate) fn problems<'b>(
        &self,
        inputs: impl Iterator<Item = (&'b Path, &'static str)>,
    ) -> Vec<Problem> {
        let input = |(path, role): (&Path, _)| InputFile { path: path.to_owned(), role };
        let inputs: Vec<_> = inputs.map(input).chain(of_settings()).collect();
        let all = [(self.receipt, RECEIPT), (self.log, LOG)];
        let all = all.into_iter().filter_map(|(path, flag)| Some((path?, flag)));
        let all: Vec<_> = all.chain(self.others.iter().copied()).collect();
        let taken = all.iter().filter_map(|(path, flag)| taken(path, *flag, &inputs));
        let dashes = all.iter().filter_map(|(path, flag)| dash(path, *flag));
        let mut problems: Vec<_> = taken.chain(dashes).chain(same_file(&all)).collect();
        if problems.is_empty() {
            problems.extend(self.receipt.and_then(receipt_files::problem));
            problems.extend(self.others.iter().filter_map(|(path, flag)| no_place(path, *flag)));
            problems.extend(self.twice());
        }
        problems
    }

    /// A receipt in the file that standard output goes to.
    fn twice(&self) -> Option<Problem> {
        let receipt = self.receipt.filter(|path| Stream::of(path).is_none())?;
        let shown = Escaped::new(&receipt.to_string_lossy()).to_string();
        let identity = fs::metadata(receipt).ok().map(|there| (there.dev(), there.ino()));
        if identity.is_none() || identity != of_stdout() {
            return None;
        }
        let error = anyhow::anyhow!(
            "`{shown}` gets the standard output as well, which the receipt would replace"
        );
        Some(Problem::new(error).hint("`--receipt /dev/stdout` writes both to standard output"))
    }
}

/// Why a file cannot be made.
fn no_place(path: &Path, flag: OutputFlag) -> Option<Problem> {
    let tried = match Stream::of(path) {
        Some(_) => files::may_write(path),
        None => receipt_files::try_place(path),
    };
    let OutputFlag { name, .. } = flag;
    let shown = Escaped::new(&path.to_string_lossy()).to_string();
    let context = format!("`{shown}`, named by `{name}`, cannot be written");
    let error = anyhow::Error::new(tried.err()?).context(context);
    let hint = format!("give `{name}` a file in a folder that can be written to");
    Some(Problem::new(error).hint(hint))
}

/// Two outputs in one file would overwrite each other.
fn same_file(outputs: &[(&Path, OutputFlag)]) -> Option<Problem> {
    let is_file = |(path, _): &&(&Path, OutputFlag)| Stream::of(path).is_none();
    let files: Vec<_> = outputs.iter().filter(is_file).collect();
    let pairs = files
        .iter()
        .enumerate()
        .flat_map(|(at, one)| files.iter().skip(at + 1).map(move |other| (one, other)));
    let ((path, one), (_, other)) =
        pairs.into_iter().find(|((one, _), (other, _))| files::are_same(one, other))?;
    let shown = Escaped::new(&path.to_string_lossy()).to_string();
    let error = anyhow::anyhow!("`{shown}` is named by both `{}` and `{}`", one.name, other.name);
    Some(Problem::new(error).hint("give each of them a file of its own"))
}

/// The file that standard output goes to.
fn of_stdout() -> Option<(u64, u64)> {
    let stdout = fs::File::from(io::stdout().as_fd().try_clone_to_owned().ok()?);
    let there = stdout.metadata().ok()?;
    Some((there.dev(), there.ino()))
}

/// Files that settings and credentials come from.
fn of_settings() -> Vec<InputFile> {
    let variable = |name| std::env::var_os(name).map(PathBuf::from);
    let home = |name: &str| variable("HOME").map(|home| home.join(".aws").join(name));
    let aws = [
        variable("AWS_CONFIG_FILE").or_else(|| home("config")),
        variable("AWS_SHARED_CREDENTIALS_FILE").or_else(|| home("credentials")),
        variable("AWS_CA_BUNDLE"),
    ];
    let aws =
        aws.into_iter().flatten().map(|path| InputFile { path, role: "a file of AWS settings" });
    settings::path()
        .map(|path| InputFile { path, role: "the config file" })
        .into_iter()
        .chain(aws)
        .collect()
}

/// What is standard input elsewhere is no file here.
fn dash(path: &Path, OutputFlag { name, example, .. }: OutputFlag) -> Option<Problem> {
    (path.as_os_str() == "-").then(|| {
        let error = anyhow::anyhow!("`{name}` takes a file, and `-` is none");
        Problem::new(error).hint(format!(
            "give it a file, such as `{name} {example}`, or `/dev/stdout`; a file called `-` is `./-`"
        ))
    })
}

/// Whether something is there that must stay as it is.
fn taken(path: &Path, flag: OutputFlag, inputs: &[InputFile]) -> Option<Problem> {
    if Stream::of(path).is_some() || !path.is_file() {
        return None;
    }
    let OutputFlag { name, kind, is_ours, .. } = flag;
    let shown = Escaped::new(&path.to_string_lossy()).to_string();
    let same = |input: &&InputFile| files::are_same(&input.path, path);
    let error = if let Some(InputFile { role, .. }) = inputs.iter().find(same) {
        anyhow::anyhow!("`{shown}` is {role}: `{name}` would overwrite it")
    } else {
        match is_ours(path) {
            Ok(true) => return None,
            Ok(false) => {
                anyhow::anyhow!("`{shown}` is not {kind}: `{name}` does not overwrite other files")
            }
            Err(error) => anyhow::Error::new(error)
                .context(format!("`{shown}`, named by `{name}`, cannot be read")),
        }
    };
    Some(Problem::new(error).hint(hint(path, flag, inputs)))
}

/// What may have happened, and what to do.
fn hint(path: &Path, flag: OutputFlag, inputs: &[InputFile]) -> String {
    let OutputFlag { name, example, .. } = flag;
    let alike = |input: &InputFile| {
        input.role == UPLOADED
            && input.path != path
            && input.path.extension() == path.extension()
            && input.path.parent() == path.parent()
    };
    let advice = format!("give it a new file, such as `{name} {example}`");
    match path.extension().filter(|_| inputs.iter().any(alike)) {
        None => advice,
        Some(extension) => format!(
            "if the command had a pattern such as `{name} *.{}`, the shell expanded it, and `{name}` \
             took the first file: {advice}",
            Escaped::new(&extension.to_string_lossy())
        ),
    }
}
