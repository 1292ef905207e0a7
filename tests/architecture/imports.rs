//! Which file imports which: the `use` declarations and paths of all files, followed through
//! re-exports to the file that defines what is named. Code that is for tests alone does not count.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use syn::{
    Attribute, Item, ItemMod, ItemUse, UseTree, Visibility,
    visit::{self, Visit},
};

/// The names that lead from the root of the crate to something.
type Names = Vec<String>;

/// All files of the library, as modules.
pub(super) struct House {
    files: BTreeMap<Names, File>,
}

/// One file.
struct File {
    path: String,
    /// What it defines at its top level.
    defined: BTreeSet<String>,
    /// What it re-exports: by the name it gives it, the absolute path.
    exported: BTreeMap<String, Names>,
    /// The absolute paths that it names, as written.
    named: BTreeSet<Names>,
}

impl House {
    /// Reads files, given with their paths below `src/`.
    pub(super) fn read(sources: &[(PathBuf, String)]) -> Self {
        let parsed: BTreeMap<_, _> = sources
            .iter()
            .filter(|(path, _)| !is_for_tests(path) && path != Path::new("main.rs"))
            .map(|(path, text)| (module(path), (path, syn::parse_file(text).unwrap())))
            .collect();
        let for_tests: BTreeSet<Names> = parsed
            .iter()
            .flat_map(|(module, (_, file))| {
                let mods = file.items.iter().filter_map(|item| match item {
                    Item::Mod(item) if is_test(&item.attrs) => Some(item.ident.to_string()),
                    _ => None,
                });
                mods.map(move |name| [&module[..], &[name]].concat())
            })
            .collect();
        let modules: BTreeSet<_> = parsed.keys().cloned().collect();
        let files = parsed.into_iter().filter(|(module, _)| !for_tests.contains(module)).map(
            |(module, (path, file))| {
                let mut reader = Reader::new(&module, &modules);
                reader.visit_file(&file);
                let path = path.to_string_lossy().into_owned();
                let Reader { defined, exported, named, .. } = reader;
                (module, File { path, defined, exported, named })
            },
        );
        Self { files: files.collect() }
    }

    /// Each file with the rooms that it names.
    pub(super) fn rooms(&self) -> BTreeSet<(String, String)> {
        let of_file = |file: &File| {
            let rooms = file.named.iter().filter_map(|path| path.first().cloned());
            rooms.map(|room| (file.path.clone(), room)).collect::<Vec<_>>()
        };
        self.files.values().flat_map(of_file).collect()
    }

    /// The files that import each other, directly or not.
    pub(super) fn circles(&self) -> Vec<Vec<String>> {
        let direct: BTreeMap<_, _> =
            self.files.keys().map(|module| (module, self.imported(module))).collect();
        let reached: BTreeMap<_, _> = direct
            .keys()
            .map(|from| {
                let mut seen = BTreeSet::new();
                let mut left = vec![*from];
                while let Some(module) = left.pop() {
                    left.extend(direct[module].keys().filter(|to| seen.insert((*to).clone())));
                }
                (*from, seen)
            })
            .collect();
        let circle = |of: &Names| -> Vec<String> {
            let members = reached
                .keys()
                .filter(|other| reached[of].contains(**other) && reached[**other].contains(of));
            members.map(|module| self.files[*module].path.clone()).collect()
        };
        let all: BTreeSet<_> = reached.keys().map(|of| circle(of)).collect();
        all.into_iter().filter(|circle| circle.len() > 1).collect()
    }

    /// The imports that tie a circle.
    pub(super) fn describe(&self, circle: &[String]) -> String {
        let mut lines = Vec::new();
        for (module, file) in &self.files {
            for (to, names) in self.imported(module) {
                let to = &self.files[&to].path;
                if circle.contains(&file.path) && circle.contains(to) {
                    lines.push(format!("  {} -> {to}: {}", file.path, names.join(", ")));
                }
            }
        }
        lines.join("\n")
    }

    /// The files that a file imports from, and what.
    fn imported(&self, module: &Names) -> BTreeMap<Names, Vec<String>> {
        let mut found = BTreeMap::<_, Vec<String>>::new();
        for path in &self.files[module].named {
            if let Some((to, name)) = self.definition(path, 0)
                && to != *module
            {
                found.entry(to).or_default().push(name);
            }
        }
        found
    }

    /// The file that defines what a path names, and its name there.
    fn definition(&self, path: &[String], depth: usize) -> Option<(Names, String)> {
        assert!(depth < 20, "{path:?} is re-exported in a circle");
        let length = (0..=path.len()).rev().find(|to| self.files.contains_key(&path[..*to]))?;
        let (module, rest) = path.split_at(length);
        let file = &self.files[module];
        let Some(name) = rest.first() else {
            return Some((module.to_vec(), "the module".to_owned()));
        };
        if !file.defined.contains(name)
            && let Some(target) = file.exported.get(name)
        {
            let target = [&target[..], &rest[1..]].concat();
            return self.definition(&target, depth + 1);
        }
        Some((module.to_vec(), name.clone()))
    }
}

fn is_for_tests(path: &Path) -> bool {
    path.components().any(|part| part.as_os_str() == "tests") || path.ends_with("tests.rs")
}

fn module(path: &Path) -> Names {
    if path == Path::new("lib.rs") {
        return Names::new();
    }
    let path = path.with_extension("");
    path.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect()
}

fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("test")
            || attribute.path().is_ident("cfg")
                && attribute.parse_args::<syn::Path>().is_ok_and(|path| path.is_ident("test"))
    })
}

/// Collects what one file defines and names.
struct Reader<'a> {
    /// Where the code is that is being read: the file, or a module written inside of it.
    at: Names,
    file: &'a Names,
    modules: &'a BTreeSet<Names>,
    defined: BTreeSet<String>,
    exported: BTreeMap<String, Names>,
    named: BTreeSet<Names>,
}

impl<'a> Reader<'a> {
    fn new(file: &'a Names, modules: &'a BTreeSet<Names>) -> Self {
        let (defined, exported, named) = Default::default();
        Self { at: file.clone(), file, modules, defined, exported, named }
    }

    /// The path from the root of the crate, of what lies in it.
    fn absolute(&self, path: &[String]) -> Option<Names> {
        let first = path.first()?;
        match &**first {
            "crate" => Some(path[1..].to_vec()),
            "self" => Some([&self.at[..], &path[1..]].concat()),
            "super" => {
                let up = path.iter().take_while(|name| *name == "super").count();
                let above = self.at.get(..self.at.len().checked_sub(up)?)?;
                Some([above, &path[up..]].concat())
            }
            _ => {
                let child = [&self.at[..], std::slice::from_ref(first)].concat();
                self.modules.contains(&child).then(|| [&self.at[..], path].concat())
            }
        }
    }

    fn name(&mut self, path: &[String]) {
        if let Some(path) = self.absolute(path)
            && (!path.starts_with(self.file) || self.is_below(&path))
        {
            self.named.insert(path);
        }
    }

    /// Whether a path leads into a file below this one.
    fn is_below(&self, path: &[String]) -> bool {
        (self.file.len() + 1..=path.len()).any(|length| self.modules.contains(&path[..length]))
    }

    fn leaves(tree: &UseTree, before: &mut Names, found: &mut Vec<(Names, String)>) {
        match tree {
            UseTree::Path(path) => {
                before.push(path.ident.to_string());
                Self::leaves(&path.tree, before, found);
                before.pop();
            }
            UseTree::Name(name) if name.ident == "self" => {
                found.push((before.clone(), before.last().cloned().unwrap_or_default()));
            }
            UseTree::Name(name) => {
                let name = name.ident.to_string();
                found.push(([&before[..], std::slice::from_ref(&name)].concat(), name));
            }
            UseTree::Rename(rename) => {
                let path = [&before[..], &[rename.ident.to_string()]].concat();
                found.push((path, rename.rename.to_string()));
            }
            UseTree::Glob(_) => found.push((before.clone(), "*".to_owned())),
            UseTree::Group(group) => {
                for tree in &group.items {
                    Self::leaves(tree, before, found);
                }
            }
        }
    }

    fn define(&mut self, item: &Item) {
        let name = match item {
            Item::Const(item) => &item.ident,
            Item::Enum(item) => &item.ident,
            Item::Fn(item) => &item.sig.ident,
            Item::Static(item) => &item.ident,
            Item::Struct(item) => &item.ident,
            Item::Trait(item) => &item.ident,
            Item::Type(item) => &item.ident,
            Item::Union(item) => &item.ident,
            _ => return,
        };
        self.defined.insert(name.to_string());
    }
}

impl Visit<'_> for Reader<'_> {
    fn visit_item(&mut self, item: &Item) {
        if self.at == *self.file {
            self.define(item);
        }
        visit::visit_item(self, item);
    }

    fn visit_item_mod(&mut self, item: &ItemMod) {
        if !is_test(&item.attrs) && item.content.is_some() {
            self.at.push(item.ident.to_string());
            visit::visit_item_mod(self, item);
            self.at.pop();
        }
    }

    fn visit_item_use(&mut self, item: &ItemUse) {
        if is_test(&item.attrs) {
            return;
        }
        let mut leaves = Vec::new();
        Self::leaves(&item.tree, &mut Names::new(), &mut leaves);
        let is_exported = !matches!(item.vis, Visibility::Inherited) && self.at == *self.file;
        for (path, name) in leaves {
            match self.absolute(&path) {
                Some(absolute) if is_exported && self.is_below(&absolute) => {
                    self.exported.insert(name, absolute);
                }
                Some(absolute) => {
                    if is_exported {
                        self.exported.insert(name, absolute);
                    }
                    self.name(&path);
                }
                None => {}
            }
        }
    }

    fn visit_path(&mut self, path: &syn::Path) {
        let names: Names = path.segments.iter().map(|part| part.ident.to_string()).collect();
        if names.len() > 1 {
            self.name(&names);
        }
        visit::visit_path(self, path);
    }
}
