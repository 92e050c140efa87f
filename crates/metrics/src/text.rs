//! Bytes of the kernel as fields, numbers and text fit to show.

/// The lines of a file.
pub(crate) fn lines(contents: &[u8]) -> impl Iterator<Item = &[u8]> {
    contents.split(|byte| *byte == b'\n')
}

/// The words of a line.
pub(crate) fn fields(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(u8::is_ascii_whitespace).filter(|field| !field.is_empty())
}

/// A decimal number, with white space around it allowed.
pub(crate) fn number(field: &[u8]) -> Option<u64> {
    std::str::from_utf8(field).ok()?.trim().parse().ok()
}

/// Text for people of at most `most` characters. Others name their processes, mounts and interfaces: what could steer a
/// terminal or turn the reading direction is replaced.
pub(crate) fn clean(bytes: &[u8], most: usize) -> String {
    let bytes = bytes.get(..most.saturating_mul(4)).unwrap_or(bytes);
    let shown = |letter: char| if letter.is_control() || steers(letter) { char::REPLACEMENT_CHARACTER } else { letter };
    String::from_utf8_lossy(bytes).trim().chars().take(most).map(shown).collect()
}

/// Invisible characters and those that change direction or lines (Unicode TR36 §2.10).
fn steers(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_and_direction_characters_are_replaced() {
        assert_eq!(clean("a\u{1b}[31mb\u{202e}c".as_bytes(), 64), "a\u{fffd}[31mb\u{fffd}c");
    }

    #[test]
    fn text_is_cut_at_its_bound() {
        assert_eq!(clean("äöü".repeat(50).as_bytes(), 4), "äöüä");
    }
}
