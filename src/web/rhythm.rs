//! The publication rhythm of a site: how many reports it dates into each month, as a small plot.
//!
//! In: counts by month. Out: bars for an SVG, and the same in words. Never: a month left out, as if nothing were missing.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::store::MonthCount;

/// Months that are shown: three years show a habit.
pub(super) const MONTHS: i64 = 36;
/// Size of the plot, in the units of its view box.
const BAR_WIDTH: u64 = 8;
const STEP: u64 = 10;
const HEIGHT: u64 = 64;

/// The plot.
pub(super) struct Rhythm {
    pub(super) bars: Vec<Bar>,
    pub(super) width: u64,
    pub(super) height: u64,
    pub(super) most: u64,
    /// Where each January stands, and its year.
    pub(super) years: Vec<(u64, i16)>,
}

/// One month.
pub(super) struct Bar {
    pub(super) x: u64,
    pub(super) y: u64,
    pub(super) width: u64,
    pub(super) height: u64,
    pub(super) said: String,
}

/// The first of the months that are shown on a day.
pub(super) fn first_month(today: Date) -> Date {
    today.first_of_month().saturating_sub((MONTHS - 1).months())
}

/// The plot of these counts; `None` where no month has a report.
pub(super) fn plot(counts: &[MonthCount], today: Date) -> Option<Rhythm> {
    let first = first_month(today);
    let months: Vec<(Date, u64)> = (0..MONTHS)
        .map(|n| {
            let month = first.saturating_add(n.months());
            (month, counts.iter().find(|count| count.month == month).map_or(0, |count| count.n_reports))
        })
        .collect();
    let most = months.iter().map(|(_, n)| *n).max().filter(|most| *most > 0)?;
    let bar = |(x, (month, n)): (u64, &(Date, u64))| {
        // One report must be seen beside a thousand.
        let height = if *n == 0 { 0 } else { (HEIGHT * n / most).max(2) };
        let said = format!("{}: {n}", month.strftime("%Y-%m"));
        Bar { x, y: HEIGHT - height, width: BAR_WIDTH, height, said }
    };
    let places = || (0..).step_by(usize::try_from(STEP).unwrap_or(1));
    let years = places().zip(&months).filter(|(_, (month, _))| month.month() == 1);
    Some(Rhythm {
        years: years.map(|(x, (month, _))| (x, month.year())).collect(),
        bars: places().zip(&months).map(bar).collect(),
        width: STEP * months.len() as u64,
        height: HEIGHT,
        most,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn every_month_has_its_place_and_the_fullest_is_the_highest() {
        let today = date(2026, 11, 26);
        let count = |month, n_reports| MonthCount { month, n_reports };
        let rhythm = plot(&[count(date(2024, 1, 1), 1), count(date(2026, 11, 1), 400)], today).unwrap();
        assert_eq!((first_month(today), rhythm.bars.len(), rhythm.most), (date(2023, 12, 1), 36, 400));
        let heights = [0, 1, 2, 35].map(|at| rhythm.bars[at].height);
        assert_eq!(heights, [0, 2, 0, HEIGHT]);
        assert_eq!(rhythm.bars[1].said, "2024-01: 1");
        assert_eq!(rhythm.years, [(10, 2024), (130, 2025), (250, 2026)]);
    }

    #[test]
    fn a_site_without_dates_has_no_plot() {
        assert!(plot(&[], date(2026, 11, 26)).is_none());
    }
}
