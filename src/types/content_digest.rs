//! The tag that says what a read set holds, byte for byte.
//!
//! It is `omics-upload-digest` = `1:PART_SIZE:DIGEST`: the SHA-256 of the parts' sources, sizes and own
//! SHA-256 digests, which are known once they are sent, so that no byte is read twice for it. Whoever
//! has the files cuts them alike and compares. `PART_SIZE` is in bytes; it is `growing` for standard
//! input of unknown length, whose parts are those of `put -`.

use std::{fmt, str::FromStr};

use super::{ByteCount, Invalid, PartSize, PartSource, Sha256, Sha256Hasher};

/// The value of the tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContentDigest {
    /// How the content was cut; `None` if the parts grow.
    pub part_size: Option<PartSize>,
    digest: Sha256,
}

impl ContentDigest {
    /// The tag's key.
    pub const KEY: &'static str = "omics-upload-digest";
    const VERSION: &'static str = "1";
    const GROWING: &'static str = "growing";

    /// Of all parts, in the order of sources and numbers.
    pub fn new(
        part_size: Option<PartSize>,
        parts: impl IntoIterator<Item = (PartSource, ByteCount, Sha256)>,
    ) -> Self {
        let mut hasher = Sha256Hasher::new();
        hasher.update(b"omics-upload-digest 1\0");
        for (source, size, digest) in parts {
            hasher.update(&[source as u8 + 1]);
            hasher.update(&size.get().to_be_bytes());
            hasher.update(digest.as_bytes());
        }
        Self { part_size, digest: hasher.finish() }
    }
}

impl fmt::Display for ContentDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { part_size, digest } = self;
        match part_size {
            Some(size) => write!(f, "{}:{}:{digest}", Self::VERSION, size.get()),
            None => write!(f, "{}:{}:{digest}", Self::VERSION, Self::GROWING),
        }
    }
}

impl FromStr for ContentDigest {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let invalid = || Invalid::new("digest of a read set", text, "it is of another form");
        let fields: Vec<_> = text.split(':').collect();
        let [Self::VERSION, cut, digest] = fields[..] else { return Err(invalid()) };
        let part_size = match cut {
            Self::GROWING => None,
            size => Some(size.parse().ok().and_then(PartSize::new).ok_or_else(invalid)?),
        };
        Ok(Self { part_size, digest: digest.parse()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::omics::RULES;
    use crate::types::Tag;

    fn digest(part_size: Option<PartSize>, parts: &[(PartSource, u64, &[u8])]) -> ContentDigest {
        let parts = parts.iter();
        let parts = parts
            .map(|(source, size, content)| (*source, ByteCount::new(*size), Sha256::of(content)));
        ContentDigest::new(part_size, parts)
    }

    #[test]
    fn a_digest_is_a_tag_and_comes_back_whole() {
        for (part_size, cut) in [(Some(RULES.default), "67108864"), (None, "growing")] {
            let digest = digest(part_size, &[(PartSource::Source1, 3, b"abc")]);
            let text = digest.to_string();
            let (front, sum) = text.rsplit_once(':').unwrap();
            assert_eq!((front, sum.len()), (&*format!("1:{cut}"), 64));
            assert_eq!(text.parse(), Ok(digest));
            let tag: Tag = format!("{}={text}", ContentDigest::KEY).parse().unwrap();
            assert_eq!((tag.key(), tag.value()), (ContentDigest::KEY, &*text));
        }
    }

    #[test]
    fn everything_has_a_say() {
        use PartSource::{Source1, Source2};
        let cut = Some(RULES.default);
        let all = [
            digest(cut, &[(Source1, 3, b"abc")]),
            digest(cut, &[(Source2, 3, b"abc")]),
            digest(cut, &[(Source1, 4, b"abc")]),
            digest(cut, &[(Source1, 3, b"abd")]),
            digest(cut, &[(Source1, 3, b"abc"), (Source1, 3, b"abc")]),
            digest(cut, &[(Source1, 3, b"abc"), (Source2, 3, b"abc")]),
            digest(Some(RULES.min), &[(Source1, 3, b"abc")]),
            digest(None, &[(Source1, 3, b"abc")]),
        ];
        for (at, one) in all.iter().enumerate() {
            assert_eq!(all.iter().filter(|other| *other == one).count(), 1, "{at}");
        }
    }

    #[test]
    fn other_forms_say_nothing() {
        let sum = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        for text in [
            String::new(),
            sum.to_owned(),
            format!("2:67108864:{sum}"),
            format!("1:1:{sum}"),
            format!("1::{sum}"),
            format!("1:shrinking:{sum}"),
            format!("1:67108864:{}", &sum[1..]),
            format!("1:67108864:{sum}:x"),
        ] {
            assert!(text.parse::<ContentDigest>().is_err(), "{text}");
        }
        assert!(format!("1:67108864:{sum}").parse::<ContentDigest>().is_ok());
    }
}
