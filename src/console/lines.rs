//! Facts and snapshots as text for people, one line each, without a date. Pure.

use std::time::Duration;

use super::{
    snapshot::{Phase, Snapshot},
    tally::{Plan, Tally},
    text,
};
use crate::{
    event::{Event, Item, Outcome, PartId},
    types::{Escaped, ReadSetId},
};

/// How much a line matters; more is greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Weight {
    /// Parts, attempts, back-offs.
    Detail,
    /// A read set enters a phase.
    Phase,
    /// The run begins.
    Start,
    /// A read set ends, or the run is stopped.
    End,
    Warning,
}

pub(super) const fn weight(event: &Event) -> Weight {
    match event {
        Event::Planned { .. } => Weight::Start,
        Event::UploadCreated { .. }
        | Event::Confirming { .. }
        | Event::Completing { .. }
        | Event::Processing { .. } => Weight::Phase,
        Event::Finished { .. } | Event::Stopping { .. } => Weight::End,
        Event::Warning { .. } => Weight::Warning,
        _ => Weight::Detail,
    }
}

/// What a fact is worth saying; the tally has counted it already.
pub(super) fn describe(event: &Event, tally: &Tally) -> Option<String> {
    let about = |item: &Item, words: String| format!("{}: {words}", tally.name(*item));
    Some(match event {
        Event::Planned { .. } => plan(tally.plan()),
        Event::UploadCreated { read_set, upload_id } => {
            about(read_set, format!("uploading, upload {upload_id}"))
        }
        Event::Confirming { read_set } => about(read_set, Phase::Confirming.describe().to_owned()),
        Event::Completing { read_set } => about(read_set, Phase::Completing.describe().to_owned()),
        Event::Processing { read_set, read_set_id } => {
            let words = format!("{}, read set {read_set_id}", Phase::Processing.describe());
            about(read_set, words)
        }
        Event::Finished { read_set, outcome, read_set_id, message } => {
            let words =
                ended(*outcome, read_set_id.as_ref(), tally.result(*read_set), message.as_deref());
            about(read_set, words)
        }
        Event::Warning { read_set, message } => {
            let message = Escaped::new(message).to_string();
            match read_set {
                Some(item) => about(item, message),
                None => message,
            }
        }
        Event::Stopping { signal, grace } => {
            let grace = text::duration(*grace);
            format!("stopping ({signal}): parts in flight get {grace} to finish")
        }
        _ => detail(event, tally)?,
    })
}

fn ended(
    outcome: Outcome,
    id: Option<&ReadSetId>,
    result: Option<(u64, Duration)>,
    message: Option<&str>,
) -> String {
    let mut facts = vec![outcome.to_string()];
    facts.extend(id.map(|id| format!("read set {id}")));
    if let Some((bytes, taken)) = result.filter(|(bytes, _)| *bytes > 0) {
        facts.push(format!("{} in {}", text::bytes(bytes), text::duration(taken)));
    }
    let facts = facts.join(", ");
    message.map_or(facts.clone(), |message| format!("{facts}: {}", Escaped::new(message)))
}

fn detail(event: &Event, tally: &Tally) -> Option<String> {
    let about = |part: &PartId, words: String| {
        format!("{}: part {} of {} {words}", tally.name(part.item), part.number, part.source)
    };
    let again =
        |delay: &Duration| format!("again in {}", humantime::format_duration(to_tenths(*delay)));
    let reason = |reason: &str| Escaped::new(reason).to_string();
    Some(match event {
        Event::PartStarted { part, bytes, attempt } => {
            about(part, format!("started, attempt {attempt}, {bytes}"))
        }
        Event::PartRetrying { part, attempt, delay, reason: why } => {
            let words = format!("failed, attempt {attempt}, {}: {}", again(delay), reason(why));
            about(part, words)
        }
        Event::PartFailed { part } => about(part, "given up".to_owned()),
        Event::PartUploaded { part, bytes } => about(part, format!("confirmed, {bytes}")),
        Event::PartRejected { part, reason: why, .. } => {
            about(part, format!("has to be sent again: {}", reason(why)))
        }
        Event::Throttled { read_set, operation, delay } => {
            format!("{}: {operation} throttled, {}", tally.name(*read_set), again(delay))
        }
        Event::Retrying { read_set, operation, attempt, delay, reason: why } => format!(
            "{}: {operation} failed, attempt {attempt}, {}: {}",
            tally.name(*read_set),
            again(delay),
            reason(why)
        ),
        _ => return None,
    })
}

/// `1.5s` is told as `1s 500ms`; finer than a tenth is of no use.
fn to_tenths(delay: Duration) -> Duration {
    Duration::from_millis(u64::try_from(delay.as_millis() / 100 * 100).unwrap_or(u64::MAX))
}

/// The dated line that says that the run is alive.
pub(super) fn heartbeat(snapshot: &Snapshot) -> String {
    let mut facts = Vec::new();
    if snapshot.phase == Phase::Uploading {
        let percent = snapshot.amount.percent().map(|percent| format!(" ({percent} %)"));
        let amount = snapshot.amount.describe();
        facts.push(format!("uploading {amount}{}", percent.unwrap_or_default()));
        facts.extend(snapshot.rate.map(text::rate));
        facts.extend(snapshot.left.map(|left| format!("{} left", text::duration(left))));
        let parts = snapshot.parts_in_flight;
        facts.push(text::count(parts as u64, "part in flight", "parts in flight"));
    } else {
        let since = text::duration(snapshot.in_phase);
        facts.push(format!("{} {since}", snapshot.phase.describe()));
    }
    facts.extend(troubles(snapshot));
    if let Some(stalled) = snapshot.stalled {
        facts.push(format!("nothing moved for {}", text::duration(stalled)));
    }
    if snapshot.planned > 1 {
        let (done, planned) = (snapshot.outcomes.len(), snapshot.planned);
        facts.push(format!("{done} of {planned} read sets done"));
    }
    if let Some(trouble) = &snapshot.trouble {
        facts.push(format!("last error: {trouble}"));
    }
    if let Some(signal) = snapshot.stopping {
        facts.insert(0, format!("stopping ({signal})"));
    }
    facts.join(", ")
}

fn troubles(snapshot: &Snapshot) -> Vec<String> {
    let mut facts = Vec::new();
    if snapshot.retries > 0 {
        facts.push(text::count(snapshot.retries, "retry", "retries"));
    }
    if snapshot.throttled > 0 {
        facts.push(text::count(snapshot.throttled, "time throttled", "times throttled"));
    }
    facts
}

/// The last line: what came of it.
pub(super) fn summary(snapshot: &Snapshot) -> Option<String> {
    if snapshot.planned == 0 {
        return None;
    }
    let order = [
        Outcome::Active,
        Outcome::Completed,
        Outcome::Skipped,
        Outcome::Failed,
        Outcome::Interrupted,
    ];
    let mut counts: Vec<String> = order
        .iter()
        .map(|outcome| {
            (outcome, snapshot.outcomes.iter().filter(|other| *other == outcome).count())
        })
        .filter(|(_, count)| *count > 0)
        .map(|(outcome, count)| format!("{count} {outcome}"))
        .collect();
    let open = snapshot.planned.saturating_sub(snapshot.outcomes.len());
    if open > 0 {
        counts.push(format!("{open} unfinished"));
    }
    let read_sets = text::count(snapshot.planned as u64, "read set", "read sets");
    let mut facts = vec![format!("{read_sets}: {}", counts.join(", "))];
    let elapsed = text::duration(snapshot.elapsed);
    if snapshot.sent > 0 {
        let sent = text::bytes(snapshot.sent);
        let millis = snapshot.sending.as_millis().max(1);
        let rate = u64::try_from(u128::from(snapshot.sent) * 1000 / millis).unwrap_or(u64::MAX);
        facts.push(format!("{sent} sent at {}", text::rate(rate)));
    }
    facts.push(format!("{elapsed} in all"));
    facts.extend(troubles(snapshot));
    Some(facts.join(", "))
}

/// `3 read sets, 40.0 GiB in 640 parts`.
fn plan(Plan { read_sets, bytes, parts }: Plan) -> String {
    let read_sets = text::count(read_sets as u64, "read set", "read sets");
    let parts = text::count(parts, "part", "parts");
    bytes.map_or(read_sets.clone(), |bytes| {
        format!("{read_sets}, {} in {parts}", text::bytes(bytes))
    })
}
