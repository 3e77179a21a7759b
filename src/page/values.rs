//! Where the value behind a label ends.
//!
//! In: the text between one label and the next, [`EDGE`]s in it. Out: the value alone. Never: a counter, a button or a
//! day as a part of a name; a counter moves at each visit, and the name would with it.

use std::sync::LazyLock;

use regex::Regex;

use super::label_words::Label;
use super::numeral;
use super::outline::EDGE;
use super::pattern;

/// Where a value ends: at a button or a switch that stands behind it.
static END: LazyLock<Regex> = LazyLock::new(|| {
    let written = concat!(
        r"(?:^|[\s|｜丨])[【\[〖（(]?\s*(?:打\s*印|分\s*享|字\s*[体号]|浏览|阅读|点击|访问|关\s*闭|收\s*藏|下载|我要纠错|纠错|扫一扫|视力|",
        r"[特超]?大[\s|｜/、]*中[\s|｜/、]*小|保存|A\s*[+-]|\||【|\[)|[】\]]\s*[【\[]",
    );
    pattern(written)
});

/// A label that is not known, behind a gap: `... 文章类型：`.
static NEXT: LazyLock<Regex> = LazyLock::new(|| pattern(r"\s[\p{Han}]{2,6}\s*[：:]"));

/// The day that stands behind a name without a label of its own.
static DAY: LazyLock<Regex> = LazyLock::new(|| pattern(r"[\[（(]?(?:19|20)[0-9]{2}\s*[-/.年]\s*[0-9]{1,2}\s*[-/.月]"));

/// The tools and counters without a label that stand behind a name, those of several words first: 已有 3 人阅读, - 次,
/// 128次, 3人浏览, （3）次浏览, 查看 3 次, 评论(3), PV:12, 语音播报, T T T; and behind a gap a bare number.
static BESIDE: LazyLock<Regex> = LazyLock::new(|| {
    let written = concat!(
        r"已有\s*[-–—\d,.万]*\s*[人次]|您是第\s*[-–—\d,.万]*\s*位|语音播报|听全文|",
        r"(?:^|[\s|｜丨])\s*[（(【\[]?\s*(?:",
        r"[-–—]*\s*[\d,.，]*\s*[万+]?\s*[）)】\]]?\s*(?:人次|次|人)?\s*(?:浏览|阅读|点击|访问|查看|点赞|评论|转发|收藏|次|人次)|",
        r"(?:浏览|阅读|点击|访问|查看|点赞|评论|转发|收藏|赞|在看|(?i:views?|hits?|reads?|pv|uv))(?:次数|人数|人次|量|数)?\s*[：:]?\s*",
        r"[（(\[]?\s*[-–—]*[\d,.，]*\s*[万+]?\s*次?|",
        r"无障碍(?:浏览|阅读|模式|版)?|(?:关怀|长者|适老化?)(?:模式|版)?|(?:微信|手机)?扫(?:一扫|码)|朗读|T(?:\s*T)*",
        r")\s*[）)】\]]?(?:[\s|｜丨]|$)|",
        r"[\s|｜丨]\s*[（(【\[]?\s*(?:[-–—]*\s*\d[\d,.，]*\s*[万+]?|[-–—]+$)\s*[）)】\]]?(?:[\s|｜丨]|$)",
    );
    pattern(written)
});

/// A number behind one of these belongs to the name: 第 3 中学, 县司法局、12345.
const GOES_ON: [char; 6] = ['第', '、', '，', ',', '/', '·'];

/// Where the first day of a text begins.
pub(super) fn day(text: &str) -> Option<usize> {
    let han = numeral::day(text).map(|day| day.start);
    DAY.find(text).map(|day| day.start()).into_iter().chain(han).min()
}

/// The value that a text begins with; empty where it says nothing.
pub(super) fn read(text: &str, label: Label) -> String {
    let is_name = !label.is_typed();
    let text = text.trim().trim_start_matches(['：', ':', '∶', '︰']);
    let ends = [&*END, &*NEXT].into_iter().filter_map(|end| end.find(text)).map(|found| found.start());
    let end = ends.chain(is_name.then(|| day(text)).flatten()).min().unwrap_or(text.len());
    let text = if is_name { name(&text[..end]) } else { &text[..end] };
    let value = without_open_ends(text).replace(EDGE, "");
    // A number without a letter names nobody: the counter behind a source that is left empty.
    if is_name && !value.contains(char::is_alphabetic) { String::new() } else { value }
}

/// A name without what stands behind it.
fn name(text: &str) -> &str {
    let is_apart = |at: usize| !text[..at].trim_end().ends_with(GOES_ON);
    let end = BESIDE.find_iter(text).map(|found| found.start()).find(|&at| is_apart(at));
    &text[..end.unwrap_or(text.len())]
}

/// Whether a value is more than a filler or a template.
pub(super) fn says_something(value: &str) -> bool {
    let is_filler = matches!(value, "无" | "暂无" | "null" | "NULL" | "undefined" | "None" | "空");
    let is_template = value.contains("{{") || value.contains("${") || value.contains("<%");
    value.chars().any(char::is_alphanumeric) && !is_filler && !is_template
}

/// Without separators at its ends and without a bracket that is not part of a pair.
fn without_open_ends(value: &str) -> &str {
    let is_edge = |c: char| c.is_whitespace() || matches!(c, '|' | '｜' | '丨' | '；' | ';' | '，' | ',' | '、' | '/');
    let mut value = value.trim_matches(is_edge);
    for (open, close) in [('【', '】'), ('[', ']'), ('（', '）'), ('(', ')')] {
        if !value.contains(close) {
            value = value.trim_end_matches(open).trim_end_matches(is_edge);
        }
        if !value.contains(open) {
            value = value.trim_end_matches(close).trim_end_matches(is_edge);
        }
    }
    value.trim_matches(is_edge)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_ends_before_a_counter_and_a_tool() {
        for beside in [
            "3",
            "- 次",
            "-",
            "128次",
            "已有 3 人阅读",
            "您是第 3 位访客",
            "3人浏览",
            "（3）次浏览",
            "查看 3 次",
            "点赞 3",
            "评论(3)",
            "转发 3",
            "Views: 3",
            "12阅读",
            "PV:12",
            "1.2万次",
            "语音播报",
            "听全文",
            "无障碍",
            "微信扫一扫",
            "T T T",
            "12 打印",
            "3 语音播报",
            "二〇二六年十月三日",
        ] {
            for gap in [" ", "\u{b}", " \u{b}", "\u{b}|\u{b}"] {
                let text = format!("县司法局{gap}{beside}");
                assert_eq!(read(&text, Label::Source), "县司法局", "{text:?}");
                assert_eq!(read(&format!("{gap}{beside}"), Label::Source), "", "no name before {beside:?}");
            }
        }
    }

    #[test]
    fn a_name_of_several_pieces_stays_whole() {
        for (text, name) in [
            ("县\u{b}司法局", "县司法局"),
            ("县司法局 \u{b}县民政局", "县司法局 县民政局"),
            ("安丰县第\u{b}3\u{b}中学", "安丰县第3中学"),
            ("县司法局、\u{b}12345\u{b}", "县司法局、12345"),
            ("12345\u{b}热线", "12345热线"),
            ("南方\u{b}+", "南方+"),
            ("评论员文章", "评论员文章"),
            ("安丰 - 司法局", "安丰 - 司法局"),
            ("省残联\u{b}无障碍建设处", "省残联无障碍建设处"),
        ] {
            assert_eq!(read(text, Label::Source), name, "{text:?}");
        }
    }

    #[test]
    fn only_a_name_ends_at_a_number() {
        assert_eq!(read("2026-03-02 \u{b}10:00", Label::Published), "2026-03-02 10:00");
        assert_eq!(read("安政发〔2026〕\u{b}3\u{b}号", Label::DocNo), "安政发〔2026〕3号");
    }
}
