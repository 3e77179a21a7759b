//! Whether a report that is new was dated back: the day that it states was long over, and walks went without it.
//!
//! In: the days it states, and what walks of its listing tell. Out: from when on walks speak against its date, and whether
//! they do. Never: said of a day that offices state weeks before they publish, of one walk alone, or of a column that came
//! as a whole.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use crate::model::{Document, FieldName, Origin, Stated};

/// Days after which a page that states its day of publication should be listed: an editor's date is that of the draft, and
/// stands while it is approved, a week, and over the longest holidays, nine days and the weekends beside them.
const PUBLISHED_DAYS: i32 = 21;

/// The same where the day may be that of writing (成文日期), by which some columns date their rows: what must be published
/// has twenty working days (《政府信息公开条例》 第二十六条), six weeks with the longest holidays in between.
const WRITTEN_DAYS: i32 = 42;

/// Walks that must have gone without it: one may have missed a row that slipped over the boundary of two pages.
pub const LEAST_WALKS: usize = 2;

/// Reports dated so long ago that one walk finds for the first time, from which on they are a column that was moved here or
/// filled up from an archive.
pub const LEAST_TOGETHER: usize = 4;

/// What must be known of a listing's walks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    /// The day of its row: walks that did not come down to it tell nothing.
    pub row: Date,
    /// The day after which it should have been there.
    pub due: Date,
}

impl Claim {
    /// What a report claims by its days. The latest of them counts: a row of today claims nothing.
    pub fn of(document: &Document, row: Stated) -> Self {
        let row = row.date();
        let stated = document.published.map(|published| published.date()).filter(|day| *day > row);
        let days = if is_of_publication(document, row) { PUBLISHED_DAYS } else { WRITTEN_DAYS };
        let day = stated.unwrap_or(row);
        Self { row, due: day.checked_add(days.days()).unwrap_or(Date::MAX) }
    }

    /// From when on a walk should have met it, wherever its portal lies: a day more than the farthest zone is behind.
    pub fn proof_at(self) -> Timestamp {
        let day = self.due.checked_add(2.days()).unwrap_or(Date::MAX);
        day.to_zoned(jiff::tz::TimeZone::UTC).map_or(Timestamp::MAX, |midnight| midnight.timestamp())
    }

    /// Whether these walks, and what else the same walk found, make it one that was dated back.
    pub fn is_refuted(self, n_walks: usize, n_together: usize) -> bool {
        n_walks >= LEAST_WALKS && n_together < LEAST_TOGETHER
    }
}

/// Whether the page itself says that its day is the one of publication; one that its row gave it, or that is the day of
/// writing too, may be that.
fn is_of_publication(document: &Document, row: Date) -> bool {
    let Some(day) = document.published.map(|published| published.date()) else { return false };
    let may_be_the_rows = document.from.get(&FieldName::Published) == Some(&Origin::Auto) && day == row;
    !may_be_the_rows && document.written.is_none_or(|written| written.date() != day)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn on(month: i8, day: i8) -> Stated {
        Stated::day(date(2026, month, day))
    }

    fn document(published: Option<Stated>, origin: Origin) -> Document {
        Document { published, from: [(FieldName::Published, origin)].into(), ..Document::default() }
    }

    fn due(document: &Document, row: Stated) -> (i8, i8) {
        let due = Claim::of(document, row).due;
        (due.month(), due.day())
    }

    #[test]
    fn a_day_of_publication_has_three_weeks_and_one_that_may_be_of_writing_six() {
        let stated = document(Some(on(3, 1)), Origin::Meta);
        assert_eq!(due(&stated, on(3, 1)), (3, 22));
        assert_eq!(due(&Document { written: Some(on(3, 1)), ..stated.clone() }, on(3, 1)), (4, 12));
        assert_eq!(
            due(&Document { written: Some(on(1, 1)), ..stated }, on(3, 1)),
            (3, 22),
            "it was written long before"
        );
        assert_eq!(due(&document(Some(on(3, 1)), Origin::Auto), on(3, 1)), (4, 12), "the row's own");
        assert_eq!(due(&Document { written: Some(on(1, 1)), ..Document::default() }, on(3, 1)), (4, 12));
    }

    #[test]
    fn the_latest_day_counts() {
        assert_eq!(due(&document(Some(on(1, 5)), Origin::Site), on(5, 8)), (5, 29), "its row is of today");
        assert_eq!(due(&document(Some(on(5, 8)), Origin::Site), on(1, 5)), (5, 29), "its page is of today");
    }

    #[test]
    fn one_walk_proves_nothing_and_a_whole_column_is_no_back_dating() {
        let claim = Claim::of(&document(None, Origin::Auto), on(3, 1));
        assert_eq!(claim.proof_at().to_string(), "2026-04-14T00:00:00Z");
        assert!(claim.is_refuted(2, 1));
        assert!(claim.is_refuted(2, 3));
        assert!(!claim.is_refuted(1, 1));
        assert!(!claim.is_refuted(2, 4));
    }
}
