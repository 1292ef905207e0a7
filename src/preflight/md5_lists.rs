//! The MD5 sums that files came with: which list has them, and what is wrong if none has.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
};

use crate::{
    cli,
    content::{ListedMd5, Md5Entry, Md5List},
    report::Problem,
    types::Escaped,
};

/// Lists that may lie beside a file, besides the one that is named after it.
const BESIDE: [&str; 3] = ["md5sum.txt", "md5sums.txt", "MD5.txt"];

/// What the name of a list that is named after its file ends with; DRAGEN writes `.md5sum`.
const SUFFIXES: [&str; 3] = [".md5", ".md5sum", ".md5.txt"];

/// Longer lists are none.
const LONGEST: u64 = 64 * 1024 * 1024;

/// Where sums are looked for, as the command line says.
pub(crate) enum Md5Lists {
    /// Nowhere.
    None,
    /// In this list, which was read.
    List { path: PathBuf, list: Md5List },
    /// Beside each file.
    Beside,
}

impl Md5Lists {
    /// Reads the list that was given.
    pub(crate) fn of(md5: &cli::Md5Options) -> Result<Self, Problem> {
        match &md5.md5_file {
            Some(path) => Ok(Self::List { path: path.clone(), list: read(path)? }),
            None if md5.check_md5 => Ok(Self::Beside),
            None => Ok(Self::None),
        }
    }

    /// The sum of a file, if sums are wanted; a file that no list has is a problem.
    pub(super) fn of_file(&self, file: &Path) -> Result<Option<ListedMd5>, Problem> {
        match self {
            Self::None => Ok(None),
            Self::List { path, list } => {
                let found = find(path, list, file)?;
                found.ok_or_else(|| not_listed(file, path)).map(Some)
            }
            Self::Beside => beside(file).map(Some),
        }
    }

    /// The sum of standard input, which lists call `-`.
    pub(super) fn of_pipe(&self) -> Result<Option<ListedMd5>, Problem> {
        if matches!(self, Self::Beside) {
            let error = anyhow::anyhow!(
                "nothing lies beside standard input, so `--check-md5` finds no sum"
            );
            return Err(
                Problem::new(error).hint("give a list with `--md5-file`, which calls it `-`")
            );
        }
        self.of_file(Path::new("-"))
    }
}

fn read(path: &Path) -> Result<Md5List, Problem> {
    let about = |error: anyhow::Error| {
        Problem::new(error.context(format!("the MD5 list {} cannot be used", shown(path))))
    };
    let length = fs::metadata(path).map_err(|error| about(error.into()))?.len();
    if length > LONGEST {
        return Err(about(anyhow::anyhow!("it is longer than 64 MiB")));
    }
    let bytes = fs::read(path).map_err(|error| about(error.into()))?;
    // Names may be spelled in any encoding; those of ours are looked for.
    Md5List::parse(&String::from_utf8_lossy(&bytes)).map_err(|error| about(error.into()))
}

/// What the lists beside a file say of it; the one that is named after it is asked first.
fn beside(file: &Path) -> Result<ListedMd5, Problem> {
    let longer = SUFFIXES.map(|suffix| {
        let mut longer = file.as_os_str().to_owned();
        longer.push(suffix);
        PathBuf::from(longer)
    });
    let own = longer.into_iter().chain([file.with_extension("md5")]);
    let folder = file.parent().unwrap_or(Path::new(""));
    let lists = own.chain(BESIDE.map(|name| folder.join(name)));
    for path in lists.filter(|path| path.is_file()) {
        if let Some(listed) = find(&path, &read(&path)?, file)? {
            return Ok(listed);
        }
    }
    let error = anyhow::anyhow!("no list beside {} has its MD5", shown(file));
    Err(Problem::new(error).hint(
        "lists are looked for as FILE.md5, FILE.md5sum, FILE.md5.txt, md5sum.txt, md5sums.txt and MD5.txt; \
         `--md5-file` names another",
    ))
}

/// What a list says of a file. Of several files with its name, the one that lies where the list says
/// is meant, unless all have the same sum.
fn find(path: &Path, list: &Md5List, file: &Path) -> Result<Option<ListedMd5>, Problem> {
    let listed = |sum| ListedMd5 { sum, list: shown(path) };
    let name = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy();
    let named: Vec<_> = list.named(&name).collect();
    let Some(first) = named.first() else {
        let alone = list.alone().filter(|_| is_named_after(path, file));
        return Ok(alone.map(listed));
    };
    if named.iter().all(|entry| entry.sum == first.sum) {
        return Ok(Some(listed(first.sum)));
    }
    let mut here = named.iter().filter(|entry| lies_at(entry, path, file));
    match (here.next(), here.next()) {
        (Some(entry), None) => Ok(Some(listed(entry.sum))),
        _ => Err(Problem::new(anyhow::anyhow!(
            "{} has {} different sums for files called `{}`",
            shown(path),
            named.len(),
            Escaped::new(&name)
        ))
        .hint("give a list that has each file once")),
    }
}

/// Whether an entry's name, seen from its list, is the file.
fn lies_at(entry: &Md5Entry, list: &Path, file: &Path) -> bool {
    let Some(name) = &entry.name else { return false };
    let there = list.parent().unwrap_or(Path::new("")).join(name);
    let whole = |path: &Path| fs::canonicalize(path).ok();
    whole(&there).is_some_and(|there| whole(file) == Some(there))
}

/// Whether a list is `x.bam.md5` or `x.md5`, or the like, for `x.bam`.
fn is_named_after(list: &Path, file: &Path) -> bool {
    let name = |name: Option<&OsStr>| name.map(|name| name.to_string_lossy().into_owned());
    let Some(list) = name(list.file_name()) else { return false };
    [name(file.file_name()), name(file.file_stem())].into_iter().flatten().any(|name| {
        let rest = list.strip_prefix(&name);
        rest.is_some_and(|rest| SUFFIXES.iter().any(|suffix| rest.eq_ignore_ascii_case(suffix)))
    })
}

fn not_listed(file: &Path, list: &Path) -> Problem {
    Problem::new(anyhow::anyhow!("{} does not have the MD5 of {}", shown(list), shown(file)))
        .hint("nothing was sent; look whether the list belongs to this delivery")
}

fn shown(path: &Path) -> String {
    format!("`{}`", Escaped::new(&path.to_string_lossy()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "d41d8cd98f00b204e9800998ecf8427e";
    const B: &str = "93b885adfe0da089cdf634904fd59f71";

    struct Place(tempfile::TempDir);

    impl Place {
        fn new(files: &[(&str, String)]) -> Self {
            let folder = tempfile::tempdir().unwrap();
            for (name, content) in files {
                let path = folder.path().join(name);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, content).unwrap();
            }
            Self(folder)
        }

        fn beside(&self, file: &str) -> Result<String, String> {
            let found = Md5Lists::Beside.of_file(&self.0.path().join(file));
            self.told(found)
        }

        fn listed(&self, list: &str, file: &str) -> Result<String, String> {
            let md5 =
                cli::Md5Options { md5_file: Some(self.0.path().join(list)), check_md5: false };
            let found = Md5Lists::of(&md5).and_then(|sums| sums.of_file(&self.0.path().join(file)));
            self.told(found)
        }

        fn told(&self, found: Result<Option<ListedMd5>, Problem>) -> Result<String, String> {
            let plain = |text: String| text.replace(&format!("{}/", self.0.path().display()), "");
            match found {
                Ok(listed) => {
                    let ListedMd5 { sum, list } = listed.unwrap();
                    Ok(format!("{sum} {}", plain(list)))
                }
                Err(problem) => Err(plain(format!("{:#}", problem.error))),
            }
        }
    }

    #[test]
    fn lists_beside_a_file_are_found_the_own_one_first() {
        let place = Place::new(&[
            ("a.bam.md5", A.to_owned()),
            ("b.md5", format!("{B}\r\n")),
            ("c.bam.md5", format!("{A}  other.bam\n")),
            ("md5sum.txt", format!("{B}  a.bam\n{B} *c.bam\n")),
            ("MD5.txt", format!("{A}  ./raw/d.bam\n")),
            ("bad.bam.md5", "404 not found".to_owned()),
        ]);
        let ok = |sum: &str, list: &str| Ok(format!("{sum} `{list}`"));
        assert_eq!(place.beside("a.bam"), ok(A, "a.bam.md5"));
        assert_eq!(place.beside("b.bam"), ok(B, "b.md5"));
        assert_eq!(place.beside("c.bam"), ok(B, "md5sum.txt"));
        assert_eq!(place.beside("d.bam"), ok(A, "MD5.txt"));
        assert_eq!(place.beside("e.bam"), Err("no list beside `e.bam` has its MD5".to_owned()));
        let bad = place.beside("bad.bam").unwrap_err();
        assert!(bad.starts_with("the MD5 list `bad.bam.md5` cannot be used: line 1"), "{bad}");
    }

    #[test]
    fn a_list_that_is_given_has_to_have_the_file_once() {
        let place = Place::new(&[
            (
                "list",
                format!("{A}  lane1/r.fq.gz\n{B}  lane2/r.fq.gz\n{A}  x/s.bam\n{A}  y/s.bam\n"),
            ),
            ("lane2/r.fq.gz", String::new()),
            ("alone", A.to_owned()),
        ]);
        assert_eq!(place.listed("list", "lane2/r.fq.gz"), Ok(format!("{B} `list`")));
        assert_eq!(place.listed("list", "s.bam"), Ok(format!("{A} `list`")));
        for (list, file, error) in [
            ("list", "r.fq.gz", "`list` has 2 different sums for files called `r.fq.gz`"),
            ("list", "t.bam", "`list` does not have the MD5 of `t.bam`"),
            ("alone", "t.bam", "`alone` does not have the MD5 of `t.bam`"),
        ] {
            assert_eq!(place.listed(list, file), Err(error.to_owned()));
        }
        let missing = place.listed("none", "t.bam").unwrap_err();
        assert!(
            missing.starts_with("the MD5 list `none` cannot be used: No such file"),
            "{missing}"
        );
    }
}
