use proptest::prelude::*;

use super::*;

const SIZE: Size = Size { cols: 80, rows: 24 };

fn drawn(size: Size, bytes: &[u8]) -> Emulator {
    let mut emulator = Emulator::new(size);
    emulator.feed(bytes);
    emulator
}

#[test]
fn queries_are_answered_like_xterm_does() {
    let mut emulator = drawn(SIZE, b"\x1b[3;5H\x1b[6n\x1b[c\x1b[5n\x1b[>c\x1b[?6n\x1b[7n");
    assert_eq!(emulator.take_answers(), b"\x1b[3;5R\x1b[?1;2c\x1b[0n\x1b[>0;276;0c\x1b[?3;5R");
    assert!(emulator.take_answers().is_empty());
    emulator.feed(&b"\x1b[c".repeat(100_000));
    assert!(emulator.take_answers().len() <= 4096);
}

#[test]
fn titles_are_told_once() {
    let mut emulator = drawn(SIZE, b"\x1b]0;one;two\x07");
    assert_eq!(emulator.take_title(), Some(Some("one;two".to_owned())));
    assert_eq!(emulator.take_title(), None);
    emulator.feed(b"\x1b]2;\x1b\\");
    assert_eq!(emulator.take_title(), Some(None));
}

#[test]
fn what_is_above_is_painted_in_order_with_colours() {
    let lines: String = (0..900).map(|line| format!("line {line} \x1b[3{}mcolour\x1b[m\r\n", line % 8)).collect();
    let painted = String::from_utf8(drawn(SIZE, lines.as_bytes()).snapshot()).unwrap();
    let mut from = 0;
    for line in 0..900 {
        let at = painted[from..].find(&format!("line {line} ")).expect("every line is there, in order");
        from += at;
    }
}

#[test]
fn what_a_program_erased_is_not_painted() {
    let lines = "line\r\n".repeat(900);
    for erase in ["\x1b[H\x1b[2J\x1b[3J", "\x1bc"] {
        let painted = drawn(SIZE, format!("{lines}{erase}after").as_bytes()).snapshot();
        assert!(!String::from_utf8(painted).unwrap().contains("line"), "{erase:?}");
    }
}

#[test]
fn commands_are_heard_with_their_place() {
    let mut emulator = Emulator::new(SIZE);
    emulator.listen(&[b"133"]);
    emulator.go_on_at(100);
    emulator.feed(b"one\r\n\x1b]133;A\x07$ \x1b]7;file:///\x07\x1b");
    emulator.feed(b"]133;B\x1b\\");
    let place = |row, col| Place { row, col, alternate: false };
    let heard: Vec<_> = emulator.take_heard();
    assert_eq!(
        heard,
        [
            Heard { params: vec![b"133".to_vec(), b"A".to_vec()], begins: 105, place: place(1, 0) },
            Heard { params: vec![b"133".to_vec(), b"B".to_vec()], begins: 128, place: place(1, 2) },
        ]
    );
    emulator.feed("\r\n".repeat(30).as_bytes());
    emulator.feed(b"\x1b]133;C\x07");
    assert_eq!(emulator.take_heard()[0].place, place(31, 0));
    assert_eq!(emulator.top(), 8);
}

#[test]
fn notes_are_said_where_they_stand() {
    let mut emulator = drawn(Size { cols: 10, rows: 2 }, b"a\r\nb\r\nc\r\nd");
    let note = |row, col, text: &str| Note { row, col, text: text.to_owned() };
    let painted =
        emulator.snapshot_with(&[note(1, 0, "\x1b]133;A\x07"), note(3, 1, "\x1b]133;B\x07"), note(9, 0, "no")]);
    let painted = String::from_utf8(painted).unwrap();
    assert!(painted.contains("a\r\n\x1b]133;A\x07b\r\n"), "{painted:?}");
    assert!(painted.contains("\x1b[2;2H\x1b]133;B\x07") && !painted.contains("no"), "{painted:?}");
    // What is said draws nothing.
    let plain = emulator.snapshot();
    emulator.feed(painted.as_bytes());
    assert_eq!(emulator.snapshot(), plain);
}

#[test]
fn a_taller_window_gets_rows_back_and_a_wider_one_longer_lines() {
    let text = |emulator: &Emulator| -> Vec<String> {
        emulator.term.normal.rows().map(|row| row.cells.iter().filter_map(|cell| cell.text.char()).collect()).collect()
    };
    let mut emulator = drawn(Size { cols: 10, rows: 3 }, b"one\r\ntwo\r\n0123456789abc\r\n$ ");
    assert_eq!(text(&emulator), ["0123456789", "abc", "$ "]);
    emulator.resize(Size { cols: 10, rows: 5 });
    assert_eq!(text(&emulator), ["one", "two", "0123456789", "abc", "$ "]);
    emulator.resize(Size { cols: 20, rows: 5 });
    assert_eq!(text(&emulator), ["one", "two", "0123456789abc", "$ ", ""]);
    emulator.resize(Size { cols: 5, rows: 5 });
    assert_eq!(text(&emulator), ["two", "01234", "56789", "abc", "$ "]);
    assert_eq!(emulator.size(), Size { cols: 5, rows: 5 });
}

#[test]
fn escape_bombs_are_bounded() {
    let mut emulator = Emulator::new(SIZE);
    for bomb in [b"\x1b]2;".as_slice(), b"\x1bP", b"\x1b[", b"\x1b_", b"\xff\0\xc3"] {
        emulator.feed(bomb);
        emulator.feed(&vec![b'1'; 1 << 20]);
        assert!(emulator.snapshot().len() < 4 << 20);
        emulator.feed(b"\x18\x1b\\");
    }
    emulator.feed("e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}".repeat(1000).as_bytes());
    emulator.feed(&"e".repeat(40).into_bytes());
    emulator.feed(&b"x\x1b[65535b".repeat(1000));
    assert!(emulator.snapshot().len() < 4 << 20);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_bytes_and_no_size_panic(
        pieces in prop::collection::vec(
            prop_oneof![
                prop::collection::vec(any::<u8>(), 0..40),
                "\\x1b\\[[?>]?[0-9;]{0,6}[@A-HJ-MPSTXZ`b-hl-nr-u]".prop_map(String::into_bytes),
                "\\x1b[7-8DEHMc(0)B]{1,2}".prop_map(String::into_bytes),
                "[ -~日é\\n\\r]{0,60}".prop_map(String::into_bytes),
                Just(b"\x1b]2;".to_vec()),
            ],
            0..30,
        ),
        (cols, rows) in (1_u16..60, 1_u16..30),
        (cols_then, rows_then) in (1_u16..60, 1_u16..30),
    ) {
        let mut emulator = drawn(Size { cols, rows }, &pieces.concat());
        let _again = drawn(Size { cols, rows }, &emulator.snapshot());
        emulator.resize(Size { cols: cols_then, rows: rows_then });
        emulator.feed(&pieces.concat());
        let _painted = emulator.snapshot();
    }
}
