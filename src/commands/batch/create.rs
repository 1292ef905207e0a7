//! `batch create`: begins the uploads of all rows.

use super::steps::{RowShare, StepRun, StepWork};
use crate::{
    cli::{StepOptions, VerifyOptions},
    engine::Share,
    report::{Abort, output, status, status_of_all},
    run::run_folder::ShareState,
};

/// Begins what is not begun; what was begun before is left as it is.
pub(super) async fn run(options: &StepOptions) -> Result<u8, Abort> {
    let (_claim, run) = StepRun::claim(options, "create")?;
    let open = run.open_rows().filter(|row| !run.is_begun(row));
    let rows: Vec<_> = open.map(|row| RowShare { row, share: Share::Open }).collect();
    if rows.is_empty() {
        output::complain("all uploads are begun already\n");
        return Ok(status::DONE);
    }
    let work = StepWork {
        name: "create".to_owned(),
        rows,
        before: ShareState::default(),
        verify: VerifyOptions::default(),
        processes: 1,
    };
    let end = match run.work(work, options).await? {
        Ok(end) => end,
        Err(stopped) => return Ok(stopped),
    };
    if end.is_full() {
        output::complain(
            "note: as many uploads are open as the service allows: send and complete what is begun, then \
             run this step again\n",
        );
    }
    Ok(end.status())
}

impl super::steps::StepEnd {
    /// Whether the keys in the environment of a Slurm job have run out: another attempt would have the
    /// same ones.
    fn has_dead_keys(&self) -> bool {
        let is_set = |name| std::env::var_os(name).is_some();
        is_set("SLURM_JOB_ID") && is_set("AWS_ACCESS_KEY_ID") && self.has_failed_for("expired")
    }

    /// The exit status of a step that completes nothing.
    pub(super) fn status(&self) -> u8 {
        let Some(sent) = &self.sent else { return status::DONE };
        if let Some(signalled) = sent.signalled {
            return signalled;
        }
        let statuses: Vec<_> = sent.ends.iter().map(|end| end.exit_status).collect();
        if self.has_dead_keys() {
            return status::FAILED;
        }
        if self.is_full() {
            return status::TEMPORARY;
        }
        // Whoever runs it again wants to know whether that is of use.
        if statuses.contains(&status::TEMPORARY) {
            return status::TEMPORARY;
        }
        match status_of_all(&statuses) {
            // Others were done.
            status::DONE if !self.unusable.is_empty() => status::SOME_FAILED,
            status => status,
        }
    }

    /// Whether as many uploads are open as the service allows.
    pub(super) fn is_full(&self) -> bool {
        self.has_failed_for("quota")
    }

    fn has_failed_for(&self, kind: &str) -> bool {
        let mut ends = self.sent.iter().flat_map(|sent| &sent.ends);
        ends.any(|end| end.report.get("error").is_some_and(|error| error["kind"] == kind))
    }
}
