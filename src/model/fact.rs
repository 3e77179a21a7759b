//! One thing that an edit changed, said outright: a figure, a cell, a section, a field, an attachment.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What an edit changed, as far as it can be said for sure: an item of `facts` in the JSON contract, key by key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// What sort of thing it is.
    pub kind: FactKind,
    /// The heading of the section that it stands in, or the title of the attachment.
    pub section: Option<String>,
    /// Of a cell or a row: which table of the text, from 1.
    pub table: Option<u32>,
    /// Of a cell or a row: what names the row.
    pub row: Option<String>,
    /// Of a cell: what names the column.
    pub column: Option<String>,
    /// What the value is of: the words before a figure, the name of a field.
    pub label: Option<String>,
    /// What stood there; `None`: nothing.
    pub old: Option<String>,
    /// What stands there now; `None`: nothing.
    pub new: Option<String>,
}

/// The sorts of facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactKind {
    /// A title, or a field that the page states: 有效性, 发文字号.
    Field,
    /// A figure of the text, with its unit.
    Figure,
    /// A date or a year of the text.
    Date,
    /// A name of the text: of a paper in 《》, or of a person after the word for the office.
    Name,
    /// A document number of the text.
    DocNo,
    /// A cell of a table.
    Cell,
    /// A row of a table that was not there before.
    RowAdded,
    /// A row of a table that is gone.
    RowRemoved,
    /// A section that was not there before.
    SectionAdded,
    /// A section that is gone.
    SectionRemoved,
    /// An attachment that was not there before.
    AttachmentAdded,
    /// An attachment that is gone.
    AttachmentRemoved,
    /// An attachment whose content, or name, is another one.
    AttachmentReplaced,
}

impl FactKind {
    /// The word of the JSON contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Field => "field",
            Self::Figure => "figure",
            Self::Date => "date",
            Self::Name => "name",
            Self::DocNo => "doc_no",
            Self::Cell => "cell",
            Self::RowAdded => "row_added",
            Self::RowRemoved => "row_removed",
            Self::SectionAdded => "section_added",
            Self::SectionRemoved => "section_removed",
            Self::AttachmentAdded => "attachment_added",
            Self::AttachmentRemoved => "attachment_removed",
            Self::AttachmentReplaced => "attachment_replaced",
        }
    }
}

impl Fact {
    /// A fact with these two values, and nothing known of its place.
    pub fn new(kind: FactKind, old: Option<String>, new: Option<String>) -> Self {
        Self { kind, section: None, table: None, row: None, column: None, label: None, old, new }
    }

    /// Where it stands, from the outside in.
    fn place(&self) -> String {
        let table = self.table.map(|n| format!("table {n}"));
        let parts = [self.section.clone(), table, self.row.clone(), self.column.clone()];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

impl fmt::Display for Fact {
    /// In one line: `三、主要成效: 共受理 15件 → 9件`. The values are a portal's text, as it stands there.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.place();
        if !place.is_empty() {
            write!(f, "{place}: ")?;
        }
        let is_whole = !matches!(
            self.kind,
            FactKind::Field | FactKind::Figure | FactKind::Date | FactKind::Name | FactKind::DocNo | FactKind::Cell
        );
        if is_whole {
            write!(f, "{}: ", self.kind.as_str().replace('_', " "))?;
        } else if let Some(label) = &self.label {
            let colon = if self.kind == FactKind::Field { ":" } else { "" };
            write!(f, "{}{colon} ", label.replace('_', " "))?;
        }
        match (&self.old, &self.new) {
            (Some(old), Some(new)) => write!(f, "{old} → {new}"),
            (Some(one), None) | (None, Some(one)) if is_whole => f.write_str(one),
            (old, new) => {
                let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "(nothing)".to_owned());
                write!(f, "{} → {}", shown(old), shown(new))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fact_is_one_line_that_says_where_and_what() {
        let values = |kind| Fact::new(kind, Some("15件".into()), Some("9件".into()));
        let figure =
            Fact {
                section: Some("三、主要成效".into()), label: Some("共受理".into()), ..values(FactKind::Figure)
            };
        assert_eq!(figure.to_string(), "三、主要成效: 共受理 15件 → 9件");
        let (row, column) = (Some("行政许可".into()), Some("本年新收".into()));
        let cell = Fact { table: Some(2), row, column, ..values(FactKind::Cell) };
        assert_eq!(cell.to_string(), "table 2, 行政许可, 本年新收: 15件 → 9件");
        let field = Fact { label: Some("doc_no".into()), old: None, ..values(FactKind::Field) };
        assert_eq!(field.to_string(), "doc no: (nothing) → 9件");
        let added = Fact::new(FactKind::SectionAdded, None, Some("六、其他".into()));
        assert_eq!(added.to_string(), "section added: 六、其他");
    }
}
