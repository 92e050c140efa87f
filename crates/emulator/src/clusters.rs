//! Characters that others were combined with.

use std::collections::HashMap;

/// Most different ones of a screen. Marks on more are left out.
const MAX_CLUSTERS: usize = 4096;

/// Longest one, in bytes. Further marks are left out.
const MAX_BYTES: usize = 64;

/// A table, so that a cell need only hold a number.
#[derive(Debug, Clone, Default)]
pub(crate) struct Clusters {
    texts: Vec<Box<str>>,
    numbers: HashMap<Box<str>, u16>,
}

impl Clusters {
    /// The number of `base` followed by `mark`; `None` at a bound.
    pub(crate) fn add(&mut self, base: &str, mark: char) -> Option<u16> {
        let text = format!("{base}{mark}").into_boxed_str();
        if let Some(number) = self.numbers.get(&text) {
            return Some(*number);
        }
        if text.len() > MAX_BYTES || self.texts.len() >= MAX_CLUSTERS {
            return None;
        }
        let number = u16::try_from(self.texts.len()).ok()?;
        self.numbers.insert(text.clone(), number);
        self.texts.push(text);
        Some(number)
    }

    /// What a number stands for.
    pub(crate) fn text(&self, number: u16) -> &str {
        self.texts.get(usize::from(number)).map_or("", |text| text)
    }
}
