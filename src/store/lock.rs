//! One daemon a state folder. In: the folder. Out: a lock that ends with its holder, however that ends, or who holds it.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use jiff::Timestamp;

/// The file's name inside the state folder.
const FILE_NAME: &str = "daemon.lock";
/// Most bytes of it that are shown.
const MOST_SHOWN: u64 = 200;

/// Why a daemon cannot be the only one.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another one is at work.
    #[error("another daemon works on {}: {owner}; stop it first, or give this one a --state of its own", .dir.display())]
    Held {
        /// The state folder.
        dir: PathBuf,
        /// As it says of itself.
        owner: String,
    },
    /// The file system stands in the way.
    #[error("{} cannot be locked: {error}; check the folder's permissions, network file systems are not supported", .path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// What it said.
        error: std::io::Error,
    },
}

/// The right to be the daemon of a state folder.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "the lock ends when the file is closed")] File);

impl Lock {
    /// Takes the lock and says in it who holds it. **Errors**: `Held`, `Unusable`.
    pub fn take(dir: &Path, listening: &str, now: Timestamp) -> Result<Self, LockError> {
        let path = dir.join(FILE_NAME);
        let unusable = |error| LockError::Unusable { path: path.clone(), error };
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&path).map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let owner = holder(&mut file);
                return Err(LockError::Held { dir: dir.to_owned(), owner });
            }
            Err(TryLockError::Error(error)) => return Err(unusable(error)),
        }
        let said = format!("process {} since {now}, {listening}\n", std::process::id());
        let written = file.set_len(0).and_then(|()| file.rewind()).and_then(|()| file.write_all(said.as_bytes()));
        written.map_err(unusable)?;
        Ok(Self(file))
    }

    /// Since when a state folder has the daemon that it has; `None`: it has none.
    pub fn held_since(dir: &Path) -> Option<SystemTime> {
        Self::holder(dir)?;
        // It was written when the lock was taken.
        std::fs::metadata(dir.join(FILE_NAME)).and_then(|file| file.modified()).ok()
    }

    /// Who is the daemon of a state folder now; `None`: nobody.
    pub fn holder(dir: &Path) -> Option<String> {
        let mut file = File::open(dir.join(FILE_NAME)).ok()?;
        match file.try_lock_shared() {
            Err(TryLockError::WouldBlock) => Some(holder(&mut file)),
            Ok(()) | Err(TryLockError::Error(_)) => None,
        }
    }
}

/// The daemon of a state folder, where it is another process than this one.
pub(super) fn of_another(dir: &Path) -> Option<String> {
    let ours = format!("process {} ", std::process::id());
    Lock::holder(dir).filter(|owner| !owner.starts_with(&ours))
}

/// What the holder says of itself.
fn holder(file: &mut File) -> String {
    let mut said = String::new();
    // Where it cannot be read, that it is held is what counts.
    drop(file.take(MOST_SHOWN).read_to_string(&mut said));
    let said = said.lines().next().unwrap_or_default().trim();
    if said.is_empty() { "it does not say which process it is".to_owned() } else { said.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_daemon_is_told_who_is_the_first() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(Lock::holder(dir.path()), None);
        let first = Lock::take(dir.path(), "at 127.0.0.1:8600", Timestamp::UNIX_EPOCH).unwrap();
        let said = Lock::take(dir.path(), "", Timestamp::UNIX_EPOCH).unwrap_err().to_string();
        let owner = format!("process {} since 1970-01-01T00:00:00Z, at 127.0.0.1:8600", std::process::id());
        assert!(said.contains(&owner) && said.contains("--state"), "{said}");
        assert_eq!(Lock::holder(dir.path()), Some(owner));
        drop(first);
        assert_eq!(Lock::holder(dir.path()), None);
        assert!(Lock::take(dir.path(), "", Timestamp::UNIX_EPOCH).is_ok());
    }
}
