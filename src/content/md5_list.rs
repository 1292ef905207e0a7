//! Lists of MD5 sums, as deliveries bring them: what `md5sum` writes, what BSD's `md5` writes, and a sum
//! alone. Pure.

use super::md5::Md5;

/// A list, line by line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Md5List {
    entries: Vec<Md5Entry>,
}

/// A sum, and the file that it is said of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Md5Entry {
    /// `None` for a sum that stands alone.
    pub name: Option<String>,
    pub sum: Md5,
}

/// Why a text is no list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    #[error(
        "line {0} is no MD5 sum: 32 hexadecimal digits and a name are needed, as `md5sum` writes them"
    )]
    Line(usize),
    #[error("it has no sum")]
    Empty,
}

impl Md5List {
    /// Reads a list; empty lines and those that begin with `#` say nothing.
    pub fn parse(text: &str) -> Result<Self, ListError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let lines = text.lines().map(|line| line.trim_end_matches('\r')).enumerate();
        let told = lines.filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));
        let entries = told
            .map(|(number, line)| entry(line).ok_or(ListError::Line(number + 1)))
            .collect::<Result<Vec<_>, _>>()?;
        if entries.is_empty() { Err(ListError::Empty) } else { Ok(Self { entries }) }
    }

    /// What is said of files whose names, without folders, are this one.
    pub fn named<'a>(&'a self, file: &'a str) -> impl Iterator<Item = &'a Md5Entry> {
        let is_it = move |entry: &&Md5Entry| {
            let name = entry.name.as_deref();
            name.is_some_and(|name| name.rsplit('/').next() == Some(file))
        };
        self.entries.iter().filter(is_it)
    }

    /// The sum of a list that consists of it.
    pub fn alone(&self) -> Option<Md5> {
        match &self.entries[..] {
            [Md5Entry { name: None, sum }] => Some(*sum),
            _ => None,
        }
    }
}

fn entry(line: &str) -> Option<Md5Entry> {
    bsd(line).or_else(|| gnu(line))
}

/// `MD5 (name) = sum`, or OpenSSL's `MD5(name)= sum`.
fn bsd(line: &str) -> Option<Md5Entry> {
    let rest = line.strip_prefix("MD5")?.trim_start().strip_prefix('(')?;
    let (name, sum) = rest.rsplit_once(')')?;
    let sum = sum.trim_start().strip_prefix('=')?.trim().parse().ok()?;
    Some(Md5Entry { name: Some(name.to_owned()), sum })
}

/// `sum  name`, `sum *name`, or the sum alone; with a backslash before it, the name has escapes.
fn gnu(line: &str) -> Option<Md5Entry> {
    let (escaped, line) = line.strip_prefix('\\').map_or((false, line), |line| (true, line));
    let line = line.trim_start();
    let (sum, rest) = line.split_at_checked(32)?;
    let sum = sum.parse().ok()?;
    if rest.trim().is_empty() {
        return Some(Md5Entry { name: None, sum });
    }
    let name = rest.strip_prefix([' ', '\t'])?;
    // Text or binary; tools that are not `md5sum` write any number of blanks.
    let name = name.strip_prefix('*').unwrap_or_else(|| name.trim_start());
    let name = if escaped { unescaped(name) } else { name.to_owned() };
    Some(Md5Entry { name: Some(name), sum })
}

fn unescaped(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    let mut letters = name.chars();
    while let Some(letter) = letters.next() {
        match (letter, letter == '\\') {
            (_, true) => match letters.next() {
                Some('n') => plain.push('\n'),
                Some('r') => plain.push('\r'),
                Some(other) => plain.push(other),
                None => plain.push('\\'),
            },
            _ => plain.push(letter),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUM: &str = "d41d8cd98f00b204e9800998ecf8427e";

    #[test]
    fn every_style_is_read() {
        for (line, name) in [
            ("{}  a.bam", Some("a.bam")),
            ("{} *a.bam", Some("a.bam")),
            ("{}  ./lane 1/a b.bam\r", Some("./lane 1/a b.bam")),
            ("{}\ta.bam", Some("a.bam")),
            ("\\{}  a\\nb\\\\c.bam", Some("a\nb\\c.bam")),
            ("MD5 (a (1).bam) = {}", Some("a (1).bam")),
            ("MD5(a.bam)= {}", Some("a.bam")),
            ("{}", None),
            ("{}  ", None),
            ("\u{feff}{}  a.bam", Some("a.bam")),
            ("# made by hand\n\n{}  a.bam\r\n", Some("a.bam")),
        ] {
            for sum in [SUM.to_owned(), SUM.to_ascii_uppercase()] {
                let list = Md5List::parse(&line.replace("{}", &sum)).unwrap();
                let name = name.map(str::to_owned);
                assert_eq!(list.entries, [Md5Entry { name, sum: SUM.parse().unwrap() }], "{line}");
            }
        }
    }

    #[test]
    fn what_is_no_sum_is_told_with_its_line() {
        for (text, error) in [
            ("", ListError::Empty),
            ("\n# nothing\n", ListError::Empty),
            ("hello", ListError::Line(1)),
            ("d41d8  a.bam", ListError::Line(1)),
            ("{}a.bam", ListError::Line(1)),
            ("{}  a\n\nä{}  b", ListError::Line(3)),
            ("MD5 (a.bam) = 12", ListError::Line(1)),
            // A SHA-1.
            ("{}00112233  a.bam", ListError::Line(1)),
        ] {
            assert_eq!(Md5List::parse(&text.replace("{}", SUM)), Err(error), "{text}");
        }
    }

    #[test]
    fn names_count_without_their_folders() {
        let list = format!("{SUM}  x/a.bam\n{SUM}  y/a.bam\n{SUM}  b.bam\n");
        let list = Md5List::parse(&list).unwrap();
        assert_eq!(list.named("a.bam").count(), 2);
        assert_eq!((list.named(".bam").count(), list.alone()), (0, None));
        assert!(Md5List::parse(SUM).unwrap().alone().is_some());
    }
}
