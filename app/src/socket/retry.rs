//! How long to wait before connecting again.

use std::time::Duration;

use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::set_timeout};

/// Longest pause, in milliseconds.
const MAX_MS: f64 = 30_000.0;
/// First pause.
const BASE_MS: f64 = 500.0;

/// Failures in a row, and the next try.
#[derive(Default)]
pub(crate) struct Retry {
    failures: u32,
    timer: Option<TimeoutHandle>,
}

impl Retry {
    /// The connection works: the next pause is a short one.
    pub(crate) fn succeeded(&mut self) {
        self.failures = 0;
    }

    /// Calls `again` after a pause that grows with each failure; one that is planned already is replaced. Returns how
    /// many failures went before this one.
    pub(crate) fn later(&mut self, again: impl FnOnce() + 'static) -> u32 {
        self.cancel();
        let pause = Duration::from_millis(pause_ms(self.failures, js_sys::Math::random()).into());
        self.timer = set_timeout(again, pause).ok();
        self.failures = self.failures.saturating_add(1);
        self.failures - 1
    }

    /// Forgets the try that is planned.
    pub(crate) fn cancel(&mut self) {
        self.timer.take().inspect(TimeoutHandle::clear);
    }
}

impl Drop for Retry {
    fn drop(&mut self) {
        self.cancel();
    }
}

/// Exponential back-off with full jitter: a server that comes back is not met by all tabs at once. `random` is in 0..1.
fn pause_ms(failures: u32, random: f64) -> u32 {
    let cap = (BASE_MS * 2f64.powi(failures.min(10).cast_signed())).min(MAX_MS);
    // Bounded by MAX_MS above and by zero below.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within 0..=30000")]
    let pause = (cap / 2.0 + cap / 2.0 * random.clamp(0.0, 1.0)) as u32;
    pause
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_are_bounded() {
        assert_eq!(pause_ms(0, 0.0), 250);
        assert_eq!(pause_ms(0, 1.0), 500);
        assert!(pause_ms(3, 0.0) >= 2 * pause_ms(1, 0.0));
        assert!((0..u32::MAX).step_by(1 << 28).all(|attempt| pause_ms(attempt, 1.0) <= 30_000));
    }
}
