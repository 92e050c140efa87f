//! The file of one recording, as it grows.

use std::{
    fs::{File, OpenOptions},
    io::{self, BufReader, Seek, SeekFrom, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use model::{Timestamp, terminal::Size};

use crate::{
    cast,
    chain::Chain,
    walk::{Broken, walk},
};

/// A chunk is sealed at the latest when this many bytes are open.
pub(crate) const CHUNK: u64 = 256 * 1024;

/// A recording that is written.
#[derive(Debug)]
pub(crate) struct Log {
    file: File,
    chain: Chain,
    end: u64,
}

/// What an earlier server left.
#[derive(Debug)]
pub(crate) struct Left {
    pub(crate) log: Log,
    /// The size at its end.
    pub(crate) size: Size,
    /// Milliseconds it is long.
    pub(crate) at_ms: u64,
    /// How much of the shell's output is kept.
    pub(crate) seq: u64,
    /// Whether its end was cut off or unsealed: that server was killed.
    pub(crate) torn: bool,
}

impl Log {
    /// Begins one. The file is ours alone, and new.
    ///
    /// # Errors
    /// What the file system says.
    pub(crate) fn create(path: &Path, size: Size, started: Timestamp, title: &str) -> io::Result<Self> {
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        let mut log = Self { file, chain: Chain::new(), end: 0 };
        log.append(&cast::header(size, started, title))?;
        Ok(log)
    }

    /// Goes on with one. What was cut off in the middle of being written goes; what is whole is kept and sealed.
    ///
    /// # Errors
    /// [`Broken`] when somebody changed it; nothing is written then.
    pub(crate) fn reopen(path: &Path) -> Result<Left, Broken> {
        let mut file = OpenOptions::new().read(true).write(true).open(path)?;
        let walked = walk(BufReader::with_capacity(256 * 1024, &file))?;
        let cut = file.metadata()?.len() > walked.kept;
        if cut {
            file.set_len(walked.kept)?;
        }
        file.seek(SeekFrom::Start(walked.kept))?;
        let mut log = Self { file, chain: walked.chain, end: walked.kept };
        let torn = cut || log.chain.open() > 0;
        log.seal()?;
        log.sync()?;
        Ok(Left { log, size: walked.last_size, at_ms: walked.at_ms, seq: walked.seq, torn })
    }

    /// Adds whole lines. They survive this process from here on. When the disk refuses, nothing of them stays.
    ///
    /// # Errors
    /// What the file system says.
    pub(crate) fn append(&mut self, lines: &[u8]) -> io::Result<()> {
        if let Err(error) = self.file.write_all(lines) {
            self.file.set_len(self.end)?;
            self.file.seek(SeekFrom::Start(self.end))?;
            return Err(error);
        }
        self.chain.take(lines);
        self.end += lines.len() as u64;
        Ok(())
    }

    /// Closes the open chunk, if there is one.
    ///
    /// # Errors
    /// What the file system says; the chunk stays open then.
    pub(crate) fn seal(&mut self) -> io::Result<()> {
        if self.chain.open() == 0 {
            return Ok(());
        }
        let mut sealed = self.chain.clone();
        let line = sealed.seal();
        self.append(line.as_bytes())?;
        self.chain = sealed;
        Ok(())
    }

    /// Waits until all of it is on the disk.
    ///
    /// # Errors
    /// What the file system says.
    pub(crate) fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }

    /// Bytes written.
    pub(crate) fn end(&self) -> u64 {
        self.end
    }

    /// Where the chain stands.
    pub(crate) fn chain(&self) -> &Chain {
        &self.chain
    }
}
