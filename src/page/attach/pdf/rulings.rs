//! PURE. The lines that a page draws, and the grids of tables that they make.
//!
//! In: paths as they are drawn. Out: [`Grid`]s, which tell the cell that a point lies in. Never: a frame, a line under
//! a word, a picture of more lines than a table has. Points; from left to right and from top to bottom.

use hayro_interpret::DrawMode;
use hayro_interpret::kurbo::{Affine, BezPath, PathEl, Point};

/// Lines of one page that are kept. The densest tables have some 2,000; maps and drawings have more.
const MOST_DRAWN: usize = 20_000;
/// Lines of one direction that a page may have once those that go on one another are one.
const MOST_RULES: usize = 1_000;
/// A filled box no thicker is a line: Word and WPS draw borders so.
const THICKNESS: f64 = 3.0;
/// Shorter ones are marks and letters.
const LEAST_LENGTH: f64 = 4.0;
/// How far apart two lines may be and still meet: the thickness of a border and the corners left out.
const MEETING: f64 = 3.0;
/// How far a line may lean.
const LEANING: f64 = 0.5;

/// A line along one axis.
#[derive(Debug, Clone, Copy)]
struct Rule {
    /// Where it stands on the other axis.
    at: f64,
    from: f64,
    to: f64,
}

impl Rule {
    fn covers(&self, place: f64) -> bool {
        self.from - MEETING <= place && place <= self.to + MEETING
    }
}

/// Takes down the lines of a page.
#[derive(Debug, Default)]
pub(super) struct Rulings {
    vertical: Vec<Rule>,
    horizontal: Vec<Rule>,
}

/// Where a cell stands, or begins: its row, then its column.
pub(super) type Cell = (usize, usize);

/// The lines of one table.
#[derive(Debug)]
pub(super) struct Grid {
    vertical: Vec<Rule>,
    horizontal: Vec<Rule>,
    /// The edges of its columns from left to right, and of its rows from top to bottom.
    columns: Vec<f64>,
    rows: Vec<f64>,
}

impl Rulings {
    /// A path that is drawn.
    pub(super) fn draw(&mut self, path: &BezPath, transform: Affine, mode: &DrawMode) {
        let is_filled = matches!(mode, DrawMode::Fill(_));
        let (mut start, mut pen) = (Point::ORIGIN, Point::ORIGIN);
        let mut filled: Option<(Point, Point)> = None;
        for element in path.elements() {
            let to = match element {
                PathEl::MoveTo(to) | PathEl::LineTo(to) | PathEl::QuadTo(_, to) | PathEl::CurveTo(_, _, to) => {
                    transform * *to
                }
                PathEl::ClosePath => start,
            };
            if matches!(element, PathEl::MoveTo(_)) {
                self.fill(filled.take());
                start = to;
            } else if !is_filled && matches!(element, PathEl::LineTo(_) | PathEl::ClosePath) {
                self.line(pen, to);
            }
            if is_filled {
                let (least, most) = filled.unwrap_or((to, to));
                filled = Some((
                    Point::new(least.x.min(to.x), least.y.min(to.y)),
                    Point::new(most.x.max(to.x), most.y.max(to.y)),
                ));
            }
            pen = to;
        }
        self.fill(filled);
    }

    /// A filled box, by two corners: a line where it is thin.
    fn fill(&mut self, corners: Option<(Point, Point)>) {
        let Some((least, most)) = corners else { return };
        let (width, height) = (most.x - least.x, most.y - least.y);
        let middle = least.midpoint(most);
        if width <= THICKNESS && width < height {
            self.line(Point::new(middle.x, least.y), Point::new(middle.x, most.y));
        } else if height <= THICKNESS && height < width {
            self.line(Point::new(least.x, middle.y), Point::new(most.x, middle.y));
        }
    }

    fn line(&mut self, one: Point, other: Point) {
        let is_finite = one.is_finite() && other.is_finite();
        if !is_finite || self.vertical.len() + self.horizontal.len() > MOST_DRAWN {
            return;
        }
        let (width, height) = ((one.x - other.x).abs(), (one.y - other.y).abs());
        if width <= LEANING && height >= LEAST_LENGTH {
            self.vertical.push(Rule { at: one.x, from: one.y.min(other.y), to: one.y.max(other.y) });
        } else if height <= LEANING && width >= LEAST_LENGTH {
            self.horizontal.push(Rule { at: one.y, from: one.x.min(other.x), to: one.x.max(other.x) });
        }
    }

    /// The tables that the lines make: two columns and two rows at least.
    pub(super) fn grids(self) -> Vec<Grid> {
        if self.vertical.len() + self.horizontal.len() > MOST_DRAWN {
            return Vec::new();
        }
        let (vertical, horizontal) = (whole(self.vertical), whole(self.horizontal));
        if vertical.len() > MOST_RULES || horizontal.len() > MOST_RULES {
            return Vec::new();
        }
        together(&vertical, &horizontal).into_iter().filter_map(Grid::of).collect()
    }
}

/// Pieces that go on one another as one line each.
fn whole(mut pieces: Vec<Rule>) -> Vec<Rule> {
    pieces.sort_by(|one, other| one.at.total_cmp(&other.at));
    let mut rules: Vec<Rule> = Vec::new();
    let is_beside = |one: &Rule, next: &Rule| next.at - one.at <= THICKNESS / 2.0;
    for beside in pieces.chunk_by_mut(is_beside) {
        beside.sort_by(|one, other| one.from.total_cmp(&other.from));
        for piece in beside.iter() {
            match rules.last_mut() {
                Some(last)
                    if (last.at - piece.at).abs() <= MEETING
                        && piece.from <= last.to + MEETING
                        && last.from <= piece.from =>
                {
                    last.to = last.to.max(piece.to);
                }
                _ => rules.push(*piece),
            }
        }
    }
    rules
}

/// The lines that meet, directly or by others, in groups.
fn together(vertical: &[Rule], horizontal: &[Rule]) -> Vec<(Vec<Rule>, Vec<Rule>)> {
    let mut groups: Vec<(Vec<Rule>, Vec<Rule>)> = Vec::new();
    let mut free_vertical: Vec<Rule> = vertical.to_vec();
    let mut free_horizontal: Vec<Rule> = horizontal.to_vec();
    while let Some(first) = free_vertical.pop() {
        let mut group = (vec![first], Vec::new());
        // Lines whose neighbours are still to be looked for.
        let (mut n_vertical, mut n_horizontal) = (0, 0);
        while n_vertical < group.0.len() || n_horizontal < group.1.len() {
            if let Some(rule) = group.0.get(n_vertical).copied() {
                n_vertical += 1;
                group.1.extend(free_horizontal.extract_if(.., |other| meet(&rule, other)));
            } else if let Some(rule) = group.1.get(n_horizontal).copied() {
                n_horizontal += 1;
                group.0.extend(free_vertical.extract_if(.., |other| meet(other, &rule)));
            }
        }
        groups.push(group);
    }
    groups
}

fn meet(vertical: &Rule, horizontal: &Rule) -> bool {
    horizontal.covers(vertical.at) && vertical.covers(horizontal.at)
}

impl Grid {
    fn of((vertical, horizontal): (Vec<Rule>, Vec<Rule>)) -> Option<Self> {
        // A table may be open at its sides.
        let columns = edges(&vertical, &horizontal);
        let rows = edges(&horizontal, &vertical);
        (columns.len() > 2 && rows.len() > 2).then_some(Self { vertical, horizontal, columns, rows })
    }

    pub(super) fn n_columns(&self) -> usize {
        self.columns.len() - 1
    }

    /// The cell that a point lies in; a merged one is the first of those it was merged from.
    pub(super) fn cell(&self, point: Point) -> Option<Cell> {
        let is_within = |edges: &[f64], place: f64| {
            edges.first().is_some_and(|first| *first <= place) && edges.last().is_some_and(|last| place <= *last)
        };
        if !is_within(&self.columns, point.x) || !is_within(&self.rows, point.y) {
            return None;
        }
        let column = before(&self.vertical, point.x, point.y, &self.columns);
        let row = before(&self.horizontal, point.y, point.x, &self.rows);
        Some((row, column))
    }
}

/// Where lines stand and where those across them end: the edges of columns, or of rows, in order.
fn edges(rules: &[Rule], across: &[Rule]) -> Vec<f64> {
    let mut edges: Vec<f64> = rules.iter().map(|rule| rule.at).collect();
    edges.extend(across.iter().map(|rule| rule.from).reduce(f64::min));
    edges.extend(across.iter().map(|rule| rule.to).reduce(f64::max));
    edges.sort_by(f64::total_cmp);
    edges.dedup_by(|next, last| *next - *last <= MEETING);
    edges
}

/// The place among `edges` of the last line before `place` that stands there, at `across` on the other axis.
fn before(rules: &[Rule], place: f64, across: f64, edges: &[f64]) -> usize {
    let found = rules.iter().filter(|rule| rule.at <= place && rule.from <= across && across <= rule.to);
    let at = found.map(|rule| rule.at).reduce(f64::max);
    let edge = at.map_or(0, |at| edges.partition_point(|edge| *edge <= at).saturating_sub(1));
    edge.min(edges.len().saturating_sub(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ruled(lines: &[[f64; 4]]) -> Vec<Grid> {
        let mut rulings = Rulings::default();
        for [x0, y0, x1, y1] in lines {
            rulings.line(Point::new(*x0, *y0), Point::new(*x1, *y1));
        }
        rulings.grids()
    }

    #[test]
    fn a_merged_cell_is_the_first_of_those_it_was_merged_from() {
        // Two rows and three columns; the upper right two cells are one.
        let grids = ruled(&[
            [0.0, 0.0, 300.0, 0.0],
            [0.0, 20.0, 300.0, 20.0],
            [0.0, 40.0, 300.0, 40.0],
            [0.0, 0.0, 0.0, 40.0],
            [100.0, 0.0, 100.0, 40.0],
            [200.0, 20.0, 200.0, 40.0],
            [300.0, 0.0, 300.0, 40.0],
        ]);
        assert_eq!(grids.len(), 1);
        let cell = |x, y| grids[0].cell(Point::new(x, y));
        assert_eq!(
            [cell(50.0, 10.0), cell(250.0, 10.0), cell(250.0, 30.0)],
            [Some((0, 0)), Some((0, 1)), Some((1, 2))]
        );
        assert_eq!(cell(50.0, 50.0), None);
    }

    #[test]
    fn a_frame_and_a_line_between_columns_of_text_are_no_table() {
        let frame =
            [[0.0, 0.0, 500.0, 0.0], [0.0, 700.0, 500.0, 700.0], [0.0, 0.0, 0.0, 700.0], [500.0, 0.0, 500.0, 700.0]];
        assert!(ruled(&frame).is_empty());
        assert!(ruled(&[[0.0, 0.0, 500.0, 0.0], [250.0, 0.0, 250.0, 700.0], [0.0, 700.0, 500.0, 700.0]]).is_empty());
    }
}
