//! What is called or used by which name, and so which kind it gets from those that use it.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use super::kind::Kind;

/// A function, constant, variable or type that holds texts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) file: String,
    /// The type that it belongs to, if there is one.
    pub(crate) owner: String,
    pub(crate) name: String,
    /// A variable within it.
    pub(crate) local: String,
}

impl Key {
    /// As people look for it.
    pub(crate) fn place(&self) -> String {
        match (self.owner.as_str(), self.name.as_str()) {
            ("", name) => name.to_owned(),
            (owner, "") => owner.to_owned(),
            (owner, name) => format!("{owner}::{name}"),
        }
    }
}

/// What surrounds a text or a name, the innermost last.
#[derive(Debug, Clone)]
pub(crate) enum Frame {
    Kind(Kind),
    Key(Key),
}

/// The use of a name: by its path, or after a point.
#[derive(Debug)]
pub(crate) struct Use {
    pub(crate) path: Vec<String>,
    pub(crate) is_call: bool,
    pub(crate) file: String,
    pub(crate) frames: Vec<Frame>,
}

/// What stands before the name of a method.
pub(crate) const METHOD: &str = ".";

impl Use {
    /// Whether it is where a variable is.
    fn is_in(&self, local: &Key) -> bool {
        let place = self.frames.iter().rev().find_map(|frame| match frame {
            Frame::Key(key) if key.local.is_empty() => Some(key),
            _ => None,
        });
        place.is_some_and(|key| *key == Key { local: String::new(), ..local.clone() })
    }
}

/// More steps than there are from any text to what says it.
const ROUNDS: usize = 50;

#[derive(Debug, Default)]
pub(crate) struct Names {
    pub(crate) kinds: BTreeMap<Key, Kind>,
    pub(crate) uses: Vec<Use>,
    pub(crate) defined: Vec<Key>,
    /// Those that get no kind from those that use them.
    pub(crate) silent: BTreeSet<Key>,
}

impl Names {
    /// The kind that frames give, if any does.
    pub(crate) fn kind(&self, frames: &[Frame]) -> Option<Kind> {
        frames.iter().rev().find_map(|frame| match frame {
            Frame::Kind(kind) => Some(*kind),
            Frame::Key(key) => self.kinds.get(key).copied(),
        })
    }

    /// Gives every name the kind of those that use it, until nothing changes.
    pub(crate) fn settle(&mut self) {
        let mut by_name: BTreeMap<&str, Vec<&Key>> = BTreeMap::new();
        for key in &self.defined {
            let name =
                [&key.local, &key.name, &key.owner].into_iter().find(|name| !name.is_empty());
            by_name.entry(name.map_or("", String::as_str)).or_default().push(key);
        }
        let targets: Vec<Option<Key>> = self
            .uses
            .iter()
            .map(|used| {
                let named = by_name.get(used.path.last()?.as_str())?;
                target(used, named).filter(|key| !self.silent.contains(key)).cloned()
            })
            .collect();
        let own = self.kinds.clone();
        for _ in 0..ROUNDS {
            let mut counts: BTreeMap<&Key, BTreeMap<Kind, usize>> = BTreeMap::new();
            for (used, target) in self.uses.iter().zip(&targets) {
                let Some(target) = target.as_ref().filter(|key| !own.contains_key(key)) else {
                    continue;
                };
                let Some(kind) = self.kind(&used.frames) else { continue };
                *counts.entry(target).or_default().entry(kind).or_default() += 1;
            }
            let mut found = own.clone();
            for (key, counts) in counts {
                // The most frequent use, and of several the first kind.
                let most = counts.into_iter().min_by_key(|(kind, count)| (Reverse(*count), *kind));
                found.extend(most.map(|(kind, _)| (key.clone(), kind)));
            }
            if found == self.kinds {
                return;
            }
            self.kinds = found;
        }
    }
}

/// Which of those that have a name is meant.
fn target<'a>(used: &Use, named: &[&'a Key]) -> Option<&'a Key> {
    let one = |matches: &dyn Fn(&Key) -> bool| {
        let mut found = named.iter().copied().filter(|key| key.local.is_empty() && matches(key));
        found.next().filter(|_| found.next().is_none())
    };
    let here = |key: &Key| key.file == used.file;
    let (_, before) = used.path.split_last()?;
    match before.last().map(String::as_str) {
        // A variable, else a function of this file, a constant or a type. Arguments are no variables here, so
        // that a name alone proves no function of another file.
        None => {
            let free = |key: &Key| key.owner.is_empty() || key.name.is_empty();
            let is_called = used.is_call || used.path[0].starts_with(char::is_uppercase);
            let local = named.iter().copied().rfind(|key| !key.local.is_empty() && used.is_in(key));
            local
                .or_else(|| one(&|key| free(key) && here(key)))
                .or_else(|| one(&|key| free(key) && is_called))
        }
        Some(METHOD) => {
            let method = |key: &Key| !key.owner.is_empty() && !key.name.is_empty();
            // `receipt.text()` is most likely that of `Receipt`.
            let owned = |key: &Key| key.owner.to_lowercase() == before[0].replace('_', "");
            one(&|key| method(key) && owned(key))
                .or_else(|| one(&|key| method(key) && here(key)))
                .or_else(|| one(&method))
        }
        Some("Self" | "self") => one(&|key| here(key)),
        Some(before) => {
            let file = format!("{before}.rs");
            let within = |key: &Key| key.file.rsplit('/').next() == Some(&file);
            let owned = |key: &Key| key.owner == before && !key.name.is_empty();
            one(&owned).or_else(|| one(&within)).or_else(|| one(&|_| true))
        }
    }
}
