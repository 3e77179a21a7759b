//! Labels and their values: the disclosure table of a report and the line under its title.
//!
//! In: lines outside the body. Out: pairs of a known label and the text beside it. Never: whether a value is right.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::chrome;
use super::outline::{Line, Outline, Shape};

/// What a label names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    Published,
    Source,
    Authority,
    IndexNo,
    DocNo,
    Written,
    Validity,
    SiteCode,
    /// Known, and of no use but to end the value before it.
    Other,
}

/// The words of each label; inner spaces as in 索 引 号 are allowed everywhere.
const WORDS: [(Label, &[&str]); 9] = [
    (
        Label::Published,
        &[
            "发布时间",
            "发布日期",
            "发表时间",
            "发表日期",
            "公开日期",
            "公开时间",
            "上传时间",
            "录入时间",
            "刊发时间",
            "时间发布",
            "信息时间",
            "发稿时间",
            "公告时间",
            "公布日期",
            "公布时间",
            "上网日期",
            "上网时间",
            "时间",
            "日期",
        ],
    ),
    (
        Label::Source,
        &[
            "信息来源",
            "文章来源",
            "稿件来源",
            "新闻来源",
            "内容来源",
            "消息来源",
            "来源单位",
            "来源",
            "稿源",
            "出处",
            "提供单位",
        ],
    ),
    (
        Label::Authority,
        &[
            "发文机关",
            "发布机构",
            "发文机构",
            "发布机关",
            "制发机关",
            "公开责任部门",
            "责任部门",
            "发文单位",
            "制定机关",
            "发布单位",
            "公开机构",
            "制文机关",
            "发文部门",
            "发布部门",
            "公开主体",
        ],
    ),
    (Label::IndexNo, &["信息索引号", "信息索引", "索引号", "索引编号"]),
    (Label::DocNo, &["发文字号", "发文文号", "公文文号", "文件编号", "发文号", "文件文号", "文书号", "文号"]),
    (Label::Written, &["成文日期", "成文时间", "发文日期", "发文时间", "制发日期"]),
    (
        Label::Validity,
        &["文件有效性", "有效性", "是否有效", "时效性", "时效", "效力状态", "文件状态", "有效状态", "文件效力"],
    ),
    (Label::SiteCode, &["政府网站标识码", "网站标识码", "标识码"]),
    (
        Label::Other,
        &[
            "标题",
            "名称",
            "信息名称",
            "文件名称",
            "主题分类",
            "信息类别",
            "信息分类",
            "组配分类",
            "服务对象分类",
            "服务对象",
            "体裁分类",
            "主题词",
            "关键词",
            "关键字",
            "公开方式",
            "公开时限",
            "公开范围",
            "公开程序",
            "公开形式",
            "公开对象",
            "公开属性",
            "公开类别",
            "内容概述",
            "内容概要",
            "废止日期",
            "施行日期",
            "实施日期",
            "失效日期",
            "生效日期",
            "终止日期",
            "生成日期",
            "更新时间",
            "更新日期",
            "修改时间",
            "统一编号",
            "分类",
            "所属分类",
            "浏览次数",
            "浏览量",
            "浏览",
            "阅读次数",
            "阅读量",
            "阅读",
            "点击数",
            "点击次数",
            "点击量",
            "点击率",
            "点击",
            "访问量",
            "访问次数",
            "人气",
            "字体大小",
            "字体",
            "字号",
            "作者",
            "编辑",
            "责任编辑",
            "责编",
            "审核",
            "校对",
            "打印",
            "分享到",
            "分享",
            "视力保护色",
            "载体类型",
            "语种",
            "有效期",
            "撰稿",
            "供稿",
            "记者",
            "信息员",
            "题注",
            "文种",
            "栏目",
            "所属栏目",
            "摘要",
            "备注",
            "联系电话",
            "文章类型",
            "信息类型",
            "发布人",
            "发布者",
            "审核人",
            "初审",
            "复审",
            "终审",
            "收藏",
            "下载次数",
            "访问",
        ],
    ),
];

static LABEL: LazyLock<Regex> = LazyLock::new(|| {
    let mut words: Vec<&str> = WORDS.iter().flat_map(|(_, words)| words.iter().copied()).collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    let spaced: Vec<String> = words.into_iter().map(spaced).collect();
    Regex::new(&format!(r"({})\s*[：:∶]", spaced.join("|"))).expect("invariant: the pattern is valid")
});

/// Where a value ends: at a button or a switch that stands behind it.
static END: LazyLock<Regex> = LazyLock::new(|| {
    let written = concat!(
        r"(?:^|[\s|｜])[【\[〖（(]?\s*(?:打\s*印|分\s*享|字\s*[体号]|浏览|阅读|点击|访问|关\s*闭|收\s*藏|下载|我要纠错|纠错|扫一扫|视力|",
        r"大\s+中\s+小|保存|A\s*[+-]|\||【|\[)",
    );
    Regex::new(written).expect("invariant: the pattern is valid")
});

/// A label that is not known, behind a gap: `... 文章类型：`.
static NEXT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\s[\p{Han}]{2,6}\s*[：:]").expect("invariant: the pattern is valid"));

fn spaced(word: &str) -> String {
    word.chars().map(String::from).collect::<Vec<_>>().join(r"\s*")
}

fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '：' | ':' | '∶' | '【' | '】' | '[' | ']')).collect()
}

/// The label that a text is, alone: `索 引 号：`.
fn label_alone(text: &str) -> Option<Label> {
    if text.len() > 60 {
        return None;
    }
    let text = bare(text);
    WORDS.iter().find(|(_, words)| words.contains(&text.as_str())).map(|&(label, _)| label)
}

/// A label and its value, never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) label: Label,
    pub(super) value: String,
}

/// Whether a line begins with a label of the disclosure table or of the line under a title, a date before it or not.
pub(super) fn is_info(text: &str) -> bool {
    let starts = |text: &str| {
        LABEL.captures(text).is_some_and(|found| {
            let label = label_alone(&found[1]);
            let is_weak = matches!(
                bare(&found[1]).as_str(),
                "名称" | "时间" | "日期" | "标题" | "分类" | "备注" | "联系电话" | "摘要" | "访问"
            );
            found.get(0).is_some_and(|whole| whole.start() == 0) && label.is_some() && !is_weak
        })
    };
    let is_dated = |c: char| c.is_ascii_digit() || c.is_whitespace() || "-/.:年月日时分".contains(c);
    let text = text.trim_start_matches(['【', '[', '（', '(', ' ']);
    text.chars().count() <= 160 && (starts(text) || starts(text.trim_start_matches(is_dated)))
}

/// Whether a row is part of a disclosure table: it begins with a known label.
pub(super) fn is_disclosure_row(line: &Line) -> bool {
    let known = |cell: &str| label_alone(cell).is_some_and(|label| label != Label::Published) || is_info(cell);
    line.shape == Shape::Row && line.cells().next().is_some_and(known)
}

/// The pairs of these lines, in order.
pub(super) fn pairs(outline: &Outline<'_>, lines: Range<usize>) -> Vec<Pair> {
    let mut pairs = Vec::new();
    let end = lines.end;
    for at in lines {
        let line = &outline.lines[at];
        if line.shape == Shape::Row {
            of_row(line, &mut pairs);
        } else if let Some(label) = label_alone(&line.text) {
            let next = outline.lines[..end].get(at + 1).map(|line| line.text.as_str());
            if let Some(value) =
                next.filter(|next| label_alone(next).is_none() && !is_info(next) && !chrome::is_chrome(next))
            {
                add(&mut pairs, label, value);
            }
        } else {
            of_text(&line.text, &mut pairs);
        }
    }
    pairs
}

fn of_row(line: &Line, pairs: &mut Vec<Pair>) {
    let cells: Vec<&str> = line.cells().collect();
    let mut at = 0;
    while at < cells.len() {
        match label_alone(cells[at]) {
            Some(label) => {
                if let Some(value) = cells.get(at + 1).filter(|next| label_alone(next).is_none()) {
                    add(pairs, label, value);
                    at += 1;
                }
            }
            None => of_text(cells[at], pairs),
        }
        at += 1;
    }
}

/// Pairs within one text: `发布时间：2024-02-01 来源：兴县司法局 浏览次数：3`.
pub(super) fn of_text(text: &str, pairs: &mut Vec<Pair>) {
    let found: Vec<_> = LABEL.captures_iter(text).collect();
    for (n, captures) in found.iter().enumerate() {
        let Some(whole) = captures.get(0) else { continue };
        let end = found.get(n + 1).and_then(|next| next.get(0)).map_or(text.len(), |next| next.start());
        if let Some(label) = label_alone(&captures[1]) {
            add(pairs, label, &text[whole.end()..end]);
        }
    }
}

fn add(pairs: &mut Vec<Pair>, label: Label, value: &str) {
    let ended = [&*END, &*NEXT].iter().filter_map(|end| end.find(value)).map(|found| found.start()).min();
    let value = ended.map_or(value, |end| &value[..end]);
    let value =
        value.trim().trim_end_matches(['|', '｜', '丨', '；', ';', '，', ',', '】', '[', '【', '（', '(']).trim();
    let is_empty = !value.chars().any(char::is_alphanumeric) || matches!(value, "无" | "null" | "undefined");
    if label != Label::Other && !is_empty {
        pairs.push(Pair { label, value: value.to_owned() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(Label, String)> {
        let mut pairs = Vec::new();
        of_text(text, &mut pairs);
        pairs.into_iter().map(|pair| (pair.label, pair.value)).collect()
    }

    #[test]
    fn one_line_holds_several_pairs() {
        let pairs = read("发布时间：2024-02-01 15:11 信息来源：兴县司法局浏览次数：3 【打印】");
        assert_eq!(
            pairs,
            [(Label::Published, "2024-02-01 15:11".to_owned()), (Label::Source, "兴县司法局".to_owned())]
        );
    }

    #[test]
    fn an_empty_value_gives_no_pair() {
        assert_eq!(read("来源： 【 打印 】"), []);
        assert_eq!(read("文 号： 索 引 号：000014349/2017-00110"), [(Label::IndexNo, "000014349/2017-00110".into())]);
    }
}
