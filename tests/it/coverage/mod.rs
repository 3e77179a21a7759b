//! Obligations and coverage: a year of many offices, a few portals over a due day, and the command.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on shows where")]

mod command;
mod story;
mod titles;
pub(crate) mod told;
mod year;

use std::sync::Arc;

use govwatch::change::obligation::Like;
use govwatch::config::{Network, Site, load_sites};

const RULE: &str = "rule-of-law-annual";
const DISCLOSURE: &str = "disclosure-annual";

/// The sites of these files, in the order of their ids.
fn sites(files: &[(String, String)]) -> Vec<Arc<Site>> {
    let folder = tempfile::tempdir().unwrap();
    for (id, text) in files {
        std::fs::write(folder.path().join(format!("{id}.toml")), text).unwrap();
    }
    let loaded = load_sites(folder.path(), &[], &Network::default());
    assert!(loaded.mistakes.is_empty(), "{:?}", loaded.mistakes);
    loaded.sites
}

#[test]
fn a_disclosure_report_under_other_words_may_be_it_and_papers_around_it_are_not() {
    let file = "home = \"http://www.x.example/\"\n[[listing]]\nurl = \"http://www.x.example/nb/\"\n\
        [obligations]\nunit = \"department\"\nlevel = \"county\"\nowes = [\"disclosure-annual\"]\n";
    let site = &sites(&[("x".to_owned(), file.to_owned())])[0];
    let obligation = &site.owes.owed[0];
    let like = Like { obligation, kind: site.kinds.get(&obligation.kind).unwrap() };
    for title in ["和顺县教育局2026年依申请公开及主动公开情况年报", "信息公开指南及2026年年报", "2026年年报"]
    {
        assert!(like.may_be(title, None, false), "{title}");
    }
    for title in [
        "政府信息公开指南",
        "政府信息公开申请表",
        "关于报送2026年政府信息公开工作年度报告的通知",
        "2026年上半年政府信息公开工作总结",
        "2026年政府信息公开情况统计表",
    ] {
        assert!(!like.may_be(title, None, false), "{title}");
    }
}
