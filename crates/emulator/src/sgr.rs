//! Select Graphic Rendition: reading it, and writing it (ECMA-48 8.3.117, ITU-T T.416 13.1.8).

use std::fmt::Write;

use crate::cell::{Color, Flags, Pen};

/// Flags with the number that sets them and the one that takes them off.
const FLAGS: [(Flags, u16, u16); 8] = [
    (Flags::BOLD, 1, 22),
    (Flags::DIM, 2, 22),
    (Flags::ITALIC, 3, 23),
    (Flags::BLINK, 5, 25),
    (Flags::INVERSE, 7, 27),
    (Flags::INVISIBLE, 8, 28),
    (Flags::STRUCK, 9, 29),
    (Flags::OVERLINE, 53, 55),
];

/// Changes `pen` as the parameters say; each may have parts after colons.
pub(crate) fn apply<'a>(pen: &mut Pen, params: impl Iterator<Item = &'a [u16]>) {
    let params: Vec<&[u16]> = params.collect();
    let mut at = 0;
    while let Some(param) = params.get(at).copied() {
        let code = param.first().copied().unwrap_or(0);
        match code {
            0 => *pen = Pen::default(),
            4 => pen.underline = param.get(1).copied().map_or(1, |style| u8::try_from(style).unwrap_or(9)).min(9),
            21 => pen.underline = 2,
            24 => pen.underline = 0,
            30..=37 => pen.fg = Color::Basic(low(code - 30)),
            39 => pen.fg = Color::Default,
            40..=47 => pen.bg = Color::Basic(low(code - 40)),
            49 => pen.bg = Color::Default,
            90..=97 => pen.fg = Color::Basic(low(code - 90) + 8),
            100..=107 => pen.bg = Color::Basic(low(code - 100) + 8),
            59 => pen.line = Color::Default,
            38 | 48 | 58 => {
                let (color, used) = color(param, params.get(at + 1..).unwrap_or_default());
                if let Some(color) = color {
                    *match code {
                        38 => &mut pen.fg,
                        48 => &mut pen.bg,
                        _ => &mut pen.line,
                    } = color;
                }
                at += used;
            }
            _ => {
                for (flag, on, off) in FLAGS {
                    if code == on || code == off {
                        pen.flags.set(flag, code == on);
                    }
                }
            }
        }
        if pen.underline > 5 {
            pen.underline = 1;
        }
        at += 1;
    }
}

/// The colour after 38, 48 or 58, and how many of the following parameters it took. In parts after colons, a colour
/// space stands before red; in parameters of their own, it does not.
fn color(param: &[u16], following: &[&[u16]]) -> (Option<Color>, usize) {
    let part = |at: usize| param.get(at).copied().unwrap_or(0);
    if param.len() > 1 {
        return (of_kind(part(1), [part(if part(1) == 5 { 2 } else { 3 }), part(4), part(5)]), 0);
    }
    let next = |at: usize| following.get(at).and_then(|param| param.first()).copied().unwrap_or(0);
    let used = match next(0) {
        5 => 2,
        2 => 4,
        _ => 5,
    };
    (of_kind(next(0), [next(1), next(2), next(3)]), used)
}

fn of_kind(kind: u16, [first, second, third]: [u16; 3]) -> Option<Color> {
    match kind {
        2 => Some(Color::Rgb(low(first), low(second), low(third))),
        5 => Some(Color::Indexed(low(first))),
        _ => None,
    }
}

fn low(value: u16) -> u8 {
    (value & 0xff) as u8
}

/// Appends the sequence that makes a pen of any look into this one.
pub(crate) fn write(out: &mut String, pen: Pen) {
    out.push_str("\x1b[0");
    for (flag, on, _) in FLAGS {
        if pen.flags.has(flag) {
            push(out, format_args!(";{on}"));
        }
    }
    match pen.underline {
        0 => {}
        1 => out.push_str(";4"),
        style => push(out, format_args!(";4:{style}")),
    }
    write_color(out, pen.fg, 30);
    write_color(out, pen.bg, 40);
    match pen.line {
        Color::Rgb(red, green, blue) => push(out, format_args!(";58:2::{red}:{green}:{blue}")),
        Color::Indexed(index) | Color::Basic(index) => push(out, format_args!(";58:5:{index}")),
        Color::Default => {}
    }
    out.push('m');
    if pen.flags.has(Flags::PROTECTED) {
        out.push_str("\x1b[1\"q");
    }
}

/// `base` is 30 for what is written and 40 for what is behind it.
fn write_color(out: &mut String, color: Color, base: u16) {
    match color {
        Color::Default => {}
        Color::Basic(index @ 0..8) => push(out, format_args!(";{}", base + u16::from(index))),
        Color::Basic(index) => push(out, format_args!(";{}", base + 52 + u16::from(index))),
        Color::Indexed(index) => push(out, format_args!(";{};5;{index}", base + 8)),
        Color::Rgb(red, green, blue) => push(out, format_args!(";{};2;{red};{green};{blue}", base + 8)),
    }
}

/// Appends to a string, which cannot fail.
pub(crate) fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    let _infallible = out.write_fmt(text);
}
