//! What the server and the holder of its shells say to each other, over a Unix socket.
//!
//! A frame is a length (u32, of what follows), a kind (u8) and its fields; numbers are big-endian, texts have a length of
//! their own. Fields are only ever added at a frame's end, and what follows the known ones is ignored, so that servers
//! and holders of one [`MAJOR`] version understand each other whatever their build. A kind nobody knows is refused by
//! [`Report::Refused`] and the connection goes on.
//!
//! The frames marked *for ever* are the same in every version: with them any server learns which shells any holder has.

mod fields;
mod reports;
mod requests;

pub(crate) use fields::Malformed;
pub(crate) use reports::{Reason, Report};
pub(crate) use requests::{Opening, Request};

/// Versions that differ here do not understand each other, beyond the frames that are for ever.
pub(crate) const MAJOR: u16 = 1;
/// Counts what was added without breaking anything.
pub(crate) const MINOR: u16 = 1;
/// What a holder's and a server's first frame begin with.
pub(crate) const MAGIC: [u8; 8] = *b"novapty\n";
/// Which build speaks, for log lines.
pub(crate) const BUILD: &str = env!("CARGO_PKG_VERSION");

/// Bytes of a frame's length.
pub(crate) const PREFIX: usize = 4;
/// Most bytes after the length: a checkpoint or an environment, and what stands around it.
pub(crate) const MAX_FRAME: usize = MAX_CHECKPOINT + 4 * 1024;
/// Most bytes of a checkpoint; a screen that takes more to paint has none.
pub(crate) const MAX_CHECKPOINT: usize = 1024 * 1024;

/// How long the first frame of `bytes` is, its length included; `None` while too little of it is there to tell.
///
/// # Errors
/// When it is longer than a frame may be, or empty.
pub(crate) fn length_of(bytes: &[u8]) -> Result<Option<usize>, Malformed> {
    let Some(prefix) = bytes.first_chunk::<PREFIX>() else { return Ok(None) };
    match usize::try_from(u32::from_be_bytes(*prefix)) {
        Ok(length @ 1..=MAX_FRAME) => Ok(Some(PREFIX + length)),
        _ => Err(Malformed),
    }
}
