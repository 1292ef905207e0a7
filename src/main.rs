//! Upload.
fn main() {}
