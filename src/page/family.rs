//! Which CMS made a page.
//!
//! In: the families known, a decoded page, its URL. Out: the family whose signals sum up highest.
//! Never: excludes; sites mix families (a UCAP page with a TRS editor's class), so marks are weighed, not matched.

use std::sync::Arc;

use url::Url;

use super::decode::Decoded;
use crate::config::Family;

/// Names the family of a page; `None` where no sum reaches [`Family::LEAST_SCORE`]. The first of equals wins.
pub fn recognise<'f>(families: &'f [Arc<Family>], decoded: &Decoded, url: Option<&Url>) -> Option<&'f Arc<Family>> {
    let mut best: Option<(u32, &Arc<Family>)> = None;
    for family in families {
        let score = score(family, decoded, url);
        if score >= Family::LEAST_SCORE && best.is_none_or(|(least, _)| score > least) {
            best = Some((score, family));
        }
    }
    best.map(|(_, family)| family)
}

/// The sum of the signals of a family that a page shows; each counts once.
pub fn score(family: &Family, decoded: &Decoded, url: Option<&Url>) -> u32 {
    let shown = family.signals.iter().filter(|signal| match (signal.in_url, url) {
        (true, Some(url)) => signal.pattern.is_match(url.as_str()),
        (true, None) => false,
        (false, _) => signal.pattern.is_match(&decoded.text),
    });
    shown.map(|signal| signal.score).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{EntryRule, ReportRule, Signal};

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
}
