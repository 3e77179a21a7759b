//! A walk under way: page after page, each committed before the next is asked for.
//!
//! In: a listing and what is known of it. Out: its rows in the store, and how the walk ended. Never: a page asked for
//! again that was kept, but where rows slipped over its boundary, and the first one, which shows what is new.

use std::collections::HashSet;
use std::sync::Arc;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::super::drift::{self, Walked, Watch};
use super::super::visit::{Halt, Step, Visit};
use super::course::{self, Course, Shift, rules, spelling};
use super::look::MOST_STEPS_BACK;
use super::order::Order;
use super::page::{self, Answered, Asked};
use super::rows::{RowRule, Shown};
use super::{STRETCH_PAGES, WEEKLY, gone};
use crate::config::ListingRule;
use crate::error::Class;
use crate::model::{ListingId, ListingPage, PageAddress, Stated, WalkId};
use crate::store::{
    Bound, EntryRecord, ListingState, PageRecord, PageRecorded, Place, Reach, Stands, WalkRecord, WholeWalk,
};

/// A walk under way.
pub(super) struct OpenWalk<'v> {
    pub(super) rule: &'v ListingRule,
    pub(super) state: ListingState,
    pub(super) walk: WalkId,
    pub(super) course: Course,
    /// Where the walk that it goes on with was broken off, until its rows are met from above.
    pub(super) resume: Option<Course>,
    /// Whether it goes on where another one was broken off and has read no page there yet.
    pub(super) is_at_place: bool,
    /// Whether the pages there are gone: it must begin anew.
    pub(super) has_lost_place: bool,
    /// Pages that it asked for and that are not there.
    pub(super) n_past_end: u32,
    /// Whether its last pages show again what others showed: what is to stand on them was not seen.
    pub(super) goes_round: bool,
    pub(super) stands: Stands,
    asked: HashSet<(String, Option<String>)>,
    n_entries: u64,
    pub(super) n_steps_back: u32,
    /// When the top of the listing was last seen.
    pub(super) looked_at: Timestamp,
    pub(super) reason: Option<String>,
    pub(super) rows: RowRule<'v>,
    bound: Option<Bound>,
    /// The day before which rows were seen and left alone.
    left_alone_before: Option<Date>,
    pub(super) watch: Watch,
}

impl<'v> OpenWalk<'v> {
    /// Begins at the first page, or goes on where a walk was broken off. Without a fresh look at the first page it goes on
    /// only in a first walk: there everything is old, and a minute ago the first page was seen.
    pub(super) async fn begin(visit: &Visit<'v>, rule: &'v ListingRule, state: ListingState) -> Result<Self, Halt> {
        let now = visit.world.clock.now();
        let may_go_on = state.baselined_at.is_none() || !visit.is_full();
        let unfinished = state.unfinished.as_ref().filter(|it| may_go_on && now.duration_since(it.moved_at) < WEEKLY);
        let resume = unfinished.and_then(|it| Some((it.begun_by, Course::parse(&it.place, course::rule(rule))?)));
        let (begun_by, resume) = resume.unzip();
        let walk = visit.world.store.begin_walk(visit.poll, state.listing, begun_by, now).await?;
        let is_fresh = state.baselined_at.is_none() && is_fresh(visit, &state);
        let top = Course::begin(course::rule(rule), rule.first_page());
        let (course, resume, stands) = match resume {
            Some(resume) if is_fresh => (resume, None, Stands::Resumed),
            Some(resume) => (top, Some(resume), Stands::Above),
            None => (top, None, Stands::Below),
        };
        let n_moved = course.n_moved;
        let looked_at = state.looked_at.filter(|_| stands == Stands::Resumed).unwrap_or(now);
        Ok(Self {
            rule,
            state,
            walk,
            course,
            resume,
            is_at_place: stands == Stands::Resumed,
            has_lost_place: false,
            n_past_end: 0,
            goes_round: false,
            stands,
            asked: HashSet::new(),
            n_entries: 0,
            n_steps_back: 0,
            looked_at,
            reason: None,
            rows: RowRule { listing: rule, since: rule.since.max(visit.options.since), twins: visit.twins().to_vec() },
            bound: None,
            left_alone_before: None,
            watch: Watch::after_moves(n_moved > 0),
        })
    }

    /// Goes on for so many pages. How it ended, where it did.
    pub(super) async fn go_on(&mut self, visit: &Visit<'_>, n_pages: u32) -> Result<Option<Reach>, Halt> {
        if self.stands != Stands::Above && self.course.n_pages > 0 && self.is_news_old(visit) {
            self.look(visit).await?;
        }
        let mut n_left = n_pages;
        // A look from the top is not left in its middle: what it finds is news only once it meets known rows.
        while n_left > 0 || self.resume.is_some() || self.is_above_former() {
            n_left = n_left.saturating_sub(1);
            if let Some(reach) = self.step(visit).await? {
                self.look_after_slip(visit).await?;
                return Ok(Some(reach));
            }
        }
        Ok(None)
    }

    /// Whether the rows that a column showed at its former address may stand further down: what is above them is news, and
    /// must not be read as what stood there all along.
    fn is_above_former(&self) -> bool {
        let is_first_walk = self.state.baselined_at.is_none() && self.stands == Stands::Below;
        let has_met = self.watch.has_met_former || self.course.n_pages >= STRETCH_PAGES;
        is_first_walk && self.state.former.is_some() && !has_met
    }

    /// One page further down.
    async fn step(&mut self, visit: &Visit<'_>) -> Result<Option<Reach>, Halt> {
        let Some(address) = self.course.ahead.front().cloned() else { return self.ended(visit, 0).await.map(Some) };
        if self.course.n_pages >= self.rule.most_pages {
            self.bound = Some(self.stopped_here(None));
            self.reason = Some(format!("stopped after {} pages, the limit of this listing", self.rule.most_pages));
            return Ok(Some(Reach::PageLimit));
        }
        self.asked.insert(spelling(&address));
        let Some(page) = self.page(visit, &address).await? else {
            self.n_past_end += 1;
            return self.ended(visit, 0).await.map(Some);
        };
        let Shown { rows, outside } = self.rows.shown(&page, &self.watch);
        match self.course.shift(&rows, &page) {
            Shift::Up if self.n_steps_back < MOST_STEPS_BACK => drop(self.step_back(visit).await?),
            Shift::Down => self.course.has_slipped = true,
            Shift::Up | Shift::None => {}
        }
        let is_bygone = self.is_bygone(&rows);
        if rows.iter().any(|row| self.is_before_bound(row.date)) {
            self.left_alone_before = self.rows.since;
        }
        self.course.pass(address, &rows, &page, &self.asked);
        self.course.n_moved += u32::from(self.watch.has_moves());
        let n_rows = rows.len();
        self.is_at_place = false;
        // What a strange page leaves out must be looked for again.
        let may_go_on_here = self.stands != Stands::Above && self.watch.strange().is_none();
        let place = may_go_on_here.then(|| self.course.place());
        let recorded = self.keep(visit, self.course.n_pages, Shown { rows, outside }, self.stands, place).await?;
        self.keep_unlinked(visit, &page).await?;
        self.course.n_distinct += recorded.n_fresh as u64;
        if self.course.is_whole() {
            self.course.ahead.clear();
        }
        self.say(visit, &recorded);
        if is_bygone && !page.next.is_empty() {
            return Ok(Some(self.stop_at_day()));
        }
        self.turn(visit, &page, &recorded, n_rows).await
    }

    /// Whether a page holds nothing but rows of days that are not wanted. Those that are pinned to the top say nothing of
    /// what stands below, and where the oldest come first what is new stands at the end.
    fn is_bygone(&self, rows: &[EntryRecord]) -> bool {
        let Some(since) = self.rows.since else { return false };
        let is_more_than_pins = self.course.n_pages > 0 || rows.len() > Order::MOST_PINNED;
        let behind: HashSet<&str> = self.course.rows.iter().map(String::as_str).collect();
        let mut days = rows.iter().filter(|row| !behind.contains(row.url.as_str())).map(|row| row.date);
        let first = days.next();
        let is_before = |date: Option<Stated>| date.is_some_and(|date| date.date() < since);
        is_more_than_pins && !self.course.order.is_rising() && first.is_some_and(is_before) && days.all(is_before)
    }

    /// Whether the rows have come down to those that are not wanted.
    pub(super) fn is_below_bound(&self) -> bool {
        self.is_before_bound(self.course.order.oldest(Reach::PageLimit))
    }

    fn is_before_bound(&self, date: Option<Stated>) -> bool {
        matches!((self.rows.since, date), (Some(since), Some(date)) if date.date() < since)
    }

    /// What a walk to the last page has left alone: below that page nothing stands, and older rows are not known.
    fn left_alone(&self, reach: Reach) -> Option<Bound> {
        let is_for_once = self.rows.since != self.rule.since;
        let is_known = is_for_once && self.state.baselined_at.is_some();
        let below_last = self.course.n_pages.saturating_add(1);
        let since = self.left_alone_before.filter(|_| reach == Reach::LastPage && !is_known)?;
        let oldest_row = self.course.order.oldest(reach);
        Some(Bound { n_pages: below_last, since: Some(since), oldest_row, is_unfollowed: false, rule: None })
    }

    /// The walk stops before the last page, by the site file or for this once.
    pub(super) fn stop_at_day(&mut self) -> Reach {
        let is_for_once = self.rows.since != self.rule.since;
        if is_for_once && self.state.baselined_at.is_some() {
            return Reach::Settled;
        }
        self.bound = Some(self.stopped_here(self.rows.since));
        self.reason = self.rows.since.map(|since| format!("stopped at the rows before {since}, as `since` asks"));
        Reach::PageLimit
    }

    /// There are further pages, and nobody knows the way.
    pub(super) fn stop_unfollowed(&mut self, reason: String) -> Reach {
        self.bound = Some(Bound { is_unfollowed: true, rule: Some(self.course.rule), ..self.stopped_here(None) });
        self.reason = Some(reason);
        Reach::PageLimit
    }

    fn stopped_here(&self, since: Option<Date>) -> Bound {
        let oldest_row = self.course.order.oldest(Reach::PageLimit);
        Bound { n_pages: self.course.n_pages, since, oldest_row, is_unfollowed: false, rule: None }
    }

    /// The page at this address; `None`: there is none, and the one before was the last.
    async fn page(&mut self, visit: &Visit<'_>, address: &PageAddress) -> Result<Option<ListingPage>, Halt> {
        let n_page = self.course.n_pages + 1;
        let (is_first, has_others) = (!self.course.has_rows, self.course.ahead.len() > 1);
        let (n_stated, is_known) = (self.course.n_stated, self.is_known());
        let asked = Asked { rule: self.rule, address, n_page, n_stated, is_first, has_others, is_known };
        let failure = match self.ask(visit, &asked).await {
            Err(Halt::Failed(failure)) if !is_first && failure.class == Class::Layout => Some(failure),
            // Of a listing that has fewer and longer pages now, its end would be none of its rows.
            Ok(None) if self.is_at_place => None,
            done => return done,
        };
        // Rows that are taken away take the last page with them.
        match self.step_back(visit).await {
            Ok(Some(last)) if last.next.is_empty() && last.n_pages.is_none_or(|n_pages| n_pages < n_page) => Ok(None),
            Ok(_) => failure.map_or(Ok(None), |failure| Err(Halt::Failed(failure))),
            Err(Halt::Failed(before)) if self.is_at_place && before.class == Class::Layout => {
                self.has_lost_place = true;
                self.reason = Some("the pages are gone at which an earlier walk was broken off: begun anew".to_owned());
                Err(Halt::Failed(failure.unwrap_or(before)))
            }
            Err(halt) => Err(halt),
        }
    }

    pub(super) fn is_known(&self) -> bool {
        self.state.baselined_at.is_some()
    }

    /// One page, judged before anything of it is kept.
    pub(super) async fn ask(&mut self, visit: &Visit<'_>, asked: &Asked<'_>) -> Result<Option<ListingPage>, Halt> {
        let first = self.state.first_page.as_deref();
        let Some(Answered { mut page, anew }) = page::ask(visit, asked, first, &mut self.watch).await? else {
            return Ok(None);
        };
        let walked = Walked { visit, rule: asked.rule, state: &self.state };
        drift::settle(walked, asked.is_first, &mut self.watch, &mut page).await?;
        if let Some(first) = anew {
            let has_lost_row = gone::has_lost_row(asked.rule, self.state.first_page.as_deref(), &page.entries);
            let lost_row_at = has_lost_row.then(|| visit.world.clock.now());
            visit.world.store.keep_first_page(self.state.listing, Arc::clone(&first), lost_row_at).await?;
            if has_lost_row && self.state.whole_walk == WholeWalk::Weekly {
                self.state.whole_walk = WholeWalk::Daily;
            }
            self.state.first_page = Some(first);
        }
        Ok(Some(page))
    }

    /// Commits one page.
    pub(super) async fn keep(
        &mut self,
        visit: &Visit<'_>,
        page_no: u32,
        shown: Shown,
        stands: Stands,
        place: Option<Place>,
    ) -> Result<PageRecorded, Halt> {
        let now = visit.world.clock.now();
        let news_since = self.news_since(visit);
        let (walk, is_below_former) = (self.walk, self.watch.has_met_former);
        let Shown { rows: entries, outside } = shown;
        let page = PageRecord { walk, page_no, entries, outside, now, stands, news_since, place, is_below_former };
        let recorded = visit.world.store.record_page(page).await?;
        self.n_entries += recorded.n_fresh as u64;
        self.watch.has_met_former |= recorded.is_over_former;
        Ok(recorded)
    }

    /// Keeps what rows without a link say: that one stands there may be all that shows that a report was published.
    async fn keep_unlinked(&self, visit: &Visit<'_>, page: &ListingPage) -> Result<(), Halt> {
        let entries = self.rows.unlinked(page, &self.watch);
        if entries.is_empty() {
            return Ok(());
        }
        let page = PageRecord::below(self.walk, self.course.n_pages, entries, visit.world.clock.now());
        let page = PageRecord { stands: self.stands, ..page };
        Ok(visit.world.store.record_unlinked(page).await?)
    }

    /// The day of the last walk, where the site file read its rows by other rules then: what stood there before is no news.
    fn news_since(&self, visit: &Visit<'_>) -> Option<Date> {
        Some(self.state.read_otherwise_at?.to_zoned(visit.site.timezone.clone()).date())
    }

    fn say(&self, visit: &Visit<'_>, recorded: &PageRecorded) {
        let (n_page, n_stated) = (self.course.n_pages, self.course.n_stated);
        let (listing, n_new) = (self.rule.name.clone(), recorded.n_new as u64);
        visit.world.progress.say(&visit.site.id, Step::Page { listing, n_page, n_stated, n_new });
    }

    /// What is told of a walk that came to its end and whose listing is not what it was.
    pub(super) fn verdict(&self) -> Result<(), Halt> {
        self.watch.verdict(self.rule, &self.state)
    }

    /// What is told of a walk that failed: where its first page was strange, the rest follows from that.
    pub(super) fn told(&self, halt: Halt) -> Halt {
        match (halt, self.verdict()) {
            (Halt::Failed(failure), Err(strange)) if failure.class == Class::Layout => strange,
            (halt, _) => halt,
        }
    }

    /// Keeps the walk as a fact, and the page that shows why its listing is broken.
    pub(super) async fn end(self, visit: &Visit<'_>, reach: Reach, ended: &Result<(), Halt>) -> Result<Ended, Halt> {
        let failure = if let Err(Halt::Failed(failure)) = ended { Some(failure.reason.clone()) } else { None };
        let strange = self.watch.strange().map(str::to_owned);
        let bound = self.bound.or_else(|| self.left_alone(reach));
        let record = WalkRecord {
            walk: self.walk,
            ended_at: visit.world.clock.now(),
            n_pages: self.course.n_pages,
            n_entries: self.n_entries,
            is_healthy: reach != Reach::Cut && strange.is_none(),
            reach,
            reason: failure.or(self.reason).or(strange),
            oldest_row: self.course.order.oldest(reach),
            rules: rules(self.rule),
            bound,
            is_place_gone: self.has_lost_place || self.goes_round,
        };
        visit.world.store.end_walk(record).await?;
        let walked = Walked { visit, rule: self.rule, state: &self.state };
        drift::keep_evidence(walked, self.watch, ended).await?;
        let is_first = !self.state.is_baseline_told && reach != Reach::Cut;
        let first_walk = is_first.then_some(self.state.listing);
        Ok(Ended { first_walk, n_entries: self.n_entries, looked_at: self.looked_at })
    }
}

/// A walk that was kept.
pub(super) struct Ended {
    /// The listing, where this completed its first walk.
    pub(super) first_walk: Option<ListingId>,
    pub(super) n_entries: u64,
    pub(super) looked_at: Timestamp,
}

/// Whether the top of a listing was seen a moment ago.
pub(super) fn is_fresh(visit: &Visit<'_>, state: &ListingState) -> bool {
    let age = |at: Timestamp| visit.world.clock.now().duration_since(at);
    state.looked_at.is_some_and(|at| (SignedDuration::ZERO..visit.news_age()).contains(&age(at)))
}
