use std::path::PathBuf;

use super::Source;

/// What is wrong with the configuration, and where. One line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read the configuration file {path}: {why}")]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// The file is no TOML.
    #[error("{path}:{line}: not valid TOML: {why}")]
    Syntax {
        /// Which file.
        path: PathBuf,
        /// Which line, from 1.
        line: usize,
        /// Why.
        why: String,
    },
    /// No such key.
    #[error("{at}: unknown key `{key}`{}. `nova config` lists the known ones", .near.map(|near| format!(", did you mean `{near}`?")).unwrap_or_default())]
    Unknown {
        /// What was written.
        key: String,
        /// Where.
        at: String,
        /// A known key that looks alike.
        near: Option<&'static str>,
    },
    /// The value does not fit the key. A secret's value is not in here.
    #[error("{at}: bad value for `{key}`: {why}")]
    Value {
        /// Which key.
        key: &'static str,
        /// Where.
        at: Source,
        /// Why, with an example of a good one.
        why: String,
    },
    /// Nowhere to keep data.
    #[error("there is no home directory to keep data in: set NOVA_DATA_DIR")]
    NoHome,
}
