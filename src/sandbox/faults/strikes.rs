//! When a fault strikes: counts matching calls, and throws seeded dice.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use super::{
    fault::{Action, Fault, FaultKind, FaultScope, Rule},
    target::FaultTarget,
};
use crate::sandbox::rules::{ApiOperation, Source};

/// The faults of a sandbox, with what has happened to each so far.
pub(crate) struct Faults {
    rules: Vec<Armed>,
    quotas: Option<Mutex<HashMap<ApiOperation, Bucket>>>,
}

struct Armed {
    rule: Arc<Rule>,
    progress: Mutex<StrikeCounts>,
}

struct StrikeCounts {
    matched: u64,
    struck: u64,
    dice: fastrand::Rng,
}

/// What a fault looks at: the operation, and the part if it is about one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Subject {
    pub(crate) operation: FaultTarget,
    pub(crate) source: Option<Source>,
    pub(crate) part: Option<u16>,
}

/// The rules that strike one call or one part.
#[derive(Debug, Clone, Default)]
pub(crate) struct Struck(Vec<Arc<Rule>>);

impl Faults {
    pub(crate) fn new(faults: Vec<Fault>) -> Self {
        let mut armed = Self { rules: Vec::new(), quotas: None };
        for fault in faults {
            match fault.0 {
                FaultKind::Quotas => armed.quotas = Some(Mutex::default()),
                FaultKind::Rule(rule) => armed.rules.push(Armed::new(rule)),
            }
        }
        armed
    }

    /// What strikes a call as a whole.
    pub(crate) fn call(&self, subject: Subject) -> Struck {
        self.strike(subject, FaultScope::Call)
    }

    /// What strikes one part that a call shows or looks at.
    pub(crate) fn part(
        &self,
        operation: impl Into<FaultTarget>,
        source: impl Into<Option<Source>>,
        part: u16,
    ) -> Struck {
        let (operation, source) = (operation.into(), source.into());
        let subject = Subject { operation, source, part: Some(part) };
        self.strike(subject, FaultScope::Part)
    }

    fn strike(&self, subject: Subject, level: FaultScope) -> Struck {
        let strikes = |armed: &&Armed| armed.strikes(subject, level);
        Struck(self.rules.iter().filter(strikes).map(|armed| Arc::clone(&armed.rule)).collect())
    }

    /// Whether some rule could do such a thing to an operation, now or later.
    pub(crate) fn may(
        &self,
        operation: impl Into<FaultTarget>,
        wanted: impl Fn(&Action) -> bool,
    ) -> bool {
        let operation = operation.into();
        let rules = self.rules.iter().map(|armed| &armed.rule);
        rules
            .filter(|rule| rule.operation.is_none_or(|named| named == operation))
            .any(|rule| rule.action.level(operation).is_some() && wanted(&rule.action))
    }

    /// Takes one request out of the operation's documented allowance; `false` if none is left.
    pub(crate) fn admit(&self, operation: ApiOperation, now: Instant) -> bool {
        let Some(quotas) = &self.quotas else { return true };
        let mut buckets = quotas.lock().unwrap_or_else(PoisonError::into_inner);
        let rate = f64::from(operation.requests_per_second());
        buckets.entry(operation).or_insert(Bucket { left: rate, at: now }).take(rate, now)
    }
}

impl Armed {
    fn new(rule: Rule) -> Self {
        let dice = fastrand::Rng::with_seed(rule.when.seed.unwrap_or(0));
        Self {
            rule: Arc::new(rule),
            progress: Mutex::new(StrikeCounts { matched: 0, struck: 0, dice }),
        }
    }

    fn strikes(&self, subject: Subject, level: FaultScope) -> bool {
        let when = &self.rule.when;
        let matches = self.rule.operation.is_none_or(|named| named == subject.operation)
            && self.rule.action.level(subject.operation) == Some(level)
            && when.part.is_none_or(|part| subject.part == Some(part))
            && when.source.is_none_or(|source| subject.source == Some(source));
        if !matches {
            return false;
        }
        let mut progress = self.progress.lock().unwrap_or_else(PoisonError::into_inner);
        progress.matched += 1;
        // The dice are thrown at every match, so that other conditions do not shift them.
        let lucky = when.probability.is_none_or(|chance| progress.dice.f64() < chance);
        let strikes = lucky
            && when.nth.is_none_or(|nth| progress.matched == nth)
            && when.every.is_none_or(|every| progress.matched.is_multiple_of(every))
            && when.times.is_none_or(|times| progress.struck < times);
        progress.struck += u64::from(strikes);
        strikes
    }
}

impl Struck {
    pub(crate) fn find<'a, T>(&'a self, wanted: impl Fn(&'a Action) -> Option<T>) -> Option<T> {
        self.0.iter().find_map(|rule| wanted(&rule.action))
    }

    pub(crate) fn has(&self, action: &Action) -> bool {
        self.0.iter().any(|rule| rule.action == *action)
    }

    /// The rules as they were written.
    pub(crate) fn shown(&self) -> Vec<String> {
        self.0.iter().map(ToString::to_string).collect()
    }

    pub(crate) fn actions(&self) -> impl Iterator<Item = &Action> {
        self.0.iter().map(|rule| &rule.action)
    }
}

/// A token bucket that holds one second's requests.
struct Bucket {
    left: f64,
    at: Instant,
}

impl Bucket {
    fn take(&mut self, rate: f64, now: Instant) -> bool {
        let elapsed = now.saturating_duration_since(self.at).as_secs_f64();
        self.left = (self.left + elapsed * rate).min(rate);
        self.at = now;
        let admitted = self.left >= 1.0;
        if admitted {
            self.left -= 1.0;
        }
        admitted
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn armed(texts: &[&str]) -> Faults {
        Faults::new(texts.iter().map(|text| text.parse().unwrap()).collect())
    }

    fn upload(source: Source, part: u16) -> Subject {
        Subject {
            operation: ApiOperation::UploadReadSetPart.into(),
            source: Some(source),
            part: Some(part),
        }
    }

    #[test]
    fn conditions_choose_the_calls() {
        for (conditions, struck) in [
            ("", vec![1, 2, 3, 4, 5, 6]),
            (",nth=3", vec![3]),
            (",every=2", vec![2, 4, 6]),
            (",times=2", vec![1, 2]),
            (",every=2,times=1", vec![2]),
            (",part=9", vec![]),
            (",part=1,source=1", vec![1, 2, 3, 4, 5, 6]),
            (",source=2", vec![]),
            (",probability=0", vec![]),
            (",probability=1", vec![1, 2, 3, 4, 5, 6]),
        ] {
            let faults = armed(&[&format!("UploadReadSetPart:lose-answer{conditions}")]);
            let hits: Vec<_> = (1..=6)
                .filter(|_| faults.call(upload(Source::Source1, 1)).has(&Action::LoseAnswer))
                .collect();
            assert_eq!(hits, struck, "{conditions}");
        }
    }

    #[test]
    fn dice_are_repeatable_and_about_right() {
        let throw = || {
            let faults = armed(&["*:lose-answer,probability=0.3,seed=11"]);
            (0..1000)
                .map(|_| faults.call(upload(Source::Source1, 1)).has(&Action::LoseAnswer))
                .collect::<Vec<_>>()
        };
        let (first, second) = (throw(), throw());
        assert_eq!(first, second);
        assert!((250..350).contains(&first.iter().filter(|hit| **hit).count()));
    }

    #[test]
    fn a_part_s_fault_strikes_that_part_only() {
        let faults = armed(&["*:hide-part,part=3"]);
        let hidden =
            |operation, part| faults.part(operation, Source::Source1, part).has(&Action::HidePart);
        assert!(hidden(ApiOperation::ListReadSetUploadParts, 3));
        assert!(hidden(ApiOperation::CompleteMultipartReadSetUpload, 3));
        assert!(!hidden(ApiOperation::ListReadSetUploadParts, 2));
        assert!(!hidden(ApiOperation::ListReadSets, 3));
        assert!(faults.may(ApiOperation::UploadReadSetPart, |action| *action == Action::HidePart));
        assert!(!faults.may(ApiOperation::GetReadSet, |action| *action == Action::HidePart));
    }

    #[test]
    fn quotas_refill_at_their_rate() {
        let faults = armed(&["quotas"]);
        let start = Instant::now();
        let part = |now| faults.admit(ApiOperation::UploadReadSetPart, now);
        let create = |now| faults.admit(ApiOperation::CreateMultipartReadSetUpload, now);
        assert_eq!((0..20).filter(|_| part(start)).count(), 10);
        assert!(create(start) && !create(start));
        let later = start + Duration::from_millis(510);
        assert_eq!((0..20).filter(|_| part(later)).count(), 5);
        assert!(!create(later));
        assert!(create(start + Duration::from_millis(1010)));
        assert!((0..100).all(|_| armed(&[]).admit(ApiOperation::GetReadSet, start)));
    }
}
