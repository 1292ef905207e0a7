//! How a cell is shown in a message.
//!
//! It knows nothing of what a cell means.

use std::fmt;

use crate::types::Shortened;

/// Displays a cell: escaped, shortened, and of an address neither the login nor the query.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a>(pub &'a str);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match address(self.0) {
            Some((scheme, rest)) => {
                let public = rest.split(['?', '#']).next().unwrap_or_default();
                let (host, path) = public.split_at(public.find('/').unwrap_or(public.len()));
                let host = host.rsplit('@').next().unwrap_or_default();
                &format!("{scheme}://{host}{path}")
            }
            None => self.0,
        };
        Shortened::new(text).fmt(f)
    }
}

/// The scheme of an address and what follows it.
pub(super) fn address(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once("://")?;
    let is_scheme = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    (!scheme.is_empty() && scheme.chars().all(is_scheme)).then_some((scheme, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_shown_without_secrets_and_not_at_length() {
        for (cell, shown) in [
            ("a.fq.gz", "a.fq.gz"),
            ("a\nb", "a\\nb"),
            ("https://me:pw@host:8/a@b?sig=1#x", "https://host:8/a@b"),
            ("ftp://me@host", "ftp://host"),
            ("s3://bucket/key", "s3://bucket/key"),
            ("me:pw@host", "me:pw@host"),
        ] {
            assert_eq!(Shown(cell).to_string(), shown);
        }
        let long = "é".repeat(1_000_000);
        assert_eq!(Shown(&long).to_string(), format!("{}…", "é".repeat(300)));
    }
}
