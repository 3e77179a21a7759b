//! The demo's two site files: the same bytes that stand in the repository's `sites/` folder.

/// A site file: its name in the folder and its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SiteFile {
    /// `ID.toml`.
    pub name: &'static str,
    /// TOML.
    pub text: &'static str,
}

/// The two site files of the demo.
pub const SITE_FILES: [SiteFile; 2] = [
    SiteFile { name: "demo-fazhi.toml", text: include_str!("../../sites/demo-fazhi.toml") },
    SiteFile { name: "demo-xiangzhen.toml", text: include_str!("../../sites/demo-xiangzhen.toml") },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Network, load_sites};
    use std::path::Path;

    #[test]
    fn both_site_files_are_right() {
        let only = SITE_FILES.map(|file| file.name.trim_end_matches(".toml").to_owned());
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("sites");
        let loaded = load_sites(&folder, &only, &Network::default());
        assert_eq!(loaded.mistakes.iter().map(ToString::to_string).collect::<Vec<_>>(), Vec::<String>::new());
        let n_listings: Vec<usize> = loaded.sites.iter().map(|site| site.listings.len()).collect();
        assert_eq!(n_listings, [2, 1]);
    }
}
