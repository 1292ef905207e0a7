//! `--when-proven`: what becomes of files whose read set is proven to hold them.

use std::{fmt, path::PathBuf, str::FromStr};

/// What to do with the source files of a proven read set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum WhenProven {
    #[default]
    Keep,
    /// Into this folder, which has to be there.
    Move(PathBuf),
    Delete,
}

impl FromStr for WhenProven {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':') {
            Some(("move", folder)) if !folder.is_empty() => Ok(Self::Move(folder.into())),
            None if text == "keep" => Ok(Self::Keep),
            None if text == "delete" => Ok(Self::Delete),
            _ => Err("`keep`, `delete` or `move:DIR` with an existing folder is needed"),
        }
    }
}

impl fmt::Display for WhenProven {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Keep => f.write_str("keep"),
            Self::Move(folder) => write!(f, "move:{}", folder.display()),
            Self::Delete => f.write_str("delete"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_follows_move_and_nothing_else() {
        for (text, wanted) in [
            ("keep", WhenProven::Keep),
            ("delete", WhenProven::Delete),
            ("move:done", WhenProven::Move("done".into())),
            ("move:/a:b/c d", WhenProven::Move("/a:b/c d".into())),
        ] {
            let parsed: WhenProven = text.parse().unwrap();
            assert_eq!((parsed.to_string().as_str(), parsed), (text, wanted));
        }
        for bad in ["", "move", "move:", "delete:", "delete:x", "keep:x", "Delete", "yes", ":x"] {
            assert!(bad.parse::<WhenProven>().is_err(), "{bad}");
        }
    }
}
