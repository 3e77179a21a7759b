//! What the reports of one poll tell of their site: whether they can be read as its file says.
//!
//! In: what became of each. Out: when so many failed that the poll is given up; a verdict when all are read, and what is
//! usual of them. Never: a site that is called broken for a few reports that are amiss as they were, while others come as
//! ever; or one whose new reports can no longer be read passed over in silence.

use std::ops::Add;

use super::others;
use super::read::{Came, First, Read};
use super::visit::{Halt, Visit};
use crate::change::drift::{self, Broken, ReadAs, UsualReports};
use crate::change::fingerprint;
use crate::error::{Class, Failure, Stage};
use crate::model::Capture;
use crate::store::EvidenceRecord;

/// Reports in a row that fail by timeouts and 5xx before the poll is given up: the portal is down, not one page.
const MOST_TRANSIENT: u32 = 5;
/// Reports in a row that are refused before the poll is given up: the portal refuses us, not one page.
const MOST_BLOCKED: u32 = 3;
/// Fewest reports of which most must be unreadable before the site file is doubted, and not the reports.
pub(super) const LEAST_UNREADABLE: u32 = 3;

/// What became of the reports of one poll.
#[derive(Default)]
pub(super) struct Reads {
    /// Those that were well when they were last asked for, or never were asked for.
    fresh: Tried,
    /// Those that were amiss then and are as they were.
    stuck: Tried,
    /// Whether one came as a report should.
    has_come: bool,
    /// Whether those that were amiss are left to the next poll: several in a row did not come.
    has_given_up: bool,
    /// Those that could not be read as the site file says when they were asked for first, and the last of their failures.
    unread: (u32, Option<Failure>),
    /// Those among the news that could not be read since news could be: in this poll, or in ones before.
    n_since_news: u32,
    n_dead_selectors: u32,
    /// Whether something was withheld.
    has_withheld: bool,
    /// Reports that led nowhere though they are listed.
    n_dead_links: u32,
    /// Pages that were read as the site file says.
    n_by_selectors: usize,
    n_by_row: u32,
    /// Failures in a row of one class; pages that are gone are none.
    in_row: Option<(Class, u32)>,
    /// The last failure that tells of the site.
    last_failure: Option<Failure>,
    /// How those were read that were read for the first time.
    first_read: Vec<ReadAs>,
    /// The last page that shows something wrong, and the last one read for the first time.
    pages: (Option<Capture>, Option<Capture>),
}

/// Reports that were asked for.
#[derive(Debug, Clone, Copy, Default)]
struct Tried {
    n: u32,
    n_unreadable: u32,
    n_doubtful: u32,
}

impl Add for Tried {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            n: self.n + other.n,
            n_unreadable: self.n_unreadable + other.n_unreadable,
            n_doubtful: self.n_doubtful + other.n_doubtful,
        }
    }
}

/// What is wrong with the reports as a whole.
struct Fault {
    failure: Failure,
    of: Of,
}

/// What a fault is one of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    /// The portal, or these reports alone: others may show which.
    Reports,
    /// How new reports are built: others, which were known before, show nothing of that.
    NewReports,
    /// Selectors of the site file.
    Selectors,
}

impl Reads {
    /// Whether the reports as a whole can be read as the site file says. Where they cannot, the page that shows it is
    /// kept; else what is usual is learnt of them. **Errors**: the store's, beside the verdict.
    pub(super) async fn judged(mut self, visit: &Visit<'_>) -> Result<Result<(), Halt>, Halt> {
        let (wrong, fresh) = std::mem::take(&mut self.pages);
        let has_dead_selector = self.n_dead_selectors > 0;
        let n_by_selectors = if has_dead_selector { 0 } else { self.n_by_selectors };
        let fault = match self.fault(visit) {
            None if self.has_withheld || visit.before.is_broken => {
                others::fault(visit).await?.map(|failure| Fault { failure, of: Of::Reports })
            }
            fault => fault,
        };
        let (verdict, page) = match fault {
            None => (drifted(visit, &self.first_read, n_by_selectors).await?, fresh),
            Some(fault) => {
                if let Some(broken) = self.lasting(&fault) {
                    keep_broken(visit, broken).await?;
                }
                (Err(Halt::Failed(fault.failure)), wrong)
            }
        };
        if let (Err(Halt::Failed(failure)), Some(capture)) = (&verdict, page)
            && failure.class == Class::Layout
        {
            keep_evidence(visit, failure, capture, has_dead_selector).await?;
        }
        Ok(verdict)
    }

    /// Whether the poll would fail by a few reports, of which it may be that they alone are amiss.
    pub(super) fn are_in_doubt(&self, visit: &Visit<'_>) -> bool {
        self.fault(visit).is_some_and(|fault| fault.of == Of::Reports)
    }

    /// Whether most of the few reports that were read lead nowhere though they are listed: others show whether the portal
    /// has lost them all.
    pub(super) fn are_mostly_dead(&self) -> bool {
        /// Read reports that tell by themselves.
        const ENOUGH: u32 = 8;
        let n = self.fresh.n + self.stuck.n;
        self.n_dead_links * 2 > n && n < ENOUGH
    }

    /// Whether a site that failed has yet to show that it can be read, before that is asked of reports that were amiss.
    pub(super) fn must_be_proven(&self, visit: &Visit<'_>) -> bool {
        visit.before.failures > 0 && !self.has_come
    }

    /// Whether reports that were amiss are left to the next poll.
    pub(super) fn have_given_up(&self) -> bool {
        self.has_given_up
    }

    /// What tells of the site: of one that was well, or of which others come, what was amiss before tells nothing new.
    fn telling(&self, visit: &Visit<'_>) -> Tried {
        if self.must_be_proven(visit) { self.fresh + self.stuck } else { self.fresh }
    }

    fn fault(&self, visit: &Visit<'_>) -> Option<Fault> {
        let Tried { n: of, n_unreadable, n_doubtful } = self.telling(visit);
        let is_most = |n: u32, of: u32| n >= LEAST_UNREADABLE && n * 2 > of;
        if is_most(n_unreadable, of) {
            let (n_unread, unread) = &self.unread;
            let unread = unread.clone().filter(|_| *n_unread >= LEAST_UNREADABLE);
            let kind = if unread.is_some() { Of::NewReports } else { Of::Reports };
            if let Some(last) = unread.or_else(|| self.last_failure.clone()) {
                let reason = format!("{n_unreadable} of {of} reports could not be read: {}", last.reason);
                return Some(Fault { failure: Failure { reason, ..last }, of: kind });
            }
        }
        let is_none_read = self.first_read.is_empty() && self.n_since_news >= LEAST_UNREADABLE;
        if let Some(last) = self.unread.1.clone().filter(|_| is_none_read) {
            let reason = format!("none of the last {} new reports could be read: {}", self.n_since_news, last.reason);
            return Some(Fault { failure: Failure { reason, ..last }, of: Of::NewReports });
        }
        let unlike = |reason, of| Some(Fault { failure: Failure::new(Class::Layout, Stage::Extract, reason), of });
        let (n_dead, of_all) = (self.n_dead_selectors, self.fresh.n + self.stuck.n);
        if is_most(n_dead, of_all) {
            let what = "finds nothing on";
            let reason =
                format!("`title` or `body` of [report] {what} {n_dead} of {of_all} reports; they were read without it");
            return unlike(reason, Of::Selectors);
        }
        if is_most(n_doubtful, of) {
            let reason = format!(
                "{n_doubtful} of {of} reports look unlike themselves (error pages, most of the text gone, or the \
                     text of others)"
            );
            return unlike(reason, Of::Reports);
        }
        None
    }

    /// What is remembered of a fault of the site file, until reports are read as it says.
    fn lasting(&self, Fault { failure, of }: &Fault) -> Option<Broken> {
        let reason = failure.reason.clone();
        match (failure.class, of) {
            (Class::Layout, Of::NewReports) => Some(Broken::until_one_is_well(reason)),
            (Class::Layout, _) if self.n_dead_selectors > 0 => {
                Some(Broken { reason, is_of_selectors: true, n_well: 0 })
            }
            _ => None,
        }
    }

    /// Says once a poll what cannot be read by our own rules.
    pub(super) fn hint(&self, visit: &Visit<'_>) {
        if self.n_by_row > 0 {
            tracing::warn!(
                site = %visit.site.id,
                "{} reports live on hosts that `fetch.hosts` does not name, are forbidden by robots.txt, or are shown by \
                 a script that goes by what stands behind the # (`render = \"browser\"`); only their rows are known",
                self.n_by_row
            );
        }
    }

    /// Notes one report. **Errors**: enough failures in a row to give up the poll.
    pub(super) fn note(&mut self, visit: &Visit<'_>, read: Read) -> Result<(), Halt> {
        let is_amiss = matches!(read.came, Came::InDoubt | Came::Failed(_));
        let is_stuck = read.was_amiss && is_amiss;
        let tried = if is_stuck { &mut self.stuck } else { &mut self.fresh };
        tried.n += u32::from(!matches!(read.came, Came::Unasked { .. }));
        tried.n_doubtful += u32::from(matches!(read.came, Came::InDoubt));
        self.has_come |= matches!(read.came, Came::Well);
        self.has_withheld |= matches!(read.came, Came::InDoubt | Came::Missed);
        self.n_dead_links += u32::from(read.is_dead_link);
        self.n_dead_selectors += u32::from(read.has_dead_selector);
        self.n_by_selectors += usize::from(read.is_by_selectors());
        self.n_by_row += u32::from(matches!(read.came, Came::Unasked { is_left: false }));
        if read.shown.is_some() {
            self.pages.1.clone_from(&read.page);
        }
        if (is_amiss || read.has_dead_selector) && read.page.is_some() {
            self.pages.0 = read.page;
        }
        self.first_read.extend(read.shown);
        let Came::Failed(failure) = read.came else {
            self.in_row = None;
            return Ok(());
        };
        tracing::warn!(site = %visit.site.id, url = failure.url, "not read: {}", failure.reason);
        // One dead page says nothing of the others, nor of the site.
        if failure.class == Class::Gone {
            self.in_row = None;
            return Ok(());
        }
        if failure.class == Class::Layout && read.first != First::No {
            self.unread = (self.unread.0 + u32::from(!is_stuck), Some(failure.clone()));
            let is_since_news = |at| visit.before.last_news_at.is_none_or(|news_at| at > news_at);
            self.n_since_news += u32::from(matches!(read.first, First::News(at) if is_since_news(at)));
        }
        self.failed(visit, failure, is_stuck)
    }

    fn failed(&mut self, visit: &Visit<'_>, failure: Failure, is_stuck: bool) -> Result<(), Halt> {
        let tried = if is_stuck { &mut self.stuck } else { &mut self.fresh };
        tried.n_unreadable += 1;
        let n_before = self.in_row.map_or(0, |(class, n)| if class == failure.class { n } else { 0 });
        self.in_row = Some((failure.class, n_before + 1));
        let is_enough = match failure.class {
            Class::Blocked => n_before + 1 >= MOST_BLOCKED,
            Class::Transient => n_before + 1 >= MOST_TRANSIENT,
            Class::Gone | Class::Layout | Class::Config | Class::Bug => false,
        };
        match (is_enough, is_stuck && !self.must_be_proven(visit)) {
            (true, true) => self.give_up(visit),
            (true, false) => return Err(Halt::Failed(failure)),
            (false, true) => {}
            (false, false) => self.last_failure = Some(failure),
        }
        Ok(())
    }

    /// Leaves reports that were amiss to the next poll.
    pub(super) fn give_up(&mut self, visit: &Visit<'_>) {
        tracing::info!(site = %visit.site.id, "the reports that failed before are left to the next poll");
        self.has_given_up = true;
    }
}

/// Whether the reports that were read for the first time are what those of the site usually are. Where they were not, a
/// poll that reads too few to tell is no recovery.
async fn drifted(visit: &Visit<'_>, first_read: &[ReadAs], n_by_selectors: usize) -> Result<Result<(), Halt>, Halt> {
    let failed = |reason| Ok(Err(Halt::Failed(Failure::new(Class::Layout, Stage::Extract, reason))));
    let (store, rules) = (&visit.world.store, fingerprint::rules(visit.site.rules));
    let usual = store.usual_reports(&visit.site.id).await?;
    if let Some(what) = drift::judge_reports(usual.as_ref(), rules, first_read) {
        let reason = format!("{what}; check [report], or ask `govwatch repair` what it should be");
        keep_broken(visit, Broken { reason: reason.clone(), is_of_selectors: false, n_well: 0 }).await?;
        return failed(reason);
    }
    let usual = usual.filter(|usual| usual.rules == rules);
    if let Some(broken) = usual.as_ref().and_then(|usual| usual.still_broken(first_read, n_by_selectors)) {
        let reason = broken.reason.clone();
        keep_broken(visit, broken).await?;
        return failed(reason);
    }
    let well = usual.clone().map(|usual| UsualReports { broken: None, ..usual });
    let learnt = drift::learnt_reports(well, rules, first_read);
    if let Some(learnt) = learnt.filter(|learnt| usual.as_ref() != Some(learnt)) {
        store.keep_usual_reports(&visit.site.id, learnt).await?;
    }
    Ok(Ok(()))
}

/// Remembers what is wrong with the reports of the site, until they are well or its file is another one.
async fn keep_broken(visit: &Visit<'_>, broken: Broken) -> Result<(), Halt> {
    let (store, rules) = (&visit.world.store, fingerprint::rules(visit.site.rules));
    let before = store.usual_reports(&visit.site.id).await?;
    let usual = before.clone().filter(|usual| usual.rules == rules).unwrap_or_else(|| UsualReports::anew(rules));
    let usual = UsualReports { broken: Some(broken), waiting: Vec::new(), ..usual };
    if before.as_ref() != Some(&usual) {
        store.keep_usual_reports(&visit.site.id, usual).await?;
    }
    Ok(())
}

/// Keeps a page of a report as evidence against the site file.
async fn keep_evidence(
    visit: &Visit<'_>,
    failure: &Failure,
    capture: Capture,
    has_dead_selector: bool,
) -> Result<(), Halt> {
    let body = visit.site.report.body.first().map(|query| ("report.body".to_owned(), query.as_str().to_owned()));
    let title = || visit.site.report.title.first().map(|query| ("report.title".to_owned(), query.as_str().to_owned()));
    let record = EvidenceRecord {
        site: visit.site.id.clone(),
        listing: None,
        poll: visit.poll,
        stage: failure.stage,
        selector: body.or_else(title).filter(|_| has_dead_selector),
        reason: failure.reason.clone(),
        capture,
        now: visit.world.clock.now(),
    };
    visit.world.store.record_evidence(record).await?;
    Ok(())
}
