//! The measure of the emulator: xterm.js itself, run by Node beside it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test that cannot go on fails")]

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
};

use emulator::Emulator;
use model::terminal::Size;

const SIZE: Size = Size { cols: 80, rows: 25 };

/// A stream, with the places where it is cut.
struct Case {
    name: String,
    stream: Vec<u8>,
    cuts: Vec<usize>,
}

/// Where `@xterm/headless` lies: `NOVA_XTERM`, else with the end-to-end tests.
fn xterm() -> Option<PathBuf> {
    let folder = std::env::var_os("NOVA_XTERM")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../end2end"), PathBuf::from);
    if folder.join("node_modules/@xterm/headless").is_dir() {
        return Some(folder);
    }
    eprintln!(
        "SKIPPED: there is no node_modules/@xterm/headless in {}; `npm ci` there, or set NOVA_XTERM",
        folder.display()
    );
    None
}

fn put(out: &mut impl Write, bytes: &[u8]) {
    out.write_all(&u32::try_from(bytes.len()).unwrap().to_le_bytes()).unwrap();
    out.write_all(bytes).unwrap();
}

/// What differs, a line each; nothing when all is the same.
fn differences(folder: &Path, cases: Vec<Case>) -> Vec<String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/xterm/compare.mjs");
    let mut node = Command::new("node")
        .arg(script)
        .arg(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node is installed");
    let mut stdin = std::io::BufWriter::new(node.stdin.take().unwrap());
    let count = cases.len();
    let writer = thread::spawn(move || {
        for Case { name, stream, cuts } in cases {
            put(&mut stdin, name.as_bytes());
            put(&mut stdin, &stream);
            stdin.write_all(&u32::try_from(cuts.len()).unwrap().to_le_bytes()).unwrap();
            let mut emulator = Emulator::new(SIZE);
            let mut fed = 0;
            for cut in cuts {
                emulator.feed(&stream[fed..cut]);
                fed = cut;
                stdin.write_all(&u32::try_from(cut).unwrap().to_le_bytes()).unwrap();
                put(&mut stdin, &emulator.snapshot());
            }
        }
        stdin.flush().unwrap();
    });
    let output = node.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success());
    let lines: Vec<String> = String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), count, "every case was compared");
    lines.into_iter().filter(|line| !line.contains("\"wrong\":0")).collect()
}

fn fixtures() -> Option<Vec<(String, Vec<u8>)>> {
    let data = std::env::var_os("NOVA_TEST_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
    let folder = data.join("xterm-fixtures");
    let Ok(entries) = fs::read_dir(&folder) else {
        eprintln!("SKIPPED: there is no {}; set NOVA_TEST_DATA to run this", folder.display());
        return None;
    };
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "in"));
    paths.sort();
    let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
    Some(paths.iter().map(|path| (name(path), fs::read(path).unwrap())).collect())
}

/// A program's line feeds as a terminal's driver passes them on.
fn cooked(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().flat_map(|byte| if *byte == b'\n' { b"\r\n".to_vec() } else { vec![*byte] }).collect()
}

#[test]
fn every_fixture_is_restored_at_its_every_byte() {
    let (Some(folder), Some(fixtures)) = (xterm(), fixtures()) else { return };

    assert!(fixtures.len() > 70);
    let cases = fixtures.into_iter().flat_map(|(name, bytes)| {
        // Cooked, a stream differs in its line ends only: a cut here and there will do.
        [("", bytes.clone(), 1), (" cooked", cooked(&bytes), 7)].map(|(kind, stream, step)| Case {
            name: format!("{name}{kind}"),
            cuts: (0..=stream.len()).rev().step_by(step).collect::<Vec<_>>().into_iter().rev().collect(),
            stream,
        })
    });
    let different = differences(&folder, cases.collect());
    assert!(different.is_empty(), "{} differ:\n{}", different.len(), different.join("\n"));
}

/// Numbers that look random and are the same each time (Marsaglia's xorshift64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }

    fn one_of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[usize::try_from(self.below(choices.len() as u64)).unwrap()]
    }
}

const TEXTS: [&str; 8] = [
    "x",
    "some words ",
    "日本語",
    "e\u{301}",
    "0123456789012345678901234567890123456789012345678901234567890123456789012345678",
    "lqqk",
    "é",
    "#@[\\]{|}~",
];

const CONTROLS: [&str; 14] =
    ["\r\n", "\n", "\r", "\t", "\x08", "\x0e", "\x0f", "\x1bD", "\x1bM", "\x1bE", "\x1b7", "\x1b8", "\x1bH", "\x1bn"];

const SEQUENCES: [&str; 52] = [
    "\x1b(0",
    "\x1b(B",
    "\x1b)0",
    "\x1b*A",
    "\x1b(K",
    "\x1b#8",
    "\x1b[m",
    "\x1b[1;31m",
    "\x1b[7;44m",
    "\x1b[38;5;200m",
    "\x1b[48;2;1;2;3m",
    "\x1b[38:2::9:8:7m",
    "\x1b[4:3m",
    "\x1b[22;24m",
    "\x1b[4h",
    "\x1b[4l",
    "\x1b[20h",
    "\x1b[20l",
    "\x1b[?6h",
    "\x1b[?6l",
    "\x1b[?7h",
    "\x1b[?7l",
    "\x1b[?45h",
    "\x1b[?45l",
    "\x1b[?1049h",
    "\x1b[?1049l",
    "\x1b[?47h",
    "\x1b[?47l",
    "\x1b[?1048h",
    "\x1b[?1048l",
    "\x1b[?25l",
    "\x1b[?2004h",
    "\x1b[?1002;1006h",
    "\x1b[!p",
    "\x1bc",
    "\x1b[2J",
    "\x1b[J",
    "\x1b[1J",
    "\x1b[K",
    "\x1b[1K",
    "\x1b[2K",
    "\x1b[3g",
    "\x1b[g",
    "\x1b[r",
    "\x1b[5;12r",
    "\x1b[1;20r",
    "\x1b[4;25r",
    "\x1b[1\"q",
    "\x1b[0\"q",
    "\x1b[?2J",
    "\x1b[?2K",
    "\x1b[66;1H",
];

const COUNTED: [&str; 27] = [
    "A", "B", "C", "D", "E", "F", "G", "H", "I", "L", "M", "P", "S", "T", "X", "Z", "@", "a", "b", "d", "e", "`", " @",
    " A", "'}", "'~", "b",
];

fn random_stream(dice: &mut Dice) -> String {
    let mut stream = String::new();
    for _ in 0..dice.below(120) + 5 {
        match dice.below(10) {
            0..=3 => stream.push_str(dice.one_of(&TEXTS)),
            4..=5 => stream.push_str(dice.one_of(&CONTROLS)),
            6..=7 => stream.push_str(dice.one_of(&SEQUENCES)),
            8 => stream.push_str(&format!("\x1b[{}{}", dice.below(30), dice.one_of(&COUNTED))),
            _ => stream.push_str(&format!("\x1b[{};{}H", dice.below(27), dice.below(84))),
        }
    }
    stream
}

#[test]
fn what_programs_might_write_is_drawn_and_restored_alike() {
    let Some(folder) = xterm() else { return };
    let mut dice = Dice(0x5eed_0001);
    let cases = (0..1_500).map(|number| {
        let stream = random_stream(&mut dice).into_bytes();
        let mut cuts: Vec<_> = (0..6).map(|_| usize::try_from(dice.below(stream.len() as u64)).unwrap()).collect();
        cuts.push(stream.len());
        cuts.sort_unstable();
        Case { name: format!("{number}: {:?}", String::from_utf8_lossy(&stream)), stream, cuts }
    });
    let different = differences(&folder, cases.collect());
    assert!(different.is_empty(), "{} differ:\n{}", different.len(), different.join("\n"));
}
