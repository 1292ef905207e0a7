//! Numbers as samtools writes them.

use std::io::Write as _;

/// Appends a whole number.
pub(super) fn push_integer(text: &mut Vec<u8>, number: i64) {
    let mut digits = [0; 20];
    let mut begin = digits.len();
    let mut rest = number.unsigned_abs();
    loop {
        begin -= 1;
        let digit = (rest % 10) as u8;
        digits[begin] = b'0' + digit;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if number < 0 {
        text.push(b'-');
    }
    text.extend_from_slice(&digits[begin..]);
}

/// Appends a number as C's `%g` does: six digits that count, without zeros at the end, and an exponent
/// for what is below 0.0001 or has more than six digits before the point.
///
/// samtools writes numbers of arrays with code of its own. For all that a 32-bit float can be, that of
/// htslib 1.24 gives the same; that of 1.16 rounds halves up instead of to even.
pub(super) fn push_float(text: &mut Vec<u8>, number: f64) {
    const LOWEST: i32 = -4;
    if number.is_sign_negative() {
        text.push(b'-');
    }
    if number.is_nan() {
        return text.extend_from_slice(b"nan");
    }
    if number.is_infinite() {
        return text.extend_from_slice(b"inf");
    }
    let mut written = [0; 24];
    let mut room = &mut written[..];
    // `d.ddddde-ddd` fits.
    let fits = write!(room, "{:.5e}", number.abs()).is_ok();
    debug_assert!(fits);
    let left = room.len();
    let written = &written[..written.len() - left];
    let (digits, exponent) = written.split_at(written.len().min(7));
    let mut digits = [digits[0], digits[2], digits[3], digits[4], digits[5], digits[6]];
    let exponent = exponent.get(1..).and_then(|e| str::from_utf8(e).ok()?.parse().ok());
    let exponent: i32 = exponent.unwrap_or(0);
    let count = digits.iter().rposition(|digit| *digit != b'0').map_or(1, |last| last + 1);
    let digits = &mut digits[..];
    match usize::try_from(exponent) {
        Ok(exponent) if exponent < digits.len() => {
            let (whole, fraction) = digits.split_at(exponent + 1);
            text.extend_from_slice(whole);
            push_fraction(text, &fraction[..count.saturating_sub(exponent + 1)]);
        }
        Err(_) if exponent >= LOWEST => {
            text.extend_from_slice(&b"0.000"[..usize::try_from(1 - exponent).unwrap_or(0)]);
            text.extend_from_slice(&digits[..count]);
        }
        _ => {
            text.push(digits[0]);
            push_fraction(text, &digits[1..count]);
            text.extend_from_slice(if exponent < 0 { b"e-" } else { b"e+" });
            if exponent.abs() < 10 {
                text.push(b'0');
            }
            push_integer(text, exponent.abs().into());
        }
    }
}

fn push_fraction(text: &mut Vec<u8>, digits: &[u8]) {
    if !digits.is_empty() {
        text.push(b'.');
        text.extend_from_slice(digits);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_written_in_digits() {
        for number in [0, 7, -7, 10, 4_294_967_295, i64::MAX, i64::MIN] {
            let mut text = Vec::new();
            push_integer(&mut text, number);
            assert_eq!(String::from_utf8(text).unwrap(), number.to_string());
        }
    }

    #[test]
    fn floats_are_written_as_c_does() {
        // Made with C's printf.
        for (number, expected) in [
            (0.0, "0"),
            (-0.0, "-0"),
            (1.0, "1"),
            (-1.5, "-1.5"),
            (0.1, "0.1"),
            (100.0, "100"),
            (123_456.0, "123456"),
            (999_999.0, "999999"),
            (999_999.5, "1e+06"),
            (1e6, "1e+06"),
            (1_234_567.0, "1.23457e+06"),
            // Halves go to the even digit.
            (100_000.5, "100000"),
            (100_001.5, "100002"),
            (0.0001, "0.0001"),
            (0.00012, "0.00012"),
            (0.000_123_456_7, "0.000123457"),
            (0.000_099_999_99, "0.0001"),
            (0.000_01, "1e-05"),
            (1.5e-7, "1.5e-07"),
            (1e10, "1e+10"),
            (2.9979e9, "2.9979e+09"),
            (1e100, "1e+100"),
            (-2.5e-310, "-2.5e-310"),
            (f64::MAX, "1.79769e+308"),
            (0.999_876_56, "0.999877"),
            (0.999_999_9, "1"),
            (f64::INFINITY, "inf"),
            (f64::NEG_INFINITY, "-inf"),
            (f64::NAN, "nan"),
            (-f64::NAN, "-nan"),
        ] {
            let mut text = Vec::new();
            push_float(&mut text, number);
            assert_eq!(String::from_utf8(text).unwrap(), expected, "{number:e}");
        }
    }
}
