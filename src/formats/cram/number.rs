//! The numbers of CRAM, whose leading ones say how many bytes follow (CRAM specification, section 2.3).

use std::io::{self, Read};

/// A number of one to five bytes.
pub(super) fn itf8(reader: &mut impl Read) -> io::Result<i32> {
    let (first, more) = first(reader, 4)?;
    let mut bytes = [0; 4];
    let bytes = &mut bytes[..more];
    reader.read_exact(bytes)?;
    let high = u32::from(first) & (0x7f >> more.min(3));
    let value = match bytes {
        [middle @ .., last] if more == 4 => {
            let middle = middle.iter().fold(high & 0x0f, |n, byte| n << 8 | u32::from(*byte));
            // Only the low half of the last byte counts.
            middle << 4 | u32::from(*last & 0x0f)
        }
        _ => bytes.iter().fold(high, |n, byte| n << 8 | u32::from(*byte)),
    };
    Ok(value.cast_signed())
}

/// The same for up to nine bytes.
pub(super) fn ltf8(reader: &mut impl Read) -> io::Result<i64> {
    let (first, more) = first(reader, 8)?;
    let mut bytes = [0; 8];
    let bytes = &mut bytes[..more];
    reader.read_exact(bytes)?;
    let high = u64::from(first) & (0x7f_u64 >> more.min(7));
    Ok(bytes.iter().fold(high, |n, byte| n << 8 | u64::from(*byte)).cast_signed())
}

/// The first byte, and how many follow.
fn first(reader: &mut impl Read, most: u32) -> io::Result<(u8, usize)> {
    let mut first = [0];
    reader.read_exact(&mut first)?;
    Ok((first[0], first[0].leading_ones().min(most) as usize))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_one_to_nine_bytes() {
        for (bytes, number) in [
            (&[0x00][..], 0),
            (&[0x7f], 127),
            (&[0x80, 0x80], 128),
            (&[0xbf, 0xff], 0x3fff),
            (&[0xc0, 0x40, 0x00], 0x4000),
            (&[0xe0, 0x20, 0x00, 0x00], 0x0020_0000),
            (&[0xf1, 0x00, 0x00, 0x00, 0x00], 0x1000_0000),
            (&[0xf7, 0xff, 0xff, 0xff, 0x0f], i32::MAX),
            (&[0xff, 0xff, 0xff, 0xff, 0x0f], -1),
            (&[0xff, 0xff, 0xff, 0xff, 0xff], -1),
            (&[0xf8, 0x00, 0x00, 0x00, 0x00], i32::MIN),
        ] {
            let mut rest = bytes;
            assert_eq!((itf8(&mut rest).unwrap(), rest), (number, &[][..]), "{bytes:x?}");
            assert!(itf8(&mut &bytes[..bytes.len() - 1]).is_err());
        }
        for (bytes, number) in [
            (&[0x7f][..], 127),
            (&[0xbf, 0xff], 0x3fff),
            (&[0xf0, 0x10, 0, 0, 0], 0x1000_0000),
            (&[0xfe, 1, 0, 0, 0, 0, 0, 0], 1 << 48),
            (&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], -1),
        ] {
            let mut rest = bytes;
            assert_eq!((ltf8(&mut rest).unwrap(), rest), (number, &[][..]), "{bytes:x?}");
            assert!(ltf8(&mut &bytes[..bytes.len() - 1]).is_err());
        }
    }
}
