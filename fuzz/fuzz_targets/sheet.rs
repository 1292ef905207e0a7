//! A sheet of any bytes becomes rows, or errors in words; and what is written of it is a sheet again.

#![no_main]

use std::path::PathBuf;

use libfuzzer_sys::fuzz_target;
use omics_upload::sheet::{IgnoredColumns, Merging, Sheet, SheetOptions};

fuzz_target!(|bytes: &[u8]| {
    let sheet = match Sheet::read("sheet", bytes, None) {
        Ok(sheet) => sheet,
        Err(errors) => return assert!(!errors.to_string().is_empty()),
    };
    let files = ["A_S1_L001_R1_001.fastq.gz", "A_S1_L002_R1_001.fastq.gz"].map(PathBuf::from);
    let options = |merging| SheetOptions {
        ignored: IgnoredColumns::Unknown,
        merging,
        files: Some(&files),
        ..SheetOptions::default()
    };
    for merging in [Merging::None, Merging::Lanes, Merging::Rows] {
        if let Err(errors) = sheet.rows(&options(merging)) {
            assert!(!errors.to_string().is_empty());
        }
    }
    let Ok(written) = sheet.write(&[], None) else { return };
    let again = Sheet::read("sheet", written.as_bytes(), Some(sheet.format()));
    let again = again.unwrap_or_else(|errors| panic!("{errors}\n{written}"));
    let (before, after) =
        (sheet.rows(&options(Merging::None)), again.rows(&options(Merging::None)));
    assert_eq!(before.is_ok(), after.is_ok(), "{written}");
    if let (Ok(before), Ok(after)) = (before, after) {
        assert_eq!(before.len(), after.len(), "{written}");
    }
});
