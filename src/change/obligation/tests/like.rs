//! What is left out of the evidence because its title cannot be the report: it may never decide anything.

use proptest::prelude::*;

use super::*;

const PARTS: [&str; 18] = [
    "兴县",
    "财政局",
    "2025年",
    "2024年度",
    "二〇二五年",
    "法治政府建设",
    "依法行政",
    "年度报告",
    "工作总结",
    "情况的",
    "报告",
    "公示",
    "公告",
    "通知",
    "关于",
    "…",
    "春耕",
    "附件1",
];

fn titles() -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(&PARTS[..]), 0..6).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn a_title_that_cannot_be_it_changes_nothing_but_the_number_of_titles(
        title in titles(),
        is_unread in any::<bool>(),
        other_kind in any::<bool>(),
        (month, year) in (1_i8..=12, 2024_i16..=2026),
    ) {
        let (obligation, kind) = (obligation(), kind());
        let of = other_kind.then(|| "normative-document".to_owned());
        let is_like = Like { obligation: &obligation, kind: &kind }.may_be(&title, of.as_deref(), is_unread);
        prop_assume!(!is_like);
        let published = Some(date(year, month, 9));
        let page = if is_unread { PageSeen::Unread } else { PageSeen::Read };
        let seen = Seen { kind: of, published, page, first_seen_at: at(month, 9, 9), ..other(&title) };
        let (mut with, mut without) = (nothing_found(), nothing_found());
        with.seen.push(seen);
        without.n_unlike += 1;
        prop_assert_eq!(assessed_at(at(4, 3, 9), &with), assessed_at(at(4, 3, 9), &without), "{}", title);
    }
}

#[test]
fn what_may_be_it_is_never_left_out() {
    let (obligation, kind) = (obligation(), kind());
    let like = Like { obligation: &obligation, kind: &kind };
    for (title, is_unread) in [
        ("兴县2025年法治政府建设年度报告", false),
        ("2025年法治政府建设年度报告公示", false),
        ("依法行政工作总结", false),
        ("附件1", true),
        ("兴县人民政府关于2025年…", true),
    ] {
        assert!(like.may_be(title, None, is_unread), "{title}");
    }
    assert!(
        like.may_be("法治政府建设年度报告", Some("notice"), false),
        "a listing may say that all it holds is of another kind"
    );
    for (title, of) in [("关于做好春耕工作的通知", None), ("依法行政工作总结", Some("notice")), ("附件1", None)]
    {
        assert!(!like.may_be(title, of, false), "{title}");
    }
}

#[test]
fn the_words_of_a_link_name_a_year_and_are_like_a_title_as_far_as_they_go() {
    let (obligation, kind) = (obligation(), kind());
    let like = Like { obligation: &obligation, kind: &kind };
    for words in [
        "兴县2025年法治政府建设年度报告",
        "兴县二〇二五年法治政府建设情况",
        "《兴县2025年法治政府建设年度报告》",
        "兴县人民政府2025年法治政府建设年…",
        "兴县2025年法治政府建设情...",
        "2019年法治政府建设年度报告",
    ] {
        assert!(like.may_stand_outside(words), "{words}");
    }
    for words in [
        "法治政府建设年度报告",
        "兴县法治政府建设年度报告",
        "兴县法治政府建设年…",
        "2025年春耕",
        "2025年法治政府建设推…",
        "关于做好2025年法治政府建设年度报告的通知",
        "2018年法治政府建设年度报告",
        "2025-03-20",
    ] {
        assert!(!like.may_stand_outside(words), "{words}");
    }
}
