use model::terminal::{
    Size, State,
    commands::{CommandNews, MAX_COMMAND},
};

use crate::screen::Screen;

fn screen() -> Screen {
    Screen::new(Size { cols: 40, rows: 5 }, Some("key".to_owned()))
}

fn told(screen: &mut Screen, bytes: &str) -> Vec<(u64, CommandNews)> {
    screen.feed(bytes.as_bytes());
    screen.take_commands().1
}

fn started(line: Option<&str>, cwd: Option<&str>) -> CommandNews {
    CommandNews::Started { line: line.map(str::to_owned), cwd: cwd.map(str::to_owned) }
}

const PROMPT: &str = "\x1b]633;P;Cwd=/tmp/a\\x3bb;key\x07\x1b]133;A;aid=key\x07$ \x1b]133;B;aid=key\x07";

#[test]
fn a_command_is_told_with_its_line_place_status_and_bytes() {
    let mut screen = screen();
    assert_eq!(told(&mut screen, PROMPT), []);
    let run = "echo\r\n\x1b]633;E;echo \"\\x0a;key\x07\x1b]633;E;\\\\\\x3b\";key\x07\x1b]133;C;aid=key\x07";
    let begin = (PROMPT.len() + run.rfind("\x1b]133;C").unwrap()) as u64;
    assert_eq!(told(&mut screen, run), [(begin, started(Some("echo \"\n\\;\""), Some("/tmp/a;b")))]);
    let out = "text\r\n\x1b]133;D;3;aid=key\x1b\\";
    let end = (PROMPT.len() + run.len() + 6) as u64;
    assert_eq!(told(&mut screen, out), [(end, CommandNews::Ended { started: Some(begin), exit: Some(3) })]);
}

#[test]
fn marks_torn_apart_between_reads_are_whole_and_in_their_place() {
    let whole = format!("{PROMPT}ls\r\n\x1b]633;E;ls;key\x07\x1b]133;C;aid=key\x07out\r\n\x1b]133;D;0;aid=key\x07");
    let expected = told(&mut screen(), &whole);
    assert_eq!(expected.len(), 2);
    for cut in 1..whole.len() {
        let mut screen = screen();
        let mut all = told(&mut screen, &whole[..cut]);
        all.extend(told(&mut screen, &whole[cut..]));
        assert_eq!(all, expected, "cut at {cut}");
    }
}

#[test]
fn what_does_not_carry_the_nonce_is_nobodys() {
    let hostile = ["", ";aid=", ";aid=other", ";key", ";aid=keys"];
    for aid in hostile {
        let bytes =
            format!("\x1b]633;E;rm -rf /{aid}\x07\x1b]133;C{aid}\x07\x1b]133;D;0{aid}\x07\x1b]633;P;Cwd=/x{aid}\x07");
        let mut screen = screen();
        screen.feed(bytes.as_bytes());
        let (cwd, news) = screen.take_commands();
        // A line and a place are believed with `;key`, the form of theirs; without a start nothing is told.
        assert!(news.is_empty(), "{aid}: {news:?}");
        assert_eq!(cwd.is_some(), aid == ";key");
    }
    let mut deaf = Screen::new(Size::DEFAULT, None);
    deaf.feed(PROMPT.as_bytes());
    deaf.feed(b"\x1b]133;C;aid=key\x07\x1b]133;C;aid=\x07");
    assert_eq!(deaf.take_commands(), (None, Vec::new()));
}

#[test]
fn a_line_that_is_the_one_before_is_told_unless_it_began_with_a_blank() {
    let run = |typed: &str| {
        let mut screen = screen();
        let bytes = format!("{PROMPT}{typed}\r\n\x1b]633;E;ls;key;same\x07\x1b]133;C;aid=key\x07");
        match told(&mut screen, &bytes).remove(0).1 {
            CommandNews::Started { line, .. } => line,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(run("ls").as_deref(), Some("ls"));
    assert_eq!(run(" export TOKEN=x"), None);
    // Scrolled away while it was typed: nobody can tell.
    assert_eq!(run("ls\r\n\r\n\r\n\r\n\r\n"), None);
}

#[test]
fn lines_and_reports_are_bounded() {
    let mut screen = screen();
    let pieces = format!("\x1b]633;E;{};key\x07", "x".repeat(500)).repeat(MAX_COMMAND / 500 + 1);
    assert_eq!(told(&mut screen, &format!("{pieces}\x1b]133;C;aid=key\x07"))[0].1, started(None, None));
    let flood = "\x1b]133;C;aid=key\x07\x1b]133;D;0;aid=key\x07".repeat(1_000);
    assert_eq!(told(&mut screen, &flood).len(), super::MAX_NEWS);
}

#[test]
fn a_command_ends_with_its_shell() {
    let mut screen = screen();
    let begin = told(&mut screen, "\x1b]633;E;exit 4;key\x07\x1b]133;C;aid=key\x07")[0].0;
    let end = screen.end_command(State::Exited { code: 4 });
    assert_eq!(end.len(), 1);
    assert_eq!(end[0].1, CommandNews::Ended { started: Some(begin), exit: Some(4) });
    assert!(screen.end_command(State::Exited { code: 4 }).is_empty());
}

#[test]
fn a_snapshot_has_the_marks_and_sets_another_listener_to_the_same_state() {
    let mut one = screen();
    for round in 0..3 {
        let bytes = format!(
            "{PROMPT}seq {round}\r\n\x1b]633;E;seq {round};key\x07\x1b]133;C;aid=key\x07a\r\nb\r\nc\r\n\x1b]133;D;{round};aid=key\x07"
        );
        one.feed(bytes.as_bytes());
    }
    one.feed(format!("{PROMPT}sleep 9\r\n\x1b]633;E;sleep 9;key\x07\x1b]133;C;aid=key\x07").as_bytes());
    let running = one.take_commands().1.last().unwrap().0;
    let snapshot = one.snapshot();
    let text = String::from_utf8_lossy(&snapshot).into_owned();
    assert_eq!(text.matches("\x1b]133;A;aid=key").count(), 4, "{text:?}");
    assert!(text.contains("\x1b]133;D;2;aid=key;ms="));

    let mut two = screen();
    two.feed(&snapshot);
    let (cwd, _told_before) = two.take_commands();
    assert_eq!(cwd.as_deref(), Some("/tmp/a;b"));
    let ended = told(&mut two, "\x1b]133;D;0;aid=key\x07");
    assert_eq!(ended[0].1, CommandNews::Ended { started: Some(running), exit: Some(0) });
    // Cell for cell the same, marks included.
    let mut three = screen();
    three.feed(&snapshot);
    let strip = |bytes: Vec<u8>| {
        let text = String::from_utf8(bytes).unwrap();
        text.split(";ms=")
            .map(|part| part.split_once('\x07').map_or(part, |(_, rest)| rest).to_owned())
            .collect::<String>()
    };
    assert_eq!(strip(three.snapshot()), strip(snapshot));
}
