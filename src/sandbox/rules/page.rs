//! Pages of a list, and the opaque tokens that lead from one to the next.
//!
//! A token is good for the request it was given to, and for no other: operation, path and filter.

use data_encoding::BASE64URL_NOPAD;
use jiff::Timestamp;

use super::{
    error::ApiError,
    members::{JsonObject, Members},
    texts::{TextRule, Violations},
};

/// The most that a page holds, and what it holds when nobody says how much.
const MOST: u16 = 100;

/// Which page is asked for.
#[derive(Debug)]
pub(crate) struct PageRequest {
    limit: usize,
    token: Option<String>,
}

impl PageRequest {
    /// Reads `maxResults` and `nextToken`.
    pub(crate) fn read(query: &JsonObject, violations: &Violations) -> Self {
        let mut query = Members::of_query(query, violations);
        let limit = query.number("maxResults", MOST).unwrap_or(MOST);
        let token = query.text("nextToken", &TextRule::NEXT_TOKEN);
        query.finish();
        Self { limit: usize::from(limit), token }
    }

    /// Cuts the page out of all that there is, in the order of the keys, and makes the token of the
    /// next one.
    pub(crate) fn cut<T>(
        &self,
        scope: &str,
        all: impl Iterator<Item = T>,
        key: impl Fn(&T) -> String,
    ) -> Result<(Vec<T>, Option<String>), ApiError> {
        let after = self.token.as_deref().map(|token| position(token, scope)).transpose()?;
        let mut rest = all.filter(|item| after.as_ref().is_none_or(|after| key(item) > *after));
        let page: Vec<T> = rest.by_ref().take(self.limit).collect();
        let next = rest.next().and(page.last()).map(|last| token(&key(last), scope));
        Ok((page, next))
    }
}

/// A key that sorts by time, and by ID where times are equal.
pub(crate) fn order(created: Timestamp, id: &str) -> String {
    format!("{:016} {id}", created.as_millisecond())
}

fn seal(scope: &str) -> [u8; 4] {
    crc32fast::hash(scope.as_bytes()).to_be_bytes()
}

fn token(key: &str, scope: &str) -> String {
    BASE64URL_NOPAD.encode(&[&seal(scope), key.as_bytes()].concat())
}

fn position(token: &str, scope: &str) -> Result<String, ApiError> {
    let bytes = BASE64URL_NOPAD.decode(token.as_bytes()).ok();
    bytes
        .and_then(|bytes| String::from_utf8(bytes.strip_prefix(&seal(scope))?.to_vec()).ok())
        .ok_or_else(|| ApiError::validation("The pagination token is not valid for this request"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(limit: usize, token: Option<String>) -> (Vec<u32>, Option<String>) {
        PageRequest { limit, token }.cut("scope", 1..=5_u32, |n| format!("{n:05}")).unwrap()
    }

    #[test]
    fn pages_follow_each_other_and_end() {
        let (first, token) = page(2, None);
        assert_eq!(first, [1, 2]);
        let (second, token) = page(2, token);
        assert_eq!(second, [3, 4]);
        let (third, token) = page(2, token);
        assert_eq!((third, token), (vec![5], None));
        // A page that ends with the list has no token.
        assert_eq!(page(5, None).1, None);
    }

    #[test]
    fn a_token_is_good_for_its_own_list_only() {
        let token = page(2, None).1;
        for (token, scope) in [(token, "other"), (Some("%%%".to_owned()), "scope")] {
            let page = PageRequest { limit: 2, token };
            let error = page.cut(scope, 1..=5_u32, |n| format!("{n:05}")).unwrap_err();
            assert_eq!(error.code, "ValidationException");
        }
    }
}
