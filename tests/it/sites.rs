//! The site files of the repository: each is right, and each real portal has a listing and a report among the cases.

use std::path::Path;

use govwatch::config::{Network, load_sites};

#[test]
fn every_site_file_is_right_and_every_real_portal_has_its_cases() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let loaded = load_sites(&root.join("sites"), &[], &Network::default());
    let mistakes: Vec<String> = loaded.mistakes.iter().map(ToString::to_string).collect();
    assert_eq!(mistakes, [""; 0]);
    let real = loaded.sites.iter().filter(|site| !site.id.as_str().starts_with("demo-"));
    let mut n_real = 0;
    for site in real {
        n_real += 1;
        assert!(!site.listings.is_empty(), "{}: no listing", site.id);
        let cases: Vec<String> = std::fs::read_dir(root.join("tests/corpus").join(site.id.as_str()))
            .unwrap_or_else(|error| panic!("{}: no cases: {error}", site.id))
            .map(|case| case.expect("a folder").file_name().to_string_lossy().into_owned())
            .collect();
        for kind in ["list", "detail"] {
            assert!(cases.iter().any(|case| case.starts_with(kind)), "{}: no {kind} case in {cases:?}", site.id);
        }
    }
    assert!(n_real > 0, "the repository watches no real portal");
}
