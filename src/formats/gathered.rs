//! Bytes of a known number that may lie in several pieces.

/// The beginning of something whose end lies in the next piece.
#[derive(Debug, Default)]
pub(crate) struct GatheredBytes {
    bytes: Vec<u8>,
    used: bool,
}

impl GatheredBytes {
    /// The next `length` bytes, if they are there.
    pub(crate) fn take<'a, 'p: 'a>(
        &'a mut self,
        piece: &mut &'p [u8],
        length: usize,
    ) -> Option<&'a [u8]> {
        if std::mem::take(&mut self.used) {
            self.bytes.clear();
        }
        if self.bytes.is_empty()
            && let Some((taken, rest)) = piece.split_at_checked(length)
        {
            *piece = rest;
            return Some(taken);
        }
        let (more, rest) = piece.split_at(piece.len().min(length - self.bytes.len()));
        *piece = rest;
        self.bytes.extend_from_slice(more);
        self.used = self.bytes.len() == length;
        self.used.then_some(&self.bytes)
    }

    /// What is kept of something that is not there whole.
    pub(crate) fn bytes(&self) -> &[u8] {
        if self.used { &[] } else { &self.bytes }
    }
}
