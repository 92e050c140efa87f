//! The latest output of a shell, numbered by byte.

use std::collections::VecDeque;

use bytes::Bytes;
use model::terminal::{MAX_OUTPUT, OUTPUT_HEADER, ServerFrame};

/// Memory of one ring, chunks and their overhead.
pub(crate) const RING: usize = 2 * 1024 * 1024;

/// What a chunk costs besides its bytes: its place in the queue, its allocation and the frame's header. Counting it
/// keeps a shell that writes single bytes within [`RING`].
const CHUNK_OVERHEAD: usize = 96;

/// A chunk at least this long is sent as it is; shorter ones are joined for a viewer that has several to get.
const SHARED_FROM: usize = 4 * 1024;

/// Output from `start` (the oldest byte kept) to `head` (the number of bytes the shell has written).
///
/// Chunks are kept as the frames they are sent in, so viewers that keep up share one allocation.
#[derive(Default)]
pub(crate) struct Ring {
    chunks: VecDeque<Chunk>,
    start: u64,
    head: u64,
    cost: usize,
}

struct Chunk {
    seq: u64,
    frame: Bytes,
}

impl Chunk {
    fn body(&self) -> &[u8] {
        self.frame.get(OUTPUT_HEADER..).unwrap_or_default()
    }

    fn end(&self) -> u64 {
        self.seq + self.body().len() as u64
    }
}

impl Ring {
    /// An empty ring of a shell that has written `start` bytes.
    pub(crate) fn starting_at(start: u64) -> Self {
        Self { start, head: start, ..Self::default() }
    }

    /// The sequence number of the oldest byte kept.
    pub(crate) fn start(&self) -> u64 {
        self.start
    }

    /// The number of bytes the shell has written.
    pub(crate) fn head(&self) -> u64 {
        self.head
    }

    /// Appends what the shell wrote, at most [`MAX_OUTPUT`] bytes, and forgets the oldest beyond [`RING`].
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        let frame = Bytes::from(ServerFrame::Output { seq: self.head, bytes }.encode());
        self.cost += frame.len() + CHUNK_OVERHEAD;
        self.chunks.push_back(Chunk { seq: self.head, frame });
        self.head += bytes.len() as u64;
        while self.cost > RING
            && let Some(oldest) = self.chunks.pop_front()
        {
            self.cost -= oldest.frame.len() + CHUNK_OVERHEAD;
            self.start = oldest.end();
        }
    }

    /// The next output frame for a viewer that has everything before `from` and may get `limit` bytes, with the sequence
    /// number after it. `None` when there is nothing to send.
    pub(crate) fn frame(&self, from: u64, limit: u64) -> Option<(Bytes, u64)> {
        let limit = usize::try_from(limit).unwrap_or(MAX_OUTPUT).min(MAX_OUTPUT);
        let mut chunks = self.from(from);
        let first = chunks.next()?;
        let alone = first.body().len() >= SHARED_FROM || chunks.next().is_none();
        if first.seq == from && alone && first.body().len() <= limit {
            return Some((first.frame.clone(), first.end()));
        }
        let mut joined = Vec::new();
        for piece in self.slices(from, limit) {
            joined.extend_from_slice(&piece);
        }
        (!joined.is_empty()).then(|| {
            let end = from + joined.len() as u64;
            (ServerFrame::Output { seq: from, bytes: &joined }.encode().into(), end)
        })
    }

    /// The bytes from `from` on, at most `limit` of them, without copying.
    pub(crate) fn slices(&self, from: u64, limit: usize) -> Vec<Bytes> {
        let mut left = limit;
        let mut slices = Vec::new();
        for chunk in self.from(from) {
            let skipped = OUTPUT_HEADER + usize::try_from(from.saturating_sub(chunk.seq)).unwrap_or(0);
            let end = chunk.frame.len().min(skipped.saturating_add(left));
            if end <= skipped {
                break;
            }
            left -= end - skipped;
            slices.push(chunk.frame.slice(skipped..end));
        }
        slices
    }

    /// The chunks that hold bytes from `from` on.
    fn from(&self, from: u64) -> impl Iterator<Item = &Chunk> {
        self.chunks.range(self.chunks.partition_point(|chunk| chunk.end() <= from)..)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_walk_over_the_ring_gives_the_bytes_once(
            writes in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..6000), 1..20),
            limits in prop::collection::vec(1_u64..9000, 1..40),
        ) {
            let mut ring = Ring::default();
            writes.iter().for_each(|write| ring.push(write));
            let (mut seen, mut at) = (Vec::new(), 0);
            for limit in limits.iter().cycle() {
                let Some((frame, end)) = ring.frame(at, *limit) else { break };
                let Ok(ServerFrame::Output { seq, bytes }) = ServerFrame::decode(&frame) else { panic!("not output") };
                prop_assert_eq!(seq, at);
                prop_assert!(bytes.len() as u64 <= *limit);
                seen.extend_from_slice(bytes);
                at = end;
            }
            prop_assert_eq!(seen, writes.concat());
        }
    }

    #[test]
    fn single_bytes_stay_within_the_bound() {
        let mut ring = Ring::default();
        for _ in 0..200_000 {
            ring.push(b"x");
        }
        assert_eq!(ring.head(), 200_000);
        assert!(ring.chunks.len() * CHUNK_OVERHEAD <= RING && ring.cost <= RING);
        assert_eq!(ring.start(), ring.chunks[0].seq);
    }

    #[test]
    fn a_whole_chunk_is_shared_not_copied() {
        let mut ring = Ring::default();
        ring.push(&[7; MAX_OUTPUT]);
        let frames = [ring.frame(0, u64::MAX), ring.frame(0, MAX_OUTPUT as u64)].map(|frame| frame.unwrap().0);
        assert_eq!(frames[0].as_ptr(), frames[1].as_ptr());
    }
}
