//! The signature of a part, whose hashes are known.
//!
//! The SDK would take the whole part into memory to hash it. It is told that this has been done, and
//! what it makes of it is put right before the request is signed.

use aws_runtime::auth::SigV4OperationSigningConfig;
use aws_sigv4::http_request::SignableBody;
use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        interceptors::{
            Intercept,
            context::{
                BeforeSerializationInterceptorContextMut, BeforeTransmitInterceptorContextMut,
            },
            dyn_dispatch_hint,
        },
        orchestrator::LoadedRequestBody,
        runtime_components::RuntimeComponents,
    },
};
use aws_smithy_types::config_bag::ConfigBag;

use crate::types::Sha256;

/// Gives a part's SHA-256 to whoever signs it.
#[derive(Debug)]
pub(super) struct SignedPart {
    sha256: String,
}

impl SignedPart {
    pub(super) fn new(sha256: Sha256) -> Self {
        Self { sha256: sha256.to_string() }
    }
}

#[dyn_dispatch_hint]
impl Intercept for SignedPart {
    fn name(&self) -> &'static str {
        "SignedPart"
    }

    fn modify_before_serialization(
        &self,
        _context: &mut BeforeSerializationInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        config.interceptor_state().store_put(LoadedRequestBody::Loaded(bytes::Bytes::new()));
        Ok(())
    }

    fn modify_before_retry_loop(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let signing = config.load::<SigV4OperationSigningConfig>();
        let mut signing = signing.ok_or("no signature is asked for")?.clone();
        let body = SignableBody::Precomputed(self.sha256.clone());
        signing.signing_options.payload_override = Some(body);
        config.interceptor_state().store_put(signing);
        context.request_mut().headers_mut().insert("x-amz-content-sha256", self.sha256.clone());
        Ok(())
    }
}
