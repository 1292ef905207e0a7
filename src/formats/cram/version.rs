//! How a CRAM begins: the file definition, with the version (CRAM specification, section 6).

use std::fmt;

/// How a CRAM begins.
pub(crate) const MAGIC: [u8; 4] = *b"CRAM";
/// `CRAM`, major, minor, and 20 bytes of ID.
pub(super) const DEFINITION: usize = 26;

/// The version that the first bytes name, known or not.
pub(crate) fn named_version(bytes: &[u8]) -> Option<(u8, u8)> {
    match bytes.strip_prefix(&MAGIC)? {
        [major, minor, ..] => Some((*major, *minor)),
        _ => None,
    }
}

/// A version of CRAM that this program reads: 2.1, 3.0 or 3.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CramVersion {
    major: u8,
    minor: u8,
}

impl CramVersion {
    pub const fn new(major: u8, minor: u8) -> Option<Self> {
        match (major, minor) {
            (2, 1) | (3, 0 | 1) => Some(Self { major, minor }),
            _ => None,
        }
    }

    pub const fn major(self) -> u8 {
        self.major
    }

    pub const fn minor(self) -> u8 {
        self.minor
    }

    /// Whether it is 3.0; of the others, nobody says whether the service takes them.
    pub const fn is_safe(self) -> bool {
        matches!((self.major, self.minor), (3, 0))
    }
}

impl fmt::Display for CramVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}
