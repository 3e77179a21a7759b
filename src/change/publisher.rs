//! Who published a work first, and how much later the others did.
//!
//! In: the reports of a work. Out: them in order, each with its lag. Never: a date that nobody stated in the place of one
//! that is stated; a portal that we found late published no later for that.

use crate::model::Member;

/// Milliseconds of a day, the unit of lags between stated days.
const DAY_MS: i64 = 86_400_000;

/// Puts the members of a work in order, the first publisher first, and gives each its lag.
///
/// Reports with a stated date come first, by that date; then those without, by when they were first seen.
pub fn order(members: &mut [Member]) {
    members.sort_by_key(|it| {
        let is_old_text = it.edited_report.is_some();
        (is_old_text, it.published.is_none(), it.published, it.first_seen_at, it.report)
    });
    let Some(first) = members.first().cloned() else { return };
    for member in members {
        member.lag_ms = lag(&first, member);
    }
}

/// How much later than the first one: by the stated dates where both have one, to the day or, where both state a time,
/// to the minute; else by when they were first seen.
fn lag(first: &Member, member: &Member) -> i64 {
    match (first.published, member.published) {
        (Some(one), Some(other)) if one.has_time() && other.has_time() => {
            let minutes = one.civil().duration_until(other.civil()).as_mins();
            minutes * 60_000
        }
        (Some(one), Some(other)) => one.date().duration_until(other.date()).as_hours() / 24 * DAY_MS,
        _ => first.first_seen_at.duration_until(member.first_seen_at).as_millis().try_into().unwrap_or(i64::MAX),
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::model::{ReportId, ReportState, SiteId, Words};

    fn member(report: i64, published: Option<&str>, seen_s: i64) -> Member {
        Member {
            report: ReportId(report),
            site: SiteId::new("a"),
            url: String::new(),
            title: None,
            published: published.map(|date| date.parse().expect("a date")),
            first_seen_at: Timestamp::from_second(seen_s).expect("an instant"),
            lag_ms: 0,
            state: ReportState::Present,
            words: Words::Same,
            revision: None,
            edited_report: None,
        }
    }

    fn ordered(mut members: Vec<Member>) -> Vec<(i64, i64)> {
        order(&mut members);
        members.iter().map(|it| (it.report.0, it.lag_ms)).collect()
    }

    #[test]
    fn the_earliest_stated_date_publishes_first_whenever_it_was_seen() {
        let members = vec![member(1, Some("2024-03-05"), 0), member(2, Some("2024-02-01"), 99), member(3, None, 100)];
        assert_eq!(ordered(members), [(2, 0), (1, 33 * DAY_MS), (3, 1000)]);
    }

    #[test]
    fn times_of_day_count_where_both_state_one() {
        let members = vec![
            member(1, Some("2024-03-05T09:30:00+08:00"), 0),
            member(2, Some("2024-03-05T11:00:00+08:00"), 0),
            member(3, Some("2024-03-06"), 0),
        ];
        assert_eq!(ordered(members), [(1, 0), (2, 90 * 60_000), (3, DAY_MS)]);
        assert_eq!(ordered(Vec::new()), []);
    }

    #[test]
    fn one_that_shows_old_words_is_never_the_first_publisher() {
        let old = Member { edited_report: Some(ReportId(2)), ..member(1, Some("2024-01-01"), 0) };
        assert_eq!(ordered(vec![old, member(2, Some("2024-02-01"), 0)])[0], (2, 0));
    }
}
