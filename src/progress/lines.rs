//! Facts and snapshots as text for people, one line each, without a date. Pure.

use std::time::{Duration, Instant};

use super::{
    snapshot::{Phase, Product, Snapshot},
    tally::{PlannedTotals, ProgressTally},
    text,
};
use crate::{
    event::{Event, Item, Outcome, PartId},
    types::{Escaped, EtagResult, ReadSetEtag},
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
        Event::Planned { .. } | Event::PlannedArchives { .. } => Weight::Start,
        Event::UploadCreated { .. }
        | Event::Checking { .. }
        | Event::Confirming { .. }
        | Event::Decoding { .. }
        | Event::Completing { .. }
        | Event::Processing { .. } => Weight::Phase,
        Event::Finished { .. }
        | Event::Stopping { .. }
        | Event::Resuming { .. }
        | Event::Comparing { .. }
        | Event::Decoded { .. }
        | Event::Md5Matches { .. }
        | Event::EtagCompared { .. }
        | Event::CredentialsRenewed => Weight::End,
        Event::SourceDisposed { disposal, .. } if !disposal.is_left() => Weight::End,
        Event::Warning { .. }
        | Event::SourceDisposed { .. }
        | Event::AwaitingCredentials { .. } => Weight::Warning,
        _ => Weight::Detail,
    }
}

/// What a fact is worth saying; the tally has counted it already.
pub(super) fn describe(event: &Event, tally: &ProgressTally, now: Instant) -> Option<String> {
    let about = |item: &Item, words: String| format!("{}: {words}", tally.name(*item));
    Some(match event {
        Event::Planned { .. } | Event::PlannedArchives { .. } => plan(tally.plan()),
        Event::UploadCreated { read_set, upload_id } => {
            about(read_set, format!("uploading, upload {upload_id}"))
        }
        Event::Resuming { read_set, upload_id, parts, bytes } => {
            let plural = if *parts == 1 { "part is" } else { "parts are" };
            let words =
                format!("resuming upload {upload_id}: {parts} {plural} there already ({bytes})");
            about(read_set, words)
        }
        Event::Comparing { read_set, upload_id, parts, bytes } => {
            let plural = if *parts == 1 { "part" } else { "parts" };
            let words = format!(
                "going on with upload {upload_id}, which has {parts} {plural} ({bytes}): what comes \
                 and is the same is not sent again"
            );
            about(read_set, words)
        }
        Event::Checking { read_set, bytes } => {
            about(read_set, format!("{}, {bytes}", Phase::Checking.describe()))
        }
        Event::AwaitingCredentials { message } => Escaped::new(message).to_string(),
        Event::CredentialsRenewed => "there are new credentials: going on".to_owned(),
        Event::Confirming { read_set } => about(read_set, Phase::Confirming.describe().to_owned()),
        Event::Decoding { read_set } => about(read_set, Phase::Decoding.describe().to_owned()),
        Event::Completing { read_set } => {
            about(read_set, tally.product.completing().describe().to_owned())
        }
        Event::Processing { read_set, read_set_id } => {
            let words = format!("{}, read set {read_set_id}", Phase::Processing.describe());
            about(read_set, words)
        }
        // Why it failed is told at the end, with all causes and what to do.
        Event::Finished { read_set, outcome, read_set_id, .. } => {
            let mut facts = vec![outcome.to_string()];
            facts.extend(read_set_id.as_ref().map(|id| format!("read set {id}")));
            facts.extend(result(*read_set, tally, now));
            about(read_set, facts.join(", "))
        }
        Event::Decoded { read_set, .. }
        | Event::Md5Matches { read_set, .. }
        | Event::EtagCompared { read_set, .. } => about(read_set, finding(event)?),
        Event::SourceDisposed { read_set, file, disposal } => {
            about(read_set, format!("`{}`: {disposal}", Escaped::new(file)))
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

/// What is known of the data.
fn finding(event: &Event) -> Option<String> {
    Some(match event {
        Event::Decoded { reads, bases, .. } => {
            format!("sound to the end: {reads} reads, {bases} bases")
        }
        Event::Md5Matches { md5, .. } => {
            let sums: Vec<_> = md5.iter().flatten().map(String::as_str).collect();
            format!("MD5 as it should be: {}", sums.join(" "))
        }
        Event::EtagCompared { expected, found, result, .. } => {
            let shown = |etag: &Option<ReadSetEtag>| {
                etag.as_ref().map_or_else(|| "none".to_owned(), ToString::to_string)
            };
            match result {
                EtagResult::Matches => format!("the ETag matches: {}", shown(found)),
                EtagResult::NotPredicted => {
                    format!("the ETag cannot be predicted; the store has {}", shown(found))
                }
                _ => {
                    let (expected, found) = (shown(expected), shown(found));
                    format!("the ETag {result}: the store has {found}, the data have {expected}")
                }
            }
        }
        _ => return None,
    })
}

/// What a read set brought; if it is the only one, what the whole run took.
fn result(item: Item, tally: &ProgressTally, now: Instant) -> Vec<String> {
    if tally.read_sets() == 1 {
        return effort(&tally.snapshot(now));
    }
    let brought = tally.result(item).filter(|(bytes, _)| *bytes > 0);
    let spell = |(bytes, taken)| format!("{} in {}", text::bytes(bytes), text::duration(taken));
    brought.map(spell).into_iter().collect()
}

fn detail(event: &Event, tally: &ProgressTally) -> Option<String> {
    let about = |part: &PartId, words: String| {
        let (name, number) = (tally.name(part.item), part.number);
        match tally.product {
            Product::ReadSets => format!("{name}: part {number} of {} {words}", part.source),
            Product::Archives => format!("{name}: part {number} {words}"),
        }
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
        Event::PartThrottled { part, attempt, delay } => {
            about(part, format!("throttled, attempt {attempt}, {}", again(delay)))
        }
        Event::PartFailed { part } => about(part, "given up".to_owned()),
        Event::PartUploaded { part, bytes } => about(part, format!("confirmed, {bytes}")),
        Event::PartRejected { part, reason: why, .. } => {
            about(part, format!("has to be sent again: {}", reason(why)))
        }
        Event::Throttled { read_set, operation, delay } => {
            format!("{}: {operation} throttled, {}", tally.name(*read_set), again(delay))
        }
        Event::Level { parts, before, reason } => {
            let count = text::count(*parts as u64, "part", "parts");
            format!("{count} in flight from now on, {before} before: {reason}")
        }
        Event::Retrying { read_set, operation, attempt, delay, reason: why } => format!(
            "{}: {operation} failed, attempt {attempt}, {}: {}",
            tally.name(*read_set),
            again(delay),
            reason(why)
        ),
        Event::Checked { read_set, bytes } => {
            format!("{}: checked {bytes}", tally.name(*read_set))
        }
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
    if snapshot.phase == Phase::Decoding {
        let percent = snapshot.decoded.percent().map(|percent| format!(" ({percent} %)"));
        facts.push(format!("{}{}", snapshot.decoded.describe(), percent.unwrap_or_default()));
    }
    facts.extend(troubles(snapshot));
    if let Some(stalled) = snapshot.stalled {
        facts.push(format!("nothing moved for {}", text::duration(stalled)));
    }
    if snapshot.planned > 1 {
        let (done, planned) = (snapshot.outcomes.len(), snapshot.planned);
        let (_, products) = snapshot.product.words();
        facts.push(format!("{done} of {planned} {products} done"));
        facts.extend(snapshot.failed().map(|failed| format!("{failed} failed")));
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

/// What it took: `40.0 GiB sent at 95.1 MiB/s, 7m 11s in all, 2 retries`.
fn effort(snapshot: &Snapshot) -> Vec<String> {
    let mut facts = Vec::new();
    if snapshot.sent > 0 {
        let millis = snapshot.sending.as_millis().max(1);
        let rate = u64::try_from(u128::from(snapshot.sent) * 1000 / millis).unwrap_or(u64::MAX);
        facts.push(format!("{} sent at {}", text::bytes(snapshot.sent), text::rate(rate)));
    }
    facts.push(format!("{} in all", text::duration(snapshot.elapsed)));
    facts.extend(troubles(snapshot));
    facts
}

/// The last line: what came of it. There is none for one read set, whose own last line says it all, and
/// none where data were only decoded: what that means is for the command to say.
pub(super) fn summary(snapshot: &Snapshot) -> Option<String> {
    const ORDER: [Outcome; 5] = [
        Outcome::Active,
        Outcome::Completed,
        Outcome::Skipped,
        Outcome::Failed,
        Outcome::Interrupted,
    ];
    let open = snapshot.planned.saturating_sub(snapshot.outcomes.len());
    let only_read = snapshot.phase == Phase::Decoding && snapshot.outcomes.is_empty();
    if snapshot.planned == 0 || (snapshot.planned == 1 && open == 0) || only_read {
        return None;
    }
    let count = |outcome| snapshot.outcomes.iter().filter(|other| **other == outcome).count();
    let mut facts: Vec<_> = ORDER
        .map(|outcome| (count(outcome), outcome.as_str()))
        .into_iter()
        .chain([(open, "unfinished")])
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    facts.extend(effort(snapshot));
    let (one, several) = snapshot.product.words();
    let products = text::count(snapshot.planned as u64, one, several);
    Some(format!("{products}: {}", facts.join(", ")))
}

/// `3 read sets, 40.0 GiB in 640 parts`.
fn plan(PlannedTotals { product, read_sets, bytes, parts }: PlannedTotals) -> String {
    let (one, several) = product.words();
    let read_sets = text::count(read_sets as u64, one, several);
    // What is only read is not cut.
    let parts = match parts {
        0 => String::new(),
        parts => format!(" in {}", text::count(parts, "part", "parts")),
    };
    bytes.map_or(read_sets.clone(), |bytes| format!("{read_sets}, {}{parts}", text::bytes(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        progress::fixture::{
            Run, created, finished, planned, processing, progress, rejected, retrying, started,
            uploaded, warning,
        },
        types::{OperationName, SourceDisposal},
    };

    fn said(run: &mut Run, event: &Event) -> String {
        run.tell(event);
        describe(event, &run.tally, run.now).unwrap_or_default()
    }

    fn etag(expected: Option<&str>, found: Option<&str>, result: EtagResult) -> Event {
        let etag = |hash: &str| ReadSetEtag {
            algorithm: "BAM_MD5up".to_owned(),
            source1: hash.to_owned(),
            source2: None,
        };
        let (expected, found) = (expected.map(etag), found.map(etag));
        Event::EtagCompared { read_set: Item(1), expected, found, result }
    }

    fn disposed(read_set: Item, disposal: SourceDisposal) -> Event {
        Event::SourceDisposed { read_set, file: "f\u{1b}".to_owned(), disposal }
    }

    #[test]
    fn what_is_sent_and_still_decoded_has_its_own_amount() {
        let mut run = Run::new(&[("a", 128)]);
        let item = Item(0);
        run.tell(&created(0)).send(0, 1..=2);
        let bytes = crate::types::ByteCount::new(32 * 1024 * 1024);
        run.tell(&Event::DecodeProgress { read_set: item, bytes });
        assert!(heartbeat(&run.tally.snapshot(run.now)).contains("(100 %)"));
        run.tell(&Event::Confirming { read_set: item }).tell(&Event::Decoding { read_set: item });
        run.wait(2000);
        assert_eq!(
            heartbeat(&run.tally.snapshot(run.now)),
            "decoding (the data are still read to their end) 2s, 32.0 MiB of 128.0 \
             MiB (25 %)"
        );
        run.tell(&Event::Completing { read_set: item });
        assert!(heartbeat(&run.tally.snapshot(run.now)).starts_with("completing"));
    }

    #[test]
    fn what_is_found_in_the_data_has_its_words() {
        let mut run = Run::new(&[("NA1", 128), ("b\u{1b}c", 64)]);
        let item = Item(1);
        for (event, weighs, words) in [
            (
                Event::Decoding { read_set: item },
                Weight::Phase,
                "b\\u{1b}c: decoding (the data are still read to their end)",
            ),
            (
                Event::Decoded { read_set: item, reads: 3, bases: 450 },
                Weight::End,
                "b\\u{1b}c: sound to the end: 3 reads, 450 bases",
            ),
            (
                Event::Md5Matches { read_set: item, md5: vec![None, Some("00ff".to_owned())] },
                Weight::End,
                "b\\u{1b}c: MD5 as it should be: 00ff",
            ),
            (
                etag(Some("aa"), Some("AA"), EtagResult::Matches),
                Weight::End,
                "b\\u{1b}c: the ETag matches: BAM_MD5up AA",
            ),
            (
                etag(Some("aa"), Some("bb"), EtagResult::DiffersUnconfirmed),
                Weight::End,
                "b\\u{1b}c: the ETag differs (definition unconfirmed): the store has BAM_MD5up bb, \
                 the data have BAM_MD5up aa",
            ),
            (
                disposed(item, SourceDisposal::Deleted),
                Weight::End,
                "b\\u{1b}c: `f\\u{1b}`: deleted",
            ),
            (
                disposed(item, SourceDisposal::Left { reason: "why".to_owned() }),
                Weight::Warning,
                "b\\u{1b}c: `f\\u{1b}`: left in place: why",
            ),
            (
                etag(None, None, EtagResult::NotPredicted),
                Weight::End,
                "b\\u{1b}c: the ETag cannot be predicted; the store has none",
            ),
        ] {
            assert_eq!((weight(&event), said(&mut run, &event).as_str()), (weighs, words));
        }
    }

    #[test]
    fn every_fact_has_its_words() {
        let mut run = Run::new(&[("NA1", 128), ("b\u{1b}c", 64)]);
        let delay = Duration::from_millis(61_789);
        let item = Item(1);
        for (event, weight, words) in [
            (
                planned(&[("NA1", 128), ("b\u{1b}c", 64)]),
                Weight::Start,
                "2 read sets, 192.0 MiB in 3 parts",
            ),
            (planned(&[("NA1", 128), ("pipe", 0)]), Weight::Start, "2 read sets"),
            (
                planned(&[("NA1", 128), ("b\u{1b}c", 64)]),
                Weight::Start,
                "2 read sets, 192.0 MiB in 3 parts",
            ),
            (created(0), Weight::Phase, "NA1: uploading, upload 1234567890"),
            (
                started(0, 1, 64),
                Weight::Detail,
                "NA1: part 1 of SOURCE1 started, attempt 1, 64.0 MiB",
            ),
            (progress(0, 1, 64), Weight::Detail, ""),
            (
                retrying(0, 1, "reset\nby peer"),
                Weight::Detail,
                "NA1: part 1 of SOURCE1 failed, attempt 1, again in 1s 200ms: reset\\nby peer",
            ),
            (
                started(0, 2, 64),
                Weight::Detail,
                "NA1: part 2 of SOURCE1 started, attempt 1, 64.0 MiB",
            ),
            (uploaded(0, 2, 64), Weight::Detail, "NA1: part 2 of SOURCE1 confirmed, 64.0 MiB"),
            (
                rejected(0, 2, 64),
                Weight::Detail,
                "NA1: part 2 of SOURCE1 has to be sent again: the service has another checksum",
            ),
            (
                Event::PartFailed { part: crate::progress::fixture::part(0, 1) },
                Weight::Detail,
                "NA1: part 1 of SOURCE1 given up",
            ),
            (
                Event::Throttled {
                    read_set: item,
                    operation: OperationName::new("omics:UploadReadSetPart"),
                    delay,
                },
                Weight::Detail,
                "b\\u{1b}c: UploadReadSetPart throttled, again in 1m 1s 700ms",
            ),
            (
                Event::Level { parts: 8, before: 4, reason: "9.0 MiB/s so far".to_owned() },
                Weight::Detail,
                "8 parts in flight from now on, 4 before: 9.0 MiB/s so far",
            ),
            (
                Event::Retrying {
                    read_set: item,
                    operation: OperationName::new("omics:ListReadSetUploadParts"),
                    attempt: 3,
                    delay,
                    reason: "no route".to_owned(),
                },
                Weight::Detail,
                "b\\u{1b}c: ListReadSetUploadParts failed, attempt 3, again in 1m 1s 700ms: no route",
            ),
            (
                Event::Confirming { read_set: Item(0) },
                Weight::Phase,
                "NA1: confirming (the service's list of parts is checked)",
            ),
            (
                Event::Completing { read_set: Item(0) },
                Weight::Phase,
                "NA1: completing (HealthOmics puts the parts together)",
            ),
            (
                processing(0),
                Weight::Phase,
                "NA1: processing (HealthOmics checks the read set), read set 9876543210",
            ),
            (warning(None, "low\u{7} disk"), Weight::Warning, "low\\u{7} disk"),
            (warning(Some(1), "CRAM 3.1"), Weight::Warning, "b\\u{1b}c: CRAM 3.1"),
            (
                Event::Stopping { signal: "SIGINT", grace: Duration::from_secs(10) },
                Weight::End,
                "stopping (SIGINT): parts in flight get 10s to finish",
            ),
            (finished(0, Outcome::Active, None), Weight::End, "NA1: active, read set 9876543210"),
            (finished(1, Outcome::Failed, Some("bad\u{1b}[2J")), Weight::End, "b\\u{1b}c: failed"),
        ] {
            assert_eq!((weight, words), (super::weight(&event), said(&mut run, &event).as_str()));
        }
    }

    #[test]
    fn the_heartbeat_says_how_far_and_what_keeps_it() {
        let mut run = Run::new(&[("NA1", 1280)]);
        let beat = |run: &Run| heartbeat(&run.tally.snapshot(run.now));
        assert_eq!(beat(&run), "preparing 0s");
        run.tell(&created(0)).send(0, 1..=10).tell(&started(0, 11, 64));
        assert_eq!(
            beat(&run),
            "uploading 640.0 MiB of 1.2 GiB (50 %), 64.0 MiB/s, 10s left, 1 part in flight"
        );
        run.tell(&retrying(0, 11, "no route")).wait(40_000);
        let delay = Duration::from_secs(1);
        run.tell(&Event::Throttled {
            read_set: Item(0),
            operation: OperationName::new("omics:x"),
            delay,
        });
        assert_eq!(
            beat(&run),
            "uploading 640.0 MiB of 1.2 GiB (50 %), 0 B/s, 0 parts in flight, 1 retry, \
             1 time throttled, nothing moved for 40s, last error: no route"
        );
        run.tell(&processing(0)).wait(80_000);
        assert_eq!(
            beat(&run),
            "processing (HealthOmics checks the read set) 1m 20s, 1 retry, 1 time throttled"
        );
    }

    #[test]
    fn the_heartbeat_of_a_pipe_and_of_several() {
        let mut run = Run::new(&[("pipe", 0), ("b", 64)]);
        run.tell(&created(0)).send(0, 1..=4).tell(&finished(1, Outcome::Skipped, None));
        run.tell(&Event::Stopping { signal: "SIGTERM", grace: Duration::from_secs(10) });
        assert_eq!(
            heartbeat(&run.tally.snapshot(run.now)),
            "stopping (SIGTERM), uploading 256.0 MiB, 64.0 MiB/s, 0 parts in flight, \
             1 of 2 read sets done"
        );
    }

    #[test]
    fn one_read_set_sums_up_itself_and_several_are_summed_up() {
        let mut run = Run::new(&[("NA1", 128)]);
        run.tell(&created(0)).send(0, 1..=2).tell(&processing(0)).wait(60_000);
        assert_eq!(
            said(&mut run, &finished(0, Outcome::Active, None)),
            "NA1: active, read set 9876543210, 128.0 MiB sent at 64.0 MiB/s, 1m 2s in all"
        );
        assert_eq!(summary(&run.tally.snapshot(run.now)), None);

        let mut run = Run::new(&[("a", 128), ("b", 64), ("c", 64), ("d", 64)]);
        run.tell(&created(0)).send(0, 1..=2).tell(&retrying(0, 3, "x"));
        assert_eq!(
            said(&mut run, &finished(0, Outcome::Active, None)),
            "a: active, read set 9876543210, 128.0 MiB in 2s"
        );
        run.tell(&finished(1, Outcome::Skipped, None));
        run.tell(&finished(3, Outcome::Active, None));
        assert_eq!(
            summary(&run.tally.snapshot(run.now)).unwrap(),
            "4 read sets: 2 active, 1 skipped, 1 unfinished, 128.0 MiB sent at 64.0 MiB/s, \
             2s in all, 1 retry"
        );
        assert_eq!(summary(&ProgressTally::default().snapshot(run.now)), None);

        let mut run = Run::new(&[("a", 128)]);
        run.tell(&Event::Decoding { read_set: Item(0) });
        assert_eq!(summary(&run.tally.snapshot(run.now)), None);
    }
}
