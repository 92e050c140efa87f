use serde::{Deserialize, Serialize};

use crate::ApiError;

/// A way to write dates and times: language and region (BCP 47), such as `de-CH`, out of [`Locale::ALL`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Locale(String);

impl Locale {
    /// Those there are: every one is known to the browsers Nova is made for.
    #[rustfmt::skip]
    pub const ALL: &[&str] = &[
    "af-ZA", "am-ET", "ar-AE", "ar-EG", "ar-MA", "ar-SA", "az-AZ", "be-BY", "bg-BG", "bn-BD", "bn-IN", "bs-BA", "ca-ES", "cs-CZ", "cy-GB", "da-DK", "de-AT", "de-CH", "de-DE", "de-LI", "de-LU", "el-GR", "en-AU", "en-CA", "en-GB",
    "en-HK", "en-IE", "en-IN", "en-NZ", "en-SG", "en-US", "en-ZA", "es-AR", "es-CL", "es-CO", "es-ES", "es-MX", "es-PE", "es-US", "et-EE", "eu-ES", "fa-IR", "fi-FI", "fil-PH", "fr-BE", "fr-CA", "fr-CH", "fr-FR", "fr-LU", "ga-IE", "gl-ES", "gu-IN", "he-IL", "hi-IN", "hr-HR", "hu-HU", "hy-AM", "id-ID", "is-IS", "it-CH", "it-IT", "ja-JP",
    "ka-GE", "kk-KZ", "km-KH", "kn-IN", "ko-KR", "ky-KG", "lo-LA", "lt-LT", "lv-LV", "mk-MK", "ml-IN", "mn-MN", "mr-IN", "ms-MY", "mt-MT", "my-MM", "nb-NO", "ne-NP", "nl-BE", "nl-NL", "nn-NO", "pa-IN", "pl-PL", "pt-BR", "pt-PT",
    "ro-RO", "ru-RU", "ru-UA", "si-LK", "sk-SK", "sl-SI", "sq-AL", "sr-RS", "sv-FI", "sv-SE", "sw-KE", "ta-IN", "te-IN", "th-TH", "tr-TR", "uk-UA", "ur-PK", "uz-UZ", "vi-VN", "zh-CN", "zh-HK", "zh-SG", "zh-TW", "zu-ZA",
    ];

    /// Finds it in the list, in any case.
    ///
    /// # Errors
    /// `Invalid` on `locale`.
    pub fn parse(text: &str) -> Result<Self, ApiError> {
        let tag = text.trim();
        let found = Self::ALL.iter().find(|each| each.eq_ignore_ascii_case(tag));
        found.map(|each| Self((*each).to_owned())).ok_or_else(|| {
            ApiError::invalid(
                "locale",
                "This is no way of writing known here. Choose one from the list, such as en-GB.",
            )
        })
    }

    /// The tag.
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
    fn locales_are_found_in_any_case_and_nothing_else_is_one() {
        assert_eq!(Locale::parse(" DE-ch ").map(|locale| locale.0), Ok("de-CH".to_owned()));
        for wrong in ["", "de", "de_CH", "xx-XX", "en-US-u-ca-hebrew", "en-GB\n"] {
            assert_eq!(Locale::parse(wrong).is_ok(), wrong.trim() == "en-GB", "{wrong:?}");
        }
    }

    #[test]
    fn every_one_is_a_language_and_a_region() {
        for tag in Locale::ALL {
            let (language, region) = tag.split_once('-').unwrap();
            assert!(
                (2..=3).contains(&language.len()) && language.bytes().all(|byte| byte.is_ascii_lowercase()),
                "{tag}"
            );
            assert!(region.len() == 2 && region.bytes().all(|byte| byte.is_ascii_uppercase()), "{tag}");
        }
    }

    proptest! {
        #[test]
        fn what_is_taken_is_in_the_list_and_stays_itself(text in "[a-zA-Z]{2,3}[-_]?[a-zA-Z]{0,3}|\\PC{0,12}") {
            if let Ok(locale) = Locale::parse(&text) {
                prop_assert!(Locale::ALL.contains(&locale.as_str()));
                prop_assert_eq!(Locale::parse(locale.as_str()), Ok(locale));
            }
        }

        #[test]
        fn every_locale_is_taken_in_any_case(tag in proptest::sample::select(Locale::ALL), upper: bool) {
            let typed = if upper { tag.to_uppercase() } else { tag.to_lowercase() };
            prop_assert_eq!(Locale::parse(&typed).map(|locale| locale.0), Ok(tag.to_owned()));
        }
    }
}
