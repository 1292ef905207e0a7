//! A request's body as it comes in, at the speed and to the point that the faults allow.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Incoming};
use tokio::time::{Instant, sleep_until, timeout};

use crate::sandbox::{
    faults::{Action, Moment, Struck},
    rules::{ApiError, JsonObject},
    state::parts,
};

/// The most that a body other than a part's may hold: 20,000 parts named with long checksums.
const MAX_JSON: u64 = 8 * 1024 * 1024;

/// The most of a body that is taken in only to be refused; what is larger is cut off.
const MAX_DRAINED: u64 = 2 * parts::MAX_SIZE;

/// How long the next block of such a body is waited for.
const DRAIN_WAIT: Duration = Duration::from_millis(500);

/// Why a body was not taken to its end.
#[derive(Debug)]
pub(crate) enum BrokenBody {
    /// A fault wants the connection reset here.
    Reset,
    /// The client went away, or sent less than it said.
    Client,
    /// The content is not what it has to be.
    Refused(ApiError),
}

impl From<ApiError> for BrokenBody {
    fn from(error: ApiError) -> Self {
        Self::Refused(error)
    }
}

/// Reads a body block by block.
pub(crate) struct Intake {
    body: Incoming,
    started: Instant,
    bandwidth: Option<u64>,
    reset_at: Option<u64>,
    taken: u64,
}

impl Intake {
    pub(crate) fn new(body: Incoming, struck: &Struck) -> Self {
        let bandwidth = struck.find(|action| match action {
            Action::Bandwidth(bytes) => Some(*bytes),
            _ => None,
        });
        let half = body.size_hint().lower() / 2;
        let reset_at = struck.has(&Action::Reset(Moment::Within)).then_some(half);
        Self { body, started: Instant::now(), bandwidth, reset_at, taken: 0 }
    }

    /// How much has been taken so far.
    pub(crate) const fn taken(&self) -> u64 {
        self.taken
    }

    /// The next block; `None` at the end.
    pub(crate) async fn block(&mut self) -> Result<Option<Bytes>, BrokenBody> {
        loop {
            let Some(frame) = self.body.frame().await else {
                // A body that is too short to be cut in two is cut at its end.
                return if self.reset_at.is_some() { Err(BrokenBody::Reset) } else { Ok(None) };
            };
            let Ok(block) = frame.map_err(|_| BrokenBody::Client)?.into_data() else { continue };
            self.taken += block.len() as u64;
            if self.reset_at.is_some_and(|at| self.taken > at) {
                return Err(BrokenBody::Reset);
            }
            if let Some(bandwidth) = self.bandwidth {
                let due = Duration::from_secs_f64(approximate(self.taken) / approximate(bandwidth));
                sleep_until(self.started + due).await;
            }
            return Ok(Some(block));
        }
    }

    /// The whole body as a JSON object; nothing is an empty one.
    pub(crate) async fn object(&mut self) -> Result<JsonObject, BrokenBody> {
        let mut text = Vec::new();
        while let Some(block) = self.block().await? {
            text.extend_from_slice(&block);
            if self.taken > MAX_JSON {
                let message = format!("The body has more than {MAX_JSON} bytes");
                return Err(BrokenBody::Refused(ApiError::serialization(message)));
            }
        }
        if text.is_empty() {
            return Ok(JsonObject::new());
        }
        serde_json::from_slice(&text).map_err(|error| {
            let message = format!("The body is not a JSON object: {error}");
            BrokenBody::Refused(ApiError::serialization(message))
        })
    }

    /// Takes the rest in, so that a client that writes before it reads sees the answer; but does
    /// not wait for a client that has stopped writing.
    pub(crate) async fn drain(&mut self) -> Result<(), BrokenBody> {
        while self.taken < MAX_DRAINED {
            let Ok(block) = timeout(DRAIN_WAIT, self.block()).await else { break };
            if block?.is_none() {
                break;
            }
        }
        Ok(())
    }
}

#[expect(clippy::cast_precision_loss, reason = "a body has far fewer than 2^52 bytes")]
const fn approximate(bytes: u64) -> f64 {
    bytes as f64
}
