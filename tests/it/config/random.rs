//! Properties of the loader on texts that nobody would write.

use govwatch::config::{Mistake, Settings};
use proptest::prelude::*;

use super::settings::env;
use super::{folder, load};

/// Pieces that site files are made of, so that random texts reach deep.
fn toml_like() -> impl Strategy<Value = String> {
    let key = prop::sample::select(vec![
        "name", "url", "every", "cron", "pages", "title", "listing", "pace", "kind", "hours", "include", "timezone",
        "allow", "resolve", "x.y",
    ]);
    let value = prop_oneof![
        "[ -~兴县\\n\"\\[\\]{}=.]{0,12}",
        prop::sample::select(vec![
            "\"http://a/\"",
            "[[1], {}]",
            "{ kind = \"next\", x = [] }",
            "1e9",
            "-0",
            "'''",
            "\"0 0 30 2 *\"",
            "\"* * * * 8\"",
            "\"1h 99999999999y\"",
            "\"99:99-1:1\"",
            "\"{n}\""
        ])
        .prop_map(str::to_owned),
    ];
    let header =
        prop::sample::select(vec!["[[listing]]", "[pace]", "[listing]", "[[page]]", "[report]", "[a.b]", "[["]);
    let line =
        prop_oneof![3 => (key, value).prop_map(|(k, v)| format!("{k} = {v}")), 1 => header.prop_map(str::to_owned)];
    prop::collection::vec(line, 0..12).prop_map(|lines| lines.join("\n"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_the_loader_panic(text in prop_oneof![any::<String>(), toml_like()]) {
        let dir = folder(&[("site.toml", &text), ("families/f.toml", &text), ("g.toml", &text)]);
        let loaded = load(&dir, &[]);
        let n_lines = text.split('\n').count();
        let in_file = |mistake: &Mistake| mistake.line.is_none_or(|line| (1..=n_lines).contains(&line));
        prop_assert!(loaded.mistakes.iter().all(in_file));
        prop_assert!(loaded.sites.is_empty() || loaded.mistakes.iter().all(|one| one.file.contains("families")));
        let _ = Settings::load(Some(&dir.path().join("g.toml")), &env(&[]));
    }
}
