//! How long after the due day reports appeared: a small plot, a line a year, a mark an office.
//!
//! In: days between due day and appearance. Out: marks for an SVG, and the same in words. Never: a mark told by colour
//! alone, or one left out because it is far off; it stands at the edge and says how far.

use crate::change::obligation::CoverageState;

/// Days that the plot spans; what is farther off stands at its edge.
const FIRST_DAY: i32 = -90;
const LAST_DAY: i32 = 365;
/// Sizes in the units of its view box.
const WIDTH: i32 = 640;
const LEFT: i32 = 44;
const LINE: i32 = 26;
const TOP: i32 = 16;
/// Marks of one line that stand under each other before they cover one another.
const STACK: i32 = 4;
const STACK_STEP: i32 = 4;

/// One office in one year.
pub(super) struct Point {
    pub(super) year: i16,
    pub(super) days: i32,
    pub(super) state: CoverageState,
    pub(super) said: String,
    pub(super) href: String,
}

/// The plot.
pub(super) struct Lag {
    pub(super) lines: Vec<(i32, i16)>,
    pub(super) ticks: Vec<(i32, i32)>,
    pub(super) marks: Vec<Mark>,
    pub(super) width: i32,
    pub(super) height: i32,
    pub(super) left: i32,
    pub(super) due: i32,
}

/// A mark.
pub(super) struct Mark {
    pub(super) x: i32,
    pub(super) y: i32,
    /// Whether nothing was published: a hollow square, where the others are full circles.
    pub(super) is_missing: bool,
    pub(super) state: &'static str,
    pub(super) said: String,
    pub(super) href: String,
}

fn x(days: i32) -> i32 {
    LEFT + (days.clamp(FIRST_DAY, LAST_DAY) - FIRST_DAY) * (WIDTH - LEFT - 8) / (LAST_DAY - FIRST_DAY)
}

/// The plot of these points; `None` where there are none.
pub(super) fn plot(points: &[Point], years: &[i16]) -> Option<Lag> {
    if points.is_empty() {
        return None;
    }
    let lines: Vec<(i32, i16)> = (0..).map(|n| TOP + n * LINE).zip(years.iter().copied()).collect();
    let mut marks = Vec::with_capacity(points.len());
    for (y, year) in &lines {
        let mut here: Vec<&Point> = points.iter().filter(|point| point.year == *year).collect();
        here.sort_by_key(|point| point.days);
        for (n, point) in (0..).zip(here) {
            marks.push(Mark {
                x: x(point.days),
                y: y - (n % STACK) * STACK_STEP + STACK_STEP,
                is_missing: point.state == CoverageState::Overdue,
                state: point.state.as_str(),
                said: point.said.clone(),
                href: point.href.clone(),
            });
        }
    }
    let height = TOP + LINE * i32::try_from(lines.len()).unwrap_or(0);
    let ticks = [-60, 0, 30, 90, 180, 365].map(|days| (x(days), days));
    Some(Lag { lines, ticks: ticks.into(), marks, width: WIDTH, height, left: LEFT, due: x(0) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_office_has_its_mark_and_the_farthest_stand_at_the_edge() {
        let point = |year, days, state| Point { year, days, state, said: days.to_string(), href: String::new() };
        let points = vec![
            point(2025, -3, CoverageState::OnTime),
            point(2025, 4000, CoverageState::Overdue),
            point(2024, 12, CoverageState::Late),
        ];
        let lag = plot(&points, &[2025, 2024]).unwrap();
        assert_eq!(lag.marks.len(), 3);
        assert!(lag.marks[0].x < lag.due && lag.marks[1].x == x(LAST_DAY) && lag.marks[1].is_missing);
        assert!(lag.marks[2].x > lag.due && lag.marks[2].y > lag.marks[0].y);
        assert!(plot(&[], &[2025]).is_none());
    }
}
