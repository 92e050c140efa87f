//! What a person chooses from.

use serde::{Deserialize, Serialize};

macro_rules! choices {
    ($(#[$doc:meta])* $name:ident { $($(#[$each:meta])* $variant:ident $word:literal $label:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name { $($(#[$each])* $variant,)+ }

        impl $name {
            /// Every one, in the order they are offered.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The word it is kept as.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// What it is called.
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)+ }
            }

            /// The one kept as `word`.
            #[must_use]
            pub fn named(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|each| each.word() == word)
            }
        }
    };
}

choices! {
    /// A stack of monospace fonts. Only the first is Nova's own; the others are used where the device has them, and
    /// nothing is ever loaded from elsewhere.
    Font {
        /// The one Nova brings.
        #[default]
        JetbrainsMono "jetbrains-mono" "JetBrains Mono (Nova’s own)",
        /// Whatever the device uses for code.
        System "system" "The device’s own",
        /// Microsoft's.
        Cascadia "cascadia" "Cascadia Mono",
        /// Older Windows.
        Consolas "consolas" "Consolas",
        /// macOS.
        SfMono "sf-mono" "SF Mono",
        /// Older macOS.
        Menlo "menlo" "Menlo",
        /// Many Linux desktops.
        Dejavu "dejavu" "DejaVu Sans Mono",
        /// Metric-compatible with Courier New.
        Liberation "liberation" "Liberation Mono",
        /// Ubuntu.
        Ubuntu "ubuntu" "Ubuntu Mono",
        /// Mozilla's.
        FiraMono "fira-mono" "Fira Mono",
        /// Adobe's.
        SourceCode "source-code" "Source Code Pro",
        /// IBM's.
        Plex "plex" "IBM Plex Mono",
        /// A wide-coverage fork of Bitstream Vera.
        Hack "hack" "Hack",
        /// Narrow.
        Iosevka "iosevka" "Iosevka",
    }
}

impl Font {
    /// The CSS font stack.
    #[must_use]
    pub const fn stack(self) -> &'static str {
        match self {
            Self::JetbrainsMono => r#""JetBrains Mono", ui-monospace, monospace"#,
            Self::System => {
                r#"ui-monospace, "SF Mono", Menlo, "Cascadia Mono", Consolas, "DejaVu Sans Mono", monospace"#
            }
            Self::Cascadia => r#""Cascadia Mono", "Cascadia Code", Consolas, ui-monospace, monospace"#,
            Self::Consolas => "Consolas, Inconsolata, ui-monospace, monospace",
            Self::SfMono => r#""SF Mono", SFMono-Regular, Menlo, ui-monospace, monospace"#,
            Self::Menlo => "Menlo, Monaco, ui-monospace, monospace",
            Self::Dejavu => r#""DejaVu Sans Mono", "Bitstream Vera Sans Mono", ui-monospace, monospace"#,
            Self::Liberation => r#""Liberation Mono", "Courier New", ui-monospace, monospace"#,
            Self::Ubuntu => r#""Ubuntu Mono", "Ubuntu Sans Mono", ui-monospace, monospace"#,
            Self::FiraMono => r#""Fira Mono", "Fira Code", ui-monospace, monospace"#,
            Self::SourceCode => r#""Source Code Pro", ui-monospace, monospace"#,
            Self::Plex => r#""IBM Plex Mono", ui-monospace, monospace"#,
            Self::Hack => r#"Hack, "DejaVu Sans Mono", ui-monospace, monospace"#,
            Self::Iosevka => r#"Iosevka, "Iosevka Term", ui-monospace, monospace"#,
        }
    }
}

choices! {
    /// The cursor's shape, until a program asks for another.
    Cursor {
        /// Fills its cell.
        #[default]
        Block "block" "Block",
        /// At the cell's left edge.
        Bar "bar" "Bar",
        /// At the cell's foot.
        Underline "underline" "Underline",
    }
}

choices! {
    /// What the bell does, besides marking a tab that is not in view.
    Bell {
        /// Nothing.
        None "none" "Nothing",
        /// The terminal's edge lights up.
        #[default]
        Visual "visual" "A flash",
        /// A short beep.
        Sound "sound" "A sound",
        /// Both.
        Both "both" "A flash and a sound",
    }
}

choices! {
    /// The least contrast between text and what is behind it; below it text is made lighter or darker.
    Contrast {
        /// Colours are as the theme and the programs say.
        #[default]
        Theme "theme" "As the theme says",
        /// 3:1, large text by WCAG.
        Three "three" "At least 3 : 1",
        /// 4.5:1, WCAG AA.
        Aa "aa" "At least 4.5 : 1 (AA)",
        /// 7:1, WCAG AAA.
        Aaa "aaa" "At least 7 : 1 (AAA)",
        /// Black or white.
        Most "most" "The most there is",
    }
}

impl Contrast {
    /// The ratio, 1–21.
    #[must_use]
    pub const fn ratio(self) -> f64 {
        match self {
            Self::Theme => 1.0,
            Self::Three => 3.0,
            Self::Aa => 4.5,
            Self::Aaa => 7.0,
            Self::Most => 21.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_what_is_kept() {
        for font in Font::ALL {
            assert_eq!(serde_json::to_value(font).unwrap(), font.word());
            assert_eq!(Font::named(font.word()), Some(*font));
        }
        for bell in Bell::ALL {
            assert_eq!(serde_json::to_value(bell).unwrap(), bell.word());
        }
    }
}
