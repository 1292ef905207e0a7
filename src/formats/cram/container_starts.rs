//! Where the containers of a CRAM begin, by their headers alone, so that it is known how a part begins
//! that is read before those in front of it.
//!
//! A few small reads: containers have hundreds of kilobytes, and the pages are needed soon after. The
//! headers have checksums from version 3.0 on, so what they say can be relied on.

use std::{io, sync::Arc};

use super::{
    container::{self, CRC, Container},
    version::{CramVersion, DEFINITION},
    walk::ContainerWalk,
};
use crate::{
    formats::{
        damage::{Damage, Unit},
        read_on::read_on,
    },
    source::ReadAt,
};

/// What is read of a container's header at first, and at most.
const HEADER: usize = 128;
const MAX_HEADER: usize = 64 * 1024;
/// What is read of a block's header: two bytes, and three numbers.
const BLOCK_HEADER: usize = 17;

/// The containers of a file, as far as somebody wanted to know.
#[derive(Debug)]
pub(crate) struct ContainerStarts {
    file: Arc<dyn ReadAt>,
    size: u64,
    version: CramVersion,
    /// Where containers begin, in order.
    starts: Vec<u64>,
    /// Where the next one has to begin.
    next: u64,
    /// Where the first of those at the end begins.
    end: Option<u64>,
    damage: Option<Damage>,
}

/// How a stretch begins.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct StretchLayout {
    /// The blocks at its beginning that belong to a container in front of it.
    pub(crate) blocks: Vec<BlockExtent>,
    /// Where the first container begins, here or behind.
    pub(crate) first: u64,
    /// Whether that one comes after the end.
    pub(crate) ended: bool,
}

/// Where a block's header and data lie, and what it says is their checksum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BlockExtent {
    pub(crate) begin: u64,
    pub(crate) end: u64,
    pub(crate) stored: u32,
}

impl ContainerStarts {
    pub(crate) fn new(file: Arc<dyn ReadAt>, size: u64, version: CramVersion) -> Self {
        let (starts, next) = (Vec::new(), DEFINITION as u64);
        Self { file, size, version, starts, next, end: None, damage: None }
    }

    /// How the stretch from `from` to `to` begins, unless what is in front of it is damaged.
    pub(crate) fn layout(
        &mut self,
        from: u64,
        to: u64,
    ) -> io::Result<Result<StretchLayout, Damage>> {
        self.reach(from)?;
        if let Some(damage) = &self.damage {
            return Ok(Err(damage.clone()));
        }
        let behind = self.starts.partition_point(|start| *start < from);
        let first = self.starts.get(behind).copied().unwrap_or(self.next);
        let across = behind.checked_sub(1).and_then(|at| self.starts.get(at).copied());
        let blocks = match across.filter(|_| first > from && self.version.major() >= 3) {
            None => Vec::new(),
            Some(container) => match self.blocks(container, from, to)? {
                Some(blocks) => blocks,
                None => return Ok(Err(self.diagnose(container)?)),
            },
        };
        Ok(Ok(StretchLayout { blocks, first, ended: self.end.is_some_and(|end| end < first) }))
    }

    /// Goes on until a container begins at `to` or behind it.
    fn reach(&mut self, to: u64) -> io::Result<()> {
        while self.next < to.min(self.size) && self.damage.is_none() {
            let at = self.next;
            let header = self.header(at)?;
            // Behind the end, nothing but another end may stand.
            match header.filter(|(header, _)| self.end.is_none() || header.is_end) {
                Some((header, length)) if at + length + header.length <= self.size => {
                    self.starts.push(at);
                    self.next = at + length + header.length;
                    if header.is_end {
                        self.end.get_or_insert(at);
                    }
                }
                _ => self.damage = Some(self.diagnose(at)?),
            }
        }
        Ok(())
    }

    /// The header of a container, and how long it is.
    fn header(&self, at: u64) -> io::Result<Option<(Container, u64)>> {
        let mut bytes = vec![0; HEADER];
        loop {
            let read = self.file.read_from(&mut bytes, at)?;
            match container::container(self.version.major(), &bytes[..read]) {
                Some(header) => return Ok(header.ok().map(|(header, used)| (header, used as u64))),
                None if read == bytes.len() && read < MAX_HEADER => bytes.resize(MAX_HEADER, 0),
                None => return Ok(None),
            }
        }
    }

    /// The blocks of a container that have bytes between `from` and `to`; `None` if they do not fill
    /// it.
    fn blocks(&self, container: u64, from: u64, to: u64) -> io::Result<Option<Vec<BlockExtent>>> {
        let Some((header, length)) = self.header(container)? else { return Ok(None) };
        let mut begin = container + length;
        let end = begin + header.length;
        let mut left = header.blocks;
        let mut found = Vec::new();
        while begin < end.min(to) {
            // Behind the last block of the first container, there is room for a longer header.
            if container == DEFINITION as u64 && left <= 0 {
                break;
            }
            let Some(block) = self.block(begin)?.filter(|block| block.end + CRC <= end) else {
                return Ok(None);
            };
            begin = block.end + CRC;
            left -= 1;
            if begin > from {
                found.push(block);
            }
        }
        Ok(Some(found))
    }

    fn block(&self, begin: u64) -> io::Result<Option<BlockExtent>> {
        let mut bytes = [0; BLOCK_HEADER];
        let read = self.file.read_from(&mut bytes, begin)?;
        let Some((size, length)) = container::block(&bytes[..read]) else { return Ok(None) };
        let Ok(size) = u64::try_from(size) else { return Ok(None) };
        let end = begin + length as u64 + size;
        let mut stored = [0; 4];
        let read = self.file.read_from(&mut stored, end)?;
        let is_whole = read == stored.len();
        let stored = u32::from_le_bytes(stored);
        Ok(is_whole.then_some(BlockExtent { begin, end, stored }))
    }

    /// Reads on from a container to see what is wrong.
    fn diagnose(&self, container: u64) -> io::Result<Damage> {
        let ended = self.end.is_some_and(|end| end < container);
        let mut walk = ContainerWalk::at(self.version, container, ended);
        let damage = read_on(&*self.file, container, |bytes| match bytes {
            Some(bytes) => walk.push(bytes),
            None => walk.finish().map(drop),
        })?;
        let what = "its blocks do not fill it";
        let broken = Damage::Broken { unit: Unit::CramContainer, at: container, what };
        Ok(damage.unwrap_or(broken))
    }
}
