//! Operations on read sets: metadata, list, content, deletion.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    disk,
    extents::Extents,
    parts,
    record::SavedExtent,
    service::{Service, StoredReadSet, broken_disk},
};
use crate::sandbox::{
    faults::{Action, Struck},
    rules::{
        ACCOUNT, ApiError, Call, CreationType, Members, PageRequest, SourceFileType, Status,
        StoredFile, TextRule, Violations, clean, page,
    },
};

/// The size of a read set's parts when those of its upload were not all alike.
const PART_SIZE: u64 = parts::MAX_SIZE;

impl Service {
    pub(super) fn read_set_metadata(
        &self,
        call: &Call,
        struck: &Struck,
    ) -> Result<Value, ApiError> {
        call.check_bare()?;
        let store_id = call.label("sequenceStoreId");
        let state = self.state()?;
        let read_set = state.store(store_id)?.read_set(call.label("id"))?;
        let mut answer = describe(call, store_id, read_set);
        answer["files"] = files(store_id, read_set);
        let odd = struck.find(|action| match action {
            Action::Status(text) => Some(text),
            _ => None,
        });
        if let Some(status) = odd {
            answer["status"] = json!(status);
        }
        let other = struck.find(|action| match action {
            Action::Etag(algorithm, first, second) => Some((algorithm, first, second)),
            _ => None,
        });
        if let Some((algorithm, first, second)) = other {
            answer["etag"] = clean(json!({
                "algorithm": algorithm, "source1": first, "source2": second,
            }));
        }
        Ok(answer)
    }

    pub(crate) fn list_read_sets(&self, call: &Call) -> Result<Value, ApiError> {
        let (page, filter) = read_list(call)?;
        let store_id = call.label("sequenceStoreId");
        let state = self.state()?;
        let mut read_sets: Vec<_> = state.store(store_id)?.read_sets.values().collect();
        read_sets.retain(|read_set| filter.passes(read_set));
        read_sets.sort_by_key(|read_set| (read_set.record.created, &read_set.record.id));
        let key = |set: &&StoredReadSet| page::order(set.record.created, &set.record.id);
        let (read_sets, next) = page.cut(&call.scope(&filter), read_sets.into_iter(), key)?;
        let read_sets: Vec<_> =
            read_sets.into_iter().map(|read_set| describe(call, store_id, read_set)).collect();
        Ok(clean(json!({ "readSets": read_sets, "nextToken": next })))
    }

    /// The bytes of one part of one file of a read set.
    pub(super) fn read_set_part(&self, call: &Call) -> Result<Extents, ApiError> {
        let violations = Violations::default();
        call.check_ids(&violations);
        let mut query = Members::of_query(&call.query, &violations);
        let file = query.choice("file").unwrap_or(StoredFile::Source1);
        let number = query.required_number("partNumber", parts::MAX_NUMBER);
        query.finish();
        call.no_body(&violations);
        violations.into_result()?;
        let store_id = call.label("sequenceStoreId");
        let state = self.state()?;
        let read_set = state.store(store_id)?.read_set(call.label("id"))?;
        if read_set.record.status != Status::Active {
            let message = format!("The read set is {}, and not ACTIVE", read_set.record.status);
            return Err(ApiError::conflict(message));
        }
        let source = match file {
            StoredFile::Source1 => read_set.record.sources.first(),
            StoredFile::Source2 => read_set.record.sources.get(1),
            StoredFile::Index => None,
        };
        let extents =
            source.ok_or_else(|| ApiError::not_found(format!("The read set has no {file}.")))?;
        let size = part_size(extents);
        let start = u64::from(number.unwrap_or(1) - 1) * size;
        let dir = self.upload_dir(store_id, &read_set.upload.id);
        let whole = Extents::new(&dir, extents).ok_or_else(discarded)?;
        if start >= whole.len() {
            return Err(ApiError::range("The read set has no such part"));
        }
        Ok(whole.range(start, size))
    }

    pub(super) fn batch_delete(&self, call: &Call) -> Result<Value, ApiError> {
        let ids = read_ids(call)?;
        let store_id = call.label("sequenceStoreId");
        let mut state = self.state()?;
        let store = state.store_mut(store_id)?;
        let mut errors = Vec::new();
        for id in ids {
            let error = match store.read_sets.get(&id) {
                None => super::service::no_read_set(),
                Some(set) if set.record.status == Status::ProcessingUpload => {
                    ApiError::conflict("The read set is being processed.")
                }
                Some(set) => {
                    let dir = self.upload_dir(store_id, &set.upload.id);
                    disk::remove(&dir).map_err(|error| broken_disk(&error))?;
                    store.read_sets.remove(&id);
                    continue;
                }
            };
            errors.push(json!({ "id": id, "code": error.code, "message": error.message }));
        }
        Ok(if errors.is_empty() { json!({}) } else { json!({ "errors": errors }) })
    }
}

fn discarded() -> ApiError {
    ApiError::not_found("The sandbox was told to discard the content of this read set.")
}

fn read_ids(call: &Call) -> Result<Vec<String>, ApiError> {
    let violations = Violations::default();
    call.check_ids(&violations);
    call.no_query(&violations);
    let mut body = Members::of_body(&call.body, &violations);
    let list = body.required_list("ids");
    body.finish();
    if list.is_empty() || list.len() > 100 {
        violations.other("ids", "Member must have length between 1 and 100");
    }
    let mut ids = Vec::with_capacity(list.len());
    for value in list {
        let id = value.as_str().unwrap_or_default();
        TextRule::ID.check("ids.member", id, &violations);
        ids.push(id.to_owned());
    }
    violations.into_result()?;
    Ok(ids)
}

#[derive(Debug, Default)]
struct ReadSetFilter {
    name: Option<String>,
    status: Option<Status>,
    reference_arn: Option<String>,
    after: Option<Timestamp>,
    before: Option<Timestamp>,
    sample_id: Option<String>,
    subject_id: Option<String>,
    generated_from: Option<String>,
    creation_type: Option<CreationType>,
}

impl ReadSetFilter {
    fn passes(&self, read_set: &StoredReadSet) -> bool {
        let (fields, record) = (&read_set.upload.fields, &read_set.record);
        let is = |wanted: &Option<String>, value: Option<&String>| {
            wanted.as_ref().is_none_or(|wanted| value == Some(wanted))
        };
        // An empty reference asks for read sets that have none.
        let reference = self.reference_arn.as_ref().is_none_or(|wanted| {
            fields.reference_arn.as_ref().map_or(wanted.is_empty(), |arn| arn == wanted)
        });
        reference
            && is(&self.name, Some(&fields.name))
            && is(&self.sample_id, Some(&fields.sample_id))
            && is(&self.subject_id, Some(&fields.subject_id))
            && is(&self.generated_from, fields.generated_from.as_ref())
            && self.status.is_none_or(|status| record.status == status)
            && self.after.is_none_or(|after| record.created > after)
            && self.before.is_none_or(|before| record.created < before)
            && self.creation_type.is_none_or(|kind| kind == CreationType::Upload)
    }
}

fn read_list(call: &Call) -> Result<(PageRequest, ReadSetFilter), ApiError> {
    let violations = Violations::default();
    call.check_ids(&violations);
    let page = PageRequest::read(&call.query, &violations);
    let mut body = Members::of_body(&call.body, &violations);
    let mut filter = ReadSetFilter::default();
    if let Some(mut members) = body.object("filter") {
        filter = ReadSetFilter {
            name: members.text("name", &TextRule::LABEL),
            status: members.choice("status"),
            reference_arn: members.text("referenceArn", &TextRule::REFERENCE_FILTER),
            after: members.time("createdAfter"),
            before: members.time("createdBefore"),
            sample_id: members.text("sampleId", &TextRule::LABEL),
            subject_id: members.text("subjectId", &TextRule::LABEL),
            generated_from: members.text("generatedFrom", &TextRule::LABEL),
            creation_type: members.choice("creationType"),
        };
        members.finish();
    }
    body.finish();
    violations.into_result()?;
    Ok((page, filter))
}

/// What a list and the metadata have in common.
fn describe(call: &Call, store: &str, read_set: &StoredReadSet) -> Value {
    let (fields, record) = (&read_set.upload.fields, &read_set.record);
    let findings = record.findings.as_ref();
    let alignment = match fields.file_type {
        SourceFileType::Bam | SourceFileType::Cram => "ALIGNED",
        _ => "UNALIGNED",
    };
    clean(json!({
        "id": record.id,
        "arn": call.read_set_arn(store, &record.id),
        "sequenceStoreId": store,
        "subjectId": fields.subject_id,
        "sampleId": fields.sample_id,
        "status": record.status,
        "statusMessage": record.status_message,
        "name": fields.name,
        "description": fields.description,
        "fileType": fields.file_type,
        "creationTime": record.created,
        "referenceArn": fields.reference_arn,
        "creationType": CreationType::Upload,
        "sequenceInformation": {
            "totalReadCount": findings.map(|findings| findings.reads),
            "totalBaseCount": findings.map(|findings| findings.bases),
            "generatedFrom": fields.generated_from,
            "alignment": findings.map(|_| alignment),
        },
        "etag": findings.and_then(|findings| findings.etag.as_ref()),
    }))
}

fn files(store: &str, read_set: &StoredReadSet) -> Value {
    let record = &read_set.record;
    let end = match read_set.upload.fields.file_type {
        SourceFileType::Fastq => "fastq.gz",
        SourceFileType::Cram => "cram",
        SourceFileType::Bam | SourceFileType::Ubam => "bam",
    };
    let file = |at: usize| {
        record.sources.get(at).map(|extents| {
            let (size, length) = (part_size(extents), length(extents));
            // Nobody serves this bucket; that an access point is named is the service's way.
            let uri = format!(
                "s3://sandbox-s3alias/{ACCOUNT}/sequenceStore/{store}/readSet/{}/source{}.{end}",
                record.id,
                at + 1
            );
            json!({
                "s3Access": { "s3Uri": uri },
                "contentLength": length,
                "partSize": size,
                "totalParts": length.div_ceil(size),
            })
        })
    };
    clean(json!({ "source1": file(0), "source2": file(1) }))
}

fn length(extents: &[SavedExtent]) -> u64 {
    extents.iter().map(|extent| extent.size).sum()
}

/// The parts that a source is read in: those that it was uploaded in, if they were all of one size
/// but for a smaller last one.
fn part_size(extents: &[SavedExtent]) -> u64 {
    let Some((last, others)) = extents.split_last() else { return PART_SIZE };
    let size = others.first().unwrap_or(last).size;
    let alike = others.iter().all(|extent| extent.size == size) && last.size <= size;
    if alike { size } else { PART_SIZE }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_read_as_they_came_if_they_were_alike() {
        let size_of = |sizes: &[u64]| {
            let extents: Vec<_> =
                sizes.iter().map(|size| SavedExtent { file: None, size: *size }).collect();
            part_size(&extents)
        };
        for (sizes, size) in [
            (&[5][..], 5),
            (&[5, 5], 5),
            (&[5, 5, 2], 5),
            (&[5, 6], PART_SIZE),
            (&[5, 4, 5], PART_SIZE),
            (&[], PART_SIZE),
        ] {
            assert_eq!(size_of(sizes), size, "{sizes:?}");
        }
    }
}
