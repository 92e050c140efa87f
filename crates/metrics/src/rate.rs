//! From counters to rates, and from readings to cadences.

use std::time::{Duration, Instant};

/// Readings closer together than this give no rate: dividing by next to nothing makes spikes.
const SHORTEST_SPAN: Duration = Duration::from_millis(1);

/// Timers fire a little early or late; a reading this much too early still counts as due.
const SLACK: Duration = Duration::from_millis(200);

/// How often something slower than the second is done.
#[derive(Debug)]
pub(crate) struct Every {
    period: Duration,
    last: Option<Instant>,
}

impl Every {
    pub(crate) const fn new(period: Duration) -> Self {
        Self { period, last: None }
    }

    /// Whether it is time again; the first time is at once.
    pub(crate) fn due(&mut self, now: Instant) -> bool {
        let due = self.last.is_none_or(|last| now.saturating_duration_since(last) + SLACK >= self.period);
        if due {
            self.last = Some(now);
        }
        due
    }
}

/// Seconds since the reading before, measured on the monotonic clock; `None` for the first.
#[derive(Debug, Default)]
pub(crate) struct Elapsed(Option<Instant>);

impl Elapsed {
    pub(crate) fn step(&mut self, now: Instant) -> Option<f64> {
        let span = now.saturating_duration_since(self.0.replace(now)?);
        (span >= SHORTEST_SPAN).then_some(span.as_secs_f64())
    }
}

/// Growth of counters that belong together, each per second. One counter that fell means that the device was reset,
/// wrapped or replaced: then none of its counters can be trusted for this span.
pub(crate) fn rates<const N: usize>(before: Option<[u64; N]>, now: [u64; N], seconds: Option<f64>) -> [Option<f64>; N] {
    let (Some(before), Some(seconds)) = (before, seconds) else { return [None; N] };
    let mut rates = [None; N];
    for ((rate, now), before) in rates.iter_mut().zip(now).zip(before) {
        let Some(grown) = now.checked_sub(before) else { return [None; N] };
        *rate = Some(grown as f64 / seconds);
    }
    rates
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_fallen_counter_silences_its_device() {
        assert_eq!(rates(Some([10, 10]), [30, 9], Some(2.0)), [None, None]);
        assert_eq!(rates(Some([10, 10]), [30, 10], Some(2.0)), [Some(10.0), Some(0.0)]);
        assert_eq!(rates(None, [30, 10], Some(2.0)), [None, None]);
    }

    #[test]
    fn two_readings_at_once_have_no_span() {
        let (now, mut elapsed) = (Instant::now(), Elapsed::default());
        assert_eq!(elapsed.step(now), None);
        assert_eq!(elapsed.step(now), None);
        assert_eq!(elapsed.step(now + Duration::from_millis(1500)), Some(1.5));
    }
}
