//! The server's screen for what was recorded.

use emulator::Emulator;
use model::terminal::Size;

/// A terminal emulator that is fed what a shell once wrote. It answers nothing.
pub struct Replay(Emulator);

impl Replay {
    /// A blank screen.
    #[must_use]
    pub fn new(size: Size) -> Self {
        Self(Emulator::new(size))
    }

    /// Draws output. Bytes no emulator should see may make it panic; its screen is of no use then.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.0.feed(bytes);
        drop((self.0.take_answers(), self.0.take_title()));
    }

    /// Takes on a size.
    pub fn resize(&mut self, size: Size) {
        self.0.resize(size);
    }

    /// What paints this screen, without what scrolled off it, in a fresh emulator of the same size.
    #[must_use]
    pub fn paint(&self) -> Vec<u8> {
        self.0.visible()
    }
}

impl std::fmt::Debug for Replay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Replay")
    }
}
