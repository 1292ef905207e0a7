//! `TagResource`: tags for sequence stores and read sets that are there.

use serde_json::{Value, json};

use super::{
    disk,
    service::{Service, broken_disk, no_read_set},
};
use crate::sandbox::rules::{ACCOUNT, ApiError, Call, Members, TagMap, TextRule, Violations};

/// The most tags that a resource has (`TagResource` in the API reference).
const MAX: usize = 50;

impl Service {
    pub(crate) fn tag_resource(&self, call: &Call) -> Result<Value, ApiError> {
        let arn = call.label("resourceArn");
        let tags = read_tags(call, arn)?;
        let prefix = format!("arn:aws:omics:{}:{ACCOUNT}:sequenceStore/", call.region);
        let path = arn
            .strip_prefix(&prefix)
            .ok_or_else(|| ApiError::not_found("The specified resource does not exist."))?;
        let mut state = self.state()?;
        match path.split_once("/readSet/") {
            None => {
                let record = &mut state.store_mut(path)?.record;
                let mut changed = record.clone();
                changed.fields.tags = joined(&record.fields.tags, tags)?;
                let file = self.home().store(path).join("store.json");
                disk::write(&file, &changed).map_err(|error| broken_disk(&error))?;
                *record = changed;
            }
            Some((store, id)) => {
                let read_sets = &mut state.store_mut(store)?.read_sets;
                let record = &mut read_sets.get_mut(id).ok_or_else(no_read_set)?.upload;
                let mut changed = record.clone();
                changed.fields.tags = joined(&record.fields.tags, tags)?;
                let file = self.upload_dir(store, &record.id).join("upload.json");
                disk::write(&file, &changed).map_err(|error| broken_disk(&error))?;
                *record = changed;
            }
        }
        Ok(json!({}))
    }
}

fn read_tags(call: &Call, arn: &str) -> Result<TagMap, ApiError> {
    let violations = Violations::default();
    TextRule::TAGGED_ARN.check("resourceArn", arn, &violations);
    call.no_query(&violations);
    let mut body = Members::of_body(&call.body, &violations);
    if !body.has("tags") {
        violations.missing("tags");
    }
    let tags = body.tags();
    body.finish();
    violations.into_result()?;
    Ok(tags)
}

/// New tags take the place of old ones of the same key.
fn joined(old: &TagMap, new: TagMap) -> Result<TagMap, ApiError> {
    let mut tags = old.clone();
    tags.extend(new);
    if tags.len() > MAX {
        return Err(ApiError::validation(format!("A resource has at most {MAX} tags")));
    }
    Ok(tags)
}
