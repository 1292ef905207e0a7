//! What follows the name in a BAM record: CIGAR, bases, qualities and tags (SAM specification, sections
//! 4.2.2 to 4.2.4). Nothing of it is kept.

use std::io::{self, BufRead, Read, Take};

/// What the fixed fields say of a CIGAR.
pub(crate) struct CigarCounts {
    pub(crate) bases: u64,
    pub(crate) operations: u32,
    pub(crate) is_placed: bool,
    pub(crate) is_checked: bool,
}

/// Reads to the end of a record; `false` if the CIGAR is not for its bases, or a tag is damaged.
pub(crate) fn is_sound(body: &mut Take<impl BufRead>, cigar: &CigarCounts) -> io::Result<bool> {
    let (first, mut consumed) = operations(body, cigar.operations)?;
    let is_long = cigar.is_placed && first == Some(cigar.bases << 4 | 4);
    pass(body, cigar.bases.div_ceil(2) + cigar.bases)?;
    let mut seen_long = false;
    while body.limit() >= 4 {
        let [a, b, kind] = bytes(body)?;
        let is_cg = [a, b] == *b"CG" && !seen_long;
        seen_long |= is_cg;
        let size = match kind {
            b'A' | b'c' | b'C' => 1,
            b's' | b'S' => 2,
            b'i' | b'I' | b'f' => 4,
            b'd' => 8,
            b'Z' | b'H' if until_zero(body)? => 0,
            b'B' if body.limit() >= 5 => {
                let [kind, count @ ..] = bytes::<5>(body)?;
                let count = u32::from_le_bytes(count);
                let is_cigar = is_cg && is_long && count >= cigar.operations;
                let size = match kind {
                    b'c' | b'C' => 1,
                    b's' | b'S' => 2,
                    b'i' | b'I' | b'f' => 4,
                    _ => return Ok(false),
                };
                if u64::from(count) * size > body.limit() {
                    return Ok(false);
                }
                if is_cigar && b"iI".contains(&kind) {
                    consumed = operations(body, count)?.1;
                    continue;
                }
                u64::from(count) * size
            }
            _ => return Ok(false),
        };
        if size > body.limit() {
            return Ok(false);
        }
        pass(body, size)?;
    }
    let rest = body.limit();
    pass(body, rest)?;
    let is_free = !cigar.is_checked || first.is_none() || cigar.bases == 0;
    Ok(is_free || consumed == cigar.bases)
}

/// Reads so many operations: the first one, and how many bases of the read they take.
fn operations(body: &mut impl Read, count: u32) -> io::Result<(Option<u64>, u64)> {
    let (mut first, mut consumed) = (None, 0);
    for _ in 0..count {
        let operation = u64::from(u32::from_le_bytes(bytes(body)?));
        first.get_or_insert(operation);
        // M, I, S, = and X.
        if matches!(operation & 0xf, 0 | 1 | 4 | 7 | 8) {
            consumed += operation >> 4;
        }
    }
    Ok((first, consumed))
}

fn bytes<const N: usize>(body: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    body.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn pass(body: &mut impl Read, size: u64) -> io::Result<()> {
    let passed = io::copy(&mut body.take(size), &mut io::sink())?;
    if passed == size { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

/// Passes text and the zero that ends it; `false` if there is none.
fn until_zero(body: &mut impl BufRead) -> io::Result<bool> {
    loop {
        let buffer = body.fill_buf()?;
        let zero = memchr::memchr(0, buffer);
        let passed = zero.map_or(buffer.len(), |zero| zero + 1);
        body.consume(passed);
        if zero.is_some() || passed == 0 {
            return Ok(zero.is_some());
        }
    }
}
