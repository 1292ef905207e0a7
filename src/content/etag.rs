//! The hash of a file's content, as the service makes it for its semantic `ETag`.
//!
//! Of a FASTQ, it is that of the decompressed text. Of a BAM, the service's documentation says that it
//! is that of the alignment section as SAM, and leaves open which text that is; here it is what
//! `samtools view` prints
//! (<https://docs.aws.amazon.com/omics/latest/dev/etags-and-provenance.html>).

use std::{
    fmt,
    str::FromStr,
    sync::{
        Arc,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread::{Scope, ScopedJoinHandle},
};

use sha2::Digest as _;

use crate::formats::{DecodeStop, Spare, inflate};

/// A store's `eTagAlgorithmFamily`
/// (<https://docs.aws.amazon.com/omics/latest/api/API_CreateSequenceStore.html>).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Algorithm {
    Md5,
    Sha256,
    Sha512,
}

impl Algorithm {
    /// The service's spelling: `MD5up`, `SHA256up` or `SHA512up`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Md5 => "MD5up",
            Self::Sha256 => "SHA256up",
            Self::Sha512 => "SHA512up",
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Not an algorithm that the service has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("one of `MD5up`, `SHA256up` and `SHA512up` is needed")]
pub struct UnknownAlgorithm;

impl FromStr for Algorithm {
    type Err = UnknownAlgorithm;

    fn from_str(text: &str) -> Result<Self, UnknownAlgorithm> {
        [Self::Md5, Self::Sha256, Self::Sha512]
            .into_iter()
            .find(|algorithm| algorithm.as_str().eq_ignore_ascii_case(text))
            .ok_or(UnknownAlgorithm)
    }
}

/// The hash of one file's content; shown as lowercase hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ContentEtag {
    algorithm: Algorithm,
    hash: Box<[u8]>,
}

impl ContentEtag {
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}

impl fmt::Display for ContentEtag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.hash.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Hashes on a thread of its own.
pub(super) struct Hashing<'scope> {
    chunks: SyncSender<Vec<u8>>,
    thread: ScopedJoinHandle<'scope, ContentEtag>,
}

impl<'scope> Hashing<'scope> {
    /// Used buffers go to `spare`; at most `depth` chunks wait.
    pub(super) fn start(
        scope: &'scope Scope<'scope, '_>,
        algorithm: Algorithm,
        spare: Arc<Spare>,
        depth: usize,
    ) -> Result<Self, DecodeStop> {
        let (sender, chunks) = sync_channel(depth);
        let thread = inflate::start(scope, move || hash(algorithm, &chunks, &spare))?;
        Ok(Self { chunks: sender, thread })
    }

    pub(super) fn send(&self, chunk: Vec<u8>) -> Result<(), DecodeStop> {
        self.chunks.send(chunk).map_err(|_| DecodeStop::Gone)
    }

    /// Waits for the hash of everything that was sent.
    pub(super) fn finish(self) -> Result<ContentEtag, DecodeStop> {
        drop(self.chunks);
        self.thread.join().map_err(|_| DecodeStop::Gone)
    }
}

fn hash(algorithm: Algorithm, chunks: &Receiver<Vec<u8>>, spare: &Spare) -> ContentEtag {
    let hash = match algorithm {
        Algorithm::Md5 => hash_with(md5::Md5::new(), chunks, spare),
        Algorithm::Sha256 => hash_with(sha2::Sha256::new(), chunks, spare),
        Algorithm::Sha512 => hash_with(sha2::Sha512::new(), chunks, spare),
    };
    ContentEtag { algorithm, hash }
}

fn hash_with<H: sha2::Digest>(
    mut hasher: H,
    chunks: &Receiver<Vec<u8>>,
    spare: &Spare,
) -> Box<[u8]> {
    for chunk in chunks {
        hasher.update(&chunk);
        spare.give(chunk);
    }
    hasher.finalize().to_vec().into()
}
