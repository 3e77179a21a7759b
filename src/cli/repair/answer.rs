//! What to put into a site file whose listing is an answer in JSON with its rows elsewhere than before.
//!
//! In: the file's text, an answer, the rows that are known. Out: a part of the repair. Never: a pointer that does not read
//! the known rows better than the one that stands there.

use std::cmp::Reverse;
use std::collections::HashSet;

use jiff::tz::TimeZone;
use serde_json::Value;
use url::Url;

use super::edit::{self, Nth};
use super::pages::Page;
use super::propose::{self, Bench, KeyChange, ListingPart};
use crate::change::canonical::canonical;
use crate::config::{Format, JsonRule, ListingRule, Site};
use crate::model::ListingPage;
use crate::page::induce::{self, Hints};
use crate::page::listing;
use crate::page::pointer::{LinkQuery, Pointer};
use crate::page::relocate::{self, KnownRow, RowScore, RowsPage};
use crate::store::ListedRow;

/// Proposals that are loaded and tried as a poll would.
const MOST_TRIED: usize = 6;

/// A text of the site file, and what a poll would read by it.
struct Tried {
    text: String,
    score: RowScore,
    read: ListingPage,
    rule: JsonRule,
}

impl Tried {
    fn worth(&self) -> (usize, Reverse<usize>) {
        (self.score.n_right, Reverse(self.score.n_strange))
    }
}

/// An answer, and what is known of its rows.
struct Answer<'a> {
    value: &'a Value,
    view: &'a RowsPage<'a>,
    known: &'a [KnownRow],
    n_found: usize,
}

impl Answer<'_> {
    fn score(&self, read: &ListingPage) -> RowScore {
        relocate::score_rows(self.known, &read.entries, self.n_found, canonical)
    }
}

/// Looks for the rows of an answer; gives the text with the pointers that read them, where any do better than the file.
pub(super) fn listing(
    bench: &Bench<'_>,
    text: &str,
    site: &Site,
    rule: &ListingRule,
    page: &Page,
    known: Vec<ListedRow>,
) -> Result<(String, ListingPart), String> {
    let Format::Json(former) = &rule.format else { return Err("its rows are no JSON".to_owned()) };
    let opened = propose::opened(&page.capture, site)?;
    let value = listing::value(&opened.decoded.text).map_err(|error| error.to_string())?;
    let rows: Vec<KnownRow> = known.iter().map(propose::known_row).collect();
    let view = propose::view(&opened, site, rule, page);
    let n_found = found(&value, &rows, &page.capture.final_url);
    let answer = Answer { value: &value, view: &view, known: &rows, n_found };
    let read = propose::read(&view, site, rule);
    let before = answer.score(&read);
    let as_it_is = Tried { text: text.to_owned(), score: before, read, rule: (**former).clone() };
    let is_well = before.n_right > 0 && before.n_right == before.n_found && before.n_strange == 0;
    let nth = propose::nth(site, rule);
    let best = if is_well { as_it_is } else { best(bench, as_it_is, nth, &answer, &site.timezone)? };
    let part = ListingPart {
        name: rule.name.clone(),
        url: rule.url.clone(),
        from: page.from,
        before,
        after: best.score,
        keys: changes(former, &best.rule),
        rows: propose::placed(known, &rows, &best.read.entries),
        entries: best.read.entries,
        reasons: propose::doubts(&best.score, rows.len()),
    };
    Ok((best.text, part))
}

/// The best of the proposals, each loaded as the site's file, or the file as it is.
fn best(
    bench: &Bench<'_>,
    as_it_is: Tried,
    nth: Nth<'_>,
    answer: &Answer<'_>,
    zone: &TimeZone,
) -> Result<Tried, String> {
    let (text, former) = (as_it_is.text.clone(), as_it_is.rule.clone());
    let hints = Hints::of_links(former.link.iter().map(LinkQuery::as_str));
    let mut best = as_it_is;
    for rule in induce::answer_rules(answer.value, zone, &hints).into_iter().take(MOST_TRIED) {
        let still_there = || former.total.clone().filter(|total| total.count(answer.value).is_some());
        let rule = JsonRule { total: rule.total.clone().or_else(still_there), ..rule };
        let text = edit::answer(&text, nth, &rule)?;
        let Some(read) = propose::read_by(bench, &text, answer.view) else { continue };
        let tried = Tried { score: answer.score(&read), text, read, rule };
        if tried.worth() > best.worth() {
            best = tried;
        }
    }
    Ok(best)
}

/// How many of the known rows an answer holds, wherever: by the text of their titles, or by their addresses.
fn found(value: &Value, known: &[KnownRow], base: &Url) -> usize {
    let mut texts = HashSet::new();
    let mut ahead = vec![value];
    while let Some(value) = ahead.pop() {
        match value {
            Value::String(text) => drop(texts.insert(text.trim())),
            Value::Array(values) => ahead.extend(values),
            Value::Object(keys) => ahead.extend(keys.values()),
            _ => {}
        }
    }
    let addresses: HashSet<String> = texts
        .iter()
        .filter(|text| text.contains('/'))
        .filter_map(|text| Some(canonical(&base.join(text).ok()?)))
        .collect();
    known.iter().filter(|row| texts.contains(row.title.as_str()) || addresses.contains(&row.url)).count()
}

fn changes(former: &JsonRule, now: &JsonRule) -> Vec<KeyChange> {
    let pointers = |pointers: &[Pointer]| pointers.iter().map(|one| one.as_str().to_owned()).collect::<Vec<_>>();
    let links = |links: &[LinkQuery]| links.iter().map(|one| one.as_str().to_owned()).collect::<Vec<_>>();
    let total = |rule: &JsonRule| pointers(rule.total.as_slice());
    let all = [
        ("items", pointers(&former.items), pointers(&now.items)),
        ("link", links(&former.link), links(&now.link)),
        ("title", pointers(&former.title), pointers(&now.title)),
        ("date", pointers(&former.date), pointers(&now.date)),
        ("total", total(former), total(now)),
    ];
    let change = |(key, old, new): (&str, Vec<String>, Vec<String>)| {
        (old != new).then(|| KeyChange { key: key.to_owned(), old, new })
    };
    all.into_iter().filter_map(change).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn known_rows_are_found_by_title_or_address_wherever_they_stand() {
        let value = json!({"d": {"rows": [{"t": " 标题一 "}, {"u": "/a/2.html"}, {"t": "别的"}]}});
        let row = |url: &str, title: &str| KnownRow { url: url.to_owned(), title: title.to_owned(), date: None };
        let known = [
            row("http://x.gov.cn/a/1.html", "标题一"),
            row("http://x.gov.cn/a/2.html", "二"),
            row("http://x.gov.cn/a/3.html", "三"),
        ];
        assert_eq!(found(&value, &known, &"http://x.gov.cn/api".parse().expect("url")), 2);
    }
}
