//! What the holder tells a server.

use model::{
    TerminalId, Timestamp, UserId,
    terminal::{Size, State},
};

use super::{
    BUILD, MAGIC, MAJOR, MINOR,
    fields::{Builder, Fields, Malformed},
};

/// What the holder says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Report<'a> {
    /// `0`, for ever: who speaks.
    Hello {
        /// The protocol it speaks.
        major: u16,
        /// What was added to it.
        minor: u16,
        /// Its build.
        build: &'a str,
        /// Its process.
        pid: u32,
    },
    /// `1`, for ever: a request was not followed.
    Refused {
        /// The request's kind.
        kind: u8,
        /// Why.
        reason: Reason,
    },
    /// `2`, for ever: how many terminals are told next.
    Listed(u32),
    /// `3`, for ever up to its state: a terminal. For one that runs and is handed over, its master side comes along.
    Terminal {
        /// Its id.
        id: TerminalId,
        /// Whose it is.
        owner: UserId,
        /// When it was opened.
        created_at: Timestamp,
        /// The shell's name.
        name: &'a str,
        /// The title the program set; empty for none.
        title: &'a str,
        /// Its size.
        size: Size,
        /// How it fares.
        state: State,
        /// The oldest byte kept.
        start: u64,
        /// The number of bytes the shell has written.
        head: u64,
        /// Bytes that some server was sent already.
        taken: u64,
        /// A query before this byte was answered by a server.
        answered: u64,
        /// Everything before this byte somebody has seen.
        seen: u64,
        /// What the shell's marks carry; empty for none.
        nonce: &'a str,
    },
    /// `4` The shell runs; its terminal's master side comes along.
    Opened(TerminalId),
    /// `5` The shell does not run: errno.
    NotOpened(TerminalId, i32),
    /// `6` What paints the screen as it was before byte `seq`, of the terminal that is told next.
    Checkpoint {
        /// Which.
        id: TerminalId,
        /// Where output goes on.
        seq: u64,
        /// The screen's size.
        size: Size,
        /// What paints it.
        bytes: &'a [u8],
    },
    /// `7` What the shell wrote.
    Output {
        /// Which.
        id: TerminalId,
        /// Bytes written before.
        seq: u64,
        /// The bytes, to the frame's end.
        bytes: &'a [u8],
    },
    /// `8` The shell has ended and all it wrote was sent.
    Ended(TerminalId, State),
    /// `9` Another server has the shells now.
    Replaced,
}

/// Why a request was not followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reason {
    /// `0` Its kind is not known here.
    Unknown,
    /// `1` Its fields break the protocol.
    Malformed,
    /// `2` It is longer than a frame may be; the connection is closed.
    TooLong,
    /// `3` Only the server that has the shells may ask for this.
    NotAttached,
    /// `4` The server speaks another version, or has not said which.
    Version,
}

impl Reason {
    const ALL: [Self; 5] = [Self::Unknown, Self::Malformed, Self::TooLong, Self::NotAttached, Self::Version];
}

impl<'a> Report<'a> {
    /// Reads a frame without its length.
    ///
    /// # Errors
    /// [`Malformed`]; `Ok(None)` for a kind nobody knows.
    pub(crate) fn decode(frame: &'a [u8]) -> Result<Option<Self>, Malformed> {
        let (kind, body) = frame.split_first().ok_or(Malformed)?;
        let mut fields = Fields(body);
        Ok(Some(match kind {
            0 if fields.array()? == MAGIC => {
                let (major, minor) = (fields.u16()?, fields.u16()?);
                Self::Hello { major, minor, build: fields.text()?, pid: fields.u32()? }
            }
            0 => return Err(Malformed),
            1 => {
                let (kind, reason) = (fields.u8()?, usize::from(fields.u8()?));
                Self::Refused { kind, reason: *Reason::ALL.get(reason).ok_or(Malformed)? }
            }
            2 => Self::Listed(fields.u32()?),
            3 => Self::terminal(fields)?,
            4 => Self::Opened(fields.terminal()?),
            5 => Self::NotOpened(fields.terminal()?, fields.i32()?),
            6 => {
                let (id, seq, size) = (fields.terminal()?, fields.u64()?, fields.size()?);
                Self::Checkpoint { id, seq, size, bytes: fields.bytes()? }
            }
            7 => Self::Output { id: fields.terminal()?, seq: fields.u64()?, bytes: fields.0 },
            8 => Self::Ended(fields.terminal()?, fields.state()?),
            9 => Self::Replaced,
            _ => return Ok(None),
        }))
    }

    /// What another version does not tell is zero.
    fn terminal(mut fields: Fields<'a>) -> Result<Self, Malformed> {
        let (id, owner, created_at) = (fields.terminal()?, fields.user()?, Timestamp(fields.i64()?));
        let (name, title, size, state) = (fields.text()?, fields.text()?, fields.size()?, fields.state()?);
        let mut number = || fields.u64().unwrap_or_default();
        let (start, head, taken, answered, seen) = (number(), number(), number(), number(), number());
        let nonce = fields.text().unwrap_or_default();
        Ok(Self::Terminal {
            id,
            owner,
            created_at,
            name,
            title,
            size,
            state,
            start,
            head,
            taken,
            answered,
            seen,
            nonce,
        })
    }

    /// Writes the frame, length included.
    pub(crate) fn encode(&self) -> Vec<u8> {
        match self {
            Self::Hello { major, minor, build, pid } => {
                Builder::new(0, 0).raw(&MAGIC).u16(*major).u16(*minor).bytes(build.as_bytes()).u32(*pid)
            }
            Self::Refused { kind, reason } => Builder::new(1, 0).u8(*kind).u8(*reason as u8),
            Self::Listed(count) => Builder::new(2, 0).u32(*count),
            Self::Terminal {
                id,
                owner,
                created_at,
                name,
                title,
                size,
                state,
                start,
                head,
                taken,
                answered,
                seen,
                nonce,
            } => {
                let frame = Builder::new(3, 256).raw(&id.to_bytes()).raw(&owner.to_bytes());
                let frame = frame.raw(&created_at.0.to_be_bytes()).bytes(name.as_bytes()).bytes(title.as_bytes());
                let frame = frame.size(*size).state(*state).u64(*start).u64(*head).u64(*taken).u64(*answered);
                frame.u64(*seen).bytes(nonce.as_bytes())
            }
            Self::Opened(id) => Builder::new(4, 0).raw(&id.to_bytes()),
            Self::NotOpened(id, errno) => Builder::new(5, 0).raw(&id.to_bytes()).raw(&errno.to_be_bytes()),
            Self::Checkpoint { id, seq, size, bytes } => {
                Builder::new(6, bytes.len()).raw(&id.to_bytes()).u64(*seq).size(*size).bytes(bytes)
            }
            Self::Output { id, seq, bytes } => {
                let mut frame = Self::output_header(*id, *seq, bytes.len());
                frame.extend_from_slice(bytes);
                return frame;
            }
            Self::Ended(id, state) => Builder::new(8, 0).raw(&id.to_bytes()).state(*state),
            Self::Replaced => Builder::new(9, 0),
        }
        .done()
    }

    /// What stands before the `length` bytes of an output frame.
    pub(crate) fn output_header(id: TerminalId, seq: u64, length: usize) -> Vec<u8> {
        Builder::new(7, 0).raw(&id.to_bytes()).u64(seq).header_of(length)
    }

    /// The first frame of this holder.
    pub(crate) fn hello() -> Report<'static> {
        Report::Hello { major: MAJOR, minor: MINOR, build: BUILD, pid: std::process::id() }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::Request, *};

    proptest! {
        #[test]
        fn any_bytes_decode_or_are_refused(kind in 0_u8..12, body: Vec<u8>) {
            let frame = [&[kind], body.as_slice()].concat();
            if let Ok(Some(request)) = Request::decode(&frame) {
                let again = request.encode();
                prop_assert_eq!(Request::decode(&again[super::super::PREFIX..]), Ok(Some(request)));
            }
            if let Ok(Some(report)) = Report::decode(&frame) {
                let again = report.encode();
                prop_assert_eq!(Report::decode(&again[super::super::PREFIX..]), Ok(Some(report)));
            }
        }
    }

    #[test]
    fn what_a_later_version_adds_is_ignored_and_what_another_leaves_out_is_zero() {
        let (id, owner, size) = (TerminalId::new(), UserId::new(), Size::DEFAULT);
        let told = Report::Terminal {
            id,
            owner,
            size,
            created_at: Timestamp(7),
            name: "sh",
            title: "t",
            state: State::Exited { code: 3 },
            start: 1,
            head: 2,
            taken: 3,
            answered: 4,
            seen: 5,
            nonce: "k",
        };
        let mut frame = told.encode();
        frame.extend_from_slice(b"more");
        assert_eq!(Report::decode(&frame[4..]), Ok(Some(told)));
        let Ok(Some(Report::Terminal { id: same, state, head: 0, .. })) = Report::decode(&frame[4..frame.len() - 49])
        else {
            panic!("the frozen part is enough")
        };
        assert_eq!((same, state), (id, State::Exited { code: 3 }));
        assert_eq!(Request::decode(&[200, 1, 2]), Ok(None));
    }
}
