//! What can go wrong when asking for metrics. Reading itself never fails: what cannot be read is left empty.

use model::{ApiError, Permission};

/// Why metrics were not given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The caller lacks a permission.
    #[error("the caller lacks the permission {0}")]
    Forbidden(Permission),
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        match error {
            Error::Forbidden(permission) => Self::forbidden(permission),
        }
    }
}

#[cfg(test)]
mod tests {
    use model::ErrorCode;

    use super::*;

    #[test]
    fn a_refusal_is_forbidden_and_names_the_permission() {
        let refused = ApiError::from(Error::Forbidden(Permission::MetricsRead));
        assert_eq!(refused.code, ErrorCode::Forbidden);
        assert!(refused.message.contains("metrics.read"));
    }
}
