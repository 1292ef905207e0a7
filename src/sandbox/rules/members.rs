//! The members of a request, read one by one and held against their rules.
//!
//! A member that the model does not have is refused; that is the sandbox's own strictness, for
//! services ignore it.

use std::{collections::BTreeMap, str::FromStr};

use jiff::Timestamp;
use serde_json::{Map, Value};
use strum::VariantArray;

use super::texts::{TextRule, Violations};

/// Tags, in the order of their keys.
pub(crate) type TagMap = BTreeMap<String, String>;

/// A JSON object, or a query as one.
pub(crate) type JsonObject = Map<String, Value>;

/// Where members come from: numbers are digits in a query, and numbers in a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Carrier {
    Query,
    Body,
}

/// Members that are read one after the other; those that nobody asked for are violations.
pub(crate) struct Members<'a> {
    object: &'a JsonObject,
    origin: Carrier,
    prefix: String,
    asked: Vec<&'static str>,
    violations: &'a Violations,
}

impl<'a> Members<'a> {
    pub(crate) const fn of_body(object: &'a JsonObject, violations: &'a Violations) -> Self {
        Self { object, origin: Carrier::Body, prefix: String::new(), asked: Vec::new(), violations }
    }

    pub(crate) const fn of_query(object: &'a JsonObject, violations: &'a Violations) -> Self {
        Self {
            object,
            origin: Carrier::Query,
            prefix: String::new(),
            asked: Vec::new(),
            violations,
        }
    }

    fn path(&self, member: &str) -> String {
        format!("{}{member}", self.prefix)
    }

    /// A member that is there; `null` is the same as nothing.
    fn get(&mut self, member: &'static str) -> Option<&'a Value> {
        self.asked.push(member);
        self.object.get(member).filter(|value| !value.is_null())
    }

    /// Whether a member is there, of whatever type.
    pub(crate) fn has(&mut self, member: &'static str) -> bool {
        self.get(member).is_some()
    }

    fn string(&mut self, member: &'static str) -> Option<&'a str> {
        let value = self.get(member)?;
        let text = value.as_str();
        if text.is_none() {
            self.violations.add(&self.path(member), &value.to_string(), "Member must be a string");
        }
        text
    }

    /// Text that may be left out.
    pub(crate) fn text(&mut self, member: &'static str, rule: &TextRule) -> Option<String> {
        let text = self.string(member)?;
        rule.check(&self.path(member), text, self.violations);
        Some(text.to_owned())
    }

    /// Text that has to be there; empty if it is not.
    pub(crate) fn required_text(&mut self, member: &'static str, rule: &TextRule) -> String {
        self.require(member);
        self.text(member, rule).unwrap_or_default()
    }

    fn require(&self, member: &str) {
        if self.object.get(member).is_none_or(Value::is_null) {
            self.violations.missing(&self.path(member));
        }
    }

    /// One of a set, which may be left out.
    pub(crate) fn choice<T: FromStr + VariantArray + Into<&'static str> + Copy>(
        &mut self,
        member: &'static str,
    ) -> Option<T> {
        let text = self.string(member)?;
        let found = text.parse().ok();
        if found.is_none() {
            let set: Vec<_> = T::VARIANTS.iter().map(|choice| (*choice).into()).collect();
            let constraint = format!("Member must satisfy enum value set: [{}]", set.join(", "));
            self.violations.add(&self.path(member), text, &constraint);
        }
        found
    }

    /// One of a set, which has to be there.
    pub(crate) fn required_choice<T: FromStr + VariantArray + Into<&'static str> + Copy>(
        &mut self,
        member: &'static str,
    ) -> Option<T> {
        self.require(member);
        self.choice(member)
    }

    /// A whole number from 1 to `max`, which may be left out.
    pub(crate) fn number(&mut self, member: &'static str, max: u16) -> Option<u16> {
        let value = self.get(member)?;
        let digits = match (self.origin, value) {
            (Carrier::Query, Value::String(text)) => text.clone(),
            (Carrier::Body, Value::Number(number)) => number.to_string(),
            _ => value.to_string(),
        };
        let number: Option<i64> = match self.origin {
            Carrier::Body if !value.is_i64() => None,
            _ => digits.parse().ok(),
        };
        let path = self.path(member);
        match number {
            None => self.violations.add(&path, &digits, "Member must be an integer"),
            Some(number) if number < 1 => {
                self.violations.add(
                    &path,
                    &digits,
                    "Member must have value greater than or equal to 1",
                );
            }
            Some(number) if number > i64::from(max) => {
                let most = format!("Member must have value less than or equal to {max}");
                self.violations.add(&path, &digits, &most);
            }
            Some(number) => return u16::try_from(number).ok(),
        }
        None
    }

    /// A whole number from 1 to `max`, which has to be there.
    pub(crate) fn required_number(&mut self, member: &'static str, max: u16) -> Option<u16> {
        self.require(member);
        self.number(member, max)
    }

    /// A time in ISO 8601, which may be left out.
    pub(crate) fn time(&mut self, member: &'static str) -> Option<Timestamp> {
        let text = self.string(member)?;
        let time = text.parse().ok();
        if time.is_none() {
            self.violations.add(
                &self.path(member),
                text,
                "Member must be an ISO 8601 date and time",
            );
        }
        time
    }

    /// An object, which may be left out.
    pub(crate) fn object(&mut self, member: &'static str) -> Option<Self> {
        let value = self.get(member)?;
        self.nested(&self.path(member), value)
    }

    fn nested(&self, path: &str, value: &'a Value) -> Option<Self> {
        let Some(object) = value.as_object() else {
            self.violations.add(path, &value.to_string(), "Member must be an object");
            return None;
        };
        Some(Self { object, prefix: format!("{path}."), asked: Vec::new(), ..*self })
    }

    /// A list, which has to be there.
    pub(crate) fn required_list(&mut self, member: &'static str) -> &'a [Value] {
        self.require(member);
        let Some(value) = self.get(member) else { return &[] };
        value.as_array().map_or_else(
            || {
                self.violations.add(
                    &self.path(member),
                    &value.to_string(),
                    "Member must be a list",
                );
                &[][..]
            },
            Vec::as_slice,
        )
    }

    /// The members of one element of a list.
    pub(crate) fn element(&self, list: &str, at: usize, value: &'a Value) -> Option<Self> {
        self.nested(&format!("{}.{}.member", self.path(list), at + 1), value)
    }

    /// The tags of a new resource, by the rules of the user guide's "Tagging resources".
    pub(crate) fn tags(&mut self) -> TagMap {
        let mut tags = TagMap::new();
        let Some(members) = self.object("tags") else { return tags };
        for (key, value) in members.object {
            let Some(value) = value.as_str() else {
                self.violations.other("tags", "Map values must be strings");
                continue;
            };
            TextRule::TAG_KEY.check("tags", key, self.violations);
            TextRule::TAG_VALUE.check("tags", value, self.violations);
            if key.to_ascii_lowercase().starts_with("aws:") {
                self.violations.add("tags", key, "Map keys must not begin with aws:");
            }
            if let Some(text) = [key.as_str(), value].into_iter().find(|text| !is_tag_text(text)) {
                let allowed = "Tags hold letters, digits, white space and _ . : / = + - @";
                self.violations.add("tags", text, allowed);
            }
            tags.insert(key.clone(), value.to_owned());
        }
        if tags.len() > 50 {
            self.violations.other("tags", "Member must have at most 50 entries");
        }
        tags
    }

    /// Everything that is there has been asked for.
    pub(crate) fn finish(self) {
        for (member, _) in self.object.iter().filter(|(_, value)| !value.is_null()) {
            if !self.asked.contains(&member.as_str()) {
                self.violations.other(&self.path(member), "Member is not known");
            }
        }
    }
}

fn is_tag_text(text: &str) -> bool {
    let fits = |c: char| {
        c.is_alphanumeric() || (c.is_whitespace() && !c.is_control()) || "_.:/=+-@".contains(c)
    };
    text.chars().all(fits)
}

/// Leaves out the members that are null, as the service does where it has nothing to say.
pub(crate) fn clean(value: Value) -> Value {
    match value {
        Value::Object(object) => object
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(key, value)| (key, clean(value)))
            .collect(),
        Value::Array(list) => list.into_iter().map(clean).collect(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::sandbox::rules::Source;

    fn said(object: &Value, read: impl FnOnce(&mut Members<'_>)) -> String {
        let violations = Violations::default();
        let mut members = Members::of_body(object.as_object().unwrap(), &violations);
        read(&mut members);
        members.finish();
        violations.into_result().err().map(|error| error.message).unwrap_or_default()
    }

    type Read<'a> = &'a dyn Fn(&mut Members<'_>);

    #[test]
    fn members_are_held_against_their_rules() {
        let name = |m: &mut Members<'_>| {
            m.required_text("name", &TextRule::LABEL);
        };
        let number = |m: &mut Members<'_>| {
            m.number("n", 100);
        };
        let source = |m: &mut Members<'_>| {
            m.required_choice::<Source>("s");
        };
        let time = |m: &mut Members<'_>| {
            m.time("t");
        };
        let table: [(Value, Read<'_>, &str); 17] = [
            (json!({"name": "x"}), &name, ""),
            (
                json!({}),
                &name,
                "Value null at 'name' failed to satisfy constraint: Member must not be null",
            ),
            (
                json!({"name": null}),
                &name,
                "Value null at 'name' failed to satisfy constraint: Member must not be null",
            ),
            (
                json!({"name": 7}),
                &name,
                "Value '7' at 'name' failed to satisfy constraint: Member must be a string",
            ),
            (
                json!({"name": "x", "nmae": 1}),
                &name,
                "Value at 'nmae' failed to satisfy constraint: Member is not known",
            ),
            (json!({"name": "x", "other": null}), &name, ""),
            (json!({"n": 1}), &number, ""),
            (json!({"n": 100}), &number, ""),
            (
                json!({"n": 0}),
                &number,
                "Value '0' at 'n' failed to satisfy constraint: Member must have value greater than or equal to 1",
            ),
            (
                json!({"n": 101}),
                &number,
                "Value '101' at 'n' failed to satisfy constraint: Member must have value less than or equal to 100",
            ),
            (
                json!({"n": 1.5}),
                &number,
                "Value '1.5' at 'n' failed to satisfy constraint: Member must be an integer",
            ),
            (
                json!({"n": "1"}),
                &number,
                "Value '\"1\"' at 'n' failed to satisfy constraint: Member must be an integer",
            ),
            (json!({"s": "SOURCE2"}), &source, ""),
            (
                json!({"s": "source2"}),
                &source,
                "Value 'source2' at 's' failed to satisfy constraint: Member must satisfy enum value set: [SOURCE1, SOURCE2]",
            ),
            (json!({"t": "2026-11-21T01:02:03Z"}), &time, ""),
            (json!({"t": "2026-11-21T01:02:03.5+02:00"}), &time, ""),
            (
                json!({"t": "yesterday"}),
                &time,
                "Value 'yesterday' at 't' failed to satisfy constraint: Member must be an ISO 8601 date and time",
            ),
        ];
        for (object, read, message) in table {
            let said = said(&object, read);
            let said = said.strip_prefix("1 validation error detected: ").unwrap_or(&said);
            assert_eq!(said, message, "{object}");
        }
    }

    #[test]
    fn the_tag_rules_hold() {
        let tags = |tags: Value| {
            said(&json!({ "tags": tags }), |members| {
                members.tags();
            })
        };
        let many: Map<_, _> = (0..51).map(|i| (format!("k{i}"), json!("v"))).collect();
        let most: Map<_, _> = (0..50).map(|i| (format!("k{i}"), json!("v"))).collect();
        for good in [json!({}), json!({"a b": "", "x/y": "1=2 @+-_.:"}), Value::Object(most)] {
            assert_eq!(tags(good), "");
        }
        for bad in [
            json!({"": "v"}),
            json!({"aws:x": "v"}),
            json!({"AWS:x": "v"}),
            json!({"k": "a;b"}),
            json!({"k": 1}),
            json!([]),
            json!({"k".repeat(129): "v"}),
            json!({"k": "v".repeat(257)}),
            Value::Object(many),
        ] {
            assert_ne!(tags(bad.clone()), "", "{bad}");
        }
    }

    #[test]
    fn a_query_s_numbers_are_digits() {
        let violations = Violations::default();
        let query = json!({"maxResults": "7", "partNumber": "x"});
        let mut members = Members::of_query(query.as_object().unwrap(), &violations);
        assert_eq!(members.number("maxResults", 100), Some(7));
        assert_eq!(members.number("partNumber", 100), None);
        assert!(violations.into_result().is_err());
    }
}
