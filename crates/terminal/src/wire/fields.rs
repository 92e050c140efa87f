//! The fields of a frame, one after the other.

use model::{
    TerminalId, UserId,
    terminal::{Size, State},
};

use super::PREFIX;

/// The frame breaks the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a frame of the shell holder's protocol is malformed")]
pub(crate) struct Malformed;

/// Reads fields.
pub(super) struct Fields<'a>(pub(super) &'a [u8]);

impl<'a> Fields<'a> {
    /// Whether nothing follows: an older server wrote it.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Byte strings, preceded by how many they are. Each takes four bytes at least, so the frame bounds them.
    pub(super) fn list(&mut self) -> Result<Vec<&'a [u8]>, Malformed> {
        (0..self.u32()?).map(|_| self.bytes()).collect()
    }

    /// A bound: the greatest number stands for none.
    pub(super) fn bound(&mut self) -> Result<Option<u64>, Malformed> {
        Ok(Some(self.u64()?).filter(|value| *value != u64::MAX))
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        let (array, rest) = self.0.split_first_chunk().ok_or(Malformed)?;
        self.0 = rest;
        Ok(*array)
    }

    pub(super) fn u8(&mut self) -> Result<u8, Malformed> {
        self.array::<1>().map(|[byte]| byte)
    }

    pub(super) fn u16(&mut self) -> Result<u16, Malformed> {
        self.array().map(u16::from_be_bytes)
    }

    pub(super) fn u32(&mut self) -> Result<u32, Malformed> {
        self.array().map(u32::from_be_bytes)
    }

    pub(super) fn u64(&mut self) -> Result<u64, Malformed> {
        self.array().map(u64::from_be_bytes)
    }

    pub(super) fn i32(&mut self) -> Result<i32, Malformed> {
        self.array().map(i32::from_be_bytes)
    }

    pub(super) fn i64(&mut self) -> Result<i64, Malformed> {
        self.array().map(i64::from_be_bytes)
    }

    pub(super) fn terminal(&mut self) -> Result<TerminalId, Malformed> {
        self.array().map(TerminalId::from_bytes)
    }

    pub(super) fn user(&mut self) -> Result<UserId, Malformed> {
        self.array().map(UserId::from_bytes)
    }

    pub(super) fn size(&mut self) -> Result<Size, Malformed> {
        Size::new(self.u16()?, self.u16()?).map_err(|_| Malformed)
    }

    pub(super) fn state(&mut self) -> Result<State, Malformed> {
        match (self.u8()?, self.i32()?) {
            (0, code) => Ok(State::Exited { code }),
            (1, signal) => Ok(State::Killed { signal }),
            (2, 0) => Ok(State::Running),
            _ => Err(Malformed),
        }
    }

    pub(super) fn bytes(&mut self) -> Result<&'a [u8], Malformed> {
        let length = usize::try_from(self.u32()?).map_err(|_| Malformed)?;
        let (bytes, rest) = self.0.split_at_checked(length).ok_or(Malformed)?;
        self.0 = rest;
        Ok(bytes)
    }

    pub(super) fn text(&mut self) -> Result<&'a str, Malformed> {
        std::str::from_utf8(self.bytes()?).map_err(|_| Malformed)
    }
}

/// Writes a frame.
pub(super) struct Builder(Vec<u8>);

impl Builder {
    /// A frame of this kind, with room for about `body` bytes.
    pub(super) fn new(kind: u8, body: usize) -> Self {
        let mut frame = Vec::with_capacity(PREFIX + 64 + body);
        frame.extend_from_slice(&[0; PREFIX]);
        frame.push(kind);
        Self(frame)
    }

    pub(super) fn raw(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }

    pub(super) fn u8(self, value: u8) -> Self {
        self.raw(&[value])
    }

    pub(super) fn u16(self, value: u16) -> Self {
        self.raw(&value.to_be_bytes())
    }

    pub(super) fn u32(self, value: u32) -> Self {
        self.raw(&value.to_be_bytes())
    }

    pub(super) fn u64(self, value: u64) -> Self {
        self.raw(&value.to_be_bytes())
    }

    pub(super) fn list(self, list: &[&[u8]]) -> Self {
        let frame = self.u32(u32::try_from(list.len()).unwrap_or(u32::MAX));
        list.iter().fold(frame, |frame, bytes| frame.bytes(bytes))
    }

    pub(super) fn bound(self, value: Option<u64>) -> Self {
        self.u64(value.unwrap_or(u64::MAX))
    }

    pub(super) fn size(self, size: Size) -> Self {
        self.u16(size.cols).u16(size.rows)
    }

    pub(super) fn state(self, state: State) -> Self {
        let (kind, value) = match state {
            State::Exited { code } => (0, code),
            State::Killed { signal } => (1, signal),
            // A holder knows no other states: the rest is how a server sees it.
            State::Running | State::Lost | State::Unreachable => (2, 0),
        };
        self.u8(kind).raw(&value.to_be_bytes())
    }

    pub(super) fn bytes(self, bytes: &[u8]) -> Self {
        self.u32(u32::try_from(bytes.len()).unwrap_or(u32::MAX)).raw(bytes)
    }

    /// The frame, when `more` bytes follow that are written by themselves.
    pub(super) fn header_of(mut self, more: usize) -> Vec<u8> {
        let length = u32::try_from((self.0.len() + more).saturating_sub(PREFIX)).unwrap_or(u32::MAX);
        if let Some(prefix) = self.0.first_chunk_mut() {
            *prefix = length.to_be_bytes();
        }
        self.0
    }

    pub(super) fn done(self) -> Vec<u8> {
        self.header_of(0)
    }
}
