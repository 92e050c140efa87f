//! The task that keeps a session's screen: it reads the ring beside the relay, which never waits for it.

use std::sync::Arc;

use bytes::Bytes;
use model::terminal::ServerFrame;
use tokio::task::spawn_blocking;

use crate::{
    relay::{Drawing, Drawn, Work},
    screen::Screen,
    session::Session,
};

/// Draws until the terminal is closed and its shell has ended.
///
/// Drawing runs off the async threads: 64 KB are milliseconds of work, and a program can make far more of it by asking
/// for repetitions (`CSI 65535 b`). Should the emulator panic on some bytes, the screen starts blank from there.
pub(crate) async fn paint(session: Arc<Session>) {
    let mut screen = blank(&session);
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
        let answers = session.relay().draw(from, end, drawn);
        session.answer(&answers);
        session.pace.notify_one();
    }
}

fn blank(session: &Session) -> Box<Screen> {
    Box::new(Screen::new(session.relay().size()))
}

fn draw(screen: &mut Screen, drawing: &Drawing) -> Drawn {
    if let Some(size) = drawing.resize {
        screen.resize(size);
    }
    drawing.slices.iter().for_each(|slice| screen.feed(slice));
    let snapshot = drawing.paint.then(|| {
        let frame = ServerFrame::Snapshot { seq: drawing.end, size: screen.size(), bytes: &screen.snapshot() };
        Bytes::from(frame.encode())
    });
    Drawn { answers: screen.take_answers(), title: screen.take_title(), snapshot }
}
