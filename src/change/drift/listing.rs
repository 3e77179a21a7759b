//! Drift of a listing: its first page against what that page usually shows.
//!
//! In: [`Usual`] and [`Shown`]. Out: a [`Verdict`]. Never: a verdict on other pages; the last one may be short.

use std::time::Duration;

use super::usual::{Shown, Usual};
use super::{Lost, Verdict, hundredths};

/// Fewest usual rows of a page whose rows may fall: a column of five notices may well lose three.
const LEAST_FALLING: usize = 6;
/// In hundredths: a date that so many rows have is one that all have.
const NEARLY_ALL: u32 = 90;
/// Fewest rows of a whole listing that may fall to a part of them.
const LEAST_TOTAL: u64 = 60;
/// Rows fall where less than one in so many is left.
const FALLEN_TO_ONE_IN: usize = 3;
/// Walks that must have shown what is usual before fewer rows are a fall.
pub(super) const LEAST_WALKS: u32 = 2;
/// Fewest rows of a page that may have lost its dates, or whose rows nobody knows.
const LEAST_ROWS: usize = 3;
/// What is strange while the page is built as ever is told when it was seen so often and for so long: as a report that is
/// missing, since an hour's half-filled page looks the same.
const STRANGE_POLLS: u32 = 3;
const STRANGE_FOR: Duration = Duration::from_hours(24);
/// Days of a year in which a column may begin anew.
const NEW_YEAR_DAYS: i16 = 90;
/// Undated rows can all be other ones after so long.
const TURNED_OVER_AFTER: Duration = Duration::from_hours(7 * 24);
/// A date is as fresh as the last walk when it is at most so many days older: portals date back.
const BACKDATED_DAYS: i64 = 15;

/// Judges the first page of a listing.
pub fn judge(usual: Option<&Usual>, shown: &Shown) -> Verdict {
    let Some(usual) = usual.filter(|usual| usual.rules == shown.rules) else { return Verdict::Usual };
    if let Some(words) = strangers(usual, shown) {
        return Verdict::Strangers(words);
    }
    if let Some((lost, words)) = missing_fields(usual, shown) {
        return Verdict::Drifted(lost, words);
    }
    let Some(words) = fallen(usual, shown) else { return Verdict::Usual };
    if is_redrawn(usual, shown) {
        return Verdict::Drifted(Lost::Rows, format!("{words}, and they stand in other elements than before"));
    }
    let has_stood = usual.strange.is_some_and(|strange| {
        let stood_for = shown.now.duration_since(strange.since_at).unsigned_abs();
        strange.n_polls_with(shown.poll) >= STRANGE_POLLS && stood_for >= STRANGE_FOR
    });
    if has_stood { Verdict::Fallen(format!("{words}, for more than a day")) } else { Verdict::Waiting(words) }
}

/// Rows of which none is known, which stand in other elements than before or have lost their dates, and do not say that
/// they all came since. Other rows in the old elements are the portal's own doing: it pins old notices, a page of them.
fn strangers(usual: &Usual, shown: &Shown) -> Option<String> {
    if shown.n_known > 0 || shown.n_rows < LEAST_ROWS || usual.n_rows < LEAST_ROWS || begins_anew(usual, shown) {
        return None;
    }
    if !is_redrawn(usual, shown) && !has_lost_dates(usual, shown) {
        return None;
    }
    let since = usual.seen_at.to_zoned(jiff::tz::TimeZone::UTC).date();
    let limit = since.saturating_sub(jiff::Span::new().days(BACKDATED_DAYS));
    let is_dated = usual.dated >= NEARLY_ALL;
    let may_be_fresh = if is_dated {
        hundredths(shown.n_dated, shown.n_rows) >= NEARLY_ALL
            && shown.oldest.is_some_and(|oldest| oldest.date() >= limit)
    } else {
        shown.now.duration_since(usual.seen_at).unsigned_abs() >= TURNED_OVER_AFTER
    };
    (!may_be_fresh).then(|| format!("none of its {} rows is known, and they are not dated as news", shown.n_rows))
}

/// A field that all rows had and most have lost.
fn missing_fields(usual: &Usual, shown: &Shown) -> Option<(Lost, String)> {
    let (n_rows, n_broken) = (shown.n_rows, shown.n_broken);
    if n_broken > n_rows && n_broken >= LEAST_ROWS && n_broken > usual.n_broken * 2 {
        return Some((Lost::Links, format!("{n_broken} rows have no link or no title, and {n_rows} have")));
    }
    has_lost_dates(usual, shown).then(|| {
        let n_undated = n_rows - shown.n_dated;
        (Lost::Dates, format!("{n_undated} of its {n_rows} rows have no date that could be read; all had one"))
    })
}

fn has_lost_dates(usual: &Usual, shown: &Shown) -> bool {
    usual.dated >= NEARLY_ALL && shown.n_rows >= LEAST_ROWS && shown.n_dated * 2 < shown.n_rows
}

/// Far fewer rows than there always were.
fn fallen(usual: &Usual, shown: &Shown) -> Option<String> {
    let has_fallen = usual.n_walks >= LEAST_WALKS
        && usual.n_rows >= LEAST_FALLING
        && shown.n_rows * FALLEN_TO_ONE_IN < usual.n_rows
        && !begins_anew(usual, shown);
    if has_fallen {
        return Some(format!("{} rows on its first page, where there were {}", shown.n_rows, usual.n_rows));
    }
    if usual.n_walks >= LEAST_WALKS && lacks_its_newest(usual, shown) {
        let newest = usual.newest.map_or_else(String::new, |newest| newest.date().to_string());
        return Some(format!(
            "{} rows on its first page, where there were {}, and none as new as that of {newest}",
            shown.n_rows, usual.n_rows
        ));
    }
    // A portal that archives old notices lists fewer from one day to the next; one that is also built anew has lost them.
    let (now, then) = shown.n_total.zip(usual.n_total)?;
    let has_shrunk = is_redrawn(usual, shown) && now * (FALLEN_TO_ONE_IN as u64) < then && then >= LEAST_TOTAL;
    has_shrunk.then(|| format!("some {now} rows in all, where there were {then}"))
}

/// Fewer than half of the rows, and the newest among those that are gone: another list of the page, such as the most read
/// reports, stands where the rows did. Withdrawals take single rows.
fn lacks_its_newest(usual: &Usual, shown: &Shown) -> bool {
    let is_older = usual.newest.zip(shown.newest).is_some_and(|(before, now)| now.date() < before.date());
    usual.n_rows >= LEAST_FALLING && shown.n_rows * 2 < usual.n_rows && is_older && !begins_anew(usual, shown)
}

/// A column that was emptied at the turn of the year and shows the first notices of the new one.
pub(super) fn begins_anew(usual: &Usual, shown: &Shown) -> bool {
    let year = shown.today.year();
    shown.today.day_of_year() <= NEW_YEAR_DAYS
        && shown.n_dated == shown.n_rows
        && shown.oldest.is_some_and(|oldest| oldest.date().year() == year)
        && usual.newest.is_some_and(|newest| newest.date().year() < year)
}

fn is_redrawn(usual: &Usual, shown: &Shown) -> bool {
    usual.layout.is_some() && shown.layout.is_some() && usual.layout != shown.layout
}

#[cfg(test)]
mod tests {
    use jiff::civil::Date;

    use super::super::usual::learnt;
    use super::*;
    use crate::model::{Hash, PollId, Stated};

    fn day(written: &str) -> Stated {
        written.parse().expect("a day")
    }

    /// A page of so many rows, read on a day at noon, dated up to that day.
    fn shown(n_rows: usize, today: &str, oldest: &str) -> Shown {
        let date: Date = today.parse().expect("a day");
        Shown {
            rules: Hash::of(b"rules"),
            n_rows,
            n_dated: n_rows,
            n_broken: 0,
            n_total: None,
            n_known: n_rows,
            layout: Some(Hash::of(b"ul.list li")),
            newest: Some(day(today)),
            oldest: Some(day(oldest)),
            today: date,
            poll: PollId(i64::from(date.day_of_year())),
            now: date.at(12, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC).expect("a time").timestamp(),
        }
    }

    /// What is usual after these pages, each judged; the last verdict with it.
    fn after(pages: &[Shown]) -> (Option<Usual>, Verdict) {
        pages.iter().fold((None, Verdict::Usual), |(usual, _), page| {
            let verdict = judge(usual.as_ref(), page);
            (Some(learnt(usual.as_ref(), page, &verdict)), verdict)
        })
    }

    fn verdict(pages: &[Shown]) -> Verdict {
        after(pages).1
    }

    fn weeks() -> Vec<Shown> {
        vec![
            shown(20, "2026-03-02", "2026-01-05"),
            shown(18, "2026-03-09", "2026-01-05"),
            shown(20, "2026-03-16", "2026-01-12"),
        ]
    }

    fn then(page: Shown) -> Verdict {
        verdict(&[weeks(), vec![page]].concat())
    }

    #[test]
    fn a_fall_in_other_elements_is_told_at_once_and_a_fall_alone_is_waited_for() {
        let few = shown(2, "2026-03-17", "2026-03-01");
        assert!(matches!(then(few.clone()), Verdict::Waiting(_)));
        let redrawn = Shown { layout: Some(Hash::of(b"div.top")), ..few.clone() };
        assert!(matches!(then(redrawn.clone()), Verdict::Drifted(Lost::Rows, _)));
        assert_eq!(then(Shown { n_rows: 19, n_dated: 19, n_known: 19, ..redrawn }), Verdict::Usual, "layout alone");
        let on = |today: &str| shown(2, today, "2026-03-01");
        let stands = [weeks(), vec![few.clone(), on("2026-03-18"), on("2026-03-19")]].concat();
        assert!(
            matches!(verdict(&stands), Verdict::Fallen(words) if words.starts_with("2 rows") && words.contains("day"))
        );
        let looked = |page: Shown| Shown { poll: PollId(7), ..page };
        let one_poll = [few.clone(), on("2026-03-18"), on("2026-03-19")].map(looked);
        assert!(matches!(verdict(&[weeks(), one_poll.to_vec()].concat()), Verdict::Waiting(_)), "looks are no polls");
        let passes = [weeks(), vec![few, shown(20, "2026-03-18", "2026-01-12"), on("2026-03-19")]].concat();
        assert!(matches!(verdict(&passes), Verdict::Waiting(_)), "it was well in between");
    }

    #[test]
    fn a_listing_that_is_built_anew_and_lost_most_of_its_pages_is_told_and_an_archive_is_nothing() {
        let paged: Vec<Shown> = weeks().into_iter().map(|page| Shown { n_total: Some(600), ..page }).collect();
        let then = |page: Shown| verdict(&[paged.clone(), vec![page]].concat());
        let first = Shown { n_total: Some(20), ..shown(20, "2026-03-17", "2026-01-12") };
        assert_eq!(then(first.clone()), Verdict::Usual, "older rows went to an archive");
        let redrawn = Shown { layout: Some(Hash::of(b"div.card")), ..first };
        assert!(
            matches!(then(redrawn.clone()), Verdict::Drifted(Lost::Rows, words) if words.contains("some 20 rows in all"))
        );
        let longer_pages = Shown { n_rows: 50, n_dated: 50, n_known: 50, n_total: Some(600), ..redrawn };
        assert_eq!(then(longer_pages), Verdict::Usual, "fewer pages of more rows");
    }

    #[test]
    fn another_list_in_the_place_of_the_rows_is_told_by_what_it_lacks() {
        let hot = |newest: &str| Shown { newest: Some(day(newest)), ..shown(8, "2026-05-20", "2026-01-02") };
        let redrawn = Shown { layout: Some(Hash::of(b"table.tb tr")), ..hot("2026-03-02") };
        assert!(matches!(then(redrawn), Verdict::Drifted(Lost::Rows, words) if words.starts_with("8 rows")));
        assert!(matches!(then(hot("2026-03-02")), Verdict::Waiting(words) if words.contains("none as new")));
        assert_eq!(then(hot("2026-05-20")), Verdict::Usual, "a page of eight news is short and no other list");
    }

    #[test]
    fn a_column_of_few_rows_and_one_never_walked_twice_never_fall() {
        let small = [
            shown(4, "2026-03-02", "2026-01-05"),
            shown(4, "2026-03-03", "2026-01-05"),
            shown(1, "2026-03-04", "2026-03-04"),
        ];
        assert_eq!(verdict(&small), Verdict::Usual);
        assert_eq!(
            verdict(&[shown(20, "2026-03-02", "2026-01-05"), shown(2, "2026-03-03", "2026-03-01")]),
            Verdict::Usual
        );
    }

    #[test]
    fn a_column_that_begins_anew_with_the_year_is_usual_and_is_learnt() {
        let autumn = ["2025-12-01", "2025-12-15", "2025-12-29"].map(|today| shown(20, today, "2025-06-01"));
        let fresh = |n, today: &str| Shown { n_known: 0, ..shown(n, today, "2026-01-04") };
        let begun = [
            autumn.to_vec(),
            vec![fresh(1, "2026-01-05"), fresh(3, "2026-01-09"), shown(4, "2026-02-20", "2026-01-04")],
        ]
        .concat();
        assert_eq!(verdict(&begun), Verdict::Usual);
        assert!(after(&begun).0.is_some_and(|usual| usual.n_rows <= 4));
        let old_rows = [autumn.to_vec(), vec![shown(2, "2026-01-05", "2025-06-01")]].concat();
        assert!(matches!(verdict(&old_rows), Verdict::Waiting(_)));
    }

    #[test]
    fn a_holiday_and_a_gap_of_months_are_nothing() {
        assert_eq!(then(shown(20, "2026-03-30", "2026-01-12")), Verdict::Usual);
        let back = Shown { n_known: 0, ..shown(20, "2026-09-01", "2026-07-20") };
        assert_eq!(then(back), Verdict::Usual, "all of them came since");
    }

    #[test]
    fn rows_that_nobody_knows_and_that_are_no_news_are_not_believed() {
        let menu =
            Shown { n_known: 0, n_dated: 0, newest: None, oldest: None, ..shown(30, "2026-03-17", "2026-03-17") };
        assert!(matches!(then(menu), Verdict::Strangers(_)));
        let pins = Shown { n_known: 0, ..shown(20, "2026-03-17", "2019-01-01") };
        assert_eq!(then(pins.clone()), Verdict::Usual, "a page of old notices pinned on top");
        let old = Shown { layout: Some(Hash::of(b"div.hot li")), ..pins };
        assert!(matches!(then(old), Verdict::Strangers(_)));
        let one_new = Shown { n_known: 0, ..shown(1, "2026-03-17", "2026-03-17") };
        assert!(matches!(then(one_new), Verdict::Waiting(_)));
    }

    #[test]
    fn dates_and_links_that_all_rows_had_are_missed() {
        let undated = Shown { n_dated: 0, newest: None, oldest: None, ..shown(20, "2026-03-17", "2026-03-01") };
        assert!(matches!(then(undated.clone()), Verdict::Drifted(Lost::Dates, words) if words.contains("no date")));
        let never = [Shown { n_dated: 0, ..undated.clone() }, undated.clone(), undated].to_vec();
        assert_eq!(verdict(&never), Verdict::Usual, "it never had any");
        let unlinked = Shown { n_broken: 18, ..shown(2, "2026-03-17", "2026-03-01") };
        assert!(matches!(then(unlinked), Verdict::Drifted(Lost::Links, words) if words.contains("no link")));
    }

    #[test]
    fn other_rules_learn_anew() {
        let other = Shown { rules: Hash::of(b"other"), ..shown(2, "2026-03-17", "2026-03-01") };
        assert_eq!(then(other), Verdict::Usual);
    }
}
