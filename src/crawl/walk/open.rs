//! A walk under way: page after page, each committed before the next is asked for.
//!
//! In: a listing and what is known of it. Out: its rows in the store, and how the walk ended. Never: a page asked for
//! again that was kept, but where rows slipped over its boundary, and the first one, which shows what is new.

use std::collections::HashSet;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use regex::Regex;

use super::super::drift::{self, Watch};
use super::super::tied;
use super::super::visit::{Halt, Step, Visit};
use super::WHOLE_WALK;
use super::course::{self, Course, Shift, spelling};
use super::order::Order;
use super::page::{self, Asked};
use super::rows::RowRule;
use crate::config::{Format, ListingRule};
use crate::error::{Class, Failure, Stage};
use crate::model::{Hash, ListingId, ListingPage, PageAddress, Stated, WalkId};
use crate::store::{Bound, EntryRecord, ListingState, PageRecord, PageRecorded, Place, Reach, Stands, WalkRecord};

/// Pages in a row that show nothing which this walk has not shown before: then the pager goes round. One such page is
/// usual, since the first page of Hanweb's dataproxy repeats the rows that stand in the listing itself.
const MOST_STALE: usize = 2;
/// How often a walk reads a page once more because rows slipped back over its end: more is a pager that cannot count.
const MOST_STEPS_BACK: u32 = 2;
/// Pages further down than a walk was broken off that may show nothing it has seen: then the listing is another one.
const MOST_STRANGE: u32 = 5;

/// A listing lacks rows where more than one in so many of those that it states was not shown: a few may be hidden or
/// counted twice.
const MOST_MISSING_IN: u64 = 10;

/// A walk under way.
pub(super) struct OpenWalk<'v> {
    pub(super) rule: &'v ListingRule,
    pub(super) state: ListingState,
    walk: WalkId,
    course: Course,
    /// Where the walk that it goes on with was broken off, until its rows are met from above.
    resume: Option<Course>,
    /// Whether it goes on where another one was broken off and has read no page there yet.
    is_at_place: bool,
    /// Whether the pages there are gone: it must begin anew.
    pub(super) has_lost_place: bool,
    /// Whether its last pages show again what others showed: what is to stand on them was not seen.
    goes_round: bool,
    stands: Stands,
    asked: HashSet<(String, Option<String>)>,
    n_entries: u64,
    n_steps_back: u32,
    /// When the top of the listing was last seen.
    looked_at: Timestamp,
    reason: Option<String>,
    rows: RowRule<'v>,
    bound: Option<Bound>,
    watch: Watch,
}

/// Which rows are wanted: when it changes, rows further down may be wanted that no walk has followed.
pub(super) fn filter(rule: &ListingRule) -> Hash {
    let pattern = |pattern: &Option<Regex>| pattern.as_ref().map(|pattern| pattern.as_str().to_owned());
    Hash::of(format!("{:?} {:?}", pattern(&rule.include), pattern(&rule.exclude)).as_bytes())
}

impl<'v> OpenWalk<'v> {
    /// Begins at the first page, or goes on where a walk was broken off. Without a fresh look at the first page it goes on
    /// only in a first walk: there everything is old, and a minute ago the first page was seen.
    pub(super) async fn begin(visit: &Visit<'v>, rule: &'v ListingRule, state: ListingState) -> Result<Self, Halt> {
        let now = visit.world.clock.now();
        let may_go_on = state.baselined_at.is_none() || !visit.is_full();
        let unfinished =
            state.unfinished.as_ref().filter(|it| may_go_on && now.duration_since(it.moved_at) < WHOLE_WALK);
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
        let looked_at = state.looked_at.filter(|_| stands == Stands::Resumed).unwrap_or(now);
        Ok(Self {
            rule,
            state,
            walk,
            course,
            resume,
            is_at_place: stands == Stands::Resumed,
            has_lost_place: false,
            goes_round: false,
            stands,
            asked: HashSet::new(),
            n_entries: 0,
            n_steps_back: 0,
            looked_at,
            reason: None,
            rows: RowRule { listing: rule, since: rule.since.max(visit.options.since), twins: visit.twins().to_vec() },
            bound: None,
            watch: Watch::default(),
        })
    }

    /// Goes on for so many pages. How it ended, where it did.
    pub(super) async fn go_on(&mut self, visit: &Visit<'_>, n_pages: u32) -> Result<Option<Reach>, Halt> {
        let age = visit.world.clock.now().duration_since(self.looked_at);
        if self.stands != Stands::Above && self.course.n_pages > 0 && age >= visit.news_age() {
            self.look(visit).await?;
        }
        let mut n_left = n_pages;
        // A look from the top is not left in its middle: what it finds is news only once it meets known rows.
        while n_left > 0 || self.resume.is_some() {
            n_left = n_left.saturating_sub(1);
            if let Some(reach) = self.step(visit).await? {
                if self.course.has_slipped {
                    self.look(visit).await?;
                }
                return Ok(Some(reach));
            }
        }
        Ok(None)
    }

    /// One page further down.
    async fn step(&mut self, visit: &Visit<'_>) -> Result<Option<Reach>, Halt> {
        let Some(address) = self.course.ahead.front().cloned() else { return self.ended(visit, 0).map(Some) };
        if self.course.n_pages >= self.rule.most_pages {
            self.bound = Some(self.stopped_here(None));
            self.reason = Some(format!("stopped after {} pages, the limit of this listing", self.rule.most_pages));
            return Ok(Some(Reach::PageLimit));
        }
        self.asked.insert(spelling(&address));
        let Some(page) = self.page(visit, &address).await? else { return self.ended(visit, 0).map(Some) };
        let rows = self.rows.rows(&page, &self.watch);
        match self.course.shift(&rows, &page) {
            Shift::Up if self.n_steps_back < MOST_STEPS_BACK => drop(self.step_back(visit).await?),
            Shift::Down => self.course.has_slipped = true,
            Shift::Up | Shift::None => {}
        }
        let is_bygone = self.is_bygone(&rows);
        self.course.pass(address, &rows, &page, &self.asked);
        let n_rows = rows.len();
        self.is_at_place = false;
        // What a strange page leaves out must be looked for again.
        let may_go_on_here = self.stands != Stands::Above && self.watch.strange().is_none();
        let place = may_go_on_here.then(|| self.course.place());
        let recorded = self.keep(visit, self.course.n_pages, rows, self.stands, place).await?;
        self.say(visit, &recorded);
        if is_bygone && !page.next.is_empty() {
            return Ok(Some(self.stop_at_day()));
        }
        self.turn(visit, &page, &recorded, n_rows)
    }

    /// Whether a page holds nothing but rows of days that are not wanted. Those that are pinned to the top say nothing of
    /// what stands below, and where the oldest come first what is new stands at the end.
    fn is_bygone(&self, rows: &[EntryRecord]) -> bool {
        let Some(since) = self.rows.since else { return false };
        let is_more_than_pins = self.course.n_pages > 0 || rows.len() > Order::MOST_PINNED;
        let mut days = rows.iter().filter(|row| !self.course.rows.contains(&row.url)).map(|row| row.date);
        let first = days.next();
        let is_before = |date: Option<Stated>| date.is_some_and(|date| date.date() < since);
        is_more_than_pins && !self.course.order.is_rising() && first.is_some_and(is_before) && days.all(is_before)
    }

    /// The walk stops before the last page, by the site file or for this once.
    fn stop_at_day(&mut self) -> Reach {
        let is_for_once = self.rows.since != self.rule.since;
        if is_for_once && self.state.baselined_at.is_some() {
            return Reach::Settled;
        }
        self.bound = Some(self.stopped_here(self.rows.since));
        self.reason = self.rows.since.map(|since| format!("stopped at the rows before {since}, as `since` asks"));
        Reach::PageLimit
    }

    fn stopped_here(&self, since: Option<Date>) -> Bound {
        Bound { n_pages: self.course.n_pages, since, oldest_row: self.course.order.oldest(Reach::PageLimit) }
    }

    /// Whether pages are wanted that no whole walk has reached, since it was made to stop above them.
    fn wants_more(&self) -> bool {
        self.state.bound.is_some_and(|bound| match (bound.since, self.rows.since) {
            (None, _) => self.rule.most_pages > bound.n_pages,
            (Some(before), now) => now.is_none_or(|now| now < before),
        })
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

    fn is_known(&self) -> bool {
        self.state.baselined_at.is_some()
    }

    /// One page, judged before anything of it is kept.
    async fn ask(&mut self, visit: &Visit<'_>, asked: &Asked<'_>) -> Result<Option<ListingPage>, Halt> {
        let Some(mut page) = page::ask(visit, asked, &mut self.watch).await? else { return Ok(None) };
        drift::settle(visit, asked.rule, &self.state, asked.is_first, &mut self.watch, &mut page).await?;
        Ok(Some(page))
    }

    /// Reads the page behind once more: rows that were pulled up over the boundary stand on it now.
    async fn step_back(&mut self, visit: &Visit<'_>) -> Result<Option<ListingPage>, Halt> {
        let Some(address) = self.course.behind.clone().filter(|_| self.n_steps_back < MOST_STEPS_BACK) else {
            return Ok(None);
        };
        self.n_steps_back += 1;
        let n_page = self.course.n_pages;
        let (rule, address) = (self.rule, &address);
        let is_known = self.is_known();
        let asked = Asked { rule, address, n_page, n_stated: None, is_first: false, has_others: true, is_known };
        let Some(page) = self.ask(visit, &asked).await? else { return Ok(None) };
        self.keep(visit, n_page, self.rows.rows(&page, &self.watch), Stands::Resumed, None).await?;
        Ok(Some(page))
    }

    /// Looks at the listing from the top, down to rows that are known.
    async fn look(&mut self, visit: &Visit<'_>) -> Result<(), Halt> {
        let (mut address, mut is_first) = (self.rule.first_page(), true);
        let most_pages = self.rule.most_pages.min(self.course.n_pages.max(1));
        for n_page in 1..=most_pages {
            let (n_stated, has_others, is_known) = (None, false, self.is_known());
            let asked = Asked { rule: self.rule, address: &address, n_page, n_stated, is_first, has_others, is_known };
            let Some(page) = self.ask(visit, &asked).await? else { break };
            is_first &= page.is_frame;
            let recorded = self.keep(visit, n_page, self.rows.rows(&page, &self.watch), Stands::Again, None).await?;
            self.course.n_above += recorded.n_new;
            let mut next = page.next.into_iter();
            match (next.next(), next.next()) {
                (Some(next), None) if !recorded.is_met => address = next,
                _ => break,
            }
        }
        self.course.has_slipped = false;
        self.looked_at = visit.world.clock.now();
        Ok(())
    }

    /// Commits one page.
    async fn keep(
        &mut self,
        visit: &Visit<'_>,
        page_no: u32,
        entries: Vec<EntryRecord>,
        stands: Stands,
        place: Option<Place>,
    ) -> Result<PageRecorded, Halt> {
        let now = visit.world.clock.now();
        let page = PageRecord { walk: self.walk, page_no, entries, now, stands, place };
        let recorded = visit.world.store.record_page(page).await?;
        self.n_entries += recorded.n_fresh as u64;
        Ok(recorded)
    }

    fn say(&self, visit: &Visit<'_>, recorded: &PageRecorded) {
        let (n_page, n_stated) = (self.course.n_pages, self.course.n_stated);
        let (listing, n_new) = (self.rule.name.clone(), recorded.n_new as u64);
        visit.world.progress.say(&visit.site.id, Step::Page { listing, n_page, n_stated, n_new });
    }

    /// What a page that was kept means for the way on.
    fn turn(
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
        self.goes_round(visit).map(Some)
    }

    /// A pager without an end. Where it states more pages than it shows, those were not seen.
    fn goes_round(&mut self, visit: &Visit<'_>) -> Result<Reach, Halt> {
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
        self.ended(visit, n_stale as u64 * self.course.rows.len() as u64)
    }

    /// There is no further page. An answer that states far more rows than its pages have shown does not end there;
    /// `n_again` of those that were shown had been shown before.
    fn ended(&self, visit: &Visit<'_>, n_again: u64) -> Result<Reach, Halt> {
        let states_total = matches!(&self.rule.format, Format::Json(rule) if rule.total.is_some());
        let n_shown = self.course.n_shown.saturating_sub(n_again);
        let n_missing = self.course.n_total.filter(|_| states_total).map_or(0, |total| total.saturating_sub(n_shown));
        if n_missing * MOST_MISSING_IN <= self.course.n_total.unwrap_or(0) {
            return Ok(Reach::LastPage);
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

    /// From the top down to where the walk was broken off: once its rows are met, it goes on there.
    fn meet(&mut self, visit: &Visit<'_>, recorded: &PageRecorded) {
        self.course.n_above += recorded.n_new;
        if recorded.is_met {
            let Some(resume) = self.resume.take() else { return };
            self.course = resume.below(self.course.n_above);
            (self.stands, self.is_at_place) = (Stands::Resumed, true);
            self.looked_at = visit.world.clock.now();
        } else if self.resume.as_ref().is_some_and(|resume| self.course.n_pages > resume.n_pages + MOST_STRANGE) {
            self.resume = None;
            self.stands = Stands::Below;
        }
    }

    /// A regular poll may stop at a page on which everything was known to an earlier walk that left no gap.
    fn is_known_ground(&self, visit: &Visit<'_>, recorded: &PageRecorded, n_rows: usize) -> bool {
        let is_recent = |at: Timestamp| visit.world.clock.now().duration_since(at) < WHOLE_WALK;
        // Where rows moved, those further down have moved too.
        let is_settled = !self.state.has_other_filter && !self.state.has_unseen && !self.watch.has_moves;
        let may_stop = is_settled && !self.wants_more() && !visit.is_full();
        // What an office owed by a day that is over is looked for on all pages, once.
        let proof_at = visit.proof_at();
        let is_proof = |at: Timestamp| proof_at.is_none_or(|proof_at| at >= proof_at);
        let is_regular = may_stop && self.state.walked_whole_at.is_some_and(|at| is_recent(at) && is_proof(at));
        let has_others = self.course.ahead.len() > 1;
        is_regular && !self.course.order.is_rising() && !has_others && n_rows > 0 && recorded.n_settled == n_rows
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
        let record = WalkRecord {
            walk: self.walk,
            ended_at: visit.world.clock.now(),
            n_pages: self.course.n_pages,
            n_entries: self.n_entries,
            is_healthy: reach != Reach::Cut && strange.is_none(),
            reach,
            reason: failure.or(self.reason).or(strange),
            oldest_row: self.course.order.oldest(reach),
            filter: filter(self.rule),
            bound: self.bound,
            is_place_gone: self.has_lost_place || self.goes_round,
        };
        visit.world.store.end_walk(record).await?;
        drift::keep_evidence(visit, self.rule, &self.state, self.watch, ended).await?;
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
