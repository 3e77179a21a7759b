//! The words of enums in both languages: events, fields, states.
//!
//! In: a value of the model, or a word of the store. Out: its word in the reader's language. Never: a value without one;
//! the compiler holds that for enums.

use super::texts::Texts;
use crate::change::obligation::CoverageState;
use crate::model::{Doubt, EventKind, FieldName, How, ReportState};

impl Texts {
    /// The word of a sort of event.
    pub(super) fn event_word(&self, event: EventKind) -> &'static str {
        let (zh, en) = match event {
            EventKind::New => ("新发布", "new"),
            EventKind::Copy => ("转载", "copy"),
            EventKind::Edited => ("修改", "edited"),
            EventKind::Withdrawn => ("撤下", "withdrawn"),
            EventKind::Restored => ("恢复", "restored"),
            EventKind::Moved => ("迁移", "moved"),
            EventKind::DueSoon => ("将到期", "due soon"),
            EventKind::Arrived => ("已补发", "arrived"),
            EventKind::Overdue => ("逾期", "overdue"),
            EventKind::SiteBroken => ("站点故障", "site broken"),
            EventKind::SiteRecovered => ("站点恢复", "site recovered"),
            EventKind::ChannelBroken => ("渠道故障", "channel broken"),
            EventKind::ChannelRecovered => ("渠道恢复", "channel recovered"),
            EventKind::Redesign => ("改版", "redesign"),
            EventKind::Baseline => ("基线", "baseline"),
            EventKind::Weekly => ("周报", "weekly"),
        };
        self.choose(zh, en)
    }

    /// The word of a sort of event, by that of the JSON contract.
    pub(super) fn told_word(&self, word: &str) -> String {
        let known = serde_json::from_value::<EventKind>(word.into());
        known.map_or_else(|_| word.replace('_', " "), |event| self.event_word(event).to_owned())
    }

    /// The word of a field.
    pub(super) fn field_word(&self, field: FieldName) -> &'static str {
        let (zh, en) = match field {
            FieldName::Title => ("标题", "title"),
            FieldName::Body => ("正文", "text"),
            FieldName::DocNo => ("发文字号", "document number"),
            FieldName::Published => ("发布日期", "published"),
            FieldName::Source => ("来源", "source"),
            FieldName::Authority => ("发文机关", "authority"),
            FieldName::IndexNo => ("索引号", "index number"),
            FieldName::Written => ("成文日期", "written"),
            FieldName::Validity => ("有效性", "validity"),
            FieldName::Effective => ("施行日期", "effective"),
            FieldName::Repealed => ("废止日期", "repealed"),
            FieldName::Topic => ("主题分类", "topic"),
            FieldName::SiteCode => ("网站标识码", "site code"),
            FieldName::Division => ("行政区划代码", "division"),
            FieldName::Cited => ("引用文号", "cited numbers"),
            FieldName::Column => ("栏目", "column"),
            FieldName::Breadcrumb => ("导航路径", "breadcrumb"),
            FieldName::Attachments => ("附件", "attachments"),
            FieldName::AttachmentAdded => ("新增附件", "attachment added"),
            FieldName::AttachmentRemoved => ("删去附件", "attachment removed"),
            FieldName::AttachmentReplaced => ("替换附件", "attachment replaced"),
        };
        self.choose(zh, en)
    }

    /// What speaks against a reading.
    pub(super) fn doubt_words(&self, doubts: &[Doubt]) -> String {
        let word = |doubt: &Doubt| self.choose(doubt.in_chinese(), doubt.as_str()).replace('_', " ");
        doubts.iter().map(word).collect::<Vec<_>>().join(self.choose("、", ", "))
    }

    /// How a report was withdrawn.
    pub(super) fn how_word(&self, how: How) -> &'static str {
        let (zh, en) = match how {
            How::Gone => ("网页已删除（404/410）", "gone: the page answers 404 or 410"),
            How::SoftNotFound => ("网页提示不存在", "the page says that it is not there"),
            How::HomeRedirect => ("跳转到首页或栏目页", "sent to the home page or a column"),
            How::Delisted => ("列表已移除，网页仍可访问", "no longer listed, still served"),
            How::DeadLink => ("列表仍有，链接失效", "still listed, its link is dead"),
            How::Unreadable => ("列表已移除，网页无法读取", "no longer listed, its page cannot be read"),
        };
        self.choose(zh, en)
    }

    /// A report's standing.
    pub(super) fn state_word(&self, state: ReportState) -> &'static str {
        let (zh, en) = match state {
            ReportState::Present => ("在线", "present"),
            ReportState::Suspect => ("待确认", "suspect"),
            ReportState::Withdrawn => ("已撤下", "withdrawn"),
            ReportState::Moved => ("已迁移", "moved"),
        };
        self.choose(zh, en)
    }

    /// A site's standing, by the word of `status`.
    pub(super) fn standing_word(&self, word: &str) -> String {
        let zh = match word {
            "new" => "未抓取",
            "ok" => "正常",
            "failing" => "有失败",
            "broken" => "故障",
            "blocked" => "被拒",
            "paused" => "暂停",
            "retired" => "停用",
            "unwatched" => "未监测",
            other => other,
        };
        if self.is_chinese() { zh.to_owned() } else { word.replace('_', " ") }
    }

    /// How a poll stands.
    pub(super) fn poll_word(&self, word: &str) -> &'static str {
        let (zh, en) = match word {
            "open" => ("进行中", "under way"),
            "waiting" => ("即将开始", "begins in a moment"),
            "done" => ("完成", "done"),
            "failed" => ("失败", "failed"),
            "never" => ("从未", "never"),
            _ => ("中断", "interrupted"),
        };
        self.choose(zh, en)
    }

    /// The state of an obligation.
    pub(super) fn coverage_word(&self, state: CoverageState) -> &'static str {
        let (zh, en) = match state {
            CoverageState::NotDue => ("未到期", "not due"),
            CoverageState::OnTime => ("按期", "on time"),
            CoverageState::Late => ("迟公开", "late"),
            CoverageState::Overdue => ("逾期", "overdue"),
            CoverageState::Unknown => ("未知", "unknown"),
        };
        self.choose(zh, en)
    }

    /// The state of an alert, by the word of `alerts`.
    pub(super) fn alert_word(&self, word: &str) -> String {
        let zh = match word {
            "owed" => "待发",
            "held" => "暂缓",
            "delivered" => "已送达",
            "dead" => "已放弃",
            other => other,
        };
        if self.is_chinese() { zh.to_owned() } else { word.to_owned() }
    }
}
