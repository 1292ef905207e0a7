//! Which reference genome is meant.

use std::{fmt, str::FromStr};

use super::{Invalid, ReferenceArn};

/// A reference by its ARN, or the one that fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReferenceChoice {
    Arn(ReferenceArn),
    Auto,
}

impl ReferenceChoice {
    pub const fn arn(&self) -> Option<&ReferenceArn> {
        match self {
            Self::Arn(arn) => Some(arn),
            Self::Auto => None,
        }
    }
}

impl FromStr for ReferenceChoice {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if text == "auto" { Ok(Self::Auto) } else { text.parse().map(Self::Arn) }
    }
}

impl fmt::Display for ReferenceChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Arn(arn) => arn.fmt(f),
            Self::Auto => f.write_str("auto"),
        }
    }
}
