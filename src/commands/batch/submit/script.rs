//! The scripts that Slurm runs, as text to be read and changed.

use std::path::Path;

/// What a script runs.
pub(super) struct StepScript<'a> {
    /// Such as `send`.
    pub(super) step: &'a str,
    pub(super) program: &'a Path,
    pub(super) run: &'a Path,
    /// Further arguments, one by one.
    pub(super) options: &'a [String],
    /// In how many shares the step is done, if it is an array.
    pub(super) tasks: Option<u32>,
}

/// So often a task asks for another attempt.
const ATTEMPTS: u32 = 5;

impl StepScript<'_> {
    /// A task that ends with 75 may succeed later and asks Slurm for another attempt, whether or not the
    /// cluster does that by itself. After the last attempt it ends with 1, so that the cluster does not.
    pub(super) fn text(&self) -> String {
        let Self { step, program, run, options, tasks } = self;
        let mut command = vec![
            quoted(&program.to_string_lossy()),
            "batch".to_owned(),
            (*step).to_owned(),
            quoted(&run.to_string_lossy()),
        ];
        command.extend(tasks.map(|tasks| format!("--shard \"$SLURM_ARRAY_TASK_ID/{tasks}\"")));
        command.extend(options.iter().map(|option| quoted(option)));
        let job = match tasks {
            Some(_) => "${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}",
            None => "$SLURM_JOB_ID",
        };
        format!(
            "#!/bin/sh\n\
             # Written by `omics-upload batch submit`. Change it and submit it by hand, if you like.\n\
             {}\n\
             status=$?\n\
             {}\
             [ \"$status\" -eq 75 ] || exit \"$status\"\n\
             [ \"${{SLURM_RESTART_COUNT:-0}}\" -lt {ATTEMPTS} ] || exit 1\n\
             # The task is killed as soon as it is back in the queue.\n\
             scontrol requeue \"{job}\" && sleep 300\n\
             exit 1\n",
            command.join(" "),
            match *step {
                "create" => {
                    "# Rows that cannot be begun hold no other up.\n[ \"$status\" -ne 3 ] || exit 0\n"
                }
                _ => "",
            }
        )
    }
}

/// A word of a POSIX shell that means itself.
pub(super) fn quoted(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,@%+".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_mean_themselves() {
        assert_eq!(quoted("/data/run7"), "/data/run7");
        assert_eq!(quoted("it's $HOME"), r"'it'\''s $HOME'");
        assert_eq!(quoted(""), "''");
        let output = std::process::Command::new("sh")
            .args(["-c", &format!("printf %s {}", quoted("a'b\"c $(d) \\ ;\n*"))])
            .output()
            .unwrap();
        assert_eq!(output.stdout, b"a'b\"c $(d) \\ ;\n*");
    }

    #[test]
    fn a_script_is_read_at_a_glance() {
        let script = StepScript {
            step: "send",
            program: Path::new("/opt/omics upload/bin/omics-upload"),
            run: Path::new("/data/run7"),
            options: &["--map=/a=/b c".to_owned()],
            tasks: Some(64),
        };
        let command = "'/opt/omics upload/bin/omics-upload' batch send /data/run7 --shard \
                       \"$SLURM_ARRAY_TASK_ID/64\" '--map=/a=/b c'";
        assert_eq!(script.text().lines().nth(2), Some(command));
    }
}
