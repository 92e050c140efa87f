use super::Shortcut;
use crate::Command;

/// What a sequence of chords means among the page's shortcuts.
pub(super) enum Match {
    Whole(Command),
    Beginning,
    Nothing,
}

/// The chord of an event in the words of [`Shortcut::keys`]; `None` for a modifier alone or during composition.
pub(super) fn chord(event: &web_sys::KeyboardEvent) -> Option<String> {
    let key = event.key();
    if event.is_composing()
        || event.repeat()
        || matches!(key.as_str(), "Shift" | "Control" | "Alt" | "Meta" | "AltGraph")
    {
        return None;
    }
    let mut chord = String::new();
    if event.ctrl_key() || event.meta_key() {
        chord.push_str("Ctrl+");
    }
    if event.alt_key() {
        chord.push_str("Alt+");
    }
    // Shift is part of the character (`?`), but not of a letter held with Ctrl.
    if key.chars().count() == 1 {
        chord.push_str(&key.to_ascii_lowercase())
    } else {
        chord.push_str(&key)
    }
    Some(chord)
}

/// Looks for the sequence; one that leads nowhere is tried again from its last chord.
pub(super) fn find(all: &[Shortcut], sequence: &mut Vec<String>) -> Match {
    loop {
        let mut beginning = false;
        for shortcut in all {
            let mut keys = shortcut.keys.split(' ');
            if sequence.iter().all(|pressed| keys.next().is_some_and(|key| key == pressed)) {
                if keys.next().is_none() {
                    return Match::Whole(shortcut.action.clone());
                }
                beginning = true;
            }
        }
        if beginning {
            return Match::Beginning;
        }
        if sequence.len() <= 1 {
            return Match::Nothing;
        }
        sequence.drain(..sequence.len() - 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shortcut(keys: &'static str) -> Shortcut {
        Shortcut { keys, label: "", group: "", action: Command::new(|| ()) }
    }

    fn found(keys: &[&str]) -> Match {
        let all = [shortcut("g d"), shortcut("g t"), shortcut("?"), shortcut("Ctrl+k")];
        find(&all, &mut keys.iter().map(|key| (*key).to_owned()).collect())
    }

    #[test]
    fn a_sequence_is_begun_and_completed() {
        assert!(matches!(found(&["g"]), Match::Beginning));
        assert!(matches!(found(&["g", "t"]), Match::Whole(_)));
        assert!(matches!(found(&["Ctrl+k"]), Match::Whole(_)));
    }

    #[test]
    fn a_sequence_that_leads_nowhere_starts_again_with_its_last_key() {
        assert!(matches!(found(&["g", "?"]), Match::Whole(_)));
        assert!(matches!(found(&["g", "g"]), Match::Beginning));
        assert!(matches!(found(&["x"]), Match::Nothing));
    }
}
