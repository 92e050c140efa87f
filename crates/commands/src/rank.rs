//! Whether a line is what somebody looks for, and how well it fits.

use model::{
    ApiError,
    commands::{Matching, Search},
};
use nucleo_matcher::{
    Config, Matcher, Utf32Str,
    pattern::{CaseMatching, Normalization, Pattern},
};
use regex::{Regex, RegexBuilder};

/// Most memory a compiled expression may take, in bytes.
const MAX_COMPILED: usize = 1 << 20;

/// What lines are held against.
pub(crate) enum Rank {
    /// Everything fits.
    Any,
    Fuzzy(Box<Matcher>, Pattern, Vec<char>),
    Plain(String),
    Regex(Regex),
}

impl Rank {
    /// # Errors
    /// `Invalid` on `text` for an expression that is none.
    pub(crate) fn of(search: &Search) -> Result<Self, ApiError> {
        let text = search.text.trim();
        Ok(match search.matching {
            _ if text.is_empty() => Self::Any,
            Matching::Fuzzy => {
                let pattern = Pattern::parse(text, CaseMatching::Smart, Normalization::Smart);
                Self::Fuzzy(Box::new(Matcher::new(Config::DEFAULT)), pattern, Vec::new())
            }
            Matching::Plain => Self::Plain(text.to_lowercase()),
            Matching::Regex => {
                let expression = RegexBuilder::new(text)
                    .case_insensitive(!text.chars().any(char::is_uppercase))
                    .size_limit(MAX_COMPILED)
                    .dfa_size_limit(MAX_COMPILED)
                    .build();
                Self::Regex(expression.map_err(|error| ApiError::invalid("text", explained(&error)))?)
            }
        })
    }

    /// Whether a better match goes before a later one.
    pub(crate) fn by_score(&self) -> bool {
        matches!(self, Self::Fuzzy(..))
    }

    /// How well the line fits; `None` when it does not.
    pub(crate) fn score(&mut self, line: &str) -> Option<u32> {
        match self {
            Self::Any => Some(0),
            Self::Fuzzy(matcher, pattern, buffer) => pattern.score(Utf32Str::new(line, buffer), matcher),
            Self::Plain(text) => line.to_lowercase().contains(&**text).then_some(0),
            Self::Regex(expression) => expression.is_match(line).then_some(0),
        }
    }
}

/// What is wrong with an expression, in one line.
fn explained(error: &regex::Error) -> String {
    match error {
        regex::Error::Syntax(text) => {
            let last = text.lines().last().unwrap_or_default().trim_start_matches("error: ");
            format!("This is no regular expression: {last}.")
        }
        _ => "This expression grows too large. Search for something simpler.".to_owned(),
    }
}
