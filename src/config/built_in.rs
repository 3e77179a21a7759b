//! The family files and the kinds of report that are part of the binary, so that pages are recognised anywhere. A file
//! of the same id beside the site files overrides its text here.

/// Id and text of every file in `sites/families/`, in the order of ids.
pub(super) const BUILT_IN: &[(&str, &str)] = &[
    ("gkmlpt", include_str!("../../sites/families/gkmlpt.toml")),
    ("hanweb-jcms", include_str!("../../sites/families/hanweb-jcms.toml")),
    ("trs", include_str!("../../sites/families/trs.toml")),
    ("ucap", include_str!("../../sites/families/ucap.toml")),
    ("vsb", include_str!("../../sites/families/vsb.toml")),
];

/// The kinds of report: `sites/obligations.toml`.
pub(super) const OBLIGATIONS: &str = include_str!("../../sites/obligations.toml");

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::BUILT_IN;
    use crate::config::family;

    #[test]
    fn the_table_lists_every_file_of_the_folder() {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("sites/families");
        let files = std::fs::read_dir(dir).into_iter().flatten().map(|file| file.expect("readable").path());
        let mut stems: Vec<_> = files.map(|file| file.file_stem().unwrap().to_string_lossy().into_owned()).collect();
        stems.sort();
        assert_eq!(BUILT_IN.iter().map(|(id, _)| (*id).to_owned()).collect::<Vec<_>>(), stems);
    }

    #[test]
    fn every_built_in_family_is_right() {
        for (id, text) in BUILT_IN {
            let family = family::read(id, id, text).unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
            assert!(!family.signals.is_empty(), "{id} cannot be recognised");
        }
    }
}
