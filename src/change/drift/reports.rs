//! Drift of reports: those that one poll read for the first time against what the reports of the site usually are.
//!
//! In: [`UsualReports`] and how each was read. Out: what is wrong, in words. Never: a report that was known; that one is
//! compared with itself.

use serde::{Deserialize, Serialize};

use super::hundredths;
use crate::model::Hash;

/// Fewest reports that say anything of the site: three short notices do come on one day.
const LEAST_REPORTS: usize = 4;
/// In hundredths: reports date themselves always where so many did. Some pages of any portal state no day that exists.
const ALWAYS: f64 = 98.0;
/// A text has collapsed below one in so many of the usual length.
const COLLAPSED_TO_ONE_IN: f64 = 5.0;
/// Templates that a site is known to have: departments and columns have their own.
const MOST_LAYOUTS: usize = 16;
/// Reports that the usual length is the mean of; after so many, older ones count less.
const MOST_COUNTED: u32 = 64;

/// What the reports of a site usually are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UsualReports {
    /// The rules that read them; by others everything is learnt anew.
    pub rules: Hash,
    /// Reports that it was learnt from, up to a number after which older ones count less.
    pub n_reports: u32,
    /// The mean of the logarithms of their lengths: one long report must not make all others short.
    pub log_chars: f64,
    /// Those whose page dates itself, in hundredths.
    pub dated: f64,
    /// What their texts stand in, the latest last.
    pub layouts: Vec<Hash>,
    /// What was found wrong with them, until enough were well again.
    #[serde(default)]
    pub broken: Option<Broken>,
    /// Reports that are too few to tell and mostly not as usual: they are judged with the next ones. A portal that shows a
    /// notice a day is built anew as well as one that shows ten.
    #[serde(default)]
    pub waiting: Vec<ReadAs>,
}

/// What is wrong with the reports of a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Broken {
    /// As it is told to operators.
    pub reason: String,
    /// Whether selectors of the site file found nothing: then every report that is read tells, not only new ones.
    pub is_of_selectors: bool,
    /// Reports that were well since, without one between them that was not.
    pub n_well: usize,
}

impl Broken {
    /// Of new reports that cannot be read: the first one that can shows that it is over.
    pub fn until_one_is_well(reason: String) -> Self {
        Self { reason, is_of_selectors: false, n_well: LEAST_REPORTS - 1 }
    }
}

impl UsualReports {
    /// Nothing is usual yet.
    pub fn anew(rules: Hash) -> Self {
        Self { rules, n_reports: 0, log_chars: 0.0, dated: 0.0, layouts: Vec::new(), broken: None, waiting: Vec::new() }
    }

    /// Whether a report says nowhere when it was published, where all did.
    fn is_undated(&self, report: &ReadAs) -> bool {
        self.dated >= ALWAYS && !report.has_date
    }

    /// Whether a report has next to no text and stands in elements in which none stood before.
    fn has_collapsed(&self, report: &ReadAs) -> bool {
        let is_redrawn = report.layout.is_none_or(|layout| !self.layouts.contains(&layout));
        is_redrawn && as_f64(report.n_chars) * COLLAPSED_TO_ONE_IN < self.log_chars.exp()
    }

    fn is_odd(&self, report: &ReadAs) -> bool {
        self.n_reports as usize >= LEAST_REPORTS && (self.is_undated(report) || self.has_collapsed(report))
    }

    /// What is still wrong after these reports: those that were read for the first time, and how many were read by the
    /// selectors of the site file. `None`: enough of them were well.
    pub fn still_broken(&self, first_read: &[ReadAs], n_by_selectors: usize) -> Option<Broken> {
        let broken = self.broken.as_ref()?;
        let is_well = |report: &ReadAs| !self.is_odd(report);
        let n_well = match broken.is_of_selectors {
            true => broken.n_well + n_by_selectors,
            false if first_read.iter().all(is_well) => broken.n_well + first_read.len(),
            false => 0,
        };
        (n_well < LEAST_REPORTS).then(|| Broken { n_well, ..broken.clone() })
    }
}

/// How a report was read for the first time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadAs {
    /// Characters of its body.
    pub n_chars: usize,
    /// Whether its page says when it was published, and not only its row.
    pub has_date: bool,
    /// What its text stands in.
    pub layout: Option<Hash>,
}

/// What is wrong with these reports as a whole; `None`: nothing, or they are too few to tell.
pub fn judge(usual: Option<&UsualReports>, rules: Hash, read: &[ReadAs]) -> Option<String> {
    let usual = usual.filter(|usual| usual.rules == rules && usual.n_reports as usize >= LEAST_REPORTS)?;
    let read = [usual.waiting.as_slice(), read].concat();
    let is_most = |n: usize| n >= LEAST_REPORTS && n * 2 > read.len();
    let n_undated = read.iter().filter(|report| usual.is_undated(report)).count();
    if is_most(n_undated) {
        let of = read.len();
        return Some(format!("{n_undated} of {of} new reports say nowhere when they were published; all did before"));
    }
    let usual_chars = usual.log_chars.exp();
    let n_collapsed = read.iter().filter(|report| usual.has_collapsed(report)).count();
    is_most(n_collapsed).then(|| {
        let of = read.len();
        format!("{n_collapsed} of {of} new reports have next to no text, where {usual_chars:.0} characters are usual")
    })
}

/// What is usual after these reports. Few that are mostly odd teach nothing yet.
pub fn learnt(usual: Option<UsualReports>, rules: Hash, read: &[ReadAs]) -> Option<UsualReports> {
    let usual = usual.filter(|usual| usual.rules == rules);
    if read.is_empty() {
        return usual;
    }
    let mut usual = usual.unwrap_or_else(|| UsualReports::anew(rules));
    let read = [std::mem::take(&mut usual.waiting).as_slice(), read].concat();
    let n_odd = read.iter().filter(|report| usual.is_odd(report)).count();
    if n_odd < LEAST_REPORTS && n_odd * 2 > read.len() {
        return Some(UsualReports { waiting: read, ..usual });
    }
    Some(read.iter().fold(usual, |mut usual, report| {
        usual.n_reports = usual.n_reports.saturating_add(1).min(MOST_COUNTED);
        let part = 1.0 / f64::from(usual.n_reports);
        let towards = |mean: f64, value: f64| mean + (value - mean) * part;
        usual.log_chars = towards(usual.log_chars, as_f64(report.n_chars.max(1)).ln());
        usual.dated = towards(usual.dated, f64::from(hundredths(usize::from(report.has_date), 1)));
        if let Some(layout) = report.layout {
            usual.layouts.retain(|known| *known != layout);
            usual.layouts.push(layout);
            let n_many = usual.layouts.len().saturating_sub(MOST_LAYOUTS);
            usual.layouts.drain(..n_many);
        }
        usual
    }))
}

/// Lengths of texts are far below what a float holds exactly.
fn as_f64(n: usize) -> f64 {
    u32::try_from(n).map_or(f64::MAX, f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(n_chars: usize, has_date: bool, layout: &str) -> ReadAs {
        ReadAs { n_chars, has_date, layout: Some(Hash::of(layout.as_bytes())) }
    }

    fn told(read: &[ReadAs]) -> Option<String> {
        let rules = Hash::of(b"rules");
        let usual: Vec<ReadAs> = (0..30).map(|n| report(1_000 + n * 100, true, "TRS_Editor")).collect();
        judge(learnt(None, rules, &usual).as_ref(), rules, read)
    }

    #[test]
    fn texts_that_collapse_in_another_template_are_told_and_short_notices_are_not() {
        assert!(told(&[report(40, true, "app"); 4]).is_some_and(|words| words.contains("4 of 4")));
        assert_eq!(told(&[report(40, true, "TRS_Editor"); 4]), None, "the template is the usual one");
        assert_eq!(told(&[report(40, true, "app"); 3]), None, "three are no site");
        assert_eq!(told(&[report(900, true, "app"); 9]), None, "the layout alone");
    }

    #[test]
    fn a_few_odd_reports_a_poll_are_told_together_and_are_not_learnt() {
        let rules = Hash::of(b"rules");
        let usual: Vec<ReadAs> = (0..30).map(|n| report(1_000 + n * 100, true, "TRS_Editor")).collect();
        let before = learnt(None, rules, &usual).expect("learnt");
        let poll = |usual: &UsualReports, read: &[ReadAs]| {
            assert_eq!(judge(Some(usual), rules, read), None);
            learnt(Some(usual.clone()), rules, read).expect("learnt")
        };
        let odd = report(40, false, "app");
        let waiting = poll(&poll(&before, &[odd]), &[odd, odd]);
        assert_eq!((waiting.dated, waiting.log_chars), (before.dated, before.log_chars), "nothing is learnt of them");
        assert_eq!(judge(Some(&waiting), rules, &[]), None, "they are told with the next one");
        assert!(judge(Some(&waiting), rules, &[odd]).is_some_and(|words| words.contains("4 of 4")));
        let well = poll(&waiting, &[report(1_500, true, "TRS_Editor"); 4]);
        assert_eq!(well.waiting, [], "most were well: the others were short notices");
        assert_eq!(judge(Some(&well), rules, &[odd]), None);
    }

    #[test]
    fn dates_that_all_pages_had_are_missed() {
        assert!(told(&[report(1_500, false, "TRS_Editor"); 5]).is_some_and(|words| words.contains("published")));
        let mixed = [[report(1_500, false, "TRS_Editor"); 4], [report(1_500, true, "TRS_Editor"); 4]].concat();
        assert_eq!(told(&mixed), None, "half is not most");
        let rules = Hash::of(b"rules");
        let mostly: Vec<ReadAs> = (0..30).map(|n| report(1_500, n % 10 > 0, "TRS_Editor")).collect();
        let undated = [report(1_500, false, "TRS_Editor"); 5];
        assert_eq!(judge(learnt(None, rules, &mostly).as_ref(), rules, &undated), None, "some never had one");
    }

    #[test]
    fn what_is_broken_stays_so_until_enough_reports_in_a_row_are_well() {
        let rules = Hash::of(b"rules");
        let usual: Vec<ReadAs> = (0..30).map(|_| report(1_500, true, "TRS_Editor")).collect();
        let usual = learnt(None, rules, &usual).expect("learnt");
        let broken = |n_well| Broken { reason: "no text".to_owned(), is_of_selectors: false, n_well };
        let after = |n_well, read: &[ReadAs]| {
            let usual = UsualReports { broken: Some(broken(n_well)), ..usual.clone() };
            usual.still_broken(read, 9)
        };
        assert_eq!(after(0, &[]), Some(broken(0)), "no report shows nothing");
        assert_eq!(after(1, &[report(900, true, "TRS_Editor"); 2]), Some(broken(3)));
        assert_eq!(after(3, &[report(900, true, "TRS_Editor"), report(9, true, "app")]), Some(broken(0)));
        assert_eq!(after(2, &[report(900, true, "app"); 2]), None);
        let selectors = Broken { is_of_selectors: true, ..broken(1) };
        let usual = UsualReports { broken: Some(selectors.clone()), ..usual };
        assert_eq!(usual.still_broken(&[], 2), Some(Broken { n_well: 3, ..selectors }));
        assert_eq!(usual.still_broken(&[], 3), None, "known reports tell of selectors too");
    }

    #[test]
    fn nothing_is_usual_at_first_and_by_other_rules() {
        let rules = Hash::of(b"rules");
        assert_eq!(judge(None, rules, &[report(1, false, "x"); 9]), None);
        let usual = learnt(None, rules, &[report(1_000, true, "x"); 9]);
        assert_eq!(judge(usual.as_ref(), Hash::of(b"other"), &[report(1, false, "y"); 9]), None);
        assert_eq!(learnt(usual.clone(), rules, &[]), usual);
    }
}
