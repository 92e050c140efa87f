//! What the configuration promises: order of sources, and errors that name key, file and line.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use mail::Transport;
use nova::{
    Config,
    config::{ConfigError, Sources},
};

fn environment(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn file(text: &str) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("nova.toml");
    fs::write(&path, text).unwrap();
    (dir, path)
}

#[test]
fn flags_beat_the_environment_beats_the_file_beats_the_defaults() {
    let (_dir, path) = file("listen = \"127.0.0.1:1\"\nlog = \"warn\"\npublic_url = \"https://Nova.Example.org/\"\n");
    let sources = Sources {
        file: Some(path),
        environment: environment(&[("HOME", "/home/x"), ("NOVA_LISTEN", "127.0.0.1:2"), ("NOVA_LOG", "debug")]),
        flags: vec![("listen", "127.0.0.1:3".into())],
    };
    let config = Config::load(&sources).unwrap();
    assert_eq!(config.listen.port(), 3);
    assert_eq!(config.log, "debug");
    assert_eq!(config.public_url, "https://nova.example.org");
    assert!(config.is_https());
    assert_eq!(config.data_dir, PathBuf::from("/home/x/.local/share/nova"));
    let printed = config.to_string();
    assert!(
        printed.contains("--listen") && printed.contains("NOVA_LOG") && printed.contains("nova.toml:3"),
        "{printed}"
    );
}

#[test]
fn an_unknown_key_names_itself_its_line_and_its_neighbour() {
    let (_dir, path) = file("# comment\n\nlisten = \"127.0.0.1:1\"\nlisen = \"x\"\n");
    let error = Config::load(&Sources { file: Some(path), ..Sources::default() }).unwrap_err().to_string();
    assert!(error.contains("nova.toml:4") && error.contains("`lisen`") && error.contains("`listen`"), "{error}");
    let sources = Sources { environment: environment(&[("NOVA_LISTN", "x")]), ..Sources::default() };
    let error = Config::load(&sources).unwrap_err().to_string();
    assert!(error.contains("NOVA_LISTN") && error.contains("NOVA_LISTEN"), "{error}");
}

#[test]
fn a_bad_value_names_its_key_and_place() {
    for (line, key) in [
        ("listen = \"here\"", "listen"),
        ("listen = 8083", "listen"),
        ("public_url = \"nova.example.org\"", "public_url"),
        ("public_url = \"https://x/y\"", "public_url"),
        ("public_url = \"https://u:p@x\"", "public_url"),
        ("log_format = \"xml\"", "log_format"),
        ("token_algorithm = \"none\"", "token_algorithm"),
        ("shell = \"bash\"", "shell"),
        ("terminal_keep_shells = \"maybe\"", "terminal_keep_shells"),
        ("database_url = \"mysql://x\"", "database_url"),
        ("data_dir = \"\"", "data_dir"),
        ("trusted_proxies = \"nginx\"", "trusted_proxies"),
        ("trusted_proxies = \"10.0.0.1, 0.0.0.0/0\"", "trusted_proxies"),
        ("smtp_url = \"mail.example.org\"", "smtp_url"),
        ("smtp_url = \"smtp://u@mail.example.org\"", "smtp_url"),
        ("smtp_url = \"smtp://mail.example.org\"", "smtp_url"),
        ("mail_from = \"Nova\"", "mail_from"),
        ("mail_directory = \"\"", "mail_directory"),
        ("mail_directory = \"/x\"\nmail_from = \"n@x.org\"\nsmtp_url = \"smtp://h\"", "mail_directory"),
    ] {
        let (_dir, path) = file(&format!("\n{line}\n"));
        let sources = Sources { file: Some(path), environment: environment(&[("HOME", "/h")]), flags: Vec::new() };
        let error = Config::load(&sources).unwrap_err().to_string();
        assert!(error.contains("nova.toml:2") && error.contains(&format!("`{key}`")), "{line}: {error}");
        assert!(!error.contains('\n'));
    }
}

#[test]
fn broken_toml_names_its_line() {
    let (_dir, path) = file("listen = \"127.0.0.1:1\"\nlog = \n");
    let error = Config::load(&Sources { file: Some(path), ..Sources::default() }).unwrap_err();
    assert!(matches!(error, ConfigError::Syntax { line: 2, .. }), "{error}");
    let missing = Sources { file: Some("/nowhere/nova.toml".into()), ..Sources::default() };
    assert!(Config::load(&missing).unwrap_err().to_string().contains("/nowhere/nova.toml"));
}

#[test]
fn secrets_are_never_printed() {
    let sources = Sources {
        environment: environment(&[("HOME", "/h"), ("DATABASE_URL", "postgres://nova:canary-55@db/nova")]),
        ..Sources::default()
    };
    let config = Config::load(&sources).unwrap();
    for shown in [config.to_string(), format!("{config:?}")] {
        assert!(!shown.contains("canary"), "{shown}");
    }
    let wrong = Sources {
        environment: environment(&[("HOME", "/h"), ("DATABASE_URL", "mysql://nova:canary-55@db/nova")]),
        ..Sources::default()
    };
    assert!(!Config::load(&wrong).unwrap_err().to_string().contains("canary"));
}

#[test]
fn mail_goes_to_a_server_or_a_folder_or_nowhere() {
    let load = |pairs: &[(&str, &str)]| {
        let mut environment = environment(pairs);
        environment.insert("HOME".into(), "/h".into());
        Config::load(&Sources { environment, ..Sources::default() })
    };
    assert!(matches!(load(&[]).unwrap().mail.transport, Transport::None));
    let folder = load(&[("NOVA_MAIL_DIRECTORY", "/tmp/mails")]).unwrap();
    assert!(matches!(&folder.mail.transport, Transport::Directory(path) if path == Path::new("/tmp/mails")));

    let from = ("NOVA_MAIL_FROM", "Nova <nova@example.org>");
    let server = load(&[("NOVA_SMTP_URL", "smtps://nova:canary-55@mail.example.org"), from]).unwrap();
    assert!(matches!(server.mail.transport, Transport::Smtp(_)) && server.mail.from.is_some());
    let printed = server.to_string();
    assert!(printed.contains("Nova <nova@example.org>") && printed.contains("NOVA_SMTP_URL"), "{printed}");
    for shown in [printed, format!("{server:?}")] {
        assert!(!shown.contains("canary"), "{shown}");
    }
    for wrong in ["canary-55", "smtp://nova:canary-55%@mail.example.org", "smtp://nova:canary-55@mail.example.org/x"] {
        let error = load(&[("NOVA_SMTP_URL", wrong), from]).unwrap_err().to_string();
        assert!(error.contains("NOVA_SMTP_URL") && !error.contains("canary"), "{error}");
    }
    // Without a sender, the server's key is the one to blame.
    let error = load(&[("NOVA_SMTP_URL", "smtps://mail.example.org")]).unwrap_err().to_string();
    assert!(error.contains("`smtp_url`") && error.contains("mail_from"), "{error}");
}
