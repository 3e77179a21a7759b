//! The files of a folder that people write in: which there are, and their text. In: paths. Out: stems and texts, or
//! the mistake that says why not.

use std::fs;
use std::path::Path;

use super::mistake::{Mistake, line_after};

/// Largest file that is read: the longest real site files have some hundred lines.
const MOST_BYTES: u64 = 1 << 20;

/// The stems of all `.toml` files, sorted. Hidden files and folders are left out.
pub(super) fn stems(dir: &Path) -> Result<Vec<String>, Mistake> {
    let unreadable = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => Mistake::of_file(dir, "there is no such folder"),
        _ => Mistake::of_file(dir, format!("the folder cannot be read: {error}")),
    };
    let mut stems = Vec::new();
    for file in fs::read_dir(dir).map_err(unreadable)? {
        let file = file.map_err(unreadable)?;
        let name = file.file_name().to_string_lossy().into_owned();
        let stem = name.strip_suffix(".toml").filter(|stem| !stem.is_empty() && !stem.starts_with('.'));
        if let Some(stem) = stem
            && !file.path().is_dir()
        {
            stems.push(stem.to_owned());
        }
    }
    stems.sort_unstable();
    Ok(stems)
}

/// The text of a file of a folder that is looked at again and again: to open a pipe waits for whoever writes into it.
pub(super) fn text_at_rest(path: &Path) -> Result<String, Vec<Mistake>> {
    if fs::metadata(path).is_ok_and(|found| !found.is_file()) {
        return Err(vec![Mistake::of_file(path, "it is no file that can be read").expecting("a text file")]);
    }
    text(path)
}

/// The text of a file.
pub(super) fn text(path: &Path) -> Result<String, Vec<Mistake>> {
    let unreadable = |error: std::io::Error| vec![Mistake::of_file(path, format!("the file cannot be read: {error}"))];
    let n_bytes = fs::metadata(path).map_err(unreadable)?.len();
    if n_bytes > MOST_BYTES {
        let mistake = Mistake::of_file(path, format!("the file has {n_bytes} bytes"));
        return Err(vec![mistake.expecting(format!("at most {MOST_BYTES} bytes"))]);
    }
    let bytes = fs::read(path).map_err(unreadable)?;
    String::from_utf8(bytes).map_err(|error| {
        let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let mistake = Mistake::of_file(path, "the text is not in UTF-8").expecting("a file saved as UTF-8");
        vec![Mistake { line: Some(line_after(good)), ..mistake }]
    })
}
