//! When the screen is handed to the holder, so that the next server need not draw everything since the shell's start.

use crate::holder::RING;

/// Output between two checkpoints. Half of what the holder keeps: as long as the emulator keeps up, a checkpoint and the
/// kept output after it give the whole screen.
const EVERY: u64 = RING / 2;

/// The checkpoints of one shell.
#[derive(Debug)]
pub(super) struct Checkpoints {
    /// Whether there is somebody to hand them to.
    wanted: bool,
    /// Where the latest was taken.
    at: u64,
    /// The size has changed since: output before that is not to be drawn again in the new size.
    resized: bool,
}

impl Checkpoints {
    pub(super) fn new(wanted: bool, at: u64) -> Self {
        Self { wanted, at, resized: false }
    }

    /// Whether one should be taken from output that ends at `end`.
    pub(super) fn is_due(&self, end: u64) -> bool {
        self.wanted && (self.resized || end >= self.at + EVERY)
    }

    pub(super) fn resized(&mut self) {
        self.resized = true;
    }

    pub(super) fn taken(&mut self, at: u64) {
        (self.at, self.resized) = (at, false);
    }
}
