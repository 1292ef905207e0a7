//! A sheet of any bytes becomes rows, or errors in words; and what is written of it is a sheet again.

#![no_main]

use std::path::PathBuf;

use libfuzzer_sys::fuzz_target;
use omics_upload::sheet::{IgnoredColumns, Merging, Sheet, SheetOptions};

fuzz_target!(|bytes: &[u8]| {
    let sheet = match Sheet::read(bytes, None) {
        Ok(sheet) => sheet,
        Err(error) => return assert!(!error.to_string().is_empty()),
    };
    let files = ["A_S1_L001_R1_001.fastq.gz", "A_S1_L002_R1_001.fastq.gz"].map(PathBuf::from);
    let options = |merging| SheetOptions {
        ignored: IgnoredColumns::Unknown,
        merging,
        files: Some(&files),
        ..SheetOptions::default()
    };
    for merging in [Merging::None, Merging::Lanes, Merging::Rows] {
        for error in sheet.rows(&options(merging)).errors {
            assert!(!error.to_string().is_empty());
        }
    }
    let Ok(written) = sheet.write(&[], None) else { return };
    let again = Sheet::read(written.as_bytes(), Some(sheet.format()));
    let again = again.unwrap_or_else(|error| panic!("{error}\n{written}"));
    let (before, after) =
        (sheet.rows(&options(Merging::None)), again.rows(&options(Merging::None)));
    assert_eq!(before.errors.is_empty(), after.errors.is_empty(), "{written}");
    assert_eq!(before.good.len(), after.good.len(), "{written}");
});
