//! The year that a report is about: from its title, else by the rule of its kind from text and publication.
//!
//! In: a title; kind, day of publication, head of the text. Out: a year, or none where the title names none or a span
//! of years and the kind has no rule for that, or where the text speaks of several. Never: the year of a document number
//! (〔2024〕) or of a day of issue, or a guess against what the text says.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::sync::LazyLock;

use jiff::civil::Date;
use regex::Regex;

use super::fingerprint::bare;
use super::report_kind::{Kind, YearRule};
use crate::page::pattern;

/// Years that a report can be about: the republic's.
const YEARS: RangeInclusive<i16> = 1949..=2100;

/// What is no year of report: document numbers, spans and lists of years (2021—2025年, 2022和2023年度), whole days.
static OTHER: LazyLock<Regex> = LazyLock::new(|| {
    let year = "(?:19|20)[0-9]{2}年?度?";
    let number = r"[〔\[(【]\s*(?:19|20)[0-9]{2}\s*[〕\])】]";
    let span = format!(r"{year}(?:[0-9]{{1,2}}月)?(?:至|到|和|与|及|、|,|/|[-—–―~]+){year}");
    let day = "(?:19|20)[0-9]{2}年[0-9]{1,2}月[0-9]{1,2}日|(?:19|20)[0-9]{2}[-./][0-9]{1,2}[-./][0-9]{1,2}";
    pattern(&format!("{number}|{span}|{day}"))
});

/// A year with its word: 2023年, 2023年度.
static WORDED: LazyLock<Regex> = LazyLock::new(|| pattern("(?:^|[^0-9])((?:19|20)[0-9]{2})年"));

/// A year of four figures.
static WORDED_YEAR: LazyLock<Regex> = LazyLock::new(|| pattern("(?:19|20)[0-9]{2}"));

/// A year whose word was forgotten: 兴县2023法治政府建设年度报告. A number (2023号, 2023期) is none.
static BARE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?:^|[^0-9第])(20[0-9]{2})(?:[\p{Han}--[号期字元万亿个件人次名户处条项亩米吨份家第]]|$)")
});

/// What a text calls its own year: 现将2023年度情况报告如下, 2023年法治政府建设工作总结, and the year that a sentence begins with.
static OWN: LazyLock<Regex> = LazyLock::new(|| {
    let own = "年度?[^。;!?,|]{0,40}?(?:报告|总结|年报|报表|如下)";
    pattern(&format!("(?:(?:^|[。;!?:])({FOUR})年(?:[^0-9]|$))|(?:(?:^|[^0-9])({FOUR}){own})"))
});
const FOUR: &str = "(?:19|20)[0-9]{2}";

/// A report to the congress is named after its own year, and quoted by others: 根据2024年政府工作报告.
const QUOTED: &str = "政府工作报告";

/// What a text says before the year of another paper: 落实2023年度督察报告.
const BEFORE_OTHERS: [&str; 10] = ["根据", "按照", "依据", "对照", "针对", "落实", "贯彻", "执行", "印发", "发布"];

/// Titles of other papers: 《2023年全省督察情况报告》.
static TITLED: LazyLock<Regex> = LazyLock::new(|| pattern("《[^》]*》?"));

/// Characters of a text that name the year it is about: 现将2023年度...情况报告如下.
const HEAD_CHARS: usize = 600;

/// The year that a report of this kind is about.
///
/// The title goes first, then what the text calls its own year. Where both are silent an annual report is about the year
/// before it was published, unless the text names the year of publication and not the one before.
pub fn of_kind(kind: &Kind, title: &str, published: Option<Date>, text: &str) -> Option<i16> {
    let named = of(title);
    match kind.year {
        YearRule::None => None,
        YearRule::Title => named,
        YearRule::BeforeTitle => named.map(|year| year - 1),
        YearRule::TitleOrPublished => named.or_else(|| published.map(Date::year)),
        YearRule::TitleOrYearBefore if is_span(title) => None,
        YearRule::TitleOrYearBefore => named.or_else(|| of_text(published.map(Date::year), text)),
    }
}

/// The year of a text that was published in a year. A report that came years late says of which year it is; a year that
/// the text calls its own and another one that fits the day of publication are no answer together.
fn of_text(published: Option<i16>, text: &str) -> Option<i16> {
    let head = head(text);
    let stated: BTreeSet<i16> = all(&head).collect();
    let (called, all) = own(&head);
    let Some(published) = published else { return sole(&all) };
    let before = published - 1;
    let of_past = |years: BTreeSet<i16>| years.into_iter().filter(|year| *year <= published).collect::<BTreeSet<i16>>();
    let (called, own) = (of_past(called), of_past(all));
    let is_of_now = stated.contains(&published) && !stated.contains(&before);
    match sole(&own) {
        _ if own.contains(&before) => (called.is_empty() || called.contains(&before)).then_some(before),
        None if !own.is_empty() => None,
        Some(year) if year < before => (!stated.contains(&before)).then_some(year),
        _ => Some(if is_of_now { published } else { before }),
    }
}

/// The only one of them.
fn sole(years: &BTreeSet<i16>) -> Option<i16> {
    years.first().copied().filter(|_| years.len() == 1)
}

/// The years that a text calls those of its report, and these with the years that its sentences begin with.
fn own(text: &str) -> (BTreeSet<i16>, BTreeSet<i16>) {
    let (mut called, mut all) = (BTreeSet::new(), BTreeSet::new());
    for line in text.lines() {
        let line = TITLED.replace_all(&bare(line), "|").into_owned();
        let line = OTHER.replace_all(&arabic(&line), "|").into_owned();
        for found in OWN.captures_iter(&line) {
            let year = |group| found.get(group).and_then(|year| year.as_str().parse::<i16>().ok());
            let is_of_others = |at: usize| BEFORE_OTHERS.iter().any(|word| line[..at].ends_with(word));
            if let Some(at) = found.get(2).map(|year| year.start())
                && !found[0].ends_with(QUOTED)
                && !is_of_others(at)
            {
                called.extend(year(2));
            }
            all.extend(year(1));
        }
    }
    all.extend(&called);
    (called, all)
}

/// Whether a title names a span of years: it is about none of them alone.
fn is_span(title: &str) -> bool {
    let bare = arabic(&bare(title));
    of(title).is_none() && OTHER.find_iter(&bare).any(|found| WORDED_YEAR.find_iter(found.as_str()).count() > 1)
}

/// Whether the head of a text names a year, with whatever it says of it.
pub fn names(text: &str, year: i16) -> bool {
    all(&head(text)).any(|stated| stated == year)
}

fn head(text: &str) -> String {
    text.chars().take(HEAD_CHARS).collect()
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
    static FIGURES: LazyLock<Regex> = LazyLock::new(|| pattern("[一二三四五六七八九〇○零0]{4}"));
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
            "二0二三年度法治政府建设情况报告",
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

    /// The year of an annual report without a year in its title.
    fn unnamed(published: Option<i16>, text: &str) -> Option<i16> {
        let kind = Kind {
            id: "annual".to_owned(),
            name: "年度报告".to_owned(),
            title: Vec::new(),
            column: Vec::new(),
            text_all: Vec::new(),
            text_any: Vec::new(),
            not: Vec::new(),
            year: YearRule::TitleOrYearBefore,
            recheck: None,
        };
        let published = published.map(|year| Date::new(year, 3, 20).expect("a day"));
        of_kind(&kind, "兴县法治政府建设年度报告", published, text)
    }

    #[test]
    fn what_a_text_calls_its_own_year_goes_before_the_day_of_publication() {
        for text in [
            "兴县人民政府2023年法治政府建设工作总结\n一年来,全县各级行政机关依法履职。",
            "现将我县2023年度法治政府建设情况报告如下:",
            "2023年，在县委的坚强领导下，我县深入推进依法行政。",
            "按照要求,现将有关情况报告如下。二〇二三年以来,全县出台规范性文件6件。",
            "2023年度我县办理行政复议案件15件,根据2025年政府工作报告安排,继续推进。",
        ] {
            assert_eq!(unnamed(Some(2025), text), Some(2023), "a report that came a year late: {text}");
            assert_eq!(unnamed(Some(2024), text), Some(2023), "one in time: {text}");
            assert_eq!(unnamed(None, text), Some(2023), "one without a day: {text}");
        }
    }

    #[test]
    fn a_text_that_only_mentions_years_does_not_move_a_report() {
        for text in [
            "",
            "一年来,全县各级行政机关依法履职。",
            "自2019年《条例》施行以来,我县建成示范单位3个。",
            "2024年,我县深入推进依法行政。2023年度考核中获得优秀等次。",
            "根据《法治政府建设实施纲要(2021—2025年)》,现将有关情况报告如下。",
            "一、2024年工作情况\n二、2025年度工作打算",
        ] {
            assert_eq!(unnamed(Some(2025), text), Some(2024), "{text}");
        }
        assert_eq!(unnamed(Some(2025), "2025年,我县深入推进依法行政。"), Some(2025), "of the very year");
    }

    #[test]
    fn the_year_of_another_paper_is_not_its_own() {
        for text in [
            "贯彻落实《2023年全省法治督察情况报告》要求,全县依法履职。",
            "落实2023年度工作要点,现将有关情况报告如下。",
            "对2023年度考核反馈问题逐项整改。",
            "根据2023年督察情况报告,全县逐项整改。",
        ] {
            assert_eq!(unnamed(Some(2025), text), Some(2024), "{text}");
        }
        assert_eq!(unnamed(Some(2025), "现将2023年度情况报告如下。2024年,全县依法履职。"), None);
    }

    #[test]
    fn a_text_of_two_minds_is_about_no_year() {
        for text in [
            "现将2022年度法治政府建设情况报告如下。2023年,我县深入推进依法行政。",
            "现将2023年度法治政府建设情况报告如下。自2024年3月起,全县推行承诺制。",
        ] {
            assert_eq!(unnamed(Some(2025), text), None, "{text}");
        }
        assert_eq!(unnamed(None, "2022年度报告。2023年度报告。"), None);
        assert_eq!(unnamed(None, "一年来,全县依法履职。"), None);
    }
}
