//! Restrictions of roles as the lines an owner writes:
//!
//! ```text
//! role developer
//! program Load: /usr/bin/top -d 1
//! program Log: /usr/bin/less "/var/log/the log"
//! read /var/log
//! write /srv/scratch
//! ```
//!
//! Words are parted by blanks and held together by double quotes; nothing else is special, and nothing is expanded.

use std::fmt::Write as _;

use super::policy::{Program, Restriction};
use crate::ApiError;

/// Longest text that is read, in bytes.
pub const MAX_LINES_TEXT: usize = 64 * 1024;

/// Reads the lines. What they say is checked by the policy they become part of.
///
/// # Errors
/// `Invalid` on `restrictions`, naming the line.
pub fn read(text: &str) -> Result<Vec<Restriction>, ApiError> {
    if text.len() > MAX_LINES_TEXT {
        return Err(ApiError::invalid("restrictions", format!("At most {MAX_LINES_TEXT} bytes.")));
    }
    let mut found: Vec<Restriction> = Vec::new();
    for (number, line) in text.lines().enumerate().map(|(number, line)| (number + 1, line.trim())) {
        let wrong = |why: &str| ApiError::invalid("restrictions", format!("Line {number}: {why}"));
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let rest = rest.trim();
        if word == "role" {
            let role = rest.parse().map_err(|_| wrong("name a role: “role developer”."))?;
            found.push(Restriction { role, programs: Vec::new(), readable: Vec::new(), writable: Vec::new() });
            continue;
        }
        let restriction = found.last_mut().ok_or_else(|| wrong("begin with “role” and its name."))?;
        match word {
            "program" => {
                let form = "write “program Name: /whole/path and words”.";
                let (name, command) = rest.split_once(": ").ok_or_else(|| wrong(form))?;
                let argv = words(command).ok_or_else(|| wrong("a quote is not closed."))?;
                restriction.programs.push(Program { name: name.trim().to_owned(), argv });
            }
            "read" => restriction.readable.push(rest.to_owned()),
            "write" => restriction.writable.push(rest.to_owned()),
            _ => return Err(wrong("begin with “role”, “program”, “read” or “write”.")),
        }
    }
    Ok(found)
}

/// Writes the lines that [`read`] reads.
#[must_use]
pub fn write(restrictions: &[Restriction]) -> String {
    let mut text = String::new();
    for restriction in restrictions {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "role {}", restriction.role);
        for program in &restriction.programs {
            let quoted = |word: &String| {
                if word.is_empty() || word.contains(char::is_whitespace) { format!("\"{word}\"") } else { word.clone() }
            };
            let words: Vec<_> = program.argv.iter().map(quoted).collect();
            let _ = writeln!(text, "program {}: {}", program.name, words.join(" "));
        }
        for path in &restriction.readable {
            let _ = writeln!(text, "read {path}");
        }
        for path in &restriction.writable {
            let _ = writeln!(text, "write {path}");
        }
    }
    text
}

/// The words of a command; `None` when a quote is not closed.
fn words(command: &str) -> Option<Vec<String>> {
    let (mut words, mut word, mut quoted) = (Vec::new(), None::<String>, false);
    for char in command.chars() {
        match char {
            '"' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            char if char.is_whitespace() && !quoted => words.extend(word.take()),
            char => word.get_or_insert_default().push(char),
        }
    }
    words.extend(word);
    (!quoted).then_some(words)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TEXT: &str = "role developer\nprogram Load: /usr/bin/top -d 1\nprogram Log: /usr/bin/less \"/var/log/the log\" \"\"\nread /var/log\nwrite /srv/a b\n";

    #[test]
    fn lines_are_read_and_written_alike() {
        let found = read(TEXT).unwrap();
        assert_eq!(found[0].programs[1].argv, ["/usr/bin/less", "/var/log/the log", ""]);
        assert_eq!(write(&found), TEXT);
        assert!(read("# nothing\n\n").unwrap().is_empty());
    }

    #[test]
    fn a_wrong_line_is_named() {
        for (text, line) in [
            ("program A: /bin/ls", 1),
            ("role developer\nprogram A /bin/ls", 2),
            ("role developer\n\nprogram A: /bin/ls \"x", 3),
            ("role developer\nshell /bin/sh", 2),
            ("role ", 1),
        ] {
            let told = read(text).unwrap_err();
            assert!(told.message.starts_with(&format!("Line {line}:")), "{text:?}: {}", told.message);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text: String) {
            if let Ok(found) = read(&text) {
                let _ = write(&found);
            }
        }
    }
}
