//! What the typed letters find, best first.

use super::PaletteEntry;

/// The entries shown at once; more are never read.
const AT_MOST: usize = 40;

/// Every entry that has the typed letters in order, best first; without letters, recent ones first.
pub(super) fn rank(entries: &[PaletteEntry], typed: &str, recent: &[String]) -> Vec<PaletteEntry> {
    let wanted: Vec<char> =
        typed.chars().filter(|letter| !letter.is_whitespace()).flat_map(char::to_lowercase).collect();
    let mut found: Vec<(i32, &PaletteEntry)> = entries
        .iter()
        .filter_map(|entry| {
            let label = score(&entry.label, &wanted).map(|score| score + 10);
            let hint = entry.hint.as_deref().and_then(|hint| score(hint, &wanted));
            let best = label.max(hint)?;
            let age = recent.iter().position(|id| *id == entry.id);
            let freshness = age.and_then(|age| i32::try_from(age).ok()).map_or(0, |age| (20 - age).max(1));
            Some((best + freshness, entry))
        })
        .collect();
    found.sort_by_key(|(score, _)| -score); // stable: equals keep the page's order
    found.into_iter().take(AT_MOST).map(|(_, entry)| entry.clone()).collect()
}

/// Letters in order; those at the start of a word and those that follow each other count more. `None`: not found.
fn score(text: &str, wanted: &[char]) -> Option<i32> {
    let mut wanted = wanted.iter().copied().peekable();
    let mut score = 0;
    let mut streak = 0;
    let mut before = ' ';
    for letter in text.chars().flat_map(char::to_lowercase) {
        let Some(next) = wanted.peek() else { break };
        if letter == *next {
            wanted.next();
            streak += 1;
            score += streak + if before.is_alphanumeric() { 0 } else { 6 };
        } else {
            streak = 0;
        }
        before = letter;
    }
    wanted.peek().is_none().then_some(score)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Command, IconName};

    fn entries(labels: &[&str]) -> Vec<PaletteEntry> {
        labels
            .iter()
            .map(|label| PaletteEntry {
                id: (*label).to_owned(),
                label: (*label).to_owned(),
                group: "Go to",
                icon: IconName::Grid,
                hint: None,
                keys: None,
                action: Command::new(|| ()),
            })
            .collect()
    }

    fn labels(found: &[PaletteEntry]) -> Vec<&str> {
        found.iter().map(|entry| entry.label.as_str()).collect()
    }

    #[test]
    fn letters_are_found_in_order_and_word_starts_win() {
        let all = entries(&["Toggle sidebar", "Open terminal", "Overview"]);
        assert_eq!(labels(&rank(&all, "ot", &[]))[0], "Open terminal");
        assert!(rank(&all, "zz", &[]).is_empty());
        assert_eq!(labels(&rank(&all, "OVER", &[])), ["Overview"]);
    }

    #[test]
    fn without_letters_recent_entries_come_first_and_the_rest_keep_their_order() {
        let all = entries(&["Overview", "Terminal", "Chat"]);
        assert_eq!(labels(&rank(&all, "", &["Chat".to_owned()])), ["Chat", "Overview", "Terminal"]);
    }
}
