//! The account's references, each asked for once in a run, politely and with retries.

use std::{collections::HashMap, sync::Arc, time::Duration};

use tokio::time::Instant;

use crate::{
    engine::{Failure, Limits},
    formats::{Contig, read_index},
    pace::Pace,
    report::{Abort, output},
    retry::Backoff,
    run::Reached,
    run::asking,
    store::{
        self, IndexFile, ListedReference, Omics, Page, Renewal, Store as _, StoreError,
        StoreErrorKind,
        omics::{
            GET_REFERENCE, GET_REFERENCE_METADATA, LIST_REFERENCE_STORES, LIST_REFERENCES,
            MAX_INDEX, References,
        },
    },
    types::{ReferenceArn, ReferenceChoice, StoreId},
};

/// The references as far as they have been asked for.
pub(crate) struct Library {
    references: References,
    /// Knows where new credentials come from.
    omics: Omics,
    store: StoreId,
    region: String,
    pace: Pace,
    limits: Limits,
    genomes: HashMap<ReferenceArn, Arc<Known>>,
    listed: Option<Arc<[ListedReference]>>,
}

/// What is known of a reference.
pub(crate) enum Known {
    Genome(Genome),
    /// Its sequences are not known: why, as a part of a sentence.
    Unread(String),
    /// It is not there: what there is instead, if there is something to say.
    Missing(Option<String>),
}

/// A reference with its sequences.
pub(crate) struct Genome {
    pub(crate) arn: ReferenceArn,
    pub(crate) name: String,
    pub(crate) contigs: Vec<Contig>,
}

/// How one request has failed so far.
struct Trouble {
    begun: Instant,
    /// All in a row; the delays grow with them.
    failures: u32,
    /// Those that `--attempts` counts.
    counted: u32,
    /// Whether new credentials have been got.
    renewed: bool,
}

/// Why a request was given up.
enum Refusal {
    /// The run cannot go on.
    Abort(Abort),
    /// The service answered, and will not answer otherwise.
    Answered(StoreError),
}

impl Library {
    pub(crate) fn new(reached: &Reached, limits: Limits) -> Self {
        let references = References::new(&reached.connection);
        let pace = Pace::new(references.quotas());
        Self {
            references,
            omics: Omics::new(&reached.connection, reached.store.clone()),
            store: reached.store.clone(),
            region: reached.connection.region().to_owned(),
            pace,
            limits,
            genomes: HashMap::new(),
            listed: None,
        }
    }

    pub(crate) fn region(&self) -> &str {
        &self.region
    }

    /// Asks for what is going to be needed, so that nothing of it fails hours later.
    pub(crate) async fn foresee(&mut self, choice: &ReferenceChoice) -> Result<(), Abort> {
        match choice {
            ReferenceChoice::Arn(arn) => {
                if let Known::Missing(instead) = &*self.genome(arn).await? {
                    return Err(super::messages::missing(arn, instead.as_deref()).into());
                }
            }
            ReferenceChoice::Auto => {
                self.listed().await?;
            }
        }
        Ok(())
    }

    /// What is known of a reference.
    pub(crate) async fn genome(&mut self, arn: &ReferenceArn) -> Result<Arc<Known>, Abort> {
        if let Some(known) = self.genomes.get(arn) {
            return Ok(Arc::clone(known));
        }
        let known = match self.read(arn).await {
            Ok(known) => known,
            Err(Refusal::Abort(abort)) => return Err(abort),
            Err(Refusal::Answered(error)) if is_absent(&error) => Known::Missing(None),
            Err(Refusal::Answered(error)) => Known::Unread(why_unread(&error)),
        };
        let known = Arc::new(known);
        self.genomes.insert(arn.clone(), Arc::clone(&known));
        Ok(known)
    }

    async fn read(&self, arn: &ReferenceArn) -> Result<Known, Refusal> {
        let request = || self.references.metadata(arn);
        let metadata = self.patiently(GET_REFERENCE_METADATA, request).await?;
        if metadata.listed.arn != *arn {
            let instead =
                format!("the reference of the caller's account is {}", metadata.listed.arn);
            return Ok(Known::Missing(Some(instead)));
        }
        if !metadata.listed.is_active {
            return Ok(Known::Missing(Some("it was deleted".to_owned())));
        }
        let Some(index) = metadata.index else {
            return Ok(Known::Unread("it has no index".to_owned()));
        };
        let text = match self.index(arn, index).await {
            // The reference is there, so this says something of its index.
            Err(Refusal::Answered(error)) => return Ok(Known::Unread(why_unread(&error))),
            text => text?,
        };
        if text.len() as u64 != index.size.get() {
            return Ok(Known::Unread("its index is not as long as it should be".to_owned()));
        }
        Ok(match read_index(&text) {
            Ok(contigs) if contigs.is_empty() => Known::Unread("its index is empty".to_owned()),
            Ok(contigs) => {
                Known::Genome(Genome { arn: arn.clone(), name: metadata.listed.name, contigs })
            }
            Err(error) => Known::Unread(format!("its index cannot be read: {error}")),
        })
    }

    async fn index(&self, arn: &ReferenceArn, index: IndexFile) -> Result<Vec<u8>, Refusal> {
        let mut text = Vec::new();
        if index.size.get() > MAX_INDEX as u64 || u64::from(index.parts) > index.size.get() {
            return Err(Refusal::Answered(too_large()));
        }
        for part in 1..=index.parts {
            let request = || self.references.index(arn, part);
            text.extend(self.patiently(GET_REFERENCE, request).await?);
            // What it is said to have is a bound on what is read, however many parts there are.
            if text.len() as u64 > index.size.get() {
                break;
            }
        }
        Ok(text)
    }

    /// All references of the account that can be used.
    pub(crate) async fn listed(&mut self) -> Result<Arc<[ListedReference]>, Abort> {
        if let Some(listed) = &self.listed {
            return Ok(Arc::clone(listed));
        }
        let listed: Arc<[ListedReference]> = match self.list().await {
            Ok(listed) => listed.into(),
            Err(Refusal::Abort(abort)) => return Err(abort),
            Err(Refusal::Answered(last)) if last.kind == StoreErrorKind::Transient => {
                let attempts = self.limits.attempts;
                return Err(Abort::early(Failure::Attempts { attempts, last }, &self.store));
            }
            Err(Refusal::Answered(error)) => return Err(super::messages::not_listed(error).into()),
        };
        self.listed = Some(Arc::clone(&listed));
        Ok(listed)
    }

    async fn list(&self) -> Result<Vec<ListedReference>, Refusal> {
        let stores =
            |page: Option<String>| async move { self.references.stores(page.as_deref()).await };
        let mut all = Vec::new();
        for store in &self.pages(LIST_REFERENCE_STORES, stores).await? {
            let page = |page: Option<String>| async move {
                self.references.list(store, page.as_deref()).await
            };
            all.extend(self.pages(LIST_REFERENCES, page).await?);
        }
        all.retain(|listed| listed.is_active);
        Ok(all)
    }

    async fn pages<T, F>(
        &self,
        operation: &'static str,
        request: impl Fn(Option<String>) -> F,
    ) -> Result<Vec<T>, Refusal>
    where
        F: Future<Output = Result<Page<T>, StoreError>>,
    {
        let request = &request;
        let ask = |next: Option<String>| async move {
            self.patiently(operation, || request(next.clone())).await
        };
        store::pages(operation, ask, Refusal::Answered).await
    }

    /// A request with as many tries, and as much patience, as those of the upload have.
    async fn patiently<T, F>(
        &self,
        operation: &'static str,
        request: impl Fn() -> F,
    ) -> Result<T, Refusal>
    where
        F: Future<Output = Result<T, StoreError>>,
    {
        let mut trouble =
            Trouble { begun: Instant::now(), failures: 0, counted: 0, renewed: false };
        loop {
            let ticket = self.pace.turn(operation).await;
            match request().await {
                Ok(answer) => return Ok(answer),
                Err(error) => {
                    if error.kind == StoreErrorKind::Throttled {
                        self.pace.throttled(operation, ticket);
                    }
                    self.after(&mut trouble, error).await?;
                }
            }
        }
    }

    /// Waits until a request that failed may be made again, or says why it may not.
    async fn after(&self, trouble: &mut Trouble, error: StoreError) -> Result<(), Refusal> {
        match error.kind {
            StoreErrorKind::Expired => {
                let renewed =
                    !trouble.renewed && matches!(self.omics.renew().await, Ok(Renewal::Renewed));
                trouble.renewed = true;
                return if renewed { Ok(()) } else { Err(self.end(Failure::Expired(error))) };
            }
            StoreErrorKind::Throttled | StoreErrorKind::Unreachable => {}
            StoreErrorKind::Transient => trouble.counted += 1,
            _ => return Err(Refusal::Answered(error)),
        }
        if trouble.counted >= self.limits.attempts {
            return Err(Refusal::Answered(error));
        }
        let after = self.limits.give_up_after;
        if trouble.begun.elapsed() >= after {
            return Err(self.end(Failure::GaveUp { after, last: error }));
        }
        trouble.failures += 1;
        if trouble.failures == TOLD {
            tell(&error, after);
        }
        let left = after.saturating_sub(trouble.begun.elapsed());
        let asked = error.retry_after.map(|asked| asked.min(left));
        let pause = Backoff::DEFAULT.delay(trouble.failures, fastrand::f64(), asked).min(left);
        if trouble.failures < TOLD {
            asking::tell(&error, pause);
        }
        tokio::time::sleep(pause).await;
        Ok(())
    }

    fn end(&self, failure: Failure) -> Refusal {
        Refusal::Abort(Abort::early(failure, &self.store))
    }
}

/// After how many failures in a row the user is told: nothing else is shown at this time.
const TOLD: u32 = 3;

fn tell(error: &StoreError, after: Duration) {
    let after = humantime::format_duration(after);
    output::complain(&format!("warning: {error}: it is tried again for up to {after}\n"));
}

fn too_large() -> StoreError {
    let message = "the index is larger than any genome's";
    StoreError::new(StoreErrorKind::Other, GET_REFERENCE, message)
}

/// The service knows the operation, and not the reference.
fn is_absent(error: &StoreError) -> bool {
    error.kind == StoreErrorKind::Missing
        && error.code.as_deref() == Some("ResourceNotFoundException")
}

/// Why sequences are not known, as a part of a sentence.
fn why_unread(error: &StoreError) -> String {
    match error.kind {
        StoreErrorKind::Denied => {
            format!("the caller lacks the permission `omics:{}`", error.operation)
        }
        _ if error.code.as_deref() == Some("UnknownOperationException") => {
            format!("this endpoint has no operation {}", error.operation)
        }
        _ => error.to_string(),
    }
}
