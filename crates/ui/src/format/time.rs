const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// How long something takes or took, in its two largest units: `3 d 4 h`, `12 min`, `8 s`.
#[must_use]
pub fn duration(milliseconds: i64) -> String {
    let units = [(DAY, " d"), (HOUR, " h"), (MINUTE, " min"), (SECOND, " s")];
    let mut rest = milliseconds.max(0);
    let mut out = String::new();
    let mut taken = 0;
    for (size, name) in units {
        let whole = rest / size;
        rest %= size;
        if whole > 0 {
            if taken > 0 {
                out.push(' ');
            }
            out.push_str(&whole.to_string());
            out.push_str(name);
        }
        if whole > 0 || taken > 0 {
            taken += 1;
        }
        if taken == 2 {
            break;
        }
    }
    if out.is_empty() { String::from("0 s") } else { out }
}

/// How far `at` lies from `now` (both UTC milliseconds): `now`, `4 min`, `in 2 h`; `None` beyond a week.
pub(crate) fn within_a_week(now: i64, at: i64) -> Option<String> {
    let distance = (now - at).abs();
    let (size, name) = match distance {
        d if d < 45 * SECOND => return Some(String::from("now")),
        d if d < HOUR => (MINUTE, " min"),
        d if d < DAY => (HOUR, " h"),
        d if d < 7 * DAY => (DAY, " d"),
        _ => return None,
    };
    let whole = (distance / size).max(1).to_string();
    let ahead = if at > now { "in " } else { "" };
    Some([ahead, &whole, name].concat())
}

/// The day for people, in UTC: `2026-11-20`.
#[must_use]
pub fn date(at: i64) -> String {
    let (year, month, day) = civil(at);
    [&pad(year, 4), "-", &pad(month, 2), "-", &pad(day, 2)].concat()
}

/// The instant for people, in UTC: `2026-11-20 23:56 UTC`.
#[must_use]
pub fn date_time(at: i64) -> String {
    let (hour, minute, _) = clock(at);
    [&date(at), " ", &pad(hour, 2), ":", &pad(minute, 2), " UTC"].concat()
}

/// The instant for machines (RFC 3339), as the `datetime` of a `<time>`: `2026-11-20T23:56:07Z`.
#[must_use]
pub fn iso(at: i64) -> String {
    let (hour, minute, second) = clock(at);
    [&date(at), "T", &pad(hour, 2), ":", &pad(minute, 2), ":", &pad(second, 2), "Z"].concat()
}

fn pad(value: i64, width: usize) -> String {
    let digits = value.to_string();
    "0".repeat(width.saturating_sub(digits.len())) + &digits
}

fn clock(at: i64) -> (i64, i64, i64) {
    let second = at.div_euclid(SECOND).rem_euclid(86_400);
    (second / 3600, second / 60 % 60, second % 60)
}

/// Year, month and day of a UTC instant: Howard Hinnant, "chrono-compatible low-level date algorithms", `civil_from_days`.
fn civil(at: i64) -> (i64, i64, i64) {
    let days = at.div_euclid(DAY) + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day_of_year - (153 * shifted + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-20 23:56:07 UTC.
    const NOW: i64 = 1_795_218_967_000;

    #[test]
    fn durations_name_their_two_largest_units() {
        assert_eq!(duration(0), "0 s");
        assert_eq!(duration(8 * SECOND), "8 s");
        assert_eq!(duration(3 * DAY + 4 * HOUR + 9 * MINUTE), "3 d 4 h");
        assert_eq!(duration(12 * MINUTE), "12 min");
        assert_eq!(duration(DAY + 5 * SECOND), "1 d");
    }

    #[test]
    fn recent_times_are_relative() {
        let told = |at| within_a_week(NOW, at);
        assert_eq!(told(NOW - 10 * SECOND).as_deref(), Some("now"));
        assert_eq!(told(NOW - 50 * SECOND).as_deref(), Some("1 min"));
        assert_eq!(told(NOW - 31 * MINUTE).as_deref(), Some("31 min"));
        assert_eq!(told(NOW + 2 * HOUR).as_deref(), Some("in 2 h"));
        assert_eq!(told(NOW - 3 * DAY).as_deref(), Some("3 d"));
        assert_eq!(told(NOW - 20 * DAY), None);
    }

    #[test]
    fn instants_are_written_in_utc() {
        assert_eq!((date(NOW).as_str(), date_time(NOW).as_str()), ("2026-11-20", "2026-11-20 23:56 UTC"));
        assert_eq!(iso(NOW), "2026-11-20T23:56:07Z");
        assert_eq!(iso(951_782_400_000), "2000-02-29T00:00:00Z");
        assert_eq!(iso(-1), "1969-12-31T23:59:59Z");
    }
}
