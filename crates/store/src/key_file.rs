//! Files that hold keys: 0600, written whole or not at all.

use std::{
    fs::{self, File},
    io::{self, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::Path,
};

use crate::Error;

/// Writes a secret file with mode 0600 by way of a temporary one, durable before it takes its name.
///
/// # Errors
/// When the directory or the file cannot be written.
pub fn write_private(path: &Path, content: &[u8]) -> io::Result<()> {
    let temporary = path.with_extension("new");
    let mut file = File::options().create(true).truncate(true).write(true).mode(0o600).open(&temporary)?;
    file.set_permissions(fs::Permissions::from_mode(0o600))?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(&temporary, path)?;
    path.parent().map_or(Ok(()), |dir| File::open(dir)?.sync_all())
}

/// The 32 random bytes of `name` in `dir`, made on the first start.
///
/// # Errors
/// [`Error::KeyFile`] when it cannot be read or written, or is of another length.
pub fn key_file(dir: &Path, name: &str) -> Result<[u8; 32], Error> {
    let path = dir.join(name);
    let broken = |why: String| Error::KeyFile { path: path.clone(), why };
    match fs::read(&path) {
        Ok(bytes) => {
            <[u8; 32]>::try_from(bytes).map_err(|bytes| broken(format!("it has {} bytes, not 32", bytes.len())))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let key = rand::random::<[u8; 32]>();
            write_private(&path, &key).map_err(|error| broken(error.to_string()))?;
            Ok(key)
        }
        Err(error) => Err(broken(error.to_string())),
    }
}
