use std::{fs, path::PathBuf};

use proptest::prelude::*;

use super::*;

const SIZE: Size = Size { cols: 80, rows: 24 };

fn fresh(size: Size, scrollback: usize) -> Parser {
    let (rows, cols) = cells(size);
    Parser::new(rows, cols, scrollback)
}

fn drawn(size: Size, bytes: &[u8]) -> Screen {
    let mut screen = Screen::new(size);
    screen.feed(bytes);
    screen
}

/// What an emulator shows: cells with attributes, cursor, modes.
fn shown(screen: &vt100::Screen) -> (String, String, (u16, u16), String, bool) {
    (
        screen.contents(),
        screen.contents_formatted(),
        screen.cursor_position(),
        screen.input_mode_formatted(),
        screen.alternate_screen(),
    )
}

/// The snapshot of `screen`, drawn by a fresh emulator with room for all history.
fn revived(screen: &Screen) -> Parser {
    let size = screen.size();
    let mut parser = fresh(size, 10_000);
    parser.process(&screen.snapshot());
    parser
}

fn assert_revives(name: &str, screen: &Screen) {
    let mut revived = revived(screen);
    assert_eq!(shown(revived.screen()), shown(screen.parser.screen()), "{name}");
    if screen.parser.screen().alternate_screen() {
        let mut direct = fresh(screen.size(), 0);
        *direct.screen_mut() = screen.parser.screen().clone();
        direct.process(b"\x1b[?1049l\x1b[m");
        revived.process(b"\x1b[?1049l\x1b[m");
        assert_eq!(revived.screen().contents_formatted(), direct.screen().contents_formatted(), "{name}, underneath");
    }
}

fn scrollback(parser: &mut Parser) -> Vec<String> {
    let (_, cols) = parser.screen().size();
    let screen = parser.screen_mut();
    screen.set_scrollback(usize::MAX);
    (1..=screen.scrollback())
        .rev()
        .map(|above| {
            screen.set_scrollback(above);
            screen.rows(0, cols.get()).next().unwrap()
        })
        .collect()
}

#[test]
fn a_snapshot_shows_the_same() {
    let wide = "日本語".repeat(20);
    let cases: [(&str, &[u8]); 12] = [
        ("nothing", b""),
        ("colours", b"\x1b[1;31mred\x1b[0m \x1b[38;2;1;2;3;48;5;200mrgb\x1b[K\r\n\x1b[7mreverse"),
        ("end of line", &[b'x'; 80]),
        ("wrapped", &[b'y'; 200]),
        ("wide", wide.as_bytes()),
        ("cursor and modes", b"\x1b[5;7Hx\x1b[?25l\x1b[?1h\x1b=\x1b[?2004h\x1b[?1003h\x1b[?1006h"),
        ("alternate", b"below\r\nmore\x1b[?1049h\x1b[2J\x1b[10;10H\x1b[44mdialog"),
        ("alternate after lines", b"a\nb\nc\x1b[31m\x1b[?1049h\x1b[Hx\x1b[?1h"),
        ("region", b"\x1b[5;10rtext\x1b[7;3H"),
        ("origin", b"\x1b[5;10r\x1b[?6hin the region\x1b[3;4H"),
        ("region at the top", b"\x1b[1;10r\x1b[?6h\x1b[9;9Hx"),
        ("erased in colour", b"\x1b[42m\x1b[2J\x1b[3;3Hgreen"),
    ];
    for (name, bytes) in cases {
        let screen = drawn(SIZE, bytes);
        assert_revives(name, &screen);
        // What follows goes the same way: the region, the origin and the attributes are right too.
        let (mut direct, mut revived) = (screen, revived(&drawn(SIZE, bytes)));
        let more = b"more\r\nlines\n\n\n\n\n\n\n\x1b[Hhome";
        direct.feed(more);
        revived.process(more);
        assert_eq!(shown(revived.screen()), shown(direct.parser.screen()), "{name}, and on");
    }
}

#[test]
fn scrollback_survives_in_order_with_colours() {
    let lines: String = (0..900).map(|line| format!("line {line} \x1b[3{}mcolour\x1b[m\r\n", line % 8)).collect();
    let screen = drawn(SIZE, lines.as_bytes());
    let mut direct = fresh(SIZE, 10_000);
    direct.process(lines.as_bytes());
    let mut revived = revived(&screen);
    assert_eq!(scrollback(&mut revived), scrollback(&mut direct));
    assert_eq!(scrollback(&mut direct).len(), 877);
}

#[test]
fn scrollback_that_a_program_erased_is_gone() {
    let lines = "line\r\n".repeat(900);
    for erase in ["\x1b[H\x1b[2J\x1b[3J", "\x1bc"] {
        let screen = drawn(SIZE, format!("{lines}{erase}after").as_bytes());
        assert!(scrollback(&mut revived(&screen)).is_empty(), "{erase:?}");
    }
}

#[test]
fn queries_are_answered_like_xterm_does() {
    let mut screen = drawn(SIZE, b"\x1b[3;5H\x1b[6n\x1b[c\x1b[5n\x1b[>c\x1b[?6n\x1b[7n");
    assert_eq!(screen.take_answers(), b"\x1b[3;5R\x1b[?1;2c\x1b[0n\x1b[>0;276;0c\x1b[?3;5R");
    assert!(screen.take_answers().is_empty());
    screen.feed(&b"\x1b[c".repeat(100_000));
    assert!(screen.take_answers().len() <= 4096);
}

#[test]
fn modes_vt100_does_not_know_are_kept() {
    let screen = drawn(SIZE, b"\x1b[?7l\x1b[?1004;1015h\x1b[?1015l");
    let snapshot = String::from_utf8(screen.snapshot()).unwrap();
    assert!(snapshot.ends_with("\x1b[?7l\x1b[?1004h"), "{snapshot:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_bytes_and_no_size_panic(
        pieces in prop::collection::vec(
            prop_oneof![
                prop::collection::vec(any::<u8>(), 0..40),
                "\\x1b\\[[?>]?[0-9;]{0,6}[@A-HJ-MPSTXZ`b-hl-nr-t]".prop_map(String::into_bytes),
                "[ -~日é\\n\\r]{0,60}".prop_map(String::into_bytes),
                Just(b"\x1b]2;".to_vec()),
            ],
            0..30,
        ),
        (cols, rows) in (1_u16..60, 1_u16..30),
        (cols_then, rows_then) in (1_u16..60, 1_u16..30),
    ) {
        let mut screen = drawn(Size { cols, rows }, &pieces.concat());
        screen.snapshot();
        screen.resize(Size { cols: cols_then, rows: rows_then });
        screen.feed(&pieces.concat());
        screen.snapshot();
    }
}

#[test]
fn escape_bombs_are_bounded() {
    let mut screen = Screen::new(SIZE);
    for bomb in [b"\x1b]2;".as_slice(), b"\x1bP", b"\x1b[", b"\x1b_", b"\xff\0\xc3"] {
        screen.feed(bomb);
        screen.feed(&vec![b'1'; 1 << 20]);
        screen.feed(b"\x18\x1b\\");
    }
    screen.feed("e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}".repeat(1000).as_bytes());
    assert!(screen.snapshot().len() < 4 << 20);
}

/// The recordings of xterm's behaviour in `NOVA_TEST_DATA`.
fn fixtures(folder: &str, ending: &str) -> Option<Vec<(String, Vec<u8>)>> {
    let data = std::env::var_os("NOVA_TEST_DATA")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
    let folder = data.join(folder);
    let Ok(entries) = fs::read_dir(&folder) else {
        eprintln!("SKIPPED: there is no {}; set NOVA_TEST_DATA to run this", folder.display());
        return None;
    };
    let paths = entries.map(|entry| entry.unwrap().path()).filter(|path| path.to_string_lossy().ends_with(ending));
    Some(paths.map(|path| (path.display().to_string(), fs::read(path).unwrap())).collect())
}

#[test]
fn every_xterm_fixture_survives_a_snapshot() {
    let Some(fixtures) = fixtures("xterm-fixtures", ".in") else { return };
    assert!(!fixtures.is_empty());
    for (name, bytes) in &fixtures {
        assert_revives(name, &drawn(Size { cols: 80, rows: 25 }, bytes));
    }
    println!("{} fixtures", fixtures.len());
}

#[test]
fn every_naughty_string_survives_a_snapshot() {
    let Some(files) = fixtures("naughty-strings", "") else { return };
    for (name, bytes) in &files {
        for size in [SIZE, Size { cols: 1, rows: 1 }, Size { cols: 3, rows: 2 }] {
            let screen = drawn(size, bytes);
            screen.snapshot();
            if size == SIZE {
                assert_revives(name, &screen);
            }
        }
    }
}
