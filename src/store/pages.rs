//! Lists that come in pages: the one way to follow them to their end.

use std::{
    collections::HashSet,
    hash::{BuildHasher as _, RandomState},
};

use super::{
    Page,
    error::{StoreError, StoreErrorKind},
};
use crate::types::OperationName;

/// A list of the service has at most so many pages: with 100 items each, ten million.
const MOST: usize = 100_000;

/// The longest name of a page, in bytes. It becomes a part of a URI, three bytes for each of its own, and
/// the SDK panics on a URI of more than 64 KiB.
const LONGEST_TOKEN: usize = 16 * 1024;

/// Asks for all pages of a list, one after the other. `refuse` makes an error of a list that never
/// ends: one that leads back to a page that was read already, or that has too many.
pub(super) async fn pages<T, E, F>(
    operation: OperationName,
    mut ask: impl FnMut(Option<String>) -> F,
    refuse: impl FnOnce(StoreError) -> E,
) -> Result<Vec<T>, E>
where
    F: Future<Output = Result<Page<T>, E>>,
{
    let mut items = Vec::new();
    // Tokens may be long, and there may be many.
    let (hashes, mut seen) = (RandomState::new(), HashSet::new());
    let mut next: Option<String> = None;
    let message = loop {
        let answer = ask(next).await?;
        items.extend(answer.items);
        let Some(token) = answer.next else { return Ok(items) };
        if token.len() > LONGEST_TOKEN {
            break format!("the next page of the list has a name of {} bytes", token.len());
        }
        if !seen.insert(hashes.hash_one(&token)) {
            break "the pages of the list lead back to one that was read already".to_owned();
        }
        if seen.len() >= MOST {
            break format!("the list has more than {MOST} pages");
        }
        next = Some(token);
    };
    Err(refuse(StoreError::new(StoreErrorKind::Other, operation, message)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Follows pages that hold their own number; what comes after a page is given.
    async fn follow(next: impl Fn(usize) -> Option<String>) -> Result<Vec<usize>, String> {
        let mut number = 0;
        let ask = |_| {
            number += 1;
            let page = Page { items: vec![number], next: next(number) };
            async { Ok(page) }
        };
        let operation = OperationName::new("omics:ListThings");
        pages(operation, ask, |error| error.to_string()).await
    }

    #[tokio::test]
    async fn all_pages_are_read_once() {
        assert_eq!(follow(|_| None).await, Ok(vec![1]));
        let three = |number: usize| (number < 3).then(|| number.to_string());
        assert_eq!(follow(three).await, Ok(vec![1, 2, 3]));
        let many = |number: usize| (number < MOST).then(|| number.to_string());
        assert_eq!(follow(many).await.map(|pages| pages.len()), Ok(MOST));
    }

    #[tokio::test]
    async fn a_list_that_never_ends_is_refused() {
        for length in 1..4 {
            let circle = |number: usize| Some((number % length).to_string());
            assert_eq!(
                follow(circle).await.unwrap_err(),
                "ListThings failed: the pages of the list lead back to one that was read already"
            );
        }
        assert_eq!(
            follow(|number| Some(number.to_string())).await.unwrap_err(),
            "ListThings failed: the list has more than 100000 pages"
        );
        assert_eq!(
            follow(|_| Some("x".repeat(LONGEST_TOKEN + 1))).await.unwrap_err(),
            "ListThings failed: the next page of the list has a name of 16385 bytes"
        );
    }
}
