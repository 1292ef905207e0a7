//! How files and names are spelled in errors and notes.

use std::fmt;

use crate::types::{Escaped, Quoted};

/// `a`, `b` and `c`, or the first few of many.
pub(super) struct ListedNames<'a>(pub(super) &'a [String]);

impl fmt::Display for ListedNames<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 10;
        let shown = self.0.len().min(SHOWN);
        for (at, text) in self.0[..shown].iter().enumerate() {
            f.write_str(match at {
                0 => "",
                _ if at + 1 == self.0.len() => " and ",
                _ => ", ",
            })?;
            write!(f, "`{}`", Escaped::new(text))?;
        }
        match self.0.len() - shown {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}

/// The arguments that make a pair of two files.
pub(super) struct AsArguments<'a>(pub(super) &'a str, pub(super) &'a str);

impl fmt::Display for AsArguments<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "--r1 {} --r2 {}", Quoted::new(self.0), Quoted::new(self.1))
    }
}

/// `a` (8 bases), `b` (100 bases) and `c` (100 bases)
pub(super) struct Lengths<'a>(pub(super) &'a [(String, usize)]);

impl fmt::Display for Lengths<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (file, length)) in self.0.iter().enumerate() {
            f.write_str(match at {
                0 => "",
                _ if at + 1 == self.0.len() => " and ",
                _ => ", ",
            })?;
            write!(f, "`{}` (reads of {length} bases)", Escaped::new(file))?;
        }
        Ok(())
    }
}

pub(super) struct Twice<'a>(pub(super) &'a str, pub(super) &'a str);

impl fmt::Display for Twice<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, again) = (Escaped::new(self.0), Escaped::new(self.1));
        if self.0 == self.1 {
            write!(f, "`{first}` is given twice: give each file once")
        } else {
            write!(f, "`{again}` is the same file as `{first}`: give each file once")
        }
    }
}
