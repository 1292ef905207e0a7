//! The tag by which an upload of ours is found again, on any machine.
//!
//! It is `omics-upload` = `1:PART_SIZE:FINGERPRINT:TOKEN`, where the fingerprint is 32 hexadecimal
//! digits over the sizes and some blocks of the sources, and the token 16 that are random and tell two
//! uploads of the same content apart. Nothing in it says anything about a person or a machine.

use std::{fmt, str::FromStr};

use super::{Invalid, PartSize, Sha256};

/// What identifies the content of an upload's sources: half of a SHA-256 digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; 16]);

impl Fingerprint {
    /// Takes the first half of a digest.
    pub fn new(digest: &Sha256) -> Self {
        let mut half = [0; 16];
        half.copy_from_slice(&digest.as_bytes()[..16]);
        Self(half)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", u128::from_be_bytes(self.0))
    }
}

impl FromStr for Fingerprint {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let invalid = || Invalid::new("fingerprint", text, "32 hexadecimal digits are needed");
        if !is_hex(text, 32) {
            return Err(invalid());
        }
        u128::from_str_radix(text, 16).map(|bits| Self(bits.to_be_bytes())).map_err(|_| invalid())
    }
}

/// The value of the tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    pub part_size: PartSize,
    pub fingerprint: Fingerprint,
    /// 16 hexadecimal digits.
    token: String,
}

impl Mark {
    /// The tag's key. A read set keeps it for good.
    pub const KEY: &'static str = "omics-upload";
    const VERSION: &'static str = "1";

    /// `random` makes this upload different from others of the same content.
    pub fn new(part_size: PartSize, fingerprint: Fingerprint, random: u64) -> Self {
        Self { part_size, fingerprint, token: format!("{random:016x}") }
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { part_size, fingerprint, token } = self;
        write!(f, "{}:{}:{fingerprint}:{token}", Self::VERSION, part_size.get())
    }
}

impl FromStr for Mark {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let invalid = || Invalid::new("mark of an upload", text, "it is of another form");
        let mut fields = text.split(':');
        let mut next = || fields.next().ok_or_else(invalid);
        let (version, part_size, fingerprint, token) = (next()?, next()?, next()?, next()?);
        let part_size = part_size.parse().ok().and_then(PartSize::new).ok_or_else(invalid)?;
        if version != Self::VERSION || !is_hex(token, 16) || fields.next().is_some() {
            return Err(invalid());
        }
        Ok(Self { part_size, fingerprint: fingerprint.parse()?, token: token.to_owned() })
    }
}

fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length
        && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::omics::RULES;
    use crate::types::Tag;

    #[test]
    fn a_mark_is_a_tag_and_comes_back_whole() {
        let fingerprint = Fingerprint::new(&Sha256::of(b"abc"));
        let mark = Mark::new(RULES.default, fingerprint, 7);
        let text = "1:67108864:ba7816bf8f01cfea414140de5dae2223:0000000000000007";
        assert_eq!(mark.to_string(), text);
        assert_eq!(text.parse(), Ok(mark));
        let tag: Tag = format!("{}={text}", Mark::KEY).parse().unwrap();
        assert_eq!((tag.key(), tag.value()), (Mark::KEY, text));
    }

    #[test]
    fn other_forms_are_not_ours() {
        for text in [
            "",
            "yes",
            "2:67108864:ba7816bf8f01cfea414140de5dae2223:0000000000000007",
            "1:1:ba7816bf8f01cfea414140de5dae2223:0000000000000007",
            "1:67108864:ba78:0000000000000007",
            "1:67108864:ba7816bf8f01cfea414140de5dae2223",
            "1:67108864:ba7816bf8f01cfea414140de5dae2223:0000000000000007:x",
            "1:67108864:+a7816bf8f01cfea414140de5dae2223:0000000000000007",
        ] {
            assert!(text.parse::<Mark>().is_err(), "{text}");
        }
    }
}
