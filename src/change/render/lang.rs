//! The words around a diff, in the language of its reader. Never: a word of the portal's.

use crate::model::{Fact, FactKind, FieldName};

/// The language of the labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lang {
    /// English.
    En,
    /// 简体中文.
    Zh,
}

impl Lang {
    /// The value of HTML's `lang`.
    pub fn tag(self) -> &'static str {
        self.either("en", "zh-CN")
    }

    pub(super) fn either<'a>(self, en: &'a str, zh: &'a str) -> &'a str {
        match self {
            Self::En => en,
            Self::Zh => zh,
        }
    }

    /// `3 places edited`.
    pub(super) fn edited(self, n: usize) -> String {
        match self {
            Self::En => format!("{n} {} edited", if n == 1 { "place" } else { "places" }),
            Self::Zh => format!("正文修改 {n} 处"),
        }
    }

    /// `1 paragraph moved`.
    pub(super) fn moved(self, n: usize) -> String {
        match self {
            Self::En => format!("{n} {} moved", if n == 1 { "passage" } else { "passages" }),
            Self::Zh => format!("移动 {n} 处"),
        }
    }

    /// `12 unchanged paragraphs`.
    pub(super) fn unchanged(self, n: usize) -> String {
        match self {
            Self::En => format!("{n} unchanged {}", if n == 1 { "paragraph" } else { "paragraphs" }),
            Self::Zh => format!("{n} 段未变"),
        }
    }

    /// Where a thing stands and what it is, before what it was and is: `三、主要成效: 共受理`.
    pub(super) fn fact(self, fact: &Fact) -> String {
        let table = fact.table.map(|n| format!("{} {n}", self.either("table", "表")));
        let place = [fact.section.clone(), table, fact.row.clone(), fact.column.clone()];
        let place: Vec<String> = place.into_iter().flatten().collect();
        let what = match fact.kind {
            FactKind::RowAdded => Some(self.either("row added", "新增行")),
            FactKind::RowRemoved => Some(self.either("row removed", "删除行")),
            FactKind::SectionAdded => Some(self.either("section added", "新增章节")),
            FactKind::SectionRemoved => Some(self.either("section removed", "删除章节")),
            _ => fact.label.as_deref(),
        };
        let place = place.join(self.either(", ", "，"));
        [Some(place.as_str()), what]
            .into_iter()
            .flatten()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(": ")
    }

    /// `3 more`.
    pub(super) fn more(self, n: usize) -> String {
        match self {
            Self::En => format!("{n} more"),
            Self::Zh => format!("另有 {n} 处"),
        }
    }

    /// What a field is called.
    pub(super) fn field(self, field: FieldName) -> &'static str {
        let (en, zh) = match field {
            FieldName::Title => ("Title", "标题"),
            FieldName::Body => ("Text", "正文"),
            FieldName::DocNo => ("Document number", "发文字号"),
            FieldName::Published => ("Published", "发布日期"),
            FieldName::Source => ("Source", "来源"),
            FieldName::Authority => ("Issued by", "发文机关"),
            FieldName::IndexNo => ("Index number", "索引号"),
            FieldName::Written => ("Written", "成文日期"),
            FieldName::Validity => ("Validity", "有效性"),
            FieldName::Effective => ("In force from", "施行日期"),
            FieldName::Repealed => ("Repealed", "废止日期"),
            FieldName::Topic => ("Topic", "主题分类"),
            FieldName::SiteCode => ("Site code", "网站标识码"),
            FieldName::Division => ("Division", "行政区划"),
            FieldName::Cited => ("Cites", "引用文件"),
            FieldName::Column => ("Column", "栏目"),
            FieldName::Breadcrumb => ("Breadcrumb", "当前位置"),
            FieldName::Attachments => ("Attachments", "附件"),
            FieldName::AttachmentAdded => ("Attachment added", "新增附件"),
            FieldName::AttachmentRemoved => ("Attachment removed", "删除附件"),
            FieldName::AttachmentReplaced => ("Attachment replaced", "替换附件"),
        };
        match self {
            Self::En => en,
            Self::Zh => zh,
        }
    }
}
