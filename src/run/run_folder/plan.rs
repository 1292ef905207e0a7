//! Generations of a run's plan: a header and a line for each row.

use std::{
    fs,
    io::{self, Write as _},
    path::Path,
};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    files,
    plan::Layout,
    source::Identity,
    store::omics::RULES,
    types::{ByteCount, PartSize, PartSource, Sha256, json},
};

/// A plan as it was written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Plan {
    pub(crate) header: PlanHeader,
    pub(crate) rows: Vec<PlannedRow>,
    pub(crate) hash: Sha256,
}

/// What holds for all rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PlanHeader {
    pub(crate) version: u32,
    /// From 1.
    pub(crate) generation: u32,
    pub(crate) made: String,
    pub(crate) tool: String,
    pub(crate) sheet: String,
    pub(crate) sheet_sha256: String,
    /// How the sheet was read, to be read again by a report.
    pub(crate) format: String,
    pub(crate) store: String,
    pub(crate) region: String,
    pub(crate) endpoint: Option<String>,
    /// The host that has looked at the files.
    #[serde(default)]
    pub(crate) host: String,
    /// What steps in other processes keep to.
    #[serde(default)]
    pub(crate) steps: StepRules,
}

/// What was asked for when the run was planned, and holds for all of its steps.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StepRules {
    /// `upload`, `skip` or `fail`.
    pub(crate) if_exists: String,
    /// Whether uploads carry a mark.
    pub(crate) mark: bool,
    /// Whether all data are decoded before an upload is completed.
    pub(crate) verify: bool,
}

/// A row and what it becomes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PlannedRow {
    /// The rows of the sheet, the one that names it first.
    pub(crate) rows: Vec<usize>,
    /// What it is known by: its resolved sources.
    pub(crate) key: String,
    /// A digest of what the sheet and the command line say of it.
    pub(crate) stated: String,
    /// The files of each source.
    pub(crate) sources: Vec<Vec<FileRecord>>,
    /// The fields of its read set.
    pub(crate) fields: Map<String, Value>,
    /// How its files are cut.
    pub(crate) part_size: Option<u64>,
    /// What its files are recognised by on other hosts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) fingerprint: Option<String>,
    /// Whether the sheet has the mates in each other's place.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) is_swapped: bool,
}

/// A file as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileRecord {
    pub(crate) path: String,
    pub(crate) bytes: u64,
    /// Nanoseconds since 1970.
    pub(crate) modified: String,
    pub(crate) device: u64,
    pub(crate) inode: u64,
    pub(crate) changed: String,
}

/// What every form of a header has.
#[derive(Deserialize)]
struct VersionedPlan {
    version: u32,
}

/// The version of the form; a newer one is not understood.
const VERSION: u32 = 1;
/// In bytes: a hundred thousand rows have fewer.
const LONGEST: u64 = 1 << 30;

impl FileRecord {
    pub(crate) fn new(path: &Path, identity: &Identity) -> Self {
        Self {
            path: path.to_string_lossy().into_owned(),
            bytes: identity.size.get(),
            modified: identity.modified.to_string(),
            device: identity.device,
            inode: identity.inode,
            changed: identity.changed.to_string(),
        }
    }
}

impl PlannedRow {
    /// How its upload is cut.
    pub(crate) fn layout(&self) -> Layout {
        let size =
            |source: &Vec<FileRecord>| ByteCount::new(source.iter().map(|file| file.bytes).sum());
        let sizes = self.sources_in_order().into_iter().take(PartSource::ALL.len()).map(size);
        // Nothing is sent of a row that was never looked at.
        let part_size = self.part_size.and_then(PartSize::new).unwrap_or(RULES.default);
        Layout { part_size, sizes: sizes.collect() }
    }

    /// The row that names it.
    pub(crate) fn first(&self) -> usize {
        self.rows.first().copied().unwrap_or_default()
    }

    /// The files of SOURCE1 and, of a pair, SOURCE2.
    pub(crate) fn sources_in_order(&self) -> Vec<&Vec<FileRecord>> {
        let mut sources: Vec<_> = self.sources.iter().collect();
        if self.is_swapped {
            sources.reverse();
        }
        sources
    }

    /// What steps note its upload by: with other content, other fields or another cut it is another upload,
    /// and so it is when it is tried `again`.
    pub(crate) fn upload_key(&self, again: usize) -> String {
        let Self { fingerprint, fields, part_size, sources, .. } = self;
        // The fingerprint does not see all of a file.
        let files = sources.iter().flatten().map(|file| (file.bytes, &file.modified));
        let files: Vec<_> = files.collect();
        let identity =
            serde_json::json!([fingerprint, files, fields, part_size, again]).to_string();
        format!("{}-{}", self.key, &Sha256::of(identity.as_bytes()).to_string()[..16])
    }

    /// Its files by name, for messages.
    pub(crate) fn files(&self) -> impl Iterator<Item = String> {
        self.sources.iter().flatten().map(|file| file.path.clone())
    }

    /// A field of the read set, as text.
    pub(crate) fn field(&self, name: &str) -> &str {
        self.fields.get(name).and_then(Value::as_str).unwrap_or_default()
    }
}

impl PlanHeader {
    pub(crate) const VERSION: u32 = VERSION;
}

impl Plan {
    /// A plan that was not written yet.
    pub(crate) fn new(header: PlanHeader, rows: Vec<PlannedRow>) -> Self {
        let mut plan = Self { header, rows, hash: Sha256::of(b"") };
        plan.hash = Sha256::of(&plan.bytes());
        plan
    }

    fn bytes(&self) -> Vec<u8> {
        let header = json::line(&self.header);
        let rows = self.rows.iter().map(json::line);
        std::iter::once(header).chain(rows).map(|line| line + "\n").collect::<String>().into_bytes()
    }

    /// Writes the plan under a name that no other has. On disk when this returns.
    pub(super) fn write(&self, folder: &Path) -> io::Result<Sha256> {
        let mut file = tempfile::Builder::new().prefix(".plan-").tempfile_in(folder)?;
        file.write_all(&self.bytes())?;
        file.as_file().sync_all()?;
        let name = format!("plan-{:04}.jsonl", self.header.generation);
        file.persist_noclobber(folder.join(name)).map_err(|error| error.error)?;
        Ok(self.hash)
    }

    /// The one of the highest generation.
    pub(super) fn latest(folder: &Path) -> io::Result<Option<Self>> {
        let entries = match fs::read_dir(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            entries => entries?,
        };
        let mut latest = None;
        for entry in entries {
            let path = entry?.path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let number = generation(name);
            latest = latest.max(number.map(|number| (number, path)));
        }
        let Some((_, path)) = latest else { return Ok(None) };
        let plan = Self::parse(&files::read_own(&path, LONGEST)?);
        plan.map(Some).map_err(|error| {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            io::Error::other(format!("`{name}`: {error}"))
        })
    }

    fn parse(bytes: &[u8]) -> io::Result<Self> {
        let damaged = |_| io::Error::other("it is damaged");
        let mut lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let first = lines.next().unwrap_or_default();
        let VersionedPlan { version } = serde_json::from_slice(first).map_err(damaged)?;
        if version > VERSION {
            let what = format!("it was made by a newer version of this program (form {version})");
            return Err(io::Error::other(what));
        }
        let header = serde_json::from_slice(first).map_err(damaged)?;
        let rows = lines.map(serde_json::from_slice).collect::<Result<_, _>>().map_err(damaged)?;
        Ok(Self { header, rows, hash: Sha256::of(bytes) })
    }
}

/// Whether a file is called as plans are.
pub(super) fn is_plan(name: &str) -> bool {
    generation(name).is_some()
}

fn generation(name: &str) -> Option<u32> {
    name.strip_prefix("plan-")?.strip_suffix(".jsonl")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(generation: u32) -> PlanHeader {
        PlanHeader {
            version: VERSION,
            generation,
            made: "2026-11-27T07:00:00Z".to_owned(),
            tool: "0".to_owned(),
            sheet: "/s.csv".to_owned(),
            sheet_sha256: String::new(),
            format: "plain".to_owned(),
            store: "1234567890".to_owned(),
            region: "us-east-1".to_owned(),
            endpoint: None,
            host: String::new(),
            steps: StepRules::default(),
        }
    }

    #[test]
    fn the_latest_generation_is_read_and_none_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Plan::latest(folder.path()).unwrap(), None);
        let row = PlannedRow {
            rows: vec![2, 3],
            key: "k".to_owned(),
            stated: "s".to_owned(),
            sources: Vec::new(),
            fields: Map::new(),
            part_size: Some(1),
            fingerprint: None,
            is_swapped: false,
        };
        for (generation, rows) in [(1, vec![]), (2, vec![row])] {
            let plan = Plan::new(header(generation), rows);
            assert_eq!(plan.write(folder.path()).unwrap(), plan.hash);
            assert_eq!(Plan::latest(folder.path()).unwrap(), Some(plan.clone()));
            assert!(plan.write(folder.path()).is_err());
        }
    }

    #[test]
    fn a_newer_form_is_refused() {
        let error = Plan::parse(b"{\"version\":2,\"other\":1}\n").unwrap_err();
        assert!(error.to_string().contains("newer version"), "{error}");
        assert!(Plan::parse(b"").is_err());
    }
}
