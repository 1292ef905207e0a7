//! The account's references, each asked for once in a run, politely and with retries.

use std::{collections::HashMap, sync::Arc};

use super::genome::{Genome, Known};
use crate::{
    engine::{Failure, Limits},
    formats::read_index,
    report::{Abort, output},
    run::{Reached, questions},
    store::{
        CallError, Caller, IndexFile, ListedReference, Occasion, Omics, Page, Stop, Store as _,
        StoreError, StoreErrorKind, Told, Tries,
        omics::{MAX_INDEX, References},
    },
    types::{Operation, ReferenceArn, ReferenceChoice, StoreId},
};

/// The references as far as they have been asked for.
pub(crate) struct Library {
    references: References,
    caller: Caller<Omics>,
    store: StoreId,
    region: String,
    genomes: HashMap<ReferenceArn, Arc<Known>>,
    listed: Option<Arc<[ListedReference]>>,
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
        let Limits { attempts, give_up_after, .. } = limits;
        let tries = Tries { attempts, give_up_after, occasion: Occasion::Preflight };
        let omics = Omics::new(&reached.connection, reached.store.clone());
        Self {
            references: References::new(&reached.connection),
            caller: Caller::new(omics, tries, Stop::default()),
            store: reached.store.clone(),
            region: reached.connection.region().to_owned(),
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
        let metadata = self.ask(Operation::ShowReference, request).await?;
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
            text.extend(self.ask(Operation::ReadReference, request).await?);
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
                let attempts = self.caller.attempts();
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
        for store in &self.pages(Operation::ListReferenceStores, stores).await? {
            let page = |page: Option<String>| async move {
                self.references.list(store, page.as_deref()).await
            };
            all.extend(self.pages(Operation::ListReferences, page).await?);
        }
        all.retain(|listed| listed.is_active);
        Ok(all)
    }

    async fn pages<T, F>(
        &self,
        operation: Operation,
        request: impl Fn(Option<String>) -> F,
    ) -> Result<Vec<T>, Refusal>
    where
        F: Future<Output = Result<Page<T>, StoreError>>,
    {
        let tell = |told: &Told<'_>| self.tell(told);
        let items = self.caller.pages(&tell, operation, request).await;
        items.map_err(|error| self.refusal(error))
    }

    /// A request with as many tries, and as much patience, as those of the upload have.
    async fn ask<T, F>(&self, operation: Operation, request: impl Fn() -> F) -> Result<T, Refusal>
    where
        F: Future<Output = Result<T, StoreError>>,
    {
        let tell = |told: &Told<'_>| self.tell(told);
        let answer = self.caller.call(&tell, operation, request).await;
        answer.map_err(|error| self.refusal(error))
    }

    fn refusal(&self, error: CallError) -> Refusal {
        match error {
            CallError::Attempts { last: error, .. }
            | CallError::CutOff(error)
            | CallError::Refused(error) => Refusal::Answered(error),
            error => Refusal::Abort(Abort::early(error.into(), &self.store)),
        }
    }

    /// Nothing else is shown at this time.
    fn tell(&self, told: &Told<'_>) {
        match told {
            Told::Again { error, attempt: TOLD, .. } => {
                let after = humantime::format_duration(self.caller.patience());
                output::complain(&format!(
                    "warning: {error}: it is tried again for up to {after}\n"
                ));
            }
            Told::Again { error, attempt, delay, .. } if *attempt < TOLD => {
                questions::tell_pause(error, *delay);
            }
            _ => {}
        }
    }
}

/// After how many failures in a row the user is told that it may take long.
const TOLD: u32 = 3;

fn too_large() -> StoreError {
    let message = "the index is larger than any genome's";
    let operation = Omics::named(Operation::ReadReference);
    StoreError::new(StoreErrorKind::Other, operation, message)
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
            format!("the caller lacks the permission `{}`", error.operation.permission())
        }
        _ if error.code.as_deref() == Some("UnknownOperationException") => {
            format!("this endpoint has no operation {}", error.operation)
        }
        _ => error.to_string(),
    }
}
