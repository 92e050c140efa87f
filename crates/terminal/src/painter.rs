//! The task that keeps a session's screen: it reads the ring beside the relay, which never waits for it.

use std::sync::Arc;

use bytes::Bytes;
use emulator::Emulator;
use model::terminal::ServerFrame;
use tokio::task::spawn_blocking;

use crate::{
    relay::{Drawing, Drawn, Painted, Work},
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
async fn restored(session: &Session, checkpoint: Painted) -> Box<Emulator> {
    let (seq, now) = (checkpoint.seq, session.relay().size());
    let drawn = spawn_blocking(move || {
        let mut screen = Box::new(Emulator::new(checkpoint.size));
        screen.feed(&checkpoint.bytes);
        // What it asks was answered, and its title is known.
        let _old = (screen.take_answers(), screen.take_title());
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

fn blank(session: &Session) -> Box<Emulator> {
    Box::new(Emulator::new(session.relay().size()))
}

fn draw(screen: &mut Emulator, drawing: &Drawing) -> Drawn {
    if let Some(size) = drawing.resize {
        screen.resize(size);
    }
    drawing.slices.iter().for_each(|slice| screen.feed(slice));
    let checkpoint =
        drawing.checkpoint.then(|| Painted { seq: drawing.end, size: screen.size(), bytes: screen.snapshot() });
    let snapshot = drawing.paint.then(|| {
        let frame = ServerFrame::Snapshot { seq: drawing.end, size: screen.size(), bytes: &screen.snapshot() };
        Bytes::from(frame.encode())
    });
    Drawn { answers: screen.take_answers(), title: screen.take_title(), snapshot, checkpoint }
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
    fn a_screen_restored_from_a_checkpoint_draws_the_rest_alike() {
        let size = Size { cols: 80, rows: 24 };
        let drawing = drawing(0, &[b"\x1b]2;name\x07\x1b[?1049h\x1b[31mred\nhere\x1b[1", b"mbold \xc3\xa9"]);
        let mut whole = Emulator::new(size);
        let painted = draw(&mut whole, &drawing).checkpoint.unwrap();
        let all = drawing.slices.concat();
        let mut revived = Emulator::new(painted.size);
        revived.feed(&painted.bytes);
        revived.feed(&all[usize::try_from(painted.seq).unwrap()..]);
        assert_eq!(revived.snapshot(), whole.snapshot());
    }
}
