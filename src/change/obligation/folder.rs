//! Columns of one year: an office that files its reports by years begins another column with each.
//!
//! In: what is known of a listing. Out: the year that its address or its name says. Never: a guess by a number that is no year; where
//! the rows of several years stand, the number is the column's.

use std::sync::LazyLock;

use jiff::civil::Date;
use regex::Regex;

use super::ListingFacts;
use crate::change::year;
use crate::page::pattern;

static YEAR: LazyLock<Regex> = LazyLock::new(|| pattern("(?:[/_=-])((?:19|20)[0-9]{2})(?:nd|nian)?(?:[/_.&-]|$)"));

/// The year of a column that holds no other's; `None`: it is no such column.
pub(super) fn year_of(listing: &ListingFacts) -> Option<i16> {
    let year = in_address(&listing.url).or_else(|| year::of(&listing.listing))?;
    // A report about a year is published in the next one. A number that none of the rows bears out is no year.
    let bears_out = |(oldest, newest): (Date, Date)| year <= oldest.year() && newest.year() <= year + 1;
    listing.oldest_row.zip(listing.newest_row).is_some_and(bears_out).then_some(year)
}

fn in_address(url: &str) -> Option<i16> {
    let (_, address) = url.split_once("://")?;
    let named = YEAR.captures_iter(&address[address.find('/')?..]).last()?;
    named[1].parse().ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn an_address_names_a_year_unless_its_rows_are_of_several() {
        let listing = |url: &str, oldest: i16| ListingFacts {
            listing: "年报".to_owned(),
            url: url.to_owned(),
            is_named: true,
            watched_since: None,
            whole_walk: None,
            looked_at: None,
            newest_row: Some(date(2026, 1, 20)),
            oldest_row: Some(date(oldest, 1, 20)),
            below: None,
            reason: None,
        };
        for (url, oldest, year) in [
            ("http://www.x.gov.cn/xxgk/ndbg/2026/", 2026, Some(2026)),
            ("http://www.x.gov.cn/ndbg/2025nian/index.html", 2025, Some(2025)),
            ("http://www.x.gov.cn/list?year=2026", 2026, Some(2026)),
            ("http://www.x.gov.cn/2024/ndbg_2026.html", 2026, Some(2026)),
            ("http://www.x.gov.cn/xxgk/ndbg/2026/", 2023, None),
            ("http://www.x.gov.cn/list_2034.html", 2026, None),
            ("http://www.x.gov.cn/node_1987/", 2026, None),
            ("http://www.x.gov.cn/col/col2015/index.html", 2026, None),
            ("http://www.x.gov.cn/t/202601/", 2026, None),
            ("http://2026.x.gov.cn/ndbg/", 2026, None),
        ] {
            assert_eq!(year_of(&listing(url, oldest)), year, "{url}");
        }
        let named =
            |name: &str| ListingFacts { listing: name.to_owned(), ..listing("http://www.x.gov.cn/c3801/", 2026) };
        assert_eq!(["2026年度", "年报", "2024年度"].map(|name| year_of(&named(name))), [Some(2026), None, None]);
    }
}
