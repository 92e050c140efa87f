//! Every key there is.

/// One key.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// Its name in `nova.toml`.
    pub name: &'static str,
    /// Its environment variable.
    pub variable: &'static str,
    /// Whether its value is never shown.
    pub secret: bool,
    /// What it means, for `--help` and the documentation.
    pub help: &'static str,
}

/// Every key, in the order they are printed.
pub const KEYS: &[Key] = &[
    Key {
        name: "data_dir",
        variable: "NOVA_DATA_DIR",
        secret: false,
        help: "where Nova keeps its database and keys (default $XDG_DATA_HOME/nova)",
    },
    Key {
        name: "listen",
        variable: "NOVA_LISTEN",
        secret: false,
        help: "address:port to listen on (default 127.0.0.1:8083)",
    },
    Key {
        name: "public_url",
        variable: "NOVA_PUBLIC_URL",
        secret: false,
        help: "address people reach this instance by (default http://LISTEN); https makes cookies Secure",
    },
    Key {
        name: "log",
        variable: "NOVA_LOG",
        secret: false,
        help: "which log lines: error, warn, info, debug, trace, or per module (default info)",
    },
    Key {
        name: "trusted_proxies",
        variable: "NOVA_TRUSTED_PROXIES",
        secret: false,
        help: "proxies in front whose X-Forwarded-For is believed: addresses or networks, such as 127.0.0.1, 10.0.0.0/8",
    },
    Key { name: "log_format", variable: "NOVA_LOG_FORMAT", secret: false, help: "pretty or json (default pretty)" },
    Key {
        name: "database_url",
        variable: "DATABASE_URL",
        secret: true,
        help: "sqlite:PATH or postgres://… (default sqlite in the data directory)",
    },
    Key {
        name: "token_algorithm",
        variable: "NOVA_TOKEN_ALGORITHM",
        secret: false,
        help: "EdDSA or RS256 (default EdDSA)",
    },
    Key {
        name: "shell",
        variable: "NOVA_SHELL",
        secret: false,
        help: "shell that terminals run (default the user's own)",
    },
    Key {
        name: "terminal_keep_shells",
        variable: "NOVA_TERMINAL_KEEP_SHELLS",
        secret: false,
        help: "true: shells outlive a restart of the server; false: they end with it (default true)",
    },
    Key {
        name: "recording_max_mb",
        variable: "NOVA_RECORDING_MAX_MB",
        secret: false,
        help: "megabytes one recording of a shell may take (default 256)",
    },
    Key {
        name: "recording_total_mb",
        variable: "NOVA_RECORDING_TOTAL_MB",
        secret: false,
        help: "megabytes all recordings together may take (default 10000)",
    },
    Key {
        name: "recording_reserve_mb",
        variable: "NOVA_RECORDING_RESERVE_MB",
        secret: false,
        help: "megabytes of the disk that recordings leave free (default 1000)",
    },
    Key {
        name: "smtp_url",
        variable: "NOVA_SMTP_URL",
        secret: true,
        help: "mail server: smtps://USER:PASSWORD@HOST:465 or smtp://USER:PASSWORD@HOST:587 (default no mail is sent)",
    },
    Key {
        name: "mail_from",
        variable: "NOVA_MAIL_FROM",
        secret: false,
        help: "sender of mails, such as Nova <nova@example.org>; needed with smtp_url",
    },
    Key {
        name: "mail_directory",
        variable: "NOVA_MAIL_DIRECTORY",
        secret: false,
        help: "folder that gets one .eml file per mail instead of a mail server, for development",
    },
    Key {
        name: "audit_keep_days",
        variable: "NOVA_AUDIT_KEEP_DAYS",
        secret: false,
        help: "days audit entries are kept (default they are kept for ever)",
    },
    Key {
        name: "audit_syslog",
        variable: "NOVA_AUDIT_SYSLOG",
        secret: false,
        help: "syslog server that gets every audit entry: udp://HOST:514 or tcp://HOST:601",
    },
    Key {
        name: "audit_webhook",
        variable: "NOVA_AUDIT_WEBHOOK",
        secret: true,
        help: "https address that gets every audit entry as newline-delimited JSON",
    },
];

/// `NOVA_*` variables that belong to the build scripts and tests and are none of the server's business.
pub(super) const NOT_OURS: &[&str] = &["NOVA_CACHE", "NOVA_TOOLS", "NOVA_ROOT", "NOVA_TOOLCHAIN", "NOVA_CONFIG"];
/// The same for a whole family of names.
pub(super) const NOT_OURS_PREFIX: &str = "NOVA_TEST_";

/// The key with this name.
pub(super) fn named(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name == name)
}

/// The known name nearest to a mistyped one, if any is near.
pub(super) fn nearest(wrong: &str, known: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    known.map(|name| (distance(wrong, name), name)).filter(|(far, _)| *far <= 3).min().map(|(_, name)| name)
}

/// Levenshtein distance over bytes, one row at a time.
fn distance(left: &str, right: &str) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.bytes().enumerate() {
        let mut diagonal = i;
        let mut previous = i + 1;
        for (cell, b) in row.iter_mut().skip(1).zip(right.bytes()) {
            let next = (*cell + 1).min(previous + 1).min(diagonal + usize::from(a != b));
            diagonal = *cell;
            *cell = next;
            previous = next;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_key_finds_its_neighbour() {
        let names = || KEYS.iter().map(|key| key.name);
        assert_eq!(nearest("lisen", names()), Some("listen"));
        assert_eq!(nearest("databse_url", names()), Some("database_url"));
        assert_eq!(nearest("frobnicate", names()), None);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
