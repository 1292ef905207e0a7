//! What all processes have noted of uploads, read as one. Of the millions of parts that a run may have, only
//! the places of their notes are kept: those of one upload are read again when it is its turn.

use std::{
    collections::{HashMap, HashSet},
    fs::{File, OpenOptions},
    io::{self, BufRead as _, BufReader},
    path::{Path, PathBuf},
};

use super::{
    entry::{Entry, Header},
    record::Record,
    shared::SharedLine,
};
use crate::{
    files,
    types::{PartNumber, PartSource, UploadId},
};

/// In bytes: no line of ours is that long.
const LONGEST_LINE: u64 = 1 << 20;

/// What all processes have noted of uploads.
#[derive(Debug, Default)]
pub struct SharedPast {
    files: Vec<PathBuf>,
    uploads: HashMap<String, NotedUpload>,
}

/// What is noted of one key.
#[derive(Debug, Default)]
struct NotedUpload {
    /// Uploads, with the names of their files.
    begun: Vec<(String, i64, Entry)>,
    restarts: Vec<(i64, Entry)>,
    /// The uploads that were given up.
    given_up: HashSet<String>,
    /// Of each upload by its ID, and of none.
    later: HashMap<Option<String>, Vec<(i64, Entry)>>,
    parts: HashMap<Option<String>, Vec<NotedPart>>,
}

/// Where a part is noted: in which of the files, and after how many bytes.
#[derive(Debug)]
struct NotedPart {
    source: PartSource,
    number: PartNumber,
    at: i64,
    file: u32,
    offset: u64,
}

impl SharedPast {
    /// Reads files of all processes. What a process was writing when it ended is left out.
    pub fn read(files: impl IntoIterator<Item = PathBuf>) -> io::Result<Self> {
        let mut past = Self::default();
        for path in files {
            match open(&path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                file => past.read_file(file?, path)?,
            }
        }
        Ok(past)
    }

    fn read_file(&mut self, file: File, path: PathBuf) -> io::Result<()> {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let index = u32::try_from(self.files.len()).map_err(io::Error::other)?;
        self.files.push(path);
        let mut lines = BufReader::new(file);
        let (mut line, mut offset) = (Vec::new(), 0);
        loop {
            line.clear();
            let read = read_line(&mut lines, &mut line)?;
            if read == 0 {
                return Ok(());
            }
            if let Ok(line) = serde_json::from_slice(&line) {
                self.add(line, &name, (index, offset));
            }
            offset += read;
        }
    }

    fn add(
        &mut self,
        SharedLine { key, at, upload, note }: SharedLine,
        name: &str,
        (file, offset): (u32, u64),
    ) {
        let of_key = self.uploads.entry(key).or_default();
        match note {
            Entry::Upload { .. } => of_key.begun.push((name.to_owned(), at, note)),
            Entry::Restarted { .. } => {
                of_key.given_up.extend(upload);
                of_key.restarts.push((at, note));
            }
            Entry::Header(_) | Entry::Opened(_) => {}
            Entry::Part { source, number, .. } => {
                let part = NotedPart { source, number, at, file, offset };
                of_key.parts.entry(upload).or_default().push(part);
            }
            note => of_key.later.entry(upload).or_default().push((at, note)),
        }
    }

    /// All that is known of an upload that begins with this header, but for its parts.
    pub(super) fn record(&self, key: &str, header: Header) -> Record {
        let mut record = Record::new(header);
        let Some(noted) = self.uploads.get(key) else { return record };
        record.is_old = true;
        if let Some((_, entry)) = noted.restarts.iter().max_by_key(|(at, _)| *at) {
            record.apply(entry);
        }
        let upload = noted.uploads().next();
        if let Some(entry) = upload {
            record.apply(entry);
        }
        let id = upload.and_then(id_of);
        let mut later: Vec<_> =
            [None, id].into_iter().filter_map(|id| noted.later.get(&id)).flatten().collect();
        later.sort_by_key(|(at, _)| *at);
        for (_, entry) in later {
            record.apply(entry);
        }
        record
    }

    /// Reads what is noted of the parts of the upload of a key; what is no note any more is left out.
    pub(super) fn read_parts(&self, key: &str) -> io::Result<Vec<Entry>> {
        let mut places: Vec<_> = self.noted_parts(key).collect();
        places.sort_unstable_by_key(|part| (part.file, part.offset));
        let (mut notes, mut line) = (Vec::new(), Vec::new());
        for of_file in places.chunk_by(|one, next| one.file == next.file) {
            let path = of_file.first().and_then(|part| self.files.get(part.file as usize));
            let Some(path) = path else { continue };
            let (mut lines, mut at) = (BufReader::new(open(path)?), 0);
            for part in of_file {
                lines.seek_relative(i64::try_from(part.offset - at).map_err(io::Error::other)?)?;
                line.clear();
                at = part.offset + read_line(&mut lines, &mut line)?;
                let Ok(SharedLine { at, note, .. }) = serde_json::from_slice(&line) else {
                    continue;
                };
                notes.push((at, note));
            }
        }
        notes.sort_by_key(|(at, _)| *at);
        Ok(notes.into_iter().map(|(_, note)| note).collect())
    }

    fn noted_parts(&self, key: &str) -> impl Iterator<Item = &NotedPart> {
        let noted = self.uploads.get(key);
        let id = noted.and_then(|noted| noted.uploads().next()).and_then(id_of);
        let of_none = id.is_some().then_some(None);
        let ids = [Some(id), of_none].into_iter().flatten();
        ids.filter_map(move |id| noted?.parts.get(&id)).flatten()
    }

    /// The uploads that were begun twice for a key, all but the one that counts.
    pub fn others(&self, key: &str) -> Vec<UploadId> {
        let Some(noted) = self.uploads.get(key) else { return Vec::new() };
        let ids: Vec<_> = noted.uploads().filter_map(id_of).collect();
        let (first, mut told) = (ids.first().cloned(), HashSet::new());
        let others = ids.into_iter().filter(|id| Some(id) != first.as_ref());
        others.filter(|id| told.insert(id.clone())).filter_map(|id| id.parse().ok()).collect()
    }

    /// All uploads that were begun, not given up and not completed, by their keys.
    pub fn open_uploads(&self) -> impl Iterator<Item = (&str, String)> {
        let open = self.uploads.keys().filter(|key| !self.is_completed(key));
        open.filter_map(|key| {
            let id = self.uploads.get(key)?.uploads().next().and_then(id_of)?;
            Some((&**key, id))
        })
    }

    /// Whether an upload was begun for a key, and not given up.
    pub fn has_upload(&self, key: &str) -> bool {
        self.uploads.get(key).is_some_and(|noted| noted.uploads().next().is_some())
    }

    /// Whether the upload of a key has become a read set.
    pub fn is_completed(&self, key: &str) -> bool {
        let noted = self.uploads.get(key);
        let id = noted.and_then(|noted| noted.uploads().next()).and_then(id_of);
        let mut later = noted.and_then(|noted| noted.later.get(&id)).into_iter().flatten();
        later.any(|(_, entry)| matches!(entry, Entry::Completed { .. }))
    }

    /// The parts that are noted of the upload of a key, and when, in microseconds since 1970.
    pub fn parts(&self, key: &str) -> impl Iterator<Item = (PartSource, PartNumber, i64)> {
        self.noted_parts(key).map(|part| (part.source, part.number, part.at))
    }
}

impl NotedUpload {
    /// The uploads that were not given up: the one that counts, by the names of the files, comes first.
    fn uploads(&self) -> impl Iterator<Item = &Entry> {
        let is_open = |entry: &Entry| !id_of(entry).is_some_and(|id| self.given_up.contains(&id));
        let mut uploads: Vec<_> = self.begun.iter().filter(|(.., entry)| is_open(entry)).collect();
        uploads.sort_by(|(a, a_at, _), (b, b_at, _)| (a, a_at).cmp(&(b, b_at)));
        uploads.into_iter().map(|(.., entry)| entry)
    }
}

/// Opens a file of notes, which has to be of this user.
fn open(path: &Path) -> io::Result<File> {
    let file = files::open(path, OpenOptions::new().read(true))?;
    files::is_own(&file)?;
    Ok(file)
}

/// Reads a line; how many bytes it has.
fn read_line(lines: &mut BufReader<File>, line: &mut Vec<u8>) -> io::Result<u64> {
    let read = io::Read::take(lines, LONGEST_LINE).read_until(b'\n', line)?;
    Ok(read as u64)
}

fn id_of(entry: &Entry) -> Option<String> {
    match entry {
        Entry::Upload { id, .. } => Some(id.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::{io::Write as _, sync::Arc};

    use tempfile::TempDir;

    use super::*;
    use crate::{
        journal::{Journal, PartRecord, SharedNotes, Stage, UploadRecord},
        types::{ByteCount, Digest, PartSize, Sha256},
    };

    fn header() -> Header {
        Header::new(
            "2026-11-27T10:00:00Z".to_owned(),
            "1234567890".parse().unwrap(),
            "token".parse().unwrap(),
            "0123456789abcdef".repeat(2).parse().unwrap(),
            PartSize::new(5 << 20).unwrap(),
            Vec::new(),
            serde_json::Map::new(),
        )
    }

    fn upload(id: &str) -> UploadRecord {
        let part_size = PartSize::new(5 << 20).unwrap();
        UploadRecord { id: id.parse().unwrap(), created: 0, part_size, mark: None }
    }

    fn part() -> PartRecord {
        let digest = Digest::from(Sha256::of(b"x"));
        PartRecord { size: ByteCount::new(1), digest, checksum: "c".parse().unwrap(), seen: None }
    }

    /// A process: its file, and the journal of the one upload.
    fn process(dir: &TempDir, name: &str) -> Journal {
        let notes = SharedNotes::create(dir.path().join(name), "plan").unwrap();
        let past = Arc::new(SharedPast::read(files(dir)).unwrap());
        let mut journal = Journal::shared(&notes, "k", &past, header());
        journal.take_up().unwrap();
        journal
    }

    fn files(dir: &TempDir) -> Vec<PathBuf> {
        std::fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().path()).collect()
    }

    fn read(dir: &TempDir) -> Record {
        process(dir, &format!("reader-{}", files(dir).len())).record().clone()
    }

    fn number(number: u16) -> PartNumber {
        PartNumber::new(number).unwrap()
    }

    #[test]
    fn the_parts_of_all_processes_are_one_record() {
        let dir = tempfile::tempdir().unwrap();
        process(&dir, "create").created(&upload("1111111111")).unwrap();
        for (name, at) in [("a", 1), ("b", 2), ("c", 2)] {
            let mut journal = process(&dir, name);
            assert!(journal.record().is_old);
            journal.part(PartSource::Source1, number(at), &part()).unwrap();
            journal.end().unwrap();
        }
        let record = read(&dir);
        assert_eq!(record.parts.len(), 2);
        assert!(record.stage.is_of(&"1111111111".parse().unwrap()));
        let past = SharedPast::read(files(&dir)).unwrap();
        assert!(past.has_upload("k") && !past.has_upload("other"));
        assert_eq!(past.parts("k").count(), 3);
    }

    #[test]
    fn of_two_uploads_the_first_by_name_counts_and_one_that_was_given_up_does_not() {
        let dir = tempfile::tempdir().unwrap();
        // Both began before either could see the other.
        let (mut b, mut a) = (process(&dir, "b"), process(&dir, "a"));
        b.created(&upload("2222222222")).unwrap();
        b.part(PartSource::Source1, number(1), &part()).unwrap();
        a.created(&upload("1111111111")).unwrap();
        let past = SharedPast::read(files(&dir)).unwrap();
        let record = past.record("k", header());
        assert!(record.stage.is_of(&"1111111111".parse().unwrap()));
        assert_eq!(past.read_parts("k").unwrap(), []);
        assert_eq!(past.others("k"), ["2222222222".parse().unwrap()]);
        a.restarted(&"again".parse().unwrap()).unwrap();
        let record = read(&dir);
        assert_eq!((record.token.as_str(), record.parts.len()), ("again", 1));
        b.completing().unwrap();
        b.completed(&"3333333333".parse().unwrap()).unwrap();
        assert!(matches!(read(&dir).stage, Stage::Completed { upload: Some(_), .. }));
    }

    #[test]
    fn what_was_being_written_when_a_process_ended_is_left_out() {
        let dir = tempfile::tempdir().unwrap();
        process(&dir, "a").created(&upload("1111111111")).unwrap();
        let mut file = OpenOptions::new().append(true).open(dir.path().join("a")).unwrap();
        file.write_all(b"{\"key\":\"k\",\"at\":1,\"no").unwrap();
        assert!(SharedPast::read(files(&dir)).unwrap().has_upload("k"));
    }
}
