//! What stands in the text of a title and is none of it: marks, the fields and counters of a row, a label before it.
//!
//! In: a text. Out: what it is, or the title in it. Never: which text is the title; a day in the name of a report stays.

use std::sync::LazyLock;

use regex::Regex;

use super::SHORTEST_TITLE;
use crate::page::pattern;

/// Longest mark and longest line of fields, in bytes.
const LONGEST_MARK_BYTES: usize = 20;
const LONGEST_FIELDS_BYTES: usize = 200;

/// A mark that a template puts beside a title: [置顶], HOT, new.
static MARK: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^[\[【(（\s]*(?:已?置顶|顶|热|最新|有效|(?i:hot|new|top))[!！\]】)）\s]*$"));

/// The same in one text with the title.
static PINNED: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\s*[\[【(（]\s*置顶\s*[\]】)）]\s*"));

/// The place of a row in its list, before its title: 01, 3.
static ORDINAL: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(?:0\d|\d{1,3}\s*[.、．])$"));

/// What begins a line of fields: 来源, 阅读.
static FIELD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^[\s\[【(（|]*(?:(?:信息|文章)?(?:来源|作者)|(?:发布|更新|发文|发稿)?(?:日期|时间)|(?:阅读|点击|浏览|访问|查看)(?:次数|人次|量|数|率)?)\s*[:：]",
    )
});

/// Fields behind a title in one text, with a day or a counter among them.
static FIELDS_BEHIND: LazyLock<Regex> = LazyLock::new(|| {
    let of_source = r"(?:来源|作者)\s*[:：]\s*[^\s:：]{1,20}?";
    let of_day = r"(?:日期|时间)\s*[:：]\s*\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?";
    let counter = r"[\s|\[【(（]*(?:阅读|点击|浏览|访问|查看)(?:次数|人次|量|数)?\s*[:：]\s*\d+\s*次?[\]】)）]?";
    // The first label begins a word: 报名截止时间 and 资金来源 are the title's own.
    let first_day = format!(r"(?:[\s|\[【(（]+(?:发布|更新|发文|发稿)?|发布|更新|发文|发稿){of_day}");
    let source = format!(r"[\s|\[【(（]*(?:信息|文章)?{of_source}");
    let day = format!(r"[\s|]*(?:发布|更新|发文|发稿)?{of_day}");
    pattern(&format!(
        r"(?:{source}(?:{day}|{counter})|{first_day}|{counter})(?:{day}|{counter}|{source})*[\s\]】)）]*$"
    ))
});

/// What says in an attribute that a title follows.
static TITLE_LABEL: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\s*(?:文章|信息)?(?:标题|名称)\s*[:：]\s*"));

/// What leads to more rows and is none: 查看更多通知公告信息, 更多信息>>.
static MORE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^[\[【(（<>»+\s]*(?:点击|点此)?(?:(?:查看|浏览|获取|了解)更多\S{0,10}|更多\S{0,4}(?:信息|公告|新闻|内容|文章|资讯|动态|通知))[>»…\s\]】)）]*$",
    )
});

/// Whether a text of its own is a mark beside a title.
pub(super) fn is_mark(text: &str) -> bool {
    text.len() <= LONGEST_MARK_BYTES && MARK.is_match(text)
}

/// Whether a text of its own before a title is the place of its row.
pub(super) fn is_ordinal(text: &str) -> bool {
    text.len() <= LONGEST_MARK_BYTES && ORDINAL.is_match(text)
}

/// Whether a text of its own is the fields of a row.
pub(super) fn is_fields(text: &str) -> bool {
    text.len() <= LONGEST_FIELDS_BYTES && text.contains([':', '：']) && FIELD.is_match(text)
}

/// Whether a title is that of a link to more rows.
pub(super) fn is_more(title: &str) -> bool {
    title.contains("更多") && MORE.is_match(title)
}

/// The fields at the end of a text that is more than they.
pub(super) fn fields_behind(text: &str) -> Option<&str> {
    /// What a source is one of, where it is none of the report: 资金来源.
    const OWNED: [&str; 5] = ["资金", "经费", "收入", "数据", "货物"];
    let fields = if text.contains([':', '：']) { FIELDS_BEHIND.find(text)? } else { return None };
    let before = &text[..fields.start()];
    let is_owned = fields.as_str().starts_with("来源") && OWNED.iter().any(|word| before.ends_with(word));
    (!before.is_empty() && !is_owned).then_some(fields.as_str())
}

/// A title without the mark before it and the fields behind it.
pub(super) fn bare(title: &str) -> &str {
    let title = PINNED.find(title).map_or(title, |mark| &title[mark.end()..]);
    let kept = fields_behind(title).map_or(title, |fields| title[..title.len() - fields.len()].trim_end());
    if kept.chars().nth(SHORTEST_TITLE - 1).is_some() { kept } else { title }
}

/// The title in an attribute that tells more of a report: `文章标题：…`, and the date in the next line.
pub(super) fn of_attribute(written: &str) -> &str {
    match TITLE_LABEL.find(written) {
        Some(label) => bare(written[label.end()..].lines().next().unwrap_or_default()),
        None => bare(written),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_texts_of_their_own_and_fields_begin_with_their_label() {
        for mark in ["[置顶]", "【置顶】", "HOT", "hot", "new", "New!", "最新", "有效", "（置顶）"] {
            assert!(is_mark(mark), "{mark}");
        }
        for title in ["最新政策", "新闻", "1.", "置顶功能说明", "hotel", "（一）"] {
            assert!(!is_mark(title), "{title}");
        }
        for fields in ["来源：县司法局", "阅读：200", "日期：2026-03-05 来源：县政府办 点击：20", "[浏览次数：3]"]
        {
            assert!(is_fields(fields), "{fields}");
        }
        for title in ["来源地说明：县司法局", "阅读推广活动的通知", "关于时间：一点思考"] {
            assert!(!is_fields(title), "{title}");
        }
    }

    #[test]
    fn labels_that_are_words_of_a_title_end_no_title() {
        for title in [
            "2026年事业单位招聘公告 报名截止时间：2026年3月5日",
            "县人大会议预告 会议时间：2026年3月5日",
            "关于停水的通知 停水时间：2026年3月5日 08:00",
            "某项目招标公告 资金来源：财政资金 开标时间：2026-03-05",
            "某项目招标公告 资金来源：财政资金 阅读：20",
        ] {
            assert_eq!(bare(title), title);
        }
        assert!(is_ordinal("01") && is_ordinal("12.") && !is_ordinal("12") && !is_ordinal("2026."));
    }

    #[test]
    fn a_title_ends_before_its_fields() {
        for shown in [
            "关于公布清单的通知来源：县司法局阅读：200",
            "关于公布清单的通知 日期：2026-03-05 来源：县司法局 点击：2024",
            "关于公布清单的通知 发布时间:2026-03-05 09:21",
            "关于公布清单的通知（点击数：12次）",
            "[置顶]关于公布清单的通知",
        ] {
            assert_eq!(bare(shown), "关于公布清单的通知", "{shown}");
        }
        for title in
            ["论坛主题：阅读：100本书", "关于公开招标的公告（来源：县财政局）", "阅读：12", "1.关于公布清单的通知"]
        {
            assert_eq!(bare(title), title);
        }
        assert_eq!(of_attribute("文章标题：关于公布清单的通知\n发布时间：2026-03-05"), "关于公布清单的通知");
        assert_eq!(of_attribute("标题:关于公布清单的通知\n作者：办公室\n点击数：3"), "关于公布清单的通知");
    }

    #[test]
    fn a_link_to_more_rows_is_told_from_a_report() {
        for title in ["查看更多通知公告信息", "点击查看更多", "更多公告信息>>", "[查看更多]"]
        {
            assert!(is_more(title), "{title}");
        }
        for title in ["更多惠民政策落地见效", "让更多群众就近就医", "更多公告将于近日发布的通知"]
        {
            assert!(!is_more(title), "{title}");
        }
    }
}
