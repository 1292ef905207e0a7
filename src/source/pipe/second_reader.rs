//! The data of a pipe once more, for somebody who reads them in order while they are sent.

use std::{
    io::{self, Read},
    sync::mpsc::{Receiver, SyncSender, sync_channel},
};

use bytes::{Buf as _, Bytes};

/// How many blocks may wait for the one who reads, whose parts may be sent by then: 4 MiB.
const AHEAD: usize = 32;

enum PipeMessage {
    Block(Bytes),
    /// The pipe has ended as it should.
    End,
}

/// Reads what goes into the parts. If the pipe does not come to a good end, reading fails with
/// [`io::ErrorKind::BrokenPipe`]: the one who asks for its parts is told why.
pub struct SecondReader {
    flow: Receiver<PipeMessage>,
    block: Bytes,
    ended: bool,
}

/// Where the blocks are put; nothing, if nobody reads them.
pub(super) struct Outflow(Option<SyncSender<PipeMessage>>);

pub(super) fn second_reader() -> (Outflow, SecondReader) {
    let (sender, flow) = sync_channel(AHEAD);
    (Outflow(Some(sender)), SecondReader { flow, block: Bytes::new(), ended: false })
}

impl Outflow {
    pub(super) const fn closed() -> Self {
        Self(None)
    }

    /// Waits until there is room.
    pub(super) fn put(&mut self, block: Bytes) {
        self.send(PipeMessage::Block(block));
    }

    pub(super) fn end(&mut self) {
        self.send(PipeMessage::End);
    }

    fn send(&mut self, flow: PipeMessage) {
        let is_gone = |sender: &mut SyncSender<PipeMessage>| sender.send(flow).is_err();
        // Whoever has seen enough is not waited for.
        self.0.take_if(is_gone);
    }
}

impl Read for SecondReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.block.is_empty() && !self.ended {
            match self.flow.recv() {
                Ok(PipeMessage::Block(block)) => self.block = block,
                Ok(PipeMessage::End) => self.ended = true,
                Err(_) => return Err(io::ErrorKind::BrokenPipe.into()),
            }
        }
        let length = buffer.len().min(self.block.len());
        self.block.copy_to_slice(&mut buffer[..length]);
        if self.block.is_empty() {
            // Its buffer goes back to the stock.
            self.block = Bytes::new();
        }
        Ok(length)
    }
}
