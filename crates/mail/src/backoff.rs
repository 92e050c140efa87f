use std::time::Duration;

/// The wait after the first try.
const SHORTEST: Duration = Duration::from_secs(60);
/// No wait is longer.
const LONGEST: Duration = Duration::from_secs(6 * 3600);
/// A wait is up to this many times as long by chance.
const MOST: f64 = 1.2;

/// How long to wait after the `attempts`-th try failed: doubling from one minute to six hours, up to a fifth more by
/// chance so that what failed together does not come back together.
pub(crate) fn delay(attempts: i64) -> Duration {
    jittered(attempts, rand::random_range(1.0..=MOST))
}

fn jittered(attempts: i64, factor: f64) -> Duration {
    let doublings = u32::try_from(attempts.saturating_sub(1).clamp(0, 16)).unwrap_or(0);
    (SHORTEST * 2_u32.pow(doublings)).min(LONGEST.div_f64(MOST)).mul_f64(factor).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_from_a_minute_to_six_hours() {
        let minutes = |attempts| jittered(attempts, 1.0).as_secs() / 60;
        assert_eq!([1, 2, 3, 9, 10, 11].map(minutes), [1, 2, 4, 256, 300, 300]);
        for attempts in [i64::MIN, -1, 0, 1, 5, 64, i64::MAX] {
            for factor in [1.0, MOST] {
                let wait = jittered(attempts, factor);
                assert!(wait >= SHORTEST && wait <= LONGEST, "{attempts}: {wait:?}");
            }
        }
        assert!(jittered(1, 1.0) < jittered(1, MOST));
        assert!(jittered(99, 1.0) < jittered(99, MOST));
        assert_eq!(jittered(99, MOST), LONGEST);
    }
}
