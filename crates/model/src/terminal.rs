//! Terminals: what the list shows, and the binary frames of `/ws/terminal/{id}`.
//!
//! Every frame is one opcode byte and a body; numbers are big-endian. Output is numbered by byte: `seq` is the number of
//! bytes the shell had written before this chunk. The browser acknowledges what it has drawn; the server keeps at most
//! [`WINDOW`] unacknowledged bytes in flight to each viewer, so that ^C is answered at once however slow the viewer is.

mod choices;
pub mod commands;
pub mod import;
pub mod policy;
pub mod restrictions;
pub mod settings;
pub mod sharing;
pub mod theme;
pub mod themes;

use serde::{Deserialize, Serialize};

use crate::{ApiError, ErrorCode, TerminalId, Timestamp};

/// Most unacknowledged bytes in flight to one viewer.
pub const WINDOW: u64 = 128 * 1024;

/// The browser acknowledges at the latest after this many drawn bytes; well under [`WINDOW`], so it never stalls.
pub const ACK_EVERY: u64 = 16 * 1024;

/// Largest body of one output frame.
pub const MAX_OUTPUT: usize = 64 * 1024;

/// Largest frame a browser may send: the body of one paste is cut into pieces of at most this size.
pub const MAX_INPUT: usize = 64 * 1024;

/// Shells one person may have open at once.
pub const MAX_PER_USER: usize = 32;

/// A terminal's size in character cells, 1–1000 each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Size {
    /// Columns.
    pub cols: u16,
    /// Rows.
    pub rows: u16,
}

impl Size {
    /// What a shell starts with when nobody says otherwise.
    pub const DEFAULT: Self = Self { cols: 80, rows: 24 };
    /// Most columns or rows.
    pub const MAX: u16 = 1000;

    /// A size within bounds.
    ///
    /// # Errors
    /// `Invalid` for zero or more than [`Size::MAX`].
    pub fn new(cols: u16, rows: u16) -> Result<Self, ApiError> {
        if (1..=Self::MAX).contains(&cols) && (1..=Self::MAX).contains(&rows) {
            Ok(Self { cols, rows })
        } else {
            Err(ApiError::new(ErrorCode::Invalid, format!("A terminal has 1 to {} columns and rows.", Self::MAX)))
        }
    }
}

/// How a shell fares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The shell lives.
    Running,
    /// It ended by itself with this status.
    Exited {
        /// The process's exit status, 0–255.
        code: i32,
    },
    /// A signal ended it.
    Killed {
        /// The signal's number.
        signal: i32,
    },
    /// The process that held it was killed, and the shell with it; how it ended nobody can tell.
    Lost,
    /// It may live, but out of this server's reach: held by another version's holder, or taken over by another server.
    Unreachable,
}

/// One terminal in its owner's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TerminalInfo {
    /// Its id.
    pub id: TerminalId,
    /// What its tab shows: the title the program set, else the shell's name.
    pub title: String,
    /// When it was opened.
    pub created_at: Timestamp,
    /// How it fares.
    pub state: State,
    /// Its size.
    pub size: Size,
    /// Where the shell is, as it says itself; `None` while it has not said so.
    #[serde(default)]
    pub cwd: Option<String>,
    /// What the marks of its prompts and commands carry; `None` for a shell that makes none. No secret from who sees its
    /// output, where it stands as well; text that comes from elsewhere cannot know it.
    #[serde(default)]
    pub nonce: Option<String>,
}

/// The frame breaks the protocol; the socket is closed with 1002.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a terminal frame")]
pub struct BadFrame;

/// What a viewer sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientFrame<'a> {
    /// `0` Bytes typed or pasted.
    Input(&'a [u8]),
    /// `1` cols u16, rows u16: the viewer's size. Out of bounds values are clamped by the service.
    Resize {
        /// Columns.
        cols: u16,
        /// Rows.
        rows: u16,
    },
    /// `2` seq u64: everything before this byte is drawn.
    Ack(u64),
}

impl<'a> ClientFrame<'a> {
    /// Reads a frame.
    ///
    /// # Errors
    /// [`BadFrame`] for an empty frame, an unknown opcode or a body of the wrong length.
    pub fn decode(frame: &'a [u8]) -> Result<Self, BadFrame> {
        match frame.split_first() {
            Some((0, input)) => Ok(Self::Input(input)),
            Some((1, &[c1, c0, r1, r0])) => {
                Ok(Self::Resize { cols: u16::from_be_bytes([c1, c0]), rows: u16::from_be_bytes([r1, r0]) })
            }
            Some((2, body)) => body.try_into().map(|seq| Self::Ack(u64::from_be_bytes(seq))).map_err(|_| BadFrame),
            _ => Err(BadFrame),
        }
    }

    /// Writes the frame.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Self::Input(input) => [&[0], *input].concat(),
            Self::Resize { cols, rows } => [&[1][..], &cols.to_be_bytes(), &rows.to_be_bytes()].concat(),
            Self::Ack(seq) => [&[2][..], &seq.to_be_bytes()].concat(),
        }
    }
}

/// What the server sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServerFrame<'a> {
    /// `0` seq u64, bytes: what the shell wrote.
    Output {
        /// Bytes written before this chunk.
        seq: u64,
        /// The chunk.
        bytes: &'a [u8],
    },
    /// `1` seq u64, cols u16, rows u16, bytes: reset the emulator to this size, write the bytes, answer none of the
    /// queries in them, go on at `seq`.
    Snapshot {
        /// Bytes written before the moment of the snapshot.
        seq: u64,
        /// The size the snapshot was drawn for.
        size: Size,
        /// What paints the screen.
        bytes: &'a [u8],
    },
    /// `2` kind u8 (0 exited, 1 killed, 2 lost, 3 unreachable), value i32: the shell has ended; nothing follows.
    Ended(State),
    /// `3` [`sharing::Company`] as JSON: who is here and what one may do. Who is alone at their own shell hears none.
    Company(&'a [u8]),
    /// `4` place u64: somebody types there; once a second at most.
    Typing(u64),
    /// `5` kind u8 (0 none any more, 1 nobody types, 2 its time is over), seconds u32: the shell will be ended then.
    Warning(Warning),
}

/// What is about to end a shell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Warning {
    /// Nothing any more.
    None,
    /// Nobody has typed for long; typing keeps it. In this many seconds.
    Idle(u32),
    /// It has run as long as a shell may. In this many seconds.
    Lifetime(u32),
}

/// Bytes before the body of [`ServerFrame::Output`].
pub const OUTPUT_HEADER: usize = 9;
/// Bytes before the body of [`ServerFrame::Snapshot`].
pub const SNAPSHOT_HEADER: usize = 13;

impl<'a> ServerFrame<'a> {
    /// Reads a frame.
    ///
    /// # Errors
    /// [`BadFrame`] for an unknown opcode or a short frame.
    pub fn decode(frame: &'a [u8]) -> Result<Self, BadFrame> {
        let (opcode, body) = frame.split_first().ok_or(BadFrame)?;
        match opcode {
            0 => {
                let (seq, bytes) = body.split_first_chunk().ok_or(BadFrame)?;
                Ok(Self::Output { seq: u64::from_be_bytes(*seq), bytes })
            }
            1 => {
                let (seq, rest) = body.split_first_chunk().ok_or(BadFrame)?;
                let (&[c1, c0, r1, r0], bytes) = rest.split_first_chunk().ok_or(BadFrame)?;
                let size = Size { cols: u16::from_be_bytes([c1, c0]), rows: u16::from_be_bytes([r1, r0]) };
                Ok(Self::Snapshot { seq: u64::from_be_bytes(*seq), size, bytes })
            }
            2 => {
                let (kind, value) = body.split_first().ok_or(BadFrame)?;
                let value = i32::from_be_bytes(value.try_into().map_err(|_| BadFrame)?);
                match kind {
                    0 => Ok(Self::Ended(State::Exited { code: value })),
                    1 => Ok(Self::Ended(State::Killed { signal: value })),
                    2 if value == 0 => Ok(Self::Ended(State::Lost)),
                    3 if value == 0 => Ok(Self::Ended(State::Unreachable)),
                    _ => Err(BadFrame),
                }
            }
            3 => Ok(Self::Company(body)),
            4 => body.try_into().map(|place| Self::Typing(u64::from_be_bytes(place))).map_err(|_| BadFrame),
            5 => {
                let (kind, seconds) = body.split_first().ok_or(BadFrame)?;
                let seconds = u32::from_be_bytes(seconds.try_into().map_err(|_| BadFrame)?);
                match kind {
                    0 if seconds == 0 => Ok(Self::Warning(Warning::None)),
                    1 => Ok(Self::Warning(Warning::Idle(seconds))),
                    2 => Ok(Self::Warning(Warning::Lifetime(seconds))),
                    _ => Err(BadFrame),
                }
            }
            _ => Err(BadFrame),
        }
    }

    /// Writes the frame.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Self::Company(json) => [&[3], *json].concat(),
            Self::Typing(place) => [&[4][..], &place.to_be_bytes()].concat(),
            Self::Warning(Warning::None) => vec![5, 0, 0, 0, 0, 0],
            Self::Warning(Warning::Idle(seconds)) => [&[5, 1][..], &seconds.to_be_bytes()].concat(),
            Self::Warning(Warning::Lifetime(seconds)) => [&[5, 2][..], &seconds.to_be_bytes()].concat(),
            Self::Output { seq, bytes } => [&[0][..], &seq.to_be_bytes(), bytes].concat(),
            Self::Snapshot { seq, size, bytes } => {
                [&[1][..], &seq.to_be_bytes(), &size.cols.to_be_bytes(), &size.rows.to_be_bytes(), bytes].concat()
            }
            Self::Ended(State::Exited { code }) => [&[2, 0][..], &code.to_be_bytes()].concat(),
            Self::Ended(State::Killed { signal }) => [&[2, 1][..], &signal.to_be_bytes()].concat(),
            Self::Ended(State::Lost) => vec![2, 2, 0, 0, 0, 0],
            Self::Ended(State::Unreachable) => vec![2, 3, 0, 0, 0, 0],
            // A running shell has not ended; the frame that says nothing is an empty output.
            Self::Ended(State::Running) => Self::Output { seq: 0, bytes: &[] }.encode(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_bytes_decode_or_are_refused(bytes: Vec<u8>) {
            if let Ok(frame) = ClientFrame::decode(&bytes) {
                prop_assert_eq!(frame.encode(), bytes.clone());
            }
            if let Ok(frame) = ServerFrame::decode(&bytes) {
                prop_assert_eq!(frame.encode(), bytes);
            }
        }
    }

    #[test]
    fn frames_round_trip() {
        let size = Size { cols: 80, rows: 24 };
        for frame in [
            ServerFrame::Output { seq: 7, bytes: b"hi" },
            ServerFrame::Snapshot { seq: u64::MAX, size, bytes: b"" },
            ServerFrame::Ended(State::Exited { code: 130 }),
            ServerFrame::Ended(State::Killed { signal: 9 }),
            ServerFrame::Ended(State::Lost),
            ServerFrame::Ended(State::Unreachable),
            ServerFrame::Company(b"{}"),
            ServerFrame::Typing(3),
            ServerFrame::Warning(Warning::None),
            ServerFrame::Warning(Warning::Idle(300)),
            ServerFrame::Warning(Warning::Lifetime(1)),
        ] {
            assert_eq!(ServerFrame::decode(&frame.encode()), Ok(frame));
        }
        assert_eq!(ClientFrame::decode(&[2, 0]), Err(BadFrame));
        assert_eq!(ClientFrame::decode(&[]), Err(BadFrame));
        assert!(Size::new(0, 5).is_err() && Size::new(5, 1001).is_err());
    }
}
