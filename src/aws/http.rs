//! The HTTP client under the SDK: HTTP/1.1 only, a connection for every request in flight.
//!
//! The SDK's own client speaks HTTP/2 wherever a server or a proxy offers it, and then sends all
//! parts at once through one connection, which is not faster than one. It also does not say what a
//! proxy answered. Every answer, those of credentials providers included, has a bound and a clock on
//! it. Knows nothing of operations and their errors.

use std::{
    collections::HashMap,
    error::Error,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use aws_smithy_runtime_api::client::{
    connector_metadata::ConnectorMetadata,
    http::{
        HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
    },
    orchestrator::{HttpRequest, HttpResponse},
    result::ConnectorError,
    runtime_components::RuntimeComponents,
};
use aws_smithy_types::body::SdkBody;
use hyper_util::{
    client::legacy::{self, Client},
    rt::{TokioExecutor, TokioTimer},
};

use super::{
    bound::{AtMost, Bounded},
    dial::Dial,
    error::{TookTooLong, chain},
    proxy::ProxyError,
    secrets,
    trust::TlsError,
};

/// How long the head of an answer may take, if the SDK has no opinion: that of a part comes when the
/// part has been sent, and the engine has a clock on that.
const HEAD: Duration = Duration::from_mins(1);

/// How long a connection that nobody uses is kept.
const IDLE: Duration = Duration::from_secs(30);

/// Requests and the connections that they share.
type Pool = Client<Dial, SdkBody>;

/// How much of a request waits in a connection's own buffer: less than a block of a part, so that no
/// second block is taken before the first is with the system.
const BUFFER: usize = 64 * 1024;

/// A client for everything that the SDK asks for, credentials included.
#[derive(Debug, Clone)]
pub(crate) struct Http {
    dial: Dial,
    /// The SDK has several opinions on how long connecting may take.
    clients: Arc<Mutex<HashMap<Option<Duration>, Pool>>>,
}

impl Http {
    pub(crate) fn new(dial: Dial) -> Self {
        Self { dial, clients: Arc::default() }
    }
}

impl HttpClient for Http {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        _components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let connect = settings.connect_timeout();
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        let client = clients.entry(connect).or_insert_with(|| client(self.dial.within(connect)));
        SharedHttpConnector::new(PooledConnector {
            client: client.clone(),
            dial: self.dial.clone(),
            answer_within: settings.read_timeout(),
        })
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        Some(ConnectorMetadata::new("hyper", Some("1.x".into())))
    }
}

fn client(dial: Dial) -> Pool {
    Client::builder(TokioExecutor::new())
        .pool_idle_timeout(IDLE)
        .pool_timer(TokioTimer::new())
        .http1_max_buf_size(BUFFER)
        .build(dial)
}

/// Requests of one kind.
#[derive(Debug)]
struct PooledConnector {
    client: Pool,
    dial: Dial,
    answer_within: Option<Duration>,
}

impl HttpConnector for PooledConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (client, dial) = (self.client.clone(), self.dial.clone());
        let is_short = request.body().bytes().is_some();
        let limit = self.answer_within.or(is_short.then_some(HEAD));
        let at_most = request.extension::<AtMost>().copied().unwrap_or(AtMost::USUAL);
        secrets::keep_those_of(&request);
        HttpConnectorFuture::new(async move {
            let user = |error| ConnectorError::user(Box::new(error));
            let mut request = request.try_into_http1x().map_err(user)?;
            dial.authorize(&mut request);
            let answer = client.request(request);
            let answer = match limit {
                None => answer.await,
                Some(limit) => tokio::time::timeout(limit, answer)
                    .await
                    .map_err(|_| ConnectorError::timeout(Box::new(TookTooLong(limit))))?,
            };
            let bounded = |body| SdkBody::from_body_1_x(Bounded::new(body, at_most));
            HttpResponse::try_from(answer.map_err(failed)?.map(bounded))
                .map_err(|error| ConnectorError::other(Box::new(error), None))
        })
    }
}

/// What the SDK is told. Its own requests for credentials are tried again by the kind of this.
fn failed(error: legacy::Error) -> ConnectorError {
    let is_user = |error: &hyper::Error| error.is_user();
    if let Some(refused) = cause::<Arc<ProxyError>>(&error) {
        ConnectorError::io(Box::new(Arc::clone(refused)))
    } else if let Some(refused) = cause::<Arc<TlsError>>(&error) {
        ConnectorError::io(Box::new(Arc::clone(refused)))
    } else if cause(&error).is_some_and(is_user) {
        ConnectorError::user(Box::new(error))
    } else if cause::<TookTooLong>(&error).is_some() {
        ConnectorError::timeout(Box::new(error))
    } else {
        ConnectorError::io(Box::new(error))
    }
}

fn cause<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    chain(error).find_map(|error| error.downcast_ref())
}
