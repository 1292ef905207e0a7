//! The files of the program, without those of its tests.

use std::{fs, path::Path};

use syn::Item;

/// Every file that a build without tests has, sorted, with its syntax.
pub(crate) fn files() -> Vec<(String, syn::File)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    for name in ["lib.rs", "main.rs"] {
        visit(&root, Path::new(""), name, &mut found);
    }
    found.sort_by(|(a, _), (b, _)| a.cmp(b));
    found
}

/// Reads a file, and those of the modules that it declares, which lie in `folder`.
fn visit(root: &Path, folder: &Path, file: &str, found: &mut Vec<(String, syn::File)>) {
    let path = root.join(file);
    let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let syntax = syn::parse_file(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    for item in &syntax.items {
        let Item::Mod(module) = item else { continue };
        if module.content.is_some() || is_test(&module.attrs) {
            continue;
        }
        let below = folder.join(module.ident.to_string());
        let file = below.with_extension("rs");
        visit(root, &below, &file.to_string_lossy(), found);
    }
    found.push((file.to_owned(), syntax));
}

/// Whether something is built for tests only.
pub(crate) fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let path = attribute.path();
        let inner = || attribute.parse_args::<syn::Ident>().is_ok_and(|word| word == "test");
        path.is_ident("test") || (path.is_ident("cfg") && inner())
    })
}
