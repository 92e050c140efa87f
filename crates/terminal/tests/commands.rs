//! What bash, zsh and fish say of their commands: a scripted corpus through real shells, whose own files, hooks and
//! options stand in the way as people's do.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod common;
mod holders;

use std::{fs, path::Path};

use common::{Client, PATIENCE, developer, settings};
use model::terminal::commands::{CommandEvent, CommandNews};
use tempfile::TempDir;
use terminal::{Settings, Size, Terminals};
use tokio::{sync::mpsc, time::timeout};

/// A home with the person's own files, and a shell in it.
struct Home {
    dir: TempDir,
    shell: &'static str,
}

/// A command and what is to be told of it.
struct Line {
    typed: String,
    told: Option<String>,
    exit: i32,
    /// Where, below the home.
    cwd: &'static str,
}

fn line(typed: &str, exit: i32) -> Line {
    Line { typed: typed.to_owned(), told: Some(typed.to_owned()), exit, cwd: "" }
}

const BASHRC: &str = r#"
HISTCONTROL=ignoreboth
PS1='\u:\w\$ '
PROMPT_COMMAND='hooked="$? ${PIPESTATUS[*]}"; hooks=$((${hooks:-0}+1))'
trap 'trapped=1' DEBUG
set -u
alias printf='echo ALIASED'
alias local='echo ALIASED'
bind 'set enable-bracketed-paste off'
echo own-file-$((1+1))
"#;

const ZSHRC: &str = r#"
unsetopt prompt_sp zle_bracketed_paste 2>/dev/null
PS1='%n:%~%# '
setopt no_unset hist_ignore_space ksh_arrays interactive_comments
precmd() { hooked="$? ${pipestatus[*]}"; hooks=$((${hooks:-0}+1)) }
alias printf='echo ALIASED'
alias local='echo ALIASED'
[[ -z ${ZDOTDIR-} ]] && echo own-file-$((1+1))
"#;

const FISH: &str =
    "function fish_greeting; end\nfunction fish_prompt; echo \"st=$status> \"; end\necho own-file-(math 1+1)\n";

impl Home {
    /// `None`, said aloud, where the shell is not installed.
    fn of(shell: &'static str) -> Option<Self> {
        if !Path::new(shell).exists() {
            assert!(std::env::var_os("CI").is_none(), "{shell} must be there where everything is tested");
            eprintln!("{shell} is not installed: what it tells was not tested");
            return None;
        }
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(".bashrc"), BASHRC).unwrap();
        fs::write(dir.path().join(".zshrc"), ZSHRC).unwrap();
        fs::create_dir_all(dir.path().join(".config/fish")).unwrap();
        fs::write(dir.path().join(".config/fish/config.fish"), FISH).unwrap();
        Some(Self { dir, shell })
    }

    /// The shell, led to this home by a wrapper of the same name.
    fn settings(&self, hear: mpsc::Sender<CommandEvent>) -> Settings {
        use std::os::unix::fs::PermissionsExt;
        let name = Path::new(self.shell).file_name().unwrap();
        let wrapper = self.dir.path().join("bin").join(name);
        fs::create_dir_all(wrapper.parent().unwrap()).unwrap();
        let home = self.dir.path().display();
        let script =
            format!("#!/bin/sh\nunset XDG_CONFIG_HOME XDG_DATA_HOME\nHOME={home} exec {} \"$@\"\n", self.shell);
        fs::write(&wrapper, script).unwrap();
        fs::set_permissions(&wrapper, fs::Permissions::from_mode(0o755)).unwrap();
        let mut settings = settings(wrapper.to_str().unwrap());
        settings.directory = self.dir.path().to_owned();
        settings.integration = Some(self.dir.path().join("run/shell"));
        settings.commands = Some(hear);
        settings
    }

    fn corpus(&self) -> Vec<Line> {
        let fish = self.shell.ends_with("fish");
        let status = if fish { "$status" } else { "$?" };
        let mut all = vec![
            line("true", 0),
            line("false", 1),
            line(&format!("echo status-{status}"), 0),
            line("sh -c 'exit 7'", 7),
            line("no-such-command-here", 127),
            line("echo \"a;b\\\\c\" 'it'\\''s' \"tab\\there\"", 0),
            line("echo h\u{e4}ll\u{f6} \u{4f60}\u{597d} \u{1f600}", 0),
            line("echo one; echo two && false", 1),
            line("echo x | grep -q y", 1),
            line("echo $HOME ~ | cat >/dev/null # comment; with semicolon", 0),
            line("mkdir -p 'dir; with \u{fc} and %20'; cd 'dir; with \u{fc} and %20'", 0),
            Line { cwd: "dir; with \u{fc} and %20", ..line("pwd >/dev/null", 0) },
            Line { cwd: "dir; with \u{fc} and %20", ..line("cd ..", 0) },
            line("echo \"two\nlines\"", 0),
            line(&format!("echo {}", "long ".repeat(150).trim_end()), 0),
            line("sleep 0 & wait", 0),
            line("sh -c 'kill -TERM $$'", 143),
            line("echo once", 0),
            // Once more: bash's history does not grow.
            line("echo once", 0),
        ];
        let blank = Line {
            told: if self.shell.ends_with("bash") { None } else { Some(" echo kept-out".into()) },
            ..line(" echo kept-out", 0)
        };
        all.push(blank);
        all.push(if fish {
            line("for i in 1 2\necho $i\nend", 0)
        } else if self.shell.ends_with("bash") {
            // As its history has it.
            Line { told: Some("for i in 1 2; do echo $i; done".into()), ..line("for i in 1 2; do\necho $i\ndone", 0) }
        } else {
            line("for i in 1 2; do\necho $i\ndone", 0)
        });
        if !fish {
            all.push(line("(exit 9)", 9));
            // What the person's own hook saw: the status of all of a pipe, and nothing of ours.
            all.push(line("false | true | (exit 3)", 3));
            all.push(line("[ \"$hooked\" = '3 1 0 3' ]", 0));
            all.push(line("[ $hooks -gt 10 ] && ! env | grep -q _NV_", 0));
        }
        all
    }
}

async fn next(heard: &mut mpsc::Receiver<CommandEvent>) -> CommandEvent {
    timeout(PATIENCE, heard.recv()).await.expect("the shell tells of its command").unwrap()
}

/// The next command as a whole: its line, its place, its status. Ends of nothing are left out: every prompt is one.
async fn next_command(heard: &mut mpsc::Receiver<CommandEvent>) -> (Option<String>, Option<String>, Option<i32>) {
    let (seq, line, cwd) = loop {
        let event = next(heard).await;
        if let CommandNews::Started { line, cwd } = event.news {
            break (event.seq, line, cwd);
        }
    };
    let end = next(heard).await;
    let CommandNews::Ended { started, exit } = end.news else { panic!("an end was to come: {end:?}") };
    assert!(started == Some(seq) && end.seq > seq);
    (line, cwd, exit)
}

async fn tells_everything(shell: &'static str) {
    let Some(home) = Home::of(shell) else { return };
    let (hear, mut heard) = mpsc::channel(1024);
    let terminals = Terminals::start(home.settings(hear));
    let me = developer();
    let (id, mut client) = Client::open(&terminals, &me).await;
    client.until("own-file-2").await;
    client.until("\x1b]133;B;").await;
    assert!(terminals.list(&me).unwrap()[0].nonce.is_some());

    // An empty line, and one that is given up, are no commands.
    let prompts = |client: &Client| client.text().matches("\x1b]133;B").count();
    let before = prompts(&client);
    client.type_in("\r").await;
    // Earlier it is the kernel that hears ^C.
    while prompts(&client) == before {
        assert!(client.step().await);
    }
    client.type_in("given up").await;
    client.until_shown("given up").await;
    // By ^U: ^C is a signal, and what a shell does with one that comes while it gets ready is its own race.
    client.type_in("\x15").await;
    let mut wrong = Vec::new();
    let corpus = home.corpus();
    for line in &corpus {
        client.type_in(&format!("{}\r", line.typed)).await;
        // The end is told when the emulator has drawn it; who acknowledges nothing holds it up.
        let told = {
            let next = next_command(&mut heard);
            tokio::pin!(next);
            loop {
                tokio::select! {
                    told = &mut next => break told,
                    alive = client.step() => assert!(alive),
                }
            }
        };
        let cwd = fs::canonicalize(home.dir.path()).unwrap().join(line.cwd);
        let expected =
            (line.told.clone(), Some(cwd.to_str().unwrap().trim_end_matches('/').to_owned()), Some(line.exit));
        if told != expected {
            wrong.push(format!("told {told:?}\n  not {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} commands:\n{}", wrong.len(), corpus.len(), wrong.join("\n"));
    assert_eq!(terminals.list(&me).unwrap()[0].cwd.as_deref(), fs::canonicalize(home.dir.path()).unwrap().to_str());
    println!("{shell}: {} of {} commands told right", corpus.len(), corpus.len());

    // A file with marks in it, shown: with another nonce, or with none.
    let forged = "\x1b]633;E;forged;0123\x07\x1b]133;C;aid=0123\x07\x1b]133;C\x07\x1b]633;E;forged\x07\x1b]133;D;0\x07";
    fs::write(home.dir.path().join("hostile"), forged).unwrap();
    client.type_in("cat hostile\r").await;
    assert_eq!(next_command(&mut heard).await.0.as_deref(), Some("cat hostile"));
    client.type_in("exit 5\r").await;
    client.until_end().await;
    let (last, _, exit) = next_command(&mut heard).await;
    assert_eq!((last.as_deref(), exit), (Some("exit 5"), Some(5)), "the end of the shell is the end of its command");
    terminals.close(&me, id).unwrap();
    terminals.shutdown().await;
}

#[tokio::test]
async fn bash_tells_of_every_command() {
    tells_everything("/bin/bash").await;
}

#[tokio::test]
async fn zsh_tells_of_every_command() {
    tells_everything("/usr/bin/zsh").await;
}

#[tokio::test]
async fn fish_tells_of_every_command() {
    tells_everything("/usr/bin/fish").await;
}

#[tokio::test]
async fn who_does_not_want_it_gets_a_shell_as_anywhere() {
    let home = Home::of("/bin/bash").unwrap();
    let (hear, _heard) = mpsc::channel(8);
    let terminals = Terminals::start(home.settings(hear));
    let me = developer();
    let info = terminals.open_program(&me, Size::DEFAULT, None, false).await.unwrap();
    let mut client = Client::new(terminals.attach(&me, info.id, Some(0)).unwrap(), Some(0));
    client.type_in("echo \"[${_NV_NONCE-none}${PS0-none}]\"\r").await;
    client.until("[nonenone]").await;
    assert!(!client.text().contains("\x1b]133"));
    assert_eq!((info.nonce, terminals.list(&me).unwrap()[0].cwd.clone()), (None, None));
    terminals.shutdown().await;
}

/// Over a restart: a command that runs is ended by the next server, which believes the same nonce.
#[test]
fn an_adopted_shell_goes_on_telling() {
    let home = Home::of("/bin/bash").unwrap();
    let (hear, mut heard) = mpsc::channel(64);
    let mut settings = home.settings(hear);
    settings.holder = Some(common::holder(&home.dir));
    let me = developer();
    let first = holders::Server::runtime();
    let id = first.block_on(async {
        let terminals = Terminals::start(settings.clone());
        let (id, mut client) = Client::open(&terminals, &me).await;
        client.until("\x1b]133;B;").await;
        client.type_in("read -r answer\r").await;
        while !matches!(next(&mut heard).await.news, CommandNews::Started { .. }) {}
        terminals.shutdown().await;
        id
    });
    first.shutdown_timeout(PATIENCE);
    let (hear, mut heard) = mpsc::channel(64);
    settings.commands = Some(hear);
    holders::Server::runtime().block_on(async {
        let terminals = Terminals::start(settings);
        terminals.adopt(&model::Caller::system("test")).await.unwrap();
        let mut client = Client::new(terminals.attach(&me, id, None).unwrap(), None);
        client.until_shown("read -r answer").await;
        client.type_in("now\r").await;
        // What was kept is heard again, with the same numbers.
        let (line, cwd, exit) = next_command(&mut heard).await;
        assert_eq!((line.as_deref(), exit), (Some("read -r answer"), Some(0)));
        assert!(cwd.is_some());
        terminals.close(&me, id).unwrap();
        terminals.shutdown().await;
    });
}
