//! A receipt for people.

use std::fmt::{Display, Write as _};

use super::{ArchiveReceipt, Check, File, Receipt, Sender};
use crate::types::{ByteCount, Escaped, ReadSetEtag};

/// A block of lines with labels.
struct Lines(String);

impl Lines {
    fn add(&mut self, label: &str, value: impl Display) {
        let value = value.to_string();
        let _ = writeln!(self.0, "  {label:<15}{}", Escaped::new(&value));
    }

    fn maybe(&mut self, label: &str, value: Option<impl Display>) {
        if let Some(value) = value {
            self.add(label, value);
        }
    }
}

impl Receipt {
    /// For people: what was sent, when, and how it is known that it arrived.
    pub fn text(&self) -> String {
        text(self)
    }
}

impl ArchiveReceipt {
    /// For people: what was stored, when, and how it is known that it arrived.
    pub fn text(&self) -> String {
        let heading = match (&self.archive_id, &self.upload_id) {
            (Some(id), _) => format!("archive {id}"),
            (None, Some(id)) => format!("upload {id}"),
            (None, None) => "nothing was begun".to_owned(),
        };
        let mut lines = Lines(format!("{}\n", Escaped::new(&heading)));
        lines.add("status", &self.status);
        lines.maybe("error", self.error.as_ref().map(|error| &error.message));
        let at = self.endpoint.as_ref().map(|endpoint| format!(", at {endpoint}"));
        lines.add("vault", format_args!("{}{}", self.vault_arn, at.unwrap_or_default()));
        lines.maybe("upload", self.upload_id.as_ref());
        lines.add("description", &self.description);
        let path = self.file.absolute_path.as_ref().unwrap_or(&self.file.path);
        let (bytes, modified) = (size(self.file.bytes), &self.file.modified);
        lines.add("file", format_args!("{path}, {bytes}, of {modified}"));
        lines.maybe("tree hash", self.sha256_tree_hash.as_ref());
        lines.maybe("SHA-256", self.sha256.as_ref());
        let of = self.part_size.map(|bytes| format!(" of {}", ByteCount::new(bytes)));
        let (count, of) = (self.parts.len(), of.unwrap_or_default());
        lines.add("parts", format_args!("{count}{of}, confirmed by the service"));
        lines.maybe("begun", self.began.as_ref());
        lines.maybe("ended", self.ended.as_ref());
        lines.add("sent by", sent_by(&self.origin));
        lines.maybe("create request", self.requests.create.as_ref());
        lines.maybe("complete req.", self.requests.complete.as_ref());
        lines.0
    }
}

fn text(receipt: &Receipt) -> String {
    let heading = match (&receipt.read_set_id, &receipt.upload_id) {
        (Some(id), _) => format!("read set {id}"),
        (None, Some(id)) => format!("upload {id}"),
        (None, None) => "nothing was begun".to_owned(),
    };
    let mut lines = Lines(format!("{}\n", Escaped::new(&heading)));
    lines.add("status", &receipt.status);
    lines.maybe("error", receipt.error.as_ref().map(|error| &error.message));
    lines.add("store", place(receipt));
    lines.maybe("upload", receipt.upload_id.as_ref());
    fields(&mut lines, receipt);
    for file in &receipt.files {
        self::file(&mut lines, file);
    }
    parts(&mut lines, receipt);
    lines.maybe("begun", receipt.began.as_ref());
    lines.maybe("ended", receipt.ended.as_ref());
    lines.add("sent by", sent_by(&receipt.origin));
    lines.maybe("create request", receipt.requests.create.as_ref());
    lines.maybe("complete req.", receipt.requests.complete.as_ref());
    etag(&mut lines, receipt);
    for check in &receipt.checks {
        lines.add("check", checked(check));
    }
    lines.0
}

fn place(receipt: &Receipt) -> String {
    let at = receipt.endpoint.as_ref().map(|endpoint| format!(", at {endpoint}"));
    format!("{} in {}{}", receipt.store_id, receipt.region, at.unwrap_or_default())
}

fn fields(lines: &mut Lines, receipt: &Receipt) {
    let fields = &receipt.fields;
    lines.add("type", &fields.file_type);
    lines.add("name", &fields.name);
    lines.add("sample", &fields.sample_id);
    lines.add("subject", &fields.subject_id);
    lines.maybe("reference", fields.reference_arn.as_ref());
    lines.maybe("generated from", fields.generated_from.as_ref());
    lines.maybe("description", fields.description.as_ref());
    for (key, value) in &fields.tags {
        lines.add("tag", format_args!("{key}={value}"));
    }
}

fn file(lines: &mut Lines, file: &File) {
    let path = file.absolute_path.as_ref().unwrap_or(&file.path);
    let modified = file.modified.as_ref().map(|time| format!(", of {time}"));
    let size = size(file.bytes);
    lines.add(&file.source, format_args!("{path}, {size}{}", modified.unwrap_or_default()));
    lines.maybe("  MD5", file.md5.as_ref());
    lines.maybe("  SHA-256", file.sha256.as_ref());
    lines.maybe("  when proven", file.disposal.as_ref());
}

fn parts(lines: &mut Lines, receipt: &Receipt) {
    let bytes = receipt.parts.iter().map(|part| part.bytes).sum();
    let of = receipt.part_size.map(|bytes| format!(" of {}", ByteCount::new(bytes)));
    let (count, of) = (receipt.parts.len(), of.unwrap_or_default());
    lines.add("parts", format_args!("{count}{of}, {}, confirmed by the service", size(bytes)));
}

fn etag(lines: &mut Lines, receipt: &Receipt) {
    let none = || "not known".to_owned();
    let shown = |etag: &Option<ReadSetEtag>| etag.as_ref().map_or_else(none, ToString::to_string);
    let etag = &receipt.etag;
    if etag.expected.is_some() || etag.found.is_some() {
        lines.add("content here", shown(&etag.expected));
        lines.add("content there", shown(&etag.found));
        lines.maybe("they compare", etag.result);
    }
}

fn sent_by(origin: &Sender) -> String {
    let user = origin.user.as_ref().map(|user| format!("{user} on "));
    format!("{}{}, {} {}", user.unwrap_or_default(), origin.host, origin.tool, origin.version)
}

fn checked(check: &Check) -> String {
    format!("{}: {}: {}", check.check, check.result, check.text)
}

fn size(bytes: u64) -> String {
    format!("{} ({bytes} bytes)", ByteCount::new(bytes))
}
