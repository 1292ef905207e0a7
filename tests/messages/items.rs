//! What derives and signatures say of texts: the help of clap's types, errors, functions.

use syn::{Attribute, visit::Visit as _};

use super::{
    collect::Reader,
    kind::{self, Kind},
    syntax::{self, TypeNames},
};

/// The parts of a type: a struct has one, an enum its variants.
pub(crate) struct Part<'a> {
    pub(crate) name: String,
    pub(crate) attributes: &'a [Attribute],
    pub(crate) fields: &'a syn::Fields,
}

impl Reader<'_> {
    /// A type: what its derives make of it.
    pub(crate) fn type_of(
        &mut self,
        ident: &syn::Ident,
        attributes: &[Attribute],
        parts: &[Part<'_>],
    ) {
        let derives = syntax::derives(attributes);
        let has = |name: &str| derives.iter().any(|derived| derived == name);
        let outer = std::mem::replace(&mut self.owner, ident.to_string());
        if has("Parser") {
            self.all.commands.insert(ident.to_string());
        }
        if ["Parser", "Args", "Subcommand", "ValueEnum"].into_iter().any(has) {
            self.help_of_type(ident, attributes);
            for part in parts {
                self.help_of_part(part, has("Subcommand"));
            }
        } else if has("Error") {
            let key = self.key("");
            self.within_key(key, |this| this.error(attributes));
            for part in parts {
                let key = self.key(&part.name);
                self.within_key(key, |this| {
                    this.error(part.attributes);
                    // What an error holds is shown in it.
                    this.within_kind(Some(Kind::Error), |this| this.visit_fields(part.fields));
                });
            }
        }
        self.owner = outer;
    }

    fn help_of_type(&mut self, ident: &syn::Ident, attributes: &[Attribute]) {
        let key = self.key("");
        let text = syntax::documentation(attributes);
        self.within_key(key, |this| {
            this.within_kind(Some(Kind::Help), |this| {
                if !text.is_empty() {
                    this.add_documentation(ident, &text);
                }
                this.settings(attributes);
            });
        });
    }

    fn help_of_part(&mut self, part: &Part<'_>, is_command: bool) {
        let key = self.key(&part.name);
        self.within_key(key, |this| this.help(part.attributes));
        for field in part.fields {
            if is_command && syntax::documentation(part.attributes).is_empty() {
                self.all.commands.extend(syntax::name_of_type(&field.ty));
            }
            let name = field.ident.as_ref().map(ToString::to_string);
            let key = self.key(&name.unwrap_or_else(|| part.name.clone()));
            self.within_key(key, |this| this.help(&field.attrs));
        }
    }

    fn help(&mut self, attributes: &[Attribute]) {
        let text = syntax::documentation(attributes);
        self.within_kind(Some(Kind::Help), |this| {
            if !text.is_empty() {
                this.add(&text);
            }
            this.settings(attributes);
        });
    }

    /// The texts in `#[arg(…)]` and `#[command(…)]`.
    fn settings(&mut self, attributes: &[Attribute]) {
        for attribute in attributes {
            if attribute.path().is_ident("arg") || attribute.path().is_ident("command") {
                let Ok(list) = attribute.meta.require_list() else { continue };
                for (name, value) in syntax::assigned(list.tokens.clone()) {
                    if name.contains("help") || name.contains("about") {
                        self.tokens(value, true);
                    }
                }
            }
        }
    }

    /// `#[error("…")]` of a type or a variant.
    fn error(&mut self, attributes: &[Attribute]) {
        for attribute in attributes.iter().filter(|one| one.path().is_ident("error")) {
            if let Ok(list) = attribute.meta.require_list() {
                let kind = kind::of_type(&self.owner).unwrap_or(Kind::Error);
                self.within_kind(Some(kind), |this| this.tokens(list.tokens.clone(), true));
            }
        }
    }

    /// A function with its body, by its name, what it makes and what it is about.
    pub(crate) fn function(&mut self, signature: &syn::Signature, block: &syn::Block) {
        let name = signature.ident.to_string();
        let key = self.key(&name);
        let of_types = |ty: &syn::Type| {
            let mut names = TypeNames::default();
            names.visit_type(ty);
            names.0.iter().find_map(|name| kind::of_type(name))
        };
        let made = match &signature.output {
            syn::ReturnType::Type(_, ty) if !syntax::is_result(ty) => of_types(ty),
            _ => None,
        };
        let about = signature.inputs.iter().filter_map(|input| match input {
            syn::FnArg::Typed(typed) => of_types(&typed.ty),
            syn::FnArg::Receiver(_) => None,
        });
        // An error that a function gets is often what it looks at, not what it makes.
        let about = about.filter(|kind| *kind != Kind::Error).min();
        let about = about.or_else(|| kind::of_type(&self.owner));
        self.define(&key, kind::of_name(&name).or(made).or(about));
        // What makes no text takes no part in what its caller says.
        if !syntax::makes_text(&signature.output) {
            self.all.names.silent.insert(key.clone());
        }
        self.within_key(key, |this| this.visit_block(block));
    }
}
