//! Whether an address is that of the page after this one, by its number alone: words such as 更多 lead to other columns too.
//!
//! In: two addresses and the place of a page in its walk. Out: whether one counts on from the other. Never: numbers of columns
//! or of reports taken for those of pages.

use url::Url;

use super::page_numbers::leading_number;
use super::parameter;

/// Whether an address is this page's with the number of the page after it: `index_2.html` of `index.html` or of
/// `index_1.html`, `page/2/`, `?page=3` of `?page=2`. Numbers that are no page's are those of columns: `list_38.html` of
/// `list_37.html`.
pub(super) fn is_counted_on(url: &Url, page: &Url, n_page: u32) -> bool {
    let (one, other) = (page.as_str(), url.as_str());
    let alike = one.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
    let before = one[..one.floor_char_boundary(alike)].trim_end_matches(|c: char| c.is_ascii_digit());
    let numbers = (leading_number(&one[before.len()..]), leading_number(&other[before.len()..]));
    if let (Some((from, after)), Some((to, behind))) = numbers
        && after == behind
    {
        let is_here = from == u64::from(n_page) || from + 1 == u64::from(n_page);
        // A page behind the first one was called by its number before.
        let is_of_page = is_before_number(before) || (n_page > 1 && before.ends_with(['_', '-']));
        return is_here && to == from + 1 && is_of_page && !after.trim_end_matches('/').contains('/');
    }
    n_page == 1 && url.host() == page.host() && is_second(url, page)
}

/// Whether what stands before a number says that it is one of a page: a parameter of that name, `index_`, `page/`.
fn is_before_number(before: &str) -> bool {
    if let Some((_, query)) = before.split_once('?') {
        let name = query.rsplit('&').next().unwrap_or_default();
        return name.strip_suffix('=').is_some_and(parameter::is_page);
    }
    let (directory, stem) = before.rsplit_once('/').unwrap_or_default();
    let is_named = ["index", "default", "page"].contains(&stem.trim_end_matches(['_', '-']));
    is_named || (stem.is_empty() && directory.ends_with("/page"))
}

/// Whether an address is that of the second page of one without a number: with a parameter more, or a number behind its name.
fn is_second(url: &Url, page: &Url) -> bool {
    if url.path() == page.path() {
        let known = page.query().map_or(0, str::len);
        let more = url.query().filter(|query| query.starts_with(page.query().unwrap_or_default()));
        let pair = more.map_or("", |query| query[known..].trim_start_matches('&'));
        return pair.split_once('=').is_some_and(|(name, value)| parameter::is_page(name) && value == "2");
    }
    let (directory, file) = page.path().rsplit_once('/').unwrap_or_default();
    let Some(rest) = url.path().strip_prefix(directory).and_then(|rest| rest.strip_prefix('/')) else { return false };
    let stem = file.split('.').next().filter(|stem| !stem.is_empty()).unwrap_or("index");
    let number = rest.strip_prefix(stem).and_then(|rest| rest.strip_prefix(['_', '-']));
    let is_numbered =
        number.and_then(leading_number).is_some_and(|(n, after)| (1..=2).contains(&n) && after.starts_with('.'));
    page.query().is_none() && (is_numbered || rest.trim_end_matches('/') == "page/2")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_after_one_is_counted_on() {
        let is = |there: &str, here: &str, n_page: u32| {
            let page = Url::parse("http://x.gov.cn/zwgk/").and_then(|base| base.join(here)).expect("url");
            is_counted_on(&page.join(there).expect("url"), &page, n_page)
        };
        for (there, here, n_page) in [
            ("index_2.html", "", 1),
            ("index_1.html", "index.html", 1),
            ("list_2.html", "list.html", 1),
            ("index_3.html", "index_2.html", 2),
            ("index_3.html", "index_2.html", 3),
            ("page/2/", "", 1),
            ("list_3.html", "list_2.html", 2),
            ("/zwgk/page/3/", "page/2/", 2),
            ("?page=2", "", 1),
            ("?id=7&page=2", "?id=7", 1),
            ("?id=7&page=3", "?id=7&page=2", 2),
        ] {
            assert!(is(there, here, n_page), "{there} {here}");
        }
        for (there, here, n_page) in [
            ("", "", 1),
            ("index_3.html", "", 1),
            ("index_2.html", "index_2.html", 2),
            ("index_1.html", "index_2.html", 2),
            ("list_2.html", "", 1),
            ("list_38.html", "list_37.html", 1),
            ("list_2.html", "list_1.html", 1),
            ("../col1002/", "col1001/", 1),
            ("?id=8", "?id=7", 1),
            ("?id=2", "", 1),
            ("?id=2", "?id=1", 1),
            ("?page=3", "", 1),
            ("tzgg/", "", 1),
            ("../tzgg/index_2.html", "", 1),
            ("/2/index.html", "/1/index.html", 1),
            ("http://y.gov.cn/zwgk/index_2.html", "", 1),
            ("/page/2/", "", 1),
        ] {
            assert!(!is(there, here, n_page), "{there} {here}");
        }
    }
}
