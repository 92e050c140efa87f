mod rank;
mod view;

use crate::{Command, IconName};

pub use view::Palette;

/// One thing the palette can do or place it can go.
#[derive(Clone, Debug)]
pub struct PaletteEntry {
    /// Unique and lasting: recent entries are remembered by it.
    pub id: String,
    /// What the reader looks for: `Open terminal`.
    pub label: String,
    /// The heading it stands under: `Go to`, `This page`.
    pub group: &'static str,
    /// A drawing.
    pub icon: IconName,
    /// Quiet words after the label, searched too: `~/api`.
    pub hint: Option<String>,
    /// The keys that do the same: `g t`.
    pub keys: Option<&'static str>,
    /// Does it; the palette has closed before.
    pub action: Command,
}
