//! Receipts that are what `docs/receipt.schema.json` says.

use std::{fs, path::Path};

use serde_json::Value;

/// Reads a document with one receipt, and holds it against the schema.
#[track_caller]
pub(crate) fn one(path: &Path) -> Value {
    let mut receipts = all(path);
    assert_eq!(receipts.len(), 1, "{}", path.display());
    receipts.remove(0)
}

/// Reads a document, and holds it against the schema.
#[track_caller]
pub(crate) fn all(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap();
    for secret in ["secret-that-nobody-may-see", "AKIDEXAMPLE"] {
        assert!(!text.contains(secret), "{text}");
    }
    let document = serde_json::from_str(&text).unwrap();
    is_valid(&document);
    document["receipts"].as_array().unwrap().clone()
}

#[track_caller]
pub(crate) fn is_valid(document: &Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/receipt.schema.json");
    let schema = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let errors: Vec<_> = validator
        .iter_errors(document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}\n{document:#}");
}

/// A schema that let everything through would prove nothing.
#[test]
fn the_schema_refuses_what_is_no_receipt() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/receipt.schema.json");
    let schema = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    jsonschema::meta::validate(&schema).unwrap();
    for document in
        ["{}", "[]", r#"{"version":2,"receipts":[]}"#, r#"{"version":1,"receipts":[{}]}"#]
    {
        let document = serde_json::from_str(document).unwrap();
        assert!(!jsonschema::is_valid(&schema, &document), "{document}");
    }
    assert!(jsonschema::is_valid(&schema, &serde_json::json!({"version": 1, "receipts": []})));
}
