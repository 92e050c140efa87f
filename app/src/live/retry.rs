//! How long to wait before connecting again.

/// Longest pause, in milliseconds.
const MAX_MS: f64 = 30_000.0;
/// First pause.
const BASE_MS: f64 = 500.0;

/// Exponential back-off with full jitter: a server that comes back is not met by all tabs at once. `random` is in 0..1.
pub(crate) fn pause_ms(attempt: u32, random: f64) -> u32 {
    let cap = (BASE_MS * 2f64.powi(attempt.min(10).cast_signed())).min(MAX_MS);
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
