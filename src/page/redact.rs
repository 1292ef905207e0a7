//! The same report without paths, hosts and users, decided field by field.
//!
//! Of a path, the file's name stays. Identifiers, names, samples, sizes, times and hashes stay. Free
//! text loses every known path, host and user, and every word that looks like one: rather too much
//! than too little.

use std::{collections::HashSet, net::IpAddr};

use super::{OutsideText, PageReport, ReadSetRow, RowCheck, RowFailure, RowFields, RowFile};

const REDACTED: &str = "[redacted]";

/// A copy in which nothing tells where, on what and by whom the run was made.
pub(super) fn redacted(report: &PageReport) -> PageReport {
    let private = Private::of(report);
    PageReport {
        sheet: private.name(&report.sheet),
        run_folder: None,
        endpoint: None,
        hosts: Vec::new(),
        users: Vec::new(),
        notes: report.notes.iter().map(|note| private.text(note)).collect(),
        rows: report.rows.iter().map(|row| private.with_paths(row).row(row)).collect(),
        store_id: report.store_id.clone(),
        region: report.region.clone(),
        made: report.made,
        begun: report.begun,
        ended: report.ended,
        tool: report.tool.clone(),
        throughput: report.throughput.clone(),
        redact: true,
    }
}

/// What must not be told.
#[derive(Clone)]
struct Private {
    /// Texts, and what takes their place; the longest first.
    known: Vec<(String, String)>,
    /// File names, which look like hosts.
    names: HashSet<String>,
}

impl Private {
    fn of(report: &PageReport) -> Self {
        let mut private = Self { known: Vec::new(), names: HashSet::new() };
        for host in &report.hosts {
            let host = host.as_raw();
            private.leave_out(host);
            private.leave_out(host.split('.').next().unwrap_or_default());
        }
        report.users.iter().for_each(|user| private.leave_out(user.as_raw()));
        let folder = report.run_folder.iter().chain(&report.endpoint);
        folder.for_each(|place| private.leave_out(place.as_raw()));
        private.path(&report.sheet);
        private.sort();
        private
    }

    /// The paths of one row are looked for in its own texts only.
    fn with_paths(&self, row: &ReadSetRow) -> Self {
        let mut private = self.clone();
        row.files.iter().for_each(|file| private.path(&file.path));
        private.sort();
        private
    }

    fn leave_out(&mut self, text: &str) {
        if !text.is_empty() {
            self.known.push((text.to_owned(), REDACTED.to_owned()));
        }
    }

    fn path(&mut self, path: &OutsideText) {
        let name = path.file_name().as_raw().to_owned();
        if let Some((folder, _)) = path.as_raw().trim_end_matches('/').rsplit_once('/') {
            self.leave_out(folder);
            self.known.push((path.as_raw().to_owned(), name.clone()));
        }
        self.names.insert(name);
    }

    fn sort(&mut self) {
        self.known.sort_by_key(|(text, _)| std::cmp::Reverse(text.len()));
    }

    fn row(&self, row: &ReadSetRow) -> ReadSetRow {
        ReadSetRow {
            fields: self.fields(&row.fields),
            files: row.files.iter().map(|file| self.file(file)).collect(),
            checks: row.checks.iter().map(|check| self.check(check)).collect(),
            failure: row.failure.as_ref().map(|failure| self.failure(failure)),
            line: row.line,
            status: row.status,
            read_set_id: row.read_set_id.clone(),
            read_set_arn: row.read_set_arn.clone(),
            upload_id: row.upload_id.clone(),
            parts: row.parts,
            part_size: row.part_size,
            digest: row.digest,
            etag: row.etag.clone(),
            begun: row.begun,
            ended: row.ended,
            traffic: row.traffic.clone(),
        }
    }

    fn fields(&self, fields: &RowFields) -> RowFields {
        let free = |text: &Option<OutsideText>| text.as_ref().map(|text| self.text(text));
        RowFields {
            file_type: fields.file_type.clone(),
            // Names and samples may look like hosts, and the page is of no use without them.
            name: self.without_known(&fields.name),
            sample: self.without_known(&fields.sample),
            subject: self.without_known(&fields.subject),
            reference: fields.reference.clone(),
            generated_from: free(&fields.generated_from),
            description: free(&fields.description),
            tags: fields.tags.iter().map(|(k, v)| (self.text(k), self.text(v))).collect(),
        }
    }

    fn file(&self, file: &RowFile) -> RowFile {
        RowFile { path: self.name(&file.path), ..file.clone() }
    }

    fn check(&self, check: &RowCheck) -> RowCheck {
        RowCheck { text: self.text(&check.text), ..check.clone() }
    }

    fn failure(&self, failure: &RowFailure) -> RowFailure {
        RowFailure {
            kind: failure.kind.clone(),
            message: self.text(&failure.message),
            hint: failure.hint.as_ref().map(|hint| self.text(hint)),
            request_id: failure.request_id.clone(),
        }
    }

    fn name(&self, path: &OutsideText) -> OutsideText {
        self.without_known(&path.file_name())
    }

    fn without_known(&self, text: &OutsideText) -> OutsideText {
        let mut text = text.as_raw().to_owned();
        for (known, instead) in &self.known {
            text = replace_whole(&text, known, instead);
        }
        OutsideText::new(text)
    }

    /// Free text: also without what looks like a path, a host or a user.
    fn text(&self, text: &OutsideText) -> OutsideText {
        let text = self.without_known(text);
        let is_end = |c: char| c.is_whitespace() || "`'\"()[]{}<>,;=|".contains(c);
        let mut shown = String::new();
        for piece in text.as_raw().split_inclusive(is_end) {
            let end = piece.rfind(is_end).unwrap_or(piece.len());
            let word = piece[..end].trim_end_matches(['.', ':', '!', '?']);
            shown.push_str(if self.is_private(word) { REDACTED } else { word });
            shown.push_str(&piece[word.len()..]);
        }
        OutsideText::new(shown)
    }

    fn is_private(&self, word: &str) -> bool {
        if word.starts_with("arn:") || self.names.contains(word) {
            return false;
        }
        let host = word.split(':').next().unwrap_or_default();
        word.contains("://")
            || word.contains('@')
            || word.contains('\\')
            || word.starts_with('~')
            || is_path(word)
            || word.parse::<IpAddr>().is_ok()
            || host.parse::<IpAddr>().is_ok()
            || (!self.names.contains(host) && is_host(host, word))
    }
}

/// Replaces what is neither preceded nor followed by a letter or a digit.
fn replace_whole(text: &str, known: &str, instead: &str) -> String {
    let mut shown = String::new();
    let mut from = 0;
    for (at, found) in text.match_indices(known) {
        let before = text[..at].chars().next_back();
        let after = text[at + found.len()..].chars().next();
        if ![before, after].into_iter().flatten().any(char::is_alphanumeric) {
            shown.push_str(&text[from..at]);
            shown.push_str(instead);
            from = at + found.len();
        }
    }
    shown + &text[from..]
}

/// A slash makes a path, but not of `MiB/s` or `3/64`.
fn is_path(word: &str) -> bool {
    let is_number = |piece: &str| !piece.is_empty() && piece.bytes().all(|b| b.is_ascii_digit());
    word.split_once('/').is_some_and(|(before, after)| {
        !(before.ends_with('B') && after == "s" || is_number(before) && is_number(after))
    })
}

/// `node17.lab`, `localhost:8080`.
fn is_host(host: &str, word: &str) -> bool {
    let labels: Vec<_> = host.split('.').collect();
    let is_label = |label: &&str| {
        !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    let last = labels.last().copied().unwrap_or_default();
    let is_word = last.len() > 1 && last.bytes().all(|b| b.is_ascii_alphabetic());
    let port = word.strip_prefix(host).and_then(|port| port.strip_prefix(':'));
    let has_port = port.is_some_and(|port| port.parse::<u16>().is_ok());
    labels.iter().all(is_label)
        && (labels.len() > 1 && is_word
            || has_port && host.starts_with(|c: char| c.is_ascii_alphabetic()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn free_text_loses_what_tells_places_and_people() {
        let mut private = Private { known: Vec::new(), names: HashSet::new() };
        private.path(&"/data/my secret run/a.bam".into());
        for known in ["node17", "ann"] {
            private.leave_out(known);
        }
        private.sort();
        for (text, shown) in [
            (
                "a.bam: BGZF block at byte 41,898 is truncated",
                "a.bam: BGZF block at byte 41,898 is truncated",
            ),
            ("`/data/my secret run/a.bam` is gone", "`a.bam` is gone"),
            ("see /data/my secret run/b", "see [redacted][redacted]"),
            ("/home/bob/.aws/config: no profile", "[redacted]: no profile"),
            ("cannot reach proxy.lab.example:3128.", "cannot reach [redacted]."),
            (
                "cannot reach localhost:3128, 10.0.0.7:80 or [fe80::1]",
                "cannot reach [redacted], [redacted] or [[redacted]]",
            ),
            ("https://user:pw@host/x?y=/z at 40.1 MiB/s", "[redacted]=[redacted] at 40.1 MiB/s"),
            ("ann on node17, not joann", "[redacted] on [redacted], not joann"),
            ("mail bob@lab.example, or ~bob", "mail [redacted], or [redacted]"),
            (
                "run shard 3/64 of arn:aws:omics:eu-west-1:1:store/2",
                "run shard 3/64 of arn:aws:omics:eu-west-1:1:store/2",
            ),
            ("at 2026-11-27T10:00:00Z, e.g. 1.5 s", "at 2026-11-27T10:00:00Z, e.g. 1.5 s"),
        ] {
            assert_eq!(private.text(&text.into()).as_raw(), shown, "{text}");
        }
        // A sample may look like a host.
        assert_eq!(private.without_known(&"P1.blood".into()).as_raw(), "P1.blood");
    }
}
