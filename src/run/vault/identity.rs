//! What a vault is known by.

/// Which vault it is, whatever it is called by others.
pub(crate) struct VaultIdentity {
    pub(crate) arn: String,
    /// When it was made; `None` if the caller may not ask for that, nor which account it is in.
    pub(crate) created: Option<String>,
}

impl VaultIdentity {
    /// What journals are found by.
    pub(crate) fn key(&self) -> String {
        match &self.created {
            Some(created) => format!("{} of {created}", self.arn),
            None => self.arn.clone(),
        }
    }
}
