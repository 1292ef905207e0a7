//! The bytes of a sheet as text: UTF-8, or UTF-16 with a byte order mark.
//!
//! Whatever else it is, is said with the line. It knows no rows.

use super::error::{SheetError, Wrong};

/// Decodes a sheet, without its byte order mark.
pub(super) fn decode(bytes: &[u8]) -> Result<String, SheetError> {
    if let Some(what) = binary(bytes) {
        return Err(SheetError::whole(Wrong::NotText(what)));
    }
    let text = match bytes {
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes)?,
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes)?,
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest)?,
        bytes => utf8(bytes)?,
    };
    match text.find('\0') {
        Some(at) => Err(SheetError::at(line_of(&text[..at]), Wrong::Nul)),
        None => Ok(text),
    }
}

/// What people take for a sheet.
fn binary(bytes: &[u8]) -> Option<&'static str> {
    const KINDS: [(&[u8], &str); 8] = [
        (b"PK\x03\x04", "a workbook (.xlsx, .ods) or another ZIP archive"),
        (b"\xD0\xCF\x11\xE0", "an Excel workbook (.xls)"),
        (b"\x1F\x8B", "a gzip file"),
        (b"%PDF", "a PDF"),
        (b"CRAM", "a CRAM file"),
        (b"{\\rtf", "an RTF document"),
        (b"<!DOCTYPE html", "a web page"),
        (b"<?xml", "an XML document"),
    ];
    let begins = |magic: &[u8]| {
        bytes.get(..magic.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(magic))
    };
    KINDS.iter().find(|(magic, _)| begins(magic)).map(|(_, what)| *what)
}

fn utf8(bytes: &[u8]) -> Result<String, SheetError> {
    let wrong = |error: std::str::Utf8Error| {
        let (good, bad) = bytes.split_at(error.valid_up_to());
        let line = line_of(&String::from_utf8_lossy(good));
        SheetError::at(line, Wrong::NotUtf8(bad.first().copied().unwrap_or_default()))
    };
    std::str::from_utf8(bytes).map(str::to_owned).map_err(wrong)
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, SheetError> {
    let (pairs, rest) = bytes.as_chunks();
    let mut text = String::with_capacity(bytes.len());
    for decoded in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        let c = decoded.map_err(|_| SheetError::at(line_of(&text), Wrong::NotUtf16))?;
        text.push(c);
    }
    if rest.is_empty() { Ok(text) } else { Err(SheetError::at(line_of(&text), Wrong::NotUtf16)) }
}

/// The line that follows a text, from 1.
fn line_of(before: &str) -> usize {
    line_ends(before) + 1
}

/// How many lines end in a text, with LF, CRLF or CR.
pub(super) fn line_ends(text: &str) -> usize {
    let ends = |byte: &u8| matches!(byte, b'\n' | b'\r');
    text.bytes().filter(ends).count() - text.matches("\r\n").count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, big: bool) -> Vec<u8> {
        let bytes = |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
        format!("\u{FEFF}{text}").encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn byte_order_marks_tell_the_encoding() {
        let text = "sample,file\nMüller 試料 🧬,a\n";
        for bytes in [
            text.as_bytes().to_vec(),
            [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
            utf16(text, false),
            utf16(text, true),
        ] {
            assert_eq!(decode(&bytes).unwrap(), text);
        }
        assert_eq!(decode(b""), Ok(String::new()));
        assert_eq!(decode(b"\xFF\xFE"), Ok(String::new()));
    }

    #[test]
    fn other_bytes_are_an_error_that_names_the_line() {
        let odd = [&utf16("a\nb", false)[..], b"x"].concat();
        let lone = [&utf16("a\r\nb\rc\n", true)[..], &[0xD8, 0, 0, b'x']].concat();
        for (bytes, message) in [
            (&b"sample\na\nM\xFCller\n"[..], "3: byte 0xFC is not UTF-8"),
            (b"sample\r\nM\xFC", "2: byte 0xFC is not UTF-8"),
            (b"\xC3", "1: byte 0xC3 is not UTF-8"),
            (b"s\0a\0m\0", "1: NUL character"),
            (b"sample\n\0", "2: NUL character"),
            (&odd, "2: the UTF-16 text is damaged"),
            (&lone, "4: the UTF-16 text is damaged"),
            (b"PK\x03\x04\x14", "it is a workbook (.xlsx, .ods)"),
            (b"\xD0\xCF\x11\xE0\xA1", "it is an Excel workbook (.xls)"),
            (b"\x1F\x8B\x08", "it is a gzip file"),
        ] {
            let error = decode(bytes).unwrap_err().to_string();
            assert!(error.starts_with(message), "{error}");
        }
    }
}
