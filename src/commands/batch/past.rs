//! What the notes of a run say of its rows.

use std::collections::HashMap;

use crate::{
    preflight::sheets::FoundRow,
    run::run_folder::{Note, NoteKind, PlannedRow, RowEnd, VerifiedRow},
};

/// The last word on each row.
pub(super) struct Past {
    rows: HashMap<String, PastRow>,
    /// The keys of rows by how their files were named.
    named: HashMap<String, String>,
    /// What was found in the data of rows.
    verified: HashMap<String, VerifiedRow>,
    /// How often rows were to be tried again after they failed for good.
    again: HashMap<String, usize>,
    /// The ARN of one of the read sets.
    pub(super) arn: Option<String>,
}

/// What is known of a row from before.
pub(super) struct PastRow {
    pub(super) end: RowEnd,
    /// Whether its read set was deleted at the service.
    pub(super) is_gone: bool,
}

impl Past {
    /// From notes in the order of time.
    pub(super) fn new(notes: Vec<Note>) -> Self {
        let mut rows: HashMap<String, PastRow> = HashMap::new();
        let (mut named, mut verified) = (HashMap::new(), HashMap::new());
        let mut again: HashMap<_, usize> = HashMap::new();
        let mut arn = None;
        for Note { key, what, .. } in notes {
            match what {
                NoteKind::Ended(end) => {
                    arn = end.arn.clone().or(arn);
                    named.insert(end.named.clone(), key.clone());
                    rows.insert(key, PastRow { end: *end, is_gone: false });
                }
                NoteKind::Found { read_set_arn, s3_uris } => {
                    arn = Some(read_set_arn);
                    if let Some(row) = rows.get_mut(&key) {
                        row.end.s3_uris = s3_uris;
                    }
                }
                NoteKind::Again {} => {
                    rows.remove(&key);
                    verified.remove(&key);
                    *again.entry(key).or_default() += 1;
                }
                NoteKind::Verified(row) => {
                    verified.insert(key, *row);
                }
                NoteKind::Gone { read_set_id } => {
                    if let Some(row) = rows.get_mut(&key)
                        && row.end.text("read_set_id") == read_set_id
                    {
                        row.is_gone = true;
                    }
                }
            }
        }
        Self { rows, named, verified, again, arn }
    }

    /// What the steps note the upload of a row by.
    pub(super) fn upload_key(&self, row: &PlannedRow) -> String {
        row.upload_key(self.again.get(&row.key).copied().unwrap_or_default())
    }

    /// What was found in the data of a row, if its files are those.
    pub(super) fn verified(&self, row: &PlannedRow) -> Option<&VerifiedRow> {
        self.verified.get(&row.key).filter(|verified| verified.sources == row.sources)
    }

    /// Rows whose read sets are there, as far as is known, with their keys.
    pub(super) fn finished(&self) -> impl Iterator<Item = (&str, &RowEnd)> {
        let there = self.rows.iter().filter(|(_, row)| row.is_finished() && !row.is_gone);
        there.map(|(key, row)| (&**key, &row.end))
    }

    pub(super) fn of(&self, key: &str) -> Option<&PastRow> {
        self.rows.get(key)
    }

    /// What came of a row as it is planned: of other files it says nothing.
    pub(super) fn of_planned(&self, row: &PlannedRow) -> Option<&PastRow> {
        self.of(&row.key).filter(|past| past.end.sources == row.sources)
    }

    /// A row whose files may be gone.
    pub(super) fn of_row(&self, row: &FoundRow) -> Option<&PastRow> {
        let named = || self.named.get(&row.named).filter(|_| row.has_missing());
        self.of(&row.key).or_else(|| self.of(named()?))
    }
}

impl PastRow {
    /// Whether its read set is there, as far as is known.
    pub(super) fn is_finished(&self) -> bool {
        self.end.exit_status == 0 && self.end.read_set().is_some()
    }

    /// Whether nobody has waited until its read set was active.
    pub(super) fn is_not_waited_for(&self) -> bool {
        self.is_finished() && !self.is_gone && self.end.text("status") == "completed"
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, json};

    use super::*;

    #[test]
    fn the_last_note_counts() {
        let end = |status: &str, exit_status| RowEnd {
            row: 2,
            named: "n".to_owned(),
            stated: String::new(),
            sources: Vec::new(),
            fields: Map::new(),
            exit_status,
            for_good: false,
            report: json!({ "status": status, "read_set_id": "1" }),
            arn: None,
            s3_uris: Vec::new(),
        };
        let note = |what| Note { plan: String::new(), at: 0, key: "k".to_owned(), what };
        let failed = note(NoteKind::Ended(Box::new(end("failed", 1))));
        let done = note(NoteKind::Ended(Box::new(end("active", 0))));
        let gone = |id: &str| note(NoteKind::Gone { read_set_id: id.to_owned() });
        let past = |notes: &[&Note]| Past::new(notes.iter().map(|note| (*note).clone()).collect());
        let row = |notes: &[&Note]| {
            let past = past(notes);
            let row = past.of("k").unwrap();
            (row.is_finished(), row.is_gone)
        };
        assert_eq!(row(&[&failed]), (false, false));
        assert_eq!(row(&[&failed, &done]), (true, false));
        assert_eq!(row(&[&done, &gone("1")]), (true, true));
        assert_eq!(row(&[&done, &gone("2")]), (true, false));
        assert_eq!(row(&[&done, &gone("1"), &done]), (true, false));
        assert!(past(&[&gone("1")]).of("k").is_none());
    }
}
