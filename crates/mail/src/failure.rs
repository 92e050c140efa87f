//! Why a mail did not go, and what that means for it.

/// Longest reason that is kept, in characters.
const LONGEST: usize = 300;

/// A try that failed. The text is one line for the admin's page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The server or our settings: every other mail would meet the same, this one waits.
    Server(String),
    /// This mail for now, such as greylisting: it waits, others go on.
    Later(String),
    /// This mail for good.
    Refused(String),
}

/// Foreign words as one bounded line. Servers quote what they dislike, be it the password or a link of ours: the
/// password and every word with a slash are left out.
pub(crate) fn one_line(text: &str, password: Option<&str>) -> String {
    let text = match password {
        Some(password) if !password.is_empty() => text.replace(password, "…"),
        _ => text.to_owned(),
    };
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let line: Vec<&str> = words.map(|word| if word.contains('/') { "…" } else { word }).collect();
    line.join(" ").chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_one_short_line_without_links_and_passwords() {
        let told = "5.7.1\r\nlisted:\u{1b}[31m https://nova/invite/canary nova.example/canary pa:ss";
        assert_eq!(one_line(told, Some("pa:ss")), "5.7.1 listed: [31m … … …");
        assert_eq!(one_line(&"ä".repeat(1000), None).chars().count(), LONGEST);
    }
}
