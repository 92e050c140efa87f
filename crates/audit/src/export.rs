//! The log as a file.

use std::str::FromStr;

use model::{
    ApiError, Caller, Permission,
    audit::{Action, AuditEvent, AuditFilter, escaped},
};

use crate::{Audit, Entry, Error};

/// Entries of one piece of an export.
const CHUNK: usize = 500;

/// What an export is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values with a header line (RFC 4180).
    Csv,
    /// One JSON object a line.
    Ndjson,
}

impl FromStr for Format {
    type Err = ApiError;
    fn from_str(text: &str) -> Result<Self, ApiError> {
        match text {
            "csv" => Ok(Self::Csv),
            "ndjson" => Ok(Self::Ndjson),
            _ => Err(ApiError::invalid("format", "Choose csv or ndjson.")),
        }
    }
}

impl Format {
    /// Media type of the file.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Ndjson => "application/x-ndjson",
        }
    }

    /// Ending of the file's name.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Ndjson => "ndjson",
        }
    }

    fn header(self) -> &'static str {
        match self {
            Self::Csv => {
                "seq,time,actor,actor_name,behalf,action,object_kind,object,object_name,address,session,factor,outcome,detail,hash\r\n"
            }
            Self::Ndjson => "",
        }
    }

    fn line(self, event: &AuditEvent) -> String {
        match self {
            Self::Ndjson => serde_json::to_string(event).unwrap_or_default() + "\n",
            Self::Csv => {
                let fields = [
                    &event.seq.to_string(),
                    &event.at.rfc3339(),
                    &event.actor,
                    &event.actor_name,
                    &event.behalf,
                    &event.action,
                    &event.object_kind,
                    &event.object,
                    &event.object_name,
                    &event.address,
                    &event.session,
                    &event.factor,
                    &event.outcome.name().to_owned(),
                    &event.detail,
                    &event.hash,
                ];
                fields.map(|field| cell(field)).join(",") + "\r\n"
            }
        }
    }
}

/// One field: control characters written out, quoted where needed, and never a formula in a spreadsheet.
fn cell(text: &str) -> String {
    let mut text = escaped(text);
    if text.starts_with(['=', '+', '-', '@']) {
        text.insert(0, '\'');
    }
    if text.contains([',', '"']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

/// The next piece of an export, newest entries first, and where the piece after it begins. `before` is `None` for the
/// first piece, which is noted in the log itself.
///
/// # Errors
/// `Forbidden` without `audit.read`; when the store fails.
pub async fn chunk_of(
    audit: &Audit,
    caller: &Caller,
    filter: &AuditFilter,
    format: Format,
    before: Option<i64>,
) -> Result<(String, Option<i64>), Error> {
    caller.require(Permission::AuditRead)?;
    let mut text = String::new();
    if before.is_none() {
        audit.record(Entry::by(caller, Action::AuditExport).detail(format.extension())).await?;
        text.push_str(format.header());
    }
    let page = audit.read_page(filter, before, CHUNK).await?;
    for event in &page.events {
        text.push_str(&format.line(event));
    }
    Ok((text, page.before))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_neither_formula_nor_line_break() {
        assert_eq!(cell("=1+1"), "'=1+1");
        assert_eq!(cell("a,\"b\"\n"), "\"a,\"\"b\"\"\\u{a}\"");
        assert_eq!(cell("plain"), "plain");
    }
}
