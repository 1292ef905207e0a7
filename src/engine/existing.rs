//! Whether the store has a read set already that makes a job superfluous.
//!
//! It is the same only if that is known: by the mark's fingerprint where the sources are older than
//! the read set, else by reading them. What cannot be known is a failure, not a skip and not a second
//! read set.

use super::{Engine, Failure, IfExists, running::Running};
use crate::{
    event::Event,
    journal::Stage,
    source::{Source, SourceFile},
    store::{FoundReadSet, OurTags, ReadSetState, ReadSets, StoreErrorKind},
    types::{ContentDigest, Escaped, Operation, ReadSetId, ReferenceArn},
};

/// What a read set is to a job.
pub(super) enum Judgement {
    Same,
    Other,
    /// It may be the same.
    Unknown(String),
}

impl<S: ReadSets> Engine<S> {
    /// A read set that makes this job superfluous, if that is how it was asked for.
    ///
    /// An upload that was begun on this machine goes on: what it leads to was asked for before.
    pub(super) async fn existing(
        &self,
        running: &Running<'_>,
    ) -> Result<Option<ReadSetId>, Failure> {
        let memory = &running.job.memory;
        let begun = memory.record().is_some_and(|record| record.stage != Stage::Creating);
        if memory.if_exists == IfExists::Upload || begun {
            return Ok(None);
        }
        let same = self.same(running).await;
        if !matches!(same, Ok(None)) {
            // A journal that was only just begun has nothing to say.
            memory.end();
        }
        match same? {
            Some(id) if memory.if_exists == IfExists::Fail => Err(Failure::Exists(id)),
            same => Ok(same),
        }
    }

    /// The read set that holds what this job would send.
    async fn same(&self, running: &Running<'_>) -> Result<Option<ReadSetId>, Failure> {
        let fields = &running.job.fields;
        let find = |page: Option<String>| async move {
            self.store().find_read_sets(fields, None, page.as_deref()).await
        };
        let mut found = self.pages(&running.track, Operation::ListReadSets, find).await?;
        found.retain(|found| !matches!(found.state, ReadSetState::Failed(_) | ReadSetState::Gone));
        // One that need not be waited for comes first.
        found.sort_by_key(|found| !matches!(found.state, ReadSetState::There(_)));
        let mut unknown = None;
        for found in found {
            match self.judge_read_set(running, &found).await? {
                Judgement::Same => {
                    if self.becomes_active(running, &found).await? {
                        return Ok(Some(found.id));
                    }
                }
                Judgement::Other => {}
                Judgement::Unknown(why) => unknown = unknown.or(Some((found.id, why))),
            }
        }
        let Some((id, why)) = unknown else { return Ok(None) };
        Err(running.not_judged(id, why, "--if-exists upload"))
    }

    /// Whether a read set is there, or will be. What the service does not accept does not count.
    async fn becomes_active(
        &self,
        running: &Running<'_>,
        found: &FoundReadSet,
    ) -> Result<bool, Failure> {
        let Some(wait) = self.limits.wait else { return Ok(true) };
        if matches!(found.state, ReadSetState::There(_)) {
            return Ok(true);
        }
        let read_set = running.track.item;
        self.tell(&Event::Processing { read_set, read_set_id: found.id.clone() });
        match self.wait(&running.track, &found.id, wait).await {
            Ok(_) => Ok(true),
            Err(Failure::NotAccepted { .. }) => Ok(false),
            Err(failure) => Err(failure),
        }
    }

    /// Whether a read set holds what this job would send.
    pub(super) async fn judge_read_set(
        &self,
        running: &Running<'_>,
        found: &FoundReadSet,
    ) -> Result<Judgement, Failure> {
        let job = running.job;
        let reference = job.fields.reference.as_ref().map(ReferenceArn::as_str);
        if found.described.reference.as_deref() != reference {
            return Ok(Judgement::Other);
        }
        let look = || self.store().tags_of(found);
        let tags = match self.call(&running.track, Operation::ListTags, look).await {
            Ok(tags) => tags,
            Err(Failure::Refused(error)) if error.kind == StoreErrorKind::Denied => {
                return Ok(unknown(&format!(
                    "its tags cannot be read; that needs the permission `{}`",
                    S::named(Operation::ListTags).permission()
                )));
            }
            // Deleted between the two looks.
            Err(Failure::Refused(error)) if error.kind == StoreErrorKind::Missing => {
                return Ok(Judgement::Other);
            }
            Err(failure) => return Err(failure),
        };
        self.judge_tags(running, found, tags).await
    }

    async fn judge_tags(
        &self,
        running: &Running<'_>,
        found: &FoundReadSet,
        tags: OurTags,
    ) -> Result<Judgement, Failure> {
        let memory = &running.job.memory;
        let (Some(mark), Some(fingerprint)) = (tags.mark, memory.fingerprint) else {
            return Ok(unknown("it carries no fingerprint of its content"));
        };
        let is_pipe = running.job.pipe.is_some();
        if mark.fingerprint != fingerprint {
            return Ok(if is_pipe {
                unknown("standard input can only be compared while it is sent")
            } else {
                Judgement::Other
            });
        }
        // Of a pipe, the fingerprint knows only how it begins.
        if is_pipe || running.newer_than(found).is_some() {
            return self.judge_newer(running, found, tags.digest).await;
        }
        // Dates of the content can be set back; then a digest tells, where there is one.
        let digest = tags.digest.or_else(|| memory.recall.digest(&found.id));
        match digest.filter(|_| running.is_touched_since(found)) {
            Some(digest) => self.judge_content(running, &digest).await,
            None => Ok(Judgement::Same),
        }
    }

    /// The same where dates say that a fingerprint is not enough.
    pub(super) async fn judge_newer(
        &self,
        running: &Running<'_>,
        found: &FoundReadSet,
        digest: Option<ContentDigest>,
    ) -> Result<Judgement, Failure> {
        let digest = digest.or_else(|| running.job.memory.recall.digest(&found.id));
        match (digest, running.newer_than(found)) {
            (Some(digest), _) => self.judge_content(running, &digest).await,
            (None, Some(newer)) => Ok(unknown(&format!(
                "`{}` is newer, and the read set has no tag `omics-upload-digest` to compare with",
                Escaped::new(&newer.path().to_string_lossy())
            ))),
            (None, None) => {
                Ok(unknown("it has no tag `omics-upload-digest` to compare standard input with"))
            }
        }
    }

    /// The digest that a read set carries, as far as its tags can be read.
    pub(super) async fn digest_of(
        &self,
        running: &Running<'_>,
        found: &FoundReadSet,
    ) -> Result<Option<ContentDigest>, Failure> {
        let look = || self.store().tags_of(found);
        match self.call(&running.track, Operation::ListTags, look).await {
            Ok(tags) => Ok(tags.digest),
            Err(Failure::Refused(_)) => Ok(None),
            Err(failure) => Err(failure),
        }
    }
}

impl Running<'_> {
    /// A file that was written to since a read set was made.
    pub(super) fn newer_than(&self, found: &FoundReadSet) -> Option<SourceFile<'_>> {
        let is_newer = |file: &SourceFile<'_>| {
            let modified = file.identity().map(|identity| identity.modified / NANOSECONDS);
            modified.is_some_and(|modified| modified >= i128::from(found.created))
        };
        self.job.sources.iter().flat_map(Source::files).find(is_newer)
    }

    /// Whether anything about a file changed since a read set was made, if only its permissions.
    fn is_touched_since(&self, found: &FoundReadSet) -> bool {
        let is_touched = |file: SourceFile<'_>| {
            let changed = file.identity().map(|identity| identity.changed / NANOSECONDS);
            changed.is_some_and(|changed| changed >= i128::from(found.created))
        };
        self.job.sources.iter().flat_map(Source::files).any(is_touched)
    }

    /// A failure because of a read set that may be the same; the option is what overrules it.
    pub(super) fn not_judged(&self, id: ReadSetId, why: String, overrule: &'static str) -> Failure {
        Failure::NotJudged { id, why, files: self.paths(), overrule }
    }
}

const NANOSECONDS: i128 = 1_000_000_000;

pub(super) fn unknown(why: &str) -> Judgement {
    Judgement::Unknown(why.to_owned())
}
