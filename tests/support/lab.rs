//! A place to try the real binary: a home of its own, a sandbox beside it, and nothing else of the
//! environment.

use std::{
    ffi::OsStr,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    thread,
    time::{Duration, Instant, SystemTime},
};

use aws_sdk_omics::types::ReadSetUploadPartListItem;
use expect_test::Expect;
use omics_upload::sandbox::{Options, Sandbox, faults::Fault};
use regex_lite::Regex;
use serde_json::Value;
use tokio::runtime::Runtime;

pub(crate) const REFERENCE: &str =
    "arn:aws:omics:us-east-1:123456789012:referenceStore/1234567890/reference/2345678901";

/// Says what was not tested, and why. Where everything has to be there, that is a failure.
pub(crate) fn skipped(why: &str) {
    assert!(std::env::var_os("CI").is_none(), "{why}");
    #[expect(clippy::print_stderr, reason = "what was not tested has to be seen")]
    {
        eprintln!("skipped: {why}");
    }
}

/// Tries all cases at once: most of their time is spent waiting.
pub(crate) fn at_once<C: Sync>(cases: &[C], attempt: impl Fn(&C) + Sync) {
    thread::scope(|scope| {
        for case in cases {
            scope.spawn(|| attempt(case));
        }
    });
}

/// A file of `tests/data`.
pub(crate) fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

pub(crate) struct Lab {
    runtime: Runtime,
    pub(crate) sandbox: Option<Sandbox>,
    folder: tempfile::TempDir,
}

/// What the binary said.
pub(crate) struct Said {
    pub(crate) status: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Lab {
    /// With a sandbox that behaves.
    pub(crate) fn new() -> Self {
        Self::with_faults(&[])
    }

    /// With a sandbox that misbehaves as the specs say.
    pub(crate) fn with_faults(specs: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("home")).unwrap();
        fs::create_dir(folder.path().join("work")).unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let mut lab = Self { runtime, sandbox: None, folder };
        lab.restart_sandbox(specs);
        lab
    }

    /// With a sandbox that hashes the data of parts and forgets it.
    pub(crate) fn that_discards() -> Self {
        let mut lab = Self::new();
        lab.restart_sandbox_as(Options { discard: true, ..Options::default() });
        lab
    }

    /// The same sandbox folder, served anew with other faults.
    pub(crate) fn restart_sandbox(&mut self, specs: &[&str]) {
        self.restart_sandbox_with(specs, Vec::new());
    }

    /// The same, given these files as references besides those that it has.
    pub(crate) fn restart_sandbox_with(&mut self, specs: &[&str], references: Vec<PathBuf>) {
        let faults = specs.iter().map(|spec| spec.parse::<Fault>().unwrap()).collect();
        self.restart_sandbox_as(Options { faults, references, ..Options::default() });
    }

    fn restart_sandbox_as(&mut self, options: Options) {
        if let Some(sandbox) = self.sandbox.take() {
            self.runtime.block_on(sandbox.stop());
        }
        let options = Options {
            dir: Some(self.folder.path().join("store")),
            request_log: Some(self.request_log()),
            // For tests that come through a proxy, by a name that no resolver knows.
            hosts: vec!["omics.test.example".to_owned()],
            vault: Some("cold".to_owned()),
            ..options
        };
        self.sandbox = Some(self.runtime.block_on(Sandbox::start(options)).unwrap());
    }

    pub(crate) fn url(&self) -> String {
        self.sandbox.as_ref().unwrap().url()
    }

    pub(crate) fn store(&self) -> String {
        self.sandbox.as_ref().unwrap().store_id().to_owned()
    }

    fn request_log(&self) -> PathBuf {
        self.folder.path().join("requests.jsonl")
    }

    /// A path in the folder that the binary works in.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("work").join(name)
    }

    /// Puts a file there, one that has been there for a while.
    pub(crate) fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, content).unwrap();
        let file = fs::File::options().append(true).open(&path).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_hours(1)).unwrap();
        path
    }

    /// Copies a file of `tests/data` there.
    pub(crate) fn copy(&self, from: &str, to: &str) -> PathBuf {
        self.file(to, &fs::read(data(from)).unwrap())
    }

    /// Writes the binary's config file.
    pub(crate) fn config(&self, text: &str) {
        self.home_file(".config/omics-upload/config.toml", text);
    }

    pub(crate) fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// Writes a file below the binary's home.
    pub(crate) fn home_file(&self, name: &str, text: &str) {
        let path = self.home().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// The binary with this lab's home and, as far as AWS goes, nothing but the sandbox.
    pub(crate) fn command<S: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = S>,
    ) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_omics-upload"));
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.folder.path().join("home"))
            .env("AWS_ENDPOINT_URL_OMICS", self.url())
            .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
            .env("AWS_SECRET_ACCESS_KEY", "secret-that-nobody-may-see")
            .env("AWS_REGION", "us-east-1")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .current_dir(self.folder.path().join("work"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        for argument in arguments {
            command.arg(argument);
        }
        command
    }

    /// Runs `put --store STORE` with these arguments.
    pub(crate) fn put(&self, arguments: &[&str]) -> Said {
        Self::run(self.put_command(arguments))
    }

    pub(crate) fn put_command(&self, arguments: &[&str]) -> Command {
        let store = self.store();
        self.command(["put", "--store", &store].iter().chain(arguments))
    }

    pub(crate) fn run(mut command: Command) -> Said {
        said(command.output().unwrap())
    }

    /// The requests that the sandbox got, in order.
    pub(crate) fn requests(&self) -> Vec<Value> {
        let text = fs::read_to_string(self.request_log()).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// How many requests of an operation the sandbox got.
    pub(crate) fn count(&self, operation: &str) -> usize {
        self.requests().iter().filter(|request| request["operation"] == operation).count()
    }

    /// What the sandbox holds of a read set's source, read back through its API.
    pub(crate) fn read_back(&self, read_set: &str, source: &str) -> Vec<u8> {
        let client = self.client();
        let store = self.store();
        self.runtime.block_on(async {
            let metadata =
                client.get_read_set_metadata().sequence_store_id(&store).id(read_set).send().await;
            let metadata = metadata.unwrap();
            let files = metadata.files().unwrap();
            let file = if source == "SOURCE1" { files.source1() } else { files.source2() };
            let mut content = Vec::new();
            for number in 1..=file.unwrap().total_parts().unwrap() {
                let part = client
                    .get_read_set()
                    .sequence_store_id(&store)
                    .id(read_set)
                    .file(source.into())
                    .part_number(number)
                    .send()
                    .await
                    .unwrap();
                content.extend_from_slice(&part.payload.collect().await.unwrap().into_bytes());
            }
            content
        })
    }

    /// Waits until the sandbox has logged `count` requests of an operation.
    #[track_caller]
    pub(crate) fn wait_for(&self, operation: &str, count: usize) {
        self.wait_until(|lab| lab.count(operation) >= count);
    }

    /// Waits until something is so, and gives up after a time in which it should long have been.
    #[track_caller]
    pub(crate) fn wait_until(&self, mut is_so: impl FnMut(&Self) -> bool) {
        let begun = Instant::now();
        while !is_so(self) {
            assert!(begun.elapsed() < Duration::from_mins(1), "waited in vain");
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// The numbers of the parts that the service lists, of both sources of an upload.
    pub(crate) fn listed_parts(&self, upload: &str) -> [Vec<i32>; 2] {
        let (client, store) = (self.client(), self.store());
        ["SOURCE1", "SOURCE2"].map(|source| {
            let list = client
                .list_read_set_upload_parts()
                .sequence_store_id(&store)
                .upload_id(upload)
                .part_source(source.into());
            let answer = self.block_on(list.send()).unwrap();
            answer.parts().iter().map(ReadSetUploadPartListItem::part_number).collect()
        })
    }

    /// How many read sets the store has.
    pub(crate) fn read_sets(&self) -> usize {
        let list = self.client().list_read_sets().sequence_store_id(self.store());
        self.block_on(list.send()).unwrap().read_sets().len()
    }

    /// How many uploads the store has that are neither completed nor aborted.
    pub(crate) fn uploads(&self) -> usize {
        let list = self.client().list_multipart_read_set_uploads().sequence_store_id(self.store());
        self.block_on(list.send()).unwrap().uploads().len()
    }

    /// Text with this lab's folder replaced by `LAB`.
    pub(crate) fn plain_paths(&self, text: &str) -> String {
        text.replace(&*self.folder.path().to_string_lossy(), "LAB")
    }

    /// Text with what differs from run to run replaced by what it is.
    pub(crate) fn plain(&self, text: &str) -> String {
        let text = self.plain_paths(text).replace(&self.url(), "URL");
        let text = text.replace(env!("CARGO_BIN_EXE_omics-upload"), "omics-upload");
        let text = text.replace(&self.store(), "STORE");
        REPLACED.iter().fold(text, |text, (pattern, name)| {
            Regex::new(pattern).unwrap().replace_all(&text, *name).into_owned()
        })
    }

    /// Holds status, stdout and stderr against a text like that of a terminal.
    #[track_caller]
    pub(crate) fn shows(&self, said: &Said, expected: &Expect) {
        let mut text = String::new();
        if !said.stdout.is_empty() {
            write!(text, "{}", self.plain(&said.stdout)).unwrap();
        }
        if !said.stderr.is_empty() {
            write!(text, "--- stderr\n{}", self.plain(&said.stderr)).unwrap();
        }
        writeln!(text, "--- status {}", said.status.unwrap()).unwrap();
        expected.assert_eq(&text);
    }

    /// A client that is not ours.
    pub(crate) fn client(&self) -> aws_sdk_omics::Client {
        sdk::client(&self.url())
    }

    pub(crate) fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }
}

/// What differs from run to run, with what stands for it.
const REPLACED: [(&str, &str); 8] = [
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "TIME"),
    (r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", "REQUEST_ID"),
    (r"read set \d{10}\b", "read set READ_SET"),
    (r"\b\d{10}\b", "ID"),
    (r"[0-9.]+ ([KMG]i)?B/s", "RATE"),
    (r"\b\d+m?s in all", "TIME in all"),
    (r" in \d+s\b", " in TIME"),
    (r#""elapsed_seconds":[0-9.e-]+"#, r#""elapsed_seconds":SECONDS"#),
];

pub(crate) fn said(output: Output) -> Said {
    Said {
        status: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

impl Said {
    /// Holds the status, and gives all that was said if it is another one.
    #[track_caller]
    pub(crate) fn expect(&self, status: i32) -> &Self {
        assert_eq!(
            self.status,
            Some(status),
            "\n--- stdout\n{}\n--- stderr\n{}",
            self.stdout,
            self.stderr
        );
        self
    }

    /// The one line of stdout.
    #[track_caller]
    pub(crate) fn line(&self) -> &str {
        let line = self.stdout.strip_suffix('\n').expect("stdout ends with a newline");
        assert!(!line.contains('\n'), "more than one line: {line:?}");
        line
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap()
    }
}

mod sdk {
    //! The SDK's own client with the host prefix taken off, as a program of somebody else would
    //! use it on a sandbox.

    use aws_sdk_omics::{
        Client,
        config::{
            BehaviorVersion, Config, ConfigBag, Credentials, Intercept, Region, RuntimeComponents,
            interceptors::BeforeTransmitInterceptorContextMut,
        },
        error::BoxError,
    };

    #[derive(Debug)]
    struct NoPrefix(String);

    impl Intercept for NoPrefix {
        fn name(&self) -> &'static str {
            "NoPrefix"
        }

        fn modify_before_signing(
            &self,
            context: &mut BeforeTransmitInterceptorContextMut<'_>,
            _: &RuntimeComponents,
            _: &mut ConfigBag,
        ) -> Result<(), BoxError> {
            let uri = context.request().uri().to_owned();
            let path = uri.splitn(4, '/').nth(3).unwrap_or_default();
            context.request_mut().set_uri(format!("{}/{path}", self.0))?;
            Ok(())
        }
    }

    pub(super) fn client(url: &str) -> Client {
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .endpoint_url(url)
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .region(Region::new("us-east-1"))
            .credentials_provider(Credentials::new("AKIDEXAMPLE", "secret", None, None, "test"))
            .interceptor(NoPrefix(url.to_owned()))
            .build();
        Client::from_conf(config)
    }
}
