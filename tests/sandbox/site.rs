//! A sandbox and an SDK client for it, and the steps of an upload.

use std::{path::Path, time::Duration};

use aws_sdk_omics::{
    Client, Config,
    config::{
        BehaviorVersion, Credentials, Intercept, Region, RuntimeComponents,
        interceptors::BeforeTransmitInterceptorContextMut, retry::RetryConfig,
        timeout::TimeoutConfig,
    },
    error::{ProvideErrorMetadata, SdkError},
    operation::get_read_set_metadata::GetReadSetMetadataOutput,
    primitives::ByteStream,
    types::{
        CompleteReadSetUploadPartListItem as Claim, FileType, ReadSetPartSource as Source,
        ReadSetStatus,
    },
};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_types::config_bag::ConfigBag;
use omics_upload::sandbox::{Options, Sandbox};

pub(crate) const REFERENCE: &str =
    "arn:aws:omics:eu-west-1:000000000000:referenceStore/1234567890/reference/0987654321";

/// A sandbox, and a client that talks to it.
pub(crate) struct Site {
    pub(crate) sandbox: Sandbox,
    pub(crate) client: Client,
    pub(crate) store: String,
}

impl Site {
    pub(crate) async fn new(faults: &[&str]) -> Self {
        let faults = faults.iter().map(|fault| fault.parse().unwrap()).collect();
        Self::with(Options { faults, ..Options::default() }).await
    }

    pub(crate) async fn at(dir: &Path, faults: &[&str]) -> Self {
        let faults = faults.iter().map(|fault| fault.parse().unwrap()).collect();
        Self::with(Options { dir: Some(dir.to_owned()), faults, ..Options::default() }).await
    }

    pub(crate) async fn with(options: Options) -> Self {
        let sandbox = Sandbox::start(options).await.unwrap();
        let (client, store) = (client(&sandbox.url()), sandbox.store_id().to_owned());
        Self { sandbox, client, store }
    }

    /// A new upload, named after its type.
    pub(crate) async fn create(&self, file_type: FileType) -> String {
        let name = file_type.as_str().to_owned();
        let aligned = matches!(file_type, FileType::Bam | FileType::Cram);
        let request = self
            .client
            .create_multipart_read_set_upload()
            .sequence_store_id(&self.store)
            .source_file_type(file_type)
            .subject_id("subject")
            .sample_id("sample")
            .name(name)
            .set_reference_arn(aligned.then(|| REFERENCE.to_owned()));
        request.send().await.unwrap().upload_id().to_owned()
    }

    pub(crate) async fn part(
        &self,
        upload: &str,
        source: Source,
        number: i32,
        bytes: &[u8],
    ) -> Result<String, Option<String>> {
        let request = self
            .client
            .upload_read_set_part()
            .sequence_store_id(&self.store)
            .upload_id(upload)
            .part_source(source)
            .part_number(number)
            .payload(ByteStream::from(bytes.to_vec()));
        request.send().await.map(|answer| answer.checksum().to_owned()).map_err(|e| code(&e))
    }

    /// Sends a source in parts of a size, and says what Complete has to say about them.
    pub(crate) async fn source(
        &self,
        upload: &str,
        source: Source,
        bytes: &[u8],
        size: usize,
    ) -> Vec<Claim> {
        let mut claims = Vec::new();
        for (number, part) in (1..).zip(bytes.chunks(size)) {
            let checksum = self.part(upload, source.clone(), number, part).await.unwrap();
            claims.push(claim(source.clone(), number, &checksum));
        }
        claims
    }

    pub(crate) async fn complete(
        &self,
        upload: &str,
        claims: Vec<Claim>,
    ) -> Result<String, Option<String>> {
        let request = self
            .client
            .complete_multipart_read_set_upload()
            .sequence_store_id(&self.store)
            .upload_id(upload)
            .set_parts(Some(claims));
        request.send().await.map(|answer| answer.read_set_id().to_owned()).map_err(|e| code(&e))
    }

    /// A whole upload of one or two sources, up to Complete.
    pub(crate) async fn upload(
        &self,
        file_type: FileType,
        sources: &[&[u8]],
        size: usize,
    ) -> String {
        let upload = self.create(file_type).await;
        let mut claims = Vec::new();
        for (source, bytes) in [Source::Source1, Source::Source2].into_iter().zip(sources) {
            claims.extend(self.source(&upload, source, bytes, size).await);
        }
        self.complete(&upload, claims).await.unwrap()
    }

    pub(crate) async fn metadata(&self, id: &str) -> GetReadSetMetadataOutput {
        let request = self.client.get_read_set_metadata().sequence_store_id(&self.store).id(id);
        request.send().await.unwrap()
    }

    /// The metadata once processing has ended.
    pub(crate) async fn settled(&self, id: &str) -> GetReadSetMetadataOutput {
        loop {
            let metadata = self.metadata(id).await;
            if *metadata.status() != ReadSetStatus::ProcessingUpload {
                return metadata;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// A file of a read set, put together from its parts.
    pub(crate) async fn read_back(&self, id: &str, file: &str, parts: i32) -> Vec<u8> {
        let mut bytes = Vec::new();
        for number in 1..=parts {
            let request = self
                .client
                .get_read_set()
                .sequence_store_id(&self.store)
                .id(id)
                .file(file.into())
                .part_number(number);
            let payload = request.send().await.unwrap().payload;
            bytes.extend_from_slice(&payload.collect().await.unwrap().into_bytes());
        }
        bytes
    }
}

pub(crate) fn claim(source: Source, number: i32, checksum: &str) -> Claim {
    Claim::builder().part_source(source).part_number(number).checksum(checksum).build().unwrap()
}

/// The error's code; `None` if no answer came.
pub(crate) fn code<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> Option<String> {
    error.code().map(str::to_owned)
}

/// A client without retries, whose requests reach the sandbox whatever their host prefix.
pub(crate) fn client(url: &str) -> Client {
    let host = url.strip_prefix("http://").unwrap().to_owned();
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .credentials_provider(Credentials::new("AKIDEXAMPLE", "secret", None, None, "test"))
        .endpoint_url(url)
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .retry_config(RetryConfig::disabled())
        .timeout_config(TimeoutConfig::disabled())
        .interceptor(Direct { host })
        .build();
    Client::from_conf(config)
}

/// Takes the prefix off the host.
#[derive(Debug)]
struct Direct {
    host: String,
}

impl Intercept for Direct {
    fn name(&self) -> &'static str {
        "Direct"
    }

    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request_mut();
        let (_, path) = request.uri().split_once(&self.host).ok_or("another host")?;
        let uri = format!("http://{}{path}", self.host);
        request.set_uri(uri)?;
        Ok(())
    }
}
