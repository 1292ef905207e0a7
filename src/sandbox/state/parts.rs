//! Operations on the parts of an upload: take one in, list them.

use data_encoding::{BASE64, HEXLOWER};
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{
    disk,
    receive::{Received, ReceivedData},
    record::{self, SavedPart},
    service::{Service, UnfinishedUpload, broken_disk},
};
use crate::sandbox::{
    faults::{Action, Struck},
    rules::{
        ApiError, ApiOperation, Call, Members, PageRequest, Source, SourceFileType, Violations,
        clean,
    },
};

/// The highest part number
/// (<https://docs.aws.amazon.com/omics/latest/api/API_UploadReadSetPart.html>).
pub(super) const MAX_NUMBER: u16 = 10_000;

/// The largest part: "100 MB" of the quotas is 100 MiB, for the user guide splits so
/// (<https://docs.aws.amazon.com/omics/latest/dev/synchronous-uploads.html>).
pub(crate) const MAX_SIZE: u64 = 100 * 1024 * 1024;

/// A part as Complete names it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NamedPart {
    pub(crate) source: Source,
    pub(crate) number: u16,
    pub(crate) checksum: String,
}

/// Where a part belongs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PartPlace {
    pub(crate) source: Source,
    pub(crate) number: u16,
}

impl Service {
    /// Whether a part may come, before any of it has been read.
    pub(crate) fn expect_part(
        &self,
        call: &Call,
        length: Option<u64>,
    ) -> Result<PartPlace, ApiError> {
        let place = read_place(call)?;
        let length =
            length.ok_or_else(|| ApiError::validation("The Content-Length header is required"))?;
        if length == 0 {
            return Err(ApiError::validation("The payload must not be empty"));
        }
        if length > MAX_SIZE {
            return Err(ApiError::validation(format!(
                "The payload has {length} bytes; a part has at most {MAX_SIZE} bytes"
            )));
        }
        let state = self.state()?;
        let store = state.store(call.label("sequenceStoreId"))?;
        check_place(store.upload(call.label("uploadId"))?, place)?;
        Ok(place)
    }

    /// Puts a part that has arrived in its place, and answers its checksum.
    pub(crate) fn keep_part(
        &self,
        call: &Call,
        place: PartPlace,
        received: Received,
        struck: &Struck,
    ) -> Result<String, ApiError> {
        let (store_id, upload_id) = (call.label("sequenceStoreId"), call.label("uploadId"));
        let Checksums { sha256, stored: checksum, answered } =
            Checksums::new(&received.digest, struck);
        let mut state = self.state()?;
        let upload = state.store_mut(store_id)?.upload_mut(upload_id)?;
        check_place(upload, place)?;
        if struck.has(&Action::HidePart) {
            return Ok(answered);
        }
        let now = record::now();
        let (data, file) = received.data.map(|ReceivedData { file, name }| (file, name)).unzip();
        let key = (place.source, place.number);
        let old = upload.parts.get(&key);
        let record = SavedPart {
            source: place.source,
            number: place.number,
            size: received.size,
            sha256,
            checksum,
            created: old.map_or(now, |old| old.created),
            updated: now,
            file,
        };
        let dir = self.upload_dir(store_id, upload_id);
        disk::write(&dir.join(disk::part_record(place.source, place.number)), &record)
            .map_err(|error| broken_disk(&error))?;
        if let Some(data) = data {
            data.keep();
        }
        if let Some(file) = upload.parts.insert(key, record).and_then(|old| old.file) {
            drop(disk::Unkept::new(dir.join(file)));
        }
        Ok(answered)
    }

    pub(crate) fn list_parts(&self, call: &Call) -> Result<Value, ApiError> {
        let (page, source, filter) = read_list(call)?;
        let scope = call.scope(&(source, &filter));
        let state = self.state()?;
        let upload = state.store(call.label("sequenceStoreId"))?.upload(call.label("uploadId"))?;
        let parts = upload.parts.values().filter(|part| {
            part.source == source
                && filter.after.is_none_or(|after| part.created > after)
                && filter.before.is_none_or(|before| part.created < before)
        });
        let (parts, next) = page.cut(&scope, parts, |part| format!("{:05}", part.number))?;
        let parts: Vec<_> = parts.into_iter().filter_map(|part| self.show(part)).collect();
        Ok(clean(json!({ "parts": parts, "nextToken": next })))
    }

    /// A part as the list shows it, or as a fault makes it look.
    fn show(&self, part: &SavedPart) -> Option<Value> {
        let struck =
            self.faults.part(ApiOperation::ListReadSetUploadParts, part.source, part.number);
        let (mut size, mut checksum) = (part.size, part.checksum.clone());
        for action in struck.actions() {
            match action {
                Action::HidePart => return None,
                Action::WrongSize => size += 1,
                Action::WrongChecksum => checksum = wrong_checksum(&part.sha256),
                form => checksum = checksum_in_form(form, &part.sha256).unwrap_or(checksum),
            }
        }
        Some(json!({
            "partNumber": part.number,
            "partSize": size,
            "partSource": part.source,
            "checksum": checksum,
            "creationTime": part.created,
            "lastUpdatedTime": part.updated,
        }))
    }
}

/// What is kept and what is said about the digest of a part.
struct Checksums {
    sha256: String,
    stored: String,
    answered: String,
}

impl Checksums {
    fn new(digest: &[u8; 32], struck: &Struck) -> Self {
        let sha256 = HEXLOWER.encode(digest);
        let stored = struck
            .find(|action| checksum_in_form(action, &sha256))
            .unwrap_or_else(|| BASE64.encode(digest));
        let wrong = struck.has(&Action::WrongChecksum);
        let answered = if wrong { wrong_checksum(&sha256) } else { stored.clone() };
        Self { sha256, stored, answered }
    }
}

fn read_place(call: &Call) -> Result<PartPlace, ApiError> {
    let violations = Violations::default();
    call.check_ids(&violations);
    let mut query = Members::of_query(&call.query, &violations);
    let source = query.required_choice("partSource");
    let number = query.required_number("partNumber", MAX_NUMBER);
    query.finish();
    violations.into_result()?;
    // Both are there, or there was a violation.
    source
        .zip(number)
        .map(|(source, number)| PartPlace { source, number })
        .ok_or_else(|| ApiError::validation("partSource and partNumber are required"))
}

/// Only FASTQ comes in pairs.
fn check_place(upload: &UnfinishedUpload, place: PartPlace) -> Result<(), ApiError> {
    let file_type = upload.record.fields.file_type;
    if place.source == Source::Source2 && file_type != SourceFileType::Fastq {
        let message = format!("SOURCE2 is not supported for sourceFileType {file_type}");
        return Err(ApiError::validation(message));
    }
    Ok(())
}

#[derive(Debug, Default)]
struct PartFilter {
    after: Option<Timestamp>,
    before: Option<Timestamp>,
}

fn read_list(call: &Call) -> Result<(PageRequest, Source, PartFilter), ApiError> {
    let violations = Violations::default();
    call.check_ids(&violations);
    let page = PageRequest::read(&call.query, &violations);
    let mut body = Members::of_body(&call.body, &violations);
    let source = body.required_choice("partSource");
    let mut filter = PartFilter::default();
    if let Some(mut members) = body.object("filter") {
        filter.after = members.time("createdAfter");
        filter.before = members.time("createdBefore");
        members.finish();
    }
    body.finish();
    violations.into_result()?;
    // The source is there, or there was a violation.
    Ok((page, source.unwrap_or(Source::Source1), filter))
}

/// A part's checksum in the form of a fault; `None` if the action is no such fault.
pub(super) fn checksum_in_form(form: &Action, sha256: &str) -> Option<String> {
    match form {
        Action::HexChecksum => Some(sha256.to_owned()),
        // Neither 32 bytes in base64 nor 64 digits.
        Action::OpaqueChecksum => Some(format!("part-{}", &sha256.get(..24)?)),
        _ => None,
    }
}

/// A digest as well-formed as the right one.
fn wrong_checksum(sha256: &str) -> String {
    BASE64.encode(&Sha256::digest(sha256))
}
