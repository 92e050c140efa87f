//! How much recordings of shells may take.

use super::ConfigError;

/// Most megabytes that can be set: a million of them is a terabyte.
const MAX_MB: u64 = 100_000_000;

/// Bounds of recordings, in megabytes of a million bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recording {
    /// Most for one.
    pub max_mb: u64,
    /// Most for all.
    pub total_mb: u64,
    /// What of the disk stays free.
    pub reserve_mb: u64,
}

pub(super) fn settings<'a>(
    text: &impl Fn(&str) -> Option<&'a str>,
    bad: &impl Fn(&'static str, String) -> ConfigError,
) -> Result<Recording, ConfigError> {
    let megabytes = |key: &'static str, default: u64, least: u64| match text(key) {
        None => Ok(default),
        Some(value) => match value.parse::<u64>() {
            Ok(number) if (least..=MAX_MB).contains(&number) => Ok(number),
            _ => Err(bad(key, format!("“{value}” is no number of megabytes from {least} to {MAX_MB}"))),
        },
    };
    Ok(Recording {
        max_mb: megabytes("recording_max_mb", 256, 1)?,
        total_mb: megabytes("recording_total_mb", 10_000, 1)?,
        reserve_mb: megabytes("recording_reserve_mb", 1_000, 0)?,
    })
}
