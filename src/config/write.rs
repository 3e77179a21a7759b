//! Site files on the disk, written by us. In: a folder, a text. Out: a file that is there whole or not at all. Never: a
//! file overwritten without its old text beside it.

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// Writes a site file that is not there yet; the folder is made. **Errors**: it is there.
pub fn new_file(dir: &Path, id: &str, text: &str) -> io::Result<PathBuf> {
    fs::create_dir_all(dir)?;
    let path = dir.join(format!("{id}.toml"));
    beside(&path, text)?.persist_noclobber(&path).map_err(|refused| refused.error)?;
    Ok(path)
}

/// Puts a new text in the place of a site file's; the old one is kept beside it as `ID.toml.N`, from 1. Gives that
/// place. **Errors**: the file no longer has the text that was edited.
pub fn edited_file(path: &Path, old: &str, new: &str) -> io::Result<PathBuf> {
    if fs::read_to_string(path)? != old {
        let changed = format!("{} was changed by somebody else meanwhile; run the command again", path.display());
        return Err(io::Error::other(changed));
    }
    let former = keep(path, old)?;
    let whole = beside(path, new)?;
    fs::set_permissions(whole.path(), fs::metadata(path)?.permissions())?;
    whole.persist(path).map_err(|refused| refused.error)?;
    Ok(former)
}

/// The whole text in a hidden file of the same folder, which a rename puts in its place.
fn beside(path: &Path, text: &str) -> io::Result<NamedTempFile> {
    let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut whole = tempfile::Builder::new().permissions(fs::Permissions::from_mode(READABLE)).tempfile_in(dir)?;
    whole.write_all(text.as_bytes())?;
    whole.as_file().sync_all()?;
    Ok(whole)
}

/// The mode of a file that people write; the umask takes from it what they withhold.
const READABLE: u32 = 0o666;

/// Most old texts that are kept of one file; a person clears them away.
const MOST_KEPT: usize = 1_000;

/// Writes the old text into the first free place beside the file.
fn keep(path: &Path, old: &str) -> io::Result<PathBuf> {
    let mut whole = beside(path, old)?;
    for n in 1..=MOST_KEPT {
        let mut name = path.file_name().unwrap_or_default().to_os_string();
        name.push(format!(".{n}"));
        let former = path.with_file_name(name);
        match whole.persist_noclobber(&former) {
            Ok(_) => return Ok(former),
            Err(refused) if refused.error.kind() == io::ErrorKind::AlreadyExists => whole = refused.file,
            Err(refused) => return Err(refused.error),
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
        let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode();
        let usual = folder.path().join("usual");
        fs::write(&usual, "").expect("our own folder");
        assert_eq!(mode(&path), mode(&usual), "others may read it as they may read any file of its writer");
        assert_eq!(new_file(&dir, "x", "two\n").expect_err("it is there").kind(), io::ErrorKind::AlreadyExists);
        let scratch = dir.join("x.toml.new");
        fs::write(&scratch, "a person's own\n").expect("our own folder");
        let former = edited_file(&path, "one\n", "two\n").expect("edited");
        assert_eq!(fs::read_to_string(&path).expect("new"), "two\n");
        assert_eq!(fs::read_to_string(&former).expect("old"), "one\n");
        assert!(edited_file(&path, "one\n", "three\n").is_err());
        let second = edited_file(&path, "two\n", "three\n").expect("edited");
        assert!(former.ends_with("x.toml.1") && second.ends_with("x.toml.2"));
        assert_eq!(fs::read_to_string(&scratch).expect("untouched"), "a person's own\n");
        assert_eq!(fs::read_dir(&dir).expect("folder").count(), 4, "nothing else is left behind");
    }
}
