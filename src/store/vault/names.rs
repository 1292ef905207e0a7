//! What names an account, a vault and an archive.

use std::{fmt, str::FromStr};

use crate::types::Invalid;

/// `-` for the account of the credentials, or 12 digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountId(String);

impl AccountId {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for AccountId {
    fn default() -> Self {
        Self("-".to_owned())
    }
}

impl FromStr for AccountId {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if text == "-" || text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(Self(text.to_owned()));
        }
        Err(Invalid::new("account", text, "12 digits are needed, or `-` for your own"))
    }
}

/// 1 to 255 letters, digits, `_`, `-` and `.`
/// (<https://docs.aws.amazon.com/amazonglacier/latest/dev/api-vault-put.html>).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VaultName(String);

impl VaultName {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for VaultName {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
        // In a path, these two mean something else.
        let is_path = [".", ".."].contains(&text);
        if (1..=255).contains(&text.len()) && text.bytes().all(is_allowed) && !is_path {
            return Ok(Self(text.to_owned()));
        }
        let form = "1 to 255 letters, digits, `_`, `-` and `.` are needed";
        Err(Invalid::new("vault name", text, form))
    }
}

impl fmt::Display for VaultName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The only name of an archive: printable, as the service made it up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveId(String);

impl ArchiveId {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ArchiveId {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let is_printable = text.bytes().all(|byte| byte.is_ascii_graphic());
        if (1..=1024).contains(&text.len()) && is_printable {
            return Ok(Self(text.to_owned()));
        }
        Err(Invalid::new("archive ID", text, "1 to 1024 printable ASCII characters are needed"))
    }
}

impl fmt::Display for ArchiveId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
