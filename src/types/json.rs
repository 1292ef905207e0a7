//! JSON as it leaves the program: without secrets, and without characters that a terminal acts on.
//!
//! Scripts print what they read, and so do people. An escape stands for the same character, so no
//! reader of JSON sees a difference.

use std::fmt::Write as _;

use serde::Serialize;

use super::{escape::is_printable, secret};

/// A value on one line, without its end.
pub fn line(value: &impl Serialize) -> String {
    // Maps with keys of text, text, numbers: there is nothing that could fail.
    safe(&serde_json::to_string(value).unwrap_or_default())
}

/// A value over many lines, without the last one's end.
pub fn pretty(value: &impl Serialize) -> String {
    safe(&serde_json::to_string_pretty(value).unwrap_or_default())
}

/// The same document with every string of it made safe.
fn safe(document: &str) -> String {
    let mut text = String::with_capacity(document.len());
    let mut rest = document;
    while let Some(begin) = rest.find('"') {
        let length = literal(&rest[begin..]);
        text.push_str(&rest[..begin]);
        push(&mut text, &rest[begin..begin + length]);
        rest = &rest[begin + length..];
    }
    text.push_str(rest);
    text
}

/// The length of the string that a text begins with, its quotes included.
fn literal(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

fn push(text: &mut String, literal: &str) {
    let plain: String = serde_json::from_str(literal).unwrap_or_default();
    let hidden = secret::hidden(&plain);
    let spelled = match &hidden {
        std::borrow::Cow::Borrowed(_) => literal.to_owned(),
        std::borrow::Cow::Owned(hidden) => serde_json::to_string(hidden).unwrap_or_default(),
    };
    let mut units = [0; 2];
    for c in spelled.chars() {
        if is_printable(c) {
            text.push(c);
        } else {
            for unit in c.encode_utf16(&mut units) {
                let _ = write!(text, "\\u{unit:04x}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_terminal_acts_on_is_escaped() {
        for (value, shown) in [
            ("é 試料 \"q\" \\", r#""é 試料 \"q\" \\""#),
            ("a\u{1b}[2J\u{7f}", r#""a\u001b[2J\u007f""#),
            ("\u{9b}31m\u{85}", r#""\u009b31m\u0085""#),
            ("\u{202e}\u{2066}\u{200b}\u{2028}", r#""\u202e\u2066\u200b\u2028""#),
            ("\u{e0001}", r#""\udb40\udc01""#),
        ] {
            assert_eq!(line(&value), shown);
        }
    }

    #[test]
    fn secrets_are_left_out_of_keys_and_values() {
        secret::keep("in\"json/secret");
        let value = json!({ "in\"json/secret": ["in\"json/secret", 1] });
        assert_eq!(line(&value), r#"{"[secret]":["[secret]",1]}"#);
        assert_eq!(pretty(&json!(["in\"json/secret\u{9b}"])), "[\n  \"[secret]\\u009b\"\n]");
    }

    proptest! {
        #[test]
        fn a_reader_sees_no_difference(text in ".*", key in ".*", number: u64) {
            let value = json!({ key: [text, number, null], "b": { "c": [] } });
            for document in [line(&value), pretty(&value)] {
                prop_assert!(document.chars().all(|c| c == '\n' || is_printable(c)));
                prop_assert_eq!(&serde_json::from_str::<serde_json::Value>(&document).unwrap(), &value);
            }
        }
    }
}
