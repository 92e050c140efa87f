//! Character sets of seven bits (ECMA-35): line drawing and the national ones of the VT220.

/// What the characters from `#` to `~` are drawn as.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Charset {
    /// As themselves.
    #[default]
    Ascii,
    /// DEC Special Graphics.
    Lines,
    /// A national set, by the byte it is designated with.
    National(u8),
}

/// The line-drawing characters of `` ` `` to `~`.
const LINES: [char; 31] = [
    '◆', '▒', '␉', '␌', '␍', '␊', '°', '±', '␤', '␋', '┘', '┐', '┌', '└', '┼', '⎺', '⎻', '─', '⎼', '⎽', '├', '┤', '┴',
    '┬', '│', '≤', '≥', 'π', '≠', '£', '·',
];

/// Which characters differ, then what they are drawn as.
const fn differences(name: u8) -> (&'static str, &'static str) {
    match name {
        b'A' => ("#", "£"),
        b'4' => (r"#@[\]{|}~", "£¾i½|¨f¼´"),
        b'5' => (r"[\]^`{|}~", "ÄÖÅÜéäöåü"),
        b'R' => (r"#@[\]{|}~", "£à°ç§éùè¨"),
        b'Q' => (r"@[\]^`{|}~", "àâçêîôéùèû"),
        b'K' => (r"@[\]{|}~", "§ÄÖÜäöüß"),
        b'Y' => (r"#@[\]`{|}~", "£§°çéùàòèì"),
        b'6' => (r"@[\]^`{|}~", "ÄÆØÅÜäæøåü"),
        b'Z' => (r"#@[\]{|}", "£§¡Ñ¿°ñç"),
        b'7' => (r"@[\]^`{|}~", "ÉÄÖÅÜéäöåü"),
        b'=' => (r"#@[\]^_`{|}~", "ùàéçêîèôäöüû"),
        _ => ("", ""),
    }
}

impl Charset {
    /// The set that a final byte designates, if there is one.
    pub(crate) fn designated(byte: u8) -> Option<Self> {
        Some(match byte {
            b'B' => Self::Ascii,
            b'0' => Self::Lines,
            b'C' => Self::National(b'5'),
            b'E' => Self::National(b'6'),
            b'H' => Self::National(b'7'),
            _ if !differences(byte).0.is_empty() => Self::National(byte),
            _ => return None,
        })
    }

    /// The byte that designates it.
    pub(crate) fn designation(self) -> char {
        match self {
            Self::Ascii => 'B',
            Self::Lines => '0',
            Self::National(name) => char::from(name),
        }
    }

    /// What a character is drawn as.
    pub(crate) fn draw(self, char: char) -> char {
        match self {
            Self::Lines if ('`'..='~').contains(&char) => {
                LINES.get(char as usize - '`' as usize).copied().unwrap_or(char)
            }
            Self::National(name) if char.is_ascii() => {
                let (from, to) = differences(name);
                let place = from.chars().position(|from| from == char);
                place.and_then(|place| to.chars().nth(place)).unwrap_or(char)
            }
            _ => char,
        }
    }
}
