//! The folder of a batch run: plans that are never edited, and notes of what came of their rows.
//!
//! Every process writes a file of its own, and readers take all of them; losing any of them but the
//! plan costs time and no data, since the service's list is the truth. It holds no credentials.

mod alive;
mod claim;
mod notes;
mod plan;

use std::{
    collections::HashMap,
    ffi::OsString,
    fs::{self, DirBuilder},
    io,
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _},
    path::{Path, PathBuf},
    sync::Arc,
};

pub(crate) use alive::{Alive, Heartbeat, ShareState, beats_apart};
pub(crate) use claim::Claim;
pub(crate) use notes::{Note, NoteFile, NoteKind, RowEnd, RowReceipt, VerifiedRow, host};
pub(crate) use plan::{FileRecord, Plan, PlanHeader, PlannedRow, StepRules};

use crate::{
    journal::{SharedNotes, SharedPast},
    report::{Abort, Problem, broken, status},
    types::{Escaped, Sha256},
};

/// Where a run remembers what it does.
#[derive(Debug, Clone)]
pub(crate) struct RunFolder(PathBuf);

/// Why a folder cannot be used.
#[derive(Debug, thiserror::Error)]
enum Unusable {
    #[error("it belongs to another user (uid {0})")]
    Owner(u32),
    #[error("others can write to it (mode {0:o})")]
    Mode(u32),
    #[error("it is not a folder")]
    NoFolder,
    #[error("it holds other files, such as `{}`", Escaped::new(.0))]
    OtherFiles(String),
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl RunFolder {
    pub(crate) const fn new(path: PathBuf) -> Self {
        Self(path)
    }

    /// The run of a sheet and a destination in the state folder.
    pub(crate) fn of_sheet(state: &Path, sheet: &Path, destination: &str) -> Self {
        let identity =
            [sheet.as_os_str().as_encoded_bytes(), b"\0", destination.as_bytes()].concat();
        let name = &Sha256::of(&identity).to_string()[..32];
        Self(runs(state).join(name))
    }

    /// The runs of a sheet in the state folder, the latest first.
    pub(crate) fn all_of_sheet(state: &Path, sheet: &str) -> io::Result<Vec<(Self, Plan)>> {
        let entries = match fs::read_dir(runs(state)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut found = Vec::new();
        for entry in entries {
            let folder = Self(entry?.path());
            // What cannot be read is no run of this sheet.
            let plan = folder.check().ok().and_then(|()| folder.plan().ok().flatten());
            found.extend(plan.filter(|plan| plan.header.sheet == sheet).map(|plan| (folder, plan)));
        }
        found.sort_by(|(_, a), (_, b)| b.header.made.cmp(&a.header.made));
        Ok(found)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Makes the folder if there is none, and refuses one that others could have written to.
    pub(crate) fn open(&self) -> Result<(), Problem> {
        let create_at =
            |name| DirBuilder::new().recursive(true).mode(0o700).create(self.0.join(name));
        let made = || OWN.into_iter().try_for_each(create_at);
        let made = self.has_other_files().and_then(|()| made().map_err(Unusable::Io));
        made.and_then(|()| self.check()).map_err(|error| self.problem(error))
    }

    /// Refuses a folder without a run that is not empty: somebody keeps other things there.
    fn has_other_files(&self) -> Result<(), Unusable> {
        let Ok(entries) = fs::read_dir(&self.0) else { return Ok(()) };
        let names = entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
        let names = names.collect::<io::Result<Vec<_>>>()?;
        let is_own = |name: &str| OWN.contains(&name);
        let is_run = names.iter().any(|name| is_own(name) || plan::is_plan(name));
        let mut others = names.into_iter().filter(|name| !name.starts_with('.'));
        others.next().filter(|_| !is_run).map_or(Ok(()), |name| Err(Unusable::OtherFiles(name)))
    }

    /// Refuses a folder that others could have written to; one that is not there is fine.
    pub(crate) fn inspect(&self) -> Result<(), Problem> {
        match self.check() {
            Err(Unusable::Io(error)) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            checked => checked.map_err(|error| self.problem(error)),
        }
    }

    fn check(&self) -> Result<(), Unusable> {
        let there = fs::metadata(&self.0)?;
        if !there.is_dir() {
            return Err(Unusable::NoFolder);
        }
        if there.uid() != rustix::process::geteuid().as_raw() {
            return Err(Unusable::Owner(there.uid()));
        }
        let mode = there.mode() & 0o7777;
        if mode & 0o022 != 0 { Err(Unusable::Mode(mode)) } else { Ok(()) }
    }

    fn problem(&self, error: Unusable) -> Problem {
        let context = format!("cannot use the run folder `{}`", self.shown());
        Problem::new(anyhow::Error::new(error).context(context))
    }

    fn shown(&self) -> String {
        Escaped::new(&self.0.to_string_lossy()).to_string()
    }

    /// Puts a run aside whose destination is gone, if `is_real`; gives the folder of a new one.
    pub(crate) fn set_aside(self, is_real: bool) -> Result<Option<Self>, Problem> {
        if !is_real {
            return Ok(None);
        }
        let (name, at) = (self.0.as_os_str().to_owned(), jiff::Timestamp::now().as_millisecond());
        let aside =
            PathBuf::from([name, format!(".{at}").into()].into_iter().collect::<OsString>());
        fs::rename(&self.0, aside).map_err(|error| self.problem(Unusable::Io(error)))?;
        Ok(Some(self))
    }

    /// Whether there is a plan, readable or not.
    pub(crate) fn has_plan(&self) -> bool {
        let entries = fs::read_dir(&self.0).into_iter().flatten().flatten();
        entries.into_iter().any(|entry| plan::is_plan(&entry.file_name().to_string_lossy()))
    }

    /// The latest plan, if there is one.
    pub(crate) fn plan(&self) -> Result<Option<Plan>, Abort> {
        Plan::latest(&self.0).map_err(|error| self.unreadable(error, "plan"))
    }

    /// Writes the next generation of the plan; gives its hash.
    pub(crate) fn write_plan(&self, plan: &Plan) -> Result<Sha256, Abort> {
        plan.write(&self.0).map_err(|error| {
            if error.kind() == io::ErrorKind::AlreadyExists {
                return self.is_busy();
            }
            let context = format!("cannot write to the run folder `{}`", self.shown());
            Abort::Broken(Problem::new(anyhow::Error::new(error).context(context)))
        })
    }

    fn is_busy(&self) -> Abort {
        let error = anyhow::anyhow!(
            "another process has begun to work on the same run, in the folder `{}`",
            self.shown()
        );
        let problem =
            Problem::new(error).hint("run the same command again when the other has ended");
        Abort::Early(problem, status::TEMPORARY)
    }

    /// What all processes have noted, in the order of time.
    pub(crate) fn notes(&self) -> Result<Vec<Note>, Abort> {
        notes::read_all(&self.0.join(NOTES)).map_err(|error| self.unreadable(error, "notes"))
    }

    /// The receipts of all rows by their keys.
    pub(crate) fn receipts(&self) -> Result<HashMap<String, RowReceipt>, Abort> {
        let read = notes::read_receipts(&self.0.join(notes::RECEIPTS));
        read.map_err(|error| self.unreadable(error, "receipts"))
    }

    /// A file for the notes of this process.
    pub(crate) fn note_file(&self, plan: Sha256) -> Result<NoteFile, Abort> {
        let unwritable = |error| broken(error, "cannot write to the run folder");
        NoteFile::create(&self.0.join(NOTES), plan).map_err(unwritable)
    }

    /// A file for what a step of this process notes of uploads: `create`, or `3-of-64`.
    pub(crate) fn sent_file(&self, step: &str, plan: Sha256) -> Result<Arc<SharedNotes>, Abort> {
        let unwritable = |error| broken(error, "cannot write to the run folder");
        let name = notes::process_name().map_err(unwritable)?;
        let path = self.0.join(SENT).join(format!("{step}.{name}.jsonl"));
        SharedNotes::create(path, &plan.to_string()).map_err(unwritable)
    }

    /// What processes have noted of uploads, in the files of those steps that are asked for.
    pub(crate) fn sent(&self, of: impl Fn(&str) -> bool) -> Result<SharedPast, Abort> {
        let read = || {
            let entries = match fs::read_dir(self.0.join(SENT)) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    return SharedPast::read([]);
                }
                entries => entries?,
            };
            let mut files = Vec::new();
            for entry in entries {
                let path = entry?.path();
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                let step = name.split_once('.').map_or("", |(step, _)| step);
                if path.extension().is_some_and(|extension| extension == "jsonl") && of(step) {
                    files.push(path);
                }
            }
            SharedPast::read(files)
        };
        read().map_err(|error| self.unreadable(error, "notes"))
    }

    /// The steps that have noted anything, such as `3-of-64`.
    pub(crate) fn steps(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.join(SENT)).into_iter().flatten().flatten();
        let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
        names.filter_map(|name| Some(name.split_once('.')?.0.to_owned())).collect()
    }

    /// Claims a step that one process at a time may do.
    pub(crate) fn claim(&self, step: &str) -> Result<Claim, Abort> {
        match Claim::take(&self.0.join(format!("{step}.claim"))) {
            Ok(claim) => Ok(claim),
            Err(claim::Unclaimed::Busy(holder)) => {
                let error = anyhow::anyhow!(
                    "{holder} is working on `{step}` of the run in `{}`",
                    self.shown()
                );
                let hint = "run the same command again when it has ended";
                Err(Abort::Early(Problem::new(error).hint(hint), status::TEMPORARY))
            }
            Err(claim::Unclaimed::Io(error)) => {
                let path = self.0.join(format!("{step}.claim"));
                let shown = Escaped::new(&path.to_string_lossy()).to_string();
                let error = anyhow::Error::new(error).context(format!("cannot use `{shown}`"));
                Err(Abort::Early(Problem { error, hint: None }, status::FAILED))
            }
        }
    }

    /// The heartbeat of a step of this process.
    pub(crate) fn heartbeat(&self, step: &str) -> Result<Heartbeat, Abort> {
        Heartbeat::begin(&self.0.join(ALIVE), step)
            .map_err(|error| broken(error, "cannot write to the run folder"))
    }

    /// All processes that have told how far they are.
    pub(crate) fn alive(&self) -> Vec<Alive> {
        alive::all(&self.0.join(ALIVE))
    }

    fn unreadable(&self, error: io::Error, what: &str) -> Abort {
        let context = format!("cannot read the {what} in the run folder `{}`", self.shown());
        let hint = "use another run folder with `--run DIR`: rows whose read sets are there already are \
                    found at the service";
        Problem::new(anyhow::Error::new(error).context(context)).hint(hint).into()
    }
}

const NOTES: &str = "notes";

/// What the steps note of uploads.
const SENT: &str = "sent";

/// Who is at work.
const ALIVE: &str = "alive";

const OWN: [&str; 4] = [NOTES, notes::RECEIPTS, SENT, ALIVE];

fn runs(state: &Path) -> PathBuf {
    state.join("runs")
}
