//! A request of an operation, whoever it came from.

use std::fmt;

use super::{
    members::{Members, Object},
    operation::{Labels, Operation},
    texts::{TextRule, Violations},
};

/// The account that all resources belong to.
pub(crate) const ACCOUNT: &str = "000000000000";

/// A request, recognised.
pub(crate) struct Call {
    pub(crate) operation: Operation,
    pub(crate) labels: Labels,
    pub(crate) query: Object,
    pub(crate) body: Object,
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
    pub(crate) fn check_ids(&self, violations: &mut Violations) {
        for (name, value) in &self.labels {
            TextRule::ID.check(name, value, violations);
        }
    }

    /// For operations without a query: anything in it is a violation.
    pub(crate) fn no_query(&self, violations: &mut Violations) {
        Members::of_query(&self.query).finish(violations);
    }

    /// For operations without a body: anything in it is a violation.
    pub(crate) fn no_body(&self, violations: &mut Violations) {
        Members::of_body(&self.body).finish(violations);
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
