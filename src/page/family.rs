//! Which CMS made a page.
//!
//! In: the families known, a decoded page, its URL. Out: the family whose signals sum up highest.
//! Never: excludes; sites mix families (a UCAP page with a TRS editor's class), so marks are weighed, not matched.

use std::sync::Arc;

use url::Url;

use super::decode::Decoded;
use crate::config::{Family, Signal};

/// Names the family of a page; `None` where no sum reaches [`Family::LEAST_SCORE`]. The first of equals wins.
///
/// The signals of the URL come first: a family that they speak for is searched first, and the others only as long as
/// they could still outweigh it. Every signal searches the whole page.
pub fn recognise<'f>(families: &'f [Arc<Family>], decoded: &Decoded, url: Option<&Url>) -> Option<&'f Arc<Family>> {
    let mut order: Vec<(usize, u32)> =
        families.iter().map(|family| sum(family, |signal| shows_in_url(signal, url))).enumerate().collect();
    order.sort_by_key(|&(_, by_url)| std::cmp::Reverse(by_url));
    let mut best: Option<(u32, usize)> = None;
    for (at, by_url) in order {
        let least = best.map_or(0, |(score, best)| score + u32::from(at > best)).max(Family::LEAST_SCORE);
        if let Some(score) = at_least(least, by_url, &families[at], decoded) {
            best = Some((score, at));
        }
    }
    best.map(|(_, at)| &families[at])
}

/// The score of a family, unless it is less than `least`; `by_url` is what the URL makes of it.
fn at_least(least: u32, by_url: u32, family: &Family, decoded: &Decoded) -> Option<u32> {
    let mut possible = by_url + sum(family, |signal| !signal.in_url);
    for signal in family.signals.iter().filter(|signal| !signal.in_url) {
        if possible < least {
            return None;
        }
        if !signal.pattern.is_match(&decoded.text) {
            possible -= signal.score;
        }
    }
    (possible >= least).then_some(possible)
}

fn sum(family: &Family, is_counted: impl Fn(&Signal) -> bool) -> u32 {
    family.signals.iter().filter(|signal| is_counted(signal)).map(|signal| signal.score).sum()
}

fn shows_in_url(signal: &Signal, url: Option<&Url>) -> bool {
    signal.in_url && url.is_some_and(|url| signal.pattern.is_match(url.as_str()))
}

/// The sum of the signals of a family that a page shows; each counts once.
pub fn score(family: &Family, decoded: &Decoded, url: Option<&Url>) -> u32 {
    sum(family, |signal| shows_in_url(signal, url) || (!signal.in_url && signal.pattern.is_match(&decoded.text)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{EntryRule, ReportRule};

    fn family(id: &str, signals: &[(&str, bool, u32)]) -> Arc<Family> {
        let signal = |(pattern, in_url, score): &(&str, bool, u32)| Signal {
            pattern: regex::Regex::new(pattern).expect("pattern"),
            in_url: *in_url,
            score: *score,
        };
        Arc::new(Family {
            id: id.to_owned(),
            name: id.to_owned(),
            signals: signals.iter().map(signal).collect(),
            report: ReportRule::default(),
            entry: EntryRule::default(),
            pages: None,
            json: None,
        })
    }

    fn decoded(text: &str) -> Decoded {
        Decoded { text: text.to_owned(), charset: "UTF-8", n_replaced: 0 }
    }

    #[test]
    fn the_highest_sum_wins_and_weak_marks_alone_name_nothing() {
        let families = [
            family("trs", &[("TRS_Editor", false, 6), (r"/t\d{8}_\d+", true, 6)]),
            family("ucap", &[("<ucapcontent", false, 10)]),
        ];
        let url = Url::parse("http://x.gov.cn/t20240102_1.html").expect("url");
        let name = |text: &str, url| recognise(&families, &decoded(text), url).map(|family| family.id.as_str());
        assert_eq!(name("<div class=TRS_Editor>", Some(&url)), Some("trs"));
        assert_eq!(name("<div class=TRS_Editor>", None), None);
        assert_eq!(name("<ucapcontent><div class=TRS_Editor>", None), Some("ucap"));
        assert_eq!(name("<p>", None), None);
    }

    #[test]
    fn leaving_out_what_cannot_win_changes_no_winner() {
        let families = [
            family("a", &[("one", false, 6), ("two", false, 4), ("/u", true, 3)]),
            family("b", &[("two", false, 10), ("three", false, 3), ("/v", true, 6)]),
            family("c", &[("three", false, 6), ("one", false, 7), ("/u", true, 3)]),
        ];
        for words in ["", "one", "two", "three", "one two", "one three", "two three", "one two three"] {
            for path in ["", "u", "v", "u/v"] {
                let url = Url::parse(&format!("http://x.gov.cn/{path}")).expect("url");
                let page = decoded(words);
                let scores = families.iter().map(|family| score(family, &page, Some(&url)));
                let most = scores.clone().max().filter(|&most| most >= Family::LEAST_SCORE);
                let wanted = most.and_then(|most| scores.clone().position(|score| score == most));
                let found = recognise(&families, &page, Some(&url)).map(|family| family.id.as_str());
                assert_eq!(found, wanted.map(|at| families[at].id.as_str()), "{words} {path}");
            }
        }
    }
}
