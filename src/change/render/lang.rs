//! The words around a diff, in the language of its reader. Never: a word of the portal's.

use crate::model::FieldName;

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
