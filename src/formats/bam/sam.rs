//! Writes BAM records as SAM text, byte for byte as `samtools view` prints them.
//!
//! That includes what is outside of the specification: flags above 12 bits, qualities above 93, control
//! characters in text, unknown CIGAR operations. Nothing is allocated for a record.

use super::{
    number::{push_float, push_integer},
    record::BamRecord,
    references::ReferenceNames,
    tag::{RecordTag, RecordTags, Value, size},
};
use crate::formats::damage::RecordFlaw;

const OPERATIONS: &[u8; 16] = b"MIDNSHP=XB??????";
const BASES: &[u8; 16] = b"=ACMGRSVTWYHKDBN";
/// The two bases of each byte.
const PAIRS: [[u8; 2]; 256] = pairs();

const fn pairs() -> [[u8; 2]; 256] {
    let mut pairs = [[0; 2]; 256];
    let mut byte = 0;
    while byte < pairs.len() {
        pairs[byte] = [BASES[byte >> 4], BASES[byte & 0xf]];
        byte += 1;
    }
    pairs
}

/// Appends the line of a record. `references` are the names in the header.
pub(super) fn push_record(
    text: &mut Vec<u8>,
    record: &BamRecord<'_>,
    references: &ReferenceNames,
) -> Result<(), RecordFlaw> {
    text.extend_from_slice(record.name);
    push_field(text, record.flags.into());
    text.push(b'\t');
    text.extend_from_slice(references.get(record.reference).unwrap_or(b"*"));
    push_field(text, i64::from(record.position) + 1);
    push_field(text, record.mapping_quality.into());
    text.push(b'\t');
    push_cigar(text, record);
    text.push(b'\t');
    match references.get(record.next_reference) {
        None => text.push(b'*'),
        Some(_) if record.next_reference == record.reference => text.push(b'='),
        Some(name) => text.extend_from_slice(name),
    }
    push_field(text, i64::from(record.next_position) + 1);
    push_field(text, record.template_length.into());
    push_bases(text, record);
    for tag in record.tags.iter().flat_map(|tags| RecordTags::new(tags)) {
        push_tag(text, tag?);
    }
    text.push(b'\n');
    Ok(())
}

/// Appends a field that is a number.
fn push_field(text: &mut Vec<u8>, number: i64) {
    text.push(b'\t');
    push_integer(text, number);
}

fn push_cigar(text: &mut Vec<u8>, record: &BamRecord<'_>) {
    if record.cigar.is_empty() {
        return text.push(b'*');
    }
    for operation in record.operations() {
        push_integer(text, (operation >> 4).into());
        text.push(OPERATIONS[(operation & 0xf) as usize]);
    }
}

/// Appends sequence and qualities.
fn push_bases(text: &mut Vec<u8>, record: &BamRecord<'_>) {
    if record.qualities.is_empty() {
        return text.extend_from_slice(b"\t*\t*");
    }
    text.push(b'\t');
    let begin = text.len();
    text.resize(begin + 2 * record.sequence.len(), 0);
    let (places, _) = text[begin..].as_chunks_mut();
    for (place, byte) in places.iter_mut().zip(record.sequence) {
        *place = PAIRS[usize::from(*byte)];
    }
    text.truncate(begin + record.qualities.len());
    text.push(b'\t');
    if record.qualities[0] == 0xff {
        return text.push(b'*');
    }
    text.extend(record.qualities.iter().map(|quality| quality.wrapping_add(b'!')));
}

fn push_tag(text: &mut Vec<u8>, tag: RecordTag<'_>) {
    let [a, b] = tag.key;
    text.extend_from_slice(&[b'\t', a, b, b':']);
    match tag.value {
        Value::Character(character) => text.extend_from_slice(&[b'A', b':', character]),
        Value::Integer(number) => {
            text.extend_from_slice(b"i:");
            push_integer(text, number);
        }
        Value::Float(number) => {
            text.extend_from_slice(b"f:");
            push_float(text, number.into());
        }
        Value::Double(number) => {
            text.extend_from_slice(b"d:");
            push_float(text, number);
        }
        Value::Text(kind, value) => {
            text.extend_from_slice(&[kind, b':']);
            text.extend_from_slice(value);
        }
        Value::Array(kind, numbers) => {
            text.extend_from_slice(&[b'B', b':', kind]);
            push_array(text, kind, numbers);
        }
    }
}

fn push_array(text: &mut Vec<u8>, kind: u8, numbers: &[u8]) {
    for number in numbers.chunks_exact(size(kind).unwrap_or(1)) {
        text.push(b',');
        match (kind, number) {
            (b'c', [a]) => push_integer(text, i8::from_le_bytes([*a]).into()),
            (b's', [a, b]) => push_integer(text, i16::from_le_bytes([*a, *b]).into()),
            (b'S', [a, b]) => push_integer(text, u16::from_le_bytes([*a, *b]).into()),
            (b'i', [a, b, c, d]) => {
                push_integer(text, i32::from_le_bytes([*a, *b, *c, *d]).into());
            }
            (b'I', [a, b, c, d]) => {
                push_integer(text, u32::from_le_bytes([*a, *b, *c, *d]).into());
            }
            (_, [a, b, c, d]) => push_float(text, f32::from_le_bytes([*a, *b, *c, *d]).into()),
            (_, [a, ..]) => push_integer(text, (*a).into()),
            (_, []) => {}
        }
    }
}
