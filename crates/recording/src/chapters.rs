//! Commands among the output, where the shell marks them: OSC 133 (A prompt, B command line, C output, D end with the exit
//! status), or OSC 633, which also tells the command line (E). The program in the terminal writes these, so it can write
//! whatever it likes: a chapter is a help for finding, never evidence.

use model::recording::Chapter;

use crate::scan::Piece;

/// Chapters of one recording; further ones are left out.
pub(crate) const MAX_CHAPTERS: usize = 10_000;

/// What is news for the list of chapters.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum News {
    Begun(Chapter),
    /// The chapter begun last ended with this status.
    Ended(i32),
}

/// Follows the marks.
#[derive(Debug, Default)]
pub(crate) struct Chapters {
    /// What stands on the command line, between B and C.
    line: Option<String>,
    /// What the shell says stands there.
    told: Option<String>,
    running: bool,
    count: usize,
}

impl Chapters {
    /// The next piece of output.
    pub(crate) fn hear(&mut self, at_ms: u64, piece: &Piece<'_>) -> Option<News> {
        match piece {
            Piece::Osc(text) => self.mark(at_ms, text),
            Piece::Char(c) => {
                if let Some(line) = self.line.as_mut().filter(|line| line.len() < 4 * Chapter::MAX_LABEL) {
                    line.push(*c);
                }
                None
            }
            Piece::Back => {
                self.line.as_mut().and_then(String::pop);
                None
            }
            Piece::LineEnd => {
                self.line.as_mut().filter(|line| !line.is_empty()).into_iter().for_each(|line| line.push(' '));
                None
            }
            Piece::Return | Piece::Moved => None,
        }
    }

    /// A mark of the recorder's own.
    pub(crate) fn note(&mut self, at_ms: u64, label: &str) -> Option<News> {
        self.begin(Chapter { at_ms, label: label_of(label), exit: None, mark: true })
    }

    fn begin(&mut self, chapter: Chapter) -> Option<News> {
        self.count += 1;
        (self.count <= MAX_CHAPTERS).then_some(News::Begun(chapter))
    }

    fn mark(&mut self, at_ms: u64, text: &str) -> Option<News> {
        let body = text.strip_prefix("133;").or_else(|| text.strip_prefix("633;"))?;
        let (kind, rest) = body.split_once(';').unwrap_or((body, ""));
        match kind {
            "A" => (self.line, self.told) = (None, None),
            "B" => self.line = Some(String::new()),
            "E" => self.told = Some(unescaped(rest.split(';').next().unwrap_or_default())),
            "C" => {
                let label = self.told.take().or(self.line.take()).unwrap_or_default();
                let label = label_of(&label);
                if !label.is_empty() {
                    self.running = self.count < MAX_CHAPTERS;
                    return self.begin(Chapter { at_ms, label, exit: None, mark: false });
                }
            }
            "D" if std::mem::take(&mut self.running) => {
                return rest.split(';').next().and_then(|exit| exit.parse().ok()).map(News::Ended);
            }
            _ => {}
        }
        None
    }
}

fn label_of(text: &str) -> String {
    let clean = text.trim().chars().filter(|c| !c.is_control());
    let mut label: String = clean.take(Chapter::MAX_LABEL).collect();
    label.truncate(label.trim_end().len());
    label
}

/// `\\` and `\xHH` as OSC 633 writes them.
fn unescaped(text: &str) -> String {
    let mut parts = text.split('\\');
    let mut out = parts.next().unwrap_or_default().to_owned();
    while let Some(part) = parts.next() {
        let code = part
            .strip_prefix('x')
            .and_then(|rest| Some((u8::from_str_radix(rest.get(..2)?, 16).ok()?, rest.get(2..)?)));
        match code {
            Some((byte, rest)) => {
                out.push(char::from(byte));
                out.push_str(rest);
            }
            None if part.is_empty() => {
                out.push('\\');
                out.push_str(parts.next().unwrap_or_default());
            }
            None => {
                out.push('\\');
                out.push_str(part);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::Scanner;

    fn chapters(text: &str) -> Vec<(String, Option<i32>)> {
        let (mut scanner, mut chapters, mut found) = (Scanner::default(), Chapters::default(), Vec::new());
        scanner.feed(text, |piece| match chapters.hear(7, &piece) {
            Some(News::Begun(chapter)) => found.push((chapter.label, None)),
            Some(News::Ended(exit)) => found.last_mut().unwrap().1 = Some(exit),
            None => {}
        });
        found
    }

    #[test]
    fn commands_are_named_by_what_was_typed_or_by_what_the_shell_says() {
        let typed = "\x1b]133;A\x07$ \x1b]133;B\x07lz\x08s -l\r\n\x1b]133;C\x07total\r\n\x1b]133;D;2\x07";
        assert_eq!(chapters(typed), [("ls -l".to_owned(), Some(2))]);
        let told =
            "\x1b]633;A\x1b\\$ \x1b]633;B\x07x\x1b]633;E;echo a\\x3b b\\\\n;nonce\x07\x1b]633;C\x07a\x1b]633;D;0\x07";
        assert_eq!(chapters(told), [("echo a; b\\n".to_owned(), Some(0))]);
        assert_eq!(chapters("\x1b]133;B\x07\x1b]133;C\x07\x1b]133;D;1\x07"), [], "an empty line is no command");
    }

    #[test]
    fn there_are_only_so_many() {
        let one = "\x1b]133;B\x07x\x1b]133;C\x07\x1b]133;D;0\x07";
        assert_eq!(chapters(&one.repeat(MAX_CHAPTERS + 5)).len(), MAX_CHAPTERS);
    }
}
