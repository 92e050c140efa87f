const STEPS: [&str; 6] = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/// A number with a fixed count of decimals; the one place where floating point formatting is compiled in.
#[must_use]
pub fn fixed(value: f64, decimals: usize) -> String {
    format!("{value:.decimals$}")
}

/// A size in IEC units, with one decimal under 100: `48 MiB`, `1.2 GiB`, `412 MiB`.
#[must_use]
pub fn bytes(bytes: f64) -> String {
    let mut size = bytes.abs();
    let mut steps = STEPS.iter();
    let mut unit = "B";
    for next in steps.by_ref() {
        unit = next;
        if size < 1024.0 || *next == "PiB" {
            break;
        }
        size /= 1024.0;
    }
    let decimals = usize::from(unit != "B" && size < 100.0 && size.fract() != 0.0);
    let sign = if bytes < 0.0 { "−" } else { "" };
    [sign, &fixed(size, decimals), " ", unit].concat()
}

/// A speed in bytes per second: `18.6 MiB/s`.
#[must_use]
pub fn rate(bytes_per_second: f64) -> String {
    bytes(bytes_per_second) + "/s"
}

/// A share between 0 and 100, with one decimal: `46.2 %`.
#[must_use]
pub fn percent(share: f64) -> String {
    fixed(share, 1) + " %"
}

/// A count in groups of three, set apart by a thin no-break space: `12 480`.
#[must_use]
pub fn count(value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 * 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_keep_one_decimal_under_a_hundred() {
        assert_eq!(bytes(0.0), "0 B");
        assert_eq!(bytes(1023.0), "1023 B");
        assert_eq!(bytes(1024.0), "1 KiB");
        assert_eq!(bytes(1_288_490_189.0), "1.2 GiB");
        assert_eq!(bytes(412.4 * 1024.0 * 1024.0), "412 MiB");
        assert_eq!(bytes(-2048.0), "−2 KiB");
        assert!(bytes(1e30).ends_with(" PiB"));
    }

    #[test]
    fn rates_and_shares_carry_their_unit() {
        assert_eq!(rate(19_503_514.0), "18.6 MiB/s");
        assert_eq!(percent(46.24), "46.2 %");
    }

    #[test]
    fn counts_are_grouped_in_threes() {
        assert_eq!(count(7), "7");
        assert_eq!(count(212), "212");
        assert_eq!(count(12_480), "12\u{202f}480");
        assert_eq!(count(1_000_000), "1\u{202f}000\u{202f}000");
    }
}
