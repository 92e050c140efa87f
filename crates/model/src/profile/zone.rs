use serde::{Deserialize, Serialize};

use crate::ApiError;

/// One name in each line: areas and places of the IANA time zone database, with the older names browsers still use.
const ZONES: &str = include_str!("zones.txt");

/// A time zone by its name in the IANA database, such as `Europe/Berlin`; spelled as it is there.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TimeZone(String);

impl TimeZone {
    /// Finds it in the list, in any case.
    ///
    /// # Errors
    /// `Invalid` on `time_zone`.
    pub fn parse(text: &str) -> Result<Self, ApiError> {
        let name = text.trim();
        let found = ZONES.lines().find(|zone| zone.eq_ignore_ascii_case(name));
        found.map(|zone| Self(zone.to_owned())).ok_or_else(|| {
            ApiError::invalid(
                "time_zone",
                "This is no time zone known here. Choose one from the list, such as Europe/Berlin.",
            )
        })
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn zones_are_found_in_any_case_and_nothing_else_is_one() {
        assert_eq!(TimeZone::parse(" europe/berlin ").map(|zone| zone.0), Ok("Europe/Berlin".to_owned()));
        assert!(TimeZone::parse("Asia/Calcutta").is_ok() && TimeZone::parse("Asia/Kolkata").is_ok());
        for wrong in ["", "Europe", "Europe/", "Europe/Atlantis", "../etc/passwd", "Europe/Berlin\nUTC", "localtime"] {
            assert!(TimeZone::parse(wrong).is_err(), "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_taken_is_in_the_list_and_stays_itself(text in "\\PC{0,40}") {
            if let Ok(zone) = TimeZone::parse(&text) {
                prop_assert!(ZONES.lines().any(|each| each == zone.as_str()));
                prop_assert_eq!(TimeZone::parse(zone.as_str()), Ok(zone));
            }
        }

        #[test]
        fn every_zone_is_taken_in_any_case(index in 0..ZONES.lines().count(), upper: bool) {
            let zone = ZONES.lines().nth(index).unwrap_or_default();
            let typed = if upper { zone.to_uppercase() } else { zone.to_lowercase() };
            prop_assert_eq!(TimeZone::parse(&typed).map(|zone| zone.0), Ok(zone.to_owned()));
        }
    }
}
