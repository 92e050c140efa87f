//! Modes that are switched on and off (DECSET, SM).

/// Which mouse events are reported, by the number of its private mode; 0 for none.
pub(crate) type Mouse = u16;

/// What a program has switched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Modes {
    /// IRM: characters push others to the right.
    pub(crate) insert: bool,
    /// LNM: a line feed goes to the first column.
    pub(crate) newline: bool,
    /// DECCKM.
    pub(crate) cursor_keys: bool,
    /// DECOM: rows are counted from the scroll region's top.
    pub(crate) origin: bool,
    /// DECAWM.
    pub(crate) wrap: bool,
    /// A backspace in the first column goes to the end of the row above.
    pub(crate) reverse_wrap: bool,
    /// DECNKM.
    pub(crate) keypad: bool,
    /// DECTCEM, the other way round.
    pub(crate) hidden: bool,
    pub(crate) mouse: Mouse,
    /// How mouse events are written: 1006, 1016, or 0 for the old way.
    pub(crate) mouse_encoding: u16,
    pub(crate) focus: bool,
    pub(crate) bracketed_paste: bool,
    /// Nothing is shown until it is switched off.
    pub(crate) synchronized: bool,
    /// DECSCUSR.
    pub(crate) cursor_style: u8,
}

impl Default for Modes {
    fn default() -> Self {
        Self {
            insert: false,
            newline: false,
            cursor_keys: false,
            origin: false,
            wrap: true,
            reverse_wrap: false,
            keypad: false,
            hidden: false,
            mouse: 0,
            mouse_encoding: 0,
            focus: false,
            bracketed_paste: false,
            synchronized: false,
            cursor_style: 0,
        }
    }
}

impl Modes {
    /// Switches a private mode that only is remembered. False when it is none of these.
    pub(crate) fn set_private(&mut self, mode: u16, on: bool) -> bool {
        match mode {
            1 => self.cursor_keys = on,
            7 => self.wrap = on,
            9 | 1000 | 1002 | 1003 => self.mouse = if on { mode } else { 0 },
            25 => self.hidden = !on,
            45 => self.reverse_wrap = on,
            66 => self.keypad = on,
            1004 => self.focus = on,
            1006 | 1016 => self.mouse_encoding = if on { mode } else { 0 },
            2004 => self.bracketed_paste = on,
            2026 => self.synchronized = on,
            _ => return false,
        }
        true
    }

    /// DECSTR: what a soft reset leaves.
    pub(crate) fn soft_reset(self) -> Self {
        Self { newline: self.newline, mouse: self.mouse, mouse_encoding: self.mouse_encoding, ..Self::default() }
    }
}
