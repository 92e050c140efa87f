//! Text as OSC 633 carries it: backslash, semicolon and control characters are written out as `\\` and `\xHH`.

use std::fmt::Write;

/// What was meant. What is not UTF-8 is replaced, and NUL, which no line can have, left out.
pub(super) fn unescape(written: &[u8]) -> String {
    let mut bytes = Vec::with_capacity(written.len());
    let mut rest = written;
    while let Some((first, after)) = rest.split_first() {
        rest = match (first, after) {
            (b'\\', [b'\\', after @ ..]) => {
                bytes.push(b'\\');
                after
            }
            (b'\\', [b'x', high, low, after @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                let digit = |digit: u8| char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
                bytes.push(digit(*high).unwrap_or(0) << 4 | digit(*low).unwrap_or(0));
                after
            }
            _ => {
                bytes.push(*first);
                after
            }
        };
    }
    bytes.retain(|byte| *byte != 0);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Writes it out again.
pub(super) fn escape(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '\\' => written.push_str("\\\\"),
            ';' | '\0'..='\x1f' | '\x7f' => {
                let _infallible = write!(written, "\\x{:02x}", u32::from(char));
            }
            // A control character of two bytes would end the sequence for who reads characters.
            '\u{80}'..='\u{9f}' => {}
            _ => written.push(char),
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_written_out_is_read_again(text in "[^\\x00\\x80-\\x9f]*") {
            prop_assert_eq!(unescape(escape(&text).as_bytes()), text);
        }

        #[test]
        fn any_bytes_are_read(bytes: Vec<u8>) {
            let _text = unescape(&bytes);
        }
    }
}
