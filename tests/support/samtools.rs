//! samtools, where it is there.

use std::{
    env,
    path::Path,
    process::{Command, Stdio},
};

/// Whether samtools can be asked; on a machine that is there to test, it has to be.
pub(crate) fn is_there() -> bool {
    let silent = || Command::new("samtools").arg("--version").stdout(Stdio::null()).status();
    let there = silent().is_ok_and(|status| status.success());
    assert!(there || env::var_os("CI").is_none(), "samtools is not installed");
    if !there {
        #[expect(clippy::print_stderr, reason = "what was not tested has to be seen")]
        {
            eprintln!("skipped: samtools is not installed");
        }
    }
    there
}

/// What it prints.
pub(crate) fn output(arguments: &[&str], file: &Path) -> Vec<u8> {
    let output = Command::new("samtools").args(arguments).arg(file).output().unwrap();
    assert!(output.status.success(), "{}: {output:?}", file.display());
    output.stdout
}
