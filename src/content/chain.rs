//! The chain of blocks or containers through a file whose parts are read in any order: walked while
//! they pass, joined in the end, and known to be whole before the upload is completed.

use std::{
    collections::BTreeMap,
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use futures::{FutureExt as _, future::BoxFuture};
use tokio::sync::watch;

use super::walked_part::WalkedPart;
use crate::{
    formats::{
        Damage, Kind,
        bgzf::{BlockChain, BlockStretch},
        cram::{BlockPiece, ContainerStarts, ContainerStretch, CramVersion, block_piece},
        gzip::Compression,
    },
    source::{Defect, PartViewer, ReadAt, Trial},
    types::Escaped,
};

/// How much of a part that nobody has seen is read at a time.
const READ: usize = 128 * 1024;

const OF_READING: &str = "look at the disk or the network share that it is on";

/// The walk through one file.
#[derive(Debug)]
pub struct Chain {
    /// How the file is called.
    shown: String,
    size: u64,
    file: Arc<dyn ReadAt>,
    links: Links,
    told: watch::Sender<ChainState>,
}

/// What hangs together.
#[derive(Debug)]
enum Links {
    Bgzf(Mutex<BlockChain>),
    Cram { version: CramVersion, starts: Mutex<ContainerStarts>, parts: Mutex<CramParts> },
}

/// Parts of a CRAM that have passed without damage, by where they begin: where they end, and the
/// pieces of blocks at their borders.
type CramParts = BTreeMap<u64, (u64, Vec<BlockPiece>)>;

/// What has become known.
#[derive(Debug, Default)]
struct ChainState {
    /// Whether no further byte will pass.
    sent: bool,
    defect: Option<Defect>,
    /// Whether it was followed to its end without one.
    passed: bool,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Chain {
    /// Of a file of `size` bytes that is called `shown`; `None` if nothing hangs together in it, as in
    /// plain gzip.
    pub fn of(
        kind: Kind,
        file: Arc<dyn ReadAt>,
        size: u64,
        shown: impl Into<String>,
    ) -> Option<Arc<Self>> {
        let bgzf =
            |is_gzip| Links::Bgzf(Mutex::new(BlockChain::new(Arc::clone(&file), size, is_gzip)));
        let links = match kind {
            Kind::Bam => bgzf(false),
            Kind::Fastq(Compression::Bgzf) => bgzf(true),
            Kind::Fastq(Compression::Gzip) => return None,
            Kind::Cram(version) => {
                let starts = Mutex::new(ContainerStarts::new(Arc::clone(&file), size, version));
                Links::Cram { version, starts, parts: Mutex::default() }
            }
        };
        let told = watch::Sender::default();
        Some(Arc::new(Self { shown: shown.into(), size, file, links, told }))
    }

    /// Says what is wrong; the first to say so is believed.
    fn tell(&self, found: io::Result<Option<Damage>>) {
        let (shown, name) = (&self.shown, Escaped::new(&self.shown));
        let (message, hint) = match found {
            Ok(None) => return,
            Ok(Some(damage)) => (format!("`{name}` is damaged: {damage}"), damage.hint(shown)),
            Err(error) => (format!("`{name}` cannot be read: {error}"), OF_READING.to_owned()),
        };
        let hint = Some(hint);
        self.told.send_if_modified(|told| {
            let is_first = told.defect.is_none();
            told.defect.get_or_insert(Defect { message, hint, passes: false });
            is_first
        });
    }

    /// Takes what is known of a part.
    fn take(&self, from: u64, to: u64, seen: WalkedPart) {
        match (&self.links, seen) {
            (Links::Bgzf(blocks), WalkedPart::Bgzf(stretch)) => {
                let found = locked(blocks).add(from, to, stretch);
                self.tell(found);
            }
            (Links::Cram { parts, .. }, WalkedPart::Cram(pieces)) => {
                locked(parts).insert(from, (to, pieces));
            }
            (Links::Bgzf(_), WalkedPart::Cram(_)) | (Links::Cram { .. }, WalkedPart::Bgzf(_)) => {}
        }
    }

    /// Goes to the end, where nobody has been.
    fn end(self: &Arc<Self>) -> io::Result<Option<Damage>> {
        match &self.links {
            Links::Bgzf(blocks) => locked(blocks).end(),
            Links::Cram { parts, .. } => {
                // The lock must not outlast this line.
                let gaps = gaps(&locked(parts), self.size);
                for (from, to) in gaps {
                    self.read(from, to)?;
                }
                let parts = locked(parts);
                let pieces = parts.values().flat_map(|(_, pieces)| pieces).copied();
                Ok(block_piece::differing(pieces.collect()))
            }
        }
    }

    /// Reads what has not passed.
    fn read(self: &Arc<Self>, from: u64, to: u64) -> io::Result<()> {
        let Some(mut view) = Arc::clone(self).part(from, to - from) else { return Ok(()) };
        let mut buffer = vec![0; READ];
        let mut at = from;
        while at < to {
            let length = usize::try_from(to - at).map_or(READ, |left| left.min(READ));
            if self.file.read_from(&mut buffer[..length], at)? < length {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            view(Some(&buffer[..length]));
            at += length as u64;
        }
        view(None);
        Ok(())
    }
}

/// What lies between parts.
fn gaps(parts: &CramParts, size: u64) -> Vec<(u64, u64)> {
    let mut gaps = Vec::new();
    let mut at = 0;
    for (from, (to, _)) in parts {
        if *from > at {
            gaps.push((at, *from));
        }
        at = at.max(*to);
    }
    if at < size {
        gaps.push((at, size));
    }
    gaps
}

/// A part that is passing.
enum Passing {
    Bgzf(BlockStretch),
    Cram(ContainerStretch),
}

impl Passing {
    /// `None` if something is wrong in front of it.
    fn begin(chain: &Chain, from: u64, to: u64) -> Option<Self> {
        match &chain.links {
            Links::Bgzf(_) => Some(Self::Bgzf(BlockStretch::new(from))),
            Links::Cram { version, starts, .. } => {
                let layout = locked(starts).layout(from, to);
                let wrong = match layout {
                    Ok(Ok(layout)) => {
                        return Some(Self::Cram(ContainerStretch::new(*version, from, to, layout)));
                    }
                    Ok(Err(damage)) => Ok(Some(damage)),
                    Err(error) => Err(error),
                };
                chain.tell(wrong);
                None
            }
        }
    }

    fn push(&mut self, bytes: &[u8]) -> Result<(), Damage> {
        match self {
            Self::Bgzf(stretch) => {
                stretch.push(bytes);
                Ok(())
            }
            Self::Cram(stretch) => stretch.push(bytes),
        }
    }

    fn finish(self, is_last: bool) -> Result<WalkedPart, Damage> {
        match self {
            Self::Bgzf(stretch) => Ok(WalkedPart::Bgzf(stretch.finish())),
            Self::Cram(stretch) => stretch.finish(is_last).map(WalkedPart::Cram),
        }
    }
}

impl Trial for Chain {
    fn part(self: Arc<Self>, from: u64, size: u64) -> Option<PartViewer> {
        let to = from + size;
        let mut passing = Some(Passing::begin(&self, from, to)?);
        Some(Box::new(move |bytes| {
            // Nothing is looked for in it any more if something is wrong.
            let Some(mut part) = passing.take() else { return };
            let found = match bytes {
                Some(bytes) => part.push(bytes).map(|()| passing = Some(part)),
                None => part.finish(to == self.size).map(|seen| self.take(from, to, seen)),
            };
            if let Err(damage) = found {
                self.tell(Ok(Some(damage)));
            }
        }))
    }

    fn seen(&self, from: u64, size: u64) -> Option<String> {
        let to = from + size;
        let seen = match &self.links {
            Links::Bgzf(blocks) => WalkedPart::Bgzf(locked(blocks).get(from, to)?),
            Links::Cram { parts, .. } => {
                let parts = locked(parts);
                let (_, pieces) = parts.get(&from).filter(|(end, _)| *end == to)?;
                WalkedPart::Cram(pieces.clone())
            }
        };
        Some(seen.to_string())
    }

    fn recall(&self, from: u64, size: u64, seen: &str) {
        if let Ok(seen) = seen.parse() {
            self.take(from, from + size, seen);
        }
    }

    fn sent(&self) {
        self.told.send_modify(|told| told.sent = true);
    }

    fn verdict(self: Arc<Self>) -> BoxFuture<'static, Result<(), Defect>> {
        async move {
            let mut told = self.told.subscribe();
            // The sender is in the chain.
            let known = told.wait_for(|told| told.sent || told.defect.is_some()).await;
            if let Ok(Some(defect)) = known.map(|told| told.defect.clone()) {
                return Err(defect);
            }
            let chain = Arc::clone(&self);
            let ended = tokio::task::spawn_blocking(move || chain.end()).await;
            self.tell(ended.unwrap_or_else(|join| Err(io::Error::other(join))));
            self.told.send_modify(|told| told.passed = told.defect.is_none());
            let defect = self.told.borrow().defect.clone();
            defect.map_or(Ok(()), Err)
        }
        .boxed()
    }

    fn is_passed(&self) -> bool {
        self.told.borrow().passed
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;
    use crate::formats::fixture::{bgzf, random};

    /// A file that counts what is read of it.
    #[derive(Debug)]
    struct CountingFile(Vec<u8>, AtomicU64);

    impl ReadAt for CountingFile {
        fn read_from(&self, buffer: &mut [u8], at: u64) -> io::Result<usize> {
            let read = self.0.read_from(buffer, at)?;
            self.1.fetch_add(read as u64, Ordering::Relaxed);
            Ok(read)
        }
    }

    fn of(kind: Kind, file: &[u8]) -> (Arc<Chain>, Arc<CountingFile>) {
        let counted = Arc::new(CountingFile(file.to_vec(), AtomicU64::new(0)));
        let places = Arc::clone(&counted) as Arc<dyn ReadAt>;
        (Chain::of(kind, places, file.len() as u64, "the file").unwrap(), counted)
    }

    fn pass(chain: &Arc<Chain>, file: &[u8], from: usize, to: usize) {
        let view = Arc::clone(chain).part(from as u64, (to - from) as u64);
        let Some(mut view) = view else { return };
        file[from..to].chunks(50).for_each(|piece| view(Some(piece)));
        view(None);
    }

    async fn verdict(chain: &Arc<Chain>) -> Result<(), String> {
        chain.sent();
        Arc::clone(chain).verdict().await.map_err(|defect| defect.message)
    }

    fn cram() -> Vec<u8> {
        std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/hts-sys/range.cram"))
            .unwrap()
    }

    const CRAM: Kind = Kind::Cram(CramVersion::new(3, 0).unwrap());

    #[tokio::test]
    async fn parts_pass_in_any_order_and_more_than_once() {
        for (kind, file) in [(Kind::Bam, bgzf(&random(9000), 700)), (CRAM, cram())] {
            let (chain, _) = of(kind, &file);
            let third = file.len() / 3;
            pass(&chain, &file, 2 * third, file.len());
            // One that breaks off, one that comes twice.
            let mut view = Arc::clone(&chain).part(third as u64, third as u64).unwrap();
            view(Some(&file[third..third + 10]));
            drop(view);
            pass(&chain, &file, 0, third);
            pass(&chain, &file, 0, third);
            pass(&chain, &file, third, 2 * third);
            assert_eq!(verdict(&chain).await, Ok(()));
        }
    }

    #[tokio::test]
    async fn damage_is_told_before_all_has_passed() {
        let mut file = bgzf(&random(9000), 700);
        file[800..1600].fill(0);
        let (chain, _) = of(Kind::Bam, &file);
        pass(&chain, &file, 0, 4000);
        let message = Arc::clone(&chain).verdict().await.unwrap_err().message;
        assert!(
            message.starts_with("`the file` is damaged: it holds zeros from byte "),
            "{message}"
        );
        let mut file = cram();
        file[6000] ^= 1;
        let (chain, _) = of(CRAM, &file);
        pass(&chain, &file, 5000, 7000);
        let message = Arc::clone(&chain).verdict().await.unwrap_err().message;
        assert!(message.ends_with("begins at byte 5945, and its checksum differs"), "{message}");
    }

    #[tokio::test]
    async fn what_an_earlier_run_saw_is_not_read_again() {
        for (kind, file) in [(Kind::Bam, bgzf(&random(90_000), 7000)), (CRAM, cram())] {
            let (chain, _) = of(kind, &file);
            let (third, two) = (file.len() / 3, file.len() / 3 * 2);
            pass(&chain, &file, third, two);
            let seen = chain.seen(third as u64, third as u64).unwrap();
            let (again, counted) = of(kind, &file);
            again.recall(third as u64, third as u64, &seen);
            pass(&again, &file, 0, third);
            pass(&again, &file, two, file.len());
            assert_eq!(verdict(&again).await, Ok(()));
            assert!(counted.1.load(Ordering::Relaxed) < 4000);
        }
    }

    #[tokio::test]
    async fn what_nobody_remembers_is_read() {
        for (kind, mut file) in [(Kind::Bam, bgzf(&random(90_000), 7000)), (CRAM, cram())] {
            let third = file.len() / 3;
            for damaged in [false, true] {
                if damaged {
                    file[third + 1500..third + 1000 + third / 2].fill(0);
                }
                let (chain, _) = of(kind, &file);
                pass(&chain, &file, 0, third);
                chain.recall(third as u64, third as u64, "something of another version");
                pass(&chain, &file, third * 2, file.len());
                assert_eq!(verdict(&chain).await.is_err(), damaged, "{kind:?}");
            }
        }
    }

    #[tokio::test]
    async fn damage_in_a_part_that_is_remembered_is_not_forgotten() {
        let mut file = bgzf(&random(9000), 700);
        file[4000..5000].fill(0);
        let (chain, _) = of(Kind::Bam, &file);
        pass(&chain, &file, 3000, 6000);
        let seen = chain.seen(3000, 3000).unwrap();
        let (again, _) = of(Kind::Bam, &file);
        again.recall(3000, 3000, &seen);
        pass(&again, &file, 0, 3000);
        pass(&again, &file, 6000, file.len());
        assert!(verdict(&again).await.unwrap_err().contains("it holds zeros from byte "));
    }
}
