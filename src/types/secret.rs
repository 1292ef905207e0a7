//! Secrets that this process knows, and texts without them.
//!
//! Servers and proxies repeat what they were sent: the service's words for a wrong signature hold the
//! session token. What is known to be secret is kept here once, and `Escaped`, `FromOutside` and
//! `json` leave it out of everything that is written.

use std::{
    borrow::Cow,
    sync::{PoisonError, RwLock},
};

use data_encoding::{BASE64, BASE64_NOPAD, BASE64URL_NOPAD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// What stands in the place of a secret.
const HIDDEN: &str = "[secret]";

/// Secrets of at least so many bytes are found in any text. A shorter one may well be an ordinary word
/// of a message or a part of a file name, and leaving out every such word would tell what it is.
const ANYWHERE: usize = 8;

/// In what others say, shorter ones are left out, too.
const OUTSIDE: usize = 4;

/// All spellings of all secrets, the longest first.
static KNOWN: RwLock<Vec<String>> = RwLock::new(Vec::new());

/// What percent-encoding leaves as it is.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Keeps a secret out of all that is written from now on.
pub fn keep(secret: &str) {
    let secret = secret.trim();
    if secret.len() < OUTSIDE || is_known(secret) {
        return;
    }
    let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
    for spelling in spellings(secret) {
        if !known.contains(&spelling) {
            known.push(spelling);
        }
    }
    known.sort_by_key(|spelling| std::cmp::Reverse(spelling.len()));
}

/// Keeps what is secret in a URL: what stands before the `@`, and the query.
pub fn keep_url(url: &str) {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    if let Some((login, _)) = rest.rsplit_once('@') {
        let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let (user, password) = login.split_once(':').unwrap_or((login, login));
        keep(password);
        keep(&decoded(password));
        keep(login);
        // As it is sent to a proxy.
        keep(&format!("{}:{}", decoded(user), decoded(password)));
    }
    if let Some((_, query)) = rest.split_once('?') {
        keep(query);
        query.split('&').filter_map(|pair| pair.split_once('=')).for_each(|(_, value)| keep(value));
    }
}

fn is_known(spelling: &str) -> bool {
    let known = KNOWN.read().unwrap_or_else(PoisonError::into_inner);
    known.iter().any(|known| known == spelling)
}

/// How others may write a secret that they were sent.
fn spellings(secret: &str) -> Vec<String> {
    let percent = |set| utf8_percent_encode(secret, set);
    let lower = |set| -> String {
        let small =
            |piece: &str| if piece.starts_with('%') { piece.to_lowercase() } else { piece.into() };
        percent(set).map(small).collect()
    };
    let json = serde_json::to_string(secret).unwrap_or_default();
    let json = json.trim_matches('"').to_owned();
    let mut spellings = vec![
        secret.to_owned(),
        percent(NON_ALPHANUMERIC).to_string(),
        percent(UNRESERVED).to_string(),
        lower(NON_ALPHANUMERIC),
        lower(UNRESERVED),
        BASE64.encode(secret.as_bytes()),
        BASE64_NOPAD.encode(secret.as_bytes()),
        BASE64URL_NOPAD.encode(secret.as_bytes()),
        json.replace('/', "\\/"),
        json,
    ];
    spellings.sort();
    spellings.dedup();
    spellings
}

/// A text without the secrets that are known.
pub(super) fn hidden(text: &str) -> Cow<'_, str> {
    without(text, ANYWHERE)
}

/// Whether a text holds a secret.
pub(super) fn is_in(text: &str) -> bool {
    matches!(without(text, OUTSIDE), Cow::Owned(_))
}

/// What others say, without the secrets that are known.
pub(super) fn hidden_outside(text: &str) -> Cow<'_, str> {
    without(text, OUTSIDE)
}

fn without(text: &str, at_least: usize) -> Cow<'_, str> {
    let known = KNOWN.read().unwrap_or_else(PoisonError::into_inner);
    let mut text = Cow::Borrowed(text);
    for secret in known.iter().filter(|secret| secret.len() >= at_least) {
        if text.contains(secret.as_str()) {
            text = Cow::Owned(text.replace(secret.as_str(), HIDDEN));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{
        super::escape::{Escaped, FromOutside},
        *,
    };

    /// The secrets of a process are there for all of its tests: these appear nowhere else.
    #[test]
    fn a_secret_is_left_out_however_it_is_spelled() {
        keep("wJalr/XU+tnFEMI=kept");
        for said in [
            "a wJalr/XU+tnFEMI=kept b",
            "a wJalr%2FXU%2BtnFEMI%3Dkept b",
            "a wJalr%2fXU%2btnFEMI%3dkept b",
            "a wJalr\\/XU+tnFEMI=kept b",
            "a d0phbHIvWFUrdG5GRU1JPWtlcHQ b",
        ] {
            assert_eq!(Escaped::new(said).to_string(), "a [secret] b");
            assert_eq!(FromOutside::new(said).to_string(), "a [secret] b");
        }
        let twice = "wJalr/XU+tnFEMI=keptwJalr/XU+tnFEMI=kept";
        assert_eq!(hidden(twice), "[secret][secret]");
    }

    #[test]
    fn a_short_secret_is_left_out_of_what_others_say_only() {
        keep("qzxv7");
        keep("q7");
        assert_eq!(Escaped::new("qzxv7.bam").to_string(), "qzxv7.bam");
        assert_eq!(FromOutside::new("qzxv7 q7\n").to_string(), "[secret] q7\\n");
    }

    #[test]
    fn a_url_keeps_its_login_and_its_query() {
        keep_url("http://ann:s%40feword1@p.example:1/?sig=query0value");
        for (said, shown) in [
            ("s%40feword1", "[secret]"),
            ("s@feword1", "[secret]"),
            ("Basic YW5uOnNAZmV3b3JkMQ==", "Basic [secret]"),
            ("ann", "ann"),
            ("p.example:1", "p.example:1"),
            ("query0value", "[secret]"),
        ] {
            assert_eq!(Escaped::new(said).to_string(), shown);
        }
    }
}
