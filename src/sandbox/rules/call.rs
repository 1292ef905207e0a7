//! A request of an operation, whoever it came from.

use std::fmt;

use super::{
    error::ApiError,
    members::{JsonObject, Members},
    operation::{ApiOperation, Labels},
    texts::{TextRule, Violations},
};

/// The account that all resources belong to.
pub(crate) const ACCOUNT: &str = "000000000000";

/// A request, recognised.
pub(crate) struct Call {
    pub(crate) operation: ApiOperation,
    pub(crate) labels: Labels,
    pub(crate) query: JsonObject,
    pub(crate) body: JsonObject,
    /// The Region of the caller's signature; ARNs are made with it.
    pub(crate) region: String,
    pub(crate) range: Option<String>,
}

impl Call {
    /// A label of the path; the route has it, or the operation would not have been found.
    pub(crate) fn label(&self, name: &str) -> &str {
        self.labels.iter().find(|(label, _)| *label == name).map_or("", |(_, value)| value)
    }

    /// Checks the labels that are IDs.
    pub(crate) fn check_ids(&self, violations: &Violations) {
        for (name, value) in &self.labels {
            TextRule::ID.check(name, value, violations);
        }
    }

    /// For operations without a query: anything in it is a violation.
    pub(crate) fn no_query(&self, violations: &Violations) {
        Members::of_query(&self.query, violations).finish();
    }

    /// For operations without a body: anything in it is a violation.
    pub(crate) fn no_body(&self, violations: &Violations) {
        Members::of_body(&self.body, violations).finish();
    }

    /// For operations that are told by their labels, which are IDs.
    pub(crate) fn check_bare(&self) -> Result<(), ApiError> {
        let violations = Violations::default();
        self.check_ids(&violations);
        self.no_query(&violations);
        self.no_body(&violations);
        violations.into_result()
    }

    /// What a page's token is bound to: the operation, the path, and what is filtered for.
    pub(crate) fn scope(&self, filter: &impl fmt::Debug) -> String {
        format!("{} {:?} {filter:?}", self.operation, self.labels)
    }

    pub(crate) fn store_arn(&self, store: &str) -> String {
        format!("arn:aws:omics:{}:{ACCOUNT}:sequenceStore/{store}", self.region)
    }

    pub(crate) fn read_set_arn(&self, store: &str, id: &str) -> String {
        format!("{}/readSet/{id}", self.store_arn(store))
    }
}
