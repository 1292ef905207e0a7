//! As much of Markdown as the pages use: blocks of code, code in sentences, links and headings.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// A page, with its path from the top of the repository as its name.
pub(crate) struct Page {
    pub(crate) path: PathBuf,
    pub(crate) name: String,
    pub(crate) text: String,
}

/// A block of code and the language that its fence names.
pub(crate) struct Block<'a> {
    pub(crate) language: &'a str,
    pub(crate) text: &'a str,
}

impl Page {
    pub(crate) fn read(root: &Path, path: &Path) -> Self {
        let text =
            fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let path = path.canonicalize().unwrap();
        let name = path.strip_prefix(root.canonicalize().unwrap()).unwrap();
        let name = name.to_string_lossy().into_owned();
        Self { path, name, text }
    }

    /// What a link from this page leads to.
    pub(crate) fn beside(&self, link: &str) -> PathBuf {
        let path = self.path.parent().unwrap().join(link);
        path.canonicalize().unwrap_or(path)
    }

    pub(crate) fn blocks(&self) -> impl Iterator<Item = Block<'_>> {
        self.text.split("```").skip(1).step_by(2).map(|block| {
            let (language, text) = block.split_once('\n').unwrap_or((block, ""));
            Block { language: language.trim(), text }
        })
    }

    /// What is no block of code.
    fn prose(&self) -> impl Iterator<Item = &str> {
        self.text.split("```").step_by(2)
    }

    /// What stands between single back quotes.
    pub(crate) fn spans(&self) -> impl Iterator<Item = &str> {
        self.prose().flat_map(|text| text.split('`').skip(1).step_by(2))
    }

    pub(crate) fn links(&self) -> impl Iterator<Item = &str> {
        let after = self.prose().flat_map(|text| text.split("](").skip(1));
        after.filter_map(|rest| Some(rest.split_once(')')?.0))
    }

    /// The anchors of the headings, as the forge makes them.
    pub(crate) fn anchors(&self) -> Vec<String> {
        let headings = self.prose().flat_map(str::lines).filter(|line| line.starts_with('#'));
        let anchor = |heading: &str| {
            let text = heading.trim_start_matches('#').trim().to_lowercase();
            let kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
            text.chars().filter(kept).map(|c| if c == ' ' { '-' } else { c }).collect()
        };
        headings.map(anchor).collect()
    }
}
