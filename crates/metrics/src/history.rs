//! The last ten minutes as compact rows.

use std::{collections::VecDeque, time::Duration};

use model::{
    Timestamp,
    metrics::{HISTORY_SAMPLES, History, Sample, Series, SeriesKey},
};

/// A pause longer than this many intervals (a suspend, a stopped process, a set clock) is drawn as a gap.
const GAP_INTERVALS: u32 = 3;

type Values = [Option<f32>; SeriesKey::ALL.len()];

/// At most [`HISTORY_SAMPLES`] rows, in strictly rising order of time: about 53 KiB.
#[derive(Debug)]
pub(crate) struct Rows {
    rows: VecDeque<(Timestamp, Values)>,
    interval: Duration,
}

impl Rows {
    pub(crate) fn new(interval: Duration) -> Self {
        Self { rows: VecDeque::with_capacity(HISTORY_SAMPLES), interval }
    }

    /// Adds a sample. Rows that the clock, having been set back, now places at or after this one are dropped: their
    /// times were wrong. After a long pause an empty row goes before it.
    pub(crate) fn push(&mut self, sample: &Sample) {
        while self.rows.pop_back_if(|(at, _)| *at >= sample.at).is_some() {}
        if let Some(last) = self.rows.back().map(|(at, _)| *at)
            && sample.at.since(last) > self.interval.saturating_mul(GAP_INTERVALS)
        {
            self.add(last.plus(self.interval), Values::default());
        }
        self.add(sample.at, SeriesKey::ALL.map(|key| key.of(sample).filter(|value| value.is_finite())));
    }

    fn add(&mut self, at: Timestamp, values: Values) {
        if self.rows.len() >= HISTORY_SAMPLES {
            self.rows.pop_front();
        }
        self.rows.push_back((at, values));
    }

    /// As columns, ready to draw.
    pub(crate) fn columns(&self) -> History {
        let column = |(index, key)| Series {
            key,
            values: self.rows.iter().map(|(_, values)| values.get(index).copied().flatten()).collect(),
        };
        History {
            at: self.rows.iter().map(|(at, _)| *at).collect(),
            series: SeriesKey::ALL.into_iter().enumerate().map(column).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(times: impl IntoIterator<Item = i64>) -> History {
        let mut rows = Rows::new(Duration::from_secs(1));
        for at in times {
            rows.push(&Sample { at: Timestamp(at), load: [1.0; 3], ..Sample::default() });
        }
        rows.columns()
    }

    fn load(history: &History) -> &[Option<f32>] {
        &history.series.iter().find(|series| series.key == SeriesKey::Load).unwrap().values
    }

    #[test]
    fn a_suspend_leaves_one_empty_row() {
        let history = rows([1000, 2000, 3_602_000, 3_603_000]);
        assert_eq!(history.at, [1000, 2000, 3000, 3_602_000, 3_603_000].map(Timestamp));
        assert_eq!(load(&history), [Some(1.0), Some(1.0), None, Some(1.0), Some(1.0)]);
        assert!(history.series.iter().all(|series| series.values[2].is_none()));
    }

    #[test]
    fn a_late_reading_is_no_gap() {
        assert_eq!(rows([1000, 4000]).at, [1000, 4000].map(Timestamp));
        assert_eq!(rows([1000, 4001]).at, [1000, 2000, 4001].map(Timestamp));
    }

    #[test]
    fn a_clock_set_back_never_unsorts_the_rows() {
        let history = rows([10_000, 11_000, 12_000, 11_500, 11_500, 5000, 6000]);
        assert_eq!(history.at, [5000, 6000].map(Timestamp));
        assert_eq!(rows([10_000, 11_000, 12_000, 11_500]).at, [10_000, 11_000, 11_500].map(Timestamp));
    }

    #[test]
    fn ten_minutes_are_kept_and_no_more() {
        let history = rows((0..2000).map(|second| second * 1000));
        assert_eq!(history.at.len(), HISTORY_SAMPLES);
        assert_eq!(history.at.first(), Some(&Timestamp(1_400_000)));
        assert_eq!(history.at.last(), Some(&Timestamp(1_999_000)));
        assert!(history.series.iter().all(|series| series.values.len() == HISTORY_SAMPLES));
        // Gaps count too.
        assert_eq!(rows((0..2000).map(|tick| tick * 10_000)).at.len(), HISTORY_SAMPLES);
    }

    #[test]
    fn columns_stand_in_the_order_of_the_keys() {
        let keys: Vec<SeriesKey> = rows([1]).series.iter().map(|series| series.key).collect();
        assert_eq!(keys, SeriesKey::ALL);
    }
}
