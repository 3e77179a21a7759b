//! The words that name a field on a page.
//!
//! In: the text of a cell, or the words before a colon. Out: which field they name. Never: the value beside them.
//! **Source**: labels of the disclosure tables and heads of 125 report pages of 73 government sites, and the fields of
//! 政府信息公开目录 as portals spell them.

use std::collections::HashMap;
use std::sync::LazyLock;

/// What a label names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Label {
    Published,
    Source,
    Authority,
    IndexNo,
    DocNo,
    Written,
    Validity,
    Effective,
    Repealed,
    Topic,
    SiteCode,
    /// Of the page: who made it, how it is shown and published, how often it was read. Of no use but to end the value
    /// before it, and never what a text is about.
    Page,
    /// Of a disclosure table, and of a text that begins with what it is about: 服务对象, 有效期.
    Other,
    /// Of the text itself: a day or a source of something else. It ends the value before it and heads nothing.
    Unrelated,
}

impl Label {
    /// Whether it names a field of a disclosure table rather than of the line under a title.
    pub(super) fn is_of_table(self) -> bool {
        !matches!(self, Self::Published | Self::Source | Self::SiteCode) && !self.is_unread()
    }

    /// Whether its values are of no use.
    pub(super) fn is_unread(self) -> bool {
        matches!(self, Self::Page | Self::Other | Self::Unrelated)
    }

    /// Whether its values have a form by which a wrong one is told.
    pub(super) fn is_typed(self) -> bool {
        !matches!(self, Self::Source | Self::Authority | Self::Topic)
    }

    /// Whether a line that it begins is of the page's head or its disclosure table, whatever stands beside it.
    pub(super) fn is_of_head(self) -> bool {
        !matches!(self, Self::Authority | Self::Topic | Self::Other | Self::Unrelated)
    }
}

/// The words of each label, the surest first; spaces between characters, as in 索 引 号, are allowed everywhere.
const WORDS: [(Label, &str); 14] = [
    (
        Label::Published,
        concat!(
            "发布时间 发布日期 信息发布时间 信息发布日期 文章发布时间 发表时间 发表日期 刊发时间 刊发日期 时间发布 ",
            "日期发布 发稿时间 发稿日期 公告时间 公告日期 公布日期 公布时间 公开日期 公开时间 信息公开日期 上网日期 ",
            "上网时间 上传时间 上传日期 录入时间 录入日期 信息时间 信息日期 添加时间 添加日期 发布于 时间 日期",
        ),
    ),
    (
        Label::Source,
        concat!(
            "信息来源 文章来源 稿件来源 新闻来源 内容来源 消息来源 转载来源 原文来源 发布来源 来源单位 来源名称 来源 ",
            "稿源 文章出处 出处 提供单位",
        ),
    ),
    (
        Label::Authority,
        concat!(
            "发文机关 发文机构 制发机关 制定机关 制文机关 发文单位 发文部门 发布机构 发布机关 发布单位 发布部门 ",
            "公开责任部门 责任部门 公开机构 公开主体 信息公开责任部门 制作机关 信息制作单位 信息发布机构 联合发文机关 ",
            "成文单位 印发机关 印发单位",
        ),
    ),
    (Label::IndexNo, "索引号 信息索引号 索引编号 索引码 信息索引 索取号 信息索取号"),
    (Label::DocNo, "发文字号 发文文号 公文文号 文件文号 文件字号 文件编号 文件号 发文号 发文编号 公文字号 文书号 文号"),
    (
        Label::Written,
        concat!(
            "成文日期 成文时间 生成日期 发文日期 发文时间 制发日期 制发时间 制定日期 印发日期 印发时间 签发日期 ",
            "信息生成日期 产生日期",
        ),
    ),
    (
        Label::Validity,
        concat!(
            "有效性 文件有效性 是否有效 时效性 时效 效力状态 文件状态 有效状态 文件效力 效力 时效状态 信息有效性 ",
            "法规效力 文件时效性",
        ),
    ),
    (Label::Effective, "施行日期 施行时间 实施日期 实施时间 生效日期 生效时间 执行日期"),
    (Label::Repealed, "废止日期 废止时间 失效日期 失效时间 终止日期 终止时间"),
    (Label::Topic, "主题分类 主题类别 信息分类 信息类别 组配分类 所属主题 目录分类 公文主题分类"),
    (Label::SiteCode, "政府网站标识码 网站标识码 标识码"),
    (
        Label::Page,
        concat!(
            "服务对象分类 体裁分类 公开方式 公开时限 公开范围 公开程序 公开形式 公开对象 公开属性 公开类别 ",
            "更新时间 更新日期 修改时间 统一编号 所属分类 浏览次数 浏览量 浏览 阅读次数 阅读量 阅读 点击数 ",
            "点击次数 点击量 点击率 点击 访问量 访问次数 人气 字体大小 字体 字号 作者 编辑 责任编辑 责编 审核 ",
            "校对 打印 分享到 分享 视力保护色 载体类型 语种 撰稿 供稿 记者 信息员 题注 文种 栏目 所属栏目 ",
            "文章类型 信息类型 发布人 发布者 审核人 初审 复审 终审 收藏 下载次数 访问 发布渠道 公开依据 ",
            "公开审批程序 公开目录 信息公开类别 字体显示 字号大小 阅读人数 浏览人数 浏览次 点击次 来源链接 ",
            "原文链接 编审 编发 编校 签审 签发 值班编辑 网络编辑 责任校对 一审 二审 三审 录入 录入人 录入者 ",
            "发稿人 通讯员 通讯作者 摄影 图文 文章作者 信息作者 文字大小 背景颜色 保护视力色 文章编号 信息编号 ",
            "打印本页 公文种类 公文类型 公开标识 公开栏目 信息状态 信息所属单位 信息审核 公开年度",
        ),
    ),
    (
        Label::Other,
        concat!(
            "标题 名称 信息名称 文件名称 服务对象 主题词 关键词 关键字 内容概述 内容概要 有效期 有效期限 ",
            "有效期至 摘要 备注 联系电话 分类 主题 解读 相关文件 政策咨询 文件类型 文件类别 地区 存放地点",
        ),
    ),
    (
        Label::Unrelated,
        concat!(
            "截止时间 截止日期 报名时间 报名日期 会议时间 会议日期 开标时间 开标日期 投标时间 投标日期 有效时间 ",
            "有效日期 采集时间 采集日期 办公时间 办公日期 受理时间 受理日期 办理时间 办理日期 审核时间 审核日期 ",
            "开始时间 开始日期 结束时间 结束日期 起始时间 起始日期 活动时间 活动日期 公示时间 公示日期 登记时间 ",
            "登记日期 签订时间 签订日期 合同时间 合同日期 创建时间 创建日期 入库时间 入库日期 收录时间 收录日期 ",
            "考试时间 考试日期 面试时间 面试日期 培训时间 培训日期 调查时间 调查日期 征集时间 征集日期 反馈时间 ",
            "反馈日期 服务时间 服务日期 工作时间 工作日期 营业时间 营业日期 开放时间 开放日期 出生时间 出生日期 ",
            "招标时间 招标日期 成交时间 成交日期 中标时间 中标日期 处罚时间 处罚日期 决定时间 决定日期 申请时间 ",
            "申请日期 许可时间 许可日期 实际时间 实际日期 计划时间 计划日期 编制时间 编制日期 审批时间 审批日期 ",
            "核准时间 核准日期 填报时间 填报日期 统计时间 统计日期 公示期 当前时间 系统时间 现在时间 今天日期 ",
            "资金来源 数据来源 图片来源 经费来源 收入来源 案件来源 线索来源 素材来源 题目来源 水来源 项目来源 ",
            "人员来源 图文来源 视频来源 信访来源 联系时间 接待时间 查询时间 交付时间 项目编号 案号 统一社会信用代码",
        ),
    ),
];

/// A word, what it names, and how sure it is among the words of its label: 0 is the surest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) label: Label,
    pub(super) rank: usize,
    /// Whether the word names many other things too.
    pub(super) is_weak: bool,
}

static KNOWN: LazyLock<HashMap<&'static str, Word>> = LazyLock::new(|| {
    let ranked = WORDS.iter().flat_map(|&(label, words)| words.split(' ').enumerate().map(move |word| (label, word)));
    ranked.map(|(label, (rank, word))| (word, Word { label, rank, is_weak: is_weak(word) })).collect()
});

fn is_weak(word: &str) -> bool {
    matches!(
        word,
        "名称"
            | "时间"
            | "日期"
            | "分类"
            | "备注"
            | "联系电话"
            | "摘要"
            | "访问"
            | "主题"
            | "地区"
            | "解读"
            | "效力"
            | "签发"
    )
}

/// The words as they are written between brackets, colons and spaces.
pub(super) fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !MARKS.contains(c)).collect()
}

/// Whether a word may stand at the beginning of a text: most lines are told from labels by their first character.
pub(super) fn may_begin(text: &str) -> bool {
    /// Every first character, sorted.
    static FIRST: LazyLock<Vec<char>> = LazyLock::new(|| of_all(|word| word.chars().next()));
    let is_between = |c: &char| !c.is_whitespace() && !MARKS.contains(c);
    text.chars().find(is_between).is_some_and(|c| FIRST.binary_search(&c).is_ok())
}

/// One character of every word, sorted, each once.
fn of_all(which: impl Fn(&str) -> Option<char>) -> Vec<char> {
    let mut characters: Vec<char> = KNOWN.keys().filter_map(|word| which(word)).collect();
    characters.sort_unstable();
    characters.dedup();
    characters
}

/// Characters of the longest word.
static LONGEST: LazyLock<usize> = LazyLock::new(|| KNOWN.keys().map(|word| word.chars().count()).max().unwrap_or(0));

/// The longest word that a text ends with, and how many bytes of the text it takes with the spaces in it and behind it.
pub(super) fn last(text: &str) -> Option<(Word, usize)> {
    /// Every last character, sorted: most colons of prose have none of them before them.
    static LAST: LazyLock<Vec<char>> = LazyLock::new(|| of_all(|word| word.chars().next_back()));
    let end = text.trim_end().chars().next_back()?;
    LAST.binary_search(&end).ok()?;
    let characters = text.char_indices().rev().filter(|(_, c)| !c.is_whitespace()).take(*LONGEST);
    let mut characters: Vec<(usize, char)> = characters.collect();
    characters.reverse();
    let tail: String = characters.iter().map(|(_, c)| c).collect();
    tail.char_indices()
        .zip(&characters)
        .find_map(|((at, _), (start, _))| KNOWN.get(&tail[at..]).map(|word| (*word, text.len() - start)))
}

/// The longest word that a text begins with, spaces in it or not.
pub(super) fn leading(text: &str) -> Option<Word> {
    if text.starts_with(|c: char| c.is_whitespace() || MARKS.contains(&c)) || !may_begin(text) {
        return None;
    }
    let head: String = text.chars().filter(|c| !c.is_whitespace()).take(*LONGEST).collect();
    let mut ends: Vec<usize> = head.char_indices().map(|(at, c)| at + c.len_utf8()).collect();
    ends.reverse();
    ends.into_iter().find_map(|end| KNOWN.get(&head[..end]).copied())
}

/// Whether a line may name a field, with a mark behind it or without.
pub(super) fn may_name(line: &str) -> bool {
    line.contains(MARKS) || may_begin(line)
}

/// What stands around a word.
const MARKS: [char; 8] = ['：', ':', '∶', '︰', '【', '】', '[', ']'];

/// The word that a text is, alone: `索 引 号：`.
pub(super) fn alone(text: &str) -> Option<Word> {
    /// Bytes of the longest word with a space behind each character, and some.
    const LONGEST_BYTES: usize = 80;
    if text.len() > LONGEST_BYTES || !may_begin(text) {
        return None;
    }
    KNOWN.get(bare(text).as_str()).copied()
}

/// Whether a text begins with a word of a disclosure table.
pub(super) fn begins_table(text: &str) -> bool {
    let first: String = text.split(['：', ':', '∶', '】']).next().unwrap_or_default().chars().take(16).collect();
    alone(&first).is_some_and(|word| word.label.is_of_table())
}

/// Every word.
#[cfg(test)]
pub(super) fn all() -> impl Iterator<Item = &'static str> {
    KNOWN.keys().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_stands_once() {
        let n_words: usize = WORDS.iter().map(|(_, words)| words.split(' ').count()).sum();
        assert_eq!(n_words, KNOWN.len());
        assert!(KNOWN.keys().all(|word| word.chars().count() >= 2));
    }

    #[test]
    fn a_word_is_known_with_spaces_and_brackets() {
        assert_eq!(alone("索 引 号：").map(|word| word.label), Some(Label::IndexNo));
        assert_eq!(alone("【有\u{a0}效\u{a0}性】").map(|word| word.label), Some(Label::Validity));
        assert_eq!(alone("截止日期").map(|word| word.label), Some(Label::Unrelated));
        assert_eq!(alone("索引号000"), None);
    }

    #[test]
    fn the_longest_word_wins_at_either_end() {
        let label = |word: Option<Word>| word.map(|word| word.label);
        assert_eq!(label(leading("发布机 构兴县司法局")), Some(Label::Authority));
        assert_eq!(label(leading("有效期限三年")), Some(Label::Other));
        assert_eq!(label(leading(" 有效期")), None);
        assert_eq!(
            last("县信息来 源 ").map(|(word, bytes)| (word.label, bytes)),
            Some((Label::Source, "信息来 源 ".len()))
        );
        assert_eq!(last("水的源"), None);
    }
}
