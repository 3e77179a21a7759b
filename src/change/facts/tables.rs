//! Facts of tables: cells that say something else, rows that were put in or taken out.
//!
//! In: two Documents. Out: facts, table by table. Never: a cell of a table whose columns are others, or of a row whose name
//! stands there twice.

use std::collections::BTreeMap;

use super::places;
use crate::change::fingerprint::{bare, is_row};
use crate::model::{Block, Document, Fact, FactKind};

/// Rows of a table that are compared: a table of more is a list of data, not a report.
const MOST_ROWS: usize = 2000;

/// Characters of a row that are told where it was put in or taken out.
const LONGEST_ROW: usize = 120;

/// A table: its rows, cell by cell, and where it begins.
struct Table {
    starts_at: usize,
    rows: Vec<Vec<String>>,
    n_headers: usize,
}

pub(super) fn facts(old: &Document, new: &Document) -> Vec<Fact> {
    let (olds, news) = (tables(&old.blocks), tables(&new.blocks));
    // Tables are known by their order; where one was put in or taken out, which is which is not sure.
    if olds.len() != news.len() {
        return Vec::new();
    }
    let numbered = (1_u32..).zip(olds.iter().zip(&news));
    let facts = numbered.flat_map(|(n, (one, other))| {
        let section = places::section(&new.blocks, other.starts_at);
        between(one, other).into_iter().map(move |fact| Fact { table: Some(n), section: section.clone(), ..fact })
    });
    facts.collect()
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
    let (Some(olds), Some(news)) = (old.named(), new.named()) else { return Vec::new() };
    if !is_same_form {
        return Vec::new();
    }
    let mut facts = Vec::new();
    for (name, &at) in &news {
        match olds.get(name) {
            Some(&from) => facts.extend(cells(name, &old.rows[from], &new.rows[at], &heads.1).map(|fact| (at, fact))),
            None => facts.push((at, row(FactKind::RowAdded, name, &new.rows[at]))),
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
    fn named(&self) -> Option<BTreeMap<String, usize>> {
        let mut named = BTreeMap::new();
        for (at, row) in self.rows.iter().enumerate().skip(self.n_heads()) {
            if named.insert(name(row)?, at).is_some() {
                return None;
            }
        }
        Some(named)
    }
}

/// What names a row: its first cell; its second one too where the first is but a number.
fn name(row: &[String]) -> Option<String> {
    let mut cells = row.iter().filter(|cell| !cell.is_empty());
    let first = cells.next()?;
    let is_number = first.chars().all(|c| c.is_ascii_digit() || c == '.');
    if is_number { cells.next().map(|second| format!("{first} {second}")) } else { Some(first.clone()) }
}

fn cells<'a>(
    name: &'a str,
    old: &'a [String],
    new: &'a [String],
    heads: &'a [Vec<String>],
) -> impl Iterator<Item = Fact> + 'a {
    let pairs = old.iter().zip(new).enumerate().filter(move |_| old.len() == new.len());
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
