//! What came of every row, whenever that was: stdout, the sheet, and the exit status.

use std::{collections::HashMap, io, path::Path};

use serde_json::{Value, json};

use super::{decide::RowDecision, work::BatchWork};
use crate::{
    cli::{Output, UriKind},
    files::Stream,
    preflight::sheets::{ReadSheet, place},
    receipt,
    report::{Abort, Problem, output, status, status_of_all},
    run::{
        rows::{RowsSent, listed},
        run_folder::RowEnd,
    },
    sheet::{Sheet, SheetOutcome},
    store::FoundReadSet,
    types::{Escaped, ReadSetId},
};

/// The results of all rows, in the order of the sheet.
pub(super) struct Results {
    rows: Vec<ResultRow>,
    /// The ARN of one of the read sets.
    arn: Option<String>,
    /// The exit status, if a signal decides about it.
    signalled: Option<u8>,
    /// The exit status of writing the receipts.
    kept: u8,
}

/// What came of one row.
pub(super) struct ResultRow {
    rows: Vec<usize>,
    key: String,
    end: RowEnd,
    fate: Fate,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// In this run.
    Sent,
    /// In an earlier run.
    Finished,
    /// In an earlier run, for good.
    Failed,
    /// Its read set was deleted.
    Gone,
}

impl Results {
    /// If nothing was sent.
    pub(super) fn of_past(work: &BatchWork) -> Self {
        let sent = RowsSent { ends: Vec::new(), signalled: None, kept: status::DONE };
        Self::new(work, &[], sent)
    }

    /// Of rows that were sent, known by these keys, and all others.
    pub(super) fn new(work: &BatchWork, keys: &[String], sent: RowsSent) -> Self {
        let RowsSent { ends, signalled, kept } = sent;
        let mut ends: HashMap<_, _> = keys.iter().zip(ends).collect();
        let all = work.sheet.rows.iter().zip(&work.decided.rows);
        let rows = all.filter_map(|(found, decision)| {
            let (end, fate) = match decision {
                RowDecision::Send | RowDecision::Compare(_) => {
                    (ends.remove(&found.key)?, Fate::Sent)
                }
                RowDecision::Finished(end) => (end.clone(), Fate::Finished),
                RowDecision::Failed(end) => (end.clone(), Fate::Failed),
                RowDecision::Gone(end) => (end.clone(), Fate::Gone),
            };
            Some(ResultRow::new(found.row.rows.clone(), &found.key, end, fate))
        });
        let rows: Vec<_> = rows.collect();
        let arn = rows.iter().find_map(|row: &ResultRow| row.end.arn.clone());
        Self { rows, arn: arn.or_else(|| work.past.arn.clone()), signalled, kept }
    }

    /// Of a run that others have made, or that was made before.
    pub(super) fn of_notes(
        rows: impl Iterator<Item = (Vec<usize>, String, RowEnd, bool)>,
        arn: Option<String>,
    ) -> Self {
        let row = |(rows, key, end, is_gone): (_, String, RowEnd, bool)| {
            let fate = match (is_gone, end.exit_status) {
                (true, _) => Fate::Gone,
                (false, status::DONE) => Fate::Finished,
                (false, _) => Fate::Failed,
            };
            ResultRow::new(rows, &key, end, fate)
        };
        Self { rows: rows.map(row).collect(), arn, signalled: None, kept: status::DONE }
    }

    pub(super) fn rows(&self) -> &[ResultRow] {
        &self.rows
    }

    /// The ARN of a read set.
    pub(super) fn arn_of(&self, read_set_id: &str) -> Option<String> {
        Some(StoreOfArn::parse(self.arn.as_deref()?)?.arn(read_set_id))
    }

    /// The keys and IDs of read sets of which the sheet needs to know more.
    pub(super) fn not_known(&self, needs_s3: bool) -> Vec<(String, ReadSetId)> {
        let rows = self.rows.iter().filter_map(|row| {
            let id = row.read_set()?.parse().ok()?;
            Some((row, id))
        });
        let lacks_s3 = |row: &ResultRow| needs_s3 && row.end.s3_uris.is_empty();
        let lacking: Vec<_> = rows
            .clone()
            .filter(|(row, _)| lacks_s3(row))
            .map(|(row, id)| (row.key.clone(), id))
            .collect();
        match (lacking.is_empty(), &self.arn) {
            (true, None) => {
                rows.take(1).map(|(row, id): (_, ReadSetId)| (row.key.clone(), id)).collect()
            }
            _ => lacking,
        }
    }

    /// What the store says of a row's read set.
    pub(super) fn learn(&mut self, key: &str, found: FoundReadSet) {
        self.arn = Some(found.arn);
        if let Some(row) = self.rows.iter_mut().find(|row| row.key == key) {
            row.end.s3_uris = found.s3_uris;
        }
    }

    /// Says why rows failed that were not tried now.
    pub(super) fn tell_kept(&self, sheet: &ReadSheet) {
        let same: Vec<_> = self.rows.iter().map(ResultRow::error_without_ids).collect();
        for (at, row) in self.rows.iter().enumerate() {
            let is_same =
                |other: &usize| self.rows[*other].fate == row.fate && same[*other] == same[at];
            if row.fate == Fate::Failed && (0..at).any(|other| is_same(&other)) {
                continue;
            }
            let others = (at + 1..self.rows.len()).filter(is_same).map(|other| &self.rows[other]);
            let others: Vec<_> = others.filter_map(|row| row.rows.first().copied()).collect();
            let number = row.rows.first().copied().unwrap_or_default();
            let place = place(&sheet.shown, number, None);
            let (id, error) =
                (row.end.text("read_set_id"), Escaped::new(row.end.error()).to_string());
            match row.fate {
                Fate::Sent | Fate::Finished => {}
                Fate::Failed => output::complain(&format!(
                    "error: {place}: failed in an earlier run: {error}\n\nhint: replace its files, or \
                     try them again with `--retry-failed`\n{}",
                    match &*others {
                        [] => String::new(),
                        others => format!("note: the same error in {}\n", listed(others)),
                    }
                )),
                Fate::Gone => output::complain(&format!(
                    "error: {place}: read set {id} no longer exists at the service\n\nhint: upload the \
                     row again with `--replan {number}`\n"
                )),
            }
        }
    }

    /// What stdout holds; gives the exit status of writing it.
    pub(super) fn print(&self, form: Output) -> u8 {
        let document = match form {
            Output::Text => self.lines(),
            Output::Json => {
                let read_sets: Vec<_> = self.rows.iter().map(ResultRow::object).collect();
                output::json(&json!({ "version": 1, "read_sets": read_sets }))
            }
        };
        output::deliver(document.as_bytes(), || self.lines().into_bytes())
    }

    fn lines(&self) -> String {
        let line = |row: &ResultRow| format!("{}\n", row.read_set().unwrap_or("failed"));
        self.rows.iter().map(line).collect()
    }

    /// The exit status of the run.
    pub(super) fn status(&self, printed: u8) -> u8 {
        if let Some(signalled) = self.signalled {
            return signalled;
        }
        let is_begun = |row: &&ResultRow| row.kind() != "not_begun";
        let statuses: Vec<_> =
            self.rows.iter().filter(is_begun).map(ResultRow::exit_status).collect();
        match status_of_all(&statuses) {
            status::DONE => printed.max(self.kept),
            failed => failed,
        }
    }

    /// Writes the sheet with what came of its rows.
    pub(super) fn write_sheet(
        &self,
        sheet: &Sheet,
        path: &Path,
        rewritten: Option<UriKind>,
    ) -> Result<(), Abort> {
        let arn = self.arn.as_deref().and_then(StoreOfArn::parse);
        let outcomes: Vec<_> = self.rows.iter().map(|row| row.outcome(arn.as_ref())).collect();
        let text = sheet.write(&outcomes, rewritten.map(Into::into)).map_err(Problem::new)?;
        write(path, text.as_bytes(), "sheet")
    }
}

/// Writes a file as a whole, or to a stream.
pub(super) fn write(path: &Path, bytes: &[u8], what: &str) -> Result<(), Abort> {
    let ended = match Stream::of(path) {
        Some(stream) => stream.write(path, bytes),
        None => receipt::write_atomically(path, bytes, 0o666),
    };
    ended.map_err(|error: io::Error| {
        let shown = Escaped::new(&path.to_string_lossy()).to_string();
        let context = format!("cannot write the {what} to `{shown}`");
        Abort::Broken(Problem::new(anyhow::Error::new(error).context(context)))
    })
}

impl ResultRow {
    fn new(rows: Vec<usize>, key: &str, end: RowEnd, fate: Fate) -> Self {
        Self { rows, key: key.to_owned(), end, fate }
    }

    pub(super) const fn end(&self) -> &RowEnd {
        &self.end
    }

    /// Why it failed, as it would be said of another read set.
    fn error_without_ids(&self) -> String {
        let ids = ["upload_id", "read_set_id"].map(|member| self.end.text(member));
        let ids = ids.into_iter().filter(|id| !id.is_empty());
        ids.fold(self.end.error().to_owned(), |text, id| text.replace(id, "ID"))
    }

    pub(super) fn is_gone(&self) -> bool {
        self.fate == Fate::Gone
    }

    pub(super) fn read_set(&self) -> Option<&str> {
        self.end.read_set().filter(|_| self.fate != Fate::Gone)
    }

    /// The kind of its error.
    fn kind(&self) -> &str {
        let kind = self.end.report.get("error").and_then(|error| error.get("kind"));
        kind.and_then(Value::as_str).unwrap_or_default()
    }

    fn exit_status(&self) -> u8 {
        if self.fate == Fate::Gone { status::FAILED } else { self.end.exit_status }
    }

    /// Its entry in the document.
    pub(super) fn object(&self) -> Value {
        let mut report = self.end.report.clone();
        let Some(members) = report.as_object_mut() else { return report };
        members.insert("row".to_owned(), json!(self.rows.first()));
        if self.fate != Fate::Sent {
            for member in ["bytes_sent", "parts_sent", "parts_reused", "retries", "throttled"] {
                members.insert(member.to_owned(), json!(0));
            }
            members.insert("elapsed_seconds".to_owned(), json!(0.0));
        }
        if self.fate == Fate::Gone {
            let id = self.end.text("read_set_id");
            let message = format!("read set {id} no longer exists at the service");
            members.insert("status".to_owned(), json!("failed"));
            members.insert("read_set_id".to_owned(), Value::Null);
            members.insert("error".to_owned(), json!({ "kind": "gone", "message": message }));
        }
        report
    }

    /// Its cells in the sheet.
    fn outcome(&self, store: Option<&StoreOfArn>) -> SheetOutcome {
        let object = self.object();
        let text =
            |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
        let error = object.get("error").and_then(|error| error.get("message"));
        let id = self.read_set().unwrap_or_default();
        let store = store.filter(|_| !id.is_empty());
        let sources = 1..=self.end.sources.len();
        SheetOutcome {
            rows: self.rows.clone(),
            read_set_id: id.to_owned(),
            read_set_arn: store.map(|store| store.arn(id)).unwrap_or_default(),
            status: match self.kind() {
                "not_begun" => "planned".to_owned(),
                _ => text(object.get("status")),
            },
            error: text(error),
            omics_uris: store
                .map(|store| sources.map(|source| store.uri(id, source)).collect())
                .unwrap_or_default(),
            s3_uris: if id.is_empty() { Vec::new() } else { self.end.s3_uris.clone() },
        }
    }
}

/// A sequence store, as the ARN of one of its read sets names it.
struct StoreOfArn {
    /// Up to `readSet/`.
    prefix: String,
    region: String,
    account: String,
    store: String,
}

impl StoreOfArn {
    /// `arn:aws:omics:REGION:ACCOUNT:sequenceStore/STORE/readSet/ID`
    fn parse(arn: &str) -> Option<Self> {
        let (prefix, _) = arn.rsplit_once('/')?;
        let mut parts = arn.splitn(6, ':').skip(3);
        let (region, account, rest) = (parts.next()?, parts.next()?, parts.next()?);
        let store = rest.strip_prefix("sequenceStore/")?.split('/').next()?;
        Some(Self {
            prefix: prefix.to_owned(),
            region: region.to_owned(),
            account: account.to_owned(),
            store: store.to_owned(),
        })
    }

    fn arn(&self, id: &str) -> String {
        format!("{}/{id}", self.prefix)
    }

    fn uri(&self, id: &str, source: usize) -> String {
        let Self { region, account, store, .. } = self;
        format!(
            "omics://{account}.storage.{region}.amazonaws.com/{store}/readSet/{id}/source{source}"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_is_known_from_the_arn_of_a_read_set() {
        let arn = "arn:aws:omics:us-east-1:123456789012:sequenceStore/1234567890/readSet/55";
        let store = StoreOfArn::parse(arn).unwrap();
        assert_eq!(store.arn("66"), arn.replace("/55", "/66"));
        assert_eq!(
            store.uri("66", 2),
            "omics://123456789012.storage.us-east-1.amazonaws.com/1234567890/readSet/66/source2"
        );
        assert!(StoreOfArn::parse("x").is_none());
    }
}
