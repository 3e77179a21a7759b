//! Finds the list that matters on a page nobody described: among navigation, related links and footer, the repeated
//! elements with links and dates.
//!
//! In: a page. Out: its rows, read. Never: follows a class name of one CMS; what counts is structure, dates, the
//! directory of the links, and a pager close by.

use std::cell::OnceCell;
use std::cmp::Reverse;
use std::sync::LazyLock;

use regex::Regex;

use super::kin;
use super::row::{Row, RowRead, RowScan};
use super::row_groups::{Group, groups};
use super::row_pieces::{Piece, Pieces, RowReader};
use super::row_year::{self, Placed};
use super::tree::{Node, Tree, visible_text};
use super::weigh::{self, Heading, Scales, Weighed};
use super::{date, date_column, pattern, row_date};
use crate::model::Entry;

/// Elements and texts that are gone through for rows, over all candidates together: real pages take up to 15,000, an
/// unpaged index of 10,000 rows takes some 600,000, and only a page made to be slow takes more than this.
const MOST_STEPS: usize = 2_000_000;

/// The list of a page.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Its entries in page order.
    pub(super) entries: Vec<Entry>,
    /// Dated rows without a link.
    pub(super) n_broken: usize,
    /// Those of them that say what they are.
    pub(super) unlinked: Vec<Entry>,
    /// How many of the entries are dated.
    pub(super) n_dated: usize,
}

/// Elements that could be the rows of a page's list, as read.
#[derive(Debug)]
pub(super) struct Candidate<'t> {
    /// What the rows stand in: one element, or twins.
    pub(super) parents: Vec<Node<'t>>,
    /// The rows' own elements, in page order.
    pub(super) nodes: Vec<Node<'t>>,
    /// What each of them says.
    pub(super) rows: Vec<RowRead>,
    /// How likely they are the list.
    pub(super) score: f64,
    /// Whether they stand where lists of other columns do.
    pub(super) is_beside: bool,
}

impl<'t> Candidate<'t> {
    /// The elements of its dated rows without a link.
    pub(super) fn unlinked(&self) -> impl Iterator<Item = Node<'t>> {
        let rows = self.nodes.iter().zip(&self.rows);
        rows.filter(|(_, row)| row.is_dated && row.entry.is_none()).map(|(node, _)| *node)
    }
}

/// Finds and reads the list of a page; nothing where there is none.
pub(super) fn find(tree: &Tree, reader: &RowReader<'_>) -> Found {
    let page = Page::of(tree, reader);
    let mut order: Vec<(usize, usize)> =
        page.groups.iter().map(|group| group.most_rows(&page.pieces)).enumerate().collect();
    // Those of many rows first: what cannot be likelier than one that was read need not be read.
    order.sort_by_key(|&(_, most_rows)| Reverse(most_rows));
    let mut best: Option<(usize, Candidate<'_>)> = None;
    let mut n_left = MOST_STEPS;
    for (at, most_rows) in order {
        let least = best.as_ref().map_or(0.0, |(_, best)| best.score);
        if weigh::most_of_all(most_rows) < least {
            break;
        }
        if weigh::most(most_rows) < least && !page.is_under_own_heading(at) {
            continue;
        }
        let Some(read) = page.read(at, &mut n_left) else { break };
        let Some(candidate) = page.candidate(at, read) else { continue };
        // Of two that are as likely the outer one, or the one before.
        if best.as_ref().is_none_or(|(before, best)| (candidate.score, *before) > (best.score, at)) {
            best = Some((at, candidate));
        }
    }
    best.map(|(at, best)| found(page.whole(at, best, &mut n_left).rows)).unwrap_or_default()
}

/// Everything on a page that could be its list, the likeliest first; the first is the one that [`find`] takes, unless
/// there is more to the page than is gone through.
pub(super) fn ranked<'t>(tree: &'t Tree, reader: &RowReader<'_>) -> Vec<Candidate<'t>> {
    let page = Page::of(tree, reader);
    let mut n_left = MOST_STEPS;
    let mut candidates = Vec::new();
    for at in 0..page.groups.len() {
        let Some(read) = page.read(at, &mut n_left) else { break };
        candidates.extend(page.candidate(at, read).map(|candidate| (at, candidate)));
    }
    candidates.sort_by(|(_, one), (_, other)| other.score.total_cmp(&one.score));
    let mut candidates = candidates.into_iter();
    let first = candidates.next().map(|(at, first)| page.whole(at, first, &mut n_left));
    first.into_iter().chain(candidates.map(|(_, other)| other)).collect()
}

/// The elements of rows, and what each says.
type ReadRows<'t> = (Vec<Node<'t>>, Vec<RowRead>);

/// A page, and all on it that could be its rows.
struct Page<'t, 'r> {
    pieces: Pieces<'t>,
    /// Outermost first.
    groups: Vec<Group<'t>>,
    scales: Scales<'r>,
    /// Whether the page says that its list is empty, once that was asked.
    is_empty: OnceCell<bool>,
}

impl<'t, 'r> Page<'t, 'r> {
    fn of(tree: &'t Tree, reader: &'r RowReader<'r>) -> Self {
        let pieces = Pieces::of(tree, reader);
        let groups = groups(&pieces);
        Self { pieces, groups, scales: Scales::of(tree, reader), is_empty: OnceCell::new() }
    }

    /// Reads the rows of a group. `None`: there are more steps to it than are left.
    fn read(&self, at: usize, n_left: &mut usize) -> Option<ReadRows<'t>> {
        read(&self.groups[at], &self.pieces, self.scales.reader, n_left)
    }

    fn candidate(&self, at: usize, (nodes, rows): ReadRows<'t>) -> Option<Candidate<'t>> {
        let parents = &self.groups[at].parents;
        let weighed = weigh::score(parents, &rows, &self.scales)?;
        let Weighed { score, is_beside, is_strange } = weighed;
        // A column that is empty says so or stands there empty, and lists of others beside it.
        if is_strange && (self.scales.is_headed || *self.is_empty.get_or_init(|| self.pieces.say_nothing())) {
            return None;
        }
        Some(Candidate { parents: parents.clone(), nodes, rows, score, is_beside })
    }

    fn is_under_own_heading(&self, at: usize) -> bool {
        let first = self.groups[at].parents.first();
        first.is_some_and(|list| self.scales.heading(*list) == Some(Heading::Own))
    }

    /// The list with the parts of it that stand elsewhere, in page order.
    fn whole(&self, at: usize, list: Candidate<'t>, n_left: &mut usize) -> Candidate<'t> {
        let Some(&home) = list.parents.first() else { return list };
        let mut parents = list.parents.clone();
        let listed = kin::Listed::of(home, &list.rows, &self.scales);
        let mut more: Vec<(Node<'t>, RowRead)> = Vec::new();
        for (other, group) in self.groups.iter().enumerate().filter(|(other, _)| *other != at) {
            let stand = group.parents.first().filter(|_| group.tag == self.groups[at].tag);
            let Some(stand) = stand.and_then(|first| kin::stand(home, *first)) else { continue };
            let Some((nodes, rows)) = self.read(other, n_left) else { break };
            let part = kin::Rows { parents: &group.parents, rows: &rows };
            if listed.has(part, stand, &self.scales) {
                parents.extend(&group.parents);
                more.extend(nodes.into_iter().zip(rows));
            }
        }
        if more.is_empty() {
            return list;
        }
        let mut all: Vec<(Node<'t>, RowRead)> = list.nodes.into_iter().zip(list.rows).chain(more).collect();
        all.sort_by_key(|(node, _)| node.key().index());
        parents.sort_by_key(|parent| parent.key().index());
        let (nodes, rows) = all.into_iter().unzip();
        Candidate { parents, nodes, rows, ..list }
    }
}

fn found(rows: Vec<RowRead>) -> Found {
    let n_broken = rows.iter().filter(|row| row.is_dated && row.entry.is_none()).count();
    let (mut entries, mut unlinked) = (Vec::new(), Vec::new());
    for row in rows {
        entries.extend(row.entry);
        unlinked.extend(row.unlinked);
    }
    let n_dated = entries.iter().filter(|entry| entry.date.is_some()).count();
    Found { entries, n_broken, unlinked, n_dated }
}

/// Reads the rows of a group: their elements, and what each says. `None`: there are more steps to it than are left.
fn read<'t>(
    group: &Group<'t>,
    pieces: &Pieces<'t>,
    reader: &RowReader<'_>,
    n_left: &mut usize,
) -> Option<ReadRows<'t>> {
    let column = group.parents.first().copied().and_then(date_column::of);
    let (mut nodes, mut rows) = (Vec::new(), Vec::new());
    for parent in &group.parents {
        let inside = pieces.inside(*parent);
        *n_left = n_left.checked_sub(inside.len())?;
        let mut taken = take_apart(*parent, group.tag, inside, reader);
        settle(taken.iter_mut().map(|(_, row)| row), reader);
        let n_before = rows.len();
        for (node, row) in taken.into_iter().filter(|(_, row)| !row.is_template) {
            nodes.push(node);
            rows.push(row.read(reader, column));
        }
        let under = nodes[n_before..].iter().zip(&mut rows[n_before..]);
        let mut placed: Vec<Placed<'_, '_>> = under
            .map(|(node, row)| Placed { node: *node, lacks_year: row.lacks_year, entry: row.entry.as_mut() })
            .collect();
        row_year::put_under_headings(*parent, &mut placed, reader);
    }
    Some((nodes, rows))
}

/// Takes the rows under one parent apart. What stands between two rows belongs to the first of them, unless dates
/// stand before their links: then a date before the first row tells so.
fn take_apart<'t>(
    parent: Node<'t>,
    tag: &str,
    inside: &[Piece<'t>],
    reader: &RowReader<'_>,
) -> Vec<(Node<'t>, Row<'t>)> {
    let has_link = |node: &Node<'t>| node.descendants().any(|inner| inner.name() == "a");
    // A cell without a link is the date of the one before it, and so is a date alone.
    let is_own = |node: &Node<'t>| tag != "td" && !is_date_alone(*node, reader) && !is_fields_alone(*node, reader);
    let is_row =
        |node: &Node<'t>| node.parent() == Some(parent) && node.name() == tag && (has_link(node) || is_own(node));
    let mut scan = RowScan::new(reader);
    scan.leave_row();
    let (mut nodes, mut rows) = (Vec::new(), Vec::new());
    for piece in inside {
        if let Piece::Begin(begun) = piece
            && is_row(&begun.node)
        {
            nodes.push(begun.node);
            rows.push(std::mem::replace(&mut scan, RowScan::new(reader)).finish());
        }
        scan.step(piece);
        if matches!(piece, Piece::End(node, _) if is_row(node)) {
            scan.leave_row();
        }
    }
    rows.push(scan.finish());
    let mut before = rows.remove(0).take_last_date();
    if before.is_some() {
        for row in &mut rows {
            let behind = row.take_last_date();
            row.put_date(std::mem::replace(&mut before, behind));
        }
    }
    nodes.into_iter().zip(rows).collect()
}

/// Dates the rows of a list whose days have their year last, where one of them tells in which order they are written.
pub(super) fn settle<'t: 'r, 'r>(rows: impl Iterator<Item = &'r mut Row<'t>>, reader: &RowReader<'_>) {
    let mut rows: Vec<&mut Row<'t>> = rows.filter(|row| row.year_last().next().is_some()).collect();
    let Some(order) = row_date::order(rows.iter().flat_map(|row| row.year_last())) else { return };
    for row in &mut rows {
        row.settle(order, reader);
    }
}

/// Whether an element shows fields with a date among them, and nothing else: those of the row before it.
fn is_fields_alone(node: Node<'_>, reader: &RowReader<'_>) -> bool {
    static FIELDS: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"^(?:[\s\[【(（|]*(?:(?:信息|文章)?(?:来源|作者)|(?:发布|发文|公开|制发|责任)(?:机构|机关|单位|部门)|索引号|文号|发文字号|(?:发布|更新|发文|成文|公开|生成)?(?:日期|时间))\s*[:：](?:[^:：]|\d[:：]\d)*?){1,6}$",
        )
    });
    const MOST_WITHIN: usize = 20;
    const LONGEST_BYTES: usize = 200;
    if node.descendants().nth(MOST_WITHIN).is_some() {
        return false;
    }
    let text = visible_text(node);
    text.len() <= LONGEST_BYTES && FIELDS.is_match(&text) && date::stated(&text, reader.zone).is_some()
}

/// Whether an element shows a date and nothing else, and leads nowhere: that of the row before it.
fn is_date_alone(node: Node<'_>, reader: &RowReader<'_>) -> bool {
    const MOST_WITHIN: usize = 8;
    let is_small = node.descendants().nth(MOST_WITHIN).is_none();
    is_small && row_date::alone(&visible_text(node), reader.zone, reader.today).is_some()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use jiff::tz::TimeZone;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use url::Url;

    use super::*;

    /// A block of rows: elements around it, title characters, links of a row, and whether it is dated, lies in the listing's
    /// directory, has a pager and is one of several parts.
    fn block() -> impl Strategy<Value = String> {
        let marks = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
        (1..9_usize, 1..14_usize, 1..7_usize, 0..3_usize, marks).prop_map(
            |(n_rows, n_title, n_links, depth, (is_dated, is_own, has_pager, has_class))| {
                let date = if is_dated { "<span>2026-03-01</span>" } else { "" };
                let directory = if is_own { "" } else { "../b/" };
                let link = |row: usize| {
                    move |n: usize| {
                        let title = "通".repeat(n_title);
                        format!("<a href='{directory}t20260301_{row}{n}.html'>{title}{row}{n}</a>")
                    }
                };
                let row = |row: usize| {
                    let links: String = (0..n_links).map(link(row)).collect();
                    format!("<li>{links}{date}</li>")
                };
                let rows: String = (0..n_rows).map(row).collect();
                let class = if has_class { " class=l" } else { "" };
                let pager = if has_pager { "<div>下一页</div>" } else { "" };
                format!("{}<ul{class}>{rows}</ul>{pager}{}", "<div>".repeat(depth), "</div>".repeat(depth))
            },
        )
    }

    /// What is asked of a page.
    fn asked(html: &str, ask: impl FnOnce(&Tree, &RowReader<'_>)) {
        let tree = Tree::parse(html).expect("a small page");
        let page = Url::parse("http://www.a.gov.cn/zwgk/a/index.html").expect("url");
        ask(&tree, &RowReader { base: &page, page: &page, zone: &TimeZone::UTC, today: date(2026, 4, 1) });
    }

    /// As many kinds of rows as rows, beside more that is none: a count of each kind's rows does not come back.
    #[test]
    fn a_page_of_twenty_thousand_kinds_of_rows_is_gone_through() {
        let rows: Vec<String> = (0..20_000).map(|n| format!("<x{n}><a href={n}.html>一</a></x{n}>")).collect();
        asked(&format!("<div>{}{}</div>", rows.concat(), "<br>".repeat(200_000)), |tree, reader| {
            assert!(find(tree, reader).entries.is_empty(), "one character is no title");
        });
    }

    #[test]
    fn the_day_on_which_a_page_is_read_dates_no_row() {
        let is_dated = |line: &str| {
            let mut is_dated = None;
            asked(&format!("<div>{line}<a href=t1.html>关于公布清单的通知</a></div>"), |tree, reader| {
                let row = tree.named("div").next().expect("a row");
                is_dated = Some(reader.scan(row).read(reader, None).is_dated);
            });
            is_dated
        };
        for clock in [
            "今天是2026年3月30日",
            "今天是 2026年3月30日",
            "今天是2026年3月30日 23:52:14",
            "系统时间：2026-03-30 星期一",
        ] {
            assert_eq!(is_dated(clock), Some(false), "{clock}");
        }
        for day in ["2026年3月30日", "更新于2026年3月30日", "县政府办 2026-03-30"] {
            assert_eq!(is_dated(day), Some(true), "{day}");
        }
    }

    proptest! {
        /// What is not read because it has too few rows is never the list.
        #[test]
        fn the_list_is_the_likeliest_of_all(blocks in vec(block(), 0..6)) {
            asked(&blocks.concat(), |tree, reader| {
                let likeliest = ranked(tree, reader).into_iter().next();
                let expected = likeliest.map(|best| found(best.rows)).unwrap_or_default();
                let got = find(tree, reader);
                assert_eq!(got.entries, expected.entries);
                assert_eq!((got.n_broken, got.n_dated), (expected.n_broken, expected.n_dated));
            });
        }

        /// No rows count more than as many could.
        #[test]
        fn no_candidate_is_likelier_than_its_rows_can_be(block in block()) {
            asked(&block, |tree, reader| {
                for candidate in ranked(tree, reader) {
                    assert!(candidate.score <= weigh::most_of_all(candidate.nodes.len()), "{candidate:?}");
                }
            });
        }
    }
}
