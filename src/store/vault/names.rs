//! What names an account and a vault.

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

/// `arn:aws:glacier:REGION:ACCOUNT:vaults/NAME`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VaultArn {
    pub region: String,
    pub account: AccountId,
    pub name: VaultName,
}

impl FromStr for VaultArn {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        const SHAPE: &str = "the form is `arn:aws:glacier:REGION:ACCOUNT:vaults/NAME`";
        let invalid = || Invalid::new("vault ARN", text, SHAPE);
        let fields: Vec<_> = text.splitn(6, ':').collect();
        let &["arn", partition, "glacier", region, account, resource] = &fields[..] else {
            return Err(invalid());
        };
        let is_word = |text: &str| {
            !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        let name = resource.strip_prefix("vaults/").and_then(|name| name.parse().ok());
        let account = account.parse().ok().filter(|account| *account != AccountId::default());
        match (name, account) {
            (Some(name), Some(account)) if is_word(partition) && is_word(region) => {
                Ok(Self { region: region.to_owned(), account, name })
            }
            _ => Err(invalid()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_names_region_account_and_vault() {
        let arn: VaultArn = "arn:aws:glacier:eu-west-1:012345678901:vaults/cold".parse().unwrap();
        assert_eq!((&*arn.region, arn.account.as_str()), ("eu-west-1", "012345678901"));
        assert_eq!(arn.name.as_str(), "cold");
        for bad in [
            "",
            "cold",
            "arn:aws:glacier:eu-west-1:012345678901:vaults/",
            "arn:aws:glacier:eu-west-1:012345678901:vaults/a/b",
            "arn:aws:glacier:eu-west-1:-:vaults/cold",
            "arn:aws:glacier::012345678901:vaults/cold",
            "arn:aws:s3:::cold",
        ] {
            assert!(bad.parse::<VaultArn>().is_err(), "{bad}");
        }
    }
}
