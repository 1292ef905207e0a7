//! Our own digest of a part, and the service's checksum of it.

use std::{fmt, str::FromStr};

use data_encoding::{BASE64, HEXLOWER, HEXLOWER_PERMISSIVE};
use sha2::Digest as _;

use super::Invalid;

/// A SHA-256 digest that we computed ourselves; shown as 64 lowercase hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sha256([u8; 32]);

impl Sha256 {
    pub fn of(bytes: &[u8]) -> Self {
        Self(sha2::Sha256::digest(bytes).into())
    }

    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// Computes a [`Sha256`] block by block.
#[derive(Clone, Default)]
pub struct Sha256Hasher(sha2::Sha256);

impl Sha256Hasher {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn update(&mut self, block: &[u8]) {
        self.0.update(block);
    }

    pub fn finish(self) -> Sha256 {
        Sha256(self.0.finalize().into())
    }
}

impl FromStr for Sha256 {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let bytes = HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok();
        bytes
            .and_then(|bytes| bytes.try_into().ok())
            .map(Self)
            .ok_or_else(|| Invalid::new("digest", text, "64 hexadecimal digits are needed"))
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        HEXLOWER.encode_display(&self.0).fmt(f)
    }
}

impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sha256({self})")
    }
}

/// What the service returns for a part: opaque, and handed back to it letter by letter.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Checksum(String);

impl Checksum {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The SHA-256 digest that this checksum spells, in base64 or hexadecimal; `None` for any other
    /// form, which proves nothing either way.
    pub fn sha256(&self) -> Option<Sha256> {
        let form = if self.0.len() == 64 { HEXLOWER_PERMISSIVE } else { BASE64 };
        form.decode(self.0.as_bytes()).ok()?.try_into().ok().map(Sha256)
    }
}

impl FromStr for Checksum {
    type Err = Invalid;

    /// Complete takes 1 to 100 characters
    /// (<https://docs.aws.amazon.com/omics/latest/api/API_CompleteReadSetUploadPartListItem.html>).
    fn from_str(value: &str) -> Result<Self, Invalid> {
        if !(1..=100).contains(&value.chars().count()) {
            return Err(Invalid::new(
                "checksum of a part",
                value,
                "1 to 100 characters are needed",
            ));
        }
        // It is written into journals and receipts as it is.
        if super::secret::is_in(value) {
            return Err(Invalid::new(
                "checksum of a part",
                value,
                "it holds a secret of the caller",
            ));
        }
        Ok(Self(value.to_owned()))
    }
}

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checksum_is_read_as_base64_or_hexadecimal() {
        let abc = Sha256::of(b"abc");
        let hex = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(abc.to_string(), hex);
        for text in [hex, &hex.to_uppercase(), "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="] {
            assert_eq!(text.parse::<Checksum>().unwrap().sha256(), Some(abc), "{text}");
        }
        for text in ["x", "d41d8cd98f00b204e9800998ecf8427e", &"z".repeat(64), &"é".repeat(32)] {
            assert_eq!(text.parse::<Checksum>().unwrap().sha256(), None, "{text}");
        }
        assert!("".parse::<Checksum>().is_err());
        assert!("x".repeat(101).parse::<Checksum>().is_err());
    }

    #[test]
    fn block_by_block_is_the_same() {
        let mut hasher = Sha256Hasher::new();
        hasher.update(b"a");
        hasher.update(b"bc");
        assert_eq!(hasher.finish(), Sha256::of(b"abc"));
    }
}
