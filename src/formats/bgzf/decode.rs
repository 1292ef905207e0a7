//! Decompresses BGZF on several threads, and keeps the order.
//!
//! One thread reads and cuts the chain of blocks into batches, the others decompress batches and check
//! every block's checksum and length. Memory is bounded: for each decompressing thread, and two more,
//! a batch of at most about 0.3 MiB compressed and 2 MiB decompressed.

use std::{
    io::Read,
    sync::{
        Mutex, PoisonError,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
};

use flate2::{Decompress, FlushDecompress, Status};

use super::{
    block::{self, BlockHead, MAX_BLOCK},
    walk::Walked,
};
use crate::formats::{
    damage::{Damage, Unit},
    gzip::{
        decode::{self, GzipInput, NOT_DEFLATE, OTHER_CHECKSUM, OTHER_LENGTH, READ},
        frame::{TRAILER, trailer},
    },
    stream::{DecodeStop, Outlet, Spare, StreamEnd},
};

/// A batch is not longer than this when decompressed, but for its last block.
const MAX_BATCH: usize = 2 * 1024 * 1024;

/// Whole blocks, of which the first begins at `at`.
pub(crate) struct BlockBatch {
    blocks: Vec<u8>,
    at: u64,
    reply: SyncSender<Result<Vec<u8>, Damage>>,
}

/// What may lie between blocks and behind the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BgzfRules {
    /// As for a BAM: nothing.
    Bgzf,
    /// As for any gzip: members that are no blocks, and zeros at the end.
    Gzip,
}

/// Reads a file from its first byte and gives its blocks to those who wait for jobs.
pub(crate) fn split<R: Read>(
    mut reader: R,
    rules: BgzfRules,
    jobs: &SyncSender<BlockBatch>,
    outlet: &Outlet,
) -> Result<StreamEnd, DecodeStop> {
    let mut walked = Walked::default();
    let mut buffer = outlet.buffer();
    let mut at = 0;
    loop {
        let batch = batch(&buffer, &mut walked);
        if batch > 0 {
            let mut rest = outlet.buffer();
            rest.extend_from_slice(&buffer[batch..]);
            buffer.truncate(batch);
            let (reply, coming) = sync_channel(1);
            outlet.promise(coming)?;
            let blocks = std::mem::replace(&mut buffer, rest);
            jobs.send(BlockBatch { blocks, at, reply }).map_err(|_| DecodeStop::Gone)?;
            at += batch as u64;
            continue;
        }
        match block::head(&buffer) {
            BlockHead::Gzip if rules == BgzfRules::Gzip => {
                let padding = decode::inflate(GzipInput::new(reader, buffer, at), outlet)?;
                return Ok(StreamEnd { walked: None, padding });
            }
            BlockHead::Foreign if rules == BgzfRules::Gzip && buffer.first() == Some(&0) => {
                // Zeros may follow, and nothing else.
                let padding = decode::inflate(GzipInput::new(reader, buffer, at), outlet)?;
                return Ok(StreamEnd { walked: Some(walked), padding });
            }
            BlockHead::Foreign if buffer.first() == Some(&0) => {
                return Err(zeros(&mut reader, buffer, at)?.into());
            }
            BlockHead::Foreign if !buffer.is_empty() => {
                return Err(GzipInput::new(reader, buffer, at).foreign(rules.unit())?.into());
            }
            BlockHead::Gzip => return Err(Damage::Garbage { unit: rules.unit(), at }.into()),
            _ => {}
        }
        let read = reader.by_ref().take(READ as u64).read_to_end(&mut buffer)?;
        if read == 0 {
            if buffer.is_empty() {
                return Ok(StreamEnd { walked: Some(walked), padding: None });
            }
            return Err(Damage::Cut { unit: Unit::BgzfBlock, at }.into());
        }
    }
}

impl BgzfRules {
    const fn unit(self) -> Unit {
        match self {
            Self::Bgzf => Unit::BgzfBlock,
            Self::Gzip => Unit::GzipMember,
        }
    }
}

/// The length of the whole blocks at the beginning of `bytes` that make a batch.
fn batch(bytes: &[u8], walked: &mut Walked) -> usize {
    let (mut end, mut inflated) = (0, 0);
    while inflated < MAX_BATCH
        && let BlockHead::Block { size, .. } = block::head(&bytes[end..])
        && let Some(block) = bytes.get(end..end + size)
    {
        walked.units += 1;
        walked.end_marker = block::is_end(block);
        inflated += inflated_size(block);
        end += size;
    }
    end
}

/// What a whole block says of its decompressed length.
fn inflated_size(block: &[u8]) -> usize {
    let size = block.last_chunk().map_or(0, |size| u32::from_le_bytes(*size));
    usize::try_from(size).unwrap_or(usize::MAX).min(MAX_BLOCK)
}

/// There are zeros where a block should begin: a hole, or a tail.
fn zeros(reader: &mut impl Read, mut buffer: Vec<u8>, from: u64) -> Result<Damage, DecodeStop> {
    let mut to = from;
    loop {
        let zeros = buffer.iter().take_while(|byte| **byte == 0).count();
        to += zeros as u64;
        if zeros < buffer.len() {
            return Ok(Damage::Hole { from, to });
        }
        buffer.clear();
        if reader.take(READ as u64).read_to_end(&mut buffer)? == 0 {
            return Ok(Damage::ZeroTail { from });
        }
    }
}

/// Decompresses batches until no more come.
pub(crate) fn work(jobs: &Mutex<Receiver<BlockBatch>>, spare: &Spare) {
    let mut inflater = Decompress::new(false);
    let next = || jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
    while let Ok(BlockBatch { blocks, at, reply }) = next() {
        let mut chunk = spare.take();
        let made = inflate(&mut inflater, &blocks, at, &mut chunk).map(|()| chunk);
        spare.give(blocks);
        // Nobody listens if something else has failed.
        let _ = reply.send(made);
    }
}

/// Decompresses whole blocks, of which the first begins at `at`.
fn inflate(
    inflater: &mut Decompress,
    mut blocks: &[u8],
    mut at: u64,
    chunk: &mut Vec<u8>,
) -> Result<(), Damage> {
    while let BlockHead::Block { size, header } = block::head(blocks)
        && let Some((block, rest)) = blocks.split_at_checked(size)
    {
        inflate_block(inflater, &block[header..], chunk).map_err(|what| Damage::Broken {
            unit: Unit::BgzfBlock,
            at,
            what,
        })?;
        at += size as u64;
        blocks = rest;
    }
    Ok(())
}

/// Decompresses one block without its header, and checks it.
fn inflate_block(
    inflater: &mut Decompress,
    block: &[u8],
    chunk: &mut Vec<u8>,
) -> Result<(), &'static str> {
    let (data, ending) = block.split_at(block.len() - TRAILER);
    let (crc, size) = trailer(ending).ok_or(OTHER_LENGTH)?;
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    if size > MAX_BLOCK {
        return Err("it says that its data is longer than 64 KiB");
    }
    inflater.reset(false);
    let begin = chunk.len();
    // One byte of room more, so that data that is too long is seen.
    chunk.resize(begin + size + 1, 0);
    let status = inflater
        .decompress(data, &mut chunk[begin..], FlushDecompress::Finish)
        .map_err(|_| NOT_DEFLATE)?;
    if inflater.total_out() != size as u64 {
        return Err(OTHER_LENGTH);
    }
    if status != Status::StreamEnd || inflater.total_in() != data.len() as u64 {
        return Err(NOT_DEFLATE);
    }
    chunk.truncate(begin + size);
    if crc32fast::hash(&chunk[begin..]) != crc {
        return Err(OTHER_CHECKSUM);
    }
    Ok(())
}
