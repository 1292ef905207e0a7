//! IDs that look like the service's: URL-safe characters, of which any may come first, `-` too.

use data_encoding::BASE64URL_NOPAD;

/// Upload IDs have 92 characters.
const UPLOAD: usize = 92 * 3 / 4;

/// Archive IDs have 138 characters, of which the last says two bits.
const ARCHIVE: usize = 138 * 3 / 4;

pub(crate) fn new_upload() -> String {
    random(UPLOAD)
}

pub(crate) fn new_archive() -> String {
    random(ARCHIVE)
}

fn random(bytes: usize) -> String {
    let bytes: Vec<u8> = (0..bytes).map(|_| fastrand::u8(..)).collect();
    BASE64URL_NOPAD.encode(&bytes)
}

/// Whether a text is such an ID: no other becomes the name of a file.
pub(crate) fn is_id(text: &str) -> bool {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    (1..=138).contains(&text.len()) && text.bytes().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_as_long_as_the_service_s() {
        assert_eq!((new_upload().len(), new_archive().len()), (92, 138));
        assert!(is_id(&new_upload()) && is_id(&new_archive()));
        assert!(!is_id("") && !is_id("..") && !is_id("a/b") && !is_id(&"a".repeat(139)));
    }
}
