//! `obligations.toml`: built in, or beside the site files; and what a site owes by it.

use govwatch::config::{Recheck, Site, load_kinds};

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

/// Kind and due day of what a site owes, in order.
fn owed(site: &Site) -> Vec<String> {
    site.owes.owed.iter().map(|owed| format!("{} {:02}-{:02}", owed.kind, owed.due.0, owed.due.1)).collect()
}

fn owes(table: &str) -> Vec<String> {
    let loaded = load(&folder(&[("a.toml", &format!("{SMALLEST}{table}"))]), &[]);
    assert!(loaded.mistakes.is_empty(), "{:?}", loaded.mistakes);
    owed(&loaded.sites[0])
}

#[test]
fn what_a_site_owes_follows_from_the_sort_of_office_that_it_says_it_is() {
    let (rule, website) = ("rule-of-law-annual 04-01", "website-annual 01-31");
    assert_eq!(owes(""), [""; 0], "a file that says nothing owes nothing");
    assert_eq!(owes("[obligations]\nlevel = \"county\"\n"), [""; 0]);
    let government = owes("[obligations]\nunit = \"government\"\nlevel = \"county\"\n");
    assert_eq!(government, [rule, "disclosure-annual 03-31", website]);
    let department = owes("[obligations]\nunit = \"department\"\nlevel = \"county\"\n");
    assert_eq!(department, [rule, "disclosure-annual 01-31", website]);
    let township = owes("[obligations]\nunit = \"government\"\nlevel = \"township\"\n");
    assert_eq!(township, [rule, website], "the Regulations name counties and above");
    assert_eq!(
        owes("[obligations]\nunit = \"department\"\nlevel = \"county\"\nowes = [\"disclosure-annual\"]\n"),
        ["disclosure-annual 01-31"]
    );
    assert_eq!(owes("[obligations]\nowes = [\"rule-of-law-annual\"]\n"), [rule]);
    assert_eq!(owes("[obligations]\nunit = \"government\"\nlevel = \"county\"\nowes = [\"none\"]\n"), [""; 0]);
}

#[test]
fn the_level_is_that_of_the_division_and_the_rule_of_a_province_stands_above_the_general_one() {
    let kinds = "[[kind]]\nid = \"a\"\nname = \"甲\"\ntitle = \"甲\"\n\
                 [[obligation]]\nkind = \"a\"\ndue = \"03-01\"\ndivisions = [\"14\"]\nsource = \"省\"\n\
                 [[obligation]]\nkind = \"a\"\ndue = \"04-01\"\nlevels = [\"city\", \"county\"]\nsource = \"国\"\ngrace = \"3 days\"\n";
    let of = |division: &str| {
        let site = format!("division = \"{division}\"\n{SMALLEST}[obligations]\nunit = \"government\"\n");
        let loaded = load(&folder(&[("obligations.toml", kinds), ("a.toml", &site)]), &[]);
        assert!(loaded.mistakes.is_empty(), "{:?}", loaded.mistakes);
        owed(&loaded.sites[0])
    };
    assert_eq!(
        [of("141123"), of("130100"), of("130000")],
        [vec!["a 03-01".to_owned()], vec!["a 04-01".to_owned()], vec![]]
    );
}

#[test]
fn mistakes_about_obligations_are_told_with_line_and_key() {
    let kinds = "[[kind]]\nid = \"a\"\nname = \"甲\"\ntitle = \"甲\"\n\
                 [[obligation]]\nkind = \"b\"\ndue = \"02-29\"\nunits = [\"govermnent\"]\nlevels = [\"land\"]\nduo = 1\n\
                 [[obligation]]\nfirst_year = 3\ndivisions = [\"x\"]\nnear = [\"((\"]\ngrace = \"soon\"\n";
    insta::assert_snapshot!(with_kinds(kinds, "").join("\n"), @r#"
    obligations.toml:5: obligation.source: is missing; expected the rule that says so
    obligations.toml:6: obligation.kind: there is no kind "b"; expected a kind of this file
    obligations.toml:7: obligation.due: "02-29" is no day of every year; expected month and day, such as "04-01"
    obligations.toml:8: obligation.units: "govermnent" is not known; did you mean "government"?
    obligations.toml:9: obligation.levels: "land" is not known; expected "national", "province", "city", "county" or "township"
    obligations.toml:10: obligation.duo: is not a key; did you mean "due"?
    obligations.toml:11: obligation.kind: is missing; expected a kind of this file
    obligations.toml:11: obligation.due: is missing; expected month and day, such as "04-01"
    obligations.toml:11: obligation.source: is missing; expected the rule that says so
    obligations.toml:12: obligation.first_year: 3 is out of range; expected a whole number from 1949 to 2100
    obligations.toml:13: obligation.divisions: "x" begins no division code; expected the first two to six digits of GB/T 2260, such as "14"
    obligations.toml:14: obligation.near: "((" is not a pattern: unclosed group; expected a regular expression of Rust's regex crate
    obligations.toml:15: obligation.grace: "soon" is not a span of time; expected a span of time such as "3s", "90 min", "1h 30m" or "7 days"
    "#);
    let of = |table: &str| {
        let dir = folder(&[("a.toml", &format!("{SMALLEST}[obligations]\n{table}"))]);
        let prefix = format!("{}/", dir.path().display());
        load(&dir, &[])
            .mistakes
            .iter()
            .map(|mistake| mistake.to_string().replace(&prefix, ""))
            .collect::<Vec<_>>()
            .join("\n")
    };
    let wrong = "unit = \"goverment\"\nowes = [\"rule-of-law\"]\nremind = \"soon\"\noffices = \"x\"\n";
    insta::assert_snapshot!(of(wrong), @r#"
    a.toml:4: obligations.unit: "goverment" is not known; did you mean "government"?
    a.toml:5: obligations.owes: no obligation is of kind "rule-of-law"; did you mean "rule-of-law-annual"?
    a.toml:6: obligations.remind: "soon" is not a span of time; expected a span of time such as "3s", "90 min", "1h 30m" or "7 days"
    a.toml:7: obligations.offices: is not a key; did you mean "office"?
    "#);
    insta::assert_snapshot!(of("unit = \"government\"\n"), @r#"a.toml:3: obligations.level: is missing; expected "national", "province", "city", "county" or "township", or a `division` of the site"#);
    insta::assert_snapshot!(of("owes = [\"disclosure-annual\"]\n"), @r#"a.toml:3: obligations.unit: is missing; expected "government" or "department": each owes disclosure-annual by a day of its own"#);
}
