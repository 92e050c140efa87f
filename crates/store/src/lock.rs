use std::{
    fs::{File, TryLockError},
    path::Path,
};

use crate::Error;

/// Held while a Nova serves from a data directory; the kernel lets go of it when the process ends, however it ends.
#[derive(Debug)]
pub struct InstanceLock {
    _file: File,
}

impl InstanceLock {
    /// Takes the lock of `data_dir`.
    ///
    /// # Errors
    /// [`Error::InUse`] when another process holds it, [`Error::Directory`] when the directory cannot be written.
    pub fn acquire(data_dir: &Path) -> Result<Self, Error> {
        let directory = |cause| Error::Directory { path: data_dir.to_owned(), cause };
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(data_dir.join("nova.lock"))
            .map_err(directory)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(Error::InUse(data_dir.to_owned())),
            Err(TryLockError::Error(cause)) => Err(directory(cause)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_holder_is_refused_until_the_first_lets_go() {
        let dir = tempfile::tempdir().unwrap();
        let first = InstanceLock::acquire(dir.path()).unwrap();
        assert!(matches!(InstanceLock::acquire(dir.path()), Err(Error::InUse(_))));
        drop(first);
        assert!(InstanceLock::acquire(dir.path()).is_ok());
    }
}
