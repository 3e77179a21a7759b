//! Facts of tables: cells that say something else, rows that were put in or taken out.
//!
//! In: two Documents. Out: facts, table by table. Never: a cell of a table whose columns are others, or of a row whose name
//! stands there twice.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::places::Sections;
use crate::change::align::{self, Budget, Part};
use crate::change::fingerprint::{bare, is_row};
use crate::model::{Block, Document, Fact, FactKind};

/// Rows of a table that are compared: a table of more is a list of data, not a report.
const MOST_ROWS: usize = 2000;

/// Comparisons of the tables of two bodies, by their numbers.
const MOST_PAIRS: usize = 1_000_000;

/// Characters of a row that are told where it was put in or taken out.
const LONGEST_ROW: usize = 120;

/// A table: its rows, cell by cell, and where it begins.
struct Table {
    starts_at: usize,
    rows: Vec<Vec<String>>,
    n_headers: usize,
}

/// What is sure of the tables, one after the other as they are asked for.
pub(super) fn facts(old: &Document, new: &Document, sections: &Sections) -> impl Iterator<Item = Fact> {
    let (olds, news) = (tables(&old.blocks), tables(&new.blocks));
    let pairs = pairs(&olds, &news);
    pairs.into_iter().flat_map(move |(from, at)| {
        let (table, section) = (u32::try_from(at + 1).ok(), sections.at(news[at].starts_at).cloned());
        let facts = between(&olds[from], &news[at]).into_iter();
        facts.map(move |fact| Fact { table, section: section.clone(), ..fact })
    })
}

/// The tables that stand for each other and differ. Equal ones are known by their text; between them, by their place
/// alone, where there is one on each side or each of them has heads of its own.
fn pairs(olds: &[Table], news: &[Table]) -> Vec<(usize, usize)> {
    let mut numbers: HashMap<&[Vec<String>], u32> = HashMap::new();
    let all: Vec<u32> = olds
        .iter()
        .chain(news)
        .map(|table| {
            let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
            *numbers.entry(&table.rows).or_insert(next)
        })
        .collect();
    let (old, new) = all.split_at(olds.len());
    let mut budget = Budget { left: MOST_PAIRS, is_spent: false };
    let parts = align::aligned(old, new, &mut budget);
    let is_sure = |part: &Part| {
        let heads = |tables: &[Table]| tables.iter().map(Table::heads).collect::<Vec<_>>();
        let (was, is) = (heads(&olds[part.old.clone()]), heads(&news[part.new.clone()]));
        let is_single = || is.iter().collect::<HashSet<_>>().len() == is.len();
        !part.is_equal && was == is && is_single()
    };
    parts.into_iter().filter(is_sure).flat_map(|part| part.old.zip(part.new)).collect()
}

/// The tables of a body; rows of one follow each other.
fn tables(blocks: &[Block]) -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    let mut last = None;
    for (at, block) in blocks.iter().enumerate().filter(|(_, block)| is_row(block)) {
        let number = block.row.as_ref().map(|row| row.table);
        let cells: Vec<String> = block.text.split('\t').map(bare).collect();
        let is_header = block.row.as_ref().is_some_and(|row| row.is_header);
        match tables.last_mut() {
            Some(table) if last == Some((at.wrapping_sub(1), number)) => {
                table.n_headers += usize::from(is_header && table.n_headers == table.rows.len());
                table.rows.push(cells);
            }
            _ => tables.push(Table { starts_at: at, rows: vec![cells], n_headers: usize::from(is_header) }),
        }
        last = Some((at, number));
    }
    tables
}

fn between(old: &Table, new: &Table) -> Vec<Fact> {
    let heads = (old.heads(), new.heads());
    let is_same_form = heads.0 == heads.1 && old.rows.len().max(new.rows.len()) <= MOST_ROWS;
    // An ordinal moves with every row that is put in above; it names a row only where nothing else does.
    let named = |has_ordinal| Some((has_ordinal, old.named(has_ordinal)?, new.named(has_ordinal)?));
    let Some((has_ordinal, olds, news)) = [false, true].into_iter().find_map(named).filter(|_| is_same_form) else {
        return Vec::new();
    };
    let mut facts = Vec::new();
    for (name, &at) in &news {
        let row_at = &new.rows[at];
        match olds.get(name) {
            Some(&from) => {
                let said = cells(name, &old.rows[from], row_at, &heads.1, has_ordinal);
                facts.extend(said.map(|fact| (at, fact)));
            }
            None => facts.push((at, row(FactKind::RowAdded, name, row_at))),
        }
    }
    facts.sort_by_key(|(at, _)| *at);
    let gone = olds.iter().filter(|(name, _)| !news.contains_key(*name));
    let gone = gone.map(|(name, &at)| row(FactKind::RowRemoved, name, &old.rows[at]));
    facts.into_iter().map(|(_, fact)| fact).chain(gone).collect()
}

impl Table {
    /// Rows that name the columns: those that the page says so, else the first one where it has no figures.
    fn n_heads(&self) -> usize {
        let has_figures = |row: &Vec<String>| row.iter().any(|cell| cell.contains(|c: char| c.is_ascii_digit()));
        self.n_headers.max(usize::from(self.rows.len() > 1 && !has_figures(&self.rows[0])))
    }

    fn heads(&self) -> Vec<Vec<String>> {
        self.rows[..self.n_heads()].to_vec()
    }

    /// The rows below the heads by their names; `None` where two have the same one, or one has none.
    fn named(&self, has_ordinal: bool) -> Option<BTreeMap<String, usize>> {
        let mut named = BTreeMap::new();
        for (at, row) in self.rows.iter().enumerate().skip(self.n_heads()) {
            if named.insert(name(row, has_ordinal)?, at).is_some() {
                return None;
            }
        }
        Some(named)
    }
}

/// What names a row: its first cell; where that is but a number, the second one, behind the number or alone.
fn name(row: &[String], has_ordinal: bool) -> Option<String> {
    let mut cells = row.iter().filter(|cell| !cell.is_empty());
    let first = cells.next()?;
    if !is_number(first) {
        return Some(first.clone());
    }
    let second = cells.next()?;
    Some(if is_counted(row) && !has_ordinal { second.clone() } else { format!("{first} {second}") })
}

fn is_number(cell: &str) -> bool {
    cell.chars().all(|c| c.is_ascii_digit() || c == '.')
}

/// Whether a row begins with an ordinal (序号) and words behind it; four figures are a year.
fn is_counted(row: &[String]) -> bool {
    let mut cells = row.iter().filter(|cell| !cell.is_empty());
    let is_ordinal = cells.next().is_some_and(|first| is_number(first) && first.len() < 4);
    is_ordinal && cells.next().is_some_and(|second| !is_number(second))
}

fn cells<'a>(
    name: &'a str,
    old: &'a [String],
    new: &'a [String],
    heads: &'a [Vec<String>],
    has_ordinal: bool,
) -> impl Iterator<Item = Fact> + 'a {
    let pairs = old.iter().zip(new).enumerate().filter(move |_| old.len() == new.len());
    let ordinal = old.iter().position(|cell| !cell.is_empty()).filter(|_| !has_ordinal && is_counted(old));
    let pairs = pairs.filter(move |(at, _)| Some(*at) != ordinal);
    pairs.filter(|(_, (old, new))| old != new).map(move |(at, (old, new))| {
        let said = |cell: &String| (!cell.is_empty()).then(|| cell.clone());
        let column = heads.iter().rev().filter_map(|head| head.get(at)).find(|cell| !cell.is_empty()).cloned();
        Fact { row: Some(name.to_owned()), column, ..Fact::new(FactKind::Cell, said(old), said(new)) }
    })
}

fn row(kind: FactKind, name: &str, cells: &[String]) -> Fact {
    let text: String = cells.join(" | ").chars().take(LONGEST_ROW).collect();
    let (old, new) = if kind == FactKind::RowAdded { (None, Some(text)) } else { (Some(text), None) };
    Fact { row: Some(name.to_owned()), ..Fact::new(kind, old, new) }
}
