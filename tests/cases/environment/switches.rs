//! Our own variables: yes and no, and paths that no shell has seen.

use super::lab;
use crate::lab::{Lab, Said};

const SWITCHES: [&str; 6] = ["NO_WAIT", "FRESH", "NO_FINGERPRINT", "DRY_RUN", "QUIET", "VERBOSE"];

#[test]
fn a_switch_is_yes_or_no_or_an_error() {
    let lab = lab();
    let run = |name: &str, value: &str| -> Said {
        let mut command = lab.command(["put", "--sandbox", "a.bam"]);
        command.env(format!("OMICS_UPLOAD_{name}"), value);
        Lab::run(command)
    };
    for name in SWITCHES {
        let said = run(name, "perhaps");
        said.expect(2);
        for word in ["perhaps", &format!("OMICS_UPLOAD_{name}")] {
            assert!(said.stderr.contains(word), "{name}: {}", said.stderr);
        }
    }
    for value in ["false", "0", "no", "off", "", " "] {
        let said = run("DRY_RUN", value);
        assert_eq!(said.stdout.lines().count(), 1, "{value:?}: {}", said.stdout);
        said.expect(0);
    }
    for value in ["true", "1", "yes", "on", "TRUE"] {
        let said = run("DRY_RUN", value);
        assert!(said.stdout.lines().count() > 1, "{value:?}: {}", said.stdout);
        said.expect(0);
    }
}

#[test]
fn omics_upload_sandbox_is_a_switch_or_a_folder() {
    let lab = lab();
    let run = |value: &str| {
        let mut command = lab.put_command(&["-q", "a.bam"]);
        command.env_remove("AWS_ACCESS_KEY_ID").env("OMICS_UPLOAD_SANDBOX", value);
        if value == "false" || value == "0" {
            command.env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE");
        } else {
            // A store that is typed would be looked for in the sandbox.
            let mut command = lab.command(["put", "-q", "a.bam"]);
            command.env_remove("AWS_ACCESS_KEY_ID").env("OMICS_UPLOAD_SANDBOX", value);
            return Lab::run(command);
        }
        Lab::run(command)
    };
    for value in ["true", "1", "yes"] {
        run(value).expect(0);
        assert!(!lab.path(value).exists(), "{value}");
    }
    assert!(lab.requests().is_empty());
    run("false").expect(0);
    run("0").expect(0);
    assert_eq!(lab.read_sets(), 2);
    run("kept").expect(0);
    assert!(lab.path("kept/sandbox.json").is_file() || lab.path("kept").is_dir());
}

/// A shell expands `~` where it stands in a command, but not in a file of variables or settings.
#[test]
fn a_tilde_is_the_home() {
    let lab = lab();
    lab.config("sandbox = '~/kept'\nreceipt = '~/receipt.json'\n");
    let mut command = lab.command(["put", "-q", "a.bam"]);
    command.env("OMICS_UPLOAD_STATE_DIR", "~/state").env("OMICS_UPLOAD_LOG_FILE", "~/log");
    Lab::run(command).expect(0);
    for name in ["kept", "receipt.json", "state", "log"] {
        assert!(lab.home().join(name).exists(), "{name}");
    }
    assert!(!lab.path("~").exists());
}
