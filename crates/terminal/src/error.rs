//! What can go wrong with a terminal.

use std::{io, path::PathBuf};

use model::{ApiError, ErrorCode};

/// What went wrong, in this area's words. Outside it becomes a [`model::ApiError`].
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The caller may not do this at all.
    #[error("{0}")]
    Refused(ApiError),
    /// No such terminal, or it is someone else's; the caller cannot tell which.
    #[error("no such terminal")]
    NotFound,
    /// The shell did not start.
    #[error("cannot start the shell {shell}: {cause}")]
    CannotStart {
        /// The program that was tried.
        shell: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// The process that is to hold the shell did not start.
    #[error("cannot start the shell holder: {0}")]
    NoHolder(io::Error),
    /// The person has as many running shells as one may have.
    #[error("{max} shells of one person are running already")]
    TooManyOfYours {
        /// The bound.
        max: usize,
    },
    /// The machine runs as many shells as it may.
    #[error("{max} shells are running already")]
    TooManyInAll {
        /// The bound.
        max: usize,
    },
    /// The terminal is watched from as many places as it may be.
    #[error("{max} viewers are attached already")]
    TooManyViewers {
        /// The bound.
        max: usize,
    },
    /// The terminal has as many readers beside its viewers as it may.
    #[error("{max} readers listen already")]
    TooManyTaps {
        /// The bound.
        max: usize,
    },
    /// Guests look at the terminal from as many places as they may.
    #[error("{max} guests are there already")]
    TooManyGuests {
        /// The bound.
        max: usize,
    },
    /// Who is to type is not there as a peer who may have shells.
    #[error("no peer who may type")]
    NotAPeer,
    /// No shell is opened until somebody lifts an emergency stop.
    #[error("shells are stopped")]
    Stopped,
    /// The role runs programs, and none of this name; or it runs shells, and no programs.
    #[error("no such program")]
    NoProgram,
    /// The server is on its way down.
    #[error("shutting down")]
    ShuttingDown,
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        let message = match &error {
            Error::Refused(refusal) => return refusal.clone(),
            Error::NotFound => return Self::not_found("terminal"),
            Error::CannotStart { shell, cause } => {
                format!("The shell {} cannot be started: {cause}. Check the configured shell.", shell.display())
            }
            Error::NoHolder(cause) => {
                tracing::error!(%cause, "the shell holder does not start");
                "The process that holds shells cannot be started. The server's log says why.".to_owned()
            }
            Error::TooManyOfYours { max } => {
                format!("You have {max} running shells, the most one person may have. Close one to open another.")
            }
            Error::TooManyInAll { max } => {
                format!("This machine runs {max} shells, the most it may. Close one you no longer need, or try later.")
            }
            Error::TooManyViewers { max } => {
                format!("This terminal is open in {max} places, the most there may be. Close one of them.")
            }
            Error::TooManyTaps { max } => format!("This terminal is recorded {max} times already."),
            Error::TooManyGuests { max } => {
                format!("Guests look at this terminal from {max} places, the most they may. Try again later.")
            }
            Error::NotAPeer => {
                "Only a peer who is here now and may open shells of their own can be let type. Share the shell with them \
                 as peer, and try again when they are here."
                    .to_owned()
            }
            Error::Stopped => {
                "No shell is opened at present: somebody who may has stopped all. Ask them to lift it.".to_owned()
            }
            Error::NoProgram => return Self::invalid("program", "Your role has no program of this name. Reload the page."),
            Error::ShuttingDown => "The server is restarting. Try again in a moment.".to_owned(),
        };
        let code = match error {
            Error::CannotStart { .. } | Error::NoHolder(_) | Error::ShuttingDown | Error::Stopped => {
                ErrorCode::Unavailable
            }
            Error::NotAPeer => ErrorCode::Conflict,
            _ => ErrorCode::TooMany,
        };
        Self::new(code, message)
    }
}
