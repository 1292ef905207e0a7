//! A config file with any content makes a command line with other defaults, or a problem in words.

#![no_main]

use std::{fs, path::PathBuf, sync::LazyLock};

use libfuzzer_sys::fuzz_target;

/// Where the config file is looked for: run with `XDG_CONFIG_HOME` set to a folder of its own.
static FILE: LazyLock<PathBuf> = LazyLock::new(|| {
    let home = std::env::var_os("XDG_CONFIG_HOME").map(PathBuf::from);
    let folder = home.unwrap_or_else(|| panic!("set XDG_CONFIG_HOME")).join("omics-upload");
    fs::create_dir_all(&folder).unwrap();
    let file = folder.join("config.toml");
    assert!(!file.exists(), "{} is somebody's config file", file.display());
    file
});

fuzz_target!(|bytes: &[u8]| {
    fs::write(&*FILE, bytes).unwrap();
    let (command, problem) = omics_upload::settings::command();
    if let Some(problem) = problem {
        assert!(!problem.text().is_empty());
    }
    // Defaults that make no sense are errors of the command line.
    let _ = command.try_get_matches_from(["omics-upload", "put", "a.bam"]);
});
