//! Texts as they are found, with what surrounds each of them.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use syn::{LitStr, visit::Visit as _};

use super::{
    kind::{self, Kind},
    names::{Frame, Key, Names, Use},
    syntax::without_placeholders,
};

/// A text with its kind; `place` is the function or type that says it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Text {
    pub(crate) kind: Kind,
    pub(crate) file: String,
    pub(crate) place: String,
    words: String,
}

impl Text {
    /// On one line.
    pub(crate) fn shown(&self) -> String {
        self.words.trim().replace('\\', r"\\").replace('\n', r"\n")
    }
}

/// A text whose kind may follow from what uses it.
#[derive(Debug)]
struct Found {
    file: String,
    place: String,
    text: String,
    frames: Vec<Frame>,
}

/// What all files hold.
#[derive(Debug, Default)]
pub(crate) struct Collected {
    found: Vec<Found>,
    pub(crate) names: Names,
    /// The types whose documentation is the help of a command.
    pub(crate) commands: BTreeSet<String>,
    /// The types that clap reads, and which text is their documentation.
    documented: Vec<(String, usize)>,
}

impl Collected {
    pub(crate) fn read(&mut self, path: &str, file: &syn::File) {
        let mut reader = Reader { all: self, file: path, owner: String::new(), frames: Vec::new() };
        reader.visit_file(file);
    }

    pub(crate) fn resolved(mut self) -> Vec<Text> {
        self.names.settle();
        // clap does not show what stands above a group of options.
        let groups = self.documented.iter().filter(|(name, _)| !self.commands.contains(name));
        let hidden: BTreeSet<usize> = groups.map(|(_, at)| *at).collect();
        let shown = self.found.into_iter().enumerate().filter(|(at, _)| !hidden.contains(at));
        let text = |(_, Found { file, place, text, frames })| {
            let kind = self.names.kind(&frames).unwrap_or(Kind::Other);
            Text { kind, file, place, words: text }
        };
        shown.map(text).collect()
    }
}

/// Reads one file.
pub(crate) struct Reader<'a> {
    pub(crate) all: &'a mut Collected,
    file: &'a str,
    /// The type whose methods or attributes are read.
    pub(crate) owner: String,
    frames: Vec<Frame>,
}

impl Reader<'_> {
    pub(crate) fn key(&self, name: &str) -> Key {
        let (owner, name, local) = (self.owner.clone(), name.to_owned(), String::new());
        Key { file: self.file.to_owned(), owner, name, local }
    }

    /// The key of a variable, if there are variables here.
    pub(crate) fn local(&self, name: &str) -> Option<Key> {
        Some(Key { local: name.to_owned(), ..self.place()?.clone() })
    }

    /// The function or type that is read.
    fn place(&self) -> Option<&Key> {
        self.frames.iter().rev().find_map(|frame| match frame {
            Frame::Key(key) if key.local.is_empty() => Some(key),
            _ => None,
        })
    }

    /// Whether what is read is how a type is shown, so that every word of it is.
    pub(crate) fn is_display(&self) -> bool {
        self.place().is_some_and(|key| key.name.is_empty())
    }

    /// What is defined here, with its own kind if its name or type gives one.
    pub(crate) fn define(&mut self, key: &Key, own: Option<Kind>) {
        self.all.names.defined.push(key.clone());
        if let Some(kind) = own {
            self.all.names.kinds.insert(key.clone(), kind);
        }
    }

    pub(crate) fn within(&mut self, frame: Option<Frame>, read: impl FnOnce(&mut Self)) {
        let depth = self.frames.len();
        self.frames.extend(frame);
        read(self);
        self.frames.truncate(depth);
    }

    pub(crate) fn within_key(&mut self, key: Key, read: impl FnOnce(&mut Self)) {
        self.within(Some(Frame::Key(key)), read);
    }

    pub(crate) fn within_kind(&mut self, kind: Option<Kind>, read: impl FnOnce(&mut Self)) {
        self.within(kind.map(Frame::Kind), read);
    }

    pub(crate) fn used(&mut self, path: Vec<String>) {
        self.named(path, false);
    }

    pub(crate) fn called(&mut self, path: Vec<String>) {
        self.named(path, true);
    }

    fn named(&mut self, path: Vec<String>, is_call: bool) {
        let (file, frames) = (self.file.to_owned(), self.frames.clone());
        self.all.names.uses.push(Use { path, is_call, file, frames });
    }

    pub(crate) fn add(&mut self, text: &str) {
        let place = self.place().map_or_else(|| self.owner.clone(), Key::place);
        let (file, frames) = (self.file.to_owned(), self.frames.clone());
        self.all.found.push(Found { file, place, text: text.to_owned(), frames });
    }

    /// The documentation of a type that clap reads.
    pub(crate) fn add_documentation(&mut self, of: &syn::Ident, text: &str) {
        self.all.documented.push((of.to_string(), self.all.found.len()));
        self.add(text);
    }

    /// A text, if it has words: two at least where it may as well be a name or a key.
    pub(crate) fn text(&mut self, text: &str, is_sentence: bool) {
        let (words, captured) = without_placeholders(text);
        for name in captured {
            self.used(vec![name]);
        }
        let is_word = |word: &&str| word.chars().filter(|c| c.is_alphabetic()).count() > 1;
        let count = words.split_whitespace().filter(is_word).count();
        if count > usize::from(!is_sentence) {
            self.within_kind(kind::of_label(text), |this| this.add(text));
        }
    }

    /// All texts among tokens that are no list of expressions; what is named there is used.
    pub(crate) fn tokens(&mut self, tokens: TokenStream, is_sentence: bool) {
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            match token {
                // An attribute, as comments on items are.
                TokenTree::Punct(punct) if punct.as_char() == '#' => {
                    tokens.next_if(|token| matches!(token, TokenTree::Group(_)));
                }
                TokenTree::Group(group) => self.tokens(group.stream(), is_sentence),
                TokenTree::Literal(literal) => {
                    if let Ok(literal) = syn::parse_str::<LitStr>(&literal.to_string()) {
                        self.text(&literal.value(), is_sentence);
                    }
                }
                TokenTree::Ident(ident) => self.used(vec![ident.to_string()]),
                TokenTree::Punct(_) => {}
            }
        }
    }
}
