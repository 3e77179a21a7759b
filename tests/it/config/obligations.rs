//! `obligations.toml`: built in, or beside the site files.

use govwatch::config::{Recheck, load_kinds};

use super::{SMALLEST, folder, load};

fn with_kinds(kinds: &str, site: &str) -> Vec<String> {
    let dir = folder(&[("obligations.toml", kinds), ("a.toml", &format!("{SMALLEST}{site}"))]);
    let prefix = format!("{}/", dir.path().display());
    load(&dir, &[]).mistakes.iter().map(|mistake| mistake.to_string().replace(&prefix, "")).collect()
}

#[test]
fn the_file_beside_the_sites_takes_the_place_of_the_built_in_one() {
    let kinds = "[[kind]]\nid = \"audit\"\nname = \"审计\"\ntitle = \"审计(结果)?公告$\"\nrecheck = \"7 days\"\n";
    let dir = folder(&[("obligations.toml", kinds), ("a.toml", SMALLEST)]);
    let loaded = load(&dir, &[]);
    assert_eq!((loaded.mistakes, loaded.n_files), (vec![], 1));
    let ids: Vec<&str> = loaded.kinds.iter().map(|kind| kind.id.as_str()).collect();
    assert_eq!(ids, ["audit"]);
    let kind = loaded.kinds.of("兴县2023年度审计结果公告", None, &[], "").expect("a kind");
    assert!(matches!(kind.recheck, Some(Recheck::Every(span)) if span.as_secs() == 7 * 86_400));
    let built_in = load(&folder(&[("a.toml", SMALLEST)]), &[]).kinds;
    assert!(built_in.get("rule-of-law-annual").is_some() && built_in.get("audit").is_none());
    assert!(matches!(built_in.get("normative").expect("a kind").recheck, Some(Recheck::Every(_))));
}

#[test]
fn every_mistake_of_the_file_is_told_with_line_and_key() {
    let kinds = "kinds = 1\n[[kind]]\nid = \"Audit\"\ntitle = \"((\"\nyeer = \"title\"\n[[kind]]\nid = \"a\"\nyear = \"titel\"\n\
                 [[kind]]\nid = \"a\"\ncolumn = [\"x\"]\nrecheck = \"soon\"\ndue = \"04-01\"\n[[kind]]\nname = \"b\"\ntitle = \"b\"\n";
    insta::assert_snapshot!(with_kinds(kinds, "").join("\n"), @r#"
    obligations.toml:1: kinds: is not a key; did you mean "kind"?
    obligations.toml:3: kind.id: "Audit" is no kind; expected a word of a-z, 0-9 and hyphens, such as "rule-of-law-annual"
    obligations.toml:4: kind.title: "((" is not a pattern: unclosed group; expected a regular expression of Rust's regex crate
    obligations.toml:5: kind.yeer: is not a key; did you mean "year"?
    obligations.toml:6: kind.title: is missing; expected title = [..] or column = [..]
    obligations.toml:8: kind.year: "titel" is not known; did you mean "title"?
    obligations.toml:10: kind.id: "a" is taken by a kind above; expected an id of its own
    obligations.toml:12: kind.recheck: "soon" is not a span of time; expected "decay" or a span of time such as "24h" or "7 days"
    obligations.toml:13: kind.due: is not a key; expected column, id, name, not, recheck, text_all, text_any, title or year
    obligations.toml:14: kind.id: is missing; expected a word of a-z, 0-9 and hyphens, such as "rule-of-law-annual"
    "#);
    insta::assert_snapshot!(with_kinds("", "").join("\n"), @r#"obligations.toml:1: kind: is missing; expected at least one [[kind]]"#);
}

#[test]
fn a_listing_names_a_known_kind() {
    let kinds = "[[kind]]\nid = \"audit\"\nname = \"审计\"\ntitle = \"审计\"\n";
    assert_eq!(with_kinds(kinds, "kind = \"audit\"\n"), [""; 0]);
    insta::assert_snapshot!(with_kinds(kinds, "kind = \"audti\"\n").join("\n"), @r#"a.toml:3: listing.kind: there is no kind "audti"; did you mean "audit"?"#);
    insta::assert_snapshot!(with_kinds(kinds, "kind = \"rule-of-law-annual\"\n").join("\n"), @r#"a.toml:3: listing.kind: there is no kind "rule-of-law-annual"; expected a kind of obligations.toml"#);
    let broken = with_kinds("[[kind]]\nid = 3\ntitle = \"x\"\n", "kind = \"rule-of-law-annual\"\n");
    assert!(broken.len() == 1 && broken[0].starts_with("obligations.toml:2: kind.id"), "{broken:?}");
}

#[test]
fn the_file_of_kinds_is_no_site() {
    let dir = folder(&[("obligations.toml", "[[kind]]\nid = \"a\"\ntitle = \"a\"\n"), ("a.toml", SMALLEST)]);
    let loaded = load(&dir, &["obligations"]);
    assert_eq!((loaded.unknown.len(), loaded.n_files), (1, 0));
    let (kinds, mistakes) = load_kinds(dir.path());
    assert_eq!((kinds.iter().count(), mistakes), (1, vec![]));
}
