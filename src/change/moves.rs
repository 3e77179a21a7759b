//! Reports that a portal gave other URLs: a new system has new addresses for the same rows, all at once.
//!
//! In: rows at URLs that nobody knows, whose title and date one known report has. Out: the reports that moved. Never: one
//! row alone, whose old URL may still be served; that is a report of its own until its text, or the old URL that leads to
//! it, says otherwise.

use std::collections::{BTreeMap, BTreeSet};

use super::{canonical, fingerprint};
use crate::model::{ReportId, Stated};

/// Fewest rows of a page that tell that all of them moved.
pub const LEAST_ROWS: usize = 4;

/// The same of a listing that has another address.
const LEAST_OF_COLUMN: usize = 3;

/// A page has moved where this part of its unknown rows, in hundredths, is known by title and date: the others are new.
const LEAST_TITLED: usize = 60;

/// What is known beside the page of whether its rows have moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// Nothing.
    Nothing,
    /// The listing has another address: so may all that it shows, however much is new.
    Column,
    /// The same, and each row that is known by title and day lived on a host that the site has left.
    LeftHost,
    /// This walk met moved rows: its last page may have one row.
    Met,
}

/// Parameters that hold the page of the listing on which a link stood, in lower case: a row that rolls on has another one.
/// Not `page` and `p`, which may name what is shown.
const PAGE_NUMBERS: [&str; 14] = [
    "curpage",
    "cur_page",
    "currpage",
    "currentpage",
    "current_page",
    "nowpage",
    "pageindex",
    "page_index",
    "pageno",
    "page_no",
    "pagenum",
    "page_num",
    "pagenumber",
    "page_number",
];

/// Whether a row at this URL is one at that URL which stands on another page of its listing now.
pub fn has_rolled_on(old: &str, new: &str) -> bool {
    only_other_parameter(old, new).is_some_and(|it| PAGE_NUMBERS.contains(&it.name.to_ascii_lowercase().as_str()))
}

/// The reports to follow to the URLs of these rows.
///
/// `n_unknown` counts all rows at unknown URLs, `n_rows` those of the page.
pub fn together(
    titled: Vec<(ReportId, String)>,
    n_unknown: usize,
    n_rows: usize,
    expected: Expected,
) -> Vec<(ReportId, String)> {
    let is_all = || n_unknown * 2 > n_rows && titled.len() * 100 >= n_unknown * LEAST_TITLED;
    let have_moved = match expected {
        Expected::Nothing => titled.len() >= LEAST_ROWS && is_all(),
        Expected::Column => titled.len() >= LEAST_OF_COLUMN,
        Expected::LeftHost | Expected::Met => true,
    };
    if !have_moved {
        return Vec::new();
    }
    let mut by_report: BTreeMap<ReportId, Vec<String>> = BTreeMap::new();
    for (report, url) in titled {
        by_report.entry(report).or_default().push(url);
    }
    // Two rows that would be the same report are two reports.
    let single =
        |(report, urls): (ReportId, Vec<String>)| <[String; 1]>::try_from(urls).ok().map(|[url]| (report, url));
    by_report.into_iter().filter_map(single).collect()
}

/// Whether these reports, by where they were and are, only got other values of one parameter that tells none of them apart: a
/// token that the portal writes anew each time. One report alone tells nothing, unless `is_expected`.
pub fn are_by_token(moves: &[(String, String)], is_expected: bool) -> bool {
    let by_one = moves.iter().map(|(old, new)| only_other_parameter(old, new)).collect::<Option<Vec<_>>>();
    let Some(by_one) = by_one else { return false };
    let n_distinct = |part: fn(&Token) -> &str| by_one.iter().map(part).collect::<BTreeSet<_>>().len();
    // Numbers are what reports are known by; one that all of them have tells none apart.
    let is_number = |it: &Token| it.value.bytes().all(|b| b.is_ascii_digit());
    let may_tell = by_one.iter().any(|it| is_number(it) && !canonical::is_to_pass_a_cache(&it.name));
    let is_of_all = moves.len() > 1 && n_distinct(|it| &it.value) == 1;
    n_distinct(|it| &it.name) == 1
        && n_distinct(|it| &it.rest) == moves.len()
        && (moves.len() > 1 || is_expected)
        && (!may_tell || is_of_all)
}

/// A parameter whose value alone differs between two addresses.
struct Token {
    name: String,
    /// Its new value; empty where it has none or is left out.
    value: String,
    /// The new address without it.
    rest: String,
}

fn only_other_parameter(old: &str, new: &str) -> Option<Token> {
    let (old_path, old_query) = old.split_once('?')?;
    let (new_path, new_query) = new.split_once('?').unwrap_or((new, ""));
    let (mut old_parts, mut new_parts) = (parameters(old_query), parameters(new_query));
    let at = old_parts.iter().zip(&new_parts).take_while(|(old, new)| old == new).count();
    let name = old_parts.get(at)?.split('=').next()?.to_owned();
    old_parts.remove(at);
    // One that is left out has no value.
    let is_there = new_parts.get(at).is_some_and(|part| part.split('=').next() == Some(&*name));
    let part = if is_there { new_parts.remove(at) } else { "" };
    let value = part.split_once('=').map_or("", |(_, value)| value).to_owned();
    let rest = format!("{new_path}?{}", new_parts.join("&"));
    (old_path == new_path && old_parts == new_parts).then_some(Token { name, value, rest })
}

fn parameters(query: &str) -> Vec<&str> {
    query.split('&').filter(|part| !part.is_empty()).collect()
}

/// Whether two reports have one title, but for its spaces, and were published on one day that both state.
pub fn are_named_alike(old: (Option<&str>, Option<Stated>), new: (Option<&str>, Option<Stated>)) -> bool {
    let is_same_day = old.1.is_some_and(|old| new.1.is_some_and(|new| old.date() == new.date()));
    let bare = |title: Option<&str>| fingerprint::bare(title.unwrap_or_default());
    let title = bare(old.0);
    is_same_day && !title.is_empty() && title == bare(new.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titled(n: i64) -> Vec<(ReportId, String)> {
        (1..=n).map(|n| (ReportId(n), format!("http://x.gov.cn/new/{n}.html"))).collect()
    }

    #[test]
    fn rows_move_together_or_not_at_all() {
        assert_eq!(together(titled(12), 15, 15, Expected::Nothing).len(), 12);
        assert_eq!(together(titled(3), 3, 3, Expected::Nothing), [], "three rows may be three reports");
        assert_eq!(together(titled(5), 5, 20, Expected::Nothing), [], "most rows are where they were");
        assert_eq!(together(titled(5), 12, 12, Expected::Nothing), [], "most are new");
        assert_eq!(together(titled(1), 1, 1, Expected::Met).len(), 1, "the last row of a moved listing");
        assert_eq!(together(titled(2), 9, 10, Expected::Column), [], "another column may show two of them");
        assert_eq!(together(titled(2), 9, 10, Expected::LeftHost).len(), 2, "their former host is left");
    }

    #[test]
    fn reports_are_named_alike_by_title_and_day_together() {
        let day = |day| Some(Stated::day(jiff::civil::date(2026, 2, day)));
        let title = Some("关于做好 第2号工作的通知");
        assert!(are_named_alike((title, day(2)), (Some("关于做好第2号工作的通知"), day(2))));
        assert!(!are_named_alike((title, day(2)), (title, day(3))));
        assert!(!are_named_alike((title, None), (title, None)), "no day tells nothing");
        assert!(!are_named_alike((title, day(2)), (Some("关于做好第3号工作的通知"), day(2))));
        assert!(!are_named_alike((None, day(2)), (None, day(2))), "no title tells nothing");
    }

    #[test]
    fn a_parameter_that_tells_no_report_apart_is_a_token() {
        let moved = |pairs: &[(&str, &str)]| {
            let address = |query: &str| format!("http://x.gov.cn/detail.jsp?{query}");
            let moves: Vec<_> = pairs.iter().map(|(old, new)| (address(old), address(new))).collect();
            are_by_token(&moves, false)
        };
        assert!(moved(&[("id=1&k=ab", "id=1&k=cd"), ("id=2&k=ef", "id=2&k=cd")]));
        assert!(
            !moved(&[("col=3&id=1", "col=3&id=71"), ("col=3&id=2", "col=3&id=72")]),
            "the reports are numbered anew"
        );
        assert!(!moved(&[("day=1&id=33", "day=1&id=77"), ("day=2&id=34", "day=2&id=78")]), "though the days differ");
        assert!(moved(&[("id=1&t=33", "id=1&t=77"), ("id=2&t=34", "id=2&t=78")]));
        assert!(moved(&[("id=1&batch=33", "id=1&batch=34"), ("id=2&batch=33", "id=2&batch=34")]), "all have the same");
        assert!(moved(&[("id=1&batch=1", "id=1"), ("id=2&batch=2", "id=2")]), "it is written no more");
        assert!(!moved(&[("a=1&id=1", "a=1"), ("a=1&id=2", "a=1")]), "what told them apart is written no more");
        assert!(!moved(&[("id=1&k=ab", "id=1&k=cd")]), "one alone tells nothing");
        assert!(!moved(&[("id=1&k=a", "id=1&k=b"), ("id=2&m=a", "id=2&m=b")]));
        assert!(!moved(&[("id=1&k=a", "id=3&k=b"), ("id=2&k=a", "id=2&k=b")]));
        let one = [("http://x.gov.cn/a?id=1&k=a".to_owned(), "http://x.gov.cn/a?id=1&k=b".to_owned())];
        assert!(are_by_token(&one, true));
        assert!(has_rolled_on("http://x.gov.cn/a?id=1&pageNo=1", "http://x.gov.cn/a?id=1&pageNo=2"));
        assert!(!has_rolled_on("http://x.gov.cn/a?id=1&page=1", "http://x.gov.cn/a?id=1&page=2"));
        assert!(!has_rolled_on("http://x.gov.cn/a?id=1&pageNo=1", "http://x.gov.cn/a?id=2&pageNo=2"));
        let path = [("http://x.gov.cn/a/1.html", "http://x.gov.cn/b/1.html"); 2];
        assert!(!are_by_token(&path.map(|(old, new)| (old.to_owned(), new.to_owned())), true));
    }

    #[test]
    fn two_rows_of_one_report_move_nothing() {
        let mut twice = titled(6);
        twice.push((ReportId(1), "http://x.gov.cn/new/other.html".to_owned()));
        assert_eq!(together(twice, 7, 7, Expected::Nothing).len(), 5);
    }
}
