//! What a server asks of the holder.

use model::{TerminalId, Timestamp, UserId, terminal::Size};

use super::{
    BUILD, MAGIC, MAJOR, MINOR,
    fields::{Builder, Fields, Malformed},
};

/// What a server says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Request<'a> {
    /// `0`, for ever: who speaks.
    Hello {
        /// The protocol it speaks.
        major: u16,
    },
    /// `1`, for ever: which shells are there? Answered by [`super::Report::Listed`] and that many
    /// [`super::Report::Terminal`].
    List,
    /// `2` Give me the shells. Whoever had them is told and cut off. Answered like `List`; checkpoints, the kept output and
    /// everything that follows come by themselves.
    Attach,
    /// `3` Start a shell.
    Open(Box<Opening<'a>>),
    /// `4` Everything before `seen` is drawn by somebody; read from the shell up to `until`, no further.
    Allow {
        /// Which.
        id: TerminalId,
        /// Not to be kept for anybody.
        seen: u64,
        /// Where to stop. The latest word counts, also when it is lower.
        until: u64,
    },
    /// `5` What a later server should know.
    Note {
        /// Which.
        id: TerminalId,
        /// A query before this byte was answered by the server.
        answered: u64,
        /// The title the program set.
        title: Option<&'a str>,
    },
    /// `6` What paints the screen as it was before byte `seq`.
    Checkpoint {
        /// Which.
        id: TerminalId,
        /// Where output goes on.
        seq: u64,
        /// The screen's size.
        size: Size,
        /// At most [`super::MAX_CHECKPOINT`] bytes.
        bytes: &'a [u8],
    },
    /// `7` End the shell: hang up, and kill what is left after the grace. A shell that has ended is forgotten.
    End {
        /// Which.
        id: TerminalId,
        /// Milliseconds.
        grace: u32,
    },
}

/// The shell to start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Opening<'a> {
    /// The terminal's id.
    pub(crate) id: TerminalId,
    /// Whose it is.
    pub(crate) owner: UserId,
    /// When it was opened.
    pub(crate) created_at: Timestamp,
    /// What its tab shows until a program sets a title.
    pub(crate) name: &'a str,
    /// The terminal's size.
    pub(crate) size: Size,
    /// The program.
    pub(crate) program: &'a [u8],
    /// Where it starts.
    pub(crate) directory: &'a [u8],
    /// All of its environment.
    pub(crate) environment: Vec<(&'a [u8], &'a [u8])>,
    /// The words after the program's name. Since minor version 1, like what follows.
    pub(crate) arguments: Vec<&'a [u8]>,
    /// Within which bounds it runs.
    pub(crate) bounds: Bounds<'a>,
    /// What its marks carry; empty for a shell that makes none. Kept for the next server.
    pub(crate) nonce: &'a str,
}

/// What a shell may take, and which files; `None` and empty mean that nothing is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Bounds<'a> {
    pub(crate) processes: Option<u64>,
    /// Open files of each process.
    pub(crate) files: Option<u64>,
    /// Bytes.
    pub(crate) memory: Option<u64>,
    /// Per cent of one core; with a group only.
    pub(crate) cpu_percent: Option<u64>,
    pub(crate) no_new_privileges: bool,
    /// Folders and files that may be read; with `writable` the only ones.
    pub(crate) readable: Vec<&'a [u8]>,
    pub(crate) writable: Vec<&'a [u8]>,
    /// The control group to be made for it; empty for none.
    pub(crate) group: &'a [u8],
}

impl<'a> Bounds<'a> {
    fn read(fields: &mut Fields<'a>) -> Result<Self, Malformed> {
        Ok(Self {
            processes: fields.bound()?,
            files: fields.bound()?,
            memory: fields.bound()?,
            cpu_percent: fields.bound()?,
            no_new_privileges: fields.u8()? != 0,
            readable: fields.list()?,
            writable: fields.list()?,
            group: fields.bytes()?,
        })
    }

    fn write(&self, frame: Builder) -> Builder {
        let frame = frame.bound(self.processes).bound(self.files).bound(self.memory).bound(self.cpu_percent);
        let frame = frame.u8(u8::from(self.no_new_privileges));
        frame.list(&self.readable).list(&self.writable).bytes(self.group)
    }
}

impl<'a> Request<'a> {
    /// Reads a frame without its length.
    ///
    /// # Errors
    /// [`Malformed`]; `Ok(None)` for a kind nobody knows.
    pub(crate) fn decode(frame: &'a [u8]) -> Result<Option<Self>, Malformed> {
        let (kind, body) = frame.split_first().ok_or(Malformed)?;
        let mut fields = Fields(body);
        Ok(Some(match kind {
            0 if fields.array()? == MAGIC => Self::Hello { major: fields.u16()? },
            0 => return Err(Malformed),
            1 => Self::List,
            2 => Self::Attach,
            3 => Self::Open(Box::new(Opening::read(&mut fields)?)),
            4 => Self::Allow { id: fields.terminal()?, seen: fields.u64()?, until: fields.u64()? },
            5 => {
                let (id, answered) = (fields.terminal()?, fields.u64()?);
                let title = if fields.u8()? == 0 { None } else { Some(fields.text()?) };
                Self::Note { id, answered, title }
            }
            6 => {
                let (id, seq, size) = (fields.terminal()?, fields.u64()?, fields.size()?);
                Self::Checkpoint { id, seq, size, bytes: fields.bytes()? }
            }
            7 => Self::End { id: fields.terminal()?, grace: fields.u32()? },
            _ => return Ok(None),
        }))
    }

    /// Writes the frame, length included.
    pub(crate) fn encode(&self) -> Vec<u8> {
        match self {
            Self::Hello { major } => Builder::new(0, 0).raw(&MAGIC).u16(*major).u16(MINOR).bytes(BUILD.as_bytes()),
            Self::List => Builder::new(1, 0),
            Self::Attach => Builder::new(2, 0),
            Self::Open(opening) => opening.write(Builder::new(3, 4096)),
            Self::Allow { id, seen, until } => Builder::new(4, 0).raw(&id.to_bytes()).u64(*seen).u64(*until),
            Self::Note { id, answered, title } => {
                let note = Builder::new(5, 128).raw(&id.to_bytes()).u64(*answered);
                note.u8(u8::from(title.is_some())).bytes(title.unwrap_or_default().as_bytes())
            }
            Self::Checkpoint { id, seq, size, bytes } => {
                Builder::new(6, bytes.len()).raw(&id.to_bytes()).u64(*seq).size(*size).bytes(bytes)
            }
            Self::End { id, grace } => Builder::new(7, 0).raw(&id.to_bytes()).u32(*grace),
        }
        .done()
    }

    /// The first frame of this server.
    pub(crate) fn hello() -> Self {
        Self::Hello { major: MAJOR }
    }
}

impl<'a> Opening<'a> {
    /// Whether a holder must know of arguments or bounds to start it as it is meant.
    pub(crate) fn is_bounded(&self) -> bool {
        !self.arguments.is_empty() || self.bounds != Bounds::default()
    }

    fn read(fields: &mut Fields<'a>) -> Result<Self, Malformed> {
        let (id, owner, created_at) = (fields.terminal()?, fields.user()?, Timestamp(fields.i64()?));
        let (name, size) = (fields.text()?, fields.size()?);
        let (program, directory) = (fields.bytes()?, fields.bytes()?);
        // Each takes eight bytes at least, so the frame bounds them.
        let environment =
            (0..fields.u32()?).map(|_| Ok((fields.bytes()?, fields.bytes()?))).collect::<Result<_, Malformed>>()?;
        // Not told by a server of minor version 0.
        let (arguments, bounds, nonce) = if fields.is_empty() {
            Default::default()
        } else {
            (fields.list()?, Bounds::read(fields)?, fields.text()?)
        };
        Ok(Self { id, owner, created_at, name, size, program, directory, environment, arguments, bounds, nonce })
    }

    fn write(&self, frame: Builder) -> Builder {
        let frame = frame.raw(&self.id.to_bytes()).raw(&self.owner.to_bytes()).raw(&self.created_at.0.to_be_bytes());
        let frame = frame.bytes(self.name.as_bytes()).size(self.size).bytes(self.program).bytes(self.directory);
        let frame = frame.u32(u32::try_from(self.environment.len()).unwrap_or(u32::MAX));
        let frame = self.environment.iter().fold(frame, |frame, (name, value)| frame.bytes(name).bytes(value));
        self.bounds.write(frame.list(&self.arguments)).bytes(self.nonce.as_bytes())
    }
}
