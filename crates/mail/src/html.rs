//! The HTML side of a mail: the same words, escaped, with links one can press. Styles stand in the elements, as mail
//! readers drop style sheets.

use std::fmt::Write;

use crate::message::{Action, Content};

const PAGE: &str = "margin:0;padding:24px;font:16px/1.5 system-ui,-apple-system,'Segoe UI',sans-serif";
const BUTTON: &str =
    "display:inline-block;padding:10px 18px;border-radius:8px;background:#3451d1;color:#ffffff;text-decoration:none";
const SMALL: &str = "font-size:13px;word-break:break-all";

/// A whole HTML document that says what [`Content::plain`] says.
pub(crate) fn page(subject: &str, content: &Content) -> String {
    let mut page = format!(
        "<!doctype html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{}</title>\n</head>\n<body style=\"{PAGE}\">\n",
        escape(subject)
    );
    for paragraph in paragraphs(&content.text) {
        let lines: Vec<String> = paragraph.iter().map(|line| linked(line)).collect();
        // Writing to a String cannot fail.
        let _ = writeln!(page, "<p>{}</p>", lines.join("<br>\n"));
    }
    if let Some(Action { label, url }) = &content.action {
        let (label, url) = (escape(label), escape(url));
        let _ = writeln!(page, "<p><a href=\"{url}\" style=\"{BUTTON}\">{label}</a></p>");
        let _ = writeln!(page, "<p style=\"{SMALL}\"><a href=\"{url}\">{url}</a></p>");
    }
    page.push_str("</body>\n</html>\n");
    page
}

/// Runs of lines between empty ones.
fn paragraphs(text: &str) -> Vec<Vec<&str>> {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.split(|line| line.is_empty()).filter(|lines| !lines.is_empty()).map(<[&str]>::to_vec).collect()
}

/// One line, escaped, its http(s) addresses made links. Punctuation after an address is not part of it.
fn linked(line: &str) -> String {
    let word = |word: &str| {
        let address = word.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '>', '"', '\'']);
        if !(address.starts_with("https://") || address.starts_with("http://")) {
            return escape(word);
        }
        let (after, address) = (escape(word.get(address.len()..).unwrap_or_default()), escape(address));
        format!("<a href=\"{address}\">{address}</a>{after}")
    };
    line.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// Text that means itself in HTML, between tags and in quoted attributes alike.
fn escape(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut escaped, c| {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
        escaped
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(text: &str) -> Content {
        Content { name: None, text: text.to_owned(), action: None }
    }

    #[test]
    fn whatever_a_text_holds_it_stays_text() {
        let evil = "<script>alert(1)</script> \" onmouseover='x' & https://x/\"><img>";
        let mut content = content(evil);
        content.action = Some(Action { label: "<b>".into(), url: "https://x/\"onclick=\"y".into() });
        let page = page("</title><script>", &content);
        for tag in ["<script", "<img", "<b>", "\"onclick", "\" onmouseover"] {
            assert!(!page.contains(tag), "{tag} in {page}");
        }
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    }

    #[test]
    fn addresses_become_links_without_their_punctuation() {
        assert_eq!(
            linked("see https://x.org/a?b=1&c=2, or (http://y.org)."),
            "see <a href=\"https://x.org/a?b=1&amp;c=2\">https://x.org/a?b=1&amp;c=2</a>, or (http://y.org)."
        );
        assert_eq!(linked("javascript:alert(1)"), "javascript:alert(1)");
    }

    #[test]
    fn empty_lines_part_paragraphs() {
        let page = page("s", &content("a\nb\n\n \nc\n"));
        assert!(page.contains("<p>a<br>\nb</p>\n<p>c</p>"), "{page}");
    }
}
