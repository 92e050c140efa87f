//! The task that keeps a session's screen: it reads the ring beside the relay, which never waits for it.

use std::sync::Arc;

use bytes::Bytes;
use model::terminal::ServerFrame;
use tokio::task::spawn_blocking;

use crate::{
    relay::{Drawing, Drawn, Painted, Work},
    screen::Screen,
    session::Session,
};

/// Draws until the terminal is closed and its shell has ended.
///
/// Drawing runs off the async threads: 64 KB are milliseconds of work, and a program can make far more of it by asking
/// for repetitions (`CSI 65535 b`). Should the emulator panic on some bytes, the screen starts blank from there.
pub(crate) async fn paint(session: Arc<Session>, checkpoint: Option<Painted>) {
    let mut screen = match checkpoint {
        Some(checkpoint) => restored(&session, checkpoint).await,
        None => blank(&session),
    };
    loop {
        let work = session.relay().work();
        let drawing = match work {
            Work::Draw(drawing) => drawing,
            Work::Wait => {
                if let Some(state) = session.over() {
                    session.report(screen.end_command(state));
                }
                session.painting.notified().await;
                continue;
            }
            Work::Stop => return,
        };
        let (from, end) = (drawing.from, drawing.end);
        let done = spawn_blocking(move || {
            let drawn = draw(&mut screen, &drawing);
            (screen, drawn)
        });
        let drawn = match done.await {
            Ok((kept, drawn)) => {
                screen = kept;
                drawn
            }
            Err(failure) if failure.is_panic() => {
                tracing::warn!(terminal = %session.id, bytes = %format_args!("{from}..{end}"), "the screen emulator panicked");
                screen = blank(&session);
                Drawn::default()
            }
            // The runtime is going down.
            Err(_) => return,
        };
        session.drawn(from, end, drawn);
    }
}

/// The screen of a checkpoint, in the size the terminal has now. One that cannot be drawn counts as none.
async fn restored(session: &Session, checkpoint: Painted) -> Box<Screen> {
    let (seq, now) = (checkpoint.seq, session.relay().size());
    let nonce = session.nonce().map(str::to_owned);
    let drawn = spawn_blocking(move || {
        let mut screen = Box::new(Screen::new(checkpoint.size));
        screen.listen(nonce);
        screen.feed(&checkpoint.bytes);
        // What it asks was answered, its title is known, and so are its commands.
        let _old = (screen.take_answers(), screen.take_title(), screen.take_commands());
        screen.resize(now);
        screen
    });
    match drawn.await {
        Ok(screen) => {
            session.relay().restored(seq);
            screen
        }
        Err(_) => blank(session),
    }
}

fn blank(session: &Session) -> Box<Screen> {
    let mut screen = Box::new(Screen::new(session.relay().size()));
    screen.listen(session.nonce().map(str::to_owned));
    screen
}

fn draw(screen: &mut Screen, drawing: &Drawing) -> Drawn {
    if let Some(size) = drawing.resize {
        screen.resize(size);
    }
    let mut at = drawing.from;
    screen.go_on_at(at);
    let cut = drawing.checkpoint.then(|| cut(drawing)).flatten();
    let mut checkpoint = None;
    for slice in &drawing.slices {
        let end = at + slice.len() as u64;
        match cut.filter(|cut| (at..end).contains(cut)).and_then(|cut| usize::try_from(cut - at).ok()) {
            Some(before) => {
                let (before, after) = slice.split_at(before.min(slice.len()));
                screen.feed(before);
                let seq = at + before.len() as u64;
                checkpoint = Some(Painted { seq, size: screen.size(), bytes: screen.snapshot() });
                screen.feed(after);
            }
            None => screen.feed(slice),
        }
        at = end;
    }
    let snapshot = drawing.paint.then(|| {
        let frame = ServerFrame::Snapshot { seq: drawing.end, size: screen.size(), bytes: &screen.snapshot() };
        Bytes::from(frame.encode())
    });
    let (cwd, commands) = screen.take_commands();
    Drawn { answers: screen.take_answers(), title: screen.take_title(), cwd, commands, snapshot, checkpoint }
}

/// The number of the latest byte that begins something new: the one after a line feed, or ESC `[`, which breaks off
/// whatever was being read. Elsewhere a sequence or a character may be half read, and no snapshot says so.
fn cut(drawing: &Drawing) -> Option<u64> {
    let mut end = drawing.end;
    for slice in drawing.slices.iter().rev() {
        let begin = end - slice.len() as u64;
        let found = slice.windows(2).rposition(|pair| pair.starts_with(b"\n") || pair == b"\x1b[");
        if let Some(at) = found {
            let after_line = usize::from(slice.get(at) == Some(&b'\n'));
            return Some(begin + (at + after_line) as u64);
        }
        end = begin;
    }
    None
}

#[cfg(test)]
mod tests {
    use model::terminal::Size;

    use super::*;

    fn drawing(from: u64, slices: &[&'static [u8]]) -> Drawing {
        let slices: Vec<_> = slices.iter().map(|slice| Bytes::from_static(slice)).collect();
        let end = from + slices.iter().map(|slice| slice.len() as u64).sum::<u64>();
        Drawing { from, end, slices, resize: None, paint: false, checkpoint: true }
    }

    #[test]
    fn checkpoints_begin_where_nothing_is_half_read() {
        assert_eq!(cut(&drawing(10, &[b"one\ntwo", b"thr\xc3"])), Some(14));
        assert_eq!(cut(&drawing(10, &[b"one\ntwo\x1b[3", b"1mred"])), Some(17));
        assert_eq!(cut(&drawing(10, &[b"\x1b]2;a title\n"])), None, "a line feed at the very end may stand within one");
        assert_eq!(cut(&drawing(0, &[b"no place"])), None);
    }

    #[test]
    fn a_screen_restored_from_a_checkpoint_draws_the_rest_alike() {
        let size = Size { cols: 80, rows: 24 };
        let drawing = drawing(0, &[b"\x1b]2;name\x07\x1b[?1049h\x1b[31mred\nhere\x1b[1", b"mbold \xc3\xa9"]);
        let mut whole = Screen::new(size);
        let painted = draw(&mut whole, &drawing).checkpoint.unwrap();
        let all = drawing.slices.concat();
        let mut revived = Screen::new(painted.size);
        revived.feed(&painted.bytes);
        revived.feed(&all[usize::try_from(painted.seq).unwrap()..]);
        assert_eq!(revived.snapshot(), whole.snapshot());
    }
}
