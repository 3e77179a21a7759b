//! The words of messages, in each language. Pure.

use crate::config::Language;
use crate::model::{Doubt, EventKind, Fact, FactKind, FieldName, How};

use Language::{Chinese, English};

/// What happened, in a word or two.
pub(super) fn event(language: Language, event: EventKind) -> &'static str {
    match (event, language) {
        (EventKind::New, English) => "New",
        (EventKind::New, Chinese) => "新发布",
        (EventKind::Copy, English) => "Copied",
        (EventKind::Copy, Chinese) => "转载",
        (EventKind::Edited, English) => "Edited",
        (EventKind::Edited, Chinese) => "已修改",
        (EventKind::Withdrawn, English) => "Withdrawn",
        (EventKind::Withdrawn, Chinese) => "已撤下",
        (EventKind::Restored, English) => "Restored",
        (EventKind::Restored, Chinese) => "已恢复",
        (EventKind::Moved, English) => "Moved",
        (EventKind::Moved, Chinese) => "已迁移",
        (EventKind::DueSoon, English) => "Due soon",
        (EventKind::DueSoon, Chinese) => "即将到期",
        (EventKind::Arrived, English) => "Published late",
        (EventKind::Arrived, Chinese) => "逾期后发布",
        (EventKind::Overdue, English) => "Overdue",
        (EventKind::Overdue, Chinese) => "逾期未发布",
        (EventKind::SiteBroken, English) => "Site broken",
        (EventKind::SiteBroken, Chinese) => "网站无法读取",
        (EventKind::SiteRecovered, English) => "Site recovered",
        (EventKind::SiteRecovered, Chinese) => "网站恢复读取",
        (EventKind::Redesign, English) => "Redesign",
        (EventKind::Redesign, Chinese) => "网站改版",
        (EventKind::Baseline, English) => "Baseline",
        (EventKind::Baseline, Chinese) => "首次收录",
        (EventKind::Weekly, English) => "Weekly word",
        (EventKind::Weekly, Chinese) => "每周简报",
        (EventKind::ChannelBroken, English) => "Channel broken",
        (EventKind::ChannelBroken, Chinese) => "通知渠道故障",
        (EventKind::ChannelRecovered, English) => "Channel recovered",
        (EventKind::ChannelRecovered, Chinese) => "通知渠道恢复",
    }
}

/// The name of a field.
pub(super) fn field(language: Language, field: FieldName) -> String {
    let chinese = match field {
        FieldName::Title => "标题",
        FieldName::Body => "正文",
        FieldName::DocNo => "发文字号",
        FieldName::Published => "发布日期",
        FieldName::Source => "来源",
        FieldName::Authority => "发文机关",
        FieldName::IndexNo => "索引号",
        FieldName::Written => "成文日期",
        FieldName::Validity => "有效性",
        FieldName::Effective => "施行日期",
        FieldName::Repealed => "废止日期",
        FieldName::Topic => "主题分类",
        FieldName::SiteCode => "网站标识码",
        FieldName::Division => "区划代码",
        FieldName::Cited => "引用文件",
        FieldName::Column => "栏目",
        FieldName::Breadcrumb => "位置",
        FieldName::Attachments => "附件",
        FieldName::AttachmentAdded => "新增附件",
        FieldName::AttachmentRemoved => "删除附件",
        FieldName::AttachmentReplaced => "替换附件",
    };
    match language {
        Chinese => chinese.to_owned(),
        English => field.as_str().replace('_', " "),
    }
}

/// What an edit changed, in one line: `三、主要成效：共受理 15件 → 9件`. The values are a portal's text, as it stands there.
pub(super) fn fact(language: Language, fact: &Fact) -> String {
    if language == English {
        return fact.to_string();
    }
    let table = fact.table.map(|n| format!("表 {n}"));
    let place: Vec<String> =
        [fact.section.clone(), table, fact.row.clone(), fact.column.clone()].into_iter().flatten().collect();
    let place = if place.is_empty() { String::new() } else { format!("{}：", place.join("，")) };
    let nothing = || "（无）".to_owned();
    let values = match (whole_thing(fact.kind), &fact.old, &fact.new) {
        (_, Some(old), Some(new)) => format!("{old} → {new}"),
        (Some(_), Some(one), None) | (Some(_), None, Some(one)) => one.clone(),
        (_, old, new) => {
            format!("{} → {}", old.clone().unwrap_or_else(nothing), new.clone().unwrap_or_else(nothing))
        }
    };
    let what = match (whole_thing(fact.kind), &fact.label) {
        (Some(word), _) => format!("{word}："),
        (None, Some(label)) if fact.kind == FactKind::Field => {
            let known = serde_json::from_value::<FieldName>(label.as_str().into());
            format!("{}：", known.map_or_else(|_| label.clone(), |name| field(Chinese, name)))
        }
        (None, Some(label)) => format!("{label} "),
        (None, None) => String::new(),
    };
    format!("{place}{what}{values}")
}

/// The word for a thing that came or went as a whole.
fn whole_thing(kind: FactKind) -> Option<&'static str> {
    match kind {
        FactKind::RowAdded => Some("新增行"),
        FactKind::RowRemoved => Some("删除行"),
        FactKind::SectionAdded => Some("新增章节"),
        FactKind::SectionRemoved => Some("删除章节"),
        FactKind::AttachmentAdded => Some("新增附件"),
        FactKind::AttachmentRemoved => Some("删除附件"),
        FactKind::AttachmentReplaced => Some("替换附件"),
        FactKind::Field | FactKind::Figure | FactKind::Date | FactKind::Name | FactKind::DocNo | FactKind::Cell => None,
    }
}

/// What speaks against a reading.
pub(super) fn doubts(language: Language, doubts: &[Doubt]) -> String {
    let (words, comma): (Vec<String>, _) = match language {
        Chinese => (doubts.iter().map(|doubt| doubt.in_chinese().to_owned()).collect(), "、"),
        English => (doubts.iter().map(|doubt| doubt.as_str().replace('_', " ")).collect(), ", "),
    };
    words.join(comma)
}

/// How a report was withdrawn.
pub(super) fn how(language: Language, how: How) -> &'static str {
    match (how, language) {
        (How::Gone, English) => "the page is gone",
        (How::Gone, Chinese) => "页面已不存在",
        (How::SoftNotFound, English) => "the page says that it is not there",
        (How::SoftNotFound, Chinese) => "页面提示不存在",
        (How::HomeRedirect, English) => "the page leads to the home page or to a column",
        (How::HomeRedirect, Chinese) => "页面跳转到首页或栏目页",
        (How::Delisted, English) => "no longer listed, still served",
        (How::Delisted, Chinese) => "已从栏目移除,页面仍可访问",
        (How::DeadLink, English) => "still listed, its link is dead",
        (How::DeadLink, Chinese) => "栏目仍列出,链接已失效",
        (How::Unreadable, English) => "no longer listed, its page cannot be read",
        (How::Unreadable, Chinese) => "已从栏目移除,页面无法读取",
    }
}

/// What stands before a fact.
#[derive(Debug, Clone, Copy)]
pub(super) enum Label {
    Published,
    Edited,
    Revision,
    From,
    Doubts,
    Seen,
    Reports,
    MoreLines,
    Open,
    OpenPlace,
    Changes,
    Test,
    NoTitle,
    AllSites,
    More,
}

pub(super) fn label(language: Language, label: Label) -> &'static str {
    match (label, language) {
        (Label::Published, English) => "published",
        (Label::Published, Chinese) => "发布日期",
        (Label::Edited, English) => "edited",
        (Label::Edited, Chinese) => "修改内容",
        (Label::Revision, English) => "revision",
        (Label::Revision, Chinese) => "版本",
        (Label::From, English) => "from",
        (Label::From, Chinese) => "原地址",
        (Label::Doubts, English) => "doubts",
        (Label::Doubts, Chinese) => "存疑",
        (Label::Seen, English) => "seen",
        (Label::Seen, Chinese) => "发现时间",
        (Label::Reports, English) => "reports",
        (Label::Reports, Chinese) => "份文件",
        (Label::MoreLines, English) => "more lines",
        (Label::MoreLines, Chinese) => "行未显示",
        (Label::Open, English) => "Open the page",
        (Label::Open, Chinese) => "打开原文",
        (Label::OpenPlace, English) => "Open the site",
        (Label::OpenPlace, Chinese) => "打开网站",
        (Label::Changes, English) => "changes",
        (Label::Changes, Chinese) => "项变化",
        (Label::Test, English) => "Test of channel",
        (Label::Test, Chinese) => "渠道测试",
        (Label::NoTitle, English) => "(no title)",
        (Label::NoTitle, Chinese) => "(无标题)",
        (Label::AllSites, English) => "all sites",
        (Label::AllSites, Chinese) => "全部网站",
        (Label::More, English) => "more",
        (Label::More, Chinese) => "项未显示",
    }
}
