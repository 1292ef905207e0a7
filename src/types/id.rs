//! The service's own identifiers and ARNs.

use std::{fmt, str::FromStr};

use super::Invalid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
        pub struct $name(String);

        impl $name {
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = Invalid;

            fn from_str(value: &str) -> Result<Self, Invalid> {
                if !is_omics_id(value) {
                    return Err(Invalid::new($what, value, "10 to 36 digits are needed"));
                }
                Ok(Self(value.to_owned()))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id!(
    /// A sequence store's ID: 10 to 36 digits.
    StoreId, "sequence store ID"
);
id!(
    /// A reference store's ID: 10 to 36 digits.
    ReferenceStoreId, "reference store ID"
);
id!(
    /// A read set's ID: 10 to 36 digits.
    ReadSetId, "read set ID"
);

/// An unfinished upload's ID: whatever its destination has made up, as long as it can be printed. Each
/// destination knows more of its own.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
pub struct UploadId(String);

impl UploadId {
    const MAX: usize = 1024;

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for UploadId {
    type Err = Invalid;

    fn from_str(value: &str) -> Result<Self, Invalid> {
        let is_printable = value.bytes().all(|byte| byte.is_ascii_graphic());
        if value.is_empty() || value.len() > Self::MAX || !is_printable {
            let form = "1 to 1024 printable ASCII characters are needed";
            return Err(Invalid::new("upload ID", value, form));
        }
        Ok(Self(value.to_owned()))
    }
}

impl fmt::Display for UploadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether it is an identifier as HealthOmics makes them.
pub fn is_omics_id(text: &str) -> bool {
    (10..=36).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A sequence store as users name it: by its ID, or by its ARN, which carries the region too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreName {
    Id(StoreId),
    Arn(StoreArn),
}

impl StoreName {
    pub fn id(&self) -> &StoreId {
        match self {
            Self::Id(id) => id,
            Self::Arn(arn) => &arn.id,
        }
    }

    pub fn region(&self) -> Option<&str> {
        match self {
            Self::Id(_) => None,
            Self::Arn(arn) => Some(&arn.region),
        }
    }
}

impl FromStr for StoreName {
    type Err = Invalid;

    fn from_str(value: &str) -> Result<Self, Invalid> {
        if value.starts_with("arn:") {
            return value.parse().map(Self::Arn);
        }
        if value.bytes().all(|b| b.is_ascii_digit()) {
            return value.parse().map(Self::Id);
        }
        Err(Invalid::new(
            "sequence store",
            value,
            "its ID (10 to 36 digits) or its ARN \
             (`arn:aws:omics:REGION:ACCOUNT:sequenceStore/ID`) is needed",
        ))
    }
}

/// `arn:PARTITION:omics:REGION:ACCOUNT:sequenceStore/ID`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreArn {
    region: String,
    id: StoreId,
}

impl FromStr for StoreArn {
    type Err = Invalid;

    fn from_str(value: &str) -> Result<Self, Invalid> {
        const SHAPE: &str = "the form is `arn:aws:omics:REGION:ACCOUNT:sequenceStore/ID`";
        let invalid = || Invalid::new("sequence store ARN", value, SHAPE);
        let arn = Arn::split(value).ok_or_else(invalid)?;
        let id = arn.resource.strip_prefix("sequenceStore/").ok_or_else(invalid)?;
        let id = id.parse().map_err(|_| invalid())?;
        Ok(Self { region: arn.region.to_owned(), id })
    }
}

/// A reference genome in a HealthOmics reference store:
/// `arn:PARTITION:omics:REGION:ACCOUNT:referenceStore/STORE/reference/ID`, at most 127 characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ReferenceArn {
    text: String,
    region_end: usize,
    region_start: usize,
}

impl ReferenceArn {
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The IDs of the reference's store and of the reference, which is all that requests name.
    pub fn ids(&self) -> (&str, &str) {
        let (before, id) = self.text.rsplit_once('/').unwrap_or_default();
        let store = before.split('/').nth(1).unwrap_or_default();
        (store, id)
    }

    /// The AWS region that the reference lives in; it has to be the sequence store's.
    pub fn region(&self) -> &str {
        &self.text[self.region_start..self.region_end]
    }
}

impl FromStr for ReferenceArn {
    type Err = Invalid;

    fn from_str(value: &str) -> Result<Self, Invalid> {
        const SHAPE: &str =
            "the form is `arn:aws:omics:REGION:ACCOUNT:referenceStore/STORE_ID/reference/ID`";
        let invalid = || Invalid::new("reference ARN", value, SHAPE);
        let is_id = |text: &str| text.parse::<StoreId>().is_ok();
        if value.len() > 127 {
            let reason =
                format!("it is {} characters long, and at most 127 are allowed", value.len());
            return Err(Invalid::new("reference ARN", value, reason));
        }
        let arn = Arn::split(value).ok_or_else(invalid)?;
        let path: Vec<_> = arn.resource.split('/').collect();
        match path[..] {
            ["referenceStore", store, "reference", id] if is_id(store) && is_id(id) => {}
            _ => return Err(invalid()),
        }
        // `split` cut `value` at its colons, so the region's place is known.
        let region_start = "arn:".len() + arn.partition.len() + ":omics:".len();
        let region_end = region_start + arn.region.len();
        Ok(Self { text: value.to_owned(), region_end, region_start })
    }
}

impl fmt::Display for ReferenceArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

struct Arn<'a> {
    partition: &'a str,
    region: &'a str,
    resource: &'a str,
}

impl<'a> Arn<'a> {
    fn split(text: &'a str) -> Option<Self> {
        let mut fields = text.splitn(6, ':');
        let (arn, partition, service) = (fields.next()?, fields.next()?, fields.next()?);
        let (region, account, resource) = (fields.next()?, fields.next()?, fields.next()?);
        let word = |text: &str| {
            !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        let account_ok = account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit());
        (arn == "arn" && service == "omics" && word(partition) && word(region) && account_ok)
            .then_some(Self { partition, region, resource })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_is_named_by_id_or_arn() {
        let arn = "arn:aws:omics:eu-west-1:123456789012:sequenceStore/1234567890";
        let store: StoreName = arn.parse().unwrap();
        assert_eq!((store.id().as_str(), store.region()), ("1234567890", Some("eu-west-1")));
        let store: StoreName = "1234567890".parse().unwrap();
        assert_eq!((store.id().as_str(), store.region()), ("1234567890", None));
        for bad in [
            "",
            "123456789",
            "12345678901234567890123456789012345678",
            "mystore",
            "arn:aws:omics:eu-west-1:123456789012:sequenceStore/12",
            "arn:aws:omics:eu-west-1:123456789012:referenceStore/1234567890",
            "arn:aws:s3:::bucket",
            "arn:aws:omics::123456789012:sequenceStore/1234567890",
        ] {
            assert!(bad.parse::<StoreName>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_reference_arn_knows_its_region() {
        let text =
            "arn:aws:omics:us-west-2:123456789012:referenceStore/1234567890/reference/0987654321";
        let arn: ReferenceArn = text.parse().unwrap();
        assert_eq!((arn.as_str(), arn.region()), (text, "us-west-2"));
        assert_eq!(arn.ids(), ("1234567890", "0987654321"));
        for bad in [
            "",
            "hg38",
            "arn:aws:omics:us-west-2:123456789012:sequenceStore/1234567890",
            "arn:aws:omics:us-west-2:1234:referenceStore/1234567890/reference/0987654321",
            "arn:aws:omics:us-west-2:123456789012:referenceStore/1234567890/reference/x",
        ] {
            assert!(bad.parse::<ReferenceArn>().is_err(), "{bad}");
        }
    }
}
