//! A holder by itself, as `nova pty-holder` is one: for this crate's tests.

use std::{env, path::PathBuf, process::ExitCode};

fn main() -> ExitCode {
    let directory = env::args_os().nth(2).map(PathBuf::from);
    match directory.map(|directory| terminal::hold(&directory)) {
        Some(Ok(())) => ExitCode::SUCCESS,
        Some(Err(error)) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
        None => ExitCode::from(2),
    }
}
