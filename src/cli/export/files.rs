//! The files of an export. In: bytes and their hash. Out: `ab/abcdef….pdf` in a folder. Never: a name that a portal chose,
//! half a file, or one written again.

use std::fs::Permissions;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use url::Url;

use super::super::out::clean;
use super::super::{Exit, Stop};
use crate::model::{AttachedFile, Hash};
use crate::store::CaptureHead;

/// A folder of files named by their hashes.
pub(super) struct Files(PathBuf);

impl Files {
    /// The folder, made where it is not there.
    pub(super) fn in_folder(folder: &Path) -> Result<Self, Stop> {
        let wrong = |error| Stop { exit: Exit::Usage, ..failed(folder, &error) };
        std::fs::create_dir_all(folder).map_err(wrong)?;
        Ok(Self(folder.to_owned()))
    }

    /// Whether a file of this name was written before: its name says what is in it.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.join(name).is_file()
    }

    /// Writes a file whole or not at all.
    pub(super) fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Stop> {
        let path = self.0.join(name);
        let folder = path.parent().unwrap_or(&self.0);
        let write = || {
            std::fs::create_dir_all(folder)?;
            let mut file = tempfile::Builder::new().prefix(".").permissions(readable()).tempfile_in(folder)?;
            file.write_all(bytes)?;
            file.persist(&path)?;
            Ok(())
        };
        write().map_err(|error: std::io::Error| failed(&path, &error))
    }
}

/// What others may do with a file, as far as this process lets them.
fn readable() -> Permissions {
    Permissions::from_mode(0o666)
}

/// The name of an attachment.
pub(super) fn of_attachment(file: &AttachedFile, url: &Url) -> String {
    named(file.bytes_hash, extension(url.path()).unwrap_or("bin"))
}

/// The name of a page.
pub(super) fn of_page(capture: &CaptureHead) -> String {
    let path = Url::parse(&capture.final_url).map(|url| url.path().to_owned()).unwrap_or_default();
    named(capture.body, extension(&path).unwrap_or("html"))
}

fn named(hash: Hash, extension: &str) -> String {
    let hash = hash.to_string();
    format!("{}/{hash}.{}", &hash[..2], extension.to_ascii_lowercase())
}

/// How the name at the end of an address ends, where that may be a sort of file.
fn extension(path: &str) -> Option<&str> {
    /// `.xhtml`, `.shtml`.
    const LONGEST: usize = 5;
    /// What sends a page or a file, and is neither.
    const SCRIPTS: [&str; 8] = ["do", "asp", "aspx", "ashx", "cgi", "jsp", "jspx", "php"];
    let (_, extension) = path.rsplit('/').next()?.rsplit_once('.')?;
    let is_one = (1..=LONGEST).contains(&extension.len()) && extension.bytes().all(|b| b.is_ascii_alphanumeric());
    let is_script = SCRIPTS.iter().any(|script| extension.eq_ignore_ascii_case(script));
    (is_one && !is_script).then_some(extension)
}

fn failed(path: &Path, error: &std::io::Error) -> Stop {
    let message = format!("cannot write {}: {error}; --files names a folder that may be written to", path.display());
    Stop::new(Exit::SomeFailed, clean(&message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_hash_and_what_sort_of_file_it_is() {
        for (path, expected) in [
            ("/files/P020260218.PDF", Some("PDF")),
            ("/art/2026/1.html", Some("html")),
            ("/download.do", None),
            ("/show.ASPX", None),
            ("/a.b/c", None),
            ("/x.../..%2f..%2fetc", None),
            ("/x.verylong", None),
            ("/", None),
        ] {
            assert_eq!(extension(path), expected, "{path}");
        }
        let hash = Hash::of(b"a");
        assert_eq!(named(hash, "PDF"), format!("{}/{hash}.pdf", &hash.to_string()[..2]));
    }
}
