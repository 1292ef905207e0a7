//! One request and what becomes of it: recognised, struck by faults, carried out, answered.

use std::{convert::Infallible, sync::Arc, time::Duration};

use hyper::{
    HeaderMap, Request, Response, StatusCode,
    body::Incoming,
    header::{CONTENT_LENGTH, EXPECT, HeaderValue},
    http::request::Parts,
};
use serde_json::{Value, json};
use tokio::{sync::mpsc, time::sleep};

use super::{
    answer::{self, Body, Dialect, ErrorCode},
    aside::aside,
    intake::{BrokenBody, Intake},
    log::{Log, LogEntry},
    origin::Gate,
    target::RequestHead,
};
use crate::sandbox::{
    faults::{Action, FaultTarget, Moment, Struck, Subject},
    rules::{ApiError, Call, JsonObject},
    state::{Done, Receiver, Service, Treatment, broken_disk, disk, operate},
    vault::{self, VaultAnswer, VaultOperation, VaultRequest},
};

/// A service, and what stands before it.
pub(crate) struct Front {
    pub(crate) service: Arc<Service>,
    pub(crate) gate: Gate,
    pub(crate) log: Option<Log>,
}

/// How a connection ends when it does not end in an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HangUp {
    /// A TCP reset.
    Reset,
    /// An orderly close.
    Close,
}

/// A request of either service, before its body is read.
enum ServiceRequest {
    Omics(RequestHead),
    Vault(VaultRequest),
}

impl ServiceRequest {
    fn read(dialect: Dialect, head: &Parts, gate: &Gate) -> Result<Self, ApiError> {
        match dialect {
            Dialect::Omics => RequestHead::read(head, gate).map(Self::Omics),
            Dialect::Vault => VaultRequest::read(head, gate).map(Self::Vault),
        }
    }

    fn operation(&self) -> FaultTarget {
        match self {
            Self::Omics(head) => head.operation.into(),
            Self::Vault(request) => request.operation.into(),
        }
    }

    /// What faults look at.
    fn subject(&self, service: &Service) -> Subject {
        match self {
            Self::Omics(head) => head.subject(),
            Self::Vault(request) => {
                let (operation, part) = (self.operation(), service.vault_part_number(request));
                Subject { operation, source: None, part }
            }
        }
    }
}

/// What becomes of a request.
enum Reply {
    Answer(Response<Body>),
    HangUp(HangUp),
}

/// Answers a request, or asks for the end of its connection and never returns.
pub(crate) async fn answer(
    front: Arc<Front>,
    hang_up: mpsc::Sender<HangUp>,
    request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    let id = request_id();
    match decide(&front, request, &id).await {
        Reply::Answer(mut response) => {
            if let Ok(id) = HeaderValue::from_str(&id) {
                response.headers_mut().insert("x-amzn-requestid", id);
            }
            Ok(response)
        }
        Reply::HangUp(how) => {
            // The connection drops this future when it hears of it.
            let _ = hang_up.send(how).await;
            std::future::pending().await
        }
    }
}

fn request_id() -> String {
    let digits = format!("{:032x}", fastrand::u128(..));
    let fields = [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]];
    fields.join("-")
}

async fn decide(front: &Front, request: Request<Incoming>, id: &str) -> Reply {
    let service = &front.service;
    let mut entry = LogEntry::new(front.log.as_ref(), id);
    let (head, body) = request.into_parts();
    let is_vaults = VaultOperation::is_asked(head.uri.path(), &head.headers);
    let dialect = if is_vaults { Dialect::Vault } else { Dialect::Omics };
    let target = ServiceRequest::read(dialect, &head, &front.gate);
    let struck = match &target {
        Ok(target) => {
            let subject = target.subject(service);
            entry.about(subject);
            service.faults.call(subject)
        }
        Err(_) => Struck::default(),
    };
    entry.line.faults = struck.shown();
    let intake = Intake::new(body, &struck);
    let headers = head.headers;
    let mut exchange = Exchange { service, dialect, headers, intake, struck, entry };
    let verdict = match target {
        Ok(target) => exchange.strike(target).await,
        Err(error) => exchange.refuse(error).await,
    };
    exchange.note(&verdict);
    verdict
}

/// A request on its way through the sandbox.
struct Exchange<'a> {
    service: &'a Arc<Service>,
    dialect: Dialect,
    headers: HeaderMap,
    intake: Intake,
    struck: Struck,
    entry: LogEntry<'a>,
}

impl Exchange<'_> {
    /// Lets the faults have their way before anything is done.
    async fn strike(&mut self, target: ServiceRequest) -> Reply {
        for action in self.struck.actions() {
            match action {
                Action::Latency(time) | Action::Stall(Some(time)) => sleep(*time).await,
                Action::Stall(None) => sleep(Duration::MAX).await,
                _ => {}
            }
        }
        if self.struck.has(&Action::Reset(Moment::Before)) {
            return Reply::HangUp(HangUp::Reset);
        }
        let gateway = self.struck.find(|action| match action {
            Action::Http(status) => Some(*status),
            _ => None,
        });
        if let Some(status) = gateway {
            return self.take_and_answer(answer::gateway(status)).await;
        }
        let error = self.struck.find(|action| match action {
            Action::Error { code, status, retry_after } => {
                Some(target.operation().error(code, *status, *retry_after))
            }
            _ => None,
        });
        if let Some(error) = error {
            return self.refuse(error).await;
        }
        let target = match target {
            ServiceRequest::Omics(target) => target,
            ServiceRequest::Vault(request) => return self.perform_on_vault(request).await,
        };
        if let Err(error) = self.service.check_served(target.operation) {
            return self.refuse(error).await;
        }
        if !self.service.faults.admit(target.operation, std::time::Instant::now()) {
            return self.refuse(ApiError::throttled()).await;
        }
        self.perform(target).await
    }

    async fn refuse(&mut self, error: ApiError) -> Reply {
        self.take_and_answer(answer::error(self.dialect, &error)).await
    }

    /// Answers after taking the body, unless the client waits before it sends it.
    async fn take_and_answer(&mut self, response: Response<Body>) -> Reply {
        if !self.headers.contains_key(EXPECT)
            && let Err(broken) = self.intake.drain().await
        {
            match broken {
                BrokenBody::Reset => return Reply::HangUp(HangUp::Reset),
                BrokenBody::Client => return Reply::HangUp(HangUp::Close),
                BrokenBody::Refused(_) => {}
            }
        }
        Reply::Answer(response)
    }

    /// Takes the body, and does what is asked.
    async fn perform(&mut self, target: RequestHead) -> Reply {
        let result = if target.operation.takes_data() {
            self.upload(target.with(JsonObject::new())).await
        } else {
            match self.intake.object().await {
                Ok(body) => self.run(target.with(body)).await,
                Err(broken) => Err(broken),
            }
        };
        self.conclude(result).await
    }

    async fn perform_on_vault(&mut self, request: VaultRequest) -> Reply {
        let (service, length, intake) = (self.service, self.length(), &mut self.intake);
        let result = match vault::perform(service, request, length, intake, &self.struck).await {
            Ok(VaultAnswer::Document(value)) => Ok(self.document(value)),
            Ok(VaultAnswer::Created(headers)) => Ok(self.headers(StatusCode::CREATED, headers)),
            Ok(VaultAnswer::NoContent(headers)) => {
                Ok(self.headers(StatusCode::NO_CONTENT, headers))
            }
            Err(BrokenBody::Refused(error)) => {
                Err(BrokenBody::Refused(vault::error::translate(error)))
            }
            Err(broken) => Err(broken),
        };
        self.conclude(result).await
    }

    /// Answers what was done as far as the faults allow.
    async fn conclude(&mut self, result: Result<Response<Body>, BrokenBody>) -> Reply {
        if self.struck.has(&Action::Reset(Moment::After)) {
            return Reply::HangUp(HangUp::Reset);
        }
        if self.struck.has(&Action::LoseAnswer) {
            return Reply::HangUp(HangUp::Close);
        }
        match result {
            Ok(response) => Reply::Answer(response),
            Err(BrokenBody::Refused(error)) => self.refuse(error).await,
            Err(BrokenBody::Reset) => Reply::HangUp(HangUp::Reset),
            Err(BrokenBody::Client) => Reply::HangUp(HangUp::Close),
        }
    }

    async fn upload(&mut self, call: Call) -> Result<Response<Body>, BrokenBody> {
        let place = self.service.expect_part(&call, self.length())?;
        let dir = self.service.upload_dir(call.label("sequenceStoreId"), call.label("uploadId"));
        let treatment = if self.struck.has(&Action::Corrupt) {
            Treatment::Corrupt
        } else {
            Treatment::Faithful
        };
        let kept = !self.service.discard;
        let name = kept.then(|| disk::part_data(place.source, place.number));
        let mut part = Receiver::new(dir, name, treatment);
        while let Some(block) = self.intake.block().await? {
            if !part.block(block).await {
                break;
            }
        }
        let received = part.finish().await.map_err(|error| broken_disk(&error))?;
        let (service, struck) = (Arc::clone(self.service), self.struck.clone());
        let checksum = aside(move || service.keep_part(&call, place, received, &struck)).await?;
        Ok(self.document(json!({ "checksum": checksum })))
    }

    async fn run(&self, call: Call) -> Result<Response<Body>, BrokenBody> {
        let (service, struck) = (Arc::clone(self.service), self.struck.clone());
        Ok(match aside(move || operate(&service, &call, &struck)).await? {
            Done::Document(value) => self.document(value),
            Done::Nothing => answer::nothing(),
            Done::Bytes(extents, range) => answer::stretch(extents, range),
        })
    }

    fn length(&self) -> Option<u64> {
        let length = self.headers.get(CONTENT_LENGTH);
        length.and_then(|length| length.to_str().ok()?.parse().ok())
    }

    /// An answer without a document, in whose headers everything is.
    fn headers(
        &self,
        status: StatusCode,
        mut headers: Vec<(&'static str, String)>,
    ) -> Response<Body> {
        for action in self.struck.actions() {
            let Action::Empty(member) = action else { continue };
            let named = headers.iter_mut().filter(|(name, _)| name.eq_ignore_ascii_case(member));
            named.for_each(|(_, value)| value.clear());
        }
        answer::headers(status, headers)
    }

    fn document(&self, mut value: Value) -> Response<Body> {
        for action in self.struck.actions() {
            if let Action::Empty(member) = action {
                answer::empty(&mut value, member);
            }
        }
        answer::ok(&value)
    }

    fn note(&mut self, verdict: &Reply) {
        self.entry.line.bytes = self.intake.taken();
        if let Reply::Answer(response) = verdict {
            self.entry.line.status = Some(response.status().as_u16());
            let code = response.extensions().get::<ErrorCode>();
            self.entry.line.code = code.map(|ErrorCode(code)| code.clone());
        }
    }
}
