//! Which of the days of a row is the one of its publication.
//!
//! In: the texts of a row and the column of its list that is headed 发布日期. Out: that day as it is shown. Never: a day of
//! an update where the row names another one.

use super::{Row, Run, trim};
use crate::model::Stated;
use crate::page::date_column::DateColumn;
use crate::page::row_pieces::RowReader;
use crate::page::{date, row_date};

impl Row<'_> {
    /// The date that is said to be the one of publication, by its own text or by the text before it.
    fn labelled(&self) -> Option<&Run> {
        let is_label = |run: &Run| ["发布", "公开日", "公开时", "公布"].iter().any(|label| run.text().contains(label));
        let is_shown = |run: &Run| run.is_date() && !run.is_hidden && !run.text().is_empty();
        let in_itself = self.runs.iter().find(|run| is_shown(run) && is_label(run));
        in_itself.or_else(|| {
            let mut pairs = self.runs.windows(2);
            let is_pair = |pair: &&[Run]| is_shown(&pair[1]) && pair[0].anchor.is_none() && is_label(&pair[0]);
            pairs.find(is_pair).map(|pair| &pair[1])
        })
    }

    /// The dates that neither their own text nor the label before them calls those of an update.
    fn not_of_update(&self) -> impl Iterator<Item = &Run> {
        /// `最后更新时间：`; a longer text is no label.
        const LONGEST_LABEL_BYTES: usize = 30;
        let says = |run: &Run| run.text().len() <= LONGEST_LABEL_BYTES && run.text().contains("更新");
        let runs = self.runs.iter().enumerate();
        let dates = runs.filter(|(_, run)| run.is_date() && !run.text().is_empty());
        let is_labelled = move |at: usize| {
            let before = at.checked_sub(1).map(|before| &self.runs[before]);
            before.is_some_and(|before| !before.is_date() && before.anchor.is_none() && says(before))
        };
        let others = dates.filter(move |(at, run)| !run.text().contains("更新") && !is_labelled(*at));
        others.map(|(_, run)| run)
    }

    /// The day of publication that a line with other words or other days names.
    fn published(&self, reader: &RowReader<'_>) -> Option<(Stated, String, bool)> {
        let lines = self.runs.iter().filter(|run| run.anchor.is_none() && !run.is_hidden && !run.is_date());
        lines.filter(|run| run.text().contains(['发', '公', '更'])).find_map(|run| {
            let (stated, shown) = row_date::published(run.text(), reader.zone)?;
            Some((stated, shown, run.is_tail))
        })
    }

    /// The row's date, as shown, and whether it stands behind the row's element.
    pub(in crate::page) fn dated(
        &self,
        reader: &RowReader<'_>,
        column: Option<DateColumn>,
    ) -> Option<(Stated, String, bool)> {
        let give = |run: &Run| Some((run.shown.date?, run.text().to_owned(), run.is_tail));
        let found_in = |text: &str, run: &Run| {
            let found = date::find(text, reader.zone, None)?;
            Some((found.stated, text[found.at].to_owned(), run.is_tail))
        };
        let dates = || self.runs.iter().filter(|run| run.is_date() && !run.text().is_empty());
        let shown = || dates().filter(|run| !run.is_hidden);
        let in_column = column.and_then(|column| match column {
            DateColumn::Cell(cell) => shown().find(|run| run.cell == cell),
            DateColumn::Date { at, of } => shown().nth(at).filter(|_| shown().count() == of),
        });
        let labelled = in_column.or_else(|| self.labelled());
        if labelled.is_none()
            && let Some(published) = self.published(reader)
        {
            return Some(published);
        }
        let own = || self.not_of_update().filter(|run| !run.is_hidden);
        let alone = labelled
            .or_else(|| own().find(|run| run.anchor.is_none()))
            .or_else(|| own().next())
            .or_else(|| dates().find(|run| !run.is_hidden && run.anchor.is_none()))
            .or_else(|| dates().find(|run| !run.is_hidden))
            .or_else(|| dates().next());
        alone
            .and_then(give)
            .or_else(|| {
                // In a line with other words, outside of the title first.
                let outside = self.runs.iter().filter(|run| run.anchor.is_none() && !run.is_hidden);
                let is_line = |run: &&Run| run.shown.is_dated_line;
                let at_end = |run: &&Run| run.shown.is_dated_at_end;
                let in_fields = || self.runs.iter().find(|run| is_line(run) && trim::is_fields(run.text()));
                let run =
                    outside.clone().find(is_line).or_else(in_fields).or_else(|| self.runs.iter().rfind(at_end))?;
                found_in(run.text(), run)
            })
            // What is cut from a title as a field is read.
            .or_else(|| self.runs.iter().find_map(|run| found_in(trim::fields_behind(run.text())?, run)))
    }
}
