//! A store in memory: it keeps the rules, misbehaves when a script says so, and notes every call.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    future::pending,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use data_encoding::BASE64;
use http_body_util::BodyExt as _;
use tokio::time::{Instant, sleep};

use crate::{
    pace::Quotas,
    plan::{Part, Rules},
    source::PartBody,
    store::{
        Answered, CompletedPart, Created, Described, Fields, FoundReadSet, ListedUpload, OurTags,
        Page, Proof, ReadSetState, ReadSets, Renewal, Store, StoreError, StoreErrorKind,
        StoredPart,
        omics::{self, RULES},
    },
    types::{
        ByteCount, Checksum, ClientToken, ContentDigest, Digest, Mark, Operation, OperationName,
        PartNumber, PartSource, ReadSetId, Sha256, UploadId,
    },
};

/// Which calls a fault is meant for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum On {
    Create,
    /// One part, by its source (1 or 2) and its number.
    Part(u8, u16),
    AnyPart,
    List,
    Complete,
    Look,
    Find,
    Fallback,
    Tags,
    Tag,
    ListUploads,
    Abort,
    Renew,
}

pub(super) type ChangePage = Arc<dyn Fn(&mut Vec<StoredPart>) + Send + Sync>;

pub(super) type ChangeReadSet = Arc<dyn Fn(&mut FoundReadSet) + Send + Sync>;

/// What goes otherwise than it should, once.
#[derive(Clone)]
pub(super) enum Fault {
    /// Fails without effect.
    Fail(StoreErrorKind),
    /// Fails without effect, and asks for so much time.
    RetryAfter(StoreErrorKind, Duration),
    /// Takes effect, but the answer says this.
    Lost(StoreErrorKind),
    /// Fails after the first block; the rest of the body is neither read nor dropped, as by a
    /// connection that is stuck.
    Early(StoreErrorKind),
    /// Takes one block, says that all is well, and drops the rest.
    Hasty,
    /// Reads nothing and never answers.
    Dead,
    /// Fails without effect, after so long.
    Late(StoreErrorKind, Duration),
    /// Takes so long before each block, and before the answer.
    Slow(Duration),
    /// Takes so long before the second block, the third and so on, and before the answer.
    Paced(Vec<Duration>),
    /// Says that other bytes arrived.
    WrongChecksum,
    /// Does this first, and then what it should.
    Meanwhile(Arc<dyn Fn() + Send + Sync>),
    /// Changes a page of parts.
    Listed(ChangePage),
    /// All uploads are gone from now on, as if somebody had aborted them.
    Vanish,
    /// Says that there is another page, which is this one.
    Endless,
    /// Does not find what is there.
    Blind,
    State(ReadSetState),
    /// Changes what is said of a read set.
    Shown(ChangeReadSet),
    /// What asking for new credentials brings.
    Renewal(Renewal),
}

/// A call that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Call {
    Create { token: String },
    Part { upload: UploadId, source: PartSource, number: u16 },
    List { source: PartSource, page: Option<String> },
    Complete { upload: UploadId, parts: Vec<(PartSource, u16, String)> },
    Look,
    Find { since: Option<i64> },
    Fallback,
    Tags { read_set: ReadSetId },
    Tag { read_set: ReadSetId, digest: ContentDigest },
    ListUploads,
    Abort { upload: UploadId },
    Renew,
}

/// How checksums are spelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spelling {
    Base64,
    Hex,
    Opaque,
}

impl Spelling {
    pub(super) fn of(self, digest: &Sha256) -> Checksum {
        let text = match self {
            Self::Base64 => BASE64.encode(digest.as_bytes()),
            Self::Hex => digest.to_string(),
            Self::Opaque => format!("\"{}\u{1b}\"", &digest.to_string()[..8]),
        };
        text.parse().unwrap()
    }
}

/// When the store was set up, by its own clock.
const EPOCH: i64 = 1_800_000_000;

pub(super) const FALLBACK: &str = "s3://bucket/failed/";

pub(super) struct Fake {
    /// How many entries a page has.
    pub(super) page_size: usize,
    pub(super) quotas: Quotas,
    /// How the answer to a part spells its checksum.
    pub(super) spelling: Spelling,
    /// How the list does.
    pub(super) listed: Spelling,
    /// How long every call takes.
    pub(super) latency: Duration,
    pub(super) rules: Rules,
    begun: Instant,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    once: HashMap<On, VecDeque<Fault>>,
    always: HashMap<On, Fault>,
    calls: Vec<(Instant, Call)>,
    uploads: BTreeMap<UploadId, Upload>,
    tokens: HashMap<String, UploadId>,
    read_sets: Vec<(FoundReadSet, Fields)>,
    held: Vec<PartBody>,
    in_flight: usize,
    most_in_flight: usize,
    most_uploads: usize,
}

struct Upload {
    fields: Fields,
    parts: BTreeMap<(PartSource, PartNumber), (ByteCount, Sha256)>,
}

impl Default for Fake {
    fn default() -> Self {
        Self {
            page_size: 100,
            quotas: Quotas::UNKNOWN,
            spelling: Spelling::Base64,
            listed: Spelling::Base64,
            latency: Duration::from_millis(10),
            rules: RULES,
            begun: Instant::now(),
            state: Mutex::default(),
        }
    }
}

/// The script, and what has happened.
impl Fake {
    /// These calls meet these faults, one after the other, and then none.
    pub(super) fn script(&self, on: On, faults: impl IntoIterator<Item = Fault>) {
        self.state().once.entry(on).or_default().extend(faults);
    }

    /// These calls always meet this fault, after the scripted ones.
    pub(super) fn always(&self, on: On, fault: Fault) {
        self.state().always.insert(on, fault);
    }

    pub(super) fn calls(&self) -> Vec<Call> {
        self.state().calls.iter().map(|(_, call)| call.clone()).collect()
    }

    /// The calls of one kind, with their times since the store was set up.
    pub(super) fn times(&self, wanted: impl Fn(&Call) -> bool) -> Vec<Duration> {
        let state = self.state();
        let calls = state.calls.iter().filter(|(_, call)| wanted(call));
        calls.map(|(at, _)| *at - self.begun).collect()
    }

    /// The times between the calls of one kind.
    pub(super) fn pauses(&self, wanted: impl Fn(&Call) -> bool) -> Vec<Duration> {
        let times = self.times(wanted);
        times.windows(2).map(|pair| pair[1].saturating_sub(pair[0])).collect()
    }

    pub(super) fn count(&self, wanted: impl Fn(&Call) -> bool) -> usize {
        self.times(wanted).len()
    }

    /// How often each part was sent, in the order of sources and numbers.
    pub(super) fn sent(&self) -> Vec<(u16, usize)> {
        let mut counts = BTreeMap::new();
        for call in self.calls() {
            if let Call::Part { source, number, .. } = call {
                *counts.entry((source, number)).or_default() += 1;
            }
        }
        counts.into_iter().map(|((_, number), count)| (number, count)).collect()
    }

    /// What the Complete calls named.
    pub(super) fn completed(&self) -> Vec<Vec<(PartSource, u16, String)>> {
        let named = |call| match call {
            Call::Complete { parts, .. } => Some(parts),
            _ => None,
        };
        self.calls().into_iter().filter_map(named).collect()
    }

    pub(super) fn read_sets(&self) -> Vec<ReadSetId> {
        self.state().read_sets.iter().map(|(found, _)| found.id.clone()).collect()
    }

    pub(super) fn most_in_flight(&self) -> usize {
        self.state().most_in_flight
    }

    pub(super) fn in_flight(&self) -> usize {
        self.state().in_flight
    }

    /// The most uploads that were open at one time.
    pub(super) fn most_uploads(&self) -> usize {
        self.state().most_uploads
    }

    /// The bodies that [`Fault::Early`] left standing.
    pub(super) fn held(&self) -> Vec<PartBody> {
        std::mem::take(&mut self.state().held)
    }

    /// Makes a read set as somebody else's upload with the same fields would.
    pub(super) fn add_read_set(&self, fields: &Fields) -> ReadSetId {
        let at = self.clock();
        self.state().add_read_set(fields.clone(), at)
    }

    /// Leaves a digest at a read set as somebody else would.
    pub(super) fn leave_digest(&self, id: &ReadSetId, digest: &ContentDigest) {
        let mut state = self.state();
        let (_, fields) = state.read_sets.iter_mut().find(|(found, _)| found.id == *id).unwrap();
        fields.tags = fields.tags.with(ContentDigest::KEY, &digest.to_string());
    }

    /// Begins an upload as somebody else would.
    pub(super) fn add_upload(&self, fields: &Fields) -> UploadId {
        let state = &mut *self.state();
        let id: UploadId = (2_000_000_001 + state.uploads.len()).to_string().parse().unwrap();
        let upload = Upload { fields: fields.clone(), parts: BTreeMap::new() };
        state.uploads.insert(id.clone(), upload);
        id
    }

    /// Stores a part of the first source as somebody else would.
    pub(super) fn add_part(&self, upload: &UploadId, number: u16, bytes: &[u8]) {
        let place = (PartSource::Source1, PartNumber::new(number).unwrap());
        let part = (ByteCount::new(bytes.len() as u64), Sha256::of(bytes));
        self.state().uploads.get_mut(upload).unwrap().parts.insert(place, part);
    }

    /// The uploads that are neither completed nor aborted.
    pub(super) fn uploads(&self) -> Vec<UploadId> {
        self.state().uploads.keys().cloned().collect()
    }
}

impl Fake {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn clock(&self) -> i64 {
        EPOCH + i64::try_from(self.begun.elapsed().as_secs()).unwrap()
    }

    /// Notes a call, and gives the fault that it meets.
    async fn called(&self, call: Call, on: &[On]) -> Option<Fault> {
        let fault = {
            let mut state = self.state();
            state.calls.push((Instant::now(), call));
            on.iter().find_map(|on| state.fault(*on))
        };
        match &fault {
            Some(Fault::Meanwhile(act)) => act(),
            Some(Fault::Vanish) => self.state().uploads.clear(),
            Some(Fault::Dead) if !on.contains(&On::AnyPart) => pending().await,
            _ => {}
        }
        if !self.latency.is_zero() {
            sleep(self.latency).await;
        }
        fault
    }

    /// Takes a body as the fault has it; nothing if the fault is that it is not taken.
    async fn take(
        &self,
        mut body: PartBody,
        fault: Option<&Fault>,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let mut bytes = Vec::new();
        for block in 0.. {
            match fault {
                Some(Fault::Dead) => pending().await,
                Some(Fault::Slow(pause)) => sleep(*pause).await,
                Some(Fault::Late(_, pause)) if block == 0 => sleep(*pause).await,
                Some(Fault::Paced(pauses)) if block > 0 => {
                    sleep(pauses.get(block - 1).copied().unwrap_or_default()).await;
                }
                _ => {}
            }
            let Some(frame) = body.frame().await else { break };
            let block = frame.map_err(|_| error(StoreErrorKind::Unreachable))?;
            bytes.extend_from_slice(&block.into_data().unwrap());
            match fault {
                Some(Fault::Early(kind)) => {
                    self.state().held.push(body);
                    return Err(error(*kind));
                }
                Some(Fault::Hasty) => return Ok(None),
                _ => {}
            }
        }
        Ok(Some(bytes))
    }
}

impl State {
    fn fault(&mut self, on: On) -> Option<Fault> {
        let scripted = self.once.get_mut(&on).and_then(VecDeque::pop_front);
        scripted.or_else(|| self.always.get(&on).cloned())
    }

    fn add_read_set(&mut self, fields: Fields, created: i64) -> ReadSetId {
        let id: ReadSetId =
            format!("{:010}", 5_000_000_001 + self.read_sets.len()).parse().unwrap();
        let arn = format!("arn:aws:omics:us-east-1:1:sequenceStore/1/readSet/{id}");
        let some = |text: &str| Some(text.to_owned());
        let described = Described {
            file_type: some(fields.file_type.as_str()),
            name: some(fields.name.as_str()),
            sample: some(fields.sample.as_str()),
            subject: some(fields.subject.as_str()),
            reference: fields.reference.as_ref().map(ToString::to_string),
            creation_type: some("UPLOAD"),
        };
        let (id, state) = (id, ReadSetState::There(None));
        let found =
            FoundReadSet { id: id.clone(), arn, created, state, described, s3_uris: Vec::new() };
        self.read_sets.push((found, fields));
        id
    }
}

/// A part on its way, counted for as long as it is.
struct Flight<'a>(&'a Fake);

impl<'a> Flight<'a> {
    fn new(fake: &'a Fake) -> Self {
        let mut state = fake.state();
        state.in_flight += 1;
        state.most_in_flight = state.most_in_flight.max(state.in_flight);
        Self(fake)
    }
}

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        self.0.state().in_flight -= 1;
    }
}

pub(super) fn error(kind: StoreErrorKind) -> StoreError {
    let operation = OperationName::new("omics:Fake");
    StoreError::new(kind, operation, "as the script says")
}

/// Fails as the fault has it; other faults are left to the caller.
fn fail(fault: Option<&Fault>) -> Result<(), StoreError> {
    match fault {
        Some(Fault::Fail(kind) | Fault::Late(kind, _)) => Err(error(*kind)),
        Some(Fault::RetryAfter(kind, after)) => {
            Err(StoreError { retry_after: Some(*after), ..error(*kind) })
        }
        _ => Ok(()),
    }
}

/// Gives the answer, unless it gets lost.
fn answer<T>(value: T, fault: Option<&Fault>) -> Result<T, StoreError> {
    match fault {
        Some(Fault::Lost(kind)) => Err(error(*kind)),
        _ => Ok(value),
    }
}

/// An answer with a request ID that says what was asked.
fn answered<T>(value: T, request: &str) -> Answered<T> {
    Answered { value, request_id: Some(request.into()) }
}

fn missing() -> StoreError {
    error(StoreErrorKind::Missing)
}

impl Store for &Fake {
    type Made = ReadSetId;
    type Target = Fields;

    fn rules(&self) -> Rules {
        self.rules
    }

    fn named(operation: Operation) -> OperationName {
        omics::named(operation)
    }

    fn quotas(&self) -> Quotas {
        self.quotas
    }

    async fn create(
        &self,
        fields: &Fields,
        token: &ClientToken,
    ) -> Result<Answered<Created>, StoreError> {
        let token = token.as_str().to_owned();
        let fault = self.called(Call::Create { token: token.clone() }, &[On::Create]).await;
        fail(fault.as_ref())?;
        let at = self.clock();
        let id = {
            let state = &mut *self.state();
            let next = 1_000_000_001 + state.tokens.len();
            let id = state.tokens.entry(token).or_insert_with(|| next.to_string().parse().unwrap());
            let upload = Upload { fields: fields.clone(), parts: BTreeMap::new() };
            state.uploads.entry(id.clone()).or_insert(upload);
            state.most_uploads = state.most_uploads.max(state.uploads.len());
            id.clone()
        };
        answer(answered(Created { id, at }, "create"), fault.as_ref())
    }

    async fn upload_part(
        &self,
        upload: &UploadId,
        part: Part,
        body: PartBody,
        _sum: Option<&Digest>,
    ) -> Result<Checksum, StoreError> {
        let _flight = Flight::new(self);
        let (source, number) = (part.source, part.number.get());
        let call = Call::Part { upload: upload.clone(), source, number };
        let fault = self.called(call, &[On::Part(source as u8 + 1, number), On::AnyPart]).await;
        let fault = fault.as_ref();
        let Some(bytes) = self.take(body, fault).await? else {
            return Ok(self.spelling.of(&Sha256::of(b"some bytes")));
        };
        fail(fault)?;
        let digest = match fault {
            Some(Fault::WrongChecksum) => Sha256::of(b"other bytes"),
            _ => Sha256::of(&bytes),
        };
        let mut state = self.state();
        let upload = state.uploads.get_mut(upload).ok_or_else(missing)?;
        let size = ByteCount::new(bytes.len() as u64);
        upload.parts.insert((source, part.number), (size, digest));
        answer(self.spelling.of(&digest), fault)
    }

    async fn list_parts(
        &self,
        upload: &UploadId,
        source: PartSource,
        page: Option<&str>,
    ) -> Result<Page<StoredPart>, StoreError> {
        let call = Call::List { source, page: page.map(str::to_owned) };
        let fault = self.called(call, &[On::List]).await;
        fail(fault.as_ref())?;
        let state = self.state();
        let upload = state.uploads.get(upload).ok_or_else(missing)?;
        let parts = upload.parts.iter().filter(|((of, _), _)| *of == source);
        let parts = parts.map(|(&(source, number), (size, digest))| StoredPart {
            source,
            number,
            size: *size,
            checksum: Some(self.listed.of(digest)),
            created: EPOCH,
            updated: EPOCH,
        });
        let mut page = paged(parts, page, self.page_size);
        match &fault {
            Some(Fault::Listed(change)) => change(&mut page.items),
            Some(Fault::Endless) => page.next = Some("0".to_owned()),
            _ => {}
        }
        answer(page, fault.as_ref())
    }

    async fn complete(
        &self,
        upload: &UploadId,
        parts: &[CompletedPart],
    ) -> Result<Answered<ReadSetId>, StoreError> {
        let named = parts.iter();
        let named = named.map(|part| (part.source, part.number.get(), part.checksum.to_string()));
        let call = Call::Complete { upload: upload.clone(), parts: named.collect() };
        let fault = self.called(call, &[On::Complete]).await;
        fail(fault.as_ref())?;
        let at = self.clock();
        let mut state = self.state();
        let stored = state.uploads.get(upload).ok_or_else(missing)?;
        let as_stored = stored.parts.iter().map(|(&(source, number), (size, digest))| {
            CompletedPart { source, number, size: *size, checksum: self.spelling.of(digest) }
        });
        if !as_stored.eq(parts.iter().cloned()) {
            return Err(error(StoreErrorKind::Invalid));
        }
        let fields = stored.fields.clone();
        state.uploads.remove(upload);
        let id = state.add_read_set(fields, at);
        answer(answered(id, "complete"), fault.as_ref())
    }

    async fn abort(&self, upload: &UploadId) -> Result<(), StoreError> {
        let call = Call::Abort { upload: upload.clone() };
        let fault = self.called(call, &[On::Abort]).await;
        fail(fault.as_ref())?;
        self.state().uploads.remove(upload).map(drop).ok_or_else(missing)
    }

    async fn renew(&self) -> Result<Renewal, StoreError> {
        let fault = self.called(Call::Renew, &[On::Renew]).await;
        fail(fault.as_ref())?;
        match fault {
            Some(Fault::Renewal(renewal)) => Ok(renewal),
            _ => Ok(Renewal::Impossible),
        }
    }

    fn credentials_source(&self) -> String {
        "profile `lab`".to_owned()
    }

    fn compare(&self, checksum: &Checksum, digest: &Digest) -> Proof {
        match checksum.sha256() {
            None => Proof::Opaque,
            Some(theirs) if digest.sha256() == theirs => Proof::Equal,
            Some(_) => Proof::Different,
        }
    }
}

impl ReadSets for &Fake {
    async fn list_uploads(&self, page: Option<&str>) -> Result<Page<ListedUpload>, StoreError> {
        let fault = self.called(Call::ListUploads, &[On::ListUploads]).await;
        fail(fault.as_ref())?;
        let state = self.state();
        let uploads = state.uploads.iter().map(|(id, upload)| {
            let Fields { file_type, name, sample, subject, reference, .. } = &upload.fields;
            let tags = upload.fields.tags.iter();
            ListedUpload {
                created: Created { id: id.clone(), at: EPOCH },
                file_type: file_type.to_string(),
                name: name.to_string(),
                sample: sample.to_string(),
                subject: subject.to_string(),
                reference: reference.as_ref().map(ToString::to_string),
                generated_from: upload.fields.generated_from.as_ref().map(ToString::to_string),
                description: upload.fields.description.as_ref().map(ToString::to_string),
                tags: tags.map(|(key, value)| (key.to_owned(), value.to_owned())).collect(),
            }
        });
        Ok(paged(uploads, page, self.page_size))
    }

    async fn read_set(&self, id: &ReadSetId) -> Result<FoundReadSet, StoreError> {
        let fault = self.called(Call::Look, &[On::Look]).await;
        fail(fault.as_ref())?;
        let known = self.state().read_sets.iter().find(|(found, _)| found.id == *id).cloned();
        let known = known.map(|(found, _)| found);
        match fault {
            Some(Fault::State(state)) => Ok(FoundReadSet {
                state,
                ..known.unwrap_or_else(|| FoundReadSet {
                    id: id.clone(),
                    arn: String::new(),
                    created: EPOCH,
                    state: ReadSetState::Processing,
                    described: Described::default(),
                    s3_uris: Vec::new(),
                })
            }),
            Some(Fault::Shown(change)) => {
                let mut found = known.ok_or_else(missing)?;
                change(&mut found);
                Ok(found)
            }
            _ => known.ok_or_else(missing),
        }
    }

    async fn find_read_sets(
        &self,
        fields: &Fields,
        since: Option<i64>,
        page: Option<&str>,
    ) -> Result<Page<FoundReadSet>, StoreError> {
        let fault = self.called(Call::Find { since }, &[On::Find]).await;
        fail(fault.as_ref())?;
        if matches!(fault, Some(Fault::Blind)) {
            return Ok(Page { items: Vec::new(), next: None });
        }
        let key = |fields: &Fields| {
            let Fields { file_type, name, sample, subject, .. } = fields;
            (*file_type, name.clone(), sample.clone(), subject.clone())
        };
        let state = self.state();
        let found = state.read_sets.iter();
        let found = found.filter(|(found, of)| {
            since.is_none_or(|since| found.created >= since) && key(of) == key(fields)
        });
        let mut page = paged(found.map(|(found, _)| found.clone()), page, self.page_size);
        if let Some(Fault::Shown(change)) = &fault {
            page.items.iter_mut().for_each(|found| change(found));
        }
        Ok(page)
    }

    async fn tags_of(&self, read_set: &FoundReadSet) -> Result<OurTags, StoreError> {
        let call = Call::Tags { read_set: read_set.id.clone() };
        let fault = self.called(call, &[On::Tags]).await;
        fail(fault.as_ref())?;
        let state = self.state();
        let fields = state.read_sets.iter().find(|(found, _)| found.id == read_set.id);
        let (_, fields) = fields.ok_or_else(missing)?;
        Ok(OurTags {
            mark: fields.tags.get(Mark::KEY).and_then(|mark| mark.parse().ok()),
            digest: fields.tags.get(ContentDigest::KEY).and_then(|digest| digest.parse().ok()),
        })
    }

    async fn tag(&self, read_set: &FoundReadSet, digest: &ContentDigest) -> Result<(), StoreError> {
        let call = Call::Tag { read_set: read_set.id.clone(), digest: *digest };
        let fault = self.called(call, &[On::Tag]).await;
        fail(fault.as_ref())?;
        let mut state = self.state();
        let known = state.read_sets.iter_mut().find(|(found, _)| found.id == read_set.id);
        let (_, fields) = known.ok_or_else(missing)?;
        fields.tags = fields.tags.with(ContentDigest::KEY, &digest.to_string());
        Ok(())
    }

    async fn fallback_location(&self) -> Result<Option<String>, StoreError> {
        let fault = self.called(Call::Fallback, &[On::Fallback]).await;
        fail(fault.as_ref())?;
        Ok(Some(FALLBACK.to_owned()))
    }
}

/// The token of a page is the place where it begins.
fn paged<T>(items: impl Iterator<Item = T>, page: Option<&str>, size: usize) -> Page<T> {
    let start: usize = page.map_or(0, |token| token.parse().unwrap());
    let mut items = items.skip(start).peekable();
    let taken: Vec<_> = items.by_ref().take(size).collect();
    let next = items.peek().map(|_| (start + taken.len()).to_string());
    Page { items: taken, next }
}
