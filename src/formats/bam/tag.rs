//! The tags at the end of a BAM record (SAM specification, section 4.2.4).

use crate::formats::damage::RecordFlaw;

/// A tag: two characters and a value.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RecordTag<'a> {
    pub(crate) key: [u8; 2],
    pub(crate) value: Value<'a>,
}

/// A tag's value, by its type.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Value<'a> {
    Character(u8),
    Integer(i64),
    Float(f32),
    Double(f64),
    /// `Z` or `H`, and the text.
    Text(u8, &'a [u8]),
    /// The type of the numbers, one of `cCsSiIf`, and all of them.
    Array(u8, &'a [u8]),
}

impl<'a> Value<'a> {
    /// The numbers of an array of one of these types.
    pub(crate) fn numbers(self, types: &[u8]) -> Option<&'a [u8]> {
        match self {
            Value::Array(kind, numbers) if types.contains(&kind) => Some(numbers),
            _ => None,
        }
    }
}

/// Goes through tags; fewer than four bytes at the end are none, as for samtools.
#[derive(Debug, Clone)]
pub(crate) struct RecordTags<'a>(&'a [u8]);

impl<'a> RecordTags<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// What follows the last one.
    pub(crate) const fn rest(&self) -> &'a [u8] {
        self.0
    }

    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*taken)
    }

    fn value(&mut self, kind: u8) -> Option<Value<'a>> {
        Some(match kind {
            b'A' => Value::Character(self.take::<1>()?[0]),
            b'c' => Value::Integer(i8::from_le_bytes(self.take()?).into()),
            b'C' => Value::Integer(u8::from_le_bytes(self.take()?).into()),
            b's' => Value::Integer(i16::from_le_bytes(self.take()?).into()),
            b'S' => Value::Integer(u16::from_le_bytes(self.take()?).into()),
            b'i' => Value::Integer(i32::from_le_bytes(self.take()?).into()),
            b'I' => Value::Integer(u32::from_le_bytes(self.take()?).into()),
            b'f' => Value::Float(f32::from_le_bytes(self.take()?)),
            // Not in the specification, but samtools knows it.
            b'd' => Value::Double(f64::from_le_bytes(self.take()?)),
            b'Z' | b'H' => {
                let end = memchr::memchr(0, self.0)?;
                let text = &self.0[..end];
                self.0 = &self.0[end + 1..];
                Value::Text(kind, text)
            }
            b'B' => {
                let [kind] = self.take()?;
                let count = usize::try_from(u32::from_le_bytes(self.take()?)).ok()?;
                let (numbers, rest) = self.0.split_at_checked(count.checked_mul(size(kind)?)?)?;
                self.0 = rest;
                Value::Array(kind, numbers)
            }
            _ => return None,
        })
    }
}

/// How long a number of an array is.
pub(crate) const fn size(kind: u8) -> Option<usize> {
    match kind {
        b'c' | b'C' => Some(1),
        b's' | b'S' => Some(2),
        b'i' | b'I' | b'f' => Some(4),
        _ => None,
    }
}

impl<'a> Iterator for RecordTags<'a> {
    type Item = Result<RecordTag<'a>, RecordFlaw>;

    fn next(&mut self) -> Option<Self::Item> {
        let ([a, b, kind, _], _) = self.0.split_first_chunk()?;
        let (key, kind) = ([*a, *b], *kind);
        self.0 = &self.0[3..];
        Some(self.value(kind).map(|value| RecordTag { key, value }).ok_or(RecordFlaw::Tag(key)))
    }
}
