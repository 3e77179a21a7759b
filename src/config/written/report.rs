//! A report page, as people write it: its selectors, and what a healthy one has.

use schemars::JsonSchema;
use serde::Serialize;

use super::Texts;

/// Selectors of a report page, such as "h1::text"; of a list, the first that yields something counts.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[schemars(default, deny_unknown_fields)]
pub(in crate::config) struct ReportTable {
    /// The title.
    pub(in crate::config) title: Texts,
    /// The body; several elements of one selector are joined in order.
    pub(in crate::config) body: Texts,
    /// 发布日期.
    pub(in crate::config) published: Texts,
    /// 来源.
    pub(in crate::config) source: Texts,
    /// 发文机关.
    pub(in crate::config) authority: Texts,
    /// 发文字号.
    pub(in crate::config) doc_no: Texts,
    /// 索引号.
    pub(in crate::config) index_no: Texts,
    /// 成文日期.
    pub(in crate::config) written: Texts,
    /// 有效性.
    pub(in crate::config) validity: Texts,
    /// Elements to leave out wherever they stand.
    pub(in crate::config) strip: Texts,
    /// Links to attachments.
    pub(in crate::config) attachment: Texts,
}

/// What a healthy page has.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(default, deny_unknown_fields)]
pub(in crate::config) struct ExpectTable {
    /// Least rows of a listing's first page.
    #[schemars(range(min = 1, max = 10_000))]
    pub(in crate::config) min_entries: usize,
    /// Whether a listing without rows is all right.
    pub(in crate::config) may_be_empty: bool,
    /// Least characters of a report's body, white space not counted.
    #[schemars(range(min = 0, max = 1_000_000))]
    pub(in crate::config) min_body_chars: usize,
    /// How often and how long a report must be gone before it is told as withdrawn.
    pub(in crate::config) withdrawn_after: WithdrawnAfterTable,
}

impl Default for ExpectTable {
    fn default() -> Self {
        Self { min_entries: 1, may_be_empty: false, min_body_chars: 0, withdrawn_after: WithdrawnAfterTable::default() }
    }
}

/// How often and how long a report must be gone before it is told as withdrawn.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(default, deny_unknown_fields)]
pub(in crate::config) struct WithdrawnAfterTable {
    /// Polls that missed it, in a row.
    #[schemars(range(min = 1, max = 1000))]
    pub(in crate::config) polls: u32,
    /// Time since the first of them.
    pub(in crate::config) span: String,
}

impl Default for WithdrawnAfterTable {
    fn default() -> Self {
        // A night's maintenance is not a withdrawal.
        Self { polls: 3, span: "24h".to_owned() }
    }
}
