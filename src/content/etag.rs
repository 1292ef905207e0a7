//! The hash of a file's content, as the service makes it for its semantic `ETag`.
//!
//! Of a FASTQ, it is that of the decompressed text. Of a BAM, the service's documentation says that it
//! is that of the alignment section as SAM, and leaves open which text that is; here it is what
//! `samtools view` prints
//! (<https://docs.aws.amazon.com/omics/latest/dev/etags-and-provenance.html>).

use std::{
    fmt,
    sync::{
        Arc,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread::{Scope, ScopedJoinHandle},
};

use data_encoding::HEXLOWER;
use sha2::Digest as _;

use crate::formats::{DecodeStop, Spare, inflate};

/// A store's `eTagAlgorithmFamily`
/// (<https://docs.aws.amazon.com/omics/latest/api/API_CreateSequenceStore.html>).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, strum::Display, strum::EnumString)]
#[strum(ascii_case_insensitive)]
pub enum EtagAlgorithm {
    #[strum(serialize = "MD5up")]
    Md5,
    #[strum(serialize = "SHA256up")]
    Sha256,
    #[strum(serialize = "SHA512up")]
    Sha512,
}

/// The hash of one file's content; shown as lowercase hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ContentEtag {
    algorithm: EtagAlgorithm,
    hash: Box<[u8]>,
}

impl ContentEtag {
    pub const fn algorithm(&self) -> EtagAlgorithm {
        self.algorithm
    }
}

impl fmt::Display for ContentEtag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        HEXLOWER.encode_display(&self.hash).fmt(f)
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
        algorithm: EtagAlgorithm,
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

fn hash(algorithm: EtagAlgorithm, chunks: &Receiver<Vec<u8>>, spare: &Spare) -> ContentEtag {
    let hash = match algorithm {
        EtagAlgorithm::Md5 => hash_with(md5::Md5::new(), chunks, spare),
        EtagAlgorithm::Sha256 => hash_with(sha2::Sha256::new(), chunks, spare),
        EtagAlgorithm::Sha512 => hash_with(sha2::Sha512::new(), chunks, spare),
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
