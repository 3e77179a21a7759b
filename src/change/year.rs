//! The year that a report is about: from its title, else by the rule of its kind from publication and text.
//!
//! In: a title; kind, day of publication, head of the text. Out: a year, or none where the title names none or a span
//! of years and the kind has no rule for that. Never: the year of a document number (〔2024〕) or of a day of issue.

use std::ops::RangeInclusive;
use std::sync::LazyLock;

use jiff::civil::Date;
use regex::Regex;

use super::fingerprint::bare;
use super::report_kind::{Kind, YearRule};

/// Years that a report can be about: the republic's.
const YEARS: RangeInclusive<i16> = 1949..=2100;

/// What is no year of report: document numbers, spans and lists of years (2021—2025年, 2022和2023年度), whole days.
static OTHER: LazyLock<Regex> = LazyLock::new(|| {
    let year = "(?:19|20)[0-9]{2}年?度?";
    let number = r"[〔\[(【]\s*(?:19|20)[0-9]{2}\s*[〕\])】]";
    let span = format!(r"{year}(?:[0-9]{{1,2}}月)?(?:至|到|和|与|及|、|,|/|[-—–―~]+){year}");
    let day = "(?:19|20)[0-9]{2}年[0-9]{1,2}月[0-9]{1,2}日|(?:19|20)[0-9]{2}[-./][0-9]{1,2}[-./][0-9]{1,2}";
    Regex::new(&format!("{number}|{span}|{day}")).expect("invariant: the pattern is valid")
});

/// A year with its word: 2023年, 2023年度.
static WORDED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("(?:^|[^0-9])((?:19|20)[0-9]{2})年").expect("invariant: the pattern is valid"));

/// A year of four figures.
static WORDED_YEAR: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("(?:19|20)[0-9]{2}").expect("invariant: the pattern is valid"));

/// A year whose word was forgotten: 兴县2023法治政府建设年度报告. A number (2023号, 2023期) is none.
static BARE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:^|[^0-9第])(20[0-9]{2})(?:[\p{Han}--[号期字元万亿个件人次名户处条项亩米吨份家第]]|$)")
        .expect("invariant: the pattern is valid")
});

/// Characters of a text that name the year it is about: 现将2023年度...情况报告如下.
const HEAD_CHARS: usize = 600;

/// The year that a report of this kind is about.
///
/// The title goes first. An annual report whose title names none is about the year before it was published, unless the
/// head of its text names the year of publication and not the one before.
pub fn of_kind(kind: &Kind, title: &str, published: Option<Date>, text: &str) -> Option<i16> {
    let named = of(title);
    match kind.year {
        YearRule::None => None,
        YearRule::Title => named,
        YearRule::BeforeTitle => named.map(|year| year - 1),
        YearRule::TitleOrPublished => named.or_else(|| published.map(Date::year)),
        YearRule::TitleOrYearBefore if is_span(title) => None,
        YearRule::TitleOrYearBefore => named.or_else(|| {
            let year = published?.year();
            let head: String = text.chars().take(HEAD_CHARS).collect();
            let stated: Vec<i16> = all(&head).collect();
            let is_of_year = stated.contains(&year) && !stated.contains(&(year - 1));
            Some(if is_of_year { year } else { year - 1 })
        }),
    }
}

/// Whether a title names a span of years: it is about none of them alone.
fn is_span(title: &str) -> bool {
    let bare = arabic(&bare(title));
    of(title).is_none() && OTHER.find_iter(&bare).any(|found| WORDED_YEAR.find_iter(found.as_str()).count() > 1)
}

/// Every year that a text gives with its word.
fn all(text: &str) -> impl Iterator<Item = i16> {
    let text = OTHER.replace_all(&arabic(&bare(text)), "|").into_owned();
    let years: Vec<i16> = WORDED.captures_iter(&text).filter_map(|found| found[1].parse().ok()).collect();
    years.into_iter()
}

/// The first year that the title gives the report.
///
/// Chinese figures (二〇二三年) are read too.
pub fn of(title: &str) -> Option<i16> {
    let title = OTHER.replace_all(&arabic(&bare(title)), "|").into_owned();
    let found = WORDED.captures(&title).or_else(|| BARE.captures(&title))?;
    found[1].parse().ok().filter(|year| YEARS.contains(year))
}

/// Runs of four Chinese figures before 年 as Arabic ones: 二〇二三, 二○二三, 二零二三.
fn arabic(title: &str) -> String {
    static FIGURES: LazyLock<Regex> =
        LazyLock::new(|| Regex::new("[一二三四五六七八九〇○零]{4}").expect("invariant: the pattern is valid"));
    let digit = |c: char| "〇一二三四五六七八九".chars().position(|figure| figure == c).unwrap_or(0);
    let number = |found: &regex::Captures<'_>| found[0].chars().map(|c| digit(c).to_string()).collect::<String>();
    FIGURES.replace_all(title, number).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_names_its_year_in_several_ways() {
        for title in [
            "中共兴县县委兴县人民政府关于2023年法治政府建设工作的年度报告",
            "江源区2023年度法治政府建设情况报告",
            "二〇二三年法治政府建设年度报告",
            "二○二三年度报告",
            "二零二三年政府工作报告",
            "2023 年度报告",
            "兴县2023法治政府建设年度报告",
            "2023年1月—12月财政收支情况",
            "关于印发《2023年工作总结和2024年工作要点》的通知",
            "法治政府建设实施纲要(2021—2025年)2023年度实施情况",
            "关于印发2023年要点的通知(兴政发〔2024〕3号)",
            "2024年1月23日发布2023年度报告",
        ] {
            assert_eq!(of(title), Some(2023), "{title}");
        }
    }

    #[test]
    fn spans_numbers_and_days_are_no_year() {
        for title in [
            "法治政府建设实施纲要(2021—2025年)",
            "2021-2025年规划",
            "2022和2023年度工作情况",
            "2021年至2025年规划",
            "兴政发〔2024〕3号",
            "石柱府办发[2024]34号",
            "2024年1月23日通告",
            "公告第2023号",
            "新增就业2023人",
            "法治政府建设示范创建工作实施意见(乡镇)",
            "",
        ] {
            assert_eq!(of(title), None, "{title}");
        }
    }
}
