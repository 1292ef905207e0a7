//! Small questions about syntax.

use proc_macro2::{TokenStream, TokenTree};
use syn::{Attribute, Expr, ExprLit, Lit, Token, punctuated::Punctuated, visit::Visit};

/// The names of all types within one.
#[derive(Debug, Default)]
pub(crate) struct TypeNames(pub(crate) Vec<String>);

impl<'ast> Visit<'ast> for TypeNames {
    fn visit_path_segment(&mut self, segment: &'ast syn::PathSegment) {
        self.0.push(segment.ident.to_string());
        syn::visit::visit_path_segment(self, segment);
    }
}

/// `Put` of `Box<Put>`.
pub(crate) fn name_of_type(ty: &syn::Type) -> Option<String> {
    let mut names = TypeNames::default();
    names.visit_type(ty);
    names.0.into_iter().find(|name| name != "Box")
}

pub(crate) fn is_result(ty: &syn::Type) -> bool {
    name_of_type(ty).is_some_and(|name| name == "Result")
}

/// Whether a function's value is or holds a text.
pub(crate) fn makes_text(output: &syn::ReturnType) -> bool {
    let mut names = TypeNames::default();
    names.visit_return_type(output);
    names.0.iter().any(|name| matches!(name.as_str(), "String" | "str" | "Cow" | "Display"))
}

pub(crate) fn segments(path: &syn::Path) -> Vec<String> {
    path.segments.iter().map(|segment| segment.ident.to_string()).collect()
}

/// What is derived, by its last name.
pub(crate) fn derives(attributes: &[Attribute]) -> Vec<String> {
    let derives = attributes.iter().filter(|attribute| attribute.path().is_ident("derive"));
    let parse = Punctuated::<syn::Path, Token![,]>::parse_terminated;
    let paths = derives.filter_map(|attribute| attribute.parse_args_with(parse).ok()).flatten();
    paths.filter_map(|path| segments(&path).pop()).collect()
}

/// A documentation comment: its paragraphs, each on one line.
pub(crate) fn documentation(attributes: &[Attribute]) -> String {
    let mut text = String::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("doc")) {
        let Ok(syn::MetaNameValue { value, .. }) = attribute.meta.require_name_value() else {
            continue;
        };
        let Expr::Lit(ExprLit { lit: Lit::Str(line), .. }) = value else { continue };
        let line = line.value();
        match line.trim() {
            "" => text.push('\n'),
            line if text.is_empty() || text.ends_with('\n') => text.push_str(line),
            line => text.extend([" ", line]),
        }
    }
    text
}

/// `name = value` in the tokens of an attribute.
pub(crate) fn assigned(tokens: TokenStream) -> Vec<(String, TokenStream)> {
    let mut found: Vec<(String, Vec<TokenTree>)> = Vec::new();
    let mut last = String::new();
    let mut is_value = false;
    for token in tokens {
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == ',' => is_value = false,
            TokenTree::Punct(punct) if punct.as_char() == '=' && !is_value => {
                is_value = true;
                found.push((std::mem::take(&mut last), Vec::new()));
            }
            _ if is_value => found.last_mut().unwrap().1.push(token),
            TokenTree::Ident(ident) => last = ident.to_string(),
            _ => {}
        }
    }
    found.into_iter().map(|(name, value)| (name, value.into_iter().collect())).collect()
}

/// A format without what stands in braces, and the variables that it captures.
pub(crate) fn without_placeholders(text: &str) -> (String, Vec<String>) {
    let (mut words, mut captured) = (String::new(), Vec::new());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        words.push_str(before);
        let Some((inner, after)) = after.split_once('}') else { break };
        let name = inner.split(':').next().unwrap_or_default();
        if name.starts_with(|c: char| c.is_alphabetic() || c == '_') {
            captured.push(name.to_owned());
        }
        rest = after;
    }
    words.push_str(rest);
    (words, captured)
}

/// `notes` of `self.notes`.
pub(crate) fn last_name(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Path(path) => segments(&path.path).pop(),
        Expr::Field(field) => match &field.member {
            syn::Member::Named(name) => Some(name.to_string()),
            syn::Member::Unnamed(_) => None,
        },
        _ => None,
    }
}

pub(crate) fn string(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
        _ => None,
    }
}
