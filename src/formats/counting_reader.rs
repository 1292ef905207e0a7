//! A reader that counts, sums up and bounds what goes through it.

use std::io::{self, BufRead, Read};

/// Counts the bytes that were consumed, keeps their CRC-32, and fails beyond a limit.
///
/// The failure has the kind `FileTooLarge`, so that it is not taken for the end of the file.
pub(crate) struct CountingReader<R> {
    inner: R,
    count: u64,
    limit: u64,
    crc: crc32fast::Hasher,
}

impl<R> CountingReader<R> {
    pub(crate) fn new(inner: R, limit: u64) -> Self {
        Self { inner, count: 0, limit, crc: crc32fast::Hasher::new() }
    }

    pub(crate) const fn count(&self) -> u64 {
        self.count
    }

    /// The CRC-32 of what was consumed since the start or the last call.
    pub(super) fn take_crc(&mut self) -> u32 {
        std::mem::take(&mut self.crc).finalize()
    }
}

impl<R: BufRead> BufRead for CountingReader<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.count >= self.limit {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        // What is consumed lies in the buffer, so this reads nothing.
        if let Ok(buffer) = self.inner.fill_buf() {
            let consumed = &buffer[..amount.min(buffer.len())];
            self.crc.update(consumed);
            self.count += consumed.len() as u64;
        }
        self.inner.consume(amount);
    }
}

impl<R: BufRead> Read for CountingReader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let mut buffer = self.fill_buf()?;
        let length = buffer.read(out)?;
        self.consume(length);
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    #[test]
    fn what_goes_through_is_counted_and_summed_up() {
        let data: Vec<u8> = (0..=255).cycle().take(10_000).collect();
        let mut reader = CountingReader::new(BufReader::with_capacity(100, &data[..]), 20_000);
        let mut first = [0; 777];
        reader.read_exact(&mut first).unwrap();
        assert_eq!((reader.count(), reader.take_crc()), (777, crc32fast::hash(&data[..777])));
        let mut line = Vec::new();
        reader.read_until(255, &mut line).unwrap();
        assert_eq!((reader.count(), reader.take_crc()), (1024, crc32fast::hash(&data[777..1024])));
        let mut rest = Vec::new();
        reader.read_to_end(&mut rest).unwrap();
        assert_eq!((reader.count(), rest), (10_000, data[1024..].to_vec()));
    }

    #[test]
    fn the_limit_is_not_the_end_of_the_file() {
        let mut reader = CountingReader::new(&[0; 100][..], 50);
        let error = io::copy(&mut reader, &mut io::sink()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
    }
}
