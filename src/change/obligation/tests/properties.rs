//! Facts of any kind: what more evidence may never do.

use proptest::prelude::*;

use super::*;

/// Facts of any kind: each gap there or not.
fn any_facts() -> impl Strategy<Value = Facts> {
    let walks = prop_oneof![
        Just(None),
        (-40_i64..40).prop_map(|hours| Some(walk(at(4, 3, 0) + jiff::SignedDuration::from_hours(hours))))
    ];
    let listing = (any::<bool>(), walks, any::<bool>()).prop_map(|(is_named, whole_walk, is_to_the_end)| {
        let whole_walk = whole_walk.map(|walk| WalkFacts { is_to_the_end, oldest_row: None, ..walk });
        ListingFacts { whole_walk, ..listing(COLUMN, is_named) }
    });
    let titles =
        prop::sample::select(vec!["兴县2025年法治政府建设年度报告", "依法行政情况报告", "关于春耕的通知", "年报"]);
    let seen = (titles, any::<bool>(), prop::option::of(2024_i16..2027), prop::option::of(-60_i64..60)).prop_map(
        |(title, is_unread, year, days)| Seen {
            page: if is_unread { PageSeen::Unread } else { PageSeen::Read },
            year,
            kind: year.map(|_| KIND.to_owned()),
            published: days.map(|days| date(2026, 4, 1).saturating_add(days.days())),
            first_seen_at: at(4, 1, 0) + jiff::SignedDuration::from_hours(24 * days.unwrap_or(3).abs()),
            ..other(title)
        },
    );
    (prop::collection::vec(listing, 0..4), prop::collection::vec(seen, 0..4)).prop_map(|(listings, seen)| Facts {
        seen,
        listings,
        ..Facts::default()
    })
}

proptest! {
    #[test]
    fn overdue_is_said_only_where_every_listing_was_walked_whole_since(facts in any_facts()) {
        let coverage = assessed_at(at(4, 6, 0), &facts);
        let is_walked = |it: &ListingFacts| {
            it.whole_walk.is_some_and(|walk| walk.is_to_the_end && walk.begun_at >= at(4, 3, 0) && walk.ended_at <= at(4, 6, 0))
        };
        let is_proved = facts.listings.iter().any(|it| it.is_named) && facts.listings.iter().all(is_walked);
        prop_assert!(coverage.state != CoverageState::Overdue || is_proved);
        prop_assert!(coverage.state != CoverageState::Unknown || !coverage.remarks.is_empty());
    }

    #[test]
    fn more_evidence_never_makes_overdue_of_what_was_found(facts in any_facts(), more in any_facts()) {
        let before = assessed_at(at(4, 6, 0), &facts).state;
        let all = Facts {
            seen: [facts.seen, more.seen].concat(),
            listings: [facts.listings, more.listings].concat(),
            ..Facts::default()
        };
        let after = assessed_at(at(4, 6, 0), &all).state;
        prop_assert!(!before.is_found() || after.is_found(), "{before:?} {after:?}");
        prop_assert!(before != CoverageState::OnTime || after == CoverageState::OnTime);
    }

    #[test]
    fn without_walks_nothing_is_ever_overdue(facts in any_facts()) {
        let listings = facts.listings.iter().map(|it| ListingFacts { whole_walk: None, ..it.clone() }).collect();
        let state = assessed_at(at(4, 6, 0), &Facts { listings, ..facts }).state;
        prop_assert!(state != CoverageState::Overdue);
    }
}
