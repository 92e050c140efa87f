//! Syslog messages (RFC 5424).

use std::time::Duration;

use model::audit::{AuditEvent, Outcome, escaped};
use tokio::{
    io::AsyncWriteExt,
    net::{TcpStream, UdpSocket, lookup_host},
    time::timeout,
};

use super::target::{SyslogAddress, Transport};

/// How long a server may take to accept a batch.
const PATIENCE: Duration = Duration::from_secs(10);
/// Longest message, in bytes: what every receiver should take (RFC 5424 §6.1).
const MAX_MESSAGE: usize = 2048;
/// Private enterprise number for structured data, as documentation may use it (RFC 5612).
const ENTERPRISE: u32 = 32473;

pub(super) async fn send(address: &SyslogAddress, events: &[AuditEvent]) -> Result<(), String> {
    timeout(PATIENCE, deliver(address, events)).await.map_err(|_| "the syslog server does not answer".to_owned())?
}

async fn deliver(address: &SyslogAddress, events: &[AuditEvent]) -> Result<(), String> {
    let words = |error: std::io::Error| error.to_string();
    match address.transport {
        Transport::Udp => {
            let server = lookup_host(&address.authority).await.map_err(words)?.next().ok_or("it has no address")?;
            let local = if server.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
            let socket = UdpSocket::bind(local).await.map_err(words)?;
            socket.connect(server).await.map_err(words)?;
            for event in events {
                socket.send(message(event).as_bytes()).await.map_err(words)?;
            }
        }
        Transport::Tcp => {
            let mut stream = TcpStream::connect(&address.authority).await.map_err(words)?;
            for event in events {
                let message = message(event);
                stream.write_all(format!("{} {message}", message.len()).as_bytes()).await.map_err(words)?;
            }
            stream.shutdown().await.map_err(words)?;
        }
    }
    Ok(())
}

/// One entry: facility 13 (log audit), notice when done and warning when refused.
pub(super) fn message(event: &AuditEvent) -> String {
    let severity = if event.outcome == Outcome::Done { 5 } else { 4 };
    let header = format!("<{}>1 {} - nova - {} ", 13 * 8 + severity, event.at.rfc3339(), event.action);
    let seq = event.seq.to_string();
    let fields = [
        ("seq", seq.as_str()),
        ("actor", &event.actor_name),
        ("behalf", &event.behalf),
        ("object", &event.object_name),
        ("objectKind", &event.object_kind),
        ("address", &event.address),
        ("session", &event.session),
        ("factor", &event.factor),
        ("outcome", event.outcome.name()),
        ("detail", &event.detail),
        ("hash", &event.hash),
    ];
    let mut text = format!("{header}[nova@{ENTERPRISE}");
    for (name, value) in fields.into_iter().filter(|(_, value)| !value.is_empty()) {
        let field = format!(" {name}=\"{}\"", parameter(value));
        // Whole fields only: a cut-off one would break the brackets.
        if text.len() + field.len() < MAX_MESSAGE {
            text.push_str(&field);
        }
    }
    text.push(']');
    text
}

/// A value within quotes (RFC 5424 §6.3.3), with control characters written out.
fn parameter(value: &str) -> String {
    escaped(value).replace('\\', "\\\\").replace('"', "\\\"").replace(']', "\\]")
}

#[cfg(test)]
mod tests {
    use model::Timestamp;

    use super::*;

    #[test]
    fn a_message_is_one_line_whatever_people_wrote() {
        let event = AuditEvent {
            seq: 7,
            at: Timestamp(1_800_000_000_000),
            actor: String::new(),
            actor_name: "ann\"]\n<0>1 forged".into(),
            behalf: String::new(),
            action: "key.make".into(),
            object_kind: String::new(),
            object: String::new(),
            object_name: "x".repeat(3000),
            address: "192.0.2.7".into(),
            session: String::new(),
            factor: String::new(),
            outcome: Outcome::Refused,
            detail: "\u{1b}[31m".into(),
            hash: "ab".into(),
        };
        let text = message(&event);
        assert!(text.starts_with("<108>1 2027-01-15T08:00:00Z - nova - key.make [nova@32473 seq=\"7\""), "{text}");
        assert!(text.contains(r#"actor="ann\"\]\\u{a}<0>1 forged""#), "{text}");
        assert!(!text.contains('\n') && !text.contains('\u{1b}') && text.len() <= MAX_MESSAGE && text.ends_with(']'));
    }
}
