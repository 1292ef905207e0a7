//! Any bytes are recognised or refused, without a panic and without much memory.

#![no_main]

use libfuzzer_sys::fuzz_target;
use omics_upload::formats::{PREFIX, inspect};

fuzz_target!(|bytes: &[u8]| {
    let prefix = &bytes[..bytes.len().min(PREFIX)];
    if let Err(error) = inspect(prefix, bytes) {
        assert!(!error.to_string().is_empty());
    }
});
