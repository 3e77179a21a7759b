//! Where a walk ends: at the last page, on known ground, at a pager that goes round, or where it was made to stop.
//!
//! In: a page that was kept. Out: how far the walk got, or that it goes on. Never: an end that the listing's own numbers
//! speak against.

use jiff::{SignedDuration, Timestamp};

use super::super::tied;
use super::super::visit::{Halt, Visit};
use super::course::{self, Course};
use super::open::OpenWalk;
use super::{DAILY, WEEKLY};
use crate::config::{Format, Pagination};
use crate::error::{Class, Failure, Stage};
use crate::model::ListingPage;
use crate::store::{PageRecorded, Reach, Stands, WholeWalk};

/// Pages in a row that show nothing which this walk has not shown before: then the pager goes round. One such page is
/// usual, since the first page of Hanweb's dataproxy repeats the rows that stand in the listing itself.
const MOST_STALE: usize = 2;
/// A listing lacks rows where more than one in so many of those that it states was not shown: a few may be hidden or
/// counted twice.
const MOST_MISSING_IN: u64 = 10;
/// Rows of a page that is likely full: the fewest that portals show on one.
const FULL: u64 = 10;

impl OpenWalk<'_> {
    /// What a page that was kept means for the way on.
    pub(super) async fn turn(
        &mut self,
        visit: &Visit<'_>,
        page: &ListingPage,
        recorded: &PageRecorded,
        n_rows: usize,
    ) -> Result<Option<Reach>, Halt> {
        if !page.next.is_empty() && self.is_known_ground(visit, recorded, n_rows) {
            return Ok(Some(Reach::Settled));
        }
        if self.stands == Stands::Above {
            self.meet(visit, recorded);
            return Ok(None);
        }
        if recorded.n_fresh > 0 || page.is_frame {
            self.course.n_stale = 0;
            return Ok(None);
        }
        self.course.n_stale += 1;
        // Rows that were found above have pushed known ones down by as many.
        let most_stale = MOST_STALE + self.course.n_above.div_ceil(n_rows.max(1));
        if self.course.n_stale < most_stale || self.course.ahead.is_empty() {
            return Ok(None);
        }
        self.goes_round(visit).await.map(Some)
    }

    /// A pager without an end. Where it states more pages than it shows, those were not seen.
    async fn goes_round(&mut self, visit: &Visit<'_>) -> Result<Reach, Halt> {
        let (n_pages, n_stale) = (self.course.n_pages, self.course.n_stale);
        // Pages of which nothing is believed show nothing; what is strange of the first one is told.
        if self.watch.believes_known_rows_only() {
            return Ok(Reach::Cut);
        }
        self.goes_round = true;
        let what = format!("the last {n_stale} of {n_pages} pages show only rows that were seen before");
        if let Some(n_stated) = self.course.n_stated.filter(|n_stated| *n_stated > n_pages) {
            let reason = format!("listing {:?}: {what}, and it says it has {n_stated}; check `pages`", self.rule.name);
            let failure = Failure::new(Class::Layout, Stage::Listing, reason);
            return Err(Halt::Failed(tied(failure, &visit.site.id, self.rule.url.as_str())));
        }
        self.reason = Some(format!("{what}: taken for its end"));
        self.ended(visit, n_stale as u64 * self.course.rows.len() as u64).await
    }

    /// There is no further page. An answer that states far more rows than its pages have shown does not end there;
    /// `n_again` of those that were shown had been shown before.
    pub(super) async fn ended(&mut self, visit: &Visit<'_>, n_again: u64) -> Result<Reach, Halt> {
        let states_total = matches!(&self.rule.format, Format::Json(rule) if rule.total.is_some());
        let n_shown = self.course.n_shown.saturating_sub(n_again);
        let n_missing = self.course.n_total.filter(|_| states_total).map_or(0, |total| total.saturating_sub(n_shown));
        if n_missing * MOST_MISSING_IN <= self.course.n_total.unwrap_or(0) {
            return self.last_page(visit).await;
        }
        let n_total = n_shown + n_missing;
        let reason = format!(
            "listing {:?}: its answers say that it has {n_total} rows, and its pages end after {n_shown}; check `pages`, \
             or leave out `total` where it counts something else",
            self.rule.name
        );
        let failure = Failure::new(Class::Layout, Stage::Listing, reason);
        Err(Halt::Failed(tied(failure, &visit.site.id, self.rule.url.as_str())))
    }

    /// The last page that was had, unless it and others repeat the one before them: what was to stand on them was not seen.
    /// A pager that goes on behind its end repeats it too, and some state a page too many.
    async fn last_page(&mut self, visit: &Visit<'_>) -> Result<Reach, Halt> {
        if let Some(reason) = self.course.further.take() {
            return if self.n_past_end > 0 && self.course.n_shown >= FULL {
                Err(self.not_there(visit, &reason))
            } else {
                self.unfollowed(visit, reason).await
            };
        }
        if let Some(n_counted) = self.n_uncounted() {
            let Course { n_pages, n_shown, .. } = self.course;
            let what = format!("it says that it has {n_counted} rows, and its {n_pages} pages end after {n_shown}");
            return Ok(self.stop_unfollowed(format!("{what}: check `pages`")));
        }
        let Course { n_pages, n_repeated, n_stated, n_total, n_distinct, .. } = self.course;
        // The first window of a dataproxy repeats the rows that stand in the page itself.
        let is_shown =
            matches!(self.rule.pages, Some(Pagination::Dataproxy)) || n_total.is_some_and(|n| n <= n_distinct);
        if n_repeated == 0 || is_shown {
            return Ok(Reach::LastPage);
        }
        let n_own = n_pages - n_repeated;
        let which = if n_repeated == 1 {
            format!("page {n_pages} shows")
        } else {
            format!("the last {n_repeated} of {n_pages} pages show")
        };
        let again = format!("{which} the rows of page {n_own} once more");
        if let Some(n_stated) = n_stated.filter(|n| *n > n_own && n_repeated as usize >= MOST_STALE) {
            let reason = format!("listing {:?}: {again}, and it says it has {n_stated}; check `pages`", self.rule.name);
            let failure = Failure::new(Class::Layout, Stage::Listing, reason);
            return Err(Halt::Failed(tied(failure, &visit.site.id, self.rule.url.as_str())));
        }
        if n_own > 1 {
            return Ok(Reach::LastPage);
        }
        self.reason = Some(format!("{again}: whether there are more is not known; check `pages`"));
        Ok(Reach::PageLimit)
    }

    /// How many rows its first page counts, where its pages end before on one that is as long as the others. A list that
    /// ends on a shorter one has ended, whatever else is counted.
    fn n_uncounted(&self) -> Option<u64> {
        let Course { n_pages, n_counted, n_shown, is_short, .. } = self.course;
        let is_lacking = |n: &u64| n.saturating_sub(n_shown) * MOST_MISSING_IN > *n;
        n_counted.map(|n| u64::from(n.get())).filter(|n| n_pages > 1 && !is_short && is_lacking(n))
    }

    /// The first page is full and counts more than it shows, and nothing is where the site file says that the second is.
    fn not_there(&self, visit: &Visit<'_>, reason: &str) -> Halt {
        let reason = format!(
            "listing {:?}: page 2 is not there, though {reason}, or write `pages = {{ kind = \"none\" }}` \
             if something else is counted",
            self.rule.name
        );
        let failure = Failure::new(Class::Layout, Stage::Listing, reason);
        Halt::Failed(tied(failure, &visit.site.id, self.rule.url.as_str()))
    }

    /// The first page shows further ones, and leads to none. Of a listing that had several, something is lost.
    async fn unfollowed(&mut self, visit: &Visit<'_>, reason: String) -> Result<Reach, Halt> {
        if self.is_below_bound() {
            return Ok(self.stop_at_day());
        }
        if !self.is_known() || !visit.world.store.had_pages(self.state.listing).await? {
            return Ok(self.stop_unfollowed(reason));
        }
        let reason = format!(
            "listing {:?}: its first page led on before and shows further pages still, and no way to them was found; check \
             `pages`",
            self.rule.name
        );
        let failure = Failure::new(Class::Layout, Stage::Listing, reason);
        Err(Halt::Failed(tied(failure, &visit.site.id, self.rule.url.as_str())))
    }

    /// A regular poll may stop at a page on which everything was known to an earlier walk that left no gap.
    fn is_known_ground(&self, visit: &Visit<'_>, recorded: &PageRecorded, n_rows: usize) -> bool {
        let at_most = match self.state.whole_walk {
            WholeWalk::Now => SignedDuration::ZERO,
            WholeWalk::Weekly if !self.course.order.is_mixed() => WEEKLY,
            WholeWalk::Daily | WholeWalk::Weekly => DAILY,
        };
        let is_recent = |at: Timestamp| visit.world.clock.now().duration_since(at) < at_most;
        // Where rows moved, those further down have moved too.
        let is_settled =
            !self.state.has_other_filter && self.state.read_otherwise_at.is_none() && !self.watch.has_moves();
        let may_stop = is_settled && !self.wants_more() && !visit.is_full();
        // What an office owed by a day that is over is looked for on all pages, once.
        let proof_at = visit.proof_at();
        let is_proof = |at: Timestamp| proof_at.is_none_or(|proof_at| at >= proof_at);
        let is_regular = may_stop && self.state.walked_whole_at.is_some_and(|at| is_recent(at) && is_proof(at));
        let has_others = self.course.ahead.len() > 1;
        is_regular && !self.course.order.is_rising() && !has_others && n_rows > 0 && recorded.n_settled == n_rows
    }

    /// Whether pages are wanted that no whole walk has reached, since it was made to stop above them.
    fn wants_more(&self) -> bool {
        self.state.bound.is_some_and(|bound| match (bound.since, self.rows.since) {
            // Whoever asks for them, nobody knows the way by this rule.
            _ if bound.rule == Some(course::rule(self.rule)) => false,
            (None, _) => self.rule.most_pages > bound.n_pages,
            (Some(before), now) => now.is_none_or(|now| now < before),
        })
    }
}
