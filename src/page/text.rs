//! Text from files, users and servers. It has no way onto the page but escaped.

use maud::Render;

use crate::types::Escaped;

/// Text that nobody has vouched for. On the page, HTML's own characters are escaped, and control
/// characters and bidirectional marks are visible as `\u{…}`.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OutsideText(String);

impl OutsideText {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub(super) fn as_raw(&self) -> &str {
        &self.0
    }

    /// The last piece of a path or a URL.
    pub(super) fn file_name(&self) -> Self {
        let path = match self.0.split_once("://") {
            Some((_, rest)) => rest.split(['?', '#']).next().unwrap_or_default(),
            None => &self.0,
        };
        let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        Self::new(name)
    }

    /// `access denied` of `access_denied`.
    pub(super) fn in_words(&self) -> Self {
        Self(self.0.replace('_', " "))
    }
}

impl<T: Into<String>> From<T> for OutsideText {
    fn from(text: T) -> Self {
        Self::new(text)
    }
}

impl Render for OutsideText {
    fn render_to(&self, buffer: &mut String) {
        Escaped::new(&self.0).to_string().as_str().render_to(buffer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_gets_out_of_text_or_an_attribute() {
        for (raw, shown) in [
            ("NA12878_R1.fastq.gz", "NA12878_R1.fastq.gz"),
            ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
            ("\" onload=\"x", "&quot; onload=&quot;x"),
            ("a&amp;b", "a&amp;amp;b"),
            ("evil\u{202e}gz.bam", "evil\\u{202e}gz.bam"),
            ("\u{0}\u{1b}[2J\n\u{85}", "\\u{0}\\u{1b}[2J\\n\\u{85}"),
        ] {
            assert_eq!(OutsideText::new(raw).render().into_string(), shown);
        }
    }

    #[test]
    fn a_file_name_is_the_last_piece() {
        for (path, name) in [
            ("/data/run 7/a.bam", "a.bam"),
            ("a.bam", "a.bam"),
            ("s3://bucket/key/a.bam", "a.bam"),
            ("https://host/x/a.bam?token=/secret#/y", "a.bam"),
            ("/data/run7/", "run7"),
            ("", ""),
        ] {
            assert_eq!(OutsideText::new(path).file_name().as_raw(), name);
        }
    }
}
