//! What the service model asks of texts: lengths and patterns; and what is said of those that fail.
//!
//! All that is wrong with a request is said at once, in the words that AWS services use.

use std::cell::RefCell;

use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory as _};

use super::error::ApiError;

/// The rule of a text member.
pub(crate) struct TextRule {
    min: usize,
    max: usize,
    pattern: Pattern,
}

enum Pattern {
    Any,
    /// `[0-9]+`
    Digits,
    /// `[\p{L}||\p{M}||\p{Z}||\p{S}||\p{N}||\p{P}]+`
    Printable,
    /// `[\p{L}||\p{N}]+`
    LettersAndNumbers,
    /// `arn:.+`
    Arn,
    /// `$|^arn:.+`
    ArnOrEmpty,
    /// `$|^s3://([a-z0-9][a-z0-9-.]{1,61}[a-z0-9])/?((.{1,1024})/)?`
    S3Prefix,
}

impl TextRule {
    pub(crate) const ID: Self = Self { min: 10, max: 36, pattern: Pattern::Digits };
    pub(crate) const LABEL: Self = Self { min: 1, max: 127, pattern: Pattern::Printable };
    pub(crate) const DESCRIPTION: Self = Self { min: 1, max: 255, pattern: Pattern::Printable };
    pub(crate) const REFERENCE: Self = Self { min: 1, max: 127, pattern: Pattern::Arn };
    pub(crate) const REFERENCE_FILTER: Self =
        Self { min: 0, max: 127, pattern: Pattern::ArnOrEmpty };
    pub(crate) const CHECKSUM: Self = Self { min: 1, max: 100, pattern: Pattern::Printable };
    pub(super) const NEXT_TOKEN: Self = Self { min: 1, max: 6144, pattern: Pattern::Printable };
    pub(crate) const TAGGED_ARN: Self = Self { min: 1, max: 150, pattern: Pattern::Arn };
    pub(crate) const REFERENCE_NAME: Self = Self { min: 3, max: 255, pattern: Pattern::Printable };
    pub(crate) const MD5: Self = Self { min: 1, max: 255, pattern: Pattern::LettersAndNumbers };
    pub(crate) const RANGE: Self = Self { min: 1, max: 127, pattern: Pattern::Any };
    pub(crate) const FALLBACK: Self = Self { min: 0, max: usize::MAX, pattern: Pattern::S3Prefix };
    pub(super) const TAG_KEY: Self = Self { min: 1, max: 128, pattern: Pattern::Any };
    pub(super) const TAG_VALUE: Self = Self { min: 0, max: 256, pattern: Pattern::Any };

    /// Holds a value against the rule.
    pub(crate) fn check(&self, member: &str, value: &str, violations: &Violations) {
        // The model does not say what it counts; this is how its own implementation language does.
        let length = value.encode_utf16().count();
        if length < self.min {
            let least = format!("Member must have length greater than or equal to {}", self.min);
            violations.add(member, value, &least);
        }
        if length > self.max {
            let most = format!("Member must have length less than or equal to {}", self.max);
            violations.add(member, value, &most);
        }
        if !self.pattern.matches(value) {
            let pattern = self.pattern.as_str();
            let fits = format!("Member must satisfy regular expression pattern: {pattern}");
            violations.add(member, value, &fits);
        }
    }
}

impl Pattern {
    const fn as_str(&self) -> &'static str {
        match self {
            Self::Any => ".*",
            Self::Digits => "[0-9]+",
            Self::Printable => r"[\p{L}||\p{M}||\p{Z}||\p{S}||\p{N}||\p{P}]+",
            Self::LettersAndNumbers => r"[\p{L}||\p{N}]+",
            Self::Arn => "arn:.+",
            Self::ArnOrEmpty => "$|^arn:.+",
            Self::S3Prefix => "$|^s3://([a-z0-9][a-z0-9-.]{1,61}[a-z0-9])/?((.{1,1024})/)?",
        }
    }

    fn matches(&self, value: &str) -> bool {
        let is_arn = |text: &str| {
            text.strip_prefix("arn:").is_some_and(|rest| !rest.is_empty() && is_one_line(rest))
        };
        match self {
            Self::Any => true,
            Self::Digits => !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit()),
            Self::Printable => {
                !value.is_empty()
                    && value
                        .chars()
                        .all(|c| c.general_category_group() != GeneralCategoryGroup::Other)
            }
            Self::LettersAndNumbers => {
                !value.is_empty() && value.chars().all(|c| c.is_alphanumeric() || c == '|')
            }
            Self::Arn => is_arn(value),
            Self::ArnOrEmpty => value.is_empty() || is_arn(value),
            Self::S3Prefix => value.is_empty() || is_s3_prefix(value),
        }
    }
}

/// Whether a `.` of a pattern matches every character.
fn is_one_line(text: &str) -> bool {
    !text.contains(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}'])
}

fn is_s3_prefix(value: &str) -> bool {
    let Some(place) = value.strip_prefix("s3://") else { return false };
    let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
    let edge = |b: Option<u8>| b.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.';
    let bucket_fits = (3..=63).contains(&bucket.len())
        && bucket.bytes().all(inner)
        && edge(bucket.bytes().next())
        && edge(bucket.bytes().last());
    let prefix_fits = prefix.is_empty()
        || prefix.strip_suffix('/').is_some_and(|inner| {
            (1..=1024).contains(&inner.encode_utf16().count()) && is_one_line(inner)
        });
    bucket_fits && prefix_fits
}

/// What is wrong with a request, so far.
#[derive(Debug, Default)]
pub(crate) struct Violations(RefCell<Vec<String>>);

impl Violations {
    /// A member whose value breaks a rule.
    pub(crate) fn add(&self, member: &str, value: &str, constraint: &str) {
        let value = shorten(value);
        self.0.borrow_mut().push(format!(
            "Value '{value}' at '{member}' failed to satisfy constraint: {constraint}"
        ));
    }

    /// A member that has to be there is not.
    pub(crate) fn missing(&self, member: &str) {
        self.0.borrow_mut().push(format!(
            "Value null at '{member}' failed to satisfy constraint: Member must not be null"
        ));
    }

    /// A member that is wrong in a way that the model does not express.
    pub(crate) fn other(&self, member: &str, constraint: &str) {
        self.0
            .borrow_mut()
            .push(format!("Value at '{member}' failed to satisfy constraint: {constraint}"));
    }

    /// A `ValidationException` if anything is wrong.
    pub(crate) fn into_result(self) -> Result<(), ApiError> {
        let all = self.0.into_inner();
        let count = all.len();
        if count == 0 {
            return Ok(());
        }
        let noun = if count == 1 { "error" } else { "errors" };
        let all = all.join("; ");
        Err(ApiError::validation(format!("{count} validation {noun} detected: {all}")))
    }
}

/// As much of a value as a message needs.
fn shorten(value: &str) -> &str {
    value.char_indices().nth(256).map_or(value, |(at, _)| &value[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn violations(rule: &TextRule, value: &str) -> Vec<String> {
        let violations = Violations::default();
        rule.check("m", value, &violations);
        violations.0.into_inner()
    }

    #[test]
    fn lengths_and_patterns_are_the_model_s() {
        let long = "x".repeat(127);
        for (rule, good) in [
            (&TextRule::ID, vec!["1234567890", "0123456789", &"9".repeat(36)[..]]),
            (&TextRule::LABEL, vec!["a", "Müller 試料 (1)", &long, &"🧬".repeat(63)]),
            (&TextRule::REFERENCE, vec!["arn:x", "arn:aws:omics:us-west-2:1:referenceStore/1"]),
            (&TextRule::REFERENCE_FILTER, vec!["", "arn:x"]),
            (&TextRule::CHECKSUM, vec!["x", &"x".repeat(100)]),
            (&TextRule::REFERENCE_NAME, vec!["x.f", "GRCh38 (no alts)", &"x".repeat(255)]),
            (&TextRule::MD5, vec!["7ff134953dcca8c8997453bbb80b6b5e"]),
            (&TextRule::RANGE, vec!["bytes=0-9"]),
            (
                &TextRule::FALLBACK,
                vec!["", "s3://abc", "s3://abc/", "s3://a-b.c/some/where/", "s3://0a9/x/"],
            ),
        ] {
            for value in good {
                assert_eq!(violations(rule, value), [""; 0], "{value}");
            }
        }
        for (rule, bad) in [
            (
                &TextRule::ID,
                vec!["", "123456789", "12345678901234567890123456789012345678", "123456789x"],
            ),
            (
                &TextRule::LABEL,
                vec!["", "a\tb", "a\u{200d}b", &format!("{long}y"), &"🧬".repeat(64)],
            ),
            (&TextRule::REFERENCE, vec!["", "arn:", "hg38", "arn:a\nb"]),
            (&TextRule::REFERENCE_FILTER, vec!["hg38", "arn:"]),
            (&TextRule::CHECKSUM, vec!["", &"x".repeat(101)]),
            (&TextRule::REFERENCE_NAME, vec!["", "ab", "a\tb", &"x".repeat(256)]),
            (&TextRule::MD5, vec!["", "7ff1-3495", &"0".repeat(256)]),
            (&TextRule::RANGE, vec!["", &"0".repeat(128)]),
            (
                &TextRule::FALLBACK,
                vec![
                    "abc",
                    "s3://",
                    "s3://ab",
                    "s3://Abc",
                    "s3://-bc",
                    "s3://ab-",
                    "s3://abc/x",
                    "s3://abc//",
                    "http://abc/",
                ],
            ),
        ] {
            for value in bad {
                assert_ne!(violations(rule, value), [""; 0], "{value}");
            }
        }
    }

    #[test]
    fn all_violations_are_said_at_once() {
        let violations = Violations::default();
        TextRule::ID.check("id", "12", &violations);
        violations.missing("name");
        let error = violations.into_result().unwrap_err();
        assert_eq!(
            error.message,
            "2 validation errors detected: Value '12' at 'id' failed to satisfy constraint: Member \
             must have length greater than or equal to 10; Value null at 'name' failed to satisfy \
             constraint: Member must not be null"
        );
        assert_eq!(Violations::default().into_result(), Ok(()));
    }

    #[test]
    fn a_long_value_is_shortened_in_the_message() {
        let said = violations(&TextRule::LABEL, &"é".repeat(10_000)).concat();
        assert!(said.contains(&"é".repeat(256)) && !said.contains(&"é".repeat(257)));
    }
}
