//! A local HealthOmics storage service: real HTTP on loopback, real rules, kept on disk.
//!
//! It is for trying things out and for tests, of this program and of any other: with
//! `AWS_ENDPOINT_URL_OMICS` set to its URL, the SDKs and the AWS CLI talk to it
//! (`AWS_DISABLE_HOST_PREFIX_INJECTION=true` keeps those written in Python from putting `storage-`
//! before its host name). It knows nothing of the client in this crate.
//!
//! # What it serves
//!
//! `CreateSequenceStore`, `GetSequenceStore`, `ListSequenceStores`,
//! `CreateMultipartReadSetUpload`, `ListMultipartReadSetUploads`, `UploadReadSetPart`,
//! `ListReadSetUploadParts`, `CompleteMultipartReadSetUpload`, `AbortMultipartReadSetUpload`,
//! `GetReadSetMetadata`, `ListReadSets`, `GetReadSet`, `ListTagsForResource` and
//! `BatchDeleteReadSet`, by the service model of 2022-11-28; and `GetReferenceStore`,
//! `ListReferenceStores`, `ListReferences`, `GetReferenceMetadata` and `GetReference` if it was given
//! references. Anything else is an `UnknownOperationException`. Everything belongs to account
//! 000000000000, and to the Region that a request is signed for.
//!
//! # Vaults
//!
//! On the same port are S3 Glacier vaults, by the service model of 2012-06-01 and the developer guide,
//! which wins where they differ: `CreateVault`, `DescribeVault`, `ListVaults`, `UploadArchive`,
//! `DeleteArchive`, and all operations on multipart uploads. There are no jobs, and so no inventory:
//! archives are files in the directory. A new sandbox has one vault, `sandbox`. Ours, where the
//! documents are silent:
//!
//! - a path below `/ACCOUNT/vaults` is for vaults; the account is `-` or 000000000000;
//! - unknown query parameters, a body where there is none, sums with upper-case digits, a total in
//!   `Content-Range`, and archives without a byte are refused;
//! - "a short time", in which Complete and Abort may be repeated, is ten minutes;
//! - an upload that rested for 24 hours is removed at the next start, or by `vanish`;
//! - while Complete copies the parts together, parts and Abort are `ServiceUnavailableException`;
//! - no inventory is ever taken, so that vaults have no archives as far as `DescribeVault` knows;
//! - the words of messages, but for those that the service is known to say.
//!
//! # References
//!
//! A reference is a FASTA file on this machine: it is copied, and its index (`.fai`) is made; or such
//! an index alone, if the bases do not matter. It is called as its file, and is in the one reference
//! store. A sandbox that has references knows no others, and Create refuses those; one that has none
//! provides no operation on references, and takes every ARN of one as it is. Reads are not held
//! against their reference. Imports from S3 are not there.
//!
//! # Where it is strict beyond what is documented
//!
//! The model's lengths, patterns, sets, bounds and error codes are the service's. These are ours,
//! on the side where a client could go wrong:
//!
//! - members and query parameters that the model does not have are refused;
//! - Complete has to name every stored part with the very checksum that was given for it, each
//!   source in ascending order, consecutive from 1, and `SOURCE1` has to have parts;
//! - a completed upload is gone at once, unless `keep-listed` is asked for;
//! - BAM and CRAM need a `referenceArn` at Create; `SOURCE2` is for FASTQ only;
//! - tags of uploads and stores follow the rules of "Tagging resources": 50 at most, no `aws:`;
//! - a page's token is good only for the request it was given to;
//! - a client token gives the same upload while that is neither completed nor aborted, and is
//!   refused with other parameters;
//! - the form of the signature is checked, and its headers; there is no secret to check it with;
//! - a read set is `ACTIVE` only if all of its content could be read: gzip to the last checksum,
//!   FASTQ by records, equal counts in a pair, BAM to the last record and its end-of-file block,
//!   CRAM by containers and blocks with their checksums.
//!
//! Not there: imports, exports, archiving, the `ETag` of BAM and CRAM (its definition is not
//! documented closely enough), a store's KMS key, access log and propagated tags, and the copy of
//! failed parts to the fallback location.
//!
//! # Faults
//!
//! A fault is written `OPERATION:ACTION[:ARGUMENT][,CONDITION=VALUE]…`. `OPERATION` is one of the
//! names above, or `*` for all that the action can be applied to.
//!
//! | action | what happens |
//! |---|---|
//! | `error:CODE[/STATUS]` | this error is answered and nothing is done; documented codes have their HTTP status, others need one |
//! | `http:STATUS` | an answer as of a gateway: HTML, and no code |
//! | `reset:before` | TCP reset before the body is read |
//! | `reset:within` | TCP reset after half of the body; nothing is done |
//! | `reset:after` | TCP reset instead of the answer; the operation has taken effect |
//! | `lose-answer` | the connection is closed in order instead of the answer; the operation has taken effect |
//! | `stall[:DURATION]` | the request is accepted, and then nothing moves: for good, or so long |
//! | `latency:DURATION` | everything happens so much later |
//! | `bandwidth:RATE` | the request's body is read at so many bytes a second, each connection for itself (`125kB`, `1MiB/s`) |
//! | `wrong-checksum` | a well-formed checksum of something else; what is stored is right |
//! | `corrupt` | a bit is flipped in what is stored, and the checksum is that of what is stored |
//! | `hex-checksum` | the checksum in hexadecimal digits |
//! | `opaque-checksum` | a checksum that is no SHA-256 |
//! | `hide-part` | in an upload: the part is answered, and not kept; in a list: it is not shown; in Complete: it is not there |
//! | `wrong-size` | the list shows another size |
//! | `processing:DURATION` | the least time from Complete to `ACTIVE` |
//! | `upload-failed[:MESSAGE]` | processing ends in `UPLOAD_FAILED` with this message |
//! | `vanish` | the upload is gone before the operation, or all of them in `ListMultipartUploads`, and Complete cannot be repeated |
//! | `keep-listed` | the upload stays listed after Complete, until processing ends |
//! | `empty:MEMBER` | the answer has `""` for this member, wherever it occurs |
//! | `status:TEXT` | `GetReadSetMetadata` answers this status |
//!
//! `wrong-checksum`, `hex-checksum`, `opaque-checksum` and `hide-part` are for `UploadReadSetPart`
//! and `ListReadSetUploadParts`, `hide-part` for `CompleteMultipartReadSetUpload` too, `corrupt`
//! for `UploadReadSetPart`, `wrong-size` for `ListReadSetUploadParts`; `processing`,
//! `upload-failed` and `keep-listed` for `CompleteMultipartReadSetUpload`. Of vaults,
//! `wrong-checksum` is for `UploadMultipartPart`, `ListParts`, `CompleteMultipartUpload` and
//! `UploadArchive`, `hide-part` for the first three of these, `corrupt` for the first, `wrong-size`
//! for the second, and `vanish` for operations on multipart uploads but Initiate; `empty` empties
//! headers as well. The form of a checksum
//! chosen at `UploadReadSetPart` is kept up in lists and in Complete; one chosen for lists is
//! accepted by Complete besides that of the answer.
//!
//! | condition | the fault strikes |
//! |---|---|
//! | `part=N`, `source=1` or `2` | calls, or rows of a list, about this part and source |
//! | `nth=N` | the Nth of those that match |
//! | `every=N` | every Nth of those that match |
//! | `times=N` | at most so often |
//! | `probability=P` | with this chance, from 0 to 1 |
//! | `seed=N` | with dice that fall as this number says; 0 if it is not given |
//! | `retry-after=SECONDS` | (with `error`) and the answer has this header |
//!
//! `quotas`, a fault of its own, enforces the documented requests a second of each operation with
//! `ThrottlingException`.
//!
//! # Discarding
//!
//! With `discard`, what is measured is not the disk: the data of parts is hashed and forgotten. Sizes
//! and checksums are kept and listed, and Complete wants them as ever. A read set whose content was
//! discarded becomes `ACTIVE` unlooked at, without counts of reads and bases and without an `ETag`, and
//! `GetReadSet` answers that it is not found, and why. The records on disk say of each part whether it
//! is there, so that a directory may be served in both ways in turn.
//!
//! # On disk
//!
//! The state survives the end of the process at any moment, `kill -9` included. Parts are written
//! as they come and never lie in memory as a whole; their sources are read from the parts' own
//! files, and are not copied together. The layout is described in `sandbox/disk.rs`.
//!
//! Folders are made with mode 0700 and files with 0600, whatever the umask says.
//!
//! # Who may ask
//!
//! Programs on this machine: requests have to name a loopback host, and a page in a browser, which
//! sends `Origin`, is refused. With an `access_key` of its own, a sandbox refuses all others; `put
//! --sandbox` has one that is made anew for each run.

pub mod content;
pub mod faults;
pub mod rules;
pub(crate) mod start_error;
pub mod state;
pub mod vault;
pub mod wire;

use std::{
    fs::{self, Permissions},
    io,
    net::{Ipv4Addr, SocketAddr},
    os::unix::fs::PermissionsExt as _,
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use strum::VariantArray as _;
use tokio::{net::TcpSocket, time::timeout};

pub use self::{
    content::Unindexable,
    faults::{Fault, InvalidFault},
    start_error::StartError,
};
use self::{
    faults::{Action, Faults},
    rules::ApiOperation,
    state::{Home, Service, process},
    vault::VaultOperation,
    wire::{Front, Gate, Log, server},
};

/// How long `stop` waits for what is going on.
const PATIENCE: Duration = Duration::from_secs(2);

/// How a sandbox is to be set up.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where everything is kept; a temporary directory, removed at the end, if it is `None`.
    pub dir: Option<PathBuf>,
    /// Where to listen: a loopback address, port 0 for any.
    pub listen: SocketAddr,
    pub faults: Vec<Fault>,
    /// A file that gets one line of JSON for every request.
    pub request_log: Option<PathBuf>,
    /// Forget the data of parts once it is hashed, so that the disk takes no part in measurements.
    pub discard: bool,
    /// FASTA files, or indexes of such, that become references.
    pub references: Vec<PathBuf>,
    /// The only access key that requests may be signed with; any is accepted if it is `None`.
    pub access_key: Option<String>,
    /// Host names, besides those of loopback, under which it may be asked: those of whatever forwards
    /// requests to it.
    pub hosts: Vec<String>,
    /// A vault to be made, if it is not there.
    pub vault: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        Self {
            dir: None,
            listen,
            faults: Vec::new(),
            request_log: None,
            discard: false,
            references: Vec::new(),
            access_key: None,
            hosts: Vec::new(),
            vault: None,
        }
    }
}

/// A service that runs on the tokio runtime it was started on.
///
/// Dropping it closes the directory at once; [`Sandbox::stop`] also lets requests end.
#[derive(Debug)]
pub struct Sandbox {
    address: SocketAddr,
    service: Arc<Service>,
    temporary: Option<Temporary>,
}

impl Sandbox {
    /// Opens or makes the directory and listens. When it returns, requests are answered.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let listen = options.listen;
        if !listen.ip().is_loopback() {
            return Err(StartError::NotLoopback(listen));
        }
        let faults = Faults::new(options.faults.clone());
        let is_slow = |action: &Action| matches!(action, Action::Bandwidth(_));
        let slow = ApiOperation::VARIANTS.iter().any(|of| faults.may(*of, is_slow))
            || VaultOperation::VARIANTS.iter().any(|of| faults.may(*of, is_slow));
        // It is removed also if this future is dropped while files are still read.
        let (root, temporary) = match options.dir.clone() {
            Some(dir) => (dir, None),
            None => Temporary::new().map(|made| (made.0.clone(), Some(made)))?,
        };
        let opened = tokio::task::spawn_blocking(move || open(root, options, faults)).await;
        let front =
            opened.map_err(|error| StartError::Temporary { source: io::Error::other(error) })??;
        let service = Arc::clone(&front.service);
        let failed = |source| StartError::Listen { address: listen, source };
        let listener =
            socket(listen, slow).and_then(|socket| socket.listen(1024)).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        service.tasks.spawn(server::serve(listener, Arc::new(front)));
        process::resume(&service);
        Ok(Self { address, service, temporary })
    }

    /// `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The store that was made on the directory's first start.
    pub fn store_id(&self) -> &str {
        self.service.home().first_store()
    }

    /// The names and ARNs of the references, for callers in a Region.
    pub fn references(&self, region: &str) -> Vec<(String, String)> {
        self.service.references(region)
    }

    /// Accepts nothing more, waits shortly for what is going on, and lets go of the directory; a
    /// temporary one is removed.
    pub async fn stop(mut self) {
        self.service.stopping.cancel();
        self.service.tasks.close();
        // What is not done by then finds the directory closed.
        drop(timeout(PATIENCE, self.service.tasks.wait()).await);
        self.service.close();
        if let Some(temporary) = self.temporary.take() {
            drop(tokio::task::spawn_blocking(move || drop(temporary)).await);
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.service.close();
    }
}

/// A directory of this user alone that is removed at the end.
#[derive(Debug)]
struct Temporary(PathBuf);

impl Temporary {
    fn new() -> Result<Self, StartError> {
        let private = Permissions::from_mode(0o700);
        let mut made = tempfile::Builder::new();
        let made = made.prefix("omics-upload-sandbox-").permissions(private).tempdir();
        Ok(Self(made.map_err(|source| StartError::Temporary { source })?.keep()))
    }
}

impl Drop for Temporary {
    /// What still writes there ends soon, and may bring in a file between. What cannot be removed is
    /// left to the system's own cleaning.
    fn drop(&mut self) {
        for _ in 0..20 {
            match fs::remove_dir_all(&self.0) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    std::thread::sleep(Duration::from_millis(50));
                }
                _ => return,
            }
        }
    }
}

fn open(root: PathBuf, options: Options, faults: Faults) -> Result<Front, StartError> {
    let Options { request_log, discard, references, access_key, hosts, vault, .. } = options;
    let log = request_log
        .map(|path| Log::open(&path).map_err(|source| StartError::RequestLog { path, source }))
        .transpose()?;
    let home = Home::open(&root)?;
    let service = Service::load(home, faults, discard)?;
    service
        .ready_made_store()
        .and_then(|()| service.ready_made_vault(vault.as_deref()))
        .map_err(|source| StartError::Directory { dir: root, source })?;
    for path in &references {
        service.add_reference(path)?;
    }
    Ok(Front { service: Arc::new(service), gate: Gate { access_key, hosts }, log })
}

fn socket(listen: SocketAddr, slow: bool) -> io::Result<TcpSocket> {
    let socket = if listen.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // A port that was just in use can be had again; on Windows this would share it instead.
    #[cfg(not(windows))]
    socket.set_reuseaddr(true)?;
    if slow {
        // Else the system takes in megabytes at full speed before a slow reader makes itself felt.
        socket.set_recv_buffer_size(64 * 1024)?;
    }
    socket.bind(listen)?;
    Ok(socket)
}
