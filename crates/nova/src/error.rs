use crate::config::ConfigError;

/// Why Nova does not start: one line that says what and how to mend it.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The configuration is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The database cannot be used.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// Keys or accounts cannot be used.
    #[error(transparent)]
    Identity(#[from] identity::Error),
    /// Mail cannot be used.
    #[error(transparent)]
    Mail(#[from] mail::Error),
    /// Chat cannot be used.
    #[error(transparent)]
    Chat(#[from] chat::Error),
}
