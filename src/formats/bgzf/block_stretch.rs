//! The chain of BGZF blocks in a stretch of a file that begins anywhere.
//!
//! Where the first block begins in it is guessed, since nobody has seen what comes before. Whether the
//! guess was right is known when the stretches are put together.

use memchr::memmem;

use super::block::{self, BEGIN, BlockHead, FIELD, FIELD_AT, HEADER};
use crate::formats::pending::Pending;

/// What is known of a stretch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct BlockSpan {
    /// Where the first block that it knows of begins.
    pub(crate) first: Option<u64>,
    /// Where the chain that begins there needs another block: behind the stretch, or where something
    /// else stands, or a header of which only the beginning is in the stretch.
    pub(crate) next: u64,
}

/// Walks a stretch, in pieces of any size.
#[derive(Debug)]
pub(crate) struct BlockStretch {
    /// Where the next byte stands.
    at: u64,
    found: BlockSpan,
    /// Whether something else stands where a block should begin.
    is_broken: bool,
    /// The beginning of a header.
    pending: Pending,
    /// The end of the last piece, while the first block is looked for.
    carried: Vec<u8>,
}

impl BlockStretch {
    /// At the first byte of a stretch; that of the file is where a block begins.
    pub(crate) fn new(from: u64) -> Self {
        let found = BlockSpan { first: (from == 0).then_some(0), next: from };
        let (pending, carried) = (Pending::default(), Vec::new());
        Self { at: from, found, is_broken: false, pending, carried }
    }

    /// Takes the next bytes.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        if self.found.first.is_none() {
            self.search(bytes);
        }
        let begin = self.at;
        self.at += bytes.len() as u64;
        while !self.is_broken && self.found.first.is_some() {
            // Of a header that began in an earlier piece, what follows begins here.
            let from = self.found.next.max(begin) - begin;
            let rest = usize::try_from(from).ok().and_then(|from| bytes.get(from..));
            let Some(mut rest) = rest.filter(|rest| !rest.is_empty()) else { break };
            let size = self.pending.parse(&mut rest, |seen| match block::head(seen) {
                BlockHead::Short => None,
                BlockHead::Block { size, .. } => Some((Some(size), seen.len().min(HEADER))),
                BlockHead::Gzip | BlockHead::Foreign => Some((None, 0)),
            });
            match size {
                None => break,
                Some((None, _)) => self.is_broken = true,
                Some((Some(size), _)) => self.found.next += size as u64,
            }
        }
    }

    /// Looks for the first block.
    fn search(&mut self, bytes: &[u8]) {
        let carried = self.carried.len();
        // What lies across the border between two pieces is looked for apart.
        let ahead = bytes.len().min(HEADER - 1);
        self.carried.extend_from_slice(&bytes[..ahead]);
        let found = find(&self.carried)
            .map(|place| self.at + place as u64 - carried as u64)
            .or_else(|| find(bytes).map(|place| self.at + place as u64));
        if let Some(first) = found {
            self.found = BlockSpan { first: Some(first), next: first };
            if first < self.at {
                let begun = usize::try_from(first + carried as u64 - self.at).unwrap_or_default();
                let header = self.carried[begun..].to_vec();
                if let BlockHead::Block { size, .. } = block::head(&header) {
                    self.found.next += size as u64;
                }
            }
            self.carried = Vec::new();
            return;
        }
        if bytes.len() >= HEADER {
            self.carried.clear();
            self.carried.extend_from_slice(&bytes[bytes.len() - (HEADER - 1)..]);
        } else {
            let over = self.carried.len().saturating_sub(HEADER - 1);
            self.carried.drain(..over);
        }
    }

    /// All bytes of the stretch have passed.
    pub(crate) fn finish(self) -> BlockSpan {
        self.found
    }
}

/// Where a block's whole header begins.
fn find(bytes: &[u8]) -> Option<usize> {
    memmem::find_iter(bytes, BEGIN).find(|place| {
        bytes.get(place + FIELD_AT..place + HEADER).is_some_and(|field| field.starts_with(FIELD))
            && matches!(block::head(&bytes[*place..]), BlockHead::Block { .. })
    })
}
