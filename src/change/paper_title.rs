//! What a title calls a paper by itself: without the type of a file, a notice around it, an occasion or an annex behind it,
//! the names of other papers within it, and the office before it.
//!
//! In: a title without white space. Out: the same, or less of it. Never: what the words left out say of another paper (a
//! form, a draft, a call for reports); those stay.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use crate::page::pattern;

/// Rows and files may be named after their type.
static TYPE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)\.(?:pdf|docx?|wps|ofd|ceb|xlsx?|et|s?html?|rtf|txt|zip|rar|7z|jpe?g|png|tiff?)$"));
/// 附件1: in front.
static ANNEXED: LazyLock<Regex> = LazyLock::new(|| pattern("^附件(?:[0-9一二三四五六七八九十]{1,2}[:.、_-]|[:.、])"));
/// A notice that publishes a report: who gives it, and the report.
static NOTICE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        "^(?:([^《》]{0,40}?)关于)?(?:公布|印发|发布|公开)(?:《([^《》]+)》|([^《》]+))的",
        "(?:通知|公告|公示|函)(?:[(][^)]{1,40}[)])?$"
    ))
});
/// The name of another paper.
static QUOTED: LazyLock<Regex> = LazyLock::new(|| pattern("《[^》]*》"));
/// An occasion, or an office, behind a report: ——在县第十七届人大常委会第三十次会议上.
static OCCASION: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        "^(.*?(?:报告|年报|报表))[—–-]{1,3}",
        "(?:[^—]{0,16}在.{2,40}(?:会|会议)上?(?:的报告)?|[^—]{0,20}(?:政府|局|委员会|厅|办公室)|公开版|全文)$"
    ))
});
/// What is published with a report, in one paper.
static ANNEX: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        "^(.*?(?:报告|年报|报表))(?:及|和|与|暨|、)其?(?:相关)?(?:统计报?表|附[表件]|",
        "(?:(?:19|20)[0-9]{2}年?度?|下一步|下步|今后|明年|来年).{0,16}(?:要点|计划|打算|安排|思路))$"
    ))
});
/// What is said of a report in brackets without making it another paper.
static ASIDE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\((?:[附含](?:(?:19|20)[0-9]{2}年?度?)?(?:统计报?表|报表|附[表件])|按?新(?:格式|版)|全文|定稿|终稿|公开版|(?:pdf|word)版?|扫描[件版])\)$",
    )
});
/// Where the matter of a title begins: an office may stand before.
static MATTER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        "(?:19|20)[0-9]{2}|[〇○零一二三四五六七八九]{4}年|法治|依法|政府信息|信息公开|政务公开|政府网站|网站|政务新媒体|年度|关于",
    )
});
/// What may stand before the office.
static LEAD: LazyLock<Regex> = LazyLock::new(|| pattern("^(?:关于)?(?:(?:19|20)[0-9]{2}年?度?)?"));
/// How the names of offices end.
static OFFICE: LazyLock<Regex> =
    LazyLock::new(|| pattern("(?:局|委员会|办公室|厅|办|中心|处|队|署|院|所|馆|部)(?:党组|党委|机关)?$"));
/// What is done, and no name: 县委督察组检查司法局.
static DONE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        "[在向对]|召开|举办|举行|组织[^部]|开展|听取|审议|报送|上报|参加|做好|印发|公布|发布|调研|[察查导研]组|督[察查导][^局办室支大总]|检查[^局办站支大总]",
    )
});

/// A title without what is no part of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Paper<'t> {
    /// What the paper is called.
    pub(super) title: Cow<'t, str>,
    /// Whether a notice around it, if there is one, says whose it is: one that says neither may call for it.
    pub(super) is_told: bool,
}

/// A title without the type of a file: `….pdf`.
pub(super) fn without_type(bare_title: &str) -> &str {
    let end = TYPE.find(bare_title).map_or(bare_title.len(), |found| found.start());
    &bare_title[..end]
}

/// The paper of a title.
pub(super) fn paper(bare_title: &str) -> Paper<'_> {
    let mut is_told = true;
    let mut title = Cow::Borrowed(without_type(bare_title));
    if let Some(lead) = ANNEXED.find(&title) {
        title = Cow::Owned(title[lead.end()..].to_owned());
    }
    // A slip that is met on portals, and is no other word.
    if title.contains("法冶") {
        title = Cow::Owned(title.replace("法冶", "法治"));
    }
    let published = NOTICE.captures(&title).and_then(|notice| {
        let report = notice.get(2).or_else(|| notice.get(3))?.as_str().to_owned();
        let is_given = notice.get(1).is_some_and(|who| !who.is_empty());
        Some((is_given || MATTER.find(&report).is_none_or(|matter| matter.start() > 0), report))
    });
    if let Some((is_named, report)) = published {
        (title, is_told) = (Cow::Owned(report), is_named);
    }
    let is_report = |title: &str| ["报告", "年报", "报表"].iter().any(|word| title.contains(word));
    if let Some(whole) = title.strip_prefix('《').and_then(|title| title.strip_suffix('》'))
        && !whole.contains(['《', '》'])
    {
        title = Cow::Owned(whole.to_owned());
    } else if title.contains('《') {
        let without = QUOTED.replace_all(&title, "").into_owned();
        if is_report(&without) {
            title = Cow::Owned(without);
        }
    }
    while let Some(end) = tail(&title) {
        title = Cow::Owned(title[..end].to_owned());
    }
    Paper { title: without_office(title), is_told }
}

/// Where what stands behind a report begins.
fn tail(title: &str) -> Option<usize> {
    let behind = |pattern: &Regex| pattern.captures(title).and_then(|found| Some(found.get(1)?.end()));
    behind(&OCCASION).or_else(|| behind(&ANNEX)).or_else(|| Some(ASIDE.find(title)?.start()))
}

/// A title without the office before its matter: 新闻出版局 makes no news of its report.
fn without_office(title: Cow<'_, str>) -> Cow<'_, str> {
    let from = LEAD.find(&title).map_or(0, |lead| lead.end());
    let Some(matter) = MATTER.find_at(&title, from).map(|found| found.start()) else { return title };
    let name = &title[from..matter];
    if !OFFICE.is_match(name) || DONE.is_match(name) {
        return title;
    }
    Cow::Owned([&title[..from], &title[matter..]].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_part_of_a_report_is_left_out_of_its_title() {
        for (title, called, is_told) in [
            ("云台县2025年法治政府建设情况报告.pdf", "云台县2025年法治政府建设情况报告", true),
            ("附件1:2025年法治政府建设情况报告.docx", "2025年法治政府建设情况报告", true),
            ("附件2025年报告", "附件2025年报告", true),
            ("云台县2025年法冶政府建设情况报告", "云台县2025年法治政府建设情况报告", true),
            ("2025年情况报告——在县第十七届人大常委会第三十次会议上", "2025年情况报告", true),
            ("2025年情况报告——答记者问", "2025年情况报告——答记者问", true),
            ("2025年情况报告及2026年工作要点", "2025年情况报告", true),
            ("2025年情况报告及整改方案", "2025年情况报告及整改方案", true),
            ("2025年年度报告及统计表(新格式)", "2025年年度报告", true),
            ("2025年年度报告(附模板)", "2025年年度报告(附模板)", true),
            ("2025年年度报告(模板)", "2025年年度报告(模板)", true),
            ("关于贯彻《实施方案》情况的报告", "关于贯彻情况的报告", true),
            ("《2025年年度报告》", "2025年年度报告", true),
            ("《2025年年度报告》解读", "《2025年年度报告》解读", true),
            ("关于印发《云台县2025年情况报告》的通知", "云台县2025年情况报告", true),
            ("云台县财政局关于公布2025年年度报告的公告(第1号)", "2025年年度报告", true),
            ("关于公布2025年年度报告的通知", "2025年年度报告", false),
            ("关于报送2025年年度报告的通知", "关于报送2025年年度报告的通知", true),
            ("县新闻出版局2025年年度报告", "2025年年度报告", true),
            ("县委向监督检查局2025年年度报告", "县委向监督检查局2025年年度报告", true),
            ("县审计局党组2025年情况报告", "2025年情况报告", true),
            ("县委督察组检查司法局2025年情况报告", "县委督察组检查司法局2025年情况报告", true),
            ("2025年度绩效考核办公室法治政府建设情况报告", "2025年度法治政府建设情况报告", true),
        ] {
            assert_eq!(paper(title), Paper { title: called.into(), is_told }, "{title}");
        }
    }
}
