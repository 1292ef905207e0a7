//! Tags of a read set.
//!
//! The rules are those of "Tagging resources in HealthOmics" in the user guide and of
//! `TagResource` in the API reference.

use std::{collections::BTreeMap, str::FromStr};

use super::Invalid;

/// One `KEY=VALUE`: a key of 1 to 128 characters that does not begin with `aws:`, a value of 0 to 256;
/// letters, digits, white space and `_ . : / = + - @`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    key: String,
    value: String,
}

impl Tag {
    pub fn key(&self) -> &str {
        &self.key
    }

    pub fn value(&self) -> &str {
        &self.value
    }
}

impl FromStr for Tag {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let invalid = |reason: String| Invalid::new("tag", text, reason);
        let (key, value) =
            text.split_once('=').ok_or_else(|| invalid("the form is `KEY=VALUE`".to_owned()))?;
        if key.is_empty() {
            return Err(invalid("its key is empty".to_owned()));
        }
        for (what, part, max) in [("key", key, 128), ("value", value, 256)] {
            let length = part.encode_utf16().count();
            if length > max {
                let reason = format!(
                    "its {what} is {length} characters long, and at most {max} are allowed"
                );
                return Err(invalid(reason));
            }
            if let Some(c) = part.chars().find(|c| !is_allowed(*c)) {
                return Err(invalid(format!(
                    "its {what} contains the character U+{:04X}; letters, digits, spaces and \
                     `_ . : / = + - @` are allowed",
                    u32::from(c)
                )));
            }
        }
        if key.to_ascii_lowercase().starts_with("aws:") {
            return Err(invalid("keys that begin with `aws:` are reserved".to_owned()));
        }
        Ok(Self { key: key.to_owned(), value: value.to_owned() })
    }
}

fn is_allowed(c: char) -> bool {
    c.is_alphanumeric() || (c.is_whitespace() && !c.is_control()) || "_.:/=+-@".contains(c)
}

/// The tags of one read set: at most 50, each key once, in the order of their keys.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tags(BTreeMap<String, String>);

/// Why a list of tags is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TagsError {
    #[error("{0} tags are given, and a read set takes at most {max}", max = Tags::MAX)]
    TooMany(usize),
    #[error("the tag `{0}` is given twice")]
    Twice(String),
}

impl Tags {
    pub const MAX: usize = 50;

    pub fn new(tags: impl IntoIterator<Item = Tag>) -> Result<Self, TagsError> {
        let mut map = BTreeMap::new();
        for Tag { key, value } in tags {
            if map.contains_key(&key) {
                return Err(TagsError::Twice(key));
            }
            map.insert(key, value);
        }
        if map.len() > Self::MAX {
            return Err(TagsError::TooMany(map.len()));
        }
        Ok(Self(map))
    }

    /// With a tag of our own beside them.
    #[must_use]
    pub fn with(&self, key: &str, value: &str) -> Self {
        let mut tags = self.0.clone();
        tags.insert(key.to_owned(), value.to_owned());
        Self(tags)
    }

    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tag_rules_hold() {
        let tag: Tag = "project=rare disease/2026=A".parse().unwrap();
        assert_eq!((tag.key(), tag.value()), ("project", "rare disease/2026=A"));
        assert_eq!("empty=".parse::<Tag>().unwrap().value(), "");
        for (bad, message) in [
            ("x", "`x` is not a tag: the form is `KEY=VALUE`".to_owned()),
            ("=x", "`=x` is not a tag: its key is empty".to_owned()),
            (
                "AWS:x=y",
                "`AWS:x=y` is not a tag: keys that begin with `aws:` are reserved".to_owned(),
            ),
            (
                "a=b;c",
                "`a=b;c` is not a tag: its value contains the character U+003B; letters, digits, \
                 spaces and `_ . : / = + - @` are allowed"
                    .to_owned(),
            ),
            (
                &format!("{}=1", "k".repeat(129)),
                format!(
                    "`{}=1` is not a tag: its key is 129 characters long, and at most 128 are allowed",
                    "k".repeat(129)
                ),
            ),
        ] {
            assert_eq!(bad.parse::<Tag>().unwrap_err().to_string(), message);
        }
    }

    #[test]
    fn keys_are_unique_and_at_most_50() {
        let tags = |n: usize| (0..n).map(|i| format!("k{i}=v").parse().unwrap());
        assert!(Tags::new(tags(50)).is_ok());
        assert_eq!(Tags::new(tags(51)), Err(TagsError::TooMany(51)));
        let twice = ["a=1", "a=2"].map(|tag| tag.parse().unwrap());
        assert_eq!(Tags::new(twice), Err(TagsError::Twice("a".to_owned())));
    }
}
