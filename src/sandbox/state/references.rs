//! Operations on the reference store and on its references.
//!
//! The service has one reference store an account and Region; a sandbox has one, if it was given
//! references. How files become references is in `adopt`.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    extents::Extents,
    parts,
    record::{SavedExtent, SavedReference},
    reference_store::{INDEX, ReferenceStore, SOURCE},
    service::{Holdings, Service},
};
use crate::sandbox::rules::{
    ApiError, Call, Members, PageRequest, ReferenceFile, TextRule, Violations, clean, page,
};

/// The parts that a reference is read in: those of the service's own examples.
const PART_SIZE: u64 = parts::MAX_SIZE;

impl Holdings {
    /// The reference store under this ID.
    fn reference_store(&self, id: &str) -> Result<&ReferenceStore, ApiError> {
        self.references
            .as_ref()
            .filter(|store| store.record.id == id)
            .ok_or_else(|| ApiError::not_found("The specified reference store does not exist."))
    }

    fn reference(&self, call: &Call) -> Result<(&ReferenceStore, &SavedReference), ApiError> {
        let store = self.reference_store(call.label("referenceStoreId"))?;
        let reference = store.references.get(call.label("id")).ok_or_else(no_reference)?;
        Ok((store, reference))
    }

    /// Whether an upload may refer to a reference.
    pub(super) fn check_reference(&self, call: &Call, arn: Option<&str>) -> Result<(), ApiError> {
        let (Some(store), Some(arn)) = (&self.references, arn) else { return Ok(()) };
        if store.has_reference(&call.region, arn) { Ok(()) } else { Err(no_reference()) }
    }

    /// Whether an ARN is that of the reference store or of a reference; neither has tags here.
    pub(super) fn has_reference_arn(&self, region: &str, arn: &str) -> bool {
        let of =
            |store: &ReferenceStore| store.arn(region) == arn || store.has_reference(region, arn);
        self.references.as_ref().is_some_and(of)
    }
}

fn no_reference() -> ApiError {
    ApiError::not_found("The specified reference does not exist.")
}

impl Service {
    /// Whether there is anything that operations on references could be about.
    pub(super) fn has_references(&self) -> Result<bool, ApiError> {
        Ok(self.state()?.references.is_some())
    }

    /// The names and ARNs of all references.
    pub(crate) fn references(&self, region: &str) -> Vec<(String, String)> {
        let Ok(state) = self.state() else { return Vec::new() };
        let of = |store: &ReferenceStore| {
            let all = store.references.values();
            all.map(|found| (found.name.clone(), store.reference_arn(region, &found.id))).collect()
        };
        state.references.as_ref().map(of).unwrap_or_default()
    }

    pub(super) fn get_reference_store(&self, call: &Call) -> Result<Value, ApiError> {
        call.check_bare()?;
        let state = self.state()?;
        Ok(state.reference_store(call.label("id"))?.describe(&call.region))
    }

    pub(crate) fn list_reference_stores(&self, call: &Call) -> Result<Value, ApiError> {
        let (page, filter) = read_list(call, &TextRule::LABEL, false)?;
        let state = self.state()?;
        let stores = state
            .references
            .iter()
            .filter(|store| filter.passes(&store.record.name, None, store.record.created));
        let key = |store: &&ReferenceStore| page::order(store.record.created, &store.record.id);
        let (stores, next) = page.cut(&call.scope(&filter), stores, key)?;
        let stores: Vec<_> = stores.iter().map(|store| store.describe(&call.region)).collect();
        Ok(clean(json!({ "referenceStores": stores, "nextToken": next })))
    }

    pub(crate) fn list_references(&self, call: &Call) -> Result<Value, ApiError> {
        let (page, filter) = read_list(call, &TextRule::REFERENCE_NAME, true)?;
        let state = self.state()?;
        let store = state.reference_store(call.label("referenceStoreId"))?;
        let mut found: Vec<_> = store.references.values().collect();
        found.retain(|found| filter.passes(&found.name, Some(&found.md5), found.created));
        found.sort_by_key(|found| (found.created, &found.id));
        let key = |found: &&SavedReference| page::order(found.created, &found.id);
        let (found, next) = page.cut(&call.scope(&filter), found.into_iter(), key)?;
        let found: Vec<_> =
            found.into_iter().map(|found| store.describe_reference(&call.region, found)).collect();
        Ok(clean(json!({ "references": found, "nextToken": next })))
    }

    pub(super) fn reference_metadata(&self, call: &Call) -> Result<Value, ApiError> {
        call.check_bare()?;
        let state = self.state()?;
        let (store, reference) = state.reference(call)?;
        let mut answer = store.describe_reference(&call.region, reference);
        let file = |size: u64| {
            json!({
                "contentLength": size,
                "partSize": PART_SIZE,
                "totalParts": size.div_ceil(PART_SIZE),
            })
        };
        let (source, index) = (reference.source.map(file), file(reference.index));
        answer["files"] = clean(json!({ "source": source, "index": index }));
        answer["creationType"] = json!("IMPORT");
        Ok(answer)
    }

    /// The bytes of one part of one file of a reference; if a range of it was asked for, what `answer`
    /// has to say of that. What a range counts is not documented: here it counts the part's bytes.
    pub(super) fn reference_part(
        &self,
        call: &Call,
    ) -> Result<(Extents, Option<[u64; 3]>), ApiError> {
        let violations = Violations::default();
        call.check_ids(&violations);
        let mut query = Members::of_query(&call.query, &violations);
        let file = query.choice("file").unwrap_or(ReferenceFile::Source);
        let number = query.required_number("partNumber", parts::MAX_NUMBER);
        query.finish();
        call.no_body(&violations);
        if let Some(range) = &call.range {
            TextRule::RANGE.check("range", range, &violations);
        }
        violations.into_result()?;
        let state = self.state()?;
        let (_, reference) = state.reference(call)?;
        let (name, size) = match file {
            ReferenceFile::Source => (SOURCE, reference.source.ok_or_else(only_index)?),
            ReferenceFile::Index => (INDEX, reference.index),
        };
        let extent = SavedExtent { file: Some(name.to_owned()), size };
        let dir = self.home().reference(&reference.id);
        let whole = Extents::new(&dir, &[extent]).ok_or_else(no_reference)?;
        let start = u64::from(number.unwrap_or(1) - 1) * PART_SIZE;
        if start >= size {
            return Err(ApiError::range("The reference has no such part"));
        }
        let part = whole.range(start, PART_SIZE);
        let Some(range) = &call.range else { return Ok((part, None)) };
        let all = part.len();
        let (first, last) = read_range(range, all)?;
        Ok((part.range(first, last - first + 1), Some([first, last, all])))
    }
}

fn only_index() -> ApiError {
    ApiError::not_found("The sandbox was given this reference by its index only.")
}

/// A range of bytes as HTTP writes it: the first and the last byte.
fn read_range(text: &str, length: u64) -> Result<(u64, u64), ApiError> {
    let malformed = || ApiError::validation(format!("'{text}' is no range such as bytes=0-99"));
    let (first, last) = text
        .strip_prefix("bytes=")
        .and_then(|range| range.split_once('-'))
        .ok_or_else(malformed)?;
    let number = |text: &str| text.parse::<u64>().map_err(|_| malformed());
    let (first, last) = match (first, last) {
        ("", last) => (length.saturating_sub(number(last)?), length.saturating_sub(1)),
        (first, "") => (number(first)?, length.saturating_sub(1)),
        (first, last) => (number(first)?, number(last)?.min(length.saturating_sub(1))),
    };
    if first >= length || last < first {
        return Err(ApiError::range("The range is not within the part"));
    }
    Ok((first, last))
}

#[derive(Debug, Default)]
struct ReferenceFilter {
    name: Option<String>,
    md5: Option<String>,
    after: Option<Timestamp>,
    before: Option<Timestamp>,
}

impl ReferenceFilter {
    fn passes(&self, name: &str, md5: Option<&str>, created: Timestamp) -> bool {
        self.name.as_deref().is_none_or(|wanted| wanted == name)
            && self.md5.as_deref().is_none_or(|wanted| Some(wanted) == md5)
            && self.after.is_none_or(|after| created > after)
            && self.before.is_none_or(|before| created < before)
    }
}

/// The page and the filter of a list; stores have no MD5 to filter for.
fn read_list(
    call: &Call,
    name: &TextRule,
    with_md5: bool,
) -> Result<(PageRequest, ReferenceFilter), ApiError> {
    let violations = Violations::default();
    call.check_ids(&violations);
    let page = PageRequest::read(&call.query, &violations);
    let mut body = Members::of_body(&call.body, &violations);
    let mut filter = ReferenceFilter::default();
    if let Some(mut members) = body.object("filter") {
        filter.name = members.text("name", name);
        filter.md5 = if with_md5 { members.text("md5", &TextRule::MD5) } else { None };
        filter.after = members.time("createdAfter");
        filter.before = members.time("createdBefore");
        members.finish();
    }
    body.finish();
    violations.into_result()?;
    Ok((page, filter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_within_its_part() {
        for (text, wanted) in [
            ("bytes=0-0", (0, 0)),
            ("bytes=2-4", (2, 4)),
            ("bytes=2-400", (2, 9)),
            ("bytes=9-", (9, 9)),
            ("bytes=-3", (7, 9)),
            ("bytes=-30", (0, 9)),
        ] {
            assert_eq!(read_range(text, 10), Ok(wanted), "{text}");
        }
        for (text, code) in [
            ("bytes=10-11", "RangeNotSatisfiableException"),
            ("bytes=4-3", "RangeNotSatisfiableException"),
            ("bytes=-0", "RangeNotSatisfiableException"),
            ("0-9", "ValidationException"),
            ("bytes=", "ValidationException"),
            ("bytes=a-b", "ValidationException"),
            ("bytes=0-1,3-4", "ValidationException"),
        ] {
            assert_eq!(read_range(text, 10).unwrap_err().code, code, "{text}");
        }
    }
}
