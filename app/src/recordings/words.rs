//! Times, sizes and states in words.

use model::recording::State;
use ui::Tone;

/// `1:02:03` or `2:03`.
pub(super) fn clock(ms: u64) -> String {
    let seconds = ms / 1000;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

/// Bytes in the unit that fits.
pub(super) fn size(bytes: u64) -> String {
    let tenths = |unit: u64| format!("{}.{}", bytes / unit, bytes % unit * 10 / unit);
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        1_000_000..1_000_000_000 => format!("{} MB", tenths(1_000_000)),
        _ => format!("{} GB", tenths(1_000_000_000)),
    }
}

/// How a recording fares.
pub(super) fn state(state: State) -> (Tone, &'static str) {
    match state {
        State::Live => (Tone::Accent, "goes on"),
        State::Finished => (Tone::Neutral, "ended"),
        State::Full => (Tone::Warn, "full"),
        State::Interrupted => (Tone::Warn, "interrupted"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_sizes_read_as_people_say_them() {
        assert_eq!([clock(0), clock(62_999), clock(3_723_000)], ["0:00", "1:02", "1:02:03"]);
        assert_eq!(
            [size(999), size(45_600), size(1_250_000), size(2_000_000_000)],
            ["999 B", "45 kB", "1.2 MB", "2.0 GB"]
        );
    }
}
