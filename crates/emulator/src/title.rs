//! Titles that programs set (OSC 0 and 2). They are shown in a list, so they are other people's text.

/// Longest title, in characters.
const MAX_TITLE: usize = 128;

/// The title in `bytes`, bounded and free of characters that steer a display. `None` when nothing is left of it.
pub(crate) fn clean(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    let shown: String = text.chars().filter(|char| !steers(*char)).take(MAX_TITLE).collect();
    let shown = shown.trim();
    (!shown.is_empty()).then(|| shown.to_owned())
}

/// Control characters, and the invisible ones that turn the direction of what follows (UAX #9).
fn steers(char: char) -> bool {
    char.is_control() || matches!(char, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_bounded_and_clean() {
        assert_eq!(clean(b"vim \x1b[31mx\n\xff").as_deref(), Some("vim [31mx\u{fffd}"));
        assert_eq!(clean("a\u{202e}b".as_bytes()).as_deref(), Some("ab"));
        assert_eq!(clean(&[b'x'; 500]).map(|title| title.len()), Some(MAX_TITLE));
        assert_eq!(clean(b" \x07 "), None);
    }
}
