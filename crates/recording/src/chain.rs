//! Seals: a digest over what was written since the last one and the digest before, in a line of its own. Who changes a byte
//! of a sealed recording must change every digest after it, and the newest of them stands in the database and in the
//! audit log.

use sha2::{Digest, Sha256};

/// What begins a seal's line.
pub(crate) const SEAL: &str = "# chunk ";

/// A digest.
pub(crate) type Head = [u8; 32];

/// Where a chain of seals stands.
#[derive(Debug, Clone)]
pub(crate) struct Chain {
    head: Head,
    chunks: u64,
    hasher: Sha256,
    /// Bytes since the last seal.
    open: u64,
}

impl Chain {
    /// Before the first byte.
    pub(crate) fn new() -> Self {
        Self::after(Head::default(), 0)
    }

    fn after(head: Head, chunks: u64) -> Self {
        Self { head, chunks, hasher: Sha256::new_with_prefix(head), open: 0 }
    }

    /// These bytes were written.
    pub(crate) fn take(&mut self, bytes: &[u8]) {
        self.hasher.update(bytes);
        self.open += bytes.len() as u64;
    }

    /// Bytes no seal covers yet.
    pub(crate) fn open(&self) -> u64 {
        self.open
    }

    /// Chunks that are sealed.
    pub(crate) fn chunks(&self) -> u64 {
        self.chunks
    }

    /// The newest digest, in hexadecimal.
    pub(crate) fn head(&self) -> String {
        hex::encode(self.head)
    }

    /// Closes a chunk: the line to write, with its line end.
    pub(crate) fn seal(&mut self) -> String {
        let head: Head = self.hasher.clone().finalize().into();
        *self = Self::after(head, self.chunks + 1);
        format!("{SEAL}{} sha256 {}\n", self.chunks, self.head())
    }
}
