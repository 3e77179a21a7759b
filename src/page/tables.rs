//! Tells tables of data from tables that only lay out a page.
//!
//! In: a tree. Out: the tables whose rows are rows of data. Never: text.

use std::collections::HashSet;

use super::tree::{HIDDEN_ELEMENTS, Node, NodeKey, Step};

/// A cell of a layout table holds a body: at least so many paragraphs ...
const BODY_CELL_PARAGRAPHS: usize = 5;
/// ... and at least so many characters.
const BODY_CELL_CHARS: usize = 300;
/// ... or a first heading and, with it, at least so many paragraphs: the title, its date, the text.
const TITLED_CELL_PARAGRAPHS: usize = 3;

#[derive(Default)]
struct Shape {
    has_table_inside: bool,
    has_row_of_two: bool,
    n_chars: usize,
    n_filled_cells: usize,
    cell: Cell,
    biggest: Cell,
}

#[derive(Default, Clone, Copy)]
struct Cell {
    n_chars: usize,
    n_paragraphs: usize,
    has_title: bool,
}

impl Cell {
    /// Whether it holds a whole body: many paragraphs, or the title of the page and paragraphs under it.
    fn holds_body(self) -> bool {
        (self.n_paragraphs >= BODY_CELL_PARAGRAPHS && self.n_chars >= BODY_CELL_CHARS)
            || (self.has_title && self.n_paragraphs >= TITLED_CELL_PARAGRAPHS)
    }
}

impl Shape {
    fn end_cell(&mut self) {
        let cell = std::mem::take(&mut self.cell);
        self.n_filled_cells += usize::from(cell.n_chars > 0);
        self.n_chars += cell.n_chars;
        if cell.n_chars > self.biggest.n_chars {
            self.biggest = cell;
        }
    }

    fn end_row(&mut self) {
        self.has_row_of_two |= self.n_filled_cells >= 2;
        self.n_filled_cells = 0;
    }

    /// No table inside, two cells side by side somewhere, and no cell that holds a whole body.
    fn is_data(&self) -> bool {
        let big = self.biggest;
        let holds_body = big.holds_body() && big.n_chars * 5 >= self.n_chars * 3;
        self.has_row_of_two && !self.has_table_inside && !holds_body
    }
}

/// The tables of data below a node.
pub(super) fn of_data(root: Node<'_>) -> HashSet<NodeKey> {
    let mut data = HashSet::new();
    let mut open: Vec<Shape> = Vec::new();
    let mut n_hidden = 0_usize;
    for step in root.walk() {
        match step {
            Step::Enter(node) if HIDDEN_ELEMENTS.contains(&node.name()) => n_hidden += 1,
            Step::Leave(node) if HIDDEN_ELEMENTS.contains(&node.name()) => n_hidden -= 1,
            Step::Enter(node) => enter(node.name(), &mut open),
            Step::Leave(node) if node.name() == "table" && open.pop().is_some_and(|shape| shape.is_data()) => {
                data.insert(node.key());
            }
            Step::Leave(node) => leave(node.name(), &mut open),
            Step::Text(run) if n_hidden == 0 => {
                if let Some(shape) = open.last_mut() {
                    shape.cell.n_chars += run.chars().filter(|c| !c.is_whitespace()).count();
                }
            }
            Step::Text(_) | Step::Comment(_) => {}
        }
    }
    data
}

fn enter(name: &str, open: &mut Vec<Shape>) {
    match (name, open.last_mut()) {
        ("table", outer) => {
            if let Some(outer) = outer {
                outer.has_table_inside = true;
            }
            open.push(Shape::default());
        }
        ("p" | "div" | "br" | "li" | "h1" | "h2" | "h3" | "h4", Some(shape)) => {
            shape.cell.n_paragraphs += 1;
            shape.cell.has_title |= name == "h1";
        }
        _ => {}
    }
}

fn leave(name: &str, open: &mut [Shape]) {
    match (name, open.last_mut()) {
        ("td" | "th", Some(shape)) => shape.end_cell(),
        ("tr", Some(shape)) => shape.end_row(),
        _ => {}
    }
}
