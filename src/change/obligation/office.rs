//! Whose report it is: a county's portal shows those of its bureaus and townships beside its own.
//!
//! In: a title, the name of the site. Out: whether it is that office's own. Never: a guess in favour of "overdue":
//! what seems to be another office's holds back a verdict until a person has said so.

use std::sync::LazyLock;

use regex::Regex;

use crate::change::fingerprint::bare;
use crate::page::pattern;

/// Whose a report is, as far as its title tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// The office's own.
    Own,
    /// It may be: it names nobody where several offices publish, or the office by another name, or all of them.
    Open,
    /// Another office's.
    Others,
}

/// The office whose reports count.
#[derive(Debug, Clone, Default)]
pub struct Office {
    /// The name of the site.
    pub name: String,
    /// A pattern on the titles of its own reports, where a person has given one.
    pub own: Option<Regex>,
}

/// What a report is about, and the years: the office's name stands before.
static SUBJECT: LazyLock<Regex> = LazyLock::new(|| {
    pattern("法治|依法|政府信息公开|信息公开|政务公开|政府网站|网站|政务新媒体|年度|工作|(?:19|20)[0-9]{2}")
});
/// A year at the head of a title says nothing of the office.
static YEAR: LazyLock<Regex> = LazyLock::new(|| pattern("(?:19|20)[0-9]{2}年?度?"));
/// Papers that hold those of many offices.
static OF_MANY: LazyLock<Regex> =
    LazyLock::new(|| pattern("汇编|合集|各(?:[县市区]直)?(?:部门|单位|委办局|局|乡镇|镇|街道)|所属(?:部门|单位)"));
/// How the names of offices end that are no government's.
static BUREAU: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        "(?:局|委|委员会|厅|部|办|办公室|中心|镇|乡|街道|街道办|街道办事处|管委会|站|所|院|处|队|公司|学校|银行|署)$",
    )
});
/// What the names of portals and governments have in front and behind that names nobody.
static FRAME: LazyLock<Regex> =
    LazyLock::new(|| pattern("^(?:中国|中共|关于|我|本)|(?:人民政府|政府|门户|官方|网站|网|首页|关于|的|:|—|-)+$"));

impl Office {
    /// Whether a report of this title is the office's own, as far as the title tells.
    pub fn is_own(&self, title: &str) -> bool {
        self.whose(title) == Whose::Own
    }

    /// Whose a report of this title is.
    pub fn whose(&self, title: &str) -> Whose {
        let title = bare(title);
        match &self.own {
            Some(own) => self.by_pattern(own, &title),
            None if self.is_by_name(&title) => Whose::Own,
            None => Whose::Others,
        }
    }

    /// By the pattern that a person gave: it says which titles are the office's, and is no proof that others are not.
    fn by_pattern(&self, own: &Regex, title: &str) -> Whose {
        if own.is_match(title) {
            return Whose::Own;
        }
        let named = named(title);
        if named.chars().count() < 2 {
            // The portal is the office's own, or one of many offices.
            return if own.is_match(&bare(&self.name)) { Whose::Own } else { Whose::Open };
        }
        let is_near =
            own.as_str().split('|').any(|name| is_other_name(&core(name.trim_matches(['^', '$', '(', ')'])), &named));
        if is_near || OF_MANY.is_match(title) { Whose::Open } else { Whose::Others }
    }

    /// By the name of the site.
    fn is_by_name(&self, title: &str) -> bool {
        let (named, core) = (named(title), core(&self.name));
        // 县人民政府, 我局: no name at all.
        if named.chars().count() < 2 {
            return true;
        }
        let is_same = !core.is_empty() && (named.ends_with(&core) || core.ends_with(&named));
        if is_same || (core.contains(&named) && !BUREAU.is_match(&core)) {
            return true;
        }
        // A name without Chinese characters is an id: it can be compared with nothing.
        let is_comparable = core.chars().any(|c| c > '\u{2e7f}');
        !BUREAU.is_match(&named) && (!is_comparable || !has_place(&named))
    }

    /// The name by which titles on other sites may name this office; `None`: too short to tell it from others.
    pub fn known_as(&self) -> Option<String> {
        let core = core(&self.name);
        let is_telling = core.chars().count() > 1 && core.chars().all(|c| c > '\u{2e7f}');
        is_telling.then_some(core)
    }
}

/// Whether two names may be one office's: 县教育局, 左权教育局 and 左权县教育科技局 are 左权县教育局, and the county is not.
fn is_other_name(one: &str, other: &str) -> bool {
    /// Characters that one name of an office may have more than another: its province and city stand before it seldom.
    const MOST_MORE: usize = 4;
    let is_within = |short: &str, long: &str| {
        let mut rest = long.chars();
        short.chars().all(|c| rest.any(|of_long| of_long == c))
    };
    !one.is_empty()
        && one.chars().count().abs_diff(other.chars().count()) <= MOST_MORE
        && BUREAU.is_match(one) == BUREAU.is_match(other)
        && (is_within(one, other) || is_within(other, one))
}

/// The office that a title names before its subject; empty where it names none.
fn named(title: &str) -> String {
    let title = YEAR.replace(title, "");
    let end = SUBJECT.find(&title).map_or(title.len(), |found| found.start());
    core(&title[..end])
}

/// A name without the words around it: 中国兴县人民政府门户网站 is 兴县.
fn core(name: &str) -> String {
    let mut core = bare(name);
    loop {
        let cut = FRAME.replace_all(&core, "").into_owned();
        // 政府网 alone would leave nothing to compare.
        if cut == core || cut.is_empty() {
            return cut;
        }
        core = cut;
    }
}

/// Whether a name is that of a place.
fn has_place(name: &str) -> bool {
    name.ends_with(['省', '市', '县', '区', '旗', '州', '盟'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_own(site: &str, title: &str) -> bool {
        Office { name: site.to_owned(), own: None }.is_own(title)
    }

    #[test]
    fn a_government_is_told_from_its_bureaus_and_townships() {
        for title in [
            "兴县2025年法治政府建设年度报告",
            "2025年度法治政府建设情况报告",
            "兴县人民政府关于2025年法治政府建设情况的报告",
            "中共兴县县委兴县人民政府关于2025年法治政府建设工作的年度报告",
            "2025年度兴县法治政府建设年度报告",
            "山西省吕梁市兴县2025年政府信息公开工作年度报告",
            "县人民政府2025年政府信息公开工作年度报告",
        ] {
            assert!(is_own("兴县人民政府", title), "{title}");
        }
        for title in [
            "兴县财政局2025年法治政府建设年度报告",
            "蔚汾镇2025年法治政府建设年度报告",
            "2025年度兴县司法局法治政府建设情况报告",
            "吕梁市2025年法治政府建设年度报告",
            "县教育局关于2025年法治政府建设情况的报告",
        ] {
            assert!(!is_own("兴县人民政府", title), "{title}");
        }
    }

    #[test]
    fn a_bureau_is_known_by_its_long_and_its_short_name() {
        let site = "兴县财政局";
        for title in [
            "兴县财政局2025年法治政府建设年度报告",
            "县财政局2025年法治政府建设年度报告",
            "财政局2025年度法治政府建设情况报告",
            "2025年法治政府建设年度报告",
            "吕梁市兴县财政局2025年法治政府建设年度报告",
        ] {
            assert!(is_own(site, title), "{title}");
        }
        for title in ["兴县2025年法治政府建设年度报告", "兴县司法局2025年法治政府建设年度报告"]
        {
            assert!(!is_own(site, title), "{title}");
        }
    }

    #[test]
    fn a_site_whose_name_is_its_id_knows_only_that_a_bureau_is_named() {
        assert!(is_own("xingxian", "兴县2025年法治政府建设年度报告"));
        assert!(!is_own("xingxian", "兴县财政局2025年法治政府建设年度报告"));
        assert_eq!(Office { name: "xingxian".into(), own: None }.known_as(), None);
        assert_eq!(Office { name: "兴县人民政府".into(), own: None }.known_as().as_deref(), Some("兴县"));
    }

    #[test]
    fn a_pattern_of_a_person_decides() {
        let own = Some(Regex::new("蔚汾镇").expect("a pattern"));
        let office = Office { name: "兴县人民政府".into(), own };
        assert!(office.is_own("蔚汾镇2025年法治政府建设年度报告"));
        assert_eq!(office.whose("兴县2025年法治政府建设年度报告"), Whose::Others);
        assert_eq!(office.whose("2025年法治政府建设年度报告"), Whose::Open, "the county's, or the town's");
    }

    #[test]
    fn what_a_pattern_does_not_meet_may_be_the_offices_own_under_another_name() {
        let own = Some(Regex::new("左权县教育局").expect("a pattern"));
        let office = Office { name: "左权县教育局".into(), own };
        for title in ["2026年政府信息公开年度报告", "政府信息公开工作情况报告（2026）", "年度报告"]
        {
            assert_eq!(office.whose(title), Whose::Own, "{title}");
        }
        for title in [
            "县教育局2026年政府信息公开工作年度报告",
            "左权教育局2026年政府信息公开工作年度报告",
            "左权县教育科技局2026年政府信息公开工作年度报告",
            "左权县各部门2026年政府信息公开工作年度报告汇编",
        ] {
            assert_eq!(office.whose(title), Whose::Open, "{title}");
        }
        let own = Some(Regex::new("兴县民政局").expect("a pattern"));
        let welfare = Office { name: "兴县民政局".into(), own };
        let title = "兴县人民政府国有资产监督管理局2026年政府信息公开工作年度报告";
        assert_eq!(welfare.whose(title), Whose::Others);
        for title in ["左权县司法局2026年政府信息公开工作年度报告", "左权县2026年政府信息公开工作年度报告"]
        {
            assert_eq!(office.whose(title), Whose::Others, "{title}");
        }
    }
}
