//! Days of a row that its template spreads over several elements, or writes in an order that the whole list tells.
//!
//! In: the texts of a row. Out: the same, each such day in one of them. Never: a day of two rows, cells or links.

use std::rc::Rc;

use super::{Row, Run};
use crate::page::row_date::{self, Order};
use crate::page::row_pieces::{RowReader, Shown};

impl Row<'_> {
    /// `<b>19</b><i>2024-12</i>` and its three sisters become one dated run.
    pub(super) fn join_spread_dates(&mut self, reader: &RowReader<'_>) {
        self.join_parts(reader);
        for second in 1..self.runs.len() {
            // What follows a row may be the year over the next ones.
            if self.runs[second].is_tail != self.runs[second - 1].is_tail {
                continue;
            }
            let (first, next) = (&self.runs[second - 1].shown, &self.runs[second].shown);
            if let Some(whole) = first.joined(next, reader) {
                self.runs[second].shown = Rc::new(Shown::taken(whole.date));
                self.runs[second - 1].shown = Rc::new(whole);
            }
        }
    }

    /// `<b>2024年</b><i>12月</i><em>19日</em>`, with texts between them or without, and `<b>Dec 19</b><i>2024</i>`.
    fn join_parts(&mut self, reader: &RowReader<'_>) {
        for first in 0..self.runs.len() {
            if !row_date::may_begin(self.runs[first].text()) {
                continue;
            }
            for n_parts in [5, 3, 2] {
                let Some(parts) = self.runs.get_mut(first..first + n_parts) else { continue };
                // What stands in another row, cell or link is no part of it.
                let place = |run: &Run| (run.is_tail, run.cell, run.anchor);
                if parts.iter().any(|part| place(part) != place(&parts[0])) {
                    continue;
                }
                let texts: Vec<&str> = parts.iter().map(Run::text).collect();
                let Some(whole) = Shown::of_parts(&texts, reader) else { continue };
                for part in &mut parts[1..] {
                    part.shown = Rc::new(Shown::taken(whole.date));
                }
                parts[0].shown = Rc::new(whole);
                break;
            }
        }
    }

    /// The texts that may be days whose year stands last.
    pub(in crate::page) fn year_last(&self) -> impl Iterator<Item = &str> {
        self.runs.iter().map(Run::text).filter(|text| row_date::is_year_last(text))
    }

    /// Dates them in this order.
    pub(in crate::page) fn settle(&mut self, order: Order, reader: &RowReader<'_>) {
        for run in &mut self.runs {
            if let Some(date) = row_date::in_order_of(run.text(), order, reader.zone) {
                run.shown = Rc::new(Shown { text: run.text().to_owned(), date: Some(date), ..Shown::default() });
            }
        }
    }
}
