//! The free-text fields of a read set.
//!
//! Lengths and the pattern `[\p{L}||\p{M}||\p{Z}||\p{S}||\p{N}||\p{P}]+` are those of
//! `CreateMultipartReadSetUpload` in the API reference
//! (<https://docs.aws.amazon.com/omics/latest/api/API_CreateMultipartReadSetUpload.html>).

use std::{fmt, str::FromStr};

use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory as _};

use super::Invalid;

/// Checks length and pattern. The API does not say what it counts, so the larger count of the two
/// candidates (code points and UTF-16 units) has to fit.
fn check(what: &'static str, value: &str, max: usize) -> Result<(), Invalid> {
    if value.is_empty() {
        return Err(Invalid::new(what, value, "it is empty"));
    }
    if let Some(c) = value.chars().find(|c| !is_allowed(*c)) {
        let reason = format!(
            "it contains the character U+{:04X}; the service takes letters, marks, separators, \
             symbols, numbers and punctuation",
            u32::from(c)
        );
        return Err(Invalid::new(what, value, reason));
    }
    let length = value.encode_utf16().count();
    if length > max {
        let reason = format!("it is {length} characters long, and at most {max} are allowed");
        return Err(Invalid::new(what, value, reason));
    }
    Ok(())
}

fn is_allowed(c: char) -> bool {
    c.general_category_group() != GeneralCategoryGroup::Other
}

macro_rules! field {
    ($(#[$doc:meta])* $name:ident, $what:literal, $max:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize)]
        pub struct $name(String);

        impl $name {
            /// The longest text that the service takes, in UTF-16 units.
            pub const MAX_LENGTH: usize = $max;

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = Invalid;

            fn from_str(value: &str) -> Result<Self, Invalid> {
                check($what, value, Self::MAX_LENGTH)?;
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

field!(
    /// The name of a read set, 1 to 127 characters. The service does not ask for it to be unique.
    ReadSetName, "read set name", 127
);
field!(
    /// The sample that a read set's data comes from, 1 to 127 characters.
    SampleId, "sample ID", 127
);
field!(
    /// The subject that the sample comes from, 1 to 127 characters.
    SubjectId, "subject ID", 127
);
field!(
    /// Where a read set's source originated, 1 to 127 characters.
    GeneratedFrom, "\"generated from\" text", 127
);
field!(
    /// A read set's description, 1 to 255 characters.
    Description, "description", 255
);
field!(
    /// What makes a repeated Create give the same upload, 1 to 127 characters.
    ClientToken, "client token", 127
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_service_s_pattern_and_lengths_hold() {
        let long = "x".repeat(127);
        for good in ["NA12878", "Müller 試料 #1 (x+y)", "a", &long] {
            assert_eq!(good.parse::<SampleId>().unwrap().as_str(), good);
        }
        for (bad, reason) in [
            ("", "`` is not a sample ID: it is empty".to_owned()),
            (
                "a\tb",
                "`a\\tb` is not a sample ID: it contains the character U+0009; the service takes \
                 letters, marks, separators, symbols, numbers and punctuation"
                    .to_owned(),
            ),
            (
                "a\u{200d}b",
                "`a\\u{200d}b` is not a sample ID: it contains the character U+200D; the service \
                 takes letters, marks, separators, symbols, numbers and punctuation"
                    .to_owned(),
            ),
            (
                &"x".repeat(128),
                format!(
                    "`{}` is not a sample ID: it is 128 characters long, and at most 127 are allowed",
                    "x".repeat(128)
                ),
            ),
        ] {
            assert_eq!(bad.parse::<SampleId>().unwrap_err().to_string(), reason);
        }
        // 64 code points outside the basic plane are 128 UTF-16 units.
        assert!("🧬".repeat(63).parse::<SampleId>().is_ok());
        assert!("🧬".repeat(64).parse::<SampleId>().is_err());
        assert!("x".repeat(255).parse::<Description>().is_ok());
        assert!("x".repeat(256).parse::<Description>().is_err());
    }
}
