//! Operations on sequence stores, and the tags of resources.

use std::{collections::BTreeMap, io};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    disk, private,
    record::{self, SavedStore, StoreFields},
    service::{Holdings, SequenceStore, Service, broken_disk, no_read_set},
};
use crate::sandbox::rules::{
    ACCOUNT, ApiError, Call, EtagFamily, Members, PageRequest, StoreStatus, TagMap, TextRule,
    Violations, clean, page,
};

impl Service {
    pub(super) fn create_sequence_store(&self, call: &Call) -> Result<Value, ApiError> {
        let fields = read_fields(call)?;
        let mut state = self.state()?;
        let known = fields.client_token.as_ref().and_then(|token| {
            state
                .stores
                .values()
                .find(|store| store.record.fields.client_token.as_ref() == Some(token))
        });
        if let Some(store) = known {
            if store.record.fields != fields {
                return Err(ApiError::validation(
                    "The client token was used for a sequence store with other parameters",
                ));
            }
            return Ok(describe(call, &store.record));
        }
        let id = state.new_id();
        let record = self.add_store(&mut state, id, fields);
        let record = record.map_err(|error| broken_disk(&error))?;
        Ok(describe(call, &record))
    }

    /// Makes the store that a sandbox has without being asked, unless it is there.
    pub(crate) fn ready_made_store(&self) -> io::Result<()> {
        let fields = StoreFields {
            name: "sandbox".to_owned(),
            description: None,
            fallback_location: None,
            etag_family: EtagFamily::Md5up,
            tags: TagMap::new(),
            client_token: None,
        };
        let mut state = self.state().map_err(|error| io::Error::other(error.message))?;
        let id = self.home().first_store().to_owned();
        if !state.stores.contains_key(&id) {
            self.add_store(&mut state, id, fields)?;
        }
        Ok(())
    }

    fn add_store(
        &self,
        state: &mut Holdings,
        id: String,
        fields: StoreFields,
    ) -> io::Result<SavedStore> {
        let record = SavedStore { id, created: record::now(), fields };
        let dir = self.home().store(&record.id);
        private::make_dir(&dir)?;
        disk::write(&dir.join("store.json"), &record)?;
        let store = SequenceStore {
            record: record.clone(),
            uploads: BTreeMap::new(),
            read_sets: BTreeMap::new(),
        };
        state.stores.insert(record.id.clone(), store);
        Ok(record)
    }

    pub(crate) fn get_sequence_store(&self, call: &Call) -> Result<Value, ApiError> {
        call.check_bare()?;
        let state = self.state()?;
        Ok(describe(call, &state.store(call.label("id"))?.record))
    }

    pub(super) fn list_sequence_stores(&self, call: &Call) -> Result<Value, ApiError> {
        let (page, filter) = read_list(call)?;
        let state = self.state()?;
        let mut records: Vec<_> = state.stores.values().map(|store| &store.record).collect();
        records.retain(|record| filter.passes(record));
        records.sort_by_key(|record| (record.created, &record.id));
        let key = |record: &&SavedStore| page::order(record.created, &record.id);
        let (records, next) = page.cut(&call.scope(&filter), records.into_iter(), key)?;
        let stores: Vec<_> = records.into_iter().map(|record| describe(call, record)).collect();
        Ok(clean(json!({ "sequenceStores": stores, "nextToken": next })))
    }

    pub(crate) fn list_tags_for_resource(&self, call: &Call) -> Result<Value, ApiError> {
        let arn = call.label("resourceArn");
        let violations = Violations::default();
        TextRule::TAGGED_ARN.check("resourceArn", arn, &violations);
        call.no_query(&violations);
        call.no_body(&violations);
        violations.into_result()?;
        let missing = || ApiError::not_found("The specified resource does not exist.");
        if self.state()?.has_reference_arn(&call.region, arn) {
            return Ok(json!({ "tags": {} }));
        }
        let prefix = format!("arn:aws:omics:{}:{ACCOUNT}:sequenceStore/", call.region);
        let path = arn.strip_prefix(&prefix).ok_or_else(missing)?;
        let state = self.state()?;
        let tags = match path.split_once("/readSet/") {
            None => &state.store(path)?.record.fields.tags,
            Some((store, id)) => {
                let read_sets = &state.store(store)?.read_sets;
                &read_sets.get(id).ok_or_else(no_read_set)?.upload.fields.tags
            }
        };
        Ok(json!({ "tags": tags }))
    }
}

fn read_fields(call: &Call) -> Result<StoreFields, ApiError> {
    let violations = Violations::default();
    call.no_query(&violations);
    let mut body = Members::of_body(&call.body, &violations);
    let fields = StoreFields {
        name: body.required_text("name", &TextRule::LABEL),
        description: body.text("description", &TextRule::DESCRIPTION),
        fallback_location: body
            .text("fallbackLocation", &TextRule::FALLBACK)
            .filter(|location| !location.is_empty()),
        etag_family: body.choice("eTagAlgorithmFamily").unwrap_or(EtagFamily::Md5up),
        tags: body.tags(),
        client_token: body.text("clientToken", &TextRule::LABEL),
    };
    for member in ["sseConfig", "propagatedSetLevelTags", "s3AccessConfig"] {
        if body.has(member) {
            violations.other(member, "Member is not provided by this sandbox");
        }
    }
    body.finish();
    violations.into_result()?;
    Ok(fields)
}

#[derive(Debug)]
struct StoreFilter {
    name: Option<String>,
    status: Option<StoreStatus>,
    after: [Option<Timestamp>; 2],
    before: [Option<Timestamp>; 2],
}

impl StoreFilter {
    /// A store is never updated here, so both pairs of times are about its creation.
    fn passes(&self, record: &SavedStore) -> bool {
        self.name.as_ref().is_none_or(|name| *name == record.fields.name)
            && self.status.is_none_or(|status| status == StoreStatus::Active)
            && self.after.iter().flatten().all(|after| record.created > *after)
            && self.before.iter().flatten().all(|before| record.created < *before)
    }
}

fn read_list(call: &Call) -> Result<(PageRequest, StoreFilter), ApiError> {
    let violations = Violations::default();
    let page = PageRequest::read(&call.query, &violations);
    let mut body = Members::of_body(&call.body, &violations);
    let mut filter = StoreFilter { name: None, status: None, after: [None; 2], before: [None; 2] };
    if let Some(mut members) = body.object("filter") {
        filter.name = members.text("name", &TextRule::LABEL);
        filter.status = members.choice("status");
        filter.after = [members.time("createdAfter"), members.time("updatedAfter")];
        filter.before = [members.time("createdBefore"), members.time("updatedBefore")];
        members.finish();
    }
    body.finish();
    violations.into_result()?;
    Ok((page, filter))
}

fn describe(call: &Call, record: &SavedStore) -> Value {
    clean(json!({
        "id": record.id,
        "arn": call.store_arn(&record.id),
        "name": record.fields.name,
        "description": record.fields.description,
        "creationTime": record.created,
        "fallbackLocation": record.fields.fallback_location,
        "eTagAlgorithmFamily": record.fields.etag_family,
        "status": StoreStatus::Active,
    }))
}
