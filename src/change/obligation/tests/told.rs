//! What is told of an obligation, when, and in which words.

use super::*;

#[test]
fn each_thing_is_told_once_and_news_of_the_past_never() {
    let manner = Manner::default();
    let not_due = assessed_at(at(3, 20, 9), &Facts::default());
    let overdue = assessed_at(at(4, 3, 9), &nothing_found());
    let late = assessed_at(
        at(4, 10, 9),
        &found(Seen { first_seen_at: at(4, 9, 9), published: Some(date(2026, 4, 8)), ..own() }),
    );
    let fresh = Told::nothing(at(2, 1, 0), false);
    let tell =
        |coverage: &Coverage, told: &Told, day: i8, month: i8| telling(coverage, told, &manner, date(2026, month, day));
    assert_eq!(tell(&not_due, &fresh, 24, 3), None);
    assert_eq!(tell(&not_due, &fresh, 25, 3), Some(Telling::DueSoon { days: 7 }));
    assert_eq!(tell(&not_due, &fresh.clone().and(Telling::DueSoon { days: 7 }), 26, 3), None);
    let first = tell(&overdue, &fresh, 3, 4).expect("overdue is told");
    assert_eq!(first, Telling::Overdue { days: 2, n_follow_ups: 0 });
    let told = fresh.clone().and(first);
    assert_eq!(tell(&overdue, &told, 7, 4), None);
    assert_eq!(tell(&overdue, &told, 8, 4), Some(Telling::Overdue { days: 7, n_follow_ups: 1 }));
    assert_eq!(tell(&overdue, &told, 30, 6), Some(Telling::Overdue { days: 90, n_follow_ups: 2 }), "one for both");
    assert_eq!(tell(&late, &told, 10, 4), Some(Telling::Arrived { days: 7 }));
    assert_eq!(tell(&late, &told.clone().and(Telling::Arrived { days: 7 }), 11, 4), None);
    let back = assessed_at(at(4, 10, 9), &found(Seen { first_seen_at: at(4, 9, 9), ..own() }));
    assert_eq!(tell(&back, &told, 10, 4), Some(Telling::Arrived { days: 0 }), "what was told is taken back");
    let silent = Told::nothing(at(4, 5, 0), true);
    assert_eq!(tell(&overdue, &silent, 8, 4), None, "its day was over before anybody looked");
    assert_eq!(tell(&late, &silent, 10, 4), Some(Telling::Arrived { days: 7 }), "but this is news");
    assert_eq!(tell(&late, &Told::nothing(at(4, 10, 0), true), 10, 4), None, "and that was there when watching began");
}

#[test]
fn an_event_says_what_is_owed_and_on_what_proof() {
    let coverage = assessed_at(at(4, 3, 9), &nothing_found());
    let telling = Telling::Overdue { days: 2, n_follow_ups: 0 };
    let event = event(&SiteId::new("xingxian"), &obligation(), &coverage, telling, at(4, 3, 9));
    assert_eq!((event.count, event.year, event.kind.as_deref()), (Some(2), Some(2025), Some(KIND)));
    assert_eq!(event.title.as_deref(), Some("2025 法治政府建设年度报告"));
    assert_eq!(
        event.reason.as_deref(),
        Some(
            "the 法治政府建设年度报告 about 2025 was due by 2026-04-01 and is not on this site, 2 days later: \
             2 listings were walked to the end since, and 1 title was looked at without finding it (第二十四条)"
        )
    );
}
