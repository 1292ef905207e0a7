//! The steps of a planned run: each takes the rows that are its business, does what it can of them, and
//! notes that. Any of them may be killed at any moment, and be done again.

use std::{
    collections::{HashMap, HashSet},
    path::Path,
    sync::{Arc, Mutex},
};

use super::{
    found_run::FoundRun,
    past::PastRow,
    report,
    run_place::{planned_target, same_destination},
};
use crate::{
    cli::{StepOptions, VerifyOptions},
    engine::{IfExists, Job, Share, Verify},
    formats::FileType,
    journal::{Header, Journal, SharedNotes, SharedPast},
    plan::{Layout, Part},
    preflight::{
        OutputFlag, Outputs, fields,
        planned::{self, PlannedFiles},
        sheets::at,
    },
    prepared::Prepared,
    report::{Abort, Problem, output},
    run::{
        Reached, Sharing, Transfer, destination,
        journals::Wishes,
        limits,
        rows::{self, RowToSend, RowsSent, RowsTransfer},
        run_folder::{Claim, PlannedRow, ShareState},
    },
    shard::{self, Shard},
    signal::Signals,
    types::{ClientToken, Escaped, PartNumber, PartSize, PartSource, Sha256},
};

/// A run of which a step is done.
pub(super) struct StepRun {
    pub(super) run: FoundRun,
    pub(super) noted: Arc<SharedPast>,
}

/// A row that is the business of a step, and what is done of it.
pub(super) struct RowShare<'a> {
    pub(super) row: &'a PlannedRow,
    pub(super) share: Share,
}

/// How a step is called, and what it does.
pub(super) struct StepWork<'a> {
    /// As its files are called: `create`, or `3-of-64`.
    pub(super) name: String,
    pub(super) rows: Vec<RowShare<'a>>,
    /// What it shares with others, and what is done of it.
    pub(super) before: ShareState,
    /// What is looked for in the data.
    pub(super) verify: VerifyOptions,
    /// How many processes may do such a step at once.
    pub(super) processes: u32,
}

/// What came of a step.
pub(super) struct StepEnd {
    /// None if there was nothing to do.
    pub(super) sent: Option<RowsSent>,
    /// The keys of rows whose files cannot be used.
    pub(super) unusable: HashSet<String>,
}

/// Rows with their files.
struct PreparedShares {
    rows: Vec<RowToSend>,
    read_sets: Vec<Prepared>,
    /// The keys of those whose files cannot be used.
    unusable: HashSet<String>,
}

impl StepRun {
    /// Reads a run and what the steps that matter have noted.
    pub(super) fn find(options: &StepOptions, of: impl Fn(&str) -> bool) -> Result<Self, Abort> {
        Self::find_in(&options.run, of)
    }

    /// The same of a folder.
    pub(super) fn find_in(folder: &Path, of: impl Fn(&str) -> bool) -> Result<Self, Abort> {
        let run = FoundRun::in_folder(folder)?;
        let noted = run.folder.sent(of)?;
        Ok(Self { run, noted: Arc::new(noted) })
    }

    /// Claims a step that one process at a time may do, and reads what others have done until then.
    pub(super) fn claim(options: &StepOptions, step: &str) -> Result<(Claim, Self), Abort> {
        let claim = FoundRun::folder(&options.run)?.claim(step)?;
        Ok((claim, Self::find(options, |_| true)?))
    }

    /// Rows whose read sets are neither there nor given up for good.
    pub(super) fn open_rows(&self) -> impl Iterator<Item = &PlannedRow> {
        self.run.plan.rows.iter().filter(|row| !self.is_settled(row))
    }

    /// Whether a row is finished, or failed for good.
    pub(super) fn is_settled(&self, row: &PlannedRow) -> bool {
        let past = self.run.past.of_planned(row);
        self.is_finished(row) || past.is_some_and(|past| past.end.for_good)
    }

    /// Whether the read set of a row is there.
    pub(super) fn is_finished(&self, row: &PlannedRow) -> bool {
        let past = self.run.past.of_planned(row);
        past.is_some_and(|past| past.is_finished() && !past.is_gone)
    }

    /// Whether steps have made the read set of a row, and none has waited until it was active.
    pub(super) fn is_not_waited_for(&self, row: &PlannedRow) -> bool {
        let past = self.run.past.of_planned(row);
        past.is_some_and(PastRow::is_not_waited_for) && self.is_completed(row)
    }

    /// What the upload of a row is noted by.
    fn key(&self, row: &PlannedRow) -> String {
        self.run.past.upload_key(row)
    }

    /// Whether the upload of a row is begun.
    pub(super) fn is_begun(&self, row: &PlannedRow) -> bool {
        self.noted.has_upload(&self.key(row))
    }

    /// Whether the upload of a row has become a read set.
    pub(super) fn is_completed(&self, row: &PlannedRow) -> bool {
        self.noted.is_completed(&self.key(row))
    }

    /// The parts of a row that are noted to be sent.
    pub(super) fn sent_parts(&self, row: &PlannedRow) -> HashSet<(PartSource, PartNumber)> {
        self.noted.parts(&self.key(row)).map(|(source, number, _)| (source, number)).collect()
    }

    /// How all rows are cut, in the order of the plan.
    pub(super) fn layouts(&self) -> Vec<Layout> {
        self.run.plan.rows.iter().map(PlannedRow::layout).collect()
    }

    /// Refuses outputs that are files of the run.
    pub(super) fn may_write(
        &self,
        options: &StepOptions,
        other: Option<(&Path, OutputFlag)>,
    ) -> Result<(), Abort> {
        let log = options.show.log_file.as_deref();
        let others = other.into_iter().collect();
        let outputs = Outputs { log, others, ..Outputs::default() };
        let problems = report::problems_of(&outputs, &self.run);
        if problems.is_empty() { Ok(()) } else { Err(Abort::Unusable(problems)) }
    }

    /// Does a step; an exit status instead, if a signal ended it before anything was done.
    pub(super) async fn work(
        &self,
        work: StepWork<'_>,
        options: &StepOptions,
    ) -> Result<Result<StepEnd, u8>, Abort> {
        self.may_write(options, None)?;
        let signals = output::signals()?;
        let PreparedShares { rows, read_sets, unusable } = self.prepare(&work, options)?;
        if rows.is_empty() {
            return Ok(Ok(StepEnd { sent: None, unusable }));
        }
        let Some(reached) = signals.unless_stopped(Box::pin(self.reach(options))).await else {
            return Ok(Err(output::stopped(&signals)));
        };
        let reached = reached?;
        let sent = self.send(work, (rows, read_sets), options, (&reached, &signals)).await;
        if let Some(sandbox) = reached.sandbox {
            sandbox.stop().await;
        }
        Ok(sent?.map(|sent| StepEnd { sent: Some(sent), unusable }))
    }

    async fn send(
        &self,
        work: StepWork<'_>,
        (rows, mut read_sets): (Vec<RowToSend>, Vec<Prepared>),
        options: &StepOptions,
        (reached, signals): (&Reached, &Signals),
    ) -> Result<Result<RowsSent, u8>, Abort> {
        let plan = &self.run.plan;
        self.run.folder.open()?;
        let notes = self.run.folder.sent_file(&work.name, plan.hash)?;
        let by_key: HashMap<_, _> = work.rows.iter().map(|one| (&*one.row.key, one)).collect();
        for (row, read_set) in rows.iter().zip(&mut read_sets) {
            if let Some(share) = by_key.get(&*row.key) {
                self.remember(share, read_set, &notes)?;
            }
        }
        let heartbeat = self.run.folder.heartbeat(&work.name)?;
        let sharing =
            Some(Sharing { heartbeat, notes, before: work.before, at_first: work.processes });
        let store = &reached.store;
        let mark = plan.header.steps.mark;
        let transfer = Transfer {
            read_sets,
            notes: Vec::new(),
            limits: limits::limits(&options.effort),
            verify: &work.verify,
            show: &options.show,
            wishes: Wishes { folder: None, store, fresh: false, mark },
            receipt: None,
            sharing,
        };
        let file = self.run.folder.note_file(plan.hash)?;
        let (note_file, max_failures) = (Some(&file), None);
        let rows = RowsTransfer { rows, note_file, max_failures, transfer };
        rows::run(rows, reached, signals).await
    }

    /// Opens the files of the rows; those that cannot be used are told, and hold no other up.
    fn prepare(&self, work: &StepWork<'_>, options: &StepOptions) -> Result<PreparedShares, Abort> {
        let files = PlannedFiles { map: &options.map, host: &self.run.plan.header.host };
        let (mut rows, mut read_sets, mut problems) = (Vec::new(), Vec::new(), Vec::new());
        let mut unusable = HashSet::new();
        for RowShare { row, share } in &work.rows {
            match planned::prepare(row, &files, &work.verify) {
                Ok(mut prepared) => {
                    prepared.job.share = share.clone();
                    self.recall(row, &mut prepared.job);
                    rows.push(self.to_send(row));
                    read_sets.push(prepared);
                }
                Err(Abort::Unusable(found)) => {
                    let place = self.place(row);
                    unusable.insert(row.key.clone());
                    problems.extend(found.into_iter().map(|one| at(place.clone(), one)));
                }
                Err(abort) => return Err(abort),
            }
        }
        if rows.is_empty() && !problems.is_empty() {
            return Err(Abort::Unusable(problems));
        }
        for problem in &problems {
            output::complain(&problem.text());
        }
        Ok(PreparedShares { rows, read_sets, unusable })
    }

    /// Gives a job what was found in its data, which is compared with what the store makes of them.
    fn recall(&self, row: &PlannedRow, job: &mut Job) {
        let is_asked = self.run.plan.header.steps.verify && job.share == Share::Rest;
        if let (true, Some(verified)) = (is_asked, self.run.past.verified(row)) {
            let is_fastq = job.fields.file_type == FileType::Fastq;
            job.verify = if is_fastq { Verify::Insist } else { Verify::Tell };
            // Nothing else sets it.
            let _ = job.findings.set(verified.findings());
        }
    }

    /// Whether the data of a row have to be looked at before it is completed: several files of a source
    /// may be sound, and not be one.
    pub(super) fn needs_verification(&self, row: &PlannedRow) -> bool {
        let is_joined = row.sources.iter().any(|source| source.len() > 1);
        let is_asked = self.run.plan.header.steps.verify || is_joined;
        is_asked && self.run.past.verified(row).is_none()
    }

    fn to_send(&self, row: &PlannedRow) -> RowToSend {
        RowToSend {
            place: self.place(row),
            row: row.first(),
            key: row.key.clone(),
            named: String::new(),
            stated: row.stated.clone(),
            sources: row.sources.clone(),
            fields: row.fields.clone(),
        }
    }

    /// What messages call a row.
    pub(super) fn place(&self, row: &PlannedRow) -> String {
        let sheet = Path::new(&self.run.plan.header.sheet);
        let name = sheet.file_name().unwrap_or(sheet.as_os_str()).to_string_lossy();
        format!("{}:{}", Escaped::new(&name), row.first())
    }

    /// Gives a job what the notes of all processes say of it.
    fn remember(
        &self,
        RowShare { row, .. }: &RowShare<'_>,
        read_set: &mut Prepared,
        notes: &Arc<SharedNotes>,
    ) -> Result<(), Abort> {
        let job = &mut read_set.job;
        job.token = fields::token()?;
        let header = self.header(row, job.memory.part_size, job.memory.fingerprint);
        let header = header.ok_or_else(|| {
            Problem::new(anyhow::anyhow!("the plan has a row that nothing can be begun of"))
        })?;
        job.memory.if_exists = match self.run.plan.header.steps.if_exists.as_str() {
            "upload" => IfExists::Upload,
            "fail" => IfExists::Fail,
            _ => IfExists::Skip,
        };
        let journal = Journal::shared(notes, &self.key(row), &self.noted, header);
        job.memory.journal = Mutex::new(Some(journal));
        Ok(())
    }

    fn header(
        &self,
        row: &PlannedRow,
        part_size: PartSize,
        fingerprint: Option<crate::types::Fingerprint>,
    ) -> Option<Header> {
        let plan = &self.run.plan;
        Some(Header::new(
            plan.header.made.clone(),
            plan.header.store.parse().ok()?,
            self.token(row)?,
            fingerprint?,
            part_size,
            Vec::new(),
            row.fields.clone(),
        ))
    }

    /// A Create that is killed before its note is repeated as the very same request.
    fn token(&self, row: &PlannedRow) -> Option<ClientToken> {
        let of = format!("{} {}", self.run.plan.hash, self.key(row));
        format!("omics-upload-{}", &Sha256::of(of.as_bytes()).to_string()[..32]).parse().ok()
    }

    /// Connects to the store of the plan.
    pub(super) async fn reach(&self, options: &StepOptions) -> Result<Reached, Abort> {
        let target = planned_target(&self.run.plan, &options.target);
        let reached = destination::reach(&target, None).await?;
        same_destination(Some(&self.run.plan), &reached)?;
        Ok(reached)
    }
}

/// The shares of rows in a shard: all of its parts, those that are with the service among them.
pub(super) fn parts_of(layouts: &[Layout], shard: Shard) -> Vec<(usize, Vec<Part>)> {
    let stretches = shard::stretches(layouts, shard).into_iter();
    stretches
        .map(|(at, stretches)| {
            let parts = stretches.into_iter().flat_map(|one| one.parts(&layouts[at]));
            (at, parts.collect())
        })
        .collect()
}
