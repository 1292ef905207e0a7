//! `batch verify`: decodes one share of the files of a run.

use super::{
    share,
    steps::{RowShare, StepRun, StepWork},
};
use crate::{
    cli::{ShareStepOptions, VerifyOptions, VerifyStepOptions},
    engine::Share,
    report::{Abort, output, status},
    run::run_folder::{PlannedRow, ShareState},
    shard::Shard,
};

/// Decodes what is not decoded yet of a share.
pub(super) async fn run(options: VerifyStepOptions) -> Result<u8, Abort> {
    let VerifyStepOptions { share: ShareStepOptions { shard, step }, md5 } = options;
    let shard = share::chosen(shard)?;
    let run = StepRun::find(&step, |_| false)?;
    let own = own_rows(&run.run.plan.rows, shard);
    let left = own.filter(|row| !run.is_settled(row) && run.run.past.verified(row).is_none());
    let rows: Vec<_> = left.map(|row| RowShare { row, share: Share::Verify }).collect();
    if rows.is_empty() {
        output::complain(&format!("nothing of share {shard} is left to be verified\n"));
        return Ok(status::DONE);
    }
    let verify = VerifyOptions { verify: true, md5, ..VerifyOptions::default() };
    let name = format!("verify-{}-of-{}", shard.index(), shard.count());
    let work =
        StepWork { name, rows, before: ShareState::default(), verify, processes: shard.count() };
    let end = match run.work(work, &step).await? {
        Ok(end) => end,
        Err(stopped) => return Ok(stopped),
    };
    Ok(end.status())
}

/// The rows of a share: all of them laid end to end, each where it begins.
pub(super) fn own_rows(rows: &[PlannedRow], shard: Shard) -> impl Iterator<Item = &PlannedRow> {
    let bytes = |row: &PlannedRow| row.sources.iter().flatten().map(|file| file.bytes).sum::<u64>();
    let (from, to) = shard.of(rows.iter().map(bytes).sum());
    let mut begin = 0;
    rows.iter().filter(move |row| {
        let begins = begin;
        begin += bytes(row);
        (from..to).contains(&begins)
    })
}
