//! Operations on multipart uploads: create, list, complete, abort.

use std::{collections::BTreeMap, iter};

use serde_json::{Value, json};

use super::{
    disk,
    parts::{self, NamedPart},
    private,
    record::{self, SavedExtent, SavedPart, SavedReadSet, SavedUpload, UploadFields},
    service::{
        SequenceStore, Service, StoredParts, StoredReadSet, UnfinishedUpload, broken_disk,
        no_upload,
    },
};
use crate::sandbox::{
    faults::{Action, FaultScope, Struck},
    rules::{
        ApiError, ApiOperation, Call, Members, PageRequest, Source, SourceFileType, Status,
        TextRule, Violations, clean, page,
    },
};

impl Service {
    pub(super) fn create_upload(&self, call: &Call) -> Result<Value, ApiError> {
        let fields = read_fields(call)?;
        let store_id = call.label("sequenceStoreId");
        let mut state = self.state()?;
        let id = state.new_id();
        state.check_reference(call, fields.reference_arn.as_deref())?;
        let store = state.store_mut(store_id)?;
        let known = fields.client_token.as_ref().and_then(|token| {
            store
                .uploads
                .values()
                .find(|upload| upload.record.fields.client_token.as_ref() == Some(token))
        });
        if let Some(upload) = known {
            if upload.record.fields != fields {
                return Err(ApiError::validation(
                    "The client token was used for an upload with other parameters",
                ));
            }
            return Ok(describe(store_id, &upload.record));
        }
        let record = SavedUpload { id, created: record::now(), fields };
        let dir = self.upload_dir(store_id, &record.id);
        private::make_dir(&dir)
            .and_then(|()| disk::write(&dir.join("upload.json"), &record))
            .map_err(|error| broken_disk(&error))?;
        let answer = describe(store_id, &record);
        store
            .uploads
            .insert(record.id.clone(), UnfinishedUpload { record, parts: StoredParts::new() });
        Ok(answer)
    }

    pub(crate) fn list_uploads(&self, call: &Call) -> Result<Value, ApiError> {
        let violations = Violations::default();
        call.check_ids(&violations);
        let page = PageRequest::read(&call.query, &violations);
        call.no_body(&violations);
        violations.into_result()?;
        let store_id = call.label("sequenceStoreId");
        let state = self.state()?;
        let mut records = listed(state.store(store_id)?);
        records.sort_by_key(|record| (record.created, &record.id));
        let key = |record: &&SavedUpload| page::order(record.created, &record.id);
        let (records, next) = page.cut(&call.scope(&()), records.into_iter(), key)?;
        let uploads: Vec<_> =
            records.into_iter().map(|record| describe(store_id, record)).collect();
        Ok(clean(json!({ "uploads": uploads, "nextToken": next })))
    }

    pub(super) fn abort_upload(&self, call: &Call) -> Result<Value, ApiError> {
        call.check_bare()?;
        let (store_id, id) = (call.label("sequenceStoreId"), call.label("uploadId"));
        let mut state = self.state()?;
        let store = state.store_mut(store_id)?;
        store.upload(id)?;
        disk::remove(&self.upload_dir(store_id, id)).map_err(|error| broken_disk(&error))?;
        store.uploads.remove(id);
        Ok(json!({}))
    }

    /// Turns an upload into a read set, which is still to be processed.
    pub(super) fn complete_upload(
        &self,
        call: &Call,
        struck: &Struck,
    ) -> Result<Completed, ApiError> {
        let claims = read_claims(call)?;
        let (store_id, upload_id) = (call.label("sequenceStoreId"), call.label("uploadId"));
        let mut state = self.state()?;
        let id = state.new_id();
        let store = state.store_mut(store_id)?;
        let upload = store.upload(upload_id)?;
        self.check_claims(&claims, &upload.parts)?;
        let record = new_read_set(id, &upload.parts, struck);
        let path = self.upload_dir(store_id, upload_id).join("readset.json");
        disk::write(&path, &record).map_err(|error| broken_disk(&error))?;
        let upload = store.uploads.remove(upload_id).ok_or_else(no_upload)?.record;
        let read_set_id = record.id.clone();
        store.read_sets.insert(read_set_id.clone(), StoredReadSet { upload, record });
        Ok(Completed { store: store_id.to_owned(), read_set: read_set_id })
    }

    /// Every stored part has to be named, with the string that was given for it, and no other.
    fn check_claims(&self, claims: &[NamedPart], parts: &StoredParts) -> Result<(), ApiError> {
        let hidden = |part: &SavedPart| {
            let operation = ApiOperation::CompleteMultipartReadSetUpload;
            self.faults.part(operation, part.source, part.number).has(&Action::HidePart)
        };
        let mut unnamed: BTreeMap<_, _> = parts.iter().filter(|(_, part)| !hidden(part)).collect();
        for claim in claims {
            let part = unnamed
                .remove(&(claim.source, claim.number))
                .ok_or_else(|| refused(claim.source, claim.number, "has not been uploaded"))?;
            if part.checksum != claim.checksum && !self.may_have_shown(part, &claim.checksum) {
                return Err(refused(claim.source, claim.number, "has another checksum"));
            }
        }
        unnamed.values().next().map_or(Ok(()), |part| {
            Err(refused(part.source, part.number, "was uploaded, and is not named"))
        })
    }

    /// Whether a fault may have given the part's checksum in this other form in a list.
    fn may_have_shown(&self, part: &SavedPart, checksum: &str) -> bool {
        [Action::HexChecksum, Action::OpaqueChecksum].iter().any(|form| {
            form.level(ApiOperation::ListReadSetUploadParts) == Some(FaultScope::Part)
                && self.faults.may(ApiOperation::ListReadSetUploadParts, |action| action == form)
                && parts::checksum_in_form(form, &part.sha256).as_deref() == Some(checksum)
        })
    }
}

/// An upload that has just become a read set.
pub(crate) struct Completed {
    pub(crate) store: String,
    pub(crate) read_set: String,
}

impl Completed {
    pub(crate) fn answer(&self) -> Value {
        json!({ "readSetId": self.read_set })
    }
}

fn refused(source: Source, number: u16, what: &str) -> ApiError {
    ApiError::validation(format!("Part {number} of {source} {what}"))
}

/// The uploads in progress, and those that a fault keeps in the list.
fn listed(store: &SequenceStore) -> Vec<&SavedUpload> {
    let in_progress = store.uploads.values().map(|upload| &upload.record);
    let kept = store.read_sets.values().filter(|read_set| {
        read_set.record.keep_listed && read_set.record.status == Status::ProcessingUpload
    });
    in_progress.chain(kept.map(|read_set| &read_set.upload)).collect()
}

fn new_read_set(id: String, parts: &StoredParts, struck: &Struck) -> SavedReadSet {
    let now = record::now();
    let wait = struck.find(|action| match action {
        Action::Processing(time) => Some(*time),
        _ => None,
    });
    let doom = struck.find(|action| match action {
        Action::UploadFailed(message) => Some(message.clone()),
        _ => None,
    });
    let of = |source| {
        let parts = parts.values().filter(move |part| part.source == source);
        parts.map(|part| SavedExtent { file: part.file.clone(), size: part.size }).collect()
    };
    let sources: [Vec<SavedExtent>; 2] = [of(Source::Source1), of(Source::Source2)];
    SavedReadSet {
        id,
        created: now,
        status: Status::ProcessingUpload,
        status_message: None,
        sources: sources.into_iter().filter(|extents| !extents.is_empty()).collect(),
        ready: now.checked_add(wait.unwrap_or_default()).unwrap_or(now),
        doom,
        keep_listed: struck.has(&Action::KeepListed),
        findings: None,
    }
}

fn read_fields(call: &Call) -> Result<UploadFields, ApiError> {
    let violations = Violations::default();
    call.check_ids(&violations);
    call.no_query(&violations);
    let mut body = Members::of_body(&call.body, &violations);
    let file_type = body.required_choice("sourceFileType");
    let fields = UploadFields {
        file_type: file_type.unwrap_or(SourceFileType::Fastq),
        name: body.required_text("name", &TextRule::LABEL),
        sample_id: body.required_text("sampleId", &TextRule::LABEL),
        subject_id: body.required_text("subjectId", &TextRule::LABEL),
        generated_from: body.text("generatedFrom", &TextRule::LABEL),
        reference_arn: body.text("referenceArn", &TextRule::REFERENCE),
        description: body.text("description", &TextRule::DESCRIPTION),
        tags: body.tags(),
        client_token: body.text("clientToken", &TextRule::LABEL),
    };
    body.finish();
    violations.into_result()?;
    let aligned = matches!(fields.file_type, SourceFileType::Bam | SourceFileType::Cram);
    if aligned && fields.reference_arn.is_none() {
        let message = format!("A referenceArn is required for sourceFileType {}", fields.file_type);
        return Err(ApiError::validation(message));
    }
    Ok(fields)
}

fn read_claims(call: &Call) -> Result<Vec<NamedPart>, ApiError> {
    let violations = Violations::default();
    call.check_ids(&violations);
    call.no_query(&violations);
    let mut body = Members::of_body(&call.body, &violations);
    let list = body.required_list("parts");
    let mut claims = Vec::with_capacity(list.len());
    for (at, value) in list.iter().enumerate() {
        let Some(mut part) = body.element("parts", at, value) else { continue };
        let source = part.required_choice("partSource");
        let number = part.required_number("partNumber", parts::MAX_NUMBER);
        let checksum = part.required_text("checksum", &TextRule::CHECKSUM);
        part.finish();
        claims.extend(source.zip(number).map(|(source, number)| NamedPart {
            source,
            number,
            checksum,
        }));
    }
    body.finish();
    violations.into_result()?;
    check_order(&claims)?;
    Ok(claims)
}

/// Each source's parts come in ascending order, from 1 on, without a gap; `SOURCE1` has some.
fn check_order(claims: &[NamedPart]) -> Result<(), ApiError> {
    if !claims.iter().any(|claim| claim.source == Source::Source1) {
        return Err(ApiError::validation("At least one part of SOURCE1 must be specified"));
    }
    for source in [Source::Source1, Source::Source2] {
        let numbers =
            claims.iter().filter(|claim| claim.source == source).map(|claim| claim.number);
        let expected = iter::successors(Some(1), |number| Some(number + 1));
        if let Some((number, _)) = numbers.zip(expected).find(|(number, wanted)| number != wanted) {
            return Err(ApiError::validation(format!(
                "Part {number} of {source} is out of order: part numbers must be consecutive, \
                 ascending from 1"
            )));
        }
    }
    Ok(())
}

fn describe(store: &str, record: &SavedUpload) -> Value {
    let fields = &record.fields;
    clean(json!({
        "sequenceStoreId": store,
        "uploadId": record.id,
        "sourceFileType": fields.file_type,
        "subjectId": fields.subject_id,
        "sampleId": fields.sample_id,
        "generatedFrom": fields.generated_from,
        "referenceArn": fields.reference_arn,
        "name": fields.name,
        "description": fields.description,
        "tags": fields.tags,
        "creationTime": record.created,
    }))
}
