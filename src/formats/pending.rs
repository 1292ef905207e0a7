//! Bytes that come in pieces, to be looked at as if they lay side by side.

/// What is kept of a piece that ended too early.
#[derive(Debug, Default)]
pub(crate) struct Pending {
    bytes: Vec<u8>,
}

impl Pending {
    /// So many bytes are added at a time to what is kept.
    const STEP: usize = 64;

    /// What is kept of earlier pieces.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Lets `parse` look at what is kept and what `input` adds to it, more and more of it, until it
    /// gives something and how many bytes that took. These are then gone; `None` means that all of
    /// `input` is kept for the next piece.
    pub(crate) fn parse<T>(
        &mut self,
        input: &mut &[u8],
        mut parse: impl FnMut(&[u8]) -> Option<(T, usize)>,
    ) -> Option<(T, usize)> {
        if self.bytes.is_empty()
            && let Some((parsed, length)) = parse(input)
        {
            *input = &input[length..];
            return Some((parsed, length));
        }
        while !input.is_empty() {
            let step = input.len().min(Self::STEP);
            self.bytes.extend_from_slice(&input[..step]);
            if let Some((parsed, length)) = parse(&self.bytes) {
                // All but the last step was not enough, so what is left over is part of it.
                let over = self.bytes.len() - length;
                *input = &input[step.saturating_sub(over)..];
                self.bytes.clear();
                return Some((parsed, length));
            }
            *input = &input[step..];
        }
        None
    }
}
