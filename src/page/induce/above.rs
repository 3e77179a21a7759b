//! Reports that stand above the list in an element of their own: a headline, a pinned row, news with a picture.
//!
//! In: the list that was found, and its page. Out: a reason that names the first of them. Never: a report that the list
//! holds too, or what stands in chrome.

use std::collections::{HashMap, HashSet};

use url::Url;

use super::reason::Reason;
use crate::page::row_pieces::RowReader;
use crate::page::rows::Candidate;
use crate::page::tree::{Node, visible_text};
use crate::page::{link, weigh};

/// Levels around the list, and elements before it on each, that are looked at.
const MOST_LEVELS: usize = 4;
const MOST_SIBLINGS: usize = 6;

/// Elements of one block that are looked at.
const MOST_ELEMENTS: usize = 400;

/// Most reports of a block that go with the list: more are another list.
const MOST_REPORTS: usize = 6;

/// Fewest characters of the title of a report.
const LEAST_TITLE: usize = 8;

/// Fewest characters of a name that is made of digits and letters by chance.
const LEAST_CHANCE_NAME: usize = 16;

/// The first report above the list that is not one of its rows.
pub(super) fn report(chosen: &Candidate<'_>, reader: &RowReader<'_>) -> Option<Reason> {
    let entries = chosen.rows.iter().filter_map(|row| row.entry.as_ref());
    let rows: HashSet<&Url> = entries.map(|entry| &entry.url).collect();
    let makes = Makes::of(&rows);
    let list = *chosen.parents.first()?;
    let around = std::iter::once(list).chain(list.ancestors()).take_while(|node| node.name() != "body");
    let blocks = around.take(MOST_LEVELS).flat_map(|node| node.prev_siblings().take(MOST_SIBLINGS));
    blocks.filter(|block| !weigh::is_foreign(*block)).find_map(|block| {
        let found: Vec<(Url, String)> = reports(block, reader).filter(|(url, _)| makes.has(url)).collect();
        let n_rows =
            found.iter().filter(|(url, _)| rows.contains(url)).map(|(url, _)| url).collect::<HashSet<_>>().len();
        let others: Vec<&(Url, String)> = found.iter().filter(|(url, _)| !rows.contains(url)).collect();
        let n_others = others.iter().map(|(url, _)| url).collect::<HashSet<_>>().len();
        // Where most of a slider are rows, the others are older rows.
        let is_other = n_rows < n_others && n_others <= MOST_REPORTS;
        others.first().filter(|_| is_other).map(|(_, title)| Reason::Above(title.clone()))
    })
}

/// The links of a block that have a title.
fn reports(block: Node<'_>, reader: &RowReader<'_>) -> impl Iterator<Item = (Url, String)> {
    let anchors = std::iter::once(block).chain(block.descendants().take(MOST_ELEMENTS));
    let anchors = anchors.filter(|node| node.name() == "a");
    anchors.filter_map(move |anchor| {
        let around = anchor.ancestors().take_while(|node| *node != block);
        let url = link::of_anchor(anchor, reader.base).filter(|url| !link::is_same_page(url, reader.page))?;
        let title = named(anchor).filter(|title| title.chars().count() >= LEAST_TITLE)?;
        (!around.into_iter().any(weigh::is_foreign)).then_some((url, title))
    })
}

/// What a link is called, or its picture.
fn named(anchor: Node<'_>) -> Option<String> {
    let picture = || anchor.descendants().find_map(|node| node.attr("alt"));
    let shown = Some(visible_text(anchor)).filter(|text| !text.is_empty());
    shown.or_else(|| anchor.attr("title").or_else(picture).map(str::to_owned))
}

/// The makes of the addresses of a list: numbers left out, and those of them that all rows share.
struct Makes(HashMap<String, Vec<Option<String>>>);

impl Makes {
    fn of(rows: &HashSet<&Url>) -> Self {
        let mut makes: HashMap<String, Vec<Option<String>>> = HashMap::new();
        for url in rows {
            let (skeleton, numbers) = taken_apart(url);
            let known = makes.entry(skeleton).or_insert_with(|| numbers.iter().cloned().map(Some).collect());
            for (known, number) in known.iter_mut().zip(&numbers) {
                known.take_if(|known| *known != *number || !is_of_column(number));
            }
        }
        Self(makes)
    }

    /// Whether an address could be that of a row.
    fn has(&self, url: &Url) -> bool {
        let (skeleton, numbers) = taken_apart(url);
        self.0.get(&skeleton).is_some_and(|known| {
            known.iter().zip(&numbers).all(|(known, number)| known.as_ref().is_none_or(|known| known == number))
        })
    }
}

/// Whether a number that all rows share may be that of their column; a year or a day is not.
fn is_of_column(number: &str) -> bool {
    let is_day = (number.starts_with("19") || number.starts_with("20")) && matches!(number.len(), 4 | 6 | 8);
    number.len() >= 3 && !is_day
}

/// An address with a mark for each number or name of chance, and these.
fn taken_apart(url: &Url) -> (String, Vec<String>) {
    let (mut skeleton, mut numbers) = (url.host_str().unwrap_or_default().to_owned(), Vec::new());
    let rest = &url[url::Position::BeforePath..url::Position::AfterQuery];
    for word in rest.split_inclusive(|c: char| !c.is_ascii_alphanumeric()) {
        let bare = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        if bare.len() >= LEAST_CHANCE_NAME && bare.contains(|c: char| c.is_ascii_digit()) {
            skeleton.push('*');
        } else {
            for run in bare.as_bytes().chunk_by(|one, next| one.is_ascii_digit() == next.is_ascii_digit()) {
                let run = String::from_utf8_lossy(run);
                if run.starts_with(|c: char| c.is_ascii_digit()) {
                    skeleton.push('#');
                    numbers.push(run.into_owned());
                } else {
                    skeleton.push_str(&run);
                }
            }
        }
        skeleton.push_str(&word[bare.len()..]);
    }
    (skeleton, numbers)
}
