//! How the collector itself fares.

use std::time::Duration;

use model::service::{Health, ServiceHealth};

/// A sample older than this many intervals: the collector is late.
const LATE_INTERVALS: u32 = 3;

/// A sample older than this many intervals: the collector hangs.
const DOWN_INTERVALS: u32 = 10;

/// Says nothing about the machine, only about the collector, and so needs no permission of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CollectorHealth {
    /// Time since the last sample, or since the start when there is none yet.
    pub age: Duration,
    /// Time from one sample to the next.
    pub interval: Duration,
    /// Processor time the last reading took.
    pub cost: Duration,
    /// Whether it still collects.
    pub running: bool,
}

impl CollectorHealth {
    /// Healthy up to three intervals, degraded up to ten, then down; down once stopped.
    #[must_use]
    pub fn health(&self) -> Health {
        if !self.running || self.age > self.interval.saturating_mul(DOWN_INTERVALS) {
            Health::Down
        } else if self.age > self.interval.saturating_mul(LATE_INTERVALS) {
            Health::Degraded
        } else {
            Health::Healthy
        }
    }

    /// As a card on the dashboard.
    #[must_use]
    pub fn card(&self) -> ServiceHealth {
        let detail = if self.running {
            format!("sample {:.1} s ago, {:.1} ms each", self.age.as_secs_f64(), self.cost.as_secs_f64() * 1000.0)
        } else {
            "stopped".to_owned()
        };
        ServiceHealth { name: "metrics".to_owned(), health: self.health(), detail }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_sample_is_degraded_then_down() {
        let of = |seconds, running| {
            let (age, interval) = (Duration::from_secs(seconds), Duration::from_secs(1));
            CollectorHealth { age, interval, cost: Duration::ZERO, running }.health()
        };
        assert_eq!(of(1, true), Health::Healthy);
        assert_eq!(of(4, true), Health::Degraded);
        assert_eq!(of(11, true), Health::Down);
        assert_eq!(of(0, false), Health::Down);
    }
}
