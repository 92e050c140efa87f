//! One cell and how it is drawn.

/// A colour: the terminal's own, one of its palette, or red, green and blue.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Color {
    /// What the theme says.
    #[default]
    Default,
    /// One of the sixteen that have sequences of their own.
    Basic(u8),
    /// One of 256.
    Indexed(u8),
    /// Red, green, blue.
    Rgb(u8, u8, u8),
}

/// How what is written looks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Pen {
    pub(crate) fg: Color,
    pub(crate) bg: Color,
    /// The colour of the line beneath.
    pub(crate) line: Color,
    pub(crate) flags: Flags,
    /// None, single, double, curly, dotted, dashed.
    pub(crate) underline: u8,
}

impl Pen {
    /// What erased cells look like: the background stays.
    pub(crate) fn erasing(self) -> Self {
        Self { bg: self.bg, ..Self::default() }
    }
}

/// On-off properties of a [`Pen`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Flags(u16);

impl Flags {
    pub(crate) const BOLD: Self = Self(1);
    pub(crate) const DIM: Self = Self(1 << 1);
    pub(crate) const ITALIC: Self = Self(1 << 2);
    pub(crate) const BLINK: Self = Self(1 << 3);
    pub(crate) const INVERSE: Self = Self(1 << 4);
    pub(crate) const INVISIBLE: Self = Self(1 << 5);
    pub(crate) const STRUCK: Self = Self(1 << 6);
    pub(crate) const OVERLINE: Self = Self(1 << 7);
    /// Spared by selective erasure (DECSCA).
    pub(crate) const PROTECTED: Self = Self(1 << 8);

    pub(crate) fn has(self, flag: Self) -> bool {
        self.0 & flag.0 != 0
    }

    pub(crate) fn set(&mut self, flag: Self, on: bool) {
        if on {
            self.0 |= flag.0;
        } else {
            self.0 &= !flag.0;
        }
    }
}

/// What stands in a cell: nothing, a character, or a number of [`crate::clusters::Clusters`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Text(u32);

impl Text {
    /// Nothing was ever written here, or it was erased.
    pub(crate) const NONE: Self = Self(0);
    const CLUSTER: u32 = 1 << 31;

    pub(crate) fn of(char: char) -> Self {
        Self(u32::from(char))
    }

    pub(crate) fn cluster(number: u16) -> Self {
        Self(Self::CLUSTER | u32::from(number))
    }

    pub(crate) fn is_none(self) -> bool {
        self.0 == 0
    }

    /// The character, if it is a single one.
    pub(crate) fn char(self) -> Option<char> {
        char::from_u32(self.0).filter(|_| self.0 != 0)
    }

    /// The number of the cluster, if it is one.
    pub(crate) fn number(self) -> Option<u16> {
        (self.0 & Self::CLUSTER != 0).then_some((self.0 & 0xffff) as u16)
    }
}

/// A cell. A wide character stands in the first of its two; the second one has width 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) text: Text,
    pub(crate) width: u8,
    pub(crate) pen: Pen,
}

impl Cell {
    /// An empty cell in this pen.
    pub(crate) const fn blank(pen: Pen) -> Self {
        Self { text: Text::NONE, width: 1, pen }
    }

    /// The second half of a wide character.
    pub(crate) const fn stub(pen: Pen) -> Self {
        Self { text: Text::NONE, width: 0, pen }
    }

    /// Whether it is the second half of a wide character.
    pub(crate) fn is_stub(self) -> bool {
        self.width == 0 && self.text.is_none()
    }
}
