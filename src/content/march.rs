//! The same walk through what comes in order, as from a pipe.

use crate::{
    formats::{Damage, Kind, bgzf::BlockWalk, cram::ContainerWalk, gzip::Compression},
    source::March,
};

/// The walk through a pipe of this kind; `None` if nothing hangs together in it, as in plain gzip.
pub fn march(kind: Kind) -> Option<Box<dyn March>> {
    match kind {
        Kind::Bam => Some(Box::new(Blocks { walk: Some(BlockWalk::default()), is_gzip: false })),
        Kind::Fastq(Compression::Bgzf) => {
            Some(Box::new(Blocks { walk: Some(BlockWalk::default()), is_gzip: true }))
        }
        Kind::Fastq(Compression::Gzip) => None,
        Kind::Cram(version) => Some(Box::new(ContainerWalk::new(version))),
    }
}

/// Blocks, which other gzip may follow.
struct Blocks {
    /// Nothing is left to be walked where they end.
    walk: Option<BlockWalk>,
    is_gzip: bool,
}

impl Blocks {
    fn judge<T>(&self, found: Result<T, Damage>) -> Result<(), String> {
        match found {
            // How gzip may end is for others to say.
            Err(Damage::ZeroTail { .. }) if self.is_gzip => Ok(()),
            found => found.map(drop).map_err(|damage| damage.to_string()),
        }
    }
}

impl March for Blocks {
    fn see(&mut self, bytes: &[u8]) -> Result<(), String> {
        let Some(walk) = &mut self.walk else { return Ok(()) };
        let found = walk.push(bytes);
        if self.is_gzip && walk.is_at_gzip() {
            self.walk = None;
            return Ok(());
        }
        self.judge(found)
    }

    fn finish(mut self: Box<Self>) -> Result<(), String> {
        self.walk.take().map_or(Ok(()), |walk| self.judge(walk.finish()))
    }
}

impl March for ContainerWalk {
    fn see(&mut self, bytes: &[u8]) -> Result<(), String> {
        self.push(bytes).map_err(|damage| damage.to_string())
    }

    fn finish(self: Box<Self>) -> Result<(), String> {
        Self::finish(*self).map(drop).map_err(|damage| damage.to_string())
    }
}
