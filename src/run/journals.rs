//! What this machine remembers of uploads to sequence stores, and looking through journals.

use std::{
    collections::{HashMap, HashSet},
    io,
    path::{Path, PathBuf},
};

use serde_json::{Map, Value, json};

use super::job_journal::{JournalIdentity, attach, fits, name, opened};
use crate::{
    engine::{Job, Recall},
    files,
    journal::{Folder, Header, Journal, OpenError, Record, SourceRecord, Stage},
    report::{Abort, Problem},
    source::{self, Source, SourceFile},
    store::Fields,
    types::{ByteCount, Fingerprint, StoreId, UploadId},
};

/// Where journals are: as asked, or `$XDG_STATE_HOME/omics-upload`, by default below `~/.local/state`.
pub(crate) fn folder(asked: Option<PathBuf>) -> Option<Folder> {
    let variable =
        |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let usual = || {
        let base =
            variable("XDG_STATE_HOME").or_else(|| Some(variable("HOME")?.join(".local/state")));
        base.map(|base| base.join("omics-upload"))
    };
    asked.or_else(|| usual().filter(|folder| !files::is_out_of_reach(folder))).map(Folder::new)
}

/// What is wrong with the folder that was asked for.
pub(crate) fn problem(asked: Option<&Path>) -> Option<Problem> {
    let asked = asked.filter(|folder| files::is_out_of_reach(folder))?;
    let shown = crate::types::Escaped::new(&asked.to_string_lossy()).to_string();
    let error = anyhow::anyhow!("`{shown}` cannot be reached, and `--state-dir` names it");
    Some(Problem::new(error).hint("give a folder that you may enter and write to"))
}

/// How jobs are to be remembered.
pub(crate) struct Wishes<'a> {
    pub(crate) folder: Option<&'a Folder>,
    pub(crate) store: &'a StoreId,
    /// Whether earlier attempts are forgotten.
    pub(crate) fresh: bool,
    /// Whether uploads carry a mark, and their read sets a digest.
    pub(crate) mark: bool,
}

/// Gives a job its memory; what the user should know about it goes to `warn`.
pub(crate) fn remember(
    job: &mut Job,
    wishes: &Wishes<'_>,
    earlier: &Earlier,
    warn: &mut impl FnMut(String),
) -> Result<(), Abort> {
    let fingerprint = match (job.memory.fingerprint, &job.pipe) {
        (Some(known), _) => known,
        (None, Some(pipe)) => pipe.fingerprint(),
        (None, None) => source::fingerprint(job.sources.iter())
            .map_err(|error| crate::report::broken(error, "cannot read the files again"))?,
    };
    job.memory.fingerprint = Some(fingerprint);
    job.memory.is_private = !wishes.mark;
    job.memory.look = !wishes.fresh;
    let Some(folder) = wishes.folder else { return Ok(()) };
    job.memory.recall = earlier.recall.clone();
    earlier.warn_of_other_content(job, fingerprint, warn);
    let identity = JournalIdentity {
        store: wishes.store.as_str(),
        fields: fields_of(&job.fields),
        abort: "omics-upload uploads abort",
    };
    attach(job, folder, &identity, wishes.fresh, warn)
}

/// The fields as they stand in a journal, in a fixed order.
pub(crate) fn fields_of(fields: &Fields) -> Map<String, Value> {
    let tags: Map<_, _> =
        fields.tags.iter().map(|(key, value)| (key.to_owned(), value.into())).collect();
    let members = [
        ("file_type", json!(fields.file_type)),
        ("name", json!(fields.name)),
        ("sample_id", json!(fields.sample)),
        ("subject_id", json!(fields.subject)),
        ("reference_arn", json!(fields.reference.as_ref().map(crate::types::ReferenceArn::as_str))),
        ("generated_from", json!(fields.generated_from)),
        ("description", json!(fields.description)),
        ("tags", Value::Object(tags)),
    ];
    members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

/// The fields of a journal, as they were sent.
pub(crate) fn fields_from(members: &Map<String, Value>) -> anyhow::Result<Fields> {
    fn text<'a>(members: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
        members.get(key).and_then(Value::as_str)
    }
    let needed = |key: &str| {
        text(members, key).ok_or_else(|| anyhow::anyhow!("the field `{key}` is missing"))
    };
    let tags = members.get("tags").and_then(Value::as_object).into_iter().flatten();
    let tags =
        tags.map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default()).parse());
    Ok(Fields {
        file_type: needed("file_type")?.parse()?,
        name: needed("name")?.parse()?,
        sample: needed("sample_id")?.parse()?,
        subject: needed("subject_id")?.parse()?,
        reference: text(members, "reference_arn").map(str::parse).transpose()?,
        generated_from: text(members, "generated_from").map(str::parse).transpose()?,
        description: text(members, "description").map(str::parse).transpose()?,
        tags: crate::types::Tags::new(tags.collect::<Result<Vec<_>, _>>()?)?,
    })
}

/// What this machine knows of a store's uploads from before the run.
#[derive(Default)]
pub(crate) struct Earlier {
    /// Those that are under way, by each of their files.
    by_file: HashMap<PathBuf, Vec<BegunUpload>>,
    store: String,
    recall: Recall,
}

/// An upload that is under way with a file.
struct BegunUpload {
    id: UploadId,
    fingerprint: Fingerprint,
    /// How many files it has.
    files: usize,
    is_joined: bool,
    /// The file as it was.
    size: ByteCount,
    modified: i128,
}

impl Earlier {
    /// Reads all journals once.
    pub(crate) fn read(wishes: &Wishes<'_>, recall: Recall) -> Self {
        let mut earlier = Self { store: wishes.store.to_string(), recall, ..Self::default() };
        let records = wishes.folder.and_then(|folder| records(folder).ok()).unwrap_or_default();
        for record in
            records.into_iter().filter(|record| record.header.store == wishes.store.as_str())
        {
            let (Stage::Uploading(upload) | Stage::Completing(upload)) = record.stage else {
                continue;
            };
            let Header { fingerprint, sources, .. } = record.header;
            let is_joined = sources.iter().any(|file| file.source.is_some());
            let files = sources.len();
            for SourceRecord { path, size, modified, .. } in sources {
                let id = upload.id.clone();
                let begun = BegunUpload { id, fingerprint, files, is_joined, size, modified };
                earlier.by_file.entry(path).or_default().push(begun);
            }
        }
        earlier
    }

    /// Names uploads that were begun with another content of the same files.
    fn warn_of_other_content(
        &self,
        job: &Job,
        fingerprint: Fingerprint,
        warn: &mut impl FnMut(String),
    ) {
        let mut told = HashSet::new();
        let files: Vec<_> = job.sources.iter().flat_map(Source::files).collect();
        // A lane may have been begun alone, and then be one of several.
        let is_joined = job.sources.iter().any(Source::is_joined);
        let is_other = |begun: &BegunUpload| {
            let may_be_lanes = is_joined || begun.is_joined;
            begun.fingerprint != fingerprint && (!may_be_lanes || begun.files == files.len())
        };
        let mut found = Vec::new();
        for file in &files {
            let path = std::path::absolute(file.path()).unwrap_or_default();
            let uploads = self.by_file.get(&path).into_iter().flatten();
            found.extend(uploads.filter(|begun| is_other(begun)).map(|begun| (*file, begun)));
        }
        let is_changed = |(file, begun): &&(SourceFile<'_>, &BegunUpload)| {
            let now = file.identity().map(|now| (now.size, now.modified));
            now != Some((begun.size, begun.modified))
        };
        // The file that is not what it was comes first.
        for (file, BegunUpload { id: upload, .. }) in found.iter().filter(is_changed).chain(&found)
        {
            if told.insert(upload) {
                warn(format!(
                    "`{}` has another content than when upload {upload} was begun with it: a new \
                     upload is begun; `omics-upload uploads abort {upload} --store {}` gives the \
                     old one up",
                    file.path().to_string_lossy(),
                    self.store
                ));
            }
        }
    }
}

/// What all journals of a folder say, the unreadable ones aside.
pub(crate) fn records(folder: &Folder) -> io::Result<Vec<Record>> {
    let names = folder.names()?;
    let read = names
        .iter()
        .filter_map(|name| folder.peek(name).ok().flatten().filter(|record| fits(name, record)));
    Ok(read.filter(|record| !record.is_ended).collect())
}

/// Locks the journal that holds this record, unless it is of something else by now.
pub(crate) fn lock(
    folder: &Folder,
    record: &Record,
    id: &UploadId,
) -> Result<Option<Journal>, OpenError> {
    let Header { store, fields, fingerprint, .. } = &record.header;
    let journal = folder.open(&name(store, fields, *fingerprint), opened())?;
    Ok(journal.filter(|journal| journal.record().stage.is_of(id)))
}
