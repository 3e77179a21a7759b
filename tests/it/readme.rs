//! The README's TOML blocks are what they say: site files and settings without a mistake.

use std::collections::BTreeMap;
use std::path::Path;

use govwatch::config::{Network, Settings, load_sites};

/// The TOML blocks of a Markdown text.
fn blocks(text: &str) -> Vec<&str> {
    let opened = text.split("```toml\n").skip(1);
    opened.filter_map(|rest| rest.split("```").next()).collect()
}

fn mistakes_of_site_file(text: &str) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("readme.toml"), text).expect("an empty folder");
    let loaded = load_sites(folder.path(), &[], &Network::default());
    loaded.mistakes.iter().map(ToString::to_string).collect()
}

fn mistakes_of_settings(text: &str) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("govwatch.toml");
    std::fs::write(&file, text).expect("an empty folder");
    let loaded = Settings::load(Some(&file), &variables(text));
    loaded.err().unwrap_or_default().iter().map(ToString::to_string).collect()
}

/// The variables that a text names as the places of its secrets; each is an address, which may be a password too.
fn variables(text: &str) -> BTreeMap<String, String> {
    let named = text.split("env = \"").skip(1).filter_map(|rest| rest.split('"').next());
    named.map(|name| (name.to_owned(), "https://example.org/robot?key=x".to_owned())).collect()
}

#[test]
fn the_toml_blocks_of_both_readmes_are_right() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (name, n_blocks) in [("README.md", 4), ("README.zh-CN.md", 2)] {
        let text = std::fs::read_to_string(root.join(name)).expect("the README");
        let blocks = blocks(&text);
        assert_eq!(blocks.len(), n_blocks, "{name}");
        for block in blocks {
            let is_site = block.contains("[[listing]]");
            let mistakes = if is_site { mistakes_of_site_file(block) } else { mistakes_of_settings(block) };
            assert_eq!(mistakes, Vec::<String>::new(), "{name}:\n{block}");
        }
    }
}
