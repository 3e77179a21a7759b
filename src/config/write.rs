//! Site files on the disk, written by us. In: a folder, a text. Out: a file that is there whole or not at all. Never: a
//! file overwritten without its old text beside it.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Writes a site file that is not there yet; the folder is made. **Errors**: it is there.
pub fn new_file(dir: &Path, id: &str, text: &str) -> io::Result<PathBuf> {
    fs::create_dir_all(dir)?;
    let path = dir.join(format!("{id}.toml"));
    let mut file = fs::OpenOptions::new().write(true).create_new(true).open(&path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    Ok(path)
}

/// Puts a new text in the place of a site file's; the old one is kept beside it as `ID.toml.N`, from 1. Gives that
/// place. **Errors**: the file no longer has the text that was edited.
pub fn edited_file(path: &Path, old: &str, new: &str) -> io::Result<PathBuf> {
    if fs::read_to_string(path)? != old {
        let changed = format!("{} was changed by somebody else meanwhile; run the command again", path.display());
        return Err(io::Error::other(changed));
    }
    let beside = keep(path, old)?;
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(".new");
    let whole = path.with_file_name(name);
    let mut file = fs::File::create(&whole)?;
    file.write_all(new.as_bytes())?;
    file.sync_all()?;
    fs::set_permissions(&whole, fs::metadata(path)?.permissions())?;
    fs::rename(&whole, path)?;
    Ok(beside)
}

/// Most old texts that are kept of one file; a person clears them away.
const MOST_KEPT: usize = 1_000;

/// Writes the old text into the first free place beside the file.
fn keep(path: &Path, old: &str) -> io::Result<PathBuf> {
    for n in 1..=MOST_KEPT {
        let mut name = path.file_name().unwrap_or_default().to_os_string();
        name.push(format!(".{n}"));
        let beside = path.with_file_name(name);
        match fs::OpenOptions::new().write(true).create_new(true).open(&beside) {
            Ok(mut file) => {
                file.write_all(old.as_bytes())?;
                file.sync_all()?;
                return Ok(beside);
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::other(format!("{MOST_KEPT} old texts of {} are kept already; clear some away", path.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_person_wrote_is_lost() {
        let folder = tempfile::tempdir().expect("folder");
        let dir = folder.path().join("sites");
        let path = new_file(&dir, "x", "one\n").expect("written");
        assert_eq!(new_file(&dir, "x", "two\n").expect_err("it is there").kind(), io::ErrorKind::AlreadyExists);
        let beside = edited_file(&path, "one\n", "two\n").expect("edited");
        assert_eq!(fs::read_to_string(&path).expect("new"), "two\n");
        assert_eq!(fs::read_to_string(&beside).expect("old"), "one\n");
        assert!(edited_file(&path, "one\n", "three\n").is_err());
        let second = edited_file(&path, "two\n", "three\n").expect("edited");
        assert!(beside.ends_with("x.toml.1") && second.ends_with("x.toml.2"));
    }
}
