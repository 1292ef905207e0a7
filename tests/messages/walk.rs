//! Goes through the syntax of a file; what a macro or function is called with gets its kind.

use syn::{
    Expr, Token,
    punctuated::Punctuated,
    visit::{self, Visit},
};

use super::{
    collect::Reader,
    items::Part,
    kind::{self, Kind},
    names::{Frame, METHOD},
    syntax::{self, segments},
    tree::is_test,
};

impl Reader<'_> {
    /// What is called with these is of a kind, so that even one word may be a text.
    fn arguments<'a>(&mut self, kind: Option<Kind>, arguments: impl Iterator<Item = &'a Expr>) {
        self.within_kind(kind, |this| {
            for argument in arguments {
                match syntax::string(argument) {
                    Some(text) => this.text(&text, kind.is_some() || this.is_display()),
                    None => this.visit_expr(argument),
                }
            }
        });
    }

    /// The kind of what is made by a path such as `Problem::new` or `Event::Warning`.
    fn of_path(&self, path: &[String]) -> Option<Kind> {
        let last = path.last()?;
        let before = path.iter().rev().nth(1).map(String::as_str);
        let owner = if before == Some("Self") { Some(self.owner.as_str()) } else { before };
        kind::of_call(last).or_else(|| kind::of_type(last)).or_else(|| kind::of_type(owner?))
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}

    /// What is compared with is not said.
    fn visit_pat(&mut self, _: &'ast syn::Pat) {}

    fn visit_item(&mut self, item: &'ast syn::Item) {
        let attributes: &[syn::Attribute] = match item {
            syn::Item::Mod(item) => &item.attrs,
            syn::Item::Fn(item) => &item.attrs,
            syn::Item::Impl(item) => &item.attrs,
            syn::Item::Const(item) => &item.attrs,
            _ => &[],
        };
        if !is_test(attributes) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        let part = Part { name: String::new(), attributes: &[], fields: &item.fields };
        self.type_of(&item.ident, &item.attrs, &[part]);
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        let part = |variant: &'ast syn::Variant| Part {
            name: variant.ident.to_string(),
            attributes: &variant.attrs,
            fields: &variant.fields,
        };
        let parts: Vec<_> = item.variants.iter().map(part).collect();
        self.type_of(&item.ident, &item.attrs, &parts);
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.function(&item.sig, &item.block);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        if !is_test(&item.attrs) {
            self.function(&item.sig, &item.block);
        }
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        if let Some(block) = &item.default {
            self.function(&item.sig, block);
        }
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        let owner = syntax::name_of_type(&item.self_ty).unwrap_or_default();
        let outer = std::mem::replace(&mut self.owner, owner);
        let is_display = item
            .trait_
            .as_ref()
            .is_some_and(|(path, ..)| segments(path).last().is_some_and(|name| name == "Display"));
        if is_display {
            let key = self.key("");
            self.define(&key, kind::of_type(&self.owner));
            self.within_key(key, |this| {
                for inner in &item.items {
                    if let syn::ImplItem::Fn(method) = inner {
                        this.visit_block(&method.block);
                    }
                }
            });
        } else {
            visit::visit_item_impl(self, item);
        }
        self.owner = outer;
    }

    fn visit_item_const(&mut self, item: &'ast syn::ItemConst) {
        let key = self.key(&item.ident.to_string());
        self.define(&key, None);
        self.within_key(key, |this| this.visit_expr(&item.expr));
    }

    fn visit_item_macro(&mut self, item: &'ast syn::ItemMacro) {
        let name = segments(&item.mac.path).pop().unwrap_or_default();
        let key = self.key(&format!("{name}!"));
        self.within_key(key, |this| this.visit_macro(&item.mac));
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        let pattern = match &local.pat {
            syn::Pat::Type(typed) => &typed.pat,
            pattern => pattern,
        };
        let key = match pattern {
            syn::Pat::Ident(name) => self.local(&name.ident.to_string()),
            _ => None,
        };
        if let Some(key) = &key {
            self.define(key, kind::of_name(&key.local));
        }
        let frame = key.map(Frame::Key);
        self.within(frame, |this| visit::visit_local(this, local));
    }

    fn visit_macro(&mut self, called: &'ast syn::Macro) {
        let name = segments(&called.path).pop().unwrap_or_default();
        if name == "matches" {
            return;
        }
        let parse = Punctuated::<Expr, Token![,]>::parse_terminated;
        let kind = kind::of_macro(&name);
        self.within_kind(kind, |this| match called.parse_body_with(parse) {
            Ok(arguments) => {
                let mut is_format = kind::is_format(&name);
                for argument in &arguments {
                    match syntax::string(argument) {
                        Some(text) => this.text(&text, std::mem::take(&mut is_format)),
                        None => this.visit_expr(argument),
                    }
                }
            }
            Err(_) => this.tokens(called.tokens.clone(), false),
        });
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        let kind = match &*call.func {
            Expr::Path(path) => {
                self.called(segments(&path.path));
                self.of_path(&segments(&path.path))
            }
            other => {
                self.visit_expr(other);
                None
            }
        };
        self.arguments(kind, call.args.iter());
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        self.visit_expr(&call.receiver);
        let name = call.method.to_string();
        // A method is no variable.
        let receiver = syntax::last_name(&call.receiver);
        let of = receiver.clone().unwrap_or_default();
        self.called(vec![of, METHOD.to_owned(), name.clone()]);
        let kind = match receiver {
            Some(receiver) if kind::is_collecting(&name) => kind::of_name(&receiver),
            _ => kind::of_call(&name),
        };
        if !kind::is_search(&name) {
            self.arguments(kind, call.args.iter());
        }
    }

    fn visit_expr_struct(&mut self, made: &'ast syn::ExprStruct) {
        let path = segments(&made.path);
        let whole = match path.as_slice() {
            [own] if own == "Self" => kind::of_type(&self.owner),
            path => self.of_path(path),
        };
        self.used(path);
        for field in &made.fields {
            let own = match &field.member {
                syn::Member::Named(name) => kind::of_name(&name.to_string()),
                syn::Member::Unnamed(_) => None,
            };
            self.arguments(own.or(whole), std::iter::once(&field.expr));
        }
        if let Some(rest) = &made.rest {
            self.visit_expr(rest);
        }
    }

    fn visit_expr_binary(&mut self, binary: &'ast syn::ExprBinary) {
        use syn::BinOp::{Eq, Ne};
        let is_comparison = matches!(binary.op, Eq(_) | Ne(_));
        for side in [&binary.left, &binary.right] {
            if !is_comparison || syntax::string(side).is_none() {
                self.visit_expr(side);
            }
        }
    }

    fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
        self.used(segments(&path.path));
    }

    fn visit_type_path(&mut self, path: &'ast syn::TypePath) {
        self.used(segments(&path.path));
        visit::visit_type_path(self, path);
    }

    fn visit_lit_str(&mut self, text: &'ast syn::LitStr) {
        self.text(&text.value(), self.is_display());
    }
}
