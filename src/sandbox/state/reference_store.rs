//! The reference store, with all that is in it, as it lies on disk.

use std::{collections::BTreeMap, io, path::Path};

use serde_json::{Value, json};

use super::{
    disk::{self, Home},
    private,
    record::{SavedReference, SavedReferenceStore},
};
use crate::sandbox::{rules::ACCOUNT, start_error::StartError};

/// The files of a reference.
pub(crate) const SOURCE: &str = "source.fa";
pub(crate) const INDEX: &str = "index.fai";
pub(super) const RECORD: &str = "reference.json";

/// The reference store, with all that is in it.
pub(crate) struct ReferenceStore {
    pub(crate) record: SavedReferenceStore,
    pub(crate) references: BTreeMap<String, SavedReference>,
}

/// Loads the reference store, if there is one. What was never finished is removed.
pub(crate) fn load(home: &Home) -> Result<Option<ReferenceStore>, StartError> {
    let path = home.references().join("store.json");
    if !private::is_there(&path) {
        return Ok(None);
    }
    let mut store = ReferenceStore { record: disk::read(&path)?, references: BTreeMap::new() };
    for id in home.reference_ids()? {
        let dir = home.reference(&id);
        if private::is_there(&dir.join(RECORD)) {
            store.references.insert(id, disk::read(&dir.join(RECORD))?);
        } else {
            discard(&dir).map_err(|source| StartError::Directory { dir, source })?;
        }
    }
    Ok(Some(store))
}

/// Removes what there is of a reference that was not finished.
pub(crate) fn discard(dir: &Path) -> io::Result<()> {
    private::clear(dir, |name| [SOURCE, INDEX, RECORD, "reference.tmp"].contains(&name))
}

impl ReferenceStore {
    pub(super) fn has_id(&self, id: &str) -> bool {
        self.record.id == id || self.references.contains_key(id)
    }

    pub(crate) fn arn(&self, region: &str) -> String {
        format!("arn:aws:omics:{region}:{ACCOUNT}:referenceStore/{}", self.record.id)
    }

    pub(crate) fn reference_arn(&self, region: &str, id: &str) -> String {
        format!("{}/reference/{id}", self.arn(region))
    }

    pub(super) fn has_reference(&self, region: &str, arn: &str) -> bool {
        self.references.keys().any(|id| self.reference_arn(region, id) == arn)
    }

    pub(crate) fn describe(&self, region: &str) -> Value {
        json!({
            "id": self.record.id,
            "arn": self.arn(region),
            "name": self.record.name,
            "creationTime": self.record.created,
        })
    }

    pub(super) fn describe_reference(&self, region: &str, reference: &SavedReference) -> Value {
        json!({
            "id": reference.id,
            "arn": self.reference_arn(region, &reference.id),
            "referenceStoreId": self.record.id,
            "md5": reference.md5,
            "status": "ACTIVE",
            "name": reference.name,
            "creationTime": reference.created,
            "updateTime": reference.created,
        })
    }
}
