//! The day that an element of a row writes out in an attribute and shows in part, or by how long ago it was:
//! `<time datetime="2024-03-20">3天前</time>`, `<span title="2023-05-06">05-06</span>`.
//!
//! In: an element and the texts in it. Out: the day, in place of what is shown. Never: a day that the text speaks against,
//! or one that it shows whole.

use std::rc::Rc;
use std::sync::LazyLock;

use regex::Regex;

use super::row_pieces::{RowReader, Shown, Written};
use super::tree::Node;
use super::{date, pattern, row_date, row_year};
use crate::model::Stated;

/// Longest attribute and text that are looked at, in bytes: `2024-03-20T09:15:00.000+08:00`, `发布时间：2024-03-20 09:15`.
const LONGEST_BYTES: usize = 48;

/// A day by how long ago it was.
static AGO: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^(?:发布于)?\s*(?:刚刚|今天|昨天|前天|(?:\d{1,3}|[一二三四五六七八九十半]+)\s*个?(?:秒钟?|分钟|小时|天|日|周|星期|月|年)[之以]?前|just now|today|yesterday|(?:an?|\d{1,3}) (?:second|minute|hour|day|week|month|year)s? ago)(?:\s*发布|\s*\d{1,2}:\d{2})?$",
    )
});

/// A day that is written out in an attribute.
pub(super) struct WholeDay<'t> {
    /// The element that has it.
    pub(super) node: Node<'t>,
    stated: Stated,
    written: String,
    /// Whether one of the texts within the element shows it already.
    is_shown: bool,
}

impl<'t> WholeDay<'t> {
    /// The day that an element has beside its text. The title of a link is that of its report.
    pub(super) fn of(node: Node<'t>, reader: &RowReader<'_>) -> Option<Self> {
        let written = match node.name() {
            "a" | "li" | "tr" | "ul" | "table" => return None,
            "time" => node.attr("datetime").or_else(|| node.attr("title"))?,
            _ => node.attr("title")?,
        };
        let written = written.trim();
        // Most titles are those of reports.
        if written.len() > LONGEST_BYTES || !date::may_be_in(written) {
            return None;
        }
        row_date::alone(written, reader.zone, reader.today)?;
        let stated = date::stated(written, reader.zone)?;
        Some(Self { node, stated, written: written.to_owned(), is_shown: false })
    }

    /// A text within the element, as the day where it shows that in part.
    pub(super) fn shown_by(&mut self, text: Written, reader: &RowReader<'_>) -> Written {
        let Some(shown) = text.shown.as_ref().filter(|shown| self.is_part(shown, reader)) else { return text };
        let whole = if self.is_shown {
            Shown::taken(Some(self.stated))
        } else {
            Shown { text: self.written.clone(), date: Some(self.stated), ..Shown::default() }
        };
        self.is_shown |= !shown.text.is_empty();
        Written { shown: Some(Rc::new(whole)), ..text }
    }

    fn is_part(&self, shown: &Shown, reader: &RowReader<'_>) -> bool {
        if shown.date.is_some() {
            return row_year::in_year_of_day(&shown.text, self.stated, reader.zone).is_some();
        }
        shown.text.len() <= LONGEST_BYTES && AGO.is_match(&shown.text)
    }
}
