//! How fast streams are drawn. Run in release: `cargo test --release -p emulator --test measure -- --ignored --nocapture`.

use std::{hint::black_box, time::Instant};

use emulator::Emulator;
use model::terminal::Size;

const SIZE: Size = Size { cols: 120, rows: 30 };
const TOTAL: usize = 64 << 20;

fn rate(name: &str, block: &[u8]) {
    let mut emulator = Emulator::new(SIZE);
    let started = Instant::now();
    let mut fed = 0;
    while fed < TOTAL {
        emulator.feed(black_box(block));
        fed += block.len();
    }
    let mib = fed as f64 / f64::from(1 << 20);
    let painted = Instant::now();
    let size = emulator.snapshot().len();
    println!(
        "{name}: {:.0} MiB/s; a snapshot of {} KiB in {:.1} ms",
        mib / started.elapsed().as_secs_f64(),
        size >> 10,
        painted.elapsed().as_secs_f64() * 1e3
    );
}

#[test]
#[ignore = "a measurement"]
fn streams_drawn() {
    let light = b"VGhlIHF1aWNrIGJyb3duIGZveCBqdW1wcyBvdmVyIHRoZSBsYXp5IGRvZy4gMDEyMzQ1Njc4OQ==\r\n".repeat(800);
    rate("plain lines", &light);
    let dense: String =
        (0..2000).map(|i| format!("\x1b[{};{}H\x1b[38;5;{}m{i:04x}\x1b[K", i % 30 + 1, i % 110 + 1, i % 256)).collect();
    rate("cursor and colours", dense.as_bytes());
    rate("wide characters", "日本語テキスト、é 漢字かな交じり文\r\n".repeat(1500).as_bytes());
}
