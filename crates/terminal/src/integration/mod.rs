//! What makes a shell tell where its prompts, commands and their output begin and end, without a change to the person's
//! own files: bash reads our file in place of `~/.bashrc` and reads that one itself, zsh is led by `ZDOTDIR` to our
//! `.zshenv` and given the person's back, fish reads our file after its own (docs/terminal/commands.md).

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fs, io,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::Path,
};

use std::io::Write;

const BASH: &str = include_str!("nova.bash");
const ZSH: &str = include_str!("nova.zsh");
const FISH: &str = include_str!("nova.fish");

/// How the scripts learn what their marks are to carry. Taken out of the environment by them before a command runs.
const NONCE: &str = "_NV_NONCE";
/// Where zsh finds the person's own directory again.
const THEIR_ZDOTDIR: &str = "_NV_ZDOTDIR";

/// How a shell is started so that it tells of its commands.
#[derive(Debug, Default)]
pub(crate) struct Integrated {
    /// Its arguments.
    pub(crate) arguments: Vec<OsString>,
    /// What its marks carry: 128 random bits in hexadecimal.
    pub(crate) nonce: Option<String>,
}

/// Prepares `shell`, with its scripts in `directory`. `None` for a shell we have no script for; should the scripts not
/// be there and not be writable, the shell starts without as well, and the log says why.
pub(crate) fn apply(
    shell: &Path,
    directory: &Path,
    environment: &mut BTreeMap<OsString, OsString>,
) -> Option<Integrated> {
    let kind = shell.file_name()?.to_str().filter(|name| ["bash", "zsh", "fish"].contains(name))?;
    if let Err(error) = put_all(directory) {
        tracing::warn!(%error, directory = %directory.display(), "shells start without telling of their commands");
        return None;
    }
    let arguments = match kind {
        "bash" => vec!["--init-file".into(), directory.join("nova.bash").into()],
        "fish" => vec!["--init-command".into(), sourcing(&directory.join("nova.fish"))],
        _ => {
            if let Some(theirs) = environment.insert("ZDOTDIR".into(), directory.join("zsh").into()) {
                environment.insert(THEIR_ZDOTDIR.into(), theirs);
            }
            Vec::new()
        }
    };
    let nonce = rand::random::<[u8; 16]>().iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    environment.insert(NONCE.into(), nonce.clone().into());
    Some(Integrated { arguments, nonce: Some(nonce) })
}

/// fish's word for reading a file, whatever its name.
fn sourcing(file: &Path) -> OsString {
    let mut quoted = OsString::from("source '");
    quoted.push(file.to_string_lossy().replace('\\', "\\\\").replace('\'', "\\'"));
    quoted.push("'");
    quoted
}

/// Puts the scripts where they belong, unless they are there.
fn put_all(directory: &Path) -> io::Result<()> {
    let zsh = directory.join("zsh");
    fs::DirBuilder::new().recursive(true).mode(0o700).create(&zsh)?;
    put(&directory.join("nova.bash"), BASH)?;
    put(&zsh.join(".zshenv"), ZSH)?;
    put(&directory.join("nova.fish"), FISH)
}

/// Writes beside and renames: a shell that reads an older version goes on with it.
fn put(path: &Path, text: &str) -> io::Result<()> {
    if fs::read(path).is_ok_and(|there| there == text.as_bytes()) {
        return Ok(());
    }
    let beside = path.with_extension(format!("{}", std::process::id()));
    fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&beside)?
        .write_all(text.as_bytes())?;
    fs::rename(&beside, path)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn scripts_are_ours_alone_and_each_shell_is_led_to_its_own() {
        let dir = tempfile::tempdir().unwrap();
        let scripts = dir.path().join("it's here");
        let mut environment = BTreeMap::from([("ZDOTDIR".into(), "/home/me/zsh".into())]);
        assert!(apply(Path::new("/bin/dash"), &scripts, &mut environment).is_none());
        let bash = apply(Path::new("/bin/bash"), &scripts, &mut environment).unwrap();
        assert_eq!(bash.arguments, [OsString::from("--init-file"), scripts.join("nova.bash").into()]);
        assert_eq!(bash.nonce.as_deref().map(str::len), Some(32));
        assert_eq!(fs::metadata(&scripts).unwrap().permissions().mode() & 0o777, 0o700);
        assert_eq!(fs::metadata(scripts.join("nova.bash")).unwrap().permissions().mode() & 0o777, 0o600);
        let fish = apply(Path::new("/bin/fish"), &scripts, &mut environment).unwrap();
        assert!(fish.arguments[1].to_str().unwrap().ends_with("it\\'s here/nova.fish'"));
        assert_ne!(fish.nonce, bash.nonce);
        apply(Path::new("/bin/zsh"), &scripts, &mut environment).unwrap();
        assert_eq!(environment[&OsString::from("ZDOTDIR")], scripts.join("zsh").into_os_string());
        assert_eq!(environment[&OsString::from(THEIR_ZDOTDIR)], "/home/me/zsh");
    }
}
